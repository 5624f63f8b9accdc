"""The timeline orders facts by the day they were so, and keeps where the child stood after each."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from uuid import UUID

import pytest

from domain.events import (
    CareEnded,
    CareStarted,
    Event,
    LegalStatusChanged,
    PlacementEnded,
    Released,
    ReleaseDateSet,
    Sentenced,
)
from domain.situation import BEGINNING, CUSTODIAL_OUTCOMES, Situation
from domain.timeline import Timeline
from domain.vocabulary import UNKNOWN, DataClass
from tests.support.facts import BEGAN, assessed, detained, placed
from tests.support.story import DURHAM, GATESHEAD, HAMPSHIRE, WIGHT, registered, shipped

MOVED, LATER, ENDED = date(2024, 6, 10), date(2024, 7, 1), date(2024, 9, 2)
STARTED = CareStarted(effective_on=BEGAN, legal_status="V2")
HOME = UUID(int=102)


def timeline(*events: Event) -> Timeline:
    """A timeline of a registered child; events have the ids 101, 102, 103 …"""
    made = Timeline()
    made.insert(UUID(int=100), registered(), BEGAN, DURHAM)
    for n, event in enumerate(events, start=101):
        made.insert(UUID(int=n), event, event.effective_on, DURHAM)
    return made


def where(situation: Situation) -> object:
    return situation.living.area if situation.living is not None else None


# --- what shapes nothing


def test_before_the_first_fact_nothing_is_so() -> None:
    assert Timeline().now is BEGINNING
    assert timeline(STARTED).at_end_of(date(2020, 1, 1)) is BEGINNING


@pytest.mark.parametrize("event", [assessed(MOVED), ReleaseDateSet(effective_on=MOVED, release_on=UNKNOWN)])
def test_facts_that_shape_no_relationship_are_passed_over(event: Event) -> None:
    assert len(timeline(event)) == 1


@pytest.mark.parametrize("kind", ["T0", "T1", "T2", "T3", "T4"])
def test_a_temporary_placement_leaves_the_usual_one_in_place(kind: str) -> None:
    now = timeline(STARTED, placed(MOVED, WIGHT), placed(LATER, GATESHEAD, placement_type=kind)).now

    assert where(now) == WIGHT
    assert now.departed is None


def test_the_end_of_another_placement_moves_nobody() -> None:
    ended = PlacementEnded(effective_on=ENDED, placement=HOME)

    assert where(timeline(STARTED, placed(MOVED, WIGHT), placed(LATER, GATESHEAD), ended).now) == GATESHEAD


def test_taking_out_what_is_not_there_changes_nothing() -> None:
    made = timeline(STARTED)

    made.remove(UUID(int=1))

    assert len(made) == 2


# --- order


def test_every_order_of_arrival_gives_the_same_situations() -> None:
    """The order does not depend on arrival."""
    facts = [
        (UUID(int=1), registered()),
        (UUID(int=2), STARTED),
        (UUID(int=3), placed(MOVED, WIGHT)),
        (UUID(int=4), detained(LATER)),
        (UUID(int=5), Sentenced(effective_on=LATER)),
    ]

    told = []
    for order in permutations(facts):
        made = Timeline()
        for event_id, event in order:
            made.insert(event_id, event, ENDED, DURHAM)
        told.append(list(made.situations))

    assert all(situations == told[0] for situations in told)


def test_a_fact_taken_out_leaves_what_would_have_been_without_it() -> None:
    made = timeline(STARTED, placed(MOVED, WIGHT), placed(LATER, GATESHEAD))

    made.remove(HOME)

    without = Timeline()
    for n, event in ((100, registered()), (101, STARTED), (103, placed(LATER, GATESHEAD))):
        without.insert(UUID(int=n), event, event.effective_on, DURHAM)
    assert list(made.situations) == list(without.situations)


def test_the_end_of_a_day_is_after_everything_on_it() -> None:
    made = timeline(STARTED, placed(MOVED, WIGHT), placed(LATER, GATESHEAD))

    assert where(made.at_end_of(date(2024, 6, 9))) is None
    assert where(made.at_end_of(MOVED)) == WIGHT
    assert where(made.at_end_of(LATER)) == GATESHEAD


def test_a_copy_goes_on_by_itself() -> None:
    made = timeline(STARTED)
    other = made.copy()

    other.insert(HOME, placed(MOVED, WIGHT), MOVED, DURHAM)

    assert where(made.now) is None
    assert where(other.now) == WIGHT


def test_care_that_starts_and_ends_on_one_day_has_ended() -> None:
    """A finding of the return: an episode does not start and end on one day; a true fact all the same."""
    assert timeline(STARTED, CareEnded(effective_on=BEGAN, reason="E4A")).now.care is None


def test_care_that_ends_on_the_day_another_period_starts_goes_on() -> None:
    again = CareStarted(effective_on=ENDED, legal_status="C2")

    now = timeline(STARTED, CareEnded(effective_on=ENDED, reason="E4A"), again).now

    assert now.care is not None
    assert (now.care.since, now.legal_status) == (ENDED, "C2")


# --- places


def test_a_second_home_in_the_same_area_keeps_the_day_since_when_the_child_lives_there() -> None:
    now = timeline(STARTED, placed(MOVED, WIGHT), placed(LATER, WIGHT, address="8 Invented Lane")).now

    assert now.living is not None
    assert (now.living.since, now.living.area_since, now.living.area_ground) == (LATER, MOVED, HOME)
    assert now.departed is None


def test_two_unknown_areas_are_not_taken_to_be_one() -> None:
    now = timeline(STARTED, placed(MOVED, UNKNOWN), placed(LATER, UNKNOWN)).now

    assert now.living is not None
    assert now.living.area_since == LATER


def test_a_move_remembers_the_area_that_was_left_and_when() -> None:
    departed = timeline(STARTED, placed(MOVED, WIGHT), placed(LATER, GATESHEAD)).now.departed

    assert departed is not None
    assert (departed.area, departed.on) == (WIGHT, LATER)


def test_an_adoptive_home_is_never_remembered_as_an_area_that_was_left() -> None:
    now = timeline(STARTED, placed(MOVED, WIGHT, placement_type="A4"), placed(LATER, GATESHEAD)).now

    assert now.departed is None


def test_the_end_of_care_ends_where_the_child_lived() -> None:
    now = timeline(STARTED, placed(MOVED, WIGHT), CareEnded(effective_on=ENDED, reason="E4A")).now

    assert (now.care, now.legal_status, now.living) == (None, None, None)
    assert now.departed is not None
    assert now.departed.on == ENDED


# --- custody


@pytest.mark.parametrize(("status", "still"), [("V2", False), ("J1", False), ("C1", True), ("C2", True), ("E1", True)])
def test_a_sentence_ends_care_by_agreement_or_remand_alone(status: str, still: bool) -> None:
    """SI 2010/2797: looked after only under section 20 (V2) or only by remand (J1)."""
    start = CareStarted(effective_on=BEGAN, legal_status=status)

    now = timeline(start, detained(LATER), Sentenced(effective_on=ENDED)).now

    assert (now.care is not None) is still
    assert now.custody is not None
    assert now.custody.sentenced


def test_custody_keeps_the_status_and_place_at_entry() -> None:
    """It needs the status at entry (W 3.82)."""
    remand = LegalStatusChanged(effective_on=ENDED, legal_status="J1")

    custody = timeline(STARTED, placed(MOVED, HAMPSHIRE), detained(LATER), remand).now.custody

    assert custody is not None
    assert (custody.legal_status, custody.area, custody.since) == ("V2", HAMPSHIRE, LATER)


def test_a_remand_makes_a_child_looked_after_from_that_day() -> None:
    """Remand to youth detention accommodation makes or keeps a child looked after."""
    now = timeline(detained(LATER)).now

    assert now.care is not None
    assert (now.care.since, now.legal_status) == (LATER, "J1")


def test_a_remand_before_registration_makes_nobody_looked_after() -> None:
    made = Timeline()
    made.insert(UUID(int=1), detained(LATER), LATER, "yot-durham")

    assert made.now.care is None


def test_a_release_ends_custody() -> None:
    assert timeline(STARTED, detained(LATER), Released(effective_on=ENDED)).now.custody is None


def test_the_outcomes_after_which_custody_goes_on_are_those_whose_code_tells_of_custody() -> None:
    outcomes = shipped()[0].codes["justice_outcome"].codes

    assert {code.code for code in outcomes if code.data_class is DataClass.CUSTODY} == CUSTODIAL_OUTCOMES
