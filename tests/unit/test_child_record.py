"""The aggregate decides what a submission adds to a stream, and changes nothing by deciding."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.child_record import ChildRecord
from domain.events import (
    ChildRegistered,
    ContextChanged,
    Event,
    EventCorrected,
    EventRetracted,
    IdentifierAdded,
    NoticeAcknowledged,
    RecordsLinked,
    ReportReceived,
)
from domain.forms import Refused
from domain.submission import Intended
from tests.support.facts import BEGAN, agreed, assessed, detained, in_care, placed
from tests.support.story import CHILD, DURHAM, WIGHT, Story, registered

MOVED, LATER = date(2024, 6, 10), date(2024, 7, 1)


# --- refusals


def test_a_registered_child_is_not_registered_again(story: Story) -> None:
    in_care(story)

    with pytest.raises(Refused, match="type: this child is registered"):
        story.tell(LATER, registered(local_id="900099"))


@pytest.mark.parametrize(
    "event",
    [
        ContextChanged(effective_on=MOVED, policy="x", register="y"),
        ReportReceived(effective_on=MOVED, addressed_to=DURHAM),
    ],
)
def test_what_the_hub_records_itself_is_taken_from_nobody(story: Story, event: ContextChanged | ReportReceived) -> None:
    in_care(story)

    with pytest.raises(Refused, match="type: is recorded by the hub itself"):
        story.tell(MOVED, event)


def test_an_agency_the_register_does_not_know_reports_nothing(story: Story) -> None:
    in_care(story)

    with pytest.raises(Refused, match="is reported by"):
        story.tell(MOVED, detained(MOVED), by="yot-nowhere")


def test_a_correction_of_an_unknown_event_is_refused(story: Story) -> None:
    in_care(story)
    wrong = EventCorrected(effective_on=LATER, corrects=UUID(int=1), replacement=placed(MOVED))

    with pytest.raises(Refused, match="corrects: names no Event"):
        story.tell(LATER, wrong)


def test_only_the_responsible_authority_may_say_that_a_report_is_about_its_child(story: Story) -> None:
    in_care(story)

    with pytest.raises(Refused, match="type: records-linked is reported by responsible"):
        story.tell(LATER, RecordsLinked(effective_on=LATER, report=UUID(int=1)), by=WIGHT)


def test_a_refused_decision_leaves_nothing_behind(story: Story) -> None:
    in_care(story)
    assert story.record is not None
    version, facts = story.record.version, dict(story.record.history.facts)

    with pytest.raises(Refused):
        story.tell(LATER, placed(LATER), placed(LATER, "E99999999"))

    assert story.record.version == version
    assert story.record.history.facts == facts


# --- deciding


def test_deciding_changes_nothing_and_deciding_again_says_the_same(story: Story) -> None:
    """A decision that could not be stored leaves nothing behind and is simply taken again."""
    in_care(story)
    assert story.record is not None
    desk = story.desk(DURHAM, MOVED)
    intended = [Intended(UUID(int=1), placed(MOVED)), Intended(UUID(int=2), assessed(MOVED))]

    first = story.record.decide(intended, desk)

    assert story.record.version == first[0].originator_version - 1
    assert story.record.decide(intended, desk) == first


def test_a_new_record_gets_the_documents_in_force_right_after_its_first_entry() -> None:
    story = Story()
    desk = story.desk(DURHAM, BEGAN)

    entries = ChildRecord(CHILD).decide([Intended(UUID(int=1), registered())], desk)

    assert [type(e.event) for e in entries] == [ChildRegistered, ContextChanged]
    assert [e.originator_version for e in entries] == [1, 2]


def test_entries_of_one_submission_are_marked_as_continuing_but_for_the_last(story: Story) -> None:
    in_care(story)
    assert story.record is not None
    intended = [Intended(UUID(int=n), assessed(MOVED)) for n in range(1, 4)]

    entries = story.record.decide(intended, story.desk(DURHAM, MOVED))

    assert [e.continues for e in entries] == [True, True, False]


def test_an_event_may_refer_to_one_earlier_in_the_same_submission(story: Story) -> None:
    in_care(story)
    ids = [UUID(int=1), UUID(int=2)]

    story.tell(
        LATER,
        placed(MOVED),
        EventCorrected(effective_on=LATER, corrects=ids[0], replacement=placed(MOVED, address="8 Invented Lane")),
        ids=ids,
    )

    assert story.record is not None
    corrected = story.record.history.facts[ids[0]].event
    assert corrected == placed(MOVED, address="8 Invented Lane")


def test_the_same_event_under_the_same_id_adds_nothing(story: Story) -> None:
    in_care(story)
    ids = story.tell(MOVED, placed(MOVED))
    assert story.record is not None

    assert story.record.decide([Intended(ids[0], placed(MOVED))], story.desk(DURHAM, LATER)) == []


@pytest.mark.parametrize("retracted", [False, True])
def test_words_that_an_event_had_before_it_was_corrected_change_nothing(story: Story, retracted: bool) -> None:
    """The same return imported again undoes no correction that a person made since, nor one that a person took back."""
    in_care(story)
    ids = story.tell(MOVED, placed(MOVED))
    human = EventCorrected(effective_on=LATER, corrects=ids[0], replacement=placed(MOVED, urgency="emergency"))
    [correction] = story.tell(LATER, human)
    if retracted:
        story.tell(LATER, EventRetracted(effective_on=LATER, retracts=correction, reason="wrong-child"))
    assert story.record is not None
    desk = story.desk(DURHAM, LATER)

    assert story.record.decide([Intended(ids[0], placed(MOVED))], desk) == []
    assert story.record.decide([Intended(ids[0], placed(MOVED, urgency="emergency"))], desk) == []
    [news] = story.record.decide([Intended(ids[0], placed(MOVED, address="9 Invented Lane"))], desk)
    assert isinstance(news.event, EventCorrected)


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (NoticeAcknowledged(effective_on=LATER, notice=UUID(int=1), audience=f"{WIGHT}/host-authority"), "audience"),
        (registered(authority=WIGHT), "authority"),
        (ContextChanged(effective_on=MOVED, policy="x", register="y"), "type"),
    ],
)
def test_a_correction_says_nothing_that_its_reporter_could_not_have_said(
    story: Story, event: Event, field: str
) -> None:
    in_care(story)
    assert story.record is not None
    first = next(iter(story.record.history.facts))

    with pytest.raises(Refused) as refused:
        story.tell(LATER, EventCorrected(effective_on=LATER, corrects=first, replacement=event))

    assert field in {p.field for p in refused.value.problems}


def test_a_local_number_is_given_by_the_responsible_authority_alone(story: Story) -> None:
    in_care(story)

    for agency in ("QHM", WIGHT):
        with pytest.raises(Refused, match="local_id: is given by the responsible authority alone"):
            story.tell(LATER, IdentifierAdded(effective_on=LATER, local_id="900002"), by=agency)


def test_nobody_but_the_responsible_authority_records_a_consent(story: Story) -> None:
    """A desk must not grant itself the consent by which it would be told more."""
    in_care(story)

    for agency in ("QHM", "yot-durham"):
        with pytest.raises(Refused, match="consent-recorded is reported by responsible"):
            story.tell(LATER, agreed(LATER), by=agency)


def test_a_record_folded_from_its_stream_decides_like_the_one_that_grew(story: Story) -> None:
    """Replay: the same inputs give the same decisions."""
    in_care(story)
    story.tell(MOVED, placed(MOVED))
    folded = ChildRecord.project(None, story.entries)
    assert folded is not None
    assert story.record is not None
    desk, intended = story.desk(DURHAM, LATER), [Intended(UUID(int=1), placed(LATER))]

    assert folded.decide(intended, desk) == story.record.decide(intended, desk)
    assert folded.responsible_on(BEGAN) == DURHAM


def test_no_entries_are_no_record() -> None:
    assert ChildRecord.project(None, []) is None
