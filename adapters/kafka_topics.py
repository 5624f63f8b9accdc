"""The hub's topics on the broker: what each is for, how many partitions, how long its records stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from kafka.errors import TopicAlreadyExistsError, UnknownTopicOrPartitionError

from adapters.kafka_clients import admin
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import EVENTS, feed_topic, receipts_topic, submit_topic
from domain.vocabulary import Audience

PARTITIONS: Final = 12  # of the events topic: as many workers can share the disclosing; set once
COPIES: Final = 3  # of each partition, where there are as many brokers: one may be lost, and one be restarted
DAY: Final = 24 * 3600 * 1000  # ms
WEEK: Final = 7 * DAY


@dataclass(frozen=True, slots=True)
class Topic:
    """partitions: set once. retention: ms after which a record may go. copies: of each partition; None: up to
    three, as there are brokers.

    Records bear the broker's time: none tells when it was made. The broker deletes whole segments, each when its last record
    has passed the retention: a segment of a day makes that the retention and a day at most, where the default would double a week.
    """

    name: str
    partitions: int
    retention: int = WEEK
    copies: int | None = None

    @property
    def config(self) -> dict[str, str]:
        """Its settings on the broker."""
        return {
            "retention.ms": str(self.retention),
            "segment.ms": str(min(self.retention, DAY)),
            "cleanup.policy": "delete",
            "message.timestamp.type": "LogAppendTime",
        }


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """A topic as the broker has it. config: the settings that we make, by name."""

    name: str
    partitions: int
    copies: int
    config: Mapping[str, str] = field(default_factory=dict)


def events_topic(partitions: int = PARTITIONS, copies: int | None = None) -> Topic:
    """Every entry, sealed: for the hub's own workers."""
    return Topic(EVENTS, partitions, copies=copies)


def feed_topic_of(audience: Audience, retention: int = WEEK, copies: int | None = None) -> Topic:
    """One desk's feed: one partition, so that numbers follow on."""
    return Topic(feed_topic(audience), 1, retention, copies)


def desk_topics(audience: Audience, retention: int = WEEK, copies: int | None = None) -> tuple[Topic, Topic, Topic]:
    """One desk's feed, kept for `retention` ms, its submissions and the receipts for them, each in its order."""
    return (
        feed_topic_of(audience, retention, copies),
        Topic(submit_topic(audience), 1, copies=copies),
        Topic(receipts_topic(audience), 1, copies=copies),
    )


class KafkaTopics:
    """Makes topics that are missing, and reads and sets what they are. retention: ms, of feed topics that are made by the way.

    Every method raises KafkaError.
    """

    def __init__(self, connection: KafkaConnection, client_id: str, retention: int = WEEK) -> None:
        self._admin = admin(connection, client_id)
        self._retention = retention
        self._known: set[str] = set()

    def ensure(self, topics: Iterable[Topic]) -> list[str]:
        """Make those that are missing; answers their names when every broker that we ask has them."""
        wanted = [t for t in topics if t.name not in self._known]
        if not wanted:
            return []
        there = set(self._admin.list_topics())
        made = [t for t in wanted if t.name not in there]
        for topic in made:
            self._make(topic)
        self._admin.wait_for_topics([t.name for t in made])
        self._known |= {t.name for t in wanted}
        return [t.name for t in made]

    def ensure_feed(self, audience: Audience) -> None:
        """Make the topic of a desk's feed where it is missing: until rights are applied, nobody outside the hub may read it."""
        self.ensure([feed_topic_of(audience, self._retention)])

    def partitions(self, name: str) -> int:
        """How many partitions a topic has. Raises KafkaError where the broker does not know it yet: one made just now."""
        [found] = self._admin.describe_topics([name])
        if not found["partitions"]:
            raise UnknownTopicOrPartitionError(name)
        return len(found["partitions"])

    def found(self, prefix: str) -> dict[str, FoundTopic]:
        """By name, the topics whose names begin with this."""
        described = {t["name"]: t["partitions"] for t in self._admin.describe_topics() if t["name"].startswith(prefix)}
        if not described:
            return {}
        names = list(Topic("", 1).config)
        asked = [ConfigResource(ConfigResourceType.TOPIC, name, list(names)) for name in described]
        configs: Mapping[str, Any] = self._admin.describe_configs(asked, config_filter="all")["topic"]
        return {
            name: FoundTopic(
                name,
                len(partitions),
                min((len(p["replica_nodes"]) for p in partitions), default=0),
                {key: said["value"] for key, said in configs[name].items()},
            )
            for name, partitions in described.items()
        }

    def set_config(self, topics: Iterable[Topic]) -> None:
        """Give topics that are there the settings that they should have. The broker says of each whether it did: read back."""
        self._admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, t.name, t.config) for t in topics])

    def close(self) -> None:
        """Close the connection."""
        self._admin.close()

    def _make(self, topic: Topic) -> None:
        copies = topic.copies or min(COPIES, len(self._admin.describe_cluster()["brokers"]))
        new = NewTopic(topic.name, topic.partitions, copies, topic_configs=topic.config)
        with suppress(TopicAlreadyExistsError):  # another process was quicker
            self._admin.create_topics([new])
