"""When an invented child was born, came into care and left it, and by which of the roads through care.

Starts are spread evenly over many years, stays are drawn to their end, and only who is in care at some time of the return years
is kept: so the county is neither filling nor emptying, and half of its stock is new each year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from adapters.synth_county import YEAR_END, County, age, birthday, day
from adapters.synth_rates import CHOICES

ORDINARY: Final = "ordinary"
ADOPTION: Final = "adoption"
CUSTODY: Final = "custody"
UNACCOMPANIED: Final = "unaccompanied"
SHORT_BREAKS: Final = "short-breaks"

_REACH: Final = 17  # years before the first return year in which care may have begun


@dataclass(frozen=True, slots=True)
class Outline:
    """kind: the road. spans: start and end of each period in care, the end also where it lies after the last year."""

    kind: str
    born_on: date
    spans: tuple[tuple[date, date], ...]


def outline(rng: Random, county: County, since: date | None = None, tries: int = 10_000) -> Outline | None:
    """A child in care at some time of the county's years; None where none came up. since: the start, for siblings."""
    earliest = county.first_day.replace(year=county.first_day.year - _REACH)
    for _ in range(tries):
        start = since or day(rng, earliest, YEAR_END - timedelta(days=3))
        born_on = _birth(rng, start)
        kind = _kind(rng, age(born_on, start), sibling=since is not None)
        spans = _SPANS[kind](rng, born_on, start)
        if spans and spans[-1][1] >= county.first_day:
            return Outline(kind, born_on, spans)
    return None


def _birth(rng: Random, start: date) -> date:
    bands = CHOICES.ages_at_start
    youngest, oldest, _ = rng.choices(bands, [weight for _, _, weight in bands])[0]
    born_on = start - timedelta(days=int(rng.randint(youngest, oldest) * 365.25) + rng.randint(3, 300))
    return born_on + timedelta(days=1) if (born_on.month, born_on.day) == (2, 29) else born_on


def _kind(rng: Random, years: int, *, sibling: bool) -> str:
    chance = rng.random()
    if sibling:
        return ORDINARY
    if 4 <= years <= 15 and chance < CHOICES.short_breaks:
        return SHORT_BREAKS
    if years < 4 and chance < CHOICES.adopted:
        return ADOPTION
    if 13 <= years <= 16 and chance > 1 - CHOICES.detained:
        return CUSTODY
    if years >= 15 and chance > 1 - CHOICES.detained - CHOICES.unaccompanied:
        return UNACCOMPANIED
    return ORDINARY


Spans = tuple[tuple[date, date], ...]


def _ordinary(rng: Random, born_on: date, start: date) -> Spans:
    end = _end(rng, born_on, start)
    if age(born_on, end) >= 15 or rng.random() > CHOICES.comes_back:
        return ((start, end),)
    back = end + timedelta(days=rng.randint(40, 500))
    if back > YEAR_END - timedelta(days=3):  # it would not be news yet
        return ((start, end),)
    return (start, end), (back, _end(rng, born_on, back))


def _end(rng: Random, born_on: date, start: date) -> date:
    """The end of a stay: sooner or later while a child, else at the age of leaving."""
    late = age(born_on, start) >= 16
    stays = CHOICES.stays_from_16 if late else CHOICES.stays
    mean = rng.choices([mean for mean, _ in stays], [weight for _, weight in stays])[0]
    end = start + timedelta(days=8 + int(rng.expovariate(1 / mean)))
    if late:
        return min(end, birthday(born_on, 18))
    if end < birthday(born_on, 16):
        return end
    chance = rng.random()
    if chance < CHOICES.left_at_16:
        return day(rng, birthday(born_on, 16), birthday(born_on, 17) - timedelta(days=1))
    if chance < CHOICES.left_at_16 + CHOICES.left_at_17:
        return day(rng, birthday(born_on, 17), birthday(born_on, 18) - timedelta(days=1))
    return birthday(born_on, 18)


def _adoption(rng: Random, _born_on: date, start: date) -> Spans:
    return ((start, start + timedelta(days=rng.randint(400, 800))),)


def _custody(rng: Random, born_on: date, start: date) -> Spans:
    stay = timedelta(days=rng.randint(120, 900))
    return ((start, min(start + stay, birthday(born_on, 18))),)


def _unaccompanied(rng: Random, born_on: date, start: date) -> Spans:
    if rng.random() < 0.15:  # E15: found to be of age
        return ((start, min(start + timedelta(days=rng.randint(30, 160)), birthday(born_on, 18))),)
    return ((start, birthday(born_on, 18)),)


def _short_breaks(rng: Random, born_on: date, start: date) -> Spans:
    """Up to 18 stays of some days; none is still to begin after the last year."""
    last = min(YEAR_END, birthday(born_on, 18)) - timedelta(days=9)
    breaks: list[tuple[date, date]] = []
    for _ in range(rng.randint(4, 18)):
        if start < last:
            breaks.append((start, start + timedelta(days=rng.randint(2, 6))))
            start = breaks[-1][1] + timedelta(days=rng.randint(14, 45))
    return tuple(breaks)


_SPANS: Final = {
    ORDINARY: _ordinary,
    ADOPTION: _adoption,
    CUSTODY: _custody,
    UNACCOMPANIED: _unaccompanied,
    SHORT_BREAKS: _short_breaks,
}
