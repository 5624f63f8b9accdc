"""Hints that there is something new: PostgreSQL's NOTIFY. Only a hint, it may be lost or come for nothing: polling is the truth."""

from __future__ import annotations

from threading import Event, Lock
from time import monotonic
from typing import Any, Final

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from adapters.sql_engine import make_engine

EVENTS_APPENDED: Final = "throughline_events"  # the event store's recorder notifies it by itself, with every append
FEEDS_NUMBERED: Final = "throughline_feeds"

_SLICE: Final = 0.2  # s after which a waiting thread looks whether it is to end


class Hints:
    """Waits for hints on one channel of a PostgreSQL database; on SQLite, for the time to pass.

    url: the database's. One thread waits; any may close. A database that cannot be reached makes a wait longer, never an error.
    """

    def __init__(self, url: str, channel: str) -> None:
        self._engine = make_engine(url)
        self._channel = channel
        self._connection: Connection | None = None
        self._closed = Event()
        self._waiting = Lock()

    def wait(self, seconds: float) -> None:
        """Return when a hint comes, or after this time, or when closed; at once where hints may have been missed."""
        until = monotonic() + seconds
        with self._waiting:
            if self._engine.dialect.name == "postgresql" and not self._closed.is_set():
                try:
                    self._hear(until)
                except (DBAPIError, self._engine.dialect.loaded_dbapi.Error):
                    self._hang_up()
                else:
                    return
            self._closed.wait(max(0.0, until - monotonic()))

    def close(self) -> None:
        """End a wait that is under way, and the connection."""
        self._closed.set()
        with self._waiting:
            self._hang_up()
            self._engine.dispose()

    def _hear(self, until: float) -> None:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection.exec_driver_sql(f"LISTEN {self._channel}")
            return  # what came before that was not heard: look
        driver: Any = self._connection.connection.driver_connection
        while not self._closed.is_set() and (left := until - monotonic()) > 0:
            if any(True for _ in driver.notifies(timeout=min(left, _SLICE), stop_after=1)):
                return

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def notify(connection: Connection, channel: str) -> None:
    """Hint to whoever waits on the channel, when this transaction commits. Nothing on SQLite."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(channel, "")))
