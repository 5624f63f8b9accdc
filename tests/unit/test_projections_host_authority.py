"""What a host authority sees of children placed in its area: what is not shown first, then each row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.events import AddressProtected, CareStarted, DetailsCorrected, PlacementMade, PlacementRelabelled
from domain.feed import Masked, Status
from domain.picture import Picture
from domain.vocabulary import UNKNOWN, Role
from projections.host_authority import counts
from projections.reading import as_json
from projections.views import rows
from tests.support.messages import DAY, closed, on, opened, picture, told
from tests.support.story import DURHAM, HAMPSHIRE, Story, registered

HOST = f"{HAMPSHIRE}/host-authority"


def view(of: Picture | None, name: str) -> list[dict[str, Any]]:
    assert of is not None
    return [dict(r.body) for r in rows(Role.HOST_AUTHORITY, of) if r.view == name]


def placed(**changes: Any) -> PlacementMade:
    given: dict[str, Any] = {
        "effective_on": DAY,
        "urgency": "planned",
        "placement_type": "U4",
        "area_authority": HAMPSHIRE,
        "address": "1 Invented Street",
        "postcode": "ZZ1 1AA",
    }
    return PlacementMade(**{**given, **changes})


@pytest.fixture
def story() -> Story:
    """A child of Durham, looked after by agreement, placed in Hampshire on the first day."""
    made = Story()
    made.tell(DAY, registered(effective_on=DAY))
    made.tell(DAY, CareStarted(effective_on=DAY, legal_status="V2"))
    made.tell(DAY, placed(), ids=[made.new_id()])
    return made


def test_no_child_is_shown_before_any_relationship() -> None:
    assert view(picture(told("a", "placement-made")), "children") == []


def test_a_child_who_left_is_a_departure_and_no_longer_placed_here(story: Story) -> None:
    story.tell(on(9), placed(effective_on=on(9), area_authority=DURHAM))

    now = story.picture(HOST)

    assert view(now, "children") == []
    [gone] = view(now, "departures")
    assert (gone["since"], gone["ended_on"], gone["never_existed"]) == (DAY.isoformat(), on(9).isoformat(), False)
    [came] = view(now, "arrivals")
    assert came["ended_on"] == on(9).isoformat()


def test_a_relationship_that_never_existed_is_shown_as_such_and_counted_on_no_day() -> None:
    now = picture(opened(), closed(DAY, never=True))

    assert [row["never_existed"] for row in view(now, "departures")] == [True]
    assert counts([now], DAY, 2)[0].value == 0


def test_a_protected_address_is_masked_with_its_ground_and_nothing_else_changes(story: Story) -> None:
    [before] = view(story.picture(HOST), "children")
    story.tell(on(2), AddressProtected(effective_on=on(2), ground="adoption"))

    [after] = view(story.picture(HOST), "children")

    masked = {"masked": "protected"}
    assert after == {**before, "living": {**before["living"], "address": masked, "postcode": masked}}


@pytest.mark.parametrize(
    ("told_of_address", "shown"),
    [
        ({"address": "1 Invented Street"}, "1 Invented Street"),
        ({"address": Masked("protected")}, {"masked": "protected"}),
        ({"address": UNKNOWN}, {"unknown": True}),
        ({}, None),
    ],
    ids=["value", "masked", "unknown", "not told"],
)
def test_an_address_is_in_one_of_four_states(told_of_address: dict[str, Any], shown: object) -> None:
    now = picture(opened(), told("a", "placement-made", placement_type="U4", **told_of_address))

    [child] = view(now, "children")

    assert child["living"]["address"] == shown


def test_a_child_placed_here_with_whose_it_is_and_whom_to_ring(story: Story) -> None:
    [child] = view(story.picture(HOST), "children")

    assert child["identity"]["given_name"] == "Invented-Otter"
    assert child["ring"]["authority"] == DURHAM
    assert child["ring"]["contacts"], "somebody to ring"
    assert child["since"] == DAY.isoformat()
    assert (child["looked_after"], child["legal_status"]) == ("yes", "looked-after"), "V2, but a host may not see J1"
    assert child["living"] == {
        "placement_type": "foster",
        "area": HAMPSHIRE,
        "address": "1 Invented Street",
        "postcode": "ZZ1 1AA",
        "home_name": None,
        "since": DAY.isoformat(),
        "ended_on": None,
    }


def test_a_corrected_name_is_the_name(story: Story) -> None:
    story.tell(on(3), DetailsCorrected(effective_on=on(3), given_name="Invented-Heron"))

    [child] = view(story.picture(HOST), "children")

    assert (child["identity"]["given_name"], child["identity"]["family_name"]) == (
        "Invented-Heron",
        "Example-Seventeen",
    )


def test_a_holiday_is_no_move(story: Story) -> None:
    story.tell(on(3), placed(effective_on=on(3), placement_type="T2", address="a holiday"))

    [child] = view(story.picture(HOST), "children")

    assert child["living"]["address"] == "1 Invented Street"


def test_a_new_label_changes_the_kind_of_placement_and_not_its_first_day(story: Story) -> None:
    [placement] = [e.event_id for e in story.entries if isinstance(e.event, PlacementMade)]
    story.tell(on(5), PlacementRelabelled(effective_on=on(5), placement=placement, placement_type="P1"))

    [child] = view(story.picture(HOST), "children")

    assert (child["living"]["placement_type"], child["living"]["since"]) == ("P1", DAY.isoformat())


def test_the_notice_of_a_placement_waits_for_an_acknowledgement(story: Story) -> None:
    assert [(n["what"], n["recorded_on"]) for n in view(story.picture(HOST), "notices")] == [
        ("placement-made", DAY.isoformat())
    ]


def test_history_told_as_such_asks_for_no_acknowledgement() -> None:
    late = picture(opened(), told("a", "placement-made", catch_up=True))

    assert view(late, "notices") == []


@pytest.mark.parametrize(("as_at", "number"), [(on(-1), 0), (DAY, 2), (on(4), 2), (on(5), 1), (date(2030, 1, 1), 1)])
def test_a_count_is_of_a_day_and_says_what_it_counts(as_at: date, number: int) -> None:
    stays = picture(opened())
    leaves = picture(opened(), closed(on(5)), opened(since=date(2031, 1, 1)))

    [figure] = counts([stays, leaves], as_at, known_at=4)

    assert (figure.value, figure.as_at, figure.known_at) == (number, as_at, 4)
    assert "The day of arrival counts, the day of leaving does not" in figure.definition


def test_a_child_who_came_twice_is_one_child() -> None:
    twice = picture(opened(), closed(on(3)), opened(since=on(2)))

    assert counts([twice], on(2), 3)[0].value == 1


def test_a_child_is_missing_until_it_is_found() -> None:
    gone = told("m", "went-missing", on(3), kind="missing")
    back = told("f", "found", on(4), missing="m")

    assert view(picture(opened(), gone), "children")[0]["missing_since"] == on(3).isoformat()
    assert view(picture(opened(), gone, back), "children")[0]["missing_since"] is None


def test_a_row_is_json_through_and_through() -> None:
    assert as_json((Status.YES, DAY, UNKNOWN, Masked("held elsewhere"), None, True, 3)) == [
        "yes",
        DAY.isoformat(),
        {"unknown": True},
        {"masked": "held elsewhere"},
        None,
        True,
        3,
    ]
