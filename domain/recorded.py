"""An event as it stands in a child's stream: the fact, and how the hub came by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One entry of a stream. Never updated, never deleted.

    originator_id, originator_version: the child's stream and the entry's place in it, from 1 (eventsourcing's names).
    recorded_at: when the hub learnt it, UTC. reporter: code of the agency that said it. findings: codes of what did not fit
    with the history then (`domain.findings`); only the responsible authority is told.
    continues: more entries of the same submission follow; they are disclosed together, with the last one.
    history: loaded as history: it starts no clock and asks nobody to acknowledge.
    """

    originator_id: UUID
    originator_version: int
    event_id: UUID
    recorded_at: datetime
    reporter: str
    findings: tuple[str, ...] = ()
    continues: bool = False
    history: bool = False
    event: Event

    @property
    def recorded_on(self) -> date:
        """The day on which the hub learnt it (UTC); times never leave the hub."""
        return self.recorded_at.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An entry that does not open: changed, moved, or bytes that nobody wrote. why: in words, never a value."""

    originator_id: UUID
    originator_version: int
    why: str


Entry = Recorded | Unreadable
"""What stands in one place of a stream."""
