"""The demonstration carried on Kafka and PostgreSQL, and embedded, under one master key: every feed is the same, byte for byte."""

from __future__ import annotations

from pathlib import Path

from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import feed_topic, sequence_of
from domain.vocabulary import Audience
from gateway.settings import Settings
from tests.e2e.test_demo_postgres import Feed, feed, played
from tests.support.brokers import on_topic

__all__ = ["feed"]


def test_every_feed_is_the_same_carried_on_kafka(
    tmp_path: Path, postgres_url: str, broker: KafkaConnection, feed: Feed
) -> None:
    embedded, carried = Settings(tmp_path / "embedded"), Settings(tmp_path / "carried", postgres_url, kafka=broker)

    desks = played(embedded)
    assert played(carried) == desks

    feeds = {desk: feed(desk, embedded) for desk in desks}
    assert len(desks) > 10
    assert all(feeds.values())
    assert {desk: feed(desk, carried) for desk in desks} == feeds
    assert {
        desk: [sequence_of(r.headers) for r in on_topic(broker, feed_topic(Audience.parse(desk)))] for desk in desks
    } == {desk: list(range(1, lines.count("\n") + 1)) for desk, lines in feeds.items()}
