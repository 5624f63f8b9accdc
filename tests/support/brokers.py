"""A broker without topics of an earlier test: the topics of a hub have fixed names, and the cluster is started once."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic, sleep

import pytest

from adapters.kafka_clients import admin
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
