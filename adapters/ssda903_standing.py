"""What the hub already holds of a child, as a return has to see it: by id, by day, and as it stood before the first row.

A return holds its year only. Without this, next year's file would start care again at its first row, last year's file
would undo what this year's said, and what a social worker recorded by hand would stand twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from adapters.ssda903_rows import Episode
from domain.events import (
    AdoptionPlanEnded,
    CareEnded,
    CareStarted,
    ChildRegistered,
    Event,
    EventRetracted,
    Found,
    IdentifierAdded,
    LegalStatusChanged,
    PlacementEnded,
    PlacementMade,
    PlacementRelabelled,
)
from domain.situation import TEMPORARY
from domain.vocabulary import Unknown

Held = Iterable[tuple[UUID, Event]]
"""A child's events as they stand, each under its own id: corrected ones in their last form, retracted ones left out."""

STARTS = "S"  # RNE: started being looked after


@dataclass(slots=True)
class Stay:
    """A placement not left yet. said_by: the row of this return that last spoke of it; None where only the hub does."""

    event_id: UUID
    placement_type: str | None
    provider: str | None
    postcode: str | None
    urn: str | None
    said_by: Episode | None = None


@dataclass(slots=True)
class Standing:
    """What goes on. care: the care-started event. usual: where the child lives; temporary: where it is meanwhile."""

    care: UUID | None = None
    legal_status: str | None = None
    usual: Stay | None = None
    temporary: Stay | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the hub holds of a child.

    facts: by id. on: ids by type and day. ends: the end of each thing that ends (placement, period of care, absence,
    adoption plan), by the event that began it. retractions: by what they retract. registered: by this authority.
    """

    facts: Mapping[UUID, Event]
    on: Mapping[tuple[type[Event], date], list[UUID]]
    ends: Mapping[UUID, UUID]
    retractions: Mapping[UUID, UUID]
    registered: tuple[UUID, ChildRegistered] | None
    identifiers: tuple[tuple[UUID, IdentifierAdded], ...]


def known_of(held: Held, authority: str) -> Known:
    """Sort what is held."""
    facts = dict(_in_order(held))
    on: defaultdict[tuple[type[Event], date], list[UUID]] = defaultdict(list)
    ends: dict[UUID, UUID] = {}
    registered: tuple[UUID, ChildRegistered] | None = None
    identifiers: list[tuple[UUID, IdentifierAdded]] = []
    walk = _Walk()
    for event_id, event in facts.items():
        on[type(event), event.effective_on].append(event_id)
        ended = walk.step(event_id, event)
        if ended is not None:
            ends[ended[0]] = ended[1]
        if isinstance(event, ChildRegistered) and event.authority == authority:
            registered = (event_id, event)
        elif isinstance(event, IdentifierAdded):
            identifiers.append((event_id, event))
        elif isinstance(event, PlacementEnded):
            ends[event.placement] = event_id
        elif isinstance(event, Found):
            ends[event.missing] = event_id
        elif isinstance(event, AdoptionPlanEnded):
            ends[event.decided] = event_id
    retractions = {event.retracts: i for i, event in facts.items() if isinstance(event, EventRetracted)}
    return Known(facts, on, ends, retractions, registered, tuple(identifiers))


def standing_before(first: Episode, known: Known) -> Standing:
    """Where the child stood before the first row: up to the day before, so that the same file gives the same answer again.

    Of that very day count an end of care, if the row says that care started (RNE S), and a placement's end, if the
    child was not placed elsewhere on that day and the row is longer than the day: then it goes on from the row anew.
    """
    that_day = [event for event in known.facts.values() if event.effective_on == first.began]
    placed = any(isinstance(event, PlacementMade) and event.placement_type not in TEMPORARY for event in that_day)
    walk = _Walk()
    for event_id, event in known.facts.items():
        ends = (isinstance(event, CareEnded) and first.why_new == STARTS) or (
            isinstance(event, PlacementEnded) and not placed and first.ended != first.began
        )
        if event.effective_on < first.began or (ends and event.effective_on == first.began):
            walk.step(event_id, event)
    return walk.standing


def _in_order(held: Held) -> list[tuple[UUID, Event]]:
    """By day; what ends before what starts, and only then what is said of it."""
    return sorted(held, key=lambda one: (one[1].effective_on, not isinstance(one[1], CareEnded)))


@dataclass(slots=True)
class _Walk:
    """A fold over events in order."""

    standing: Standing = field(default_factory=Standing)
    _ended_unstarted: list[tuple[date, UUID]] = field(default_factory=list)

    def step(self, event_id: UUID, event: Event) -> tuple[UUID, UUID] | None:
        """Take one more event; answers the period of care that is over with it, and its end."""
        s = self.standing
        match event:
            case CareStarted():
                if any(on == event.effective_on for on, _ in self._ended_unstarted):
                    return event_id, self._ended_unstarted.pop(0)[1]  # a period of one day: its end comes first
                s.care, s.legal_status = event_id, _said(event.legal_status)
            case LegalStatusChanged() if s.care is not None:
                s.legal_status = _said(event.legal_status)
            case CareEnded():
                over = s.care
                s.care = s.legal_status = s.usual = s.temporary = None
                if over is not None:
                    return over, event_id
                self._ended_unstarted = [one for one in self._ended_unstarted if one[0] == event.effective_on] + [
                    (event.effective_on, event_id)
                ]
            case PlacementMade():
                stay = Stay(
                    event_id, _said(event.placement_type), _said(event.provider), _said(event.postcode), event.urn
                )
                if event.placement_type in TEMPORARY:
                    s.temporary = stay
                else:
                    s.usual = stay
            case PlacementEnded():
                s.usual = None if s.usual and s.usual.event_id == event.placement else s.usual
                s.temporary = None if s.temporary and s.temporary.event_id == event.placement else s.temporary
            case PlacementRelabelled() if s.usual and s.usual.event_id == event.placement:
                s.usual.placement_type, s.usual.provider = event.placement_type, _said(event.provider)
        return None


def _said(value: str | Unknown | None) -> str | None:
    return None if isinstance(value, Unknown) else value
