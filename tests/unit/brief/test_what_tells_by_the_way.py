"""What a desk may not know does not show in what it is told beside it: each case was once a leak, found by trying."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest

from domain.events import (
    CareEnded,
    Event,
    EventCorrected,
    EventRetracted,
    GpRegistered,
    HealthProfessionalNamed,
    HealthYearReported,
    LongTermResidenceBegan,
    OutcomeRecorded,
    PlacementEnded,
    Remanded,
    ResponsibleAuthorityChanged,
    ResponsibleCommissionerDetermined,
    SchoolStarted,
    ServiceStatusChanged,
)
from domain.feed import Masked, Status
from domain.forms import Refused
from domain.vocabulary import UNKNOWN
from tests.support.facts import (
    BEGAN,
    DEPARTING,
    HOST,
    ORIGINATING,
    VIRTUAL_SCHOOL,
    detained,
    in_care,
    opened,
    placed,
    tellings,
)
from tests.support.story import DURHAM, GATESHEAD, HAMPSHIRE, SCHOOL, WIGHT, Story, registered

MOVED = BEGAN + timedelta(days=40)
LATER = BEGAN + timedelta(days=60)


@pytest.fixture
def story() -> Story:
    """A child of Durham, in care."""
    found = Story()
    in_care(found)
    return found


def told(*parts: tuple[date, Event, str]) -> Story:
    """A child of Durham in care, and these facts, each recorded on its day by somebody."""
    story = Story()
    in_care(story)
    for on, event, by in parts:
        story.tell(on, event, by=by, ids=[uuid5(NAMESPACE_OID, repr(event))])
    return story


def same(one: Story, other: Story, *audiences: str) -> None:
    for audience in audiences:
        assert one.feed_bytes(audience) == other.feed_bytes(audience), audience


# --- nobody opens a desk of its own


@pytest.mark.parametrize(
    ("event", "by"),
    [
        (ResponsibleCommissionerDetermined(effective_on=LATER, health_body="QRL"), "QRL"),
        (LongTermResidenceBegan(effective_on=LATER, ordinary_residence=WIGHT, accommodated_by="health"), WIGHT),
        (SchoolStarted(effective_on=LATER, school_name="Invented", school=SCHOOL), SCHOOL),
        (SchoolStarted(effective_on=LATER, school_name="Invented", school="school-example-2"), SCHOOL),
    ],
)
def test_an_agency_does_not_open_a_desk_of_its_own(story: Story, event: Event, by: str) -> None:
    before = story.audiences()

    with pytest.raises(Refused):
        story.tell(LATER, event, by=by)

    assert story.audiences() == before


def test_what_a_school_reports_without_a_code_closes_no_other_schools_desk(story: Story) -> None:
    story.tell(MOVED, SchoolStarted(effective_on=MOVED, school_name="Invented", school=SCHOOL))

    story.tell(LATER, SchoolStarted(effective_on=LATER, school_name="Another"), by="school-example-2")

    assert "closed" not in story.kinds(f"{SCHOOL}/school")


# --- adoption


@pytest.mark.parametrize("area", [GATESHEAD, WIGHT])
def test_what_lies_near_the_adopters_is_told_to_nobody_who_may_not_know_of_them(story: Story, area: str) -> None:
    story.tell(BEGAN, placed(BEGAN, DURHAM))
    story.tell(MOVED, placed(MOVED, area, placement_type="A5"))
    seen = {audience: len(story.messages(audience)) for audience in story.audiences()}

    story.tell(LATER, GpRegistered(effective_on=LATER, practice="Invented near them", kind="permanent"), by="QHM")
    named = HealthProfessionalNamed(
        effective_on=LATER, function="health-visitor", name="Invented", phone="01632 960101"
    )
    story.tell(LATER, named, by="QHM")
    story.tell(LATER, SchoolStarted(effective_on=LATER, school_name="Invented near them", school=SCHOOL))

    ours = f"{DURHAM}/responsible-authority"
    assert {a: len(story.messages(a)) for a in story.audiences() if a != ours} == {
        a: n for a, n in seen.items() if a != ours
    }


def test_a_move_to_adopters_opens_no_departing_desk(story: Story) -> None:
    story.tell(BEGAN, placed(BEGAN, WIGHT))
    story.tell(MOVED, placed(MOVED, GATESHEAD, placement_type="A5"))

    assert DEPARTING not in story.audiences()


def test_a_planned_adoption_does_not_show_in_the_ordinary_placement_before_it() -> None:
    planned = (MOVED, placed(LATER + timedelta(days=30), GATESHEAD, placement_type="A5"), DURHAM)
    made = (LATER, placed(LATER, WIGHT), DURHAM)

    same(told(made), told(planned, made), HOST, ORIGINATING, VIRTUAL_SCHOOL)


def test_words_corrected_into_hidden_ones_are_taken_back_like_words_that_never_were() -> None:
    one, other = Story(), Story()
    for story in (one, other):
        in_care(story)
        [home] = story.tell(MOVED, placed(MOVED, DURHAM))
        hidden = placed(MOVED, DURHAM, placement_type="A5")
        correction: Event = EventCorrected(effective_on=LATER, corrects=home, replacement=hidden)
        retraction: Event = EventRetracted(effective_on=LATER, retracts=home, reason="wrong-child")
        story.tell(LATER, correction if story is one else retraction)
    assert [m.body for m in one.messages(ORIGINATING)][-1] == [m.body for m in other.messages(ORIGINATING)][-1]


# --- short breaks, remand, plans


def test_a_short_break_that_is_over_leaves_no_departing_desk() -> None:
    story = Story()
    in_care(story, "V4")
    [home] = story.tell(BEGAN, placed(BEGAN, DURHAM))
    over = BEGAN + timedelta(days=2)
    story.tell(over, PlacementEnded(effective_on=over, placement=home), CareEnded(effective_on=over, reason="E8"))

    assert [a for a in story.audiences() if a.endswith("departing-health")] == []


def test_the_director_of_ordinary_residence_is_not_told_of_a_remand() -> None:
    resident = f"{GATESHEAD}/ordinary-residence-authority"
    stories = []
    for remanded in (True, False):
        story = Story()
        story.tell(BEGAN, registered(effective_on=BEGAN))
        if remanded:
            story.tell(MOVED, Remanded(effective_on=MOVED, remand_to="local-authority"), by="yot-durham")
        began = LongTermResidenceBegan(effective_on=LATER, ordinary_residence=GATESHEAD, accommodated_by="health")
        story.tell(LATER, began, by="QHM", ids=[uuid5(NAMESPACE_OID, repr(began))])
        stories.append(story)

    same(stories[0], stories[1], resident)
    assert opened(stories[0], resident).looked_after is Status.NO


def test_school_within_a_secure_establishment_closes_no_desk_outside(story: Story) -> None:
    story.tell(MOVED, SchoolStarted(effective_on=MOVED, school_name="Invented", school=SCHOOL))

    story.tell(LATER, SchoolStarted(effective_on=LATER, school_name="Invented Unit", kind="secure-establishment"))

    assert "closed" not in story.kinds(f"{SCHOOL}/school")


def test_who_is_to_become_responsible_learns_of_the_child_on_the_day_and_not_before(story: Story) -> None:
    handover = LATER + timedelta(days=90)
    story.tell(LATER, ResponsibleAuthorityChanged(effective_on=handover, authority=GATESHEAD, ground="agreement"))
    assert [a for a in story.audiences() if a.startswith(GATESHEAD)] == []

    story.clock(handover)
    assert {f"{GATESHEAD}/responsible-authority", f"{GATESHEAD}/virtual-school"} <= set(story.audiences())


# --- names, kinds and empty items


def test_the_name_of_a_home_of_unknown_kind_is_withheld(story: Story) -> None:
    story.tell(MOVED, placed(MOVED, WIGHT, placement_type=UNKNOWN))

    [home] = story.items(HOST, "placement-made")
    assert isinstance(home.fields["home_name"], Masked)


def test_where_health_accommodates_is_for_the_director_of_ordinary_residence_alone(story: Story) -> None:
    story.tell(BEGAN, placed(BEGAN, WIGHT))
    began = LongTermResidenceBegan(
        effective_on=MOVED, ordinary_residence=GATESHEAD, accommodated_by="health", home_name="Invented Hospital"
    )
    story.tell(MOVED, began, by="QHM")

    [host] = story.items(HOST, "long-term-residence-began")
    [director] = story.items(f"{GATESHEAD}/ordinary-residence-authority", "long-term-residence-began")
    assert isinstance(host.fields["home_name"], Masked)
    assert (director.fields["home_name"], director.fields["accommodated_by"]) == ("Invented Hospital", "health")


def test_an_event_that_says_only_what_may_not_be_told_is_not_told(story: Story) -> None:
    story.tell(MOVED, HealthYearReported(effective_on=MOVED, substance_misuse=True))
    assert story.items(ORIGINATING, "health-year-reported") == []

    story.tell(MOVED, HealthYearReported(effective_on=MOVED, teeth_checked=True, substance_misuse=True))
    assert len(story.items(ORIGINATING, "health-year-reported")) == 1


# --- and what must be told


def test_the_body_the_child_left_hands_over_the_last_word_of_the_day_of_the_move(story: Story) -> None:
    def said(on: date, status: str, **details: Any) -> ServiceStatusChanged:
        return ServiceStatusChanged(effective_on=on, service="camhs", status=status, **details)

    story.tell(BEGAN, placed(BEGAN, WIGHT))
    story.tell(MOVED, said(MOVED, "waiting", waiting_since=BEGAN), by="QRL")
    story.tell(LATER, placed(LATER, HAMPSHIRE))
    story.tell(LATER, said(LATER, "in-treatment"), by="QRL")

    assert [i.fields["status"] for i in story.items(DEPARTING, "service-status-changed")] == ["in-treatment"]


def test_a_new_home_team_is_told_of_the_custody_that_it_takes_over(story: Story) -> None:
    story.tell(MOVED, detained(MOVED), by="yot-durham")
    story.tell(LATER, ResponsibleAuthorityChanged(effective_on=LATER, authority=WIGHT, ground="agreement"))

    assert len(story.items("yot-isle-of-wight/home-yot", "custody-entered")) == 1


def test_the_youth_offending_team_is_told_the_outcome_that_ends_its_part() -> None:
    story = Story()
    story.tell(BEGAN, registered(effective_on=BEGAN))
    story.tell(MOVED, Remanded(effective_on=MOVED, remand_to="local-authority"), by="yot-durham")
    story.tell(LATER, OutcomeRecorded(effective_on=LATER, outcome="acquitted"), by="yot-durham")

    assert len(tellings(story, "yot-durham/home-yot", "outcome-recorded")) == 1
