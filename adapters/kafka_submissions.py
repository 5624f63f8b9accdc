"""Submissions as they arrive on the desks' topics, and the receipts that answer them.

A receipt and the place of what it answers are committed in one transaction: each record that a desk writes is answered once.
Any number of processes share the topics; each topic is one process's at a time, and its order is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from kafka import TopicPartition
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.structs import OffsetAndMetadata

from adapters.kafka_appender import AppendFailed, Fenced, KafkaAppender, Taken
from adapters.kafka_clients import consumer
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import SUBMIT, Outgoing, audience_of, receipt_record, receipts_topic
from adapters.kafka_topics import KafkaTopics, Topic
from domain.vocabulary import Audience, Role

GROUP: Final = "throughline.ingest"

_CLIENT: Final = "throughline-ingest"
_TOPICS: Final = re.escape(SUBMIT) + ".+[.](?:" + "|".join(role.value for role in Role) + ")$"
_NEW_TOPICS: Final = 5_000  # ms after which a new desk's topic is noticed
_PATIENCE: Final = 10_000  # ms for one question to the broker
_ABANDONED: Final = 15_000  # ms after which the broker gives up the open transaction of a process that died


@dataclass(frozen=True, slots=True)
class Submitted:
    """One record of a submit topic. name: what its sender calls it, the header `ce_id`, as it came.

    place: what nobody but the broker calls it. The broker's time is part of it, since in a topic that was made anew the offsets begin
    again.
    """

    partition: TopicPartition
    offset: int
    time: int
    name: bytes | None
    line: bytes

    @property
    def audience(self) -> Audience:
        """The desk whose topic it stands on; who may write there, the broker's rights have decided."""
        return audience_of(self.partition.topic)

    @property
    def place(self) -> str:
        """`throughline.submit.QHM.local-health/0/17@1780304400000`: topic, partition, offset and time."""
        return f"{self.partition.topic}/{self.partition.partition}/{self.offset}@{self.time}"


class KafkaSubmissions:
    """name: of this process among those that ingest; without one, a new name at each start. Not to be shared between threads."""

    def __init__(self, connection: KafkaConnection, name: str | None = None) -> None:
        self._topics = KafkaTopics(connection, _CLIENT)
        name = f"{GROUP}.{name or uuid4().hex}"
        self._appender = KafkaAppender(connection, name, transaction_timeout_ms=_ABANDONED)
        # Every topic has one partition: shared out topic by topic, as the default does it, all of them would be one process's.
        self._reader = consumer(
            connection,
            _CLIENT,
            GROUP,
            metadata_max_age_ms=_NEW_TOPICS,
            partition_assignment_strategy=(RoundRobinPartitionAssignor,),
        )
        self._reader.subscribe(pattern=_TOPICS)
        self._astray = True

    def arrived(self, wait: float, limit: int) -> list[Submitted]:
        """Wait up to so many seconds for submissions; up to `limit` of them, each topic's in order. Raises KafkaError.

        What was given before and not answered is given again, the same as what another process did not come to answer.
        """
        if self._astray:
            self._go_back()
        found = self._reader.poll(timeout_ms=int(wait * 1000), max_records=limit)
        self._astray = bool(found)
        return [_submitted(partition, record) for partition, records in found.items() for record in records]

    def answer(self, answers: Sequence[tuple[Submitted, str, bytes]], held: Sequence[Submitted]) -> None:
        """Commit the receipts of what arrived last: submission, kind and body, each topic's in order.

        held: the first of each topic that cannot be answered yet; it is given again, with those after it.
        Raises AppendFailed, KafkaError: then all that arrived is given again, unless it was answered.
        """
        outgoing = [self._receipt(submitted, kind, body) for submitted, kind, body in answers]
        offsets = {s.partition: OffsetAndMetadata(s.offset + 1, "", -1) for s, _, _ in answers}
        if outgoing:
            try:
                self._appender.append(outgoing, Taken(offsets, self._reader.group_metadata()))
            except Fenced as lost:  # by the broker, which took this process for dead: nobody else has its name
                raise AppendFailed(str(lost)) from lost
        for submitted in held:
            self._reader.seek(submitted.partition, submitted.offset)
        self._astray = False

    def lag(self) -> int:
        """How many submissions on this process's topics are not answered. Raises KafkaError."""
        places = sorted(self._reader.assignment())
        ends = self._reader.end_offsets(places) if places else {}
        return sum(max(0, ends[p] - self._reader.position(p, timeout_ms=_PATIENCE)) for p in places)

    def close(self) -> None:
        """Leave the group, so that another process has the topics at once, and close the connections."""
        self._reader.close()
        self._appender.close()
        self._topics.close()

    def _go_back(self) -> None:
        """To where the group has answered: first what this process began to commit is ended, then the broker knows."""
        self._appender.reopen()
        for place in self._reader.assignment():
            answered = self._reader.committed(place, timeout_ms=_PATIENCE)
            if answered is None:
                [answered] = self._reader.beginning_offsets([place]).values()
            self._reader.seek(place, answered)

    def _receipt(self, submitted: Submitted, kind: str, body: bytes) -> Outgoing:
        audience = submitted.audience
        self._topics.ensure([Topic(receipts_topic(audience), 1)])
        return receipt_record(audience, submitted.place, submitted.offset, kind, body)


def _submitted(partition: TopicPartition, record: Any) -> Submitted:
    name = dict(record.headers).get("ce_id")
    return Submitted(partition, record.offset, record.timestamp, name, record.value or b"")
