"""What the faults have found, each stated by itself: carriers that take over from one another, topics that others write to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

import pytest
from kafka.errors import KafkaConnectionError, KafkaError, ProducerFencedError, UnknownTopicOrPartitionError
from kafka.net.compat import KafkaNetClient

from adapters import kafka_appender, kafka_clients, kafka_topics
from adapters.kafka_appender import Fenced, KafkaAppender
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_feeds import KafkaFeeds
from adapters.kafka_records import EVENTS, Outgoing, partition_of
from adapters.kafka_relay import KafkaRelay
from adapters.kafka_topics import KafkaTopics
from adapters.sql_positions import DELIVERY
from gateway.hub import Hub
from gateway.settings import Settings
from tests.bench.world import NOW, entries, first_events, later_event
from tests.support.hubs import registered

PARTITIONS = 2
NOBODY = KafkaConnection("127.0.0.1:1")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with Hub(Settings(tmp_path / "data"), clock=lambda: NOW) as made:
        yield made


@dataclass
class Topics:
    """Topics in memory: by topic and partition, the sequences in their order."""

    held: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))

    def append(self, records: Sequence[Outgoing]) -> None:
        for record in records:
            self.held[record.topic, record.partition].append(record.sequence)

    def last(self, topic: str, partition: int) -> int | None:
        return next(reversed(self.held[topic, partition]), None)

    def ensure_feed(self, audience: object) -> None:
        """Every topic is there."""


def relay(hub: Hub, topics: Any) -> KafkaRelay:
    return KafkaRelay(hub.records, hub.positions, topics, PARTITIONS)


def deliverer(hub: Hub, topics: Any, batch: int = 100) -> KafkaFeeds:
    return KafkaFeeds(hub.delivery, hub.positions, hub.sealed, hub.pairwise, topics, topics, batch=batch)


def test_what_a_relay_appended_and_never_noted_is_waited_for_though_an_older_entry_was_sent_again(hub: Hub) -> None:
    """Else the low-water mark would pass entries that no worker has seen, and they would never be numbered."""
    topics = Topics()
    one, other = (
        next(s for n in range(99) if partition_of(s := UUID(int=n), PARTITIONS) == p) for p in range(PARTITIONS)
    )
    for n, stream in enumerate((one, other)):
        hub.records.append(entries(hub, stream, first_events(n)))
    relay(hub, topics).step()
    for stream in (one, other):
        hub.records.append(entries(hub, stream, [later_event(0)], hub.records.get(stream)))
    after = {p: topics.held[EVENTS, p][-1] for p in range(PARTITIONS)}
    last = hub.records.last_position()
    topics.held[EVENTS, 0] += [last - 1, topics.held[EVENTS, 0][0]]  # appended; the relay died; sent again by somebody
    topics.held[EVENTS, 1] += [last]

    relay(hub, topics).step()

    assert {p: lane.announced for p, lane in hub.positions.lanes().items()} == {0: last - 1, 1: last}
    assert after != {0: last - 1, 1: last}
    assert hub.feeds.position() < last - 1


def test_of_two_deliverers_the_one_that_notes_second_looks_again_and_delivers_nothing_twice(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = Topics()
    registered(hub)
    hub.disclose()
    first, second = deliverer(hub, topics), deliverer(hub, topics)
    real = hub.positions.move
    with monkeypatch.context() as slow:

        def meanwhile(worker: str, after: int, position: int) -> None:
            slow.undo()
            first.step()
            real(worker, after, position)

        slow.setattr(hub.positions, "move", meanwhile)
        assert second.step() == 0
    assert second.step() == 0
    assert all(held == list(range(1, len(held) + 1)) for held in topics.held.values())


def test_a_deliverer_that_finds_more_on_a_topic_than_it_has_read_goes_on_from_there(hub: Hub) -> None:
    """As where one that was killed had delivered more in its last transaction, and noted nothing."""
    topics = Topics()
    registered(hub)
    hub.disclose()
    killed, next_one = deliverer(hub, topics), deliverer(hub, topics, batch=1)
    killed.step()
    hub.positions.move(DELIVERY, hub.positions.of(DELIVERY), 0)

    while hub.positions.of(DELIVERY) < hub.records.last_position():
        assert next_one.step() == 0
    assert all(held == list(range(1, len(held) + 1)) for held in topics.held.values())


class Producer:
    """A producer that learns while it sends that it was fenced off: the library then raises no more than KafkaError."""

    class _transaction_manager:
        last_error = ProducerFencedError()

    def init_transactions(self) -> None: ...
    def begin_transaction(self) -> None: ...
    def close(self, timeout: float) -> None: ...
    def send(self, *_: object, **__: object) -> None:
        raise KafkaError("Cannot perform send")


def test_an_appender_that_is_fenced_off_while_it_sends_knows_that_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would open anew and fence off the one that took over, which would do the same."""
    monkeypatch.setattr(kafka_appender, "producer", lambda *_: Producer())

    with pytest.raises(Fenced):
        KafkaAppender(NOBODY, "relay").append([Outgoing(EVENTS, 0, b"", b"", [], 1)])


def test_to_a_producer_a_broker_that_cannot_be_reached_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a commit that was to be sent to one which had just died would be waited for without end."""

    def cannot(*_: object) -> NoReturn:
        raise KafkaConnectionError("nobody there")

    monkeypatch.setattr(KafkaNetClient, "await_ready", cannot)
    monkeypatch.setattr(kafka_clients, "KafkaProducer", lambda **options: options)
    client = object.__new__(kafka_clients.producer(NOBODY, "relay", "relay")["kafka_client"])

    assert client.await_ready("coordinator-1") is False


def test_a_topic_that_was_made_just_now_has_not_no_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    class Admin:
        def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
            return [{"name": name, "partitions": []} for name in names]

    monkeypatch.setattr(kafka_topics, "admin", lambda *_: Admin())

    with pytest.raises(UnknownTopicOrPartitionError):
        KafkaTopics(NOBODY, "test").partitions(EVENTS)
