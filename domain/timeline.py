"""Where a child stands after each fact, in the order in which things were so.

A left fold over the facts that shape relationships, ordered by effective date. Each step keeps its `Situation`, so that a fact at
the end costs one step, and a late, corrected or retracted one only the steps after it. The order does not depend on arrival.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.events import (
    CareEnded,
    CareStarted,
    ChildRegistered,
    CustodyEntered,
    Event,
    LegalStatusChanged,
    PlacementEnded,
    PlacementMade,
    PlacementRelabelled,
    Released,
    Sentenced,
)
from domain.vocabulary import UNKNOWN, Unknown

ONLY_BY_AGREEMENT_OR_REMAND = frozenset(
    {"V2", "J1"}
)  # SI 2010/2797: on sentence such a child ceases to be looked after
SHORT_BREAKS = frozenset({"V3", "V4"})  # CPR 2010 reg 48
TEMPORARY = frozenset({"T0", "T1", "T2", "T3", "T4"})  # SSDA903: the usual placement goes on
ADOPTIVE = frozenset({"A3", "A4", "A5", "A6"})  # Adoption Agencies Regulations 2005: another regime


@dataclass(frozen=True, slots=True)
class Authority:
    """The responsible authority, from registration on."""

    code: str
    since: date
    known_on: date


@dataclass(frozen=True, slots=True)
class Care:
    """A period of being looked after: under whom it began, and who paid for health just before.

    by_remand: nobody but the youth offending team has said so yet. Then only those who may know of custody are told: an
    opening that no care-started comes with would itself tell of it. The responsible authority says it by recording care-started.
    """

    since: date
    authority: str
    health_body: str | Unknown | None
    by_remand: bool = False


@dataclass(frozen=True, slots=True)
class Living:
    """Where the child usually lives: since when in this placement, and since when without a break in this area."""

    placement: UUID
    placement_type: str | Unknown
    since: date
    area: str | Unknown
    health_body: str | Unknown | None
    area_since: date
    area_ground: UUID


@dataclass(frozen=True, slots=True)
class Departed:
    """The area the child lived in before, and when that ended."""

    area: str | Unknown
    health_body: str | Unknown | None
    on: date
    known_on: date


@dataclass(frozen=True, slots=True)
class Custody:
    """A period in custody: entry, who reported it, where the child then lived, legal status then."""

    since: date
    ground: UUID
    reporter: str
    area: str | Unknown
    legal_status: str | Unknown | None
    sentenced: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the child stands at the end of one step. A part is None where it does not apply."""

    on: date
    known_on: date
    authority: Authority | None = None
    care: Care | None = None
    legal_status: str | Unknown | None = None
    legal_fact: UUID | None = None
    care_fact: UUID | None = None
    living: Living | None = None
    departed: Departed | None = None
    custody: Custody | None = None
    ended_unstarted: date | None = None


_RANK: dict[type[Event], int] = {
    ChildRegistered: 0,
    CareEnded: 1,
    CareStarted: 2,
    LegalStatusChanged: 3,
    PlacementMade: 4,
    PlacementRelabelled: 5,
    PlacementEnded: 6,
    Released: 7,
    CustodyEntered: 8,
    Sentenced: 9,
}

Key = tuple[date, int, bytes]
BEGINNING = Situation(date.min, date.min)


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


def step(s: Situation, event_id: UUID, event: Event, known_on: date, reporter: str) -> Situation:
    """The situation after one more fact."""
    on = event.effective_on
    s = replace(s, on=on, known_on=known_on)
    if isinstance(event, PlacementMade):
        return _placed(s, event_id, event, known_on)
    if isinstance(event, PlacementRelabelled):
        if s.living is not None and s.living.placement == event.placement:
            return replace(s, living=replace(s.living, placement_type=event.placement_type))
        return s
    if isinstance(event, PlacementEnded):
        if s.living is not None and s.living.placement == event.placement:
            return replace(s, living=None, departed=_departed(s, on, known_on))
        return s
    if isinstance(event, ChildRegistered):
        return replace(s, authority=Authority(event.authority, on, known_on))
    if isinstance(event, LegalStatusChanged):
        return replace(s, legal_status=event.legal_status, legal_fact=event_id)
    if isinstance(event, CareStarted):
        return _care_started(s, event_id, event, known_on)
    if isinstance(event, CareEnded):
        return _care_ended(s, on, known_on)
    if isinstance(event, CustodyEntered):
        return _custody_entered(s, event_id, event, known_on, reporter)
    if isinstance(event, Sentenced):
        if s.custody is not None:
            s = replace(s, custody=replace(s.custody, sentenced=True))
        return _ceases_on_sentence(s, on, known_on)
    if isinstance(event, Released):
        only_by_remand = s.custody is not None and s.care_fact == s.custody.ground
        s = replace(s, custody=None)
        return _care_ended(s, on, known_on) if only_by_remand else s
    return s


def _placed(s: Situation, event_id: UUID, event: PlacementMade, known_on: date) -> Situation:
    on = event.effective_on
    if event.placement_type in TEMPORARY:
        return s
    old = s.living
    same_place = (
        old is not None
        and event.area_authority is not UNKNOWN
        and (old.area, old.health_body) == (event.area_authority, event.health_body)
        and old.placement_type not in ADOPTIVE
        and event.placement_type not in ADOPTIVE
    )
    living = Living(
        event_id,
        event.placement_type,
        on,
        event.area_authority,
        event.health_body,
        old.area_since if same_place and old is not None else on,
        old.area_ground if same_place and old is not None else event_id,
    )
    departed = s.departed if same_place or old is None else _departed(s, on, known_on)
    return replace(s, living=living, departed=departed)


def _departed(s: Situation, on: date, known_on: date) -> Departed | None:
    old = s.living
    if (
        old is None or old.placement_type in ADOPTIVE
    ):  # the place of an adoptive home was never told, so its leaving is not either
        return s.departed
    return Departed(old.area, old.health_body, on, known_on)


def _care_started(s: Situation, event_id: UUID, event: CareStarted, known_on: date) -> Situation:
    on = event.effective_on
    authority = s.authority.code if s.authority is not None else ""
    started = replace(
        s,
        care=s.care if s.care is not None and not s.care.by_remand else Care(on, authority, event.health_body),
        legal_status=event.legal_status,
        legal_fact=event_id,
        care_fact=s.care_fact if s.care is not None and not s.care.by_remand else event_id,
        ended_unstarted=None,
    )
    # a period that starts and ends on one day: the end, ranked first, has already been seen
    return _care_ended(started, on, known_on) if s.ended_unstarted == on else started


def _care_ended(s: Situation, on: date, known_on: date) -> Situation:
    if s.care is None:
        return replace(s, ended_unstarted=on)
    return replace(
        s,
        care=None,
        legal_status=None,
        legal_fact=None,
        care_fact=None,
        living=None,
        departed=_departed(s, on, known_on),
    )


def _custody_entered(s: Situation, event_id: UUID, event: CustodyEntered, known_on: date, reporter: str) -> Situation:
    on = event.effective_on
    sentence = event.custody_kind == "sentence"
    lives = s.living if s.living is not None and s.living.placement_type not in ADOPTIVE else None
    area = lives.area if lives is not None else UNKNOWN  # the team of an adoptive home's area must not learn of it
    s = replace(s, custody=Custody(on, event_id, reporter, area, s.legal_status, sentence))
    if sentence:
        return _ceases_on_sentence(s, on, known_on)
    if s.care is None and s.authority is not None:  # remand to youth detention accommodation makes a child looked after
        return replace(
            s,
            care=Care(on, s.authority.code, None, by_remand=True),
            legal_status="J1",
            legal_fact=event_id,
            care_fact=event_id,
        )
    return s


def _ceases_on_sentence(s: Situation, on: date, known_on: date) -> Situation:
    if s.care is not None and s.legal_status in ONLY_BY_AGREEMENT_OR_REMAND:
        return _care_ended(s, on, known_on)
    return s
