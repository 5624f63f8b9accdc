"""Appends to topics; where it must be exactly once, each call is one transaction, and the topic itself tells how far it got.

Why transactions then, and not idempotence alone: when a batch of an idempotent producer fails, batches behind it may still be written,
and what is sent again then stands out of order. A transaction is seen whole or not at all; and the next appender of the same name ends
whatever an earlier one, perhaps killed, left open, before it looks where the topic ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError, ProducerFencedError
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata

from adapters.kafka_clients import consumer, producer
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import NotOurs, Outgoing, sequence_of

_WINDOW: Final = 64  # offsets looked at from a partition's end, doubled until a record is found among the markers
_ANSWER: Final = 120  # s for the answer to a record; by then the library has given it up itself
_PATIENCE: Final = 10_000  # ms for one look at a partition's end


class AppendFailed(RuntimeError):
    """Nothing of the call is on the topic, or all of it: look with `last` after `reopen`, and go on from there."""


class Fenced(RuntimeError):
    """Another process appends under this name now. This one has nothing left to do."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How far a consumer group has taken its input, to be committed with what was made of it. group: of which generation."""

    offsets: Mapping[TopicPartition, OffsetAndMetadata]
    group: ConsumerGroupMetadata


class KafkaAppender:
    """name: of the process that appends. atomic: each call is one transaction, and a second process of this name fences the first off.

    Not atomic: what was sent of a call that failed may stand on the topic in part, and behind it what was sent later; whoever reads it
    must know a gap and a repeat when it meets one. It is quicker by the time that a transaction's end takes.
    options: of its producer.
    """

    def __init__(self, connection: KafkaConnection, name: str, *, atomic: bool = True, **options: Any) -> None:
        self._connection = connection
        self._name = name
        self._atomic = atomic
        self._options = options
        self._producer: KafkaProducer | None = None
        self._reader: KafkaConsumer | None = None

    def reopen(self) -> None:
        """Connect, where there is no connection: this ends what an earlier process of this name left open. Raises KafkaError."""
        self._open()

    def append(self, records: Sequence[Outgoing], taken: Taken | None = None) -> None:
        """Append the records in this order; on the brokers' disks as far as they promise it when this returns.

        taken: committed with the records; a group that has moved on to another generation refuses both.
        Raises AppendFailed, Fenced. Every record's own answer is looked at: a flush alone proves nothing.
        """
        try:
            made = self._open()
            if self._atomic:
                made.begin_transaction()
            answers = [
                made.send(r.topic, key=r.key, value=r.value, headers=r.headers, partition=r.partition) for r in records
            ]
            if taken is not None:
                made.send_offsets_to_transaction(dict(taken.offsets), taken.group)
            if self._atomic:
                made.commit_transaction()
            for answer in answers:
                answer.get(0 if self._atomic else _ANSWER)
        except KafkaError as error:
            fenced = isinstance(error, ProducerFencedError) or self._was_fenced()
            self._drop_producer()
            if fenced:
                raise Fenced(f"another process appends as {self._name}") from error
            raise AppendFailed(f"{type(error).__name__} while appending as {self._name}") from error

    def last(self, topic: str, partition: int) -> int | None:
        """The sequence of the last record of a partition; None where it holds none (any more). Raises KafkaError.

        Opens the producer first, which ends an unfinished transaction of an earlier process of this name.
        """
        self._open()
        reader = self._reader
        if reader is None:
            reader = self._reader = consumer(self._connection, f"{self._name}-tail")
        place = TopicPartition(topic, partition)
        reader.assign([place])
        begin, end = reader.beginning_offsets([place])[place], reader.end_offsets([place])[place]
        window = _WINDOW
        while True:
            start = max(begin, end - window)
            found = self._last_between(reader, place, start, end)
            if found is not None or start == begin:
                return found
            window *= 4

    def close(self) -> None:
        """Close the connections."""
        self._drop_producer()
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _last_between(self, reader: KafkaConsumer, place: TopicPartition, start: int, end: int) -> int | None:
        if start >= end:
            return None
        reader.seek(place, start)
        found = None
        while reader.position(place) < end:
            records = reader.poll(timeout_ms=_PATIENCE).get(place, [])
            if records:
                for record in records:
                    with suppress(NotOurs):  # somebody else's: it says nothing of how far we are
                        found = sequence_of(record.headers)
            elif reader.position(place) < end:
                raise AppendFailed(f"the end of partition {place.partition} of {place.topic} could not be read")
        return found

    def _open(self) -> KafkaProducer:
        if self._producer is None:
            made = producer(self._connection, self._name, self._name if self._atomic else None, **self._options)
            try:
                if self._atomic:
                    made.init_transactions()
            except BaseException:
                made.close(timeout=0)
                raise
            self._producer = made
        return self._producer

    def _was_fenced(self) -> bool:
        """Whether the producer has learnt that it is fenced off while records were handed to it: it then raises a mere KafkaError."""
        made = self._producer
        return (
            self._atomic and made is not None and isinstance(made._transaction_manager.last_error, ProducerFencedError)
        )

    def _drop_producer(self) -> None:
        """Forget a producer without waiting for what it could not send: the next one's start decides what became of it."""
        if self._producer is not None:
            with suppress(KafkaError):  # it says what was not sent, which is known
                self._producer.close(timeout=0)
            self._producer = None
