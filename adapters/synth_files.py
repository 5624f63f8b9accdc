"""Writes an invented county to a folder: its statutory returns (SSDA903), year by year, their postcodes, and reports to send in."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Final, TextIO

from adapters.synth_authority import tell_authority
from adapters.synth_county import MOST_YEARS, County
from adapters.synth_health import tell_health
from adapters.synth_home import tell_home
from adapters.synth_justice import tell_justice, tell_police
from adapters.synth_lives import Life, life
from adapters.synth_return import TABLES, Rows, rows
from adapters.synth_school import pupil_of_ours, tell_education
from adapters.synth_telling import Telling, by_upn
from adapters.synth_xml import CLOSING, OPENING, child_xml

MOST_CHILDREN: Final = 49_999  # local ids have six digits, and NHS numbers of strangers must be left
FORMATS: Final = ("csv", "xml")


def _school(telling: Telling, _seed: int) -> None:
    if pupil_of_ours(telling.life):
        tell_education(telling, by_upn(telling.life))


REPORTS: Final[Mapping[str, Callable[[Telling, int], None]]] = MappingProxyType(
    {
        "authority": tell_authority,
        "health": lambda telling, _seed: tell_health(telling),
        "yot": tell_justice,
        "school": _school,
        "home": lambda telling, _seed: tell_home(telling),
        "police": lambda telling, _seed: tell_police(telling),
    }
)
"""Whose reports there are, each a file of JSON lines: docs/submitting.md says as whom each is recorded."""


def write_county(
    folder: Path,
    *,
    children: int,
    seed: int,
    county: County,
    form: str = "csv",
    progress: Callable[[int], None] = lambda _done: None,
) -> None:
    """Write a return for each year (2026/ with all its tables, or 2026.xml), places.csv and a JSON lines file a reporter.

    The same arguments give the same bytes anywhere, and fewer children are the first of more. One child is in memory at a time.
    progress: told the children done so far. Raises ValueError for children, years or a form that cannot be.
    """
    if not 1 <= children <= MOST_CHILDREN:
        raise ValueError(f"children: from 1 to {MOST_CHILDREN}")
    if not 1 <= county.years <= MOST_YEARS:
        raise ValueError(f"years: from 1 to {MOST_YEARS}")
    if form not in FORMATS:
        raise ValueError(f"form: {' or '.join(FORMATS)}")
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        _places(_new(files, folder / "places.csv"), county)
        write: type[_CsvYear] | type[_XmlYear] = _CsvYear if form == "csv" else _XmlYear
        years = {year_end: write(files, folder, year_end.year) for year_end in county.year_ends}
        reports = {name: _new(files, folder / f"{name}.jsonl") for name in REPORTS}
        for number in range(1, children + 1):
            child = life(number, seed, county)
            for year_end, year in years.items():
                year.child(rows(child, seed, year_end))
            for name, file in reports.items():
                file.writelines(_lines(child, seed, name))
            progress(number)
        for year in years.values():
            year.close()


def _lines(child: Life, seed: int, name: str) -> list[str]:
    telling = Telling(child, child.lots(name, seed), name)
    REPORTS[name](telling, seed)
    return [json.dumps(line, ensure_ascii=False) + "\n" for line in telling.lines()]


def _places(file: TextIO, county: County) -> None:
    places = [("postcode_district", "authority"), *((district, code) for code, district in county.districts.items())]
    csv.writer(file, lineterminator="\n").writerows(places)


def _new(files: ExitStack, path: Path) -> TextIO:
    return files.enter_context(path.open("w", encoding="utf-8", newline=""))


class _CsvYear:
    """A folder with a CSV file a table."""

    def __init__(self, files: ExitStack, folder: Path, year: int) -> None:
        (folder / str(year)).mkdir(exist_ok=True)
        self._tables = {}
        for table, columns in TABLES.items():
            if table == "sw_episodes" and year < 2024:
                continue
            self._tables[table] = csv.writer(_new(files, folder / str(year) / f"{table}.csv"), lineterminator="\n")
            self._tables[table].writerow(columns)

    def child(self, rows: Mapping[str, Rows]) -> None:
        """Write one child's rows."""
        for table, lines in rows.items():
            self._tables[table].writerows(lines)

    def close(self) -> None:
        """Nothing is left to write."""


class _XmlYear:
    """One XML file."""

    def __init__(self, files: ExitStack, folder: Path, year: int) -> None:
        self._file = _new(files, folder / f"{year}.xml")
        self._file.write(OPENING)

    def child(self, rows: Mapping[str, Rows]) -> None:
        """Write one child's rows."""
        self._file.write(child_xml(rows))

    def close(self) -> None:
        """End the document."""
        self._file.write(CLOSING)
