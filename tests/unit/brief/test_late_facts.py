"""Late, back-dated and planned facts are normal: each takes effect on its own day, whenever the hub learnt of it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from domain.events import CareEnded, CareStarted, Event, PlacementEnded, PlacementRelabelled, Released
from domain.explain import explain
from domain.vocabulary import Audience
from tests.support.facts import (
    BEGAN,
    DEPARTING,
    HOST,
    LOCAL,
    OURS,
    VIRTUAL_SCHOOL,
    YOT,
    assessed,
    closed,
    detained,
    in_care,
    opened,
    placed,
    since,
    tellings,
)
from tests.support.story import DURHAM, GATESHEAD, WIGHT, Story, registered

MOVED, LATER, LEARNT = date(2024, 6, 10), date(2024, 7, 1), date(2024, 9, 2)
OTHER_HOST = f"{GATESHEAD}/host-authority"


# --- not told


def test_a_late_fact_about_a_time_that_has_passed_is_not_told_to_the_host_of_that_time(story: Story) -> None:
    """A late fact inside a closed period is shown to the responsible authority as not told."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(LATER, placed(LATER, GATESHEAD))
    before = story.feed_bytes(HOST)

    late = PlacementRelabelled(effective_on=date(2024, 6, 20), placement=home, placement_type="S1")
    [event_id] = story.tell(LEARNT, late)

    assert story.feed_bytes(HOST) == before
    assert len(story.items(OURS, "placement-relabelled")) == 1
    why = explain(story.disclosure, event_id, Audience.parse(HOST))
    assert (why.told, why.summary) == (False, "Not told: its relationship had ended.")


def test_a_placement_that_was_over_before_the_hub_learnt_of_it_opens_no_host(story: Story) -> None:
    """Only relationships open at the as-at date open; no notice for what has ended."""
    in_care(story)
    story.tell(LATER, placed(LATER, GATESHEAD))

    story.tell(LEARNT, placed(MOVED, WIGHT))

    assert not {HOST, LOCAL} & set(story.audiences())
    assert len(story.items(OURS, "placement-made")) == 2


def test_a_whole_period_of_care_learnt_after_it_ended_opens_nobody(story: Story) -> None:
    """The return comes up to 15 months late: it loads history."""
    stay = [placed(MOVED, WIGHT), CareEnded(effective_on=LATER, reason="E4A")]

    story.tell(LEARNT, registered(), CareStarted(effective_on=BEGAN, legal_status="V2"), *stay)

    assert story.audiences() == [OURS]
    assert {"care-started", "care-ended", "placement-made"} <= {k.partition(" ")[2] for k in story.kinds(OURS)}


def test_custody_that_was_over_before_the_hub_learnt_of_it_opens_no_yot_but_the_authority_is_told(story: Story) -> None:
    """Custody workers need to know while they hold the child; the authority needs to know in any case."""
    in_care(story)

    story.tell(LEARNT, detained(MOVED), Released(effective_on=LATER), by=DURHAM)

    assert YOT not in story.audiences()
    assert "notice custody-entered" in story.kinds(OURS)


# --- back-dated


def test_an_emergency_placement_told_within_five_working_days_counts_from_its_own_day(story: Story) -> None:
    """Written notice before; in an emergency within 5 working days of the start (CPR 13(1))."""
    in_care(story)

    story.tell(MOVED + timedelta(days=5), placed(MOVED, WIGHT, urgency="emergency"))

    assert opened(story, HOST).since == MOVED
    [telling] = tellings(story, HOST, "placement-made")
    assert telling.notice
    assert not telling.catch_up


def test_a_move_learnt_late_closes_the_old_host_on_the_day_of_the_move(story: Story) -> None:
    """`effective_on`, when it was so; `recorded_at`, when the hub learnt it."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(LEARNT, placed(LATER, GATESHEAD))

    assert closed(story, HOST).ended_on == LATER
    assert story.messages(HOST)[-1].recorded_on == LEARNT
    assert opened(story, OTHER_HOST).since == LATER


def test_a_departure_learnt_late_is_still_told_to_the_body_that_was_left(story: Story) -> None:
    """A place in a waiting queue is lost at each move (F 1635)."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(LEARNT, placed(LEARNT - timedelta(days=20), GATESHEAD))

    assert opened(story, DEPARTING).since == LEARNT - timedelta(days=20)


def test_an_assessment_learnt_late_reaches_those_who_stand_by_the_child_now(story: Story) -> None:
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(LEARNT, assessed(BEGAN), by="QHM")

    assert len(story.items(LOCAL, "health-assessment-completed")) == 1


def test_an_end_told_for_the_day_of_the_move_and_learnt_with_it_still_reaches_the_old_host(story: Story) -> None:
    """Termination: written notice to the area authority (CPR 14)."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    seen = len(story.messages(HOST))

    story.tell(LEARNT, PlacementEnded(effective_on=LATER, placement=home), placed(LATER, GATESHEAD))

    assert since(story, HOST, seen) == ["notice placement-ended", "closed"]


# --- planned


def test_a_planned_move_opens_the_next_host_before_its_day_and_keeps_the_old_one_until_then(story: Story) -> None:
    """Placement: written notice before; proposal, approval, effect and end of a placement are different events."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(LATER, placed(LATER + timedelta(days=7), GATESHEAD))

    assert "notice placement-made" in story.kinds(OTHER_HOST)
    assert opened(story, OTHER_HOST).since == LATER + timedelta(days=7)
    assert "closed" not in story.kinds(HOST)
    story.clock(LATER + timedelta(days=6))
    assert "closed" not in story.kinds(HOST)
    story.clock(LATER + timedelta(days=7))
    assert story.kinds(HOST)[-1] == "closed"
    assert closed(story, HOST).ended_on == LATER + timedelta(days=7)


def test_a_planned_move_called_off_before_its_day_never_was(story: Story) -> None:
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))
    ids = story.tell(LATER, placed(LATER + timedelta(days=7), GATESHEAD))

    story.tell(LATER, placed(LATER + timedelta(days=7), WIGHT), ids=ids)

    assert closed(story, OTHER_HOST).never
    assert story.held(OTHER_HOST) == {}
    assert "closed" not in story.kinds(HOST)


def test_the_clock_that_finds_nothing_to_do_records_nothing(story: Story) -> None:
    in_care(story)
    entries = len(story.entries)

    assert not story.clock(BEGAN + timedelta(days=1))

    assert len(story.entries) == entries


# --- the order of arrival


def test_what_a_desk_is_entitled_to_does_not_depend_on_the_order_of_arrival(story: Story, twin: Story) -> None:
    """`entitled` is what a new recipient would be told now: it does not depend on the order of arrival."""
    facts: list[Event] = [placed(MOVED, WIGHT), placed(LATER, GATESHEAD), assessed(BEGAN), detained(LATER)]
    numbered = [(UUID(int=n), fact) for n, fact in enumerate(facts)]
    for told, order in ((story, numbered), (twin, numbered[::-1])):
        in_care(told)
        for event_id, fact in order:
            told.tell(LEARNT, fact, ids=[event_id])

    for desk in (OURS, OTHER_HOST, VIRTUAL_SCHOOL, YOT, "QHM/local-health"):
        assert entitled(story, desk)
        assert entitled(story, desk) == entitled(twin, desk)


def entitled(story: Story, desk: str) -> dict[str, dict[str, object]]:
    """What a desk is entitled to, but for the findings: those are about what the hub knew when it recorded a fact."""
    items = story.entitled(desk).items()
    return {name: {f: v for f, v in item.fields.items() if f != "findings"} for name, item in items}
