"""What health teams see: what is not on the list first, then each cell of a patient's row."""

from __future__ import annotations

from typing import Any

import pytest

from domain.feed import Masked
from domain.picture import Picture
from domain.vocabulary import UNKNOWN, Role
from projections.views import VIEWS, rows
from tests.support.messages import DAY, closed, on, opened, picture, told

HEALTH = (Role.LOCAL_HEALTH, Role.ORIGINATING_HEALTH, Role.DEPARTING_HEALTH)
OPENED = opened(role="local-health")


def patients(of: Picture, role: Role = Role.LOCAL_HEALTH) -> list[dict[str, Any]]:
    return [dict(r.body) for r in rows(role, of) if r.view == "caseload"]


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

    assert row["assessment"] == {"completed_on": on(9).isoformat(), "kind": "review", "summary": None}
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


def test_every_view_of_a_role_has_a_name_and_a_projection() -> None:
    assert {name for role in HEALTH for name in VIEWS[role]} == {"caseload", "arrivals", "departures", "notices"}
