"""Carried on Kafka and PostgreSQL: relay, one worker, two workers; each against a bare loop on the same services, same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any
from uuid import UUID, uuid4

from kafka import KafkaProducer, TopicPartition

from adapters.avro_feed import FeedCodec
from adapters.kafka_appender import KafkaAppender
from adapters.kafka_clients import BATCH_BYTES, consumer
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import EVENTS, entry_of, entry_record, partition_of
from adapters.kafka_relay import KafkaRelay
from adapters.kafka_topics import PARTITIONS, KafkaTopics, Topic, events_topic
from adapters.sealed_feeds import SealedFeeds
from adapters.sql_bulk import insert_rows
from adapters.sql_feeds import FEED, LEDGER, SqlFeeds, _feed_row, _ledger_row
from adapters.sql_migrations import HUB_SCHEMA, Tables
from domain.desks import Disclosed
from domain.recorded import Recorded
from gateway.hub import Hub
from gateway.processes import BATCH as AT_ONCE
from gateway.processes import Disclosing, Relaying
from gateway.settings import AUTHORITY, BOOTSTRAP, DATABASE, PASSWORD, USER, Settings
from infra.kafka.cluster import KafkaCluster
from infra.postgres.server import PostgresServer
from projections.disclosing import Step
from tests.bench import world
from tests.bench.measure import Result, medians, seconds

CHILDREN, LATER, BATCH = 5_000, 2, 500


@contextmanager
def services() -> Iterator[tuple[KafkaConnection, PostgresServer, Path]]:
    """One broker and a database server, in a temporary folder."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with KafkaCluster(home / "kafka") as cluster, PostgresServer(home / "postgres") as server:
            yield KafkaConnection(cluster.bootstrap, cluster.user, cluster.password, cluster.ca_file), server, home


def measure() -> Iterator[Result]:
    """The same hub throughout: disclosed by one worker, then by two, then relayed again."""
    with services() as (connection, server, home):
        settings = Settings(home / "hub", server.database("bench"), kafka=connection)
        with Hub(settings, clock=lambda: world.NOW) as hub:
            topics = KafkaTopics(connection, "bench")
            topics.ensure([events_topic()])
            streams = [uuid4() for _ in range(CHILDREN)]
            _record(hub, streams, 0)
            yield _one_worker(hub, streams, server)
            yield from _two_workers(hub, streams)
            yield _relay(hub, connection, topics)  # last: it sends everything several times


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
    records = [entry_record(at, stored, partition_of(stored.originator_id, 12), at - 1) for at, stored in found]
    plain = KafkaProducer(
        **connection.options(), acks="all", enable_idempotence=True, linger_ms=0, batch_size=BATCH_BYTES,
        allow_auto_create_topics=False,
    )  # fmt: skip
    plain.send("bare", b"warm").get(30)
    relay = KafkaRelay(hub.records, hub.positions, KafkaAppender(connection, "bench.relay", atomic=False), 12)
    relay._take_over()

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


class Keeping(SealedFeeds):
    """Stores as usual and keeps what it was given, so that the bare loop can store the same."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.steps: list[Step] = []

    def store(self, step: Step) -> None:
        super().store(step)
        self.steps.append(step)


def _one_worker(hub: Hub, streams: list[UUID], server: PostgresServer) -> Result:
    """One worker, from the topic to PostgreSQL; bare: consume, open, decode, encode, seal and COPY the same bytes, nothing decided.

    The first submissions are disclosed before the clock starts; what is measured is the interleaved rest.
    """
    _relay_all(hub)
    sink = hub.sealed
    keeping = hub.sealed = Keeping(hub.feeds, hub.keys, hub.codec)
    worker = Disclosing(hub)
    _drain(worker, hub)
    keeping.steps.clear()
    begun = hub.positions.lanes()
    _record(hub, streams, 1)
    _relay_all(hub)
    our_time = seconds(lambda: _drain(worker, hub))
    worker.close()
    hub.sealed = sink
    bare_time = _bare(hub, keeping.steps, {p: lane.offset for p, lane in begun.items()}, server)
    events = CHILDREN * LATER
    sent = sum(len(s.disclosed) for s in keeping.steps)
    return Result(
        f"disclosing {events} events from Kafka to PostgreSQL, rate over bare", bare_time / our_time, 0.4, True,
        detail=f"{events / our_time:.0f} events/s, {sent / our_time:.0f} messages/s; bare {events / bare_time:.0f} events/s",
    )  # fmt: skip


def _two_workers(hub: Hub, streams: list[UUID]) -> Iterator[Result]:
    """Worker processes that have joined, from the first entry on the topic to the last one disclosed: one, two, and one again.

    Streams grow from run to run, so one worker is taken as the mean of the runs before and after.
    """
    runs = []
    for n, workers in enumerate((1, 2, 1), start=1):
        with _workers(hub, workers) as processes:
            _record(hub, streams, 1 + n * LATER)
            begun = monotonic()
            _relay_all(hub)
            while hub.feeds.position() < hub.records.last_position():
                sleep(0.05)
            took = monotonic() - begun
            for process in processes:
                process.terminate()
            runs.append((took, sum(float(process.communicate()[0]) for process in processes)))
    (wall, cpu), (two_wall, two_cpu), (wall_after, cpu_after) = runs
    wall, cpu = (wall + wall_after) / 2, (cpu + cpu_after) / 2
    events = CHILDREN * LATER
    told = f"{cpu / events * 1000:.2f} ms of one worker, {two_cpu / events * 1000:.2f} ms of two"
    yield Result("two workers, CPU per event over one worker's", two_cpu / cpu, 1.15, False, detail=told)
    yield Result(
        "two workers, wall time over one worker's",
        two_wall / wall,
        1.0,
        False,
        detail=f"{two_wall:.1f} s, {wall:.1f} s",
    )


@contextmanager
def _workers(hub: Hub, count: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Worker processes that have their partitions."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.worker", str(hub.settings.data)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment(hub.settings)},
        )
        for _ in range(count)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            while int(process.stdout.readline()) != PARTITIONS // count:
                pass
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def environment(settings: Settings) -> dict[str, str]:
    """What tells another process of these services."""
    assert settings.kafka is not None
    return {
        DATABASE: settings.database or "",
        BOOTSTRAP: settings.kafka.bootstrap,
        USER: settings.kafka.user or "",
        PASSWORD: settings.kafka.password or "",
        AUTHORITY: str(settings.kafka.ca),
    }


def _relay_all(hub: Hub) -> None:
    relaying = Relaying(hub)
    while relaying.step(0):
        pass
    relaying.close()


def _drain(worker: Disclosing, hub: Hub) -> None:
    while hub.feeds.position() < hub.records.last_position():
        worker.step(1.0)


def _bare(hub: Hub, steps: list[Step], starts: dict[int, int], server: PostgresServer) -> float:
    """Consume, open, decode, encode, seal and COPY what the worker stored. starts: the offset of each partition."""
    codec = FeedCodec()
    given: dict[int, list[tuple[int, UUID, Disclosed]]] = defaultdict(list)
    for step in steps:
        for place, ordinal, child, disclosed in step.disclosed:
            given[place].append((ordinal, child, disclosed))
    assert hub.settings.kafka is not None
    reader = consumer(hub.settings.kafka, "bare")
    reader.assign([TopicPartition(EVENTS, p) for p in starts])
    for partition, offset in starts.items():
        reader.seek(TopicPartition(EVENTS, partition), offset)
    with closing(Tables(server.database("bare"), HUB_SCHEMA)) as tables, closing(reader):
        engine = tables.prepare()
        feeds = SqlFeeds(engine)
        sealed = SealedFeeds(feeds, hub.keys, codec)
        ids = feeds._ids({str(d.audience) for told in given.values() for _, _, d in told})
        left = CHILDREN * LATER
        begun = monotonic()
        while left:
            entries = []
            for records in reader.poll(timeout_ms=1000, max_records=AT_ONCE).values():
                for record in records:
                    arrived = entry_of(record.key, record.value, record.headers)
                    hub.records.read(arrived.stored)
                    left -= 1
                    for ordinal, child, disclosed in given[arrived.position]:
                        entries.append(sealed._entry(arrived.position, ordinal, child, disclosed))
            with engine.begin() as connection:
                insert_rows(connection, FEED, [_feed_row(e, ids[e.audience]) for e in entries])
                insert_rows(connection, LEDGER, [_ledger_row(e, ids[e.audience]) for e in entries])
        return monotonic() - begun
