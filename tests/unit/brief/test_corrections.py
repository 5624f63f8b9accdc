"""Corrections are compensating events: those told the earlier words get the new ones, and history keeps both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.events import (
    CareStarted,
    DetailsCorrected,
    EventCorrected,
    EventRetracted,
    IdentifierAdded,
    PlacementEnded,
    PlacementMade,
    PlacementRelabelled,
)
from domain.feed import Reason
from domain.forms import Refused
from tests.support.facts import (
    BEGAN,
    HOST,
    LOCAL,
    ORIGINATING,
    OURS,
    VIRTUAL_SCHOOL,
    YOT,
    assessed,
    closed,
    detained,
    feeds,
    in_care,
    opened,
    placed,
    since,
    tellings,
    withdrawals,
)
from tests.support.story import DURHAM, GATESHEAD, WIGHT, Story

MOVED, LATER, FOUND = date(2024, 6, 10), date(2024, 7, 1), date(2024, 8, 1)
OTHER_HOST = f"{GATESHEAD}/host-authority"


# --- refusals


def test_only_who_reported_an_event_or_the_responsible_authority_corrects_it(story: Story) -> None:
    in_care(story)
    [entry] = story.tell(LATER, detained(LATER), by="yot-durham")

    with pytest.raises(Refused, match="only who reported an event, or the responsible authority"):
        story.tell(FOUND, corrected(entry, detained(MOVED)), by="yot-hampshire")


def test_a_correction_is_of_the_type_of_what_it_corrects(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))

    with pytest.raises(Refused, match="replacement: is of another type"):
        story.tell(FOUND, corrected(home, assessed(MOVED)))


def test_a_correction_that_breaks_a_rule_of_form_is_refused_by_field(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))

    with pytest.raises(Refused, match="area_authority: is not the code of a known authority"):
        story.tell(FOUND, corrected(home, placed(MOVED, "E99999999")))


def test_what_is_not_in_the_record_is_not_retracted(story: Story) -> None:
    in_care(story)

    with pytest.raises(Refused, match="retracts: names no Event"):
        story.tell(FOUND, retracted(story.new_id()))


def test_a_correction_that_changes_nothing_a_desk_may_see_is_not_told_to_it(story: Story) -> None:
    """Two histories that differ only in what an audience may not know give it byte-identical feeds."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))
    before = story.feed_bytes(VIRTUAL_SCHOOL)

    story.tell(FOUND, corrected(home, placed(MOVED, address="8 Invented Lane")))

    assert story.feed_bytes(VIRTUAL_SCHOOL) == before


# --- corrected


def test_an_address_corrected_is_taken_back_and_told_anew_as_the_same_notice(story: Story) -> None:
    """`withdrawn`: fields taken back (event corrected); over-notifying also hurts (F 3203)."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))
    seen = len(story.messages(HOST))

    story.tell(FOUND, corrected(home, placed(MOVED, address="8 Invented Lane")))

    assert since(story, HOST, seen) == ["withdrawn", "notice placement-made"]
    [taken] = withdrawals(story, HOST)
    assert (taken.fields, taken.reason) == (("address",), Reason.CORRECTED)
    assert [i.fields["address"] for i in story.items(HOST, "placement-made")] == ["8 Invented Lane"]


def test_the_same_id_with_other_words_is_a_correction(story: Story) -> None:
    """Importing the next year's file adds only what is new or corrected."""
    in_care(story)
    ids = story.tell(MOVED, placed(MOVED))

    story.tell(FOUND, placed(MOVED, address="8 Invented Lane"), ids=ids)

    assert type(story.entries[-1].event) is EventCorrected
    assert [i.fields["address"] for i in story.items(HOST, "placement-made")] == ["8 Invented Lane"]


def test_history_keeps_the_words_before_and_after(story: Story) -> None:
    """Replays history: who knew what, when."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))

    story.tell(FOUND, corrected(home, placed(MOVED, address="8 Invented Lane")))

    told = [t.item.fields["address"] for t in tellings(story, HOST, "placement-made")]
    assert told == ["7 Invented Lane", "8 Invented Lane"]
    kept = [e.event.address for e in story.entries if isinstance(e.event, PlacementMade)]
    assert kept == ["7 Invented Lane"]


def test_a_placement_in_the_wrong_area_is_taken_back_there_whole_and_told_in_the_right_one(story: Story) -> None:
    """A relationship that never really existed withdraws everything and opens a breach record."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(FOUND, corrected(home, placed(MOVED, GATESHEAD)))

    for desk in (HOST, LOCAL):
        assert story.held(desk) == {}
        assert closed(story, desk).never
        assert {w.reason for w in withdrawals(story, desk)} == {Reason.RETRACTED}
        assert [d.breach for d in story.sent if str(d.audience) == desk][-1]
    assert opened(story, OTHER_HOST).since == MOVED
    assert "notice placement-made" in story.kinds(OTHER_HOST)


def test_only_a_relationship_that_never_existed_is_a_breach(story: Story) -> None:
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(LATER, placed(LATER, GATESHEAD))

    assert not closed(story, HOST).never
    assert [d for d in story.sent if d.breach] == []


def test_a_name_corrected_reaches_every_desk_that_has_it(story: Story) -> None:
    """Keep telling the story: single entry, everyone current (F 3927)."""
    in_care(story)
    story.tell(MOVED, placed(MOVED))

    story.tell(FOUND, DetailsCorrected(effective_on=FOUND, family_name="Example-Eighteen"))

    for desk in (OURS, HOST, LOCAL, ORIGINATING, VIRTUAL_SCHOOL):
        assert [i.fields["family_name"] for i in story.items(desk, "details-corrected")] == ["Example-Eighteen"]


def test_a_correction_follows_what_was_told_under_a_relationship_that_ended(story: Story) -> None:
    """`closed`: afterwards only corrections, retractions and erasures of items already told follow."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(LATER, placed(LATER, GATESHEAD))

    story.tell(FOUND, corrected(home, placed(MOVED, WIGHT, address="8 Invented Lane")))

    assert story.kinds(HOST)[-2:] == ["withdrawn", "notice placement-made"]
    assert [i.fields["address"] for i in story.items(HOST, "placement-made")] == ["8 Invented Lane"]


def test_an_area_corrected_after_its_host_had_closed_takes_everything_back_there(story: Story) -> None:
    """`held` = entitled + what was told under a relationship that really existed and has ended."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(LATER, placed(LATER, DURHAM))
    assert not closed(story, HOST).never

    story.tell(FOUND, corrected(home, placed(MOVED, GATESHEAD)))

    assert GATESHEAD not in [i.fields["area_authority"] for i in story.items(HOST, "placement-made")]
    assert story.held(HOST) == {}
    assert [d for d in story.sent if d.breach and str(d.audience) == HOST]


# --- retracted


def test_an_event_retracted_is_taken_back_from_everyone_who_was_told(story: Story) -> None:
    """A misfiled event: retracted at once for everyone who was told."""
    in_care(story)
    story.tell(MOVED, placed(MOVED))
    [assessment] = story.tell(LATER, assessed(LATER), by="QRL")

    story.tell(FOUND, retracted(assessment), by="QRL")

    for desk in (OURS, ORIGINATING, LOCAL):
        assert story.items(desk, "health-assessment-completed") == []
        assert withdrawals(story, desk)[-1].reason is Reason.RETRACTED


def test_a_placement_that_never_was_leaves_its_host_with_nothing(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(FOUND, retracted(home))

    assert story.held(HOST) == {}
    assert closed(story, HOST).never


def test_a_placement_that_never_was_leaves_nothing_with_the_host_it_had_already_left(story: Story) -> None:
    """A relationship that never really existed withdraws everything and opens a breach record."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(LATER, placed(LATER, DURHAM))

    story.tell(FOUND, retracted(home))

    assert story.held(HOST) == {}
    assert [d for d in story.sent if d.breach and str(d.audience) == HOST]


def test_what_is_about_a_retracted_event_goes_with_it(story: Story) -> None:
    """An event about something a desk may not see is itself not seen."""
    in_care(story)
    story.tell(BEGAN, placed(BEGAN, WIGHT))
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(LATER, PlacementRelabelled(effective_on=LATER, placement=home, placement_type="S1"))
    assert len(story.items(HOST, "placement-relabelled")) == 1

    story.tell(FOUND, retracted(home))

    assert story.items(HOST, "placement-relabelled") == []


def test_a_retracted_end_of_a_placement_opens_the_host_again(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    [end] = story.tell(LATER, PlacementEnded(effective_on=LATER, placement=home))

    story.tell(FOUND, retracted(end))

    assert opened(story, HOST).since == MOVED
    picture = story.picture(HOST)
    assert picture is not None
    assert picture.open is not None
    assert story.items(HOST, "placement-ended") == []


def test_custody_of_another_child_retracted_leaves_the_yot_with_nothing(story: Story) -> None:
    """Files of the wrong child: everything told under a relationship that never existed is withdrawn."""
    in_care(story)
    [entry] = story.tell(LATER, detained(LATER), by="yot-durham")

    story.tell(FOUND, retracted(entry), by="yot-durham")

    assert story.held(YOT) == {}
    assert closed(story, YOT).never


def test_care_that_never_started_is_taken_back_from_health_and_the_virtual_school(story: Story) -> None:
    in_care(story)
    care = next(e.event_id for e in story.entries if isinstance(e.event, CareStarted))

    story.tell(FOUND, retracted(care))

    for desk in (VIRTUAL_SCHOOL, ORIGINATING):
        assert story.held(desk) == {}
        assert closed(story, desk).never
    assert "closed" not in story.kinds(OURS)


def test_retracting_a_correction_brings_back_the_words_before_it(story: Story) -> None:
    """Corrections are events that name what they correct: one that should never have stood corrects nothing."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))
    [correction] = story.tell(LATER, corrected(home, placed(MOVED, address="8 Invented Lane")))

    story.tell(FOUND, retracted(correction))

    assert [i.fields["address"] for i in story.items(HOST, "placement-made")] == ["7 Invented Lane"]


def test_an_identifier_added_by_mistake_is_taken_back(story: Story) -> None:
    in_care(story)
    [number] = story.tell(LATER, IdentifierAdded(effective_on=LATER, nhs_number="9434765919"), by="QHM")
    assert story.items(ORIGINATING, "identifier-added")[0].fields["nhs_number"] == "9434765919"

    story.tell(FOUND, retracted(number), by="QHM")

    assert [a for a in feeds(story) if story.items(a, "identifier-added")] == []


def test_a_start_of_care_corrected_to_an_earlier_day_puts_the_opening_right(story: Story) -> None:
    in_care(story)
    care = next(e for e in story.entries if isinstance(e.event, CareStarted))
    earlier = replace(care.event, effective_on=date(2024, 5, 1))

    story.tell(FOUND, corrected(care.event_id, earlier), by=DURHAM)

    picture = story.picture(VIRTUAL_SCHOOL)
    assert picture is not None
    assert [o.since for o in picture.openings] == [date(2024, 5, 1)]
    assert [i.fields["effective_on"] for i in story.items(VIRTUAL_SCHOOL, "care-started")] == [date(2024, 5, 1)]


def corrected(event_id, replacement):
    return EventCorrected(effective_on=FOUND, corrects=event_id, replacement=replacement)


def retracted(event_id):
    return EventRetracted(effective_on=FOUND, retracts=event_id, reason="recorded-in-error")
