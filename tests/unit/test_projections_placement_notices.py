"""Two notices of one placement, matched: what is no placement of this view first, then who told of it."""

from __future__ import annotations

from typing import Any

import pytest

from domain.events import CareStarted, HomeAdmissionNotified, OutOfAreaPlacementNotified, PlacementMade
from domain.feed import Masked, Message
from domain.vocabulary import UNKNOWN, Role
from projections.views import rows
from tests.support.messages import on, opened, picture, told
from tests.support.story import DURHAM, HAMPSHIRE, Story, registered


def notices(*messages: Message, role: Role = Role.HOST_AUTHORITY) -> list[dict[str, Any]]:
    now = picture(opened(role=role.value), *messages)
    return [dict(r.body) for r in rows(role, now) if r.view == "placement-notices"]


def placed(item: str = "p", day: int = 10, **fields: Any) -> Message:
    return told(item, "placement-made", on(day), **{"placement_type": "K2", "area_authority": HAMPSHIRE, **fields})


def placing(day: int = 9, item: str = "n", **fields: Any) -> Message:
    said = {"placement": "p", "notified_by": "placing-authority", **fields}
    return told(item, "out-of-area-placement-notified", on(day), **said)


def home(day: int = 11, item: str = "h", **fields: Any) -> Message:
    return told(item, "home-admission-notified", on(day), **fields)


@pytest.mark.parametrize(
    "no_notice_due",
    [
        placed(area_authority=DURHAM),
        placed(placement_type="T2"),
        placed(placement_type="A4"),
    ],
    ids=["in the authority's own area", "a holiday", "an adoptive home"],
)
def test_a_placement_of_which_no_notice_is_due_has_no_row(no_notice_due: Message) -> None:
    assert notices(no_notice_due, role=Role.RESPONSIBLE_AUTHORITY) == []


@pytest.mark.parametrize("status", ["V3", "V4", "short-breaks"])
def test_a_short_break_has_no_row(status: str) -> None:
    assert notices(told("c", "care-started", on(1), legal_status=status), placed()) == []
    assert len(notices(told("c", "care-started", on(11), legal_status=status), placed())) == 1, "not yet, when placed"


def test_a_placement_told_as_history_after_it_had_ended_has_a_row_only_if_a_notice_of_it_was_told() -> None:
    gone = placed(catch_up=True)
    ended = told("e", "placement-ended", on(70), placement="p")

    assert notices(gone, ended) == []
    assert [row["came"] for row in notices(gone)] == ["neither"], "it goes on: the silence is shown"
    assert [row["came"] for row in notices(gone, ended, home())] == ["only the home's"]


@pytest.mark.parametrize(
    ("told_of", "came"),
    [
        ([], "neither"),
        ([placing()], "only the placing authority's"),
        ([home()], "only the home's"),
        ([placing(), home()], "both"),
        ([placing(), placing(12, "g", notified_by="home")], "both"),
        ([placing(notified_by="home")], "only the home's"),
    ],
)
def test_what_came_from_one_side_only_is_shown_as_that(told_of: list[Message], came: str) -> None:
    [row] = notices(placed(), *told_of)

    assert (row["came"], row["since"]) == (came, on(10).isoformat())


@pytest.mark.parametrize(("days", "matched"), [(-7, True), (0, True), (7, True), (8, False), (-8, False)])
def test_a_notice_that_names_no_placement_is_of_one_that_began_within_seven_days(days: int, matched: bool) -> None:
    found = notices(placed(), home(10 + days))

    assert [row["came"] for row in found] == (["only the home's"] if matched else ["neither", "only the home's"])
    assert [row["home_on"] for row in found][-1] == on(10 + days).isoformat()


def test_a_notice_that_names_its_placement_is_of_that_one_however_late() -> None:
    first, second = notices(placed(), placed("q", 20), home(40, placement="p"))

    assert (first["came"], second["came"]) == ("only the home's", "neither")


def test_of_two_placements_close_together_the_notice_is_of_the_nearer() -> None:
    first, second = notices(placed(), placed("q", 15), home(14))

    assert (first["came"], second["came"]) == ("neither", "only the home's")


def test_two_notices_of_a_placement_that_was_not_told_are_one_row() -> None:
    [row] = notices(placing(9, placement="not held"), home(12))

    assert (row["since"], row["placement_type"], row["came"]) == (None, None, "both")


def test_the_first_notice_of_each_side_is_the_one_that_counts() -> None:
    [row] = notices(placed(), placing(9), placing(30, "again"), home(11), home(13, "again too"))

    assert (row["placing_authority_on"], row["home_on"]) == (on(9).isoformat(), on(11).isoformat())


@pytest.mark.parametrize(
    ("kind", "owes"),
    [
        ("K2", "yes"),
        ("K1", "yes"),
        ("residential", "unknown"),
        (UNKNOWN, "unknown"),
        (Masked("restricted"), "unknown"),
        ("U4", "no"),
        ("foster", "no"),
    ],
)
def test_only_a_childrens_home_owes_a_notice_of_its_own(kind: Any, owes: str) -> None:
    [row] = notices(placed(placement_type=kind), placing())

    assert row["home_owes_notice"] == owes


def test_the_intention_to_end_and_the_discharge_are_shown_with_their_placement() -> None:
    intended = told("t", "placement-termination-intended", on(60), placement="p", ends_on=UNKNOWN)
    ended = told("e", "placement-ended", on(70), placement="p")
    discharged = told("d", "home-discharge-notified", on(71))

    [row] = notices(placed(), intended, ended, discharged)

    assert (row["termination_intended_on"], row["meant_to_end_on"]) == (on(60).isoformat(), {"unknown": True})
    assert (row["left_on"], row["discharge_on"]) == (on(70).isoformat(), on(71).isoformat())


def test_a_discharge_is_of_the_placement_that_ended_about_then() -> None:
    first, second = notices(placed(), placed("q", 40), told("d", "home-discharge-notified", on(41)))

    assert (first["left_on"], first["discharge_on"]) == (on(40).isoformat(), on(41).isoformat())
    assert second["discharge_on"] is None


@pytest.mark.parametrize(
    ("said", "shown"),
    [({}, None), ({"at_a_distance": UNKNOWN}, {"unknown": True}), ({"at_a_distance": True}, True)],
    ids=["not told", "unknown", "told"],
)
def test_whether_it_was_approved_at_a_distance_is_shown_where_it_was_told(said: dict[str, Any], shown: object) -> None:
    earlier = told("b", "placement-approved", on(2), approved_by="one", at_a_distance=False)
    approved = told("a", "placement-approved", on(8), approved_by="one", **said)

    first, second = notices(placed("o", 5), placed(), earlier, approved, role=Role.RESPONSIBLE_AUTHORITY)

    assert (first["approved_at_a_distance"], second["approved_at_a_distance"]) == (False, shown)


def test_from_the_hub_host_and_placing_authority_both_see_which_notices_came() -> None:
    story = Story()
    story.tell(on(0), registered(effective_on=on(0)))
    story.tell(on(0), CareStarted(effective_on=on(0), legal_status="C2"))
    [placement] = story.tell(
        on(10),
        PlacementMade(effective_on=on(10), urgency="planned", placement_type="K2", area_authority=HAMPSHIRE),
    )
    host, own = f"{HAMPSHIRE}/host-authority", f"{DURHAM}/responsible-authority"
    notice = OutOfAreaPlacementNotified(effective_on=on(10), placement=placement, notified_by="placing-authority")
    story.tell(on(10), notice)
    assert [came(story, host), came(story, own)] == [["only the placing authority's"]] * 2

    admitted = HomeAdmissionNotified(effective_on=on(12), accommodated_under="order", placing_authority=DURHAM)
    story.tell(on(12), admitted, by=HAMPSHIRE)

    assert [came(story, host), came(story, own)] == [["both"], ["both"]]


def came(story: Story, desk: str) -> list[str]:
    held = story.picture(desk)
    assert held is not None
    return [r.body["came"] for r in rows(Role(desk.partition("/")[2]), held) if r.view == "placement-notices"]
