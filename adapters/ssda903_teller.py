"""What a return tells of one child, under ids that stay the same.

Ids come from natural keys (the day a row began, the placement an end is about), never from a row's number: the same row
gives the same ids in every file, an open episode keeps its ids when it ends, a later one renumbers nothing. What was
recorded by hand of the same day keeps its own id and whatever the return does not know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Final, Protocol
from uuid import UUID

from adapters.ssda903_faults import SetAside
from adapters.ssda903_said import return_year
from adapters.ssda903_standing import Known
from domain.events import Event, EventRetracted, Kind, PlacementEnded, SocialWorkerChanged
from domain.vocabulary import UNKNOWN

IdOf = Callable[..., UUID]
"""Makes an event's id of text: its kind ("placement-made"), the authority, the child's local id, a natural key."""

_BETTER_BY_HAND: Final = frozenset(
    {"urgency", "area_authority", "effective_at"}
)  # a return has it at second hand, or not


class SaidBy(Protocol):
    """A row of any table."""

    @property
    def file(self) -> str:
        """As `Row` has it."""

    @property
    def line(self) -> int:
        """As `Row` has it."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event, and the row that says it."""

    event_id: UUID
    event: Event
    said_by: SaidBy


@dataclass(slots=True)
class Teller:
    """What has been told so far of one child. known: what the hub holds of it. as_at: the day the return speaks up to."""

    authority: str
    child: str
    as_at: date
    id_of: IdOf
    known: Known
    told: dict[UUID, Told] = field(default_factory=dict)
    amended: list[Told] = field(default_factory=list)
    of_later: list[UUID] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    _repeats: Counter[tuple[str, ...]] = field(default_factory=Counter)
    _by_hand: set[UUID] = field(default_factory=set)

    def tell(self, event_id: UUID, event: Event, said_by: SaidBy) -> UUID:
        """Say this event; of one that was recorded by hand, only what the return knows of it."""
        if event_id in self._by_hand:
            event = _merged(self.known.facts[event_id], event)
        self.told[event_id] = Told(event_id, event, said_by)
        return event_id

    def id(self, kind: str, *key: str) -> UUID:
        """The id of what has this natural key; a new one for what a return took back, should another say it after all."""
        event_id = self.id_of(kind, self.authority, self.child, *key)
        again = 0
        while self.known.retractions.get(event_id) == self.id_of(
            "event-retracted", self.authority, self.child, str(event_id)
        ):
            again += 1
            event_id = self.id_of(kind, self.authority, self.child, *key, f"again {again}")
        return event_id

    def dated_id(self, event: Event, same: Callable[[Event], bool] = lambda _: True) -> UUID:
        """The id of the n-th of its kind on one day: of one recorded by hand, where `same` says that it is the same."""
        event_id: UUID | None = None
        while event_id is None or event_id in self.told:
            self._repeats[_key(event)] += 1
            event_id = self._dated(event, self._repeats[_key(event)])
        if event_id in self.known.facts:
            return event_id
        for other in self.known.on.get((type(event), event.effective_on), ()):
            if other not in self.told and not self.is_ours(other) and same(self.known.facts[other]):
                return self._hand(other)
        return event_id

    def told_until(self, event: Event, ended: date | None) -> UUID | None:
        """What is held of the same kind and day, and until the same day, or of which no end is held; None if nothing is.

        Next year's file does not repeat the first of two on one day, if that one was over.
        """
        held = [i for i in self.known.on.get((type(event), event.effective_on), ()) if i not in self.told]
        ends = {i: self.known.facts[self.known.ends[i]].effective_on for i in held if i in self.known.ends}
        found = [i for i in held if ended is not None and ends.get(i) == ended] or [i for i in held if i not in ends]
        if not found:
            return None
        return found[0] if self.is_ours(found[0]) else self._hand(found[0])

    def end_id(self, kind: str, about: UUID, on: date) -> UUID:
        """The id of the end of what this event began. What a later return took for that end is the end of something later."""
        ours = self.id(kind, str(about))
        held = self.known.ends.get(about, ours)
        if held == ours and ours in self.known.facts and on <= self.as_at < self.known.facts[ours].effective_on:
            self.of_later.append(ours)
            return self.id(kind, str(about), on.isoformat())
        return ours if held == ours else self._hand(held)

    def is_ours(self, event_id: UUID) -> bool:
        """Whether a return told this dated event, rather than somebody by hand."""
        event = self.known.facts[event_id]
        so_many = len(self.known.on.get((type(event), event.effective_on), ())) + 1
        return any(event_id == self._dated(event, n) for n in range(1, so_many + 1))

    def spoken_of_since(self) -> bool:
        """Whether a later return has told of this child: then this one corrects nothing that has no day of its own."""
        return any(
            event.effective_on > self.as_at and (self.is_ours(event_id) or event_id == self.year_id(event))
            for event_id, event in self.known.facts.items()
        )

    def says_end_of(self, placement: UUID) -> bool:
        """Whether an end of this placement has been told or amended."""
        said = (one.event for one in (*self.told.values(), *self.amended))
        return any(isinstance(event, PlacementEnded) and event.placement == placement for event in said)

    def amend(self, event_id: UUID, event: Event, said_by: SaidBy) -> None:
        """Say that this event, which is held, is about something else."""
        self.amended.append(Told(event_id, event, said_by))

    def take_back(self, event_id: UUID, instead: UUID | None, said_by: SaidBy) -> None:
        """A return told this event, and it is not so. What is about it is about `instead`, where that has no such thing yet."""
        for other, event in self.known.facts.items():
            names = [f.name for f in event.TYPE.own_fields if f.kind is Kind.REF and getattr(event, f.name) == event_id]
            if not names:
                continue
            ended_already = isinstance(event, PlacementEnded) and instead is not None and self.says_end_of(instead)
            if instead is None or ended_already:
                self.retract(other, said_by)
            elif other not in self.told:
                self.amend(other, _about(event, names, instead), said_by)
        self.retract(event_id, said_by)

    def retract(self, event_id: UUID, said_by: SaidBy) -> None:
        """Say that a return should not have told this."""
        if any(isinstance(one.event, EventRetracted) and one.event.retracts == event_id for one in self.amended):
            return
        retracted = EventRetracted(effective_on=self.as_at, retracts=event_id, reason="recorded-in-error")
        self.amended.append(Told(self.id("event-retracted", str(event_id)), retracted, said_by))

    def year_id(self, event: Event) -> UUID:
        """The id of what is said once of each return's year."""
        return self.id(event.TYPE.name, str(return_year(event.effective_on)))

    def _dated(self, event: Event, n: int) -> UUID:
        return self.id(*_key(event), str(n))

    def _hand(self, event_id: UUID) -> UUID:
        self._by_hand.add(event_id)
        return event_id


def _key(event: Event) -> tuple[str, ...]:
    """Kind and day; of a social worker also who it is, as two may begin on one day, and next year's file names one."""
    key = (event.TYPE.name, event.effective_on.isoformat())
    return (*key, event.worker_id) if isinstance(event, SocialWorkerChanged) and event.worker_id else key


def _about(event: Event, names: list[str], instead: UUID) -> Event:
    """The event with these fields naming another."""
    changes: dict[str, Any] = dict.fromkeys(names, instead)
    return replace(event, **changes)


def _merged(held: Event, told: Event) -> Event:
    """What was recorded by hand, with what the return knows of it."""
    return replace(held, **{f.name: said for f in fields(told) if _counts(said := getattr(told, f.name), held, f.name)})


def _counts(said: object, held: Event, name: str) -> bool:
    if said is None or said is UNKNOWN:
        return False
    return name not in _BETTER_BY_HAND or getattr(held, name) in (None, UNKNOWN)
