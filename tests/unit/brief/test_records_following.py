"""Health records follow the child, to the right depth, from the body that pays to the one where the child now lives."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.events import CareEnded, CareStarted, HealthAssessmentDeclined, PlacementEnded, ThirdPartyText
from domain.feed import Masked
from domain.vocabulary import UNKNOWN
from tests.support.facts import (
    BEGAN,
    DEPARTING,
    HOST,
    LOCAL,
    ORIGINATING,
    OURS,
    VIRTUAL_SCHOOL,
    assessed,
    closed,
    in_care,
    opened,
    placed,
    since,
    tellings,
    with_role,
)
from tests.support.story import DURHAM, GATESHEAD, HAMPSHIRE, WIGHT, Story

ASSESSED, MOVED, LATER = date(2024, 6, 6), date(2024, 6, 10), date(2024, 7, 1)


# --- what stays where it was confided


def test_neither_the_host_nor_the_virtual_school_hears_of_an_assessment(story: Story) -> None:
    """Redact by kind of fact and purpose: therapy stays apart from decisions (F 838)."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))
    before = {a: story.feed_bytes(a) for a in (HOST, VIRTUAL_SCHOOL)}

    story.tell(LATER, assessed(LATER, clinical="Invented finding"), by="QRL")

    assert {a: story.feed_bytes(a) for a in (HOST, VIRTUAL_SCHOOL)} == before


def test_the_responsible_authority_has_the_summary_and_knows_that_findings_stand_elsewhere(story: Story) -> None:
    """A summary of the health plan is not the full plan (F 2488); redaction leaves a tombstone, or nothing at all."""
    in_care(story)

    full = assessed(ASSESSED, clinical="Invented finding", sensitive="Invented secret", third_party=about_a_parent())
    story.tell(ASSESSED, full, by="QHM")

    [item] = story.items(OURS, "health-assessment-completed")
    assert item.fields["summary"] == "Invented summary"
    assert item.fields["clinical"] == Masked("held elsewhere")
    assert "sensitive" not in item.fields


@pytest.mark.parametrize("desk", [OURS, ORIGINATING])
def test_what_is_said_about_a_parent_is_masked_even_for_those_who_see_the_rest(story: Story, desk: str) -> None:
    """Parents' data inside a child's record is third-party data (F 2391)."""
    in_care(story)

    story.tell(ASSESSED, assessed(ASSESSED, third_party=about_a_parent()), by="QHM")

    [item] = story.items(desk, "health-assessment-completed")
    assert item.fields["third_party"] == Masked("restricted")


def test_sexual_health_goes_to_nobody_without_consent(story: Story) -> None:
    """Sexual and reproductive health is the strictest class."""
    in_care(story)

    story.tell(ASSESSED, assessed(ASSESSED, sensitive="Invented secret"), by="QHM")

    assert [a for a in story.audiences() if holds_field(story, a, "sensitive")] == []


def test_the_body_the_child_left_has_the_last_summary_to_hand_over_and_hears_of_nothing_later(story: Story) -> None:
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(MOVED, assessed(MOVED, summary="Invented first"), by="QRL")
    story.tell(
        MOVED, assessed(MOVED + timedelta(days=2), summary="Invented last", clinical="Invented finding"), by="QRL"
    )

    story.tell(LATER, placed(LATER, GATESHEAD))
    story.tell(LATER, assessed(LATER + timedelta(days=1), summary="Invented later"), by="QHM")

    [item] = story.items(DEPARTING, "health-assessment-completed")
    assert item.fields["summary"] == "Invented last"
    assert "clinical" not in item.fields


def test_of_several_health_bodies_none_is_guessed_and_the_responsible_authority_is_told_so(story: Story) -> None:
    """Resolve by place; else name the candidates and say unknown."""
    in_care(story)

    story.tell(MOVED, placed(MOVED, HAMPSHIRE))

    assert with_role(story, "local-health") == []
    [item] = story.items(OURS, "placement-made")
    findings = item.fields["findings"]
    assert isinstance(findings, tuple)
    assert "health-body-unknown" in findings


def test_a_health_body_said_to_be_unknown_is_not_filled_in(story: Story) -> None:
    """Never infer the payer."""
    in_care(story)

    story.tell(MOVED, placed(MOVED, WIGHT, health_body=UNKNOWN))

    assert with_role(story, "local-health") == []


# --- what follows the child


def test_a_new_health_body_catches_up_with_every_assessment_before_it_came(story: Story) -> None:
    """Files often do not follow a child (F 554)."""
    in_care(story)
    story.tell(ASSESSED, assessed(ASSESSED, clinical="Invented finding"), by="QHM")

    story.tell(MOVED, placed(MOVED, WIGHT))

    [telling] = tellings(story, LOCAL, "health-assessment-completed")
    assert telling.catch_up
    assert telling.item.fields["clinical"] == "Invented finding"


def test_everyone_current_is_told_the_summary_after_every_assessment(story: Story) -> None:
    """Single entry, everyone current; a summary after every assessment (F 3927, F 4113)."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(LATER, assessed(LATER), by="QRL")

    for desk in (OURS, ORIGINATING, LOCAL):
        assert story.kinds(desk)[-1] == "told health-assessment-completed"


def test_an_assessment_declined_is_told_and_one_offered_again_as_well(story: Story) -> None:
    """A refusal is an event, and not forever (P 1399)."""
    in_care(story)
    declined = HealthAssessmentDeclined(effective_on=ASSESSED, assessment_kind="initial", reason="child-declined")
    story.tell(ASSESSED, declined, by="QHM")

    story.tell(MOVED, assessed(MOVED), by="QHM")

    assert story.kinds(OURS)[-2:] == ["told health-assessment-declined", "told health-assessment-completed"]


def test_the_day_on_which_the_next_assessment_is_due_may_be_unknown(story: Story) -> None:
    """`unknown` is a value of its own."""
    in_care(story)

    story.tell(ASSESSED, assessed(ASSESSED, next_due_on=UNKNOWN), by="QHM")

    [item] = story.items(ORIGINATING, "health-assessment-completed")
    assert item.fields["next_due_on"] is UNKNOWN


def test_the_body_before_placement_pays_wherever_the_child_is_placed(story: Story) -> None:
    """The health body responsible immediately before placement stays responsible for a child placed in another area."""
    in_care(story)

    story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(LATER, placed(LATER, DURHAM))

    assert with_role(story, "originating-health") == [ORIGINATING]
    assert opened(story, ORIGINATING).since == BEGAN
    assert "closed" not in story.kinds(ORIGINATING)


def test_a_body_named_by_who_recorded_the_placement_is_taken_at_its_word(story: Story) -> None:
    """Tell both; never infer the payer from the GP."""
    in_care(story)

    story.tell(MOVED, placed(MOVED, HAMPSHIRE, health_body="QRL"))

    assert with_role(story, "local-health") == [LOCAL]


def test_a_child_who_comes_into_care_again_is_the_same_child_with_the_same_record(story: Story) -> None:
    """Files often do not follow a child (F 554)."""
    in_care(story)
    story.tell(ASSESSED, assessed(ASSESSED), by="QHM")
    story.tell(MOVED, CareEnded(effective_on=MOVED, reason="E4A"))
    held = story.held(ORIGINATING)

    story.tell(LATER, CareStarted(effective_on=LATER, legal_status="V2"))

    assert story.kinds(ORIGINATING).count("opened") == 2
    assert opened(story, ORIGINATING).since == LATER
    assert held.items() <= story.held(ORIGINATING).items()
    assert len({m.child for m in story.messages(ORIGINATING)}) == 1


# --- the body the child leaves


def test_the_body_the_child_leaves_is_told_of_the_departure_and_of_the_next_placement(story: Story) -> None:
    """With the originating one up to three on a second move (CPR 13(2)(f))."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(LATER, placed(LATER, GATESHEAD))

    assert opened(story, DEPARTING).since == LATER
    assert opened(story, DEPARTING).ground == "moved from your area"
    [placement] = story.items(DEPARTING, "placement-made")
    assert not {"address", "postcode", "home_name"} & placement.fields.keys()
    assert closed(story, LOCAL).ended_on == LATER
    assert "QHM/local-health" in story.audiences()


def test_the_body_the_child_left_is_told_for_28_days(story: Story) -> None:
    """A place in a waiting queue is lost at each move (F 1635); ours: long enough to hand it over."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(LATER, placed(LATER, GATESHEAD))
    last = LATER + timedelta(days=27)

    story.clock(last)
    assert "closed" not in story.kinds(DEPARTING)

    assert story.clock(last + timedelta(days=1))
    assert story.kinds(DEPARTING)[-1] == "closed"
    assert closed(story, DEPARTING).ended_on == LATER + timedelta(days=28)


def test_between_two_placements_the_payer_and_the_responsible_authority_stay(story: Story) -> None:
    """The gap between placements has no owner (F 2358)."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(LATER, PlacementEnded(effective_on=LATER, placement=home))

    for desk in (OURS, ORIGINATING, VIRTUAL_SCHOOL, DEPARTING):
        assert "closed" not in story.kinds(desk)
    assert {a for a in story.audiences() if story.kinds(a)[-1] == "closed"} == {HOST, LOCAL}


def test_the_next_placement_after_a_gap_says_that_there_was_one(story: Story) -> None:
    """The next episode starts the day the last ends: a finding, never a ground to refuse a true fact."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(LATER, PlacementEnded(effective_on=LATER, placement=home))

    story.tell(date(2024, 7, 9), placed(date(2024, 7, 9), GATESHEAD))

    newest = story.items(OURS, "placement-made")[-1]
    assert newest.fields["findings"] == ("gap-before",)


def test_a_move_within_one_health_area_is_no_departure(story: Story) -> None:
    """Over-notifying also hurts (F 3203)."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, DURHAM))
    seen = len(story.messages("QHM/local-health"))

    story.tell(LATER, placed(LATER, GATESHEAD))

    assert with_role(story, "departing-health") == []
    assert "closed" not in since(story, "QHM/local-health", seen)


def about_a_parent() -> ThirdPartyText:
    return ThirdPartyText("mother", "Invented words about a parent")


def holds_field(story: Story, audience: str, field: str) -> bool:
    return any(field in item.fields for item in story.held(audience).values())
