"""Who the child is, and whom to ring about it, as told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.agencies import Contact
from domain.picture import Opening
from projections.reading import Cell, Reading, last_word

_DETAILS: Final = ("child-registered", "identifier-added", "details-corrected")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the child is, as told. born_on: a day, or unknown. sex: as the return codes it."""

    given_name: Cell
    family_name: Cell
    born_on: Cell
    sex: Cell


@dataclass(frozen=True, slots=True)
class Ring:
    """Whom to ring about the child: the responsible authority (ONS code and name) and its contacts."""

    authority: str
    authority_name: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works with the child. name: unknown where nobody is known to. since: the first day, as told."""

    name: Cell
    phone: Cell
    since: date


def identity(reading: Reading) -> Identity:
    """Name, birth date and sex after every correction told."""
    items = reading.told(*_DETAILS)
    return Identity(
        last_word(items, "given_name"),
        last_word(items, "family_name"),
        last_word(items, "born_on"),
        last_word(items, "sex"),
    )


def identifier(reading: Reading, field: str) -> Cell:
    """An identifier as last told: `nhs_number`, `upn` or `local_id`."""
    return last_word(reading.told(*_DETAILS), field)


def ring(opening: Opening) -> Ring:
    """Whom to ring, as the relationship's opening said."""
    return Ring(opening.responsible_authority, opening.responsible_authority_name, opening.contacts)


def person(reading: Reading, event: str) -> Person | None:
    """Whom the last of these events named (`social-worker-changed`); None where none was told."""
    for on, held in reversed(reading.told(event)):
        return Person(held.fields.get("name"), held.fields.get("phone"), on)
    return None
