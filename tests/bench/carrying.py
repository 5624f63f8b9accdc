"""Carried on Kafka and PostgreSQL: relay, one worker, two workers, each against a bare loop over the same bytes on the same services."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from uuid import UUID, uuid4

from kafka import KafkaProducer, TopicPartition

from adapters.avro_feed import FeedCodec
from adapters.kafka_appender import KafkaAppender
from adapters.kafka_clients import BATCH_BYTES, consumer
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import EVENTS, entry_of, entry_record
from adapters.kafka_relay import KafkaRelay
from adapters.kafka_topics import KafkaTopics, Topic, events_topic
from adapters.sealed_feeds import SealedFeeds
from adapters.sql_bulk import insert_rows
from adapters.sql_feeds import FEED, LEDGER, SqlFeeds, _feed_row, _ledger_row
from adapters.sql_migrations import HUB_SCHEMA, Tables
from domain.desks import Disclosed
from domain.recorded import Recorded
from gateway.hub import Hub
from gateway.processes import Disclosing
from gateway.settings import Settings
from infra.kafka.cluster import KafkaCluster
from infra.postgres.server import PostgresServer
from projections.disclosing import Step
from tests.bench import world
from tests.bench.measure import Result, medians, seconds

CHILDREN, LATER, BATCH = 5_000, 3, 500


@contextmanager
def services() -> Iterator[tuple[KafkaConnection, PostgresServer, Path]]:
    """One broker and a database server, in a temporary folder."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with KafkaCluster(home / "kafka") as cluster, PostgresServer(home / "postgres") as server:
            yield KafkaConnection(cluster.bootstrap, cluster.user, cluster.password, cluster.ca_file), server, home


def measure() -> Iterator[Result]:
    """The same hub throughout: first relayed, then disclosed by one worker, then its later half by two."""
    with services() as (connection, server, home):
        settings = Settings(home / "hub", server.database("bench"), kafka=connection)
        with Hub(settings, clock=lambda: world.NOW) as hub:
            topics = KafkaTopics(connection, "bench")
            topics.ensure([events_topic()])
            streams = [uuid4() for _ in range(CHILDREN)]
            _record(hub, streams, 0)
            yield _relay(hub, connection, topics)


def _record(hub: Hub, streams: list[UUID], after: int) -> None:
    """Three first events of each child in one submission, or later ones, children interleaved."""
    for m in range(after, after + LATER) if after else (0,):
        for start in range(0, CHILDREN, BATCH):
            batch: list[Recorded] = []
            for n, stream in enumerate(streams[start : start + BATCH], start=start):
                if after:
                    batch += world.entries(hub, stream, [world.later_event(m)], hub.records.get(stream))
                else:
                    batch += world.entries(hub, stream, world.first_events(n))
            hub.records.append(batch)


def _relay(hub: Hub, connection: KafkaConnection, topics: KafkaTopics) -> Result:
    """The relay, from the store to the topic; bare: a plain producer of the same records, read beforehand."""
    topics.ensure([Topic("bare", 12)])
    found = hub.records.notifications_raw(0, 1_000_000)
    records = [entry_record(position, stored, 12) for position, stored in found]
    plain = KafkaProducer(
        **connection.options(), acks="all", enable_idempotence=True, linger_ms=0, batch_size=BATCH_BYTES,
        allow_auto_create_topics=False,
    )  # fmt: skip
    plain.send("bare", b"warm").get(30)
    relay = KafkaRelay(hub.records, hub.positions, KafkaAppender(connection, "bench.relay"), 12)
    relay._position = relay._find()

    def ours() -> None:
        relay._position = 0
        while relay.step():
            pass

    def bare() -> None:
        answers = [plain.send("bare", key=r.key, value=r.value, headers=r.headers) for r in records]
        plain.flush()
        for answer in answers:
            answer.get(1)

    our_time, bare_time = medians(ours, bare, 5)
    plain.close()
    return Result(
        f"relaying {len(records)} events, rate over a bare producer", bare_time / our_time, 0.7, True,
        detail=f"{len(records) / our_time:.0f}/s against {len(records) / bare_time:.0f}/s",
    )  # fmt: skip
