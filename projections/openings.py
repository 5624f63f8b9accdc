"""Who came and who left: the relationships a desk was told of, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.picture import Opening
from projections.people import Ring, ring
from projections.reading import Reading


@dataclass(frozen=True, slots=True)
class Arrival:
    """A relationship that began. number, told_on: of the `opened` in the feed. since: first day, which may be planned.

    ended_on: the day it ended, if it has. never_existed: it was told in error and everything under it was taken back.
    """

    ref: str
    number: int
    told_on: date
    since: date
    ground: str
    ring: Ring
    ended_on: date | None
    never_existed: bool


@dataclass(frozen=True, slots=True)
class Departure:
    """A relationship that ended. What was lawfully told stays; corrections of it may still come.

    number: of the `opened` that began it. never_existed: see `Arrival`.
    """

    ref: str
    number: int
    since: date
    ended_on: date
    ground: str
    ring: Ring
    never_existed: bool


def arrivals(reading: Reading) -> Iterator[tuple[str, Arrival]]:
    """One row per relationship, ended ones included."""
    for o in reading.picture.openings:
        yield _key(o), Arrival(reading.ref, o.number, o.recorded_on, o.since, o.ground, ring(o), o.ended_on, o.never)


def departures(reading: Reading) -> Iterator[tuple[str, Departure]]:
    """One row per relationship that ended."""
    for o in reading.picture.openings:
        if o.ended_on is not None:
            yield _key(o), Departure(reading.ref, o.number, o.since, o.ended_on, o.ground, ring(o), o.never)


def _key(opening: Opening) -> str:
    return str(opening.number)
