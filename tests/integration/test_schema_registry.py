"""Feed messages in Confluent's wire format, with a registry on loopback: refusals and faults first, then what goes out."""

from __future__ import annotations

import base64
import json
import socket
import urllib.request
from collections.abc import Iterator, Sequence
from io import BytesIO
from unittest.mock import create_autospec

import pytest
from fastavro import parse_schema, schemaless_reader

from adapters.avro_feed import FeedCodec
from adapters.avro_schemas import feed_schemas
from adapters.avro_single_object import HEADER_LENGTH, NewerSchema, Undecodable
from adapters.kafka_appender import KafkaAppender
from adapters.kafka_feeds import KafkaFeeds
from adapters.kafka_records import Outgoing, feed_topic
from adapters.kafka_topics import KafkaTopics
from adapters.schema_registry import RegistryAway, RegistryRefused, SchemaRegistry
from domain.feed import Closed
from domain.vocabulary import Audience
from gateway.hub import Hub
from tests.golden.samples import message_samples
from tests.support.hubs import HOST, registered
from tests.support.messages import DAY, message, opened
from tests.support.schema_registry import Registry, serving

SECRET = "invented-secret"
OPENED = FeedCodec().encode(opened())
CLOSED = FeedCodec().encode(message(Closed(DAY, False)))


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving() as served:
        yield served


def of(registry: Registry, login: str = "") -> SchemaRegistry:
    return SchemaRegistry(f"http://{login}{registry.address}", feed_schemas())


# --- refusals and faults


@pytest.mark.parametrize("url", [f"file:///{SECRET}", f"ftp://u:{SECRET}@h", SECRET])
def test_an_address_of_another_kind_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="begins with http") as refused:
        SchemaRegistry(url, feed_schemas())

    assert SECRET not in str(refused.value)


def test_bytes_that_are_no_feed_message_are_not_sent(registry: Registry) -> None:
    with pytest.raises(Undecodable):
        of(registry).wire(b"\x00" + OPENED)
    with pytest.raises(NewerSchema):
        of(registry).wire(OPENED[:2] + b"\xff" * 8 + OPENED[HEADER_LENGTH:])

    assert registry.registered == []


@pytest.mark.parametrize("status", [401, 403, 404, 409, 422])
def test_what_the_registry_does_not_take_is_an_error_of_subject_and_status_alone(
    registry: Registry, status: int
) -> None:
    registry.answers.append((status, SECRET.encode(), {}))

    with pytest.raises(RegistryRefused) as refused:
        of(registry, f"hub:{SECRET}@").wire(OPENED)

    assert str(refused.value) == f"schema registry, subject throughline.feed.Opened_v1: HTTP status {status}"


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[]", b"{}", b'{"id": "7"}', b'{"id": -1}', b'{"id": 4294967296}'])
def test_an_answer_without_an_id_is_an_error(registry: Registry, body: bytes) -> None:
    registry.answers.append((200, body, {}))

    with pytest.raises(RegistryRefused, match=r"subject throughline\.feed\.Opened_v1: the answer"):
        of(registry).wire(OPENED)


def test_a_registry_that_is_elsewhere_is_not_followed_with_the_password(registry: Registry) -> None:
    with serving() as elsewhere:
        registry.answers.append((307, b"", {"Location": f"http://{elsewhere.address}/subjects/x/versions"}))
        with pytest.raises(RegistryRefused, match="HTTP status 307"):
            of(registry, f"hub:{SECRET}@").wire(OPENED)

        assert elsewhere.logins == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_registry_with_a_passing_fault_is_asked_again(registry: Registry, status: int) -> None:
    ours = of(registry)
    registry.answers.append((status, b"", {}))

    with pytest.raises(RegistryAway):
        ours.wire(OPENED)

    assert ours.wire(OPENED)[5:] == OPENED[HEADER_LENGTH:]


def test_a_registry_that_does_not_listen_is_a_passing_fault_that_names_no_address() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = SchemaRegistry(f"http://hub:{SECRET}@127.0.0.1:{closed.getsockname()[1]}", feed_schemas())
        with pytest.raises(RegistryAway) as away:
            nobody.wire(OPENED)

    assert str(away.value) == "schema registry, subject throughline.feed.Opened_v1: URLError"


# --- what goes out


def test_every_message_is_read_back_with_the_schema_that_its_id_names(registry: Registry) -> None:
    ours, codec, schemas = of(registry), FeedCodec(), feed_schemas()
    for name, messages in message_samples().items():
        for sample in messages:
            single = codec.encode(sample)
            wired = ours.wire(single)

            with urllib.request.urlopen(
                f"http://{registry.address}/schemas/ids/{int.from_bytes(wired[1:5])}"
            ) as answer:
                schema = json.loads(json.load(answer)["schema"])
            body = BytesIO(wired[5:])
            datum = schemaless_reader(body, parse_schema(schema))

            assert (wired[:1], wired[5:]) == (b"\x00", single[HEADER_LENGTH:])
            assert schema == schemas[name]
            assert (body.read(), datum["id"]) == (b"", sample.id)  # type: ignore[index,call-overload]


def test_a_subject_is_the_full_name_of_a_record_and_is_asked_for_once(registry: Registry) -> None:
    ours = of(registry)

    for _ in range(3):
        ours.wire(OPENED)
        ours.wire(CLOSED)

    assert [subject for subject, _ in registry.registered] == [
        "throughline.feed.Opened_v1",
        "throughline.feed.Closed_v1",
    ]
    assert len(registry.logins) == 2


def test_another_process_gets_the_same_ids(registry: Registry) -> None:
    first = of(registry).wire(CLOSED)

    assert of(registry).wire(CLOSED) == first


def test_the_address_s_user_and_password_are_the_login(registry: Registry) -> None:
    of(registry, "hub%40desk:p%3Aw@").wire(OPENED)

    assert registry.logins == [f"Basic {base64.b64encode(b'hub@desk:p:w').decode()}"]


def test_a_hub_that_has_a_registry_delivers_its_feeds_in_the_wire_format(registry: Registry, hub: Hub) -> None:
    registered(hub)
    hub.disclose()
    appender = Remembering()
    feeds = KafkaFeeds(
        hub.delivery, hub.positions, hub.sealed, hub.pairwise, create_autospec(KafkaTopics), appender, of(registry).wire
    )

    while feeds.step():
        pass

    told = [hub.codec.encode(m) for _, m in hub.sealed.read(HOST, 0, 1_000) if m is not None]
    assert told
    assert [r.value for r in appender.records if r.topic == feed_topic(Audience.parse(HOST))] == [
        of(registry).wire(single) for single in told
    ]


class Remembering(KafkaAppender):
    """An appender without a broker: it remembers what it was given."""

    def __init__(self) -> None:
        self.records: list[Outgoing] = []

    def append(self, records: Sequence[Outgoing], *_: object) -> None:
        self.records += records

    def last(self, topic: str, partition: int) -> int | None:  # noqa: ARG002
        return None
