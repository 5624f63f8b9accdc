"""Opens a database by its URL, with the settings that every table of the hub relies on."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine, MetaData, create_engine, event
from sqlalchemy.exc import OperationalError

BUSY_TIMEOUT: Final = 30_000  # ms that a writer waits for another; an import's largest batch commits well within it


def make_engine(url: str) -> Engine:
    """An engine whose commits are on disk when they return. Errors carry no parameters. The caller disposes of it.

    SQLite: write-ahead log, full sync, foreign keys enforced, and a writer waits 30 s for another before it gives up.
    """
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")  # first: the others may have to wait
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def create_tables(engine: Engine, metadata: MetaData) -> None:
    """Create the tables that are not there; two processes that begin at once both find them afterwards."""
    try:
        metadata.create_all(engine)
    except OperationalError:  # the other one was quicker between our look and our CREATE
        metadata.create_all(engine)
