"""The relay: from the event store to the topic `throughline.events`, the stored bytes as they are. One at a time; a second takes over.

Where it is, the topic itself tells: entries are appended in store order, a batch whole or not at all. The position kept in SQL serves
the low-water mark, and stands in where the topic no longer holds what was written.
"""

from __future__ import annotations

from typing import Final

from adapters.eventsourcing_store import ChildRecords
from adapters.kafka_appender import AppendFailed, KafkaAppender
from adapters.kafka_records import EVENTS, entry_record, last_by_partition
from adapters.sql_positions import RELAY, SqlPositions
from domain.child_record import ChildRecord

BATCH: Final = 5_000  # entries of one transaction, a megabyte or two: sent in many requests, waited for once


class KafkaRelay:
    """partitions: how many the events topic has."""

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
        self._position: int | None = None

    def step(self) -> int:
        """Relay one batch; answers how many entries it had. Raises AppendFailed, after which the next step looks where the topic is.

        1. on the first step, find the last entry on the topic  2. read what follows in the store  3. append it in one transaction
        4. note the position. A crash between 3 and 4 leaves the note behind the topic, which is what the first step puts right.
        """
        if self._position is None:
            self._position = self._find()
        found = self._records.notifications_raw(self._position, self._batch)
        if not found:
            return 0
        outgoing = [entry_record(position, stored, self._partitions) for position, stored in found]
        try:
            self._appender.append(outgoing)
        except AppendFailed:
            self._position = None
            raise
        self._position = found[-1][0]
        self._positions.relayed(self._position, last_by_partition(outgoing))
        return len(found)

    def _find(self) -> int:
        self._positions.begin_lanes(self._partitions)
        tails = [at for p in range(self._partitions) if (at := self._appender.last(EVENTS, p)) is not None]
        noted = self._positions.of(RELAY)
        position = max([noted, *tails])
        self._note(noted, position)
        return position

    def _note(self, noted: int, upto: int) -> None:
        """Note what was appended after the last note. Into which partitions, the store tells.

        A partition's own end may hide it behind an entry that somebody sent again, and what stands unseen in a lane would be passed.
        """
        while noted < upto:
            found = [(p, e) for p, e in self._records.notifications_raw(noted, self._batch) if p <= upto]
            if not found:
                break
            noted = found[-1][0]
            self._positions.relayed(noted, last_by_partition([entry_record(p, e, self._partitions) for p, e in found]))
