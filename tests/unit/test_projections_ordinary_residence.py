"""What the authority of ordinary residence sees of a child whom health or education accommodates."""

from __future__ import annotations

from typing import Any

import pytest

from domain.events import LongTermResidenceBegan
from domain.feed import Masked
from domain.picture import Picture
from domain.vocabulary import UNKNOWN, Role
from projections.views import rows
from tests.support.messages import DAY, closed, on, opened, picture, told
from tests.support.story import HAMPSHIRE, Story, registered

OPENED = opened(role="ordinary-residence-authority")


def children(of: Picture | None) -> list[dict[str, Any]]:
    assert of is not None
    return [dict(r.body) for r in rows(Role.ORDINARY_RESIDENCE_AUTHORITY, of) if r.view == "children"]


def test_a_child_whose_relationship_ended_has_no_row() -> None:
    assert children(picture(OPENED, closed(on(9)))) == []


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ({}, None),
        ({"home_name": Masked("protected")}, {"masked": "protected"}),
        ({"home_name": UNKNOWN}, {"unknown": True}),
        ({"home_name": "Invented Hospital School"}, "Invented Hospital School"),
    ],
    ids=["not told", "masked", "unknown", "value"],
)
def test_where_the_child_is_accommodated_is_in_one_of_four_states(where: dict[str, Any], shown: object) -> None:
    [row] = children(picture(OPENED, told("r", "long-term-residence-began", on(1), accommodated_by="health", **where)))

    assert (row["accommodator"], row["home_name"], row["since"]) == ("health", shown, on(1).isoformat())


def test_without_the_fact_itself_there_is_still_a_child_and_whom_to_ring() -> None:
    [row] = children(picture(OPENED))

    assert (row["accommodator"], row["since"], row["ended_on"]) == (None, DAY.isoformat(), None)
    assert row["ring"]["authority_name"] == "County Durham"


def test_a_stay_that_ended_says_so_and_the_end_of_another_does_not_end_it() -> None:
    began = told("r", "long-term-residence-began", on(1), accommodated_by="health", meant_to_last_until=UNKNOWN)
    other = told("x", "long-term-residence-ended", on(50), residence="another")
    ended = told("y", "long-term-residence-ended", on(90), residence="r")

    assert children(picture(OPENED, began, other))[0]["ended_on"] is None
    assert children(picture(OPENED, began, ended))[0]["ended_on"] == on(90).isoformat()
    assert children(picture(OPENED, began))[0]["meant_to_last_until"] == {"unknown": True}


def test_from_the_hub_the_authority_of_ordinary_residence_is_told_of_the_stay() -> None:
    story = Story()
    story.tell(DAY, registered(effective_on=DAY))
    story.tell(
        on(3), LongTermResidenceBegan(effective_on=on(3), ordinary_residence=HAMPSHIRE, accommodated_by="health")
    )

    [row] = children(story.picture(f"{HAMPSHIRE}/ordinary-residence-authority"))

    assert (row["accommodator"], row["since"]) == ("health", on(3).isoformat())
    assert row["identity"]["given_name"] == "Invented-Otter"
