"""Reads the code lists of `schemas/codes`: one CSV file a list, named after it. Takes text, opens no file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import date

from domain.codes import Code, CodeBook, CodeList, CodeRuleError
from domain.vocabulary import DataClass

COLUMNS = ("code", "label", "class", "coarse", "coarse_label", "whole_event", "valid_from", "valid_to", "source")

_FILE_NAME = re.compile(r"([a-z]+(?:_[a-z]+)*)\.csv")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_code_book(files: Mapping[str, str]) -> CodeBook:
    """Make one code list of each file. files: name ("placement.csv") to text.

    Raises ValueError naming file, line (the header is line 1), column and rule. Nothing is guessed, trimmed or skipped.
    """
    lists = {}
    for file, text in files.items():
        name = _FILE_NAME.fullmatch(file)
        if name is None:
            raise ValueError(f"{file}: a code list is named in lower case, words joined by underscores, ending in .csv")
        lists[name[1]] = _read_list(file, name[1], text)
    return CodeBook(lists)


def _read_list(file: str, name: str, text: str) -> CodeList:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    codes: list[Code] = []
    lines: list[int] = []
    try:
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            raise CodeRuleError("header", f"the columns are {','.join(COLUMNS)}")
        for row in reader:
            codes.append(_read_code(row))
            lines.append(reader.line_num)
        if not codes:
            raise CodeRuleError("code", "a list has at least one code")
    except CodeRuleError as error:
        raise ValueError(_message(file, max(reader.line_num, 1), error)) from None
    except csv.Error as error:
        raise ValueError(f"{file}, line {reader.line_num}, column none: {error}") from None
    try:
        return CodeList(name, tuple(codes))
    except CodeRuleError as error:
        raise ValueError(_message(file, lines[error.row or 0], error)) from None


def _read_code(row: list[str]) -> Code:
    if len(row) != len(COLUMNS):
        raise CodeRuleError("none", f"a row has {len(COLUMNS)} cells, this one {len(row)}")
    cells = dict(zip(COLUMNS, row, strict=True))
    for column, cell in cells.items():
        if cell != cell.strip():
            raise CodeRuleError(column, "no blanks before or after a value")
    if cells["class"] not in DataClass._value2member_map_:
        raise CodeRuleError("class", f"one of the data classes {', '.join(c.value for c in DataClass)}")
    if cells["whole_event"] not in ("", "yes"):
        raise CodeRuleError("whole_event", "yes or empty")
    return Code(
        code=cells["code"],
        label=cells["label"],
        data_class=DataClass(cells["class"]),
        coarse=cells["coarse"] or None,
        coarse_label=cells["coarse_label"] or None,
        whole_event=cells["whole_event"] == "yes",
        valid_from=_read_date("valid_from", cells["valid_from"]),
        valid_to=_read_date("valid_to", cells["valid_to"]),
        source=cells["source"],
    )


def _read_date(column: str, cell: str) -> date | None:
    if not cell:
        return None
    rule = "an ISO date (2023-10-28) that exists, or empty"
    if not _ISO_DATE.fullmatch(cell):
        raise CodeRuleError(column, rule)
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise CodeRuleError(column, rule) from None


def _message(file: str, line: int, error: CodeRuleError) -> str:
    return f"{file}, line {line}, column {error.column}: {error.rule}"
