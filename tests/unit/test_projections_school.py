"""What a designated teacher's desk sees: what must not be there first."""

from __future__ import annotations

from typing import Any

import pytest

from domain.feed import Masked
from domain.picture import Picture
from domain.vocabulary import UNKNOWN, Role
from projections.views import VIEWS, rows
from tests.support.messages import DAY, closed, on, opened, picture, told

OPENED = opened(role="school")


def pupils(of: Picture) -> list[dict[str, Any]]:
    return [dict(r.body) for r in rows(Role.SCHOOL, of) if r.view == "pupils"]


def test_a_child_who_left_the_roll_has_no_row() -> None:
    assert pupils(picture(OPENED, closed(on(9)))) == []


def test_no_row_says_where_or_why_the_child_is_cared_for_whatever_the_desk_was_told() -> None:
    betrayed = picture(
        OPENED,
        told("c", "care-started", legal_status="C2"),
        told("p", "placement-made", placement_type="K2", home_name="Invented House", area_authority="E10000014"),
        told("h", "health-assessment-completed", summary="an invented summary", assessment_kind="initial"),
        told("v", "service-status-changed", service="invented-service", status="waiting"),
    )

    [row] = pupils(betrayed)

    assert row.keys() == {"ref", "identity", "upn", "since", "ring", "social_worker", "plan", "support"}
    for secret in ("C2", "K2", "Invented House", "E10000014", "an invented summary", "invented-service", "waiting"):
        assert secret not in str(row)


def test_the_views_of_a_school_are_few() -> None:
    assert set(VIEWS[Role.SCHOOL]) == {"pupils", "working-with"}


@pytest.mark.parametrize(
    ("level", "shown"),
    [({}, None), ({"level": UNKNOWN}, {"unknown": True}), ({"level": Masked("restricted")}, {"masked": "restricted"})],
)
def test_support_that_was_told_without_its_kind_is_still_support(level: dict[str, Any], shown: object) -> None:
    [row] = pupils(picture(OPENED, told("s", "special-needs-support-recorded", on(2), **level)))

    assert row["support"] == {"special_needs": shown, "since": on(2).isoformat()}


def test_a_pupil_with_number_plan_and_whom_to_ring() -> None:
    [row] = pupils(
        picture(
            OPENED,
            told("i", "identifier-added", upn="A123456789012"),
            told("p", "education-plan-completed", on(3), summary="agreed", review_due_on=on(90)),
        )
    )

    assert (row["upn"], row["since"]) == ("A123456789012", DAY.isoformat())
    assert (row["plan"]["summary"], row["plan"]["review_due_on"]) == ("agreed", on(90).isoformat())
    assert row["ring"]["contacts"][0]["phone"] == "0191 498 0003"
    assert row["social_worker"] is None
