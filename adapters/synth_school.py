"""What is told of an invented child's education: by its school (school.jsonl), or else by the authority's virtual school."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from adapters import synth_words as words
from adapters.synth_county import LATEST, YEAR_END, age, day
from adapters.synth_course import Period
from adapters.synth_lives import Life
from adapters.synth_rates import CHOICES, SESSIONS_OF_25_DAYS
from adapters.synth_telling import UNKNOWN, Telling

_PLANS_FROM: Final = date(2015, 9, 1)  # support as it is since the Children and Families Act 2014


def pupil_of_ours(life: Life) -> bool:
    """Whether the child is a pupil of the school that reports for itself, a secondary school."""
    return life.number % 3 == 0 and age(life.born_on, life.periods[-1].steps[0].on) >= 11


def tell_education(telling: Telling, child: dict[str, str]) -> None:
    """School, plan, support, absence, exclusion, from the start of the latest period of care on."""
    life, rng = telling.life, telling.rng
    period = life.periods[-1]
    start, until = period.steps[0].on, period.end[0] if period.end else LATEST
    if life.short_breaks or age(life.born_on, until) < 5 or age(life.born_on, start) >= 17:
        return
    since = max(start, life.born_on.replace(year=life.born_on.year + 5) + timedelta(days=1))
    _schools(telling, child, since, until)
    level = "ehc-plan" if rng.random() < CHOICES.special_needs_plan else rng.choice(words.SUPPORT_LEVELS)
    telling.tell("special-needs-support-recorded", child, max(since, _PLANS_FROM), level=level)
    _plan(telling, child, since, until)
    for ends in range(since.year, YEAR_END.year):
        _school_year(telling, child, period, ends)


def _schools(telling: Telling, child: dict[str, str], since: date, until: date) -> None:
    """The school at the start, and another after some moves."""
    life, rng = telling.life, telling.rng
    ours = pupil_of_ours(life)
    small = age(life.born_on, since) < 11
    others = words.PRIMARY_SCHOOLS if small else words.SECONDARY_SCHOOLS
    code, name = words.SCHOOL if ours else rng.choice(others)
    usual = words.SCHOOL_KINDS[0 if small else 1]
    begun = telling.tell(
        "school-started",
        child,
        since,
        labelled=True,
        school_name=name,
        school=None if ours else code or None,  # a school does not open a desk of its own
        kind=rng.choice(words.SCHOOL_KINDS[2:]) if rng.random() < 0.1 and not code else usual,
        year_group=_year_group(life, since),
    )
    grown = date(life.born_on.year + 11 + ((life.born_on.month, life.born_on.day) >= (9, 1)), 9, 3)
    if small and since < grown - timedelta(days=60) and grown < until:
        _moves_school(telling, child, begun, date(grown.year, 7, 22), grown, words.SECONDARY_SCHOOLS, "phase")
    elif rng.random() < 0.25 and (until - since).days > 200:
        left = day(rng, since + timedelta(days=90), min(until, YEAR_END) - timedelta(days=20))
        again = left + timedelta(days=rng.choice([1, 3, 20, 60]))  # without a school in between
        _moves_school(telling, child, begun, left, again, () if ours or again >= until else others, words.SCHOOL_MOVED)
    if rng.random() < 0.04:
        on = day(rng, since, min(until, YEAR_END))
        hours = rng.choice([10, 15, 25])
        telling.tell(
            "alternative-provision-started",
            child,
            on,
            provider=rng.choice(words.PROVIDERS),
            hours_a_week=hours,
            until=on + timedelta(days=rng.randint(20, 120)),
        )


def _moves_school(
    telling: Telling,
    child: dict[str, str],
    begun: str,
    left: date,
    again: date,
    schools: Sequence[tuple[str, str]],
    reason: str,
) -> None:
    """Left, and on the roll of one of these, if there are any; which, is not always known."""
    life, rng = telling.life, telling.rng
    telling.tell("school-left", child, left, started=begun, year_group=_year_group(life, left), reason=reason)
    if schools:
        code, name = ("", UNKNOWN) if rng.random() < 0.05 else rng.choice(schools)
        year_group = _year_group(life, again)
        telling.tell("school-started", child, again, school_name=name, school=code or None, year_group=year_group)


def _plan(telling: Telling, child: dict[str, str], since: date, until: date) -> None:
    """Begun within ten working days, complete within twenty, reviewed each term of the latest year."""
    rng = telling.rng
    begun = since + timedelta(days=rng.randint(2, 16))
    done = begun + timedelta(days=rng.randint(5, 20))
    telling.tell("education-plan-initiated", child, begun, wanted_by=since + timedelta(days=28))
    telling.tell(
        "education-plan-completed",
        child,
        done,
        summary="Invented: reading help, a quiet place.",
        review_due_on=done + timedelta(days=110),
    )
    for month, on_day in ((11, 20), (3, 10), (5, 20)):
        on = date(YEAR_END.year - (month > 6), month, on_day) + timedelta(days=rng.randint(0, 9))
        if done < on < until:
            due = UNKNOWN if rng.random() < 0.1 else on + timedelta(days=110)
            telling.tell("education-plan-reviewed", child, on, summary="Invented: going well.", review_due_on=due)


def _school_year(telling: Telling, child: dict[str, str], period: Period, ends: int) -> None:
    """A school year spent in care: sessions missed; suspended or excluded."""
    life, rng = telling.life, telling.rng
    first, last = date(ends - 1, 9, 2), date(ends, 7, 22)
    if period.steps[0].on > first or (period.end and period.end[0] < last) or not 5 <= age(life.born_on, first) <= 15:
        return
    much = rng.random() < CHOICES.much_absent
    missed = rng.randint(SESSIONS_OF_25_DAYS, 200) if much else rng.randint(0, SESSIONS_OF_25_DAYS - 2)
    telling.tell(
        "absence-recorded", child, last, from_on=first, sessions_missed=missed, unauthorised=rng.randint(0, missed)
    )
    chance = rng.random()
    on = day(rng, first, last)
    if chance < CHOICES.permanently_excluded:
        label = telling.tell(
            "excluded",
            child,
            on,
            labelled=True,
            told=on,
            kind=words.PERMANENTLY,
            authority_spoken_to=rng.choice([True, False, UNKNOWN]),
        )
        telling.tell(
            "exclusion-provision-started",
            child,
            on + timedelta(days=8),
            exclusion=label,
            day=rng.choice([1, 3, 6, 9]),
            provider=rng.choice(words.PROVIDERS),
        )
    elif chance < 0.11:
        days, spoken_to = rng.randint(1, 10), rng.choice([True, True, False])
        telling.tell("excluded", child, on, kind=words.SUSPENDED, days=days, authority_spoken_to=spoken_to)


def _year_group(life: Life, on: date) -> str:
    """By the age on the 31 August before."""
    turned = date(on.year - ((on.month, on.day) < (9, 1)), 8, 31)
    years = age(life.born_on, turned) - 4
    return "R" if years <= 0 else str(min(years, 13))
