"""Invented children of an invented county: their rows in a statutory return (SSDA903) that obeys all of its rules.

Seeded and clockless: child n of a seed is the same whoever else is made. Unlike a real return, which holds its year,
this one holds all episodes since care began, as a first load of history does. Rates: *Care Matters* (2007) and its
time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

YEAR_END: Final = date(2026, 3, 31)
YEAR_START: Final = date(2025, 4, 1)
_EARLIEST: Final = date(2019, 4, 1)
_SUPPORTED_FROM: Final = date(2023, 10, 28)  # K3: SI 2023/416
_LETTERS: Final = "ABDEFGHJLNPQRSTUWXYZ"  # the letters that end a postcode
_UPN_CHECK: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"  # DfE UPN guide
_ETHNIC: Final = ("WBRI", "WBRI", "WBRI", "WBRI", "WOTH", "MWBC", "ABAN", "APKN", "BCRB", "BAFR", "NOBT")
_NEEDS: Final = ("N1",) * 12 + ("N2", "N3", "N4", "N4", "N5", "N5", "N5", "N6", "N8", "N8")
_REASONS: Final = ("CARPL",) * 4 + ("CREQB", "CREQO", "CHILD", "LAREQ", "STAND", "ALLEG", "CLOSE", "APPRR", "OTHER")


@dataclass(frozen=True, slots=True)
class County:
    """Whose return it is, and where its children are placed: ONS codes. Each area has one invented district, ZZ1 on."""

    authority: str = "E06000047"
    adjoining: tuple[str, ...] = ("E06000001", "E06000004", "E06000005", "E06000057", "E06000064", "E08000024")
    far: tuple[str, ...] = ("E10000014", "E06000046", "E10000015", "E08000003", "E09000007")

    @property
    def districts(self) -> dict[str, str]:
        """Authority to postcode district. No real postcode begins with ZZ1 to ZZ98."""
        return {code: f"ZZ{n}" for n, code in enumerate((self.authority, *self.adjoining, *self.far), start=1)}


@dataclass(frozen=True, slots=True)
class Home:
    """Where a child lives: PLACE, PLACE_PROVIDER, PL_POST and URN."""

    code: str
    provider: str
    postcode: str
    urn: str


@dataclass(frozen=True, slots=True)
class Step:
    """An episode's start. same_carer: a change of home that keeps the carer. reason: why the home before it ended."""

    on: date
    legal_status: str
    home: Home
    same_carer: bool = False
    reason: str = "CARPL"


@dataclass(frozen=True, slots=True)
class Period:
    """One period of being looked after. end: its day and REC; None while it goes on."""

    steps: tuple[Step, ...]
    end: tuple[date, str] | None


@dataclass(frozen=True, slots=True)
class Life:
    """One child. header and episodes: cells in the order of the return's columns."""

    number: int
    authority: str
    local_id: str
    born_on: date
    sex: str
    periods: tuple[Period, ...]
    header: tuple[str, ...]
    episodes: tuple[tuple[str, ...], ...]


def life(number: int, seed: int, county: County) -> Life:
    """Child `number` (from 1) of this seed."""
    rng = Random(f"life {seed} {number}")  # noqa: S311  invented data, repeatable on purpose
    start, born_on = _start_and_birth(rng)
    periods = tuple(_Author(rng, county, born_on).periods(start))
    local_id = f"{900_000 + number}"
    sex = rng.choice("MF")
    upn = _upn(number, born_on) if born_on.year <= YEAR_END.year - 5 else "UN1"
    home_postcode = _postcode(rng, county.districts[county.authority])
    need = rng.choice(_NEEDS)
    header = (local_id, sex, _written(born_on), rng.choice(_ETHNIC), upn, "", "")
    rows = [row for period in periods for row in _rows(local_id, period, need, home_postcode)]
    return Life(number, county.authority, local_id, born_on, sex, periods, header, tuple(rows))


class _Author:
    """Makes up one child's periods of care."""

    def __init__(self, rng: Random, county: County, born_on: date) -> None:
        self._rng = rng
        self._county = county
        self._born_on = born_on
        self._turns_18 = born_on.replace(year=born_on.year + 18)

    def periods(self, start: date) -> list[Period]:
        age, chance = self._age(start), self._rng.random()
        if start >= YEAR_START and chance < 0.07:
            return self._short_breaks(start)
        if age < 4 and chance < 0.35:
            return [self._adoption(start)]
        if age >= 13 and chance < 0.16:
            return [self._custody(start)]
        if start < YEAR_START and chance > 0.94 and self._turns_18 > YEAR_END:  # left, and came back
            back = _day(self._rng, YEAR_START, YEAR_END - timedelta(days=40))
            if (back - start).days > 60:
                left = _day(self._rng, start + timedelta(days=20), back - timedelta(days=20))
                return [self._ordinary(start, (left, self._rng.choice(["E4A", "E4B"]))), self._ordinary(back, None)]
        return [self._ordinary(start, self._end(start))]

    def _end(self, start: date) -> tuple[date, str] | None:
        if self._turns_18 <= YEAR_END:
            return self._turns_18, self._rng.choice(["E5", "E5", "E6", "E7", "E17"])
        first = max(start + timedelta(days=30), YEAR_START)
        if first >= YEAR_END or self._rng.random() > 0.4:
            return None
        reasons = ["E4A", "E4A", "E4B", "E13", "E41", "E45", "E46", "E47", "E48", "E8", "E3", "E16"]
        return _day(self._rng, first, YEAR_END), self._rng.choice(reasons)

    def _ordinary(self, start: date, end: tuple[date, str] | None) -> Period:
        rng, last = self._rng, end[0] if end else YEAR_END
        legal = rng.choices(["V2", "C1", "L1", "L2"], [55, 33, 5, 7])[0]
        status_on = {start: legal}
        if legal in ("L1", "L2"):
            status_on[start + timedelta(days=rng.randint(1, 3 if legal == "L1" else 8))] = "C1"
        elif legal == "V2" and rng.random() < 0.4:
            status_on[start + timedelta(days=rng.randint(40, 300))] = "C1"
        if status_on[max(status_on)] == "C1":
            status_on[max(status_on) + timedelta(days=rng.randint(150, 400))] = "C2"
        moves, on, mean = [], start, rng.choice([900, 900, 500, 120])
        while (on := on + timedelta(days=1 + int(rng.expovariate(1 / mean)))) < last - timedelta(days=2):
            moves.append(on)
        steps: list[Step] = []
        for day in sorted({day for day in (*status_on, *moves) if day < last}):
            now = status_on[max(on for on in status_on if on <= day)]
            if steps and day not in moves:
                steps.append(replace(steps[-1], on=day, legal_status=now))
            elif steps and steps[-1].home.code in ("U3", "U6") and rng.random() < 0.2:  # now meant to last: no move
                settled = replace(steps[-1].home, code={"U3": "U1", "U6": "U4"}[steps[-1].home.code])
                steps.append(Step(day, now, settled, same_carer=True, reason="PLACE"))
            else:
                steps.append(Step(day, now, self._home(day, now), reason=rng.choice(_REASONS)))
        return Period(tuple(self._with_holiday(steps, last)), end)

    def _with_holiday(self, steps: list[Step], last: date) -> list[Step]:
        at = self._rng.randrange(len(steps))
        until = steps[at + 1].on if at + 1 < len(steps) else last
        if self._rng.random() > 0.12 or (until - steps[at].on).days < 60:
            return steps
        code, longest = self._rng.choice([("T1", 9), ("T2", 14), ("T3", 14), ("T4", 7), ("T0", 20)])
        away = _day(self._rng, steps[at].on + timedelta(days=10), until - timedelta(days=30))
        back = away + timedelta(days=self._rng.randint(2, longest))
        elsewhere = Home(code, "PR3" if code == "T1" else "PR1", self._somewhere(), "XXXXXXX")
        same_carer = code == "T2"
        out = Step(away, steps[at].legal_status, elsewhere, same_carer, "OTHER")
        home_again = replace(steps[at], on=back, same_carer=same_carer, reason="OTHER")
        return [*steps[: at + 1], out, home_again, *steps[at + 1 :]]

    def _short_breaks(self, start: date) -> list[Period]:
        home = replace(self._home(start, "V3"), code=self._rng.choice(["U6", "K2"]), provider="PR1")
        breaks: list[Period] = []
        on = start
        last = min(YEAR_END, self._turns_18) - timedelta(days=8)
        while on < last and len(breaks) < 8:
            back = on + timedelta(days=self._rng.randint(2, 6))
            breaks.append(Period((Step(on, "V3", home),), (back, "E8")))
            on = back + timedelta(days=self._rng.randint(14, 45))
        return breaks or [self._ordinary(start, None)]

    def _adoption(self, start: date) -> Period:
        rng, home = self._rng, replace(self._home(start, "C1"), code=self._rng.choice(["U5", "U6"]), provider="PR1")
        order = start + timedelta(days=rng.randint(150, 260))
        placed = order + timedelta(days=rng.randint(20, 200))
        adopted = placed + timedelta(days=rng.randint(100, 280))
        carer_adopts = home.code == "U5"
        elsewhere = replace(self._home(start, "E1"), code="A6", urn="XXXXXXX")
        adoptive = replace(home, code="A5") if carer_adopts else elsewhere
        steps = [
            Step(start, "C1", home),
            Step(order, "E1", home),
            Step(placed, "E1", adoptive, same_carer=carer_adopts),
        ]
        end = (adopted, rng.choice(["E11", "E12"])) if YEAR_START <= adopted <= YEAR_END else None
        if adopted < YEAR_START:  # then the application takes longer
            end = (_day(rng, YEAR_START, YEAR_END), "E12")
        return Period(tuple(step for step in steps if step.on < YEAR_END), end)

    def _custody(self, start: date) -> Period:
        rng = self._rng
        prison = Home(rng.choice(["R5", "R5", "K1"]), "PR3", self._somewhere(away=True), "XXXXXXX")
        under_order = rng.random() < 0.5
        legal = "C2" if under_order else "V2"
        detained = max(start + timedelta(days=rng.randint(40, 300)), YEAR_START + timedelta(days=rng.randint(0, 200)))
        out = detained + timedelta(days=rng.randint(20, 120))
        last = min(self._turns_18 - timedelta(days=1), YEAR_END)
        steps = [Step(start, legal, self._home(start, legal))]
        if detained < last:
            steps.append(Step(detained, "C2" if under_order else "J1", prison, reason="CUSTOD"))
        if out >= last:
            return Period(tuple(steps), None if last == YEAR_END else (self._turns_18, "E8"))
        if not under_order:
            return Period(tuple(steps), (out, rng.choice(["E9", "E9", "E14"])))
        steps.append(Step(out, "C2", self._home(out, "C2"), reason="CUSTOD"))
        return Period(tuple(steps), None if last == YEAR_END else (self._turns_18, "E5"))

    def _home(self, on: date, legal_status: str) -> Home:
        rng, age = self._rng, self._age(on)
        kinds = {"U6": 38, "U4": 18, "U3": 12, "U1": 6}
        if legal_status in ("C1", "C2"):
            kinds["P1"] = 8
        if age < 2:
            kinds |= {"U5": 4, "R3": 3}
        if age >= 8:
            kinds |= {"K2": 13, "S1": 1, "R1": 1}
        if age >= 16:
            kinds |= {"K3": 30 if on >= _SUPPORTED_FROM else 0, "K2": 15, "Z1": 1}
        code = rng.choices(list(kinds), list(kinds.values()))[0]
        if code == "P1":
            return Home(code, "PR0", self._somewhere(), "XXXXXXX")
        provider = rng.choices(["PR1", "PR2", "PR4", "PR5"], [45, 3, 44, 8])[0]
        return Home(code, provider, self._somewhere(), f"99{rng.randint(10_000, 99_999)}")

    def _somewhere(self, *, away: bool = False) -> str:
        area = self._rng.choices([0, 1, 2], [0 if away else 60, 25, 15])[0]
        options: Sequence[str] = ((self._county.authority,), self._county.adjoining, self._county.far)[area]
        return _postcode(self._rng, self._county.districts[self._rng.choice(options)])

    def _age(self, on: date) -> int:
        return on.year - self._born_on.year - ((on.month, on.day) < (self._born_on.month, self._born_on.day))


def _start_and_birth(rng: Random) -> tuple[date, date]:
    """Start of care, in about half of all cases within the year, and a birth that leaves some of the year before 18."""
    while True:
        this_year = rng.random() < 0.45
        start = _day(rng, YEAR_START, YEAR_END - timedelta(days=3)) if this_year else _day(rng, _EARLIEST, YEAR_START)
        youngest, oldest = rng.choices([(0, 0), (1, 4), (5, 9), (10, 15), (16, 17)], [7, 14, 18, 38, 23])[0]
        age = rng.randint(youngest, oldest)
        born_on = start - timedelta(days=int(age * 365.25) + rng.randint(1, 360))
        if (born_on.month, born_on.day) == (2, 29):
            born_on += timedelta(days=1)
        turns_18 = born_on.replace(year=born_on.year + 18)
        if turns_18 > max(start, YEAR_START) + timedelta(days=60):
            return start, born_on


def _rows(local_id: str, period: Period, need: str, home_postcode: str) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for n, step in enumerate(period.steps):
        before = period.steps[n - 1] if n else None
        after = period.steps[n + 1] if n + 1 < len(period.steps) else None
        if after is not None:
            ended, why = _written(after.on), "X1"
        else:
            ended, why = (_written(period.end[0]), period.end[1]) if period.end else ("", "")
        reason = after.reason if after is not None and after.home != step.home else ""
        coded = (_why_new(before, step), step.legal_status, need, step.home.code, step.home.provider)
        rows.append(
            (local_id, _written(step.on), *coded, ended, why, reason, home_postcode, step.home.postcode, step.home.urn)
        )
    return rows


def _why_new(before: Step | None, step: Step) -> str:
    """RNE."""
    if before is None:
        return "S"
    if before.home == step.home:
        return "L"
    if before.legal_status == step.legal_status:
        return "T" if step.same_carer else "P"
    return "U" if step.same_carer else "B"


def _postcode(rng: Random, district: str) -> str:
    return f"{district} {rng.randint(1, 9)}{rng.choice(_LETTERS)}{rng.choice(_LETTERS)}"


def _upn(number: int, born_on: date) -> str:
    """A UPN with its check letter, of local authority 999, which is none."""
    digits = f"999{number // 1000:04d}{(born_on.year + 5) % 100:02d}{number % 1000:03d}"
    return _UPN_CHECK[sum(int(digit) * weight for weight, digit in enumerate(digits, start=2)) % 23] + digits


def _day(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randint(0, (last - first).days))


def _written(day: date) -> str:
    return day.strftime("%d/%m/%Y")
