"""What a director of children's services sees of children placed in the area by other authorities (CPR 2010 reg 13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.feed import Status
from domain.picture import Opening, Picture
from projections.living import Living, living
from projections.missing import missing_since
from projections.people import Identity, Ring, identity, ring
from projections.reading import Cell, Reading
from projections.standing import standing

PLACED_HERE: Final = (
    "Children whom another authority looks after and has placed in this area: a relationship told to this desk that "
    "had begun on or before the day and had not ended by it. The day of arrival counts, the day of leaving does not. "
    "Relationships since found never to have existed are left out. As known from the feed up to the number given."
)


@dataclass(frozen=True, slots=True)
class ChildPlacedHere:
    """A child placed here by another authority. ring: whose child, and whom to ring. since: first day in this area.

    living: where, as told: its address and postcode may be masked (protected), unknown or not told.
    legal_status: SSDA903 LS code or its coarse form. missing_since: None where the child is not missing, as told.
    """

    ref: str
    identity: Identity
    ring: Ring
    since: date
    living: Living | None
    looked_after: Status
    legal_status: Cell
    missing_since: date | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that says what it counts, for which day, and as known at which number of the feed."""

    name: str
    value: int
    as_at: date
    known_at: int
    definition: str


def children(reading: Reading) -> Iterator[tuple[str, ChildPlacedHere]]:
    """The child's row while the relationship goes on."""
    opening = reading.open
    if opening is not None:
        now = standing(reading)
        yield (
            "",
            ChildPlacedHere(
                reading.ref,
                identity(reading),
                ring(opening),
                opening.since,
                living(reading),
                now.looked_after,
                now.legal_status,
                missing_since(reading),
            ),
        )


def counts(pictures: Iterable[Picture], as_at: date, known_at: int) -> tuple[Figure, ...]:
    """How many children were placed here by others on a day. known_at: the feed number the pictures were read up to."""
    here = sum(any(_held_on(o, as_at) for o in p.openings) for p in pictures)
    return (Figure("children placed here by others", here, as_at, known_at, PLACED_HERE),)


def _held_on(opening: Opening, day: date) -> bool:
    return not opening.never and opening.since <= day and (opening.ended_on is None or day < opening.ended_on)
