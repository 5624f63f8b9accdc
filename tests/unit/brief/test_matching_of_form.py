"""Form refuses by field, rule and source; fit never refuses; a report that names no child for certain waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.child_record import ChildRecord
from domain.disclosure import Disclosure
from domain.events import (
    CareEnded,
    CareStarted,
    Event,
    EventRetracted,
    IdentifierAdded,
    PlacementEnded,
    RecordsLinked,
    RecordsUnlinked,
    ReportReceived,
)
from domain.feed import Reason, Status
from domain.forms import Refused
from domain.pairwise import Pairwise
from domain.recorded import Recorded
from domain.submission import Intended
from domain.vocabulary import UNKNOWN
from tests.support.facts import (
    BEGAN,
    HOST,
    LOCAL,
    ORIGINATING,
    OURS,
    VIRTUAL_SCHOOL,
    assessed,
    closed,
    detained,
    in_care,
    opened,
    placed,
    withdrawals,
)
from tests.support.story import DURHAM, HAMPSHIRE, WIGHT, Story, registered

MOVED, LATER, JOINED = date(2024, 6, 10), date(2024, 7, 1), date(2024, 7, 8)
REPORT = UUID(int=0x4E9047)
REPORTING_YOT = "yot-hampshire/local-yot"


# --- form: refused, and nothing changes


@pytest.mark.parametrize(
    ("event", "field", "source"),
    [
        (IdentifierAdded(effective_on=MOVED, nhs_number="9434765918"), "nhs_number", "NHS Data Dictionary"),
        (IdentifierAdded(effective_on=MOVED, nhs_number="943476591"), "nhs_number", "NHS Data Dictionary"),
        (IdentifierAdded(effective_on=MOVED, upn="I12345678901A"), "upn", "DfE UPN guide"),
        (IdentifierAdded(effective_on=MOVED, upn="UN9"), "upn", "DfE UPN guide"),
        (IdentifierAdded(effective_on=MOVED), "nhs_number", "ours"),
        (placed(MOVED, placement_type="K9"), "placement_type", "SSDA903 PLACE"),
        (placed(MOVED, provider="PR9"), "provider", "SSDA903 PLACE_PROVIDER"),
        (placed(MOVED, "QHM"), "area_authority", "ONS code"),
        (placed(MOVED, health_body=DURHAM), "health_body", "CPR 2010 reg 13(2)(f)"),
        (placed(MOVED, postcode="po301aa"), "postcode", "SSDA903 PL_POST"),
        (placed(MOVED, urn="not a number"), "urn", "SSDA903 URN"),
        (CareEnded(effective_on=MOVED, reason="E99"), "reason", "SSDA903 REC"),
        (PlacementEnded(effective_on=MOVED, placement=UUID(int=1)), "placement", "ours"),
    ],
)
def test_a_broken_rule_of_form_is_refused_by_field_and_source_and_changes_nothing(
    story: Story, event: Event, field: str, source: str
) -> None:
    """An acknowledged submission is never lost; a rejected one says why and changes nothing."""
    in_care(story)
    entries = len(story.entries)

    with pytest.raises(Refused) as refused:
        story.tell(MOVED, event)

    [problem] = refused.value.problems
    assert problem.field == field
    assert source in problem.source
    assert len(story.entries) == entries


def test_a_refusal_never_repeats_what_was_said(story: Story) -> None:
    """Personal data never in errors."""
    in_care(story)

    with pytest.raises(Refused) as refused:
        story.tell(MOVED, IdentifierAdded(effective_on=MOVED, nhs_number="9434765918", upn="I12345678901A"))

    assert "9434765918" not in str(refused.value)
    assert "I12345678901A" not in str(refused.value)


def test_one_bad_event_refuses_the_whole_submission_and_every_problem_is_named(story: Story) -> None:
    in_care(story)
    entries = len(story.entries)
    bad = placed(MOVED, "E99999999", postcode="nowhere")

    with pytest.raises(Refused) as refused:
        story.tell(MOVED, assessed(MOVED), bad)

    assert {p.field for p in refused.value.problems} == {"area_authority", "postcode"}
    assert len(story.entries) == entries


def test_a_child_is_not_born_in_the_future(story: Story) -> None:
    with pytest.raises(Refused, match="born_on: lies in the future"):
        story.tell(BEGAN, registered(born_on=BEGAN + timedelta(days=1)))


@pytest.mark.parametrize(
    ("event", "by"),
    [
        (placed(MOVED), "QHM"),
        (placed(MOVED), WIGHT),
        (assessed(MOVED), "yot-durham"),
        (detained(MOVED), WIGHT),
        (CareEnded(effective_on=MOVED, reason="E4A"), "yot-durham"),
    ],
)
def test_an_event_is_reported_by_those_whose_it_is_to_report(story: Story, event: Event, by: str) -> None:
    in_care(story)

    with pytest.raises(Refused, match=r"type: .* is reported by"):
        story.tell(MOVED, event, by=by)


# --- fit: a finding, never a refusal


@pytest.mark.parametrize(
    ("event", "finding"),
    [
        (CareStarted(effective_on=LATER, legal_status="C2"), "already-looked-after"),
        (placed(LATER, UNKNOWN), "area-unknown"),
        (placed(LATER, placement_type="P2"), "code-not-in-force"),
        (placed(MOVED, DURHAM), "overlaps"),
        (CareEnded(effective_on=date(2024, 5, 1), reason="E4A"), "not-looked-after"),
    ],
)
def test_a_true_fact_that_does_not_fit_is_recorded_with_a_finding(story: Story, event: Event, finding: str) -> None:
    """Rules of the return are findings, never a ground to refuse a true fact."""
    in_care(story)
    story.tell(MOVED, placed(MOVED))

    [event_id] = story.tell(LATER, event)

    entry = next(e for e in story.entries if e.event_id == event_id)
    assert finding in entry.findings


def test_findings_and_reporters_are_shown_to_the_responsible_authority_alone(story: Story) -> None:
    """The event is recorded with a finding that only the responsible authority sees."""
    story.tell(BEGAN, registered())

    story.tell(BEGAN, CareStarted(effective_on=BEGAN, legal_status="C2"))
    story.tell(LATER, placed(LATER, DURHAM), placed(LATER, WIGHT))
    story.tell(LATER, assessed(LATER), by="QRL")

    items = {a: story.held(a).values() for a in story.audiences()}
    assert any("findings" in i.fields for i in items[OURS])
    assert {i.fields["reporter"] for i in items[OURS]} == {DURHAM, "QRL"}
    others = [i for a in items if a != OURS for i in items[a]]
    assert others
    assert all(not {"findings", "reporter"} & i.fields.keys() for i in others)


def test_an_identifier_goes_to_the_roles_that_use_it(story: Story) -> None:
    """Which role receives which identifier is a policy row, never code."""
    in_care(story)
    story.tell(MOVED, placed(MOVED))

    numbers = IdentifierAdded(effective_on=LATER, nhs_number="9434765919", upn="A123456789012", local_id="900002")
    story.tell(LATER, numbers)

    has = {a: set(story.items(a, "identifier-added")[0].fields) & FIELDS for a in story.audiences() if a != HOST}
    assert has[OURS] == FIELDS
    assert has[LOCAL] == has[ORIGINATING] == {"nhs_number"}
    assert has[VIRTUAL_SCHOOL] == {"upn"}
    assert all(not FIELDS & i.fields.keys() for i in story.items(HOST, "identifier-added"))


# --- matching: only a responsible authority creates a child


def test_no_event_stands_before_the_child_is_registered(story: Story) -> None:
    """Only a responsible authority creates a child."""
    with pytest.raises(Refused, match="child: no record of this child"):
        story.tell(MOVED, detained(MOVED), by="yot-hampshire")


def test_no_authority_registers_a_child_for_another(story: Story) -> None:
    with pytest.raises(Refused, match="authority: only the responsible authority itself registers a child"):
        story.tell(MOVED, registered(), by=HAMPSHIRE)


def test_a_waiting_report_is_told_to_nobody(story: Story) -> None:
    """From outside both are answered alike (`received`)."""
    report = waiting(story, detained(MOVED))

    disclosure = Disclosure(REPORT, story.documents, Pairwise(story.secret))

    assert [told for entry in report for told in disclosure.advance(entry)] == []


def test_only_the_responsible_authority_joins_a_report(story: Story) -> None:
    in_care(story)
    report = waiting(story, detained(MOVED))

    with pytest.raises(Refused, match="type: records-linked is reported by responsible"):
        link(story, report, by="yot-hampshire")


def test_a_report_that_is_joined_already_is_not_joined_again(story: Story) -> None:
    in_care(story)
    report = waiting(story, detained(MOVED))
    link(story, report)
    entries = len(story.entries)

    with pytest.raises(Refused, match="report: is joined to a child already"):
        link(story, report)

    assert len(story.entries) == entries


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (placed(MOVED), "placement-made is reported by responsible"),
        (PlacementEnded(effective_on=MOVED, placement=UUID(int=1)), "placement-ended is reported by responsible"),
        (EventRetracted(effective_on=MOVED, retracts=UUID(int=1), reason="wrong-child"), "retracts: names no Event"),
    ],
)
def test_joining_a_report_lets_nobody_say_what_they_could_not_have_said_of_a_known_child(
    story: Story, event: Event, says: str
) -> None:
    in_care(story)
    report = [*waiting(story, detained(MOVED))]
    report.append(replace(report[-1], originator_version=4, event_id=UUID(int=0x4E03), event=event))
    entries = len(story.entries)

    with pytest.raises(Refused, match=says):
        link(story, report)

    assert len(story.entries) == entries


def test_a_report_joined_opens_the_desk_that_made_it(story: Story) -> None:
    """A YOT that reports custody learns at once that the child is looked after, by whom, and whom to ring."""
    in_care(story)

    link(story, waiting(story, detained(MOVED)))

    opening = opened(story, REPORTING_YOT)
    assert (opening.looked_after, opening.responsible_authority) == (Status.YES, DURHAM)
    [item] = story.items(OURS, "custody-entered")
    assert item.fields["reporter"] == "yot-hampshire"
    assert len(story.items(REPORTING_YOT, "custody-entered")) == 1


def test_joining_a_report_does_not_bring_back_the_day_and_documents_it_waited_under(story: Story) -> None:
    """Versions of the policy and the register are adopted in the streams they touch; a report's are not the child's."""
    report = waiting(story, detained(BEGAN - timedelta(days=90)))
    in_care(story)
    assert story.record is not None
    context = story.record.history.context

    link(story, report)

    assert story.record.history.context == context


def test_a_report_joined_to_the_wrong_child_is_taken_back_whole(story: Story) -> None:
    """`records-unlinked`: a report was joined to the wrong child; its events no longer stand here."""
    in_care(story)
    link(story, waiting(story, detained(MOVED)))

    story.tell(JOINED, RecordsUnlinked(effective_on=JOINED, report=REPORT))

    assert story.held(REPORTING_YOT) == {}
    assert closed(story, REPORTING_YOT).never
    assert story.items(OURS, "custody-entered") == []
    assert {w.reason for w in withdrawals(story, REPORTING_YOT)} == {Reason.RETRACTED}


def test_a_report_joined_again_after_all_stands_again(story: Story) -> None:
    in_care(story)
    report = waiting(story, detained(MOVED))
    link(story, report)
    story.tell(JOINED, RecordsUnlinked(effective_on=JOINED, report=REPORT))

    link(story, report)

    assert len(story.items(REPORTING_YOT, "custody-entered")) == 1
    picture = story.picture(REPORTING_YOT)
    assert picture is not None
    assert picture.open is not None


def test_what_was_recorded_here_stays_when_a_report_is_taken_away(story: Story) -> None:
    in_care(story)
    link(story, waiting(story, detained(MOVED)))
    story.tell(LATER, placed(LATER))

    story.tell(JOINED, RecordsUnlinked(effective_on=JOINED, report=REPORT))

    assert len(story.items(OURS, "placement-made")) == 1
    assert len(story.items(VIRTUAL_SCHOOL, "care-started")) == 1


FIELDS = {"nhs_number", "upn", "local_id"}


def waiting(story: Story, event: Event) -> list[Recorded]:
    """The stream of a report from a youth offending team that names no child for certain."""
    on = event.effective_on
    received = ReportReceived(effective_on=on, addressed_to=DURHAM, family_name="Example-Seventeen")
    intended = [Intended(UUID(int=0x4E01), received), Intended(UUID(int=0x4E02), event)]
    return ChildRecord(REPORT).decide(intended, story.desk("yot-hampshire", on))


def link(story: Story, report: Sequence[Recorded], by: str = DURHAM) -> None:
    """Join a waiting report to the child of the story."""
    assert story.record is not None
    joining = Intended(story.new_id(), RecordsLinked(effective_on=JOINED, report=REPORT))
    story.append(story.record.link(joining, report, story.desk(by, JOINED)))
