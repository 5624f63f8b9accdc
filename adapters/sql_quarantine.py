"""The import's quarantine in SQL: every row and field that was not taken, with file, line, rule and source; never its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Engine, Integer, String, Table, delete, select

from adapters.sql_bulk import insert_rows
from adapters.sql_schema import HUB, WORD

QUARANTINE = Table(
    "quarantine",
    HUB,
    Column("source", WORD, primary_key=True),
    Column("file", WORD, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("field", WORD, primary_key=True),
    Column("rule", String, nullable=False),
    Column("meaning", String, nullable=False),
    Column("law", String, nullable=False),
    Column("whole_row", Boolean, nullable=False),
)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row, or (whole_row False) one field of a row that was otherwise taken. The words stay in the authority's own file."""

    file: str
    line: int
    field: str
    rule: str
    meaning: str
    law: str
    whole_row: bool


class SqlQuarantine:
    """Keeps what an import could not take. Importing the same file again replaces what that file left here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, source: str) -> None:
        """Forget what an earlier import of this source left. source: authority and as-at day of the return."""
        with self._engine.begin() as connection:
            connection.execute(delete(QUARANTINE).where(QUARANTINE.c.source == source))

    def add(self, source: str, rows: Iterable[SetAside]) -> None:
        """Keep some more rows."""
        values = [
            {
                "source": source,
                "file": r.file,
                "line": r.line,
                "field": r.field,
                "rule": r.rule,
                "meaning": r.meaning,
                "law": r.law,
                "whole_row": r.whole_row,
            }
            for r in rows
        ]
        if values:
            with self._engine.begin() as connection:
                insert_rows(connection, QUARANTINE, values)

    def sources(self, authority: str) -> list[str]:
        """The returns of an authority that left anything here, oldest as-at day first, each named as in `begin`."""
        of = QUARANTINE.c.source.startswith(f"{authority} ", autoescape=True)
        query = select(QUARANTINE.c.source).where(of).distinct().order_by(QUARANTINE.c.source)
        with self._engine.connect() as connection:
            return list(connection.scalars(query))

    def rows(self, source: str) -> list[SetAside]:
        """Everything set aside from a source, in file order."""
        query = select(QUARANTINE).where(QUARANTINE.c.source == source).order_by(QUARANTINE.c.file, QUARANTINE.c.line)
        with self._engine.connect() as connection:
            return [
                SetAside(r.file, r.line, r.field, r.rule, r.meaning, r.law, r.whole_row)
                for r in connection.execute(query)
            ]
