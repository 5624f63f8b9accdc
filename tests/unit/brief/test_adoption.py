"""Adoption is another regime: no fan-out, no word of it, and an end like any other."""

from __future__ import annotations

from datetime import date

import pytest

from domain.events import CareEnded, ConsentRecorded, CustodyEntered, LegalStatusChanged, PlacementRelabelled
from tests.support.facts import (
    DEPARTING,
    HOST,
    LOCAL,
    ORIGINATING,
    OURS,
    VIRTUAL_SCHOOL,
    agreed,
    closed,
    feeds,
    in_care,
    placed,
    since,
    with_role,
)
from tests.support.story import GATESHEAD, WIGHT, Story

MOVED, LATER, ENDED = date(2024, 6, 10), date(2024, 7, 1), date(2024, 9, 2)
ADOPTIVE = ["A3", "A4", "A5", "A6"]


@pytest.mark.parametrize("kind", ADOPTIVE)
def test_nobody_but_the_responsible_authority_is_told_of_a_placement_for_adoption(story: Story, kind: str) -> None:
    """A3–A6: protected by default, no reg 13 fan-out, own route."""
    in_care(story, "E1")
    before = feeds(story, OURS)

    story.tell(MOVED, placed(MOVED, WIGHT, placement_type=kind, provider="PR1"))

    assert feeds(story, OURS) == before
    assert len(story.items(OURS, "placement-made")) == 1


@pytest.mark.parametrize("kind", ADOPTIVE)
def test_the_host_a_child_leaves_for_adoption_is_told_that_its_part_ended_and_nothing_more(
    story: Story, kind: str
) -> None:
    """A child placed for adoption (A3–A6) leaves CPR; the former identity is confidential."""
    in_care(story, "E1")
    story.tell(MOVED, placed(MOVED, WIGHT, placement_type="U6"))
    seen = {desk: len(story.messages(desk)) for desk in (HOST, LOCAL)}

    story.tell(LATER, placed(LATER, GATESHEAD, placement_type=kind, provider="PR1"))

    for desk, had in seen.items():
        assert since(story, desk, had) == ["closed"]
    assert with_role(story, "host-authority") == [HOST]
    assert [i.fields.get("area_authority") for i in story.items(DEPARTING, "placement-made")] == []


def test_leaving_an_adoptive_home_tells_the_area_it_was_in_nothing(story: Story) -> None:
    """The place of an adoptive home was never told, so its leaving is not either (ours)."""
    in_care(story, "E1")
    story.tell(MOVED, placed(MOVED, WIGHT, placement_type="A4"))

    story.tell(LATER, placed(LATER, GATESHEAD))

    assert not {HOST, LOCAL, DEPARTING} & set(story.audiences())
    assert "notice placement-made" in story.kinds(f"{GATESHEAD}/host-authority")


@pytest.mark.parametrize("adopted", ["E11", "E12"])
def test_an_adoption_ends_care_like_a_return_home(story: Story, twin: Story, adopted: str) -> None:
    """E11, E12: every audience gets `closed` without a reason."""
    for told, reason in ((story, adopted), (twin, "E4A")):
        in_care(told)
        told.tell(MOVED, placed(MOVED, WIGHT))
        told.tell(ENDED, CareEnded(effective_on=ENDED, reason=reason))

    assert feeds(story, OURS) == feeds(twin, OURS)
    for desk in (HOST, LOCAL, ORIGINATING, VIRTUAL_SCHOOL):
        assert story.kinds(desk)[-1] == "closed"
        assert closed(story, desk).ended_on == ENDED


@pytest.mark.parametrize(("telling", "plain"), [("E1", "C2"), ("D1", "C1")])
def test_a_placement_order_looks_like_a_care_order(story: Story, twin: Story, telling: str, plain: str) -> None:
    """Codes leak: legal status E1 carries a class and a coarse form."""
    for told, status in ((story, telling), (twin, plain)):
        in_care(told, "V2")
        told.tell(MOVED, placed(MOVED, WIGHT))
        told.tell(LATER, LegalStatusChanged(effective_on=LATER, legal_status=status))

    assert feeds(story, OURS) == feeds(twin, OURS)


@pytest.mark.parametrize(("telling", "plain"), [("U5", "U6"), ("U2", "U3")])
def test_fostering_for_adoption_looks_like_fostering(story: Story, twin: Story, telling: str, plain: str) -> None:
    """A re-labelled placement (staying put, fostering-for-adoption) is not a move (P 1467, 1867)."""
    for told, kind in ((story, telling), (twin, plain)):
        in_care(told)
        [home] = told.tell(MOVED, placed(MOVED, WIGHT, placement_type="U4", home_name=None))
        told.tell(LATER, PlacementRelabelled(effective_on=LATER, placement=home, placement_type=kind))

    assert feeds(story, OURS) == feeds(twin, OURS)


def test_a_consent_under_a_placement_order_tells_nobody_of_the_order(story: Story, twin: Story) -> None:
    """Placement orders tell of adoption: so does the ground of a consent given under one."""
    for told, status, ground in ((story, "E1", "placement-order"), (twin, "C2", "care-order")):
        in_care(told, status)
        told.tell(LATER, by_the_authority(ground))

    assert feeds(story, OURS) == feeds(twin, OURS)


def test_the_end_is_told_in_full_to_the_responsible_authority_alone(story: Story) -> None:
    in_care(story)

    story.tell(ENDED, CareEnded(effective_on=ENDED, reason="E12"))

    assert [i.fields["reason"] for i in story.items(OURS, "care-ended")] == ["E12"]
    assert story.items(VIRTUAL_SCHOOL, "care-ended") == []
    assert story.kinds(VIRTUAL_SCHOOL)[-1] == "closed"


def by_the_authority(ground: str) -> ConsentRecorded:
    return agreed(LATER, giver="local-authority", ground=ground)


def test_the_youth_offending_team_of_an_adoptive_homes_area_is_not_told_of_custody(story: Story) -> None:
    """A3-A6: protected by default, no fan-out: whose area the home is in would tell where the family lives."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, GATESHEAD, placement_type="A4"))
    story.tell(LATER, CustodyEntered(effective_on=LATER, custody_kind="remand"), by="yot-durham")
    assert [a for a in story.audiences() if a.endswith("yot")] == ["yot-durham/home-yot"]
