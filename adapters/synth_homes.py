"""Where invented children live: kinds of home by age and legal status, and the children's homes that several of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from adapters.synth_county import County, age, drawn, postcode

SUPPORTED_FROM: Final = date(2023, 10, 28)  # K3 instead of H5: SI 2023/416
NO_URN: Final = "XXXXXXX"
CUSTODIAL: Final = frozenset({"R5", "K1"})
LONG_TERM: Final = {"U3": "U1", "U6": "U4"}  # a foster placement that is now meant to last: a label, not a move
_SHARED: Final = ("K1", "K2", "R1", "R3", "R5", "S1")  # establishments; the letter tells their postcodes apart
_PROVIDERS: Final = {"PR1": 45, "PR2": 3, "PR4": 44, "PR5": 8}


@dataclass(frozen=True, slots=True)
class Home:
    """Where a child lives: PLACE, PLACE_PROVIDER, PL_POST and URN; and the authority in whose area it is."""

    code: str
    provider: str
    postcode: str
    urn: str
    area: str


class Homes:
    """Draws homes for one child."""

    def __init__(self, rng: Random, county: County, born_on: date, home_postcode: str) -> None:
        self._rng = rng
        self._county = county
        self._born_on = born_on
        self._own = Home("P1", "PR0", home_postcode, NO_URN, county.authority)

    def another(self, on: date, legal_status: str, before: Home | None, kinds: Sequence[str] = ()) -> Home:
        """A home elsewhere than the one before. kinds: of one of these, instead of what is usual at the age."""
        while True:
            code = self._rng.choice(kinds) if kinds else self._kind(on, legal_status)
            home = self._own if code == "P1" else self._of_kind(code)
            if before is None or home.postcode != before.postcode:
                return home

    def carer_holiday(self) -> tuple[Home, int]:
        """A place for some days while the usual placement goes on, and the most days it lasts."""
        code, longest = self._rng.choice([("T1", 9), ("T2", 14), ("T3", 14), ("T4", 7), ("T0", 20)])
        area = self._area()
        where = postcode(self._rng, self._county.districts[area])
        return Home(code, "PR3" if code == "T1" else "PR1", where, NO_URN, area), longest

    def _kind(self, on: date, legal_status: str) -> str:
        years = age(self._born_on, on)
        kinds = {"U6": 38.0, "U4": 18.0, "U3": 12.0, "U1": 6.0}
        if legal_status in ("C1", "C2"):
            kinds["P1"] = 8
        if years < 2:
            kinds |= {"U5": 4, "R3": 3}
        if years >= 8:
            kinds |= {"K2": 16, "S1": 1, "R1": 1}
        if years >= 12:
            kinds |= {"K2": 24, "K1": 1}
        if years >= 16:
            kinds |= {"K3" if on >= SUPPORTED_FROM else "H5": 34, "K2": 15, "Z1": 1}
        return drawn(self._rng, kinds)

    def _of_kind(self, code: str) -> Home:
        area = self._area(away=code in CUSTODIAL)
        district = self._county.districts[area]
        if code in _SHARED:
            number, letter = self._rng.randint(1, 3), "ABDEFG"[_SHARED.index(code)]
            provider = "PR3" if code == "R5" else ("PR1", "PR4", "PR4")[number - 1]
            urn = NO_URN if code == "R5" else f"9{_SHARED.index(code)}{int(district[2:]):02d}00{number}"
            return Home(code, provider, f"{district} {number}{letter}H", urn, area)
        urn = NO_URN if code == "A6" else f"9{self._rng.randint(600_000, 999_999)}"
        return Home(code, drawn(self._rng, _PROVIDERS), postcode(self._rng, district), urn, area)

    def _area(self, *, away: bool = False) -> str:
        reach = self._rng.choices([0, 1, 2], [0 if away else 60, 25, 15])[0]
        areas: Sequence[str] = ((self._county.authority,), self._county.adjoining, self._county.far)[reach]
        return self._rng.choice(areas)
