"""By what a child is known: the identifiers that the facts of its record bring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from adapters.blind_index import IdentifierKind, IdentifierRefused, name_and_birth, normalised
from domain.child_record import ChildRecord
from domain.events import ChildRegistered, DetailsCorrected, Event, IdentifierAdded, ResponsibleAuthorityChanged

IDENTIFYING = (ChildRegistered, IdentifierAdded, DetailsCorrected, ResponsibleAuthorityChanged)


def standing(record: ChildRecord) -> list[Event]:
    """What says now, in this record, by what the child is known."""
    return [f.event for f in record.history.standing_facts() if isinstance(f.event, IDENTIFYING)]


def births(events: Iterable[Event]) -> set[date]:
    """The birth dates that these events give the child."""
    own = (e.born_on for e in events if isinstance(e, ChildRegistered | DetailsCorrected))
    return {born_on for born_on in own if isinstance(born_on, date)}


def identifiers(events: Sequence[Event]) -> list[tuple[IdentifierKind, str]]:
    """Every identifier that these events of one child bring. The same answer is indexed, and verified when it is looked up.

    A local number is that of the authority responsible on its day. Every name goes with every birth date, as recorded or corrected.
    """
    found: list[tuple[IdentifierKind, str]] = []
    names: set[str] = set()
    for event in events:
        if isinstance(event, ChildRegistered):
            found.append((IdentifierKind.LOCAL_ID, f"{event.authority}:{event.local_id}"))
        if isinstance(event, IdentifierAdded):
            if event.nhs_number is not None:
                found.append((IdentifierKind.NHS_NUMBER, event.nhs_number))
            if event.upn is not None and not event.upn.startswith("UN"):
                found.append((IdentifierKind.UPN, event.upn))
            if event.local_id is not None and (authority := _responsible(events, event.effective_on)) is not None:
                found.append((IdentifierKind.LOCAL_ID, f"{authority}:{event.local_id}"))
        if isinstance(event, ResponsibleAuthorityChanged) and event.local_id is not None:
            found.append((IdentifierKind.LOCAL_ID, f"{event.authority}:{event.local_id}"))
        if isinstance(event, ChildRegistered | DetailsCorrected) and event.family_name is not None:
            names.add(event.family_name)
    weak = [name_and_birth(name, born_on) for name in sorted(names) for born_on in sorted(births(events))]
    return found + [(IdentifierKind.NAME_AND_BIRTH, value) for value in weak if _can_be_indexed(value)]


def _responsible(events: Sequence[Event], on: date) -> str | None:
    """The authority responsible on that day, by these events; before the first of them, the one that it names."""
    terms = sorted(
        (event.effective_on, event.authority)
        for event in events
        if isinstance(event, ChildRegistered | ResponsibleAuthorityChanged)
    )
    earlier = [authority for since, authority in terms if since <= on]
    return earlier[-1] if earlier else terms[0][1] if terms else None


def _can_be_indexed(value: str) -> bool:
    try:
        normalised(IdentifierKind.NAME_AND_BIRTH, value)
    except IdentifierRefused:  # a name without letters
        return False
    return True
