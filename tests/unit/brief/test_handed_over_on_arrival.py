"""Records that follow the child: who arrives is told what was in force, a place in a queue with its date (fieldwork 1635)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.events import (
    EventRetracted,
    Found,
    HealthNeedsFlagged,
    InformationGapFilled,
    InformationGapLogged,
    ServiceStatusChanged,
    SocialWorkerChanged,
    WentMissing,
)
from domain.feed import Told
from tests.support.facts import BEGAN, HOST, LOCAL, YOT, detained, in_care, placed, tellings
from tests.support.story import DURHAM, GATESHEAD, Story

WAITING_SINCE = BEGAN - timedelta(days=120)
REFERRED = BEGAN + timedelta(days=10)
MOVED = BEGAN + timedelta(days=60)


@pytest.fixture
def story() -> Story:
    """A child of Durham, in care, placed in Durham."""
    found = Story()
    in_care(found)
    found.tell(BEGAN, placed(BEGAN, DURHAM, postcode="DH1 1AA"))
    return found


def waits(on: date = REFERRED, status: str = "waiting", **details: Any) -> ServiceStatusChanged:
    """In the queue of the mental health service since before care began."""
    said = {"service": "camhs", "waiting_since": WAITING_SINCE, **details}
    return ServiceStatusChanged(effective_on=on, status=status, **said)


def moves(story: Story) -> None:
    """To the Isle of Wight: another local health body, another host."""
    story.tell(MOVED, placed(MOVED))


def services(story: Story, audience: str = LOCAL) -> list[tuple[Any, Any]]:
    """Services and their status, as the desk holds them."""
    return [(i.fields["service"], i.fields["status"]) for i in story.items(audience, "service-status-changed")]


@pytest.mark.parametrize("status", ["ended", "refused", "declined"])
def test_a_referral_that_came_to_its_end_is_not_handed_over(story: Story, status: str) -> None:
    story.tell(REFERRED, waits(), by="QHM")
    story.tell(REFERRED, waits(REFERRED + timedelta(days=20), status), by="QHM")

    moves(story)

    assert services(story) == []


def test_a_live_referral_is_handed_over_with_the_day_since_when_the_child_waits(story: Story) -> None:
    story.tell(REFERRED, waits(), by="QHM")

    moves(story)

    [item] = story.items(LOCAL, "service-status-changed")
    assert (item.fields["status"], item.fields["waiting_since"]) == ("waiting", WAITING_SINCE)
    assert all(told.catch_up and not told.notice for told in tellings(story, LOCAL, "service-status-changed"))


def test_of_each_service_the_last_word_is_handed_over_and_no_earlier_one(story: Story) -> None:
    story.tell(REFERRED, waits(), by="QHM")
    story.tell(REFERRED, waits(REFERRED + timedelta(days=5), "in-treatment"), by="QHM")
    story.tell(REFERRED, waits(REFERRED, service="speech-and-language"), by="QHM")

    moves(story)

    assert sorted(services(story)) == [("camhs", "in-treatment"), ("speech-and-language", "waiting")]


def test_a_service_of_the_strictest_class_is_not_handed_over_to_whom_it_may_not_be_told(story: Story) -> None:
    story.tell(REFERRED, waits(service="sexual-health"), by="QHM")

    moves(story)

    assert services(story) == []


def test_what_ends_after_the_move_is_handed_over_and_then_told_to_have_ended(story: Story) -> None:
    story.tell(REFERRED, waits(), by="QHM")
    moves(story)

    story.tell(MOVED, waits(MOVED + timedelta(days=3), "ended"), by="QRL")

    assert services(story) == [("camhs", "waiting"), ("camhs", "ended")]


def test_a_referral_of_before_the_move_that_is_told_late_is_handed_over_late(story: Story) -> None:
    moves(story)
    assert services(story) == []

    story.tell(MOVED + timedelta(days=9), waits(), by="QHM")

    assert services(story) == [("camhs", "waiting")]


def test_a_late_word_that_it_had_ended_takes_the_referral_back(story: Story) -> None:
    story.tell(REFERRED, waits(), by="QHM")
    moves(story)

    story.tell(MOVED + timedelta(days=9), waits(MOVED - timedelta(days=2), "ended"), by="QHM")

    assert services(story) == []


def test_the_word_before_stands_again_when_the_last_is_retracted(story: Story) -> None:
    story.tell(REFERRED, waits(), by="QHM")
    [ended] = story.tell(REFERRED, waits(REFERRED + timedelta(days=5), "ended"), by="QHM")
    moves(story)

    story.tell(MOVED, EventRetracted(effective_on=MOVED, retracts=ended, reason="wrong-child"), by="QHM")

    assert services(story) == [("camhs", "waiting")]


def test_a_host_learns_on_arrival_who_the_social_worker_is_and_not_who_it_was(story: Story) -> None:
    for day, name in ((BEGAN, "Invented Worker One"), (REFERRED, "Invented Worker Two")):
        story.tell(day, SocialWorkerChanged(effective_on=day, name=name, phone="01632 960100"))

    moves(story)

    assert [i.fields["name"] for i in story.items(HOST, "social-worker-changed")] == ["Invented Worker Two"]


def test_a_gap_that_is_still_open_is_handed_over_and_one_that_was_filled_is_not(story: Story) -> None:
    open_, filled = story.tell(
        REFERRED,
        InformationGapLogged(effective_on=REFERRED, about="immunisations"),
        InformationGapLogged(effective_on=REFERRED, about="family-history"),
        by="QHM",
    )
    before = MOVED - timedelta(days=1)
    story.tell(before, InformationGapFilled(effective_on=before, gap=filled), by="QHM")

    moves(story)

    # health may read the whole record of this class, so both are told; what is handed over as in force is the open one
    standing = story.disclosure.standings()
    [local] = [s for a, (_, s) in standing.items() if str(a) == LOCAL]
    assert open_ in local.in_force
    assert filled not in local.in_force


def test_a_child_who_is_missing_on_arrival_is_missing_to_the_new_host(story: Story) -> None:
    gone = MOVED - timedelta(days=1)
    [missing] = story.tell(gone, WentMissing(effective_on=gone, kind="M"))

    moves(story)
    assert len(story.items(HOST, "went-missing")) == 1

    story.tell(MOVED, Found(effective_on=MOVED, missing=missing))
    assert "withdrawn" not in story.kinds(HOST)
    assert len(story.items(HOST, "found")) == 1


def test_a_child_found_before_the_move_was_never_missing_to_the_new_host(story: Story) -> None:
    gone = MOVED - timedelta(days=9)
    [missing] = story.tell(gone, WentMissing(effective_on=gone, kind="M"))
    story.tell(gone, Found(effective_on=gone, missing=missing))

    moves(story)

    assert story.items(HOST, "went-missing") == []


def test_the_youth_offending_team_learns_of_health_needs_flagged_before_custody(story: Story) -> None:
    story.tell(REFERRED, HealthNeedsFlagged(effective_on=REFERRED, health_needs=True), by="QHM")

    story.tell(MOVED, detained(MOVED), by="yot-durham")

    assert [i.fields["health_needs"] for i in story.items(YOT, "health-needs-flagged")] == [True]


def test_who_was_there_before_is_told_as_it_happens_and_nothing_twice(story: Story) -> None:
    story.tell(REFERRED, waits(), by="QHM")
    story.tell(MOVED, placed(MOVED, GATESHEAD, postcode="NE8 1AA"))  # the same health body

    told = [t for m in story.messages("QHM/local-health") if isinstance(t := m.body, Told)]
    assert [t.item.topic for t in told].count("service-status-changed.v1") == 1
