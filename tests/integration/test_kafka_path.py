"""From the event store over Kafka to feeds and topics: what stands where, that it stands there once, and what is made good."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.kafka_appender import AppendFailed, Fenced, KafkaAppender
from adapters.kafka_clients import producer
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import EVENTS, Outgoing, entry_record, feed_topic, partition_of, sequence_of
from adapters.kafka_relay import TopicAhead
from adapters.kafka_topics import KafkaTopics, events_topic
from adapters.sql_positions import DELIVERY, RELAY, LanesDiffer
from domain.forms import Refused
from domain.vocabulary import Audience
from gateway.hub import Hub
from gateway.processes import Delivering, Disclosing, Relaying
from gateway.settings import Settings
from gateway.upkeep import bring_up_to_date
from tests.support.brokers import forget_topics, on_topic
from tests.support.hubs import CHILD, DURHAM, HAMPSHIRE, HOST, Clock, feeds, record, registered

MOVED: dict[str, Any] = {
    "type": "placement-made",
    "child": CHILD,
    "effective_on": "2026-05-20",
    "urgency": "planned",
    "placement_type": "U4",
    "area_authority": HAMPSHIRE,
    "address": "2 Invented Street",
    "postcode": "ZZ1 1AA",
}


@pytest.fixture
def hub(tmp_path: Path, postgres_url: str, broker: KafkaConnection) -> Iterator[Hub]:
    with Hub(Settings(tmp_path / "hub", postgres_url, kafka=broker), clock=Clock()) as made:
        yield made


@contextmanager
def another(hub: Hub) -> Iterator[Hub]:
    """Another process on the same hub."""
    with Hub(hub.settings, clock=hub.clock) as made:
        yield made


def relay(hub: Hub) -> None:
    with closing(Relaying(hub)) as process:
        while process.step(0):
            pass


def disclose(hub: Hub) -> None:
    with closing(Disclosing(hub)) as process:
        while process.lag():
            process.step(1.0)


def deliver(hub: Hub) -> None:
    with closing(Delivering(hub)) as process:
        while process.step(0):
            pass


def carry(hub: Hub) -> None:
    """Everything once, in turn."""
    relay(hub)
    disclose(hub)
    deliver(hub)


# --- what does not happen


def test_a_topic_with_another_number_of_partitions_is_refused_and_nothing_is_relayed(hub: Hub) -> None:
    registered(hub)
    hub.positions.begin_lanes(5)
    with closing(Relaying(hub)) as process, pytest.raises(LanesDiffer, match="12 partitions, this hub 5"):
        process.step(0)
    assert hub.positions.of(RELAY) == 0


def test_a_relay_that_another_has_fenced_off_appends_nothing_more(hub: Hub, broker: KafkaConnection) -> None:
    registered(hub)
    with closing(Relaying(hub)) as first:
        assert first.step(0) == 5
        record(hub, DURHAM, MOVED)
        with another(hub) as other, closing(Relaying(other)) as second:
            assert second.step(0) == 1
            record(hub, DURHAM, {**MOVED, "effective_on": "2026-05-21"})
            with pytest.raises(Fenced, match="another process is the relay now"):
                first.step(0)
            assert second.step(0) == 1
    assert [sequence_of(r.headers) for r in sorted(on_topic(broker, EVENTS), key=lambda r: sequence_of(r.headers))] == [
        position for position, _ in hub.records.notifications_raw(0, 100)
    ]


def test_a_topic_that_holds_more_than_the_store_stops_the_relay(hub: Hub, broker: KafkaConnection) -> None:
    registered(hub)
    relay(hub)
    beyond = replace(_outgoing(hub)[0], headers=[("ce_sequence", b"%d" % (hub.records.last_position() + 1))])
    with closing(KafkaAppender(broker, "tests-appender")) as appender:
        appender.append([beyond])
    with closing(Relaying(hub)) as process, pytest.raises(TopicAhead, match="after a restore it is deleted"):
        process.step(0)


def test_a_hub_that_is_carried_is_not_disclosed_without_the_broker(hub: Hub) -> None:
    registered(hub)
    relay(hub)
    with Hub(replace(hub.settings, kafka=None), clock=hub.clock) as embedded:
        with pytest.raises(Refused, match="THROUGHLINE_KAFKA_BOOTSTRAP: is not set, but this hub is carried on Kafka"):
            bring_up_to_date(embedded)
        assert embedded.feeds.position() == 0
        disclose(hub)
        bring_up_to_date(embedded)


def test_an_append_that_fails_leaves_nothing_that_a_reader_sees(hub: Hub, broker: KafkaConnection) -> None:
    registered(hub)
    relay(hub)
    with closing(KafkaAppender(broker, "tests-appender")) as appender:
        too_large = [*_outgoing(hub)[:2], _outgoing(hub, state=b"x" * 2_000_000)[0]]
        with pytest.raises(AppendFailed):
            appender.append(too_large)
    assert len(on_topic(broker, EVENTS)) == 5


def _outgoing(hub: Hub, state: bytes | None = None) -> list[Any]:
    found = hub.records.notifications_raw(0, 100)
    return [
        entry_record(p, replace(s, state=state) if state is not None else s, partition_of(s.originator_id, 12), 0)
        for p, s in found
    ]


# --- what does


def test_stored_bytes_stand_on_the_topic_as_they_are_under_the_childs_key(hub: Hub, broker: KafkaConnection) -> None:
    registered(hub)
    relay(hub)

    stored = dict(hub.records.notifications_raw(0, 100))
    for found in on_topic(broker, EVENTS):
        headers = dict(found.headers)
        entry = stored.pop(int(headers["ce_sequence"]))
        assert found.value == entry.state
        assert found.key == str(entry.originator_id).encode()
        assert found.partition == partition_of(entry.originator_id, 12)
        assert headers["ce_specversion"] == b"1.0"
        assert headers["ce_type"] == entry.topic.encode()
        assert int(headers["ce_streamversion"]) == entry.originator_version
    assert stored == {}


def test_a_desks_topic_holds_its_feed_in_number_order_under_the_pairwise_reference(
    hub: Hub, broker: KafkaConnection
) -> None:
    registered(hub)
    carry(hub)
    record(hub, DURHAM, MOVED)
    carry(hub)

    for desk in hub.feeds.audiences():
        audience = Audience.parse(desk)
        found = on_topic(broker, feed_topic(audience))
        rows = hub.feeds.read(desk, 0, 1000)
        assert (
            [sequence_of(r.headers) for r in found] == [number for number, *_ in rows] == list(range(1, len(rows) + 1))
        )
        for got, (_, child, message_id, body) in zip(found, rows, strict=True):
            assert got.key == hub.pairwise.child(audience, child).encode()
            assert dict(got.headers)["ce_id"] == message_id.encode()
            assert got.value == hub.sealed.opened(child, message_id, body)


def test_carried_on_kafka_every_feed_is_what_the_store_folds_to_without_it(hub: Hub, tmp_path: Path) -> None:
    registered(hub)
    record(hub, DURHAM, MOVED)
    carry(hub)
    carried = feeds(hub)

    embedded = Settings(tmp_path / "embedded")
    embedded.data.mkdir()
    embedded.master_key.write_bytes(hub.settings.master_key.read_bytes())
    embedded.master_key.chmod(0o600)
    with Hub(embedded, clock=hub.clock) as alone:
        alone.documents, alone.adopted = hub.documents, hub.adopted
        for _, entry in hub.records.notifications(0, 1000):
            alone.records.append([entry])  # type: ignore[list-item]
        alone.folds._documents = hub.documents
        alone.disclose()
        assert feeds(alone) == carried


# --- what is made good


@pytest.mark.parametrize("process", [Relaying, Delivering], ids=["relay", "deliver"])
def test_what_was_appended_and_not_noted_is_not_appended_again(
    hub: Hub, broker: KafkaConnection, process: Callable[[Hub], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(hub)
    if process is Delivering:
        relay(hub)
        disclose(hub)

    def dies(*_: object) -> None:
        raise OSError("gone between appending and noting")

    with another(hub) as dying, monkeypatch.context() as patch:
        patch.setattr(dying.positions, "move", dies)
        if process is Relaying:
            real = dying.positions.announce
            patch.setattr(dying.positions, "announce", lambda *words: real(*words) if words[3] else dies())
        with closing(process(dying)) as first:
            if process is Relaying:
                first.step(0)
            with pytest.raises(OSError, match="gone between"):
                first.step(0)
    carry(hub)
    carry(hub)

    assert len(on_topic(broker, EVENTS)) == 5
    host = on_topic(broker, feed_topic(Audience.parse(HOST)))
    assert [sequence_of(r.headers) for r in host] == [1, 2, 3, 4]


def test_an_entry_that_did_not_come_before_the_next_one_is_read_from_the_store(
    hub: Hub, broker: KafkaConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(hub)
    carry(hub)
    for day in ("2026-05-20", "2026-05-21", "2026-05-22"):
        record(hub, DURHAM, {**MOVED, "effective_on": day})
    missing, *_ = _outgoing(hub)[-3:]
    with closing(Relaying(hub)) as process:
        real = process._appender.append

        def some(records: Sequence[Outgoing]) -> None:
            real([r for r in records if r.sequence != missing.sequence])

        monkeypatch.setattr(process._appender, "append", some)
        assert process.step(0) == 3
    disclose(hub)

    assert missing.sequence not in [sequence_of(r.headers) for r in on_topic(broker, EVENTS)]
    told = hub.disclosure_of(hub.stream_of(DURHAM, "900001")).sent
    assert {str(a): n for a, n in told.items()} == {a: len(m) for a, m in feeds(hub).items()}


def test_a_record_that_is_not_the_relays_is_passed_over(hub: Hub, broker: KafkaConnection) -> None:
    registered(hub)
    relay(hub)
    [entry, *_] = _outgoing(hub)
    with closing(KafkaAppender(broker, "tests-stranger")) as stranger:
        stranger.append([replace(entry, headers=[("ce_sequence", b"not a number")])])
    record(hub, DURHAM, MOVED)
    carry(hub)

    assert hub.feeds.position() == hub.records.last_position()
    numbers = [n for n, _ in feeds(hub)[HOST]]
    assert numbers == list(range(1, len(numbers) + 1))


def test_records_that_come_again_are_not_disclosed_again(hub: Hub, broker: KafkaConnection) -> None:
    registered(hub)
    carry(hub)
    before = feeds(hub)
    with closing(producer(broker, "tests-zombie", "tests-zombie")) as zombie:  # a relay that does not know it is one
        zombie.init_transactions()
        zombie.begin_transaction()
        for again in _outgoing(hub):
            zombie.send(EVENTS, key=again.key, value=again.value, headers=again.headers, partition=again.partition)
        zombie.commit_transaction()
    record(hub, DURHAM, MOVED)
    carry(hub)

    after = feeds(hub)
    assert {a: messages[: len(before[a])] for a, messages in after.items() if a in before} == {
        a: [(n, m if after[a][n - 1][1] is not None else None) for n, m in messages] for a, messages in before.items()
    }
    assert [n for n, _ in after[HOST]] == list(range(1, len(after[HOST]) + 1))


def test_what_the_topic_no_longer_holds_is_read_from_the_store(hub: Hub, broker: KafkaConnection) -> None:
    registered(hub)
    relay(hub)
    made_anew(broker)
    record(hub, DURHAM, MOVED)
    carry(hub)

    assert hub.feeds.position() == hub.records.last_position()
    assert len(on_topic(broker, EVENTS)) == 1
    numbers = [n for n, _ in feeds(hub)[HOST]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert hub.positions.of(DELIVERY) == hub.feeds.position()


def test_a_topic_made_anew_that_has_grown_to_where_a_worker_was_holds_nobody_up(
    hub: Hub, broker: KafkaConnection
) -> None:
    registered(hub)
    relay(hub)
    disclose(hub)
    [offset] = [lane.offset for lane in hub.positions.lanes().values() if lane.offset]
    made_anew(broker)
    for day in range(offset):
        record(hub, DURHAM, {**MOVED, "effective_on": f"2026-05-{20 + day}"})
    carry(hub)
    assert hub.feeds.position() == hub.records.last_position()


def made_anew(broker: KafkaConnection) -> None:
    """The events topic, empty."""
    forget_topics(broker)
    with closing(KafkaTopics(broker, "tests")) as topics:
        topics.ensure([events_topic()])


def test_two_workers_share_the_partitions_and_one_that_leaves_is_replaced(hub: Hub) -> None:
    registered(hub)
    relay(hub)
    with closing(Disclosing(hub)) as one, another(hub) as other_hub:
        other = Disclosing(other_hub)
        while not (one._reader.assignment() and other._reader.assignment()):
            one.step(0.2)
            other.step(0.2)
        assert len(one._reader.assignment() | other._reader.assignment()) == 12
        record(hub, DURHAM, MOVED)
        relay(hub)
        other.close()
        while one.lag():
            one.step(0.5)
    numbers = [n for n, _ in feeds(hub)[HOST]]
    assert numbers == list(range(1, len(numbers) + 1))
