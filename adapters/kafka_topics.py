"""The hub's topics on the broker: what each is for, how many partitions, how long its records stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from kafka.admin import NewTopic
from kafka.errors import TopicAlreadyExistsError, UnknownTopicOrPartitionError

from adapters.kafka_clients import admin
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import EVENTS, feed_topic
from domain.vocabulary import Audience

PARTITIONS: Final = 12  # of the events topic: as many workers can share the disclosing; set once
COPIES: Final = 3  # of each partition, where there are as many brokers: one may be lost, and one be restarted
WEEK: Final = 7 * 24 * 3600 * 1000  # ms


@dataclass(frozen=True, slots=True)
class Topic:
    """partitions: set once. retention: ms after which a record may go. Records bear the broker's time: none tells when it was made."""

    name: str
    partitions: int
    retention: int = WEEK

    @property
    def config(self) -> dict[str, str]:
        """Its settings on the broker."""
        return {
            "retention.ms": str(self.retention),
            "cleanup.policy": "delete",
            "message.timestamp.type": "LogAppendTime",
        }


def events_topic(partitions: int = PARTITIONS) -> Topic:
    """Every entry, sealed: for the hub's own workers."""
    return Topic(EVENTS, partitions)


def feed_topic_of(audience: Audience) -> Topic:
    """One desk's feed: one partition, so that numbers follow on."""
    return Topic(feed_topic(audience), 1)


class KafkaTopics:
    """Makes topics that are missing; what is there it leaves as it is. replication: copies of each partition; None: up to three."""

    def __init__(self, connection: KafkaConnection, client_id: str, replication: int | None = None) -> None:
        self._admin = admin(connection, client_id)
        self._replication = replication
        self._known: set[str] = set()

    def ensure(self, topics: Iterable[Topic]) -> list[str]:
        """Make those that are missing; answers their names. Raises KafkaError."""
        wanted = [t for t in topics if t.name not in self._known]
        if not wanted:
            return []
        there = set(self._admin.list_topics())
        made = [t for t in wanted if t.name not in there]
        for topic in made:
            self._make(topic)
        self._known |= {t.name for t in wanted}
        return [t.name for t in made]

    def ensure_feed(self, audience: Audience) -> None:
        """Make the topic of a desk's feed where it is missing: until rights are applied, nobody outside the hub may read it."""
        self.ensure([feed_topic_of(audience)])

    def partitions(self, name: str) -> int:
        """How many partitions a topic has. Raises KafkaError where the broker does not know it yet: one made just now."""
        [found] = self._describe([name])
        if not found["partitions"]:
            raise UnknownTopicOrPartitionError(name)
        return len(found["partitions"])

    def close(self) -> None:
        """Close the connection."""
        self._admin.close()

    def _make(self, topic: Topic) -> None:
        if self._replication is None:
            self._replication = min(COPIES, len(self._admin.describe_cluster()["brokers"]))
        new = NewTopic(topic.name, topic.partitions, self._replication, topic_configs=topic.config)
        with suppress(TopicAlreadyExistsError):  # another process was quicker
            self._admin.create_topics([new])

    def _describe(self, names: list[str]) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = self._admin.describe_topics(names)
        return found
