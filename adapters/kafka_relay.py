"""The relay: from the event store to the topic `throughline.events`, the stored bytes as they are. One at a time; a second takes over.

Entries are sent in store order and every answer is looked at. Where a send failed, what follows may stand on the topic before what is
sent again: so each record tells the one before it in its partition, and a worker that does not have that one reads it from the store.
A transaction would forbid the disorder, and double the time that every entry takes (docs/decisions/0015).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from adapters.eventsourcing_store import ChildRecords
from adapters.kafka_appender import AppendFailed, Fenced, KafkaAppender
from adapters.kafka_records import EVENTS, Outgoing, entry_record, partition_of
from adapters.sql_positions import ANNOUNCED, RELAY, Span, SqlPositions
from domain.child_record import ChildRecord
from projections.disclosing import Overtaken

BATCH: Final = 5_000  # entries sent at once and waited for once: a megabyte or two, in many requests


class TopicAhead(RuntimeError):
    """The topic holds what the store does not, which was restored to an earlier moment: what is recorded now would be passed over."""


class KafkaRelay:
    """partitions: how many the events topic has. appender: not atomic."""

    def __init__(
        self,
        records: ChildRecords[ChildRecord],
        positions: SqlPositions,
        appender: KafkaAppender,
        partitions: int,
        batch: int = BATCH,
    ) -> None:
        self._records = records
        self._positions = positions
        self._appender = appender
        self._partitions = partitions
        self._batch = batch
        self._generation = 0
        self._announced = 0
        self._position: int | None = None
        self._last: dict[int, int] = {}  # partition: the last entry of it that was sent, as far as it is known

    def step(self) -> int:
        """Relay one batch; answers how many entries it had. Raises AppendFailed, after which the next step looks where the topic is.

        1. on the first step, take over from any other relay and find the last entry on the topic  2. read what follows in the store
        3. announce what goes into which lane: nothing beyond it is numbered before it is disclosed; a relay that another took over
        from is refused here (Fenced)  4. send it. A crash between 3 and 4 is made good by 1: the announcement is of the store, and
        stays true. One that the database lost in a crash is made again.
        """
        if self._position is None:
            self._position = self._take_over()
        found = self._records.notifications_raw(self._position, self._batch)
        if not found:
            self._announce_again(self._position)
            return 0
        outgoing: list[Outgoing] = []
        last = dict(self._last)
        for position, stored in found:
            partition = partition_of(stored.originator_id, self._partitions)
            outgoing.append(entry_record(position, stored, partition, last.get(partition, self._position)))
            last[partition] = position
        if not self._announce(outgoing):
            return 0
        try:
            self._appender.append(outgoing)
        except AppendFailed:
            self._position = None
            raise
        self._position, self._last = found[-1][0], last
        return len(found)

    def _take_over(self) -> int:
        self._positions.begin_lanes(self._partitions)
        self._generation = self._positions.take_over(RELAY)
        self._announced = self._positions.of(ANNOUNCED)
        tails = (self._appender.last(EVENTS, p) for p in range(self._partitions))
        self._position = max([self._positions.of(RELAY), *(at for at in tails if at is not None)])
        if self._position > self._records.last_position():
            raise TopicAhead(
                "throughline.events holds more than the store: after a restore it is deleted (docs/operations.md)"
            )
        self._announce_again(self._position)
        lanes = self._positions.lanes().values()  # one that was announced and not sent is not the last that was sent
        self._last = {lane.partition: lane.announced for lane in lanes if lane.announced <= self._position}
        return self._position

    def _announce(self, outgoing: Sequence[Outgoing]) -> bool:
        """Answers whether it could be said: not where what was said before is lost, and the next step has to begin anew."""
        assert self._position is not None
        spans: dict[int, Span] = {}
        for record in outgoing:
            first, _ = spans.get(record.partition, (record.sequence, 0))
            spans[record.partition] = (first, record.sequence)
        upto = outgoing[-1].sequence if outgoing else self._announced
        try:
            self._positions.announce(self._generation, self._announced, upto, spans, self._position)
        except Overtaken:
            if self._positions.generation(RELAY) != self._generation:
                raise Fenced("another process is the relay now") from None
            self._position = None
            return False
        self._announced = max(self._announced, upto)
        return True

    def _announce_again(self, upto: int) -> None:
        """Say of everything up to a position, which is on the topic, what the database does not know (any more)."""
        self._announced = self._positions.of(ANNOUNCED)
        while self._announced < upto:
            found = self._records.notifications_raw(self._announced, self._batch)
            known = [
                entry_record(position, stored, partition_of(stored.originator_id, self._partitions), 0)
                for position, stored in found
                if position <= upto
            ]
            if not known or not self._announce(known):
                return
        if self._positions.of(RELAY) < upto:
            self._announce(())
