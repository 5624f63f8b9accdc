"""A desk's feed on Kafka, read by a client that is not ours, with that desk's credentials and no other's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.kafka_records import EVENTS, feed_topic
from domain.vocabulary import Audience
from gateway.hub import Hub
from gateway.processes import Delivering
from gateway.settings import Settings
from infra.kafka.cluster import KafkaCluster
from tests.support import kcat
from tests.support.hubs import CHILD, DURHAM, HOST, NHS_NUMBER, Clock, custody, record, registered
from tests.support.kafka_desks import hub_of, with_rights

HAMPSHIRE = Audience.parse(HOST)
AUTHORITY = Audience.parse(f"{DURHAM}/responsible-authority")


@dataclass(frozen=True)
class Delivered:
    """A hub whose feeds are on Kafka, and every desk's file of credentials."""

    hub: Hub
    credentials: dict[Audience, Path]


@pytest.fixture(scope="module")
def delivered(module_kafka: KafkaCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    """A child placed in Hampshire and later in custody; what was told of the placement is taken back before it is delivered."""
    folder = tmp_path_factory.mktemp("hub")
    connection = hub_of(module_kafka)
    with Hub(Settings(folder / "data", kafka=connection), clock=Clock()) as hub:
        labels = registered(hub)
        record(hub, "yot-hampshire", custody(authority=DURHAM, nhs_number=NHS_NUMBER))
        hub.disclose()
        wrong = {"type": "event-retracted", "child": CHILD, "effective_on": "2026-05-30", "reason": "wrong-child"}
        record(hub, DURHAM, {**wrong, "retracts": "@home"}, labels=labels)
        hub.disclose()
        files = with_rights(connection, [Audience.parse(a) for a in hub.feeds.audiences()], folder / "credentials")
        with closing(Delivering(hub)) as delivering:
            while delivering.step(0):
                pass
        yield Delivered(hub, files)


@pytest.mark.parametrize(
    "topic", [feed_topic(AUTHORITY), EVENTS, "throughline.feed.nowhere.school"], ids=["another's", "events", "none"]
)
def test_another_s_topic_the_events_and_what_does_not_exist_are_refused_alike(delivered: Delivered, topic: str) -> None:
    with pytest.raises(kcat.Refused, match="Topic authorization failed"):
        kcat.read(delivered.credentials[HAMPSHIRE], topic)


def test_another_s_credentials_do_not_open_a_feed(delivered: Delivered) -> None:
    with pytest.raises(kcat.Refused, match="Topic authorization failed"):
        kcat.read(delivered.credentials[AUTHORITY], feed_topic(HAMPSHIRE))


def test_every_desk_reads_the_hub_s_own_bytes_of_its_feed_in_number_order(delivered: Delivered) -> None:
    hub = delivered.hub
    taken_out = 0
    for desk, credentials in delivered.credentials.items():
        feed = hub.sealed.read(str(desk), 0, 1_000)

        found = kcat.read(credentials, feed_topic(desk))

        assert [r.number for r in found] == list(range(1, len(feed) + 1))
        assert [r.body for r in found] == [hub.codec.encode(m) if m is not None else None for _, m in feed]
        assert {r.key for r in found} == {m.child for _, m in feed if m is not None}
        taken_out += [r.body for r in found].count(None)

    assert taken_out
