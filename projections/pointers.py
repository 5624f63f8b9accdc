"""Who else is working with a child: names and telephone numbers, and nothing of what they do. Only what the desk was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.vocabulary import Role
from projections.health_record import places, practice, professionals
from projections.people import person
from projections.reading import Cell, Reading
from projections.schooling import school

_PEOPLE: Final[Mapping[str, str]] = {
    "social worker": "social-worker-changed",
    "reviewing officer": "reviewing-officer-changed",
    "personal adviser": "personal-adviser-named",
}


@dataclass(frozen=True, slots=True)
class WorkingWith:
    """One person or body. kind: as what; health_function, service: as what, where a code list says it.

    name: unknown where nobody is known to; None where it was not told. since: None where it was not told.
    """

    ref: str
    kind: str
    health_function: Cell
    service: Cell
    name: Cell
    since: date | None
    phone: Cell


def working_with(reading: Reading) -> Iterator[tuple[str, WorkingWith]]:
    """One row each, while the desk's own relationship goes on; a later one of the same kind replaces an earlier one.

    The desk itself is not among them, nor is a service in which the child's place has ended.
    """
    opening = reading.open
    if opening is None:
        return
    ref = reading.ref
    if opening.role != Role.RESPONSIBLE_AUTHORITY:
        phone = opening.contacts[0].phone if opening.contacts else None
        since = _responsible_since(reading, opening.responsible_authority)
        name = opening.responsible_authority_name
        yield "authority", WorkingWith(ref, "responsible authority", None, None, name, since, phone)
    for kind, event in _PEOPLE.items():
        if (who := person(reading, event)) is not None:
            yield kind, WorkingWith(ref, kind, None, None, who.name, who.since, who.phone)
    for one in professionals(reading):
        row = WorkingWith(ref, "health professional", one.health_function, None, one.name, one.since, one.phone)
        yield f"health {one.health_function}", row
    if (gp := practice(reading)) is not None:
        yield "practice", WorkingWith(ref, "general practice", None, None, gp.practice, gp.since, None)
    if opening.role != Role.SCHOOL and (at := school(reading)) is not None:
        yield "school", WorkingWith(ref, "school", None, None, at.school_name, at.since, None)
    for place in places(reading):
        yield f"service {place.service}", WorkingWith(ref, "service", None, place.service, None, None, None)


def _responsible_since(reading: Reading, authority: str) -> date | None:
    """Since when that authority has been responsible, where the desk was told of the change."""
    last = reading.last("responsible-authority-changed")
    return last[0] if last is not None and last[1].fields.get("authority") == authority else None
