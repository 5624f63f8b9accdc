"""Where a child stands after each fact, in the order in which things were so.

A left fold over the facts that shape relationships, ordered by effective date. Each step keeps its `Situation`, so that a fact at
the end costs one step, and a late, corrected or retracted one only the steps after it. The order does not depend on arrival.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.events import (
    CareEnded,
    CareStarted,
    ChildRegistered,
    CustodyEntered,
    Event,
    LegalStatusChanged,
    LongTermResidenceBegan,
    LongTermResidenceEnded,
    OutcomeRecorded,
    PlacementEnded,
    PlacementMade,
    PlacementRelabelled,
    Released,
    Remanded,
    ResponsibleAuthorityChanged,
    ResponsibleCommissionerDetermined,
    SchoolLeft,
    SchoolStarted,
    Sentenced,
)
from domain.situation import BEGINNING, Situation, step

_RANK: dict[type[Event], int] = {
    ChildRegistered: 0,
    ResponsibleAuthorityChanged: 1,
    CareEnded: 2,
    CareStarted: 3,
    LegalStatusChanged: 4,
    ResponsibleCommissionerDetermined: 5,
    PlacementMade: 6,
    PlacementRelabelled: 7,
    PlacementEnded: 8,
    LongTermResidenceEnded: 9,
    LongTermResidenceBegan: 10,
    SchoolLeft: 11,
    SchoolStarted: 12,
    Released: 13,
    Remanded: 14,
    CustodyEntered: 15,
    Sentenced: 16,
    OutcomeRecorded: 17,
}

Key = tuple[date, int, bytes]


class Timeline:
    """The ordered facts and the situation after each."""

    __slots__ = ("_events", "_key_of", "_keys", "_planned", "_situations")

    def __init__(self) -> None:
        self._keys: list[Key] = []
        self._events: list[tuple[UUID, Event, date, str]] = []
        self._situations: list[Situation] = []
        self._key_of: dict[UUID, Key] = {}
        self._planned: dict[Key, date] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def copy(self) -> Timeline:
        """A timeline that goes on by itself."""
        other = Timeline()
        other._keys = list(self._keys)
        other._events = list(self._events)
        other._situations = list(self._situations)
        other._key_of = dict(self._key_of)
        other._planned = dict(self._planned)
        return other

    @property
    def now(self) -> Situation:
        """The situation after the last fact, planned ones included."""
        return self._situations[-1] if self._situations else BEGINNING

    def at_end_of(self, day: date) -> Situation:
        """The situation after everything effective on or before this day."""
        i = bisect_right(self._keys, (day, 99, b""))
        return self._situations[i - 1] if i else BEGINNING

    @property
    def situations(self) -> Sequence[Situation]:
        """All situations, in effective order."""
        return self._situations

    def last_before_plans(self, day: date) -> int:
        """Index of the last situation before the first fact whose day is still to come; of the last of all if there is none.

        A fact is still to come when it was planned, and its day lies after `day`.
        """
        to_come = [key for key in self._planned if key[0] > day]
        return bisect_left(self._keys, min(to_come)) - 1 if to_come else len(self._situations) - 1

    def insert(self, event_id: UUID, event: Event, known_on: date, reporter: str) -> None:
        """Put a fact in its place; facts that shape nothing are passed over."""
        rank = _RANK.get(type(event))
        if rank is None:
            return
        key = (event.effective_on, rank, event_id.bytes)
        i = bisect_left(self._keys, key)
        self._keys.insert(i, key)
        self._events.insert(i, (event_id, event, known_on, reporter))
        self._key_of[event_id] = key
        if event.effective_on > known_on:
            self._planned[key] = known_on
        self._refold(i)

    def remove(self, event_id: UUID) -> None:
        """Take a fact out, if it is here."""
        key = self._key_of.pop(event_id, None)
        if key is not None:
            i = bisect_left(self._keys, key)
            del self._keys[i], self._events[i]
            self._planned.pop(key, None)
            self._refold(i)

    def _refold(self, start: int) -> None:
        del self._situations[start:]
        situation = self._situations[start - 1] if start else BEGINNING
        for event_id, event, known_on, reporter in self._events[start:]:
            situation = step(situation, event_id, event, known_on, reporter)
            self._situations.append(situation)
