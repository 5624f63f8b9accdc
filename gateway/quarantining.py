"""Entries that cannot be disclosed: set aside by the hub, tried again or dropped by an operator, each by a recorded event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from adapters.eventsourcing_store import ChildRecords, Conflict
from domain import quarantine
from domain.child_record import ChildRecord
from domain.events import EntryQuarantined, EntryReleased, Event
from domain.forms import Problem, Refused
from domain.recorded import Recorded


class Quarantining:
    """Writes into streams that are not read for it: the entry at fault may not open. clock, new_id: time and chance."""

    def __init__(
        self, records: ChildRecords[ChildRecord], clock: Callable[[], datetime], new_id: Callable[[], UUID]
    ) -> None:
        self._records = records
        self._clock = clock
        self._new_id = new_id

    def set_aside(self, stream: UUID, version: int, reason: str) -> None:
        """Record that an entry is quarantined, unless the stream says so already: two workers may meet it at once."""
        self._append(
            stream,
            lambda bar: (
                None
                if bar is not None and bar.until is None
                else EntryQuarantined(effective_on=self._clock().date(), version=version, reason=reason)
            ),
            version,
        )

    def release(self, stream: UUID, version: int, *, dropped: bool, decided_by: str, why: str) -> None:
        """Record that a quarantined entry is tried again, or dropped. Raises Refused for one that is not quarantined."""

        def decide(bar: quarantine.Bar | None) -> Event:
            if bar is None or bar.until is not None:
                raise Refused(Problem("version", "names no entry of this stream that is quarantined", "ours"))
            return EntryReleased(
                effective_on=self._clock().date(), version=version, dropped=dropped, decided_by=decided_by, why=why
            )

        self._append(stream, decide, version)

    def _append(self, stream: UUID, decide: Callable[[quarantine.Bar | None], Event | None], version: int) -> None:
        while True:
            entries = self._records.entries(stream)
            event = decide(quarantine.bars(entries).get(version))
            if event is None:
                return
            entry = Recorded(
                originator_id=stream,
                originator_version=entries[-1].originator_version + 1 if entries else 1,
                event_id=self._new_id(),
                recorded_at=self._clock(),
                reporter="",
                event=event,
            )
            try:
                self._records.append([entry])
            except Conflict:
                continue
            return
