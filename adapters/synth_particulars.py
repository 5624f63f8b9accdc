"""What else a return says of an invented child: reviews, missing episodes, social workers, health and leaving care, adoption."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from adapters.synth_county import YEAR_END, age, birthday, day, first_day_of
from adapters.synth_course import Period
from adapters.synth_lives import Life
from adapters.synth_outline import ADOPTION
from adapters.synth_rates import CHOICES, HIGH_SCORE, RESIDENTIAL
from adapters.synth_words import ADOPTERS, LEAVER_ACTIVITIES, LEAVER_HOMES, PARTICIPATION, WORKER_REASONS

WORKERS_FROM: Final = date(2023, 4, 1)  # social workers are in the return from 2023/24 on
CONVICTED: Final = 2  # the place of the cell in an OC2 row after CHILD and DOB
_13_WEEKS: Final = timedelta(days=91)  # a care leaver was in care for 13 weeks since 14: CLCA 2000; SI 2001/2874


@dataclass(frozen=True, slots=True)
class Away:
    """A missing episode. kind: MISSING, M or A. until: None while the child is missing at the end of the last year."""

    kind: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Worker:
    """A social worker's time with the child. until: None while it goes on; the day on which care ended at the latest."""

    number: str
    since: date
    until: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Adoption:
    """decided: plan for adoption. ended: the day it was given up, and why. matched: with adopters, whose cells follow."""

    decided: date
    ended: tuple[date, str] | None = None
    matched: date | None = None
    adopters: tuple[str, ...] = ()


def reviews(life: Life, seed: int) -> Iterator[tuple[date, str]]:
    """Day and REVIEW_CODE: within 20 working days, three months on, then every six (CPR 2010 reg 33)."""
    rng = life.lots("reviews", seed)
    for period in () if life.short_breaks else life.periods:
        on = period.steps[0].on + timedelta(days=rng.randint(14, 27))
        wait = 85
        while on <= YEAR_END and on < period.until:
            yield on, "PN0" if age(life.born_on, on) < 4 else rng.choice(PARTICIPATION)
            on += timedelta(days=wait + rng.randint(-12, 3))
            wait = 180


def missing(life: Life, seed: int) -> Iterator[Away]:
    """Missing episodes, none for most, many for some; the last may go on."""
    rng = life.lots("missing", seed)
    restless = rng.random() < 0.14
    for period in () if life.short_breaks else life.periods:
        on = max(period.steps[0].on, birthday(life.born_on, 11)) + timedelta(days=5)
        while restless and (on := on + timedelta(days=1 + int(rng.expovariate(1 / 110)))) < period.until:
            back: date | None = on + timedelta(days=rng.choice([0, 1, 1, 2, 3, 5, 11, 40]))
            if back is not None and back > YEAR_END:
                back = None
            if back is not None and back >= period.until:
                break
            yield Away(rng.choice("MMMA"), on, back)
            on = back or YEAR_END


def workers(life: Life, seed: int) -> Iterator[Worker]:
    """Social workers one after another, with days between where nobody is allocated."""
    rng = life.lots("workers", seed)
    for period in () if life.short_breaks else life.periods:
        since, reason = period.steps[0].on, WORKER_REASONS[0]
        while since < period.until:
            left = since + timedelta(days=30 + int(rng.expovariate(1 / 400)))
            until = left if left < period.until else period.end[0] if period.end else None
            yield Worker(f"ZZ{rng.randint(100_000, 100_400)}", since, until, reason)
            since, reason = left + timedelta(days=rng.choice([0, 0, 0, 9])), rng.choice(WORKER_REASONS[1:])


def health_year(life: Life, seed: int, year_end: date) -> tuple[str, ...] | None:
    """Cells of OC2 after CHILD and DOB; None for a child not looked after for the whole of the year."""
    period = next((p for p in life.periods if p.at(year_end)), None)
    if life.short_breaks or period is None or period.steps[0].on >= first_day_of(year_end):
        return None
    step = period.at(year_end)
    rng = life.lots(f"health year {year_end}", seed)
    years = age(life.born_on, year_end)
    score, reason = "", ""
    if 4 <= years <= 16:
        likely = CHOICES.disorder_residential if _lives_in(period, year_end) else CHOICES.disorder_elsewhere
        high = life.disorder < likely
        score = str(rng.randint(HIGH_SCORE, 32) if high else rng.randint(1, HIGH_SCORE - 1))
        if rng.random() < 0.2:
            score, reason = "", rng.choice(["SDQ1", "SDQ2", "SDQ3", "SDQ4", "SDQ5"])
    convicted = "" if years < 10 else _yes(rng, 0.6 if step and step.legal_status == "J1" else CHOICES.convicted)
    misuse = rng.random() < 0.06 and years >= 12
    received = misuse and rng.random() < 0.6
    development = _yes(rng, 0.9) if years < 5 else ""
    checks = (_yes(rng, 0.88), _yes(rng, 0.83), _yes(rng, 0.9))
    help_ = (str(int(received)), str(int(not received and rng.random() < 0.7))) if misuse else ("", "")
    return (score, reason, convicted, development, *checks, str(int(misuse)), *help_)


def _lives_in(period: Period, on: date) -> bool:
    """Whether the usual home is residential care."""
    usual = [step.home.code for step, _ in period.stays() if step.on <= on]
    return bool(usual) and usual[-1] in RESIDENTIAL


def leaver_year(life: Life, seed: int, year_end: date) -> tuple[str, str, str] | None:
    """IN_TOUCH, ACTIV and ACCOM of a care leaver whose 17th to 21st birthday lies in the year; else None."""
    last = life.periods[-1]
    if life.short_breaks or last.end is None or age(life.born_on, last.end[0]) < 16:
        return None
    if last.end[0] - max(last.steps[0].on, birthday(life.born_on, 14)) < _13_WEEKS:
        return None
    years = age(life.born_on, year_end)
    if not 17 <= years <= 21 or birthday(life.born_on, years) < max(first_day_of(year_end), last.end[0]):
        return None
    rng = life.lots(f"leaver year {year_end}", seed)
    if rng.random() > 0.92:
        return rng.choice(["NO", "REFU", "RHOM"]), "0", "0"
    return "YES", rng.choice(LEAVER_ACTIVITIES), rng.choice(LEAVER_HOMES)


def previous_permanence(life: Life, seed: int) -> tuple[str, str, str]:
    """PREV_PERM, LA_PERM and DATE_PERM: most children never left care for a permanent home before."""
    rng = life.lots("permanence", seed)
    start = life.periods[0].steps[0].on
    if age(life.born_on, start) < 3 or rng.random() > 0.06:
        return "Z1", "", ""
    order = day(rng, birthday(life.born_on, 1), start - timedelta(days=100))
    known = rng.random() < 0.8
    authority = rng.choice((life.authority, *life.county.adjoining))
    return rng.choice(["P1", "P2", "P2", "P3", "P4"]), authority, order.strftime("%d/%m/%Y") if known else ""


def adoption(life: Life, seed: int) -> Adoption | None:
    """The plan for adoption, and what became of it; some other small children have one that is given up."""
    rng = life.lots("adoption", seed)
    steps = life.periods[-1].steps
    if life.road == ADOPTION:
        home = next((step for step in steps if step.home.code.startswith("A")), None)
        decided = steps[0].on + timedelta(days=rng.randint(60, 140))
        if decided > YEAR_END:
            return None
        if life.goes_on:
            return Adoption(decided)
        by_carers = home is not None and home.home.code in ("A3", "A5")
        matched = (home.on if home else decided) - timedelta(days=rng.randint(5, 15))
        return Adoption(decided, None, matched, (str(int(by_carers)), *rng.choice(ADOPTERS)))
    start = steps[0].on
    if life.road == "ordinary" and age(life.born_on, start) < 6 and rng.random() < 0.1:
        decided = start + timedelta(days=rng.randint(100, 200))
        ended = decided + timedelta(days=rng.randint(120, 500))
        if ended < life.periods[-1].until and steps[-1].legal_status != "V2":
            return Adoption(decided, (ended, rng.choice(["RD1", "RD2", "RD3", "RD4"])))
    return None


def _yes(rng: Random, chance: float) -> str:
    return str(int(rng.random() < chance))
