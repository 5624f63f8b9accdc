"""What the responsible authority sees of its own children: what is not there first, then each cell."""

from __future__ import annotations

from typing import Any

import pytest

from domain.events import (
    CareStarted,
    CustodyEntered,
    NoticeAcknowledged,
    NotifiedOutsideHub,
    PlacementMade,
    Sentenced,
)
from domain.feed import Masked, Message
from domain.findings import FINDINGS
from domain.picture import Picture
from domain.vocabulary import UNKNOWN, Role
from projections.views import rows
from tests.support.messages import DAY, closed, on, opened, picture, told
from tests.support.story import DURHAM, HAMPSHIRE, Story, registered

OWN = f"{DURHAM}/responsible-authority"


def view(of: Picture | None, name: str) -> list[dict[str, Any]]:
    assert of is not None
    return [dict(r.body) for r in rows(Role.RESPONSIBLE_AUTHORITY, of) if r.view == name]


def case(of: Picture) -> dict[str, Any]:
    [only] = view(of, "caseload")
    return only


def registered_only() -> Story:
    story = Story()
    story.tell(DAY, registered(effective_on=DAY))
    return story


def in_care(legal_status: str = "V2") -> Story:
    story = registered_only()
    story.tell(DAY, CareStarted(effective_on=DAY, legal_status=legal_status))
    story.tell(
        DAY,
        PlacementMade(
            effective_on=DAY, urgency="planned", placement_type="U4", area_authority=HAMPSHIRE, postcode="ZZ1 1AA"
        ),
        ids=[story.new_id()],
    )
    return story


def own(*messages: Message) -> Picture:
    return picture(opened(role="responsible-authority"), *messages)


def test_a_registered_child_is_not_looked_after_until_care_starts() -> None:
    [row] = view(registered_only().picture(OWN), "caseload")

    assert (row["looked_after"], row["legal_status"], row["living"]) == ("no", None, None)


def test_a_child_of_another_authority_now_is_off_the_list() -> None:
    assert view(own(closed(on(4))), "caseload") == []


def test_a_case_with_its_number_status_and_placement() -> None:
    [row] = view(in_care().picture(OWN), "caseload")

    assert row["local_id"] == "900001"
    assert row["identity"]["born_on"] == "2012-03-09"
    assert (row["looked_after"], row["legal_status"], row["in_custody"]) == ("yes", "V2", False)
    assert (row["living"]["placement_type"], row["living"]["area"]) == ("U4", HAMPSHIRE)
    assert row["living"]["since"] == DAY.isoformat()


def test_statuses_on_the_way_through_custody() -> None:
    story = in_care("V2")
    story.tell(
        on(10), CustodyEntered(effective_on=on(10), custody_kind="remand", status_before="C2"), by="yot-hampshire"
    )
    story.tell(on(20), Sentenced(effective_on=on(20)), by="yot-hampshire")

    [stays] = view(story.picture(OWN), "custody")
    [row] = view(story.picture(OWN), "caseload")

    stay = stays["custody"]
    assert stays["local_id"] == "900001"
    assert stay["status_before"] == "C2", "what the reporter said stays beside what the record says"
    assert (stay["legal_status_at_entry"], stay["legal_status_at_sentence"], stay["ceased"]) == ("V2", "V2", "yes")
    assert (row["looked_after"], row["in_custody"]) == ("no", True)


def test_agreement_then_remand_then_sentence_keeps_every_status() -> None:
    held = own(
        told("a", "care-started", legal_status="V2"),
        told("b", "custody-entered", on(10), custody_kind="remand"),
        told("c", "legal-status-changed", on(11), legal_status="J1"),
        told("d", "sentenced", on(20)),
    )

    [row] = view(held, "custody")

    assert (row["custody"]["legal_status_at_entry"], row["custody"]["legal_status_at_sentence"]) == ("V2", "J1")
    assert row["custody"]["ceased"] == "yes"


def test_a_finding_is_a_row_of_its_own_with_the_event_and_who_reported_it() -> None:
    held = own(
        told("a", "placement-made", findings=("overlaps", "no-such-finding"), reporter="E06000047", recorded_on=on(1)),
        told("b", "care-started", reporter="E06000047"),
    )

    found = view(held, "findings")

    assert [(f["what"], f["code"], f["reporter"], f["recorded_on"]) for f in found] == [
        ("placement-made", "overlaps", "E06000047", on(1).isoformat()),
        ("placement-made", "no-such-finding", "E06000047", on(1).isoformat()),
    ]
    assert (found[0]["meaning"], found[0]["source"]) == FINDINGS["overlaps"]
    assert (found[1]["meaning"], found[1]["source"]) == ("", "")
    assert len({r.key for r in rows(Role.RESPONSIBLE_AUTHORITY, held) if r.view == "findings"}) == 2


def test_who_acknowledged_and_who_was_told_outside_the_hub() -> None:
    story = in_care()
    [placement] = [e.event_id for e in story.entries if isinstance(e.event, PlacementMade)]
    host = f"{HAMPSHIRE}/host-authority"
    story.tell(on(1), NoticeAcknowledged(effective_on=on(1), notice=placement, audience=host), by=HAMPSHIRE)
    story.tell(
        on(2),
        NotifiedOutsideHub(effective_on=on(2), about=placement, recipient_kind="gp", method="letter", told_on=on(2)),
    )

    [answer, letter] = view(story.picture(OWN), "who-heard")

    assert (answer["what"], answer["audience"], answer["heard_on"]) == ("placement-made", host, on(1).isoformat())
    assert (letter["what"], letter["recipient_kind"], letter["method"]) == ("placement-made", "gp", "letter")
    assert (letter["heard_on"], letter["audience"]) == (on(2).isoformat(), None)


def test_an_acknowledgement_of_something_no_longer_held_is_shown_without_its_name() -> None:
    held = own(told("k", "notice-acknowledged", notice="gone", audience="QRL/local-health"))

    assert [(a["about"], a["what"]) for a in view(held, "who-heard")] == [("gone", None)]


IN_CARE = told("c", "care-started", legal_status="C2")
PLACED = told("p", "placement-made", on(1), placement_type="U4", area_authority=DURHAM)


def test_nobody_is_shown_where_nobody_was_named_and_no_plan_where_none_was_made() -> None:
    nothing = own(IN_CARE)

    assert (case(nothing)["social_worker"], case(nothing)["reviewing_officer"]) == (None, None)
    assert view(nothing, "planning") == []
    assert view(nothing, "leaving-care") == []
    assert view(nothing, "missing") == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [({}, None), ({"name": Masked("restricted")}, {"masked": "restricted"}), ({"name": UNKNOWN}, {"unknown": True})],
    ids=["not told", "masked", "nobody allocated"],
)
def test_a_worker_without_a_name_is_in_one_of_three_states(name: dict[str, Any], shown: object) -> None:
    worker = case(own(IN_CARE, told("w", "social-worker-changed", on(3), **name)))["social_worker"]

    assert worker == {"name": shown, "phone": None, "since": on(3).isoformat()}


def test_a_child_looked_after_without_any_placement_is_in_the_gap_that_nobody_owns() -> None:
    ended = told("e", "placement-ended", on(9), placement="p")

    assert case(own(told("r", "child-registered")))["between_placements_since"] is None
    assert case(own(IN_CARE))["between_placements_since"] == DAY.isoformat()
    assert case(own(IN_CARE, PLACED))["between_placements_since"] is None
    assert case(own(IN_CARE, PLACED, ended))["between_placements_since"] == on(9).isoformat()


def test_a_new_period_of_care_without_a_placement_is_a_gap_from_its_own_first_day() -> None:
    again = own(
        IN_CARE,
        PLACED,
        told("x", "care-ended", on(9), reason="E8"),
        told("d", "care-started", on(50), legal_status="V2"),
    )

    assert case(again)["between_placements_since"] == on(50).isoformat()


@pytest.mark.parametrize(
    "elsewhere",
    [
        told("x", "custody-entered", on(9), custody_kind="remand"),
        told("x", "legal-status-changed", on(9), legal_status="V4"),
    ],
    ids=["in an establishment", "at home, in short breaks"],
)
def test_a_child_in_custody_or_at_home_is_in_no_gap(elsewhere: Message) -> None:
    ended = told("e", "placement-ended", on(9), placement="p")

    assert case(own(IN_CARE, PLACED, ended, elsewhere))["between_placements_since"] is None


def test_a_temporary_stay_is_shown_beside_the_usual_placement_until_it_ends() -> None:
    hospital = told("t", "placement-made", on(5), placement_type="T1", area_authority=DURHAM)
    back = told("e", "placement-ended", on(8), placement="t")

    away, home = case(own(IN_CARE, PLACED, hospital)), case(own(IN_CARE, PLACED, hospital, back))

    assert (away["living"]["placement_type"], away["temporarily"]["placement_type"]) == ("U4", "T1")
    assert away["living"]["ended_on"] is None
    assert home["temporarily"] is None


def test_a_new_usual_placement_ends_a_temporary_stay() -> None:
    hospital = told("t", "placement-made", on(5), placement_type="T1")
    moved = told("q", "placement-made", on(8), placement_type="K2")

    assert case(own(IN_CARE, PLACED, hospital, moved))["temporarily"] is None


def test_a_dispute_stands_until_that_dispute_is_closed() -> None:
    first = told("a", "dispute-opened", on(1), about="placement", raised_by="reviewing-officer")
    second = told("b", "dispute-opened", on(5), about="placement", raised_by="child")
    closing = told("z", "dispute-closed", on(9), dispute="a", outcome=UNKNOWN)

    assert case(own(IN_CARE, first, second))["dispute_since"] == on(1).isoformat()
    assert case(own(IN_CARE, first, second, closing))["dispute_since"] == on(5).isoformat()


def test_the_plan_with_the_copies_of_it_and_of_no_earlier_plan() -> None:
    [row] = view(
        own(
            told("a", "care-plan-made", on(1), permanence="invented-plan"),
            told("x", "care-plan-supplied", on(2), plan="a", recipient_kind="parent", method="letter"),
            told("b", "care-plan-made", on(9), permanence=UNKNOWN),
            told("y", "care-plan-supplied", on(10), plan="b", recipient_kind="gp", method="letter"),
        ),
        "planning",
    )

    assert (row["plan_made_on"], row["permanence"]) == (on(9).isoformat(), {"unknown": True})
    assert row["copies"] == [{"on": on(10).isoformat(), "recipient_kind": "gp", "method": "letter"}]


def test_a_review_put_off_is_shown_until_one_is_held() -> None:
    held = told("a", "review-held", on(1), participation="PN1", next_due_on=on(90))
    put_off = told("b", "review-postponed", on(90), until=on(120), reason="invented-reason")
    then = told("c", "review-held", on(121), participation=UNKNOWN)

    [waiting] = view(own(held, put_off), "planning")
    [done] = view(own(held, put_off, then), "planning")

    assert (waiting["reviewed_on"], waiting["postponed_until"]) == (on(1).isoformat(), on(120).isoformat())
    assert (done["reviewed_on"], done["postponed_until"], done["postponement_reason"]) == (
        on(121).isoformat(),
        None,
        None,
    )


@pytest.mark.parametrize(
    ("alone", "shown"), [(True, True), (UNKNOWN, {"unknown": True}), (Masked("restricted"), {"masked": "restricted"})]
)
def test_whether_the_child_was_seen_alone_at_the_last_visit(alone: Any, shown: object) -> None:
    [row] = view(
        own(
            told("a", "visit-made", on(1), seen=True, seen_alone=False),
            told("b", "visit-made", on(9), seen=True, seen_alone=alone),
        ),
        "planning",
    )

    assert (row["visited_on"], row["seen_alone"]) == (on(9).isoformat(), shown)


def test_an_interview_is_owed_to_whoever_was_found_until_it_is_told() -> None:
    gone = told("m", "went-missing", on(3), kind="missing")
    back = told("f", "found", on(4), missing="m")
    interview = told("i", "return-interview-done", on(5), missing="m", outcome="declined")

    def owed(of: Picture) -> list[tuple[bool, object]]:
        return [(row["interview_owed"], row["return_interview"]) for row in view(of, "missing")]

    assert owed(own(gone)) == [(False, None)], "still away: nothing is owed yet"
    assert owed(own(gone, back)) == [(True, None)]
    assert owed(own(gone, back, interview)) == [(False, "declined")]
    assert case(own(gone))["missing_since"] == on(3).isoformat()
    assert case(own(gone, back))["missing_since"] is None


def test_leaving_care_in_one_row_with_the_home_said_last() -> None:
    [row] = view(
        own(
            told("p", "pathway-plan-made", on(1), review_due_on=on(180)),
            told("a", "personal-adviser-named", on(2), name="Invented-Adviser", phone="01632 960002"),
            told("h", "leaver-accommodation-recorded", on(3), kind="invented-home", suitable=True),
            told("y", "leaver-year-reported", on(9), in_touch="YES", accommodation="B1", activity=UNKNOWN),
        ),
        "leaving-care",
    )

    assert (row["pathway_plan_on"], row["adviser"]["name"]) == (on(1).isoformat(), "Invented-Adviser")
    assert (row["leaver_accommodation"], row["accommodation_on"], row["suitable"]) == ("B1", on(9).isoformat(), None)
    assert (row["leaver_in_touch"], row["leaver_activity"]) == ("YES", {"unknown": True})
