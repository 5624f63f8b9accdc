"""Views in SQL: each desk's pictures, the rows made of them, and how far its feed has been read.

One implementation for SQLite and PostgreSQL. All three are derived: they may be deleted and made again from the feed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Table,
    Text,
    delete,
    select,
    update,
)

from adapters.picture_json import read_picture, write_picture
from adapters.sql_bulk import insert_rows
from adapters.sql_engine import insert_if_absent
from adapters.sql_schema import HUB, WORD
from domain.picture import Picture
from projections.project import PositionMoved
from projections.views import Row

_AT_ONCE: Final = 1000  # children in one statement; SQLite takes 32,766 parameters, PostgreSQL 65,535

PICTURES = Table(
    "view_pictures",
    HUB,
    Column("audience", WORD, primary_key=True),
    Column("child", WORD, primary_key=True),
    Column("body", Text, nullable=False),
)

ROWS = Table(
    "view_rows",
    HUB,
    Column("audience", WORD, primary_key=True),
    Column("child", WORD, primary_key=True),
    Column("view", WORD, primary_key=True),
    Column("key", WORD, primary_key=True),
    Column("body", Text, nullable=False),
)

POSITIONS = Table(
    "view_positions",
    HUB,
    Column("audience", WORD, primary_key=True),
    Column("number", BigInteger, nullable=False),
)


class SqlViews:
    """The `projections.project.Views` of every desk in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def position(self, audience: str) -> int:
        """The number of the last message that was applied; 0 before the first."""
        with self._engine.connect() as connection:
            found = connection.scalar(select(POSITIONS.c.number).where(POSITIONS.c.audience == audience))
        return found or 0

    def pictures(self, audience: str, children: Collection[str] | None = None) -> dict[str, Picture]:
        """The pictures of these children (None: of all), by the desk's reference; those not met before are left out."""
        query = select(PICTURES.c.child, PICTURES.c.body).where(PICTURES.c.audience == audience)
        queries = [query] if children is None else [query.where(PICTURES.c.child.in_(c)) for c in _chunks(children)]
        with self._engine.connect() as connection:
            found = [row for q in queries for row in connection.execute(q.order_by(PICTURES.c.child))]
        return {ref: read_picture(ref, body) for ref, body in found}

    def rows(self, audience: str, view: str) -> list[Row]:
        """The rows of one view, ordered by child and key."""
        query = (
            select(ROWS.c.view, ROWS.c.child, ROWS.c.key, ROWS.c.body)
            .where(ROWS.c.audience == audience, ROWS.c.view == view)
            .order_by(ROWS.c.child, ROWS.c.key)
        )
        with self._engine.connect() as connection:
            return [Row(v, child, key, json.loads(body)) for v, child, key, body in connection.execute(query)]

    def commit(
        self, audience: str, after: int, number: int, pictures: Mapping[str, Picture], made: Sequence[Row]
    ) -> None:
        """Replace these children's pictures and all of their rows, and move the position, all or nothing.

        1. move the position, which also locks the desk against a second worker  2. delete what the children had
        3. insert what they have now. Raises PositionMoved, and changes nothing, when the position is no longer `after`.
        """
        with self._engine.begin() as connection:
            self._move(connection, audience, after, number)
            for refs in _chunks(pictures):
                for table in (ROWS, PICTURES):
                    connection.execute(delete(table).where(table.c.audience == audience, table.c.child.in_(refs)))
            insert_rows(connection, PICTURES, [_picture_row(audience, p) for p in pictures.values()])
            insert_rows(connection, ROWS, [_view_row(audience, row) for row in made])

    def forget(self, audience: str) -> None:
        """Delete the desk's pictures, rows and position."""
        with self._engine.begin() as connection:
            for table in (POSITIONS, ROWS, PICTURES):
                connection.execute(delete(table).where(table.c.audience == audience))

    def _move(self, connection: Connection, audience: str, after: int, number: int) -> None:
        at = (POSITIONS.c.audience == audience) & (POSITIONS.c.number == after)
        if connection.execute(update(POSITIONS).where(at).values(number=number)).rowcount == 1:
            return
        if after == 0:
            first = insert_if_absent(self._engine, POSITIONS).values(audience=audience, number=number)
            if connection.scalar(first.returning(POSITIONS.c.number)) is not None:
                return
        raise PositionMoved(audience, after)


def _chunks(children: Collection[str]) -> Iterator[list[str]]:
    refs = sorted(children)
    return (refs[start : start + _AT_ONCE] for start in range(0, len(refs), _AT_ONCE))


def _picture_row(audience: str, picture: Picture) -> dict[str, object]:
    return {"audience": audience, "child": picture.ref, "body": write_picture(picture)}


def _view_row(audience: str, row: Row) -> dict[str, object]:
    body = json.dumps(row.body, ensure_ascii=False, separators=(",", ":"))
    return {"audience": audience, "child": row.child, "view": row.view, "key": row.key, "body": body}
