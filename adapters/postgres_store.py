"""The event store on PostgreSQL: `eventsourcing`'s own recorder, in a schema of its own, made once however many begin together."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl

from eventsourcing.persistence import ProcessRecorder
from eventsourcing.postgres import PostgresFactory, PostgresProcessRecorder
from eventsourcing.utils import Environment
from psycopg.sql import SQL, Identifier

from adapters.sql_engine import SET_UP_LOCK

CONNECTION: Final = (
    "POSTGRES_CONNECTION"  # our setting: what else a connection is opened with (sslmode, …), as in a URL's query
)

PATIENCE: Final = (
    1.0  # s until a connection; the recorder tries ten times: longer, and a process would neither go on nor stop
)


class FirstStandsRecorder(PostgresProcessRecorder):
    """The library's recorder, but what is tracked under a name stays: as that of `adapters.eventsourcing_store` on SQLite."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.insert_tracking_statement = SQL(
            "INSERT INTO {}.{} VALUES (%(application_name)s, %(notification_id)s) "
            "ON CONFLICT (application_name) DO NOTHING RETURNING notification_id"
        ).format(Identifier(self.datastore.schema), Identifier(self.tracking_table_name))


class OwnSchemaFactory(PostgresFactory):
    """The library's factory, but the schema and its tables are made under a lock, and a URL's other settings are kept."""

    process_recorder_class = FirstStandsRecorder

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        pool = self.datastore.pool  # not open yet
        pool.timeout = PATIENCE
        pool.kwargs = {**pool.kwargs, **dict(parse_qsl(env.get(CONNECTION, "")))}  # type: ignore[dict-item]
        self._absent = False

    def env_create_table(self) -> bool:
        """Whether the tables are still to be made."""
        return self._absent

    def process_recorder(self) -> ProcessRecorder:
        """The recorder. Of several processes that find no tables one makes them; the library's statements alone would collide."""
        if self._tables_there():
            return super().process_recorder()
        with self.datastore.get_connection() as connection:  # in autocommit mode: the lock is the session's
            connection.execute("SELECT pg_advisory_lock(%s)", (SET_UP_LOCK,))
            try:
                self._absent = not self._tables_there()
                if self._absent:
                    schema = Identifier(self.datastore.schema)
                    connection.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
                return super().process_recorder()
            finally:
                connection.execute("SELECT pg_advisory_unlock(%s)", (SET_UP_LOCK,))

    def _tables_there(self) -> bool:
        # The library makes all of them in one transaction; this one was not there from the beginning.
        query = "SELECT to_regclass(%s) IS NOT NULL AS there"
        with self.datastore.get_connection() as connection:
            found = connection.execute(query, (f"{self.datastore.schema}.{self.env.name.lower()}_tracking",)).fetchone()
        return found is not None and bool(found["there"])
