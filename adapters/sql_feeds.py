"""Feeds and ledger in SQL: what each desk is told, numbered without gaps, and why. One implementation for SQLite and PostgreSQL.

Rows of `feed` and `ledger` are only ever added, but for one thing: the body of an item since withdrawn is taken out of the feed, so
that nobody who reads it again is told what was taken back. Its number stays, and the ledger keeps its hash.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Engine,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Uuid,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from adapters.postgres_hints import FEEDS_NUMBERED, notify
from adapters.sql_bulk import insert_rows
from adapters.sql_engine import insert_if_absent
from adapters.sql_positions import SEQUENCER, low_water, move, move_lane, position_of
from adapters.sql_schema import HUB, POSITION, WORD
from projections.disclosing import Holds, Move

AUDIENCES = Table(
    "audiences",
    HUB,
    Column("id", Integer, primary_key=True),
    Column("audience", WORD, unique=True, nullable=False),
    Column(
        "head", POSITION, nullable=False, server_default="0"
    ),  # the last number given: not looked for among the numbers
)

FEED = Table(
    "feed",
    HUB,
    Column("audience", Integer, primary_key=True),
    Column("position", POSITION, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("child", LargeBinary(16), nullable=False),
    Column("item", String(32)),
    Column("body", LargeBinary),
    Index("feed_by_item", "audience", "item"),
    Index("feed_by_position", "position"),
    sqlite_with_rowid=False,
)

NUMBERS = Table(
    "numbers",
    HUB,
    Column("audience", Integer, primary_key=True),
    Column("number", POSITION, primary_key=True),
    Column("position", POSITION, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Index("numbers_by_position", "position"),
    sqlite_with_rowid=False,
)

LEDGER = Table(
    "ledger",
    HUB,
    Column("audience", Integer, primary_key=True),
    Column("position", POSITION, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("message_id", String(32), nullable=False),
    Column("kind", String(9), nullable=False),
    Column("child", LargeBinary(16), nullable=False),
    Column("event_id", LargeBinary(16)),
    Column("hash", LargeBinary, nullable=False),
    Column("context", Integer, nullable=False),
    Column("rulings", String, nullable=False),
    Column("breach", Boolean, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Index("ledger_by_child", "child"),
    Index("ledger_by_event", "event_id"),
    sqlite_with_rowid=False,
)

CALENDAR = Table(
    "calendar", HUB, Column("child", Uuid, primary_key=True), Column("day", Date, nullable=False, index=True)
)

TRAY = Table(
    "tray",
    HUB,
    Column("report", Uuid, primary_key=True),
    Column("authority", String, nullable=False, index=True),
    Column("reporter", String, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("child", Uuid),
)

HELD = Table(
    "held",
    HUB,
    Column("child", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("reason", String, nullable=False),
    Column("since", Date, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One message ready to be stored. body is sealed under the child's key; hash commits to its plaintext.

    item: the item it tells of. takes_back: the item whose earlier bodies it takes out.
    """

    audience: str
    position: int
    ordinal: int
    child: UUID
    message_id: str
    kind: str
    item: str | None
    event_id: UUID | None
    body: bytes
    hash: bytes
    context: int
    rulings: str
    breach: bool
    recorded_on: date
    takes_back: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report in an authority's tray; child is set once it was linked."""

    report: UUID
    authority: str
    reporter: str
    received_on: date
    child: UUID | None = None


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """An entry that is quarantined, by its place in a child's stream."""

    child: UUID
    version: int
    reason: str
    since: date


@dataclass(slots=True)
class Work:
    """Everything that one step of the disclosure worker stores, in one transaction. moves: how far it takes each lane.

    held: entries quarantined (None: released again), by child and version.
    """

    moves: Mapping[int | None, Move]
    entries: list[Entry]
    calendar: dict[UUID, date | None]
    waiting: list[Waiting]
    linked: list[tuple[UUID, UUID | None]]
    held: Mapping[tuple[UUID, int], Holds | None]


class SqlFeeds:
    """The store of feeds, ledger, tray and calendar."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._audiences: dict[str, int] = {}

    def position(self) -> int:
        """The position up to which everything was disclosed; 0 before the first."""
        with self._engine.connect() as connection:
            return low_water(connection)

    def commit(self, work: Work) -> None:
        """Store one step: feed and ledger rows, bodies taken out, calendar, tray and the worker's position, all or nothing.

        Raises Overtaken when a lane is no longer where the step began.
        """
        ids = self._ids({e.audience for e in work.entries})
        with self._engine.begin() as connection:
            for lane in sorted(work.moves, key=_in_order):
                move_lane(connection, lane, work.moves[lane])
            insert_rows(connection, FEED, [_feed_row(e, ids[e.audience]) for e in work.entries])
            insert_rows(connection, LEDGER, [_ledger_row(e, ids[e.audience]) for e in work.entries])
            taken = [
                {"of": ids[e.audience], "about": e.takes_back, "before": e.position, "at": e.ordinal}
                for e in work.entries
                if e.takes_back is not None
            ]
            if taken:
                connection.execute(_TAKE_OUT, taken)
            if work.calendar:
                connection.execute(_FORGET_DAY, [{"of": child} for child in work.calendar])
            days = [{"child": child, "day": day} for child, day in work.calendar.items() if day is not None]
            insert_rows(connection, CALENDAR, days)
            insert_rows(connection, TRAY, [_tray_row(waiting) for waiting in work.waiting])
            for report, joined in work.linked:
                connection.execute(update(TRAY).where(TRAY.c.report == report).values(child=joined))
            for child, version in work.held:
                connection.execute(delete(HELD).where(HELD.c.child == child, HELD.c.version == version))
            still = [{"child": c, "version": v, **_held(h)} for (c, v), h in work.held.items() if h is not None]
            insert_rows(connection, HELD, still)

    def sequence(self) -> int:
        """Number what is stored, per desk 1, 2, 3 … in store order; answers how many were numbered.

        Numbered is what lies below the low-water mark, the lowest position that every worker has passed: nothing can still come
        before it. Raises Overtaken when another process numbered meanwhile. Whoever waits for numbers is given a hint.
        """
        with self._engine.begin() as connection:
            done = position_of(connection, SEQUENCER)
            upto = low_water(connection)
            if upto <= done:
                return 0
            move(connection, SEQUENCER, done, upto)
            notify(connection, FEEDS_NUMBERED)
            numbered = connection.execute(_NUMBER, {"done": done, "upto": upto})
            given = Counter(numbered.scalars())
            if given:
                connection.execute(_RAISE_HEAD, [{"of": a, "by": n} for a, n in sorted(given.items())])
            return given.total()

    def read(self, audience: str, after: int, limit: int) -> list[tuple[int, UUID, str, bytes | None]]:
        """The feed of a desk after a number: (number, child, message id, sealed body or None where it was taken out)."""
        query = (
            select(NUMBERS.c.number, FEED.c.child, LEDGER.c.message_id, FEED.c.body)
            .select_from(
                NUMBERS.join(AUDIENCES, AUDIENCES.c.id == NUMBERS.c.audience)
                .join(FEED, same_place(FEED, NUMBERS))
                .join(LEDGER, same_place(LEDGER, NUMBERS))
            )
            .where(AUDIENCES.c.audience == audience, NUMBERS.c.number > after)
            .order_by(NUMBERS.c.number)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [(r[0], UUID(bytes=r[1]), r[2], r[3]) for r in connection.execute(query)]

    def audiences(self) -> list[str]:
        """Every desk that was ever told anything."""
        with self._engine.connect() as connection:
            return sorted(connection.scalars(select(AUDIENCES.c.audience)))

    def event_behind(self, audience: str, item: str) -> tuple[UUID, UUID] | None:
        """The child and the event behind an item id that this desk was given; None for any other."""
        query = (
            select(LEDGER.c.child, LEDGER.c.event_id)
            .select_from(FEED.join(AUDIENCES, AUDIENCES.c.id == FEED.c.audience).join(LEDGER, same_place(LEDGER, FEED)))
            .where(AUDIENCES.c.audience == audience, FEED.c.item == item)
            .limit(1)
        )
        with self._engine.connect() as connection:
            found = connection.execute(query).first()
        return (UUID(bytes=found[0]), UUID(bytes=found[1])) if found is not None else None

    def due(self, day: date) -> list[UUID]:
        """The children for whom the calendar changes something by this day."""
        with self._engine.connect() as connection:
            return list(
                connection.scalars(select(CALENDAR.c.child).where(CALENDAR.c.day <= day).order_by(CALENDAR.c.child))
            )

    def tray(self, authority: str) -> list[Waiting]:
        """The reports addressed to an authority, oldest first, those already linked included."""
        query = select(TRAY).where(TRAY.c.authority == authority).order_by(TRAY.c.received_on, TRAY.c.report)
        with self._engine.connect() as connection:
            return [
                Waiting(r.report, r.authority, r.reporter, r.received_on, r.child) for r in connection.execute(query)
            ]

    def held(self) -> list[HeldEntry]:
        """The entries that are quarantined, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(HELD).order_by(HELD.c.since, HELD.c.child, HELD.c.version))
            return [HeldEntry(r.child, r.version, r.reason, r.since) for r in rows]

    def _ids(self, audiences: set[str]) -> dict[str, int]:
        missing = sorted(audiences - self._audiences.keys())
        if missing:
            these = select(AUDIENCES).where(AUDIENCES.c.audience.in_(missing))
            with self._engine.connect() as connection:
                self._audiences.update({r.audience: r.id for r in connection.execute(these)})
            new = [{"audience": a} for a in missing if a not in self._audiences]
            if new:
                with self._engine.begin() as connection:  # another process may add the same desk: the first wins
                    connection.execute(insert_if_absent(self._engine, AUDIENCES), new)
                    rows = connection.execute(these).all()
                self._audiences.update({r.audience: r.id for r in rows})
        return self._audiences


_NUMBER = (
    insert(NUMBERS)
    .from_select(
        ["audience", "number", "position", "ordinal"],
        select(
            FEED.c.audience,
            AUDIENCES.c.head
            + func.row_number().over(partition_by=FEED.c.audience, order_by=(FEED.c.position, FEED.c.ordinal)),
            FEED.c.position,
            FEED.c.ordinal,
        )
        .join(AUDIENCES, AUDIENCES.c.id == FEED.c.audience)
        .where(FEED.c.position > bindparam("done"), FEED.c.position <= bindparam("upto")),
    )
    .returning(NUMBERS.c.audience)
)

_RAISE_HEAD = update(AUDIENCES).where(AUDIENCES.c.id == bindparam("of")).values(head=AUDIENCES.c.head + bindparam("by"))

_FORGET_DAY = delete(CALENDAR).where(CALENDAR.c.child == bindparam("of"))

_TAKE_OUT = (
    update(FEED)
    .where(
        FEED.c.audience == bindparam("of"),
        FEED.c.item == bindparam("about"),
        (FEED.c.position < bindparam("before"))
        | ((FEED.c.position == bindparam("before")) & (FEED.c.ordinal < bindparam("at"))),
    )
    .values(body=None)
)


def same_place(one: Table, other: Table) -> ColumnElement[bool]:
    """Joins rows of two tables that stand for the same message."""
    return and_(
        one.c.audience == other.c.audience, one.c.position == other.c.position, one.c.ordinal == other.c.ordinal
    )


def _in_order(lane: int | None) -> int:
    """Lanes are moved in one order, or two workers would wait for each other."""
    return -1 if lane is None else lane


def _feed_row(e: Entry, audience: int) -> dict[str, object]:
    return {
        "audience": audience,
        "position": e.position,
        "ordinal": e.ordinal,
        "child": e.child.bytes,
        "item": e.item,
        "body": e.body,
    }


def _ledger_row(e: Entry, audience: int) -> dict[str, object]:
    return {
        "audience": audience,
        "position": e.position,
        "ordinal": e.ordinal,
        "message_id": e.message_id,
        "kind": e.kind,
        "child": e.child.bytes,
        "event_id": e.event_id.bytes if e.event_id is not None else None,
        "hash": e.hash,
        "context": e.context,
        "rulings": e.rulings,
        "breach": e.breach,
        "recorded_on": e.recorded_on,
    }


def _held(held: Holds) -> dict[str, object]:
    return {"reason": held.reason, "since": held.since}


def _tray_row(w: Waiting) -> dict[str, object]:
    return {
        "report": w.report,
        "authority": w.authority,
        "reporter": w.reporter,
        "received_on": w.received_on,
        "child": w.child,
    }
