"""Where a child stood just before the first episode of a return, from what the hub already holds.

A return holds the episodes of its year only. Without this, next year's file would start care again at its first row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from adapters.ssda903_rows import Episode
from domain.events import (
    CareEnded,
    CareStarted,
    ChildRegistered,
    Event,
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
    """What the hub holds of a child. standing: just before the first row. left: placements that have an end at all."""

    registered: tuple[UUID, ChildRegistered] | None
    identifiers: tuple[tuple[UUID, IdentifierAdded], ...]
    standing: Standing
    left: frozenset[UUID]


def known_before(first: Episode, held: Held, authority: str) -> Known:
    """Fold what is held up to the day before the first row began: so the same file read again gives the same answer.

    Of that very day count an end of care, if the row says that care started (RNE S), and a placement's end, if the
    child was not placed elsewhere on that day and the row is longer than the day: then it goes on from the row anew.
    """
    facts = sorted(held, key=lambda one: one[1].effective_on)
    that_day = [event for _, event in facts if event.effective_on == first.began]
    placed = any(isinstance(event, PlacementMade) and event.placement_type not in TEMPORARY for event in that_day)
    standing = Standing()
    registered: tuple[UUID, ChildRegistered] | None = None
    identifiers: list[tuple[UUID, IdentifierAdded]] = []
    left: set[UUID] = set()
    for event_id, event in facts:
        if isinstance(event, ChildRegistered) and event.authority == authority:
            registered = (event_id, event)
        elif isinstance(event, IdentifierAdded):
            identifiers.append((event_id, event))
        elif isinstance(event, PlacementEnded):
            left.add(event.placement)
        ends = (isinstance(event, CareEnded) and first.why_new == STARTS) or (
            isinstance(event, PlacementEnded) and not placed and first.ended != first.began
        )
        if event.effective_on < first.began or (ends and event.effective_on == first.began):
            _step(standing, event_id, event)
    return Known(registered, tuple(identifiers), standing, frozenset(left))


def _step(s: Standing, event_id: UUID, event: Event) -> None:
    match event:
        case CareStarted() if s.care is None:
            s.care, s.legal_status = event_id, _said(event.legal_status)
        case LegalStatusChanged():
            s.legal_status = _said(event.legal_status)
        case CareEnded():
            s.care = s.legal_status = s.usual = s.temporary = None
        case PlacementMade():
            stay = Stay(event_id, _said(event.placement_type), _said(event.provider), _said(event.postcode), event.urn)
            if event.placement_type in TEMPORARY:
                s.temporary = stay
            else:
                s.usual = stay
        case PlacementEnded():
            s.usual = None if s.usual and s.usual.event_id == event.placement else s.usual
            s.temporary = None if s.temporary and s.temporary.event_id == event.placement else s.temporary
        case PlacementRelabelled() if s.usual and s.usual.event_id == event.placement:
            s.usual.placement_type, s.usual.provider = event.placement_type, _said(event.provider)


def _said(value: str | Unknown | None) -> str | None:
    return None if isinstance(value, Unknown) else value
