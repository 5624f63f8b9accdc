"""Invented children of an invented county. Seeded and clockless: child n of a seed is the same whoever else is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from adapters.synth_county import YEAR_END, County, age, birthday, day, lots, postcode
from adapters.synth_course import Course, Period
from adapters.synth_outline import SHORT_BREAKS, UNACCOMPANIED, Outline, outline

_UPN_CHECK: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"  # DfE UPN guide
_ETHNIC: Final = ("WBRI",) * 14 + ("WOTH", "MWBC", "MWBA", "ABAN", "APKN", "BCRB", "BAFR", "REFU")
_ETHNIC_ABROAD: Final = ("BAFR", "OOTH", "AOTH", "WOTH")
_NEEDS: Final = ("N1",) * 12 + ("N2", "N3", "N4", "N4", "N5", "N5", "N5", "N6", "N8", "N8")
_WITH_SIBLINGS: Final = 0.45  # of those after the first of each four; the others' starts are their own


@dataclass(frozen=True, slots=True)
class Life:
    """One child. number: from 1. periods: in care at some time of the county's years.

    road: see synth_outline. upn: as the return writes it, UN1 or UN4 where there is none. mother_on: her child's birth.
    unaccompanied_until: DUC. sibling: the number of the child that came into care together with this one.
    disorder: a draw from 0 to 1; the lower, the likelier that its questionnaires score high.
    """

    number: int
    county: County
    local_id: str
    born_on: date
    sex: str
    ethnicity: str
    upn: str
    need: str
    home_postcode: str
    road: str
    periods: tuple[Period, ...]
    mother_on: date | None
    unaccompanied_until: date | None
    sibling: int | None
    disorder: float

    @property
    def authority(self) -> str:
        """ONS code of the responsible authority."""
        return self.county.authority

    @property
    def goes_on(self) -> bool:
        """Whether the child is looked after at the end of the last year."""
        return self.periods[-1].end is None

    @property
    def short_breaks(self) -> bool:
        """Whether the child has short breaks only."""
        return self.road == SHORT_BREAKS

    def lots(self, subject: str, seed: int) -> Random:
        """Chance for one subject of this child: other subjects do not change when this one does."""
        return lots(subject, seed, self.number)


def life(number: int, seed: int, county: County) -> Life:
    """Child `number` (from 1) of this seed."""
    rng = lots("life", seed, number)
    first = number - (number - 1) % 4
    elder = life(first, seed, county) if number != first and rng.random() < _WITH_SIBLINGS else None
    sibling: int | None = None
    while True:
        plan, home = None, postcode(rng, county.districts[county.authority])
        if elder is not None and elder.road not in (SHORT_BREAKS, UNACCOMPANIED):
            plan = outline(rng, county, elder.periods[0].steps[0].on, tries=20)
            home = elder.home_postcode
        sibling = first if plan is not None else None
        plan = plan or outline(rng, county)
        if plan is None:
            continue
        periods = tuple(Course(rng, county, plan, home).periods())
        if periods and periods[-1].until >= county.first_day:
            break
    sex = rng.choice("MMMMF" if plan.kind == UNACCOMPANIED else "MF")
    return Life(
        number=number,
        county=county,
        local_id=f"{900_000 + number}",
        born_on=plan.born_on,
        sex=sex,
        ethnicity=rng.choice(_ETHNIC_ABROAD if plan.kind == UNACCOMPANIED else _ETHNIC),
        upn=_upn(number, plan),
        need="N8" if plan.kind == UNACCOMPANIED else rng.choice(_NEEDS),
        home_postcode=home,
        road=plan.kind,
        periods=periods,
        mother_on=_mother(rng, sex, periods, plan.born_on),
        unaccompanied_until=min(birthday(plan.born_on, 18), plan.spans[-1][1]) if plan.kind == UNACCOMPANIED else None,
        sibling=sibling,
        disorder=rng.random(),
    )


def _upn(number: int, plan: Outline) -> str:
    """A UPN with its check letter, of local authority 999, which is none."""
    if plan.kind == UNACCOMPANIED:
        return "UN4"
    if age(plan.born_on, YEAR_END) < 5:
        return "UN1"
    digits = f"999{number // 1000:04d}{(plan.born_on.year + 5) % 100:02d}{number % 1000:03d}"
    return _UPN_CHECK[sum(int(digit) * weight for weight, digit in enumerate(digits, start=2)) % 23] + digits


def _mother(rng: Random, sex: str, periods: tuple[Period, ...], born_on: date) -> date | None:
    last = periods[-1].until
    if sex != "F" or age(born_on, last) < 16 or rng.random() > 0.06:
        return None
    since = max(periods[-1].steps[0].on, birthday(born_on, 15))
    born = day(rng, since + timedelta(days=1), last)
    return born if since < born < last else None
