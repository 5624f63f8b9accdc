"""The invented county shows the published rates: each measured from the events alone, in a county that is large enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.synth_county import YEAR_END, County, age, first_day_of
from adapters.synth_files import write_county
from adapters.synth_rates import HIGH_SCORE, RATES, RESIDENTIAL, SESSIONS_OF_25_DAYS
from domain.events import (
    AbsenceRecorded,
    CareEnded,
    CareStarted,
    ChildRegistered,
    Event,
    Excluded,
    OffendingYearReported,
    PlacementEnded,
    PlacementMade,
    PlacementRelabelled,
    SdqScored,
    SpecialNeedsSupportRecorded,
)
from domain.situation import SHORT_BREAKS, TEMPORARY
from tests.support.county import Line, reported, told_in_turn

COUNTY = County(years=10)  # long enough for most leavers' whole time in care to lie in its returns
CHILDREN = 5_000
TWO_YEARS, TWO_AND_A_HALF = timedelta(days=730), timedelta(days=913)


@dataclass
class Period:
    """One period in care, as the events tell it. placements: first day of each and its kind, temporary ones aside."""

    since: date
    until: date | None = None
    placements: list[tuple[date, str]] = field(default_factory=list)

    def at(self, day: date) -> bool:
        """Whether the child was in care at the end of this day."""
        return self.since <= day and (self.until is None or self.until > day)


@dataclass
class Child:
    """One child, as the events tell it; short breaks left out."""

    born_on: date
    events: list[Event]
    periods: list[Period]


def child(events: Iterable[Event]) -> Child:
    """The events of one child, told as periods."""
    order = (ChildRegistered, CareEnded, CareStarted)
    ordered = sorted(events, key=lambda e: (e.effective_on, order.index(type(e)) if type(e) in order else 9))
    periods: list[Period] = []
    skipping = False
    for event in ordered:
        match event:
            case CareStarted():
                skipping = event.legal_status in SHORT_BREAKS
                if not skipping:
                    periods.append(Period(event.effective_on))
            case CareEnded() if not skipping:
                periods[-1].until = event.effective_on
            case PlacementMade() if not skipping and event.placement_type not in TEMPORARY:
                periods[-1].placements.append((event.effective_on, str(event.placement_type)))
            case PlacementRelabelled() if not skipping:
                periods[-1].placements[-1] = (periods[-1].placements[-1][0], event.placement_type)
            case PlacementEnded():
                pass
    [registered] = [e for e in ordered if isinstance(e, ChildRegistered)]
    assert isinstance(registered.born_on, date)
    return Child(registered.born_on, ordered, periods)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A large county's files."""
    made: Path = tmp_path_factory.mktemp("county")
    write_county(made, children=CHILDREN, seed=2, county=COUNTY)
    return made


@pytest.fixture(scope="module")
def children(folder) -> list[Child]:
    """Every child, as six years' returns tell it."""
    return [child(events.values()) for events in told_in_turn(folder, COUNTY).values()]


@pytest.fixture(scope="module")
def lines(folder) -> list[Line]:
    """Every report."""
    return list(reported(folder))


def shows(rate: str, found: Iterable[bool], among: Iterable[object] | None = None) -> None:
    """The share of these that are so is the published one, as near as the table allows; and there are enough of them."""
    hits = list(found)
    whole = len(hits) if among is None else len(list(among))
    wanted = RATES[rate]
    assert whole >= 300
    assert sum(hits) / whole == pytest.approx(wanted.share, abs=wanted.give), rate


def leavers(children: list[Child]) -> list[tuple[Child, Period, date]]:
    """Who left care at 16 or later."""
    return [(c, p, p.until) for c in children for p in c.periods if p.until and age(c.born_on, p.until) >= 16]


def latest(children: list[Child], kind: type[Event]) -> list[tuple[Child, Event]]:
    """The event of this kind on the last day of the last year, of each child that has one."""
    return [(c, e) for c in children for e in c.events if isinstance(e, kind) and e.effective_on == YEAR_END]


def test_mental_disorder_shows_in_questionnaires_and_more_often_in_residential_care(children) -> None:
    scored = [(c, e.score) for c, e in latest(children, SdqScored) if isinstance(e, SdqScored) and e.score is not None]
    residential = [score for c, score in scored if c.periods[-1].placements[-1][1] in RESIDENTIAL]

    shows("mental-disorder", [score >= HIGH_SCORE for _, score in scored])
    everyone = [
        e.score >= HIGH_SCORE
        for c in children
        for e in c.events
        if isinstance(e, SdqScored) and e.score is not None and _kind_on(c, e.effective_on) in RESIDENTIAL
    ]
    assert len(residential) > 30
    shows("mental-disorder-residential", everyone)


def _kind_on(of: Child, day: date) -> str:
    """The kind of placement on a day, as far as events before it were not relabelled since."""
    placements = [kind for p in of.periods for since, kind in p.placements if since <= day]
    return placements[-1] if placements else ""


def test_one_in_ten_of_ten_or_more_is_convicted_or_cautioned_in_a_year(children) -> None:
    years = [(c, e) for c in children for e in c.events if isinstance(e, OffendingYearReported)]

    assert all(age(c.born_on, e.effective_on) >= 10 for c, e in years)
    shows("offending", [e.convicted for _, e in years])


def test_nine_or_more_placements_by_leaving(children) -> None:
    lately = [p for _, p, left in leavers(children) if YEAR_END - left < timedelta(days=3 * 365)]

    shows("nine-placements", [len(p.placements) >= 9 for p in lately])


def test_some_leave_as_soon_as_they_are_16(children) -> None:
    shows("left-at-16", [age(c.born_on, left) == 16 for c, _, left in leavers(children)])


def test_two_thirds_of_those_long_in_care_stay_where_they_are(children) -> None:
    long = [
        p.placements[-1][0]
        for c in children
        for p in c.periods
        if p.at(YEAR_END) and age(c.born_on, YEAR_END) < 16 and YEAR_END - p.since > TWO_AND_A_HALF
    ]

    shows("stable", [YEAR_END - since >= TWO_YEARS for since in long])


def test_half_of_the_stock_is_new_each_year(children) -> None:
    for year_end in COUNTY.year_ends[1:]:
        stock = [p for c in children for p in c.periods if p.at(year_end)]
        shows("turnover", [first_day_of(year_end) <= p.since <= year_end for c in children for p in c.periods], stock)


def test_the_county_neither_fills_nor_empties(children) -> None:
    stocks = [sum(p.at(year_end) for c in children for p in c.periods) for year_end in COUNTY.year_ends]

    assert max(stocks) / min(stocks) < 1.25


def test_two_in_five_placements_are_in_another_area(children) -> None:
    areas = [
        e.area_authority
        for c in children
        for e in c.events
        if isinstance(e, PlacementMade) and e.placement_type not in TEMPORARY
    ]

    shows("out-of-area", [area != COUNTY.authority for area in areas])


def test_pupils_with_a_plan_for_special_needs(lines) -> None:
    levels = {line.child: line.event.level for line in lines if isinstance(line.event, SpecialNeedsSupportRecorded)}

    shows("special-needs-statement", [level == "ehc-plan" for level in levels.values()])


def within(year: AbsenceRecorded, event: Event) -> bool:
    """Whether it was in this school year."""
    return year.from_on <= event.effective_on <= year.effective_on


def test_days_missed_and_pupils_excluded_for_good_in_a_school_year(lines) -> None:
    of_pupils: dict[str, list[Event]] = defaultdict(list)
    for line in lines:
        of_pupils[line.child].append(line.event)
    years = [(e, events) for events in of_pupils.values() for e in events if isinstance(e, AbsenceRecorded)]

    shows("days-missed", [e.sessions_missed >= SESSIONS_OF_25_DAYS for e, _ in years])
    excluded = [
        any(isinstance(x, Excluded) and x.kind == "permanent" and within(e, x) for x in events) for e, events in years
    ]
    shows("permanently-excluded", excluded)
