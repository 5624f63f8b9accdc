"""How far each worker is, in SQL: positions of the event store. Moving one and storing what was produced is one transaction.

A worker that reads the store itself has one position. Carried on Kafka, every partition of the events topic is a *lane* with two:
up to where entries go into it, as the relay announces, and up to where a worker has disclosed them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    String,
    Table,
    bindparam,
    case,
    exists,
    func,
    literal,
    select,
    update,
)

from adapters.sql_engine import insert_if_absent
from adapters.sql_schema import HUB, POSITION
from projections.disclosing import WHOLE_STORE, Move, Overtaken

POSITIONS = Table(
    "positions",
    HUB,
    Column("worker", String, primary_key=True),
    Column("position", POSITION, nullable=False),
)

LANES = Table(
    "lanes",
    HUB,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("announced", POSITION, nullable=False),
    Column("pending", POSITION, nullable=False),
    Column("disclosed", POSITION, nullable=False),
    Column("next_offset", POSITION, nullable=False),
)

DISCLOSURE: Final = "disclosure"
SEQUENCER: Final = "sequencer"
RELAY: Final = "relay"
ANNOUNCED: Final = "announced"
DELIVERY: Final = "delivery"
PROJECTION: Final = "projection"


class LanesDiffer(RuntimeError):
    """The events topic has another number of partitions than this hub was begun with: entries of one child would change lanes."""


Span = tuple[int, int]
"""The first and the last of the entries that go into a lane."""


@dataclass(frozen=True, slots=True)
class Lane:
    """announced, disclosed: positions of the last entry that goes into the partition, and of the last one disclosed.

    offset: of the next record in the partition.
    """

    partition: int
    announced: int
    disclosed: int
    offset: int


class SqlPositions:
    """The positions of relay, workers, sequencer and delivery."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, worker: str) -> int:
        """The position up to which this worker has done its work; 0 before the first."""
        with self._engine.connect() as connection:
            return position_of(connection, worker)

    def move(self, worker: str, after: int, position: int) -> None:
        """Move a worker whose work can be found again from the position it began at. Raises Overtaken when it is no longer there."""
        with self._engine.begin() as connection:
            lazily(connection)
            move(connection, worker, after, position)

    def begin_lanes(self, partitions: int) -> None:
        """Carry the hub on this many partitions, from where it was disclosed without them. Raises LanesDiffer for another number."""
        with self._engine.begin() as connection:
            there = connection.scalar(select(func.count()).select_from(LANES))
            if there not in (0, partitions):
                raise LanesDiffer(f"the topic has {partitions} partitions, this hub {there}: they are set once")
            base = position_of(connection, DISCLOSURE)
            add = insert_if_absent(self._engine, LANES)
            connection.execute(
                add,
                [
                    {"partition": p, "announced": 0, "pending": 0, "disclosed": base, "next_offset": 0}
                    for p in range(partitions)
                ],
            )
            begun = [{"worker": worker, "position": base} for worker in (RELAY, ANNOUNCED)]
            connection.execute(insert_if_absent(self._engine, POSITIONS), begun)

    def lanes(self) -> dict[int, Lane]:
        """Every lane by its partition; empty where the hub is not carried on Kafka."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(LANES).order_by(LANES.c.partition))
            return {r.partition: Lane(r.partition, r.announced, r.disclosed, r.next_offset) for r in rows}

    def take_over(self, worker: str) -> int:
        """Be the one relay, or deliverer, from now on: answers a generation, which says later whether another has taken over since."""
        name = _generation(worker)
        with self._engine.begin() as connection:
            connection.execute(insert_if_absent(self._engine, POSITIONS), {"worker": name, "position": 0})
            own = update(POSITIONS).where(POSITIONS.c.worker == name).values(position=POSITIONS.c.position + 1)
            generation: int = connection.execute(own.returning(POSITIONS.c.position)).scalar_one()
            return generation

    def generation(self, worker: str) -> int:
        """The generation of whoever took over last; 0 before the first."""
        return self.of(_generation(worker))

    def announce(self, generation: int, before: int, position: int, spans: Mapping[int, Span], relayed: int) -> None:
        """Say what goes onto the topic next: entries after `before` up to a position; spans: by partition, the first and last of them.

        relayed: up to where they are there. Raises Overtaken for a generation that another has taken over from, or where what was said
        up to `before` was lost: it is not awaited on disk, and has to be said again.
        """
        with self._engine.begin() as connection:
            lazily(connection)
            if connection.execute(_ANNOUNCE, {"own": generation, "before": before, "at": position}).rowcount != 1:
                raise Overtaken("another process is the relay now, or what was announced is lost")
            if spans:
                rows = [{"lane": p, "from": first, "at": last} for p, (first, last) in sorted(spans.items())]
                connection.execute(_ANNOUNCE_LANE, rows)
            connection.execute(_RELAYED, {"at": relayed})


def _generation(worker: str) -> str:
    return f"{worker} generation"


_CURRENT = POSITIONS.alias("current")
_ANNOUNCE = (
    update(POSITIONS)
    .where(
        POSITIONS.c.worker == ANNOUNCED,
        POSITIONS.c.position >= bindparam("before"),
        exists().where(_CURRENT.c.worker == _generation(RELAY), _CURRENT.c.position == bindparam("own")),
    )
    .values(position=case((POSITIONS.c.position < bindparam("at"), bindparam("at")), else_=POSITIONS.c.position))
)
_ANNOUNCE_LANE = (
    update(LANES)
    .where(LANES.c.partition == bindparam("lane"), LANES.c.announced < bindparam("at"))
    .values(
        announced=bindparam("at"),
        pending=case((LANES.c.disclosed >= LANES.c.announced, bindparam("from")), else_=LANES.c.pending),
    )
)
_RELAYED = (
    update(POSITIONS)
    .where(POSITIONS.c.worker == RELAY, POSITIONS.c.position < bindparam("at"))
    .values(position=bindparam("at"))
)


# Built once: building a statement costs more than running it.
_POSITION = select(POSITIONS.c.position).where(POSITIONS.c.worker == bindparam("of"))
_PASSED = case(
    (
        LANES.c.disclosed >= LANES.c.announced,
        func.coalesce(
            select(POSITIONS.c.position).where(POSITIONS.c.worker == ANNOUNCED).scalar_subquery(), literal(0)
        ),
    ),
    (LANES.c.pending > LANES.c.disclosed, LANES.c.pending - 1),
    else_=LANES.c.disclosed,
)
_LOW_WATER = select(
    func.coalesce(
        select(func.min(_PASSED)).scalar_subquery(),
        select(POSITIONS.c.position).where(POSITIONS.c.worker == DISCLOSURE).scalar_subquery(),
        literal(0),
    )
)
_MOVE = (
    update(POSITIONS)
    .where(POSITIONS.c.worker == bindparam("of"), POSITIONS.c.position == bindparam("after"))
    .values(position=bindparam("to"))
)
_MOVE_LANE = (
    update(LANES)
    .where(LANES.c.partition == bindparam("lane"), LANES.c.disclosed == bindparam("after"))
    .values(disclosed=bindparam("to"), next_offset=bindparam("offset"))
)


def position_of(connection: Connection, worker: str) -> int:
    """The position of a worker; 0 before the first."""
    return connection.scalar(_POSITION, {"of": worker}) or 0


def low_water(connection: Connection) -> int:
    """The position up to which every worker has disclosed everything.

    A lane in which everything announced is disclosed holds nothing back: the next entry in it comes after all that was announced. Any
    other holds back what comes after its last disclosed entry, or, where that is more, what comes from its first pending one on.
    """
    return int(connection.execute(_LOW_WATER).scalar_one())


def lazily(connection: Connection) -> None:
    """This transaction is not awaited on disk: for what can be found again. Only PostgreSQL has the choice."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")


def move(connection: Connection, worker: str, after: int, position: int) -> None:
    """Move a worker from the position it began at: of two that did the same work, the second stores nothing (Overtaken)."""
    if connection.execute(_MOVE, {"of": worker, "after": after, "to": position}).rowcount == 1:
        return
    if after == 0:
        first = insert_if_absent(connection.engine, POSITIONS).values(worker=worker, position=position)
        if connection.scalar(first.returning(POSITIONS.c.position)) is not None:
            return
    raise Overtaken(f"worker {worker} was no longer at {after}: another did this work")


def move_lane(connection: Connection, partition: int | None, moved: Move) -> None:
    """The same for one lane of the disclosure."""
    if partition is WHOLE_STORE:
        move(connection, DISCLOSURE, moved.after, moved.position)
        return
    to = {"lane": partition, "after": moved.after, "to": moved.position, "offset": moved.offset}
    if connection.execute(_MOVE_LANE, to).rowcount != 1:
        raise Overtaken(f"partition {partition} was no longer at {moved.after}: another worker has it")
