"""A submission with a key is recorded once, however often it comes, whatever died meanwhile, and whatever became of it since."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.eventsourcing_store import ChildRecords
from domain.forms import Refused
from domain.recorded import Recorded
from gateway.hub import Hub
from gateway.recording import Receipt
from gateway.settings import Settings
from tests.support.hubs import CHILD, DURHAM, NHS_NUMBER, Clock, custody, record, registered

YOT = "yot-hampshire"
BY_NUMBER = custody(authority=DURHAM, nhs_number=NHS_NUMBER)
BY_NAME = custody(authority=DURHAM, family_name="Example-Heron", born_on="2012-03-09")
UNKNOWN = custody(authority=DURHAM, nhs_number="9990000026")
STATUS = {"type": "legal-status-changed", "child": CHILD, "effective_on": "2026-05-20", "legal_status": "C2"}
RETRACTED = {"type": "event-retracted", "child": {"authority": DURHAM, "nhs_number": NHS_NUMBER},
             "effective_on": "2026-05-21", "reason": "wrong-child"}  # fmt: skip
WRONG = {**STATUS, "legal_status": "Q9"}


class Died(Exception):
    """What a test raises where a process dies."""


@pytest.fixture
def hub(settings: Settings) -> Iterator[Hub]:
    with Hub(settings, clock=Clock()) as made:
        registered(made)
        yield made


def submit(hub: Hub, line: dict[str, Any], key: str | None, agency: str = YOT) -> Receipt:
    return hub.recording.submit(line, agency, {}, key)


def entries(hub: Hub) -> list[Recorded]:
    return [e for _, e in hub.records.notifications(0, 1_000_000) if isinstance(e, Recorded)]


def dies(hub: Hub, patch: pytest.MonkeyPatch, *, after: bool) -> None:
    """The process dies as it stores, before the store has it or after."""
    real = hub.records.append

    def append(*entries: Any) -> None:
        if after:
            real(*entries)
        raise Died

    patch.setattr(hub.records, "append", append)


def overtaken_by(hub: Hub, patch: pytest.MonkeyPatch, other: Callable[[], object]) -> None:
    """Once, as the hub stores, another process does something first."""
    real = hub.records.append
    left = iter([True])

    def append(*entries: Any) -> None:
        if next(left, False):
            other()
        real(*entries)

    patch.setattr(hub.records, "append", append)


# --- refused


def test_the_same_key_with_another_line_is_refused_and_the_first_stands(hub: Hub) -> None:
    submit(hub, BY_NUMBER, "k")
    before = hub.records.last_position()

    with pytest.raises(Refused, match="key: was given to another submission, which stands"):
        submit(hub, {**BY_NUMBER, "effective_on": "2026-05-19"}, "k")
    assert hub.records.last_position() == before


def test_what_is_said_of_a_key_does_not_tell_whether_the_child_is_known(hub: Hub) -> None:
    """The first line of each was about a known child, one in the tray, an unknown one."""
    said = []
    for n, first in enumerate((BY_NUMBER, BY_NAME, UNKNOWN)):
        submit(hub, first, f"k{n}")
        for line in (first, {**first, "effective_on": "2026-05-19"}, {"type": "released"}):
            try:
                said.append(type(submit(hub, line, f"k{n}")).__name__)
            except Refused as refused:
                said.append(str(refused))
    assert said[:3] == said[3:6] == said[6:]


def test_a_refused_line_leaves_its_key_free(hub: Hub) -> None:
    for _ in range(2):
        with pytest.raises(Refused, match="legal_status"):
            submit(hub, WRONG, "k", DURHAM)
    submit(hub, STATUS, "k", DURHAM)


@pytest.mark.parametrize("named", ["unheard", "refused", "another agency's"])
def test_a_line_names_no_submission_that_was_not_received_from_its_reporter(hub: Hub, named: str) -> None:
    submit(hub, {**STATUS, "legal_status": "C2"}, "another agency's", DURHAM)
    with pytest.raises(Refused):
        submit(hub, {"type": "released"}, "refused")

    with pytest.raises(Refused, match="retracts: must name an event"):
        submit(hub, {**RETRACTED, "retracts": f"@{named}"}, "k")


# --- received once


@pytest.mark.parametrize("line", [BY_NUMBER, BY_NAME, UNKNOWN])
def test_a_repeat_is_answered_as_the_first_and_nothing_is_recorded(hub: Hub, line: dict[str, Any]) -> None:
    first = submit(hub, line, "k")
    before = hub.records.last_position()

    again = dict(reversed(line.items()))  # the order of fields is no content
    assert [submit(hub, again, "k") for _ in range(3)] == [first] * 3
    assert hub.records.last_position() == before
    assert [e.event_id for e in entries(hub)].count(first.event_id) == 1


def test_lines_without_a_key_or_of_another_key_or_agency_are_submissions_of_their_own(hub: Hub) -> None:
    receipts = [submit(hub, BY_NUMBER, key, agency) for key, agency in
                (("k", YOT), ("l", YOT), ("k", "yot-durham"), (None, YOT), (None, YOT))]  # fmt: skip
    assert len(set(receipts)) == 5
    assert {r.event_id for r in receipts} <= {e.event_id for e in entries(hub)}


@pytest.mark.parametrize("line", [BY_NUMBER, BY_NAME])
def test_a_repeat_is_recognised_whatever_became_of_the_first(hub: Hub, line: dict[str, Any]) -> None:
    """Linked, corrected and retracted; and its number leads elsewhere now, so that a new one would wait in the tray."""
    first = submit(hub, line, "k")
    hub.disclose()
    for waiting in hub.feeds.tray(DURHAM):
        record(hub, DURHAM, {"type": "records-linked", "child": CHILD, "effective_on": "2026-05-21",
                             "report": str(waiting.report)})  # fmt: skip
    number = next(e for e in entries(hub) if e.event.TYPE.name == "identifier-added")
    for about, change in (
        (first.event_id, {"type": "event-corrected", "corrects": str(first.event_id), "replacement": {
            "type": "custody-entered", "effective_on": "2026-05-19", "custody_kind": "remand"}}),
        (first.event_id, {"type": "event-retracted", "retracts": str(first.event_id), "reason": "wrong-child"}),
        (number.event_id, {"type": "event-retracted", "retracts": str(number.event_id), "reason": "wrong-child"}),
    ):  # fmt: skip
        record(hub, DURHAM, {"child": CHILD, "effective_on": "2026-05-22", **change})
        before = hub.records.last_position()
        assert submit(hub, line, "k") == first, about
        assert hub.records.last_position() == before


def test_a_line_names_an_earlier_one_by_its_key_after_a_restart_too(hub: Hub) -> None:
    first = submit(hub, BY_NUMBER, "night")
    with Hub(hub.settings, clock=Clock()) as later:
        submit(later, {**RETRACTED, "retracts": "@night"}, "morning")
        assert asdict(entries(later)[-1].event)["retracts"] == first.event_id


# --- crashes, and two at once


@pytest.mark.parametrize("line", [BY_NUMBER, UNKNOWN])
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_as_it_is_stored_leaves_it_received_or_not_and_a_repeat_makes_it_so(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, line: dict[str, Any], after: bool
) -> None:
    dies(hub, monkeypatch, after=after)
    with pytest.raises(Died):
        submit(hub, line, "k")

    with Hub(hub.settings, clock=Clock()) as later:
        receipts = {submit(later, line, "k") for _ in range(2)}
        [event_id] = {r.event_id for r in receipts}
        assert [e.event_id for e in entries(later)].count(event_id) == 1


@pytest.mark.parametrize("line", [BY_NUMBER, UNKNOWN])
def test_of_two_processes_that_take_the_same_at_once_one_records_and_both_answer_alike(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, line: dict[str, Any]
) -> None:
    answers = []
    with Hub(hub.settings, clock=Clock()) as other:
        overtaken_by(hub, monkeypatch, lambda: answers.append(submit(other, line, "k")))
        answers.append(submit(hub, line, "k"))

    assert len(set(answers)) == 1
    assert [e.event_id for e in entries(hub)].count(answers[0].event_id) == 1


@pytest.mark.parametrize("line", [BY_NUMBER, UNKNOWN])
@pytest.mark.parametrize("day", ["2026-05-18", "2026-05-19"])  # contents are compared, whichever is the greater
def test_of_two_lines_with_one_key_at_once_one_is_refused(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, line: dict[str, Any], day: str
) -> None:
    with Hub(hub.settings, clock=Clock()) as other:
        overtaken_by(hub, monkeypatch, lambda: submit(other, {**line, "effective_on": day}, "k"))
        with pytest.raises(Refused, match="key: was given to another submission"):
            submit(hub, line, "k")

    assert [e.event.effective_on.isoformat() for e in entries(hub) if e.event.TYPE.name == "custody-entered"] == [day]


# --- any order of repeats and crashes

LINES = [
    (YOT, BY_NUMBER),
    (YOT, BY_NAME),
    (YOT, UNKNOWN),
    (DURHAM, STATUS),
    (DURHAM, WRONG),
    (YOT, {**RETRACTED, "retracts": "@0"}),
    ("QHM", {"type": "health-assessment-completed", "child": {"authority": DURHAM, "nhs_number": NHS_NUMBER},
             "effective_on": "2026-05-20", "assessment_kind": "review", "summary": "an invented summary"}),
]  # fmt: skip
STEPS = st.lists(
    st.tuples(st.integers(0, len(LINES) - 1), st.sampled_from(["", "before", "after", "at once"])), max_size=12
)


@pytest.fixture(scope="module")
def begun() -> Iterator[Path]:
    """The folder of a hub that knows the child."""
    with tempfile.TemporaryDirectory() as folder:
        with Hub(Settings(Path(folder) / "begun"), clock=Clock()) as hub:
            registered(hub)
        yield Path(folder) / "begun"


@given(STEPS)
@settings(max_examples=10)
def test_the_store_holds_what_each_once_would_leave_in_it(begun: Path, steps: list[tuple[int, str]]) -> None:
    assert_each_once(begun, steps)


def test_a_store_that_forgets_what_it_received_is_caught(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append = ChildRecords.append
    monkeypatch.setattr(ChildRecords, "append", lambda self, entries, _once=None: append(self, entries))
    with pytest.raises(AssertionError):
        assert_each_once(begun, [(2, "after"), (2, "")])


def assert_each_once(begun: Path, steps: list[tuple[int, str]]) -> None:
    """Take the steps, then every line once more; the store holds what each line that was received leaves in it by itself."""
    with tempfile.TemporaryDirectory() as folder:
        tried, once = Path(folder) / "tried", Path(folder) / "once"
        shutil.copytree(begun, tried)
        shutil.copytree(begun, once)
        received: list[int] = []
        with Hub(Settings(tried), clock=Clock()) as one, Hub(Settings(tried), clock=Clock()) as other:
            turns = cycle([(one, other), (other, one)])  # who died comes again when the other had its turn
            for n, how in [*steps, *((n, "") for n in range(len(LINES)))]:
                if attempt(*next(turns), n, how) and n not in received:
                    received.append(n)
            found = entries(one)
            stored = [e.event_id for e in found]
            answered = [submit(one, LINES[n][1], str(n), LINES[n][0]).event_id for n in received]
            assert entries(other) == found
        assert [stored.count(event_id) for event_id in answered] == [1] * len(received)
        with Hub(Settings(once), clock=Clock()) as hub:
            for n in received:
                submit(hub, LINES[n][1], str(n), LINES[n][0])
            assert [(e.reporter, e.event) for e in entries(hub)] == [(e.reporter, e.event) for e in found]


def attempt(hub: Hub, other: Hub, n: int, how: str) -> bool:
    """Submit one line to a process that may die of it, or be overtaken; whether anything was recorded."""
    agency, line = LINES[n]
    before = hub.records.last_position()
    with pytest.MonkeyPatch.context() as patch, suppress(Died, Refused):
        if how in ("before", "after"):
            dies(hub, patch, after=how == "after")
        if how == "at once":
            overtaken_by(hub, patch, lambda: submit(other, line, str(n), agency))
        submit(hub, line, str(n), agency)
    return hub.records.last_position() > before
