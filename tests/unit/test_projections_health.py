"""What health teams see: what is not on the list first, then each cell of a patient's row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.events import CareStarted, PlacementMade, ServiceStatusChanged
from domain.feed import Masked, Message
from domain.picture import Picture
from domain.vocabulary import UNKNOWN, Role
from projections.views import VIEWS, rows
from tests.support.messages import DAY, closed, on, opened, picture, told
from tests.support.story import DURHAM, HAMPSHIRE, Story, registered

HEALTH = (Role.LOCAL_HEALTH, Role.ORIGINATING_HEALTH, Role.DEPARTING_HEALTH)
OPENED = opened(role="local-health")


def view(of: Picture | None, name: str, role: Role = Role.LOCAL_HEALTH) -> list[dict[str, Any]]:
    assert of is not None
    return [dict(r.body) for r in rows(role, of) if r.view == name]


def patients(of: Picture, role: Role = Role.LOCAL_HEALTH) -> list[dict[str, Any]]:
    return view(of, "caseload", role)


def patient(of: Picture) -> dict[str, Any]:
    [only] = patients(of)
    return only


def test_a_child_who_left_is_off_the_list_and_among_the_departures() -> None:
    gone = picture(OPENED, told("a", "placement-made"), closed(on(8)))

    assert patients(gone) == []
    assert [r.body["ended_on"] for r in rows(Role.LOCAL_HEALTH, gone) if r.view == "departures"] == [on(8).isoformat()]


def test_what_was_not_told_is_not_made_up() -> None:
    row = patient(picture(OPENED))

    assert row["nhs_number"] is None
    assert row["living"] is None
    assert row["assessment"] is None
    assert row["next_due_on"] is None
    assert row["declined_on"] is None
    assert row["identity"] == {"given_name": None, "family_name": None, "born_on": None, "sex": None}


def test_a_tombstone_stands_in_no_cell() -> None:
    assert patient(picture(OPENED, told("a", "record", None, record=Masked("restricted")))) == patient(picture(OPENED))


@pytest.mark.parametrize("role", HEALTH)
def test_every_health_role_sees_its_list_by_the_same_rules(role: Role) -> None:
    now = picture(opened(role=role.value), told("a", "identifier-added", nhs_number="9990000018"))

    [row] = patients(now, role)

    assert (row["nhs_number"], row["since"], row["ground"]) == ("9990000018", DAY.isoformat(), "an invented ground")
    assert row["ring"]["contacts"] == [
        {
            "function": "duty phone",
            "name": "Invented Duty Desk",
            "phone": "0191 498 0003",
            "email": "duty@example.org",
        }
    ]


def test_a_later_number_replaces_an_earlier_one_whatever_the_order_of_arrival() -> None:
    late = picture(
        OPENED,
        told("b", "identifier-added", on(5), nhs_number="9990000026"),
        told("a", "identifier-added", on(1), nhs_number="9990000018", upn="A123456789012"),
    )

    assert patient(late)["nhs_number"] == "9990000026"


def test_the_last_assessment_and_when_the_next_is_due() -> None:
    row = patient(
        picture(
            OPENED,
            told(
                "a",
                "health-assessment-completed",
                on(1),
                assessment_kind="initial",
                summary="first",
                next_due_on=on(99),
            ),
            told("b", "health-assessment-completed", on(9), assessment_kind="review", next_due_on=UNKNOWN),
        )
    )

    assert row["assessment"] == {"completed_on": on(9).isoformat(), "assessment_kind": "review", "summary": None}
    assert row["next_due_on"] == {"unknown": True}


def test_a_refusal_stands_until_an_assessment_takes_place() -> None:
    declined = told("a", "health-assessment-declined", on(2), assessment_kind="initial", reason=UNKNOWN)
    completed = told("b", "health-assessment-completed", on(6), assessment_kind="initial")

    assert patient(picture(OPENED, declined))["declined_on"] == on(2).isoformat()
    assert patient(picture(OPENED, declined, completed))["declined_on"] is None


def test_the_gap_after_a_placement_is_shown_as_a_gap() -> None:
    now = picture(
        OPENED,
        told("a", "placement-made", placement_type="U4"),
        told("b", "placement-ended", on(7), placement="a"),
        told("c", "placement-ended", on(3), placement="another"),
    )

    assert patient(now)["living"]["ended_on"] == on(7).isoformat()


def test_care_that_ended_on_the_day_of_a_placement_was_an_earlier_period_of_care() -> None:
    now = picture(OPENED, told("a", "care-ended", reason="E8"), told("b", "placement-made", placement_type="U4"))

    assert patient(now)["living"]["ended_on"] is None


def test_an_assessment_asked_for_stands_until_one_takes_place() -> None:
    asked = told("a", "health-assessment-requested", on(2), assessment_kind="initial")
    completed = told("b", "health-assessment-completed", on(6), assessment_kind="initial")

    assert patient(picture(OPENED, asked))["requested_on"] == on(2).isoformat()
    assert patient(picture(OPENED, asked, completed))["requested_on"] is None


@pytest.mark.parametrize(
    ("practice", "shown"),
    [
        ({}, None),
        ({"practice": Masked("protected")}, {"masked": "protected"}),
        ({"practice": UNKNOWN}, {"unknown": True}),
        ({"practice": "Invented Lane Surgery"}, "Invented Lane Surgery"),
    ],
    ids=["not told", "masked", "unknown", "value"],
)
def test_a_practice_is_in_one_of_four_states(practice: dict[str, Any], shown: object) -> None:
    row = patient(picture(OPENED, told("g", "gp-registered", on(1), kind="temporary", **practice)))

    assert row["general_practice"] == {"practice": shown, "gp_registration": "temporary", "since": on(1).isoformat()}


def test_a_child_is_in_a_gap_only_after_a_placement_that_was_told_to_have_ended() -> None:
    care = told("c", "care-started", legal_status="looked-after")
    placed = told("p", "placement-made", on(1), placement_type="U4")
    ended = told("e", "placement-ended", on(7), placement="p")

    assert patient(picture(OPENED, care))["between_placements_since"] is None
    assert patient(picture(OPENED, care, placed))["between_placements_since"] is None
    assert patient(picture(OPENED, care, placed, ended))["between_placements_since"] == on(7).isoformat()


@pytest.mark.parametrize(
    "no_gap",
    [
        told("x", "care-ended", on(8), reason="E8"),
        told("x", "legal-status-changed", on(8), legal_status="short-breaks"),
        told("x", "placement-made", on(8), placement_type="U1"),
    ],
    ids=["care ended", "short breaks", "another placement"],
)
def test_who_is_cared_for_no_more_or_at_home_or_elsewhere_is_in_no_gap(no_gap: Message) -> None:
    now = picture(
        OPENED,
        told("c", "care-started", legal_status="looked-after"),
        told("p", "placement-made", on(1), placement_type="U4"),
        told("e", "placement-ended", on(7), placement="p"),
        no_gap,
    )

    assert patient(now)["between_placements_since"] is None


def test_checks_plan_and_people_are_the_last_of_each_kind() -> None:
    row = patient(
        picture(
            OPENED,
            told("d", "dental-check-recorded", on(1), outcome=UNKNOWN, next_due_on=on(180)),
            told("i", "immunisations-recorded", on(1), up_to_date=False),
            told("y", "health-year-reported", on(3), immunised=True, assessed=True),
            told("s", "sdq-scored", on(1), score=14),
            told("t", "sdq-scored", on(5), not_scored_because="invented-reason"),
            told("h", "health-plan-updated", on(4), summary="an invented plan"),
            told("n", "health-professional-named", on(1), function="one", name="Invented-First", phone="01632 960001"),
            told("o", "health-professional-named", on(2), function="one", name="Invented-Second"),
            told("q", "health-professional-named", on(2), function="two", name=UNKNOWN),
        )
    )

    assert row["dental"]["dental_outcome"] == {"unknown": True}
    assert row["immunisations"] == {"on": on(3).isoformat(), "up_to_date": True}
    assert (row["sdq"]["score"], row["sdq"]["sdq_reason"]) == (None, "invented-reason")
    assert row["plan"]["summary"] == "an invented plan"
    assert [(p["health_function"], p["name"], p["phone"]) for p in row["professionals"]] == [
        ("one", "Invented-Second", None),
        ("two", {"unknown": True}, None),
    ]


def test_who_pays_is_contested_until_it_is_determined() -> None:
    contested = told("c", "responsible-commissioner-contested", on(2), contested_by="QHM", proposed=UNKNOWN)
    determined = told("d", "responsible-commissioner-determined", on(9), health_body="QHM")

    assert patient(picture(OPENED))["commissioner"] is None
    before = patient(picture(OPENED, contested))["commissioner"]
    assert (before["health_body"], before["contested_by"], before["proposed"]) == (None, "QHM", {"unknown": True})
    after = patient(picture(OPENED, contested, determined))["commissioner"]
    assert (after["health_body"], after["contested_by"], after["contested_on"]) == ("QHM", None, None)


def test_whoever_spoke_last_of_health_needs_has_the_last_word() -> None:
    entered = told("e", "custody-entered", on(1), custody_kind="remand", health_needs=True)
    flagged = told("f", "health-needs-flagged", on(3), health_needs=UNKNOWN)

    assert patient(picture(OPENED))["health_needs"] is None
    assert patient(picture(OPENED, entered))["health_needs"] is True
    assert patient(picture(OPENED, entered, flagged))["health_needs"] == {"unknown": True}


def status(item: str, status: str, when: int, *, catch_up: bool = False, **said: Any) -> Message:
    return told(item, "service-status-changed", on(when), catch_up=catch_up, service="camhs", status=status, **said)


@pytest.mark.parametrize("over", ["refused", "declined", "ended"])
def test_a_place_that_is_over_is_no_referral(over: str) -> None:
    assert view(picture(OPENED, status("a", "waiting", 1), status("b", over, 5)), "referrals") == []


@pytest.mark.parametrize(
    ("later", "shown"),
    [({}, on(-90)), ({"waiting_since": UNKNOWN}, on(-90)), ({"waiting_since": on(-80)}, on(-80))],
    ids=["silent", "unknown", "another day"],
)
def test_a_place_in_a_queue_is_not_lost_by_silence(later: dict[str, Any], shown: date) -> None:
    [row] = view(
        picture(OPENED, status("a", "waiting", 1, waiting_since=on(-90)), status("b", "waiting", 9, **later)),
        "referrals",
    )

    assert row["waiting_since"] == shown.isoformat()
    assert (row["since"], row["changed_on"]) == (on(1).isoformat(), on(9).isoformat())


def test_a_new_place_after_an_end_does_not_inherit_the_old_queue() -> None:
    [row] = view(
        picture(
            OPENED,
            status("a", "waiting", 1, waiting_since=on(-90)),
            status("b", "ended", 5),
            status("c", "waiting", 9),
        ),
        "referrals",
    )

    assert (row["waiting_since"], row["since"]) == (None, on(9).isoformat())


def test_what_was_in_force_on_arrival_is_shown_as_handed_over() -> None:
    arrived = opened(role="local-health", since=on(20))

    [waits] = view(picture(arrived, status("a", "waiting", 1, catch_up=True, waiting_since=on(-90))), "referrals")
    [ours] = view(picture(arrived, status("a", "waiting", 30)), "referrals")

    assert (waits["handed_over"], waits["waiting_since"]) == (True, on(-90).isoformat())
    assert ours["handed_over"] is False


def test_from_the_hub_a_team_that_a_child_comes_to_is_handed_the_place_in_the_queue() -> None:
    story = Story()
    story.tell(DAY, registered(effective_on=DAY))
    story.tell(DAY, CareStarted(effective_on=DAY, legal_status="C2"))
    story.tell(DAY, placed(DURHAM, DAY))
    story.tell(
        on(5),
        ServiceStatusChanged(effective_on=on(5), service="camhs", status="waiting", waiting_since=on(-30)),
    )
    story.tell(on(40), placed(HAMPSHIRE, on(40)))

    [row] = view(story.picture("QRL/local-health"), "referrals")

    assert (row["waiting_since"], row["handed_over"]) == (on(-30).isoformat(), True)


def placed(area: str, when: date) -> PlacementMade:
    return PlacementMade(effective_on=when, urgency="planned", placement_type="U4", area_authority=area)


def test_a_question_is_a_gap_until_it_is_answered_and_a_lost_record_until_it_turns_up() -> None:
    asked = told("a", "information-gap-logged", on(1), about="invented-question")
    answered = told("b", "information-gap-filled", on(8), gap="a")
    lost = told("c", "early-record-lost", on(2), record="invented-record")
    found = told("d", "early-record-received", on(9), record="invented-record")

    gaps = view(picture(OPENED, asked, lost), "information-gaps")

    assert [(g["information_gap"], g["early_record"], g["since"]) for g in gaps] == [
        ("invented-question", None, on(1).isoformat()),
        (None, "invented-record", on(2).isoformat()),
    ]
    assert view(picture(OPENED, asked, lost, answered, found), "information-gaps") == []


def test_the_chronology_is_every_item_in_the_order_in_which_it_was_so() -> None:
    lines = view(
        picture(
            OPENED,
            told("b", "gp-registered", on(9), kind="permanent", practice=Masked("protected")),
            told("a", "placement-made", on(1), placement_type="U4"),
            told("t", "record", None, record=Masked("restricted")),
        ),
        "chronology",
    )

    assert [(line["effective_on"], line["what"]) for line in lines] == [
        (on(1).isoformat(), "placement-made.v1"),
        (on(9).isoformat(), "gp-registered.v1"),
    ]
    assert lines[1]["fields"] == {"kind": "permanent", "practice": {"masked": "protected"}}


def test_the_chronology_keeps_its_order_in_the_store_beyond_ten_lines() -> None:
    many = picture(OPENED, *(told(f"i{n}", "visit-made", on(n)) for n in range(12)))

    keys = [r.key for r in rows(Role.LOCAL_HEALTH, many) if r.view == "chronology"]

    assert keys == sorted(keys)


def test_the_three_health_roles_have_the_same_views() -> None:
    assert len({tuple(VIEWS[role]) for role in HEALTH}) == 1
