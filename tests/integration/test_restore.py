"""Lost and restored as docs/operations.md says: what was backed up is there again, and the hub goes on from it without a gap."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import make_url

from adapters.kafka_appender import KafkaAppender
from adapters.kafka_clients import admin
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import EVENTS, FEED, Outgoing, feed_topic, receipts_topic, sequence_of, submit_topic
from adapters.kafka_submissions import GROUP
from adapters.kafka_topics import KafkaTopics, Topic
from adapters.sql_positions import RELAY
from domain.vocabulary import Audience
from gateway.hub import Hub
from gateway.processes import Relaying, lags
from gateway.running import Running
from gateway.settings import Settings
from infra.postgres.server import programs
from tests.support.brokers import on_topic
from tests.support.databases import lose_feeds
from tests.support.hubs import CHILD, DURHAM, HAMPSHIRE, HOST, NHS_NUMBER, Clock, custody, feeds, record, registered
from tests.support.services import PostgresService

DEADLINE = 120.0  # s; services shared with other tests on a slow machine
YOT = Audience.parse("yot-hampshire/local-yot")
MOVED: dict[str, Any] = {
    "type": "placement-made",
    "child": CHILD,
    "effective_on": "2026-05-20",
    "urgency": "planned",
    "placement_type": "U4",
    "area_authority": HAMPSHIRE,
    "address": "2 Invented Street",
    "postcode": "ZZ1 1AA",
}


@dataclass(frozen=True)
class Backup:
    """Where a hub's backup stands: its database in as many files as it was dumped, its folder, and apart from both the key."""

    dumps: list[Path]
    folder: Path
    key: Path

    @classmethod
    def of(cls, settings: Settings, into: Path, meanwhile: Callable[[], object] = lambda: None) -> Backup:
        """As docs/operations.md says: what is sealed before the keys that open it, the databases before the folder, the key apart.

        meanwhile: what goes on between two dumps, since the hub need not be stopped.
        """
        into.mkdir()
        made = cls([], into / "folder", into / "elsewhere")
        for url in (settings.database, settings.keys_database):
            if url is not None:
                if made.dumps:
                    meanwhile()
                made.dumps.append(into / f"{len(made.dumps)}.dump")
                program("pg_dump", url, "--format=custom", "--file", made.dumps[-1])
        shutil.copytree(settings.data, made.folder, ignore=shutil.ignore_patterns(settings.master_key.name))
        shutil.copy2(settings.master_key, made.key)
        return made

    def restore(self, settings: Settings) -> None:
        """Into empty databases and a folder that is not there."""
        for file, url in zip(self.dumps, (settings.database, settings.keys_database), strict=False):
            assert url is not None
            program("pg_restore", url, "--exit-on-error", "--single-transaction", file)
        shutil.copytree(self.folder, settings.data)
        shutil.copy2(self.key, settings.master_key)


def program(name: str, url: str, *words: str | Path) -> None:
    """Run PostgreSQL's own program on a database; the server's version of it, or the PATH's where the server is elsewhere."""
    folder, at = programs(), make_url(url)
    address = [f"--host={at.host}", f"--port={at.port}", f"--username={at.username}", f"--dbname={at.database}"]
    environment = {**os.environ, "PGPASSWORD": str(at.password)}
    ran = subprocess.run(
        [folder / name if folder else name, *address, *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


@contextmanager
def carried(hub: Hub, *more: str) -> Iterator[None]:
    """The hub's processes, until what stands in its store is told and delivered."""
    running = Running(["relay", "disclose", "deliver", *more], lambda: Hub(hub.settings, clock=hub.clock))
    running.start()
    try:
        yield
        until(lambda: not any(lags(hub)[kind] for kind in ("relay", "disclose", "deliver")) or running.stop.is_set())
    finally:
        running.stop.set()
        running.join()


def until(holds: Callable[[], bool]) -> None:
    end = monotonic() + DEADLINE
    while not holds():
        assert monotonic() < end
        sleep(0.05)


def submit(connection: KafkaConnection, key: str, day: str) -> None:
    """The youth offending team writes on its topic that the child came into custody."""
    line = json.dumps(custody(authority=DURHAM, nhs_number=NHS_NUMBER) | {"effective_on": day}).encode()
    with closing(KafkaTopics(connection, "tests-desk")) as topics:
        topics.ensure([Topic(submit_topic(YOT), 1), Topic(receipts_topic(YOT), 1)])
    with closing(KafkaAppender(connection, "tests-desk")) as desk:
        desk.append([Outgoing(submit_topic(YOT), 0, b"", line, [("ce_id", key.encode())], 0)])


def received(connection: KafkaConnection) -> list[str]:
    """The ids that the team was answered."""
    return [json.loads(r.value)["received"] for r in on_topic(connection, receipts_topic(YOT))]


def delete_what_tells_of_later(connection: KafkaConnection) -> None:
    """The topics of events and feeds, and how far submissions were answered; submissions and receipts stay."""
    with closing(admin(connection, "tests")) as client:
        names = [name for name in client.list_topics() if name == EVENTS or name.startswith(FEED)]
        client.delete_topics(names)
        until(lambda: not set(names) & set(client.list_topics()))
        assert client.delete_groups([GROUP]) == {GROUP: "OK"}


def gapless(hub: Hub) -> bool:
    return all([n for n, _ in feed] == list(range(1, len(feed) + 1)) for feed in feeds(hub).values())


def folded_again(settings: Settings, clock: Clock) -> Any:
    """The feeds of a closed hub that the store gives by itself, without a broker, from its first entry."""
    lose_feeds(settings)
    with Hub(replace(settings, kafka=None), clock=clock) as alone:
        alone.disclose()
        return feeds(alone)


def test_carried_on_kafka_the_hub_goes_on_from_its_backup_and_takes_in_again_what_was_submitted_since(
    tmp_path: Path, postgres_server: PostgresService, broker: KafkaConnection
) -> None:
    settings = Settings(tmp_path / "data", postgres_server.database("restored"), kafka=broker)
    clock = Clock()
    with Hub(settings, clock=clock) as hub:
        registered(hub)
        submit(broker, "before", "2026-05-10")
        with carried(hub, "ingest"):
            until(lambda: len(received(broker)) == 1)
        record(hub, DURHAM, MOVED)
        with closing(Relaying(hub)) as relay:  # on the topic and announced, but not disclosed when the backup is made
            assert relay.step(0) + relay.step(0) == 1
        backup = Backup.of(settings, tmp_path / "backup")
        at_backup = feeds(hub)
        relayed = hub.positions.of(RELAY)
        submit(broker, "since", "2026-05-22")
        with carried(hub, "ingest"):
            until(lambda: len(received(broker)) == 2)
            record(hub, DURHAM, {**MOVED, "effective_on": "2026-05-24"})
        assert len(feeds(hub)[HOST]) > len(at_backup[HOST])

    shutil.rmtree(settings.data)
    settings = replace(settings, database=postgres_server.database("restored"))
    backup.restore(settings)
    delete_what_tells_of_later(broker)

    with Hub(settings, clock=clock) as hub:
        assert feeds(hub) == at_backup
        record(hub, DURHAM, {**MOVED, "effective_on": "2026-05-28"})
        with carried(hub, "ingest"):
            until(lambda: len(received(broker)) == 4)
        before, since, again, anew = received(broker)
        assert (again, anew) == (before, since)
        entered = [
            e for _, e in hub.records.notifications(0, 1000) if str(getattr(e, "event_id", "")) in {before, since}
        ]
        assert len(entered) == 2

        told = feeds(hub)
        assert gapless(hub)
        for desk, feed in at_backup.items():
            assert all(now in (then, (then[0], None)) for then, now in zip(feed, told[desk], strict=False))
        assert sorted(sequence_of(r.headers) for r in on_topic(broker, EVENTS)) == [
            position for position, _ in hub.records.notifications_raw(relayed, 1000)
        ]
        for desk, feed in told.items():
            numbers = [sequence_of(r.headers) for r in on_topic(broker, feed_topic(Audience.parse(desk)))]
            assert numbers == list(range(len(at_backup.get(desk, ())) + 1, len(feed) + 1))
    assert folded_again(settings, clock) == told


def test_feeds_that_are_lost_come_again_from_the_streams_and_nothing_is_delivered_twice(
    tmp_path: Path, postgres_url: str, broker: KafkaConnection
) -> None:
    settings = Settings(tmp_path / "data", postgres_url, kafka=broker)
    with Hub(settings, clock=Clock()) as hub:
        registered(hub)
        with carried(hub):
            record(hub, DURHAM, MOVED)
        told = feeds(hub)
    lose_feeds(settings)
    with closing(admin(broker, "tests")) as client:
        client.delete_topics([EVENTS])
        until(lambda: EVENTS not in client.list_topics())

    with Hub(settings, clock=Clock()) as hub:
        with carried(hub):
            pass
        assert feeds(hub) == told
        assert [sequence_of(r.headers) for r in on_topic(broker, feed_topic(Audience.parse(HOST)))] == [
            number for number, _ in told[HOST]
        ]


def test_keys_in_a_database_of_their_own_are_dumped_after_what_they_open(
    tmp_path: Path, postgres_server: PostgresService
) -> None:
    another = {"type": "child-registered", "effective_on": "2026-04-06", "authority": DURHAM, "local_id": "900002",
               "family_name": "Example-Crane", "born_on": "2013-01-02"}  # fmt: skip
    settings = Settings(tmp_path / "data", postgres_server.database("sealed"), postgres_server.database("keys"))
    with Hub(settings, clock=Clock()) as hub:
        registered(hub)
        hub.disclose()
        at_backup = feeds(hub)
        backup = Backup.of(settings, tmp_path / "backup", lambda: record(hub, DURHAM, another))

    shutil.rmtree(settings.data)
    settings = Settings(settings.data, postgres_server.database("sealed"), postgres_server.database("keys"))
    backup.restore(settings)

    with Hub(settings, clock=Clock()) as hub:
        assert feeds(hub) == at_backup
        record(hub, DURHAM, another, MOVED)
        hub.disclose()
        assert len(feeds(hub)[HOST]) > len(at_backup[HOST])
        assert gapless(hub)


def test_embedded_the_files_of_a_stopped_hub_are_its_backup(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "data")
    with Hub(settings, clock=Clock()) as hub:
        registered(hub)
        hub.disclose()
        hub.note_read("someone", HOST, "to see that it stays", "feed")
        at_backup = feeds(hub)
    backup = Backup.of(settings, tmp_path / "backup")
    with Hub(settings, clock=Clock()) as hub:
        record(hub, DURHAM, MOVED)
        hub.disclose()

    shutil.rmtree(settings.data)
    backup.restore(settings)

    with Hub(settings, clock=Clock()) as hub:
        assert feeds(hub) == at_backup
        assert [read.audience for read in hub.read_log.reads()] == [HOST]
        record(hub, DURHAM, {**MOVED, "effective_on": "2026-05-28"})
        hub.disclose()
        assert gapless(hub)
        told = feeds(hub)
    assert len(told[HOST]) > len(at_backup[HOST])
    assert folded_again(settings, Clock()) == told
