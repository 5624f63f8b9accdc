"""What does not fit a history is found, and what fits is not: a finding that cries wolf is read by nobody."""

from __future__ import annotations

import ast
import inspect
from datetime import date, timedelta
from typing import Any

import pytest

from domain import findings
from domain.events import CareEnded, CareStarted, Event, PlacementEnded
from domain.findings import FINDINGS
from domain.situation import TEMPORARY
from tests.support.facts import BEGAN, in_care, placed
from tests.support.story import DURHAM, GATESHEAD, WIGHT, Story

MOVED = BEGAN + timedelta(days=40)
LATER = BEGAN + timedelta(days=60)


@pytest.fixture
def story() -> Story:
    """A child of Durham, in care."""
    found = Story()
    in_care(found)
    return found


def found(story: Story, *events: Event, on: date = LATER) -> tuple[str, ...]:
    """What is found wrong with the last of these, told together."""
    *_, last = story.tell(on, *events)
    return next(entry.findings for entry in story.entries if entry.event_id == last)


def home(story: Story, on: date = BEGAN, **details: Any):
    """The id of a placement made."""
    [made] = story.tell(on, placed(on, DURHAM, **details))
    return made


def test_the_end_of_a_placement_that_another_had_replaced_overlaps(story: Story) -> None:
    old = home(story)
    home(story, MOVED)

    assert found(story, PlacementEnded(effective_on=LATER, placement=old)) == ("overlaps",)


def test_the_end_of_a_placement_after_care_had_ended_is_not_current(story: Story) -> None:
    old = home(story)
    story.tell(MOVED, CareEnded(effective_on=MOVED, reason="E4A"))

    assert found(story, PlacementEnded(effective_on=LATER, placement=old)) == ("not-current",)


def test_a_placement_that_ends_on_its_first_day_is_found(story: Story) -> None:
    assert found(story, PlacementEnded(effective_on=MOVED, placement=home(story, MOVED))) == ("one-day",)


@pytest.mark.parametrize("placement_type", sorted(TEMPORARY))
def test_the_end_of_a_temporary_placement_fits_while_the_usual_one_goes_on(story: Story, placement_type: str) -> None:
    home(story)
    away = home(story, MOVED, placement_type=placement_type)

    assert found(story, PlacementEnded(effective_on=MOVED + timedelta(days=6), placement=away)) == ()


def test_the_end_of_a_temporary_placement_fits_where_no_usual_one_is_known(story: Story) -> None:
    away = home(story, MOVED, placement_type="T1")

    assert found(story, PlacementEnded(effective_on=LATER, placement=away)) == ()


def test_a_placement_may_end_on_the_day_on_which_the_next_one_was_told_to_begin(story: Story) -> None:
    old = home(story)
    home(story, LATER)

    assert found(story, PlacementEnded(effective_on=LATER, placement=old)) == ()


def test_a_placement_may_end_on_the_day_on_which_care_was_told_to_end(story: Story) -> None:
    old = home(story)
    story.tell(LATER, CareEnded(effective_on=LATER, reason="E4A"))

    assert found(story, PlacementEnded(effective_on=LATER, placement=old)) == ()


def test_a_placement_beyond_every_adjoining_authority_is_at_a_distance(story: Story) -> None:
    assert found(story, placed(LATER, WIGHT)) == ("at-a-distance",)


@pytest.mark.parametrize("area", [DURHAM, GATESHEAD])
def test_a_placement_at_home_or_next_door_is_not_at_a_distance(story: Story, area: str) -> None:
    assert found(story, placed(LATER, area)) == ()


def test_whether_a_placement_is_at_a_distance_is_unknown_where_the_register_cannot_tell() -> None:
    began, westmorland = date(2020, 6, 3), "E06000064"  # one of the two into which Cumbria was divided in 2023
    story = Story()
    in_care(story, on=began)

    assert "distance-unknown" in found(story, placed(began, westmorland), on=began)


@pytest.mark.parametrize("placement_type", ["T2", "A5"])
def test_distance_is_no_matter_of_a_stay_away_or_an_adoptive_home(story: Story, placement_type: str) -> None:
    home(story)

    assert found(story, placed(LATER, WIGHT, placement_type=placement_type)) == ()


def test_every_finding_has_its_meaning_and_source_and_every_meaning_its_finding() -> None:
    yielded = {
        constant.value
        for node in ast.walk(ast.parse(inspect.getsource(findings)))
        if isinstance(node, ast.Yield) and node.value is not None
        for constant in ast.walk(node.value)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }

    assert yielded == set(FINDINGS)
    assert all(meaning and source for meaning, source in FINDINGS.values())


def test_a_gap_before_a_placement_is_found(story: Story) -> None:
    old = home(story)
    story.tell(MOVED, PlacementEnded(effective_on=MOVED, placement=old))

    assert found(story, placed(LATER, DURHAM)) == ("gap-before",)


def test_the_first_placement_of_another_time_in_care_has_no_gap_before_it(story: Story) -> None:
    home(story)
    story.tell(MOVED, CareEnded(effective_on=MOVED, reason="E4A"))
    story.tell(LATER, CareStarted(effective_on=LATER, legal_status="V2"))

    assert found(story, placed(LATER, DURHAM)) == ()
