"""The children's streams as any event store must keep them: what does not open, what is not stored, what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from adapters.avro_events import EventCodec, SealThirdParty
from adapters.avro_single_object import NewerSchema
from adapters.eventsourcing_store import (
    ChildRecords,
    Conflict,
    Once,
    UnknownTopic,
)
from adapters.hub_secret import HubSecret
from adapters.sql_migrations import KEYS_SCHEMA, Tables
from adapters.subject_keys import KeyDestroyed, SubjectKeys, data_keys
from domain.events import CareEnded, CareStarted, ChildRegistered, Event, HealthAssessmentCompleted, ThirdPartyText
from domain.recorded import Recorded, Unreadable
from domain.vocabulary import UNKNOWN

CHILD, OTHER_CHILD, THIRD_CHILD = UUID(int=1), UUID(int=2), UUID(int=3)
SECRET = HubSecret(bytes(range(32)))
DAY = date(2026, 4, 1)
MARKER = "Markername"

REGISTERED = ChildRegistered(
    effective_on=DAY, authority="E06000047", local_id="T-0001", family_name=MARKER, born_on=UNKNOWN
)
STARTED = CareStarted(effective_on=DAY, legal_status="V2")
ENDED = CareEnded(effective_on=DAY, reason="E8")
ASSESSED = HealthAssessmentCompleted(
    effective_on=DAY, assessment_kind="initial", third_party=ThirdPartyText("mother", f"{MARKER} said so")
)


class Record:
    """The simplest record: it keeps what it took in, and changes in place as the real one does."""

    def __init__(self) -> None:
        self.version = 0
        self.taken_in: list[Recorded] = []

    @staticmethod
    def project(record: Record | None, events: Iterable[Recorded]) -> Record | None:
        for recorded in events:
            record = record or Record()
            assert recorded.originator_version == record.version + 1
            record.taken_in.append(recorded)
            record.version = recorded.originator_version
        return record


def entry(stream: UUID, version: int, event: Event) -> Recorded:
    return Recorded(
        originator_id=stream,
        originator_version=version,
        event_id=UUID(int=stream.int * 1000 + version),
        recorded_at=datetime(2026, 4, 2, 9, 30, tzinfo=UTC),
        reporter="E06000047",
        findings=("overlap",),
        event=event,
    )


def stream_of(stream: UUID, *events: Event) -> list[Recorded]:
    return [entry(stream, version, event) for version, event in enumerate(events, start=1)]


def taken_in(record: Record | None) -> list[Recorded]:
    assert record is not None
    assert record.version == len(record.taken_in)
    return record.taken_in


def facts(recorded: Iterable[Recorded]) -> list[Event]:
    return [entry.event for entry in recorded]


Projector = Callable[[Record | None, Iterable[Recorded]], Record | None]


class Hub:
    """One process: its keys and its store, on databases that it may share with others."""

    def __init__(
        self, keys_url: str, env: dict[str, str], codec: EventCodec | None = None, projector: Projector = Record.project
    ) -> None:
        self.engine = Tables(keys_url, KEYS_SCHEMA).prepare()
        self.keys = SubjectKeys(self.engine, SECRET)
        self.records: ChildRecords[Record] = ChildRecords(env, codec or EventCodec(), self.keys, projector)

    def destroy_key(self, subject: UUID) -> None:
        with self.engine.begin() as connection:
            connection.execute(update(data_keys).where(data_keys.c.subject == subject).values(wrapped=None))

    def close(self) -> None:
        self.records.close()
        self.engine.dispose()


Start = Callable[..., Hub]


class EventStoreContract:
    """What any store must keep. A subclass says where it is; both settings name an empty one that hubs can share."""

    @pytest.fixture
    def keys_url(self) -> str:
        raise NotImplementedError

    @pytest.fixture
    def env(self) -> dict[str, str]:
        raise NotImplementedError

    @pytest.fixture
    def start(self, keys_url: str, env: dict[str, str]) -> Iterator[Start]:
        """Starts one more process on the same databases."""
        hubs: list[Hub] = []

        def start(**choices: Any) -> Hub:
            hubs.append(Hub(keys_url, env, **choices))
            return hubs[-1]

        yield start
        for hub in hubs:
            hub.close()

    @pytest.fixture
    def hub(self, start: Start) -> Hub:
        return start()

    # --- what does not open

    @pytest.mark.parametrize("at", [0, 12, -1], ids=["nonce", "text", "tag"])
    def test_a_changed_state_does_not_open(self, hub: Hub, at: int) -> None:
        hub.records.append(stream_of(CHILD, REGISTERED))
        [(_, stored)] = hub.records.notifications_raw(0, 10)
        state = bytearray(stored.state)
        state[at] ^= 1

        found = hub.records.read(replace(stored, state=bytes(state)))

        assert isinstance(found, Unreadable)
        assert found.why.startswith(f"version 1 of stream {CHILD} (child-registered.v1) does not open")

    @pytest.mark.parametrize(
        "place",
        [{"originator_version": 3}, {"originator_id": OTHER_CHILD}, {"topic": STARTED.TYPE.topic}],
        ids=["version", "child", "topic"],
    )
    def test_a_row_put_in_another_place_does_not_open(self, hub: Hub, place: dict[str, Any]) -> None:
        for child in (CHILD, OTHER_CHILD):
            hub.records.append(stream_of(child, REGISTERED, ENDED, STARTED))
        _, (_, second), *_ = hub.records.notifications_raw(0, 10)
        assert hub.records.read(second) == entry(CHILD, 2, ENDED)

        assert isinstance(hub.records.read(replace(second, **place)), Unreadable)

    def test_an_unknown_topic_is_refused_by_its_name(self, hub: Hub) -> None:
        hub.records.append(stream_of(CHILD, STARTED))
        [(_, stored)] = hub.records.notifications_raw(0, 10)

        with pytest.raises(UnknownTopic, match=r"'care-started\.v99', which this version does not know"):
            hub.records.read(replace(stored, topic="care-started.v99"))

    def test_bytes_of_a_newer_schema_are_refused_as_the_codec_refuses_them(self, start: Start) -> None:
        class NewerCodec(EventCodec):
            def encode(self, recorded: Recorded, seal: SealThirdParty) -> bytes:
                return b"\xc3\x01" + bytes(8) + super().encode(recorded, seal)[10:]

        start(codec=NewerCodec()).records.append(stream_of(CHILD, STARTED))

        with pytest.raises(NewerSchema):
            start().records.get(CHILD)

    def test_a_stream_whose_key_was_destroyed_can_neither_be_read_nor_continued_nor_begun_anew(
        self, hub: Hub, start: Start
    ) -> None:
        hub.records.append(stream_of(CHILD, REGISTERED))
        hub.destroy_key(CHILD)
        later = start().records

        for use in (
            lambda: later.get(CHILD),
            lambda: later.events(CHILD),
            lambda: later.append([entry(CHILD, 2, STARTED)]),
            lambda: later.append([entry(CHILD, 1, REGISTERED)]),
        ):
            with pytest.raises(KeyDestroyed, match=str(CHILD)):
                use()
        assert later.last_position() == 1

    def test_what_comes_before_an_entry_that_does_not_open_is_given(self, hub: Hub, start: Start) -> None:
        hub.records.append([*stream_of(CHILD, REGISTERED), *stream_of(OTHER_CHILD, REGISTERED)])
        hub.destroy_key(OTHER_CHILD)

        found = start().records.notifications(0, 10)

        assert next(found)[1].originator_id == CHILD
        with pytest.raises(KeyDestroyed):
            next(found)

    # --- what is not stored

    def test_a_version_that_is_taken_is_a_conflict_and_changes_nothing(self, hub: Hub, start: Start) -> None:
        hub.records.append(stream_of(CHILD, REGISTERED))
        record = hub.records.get(CHILD)
        start().records.append([entry(CHILD, 2, STARTED)])

        with pytest.raises(Conflict, match=f"stream {CHILD} has moved on; nothing was stored"):
            hub.records.append([entry(CHILD, 2, ENDED), entry(CHILD, 3, ENDED)])

        assert facts(taken_in(record)) == [REGISTERED]
        assert facts(taken_in(hub.records.get(CHILD))) == facts(hub.records.events(CHILD)) == [REGISTERED, STARTED]
        assert hub.records.last_position() == 2

    def test_an_append_whose_answer_was_lost_is_no_conflict_with_itself(
        self, hub: Hub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        insert = hub.records._recorder.insert_events

        def repeated(stored: Any, **more: Any) -> Any:  # as the recorder does whose connection died after the commit
            insert(stored, **more)
            return insert(stored, **more)

        monkeypatch.setattr(hub.records._recorder, "insert_events", repeated)

        hub.records.append(stream_of(CHILD, REGISTERED, STARTED), Once(UUID(int=7), 1))

        assert hub.records.events(CHILD) == stream_of(CHILD, REGISTERED, STARTED)
        with pytest.raises(Conflict):
            hub.records.append(stream_of(CHILD, REGISTERED, STARTED))

    @pytest.mark.parametrize("content", [1, 2, 3])  # smaller, the same, greater
    def test_under_one_id_nothing_is_appended_twice_whatever_its_content(self, hub: Hub, content: int) -> None:
        hub.records.append(stream_of(CHILD, REGISTERED), Once(UUID(int=7), 2))

        with pytest.raises(Conflict):
            hub.records.append(stream_of(OTHER_CHILD, REGISTERED), Once(UUID(int=7), content))

        assert hub.records.get(OTHER_CHILD) is None
        assert hub.records.content_of(UUID(int=7)) == 2
        assert hub.records.content_of(UUID(int=8)) is None

    def test_a_conflict_in_one_stream_keeps_all_streams_of_the_batch_out(self, hub: Hub) -> None:
        hub.records.append(stream_of(OTHER_CHILD, REGISTERED))

        with pytest.raises(Conflict, match="one of 3 streams"):
            hub.records.append([entry(child, 1, REGISTERED) for child in (CHILD, OTHER_CHILD, THIRD_CHILD)])

        assert hub.records.get(CHILD) is None
        assert hub.records.get(THIRD_CHILD) is None
        assert hub.records.last_position() == 1

    def test_versions_with_a_hole_are_refused(self, hub: Hub) -> None:
        with pytest.raises(ValueError, match=f"stream {CHILD}: version 3 after 1; rule: one by one"):
            hub.records.append([entry(CHILD, 1, REGISTERED), entry(CHILD, 3, STARTED)])
        with pytest.raises(KeyDestroyed):  # a stream that was never opened
            hub.records.append([entry(CHILD, 2, STARTED)])

        assert hub.records.last_position() == 0

    def test_a_projector_that_fails_leaves_no_half_changed_record(self, start: Start) -> None:
        failing = [True]

        def project(record: Record | None, events: Iterable[Recorded]) -> Record | None:
            for recorded in events:
                record = Record.project(record, [recorded])
                if record and recorded.event == STARTED and failing:
                    record.version = 99
                    raise ZeroDivisionError
            return record

        records = start(projector=project).records
        records.append(stream_of(CHILD, REGISTERED))
        records.get(CHILD)
        records.append([entry(CHILD, 2, STARTED)])
        with pytest.raises(ZeroDivisionError):
            records.get(CHILD)
        failing.clear()

        record = records.get(CHILD)

        assert facts(taken_in(record)) == [REGISTERED, STARTED]

    def test_the_key_is_on_disk_before_anything_is_sealed_under_it(self, start: Start) -> None:
        other = start()
        found: list[bytes | None] = []

        class Watching(EventCodec):
            def encode(self, recorded: Recorded, seal: SealThirdParty) -> bytes:
                found.append(other.keys.get(recorded.originator_id))
                return super().encode(recorded, seal)

        hub = start(codec=Watching())
        hub.records.append([*stream_of(CHILD, REGISTERED), *stream_of(OTHER_CHILD, REGISTERED)])

        assert found == [hub.keys.get(CHILD), hub.keys.get(OTHER_CHILD)]
        assert None not in found

    # --- what comes back

    def test_nothing_is_known_of_a_stream_that_is_not_there(self, hub: Hub) -> None:
        hub.records.append([])

        assert hub.records.get(CHILD) is None
        assert hub.records.events(CHILD) == []
        assert list(hub.records.notifications(0, 10)) == []
        assert hub.records.last_position() == 0

    def test_entries_come_back_equal_in_another_process(self, hub: Hub, start: Start) -> None:
        told = stream_of(CHILD, REGISTERED, STARTED, ASSESSED)
        hub.records.append(told)

        other = start().records

        assert other.events(CHILD) == told
        assert other.entries(CHILD, after_version=1) == told[1:]
        assert other.entries(CHILD, after_version=3) == []
        assert taken_in(other.get(CHILD)) == told

    def test_words_about_a_third_party_are_gone_with_that_persons_key(self, hub: Hub, start: Start) -> None:
        hub.records.append(stream_of(CHILD, ASSESSED))
        hub.destroy_key(hub.keys.third_party(CHILD, "mother"))

        [recorded] = start().records.events(CHILD)

        assert recorded.event == replace(ASSESSED, third_party=ThirdPartyText("mother", None))

    def test_a_record_in_memory_takes_in_what_another_process_stored(self, hub: Hub, start: Start) -> None:
        hub.records.append(stream_of(CHILD, REGISTERED))
        before = hub.records.get(CHILD)
        start().records.append([entry(CHILD, 2, STARTED)])

        after = hub.records.get(CHILD)

        assert after is before
        assert facts(taken_in(after)) == [REGISTERED, STARTED]

    def test_the_log_has_all_streams_in_the_order_of_recording_page_by_page(self, hub: Hub) -> None:
        told = [
            *stream_of(OTHER_CHILD, REGISTERED),
            *stream_of(CHILD, *[REGISTERED, *[ENDED] * 24]),
            entry(OTHER_CHILD, 2, STARTED),
        ]
        hub.records.append(told)

        first = list(hub.records.notifications(0, 20))
        rest = list(hub.records.notifications(first[-1][0], 20))

        assert ([recorded for _, recorded in first], [recorded for _, recorded in rest]) == (told[:20], told[20:])
        assert rest[-1][0] == hub.records.last_position()
        assert list(hub.records.notifications(hub.records.last_position(), 20)) == []

    def test_what_is_relayed_sealed_can_be_read_where_it_arrives(self, hub: Hub, start: Start) -> None:
        told = stream_of(CHILD, REGISTERED, STARTED)
        hub.records.append(told)

        relayed = hub.records.notifications_raw(0, 10)

        assert [position for position, _ in relayed] == [position for position, _ in hub.records.notifications(0, 10)]
        assert [start().records.read(stored) for _, stored in relayed] == told

    def test_the_environment_of_the_process_changes_nothing(
        self, start: Start, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PERSISTENCE_MODULE", "eventsourcing.popo")
        monkeypatch.setenv("COMPRESSOR_TOPIC", "zlib")
        monkeypatch.setenv("CREATE_TABLE", "no")

        start().records.append(stream_of(CHILD, REGISTERED))

        assert start().records.events(CHILD) == stream_of(CHILD, REGISTERED)
