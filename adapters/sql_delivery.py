"""What was numbered and not delivered yet, in SQL: the messages of all desks in store order."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, bindparam, select

from adapters.sql_engine import by_index
from adapters.sql_feeds import AUDIENCES, FEED, LEDGER, NUMBERS, same_place
from adapters.sql_positions import SEQUENCER, position_of


@dataclass(frozen=True, slots=True)
class Numbered:
    """One message of a desk's feed. body: sealed; None where it was taken out."""

    audience: str
    number: int
    position: int
    kind: str
    child: UUID
    message_id: str
    body: bytes | None


class SqlDelivery:
    """Reads the feeds of all desks at once, by position."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def numbered(self, after: int, limit: int) -> tuple[int, list[Numbered]]:
        """About `limit` messages after a position, and the position up to which these are all; whole positions alone.

        Within a desk in number order. No messages: there is nothing to deliver up to that position.
        """
        with self._engine.connect() as connection:
            by_index(connection)
            upto = position_of(connection, SEQUENCER)
            rows = connection.execute(_WITHIN, {"after": after, "upto": upto, "most": limit}).all()
            if len(rows) == limit:  # the last position may go on beyond
                upto = rows[-1].position
                rows = [
                    *(r for r in rows if r.position < upto),
                    *connection.execute(_AT, {"at": upto}),
                ]
        return upto, [
            Numbered(r.audience, r.number, r.position, r.kind, UUID(bytes=r.child), r.message_id, r.body) for r in rows
        ]


_NUMBERED = (
    select(
        AUDIENCES.c.audience,
        NUMBERS.c.number,
        NUMBERS.c.position,
        LEDGER.c.kind,
        FEED.c.child,
        LEDGER.c.message_id,
        FEED.c.body,
    )
    .select_from(
        NUMBERS.join(AUDIENCES, AUDIENCES.c.id == NUMBERS.c.audience)
        .join(FEED, same_place(FEED, NUMBERS))
        .join(LEDGER, same_place(LEDGER, NUMBERS))
    )
    .order_by(NUMBERS.c.position, NUMBERS.c.ordinal)
)

_WITHIN = _NUMBERED.where(NUMBERS.c.position > bindparam("after"), NUMBERS.c.position <= bindparam("upto")).limit(
    bindparam("most")
)
_AT = _NUMBERED.where(NUMBERS.c.position == bindparam("at"))
