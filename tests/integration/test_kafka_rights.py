"""Who may read and write what on the broker, tried with real clients: refusals first, then what a desk's credentials open."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.admin import NewTopic, UserScramCredentialUpsertion
from kafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaTimeoutError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailedError,
)

from adapters.kafka_clients import admin, consumer, producer
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import EVENTS, feed_topic, receipts_topic, submit_topic
from adapters.kafka_rights import KafkaRights, user_of
from domain.vocabulary import Audience, Role
from tests.support.kafka_desks import connection_of, hub_of, with_rights
from tests.support.services import KafkaService

PATIENCE = 10.0  # s for a record that is there to arrive
SOON = 3_000  # ms after which a client that is refused gives up

# Of their own in every run: a broker that the environment names may have been tested on before.
RUN = secrets.token_hex(4).upper()
HEALTH = Audience(f"H{RUN}", Role.LOCAL_HEALTH)
SCHOOL = Audience(f"S{RUN}", Role.VIRTUAL_SCHOOL)
NOBODY = Audience(f"N{RUN}", Role.SCHOOL)
DESKS = {"health": HEALTH, "school": SCHOOL}


@dataclass(frozen=True)
class Cluster:
    """The hub's connection, each desk's, and that of a user whom no rule names."""

    hub: KafkaConnection
    desks: dict[Audience, KafkaConnection]
    stranger: KafkaConnection


@pytest.fixture(scope="module")
def cluster(kafka_cluster: KafkaService, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two desks with rights; each of their topics holds a record that says whose it is."""
    hub = hub_of(kafka_cluster)
    files = with_rights(hub, DESKS.values(), tmp_path_factory.mktemp("credentials"))
    for desk in DESKS.values():
        for topic in topics_of(desk):
            write(hub, topic, topic.encode())
    stranger = replace(hub, user=f"stranger-{RUN}", password="invented")
    with closing(KafkaRights(hub, "tests")) as rights:
        rights.set_password(str(stranger.user), "invented")
        try:
            yield Cluster(hub, {desk: connection_of(file) for desk, file in files.items()}, stranger)
        finally:
            for user in (str(stranger.user), *map(user_of, DESKS.values())):
                rights.remove_user(user)


def topics_of(desk: Audience) -> tuple[str, str, str]:
    return feed_topic(desk), receipts_topic(desk), submit_topic(desk)


def write(connection: KafkaConnection, topic: str, value: bytes = b"written") -> None:
    """Append a record; raises what the broker answers."""
    with closing(KafkaProducer(**connection.options(), acks="all", max_block_ms=SOON)) as sender:
        sender.send(topic, value, partition=0).get(PATIENCE)


def read(connection: KafkaConnection, topic: str, group: str | None = None) -> bytes | None:
    """The first record of a topic, and its group's place moved behind it; raises what the broker answers."""
    with closing(consumer(connection, "tests", group)) as reader:
        place = TopicPartition(topic, 0)
        reader.assign([place])
        reader.end_offsets([place])
        reader.seek(place, 0)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for record in reader.poll(timeout_ms=200, max_records=1).get(place, []):
                if group is not None:
                    reader.commit()
                value: bytes | None = record.value
                return value
        raise AssertionError("no record, and no refusal")


REFUSED = [
    *((whose, kind, read) for whose, kind in [("other", "feed"), ("other", "receipts"), ("other", "submit")]),
    *((whose, kind, write) for whose, kind in [("other", "feed"), ("other", "receipts"), ("other", "submit")]),
    ("own", "submit", read),
    ("own", "feed", write),
    ("own", "receipts", write),
    ("hub", "events", read),
    ("hub", "events", write),
]


@pytest.mark.parametrize("name", DESKS)
@pytest.mark.parametrize(("whose", "kind", "act"), REFUSED, ids=lambda p: getattr(p, "__name__", p))
def test_a_desk_is_refused_whatever_is_not_its_own_and_its_own_the_wrong_way_round(
    cluster: Cluster, name: str, whose: str, kind: str, act: Callable[[KafkaConnection, str], object]
) -> None:
    me, other = (HEALTH, SCHOOL) if name == "health" else (SCHOOL, HEALTH)
    desk = other if whose == "other" else me
    topic = (
        EVENTS
        if whose == "hub"
        else {"feed": feed_topic, "receipts": receipts_topic, "submit": submit_topic}[kind](desk)
    )

    with pytest.raises(TopicAuthorizationFailedError):
        act(cluster.desks[me], topic)


def test_a_user_whom_no_rule_names_logs_in_and_sees_and_reads_and_writes_nothing(cluster: Cluster) -> None:
    with closing(admin(cluster.stranger, "tests")) as client:
        assert client.list_topics() == []
    for topic in (EVENTS, *topics_of(HEALTH)):
        for act in (read, write):
            with pytest.raises(TopicAuthorizationFailedError):
                act(cluster.stranger, topic)


@pytest.mark.parametrize(
    "group",
    [f"{user_of(SCHOOL)}.reader", "throughline.disclosure", user_of(HEALTH)],
    ids=["another's", "the hub's", "its name alone"],
)
def test_a_desk_takes_part_in_no_group_but_its_own(cluster: Cluster, group: str) -> None:
    with pytest.raises(GroupAuthorizationFailedError):
        read(cluster.desks[HEALTH], feed_topic(HEALTH), group)


def test_a_desk_makes_and_deletes_no_topic(cluster: Cluster) -> None:
    with closing(admin(cluster.desks[HEALTH], "tests")) as client:
        with pytest.raises(TopicAuthorizationFailedError):
            client.create_topics([NewTopic(f"{feed_topic(HEALTH)}.copy", 1, 1)])
        with pytest.raises(TopicAuthorizationFailedError):
            client.delete_topics([feed_topic(HEALTH)])


def test_a_desk_changes_no_password_and_reads_no_rules(cluster: Cluster) -> None:
    user = user_of(HEALTH)
    with closing(admin(cluster.desks[HEALTH], "tests")) as client:
        answer = client.alter_user_scram_credentials([UserScramCredentialUpsertion(user, "SCRAM-SHA-512", "mine")])
    with closing(KafkaRights(cluster.desks[HEALTH], "tests")) as rights, pytest.raises(ClusterAuthorizationFailedError):
        rights.rules()

    assert answer[user] is not None


def test_a_desk_does_not_fence_off_the_hub_s_own_appenders(cluster: Cluster) -> None:
    with (
        closing(producer(cluster.desks[HEALTH], "tests", "throughline.deliver")) as sender,
        pytest.raises(TransactionalIdAuthorizationFailedError),
    ):
        sender.init_transactions()


def test_a_desk_sees_the_names_of_its_own_topics_alone(cluster: Cluster) -> None:
    with closing(admin(cluster.desks[HEALTH], "tests")) as client:
        assert sorted(client.list_topics()) == sorted(topics_of(HEALTH))


def test_a_desk_cannot_tell_another_s_topic_from_one_that_does_not_exist(cluster: Cluster) -> None:
    with closing(admin(cluster.desks[HEALTH], "tests")) as client:
        there, missing = ({**client.describe_topics([feed_topic(desk)])[0], "name": ""} for desk in (SCHOOL, NOBODY))

    assert there == missing


def test_a_wrong_password_is_refused(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    right = cluster.desks[HEALTH]
    wrong = replace(right, password=cluster.desks[SCHOOL].password)

    with pytest.raises(KafkaTimeoutError):
        KafkaAdminClient(**wrong.options(), bootstrap_timeout_ms=SOON)
    admin(right, "tests").close()

    assert caplog.text
    assert not [secret for secret in (right.password, wrong.password) if str(secret) in caplog.text]


@pytest.mark.parametrize("protocol", ["SASL_PLAINTEXT", "PLAINTEXT"])
def test_there_is_no_way_in_without_tls(cluster: Cluster, protocol: str) -> None:
    options = cluster.desks[HEALTH].options() | {"security_protocol": protocol}

    with pytest.raises(KafkaTimeoutError):
        KafkaAdminClient(**options, bootstrap_timeout_ms=SOON)


@pytest.mark.parametrize("desk", DESKS.values(), ids=DESKS)
def test_a_desk_reads_its_feed_and_its_receipts_in_a_group_of_its_own_and_writes_its_submissions(
    cluster: Cluster, desk: Audience
) -> None:
    group = f"{user_of(desk)}.reader"
    feed, receipts, submit = topics_of(desk)

    assert read(cluster.desks[desk], feed, group) == feed.encode()
    assert read(cluster.desks[desk], receipts) == receipts.encode()
    write(cluster.desks[desk], submit)


def test_the_old_password_is_refused_once_it_was_rotated(cluster: Cluster, tmp_path: Path) -> None:
    before = cluster.desks[SCHOOL]
    after = connection_of(with_rights(cluster.hub, [SCHOOL], tmp_path)[SCHOOL])

    with pytest.raises(KafkaTimeoutError):
        KafkaAdminClient(**before.options(), bootstrap_timeout_ms=SOON)
    assert read(after, feed_topic(SCHOOL)) == feed_topic(SCHOOL).encode()
