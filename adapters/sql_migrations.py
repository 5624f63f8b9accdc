"""Brings a database to the version of its tables that this code needs, and refuses to work on any other.

Alembic keeps the version in the database and runs `adapters/migrations/<schema>/*.py` in order. It is imported only where there is
something to do: a database that is up to date costs one select.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.schema import CreateSchema

from adapters.sql_engine import SET_UP_LOCK, make_engine

FIRST: Final = "0001"
MIGRATIONS: Final = Path(__file__).with_name("migrations")
_VERSION: Final = text("SELECT version_num FROM alembic_version")


@dataclass(frozen=True, slots=True)
class Schema:
    """One set of tables. name: its schema on PostgreSQL, and the folder of its migrations. newest: the last of them."""

    name: str
    newest: str


HUB_SCHEMA: Final = Schema("hub", "0002")
KEYS_SCHEMA: Final = Schema("keys", "0001")


class SchemaBehind(RuntimeError):
    """The tables are of an older version. Nothing was changed: `throughline database upgrade` brings them up to date."""

    def __init__(self, schema: Schema, found: str) -> None:
        super().__init__(
            f"the tables of `{schema.name}` are at {found}, this version needs {schema.newest}: stop what runs on them, "
            "back up, then `throughline database upgrade`"
        )


class SchemaAhead(RuntimeError):
    """The tables are of a newer version than this code knows. Nothing was changed."""

    def __init__(self, schema: Schema, found: str) -> None:
        super().__init__(
            f"the tables of `{schema.name}` are at {found}, this version knows {schema.newest} and none after it: "
            "use the version of Throughline that upgraded them"
        )


class OutOfReach(RuntimeError):
    """The database server does not answer, or not to this user."""

    def __init__(self, engine: Engine) -> None:
        url = engine.url
        super().__init__(
            f"the database {url.database} at {url.host}:{url.port or 5432} cannot be reached as {url.username}"
        )


class Tables:
    """The tables of one schema in one database. engine: opened when first used; whoever made this closes it."""

    def __init__(self, url: str, schema: Schema) -> None:
        self.schema = schema
        self.engine = make_engine(url, schema.name)

    def prepare(self) -> Engine:
        """See that the tables are of the version that this code needs; in an empty database make them.

        Raises SchemaBehind, SchemaAhead, OutOfReach. Of several processes that find a database empty one makes the tables, and the
        others go on when they are there.
        """
        found = self.version()
        if found is None:
            self._make()
            found = self.version()
        if found is None or found < self.schema.newest:
            raise SchemaBehind(self.schema, found or "none")
        if found > self.schema.newest:
            raise SchemaAhead(self.schema, found)
        return self.engine

    def version(self) -> str | None:
        """The version of the tables; None where nothing says so. Raises OutOfReach."""
        try:
            with self.engine.connect() as connection:
                found: str | None = connection.scalar(_VERSION)
                return found
        except ProgrammingError:  # PostgreSQL: there is no such table
            return None
        except OperationalError:
            if self.engine.dialect.name == "sqlite":  # no such table; any other trouble shows at the next step
                return None
            raise OutOfReach(self.engine) from None

    def upgrade(self) -> None:
        """Run the migrations that are still to be run, all or none. Raises SchemaAhead, OutOfReach.

        Whoever calls sees to it that nothing else works on the tables.
        """
        found = self.version()
        if found is None:
            self._make()
        elif found > self.schema.newest:
            raise SchemaAhead(self.schema, found)
        with self._alone() as connection:
            self._run(connection, self.schema.newest)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def _make(self) -> None:
        """Make the tables in an empty database. A SQLite file from before there were migrations has those of the first version."""
        with self._alone() as connection:
            names = inspect(connection).get_table_names() if connection.dialect.name == "sqlite" else []
            if "alembic_version" not in names:
                self._run(connection, FIRST if names else self.schema.newest)

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """A transaction that no other set-up runs beside; committed at its end."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": SET_UP_LOCK})
                if not inspect(connection).has_schema(self.schema.name):
                    connection.execute(CreateSchema(self.schema.name))
            yield connection
            connection.commit()

    def _run(self, connection: Connection, target: str) -> None:
        from alembic import command  # noqa: PLC0415  heavy, and needed once in a version's life
        from alembic.config import Config  # noqa: PLC0415

        config = Config(attributes={"connection": connection})
        for option, folder in (("script_location", MIGRATIONS), ("version_locations", MIGRATIONS / self.schema.name)):
            config.set_main_option(option, str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        command.upgrade(config, target)
