"""A broker without topics of an earlier test: the topics of a hub have fixed names, and the cluster is started once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from time import monotonic, sleep
from typing import Any

import pytest
from kafka import TopicPartition

from adapters.kafka_clients import admin, consumer
from adapters.kafka_connection import KafkaConnection
from tests.support.services import KafkaService

PATIENCE = 30.0  # s until topics that were deleted are gone


@pytest.fixture
def broker(kafka_cluster: KafkaService) -> Iterator[KafkaConnection]:
    """The hub's own connection to a cluster that holds no topic of a hub."""
    connection = KafkaConnection(
        kafka_cluster.bootstrap, kafka_cluster.user, kafka_cluster.password, kafka_cluster.ca_file
    )
    forget_topics(connection)
    yield connection
    forget_topics(connection)


def forget_topics(connection: KafkaConnection) -> None:
    """Delete a hub's topics, and wait until they are gone."""
    client = admin(connection, "tests")
    try:
        until = monotonic() + PATIENCE
        while names := [name for name in client.list_topics() if name.startswith("throughline.")]:
            assert monotonic() < until, "topics that were deleted are still there"
            client.delete_topics(names, raise_errors=False)
            sleep(0.05)
    finally:
        client.close()


def on_topic(connection: KafkaConnection, topic: str) -> list[Any]:
    """What an unrelated consumer reads of a topic, partition by partition; a broker may learn of a new topic a moment late."""
    with closing(consumer(connection, "tests-reader")) as reader:
        until = monotonic() + PATIENCE
        while not (known := reader.partitions_for_topic(topic)):
            assert monotonic() < until, f"the broker does not know {topic}"
            sleep(0.1)
        places = [TopicPartition(topic, p) for p in sorted(known)]
        reader.assign(places)
        reader.seek_to_beginning(*places)
        ends = reader.end_offsets(places)
        found: list[Any] = []
        while any(reader.position(place) < ends[place] for place in places):
            for records in reader.poll(timeout_ms=5000).values():
                found += records
        return found
