"""The services that the launchers start: they let in whom they should, and come back with what they had acknowledged."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import UserScramCredentialDeletion, UserScramCredentialUpsertion
from kafka.errors import KafkaError, TopicAuthorizationFailedError

from infra.kafka.cluster import KafkaCluster
from infra.postgres.server import PostgresServer
from infra.processes import until
from tests.support.services import KafkaService, PostgresService

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds


def login(kafka: KafkaService, user: str | None = None, password: str | None = None) -> dict[str, Any]:
    """What every client of the cluster is given; the hub's own user where none is named."""
    return {
        "bootstrap_servers": kafka.bootstrap,
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": user or kafka.user,
        "sasl_plain_password": password or kafka.password,
        "ssl_cafile": str(kafka.ca_file),
        "bootstrap_timeout_ms": 20_000,
    }


@pytest.fixture
def hub_user(kafka_cluster: KafkaService) -> Iterator[KafkaAdminClient]:
    with KafkaAdminClient(**login(kafka_cluster)) as client:
        yield client


@pytest.fixture
def topic(hub_user: KafkaAdminClient) -> Iterator[str]:
    name = f"services.{uuid4()}"
    hub_user.create_topics({name: {"num_partitions": 1}}, wait_for_metadata=True)
    yield name
    hub_user.delete_topics([name])


def write(kafka: KafkaService, topic: str, value: bytes) -> int:
    """The offset under which every copy that has to has acknowledged it."""
    with KafkaProducer(**login(kafka), acks="all", enable_idempotence=True, allow_auto_create_topics=False) as producer:
        return int(producer.send(topic, value).get(timeout=PATIENCE).offset)


def values(kafka: KafkaService, topic: str, count: int) -> list[bytes]:
    """The first `count` values of the topic's one partition."""
    with KafkaConsumer(
        **login(kafka), auto_offset_reset="earliest", enable_auto_commit=False, allow_auto_create_topics=False
    ) as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        found: list[bytes] = []

        def enough() -> bool:
            found.extend(record.value for records in consumer.poll(timeout_ms=500).values() for record in records)
            return len(found) >= count

        assert until(enough, PATIENCE), found
        return found


def greet(address: str, context: ssl.SSLContext) -> bytes:
    """Shake hands and wait for what the other side says unasked: nothing, within a second, or that it refuses (SSLError)."""
    host, port = address.split(",", maxsplit=1)[0].split(":")
    with (
        socket.create_connection((host, int(port)), timeout=10) as bare,
        context.wrap_socket(bare, server_hostname=host) as channel,
    ):
        channel.settimeout(1)
        try:
            return channel.recv(1)
        except TimeoutError:
            return b""


# --- Apache Kafka: who is let in


def test_the_hub_reads_what_it_wrote(kafka_cluster: KafkaService, topic: str) -> None:
    write(kafka_cluster, topic, b"as it is")

    assert values(kafka_cluster, topic, 1) == [b"as it is"]


def test_a_wrong_password_is_refused(kafka_cluster: KafkaService) -> None:
    wrong = login(kafka_cluster, password="wrong") | {"bootstrap_timeout_ms": 3_000}

    with pytest.raises(KafkaError):
        KafkaAdminClient(**wrong)


def test_a_client_that_does_not_trust_the_authority_is_not_fooled(kafka_cluster: KafkaService) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        greet(kafka_cluster.bootstrap, ssl.create_default_context())


def test_a_topic_is_there_only_when_somebody_has_made_it(
    kafka_cluster: KafkaService, hub_user: KafkaAdminClient
) -> None:
    nowhere = f"services.{uuid4()}"
    with KafkaProducer(**login(kafka_cluster), max_block_ms=2_000) as producer, pytest.raises(KafkaError):
        producer.send(nowhere, b"lost").get(timeout=PATIENCE)

    assert nowhere not in {found["name"] for found in hub_user.describe_topics()}


def test_a_user_for_whom_there_is_no_rule_sees_no_topic_and_writes_to_none(
    kafka_cluster: KafkaService, hub_user: KafkaAdminClient, topic: str
) -> None:
    user, password = f"desk-{uuid4()}", "invented-password"
    hub_user.alter_user_scram_credentials([UserScramCredentialUpsertion(user, "SCRAM-SHA-512", password)])
    desk = login(kafka_cluster, user, password)

    with KafkaAdminClient(**desk) as client:
        assert client.describe_topics() == []
    with KafkaProducer(**desk) as producer, pytest.raises(TopicAuthorizationFailedError):
        producer.send(topic, b"not theirs").get(timeout=PATIENCE)

    assert topic in {found["name"] for found in hub_user.describe_topics()}
    hub_user.alter_user_scram_credentials([UserScramCredentialDeletion(user, "SCRAM-SHA-512")])


# --- Apache Kafka: what breaks


def test_of_three_brokers_one_may_be_killed_and_comes_back(own_kafka: Callable[[int], KafkaCluster]) -> None:
    cluster = own_kafka(3)
    with KafkaAdminClient(**login(cluster)) as hub:
        hub.create_topics({"kept": {"num_partitions": 1}}, wait_for_metadata=True)
        [before] = hub.describe_topics(["kept"])[0]["partitions"]
        assert len(before["replica_nodes"]) == 3
    write(cluster, "kept", b"before")

    cluster.kill(before["leader_id"])
    write(cluster, "kept", b"without it")

    assert not cluster.running(before["leader_id"])
    assert values(cluster, "kept", 2) == [b"before", b"without it"]
    cluster.start_broker(before["leader_id"])
    with KafkaAdminClient(**login(cluster)) as hub:

        def caught_up() -> bool:
            [now] = hub.describe_topics(["kept"])[0]["partitions"]
            return set(now["isr_nodes"]) == set(before["isr_nodes"])

        assert until(caught_up, PATIENCE)


def test_one_broker_keeps_its_passwords_and_its_quorum_to_itself(
    own_kafka: Callable[[int], KafkaCluster], tmp_path: Path
) -> None:
    cluster = own_kafka(1)
    anybody = ssl.create_default_context(cafile=str(cluster.ca_file))
    with pytest.raises(ssl.SSLError):
        greet(cluster.controllers, anybody)

    broker = ssl.create_default_context(cafile=str(cluster.ca_file))
    broker.load_cert_chain(cluster.certificate_file)
    assert greet(cluster.controllers, broker) == b""

    listening = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert cluster.password not in listening + cluster.log(1).read_text(encoding="utf-8")
    holds_it = [p for p in tmp_path.rglob("*") if p.is_file() and cluster.password.encode() in p.read_bytes()]
    assert [(p.name, oct(p.stat().st_mode & 0o777)) for p in holds_it] == [("cluster.json", "0o600")]


# --- PostgreSQL


def connect(url: str) -> psycopg.Connection[Any]:
    """By SQLAlchemy's address."""
    return psycopg.connect(url.replace("+psycopg", ""))


def test_a_database_is_empty_however_often_it_is_asked_for(postgres_server: PostgresService) -> None:
    for _ in range(2):
        with connect(postgres_server.database("asked")) as connection:
            assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
            connection.execute("CREATE TABLE left_behind (n int)")


def test_postgresql_wants_the_password_on_loopback_too(postgres_server: PostgresService) -> None:
    right = postgres_server.database("guarded")

    with pytest.raises(psycopg.OperationalError, match="password"):
        connect(right.replace("@", "x@"))


def test_what_postgresql_committed_survives_that_it_is_killed(own_postgres: PostgresServer) -> None:
    with connect(own_postgres.url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        connection.commit()
        connection.execute("INSERT INTO kept VALUES (2)")

        own_postgres.kill()

        assert not own_postgres.running
        with pytest.raises(psycopg.OperationalError):
            connection.commit()
    own_postgres.start()

    with connect(own_postgres.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]


def test_the_log_of_postgresql_holds_no_value(own_postgres: PostgresServer, tmp_path: Path) -> None:
    with connect(own_postgres.url) as connection:
        connection.execute("CREATE TABLE child (name text PRIMARY KEY)")
        connection.execute("INSERT INTO child VALUES ('Invented Name')")
        with pytest.raises(psycopg.errors.UniqueViolation, match="Invented Name"):
            connection.execute("INSERT INTO child VALUES ('Invented Name')")

    log = (tmp_path / "postgres" / "server.log").read_text(encoding="utf-8")
    assert "duplicate key" in log
    assert "Invented" not in log


# --- both, for a developer


@pytest.mark.usefixtures(
    "own_kafka", "postgres_server"
)  # for what they ask of the machine; those started here are others
def test_services_are_started_once_and_stay_until_they_are_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "services"

    def services(command: str) -> subprocess.CompletedProcess[str]:
        asked = [sys.executable, "-m", "infra.services", command, "--folder", str(folder)]
        return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)

    try:
        first, again = services("up"), services("up")
        assert (first.returncode, first.stderr) == (0, "")
        assert again.stdout == first.stdout
        settings = folder / "settings.env"
        assert oct(settings.stat().st_mode & 0o777) == "0o600"
        shown = subprocess.run(
            ["bash", "-c", f"source {settings} && env"],
            capture_output=True,
            text=True,
            check=True,
            env=dict(os.environ),
        ).stdout
        named = dict(line.split("=", 1) for line in shown.splitlines() if line.startswith("THROUGHLINE_"))
        assert len(named) == 5
        with connect(named["THROUGHLINE_DATABASE_URL"]) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert services("status").returncode == 0

        services("down")

        stopped = services("status")
        assert (stopped.returncode, stopped.stdout.count("does not run")) == (1, 2)
    finally:
        services("remove")
    assert not folder.exists()
