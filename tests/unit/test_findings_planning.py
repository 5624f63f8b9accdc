"""What was to be done first, or said, and was not: told to the responsible authority, never a ground to refuse a true fact."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.events import (
    CareEnded,
    DisputeClosed,
    DisputeOpened,
    Event,
    Excluded,
    ExclusionProvisionStarted,
    PlacementApproved,
    PlacementEnded,
    PlacementTerminationIntended,
    ResponsibleAuthorityChanged,
    SchoolLeft,
    SchoolStarted,
    ServiceStatusChanged,
)
from domain.vocabulary import UNKNOWN
from tests.support.facts import BEGAN, in_care, placed
from tests.support.story import DURHAM, GATESHEAD, Story

MOVED = BEGAN + timedelta(days=40)
LATER = BEGAN + timedelta(days=60)


@pytest.fixture
def story() -> Story:
    """A child of Durham, in care, placed in Durham."""
    found = Story()
    in_care(found)
    found.tell(BEGAN, placed(BEGAN, DURHAM))
    return found


def found(story: Story, event: Event, on: date = LATER, by: str = DURHAM) -> tuple[str, ...]:
    """What is found wrong with this event."""
    [said] = story.tell(on, event, by=by)
    return next(entry.findings for entry in story.entries if entry.event_id == said)


def test_a_time_in_care_that_starts_on_a_temporary_placement_is_found() -> None:
    story = Story()
    in_care(story)

    assert found(story, placed(BEGAN, DURHAM, placement_type="T1")) == ("temporary-at-start",)


def test_care_that_ends_while_the_child_is_temporarily_elsewhere_is_found(story: Story) -> None:
    story.tell(MOVED, placed(MOVED, DURHAM, placement_type="T2"))

    assert found(story, CareEnded(effective_on=LATER, reason="E4A")) == ("temporary-at-end",)


def test_a_carers_absence_of_more_than_a_week_is_found(story: Story) -> None:
    [away] = story.tell(MOVED, placed(MOVED, DURHAM, placement_type="T4"))

    ended = PlacementEnded(effective_on=MOVED + timedelta(days=8), placement=away)
    assert found(story, ended) == ("temporary-too-long",)


def test_a_move_while_a_dispute_is_open_is_found(story: Story) -> None:
    story.tell(MOVED, DisputeOpened(effective_on=MOVED, about="placement-choice", raised_by="reviewing-officer"))

    assert found(story, placed(LATER, DURHAM, postcode="ZZ1 1AA")) == ("moved-during-dispute",)


def test_a_move_after_the_dispute_was_closed_fits(story: Story) -> None:
    [dispute] = story.tell(
        MOVED, DisputeOpened(effective_on=MOVED, about="placement-choice", raised_by="reviewing-officer")
    )
    closed = MOVED + timedelta(days=3)
    story.tell(closed, DisputeClosed(effective_on=closed, dispute=dispute, outcome="withdrawn"))

    assert found(story, placed(LATER, DURHAM, postcode="ZZ1 1AA")) == ()


@pytest.mark.parametrize(
    ("office", "distance", "consulted", "interests", "expected"),
    [
        ("nominated-officer", True, True, True, ("not-approved-by-director",)),
        ("director", True, UNKNOWN, True, ("host-not-consulted",)),
        ("nominated-officer", False, False, True, ("host-not-consulted",)),
        ("director", True, True, UNKNOWN, ("interests-not-shown",)),
        ("director", True, True, True, ()),
        ("nominated-officer", False, True, True, ()),
    ],
)
def test_an_approval_shows_who_gave_it_and_of_what_they_were_satisfied(
    story: Story, office: str, distance: bool, consulted: bool, interests: bool, expected: tuple[str, ...]
) -> None:
    approved = PlacementApproved(
        effective_on=LATER,
        approved_by=office,
        best_interests=interests,
        at_a_distance=distance,
        host_consulted=consulted,
    )

    assert found(story, approved) == expected


@pytest.mark.parametrize(("reviewed", "expected"), [(False, 1), (UNKNOWN, 1), (True, 0)])
def test_a_placement_meant_to_end_is_reviewed_first(story: Story, reviewed: bool, expected: int) -> None:
    [placement] = story.tell(MOVED, placed(MOVED, DURHAM, postcode="ZZ1 1AA"))
    intended = PlacementTerminationIntended(
        effective_on=LATER, placement=placement, ends_on=UNKNOWN, reviewed_first=reviewed
    )

    assert found(story, intended) == ("not-reviewed-first",) * expected


def waiting(on: date, since: object, status: str = "waiting") -> ServiceStatusChanged:
    """In the queue of the mental health service."""
    return ServiceStatusChanged(effective_on=on, service="camhs", status=status, waiting_since=since)  # type: ignore[arg-type]


@pytest.mark.parametrize("since", [LATER, UNKNOWN, None])
def test_a_place_in_the_queue_that_was_not_carried_along_is_found(story: Story, since: object) -> None:
    story.tell(MOVED, waiting(MOVED, BEGAN), by="QHM")

    assert found(story, waiting(LATER, since), by="QRL") == ("queue-place-lost",)


def test_a_place_in_the_queue_that_was_carried_along_fits(story: Story) -> None:
    story.tell(MOVED, waiting(MOVED, BEGAN), by="QHM")

    assert found(story, waiting(LATER, BEGAN), by="QRL") == ()


def test_who_waits_again_after_treatment_has_lost_no_place(story: Story) -> None:
    story.tell(BEGAN, waiting(BEGAN, BEGAN), by="QHM")
    story.tell(MOVED, waiting(MOVED, None, "ended"), by="QHM")

    assert found(story, waiting(LATER, LATER), by="QRL") == ()


def school(on: date, year: str, reason: object = None) -> SchoolStarted:
    return SchoolStarted(effective_on=on, school_name="Invented School", year_group=year, reason=reason)  # type: ignore[arg-type]


def test_a_school_change_in_the_examination_years_wants_a_reason(story: Story) -> None:
    [first] = story.tell(BEGAN, school(BEGAN, "10"))

    assert found(story, SchoolLeft(effective_on=MOVED, started=first, year_group="10")) == ("reason-not-given",)
    assert found(story, school(LATER, "8")) == ()


def test_the_first_school_on_record_is_no_change_of_school(story: Story) -> None:
    assert found(story, school(BEGAN, "11")) == ()
    assert found(story, school(LATER, "11")) == ("reason-not-given",)
    assert found(story, school(LATER, "11", "placement-moved")) == ()


@pytest.mark.parametrize(("spoken_to", "expected"), [(False, 1), (UNKNOWN, 1), (True, 0)])
def test_the_authority_is_spoken_to_before_a_child_is_excluded(story: Story, spoken_to: bool, expected: int) -> None:
    excluded = Excluded(effective_on=LATER, kind="suspension", days=2, authority_spoken_to=spoken_to)

    assert found(story, excluded) == ("authority-not-spoken-to",) * expected


@pytest.mark.parametrize(("day", "expected"), [(1, ()), (2, ("provision-late",)), (6, ("provision-late",))])
def test_education_during_an_exclusion_is_wanted_from_the_first_day(
    story: Story, day: int, expected: tuple[str, ...]
) -> None:
    excluded = Excluded(effective_on=MOVED, kind="suspension", days=9, authority_spoken_to=True)
    [exclusion] = story.tell(MOVED, excluded)

    started = ExclusionProvisionStarted(effective_on=LATER, exclusion=exclusion, day=day)
    assert found(story, started) == expected


def test_a_change_to_the_authority_that_is_responsible_already_is_found(story: Story) -> None:
    again = ResponsibleAuthorityChanged(effective_on=LATER, authority=DURHAM, ground="agreement")

    assert found(story, again) == ("already-responsible",)
    assert found(story, ResponsibleAuthorityChanged(effective_on=LATER, authority=GATESHEAD, ground="agreement")) == ()
