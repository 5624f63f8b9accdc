"""An entry that cannot be disclosed holds back one child and nobody else; tried again or dropped, what waited goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from adapters.eventsourcing_store import ChildRecords
from adapters.subject_keys import SealBroken
from domain.disclosure import Disclosure
from domain.events import EntryQuarantined, EntryReleased
from domain.forms import Refused
from domain.recorded import Entry, Recorded, Unreadable
from domain.vocabulary import Audience
from gateway.hub import Hub
from tests.support.databases import lose_feeds
from tests.support.hubs import CHILD, DURHAM, HOST, PLACED, feeds, record, registered

OTHER = {"authority": DURHAM, "local_id": "900002"}
MOVED: dict[str, Any] = {**PLACED, "effective_on": "2026-05-20", "address": "2 Invented Street"}
MOVED.pop("label")


def child(hub: Hub) -> UUID:
    return hub.stream_of(DURHAM, "900001")


@contextmanager
def broken(hub: Hub, version: int) -> Iterator[None]:
    """One entry of the child's stream does not open for now."""
    real: Callable[..., Entry] = ChildRecords.read
    stream = child(hub)

    def read(self: ChildRecords[Any], stored: Any) -> Entry:
        if (stored.originator_id, stored.originator_version) == (stream, version):
            return Unreadable(originator_id=stream, originator_version=version, why="does not open")
        return real(self, stored)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ChildRecords, "read", read)
        hub.records._cache.cache.clear()
        hub.folds.forget()
        yield
    hub.records._cache.cache.clear()
    hub.folds.forget()


def another_child(hub: Hub) -> None:
    record(
        hub,
        DURHAM,
        {
            "type": "child-registered",
            "effective_on": "2026-04-06",
            "authority": DURHAM,
            "local_id": "900002",
            "family_name": "Example-Wren",
            "born_on": "2013-03-09",
        },
        {"type": "care-started", "child": OTHER, "effective_on": "2026-04-06", "legal_status": "V2"},
        {**PLACED, "child": OTHER, "label": "other"},
    )


def events(hub: Hub) -> list[str]:
    return [e.event.TYPE.name if isinstance(e, Recorded) else "unreadable" for e in hub.records.entries(child(hub))]


def test_an_entry_that_is_not_quarantined_is_not_released(hub: Hub) -> None:
    registered(hub)
    hub.disclose()
    with pytest.raises(Refused, match="version: names no entry of this stream that is quarantined"):
        hub.quarantining.release(child(hub), 3, dropped=True, decided_by="somebody", why="a ground")
    assert "entry-released" not in events(hub)


def test_nobody_reports_a_quarantine_from_outside(hub: Hub) -> None:
    registered(hub)
    with pytest.raises(Refused, match="is recorded by the hub itself"):
        record(hub, DURHAM, {"type": "entry-released", "child": CHILD, "effective_on": "2026-05-01", "version": 3,
                             "dropped": True, "decided_by": "x", "why": "y"})  # fmt: skip


def test_an_entry_that_does_not_open_holds_back_its_child_alone(hub: Hub) -> None:
    registered(hub)
    with broken(hub, 5):
        hub.disclose()
        another_child(hub)
        hub.disclose()

        held = hub.feeds.held()
        assert [(one.child, one.version, one.reason) for one in held] == [(child(hub), 5, "unreadable")]
        assert hub.feeds.position() == hub.records.last_position()
        told = {m.child for _, m in hub.sealed.read(HOST, 0, 100) if m is not None}
        assert told == {hub.pairwise.child(Audience.parse(HOST), hub.stream_of(DURHAM, "900002"))}
        assert events(hub)[4:] == ["unreadable", "entry-quarantined"]


def test_a_fault_of_the_hub_is_no_end_of_the_others_work_and_names_no_value(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(hub)
    another_child(hub)
    real = Disclosure.advance

    def fails(self: Disclosure, recorded: Recorded) -> Any:
        if self.child == child(hub) and recorded.originator_version == 5:
            raise LookupError("Example-Heron")
        return real(self, recorded)

    with monkeypatch.context() as patch:
        patch.setattr(Disclosure, "advance", fails)
        hub.disclose()
    assert [(one.version, one.reason) for one in hub.feeds.held()] == [(5, "undisclosable")]
    entry = hub.records.entries(child(hub))[-1]
    assert isinstance(entry, Recorded)
    assert isinstance(entry.event, EntryQuarantined)
    assert "Heron" not in repr(entry.event)
    told = {m.child for _, m in hub.sealed.read(HOST, 0, 100) if m is not None}
    assert told == {hub.pairwise.child(Audience.parse(HOST), hub.stream_of(DURHAM, "900002"))}


def test_what_follows_is_recorded_and_waits_and_mended_everything_is_told_as_if_nothing_had_been(hub: Hub) -> None:
    registered(hub)
    with broken(hub, 5):
        hub.disclose()
        record(hub, DURHAM, {**MOVED, "type": "placement-made"})
        hub.disclose()
        assert HOST not in feeds(hub)
    hub.quarantining.release(child(hub), 5, dropped=False, decided_by="somebody", why="restored")
    hub.disclose()

    assert hub.feeds.held() == []
    told = hub.disclosure_of(child(hub))
    assert {str(a): n for a, n in told.sent.items()} == {a: len(m) for a, m in feeds(hub).items()}
    assert len(feeds(hub)[HOST]) > 4


def test_dropped_it_counts_as_never_recorded(hub: Hub) -> None:
    registered(hub)
    record(hub, DURHAM, {**MOVED, "type": "placement-made"})
    with broken(hub, 6):
        hub.disclose()
        hub.quarantining.release(child(hub), 6, dropped=True, decided_by="somebody", why="recorded anew")
        hub.disclose()
        assert len(feeds(hub)[HOST]) == 4
        before = feeds(hub)
    assert hub.feeds.held() == []
    record_of = hub.records.get(child(hub))
    assert record_of is not None
    assert record_of.version == len(hub.records.entries(child(hub)))
    assert sum(f.event.TYPE.name == "placement-made" for f in record_of.history.facts.values()) == 1
    again = Hub(hub.settings, hub.clock)
    assert feeds(again) == before
    again.close()


def test_tried_again_in_vain_it_is_quarantined_again(hub: Hub) -> None:
    registered(hub)
    with broken(hub, 5):
        hub.disclose()
        hub.quarantining.release(child(hub), 5, dropped=False, decided_by="somebody", why="hope")
        hub.disclose()
        assert events(hub)[5:] == ["entry-quarantined", "entry-released", "entry-quarantined"]
        assert [one.version for one in hub.feeds.held()] == [5]
    released = hub.records.entries(child(hub))[6]
    assert isinstance(released, Recorded)
    assert isinstance(released.event, EntryReleased)


def test_replayed_from_the_store_the_feeds_are_the_same(hub: Hub) -> None:
    registered(hub)
    another_child(hub)
    with broken(hub, 5):
        hub.disclose()
    record(hub, DURHAM, {**MOVED, "type": "placement-made"})
    hub.disclose()
    hub.quarantining.release(child(hub), 5, dropped=False, decided_by="somebody", why="restored")
    hub.disclose()
    before = feeds(hub)
    hub.close()
    lose_feeds(hub.settings)

    with Hub(hub.settings, hub.clock) as again:
        again.disclose()
        assert feeds(again) == before
        assert again.feeds.held() == []


def test_an_unreadable_entry_that_nobody_quarantined_stops_whoever_would_record(hub: Hub) -> None:
    registered(hub)
    with broken(hub, 5), pytest.raises(SealBroken, match="does not open"):
        record(hub, DURHAM, {**MOVED, "type": "placement-made"})
