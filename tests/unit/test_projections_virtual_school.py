"""What the virtual school head sees: what is not on the register first, then each cell, moves, exclusions, gaps."""

from __future__ import annotations

from typing import Any

import pytest

from domain.events import (
    CareStarted,
    CustodyEntered,
    EducationPlanInitiated,
    Excluded,
    IdentifierAdded,
    PlacementMade,
    SchoolStarted,
)
from domain.feed import Masked, Message, Status
from domain.picture import Picture
from domain.vocabulary import UNKNOWN, Role
from projections.views import rows
from tests.support.messages import DAY, closed, on, opened, picture, told
from tests.support.story import DURHAM, HAMPSHIRE, Story, registered

SCHOOL = f"{DURHAM}/virtual-school"
OPENED = opened(role="virtual-school", looked_after=Status.YES)
AT_SCHOOL = told("s", "school-started", on(-400), school_name="Invented Primary", kind="one-kind", year_group="5")


def view(of: Picture | None, name: str) -> list[dict[str, Any]]:
    assert of is not None
    return [dict(r.body) for r in rows(Role.VIRTUAL_SCHOOL, of) if r.view == name]


def pupil(*messages: Message) -> dict[str, Any]:
    [only] = view(picture(OPENED, *messages), "register")
    return only


def gaps(*messages: Message) -> list[tuple[str, str]]:
    return [(g["gap"], g["since"]) for g in view(picture(OPENED, *messages), "gaps")]


def in_care(legal_status: str) -> Story:
    story = Story()
    story.tell(DAY, registered(effective_on=DAY))
    story.tell(DAY, CareStarted(effective_on=DAY, legal_status=legal_status))
    placed = PlacementMade(
        effective_on=DAY, urgency="planned", placement_type="U4", area_authority=HAMPSHIRE, postcode="ZZ1 1AA"
    )
    story.tell(DAY, placed)
    return story


def test_a_child_no_longer_looked_after_is_off_the_register_and_has_no_gaps() -> None:
    story = in_care("V2")
    story.tell(on(10), CustodyEntered(effective_on=on(10), custody_kind="sentence"), by="yot-hampshire")

    assert view(story.picture(SCHOOL), "register") == []
    assert view(story.picture(SCHOOL), "gaps") == []


def test_the_virtual_school_sees_the_placement_coarsely_and_no_address() -> None:
    story = in_care("C2")
    story.tell(on(3), IdentifierAdded(effective_on=on(3), upn="A123456789012", nhs_number="9990000018"))

    [only] = view(story.picture(SCHOOL), "register")

    assert (only["upn"], only["looked_after"], only["legal_status"]) == ("A123456789012", "yes", "looked-after")
    assert only["since"] == DAY.isoformat()
    assert only["living"]["placement_type"] == "foster"
    assert (only["living"]["address"], only["living"]["postcode"]) == (None, None)
    assert "9990000018" not in str(only)


def test_what_was_not_told_is_not_made_up() -> None:
    row = pupil()

    nothing = ("school", "alternative_provision", "plan", "support", "excluded_on", "absence", "living")
    assert {row[cell] for cell in (*nothing, "between_placements_since")} == {None}
    assert row["exclusions"] == 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ({}, None),
        ({"school_name": Masked("restricted")}, {"masked": "restricted"}),
        ({"school_name": UNKNOWN}, {"unknown": True}),
        ({"school_name": "Invented Primary"}, "Invented Primary"),
    ],
    ids=["not told", "masked", "unknown", "value"],
)
def test_a_school_is_in_one_of_four_states(name: dict[str, Any], shown: object) -> None:
    assert pupil(told("s", "school-started", on(2), **name))["school"] == {
        "school_name": shown,
        "school_kind": None,
        "year_group": None,
        "since": on(2).isoformat(),
    }


def test_a_school_that_was_left_is_the_school_no_longer_and_the_next_one_is() -> None:
    left = told("l", "school-left", on(9), started="s")
    next_one = told("t", "school-started", on(9), school_name="Invented Academy")

    assert pupil(AT_SCHOOL, left)["school"] is None
    assert pupil(AT_SCHOOL, left, next_one)["school"]["school_name"] == "Invented Academy"
    assert pupil(AT_SCHOOL, next_one)["school"]["school_name"] == "Invented Academy", (
        "whether or not the first was left"
    )


def test_a_plan_begun_anew_is_not_complete_because_an_earlier_one_was() -> None:
    begun = told("a", "education-plan-initiated", on(1), wanted_by=on(15))
    complete = told("b", "education-plan-completed", on(9), summary="agreed", review_due_on=on(90))
    reviewed = told("c", "education-plan-reviewed", on(80), review_due_on=UNKNOWN)
    anew = told("d", "education-plan-initiated", on(100), wanted_by=UNKNOWN)

    assert pupil(begun)["plan"] == {
        "initiated_on": on(1).isoformat(),
        "wanted_by": on(15).isoformat(),
        "completed_on": None,
        "reviewed_on": None,
        "review_due_on": None,
        "summary": None,
    }
    standing = pupil(begun, complete, reviewed)["plan"]
    assert (standing["completed_on"], standing["reviewed_on"]) == (on(9).isoformat(), on(80).isoformat())
    assert standing["review_due_on"] == {"unknown": True}
    assert pupil(begun, complete, anew)["plan"]["completed_on"] is None


def test_support_absence_and_education_elsewhere_are_the_last_told() -> None:
    row = pupil(
        AT_SCHOOL,
        told("a", "special-needs-support-recorded", on(1), level="support"),
        told("b", "special-needs-support-recorded", on(5), level=UNKNOWN),
        told("c", "absence-recorded", on(30), from_on=on(1), sessions_missed=6),
        told("d", "alternative-provision-started", on(40), provider="Invented Forge", hours_a_week=10),
    )

    assert row["support"] == {"special_needs": {"unknown": True}, "since": on(5).isoformat()}
    assert (row["absence"]["sessions_missed"], row["absence"]["unauthorised"]) == (6, None)
    assert (row["absence"]["from_on"], row["absence"]["until"]) == (on(1).isoformat(), on(30).isoformat())
    assert (row["alternative_provision"]["provider"], row["alternative_provision"]["hours_a_week"]) == (
        "Invented Forge",
        10,
    )


def test_education_elsewhere_ends_with_the_next_school() -> None:
    elsewhere = told("d", "alternative-provision-started", on(4), provider="Invented Forge")
    school = told("s", "school-started", on(9), school_name="Invented Academy")

    assert pupil(elsewhere, school)["alternative_provision"] is None


def test_exclusions_before_the_child_came_into_care_are_listed_and_not_counted() -> None:
    before = told("a", "excluded", on(-50), kind="suspension", days=2, authority_spoken_to=False)
    since = told("b", "excluded", on(5), kind="permanent", authority_spoken_to=UNKNOWN)
    educated = told("c", "exclusion-provision-started", on(12), exclusion="b", day=6, provider=UNKNOWN)

    row = pupil(before, since, educated)
    first, second = view(picture(OPENED, before, since, educated), "exclusions")

    assert (row["exclusions"], row["excluded_on"]) == (1, on(5).isoformat())
    assert (first["days"], first["authority_spoken_to"], first["provision_on"]) == (2, False, None)
    assert (second["exclusion_kind"], second["days"]) == ("permanent", None)
    assert second["authority_spoken_to"] == {"unknown": True}
    assert (second["provision_on"], second["provision_day"]) == (on(12).isoformat(), 6)


def test_a_first_school_is_no_move() -> None:
    assert view(picture(OPENED, AT_SCHOOL), "moves") == []


@pytest.mark.parametrize(
    ("year", "reason", "missing"),
    [
        ({"year_group": "10"}, {}, "yes"),
        ({"year_group": "11"}, {"reason": UNKNOWN}, "yes"),
        ({"year_group": "11"}, {"reason": "invented-reason"}, "no"),
        ({"year_group": "11"}, {"reason": Masked("restricted")}, "no"),
        ({"year_group": "9"}, {}, "no"),
        ({"year_group": UNKNOWN}, {}, "unknown"),
        ({"year_group": Masked("restricted")}, {}, "unknown"),
        ({}, {}, "unknown"),
        ({}, {"reason": "invented-reason"}, "no"),
    ],
)
def test_a_reason_is_asked_for_in_years_10_and_11(year: dict[str, Any], reason: dict[str, Any], missing: str) -> None:
    now = picture(
        OPENED,
        told("s", "school-started", on(1), school_name="Invented Academy"),
        told("l", "school-left", on(9), started="s", **year, **reason),
    )

    [move] = view(now, "moves")

    assert (move["from_school"], move["to_school"], move["reason_missing"]) == ("Invented Academy", None, missing)


def test_a_move_from_one_school_to_the_next_is_one_row_wherever_the_reason_was_given() -> None:
    now = picture(
        OPENED,
        AT_SCHOOL,
        told("l", "school-left", on(9), started="s", year_group="10", reason=UNKNOWN),
        told("t", "school-started", on(12), school_name="Invented Academy", year_group="10", reason="placement-moved"),
    )

    [move] = view(now, "moves")

    assert (move["on"], move["from_school"], move["to_school"]) == (
        on(12).isoformat(),
        "Invented Primary",
        "Invented Academy",
    )
    assert (move["year_group"], move["school_move_reason"], move["reason_missing"]) == ("10", "placement-moved", "no")


def test_every_gap_has_the_day_since_when() -> None:
    assert gaps() == [("no school known", DAY.isoformat()), ("no personal education plan", DAY.isoformat())]
    assert gaps(
        AT_SCHOOL, told("l", "school-left", on(9), started="s"), told("p", "education-plan-initiated", on(4))
    ) == [
        ("no school known", on(9).isoformat()),
        ("personal education plan not complete", on(4).isoformat()),
    ]


def test_a_gap_is_closed_by_what_is_told() -> None:
    complete = told("b", "education-plan-completed", on(9))

    assert gaps(AT_SCHOOL, told("p", "education-plan-initiated", on(4)), complete) == []
    assert gaps(AT_SCHOOL, complete) == [], "complete, though nobody said when it was begun"


def test_a_missing_reason_and_a_missing_placement_are_gaps() -> None:
    found = gaps(
        told("s", "school-started", on(1), year_group="11"),
        told("t", "school-started", on(20), year_group="11"),
        told("b", "education-plan-completed", on(2)),
        told("c", "care-started", legal_status="looked-after"),
        told("p", "placement-made", placement_type="foster"),
        told("e", "placement-ended", on(15), placement="p"),
    )

    assert found == [
        ("no reason given for a change of school in year 11", on(20).isoformat()),
        ("between placements", on(15).isoformat()),
    ]


def test_who_left_the_register_keeps_the_rows_of_what_happened_and_has_no_gaps() -> None:
    gone = picture(OPENED, AT_SCHOOL, told("x", "excluded", on(2), kind="suspension"), closed(on(30)))

    assert len(view(gone, "exclusions")) == 1
    assert view(gone, "gaps") == []


def test_from_the_hub_the_virtual_school_reads_school_plan_and_exclusion_wherever_the_child_lives() -> None:
    story = in_care("C2")
    story.tell(on(1), SchoolStarted(effective_on=on(1), school_name="Invented Academy", year_group="9"))
    story.tell(on(2), EducationPlanInitiated(effective_on=on(2), wanted_by=on(20)))
    story.tell(on(5), Excluded(effective_on=on(5), kind="suspension", days=3, authority_spoken_to=UNKNOWN))

    [only] = view(story.picture(SCHOOL), "register")

    assert only["school"]["school_name"] == "Invented Academy"
    assert (only["plan"]["initiated_on"], only["plan"]["completed_on"]) == (on(2).isoformat(), None)
    assert (only["exclusions"], only["living"]["placement_type"]) == (1, "foster")
    assert [g["gap"] for g in view(story.picture(SCHOOL), "gaps")] == ["personal education plan not complete"]
