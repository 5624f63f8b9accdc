"""Whose county is invented, over which years, and the few ways of drawing by lot that all of it uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

YEAR_END: Final = date(2026, 3, 31)
"""The last day of the last return year. Nothing of the return is later; reports go on for some weeks."""

LATEST: Final = YEAR_END + timedelta(days=60)
"""The last day of which anything is reported."""

MOST_YEARS: Final = 10  # codes and bodies of the return's later years alone are invented

_LETTERS: Final = "ABDEFGHJLNPQRSTUWXYZ"  # the letters that end a postcode


@dataclass(frozen=True, slots=True)
class County:
    """Whose return it is, over how many return years, and where children are placed: ONS codes.

    Each area has one invented postcode district, ZZ1 on: no real postcode begins with ZZ1 to ZZ98.
    """

    authority: str = "E06000047"
    adjoining: tuple[str, ...] = ("E06000001", "E06000004", "E06000005", "E06000057", "E06000064", "E08000024")
    far: tuple[str, ...] = ("E10000014", "E06000046", "E10000015", "E08000003", "E09000007")
    years: int = 5

    @property
    def districts(self) -> dict[str, str]:
        """Authority to postcode district."""
        return {code: f"ZZ{n}" for n, code in enumerate((self.authority, *self.adjoining, *self.far), start=1)}

    @property
    def first_day(self) -> date:
        """The first day of the first return year: 1 April."""
        return YEAR_END.replace(year=YEAR_END.year - self.years) + timedelta(days=1)

    @property
    def year_ends(self) -> tuple[date, ...]:
        """31 March of each return year, the earliest first."""
        return tuple(YEAR_END.replace(year=YEAR_END.year - n) for n in reversed(range(self.years)))


def first_day_of(year_end: date) -> date:
    """1 April of the return year that ends on this day."""
    return year_end.replace(year=year_end.year - 1) + timedelta(days=1)


def lots(*of: object) -> Random:
    """A source of chance that depends on these words alone."""
    return Random(" ".join(map(str, of)))  # noqa: S311  invented data, repeatable on purpose


def drawn(rng: Random, weights: Mapping[str, float]) -> str:
    """One of these, as likely as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


def day(rng: Random, first: date, last: date) -> date:
    """A day from first to last."""
    return first + timedelta(days=rng.randint(0, max(0, (last - first).days)))


def age(born_on: date, on: date) -> int:
    """Completed years."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def birthday(born_on: date, years: int) -> date:
    """The day on which this age is reached. Nobody here is born on 29 February."""
    return born_on.replace(year=born_on.year + years)


def postcode(rng: Random, district: str) -> str:
    """A postcode of a district."""
    return f"{district} {rng.randint(1, 9)}{rng.choice(_LETTERS)}{rng.choice(_LETTERS)}"
