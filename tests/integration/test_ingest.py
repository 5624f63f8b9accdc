"""Submissions over Kafka: each record that a desk writes is answered once, and is once in effect whatever dies or is repeated."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from sqlalchemy.exc import OperationalError

from adapters.eventsourcing_store import Conflict
from adapters.kafka_appender import AppendFailed, KafkaAppender
from adapters.kafka_clients import consumer, producer
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import receipts_topic, submit_topic
from adapters.kafka_topics import KafkaTopics, Topic
from domain.recorded import Recorded
from domain.vocabulary import Audience
from gateway.hub import Hub
from gateway.ingesting import Ingest
from gateway.lines import LINE_BYTES
from tests.support.hubs import DURHAM, NHS_NUMBER, custody, registered
from tests.support.services import KafkaService

DEADLINE = 60.0  # s; a broker shared with other tests on a slow machine
YOT = Audience.parse("yot-hampshire/local-yot")
HEALTH = Audience.parse("QHM/local-health")
LINE = custody(authority=DURHAM, nhs_number=NHS_NUMBER)
UNKNOWN = custody(authority=DURHAM, nhs_number="9990000026")


class Desks:
    """Writes submissions as desks do, and reads what they are answered."""

    def __init__(self, connection: KafkaConnection, *desks: Audience) -> None:
        topics = KafkaTopics(connection, "test-desks")
        topics.ensure(Topic(name(desk), 1) for desk in desks for name in (submit_topic, receipts_topic))
        topics.close()
        self._producer: KafkaProducer = producer(connection, "test-desk", f"test-{uuid4().hex}")
        self._producer.init_transactions()
        self._reader: KafkaConsumer = consumer(connection, "test-desk")
        self._places = [TopicPartition(receipts_topic(desk), 0) for desk in desks]
        self._reader.assign(self._places)
        self._begin = self._reader.end_offsets(self._places)

    def write(self, desk: Audience, *lines: Any, names: list[str | None] | None = None) -> list[int]:
        """Write lines in order, each named if a name is given; answers their offsets."""
        self._producer.begin_transaction()
        sent = [
            self._producer.send(
                submit_topic(desk),
                line if isinstance(line, bytes) else json.dumps(line).encode(),
                key=b"",
                headers=[("ce_id", name.encode())] if name is not None else [],
                partition=0,
            )
            for line, name in zip(lines, names or [None] * len(lines), strict=True)
        ]
        self._producer.commit_transaction()
        return [future.get(0).offset for future in sent]

    def receipts(self, desk: Audience) -> list[Any]:
        """Every receipt of this test, as records; only what was committed."""
        place = TopicPartition(receipts_topic(desk), 0)
        [end] = self._reader.end_offsets([place]).values()
        self._reader.seek(place, self._begin[place])
        found: list[Any] = []
        while self._reader.position(place) < end:
            found += self._reader.poll(timeout_ms=200).get(place, [])
        return found

    def answers(self, desk: Audience) -> list[dict[str, Any]]:
        return [json.loads(record.value) for record in self.receipts(desk)]

    def close(self) -> None:
        self._producer.close()
        self._reader.close()


@pytest.fixture
def connection(kafka_cluster: KafkaService) -> KafkaConnection:
    return KafkaConnection(kafka_cluster.bootstrap, kafka_cluster.user, kafka_cluster.password, kafka_cluster.ca_file)


@pytest.fixture
def desks(connection: KafkaConnection) -> Iterator[Desks]:
    made = Desks(connection, YOT, HEALTH)
    yield made
    made.close()


@pytest.fixture
def start(hub: Hub, connection: KafkaConnection) -> Iterator[Callable[[], Ingest]]:
    registered(hub)
    started: list[Ingest] = []

    def start() -> Ingest:
        started.append(Ingest(hub, connection))
        return started[-1]

    yield start
    for ingest in started:
        ingest.close()


def until(reached: Callable[[], bool], *ingests: Ingest) -> None:
    """Let them work until it is so."""
    deadline = time.monotonic() + DEADLINE
    while not reached():
        assert time.monotonic() < deadline, "not reached in time"
        for ingest in ingests:
            ingest.step(0.2)


def idle(ingest: Ingest) -> None:
    """Let it work until it has nothing left, and once more: what comes too much would come now."""
    until(lambda: ingest.step(0.2) == 0 and ingest.lag() == 0, ingest)


def events(hub: Hub, name: str = "custody-entered") -> list[Recorded]:
    found = (e for _, e in hub.records.notifications(0, 1_000_000))
    return [e for e in found if isinstance(e, Recorded) and e.event.TYPE.name == name]


# --- refused, with the reason, and the next is taken


def test_what_is_no_submission_is_refused_with_the_rule_and_never_with_its_value(
    start: Callable[[], Ingest], hub: Hub, desks: Desks
) -> None:
    secret = "Example-Secret"
    bad = [
        f'{{"type": "{secret}'.encode(),
        b"[1]",
        b'"\xff"',
        b"",
        b"[" * 50_000,
        b'{"type": "' + b"x" * LINE_BYTES + b'"}',
        {"type": secret},
        {**LINE, "custody_kind": secret},
        {"type": "child-registered", "effective_on": "2026-04-06", "authority": DURHAM, "local_id": secret,
         "born_on": {"unknown": True}},
    ]  # fmt: skip
    offsets = desks.write(YOT, *bad, LINE)
    until(lambda: len(desks.receipts(YOT)) == len(bad) + 1, start())

    answers = desks.answers(YOT)
    assert [a["submission"] for a in answers] == offsets
    assert [(p["field"], p["rule"]) for a in answers[:-1] for p in a["refused"]] == [
        ("line", "is one JSON object"),
        ("line", "is one JSON object"),
        ("line", "is UTF-8"),
        ("line", "is one JSON object"),
        ("line", "is one JSON object"),
        ("line", "is at most 128 KiB long"),
        ("type", "no such event type"),
        ("custody_kind", "is not a code of schemas/codes/custody_kind.csv"),
        ("authority", "only the responsible authority itself registers a child"),
    ]
    assert all(set(a) == {"submission", "refused"} for a in answers[:-1])
    assert secret not in str([(r.key, r.value, r.headers) for r in desks.receipts(YOT)])
    assert [str(e.event_id) for e in events(hub)] == [answers[-1]["received"]]


def test_a_name_that_is_too_long_or_no_text_is_refused(start: Callable[[], Ingest], hub: Hub, desks: Desks) -> None:
    [offset] = desks.write(YOT, LINE, names=["x" * 201])
    until(lambda: len(desks.receipts(YOT)) == 1, start())

    [answer] = desks.answers(YOT)
    assert (answer["submission"], answer["refused"][0]["field"]) == (offset, "ce_id")
    assert events(hub) == []


def test_a_name_given_to_another_submission_is_refused(start: Callable[[], Ingest], hub: Hub, desks: Desks) -> None:
    desks.write(YOT, LINE, UNKNOWN, names=["one", "one"])
    until(lambda: len(desks.receipts(YOT)) == 2, start())

    first, second = desks.answers(YOT)
    assert (second["submission"], second["refused"][0]["field"]) == ("one", "key")
    assert [str(e.event_id) for e in events(hub)] == [first["received"]]


# --- received


def test_each_submission_is_received_in_order_and_answered_on_its_own_desks_topic(
    start: Callable[[], Ingest], hub: Hub, desks: Desks
) -> None:
    lines = [{**LINE, "effective_on": f"2026-05-{day:02}"} for day in range(1, 21)]
    desks.write(YOT, *lines, names=[f"n{day}" for day in range(1, 21)])
    ingest = start()
    until(lambda: len(desks.receipts(YOT)) == len(lines), ingest)

    assert [a["submission"] for a in desks.answers(YOT)] == [f"n{day}" for day in range(1, 21)]
    assert [a["received"] for a in desks.answers(YOT)] == [str(e.event_id) for e in events(hub)]
    assert [e.event.effective_on.day for e in events(hub)] == list(range(1, 21))
    assert {e.reporter for e in events(hub)} == {YOT.agency}
    assert desks.receipts(HEALTH) == []
    assert ingest.lag() == 0


def test_a_receipt_is_a_cloud_event(start: Callable[[], Ingest], desks: Desks) -> None:
    desks.write(YOT, LINE, {**LINE, "custody_kind": "?"}, names=["one", "two"])
    until(lambda: len(desks.receipts(YOT)) == 2, start())

    received, refused = (dict(r.headers) for r in desks.receipts(YOT))
    assert (received["ce_specversion"], received["content-type"]) == (b"1.0", b"application/json")
    assert (received["ce_type"], refused["ce_type"]) == (
        b"throughline.receipt.received",
        b"throughline.receipt.refused",
    )
    assert received["ce_source"] == b"/throughline/receipts/yot-hampshire/local-yot"
    assert received["ce_id"] != refused["ce_id"]


def test_a_line_names_an_earlier_one_of_its_agency_by_its_name(
    start: Callable[[], Ingest], hub: Hub, desks: Desks
) -> None:
    took_back = {"type": "event-retracted", "child": LINE["child"], "effective_on": "2026-05-21", "retracts": "@night",
                 "reason": "wrong-child"}  # fmt: skip
    desks.write(YOT, LINE, took_back, names=["night", "morning"])
    until(lambda: len(desks.receipts(YOT)) == 2, start())

    assert all("received" in a for a in desks.answers(YOT))
    assert len(events(hub, "event-retracted")) == 1


def test_a_desk_that_is_new_is_noticed(start: Callable[[], Ingest], connection: KafkaConnection) -> None:
    ingest = start()
    ingest.step(0.2)
    new = Audience.parse("yot-durham/local-yot")
    later = Desks(connection, new)
    later.write(new, LINE)
    until(lambda: len(later.receipts(new)) == 1, ingest)
    later.close()


# --- repeats


@pytest.mark.parametrize("line", [LINE, UNKNOWN])
def test_a_repeat_under_its_name_is_answered_again_in_the_same_form_and_recorded_once(
    start: Callable[[], Ingest], hub: Hub, desks: Desks, line: dict[str, Any]
) -> None:
    desks.write(YOT, line, line, names=["one", "one"])
    until(lambda: len(desks.receipts(YOT)) == 2, start())

    first, second = desks.answers(YOT)
    assert first == second
    assert [str(e.event_id) for e in events(hub)] == [first["received"]]
    kinds = [[(k, v) for k, v in r.headers if k != "ce_id"] for r in desks.receipts(YOT)]
    assert kinds[0] == kinds[1]


def test_a_repeat_without_a_name_is_a_submission_of_its_own(
    start: Callable[[], Ingest], hub: Hub, desks: Desks
) -> None:
    desks.write(YOT, LINE, LINE)
    until(lambda: len(desks.receipts(YOT)) == 2, start())

    ids = [a["received"] for a in desks.answers(YOT)]
    assert len(set(ids)) == 2
    assert [str(e.event_id) for e in events(hub)] == ids


@pytest.mark.parametrize("sent", [False, True], ids=["before the receipts were sent", "before they were committed"])
def test_dead_between_recording_and_receipt_each_is_recorded_and_answered_once(
    start: Callable[[], Ingest],
    hub: Hub,
    desks: Desks,
    monkeypatch: pytest.MonkeyPatch,
    sent: bool,
) -> None:
    dying = start()

    def dies(self: KafkaAppender, records: Any, taken: Any) -> None:
        if sent:  # all but the commit
            made = self._open()
            made.begin_transaction()
            for r in records:
                made.send(r.topic, key=r.key, value=r.value, headers=r.headers, partition=r.partition)
            made.send_offsets_to_transaction(taken.offsets, taken.group)
            made.flush(10)
        raise KeyboardInterrupt

    desks.write(YOT, LINE, UNKNOWN, names=["one", None])
    with monkeypatch.context() as patch:
        patch.setattr(KafkaAppender, "append", dies)
        with pytest.raises(KeyboardInterrupt):
            until(lambda: False, dying)
    assert len(events(hub)) == 2
    assert desks.receipts(YOT) == []
    dying.close()

    successor = start()
    until(lambda: len(desks.receipts(YOT)) == 2, successor)
    idle(successor)
    assert [a["received"] for a in desks.answers(YOT)] == [str(e.event_id) for e in events(hub)]


def test_when_receipts_cannot_be_appended_the_same_process_answers_later(
    start: Callable[[], Ingest], hub: Hub, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest = start()
    real, left = KafkaAppender.append, iter(range(2))

    def fails(self: KafkaAppender, *rest: Any) -> None:
        if next(left, None) is not None:
            raise AppendFailed
        real(self, *rest)

    monkeypatch.setattr(KafkaAppender, "append", fails)
    desks.write(YOT, LINE, UNKNOWN)
    for _ in range(2):
        with pytest.raises(AppendFailed):
            until(lambda: False, ingest)
    until(lambda: len(desks.receipts(YOT)) == 2, ingest)

    assert [a["received"] for a in desks.answers(YOT)] == [str(e.event_id) for e in events(hub)]


def test_when_the_database_is_away_nothing_is_answered_and_all_comes_again(
    start: Callable[[], Ingest], hub: Hub, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = hub.recording.submit, iter(range(2))

    def away(line: dict[str, Any], *rest: Any) -> Any:
        if line["child"] == UNKNOWN["child"] and next(left, None) is not None:
            raise OperationalError("SELECT", None, OSError())
        return real(line, *rest)

    monkeypatch.setattr(hub.recording, "submit", away)
    desks.write(YOT, LINE, UNKNOWN)
    ingest = start()
    for _ in range(2):
        with pytest.raises(OperationalError):
            until(lambda: False, ingest)
        assert desks.receipts(YOT) == []
    until(lambda: len(desks.receipts(YOT)) == 2, ingest)

    assert [a["received"] for a in desks.answers(YOT)] == [str(e.event_id) for e in events(hub)]


@pytest.mark.parametrize("fault", [Conflict(), KeyError(NHS_NUMBER)], ids=["overtaken", "a fault of the hub"])
def test_what_cannot_be_answered_holds_up_its_desk_alone_and_is_answered_later(
    start: Callable[[], Ingest],
    hub: Hub,
    desks: Desks,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
) -> None:
    real, failing = hub.recording.submit, True

    def fails(line: dict[str, Any], agency: str, *rest: Any) -> Any:
        if failing and agency == YOT.agency and line["child"] == UNKNOWN["child"]:
            raise fault
        return real(line, agency, *rest)

    monkeypatch.setattr(hub.recording, "submit", fails)
    desks.write(YOT, LINE, UNKNOWN, LINE, names=["one", "two", "three"])
    desks.write(HEALTH, {"type": "released"})
    ingest = start()
    until(lambda: len(desks.receipts(YOT)) == 1 and len(desks.receipts(HEALTH)) == 1, ingest)
    assert ingest.step(0.2) == 0
    assert [a["submission"] for a in desks.answers(YOT)] == ["one"]
    assert ingest.lag() >= 2
    assert caplog.text.count("is tried again until it can be answered") == 1
    assert NHS_NUMBER not in caplog.text

    failing = False
    until(lambda: len(desks.receipts(YOT)) == 3, ingest)
    assert [a["submission"] for a in desks.answers(YOT)] == ["one", "two", "three"]


def test_two_processes_share_the_desks_and_the_one_left_takes_over(
    start: Callable[[], Ingest], hub: Hub, desks: Desks
) -> None:
    one, other = start(), start()
    until(lambda: all(i._submissions._reader.assignment() for i in (one, other)), one, other)
    assert not one._submissions._reader.assignment() & other._submissions._reader.assignment()

    for day in range(1, 25):
        desks.write(YOT, {**LINE, "effective_on": f"2026-05-{day:02}"})
        desks.write(HEALTH, {"type": "released"})
        if day == 8:
            until(lambda: len(desks.receipts(YOT)) == 8 and len(desks.receipts(HEALTH)) == 8, one, other)
            one.close()
    until(lambda: len(desks.receipts(YOT)) == day and len(desks.receipts(HEALTH)) == day, other)

    assert [a["received"] for a in desks.answers(YOT)] == [str(e.event_id) for e in events(hub)]
    assert [e.event.effective_on.day for e in events(hub)] == list(range(1, day + 1))
