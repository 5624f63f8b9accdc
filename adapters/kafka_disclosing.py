"""The disclosure worker that reads the events topic: any number of them share its partitions.

A partition's place is kept with what was disclosed from it, not with the broker: what one worker stored, the next does not do again,
and of two that believe they have the same partition the second stores nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.subscription_state import ConsumerRebalanceListener

from adapters.eventsourcing_store import ChildRecords
from adapters.kafka_records import EVENTS, NotOurs, entry_of, partition_of
from adapters.sealed_feeds import SealedFeeds
from adapters.sql_positions import ANNOUNCED, SqlPositions
from domain.child_record import ChildRecord
from domain.quarantine import Poison
from projections.disclosing import Folds, Move, Overtaken, Quarantine, Step

GROUP: Final = "throughline.disclosure"
_FROM_STORE: Final = 500  # entries of one step where the topic cannot give them any more

log = logging.getLogger(__name__)

Arriving = tuple[int, StoredEvent, int]
"""An entry with its position and the offset after it."""


class KafkaDisclosure:
    """Discloses what arrives in the partitions that it is given. partitions: how many there are in all."""

    def __init__(
        self,
        reader: KafkaConsumer,
        records: ChildRecords[ChildRecord],
        sink: SealedFeeds,
        positions: SqlPositions,
        folds: Folds,
        set_aside: Quarantine,
        partitions: int,
    ) -> None:
        self._reader = reader
        self._records = records
        self._sink = sink
        self._positions = positions
        self._folds = folds
        self._set_aside = set_aside
        self._partitions = partitions
        self._at: dict[int, tuple[int, int]] = {}  # partition: position disclosed, offset of the next record
        self._lost_place = True
        positions.begin_lanes(partitions)
        reader.subscribe([EVENTS], listener=_Listener(self._lose_place))

    def step(self, wait: float, limit: int = 500) -> int:
        """Wait up to so many seconds for entries and disclose up to `limit` of them; answers how many there were.

        1. take what arrived; what was disclosed before is a repeat  2. fold it  3. commit it with the partitions' positions
        4. number what every worker has passed. Where another worker has stored the same meanwhile, the places are looked up again;
        what the topic cannot give is read from the store.
        """
        arrived = self._reader.poll(timeout_ms=int(wait * 1000), max_records=limit)
        try:
            if self._lost_place:  # what arrived may be of a place where nobody is
                self._find_places(sorted(self._reader.assignment()))
                return 0
            count = self._disclose(self._read(arrived))
        except Overtaken as why:
            log.info("partitions are looked up again: %s", why)
            self._lost_place = True
            return 0
        except BaseException:
            self._lost_place = True
            raise
        if count:
            self._sink.number()
        return count

    def _read(self, arrived: dict[TopicPartition, list[Any]]) -> dict[int, list[Arriving]]:
        return {place.partition: list(self._complete(place.partition, records)) for place, records in arrived.items()}

    def _complete(self, partition: int, records: list[Any]) -> Iterator[Arriving]:
        """What arrived, with what should have come before it and did not: that is read from the store."""
        at = self._at[partition][0]
        for record in records:
            try:
                entry = entry_of(record.key, record.value, record.headers)
            except NotOurs:  # had it been an entry, the next one would tell that it is missing
                log.warning("partition %d, offset %d: not a record of the relay, passed over", partition, record.offset)
                continue
            if entry.position > at:
                if entry.previous > at:
                    for missing in self._missing(partition, at, entry.previous):
                        yield from ((position, stored, record.offset) for position, stored, _ in missing)
                at = entry.position
            yield entry.position, entry.stored, record.offset + 1

    def _disclose(self, arrived: dict[int, list[Arriving]]) -> int:
        """Disclose in one step; where an entry is quarantined, in as many as there are such entries and one more."""
        rest = {p: list(entries) for p, entries in arrived.items()}
        total = 0
        while rest:
            moves: dict[int | None, Move] = {p: Move(self._at[p][0], *self._at[p]) for p in rest}
            step = Step(moves)
            poison, count = self._take(step, moves, rest)
            self._sink.store(step)
            self._at.update({p: (moves[p].position, moves[p].offset) for p in rest})
            total += count
            if poison is None:
                break
            self._set_aside(*poison)
        return total

    def _take(
        self, step: Step, moves: Mapping[int | None, Move], rest: dict[int, list[Arriving]]
    ) -> tuple[tuple[UUID, int, str] | None, int]:
        """Take entries off `rest` into the step, up to the first that cannot be disclosed."""
        count = 0
        for partition, entries in rest.items():
            move = moves[partition]
            for taken, (position, stored, offset) in enumerate(entries):
                if position > move.position:
                    entry = self._records.read(stored)
                    try:
                        self._folds.take(step, position, entry)
                    except Poison as poison:
                        del entries[:taken]
                        return (entry.originator_id, poison.version, poison.reason), count
                    move.position = position
                    count += 1
                move.offset = offset
            entries.clear()
        return None, count

    def _lose_place(self) -> None:
        self._lost_place = True

    def _find_places(self, places: Sequence[TopicPartition]) -> None:
        """Go to where each partition was disclosed to. What was folded before may be another worker's by now."""
        self._folds.forget()
        lanes = self._positions.lanes()
        announced = self._positions.of(ANNOUNCED)
        begin, end = self._reader.beginning_offsets(places), self._reader.end_offsets(places)
        self._at = {p.partition: (lanes[p.partition].disclosed, lanes[p.partition].offset) for p in places}
        for place in places:
            offset = self._at[place.partition][1]
            lane = lanes[place.partition]
            within = begin[place] <= offset <= end[place]
            # nothing follows, though it should: it comes in a moment, or the topic was made anew and has grown to this very offset
            if not within or (offset == end[place] and lane.announced > lane.disclosed):
                log.warning("partition %d does not hold what follows: read from the store", place.partition)
                self._from_store(place.partition, announced)
            self._reader.seek(place, offset if within else begin[place])
        self._lost_place = False

    def _from_store(self, partition: int, upto: int) -> None:
        """Disclose from the store what belongs in a partition and is gone from it."""
        for entries in self._missing(partition, self._at[partition][0], upto):
            self._disclose({partition: entries})

    def _missing(self, partition: int, after: int, upto: int) -> Iterator[list[Arriving]]:
        while after < upto and (found := self._records.notifications_raw(after, _FROM_STORE)):
            after = found[-1][0]
            yield [
                (position, stored, 0)
                for position, stored in found
                if position <= upto and partition_of(stored.originator_id, self._partitions) == partition
            ]


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # the library has no types
    """Only takes a note: the library swallows what goes wrong in here."""

    def __init__(self, lose_place: Callable[[], None]) -> None:
        self._lose_place = lose_place

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:  # noqa: ARG002
        """Every step is stored before the next poll, in which this is called."""
        self._lose_place()

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:  # noqa: ARG002
        """Nothing of these partitions is taken before their places are looked up."""
        self._lose_place()
