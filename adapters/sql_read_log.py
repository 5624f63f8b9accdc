"""The read log in SQL: every read of personal data, by whom, for which desk, for what purpose. Rows are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, DateTime, Engine, String, Table, insert, select

from adapters.sql_schema import HUB, POSITION

READS = Table(
    "reads",
    HUB,
    Column("id", POSITION, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("who", String, nullable=False),
    Column("audience", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("what", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Read:
    """One read. what: which view or feed, by ids, never a value that was read."""

    at: datetime
    who: str
    audience: str
    purpose: str
    what: str


class SqlReadLog:
    """Appends reads and lists them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, read: Read) -> None:
        """Log one read before its answer goes out."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(READS),
                {"at": read.at, "who": read.who, "audience": read.audience, "purpose": read.purpose, "what": read.what},
            )

    def reads(self) -> list[Read]:
        """Every read, oldest first."""
        with self._engine.connect() as connection:
            return [
                Read(r.at, r.who, r.audience, r.purpose, r.what)
                for r in connection.execute(select(READS).order_by(READS.c.id))
            ]
