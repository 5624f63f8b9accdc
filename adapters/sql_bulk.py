"""Many rows at once: COPY where the database has it, one prepared INSERT elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DBAPIError


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows in the connection's transaction; every row names the same columns. None is nothing to do.

    PostgreSQL: COPY in binary form, the quickest there is; values go as they are, so a column's own type must be the Python value's.
    Raises what SQLAlchemy raises (IntegrityError where a key is taken); then the transaction can only be rolled back.
    """
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), rows)
        return
    columns = list(rows[0])
    quote = connection.dialect.identifier_preparer.quote
    statement = f"COPY {quote(table.name)} ({', '.join(map(quote, columns))}) FROM STDIN (FORMAT BINARY)"
    driver: Any = connection.connection.driver_connection
    any_error = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            copy.set_types([_type_name(table, name, connection) for name in columns])
            for row in rows:
                copy.write_row([row[name] for name in columns])
    except any_error as error:
        if driver.closed:
            connection.invalidate(error)
        # As SQLAlchemy would, had it run this; but the server's details quote the row, which may hold what nobody may log.
        bare = type(error)(error.diag.message_primary or "the connection was lost")
        raise DBAPIError.instance(
            statement, None, bare, any_error, hide_parameters=True, dialect=connection.dialect
        ) from None


def _type_name(table: Table, column: str, connection: Connection) -> str:
    """The column's type as the driver calls it: `bigint`; `varchar` for `VARCHAR(32) COLLATE "C"`."""
    return table.c[column].type.compile(connection.dialect).split("(")[0].split(" ")[0].lower()
