"""Who stands in which role: derived from the timeline and the register, on a day."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain import relationships
from domain.events import CareStarted, Event
from domain.relationships import DEPARTING_FOR, carried, current, ended_on, health_body, next_dates
from domain.timeline import Timeline
from domain.vocabulary import UNKNOWN, Audience, Unknown
from tests.support.facts import (
    BEGAN,
    DEPARTING,
    HOST,
    LOCAL,
    LOCAL_YOT,
    ORIGINATING,
    OURS,
    VIRTUAL_SCHOOL,
    YOT,
    detained,
    placed,
)
from tests.support.story import DURHAM, GATESHEAD, HAMPSHIRE, WIGHT, registered, shipped

MOVED, LATER = date(2024, 6, 10), date(2024, 7, 1)
MERGER = date(2026, 4, 1)
SOUTHEND = "E06000033"
_, REGISTER = shipped()


def timeline(*events: Event, known_on: date | None = None) -> Timeline:
    """A child looked after by Durham on a care order, and what else happened; learnt on its day unless told."""
    made = Timeline()
    told = [registered(), CareStarted(effective_on=BEGAN, legal_status="C2"), *events]
    for n, event in enumerate(told):
        made.insert(UUID(int=n), event, known_on or event.effective_on, DURHAM)
    return made


def desks(made: Timeline, day: date) -> set[str]:
    return {str(audience) for audience in current(made, REGISTER, day)}


# --- nobody


def test_of_a_child_who_is_not_registered_nobody_stands_anywhere() -> None:
    made = Timeline()
    made.insert(UUID(int=1), detained(MOVED), MOVED, "yot-durham")

    assert desks(made, MOVED) == set()


def test_a_place_whose_authority_is_unknown_opens_nobody_there() -> None:
    assert desks(timeline(placed(MOVED, UNKNOWN)), MOVED) == {OURS, VIRTUAL_SCHOOL, ORIGINATING}


def test_the_youth_offending_team_of_the_authority_is_not_also_the_local_one() -> None:
    found = desks(timeline(placed(MOVED, DURHAM), detained(LATER)), LATER)

    assert YOT in found
    assert not [desk for desk in found if desk.endswith("/local-yot")]


def test_a_relationship_that_its_own_situation_never_held_never_existed() -> None:
    made = timeline(placed(MOVED, WIGHT))
    host = current(made, REGISTER, MOVED)[Audience.parse(HOST)]

    assert ended_on(timeline(placed(MOVED, GATESHEAD)), REGISTER, MOVED, LATER, host) is None


# --- who, since when


def test_a_placement_elsewhere_opens_a_host_and_a_local_health_body_from_its_day() -> None:
    found = current(timeline(placed(MOVED, WIGHT)), REGISTER, MOVED)

    assert {str(a) for a in found} == {OURS, VIRTUAL_SCHOOL, ORIGINATING, HOST, LOCAL}
    assert {str(a): r.since for a, r in found.items()}[HOST] == MOVED
    assert found[Audience.parse(ORIGINATING)].since == BEGAN


def test_a_second_home_in_one_area_keeps_the_relationship_as_old_as_it_is() -> None:
    made = timeline(placed(MOVED, WIGHT), placed(LATER, WIGHT))

    assert current(made, REGISTER, LATER)[Audience.parse(HOST)].since == MOVED


def test_a_planned_placement_opens_beside_the_one_that_still_goes_on() -> None:
    made = timeline(placed(MOVED, WIGHT), placed(LATER, GATESHEAD))
    made_early = timeline(placed(MOVED, WIGHT), placed(LATER, GATESHEAD), known_on=MOVED)

    assert {HOST, f"{GATESHEAD}/host-authority"} <= desks(made_early, LATER - timedelta(days=1))
    assert HOST not in desks(made_early, LATER)
    assert HOST not in desks(made, LATER)


def test_what_was_learnt_after_its_day_has_passed_already() -> None:
    """A situation has passed when the next one had begun by the day on which the hub learnt of it."""
    made = timeline(placed(MOVED, WIGHT), placed(LATER, GATESHEAD), known_on=LATER)

    assert HOST not in desks(made, BEGAN)


def test_the_reporting_team_and_that_of_the_place_both_caretake() -> None:
    made = timeline(placed(MOVED, WIGHT))
    made.insert(UUID(int=9), detained(LATER), LATER, "yot-hampshire")

    assert {YOT, LOCAL_YOT, "yot-hampshire/local-yot"} <= desks(made, LATER)


def test_the_body_that_was_left_stands_by_for_28_days() -> None:
    made = timeline(placed(MOVED, WIGHT), placed(LATER, GATESHEAD))

    assert DEPARTING in desks(made, LATER + DEPARTING_FOR - timedelta(days=1))
    assert DEPARTING not in desks(made, LATER + DEPARTING_FOR)


# --- when one ended


def test_a_relationship_ends_when_the_situation_after_it_begins() -> None:
    before, after = timeline(placed(MOVED, WIGHT)), timeline(placed(MOVED, WIGHT), placed(LATER, GATESHEAD))
    host = current(before, REGISTER, MOVED)[Audience.parse(HOST)]

    assert ended_on(after, REGISTER, MOVED, date(2024, 12, 1), host) == LATER


def test_a_relationship_that_the_calendar_alone_ends_ends_on_the_day_of_the_clock() -> None:
    made = timeline(placed(MOVED, SOUTHEND))
    health = current(made, REGISTER, MOVED)[Audience.parse("QH8/local-health")]

    assert ended_on(made, REGISTER, MOVED, MERGER, health) == MERGER


# --- health bodies and successors


@pytest.mark.parametrize(
    ("area", "named"),
    [
        (HAMPSHIRE, None),  # two boards serve it in 2024
        (WIGHT, UNKNOWN),
        (UNKNOWN, None),
        ("", None),
        ("W06000015", None),  # Wales is outside the register
    ],
)
def test_a_health_body_that_is_not_certain_is_unknown(area: str | Unknown, named: str | Unknown | None) -> None:
    """Several candidates are never guessed at."""
    assert health_body(REGISTER, area, named, MOVED, MOVED) is None


def test_a_health_body_is_the_one_named_else_the_only_one_of_the_place_carried_to_the_day() -> None:
    assert health_body(REGISTER, HAMPSHIRE, "QRL", MOVED, MOVED) == "QRL"
    assert health_body(REGISTER, WIGHT, None, MOVED, MOVED) == "QRL"
    assert health_body(REGISTER, SOUTHEND, None, MOVED, MERGER) == "D7T5G"
    assert health_body(REGISTER, SOUTHEND, "QH8", MOVED, MERGER) == "D7T5G"


def test_a_place_whose_health_bodies_became_one_is_certain_from_that_day() -> None:
    """Resolve by place: two boards served Hampshire until 31 March 2026, one does since."""
    assert health_body(REGISTER, HAMPSHIRE, None, MOVED, MERGER) == "QRL"


def test_a_code_that_was_divided_stays_itself_where_nobody_alone_follows_it() -> None:
    assert carried(REGISTER, "E10000006", date(2024, 1, 1)) == "E10000006"
    assert carried(REGISTER, "E10000023", date(2024, 1, 1)) == "E06000065"


def test_the_days_to_come_are_successions_departures_and_plans() -> None:
    back = date(2024, 8, 1)
    made = timeline(placed(MOVED, WIGHT), placed(LATER, SOUTHEND), placed(back, DURHAM), known_on=LATER)

    assert next_dates(made, REGISTER, LATER) == {LATER + DEPARTING_FOR, back, back + DEPARTING_FOR, MERGER}


def test_no_day_that_has_passed_is_to_come() -> None:
    assert relationships.next_dates(timeline(placed(MOVED, SOUTHEND)), REGISTER, MERGER) == set()
