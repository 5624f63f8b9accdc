"""Who is told of a placement, with whom to ring, and what they are asked to confirm (CPR 2010 reg 11, 13, 14)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.events import (
    LegalStatusChanged,
    NoticeAcknowledged,
    NotifiedOutsideHub,
    OutOfAreaPlacementNotified,
    PlacementEnded,
    PlacementRelabelled,
)
from domain.forms import Refused
from tests.support.facts import (
    BEGAN,
    HOST,
    LOCAL,
    ORIGINATING,
    OURS,
    VIRTUAL_SCHOOL,
    closed,
    feeds,
    in_care,
    opened,
    placed,
    since,
    tellings,
    with_role,
)
from tests.support.story import DURHAM, GATESHEAD, WIGHT, Story

MOVED, LATER = date(2024, 6, 10), date(2024, 7, 1)
TEMPORARY = ["T0", "T1", "T2", "T3", "T4"]


# --- who is not told


def test_no_host_is_told_of_a_placement_in_the_childs_own_area(story: Story) -> None:
    """Out of area = outside the responsible authority."""
    in_care(story)

    story.tell(MOVED, placed(MOVED, DURHAM))

    assert with_role(story, "host-authority") == []


@pytest.mark.parametrize("status", ["V3", "V4"])
def test_short_breaks_open_no_host_and_no_local_health(story: Story, status: str) -> None:
    """Short breaks (V3, V4; reg 48): 5, 7, 9 and 13 do not apply."""
    in_care(story, status)

    story.tell(MOVED, placed(MOVED, WIGHT))

    assert not {HOST, LOCAL} & set(story.audiences())


@pytest.mark.parametrize("status", ["V3", "V4"])
def test_a_short_break_is_no_notice_to_anybody(story: Story, status: str) -> None:
    """Short breaks (V3, V4; reg 48): 5, 7, 9 and 13 do not apply. Reg 13 is the notice of placement."""
    in_care(story, status)

    story.tell(MOVED, placed(MOVED, WIGHT))

    assert [a for a in story.audiences() if "notice placement-made" in story.kinds(a)] == []


def test_a_short_break_that_becomes_accommodation_opens_the_host(story: Story) -> None:
    """Short breaks open other duties than placements."""
    in_care(story, "V4")
    story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(LATER, LegalStatusChanged(effective_on=LATER, legal_status="V2"))

    assert opened(story, HOST).since == MOVED
    assert len(story.items(HOST, "placement-made")) == 1


@pytest.mark.parametrize("kind", TEMPORARY)
def test_a_temporary_placement_opens_no_host_and_the_usual_one_goes_on(story: Story, kind: str) -> None:
    """Temporary placements (T0–T4) and missing children keep the usual placement."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(LATER, placed(LATER, GATESHEAD, placement_type=kind))

    assert with_role(story, "host-authority") == [HOST]
    assert with_role(story, "departing-health") == []
    assert "closed" not in story.kinds(HOST)


@pytest.mark.parametrize("kind", TEMPORARY)
def test_a_temporary_placement_is_no_notice_to_the_host(story: Story, kind: str) -> None:
    """No out-of-area notice on T*."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(LATER, placed(LATER, GATESHEAD, placement_type=kind))

    assert story.kinds(HOST).count("notice placement-made") == 1


def test_no_school_is_told_that_a_child_is_looked_after(story: Story) -> None:
    """Being looked after is itself confidential in school (P 235, F 3233, W 3.7)."""
    in_care(story)

    story.tell(MOVED, placed(MOVED, WIGHT))

    assert with_role(story, "school") == []


def test_a_relabelled_placement_is_not_a_move(story: Story) -> None:
    """A re-labelled placement (staying put, fostering-for-adoption) is not a move (P 1467, 1867)."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT, placement_type="U4"))
    seen = len(story.messages(HOST))

    story.tell(LATER, PlacementRelabelled(effective_on=LATER, placement=home, placement_type="U6"))

    assert since(story, HOST, seen) == ["told placement-relabelled"]
    assert with_role(story, "departing-health") == []


def test_a_placement_told_again_under_its_own_id_changes_nothing(story: Story) -> None:
    """Nobody re-keys: notifying must add no form-filling (F 988, 4129). Over-notifying also hurts (F 3203)."""
    in_care(story)
    ids = story.tell(MOVED, placed(MOVED, WIGHT))
    entries, before = len(story.entries), feeds(story)

    story.tell(LATER, placed(MOVED, WIGHT), ids=ids)

    assert len(story.entries) == entries
    assert feeds(story) == before


def test_a_placement_loaded_as_history_asks_nobody_to_acknowledge(story: Story) -> None:
    """The file comes up to 15 months late: it loads history."""
    in_care(story)

    story.tell(LATER, placed(MOVED, WIGHT), history=True)

    [telling] = tellings(story, HOST, "placement-made")
    assert (telling.notice, telling.catch_up) == (False, True)


# --- what the host is told


def test_the_host_is_told_who_is_responsible_whom_to_ring_and_what_to_acknowledge(story: Story) -> None:
    """Unknown who is responsible for these actions and what needs to be done with information (F 978)."""
    in_care(story)

    story.tell(MOVED, placed(MOVED, WIGHT))

    opening = opened(story, HOST)
    assert story.kinds(HOST)[0] == "opened"
    assert (opening.ground, opening.since) == ("placed in your area", MOVED)
    assert (opening.responsible_authority, opening.responsible_authority_name) == (DURHAM, "County Durham")
    assert {c.function for c in opening.contacts} == {"duty phone", "nominated officer"}
    assert all(c.phone and c.email for c in opening.contacts)
    assert story.kinds(HOST).count("notice placement-made") == 1


def test_the_host_knows_which_child_it_is_and_under_what_status(story: Story) -> None:
    """Clear information on who to notify is not always readily available (F 978)."""
    in_care(story, "V2")

    story.tell(MOVED, placed(MOVED, WIGHT))

    [child], [care] = story.items(HOST, "child-registered"), story.items(HOST, "care-started")
    assert child.fields["family_name"] == "Example-Seventeen"
    assert "local_id" not in child.fields
    assert "need" not in care.fields


def test_both_health_bodies_are_asked_to_acknowledge_a_placement(story: Story) -> None:
    """The health body where the child lives and where placed: both are told (CPR 2010 reg 13(2)(f))."""
    in_care(story)

    story.tell(MOVED, placed(MOVED, WIGHT))

    for health in (LOCAL, ORIGINATING):
        assert "notice placement-made" in story.kinds(health)


def test_the_formal_notice_gives_the_host_needs_and_reasons_and_is_for_nobody_else(story: Story) -> None:
    """Notice with assessment of needs, why this placement is most suitable, copy of the care plan (CPR 13(4))."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(MOVED, notice_of(home, "placing-authority"))

    [notice] = story.items(HOST, "out-of-area-placement-notified")
    assert notice.fields["why_suitable"] == "Invented reasons"
    assert notice.fields["care_plan_supplied"] is True
    assert "notice out-of-area-placement-notified" in story.kinds(HOST)
    assert story.items(LOCAL, "out-of-area-placement-notified") == []
    assert story.items(VIRTUAL_SCHOOL, "out-of-area-placement-notified") == []


def test_notices_of_the_authority_and_the_home_meet_at_one_placement(story: Story) -> None:
    """Two notifiers of one fact: match them, and say when only one came (P 860-866)."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(MOVED, notice_of(home, "placing-authority"))
    assert notifiers(story) == {"placing-authority"}

    story.tell(MOVED, notice_of(home, "home"))

    assert notifiers(story) == {"placing-authority", "home"}
    notices = story.items(HOST, "out-of-area-placement-notified")
    assert {n.fields["placement"] for n in notices} == {i.item for i in story.items(HOST, "placement-made")}


def test_the_end_of_a_placement_is_a_notice_to_the_host_and_then_its_relationship_closes(story: Story) -> None:
    """Written notice of intention to end, to all reg 13 recipients and the area authority (CPR 14)."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    seen = len(story.messages(HOST))

    story.tell(LATER, PlacementEnded(effective_on=LATER, placement=home, reason="CARPL"))

    assert since(story, HOST, seen) == ["notice placement-ended", "closed"]
    assert closed(story, HOST).ended_on == LATER
    assert not closed(story, HOST).never
    assert len(story.items(HOST, "placement-made")) == 1


# --- who heard


def test_what_is_not_in_the_record_cannot_be_acknowledged(story: Story) -> None:
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))

    with pytest.raises(Refused, match="notice: names no Event"):
        story.tell(LATER, acknowledgement(UUID(int=1), HOST), by=WIGHT)


def test_no_agency_acknowledges_for_the_desk_of_another(story: Story) -> None:
    """Who acknowledged? No one knows (ours)."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))

    with pytest.raises(Refused, match="audience"):
        story.tell(LATER, acknowledgement(home, HOST), by=GATESHEAD)


def test_only_the_responsible_authority_sees_who_acknowledged(story: Story) -> None:
    """Silence is a signal (ours)."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    others = feeds(story, OURS)
    assert story.items(OURS, "notice-acknowledged") == []

    story.tell(LATER, acknowledgement(home, HOST), by=WIGHT)

    [heard] = story.items(OURS, "notice-acknowledged")
    assert (heard.fields["audience"], heard.fields["effective_on"]) == (HOST, LATER)
    assert feeds(story, OURS) == others


def test_only_the_responsible_authority_sees_who_was_told_outside_the_hub(story: Story) -> None:
    """Recipients without a feed are recorded, so that "who has been told" has no blanks."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    others = feeds(story, OURS)

    told = NotifiedOutsideHub(effective_on=BEGAN, about=home, recipient_kind="gp", method="letter", told_on=MOVED)
    story.tell(LATER, told)

    assert [i.fields["recipient_kind"] for i in story.items(OURS, "notified-outside-hub")] == ["gp"]
    assert feeds(story, OURS) == others


def notice_of(home: UUID, by: str) -> OutOfAreaPlacementNotified:
    return OutOfAreaPlacementNotified(
        effective_on=MOVED,
        placement=home,
        notified_by=by,
        needs="Invented needs",
        why_suitable="Invented reasons",
        care_plan_supplied=True,
    )


def notifiers(story: Story) -> set[object]:
    return {i.fields["notified_by"] for i in story.items(HOST, "out-of-area-placement-notified")}


def acknowledgement(event_id: UUID, audience: str) -> NoticeAcknowledged:
    return NoticeAcknowledged(effective_on=LATER, notice=event_id, audience=audience, by="Invented Officer")
