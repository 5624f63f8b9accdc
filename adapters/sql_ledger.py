"""The ledger read again: what was disclosed of which child, to whom, when and why. Never the words of a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Engine, func, select

from adapters.sql_feeds import AUDIENCES, FEED, LEDGER, NUMBERS, same_place


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One message as the ledger keeps it, without its words. taken_out: its item was since withdrawn, the body is gone.

    audience: the desk. position, ordinal: its place in the ledger. rulings: one line per field, `field outcome class
    basis consent`; empty but in what tells an item. breach: a relationship that never existed had been acted upon.
    """

    audience: str
    position: int
    ordinal: int
    kind: str
    event_id: UUID | None
    rulings: str
    breach: bool
    recorded_on: date
    taken_out: bool


class SqlLedger:
    """Questions to the ledger that `SqlFeeds` writes, in the same database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def children_of(self, audience: str) -> list[UUID]:
        """The children this desk was ever told of, in the order in which it first was."""
        query = (
            select(LEDGER.c.child)
            .join(AUDIENCES, AUDIENCES.c.id == LEDGER.c.audience)
            .where(AUDIENCES.c.audience == audience)
            .group_by(LEDGER.c.child)
            .order_by(func.min(LEDGER.c.position), func.min(LEDGER.c.ordinal))
        )
        with self._engine.connect() as connection:
            return [UUID(bytes=child) for child in connection.scalars(query)]

    def child_of(self, event_id: UUID) -> UUID | None:
        """The child in whose stream an event was disclosed; None where nobody was told of it. By the ledger's index."""
        query = select(LEDGER.c.child).where(LEDGER.c.event_id == event_id.bytes).limit(1)
        with self._engine.connect() as connection:
            found = connection.scalar(query)
        return UUID(bytes=found) if found is not None else None

    def ledger_of(self, child: UUID) -> list[LedgerLine]:
        """Everything that was disclosed about a child to any desk, in store order."""
        query = (
            select(
                AUDIENCES.c.audience,
                LEDGER.c.position,
                LEDGER.c.ordinal,
                LEDGER.c.kind,
                LEDGER.c.event_id,
                LEDGER.c.rulings,
                LEDGER.c.breach,
                LEDGER.c.recorded_on,
                FEED.c.body.is_(None).label("taken_out"),
            )
            .select_from(
                LEDGER.join(AUDIENCES, AUDIENCES.c.id == LEDGER.c.audience).join(FEED, same_place(FEED, LEDGER))
            )
            .where(LEDGER.c.child == child.bytes)
            .order_by(LEDGER.c.position, LEDGER.c.ordinal)
        )
        with self._engine.connect() as connection:
            return [
                LedgerLine(r[0], r[1], r[2], r[3], UUID(bytes=r[4]) if r[4] is not None else None, *r[5:])
                for r in connection.execute(query)
            ]

    def number_of(self, line: LedgerLine) -> int | None:
        """The number of a message in its desk's feed; None while it is not numbered."""
        query = (
            select(NUMBERS.c.number)
            .join(AUDIENCES, AUDIENCES.c.id == NUMBERS.c.audience)
            .where(
                AUDIENCES.c.audience == line.audience,
                NUMBERS.c.position == line.position,
                NUMBERS.c.ordinal == line.ordinal,
            )
        )
        with self._engine.connect() as connection:
            return connection.scalar(query)

    def first_notice(self, audience: str, event_id: UUID) -> int | None:
        """The number under which a desk was first given notice of an event; None where it was not."""
        query = (
            select(func.min(NUMBERS.c.number))
            .select_from(
                LEDGER.join(AUDIENCES, AUDIENCES.c.id == LEDGER.c.audience).join(NUMBERS, same_place(NUMBERS, LEDGER))
            )
            .where(LEDGER.c.event_id == event_id.bytes, LEDGER.c.kind == "notice", AUDIENCES.c.audience == audience)
        )
        with self._engine.connect() as connection:
            found: int | None = connection.scalar(query)
        return found
