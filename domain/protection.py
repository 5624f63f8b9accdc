"""Which addresses are protected, and when that changes. Source: CPR 2010 reg 13(3); county panel pack 2020, 2221-2227."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from domain.events import (
    AddressProtected,
    AddressUnprotected,
    PlacementEnded,
    PlacementMade,
)
from domain.history import ADDRESSED, History
from domain.situation import ADOPTIVE, TEMPORARY

TELLS_WHERE: Final = ADDRESSED | {"health-professional-named"}
"""Names of the events that tell, by an address or by who works there, where a child lives."""

BEFOREHAND: Final = timedelta(days=28)  # ours: a practice or a home is sometimes named before the move


def protected(history: History, day: date) -> frozenset[UUID | None]:
    """The placements whose address is protected now (None among them: every one), and the facts that may give such an address away.

    A protection holds from the moment it is known; its lifting only from its day. A fact that names no placement is withheld where
    its day lies within a protected placement, or shortly before it. Adoptive placements count for nothing here: what desks are not
    told of must not show in what they are.
    """
    placements = _protected_placements(history, day)
    if not placements or not history.addressed:
        return placements
    stays = list(_stays(history, placements))
    facts = (fact for i in history.addressed if (fact := history.find(i)) is not None)
    return placements | {
        fact.id for fact in facts if any(first <= fact.event.effective_on < end for first, end in stays)
    }


def _stays(history: History, placements: frozenset[UUID | None]) -> Iterator[tuple[date, date]]:
    """For each of these placements, from shortly before it until its end or the next one."""
    made = sorted(
        (fact.event.effective_on, fact.id)
        for fact in history.standing_facts()
        if isinstance(fact.event, PlacementMade) and fact.event.placement_type not in ADOPTIVE | TEMPORARY
    )
    ended = {
        fact.event.placement: fact.event.effective_on
        for fact in history.standing_facts()
        if isinstance(fact.event, PlacementEnded)
    }
    for n, (began, placement) in enumerate(made):
        if placement in placements:
            following = made[n + 1][0] if n + 1 < len(made) else date.max
            yield began - BEFOREHAND, min(following, ended.get(placement, date.max))


def part_of_an_adoption(history: History) -> frozenset[UUID]:
    """The facts that tell where the child lives with adopters, though they do not say so.

    Who may not know of adoption is not told them, and nothing stands in their place: another regime begins (AAR 2005).
    """
    timeline = history.timeline
    if not any(s.living is not None and s.living.placement_type in ADOPTIVE for s in timeline.situations):
        return frozenset()
    return frozenset(
        fact.id
        for fact in history.standing_facts()
        if fact.event.TYPE.name in TELLS_WHERE | {"school-started", "school-left"}
        and (living := timeline.at_end_of(fact.event.effective_on).living) is not None
        and living.placement_type in ADOPTIVE
    )


def _protected_placements(history: History, day: date) -> frozenset[UUID | None]:
    facts = [f for p in history.protections if (f := history.find(p)) is not None]
    lifted = {
        f.event.protection
        for f in facts
        if isinstance(f.event, AddressUnprotected) and f.event.effective_on <= max(day, f.known_on)
    }
    return frozenset(f.event.placement for f in facts if isinstance(f.event, AddressProtected) and f.id not in lifted)


def next_dates(history: History, day: date) -> Iterator[date]:
    """The days after `day` on which a protection ends."""
    for protection in history.protections:
        fact = history.find(protection)
        if fact is not None and isinstance(fact.event, AddressUnprotected) and fact.event.effective_on > day:
            yield fact.event.effective_on
