"""From commit to readable in the host's topic, at 100 events a second; bare: commit, topic, commit, topic, nothing in between."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Event, Thread
from time import monotonic, sleep
from uuid import UUID, uuid4

from kafka import KafkaProducer, TopicPartition
from sqlalchemy import text

from adapters.kafka_clients import consumer
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import feed_topic
from adapters.kafka_topics import KafkaTopics, Topic
from adapters.sql_engine import make_engine
from domain.vocabulary import Audience
from gateway.hub import Hub
from gateway.processes import lags
from gateway.settings import Settings
from tests.bench import world
from tests.bench.carrying import environment, services
from tests.bench.measure import Result

RATE, EVENTS, ROUNDS = 100, 600, 2
HOST = Audience.parse(f"{world.HAMPSHIRE}/host-authority")
FIRST, LAST = "bare-first", "bare-last"


def measure() -> Iterator[Result]:
    """Ours and bare in turn, so that a slow moment hits both; the better of the rounds on each side."""
    with services() as (connection, server, home):
        settings = Settings(home / "hub", server.database("latency"), kafka=connection)
        bare_url = server.database("bare")
        with closing(KafkaTopics(connection, "bench")) as topics:
            topics.ensure([Topic(FIRST, 12), Topic(LAST, 1)])
        with Hub(settings, clock=lambda: world.NOW) as hub, _processes(settings):
            ours: list[list[float]] = []
            bare: list[list[float]] = []
            with _bare_process(settings, bare_url):
                for turn in range(ROUNDS):
                    ours.append(_ours(hub, turn))
                    bare.append(_bare(connection, bare_url))
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        our, bares = (min(_percentile(times, share) for times in side) for side in (ours, bare))
        detail = f"{our * 1000:.1f} ms against {bares * 1000:.1f} ms"
        yield Result(
            f"from commit to the host's topic at {RATE} events/s, {name} over bare",
            our / bares,
            2.5,
            False,
            detail=detail,
        )


def _percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


@contextmanager
def _processes(settings: Settings) -> Iterator[None]:
    kinds = ("relay", "disclose", "deliver")
    with _running(
        [[sys.executable, "-m", "gateway.cli", kind, "--data", str(settings.data)] for kind in kinds], settings
    ):
        yield


@contextmanager
def _bare_process(settings: Settings, url: str) -> Iterator[None]:
    with _running([[sys.executable, "-m", "tests.bench.bare_chain", url]], settings):
        yield


@contextmanager
def _running(commands: list[list[str]], settings: Settings) -> Iterator[None]:
    env = {**os.environ, **environment(settings)}
    processes = [subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) for command in commands]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _ours(hub: Hub, turn: int) -> list[float]:
    """Every child is known and its desks have their feeds; then one event for each of them, at the rate."""
    assert hub.settings.kafka is not None
    streams = [uuid4() for _ in range(EVENTS)]
    for start in range(0, EVENTS, 200):
        chunk = range(start, start + 200)
        hub.records.append(
            [e for n in chunk for e in world.entries(hub, streams[n], world.first_events(turn * EVENTS + n))]
        )
    while any(lags(hub)[kind] for kind in ("relay", "disclose", "deliver")):
        sleep(0.1)
    batches = [world.entries(hub, stream, [world.later_event(3)], hub.records.get(stream)) for stream in streams]
    refs = {hub.pairwise.child(HOST, stream).encode(): n for n, stream in enumerate(streams)}
    return _timed(hub.settings.kafka, feed_topic(HOST), refs, lambda n: hub.records.append(batches[n]))


def _bare(connection: KafkaConnection, url: str) -> list[float]:
    engine = make_engine(url)
    sender = KafkaProducer(**connection.options(), acks="all", enable_idempotence=True, linger_ms=0)
    keys = [str(UUID(int=uuid4().int)).encode() for _ in range(EVENTS)]
    answers = []

    def commit_and_send(n: int) -> Callable[[], None]:
        with engine.begin() as database:
            database.execute(text("INSERT INTO first_commits VALUES (:body)"), {"body": bytes(300)})
        return lambda: answers.append(sender.send(FIRST, key=keys[n], value=bytes(300)))

    with engine.begin() as database:
        database.execute(text("CREATE TABLE IF NOT EXISTS first_commits (body bytea)"))
    try:
        return _timed(connection, LAST, {key: n for n, key in enumerate(keys)}, commit_and_send)
    finally:
        sender.close()
        engine.dispose()


def _timed(
    connection: KafkaConnection, topic: str, keys: dict[bytes, int], commit: Callable[[int], Callable[[], None] | None]
) -> list[float]:
    """Seconds from each commit to the arrival of the first record under its key. commit: answers what is to be done after it."""
    committed, arrived = [0.0] * len(keys), [0.0] * len(keys)
    listening = Event()

    def listen() -> None:
        with closing(consumer(connection, "bench-reader")) as reader:
            place = TopicPartition(topic, 0)
            reader.partitions_for_topic(topic)
            reader.assign([place])
            reader.seek(place, reader.end_offsets([place])[place])
            listening.set()
            left = set(keys)
            while left:
                for records in reader.poll(timeout_ms=1000).values():
                    now = monotonic()
                    for record in records:
                        if record.key in left:
                            left.remove(record.key)
                            arrived[keys[record.key]] = now

    thread = Thread(target=listen, daemon=True)
    thread.start()
    if not listening.wait(30):
        raise TimeoutError(f"{topic} cannot be read")
    begun = monotonic()
    for n in range(len(keys)):
        sleep(max(0.0, begun + n / RATE - monotonic()))
        then = commit(n)
        committed[n] = monotonic()
        if then is not None:
            then()
    thread.join()
    return [a - c for a, c in zip(arrived, committed, strict=True)][RATE:]  # the first second warms up
