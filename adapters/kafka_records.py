"""What stands in the hub's topics: entries as stored, and feed messages, with CloudEvents 1.0 headers in binary mode.

Topic names, keys and headers carry no personal data: streams are named by random ids, children by pairwise references.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from kafka.partitioner.default import murmur2

from domain.vocabulary import Audience

OURS: Final = "throughline."  # how every topic's name begins, and those of the hub's own consumer groups
EVENTS: Final = OURS + "events"
FEED: Final = OURS + "feed."
SUBMIT: Final = OURS + "submit."
RECEIPTS: Final = OURS + "receipts."

Headers = list[tuple[str, bytes]]

_SPEC: Final = ("ce_specversion", b"1.0")
_SEALED: Final = ("content-type", b"application/octet-stream")
_AVRO: Final = ("content-type", b"application/avro")
_JSON: Final = ("content-type", b"application/json")


class NotOurs(ValueError):
    """A record that no relay of this hub wrote: its headers are not those of an entry."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to be appended. sequence: its place in its partition's order, a position or a number, which a header carries."""

    topic: str
    partition: int
    key: bytes
    value: bytes | None
    headers: Headers
    sequence: int


def feed_topic(audience: Audience) -> str:
    """The topic of a desk's feed: `throughline.feed.E06000047.virtual-school`."""
    return f"{FEED}{audience.agency}.{audience.role.value}"


def submit_topic(audience: Audience) -> str:
    """The topic on which a desk submits."""
    return f"{SUBMIT}{audience.agency}.{audience.role.value}"


def receipts_topic(audience: Audience) -> str:
    """The topic on which a desk is answered."""
    return f"{RECEIPTS}{audience.agency}.{audience.role.value}"


def audience_of(topic: str) -> Audience:
    """The desk whose topic this is. Raises ValueError for a topic of no desk."""
    for prefix in (FEED, SUBMIT, RECEIPTS):
        if topic.startswith(prefix):
            agency, _, role = topic.removeprefix(prefix).rpartition(".")
            return Audience.parse(f"{agency}/{role}")
    raise ValueError("not a topic of a desk")


@lru_cache(maxsize=100_000)
def partition_of(stream: UUID | str, partitions: int) -> int:
    """The partition of a stream, as every Kafka client finds it from the key (murmur2)."""
    hashed: int = murmur2(str(stream).encode())
    return (hashed & 0x7FFFFFFF) % partitions


def entry_record(position: int, stored: StoredEvent, partition: int, previous: int) -> Outgoing:
    """A stored entry, its bytes as they are. previous: the position of the one before it in its partition, or one not before it."""
    stream = str(stored.originator_id).encode()
    at = b"%d" % position
    headers = [
        _SPEC,
        ("ce_id", at),
        ("ce_source", b"/throughline/events"),
        ("ce_type", stored.topic.encode()),
        ("ce_partitionkey", stream),
        ("ce_sequence", at),
        ("ce_previous", b"%d" % previous),
        ("ce_streamversion", b"%d" % stored.originator_version),
        _SEALED,
    ]
    return Outgoing(EVENTS, partition, stream, stored.state, headers, position)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A stored entry as it came, with its position, and that of the one before it in its partition."""

    position: int
    previous: int
    stored: StoredEvent


def entry_of(key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes]]) -> Arrived:
    """The stored entry of a record. Raises NotOurs."""
    said = dict(headers)
    try:
        stream = UUID((key or b"").decode())
        position, previous, version = (int(said[f"ce_{n}"]) for n in ("sequence", "previous", "streamversion"))
        topic = said["ce_type"].decode()
    except (KeyError, ValueError):
        raise NotOurs("a record of the events topic has not the headers of an entry") from None
    return Arrived(position, previous, StoredEvent(stream, version, topic, value or b""))


def message_record(
    audience: Audience, number: int, kind: str, message_id: str, child_ref: str, body: bytes | None
) -> Outgoing:
    """A feed message; body None where it was taken out, since its item was withdrawn: the number stays."""
    headers = [
        _SPEC,
        ("ce_id", message_id.encode()),
        ("ce_source", b"/throughline/feeds/" + str(audience).encode()),
        ("ce_type", b"throughline.feed." + kind.encode()),
        ("ce_partitionkey", child_ref.encode()),
        ("ce_sequence", b"%d" % number),
        _AVRO,
    ]
    return Outgoing(feed_topic(audience), 0, child_ref.encode(), body, headers, number)


def receipt_record(audience: Audience, submission: str, offset: int, kind: str, body: bytes) -> Outgoing:
    """The answer to one submission: submission, its unmistakable name; kind, `received` or `refused`."""
    headers = [
        _SPEC,
        ("ce_id", submission.encode()),
        ("ce_source", b"/throughline/receipts/" + str(audience).encode()),
        ("ce_type", b"throughline.receipt." + kind.encode()),
        _JSON,
    ]
    return Outgoing(receipts_topic(audience), 0, b"%d" % offset, body, headers, offset)


def sequence_of(headers: Sequence[tuple[str, bytes]]) -> int:
    """The place that a record says it has. Raises NotOurs."""
    try:
        return int(dict(headers)["ce_sequence"])
    except (KeyError, ValueError):
        raise NotOurs("a record without a sequence") from None
