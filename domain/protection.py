"""Which placements' addresses are protected, and when that changes. Source: CPR 2010 reg 13(3); county panel pack 2020, 2221-2227."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from domain.events import AddressProtected, AddressUnprotected
from domain.history import History


def protected_placements(history: History, day: date) -> frozenset[UUID | None]:
    """The placements whose address is protected now; None among them means every placement.

    A protection holds from the moment it is known; its lifting only from its day.
    """
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
