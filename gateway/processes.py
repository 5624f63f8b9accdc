"""The hub's work as processes, each on its own: relay, disclose, deliver, ingest, project. Each does one step after the other.

Carried on Kafka, relay and deliver are one process each, and a second of the same kind takes over; of disclose, ingest and project
there may be any number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from adapters.avro_schemas import feed_schemas
from adapters.kafka_appender import KafkaAppender
from adapters.kafka_clients import consumer
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_disclosing import GROUP, KafkaDisclosure
from adapters.kafka_feeds import KafkaFeeds
from adapters.kafka_records import EVENTS
from adapters.kafka_relay import KafkaRelay
from adapters.kafka_topics import DAY, KafkaTopics, events_topic
from adapters.postgres_hints import EVENTS_APPENDED, FEEDS_NUMBERED, Hints
from adapters.schema_registry import SchemaRegistry
from adapters.sql_positions import ANNOUNCED, DELIVERY, PROJECTION, RELAY
from domain.forms import Problem, Refused
from domain.vocabulary import Audience
from gateway.hub import Hub
from gateway.ingesting import Ingest
from gateway.upkeep import refuse_if_carried
from projections.disclosing import Overtaken
from projections.project import PositionMoved

BATCH: Final = 2_000  # of one transaction, at most: of many it is the time of each that counts


class Process(Protocol):
    """One kind of work. `step` does a bounded piece of it, or waits up to so many seconds for some; answers how much there was.

    lag: how far behind it is, in positions of the store (ingest: in submissions).
    """

    def step(self, wait: float) -> int: ...

    def lag(self) -> int: ...

    def close(self) -> None: ...


class Relaying:
    """From the event store to Kafka."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        connection = kafka_of(hub)
        self._appender = KafkaAppender(connection, "throughline.relay", atomic=False)
        self._relay = KafkaRelay(hub.records, hub.positions, self._appender, partitions(connection))
        self._hints = Hints(hub.settings.hub, EVENTS_APPENDED)

    def step(self, wait: float) -> int:
        """Relay a batch; where there is none, wait for a hint."""
        done = self._relay.step()
        if not done:
            self._hints.wait(wait)
        return done

    def lag(self) -> int:
        """Positions of the store that are not on the topic yet."""
        return self._hub.records.last_position() - self._hub.positions.of(RELAY)

    def close(self) -> None:
        """Close the connections."""
        self._hints.close()
        self._appender.close()


class Disclosing:
    """From Kafka to feeds and ledger."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        connection = kafka_of(hub)
        self._reader = consumer(connection, "throughline-disclose", GROUP)
        self._worker = KafkaDisclosure(
            self._reader,
            hub.records,
            hub.sealed,
            hub.positions,
            hub.folds,
            hub.quarantining.set_aside,
            partitions(connection),
        )

    def step(self, wait: float) -> int:
        """Disclose what arrives."""
        return self._worker.step(wait, BATCH)

    def lag(self) -> int:
        """Positions that were announced for the topic and are not disclosed."""
        return self._hub.positions.of(ANNOUNCED) - self._hub.feeds.position()

    def close(self) -> None:
        """Leave the group, so that another worker has the partitions at once."""
        self._reader.close()


class EmbeddedDisclosing:
    """From the event store itself to feeds and ledger, where there is no broker."""

    def __init__(self, hub: Hub) -> None:
        refuse_if_carried(hub)
        self._hub = hub
        self._hints = Hints(hub.settings.hub, EVENTS_APPENDED)

    def step(self, wait: float) -> int:
        """Disclose a batch; where there is none, number what a worker that died may have left, and wait for a hint."""
        try:
            done = self._hub.worker.step(BATCH)
        except Overtaken:
            return 0
        if not done:
            self._hub.sealed.number()
            self._hints.wait(wait)
        return done

    def lag(self) -> int:
        """Positions of the store that are not disclosed."""
        return self._hub.records.last_position() - self._hub.feeds.position()

    def close(self) -> None:
        """Close the connection."""
        self._hints.close()


class Delivering:
    """From feeds to a Kafka topic for each desk."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        connection = kafka_of(hub)
        registry = hub.settings.schema_registry
        wire = SchemaRegistry(registry, feed_schemas()).wire if registry is not None else bytes
        self._topics = KafkaTopics(connection, "throughline-deliver", hub.settings.feed_retention_days * DAY)
        self._appender = KafkaAppender(connection, "throughline.deliver")
        self._feeds = KafkaFeeds(
            hub.delivery, hub.positions, hub.sealed, hub.pairwise, self._topics, self._appender, wire
        )
        self._hints = Hints(hub.settings.hub, FEEDS_NUMBERED)

    def step(self, wait: float) -> int:
        """Deliver a batch; where there is none, wait for a hint."""
        done = self._feeds.step()
        if not done:
            self._hints.wait(wait)
        return done

    def lag(self) -> int:
        """Positions that are disclosed and not delivered."""
        return self._hub.feeds.position() - self._hub.positions.of(DELIVERY)

    def close(self) -> None:
        """Close the connections."""
        self._hints.close()
        self._appender.close()
        self._topics.close()


class Projecting:
    """From feeds to every desk's views."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._hints = Hints(hub.settings.hub, FEEDS_NUMBERED)

    def step(self, wait: float) -> int:
        """Bring the desks up to date that something was numbered for; where there are none, wait for a hint."""
        after = self._hub.positions.of(PROJECTION)
        upto, found = self._hub.delivery.numbered(after, BATCH)
        try:
            for desk in sorted({m.audience for m in found}):
                self._hub.project(Audience.parse(desk))
            if upto > after:
                self._hub.positions.move(PROJECTION, after, upto)
        except (PositionMoved, Overtaken):  # another process projects the same: look again where it is
            return 0
        if not found:
            self._hints.wait(wait)
        return len(found)

    def lag(self) -> int:
        """Positions that are disclosed and not in the views."""
        return self._hub.feeds.position() - self._hub.positions.of(PROJECTION)

    def close(self) -> None:
        """Close the connection."""
        self._hints.close()


def kafka_of(hub: Hub) -> KafkaConnection:
    """The hub's broker. Raises Refused where the settings name none."""
    if hub.settings.kafka is None:
        raise Refused(
            Problem("THROUGHLINE_KAFKA_BOOTSTRAP", "is not set: this work needs a broker", "docs/operations.md")
        )
    return hub.settings.kafka


def partitions(connection: KafkaConnection) -> int:
    """How many partitions the events topic has; it is made where it is missing."""
    topics = KafkaTopics(connection, "throughline-events")
    try:
        topics.ensure([events_topic()])
        return topics.partitions(EVENTS)
    finally:
        topics.close()


KINDS: Final[dict[str, Callable[[Hub], Process]]] = {
    "relay": Relaying,
    "disclose": lambda hub: Disclosing(hub) if hub.settings.kafka is not None else EmbeddedDisclosing(hub),
    "deliver": Delivering,
    "ingest": lambda hub: Ingest(hub, kafka_of(hub)),
    "project": Projecting,
}
"""Every kind of process by its name."""


def lags(hub: Hub) -> dict[str, int]:
    """How far each kind of process is behind, in positions, as far as the hub's own database tells."""
    at = hub.positions
    stored, disclosed = hub.records.last_position(), hub.feeds.position()
    found = {"disclose": stored - disclosed, "project": disclosed - at.of(PROJECTION)}
    if hub.settings.kafka is not None:
        found |= {
            "relay": stored - at.of(RELAY),
            "disclose": at.of(ANNOUNCED) - disclosed,
            "deliver": disclosed - at.of(DELIVERY),
        }
    return found


def kinds_of(hub: Hub) -> list[str]:
    """The processes that a hub with these settings needs."""
    return [kind for kind in KINDS if hub.settings.kafka is not None or kind in ("disclose", "project")]
