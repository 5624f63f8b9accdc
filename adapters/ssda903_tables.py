"""The CSV files of a statutory return (SSDA903): found in a folder, checked as files, read line by line."""

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
    """A table of the return: its file's name in lower case, the columns that are read, those that may be there too."""

    name: str
    columns: tuple[str, ...]
    not_carried: tuple[str, ...] = ()


HEADER: Final = Table("header.csv", ("CHILD", "SEX", "DOB", "UPN"), ("ETHNIC", "MOTHER", "MC_DOB"))
EPISODES: Final = Table(
    "episodes.csv",
    (
        *("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER"),
        *("DEC", "REC", "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN"),
    ),
)


class TableFile:
    """One table's file. Raises ReturnFileError for a file that cannot be read as this table.

    The name may be written in any case. The text is UTF-8, with or without a byte order mark, else Windows-1252.
    """

    def __init__(self, folder: Path, table: Table) -> None:
        found = [path for path in folder.iterdir() if path.name.lower() == table.name] if folder.is_dir() else []
        if len(found) != 1:
            raise ReturnFileError(table.name, None, "the return's folder holds this file, once")
        self._path = found[0]
        self.name = self._path.name
        self._encoding = _encoding(self._path)
        names = next(self._lines(), (1, None))[1]
        columns = [name.strip().upper() for name in names or []]
        missing = [name for name in table.columns if columns.count(name) != 1]
        if missing:
            raise ReturnFileError(self.name, 1, f"has each of these columns once; see to {', '.join(missing)}")
        for place, name in enumerate(columns, start=1):
            if name not in table.columns and name not in table.not_carried:
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
                yield self.row(line, cells)

    def row(self, line: int, cells: list[str]) -> Row:
        """A row of this file from its cells."""
        return Row(self.name, line, dict(zip(self._columns, cells, strict=True)))

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
