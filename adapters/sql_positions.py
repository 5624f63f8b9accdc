"""How far each worker is, in SQL: positions of the event store. Moving one and storing what was produced is one transaction.

A worker that reads the store itself has one position. Carried on Kafka, every partition of the events topic is a *lane* with two:
up to where the relay has put entries into it, and up to where a worker has disclosed them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, Connection, Engine, Integer, String, Table, and_, case, func, literal, select, update

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
    Column("relayed", POSITION, nullable=False),
    Column("disclosed", POSITION, nullable=False),
    Column("next_offset", POSITION, nullable=False),
)

DISCLOSURE: Final = "disclosure"
SEQUENCER: Final = "sequencer"
RELAY: Final = "relay"
DELIVERY: Final = "delivery"
PROJECTION: Final = "projection"


class LanesDiffer(RuntimeError):
    """The events topic has another number of partitions than this hub was begun with: entries of one child would change lanes."""


@dataclass(frozen=True, slots=True)
class Lane:
    """relayed, disclosed: positions of the last entry put into the partition, and of the last one disclosed.

    offset: of the next record in the partition.
    """

    partition: int
    relayed: int
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
        """Move a worker from the position it began at. Raises Overtaken when it is no longer there."""
        with self._engine.begin() as connection:
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
                [{"partition": p, "relayed": 0, "disclosed": base, "next_offset": 0} for p in range(partitions)],
            )
            connection.execute(insert_if_absent(self._engine, POSITIONS), {"worker": RELAY, "position": base})

    def lanes(self) -> dict[int, Lane]:
        """Every lane by its partition; empty where the hub is not carried on Kafka."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(LANES).order_by(LANES.c.partition))
            return {r.partition: Lane(r.partition, r.relayed, r.disclosed, r.next_offset) for r in rows}

    def relayed(self, position: int, last: Mapping[int, int]) -> None:
        """Everything up to a position is on the topic. last: by partition, the last of it. What was noted beyond it stays."""
        with self._engine.begin() as connection:
            for partition, at in sorted(last.items()):
                lane = and_(LANES.c.partition == partition, LANES.c.relayed < at)
                connection.execute(update(LANES).where(lane).values(relayed=at))
            behind = and_(POSITIONS.c.worker == RELAY, POSITIONS.c.position < position)
            connection.execute(update(POSITIONS).where(behind).values(position=position))


def position_of(connection: Connection, worker: str) -> int:
    """The position of a worker; 0 before the first."""
    return connection.scalar(select(POSITIONS.c.position).where(POSITIONS.c.worker == worker)) or 0


def low_water(connection: Connection) -> int:
    """The position up to which every worker has disclosed everything.

    A lane in which everything relayed is disclosed holds nothing back: the next entry in it comes after all that was relayed.
    """
    relayed = select(POSITIONS.c.position).where(POSITIONS.c.worker == RELAY).scalar_subquery()
    passed = case((LANES.c.disclosed >= LANES.c.relayed, func.coalesce(relayed, literal(0))), else_=LANES.c.disclosed)
    lowest: int | None = connection.scalar(select(func.min(passed)))
    return lowest if lowest is not None else position_of(connection, DISCLOSURE)


def move(connection: Connection, worker: str, after: int, position: int) -> None:
    """Move a worker from the position it began at: of two that did the same work, the second stores nothing (Overtaken)."""
    at = and_(POSITIONS.c.worker == worker, POSITIONS.c.position == after)
    if connection.execute(update(POSITIONS).where(at).values(position=position)).rowcount == 1:
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
    at = and_(LANES.c.partition == partition, LANES.c.disclosed == moved.after)
    values = {"disclosed": moved.position, "next_offset": moved.offset}
    if connection.execute(update(LANES).where(at).values(values)).rowcount != 1:
        raise Overtaken(f"partition {partition} was no longer at {moved.after}: another worker has it")
