"""The tables of a statutory return (SSDA903), and its CSV files: found in a folder, checked as files, read by line."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.ssda903_faults import Quarantined, ReturnFileError
from adapters.ssda903_rows import Row


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the return.

    names: of its file, in lower case, the usual one first. columns: those that are read. optional: those of them that a
    file need not have.
    """

    names: tuple[str, ...]
    columns: tuple[str, ...]
    optional: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The usual name of its file."""
        return self.names[0]


HEADER: Final = Table(
    ("header.csv",),
    ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"),
    frozenset({"ETHNIC", "MOTHER", "MC_DOB"}),
)
EPISODES: Final = Table(
    ("episodes.csv",),
    (
        *("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER"),
        *("DEC", "REC", "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN"),
    ),
)
REVIEWS: Final = Table(("reviews.csv",), ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"))
UASC: Final = Table(("uasc.csv",), ("CHILD", "SEX", "DOB", "DUC"), frozenset({"SEX"}))
OC2: Final = Table(
    ("oc2.csv",),
    (
        *("CHILD", "DOB", "SDQ_SCORE", "SDQ_REASON", "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK"),
        *("HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"),
    ),
)
OC3: Final = Table(("oc3.csv",), ("CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"))
MISSING: Final = Table(("missing.csv",), ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"))
PREVIOUS_PERMANENCE: Final = Table(
    ("previous_permanence.csv", "prevperm.csv", "prev_perm.csv"), ("CHILD", "DOB", "PREV_PERM", "LA_PERM", "DATE_PERM")
)
AD1: Final = Table(
    ("ad1.csv",), ("CHILD", "DOB", "DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR")
)
PLACED_FOR_ADOPTION: Final = Table(
    ("placed_for_adoption.csv", "placedadoption.csv", "placed_adoption.csv"),
    ("CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"),
)
SOCIAL_WORKERS: Final = Table(
    ("sw_episodes.csv", "swepisodes.csv"), ("CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON")
)

TABLES: Final = (
    *(HEADER, EPISODES, REVIEWS, UASC, OC2, OC3, MISSING),
    *(PREVIOUS_PERMANENCE, AD1, PLACED_FOR_ADOPTION, SOCIAL_WORKERS),
)
"""Every table of the return, 2015/16 to now; SWEpisodes from 2023/24."""


class CsvReturn:
    """A return as a folder of CSV files. Header and Episodes must be there; of the other tables, those that are.

    Files that are no table of the return are passed over. Raises ReturnFileError, for every file before any row is read.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ReturnFileError(folder.name, None, "a return is a folder of CSV files, or one XML file")
        found = {path.name.lower() for path in folder.iterdir()}
        self._files = [TableFile(folder, t) for t in TABLES if t in (HEADER, EPISODES) or not found.isdisjoint(t.names)]

    def rows(self) -> Iterator[tuple[Table, Row | Quarantined]]:
        """Every row, table by table."""
        return ((file.table, row) for file in self._files for row in file.rows())


class TableFile:
    """One table's file. Raises ReturnFileError for a file that cannot be read as this table.

    The name may be written in any case. The text is UTF-8, with or without a byte order mark, else Windows-1252.
    """

    def __init__(self, folder: Path, table: Table) -> None:
        found = [path for path in folder.iterdir() if path.name.lower() in table.names] if folder.is_dir() else []
        if len(found) != 1:
            raise ReturnFileError(table.name, None, "the return's folder holds this file, once")
        self.table = table
        self._path = found[0]
        self.name = self._path.name
        self._encoding = _encoding(self._path)
        names = next(self._lines(), (1, None))[1]
        columns = [name.strip().upper() for name in names or []]
        missing = [n for n in table.columns if columns.count(n) != 1 and (n in columns or n not in table.optional)]
        if missing:
            raise ReturnFileError(self.name, 1, f"has each of these columns once; see to {', '.join(missing)}")
        for place, name in enumerate(columns, start=1):
            if name not in table.columns:
                raise ReturnFileError(self.name, 1, f"column {place} is not a column of {table.name}")
        self._columns = columns

    def rows(self) -> Iterator[Row | Quarantined]:
        """Every row in the file's order; empty lines are no rows."""
        for line, cells in self._lines():
            if line == 1 or cells == []:
                continue
            if cells is None or len(cells) != len(self._columns):
                yield Quarantined(self.name, line, "", "not-a-row")
            else:
                by_column = dict(zip(self._columns, cells, strict=True))
                yield Row(self.name, line, {name: by_column.get(name, "") for name in self.table.columns})

    def _lines(self) -> Iterator[tuple[int, list[str] | None]]:
        """Line number and cells, None where a line is not CSV: an open quote must not swallow the rows after it."""
        with self._path.open(encoding=self._encoding) as file:
            for number, text in enumerate(file, start=1):
                try:
                    cells = next(csv.reader((text.rstrip("\n"),), strict=True), [])
                except csv.Error:
                    yield number, None
                else:
                    yield number, [cell.strip() for cell in cells]


def _encoding(path: Path) -> str:
    """The encoding of the whole file, found by reading it once, so that no file fault can come up halfway."""
    line = 1
    for encoding in ("utf-8-sig", "cp1252"):
        decoder, line = codecs.getincrementaldecoder(encoding)(), 1
        with path.open("rb") as file:
            try:
                for text in file:
                    if b"\0" in text:
                        raise ReturnFileError(path.name, line, "the text is encoded as UTF-8 (or Windows-1252)")
                    decoder.decode(text)
                    line += 1
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
        return encoding
    raise ReturnFileError(path.name, line, "the text is encoded as UTF-8 (or Windows-1252)")
