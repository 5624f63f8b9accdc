"""Opens a database by its URL, with the settings that every table of the hub relies on."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite

BUSY_TIMEOUT: Final = 30_000  # ms that a writer waits for another; an import's largest batch commits well within it
CONNECT_TIMEOUT: Final = 10  # s until a database that does not answer is given up; by itself the driver waits 130
# PostgreSQL's advisory lock under which schemas and tables are made.
SET_UP_LOCK: Final = int.from_bytes(b"through")


def make_engine(url: str, schema: str | None = None) -> Engine:
    """An engine whose commits are on disk when they return. Errors carry no parameters. The caller disposes of it.

    SQLite: write-ahead log, full sync, foreign keys enforced, and a writer waits 30 s for another before it gives up.
    PostgreSQL: through psycopg, in this schema alone (None: the server's default); a connection that the server dropped while it lay
    idle is replaced before it is used, so a restart of the server fails only what was under way.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args=_postgres_arguments(parsed, schema),
    )


def by_index(connection: Connection) -> None:
    """What is asked in this transaction is found by index alone. PostgreSQL's statistics of a table that grows lag behind, and with
    old ones it reads all of it to find the newest rows.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off"
        )


def insert_if_absent(engine: Engine, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Inserts the rows whose key is not there yet. Of two writers of one key the first wins; the other waits for its commit."""
    insert = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert
    return insert(table).on_conflict_do_nothing()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")  # first: the others may have to wait
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _postgres_arguments(url: URL, schema: str | None) -> dict[str, Any]:
    """What a connection begins with. The schema goes there and not into the tables, which are the same on SQLite."""
    asked = url.query.get("options")
    options = [asked] if isinstance(asked, str) else list(asked or ())
    if schema is not None:
        options.append(f"-csearch_path={schema}")
    return {
        "connect_timeout": url.query.get("connect_timeout", CONNECT_TIMEOUT),
        **({"options": " ".join(options)} if options else {}),
    }
