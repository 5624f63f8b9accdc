"""What is planned: told in time, and never told by what it takes away before its day. Notices do not depend on who wrote first."""

from __future__ import annotations

from datetime import date

import pytest

from domain.events import (
    AddressProtected,
    AddressUnprotected,
    CareEnded,
    CareStarted,
    LegalStatusChanged,
    PlacementEnded,
    PlacementRelabelled,
)
from tests.support.facts import HOST, LOCAL, ORIGINATING, in_care, placed, since
from tests.support.story import GATESHEAD, WIGHT, Story, registered

BEGAN, MOVED, TOLD, PLANNED = date(2024, 6, 3), date(2024, 6, 10), date(2024, 7, 1), date(2024, 9, 2)


def test_a_protection_planned_to_end_holds_until_its_day(story: Story) -> None:
    """The address of a placement is protected apart from the fact of the placement (P 2221-2227)."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    [protection] = story.tell(TOLD, AddressProtected(effective_on=TOLD, placement=home, ground="domestic-abuse"))
    seen = len(story.messages(HOST))

    story.tell(TOLD, AddressUnprotected(effective_on=PLANNED, protection=protection))
    assert since(story, HOST, seen) == []

    assert story.clock(PLANNED)
    assert since(story, HOST, seen) == ["withdrawn", "notice placement-made"]


@pytest.mark.parametrize("reason", ["E12", "E4A"])
def test_a_plan_takes_nothing_back_before_its_day(story: Story, reason: str) -> None:
    """Adoption is protected: that it is planned must not show in what a host loses."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(TOLD, PlacementEnded(effective_on=date(2024, 10, 1), placement=home))
    before = story.feed_bytes(HOST)

    story.tell(TOLD, CareEnded(effective_on=PLANNED, reason=reason))

    assert story.feed_bytes(HOST) == before


def test_who_the_child_is_about_to_leave_is_not_told_where_it_will_go(story: Story) -> None:
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))
    before = [story.feed_bytes(desk) for desk in (HOST, LOCAL)]

    story.tell(TOLD, placed(PLANNED, GATESHEAD))

    assert [story.feed_bytes(desk) for desk in (HOST, LOCAL)] == before


def test_carers_who_adopt_are_protected_from_the_day_of_the_new_code(story: Story) -> None:
    """A3-A6: protected by default, no reg 13 fan-out."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT, placement_type="U4"))

    story.tell(TOLD, PlacementRelabelled(effective_on=TOLD, placement=home, placement_type="A5"))

    assert story.kinds(HOST)[-1] == "closed"
    assert story.kinds(LOCAL)[-1] == "closed"
    assert story.items(ORIGINATING, "placement-relabelled") == []


def test_the_notice_does_not_depend_on_whether_the_start_of_care_was_written_first(story: Story) -> None:
    """Written notice to the reg 13(2) list (CPR 13(1)); out of area to the area authority (13(4))."""
    story.tell(BEGAN, registered(effective_on=BEGAN))
    story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(MOVED, CareStarted(effective_on=BEGAN, legal_status="V2"))

    for desk in (HOST, LOCAL, ORIGINATING):
        assert "notice placement-made" in story.kinds(desk), desk


def test_short_breaks_that_become_a_placement_are_noticed_then(story: Story) -> None:
    """Short breaks open other duties than placements."""
    story.tell(BEGAN, registered(effective_on=BEGAN), CareStarted(effective_on=BEGAN, legal_status="V3"))
    story.tell(MOVED, placed(MOVED, WIGHT))
    assert story.kinds(HOST) == []

    story.tell(TOLD, LegalStatusChanged(effective_on=TOLD, legal_status="C2"))

    assert "notice placement-made" in story.kinds(HOST)


def test_an_end_written_after_the_next_placement_still_reaches_who_it_ended_for(story: Story) -> None:
    """Written notice of the end to all reg 13 recipients, carer and area authority (CPR 14)."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(TOLD, placed(TOLD, GATESHEAD))
    assert story.kinds(HOST)[-1] == "closed"

    story.tell(TOLD, PlacementEnded(effective_on=TOLD, placement=home))

    assert story.kinds(HOST)[-1] == "notice placement-ended"
