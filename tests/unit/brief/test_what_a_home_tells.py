"""A children's home tells the authority of its area (CHR 2015 reg 41); its name must not tell what kind of home it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.events import (
    AddressProtected,
    GpRegistered,
    HomeAdmissionNotified,
    HomeDischargeNotified,
    PlacementEnded,
)
from domain.feed import Masked
from domain.history import _INDEXES, ADDRESSED
from tests.support.facts import BEGAN, HOST, LOCAL, OURS, closed, in_care, placed, tellings
from tests.support.story import DURHAM, WIGHT, Story

HOME = "home-example-1"
LEFT = BEGAN + timedelta(days=60)


@pytest.fixture
def story() -> Story:
    """A child of Durham, in care."""
    found = Story()
    in_care(found)
    return found


def admitted(**details: Any) -> HomeAdmissionNotified:
    said = {"home_name": "Invented House", "accommodated_under": "order", "placing_authority": DURHAM, **details}
    return HomeAdmissionNotified(effective_on=BEGAN, **said)


@pytest.mark.parametrize("kind", ["K1", "K2"])
def test_a_homes_name_is_withheld_from_the_host_whatever_kind_it_is(story: Story, kind: str) -> None:
    story.tell(BEGAN, placed(BEGAN, placement_type=kind))
    story.tell(BEGAN, admitted(), by=HOME)

    [notice] = story.items(HOST, "home-admission-notified")
    assert isinstance(notice.fields["home_name"], Masked)


def test_what_a_home_tells_reaches_the_host_as_a_notice_and_the_responsible_authority_in_full(story: Story) -> None:
    story.tell(BEGAN, placed(BEGAN))
    story.tell(BEGAN, admitted(), by=HOME)

    assert [told.notice for told in tellings(story, HOST, "home-admission-notified")] == [True]
    [ours] = story.items(OURS, "home-admission-notified")
    assert ours.fields["home_name"] == "Invented House"


def test_what_a_home_tells_tells_health_nothing_because_a_hospital_gives_no_such_notice(story: Story) -> None:
    story.tell(BEGAN, placed(BEGAN))
    story.tell(BEGAN, admitted(), by=HOME)

    assert story.items(LOCAL, "home-admission-notified") == []


def test_the_discharge_on_the_day_the_placement_ends_still_reaches_the_host(story: Story) -> None:
    [home] = story.tell(BEGAN, placed(BEGAN))
    story.tell(LEFT, PlacementEnded(effective_on=LEFT, placement=home))
    assert closed(story, HOST).ended_on == LEFT

    story.tell(LEFT, HomeDischargeNotified(effective_on=LEFT), by=HOME)

    assert len(story.items(HOST, "home-discharge-notified")) == 1


def test_an_address_that_names_no_placement_may_be_the_protected_one(story: Story) -> None:
    [home] = story.tell(BEGAN, placed(BEGAN, WIGHT))
    story.tell(BEGAN, GpRegistered(effective_on=BEGAN, practice="Invented Surgery", kind="permanent"), by="QRL")
    assert [i.fields["practice"] for i in story.items(LOCAL, "gp-registered")] == ["Invented Surgery"]

    story.tell(BEGAN, AddressProtected(effective_on=BEGAN, placement=home, ground="significant-harm"))

    [registered] = story.items(LOCAL, "gp-registered")
    assert isinstance(registered.fields["practice"], Masked)


def test_an_address_of_after_the_protected_placement_is_told(story: Story) -> None:
    [home] = story.tell(BEGAN, placed(BEGAN, WIGHT))
    story.tell(BEGAN, AddressProtected(effective_on=BEGAN, placement=home, ground="significant-harm"))
    story.tell(LEFT, placed(LEFT, WIGHT, address="9 Other Lane"))

    story.tell(LEFT, GpRegistered(effective_on=LEFT, practice="Invented Surgery", kind="permanent"), by="QRL")

    assert [i.fields["practice"] for i in story.items(LOCAL, "gp-registered")] == ["Invented Surgery"]


def test_an_address_told_while_the_placement_is_protected_is_withheld(story: Story) -> None:
    [home] = story.tell(BEGAN, placed(BEGAN, WIGHT))
    story.tell(BEGAN, AddressProtected(effective_on=BEGAN, placement=home, ground="significant-harm"))

    story.tell(LEFT, GpRegistered(effective_on=LEFT, practice="Invented Surgery", kind="permanent"), by="QRL")

    [registered] = story.items(LOCAL, "gp-registered")
    assert isinstance(registered.fields["practice"], Masked)


def test_every_event_that_may_tell_an_address_is_kept_in_mind() -> None:
    """The index of such facts and the list of such event types are one."""
    assert {name for name, index in _INDEXES.items() if index == "addressed"} == ADDRESSED
