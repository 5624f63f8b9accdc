"""An entry that cannot be disclosed holds back its own stream, and replay holds and releases at the same places."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import quarantine
from domain.disclosure import Disclosure
from domain.events import CareStarted, EntryQuarantined, EntryReleased, Event
from domain.quarantine import UNDISCLOSABLE, UNREADABLE, Fold, Poison
from domain.recorded import Entry, Recorded, Unreadable

STREAM = UUID(int=1)
DAY = date(2026, 4, 1)
FACT = CareStarted(effective_on=DAY, legal_status="V2")


def recorded(version: int, event: Event = FACT) -> Recorded:
    return Recorded(
        originator_id=STREAM,
        originator_version=version,
        event_id=UUID(int=version),
        recorded_at=datetime(2026, 4, 2, 9, tzinfo=UTC),
        reporter="",
        event=event,
    )


def unreadable(version: int) -> Unreadable:
    return Unreadable(originator_id=STREAM, originator_version=version, why="does not open")


def quarantined(version: int, of: int) -> Recorded:
    return recorded(version, EntryQuarantined(effective_on=DAY, version=of, reason=UNREADABLE))


def released(version: int, of: int, *, dropped: bool = False) -> Recorded:
    event = EntryReleased(effective_on=DAY, version=of, dropped=dropped, decided_by="somebody", why="a ground")
    return recorded(version, event)


class Told:
    """Stands in for a disclosure: tells the version of each entry it is given, and fails on some."""

    def __init__(self, fails_on: Iterable[int] = ()) -> None:
        self.fails_on = set(fails_on)

    def advance(self, entry: Recorded) -> list[Any]:
        if entry.originator_version in self.fails_on:
            raise LookupError("a fault in the hub")
        return [entry.originator_version]


def fold(entries: list[Entry], fails_on: Iterable[int] = ()) -> list[tuple[int, Any]]:
    """The whole stream folded with what all of it says: (place, version told there)."""
    folded = Fold(cast(Disclosure, Told(fails_on)), quarantine.bars(entries))
    return [(entry.originator_version, told) for entry in entries for told in folded.advance(entry)]


def test_an_entry_that_does_not_open_is_poison() -> None:
    with pytest.raises(Poison, match="entry 2 of a stream is unreadable") as poison:
        fold([recorded(1), unreadable(2)])
    assert (poison.value.version, poison.value.reason) == (2, UNREADABLE)


def test_an_entry_that_the_hub_fails_on_is_poison_with_the_fault_as_its_cause() -> None:
    with pytest.raises(Poison) as poison:
        fold([recorded(1), recorded(2)], fails_on=[2])
    assert (poison.value.version, poison.value.reason) == (2, UNDISCLOSABLE)
    assert isinstance(poison.value.__cause__, LookupError)


def test_what_follows_a_quarantined_entry_waits() -> None:
    assert fold([recorded(1), unreadable(2), recorded(3), quarantined(4, 2), recorded(5)]) == [(1, 1)]


def test_tried_again_it_is_told_at_the_place_of_the_release_and_what_waited_after_it() -> None:
    stream: list[Entry] = [
        recorded(1),
        recorded(2),
        recorded(3),
        quarantined(4, 2),
        recorded(5),
        released(6, 2),
        recorded(7),
    ]
    assert fold(stream) == [(1, 1), (6, 2), (6, 3), (6, 5), (7, 7)]


def test_dropped_it_is_never_told_and_what_waited_goes_on() -> None:
    stream: list[Entry] = [recorded(1), unreadable(2), recorded(3), quarantined(4, 2), released(5, 2, dropped=True)]
    assert fold(stream) == [(1, 1), (5, 3)]


def test_tried_again_in_vain_it_is_poison_again_and_once_quarantined_again_it_waits() -> None:
    stream: list[Entry] = [recorded(1), unreadable(2), quarantined(3, 2), released(4, 2)]
    with pytest.raises(Poison):
        fold(stream)
    assert fold([*stream, quarantined(5, 2), recorded(6)]) == [(1, 1)]


def test_another_entry_that_fails_in_what_waited_holds_the_rest_and_keeps_what_was_told_before_it() -> None:
    stream: list[Entry] = [
        unreadable(1),
        recorded(2),
        unreadable(3),
        recorded(4),
        quarantined(5, 1),
        released(6, 1, dropped=True),
    ]
    assert fold([*stream, quarantined(7, 3)]) == [(6, 2)]
    assert fold([*stream, quarantined(7, 3), released(8, 3, dropped=True)]) == [(6, 2), (8, 4)]


def test_the_record_is_folded_without_what_was_dropped_or_cannot_be_read() -> None:
    dropped: list[Entry] = [recorded(1), recorded(2), quarantined(3, 2), released(4, 2, dropped=True)]
    assert [e.originator_version for e in quarantine.settled(dropped)] == [1, 3, 4]
    unread: list[Entry] = [recorded(1), unreadable(2), quarantined(3, 2)]
    assert [e.originator_version for e in quarantine.settled(unread)] == [1, 3]


def test_the_record_keeps_a_fact_that_reads_though_it_could_not_be_disclosed() -> None:
    assert [e.originator_version for e in quarantine.settled([recorded(1), quarantined(2, 1)])] == [1, 2]


def test_an_unreadable_entry_that_nobody_quarantined_stays_in_sight() -> None:
    assert quarantine.settled([recorded(1), unreadable(2)])[-1] == unreadable(2)


class Worker:
    """Discloses a stream that grows as it goes, as a worker does: quarantines what it fails on, from the stream folded again."""

    def __init__(self, broken: set[int]) -> None:
        self.broken = broken
        self.stream: list[Entry] = []
        self.told: list[tuple[int, Any]] = []
        self._fold = Fold(cast(Disclosure, Told()))
        self._done = 0

    def append(self, event: Event | None) -> None:
        """One more entry: of an event, or (None) one that is broken for now."""
        version = len(self.stream) + 1
        if event is None:
            self.broken.add(version)
        self.stream.append(recorded(version, event or FACT))

    def run(self) -> None:
        while self._done < len(self.stream):
            entry = self._seen(self._done)
            try:
                told = self._fold.advance(entry)
            except Poison as poison:
                version = len(self.stream) + 1
                self.stream.append(quarantined(version, poison.version))
                self._again(self._done)
                continue
            self.told += [(entry.originator_version, one) for one in told]
            self._done += 1

    def _seen(self, index: int) -> Entry:
        entry = self.stream[index]
        return unreadable(entry.originator_version) if entry.originator_version in self.broken else entry

    def _again(self, upto: int) -> None:
        entries = [self._seen(i) for i in range(len(self.stream))]
        self._fold = Fold(cast(Disclosure, Told()), quarantine.bars(entries))
        for entry in entries[:upto]:
            self._fold.advance(entry)

    def whole(self) -> list[tuple[int, Any]]:
        """What a worker that begins anew would tell."""
        return fold([self._seen(i) for i in range(len(self.stream))])


STEPS = st.lists(st.sampled_from(["fact", "broken", "run", "mend", "retry", "drop"]), min_size=1, max_size=25)


@given(STEPS)
def test_a_worker_that_lived_through_it_told_what_one_that_begins_anew_tells(steps: list[str]) -> None:
    worker = Worker(set())
    for step in [*steps, "run"]:
        held = sorted(v for v, bar in quarantine.bars(worker.stream).items() if bar.until is None)
        match step:
            case "fact":
                worker.append(FACT)
            case "broken":
                worker.append(None)
            case "mend":  # what cannot be read is restored only where nothing has passed over it
                worker.broken &= {v for v, bar in quarantine.bars(worker.stream).items() if bar.dropped}
            case "retry" if held:
                worker.append(released(0, held[0]).event)
            case "drop" if held:
                worker.append(released(0, held[-1], dropped=True).event)
            case _:
                worker.run()
    assert worker.told == worker.whole()
