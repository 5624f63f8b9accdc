"""What the responsible authority sees of its own children, and the virtual school of theirs."""

from __future__ import annotations

from typing import Any

from domain.events import (
    CareStarted,
    CustodyEntered,
    IdentifierAdded,
    NoticeAcknowledged,
    NotifiedOutsideHub,
    PlacementMade,
    Sentenced,
)
from domain.feed import Message
from domain.findings import FINDINGS
from domain.picture import Picture
from domain.vocabulary import Role
from projections.views import rows
from tests.support.messages import DAY, closed, on, opened, picture, told
from tests.support.story import DURHAM, HAMPSHIRE, Story, registered

OWN = f"{DURHAM}/responsible-authority"
SCHOOL = f"{DURHAM}/virtual-school"


def view(of: Picture | None, name: str, role: Role = Role.RESPONSIBLE_AUTHORITY) -> list[dict[str, Any]]:
    assert of is not None
    return [dict(r.body) for r in rows(role, of) if r.view == name]


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
    [case] = view(registered_only().picture(OWN), "caseload")

    assert (case["looked_after"], case["legal_status"], case["living"]) == ("no", None, None)


def test_a_child_of_another_authority_now_is_off_the_list() -> None:
    assert view(own(closed(on(4))), "caseload") == []


def test_a_case_with_its_number_status_and_placement() -> None:
    [case] = view(in_care().picture(OWN), "caseload")

    assert case["local_id"] == "900001"
    assert case["identity"]["born_on"] == "2012-03-09"
    assert (case["looked_after"], case["legal_status"], case["in_custody"]) == ("yes", "V2", False)
    assert (case["living"]["placement_type"], case["living"]["area"]) == ("U4", HAMPSHIRE)
    assert case["living"]["since"] == DAY.isoformat()


def test_statuses_on_the_way_through_custody() -> None:
    story = in_care("V2")
    story.tell(
        on(10), CustodyEntered(effective_on=on(10), custody_kind="remand", status_before="C2"), by="yot-hampshire"
    )
    story.tell(on(20), Sentenced(effective_on=on(20)), by="yot-hampshire")

    [row] = view(story.picture(OWN), "custody")
    [case] = view(story.picture(OWN), "caseload")

    stay = row["custody"]
    assert row["local_id"] == "900001"
    assert stay["status_before"] == "C2", "what the reporter said stays beside what the record says"
    assert (stay["legal_status_at_entry"], stay["legal_status_at_sentence"], stay["ceased"]) == ("V2", "V2", "yes")
    assert (case["looked_after"], case["in_custody"]) == ("no", True)


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

    [answer] = view(story.picture(OWN), "acknowledgements")
    [letter] = view(story.picture(OWN), "told-outside-hub")

    assert (answer["what"], answer["audience"], answer["acknowledged_on"]) == (
        "placement-made",
        host,
        on(1).isoformat(),
    )
    assert (letter["what"], letter["recipient_kind"], letter["method"]) == ("placement-made", "gp", "letter")
    assert letter["told_on"] == on(2).isoformat()


def test_an_acknowledgement_of_something_no_longer_held_is_shown_without_its_name() -> None:
    held = own(told("k", "notice-acknowledged", notice="gone", audience="QRL/local-health"))

    assert [(a["notice"], a["what"]) for a in view(held, "acknowledgements")] == [("gone", None)]


def test_the_virtual_school_sees_the_placement_coarsely_and_no_address() -> None:
    story = in_care("C2")
    story.tell(on(3), IdentifierAdded(effective_on=on(3), upn="A123456789012", nhs_number="9990000018"))

    [pupil] = view(story.picture(SCHOOL), "register", Role.VIRTUAL_SCHOOL)

    assert (pupil["upn"], pupil["looked_after"], pupil["legal_status"]) == ("A123456789012", "yes", "looked-after")
    assert pupil["since"] == DAY.isoformat()
    assert pupil["living"]["placement_type"] == "foster"
    assert (pupil["living"]["address"], pupil["living"]["postcode"]) == (None, None)
    assert "9990000018" not in str(pupil)


def test_a_child_no_longer_looked_after_is_off_the_register() -> None:
    story = in_care("V2")
    story.tell(on(10), CustodyEntered(effective_on=on(10), custody_kind="sentence"), by="yot-hampshire")

    assert view(story.picture(SCHOOL), "register", Role.VIRTUAL_SCHOOL) == []
