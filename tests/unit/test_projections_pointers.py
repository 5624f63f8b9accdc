"""Who else is working with a child: what a pointer must not say first, then who is pointed to."""

from __future__ import annotations

from typing import Any

import pytest

from domain.feed import Masked, Message
from domain.vocabulary import UNKNOWN, Role
from projections.views import VIEWS, rows
from tests.support.messages import closed, on, opened, picture, told

WORKER = told(
    "w", "social-worker-changed", on(1), name="Invented-Worker", phone="01632 960001", reason="invented-reason"
)


def pointers(*messages: Message, role: Role = Role.LOCAL_HEALTH) -> list[dict[str, Any]]:
    now = picture(opened(role=role.value), *messages)
    return [dict(r.body) for r in rows(role, now) if r.view == "working-with"]


def test_a_desk_whose_relationship_ended_is_pointed_to_nobody() -> None:
    assert pointers(WORKER, closed(on(9))) == []


def test_a_pointer_says_nothing_of_what_they_do() -> None:
    found = pointers(
        WORKER,
        told("g", "gp-registered", on(2), practice="Invented Surgery", kind="temporary"),
        told("s", "service-status-changed", on(2), service="invented-service", status="waiting", waiting_since=on(-9)),
        told("e", "school-started", on(2), school_name="Invented Academy", kind="a-kind", reason="why-moved"),
    )

    assert {frozenset(row) for row in found} == {
        frozenset({"ref", "kind", "health_function", "service", "name", "since", "phone"})
    }
    for content in ("temporary", "waiting", on(-9).isoformat(), "a-kind", "why-moved", "invented-reason"):
        assert content not in str(found)


@pytest.mark.parametrize("status", ["refused", "declined", "ended"])
def test_a_service_in_which_the_place_is_over_is_not_working_with_the_child(status: str) -> None:
    began = told("a", "service-status-changed", on(1), service="invented-service", status="waiting")
    over = told("b", "service-status-changed", on(9), service="invented-service", status=status)

    assert [row["service"] for row in pointers(began) if row["kind"] == "service"] == ["invented-service"]
    assert [row for row in pointers(began, over) if row["kind"] == "service"] == []


@pytest.mark.parametrize("role", [role for role in VIEWS if role is not Role.RESPONSIBLE_AUTHORITY])
def test_the_responsible_authority_is_always_among_them(role: Role) -> None:
    [row] = pointers(role=role)

    assert (row["kind"], row["name"], row["phone"]) == ("responsible authority", "County Durham", "0191 498 0003")
    assert row["since"] is None


def test_no_desk_is_pointed_to_itself() -> None:
    school = told("e", "school-started", on(2), school_name="Invented Academy")

    assert [row["kind"] for row in pointers(school, role=Role.RESPONSIBLE_AUTHORITY)] == ["school"]
    assert [row["kind"] for row in pointers(school, role=Role.SCHOOL)] == ["responsible authority"]


def test_a_change_of_authority_that_was_told_says_since_when() -> None:
    handed_over = told("h", "responsible-authority-changed", on(5), authority="E06000047")
    away = told("h", "responsible-authority-changed", on(5), authority="E10000014")

    assert pointers(handed_over)[0]["since"] == on(5).isoformat()
    assert pointers(away)[0]["since"] is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [({}, None), ({"name": UNKNOWN}, {"unknown": True}), ({"name": Masked("restricted")}, {"masked": "restricted"})],
    ids=["not told", "nobody known", "masked"],
)
def test_a_later_one_replaces_an_earlier_one_even_without_a_name(name: dict[str, Any], shown: object) -> None:
    [_, worker] = pointers(WORKER, told("v", "social-worker-changed", on(8), **name))

    assert (worker["kind"], worker["name"], worker["since"]) == ("social worker", shown, on(8).isoformat())
    assert worker["phone"] is None, "the number of the one before is not theirs"


def test_one_row_for_each_person_and_body_that_was_told() -> None:
    found = pointers(
        WORKER,
        told("o", "reviewing-officer-changed", on(1), name="Invented-Officer"),
        told("a", "personal-adviser-named", on(1), name="Invented-Adviser"),
        told("n", "health-professional-named", on(1), function="one", name="Invented-Nurse", phone="01632 960003"),
        told("m", "health-professional-named", on(1), function="two", name="Invented-Doctor"),
        told("g", "gp-registered", on(2), practice="Invented Surgery", kind="permanent"),
        told("e", "school-started", on(2), school_name="Invented Academy"),
    )

    assert sorted((row["kind"], row["health_function"], row["name"]) for row in found) == [
        ("general practice", None, "Invented Surgery"),
        ("health professional", "one", "Invented-Nurse"),
        ("health professional", "two", "Invented-Doctor"),
        ("personal adviser", None, "Invented-Adviser"),
        ("responsible authority", None, "County Durham"),
        ("reviewing officer", None, "Invented-Officer"),
        ("school", None, "Invented Academy"),
        ("social worker", None, "Invented-Worker"),
    ]
