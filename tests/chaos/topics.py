"""Topics read by a client of our own making: what was committed, from the first record to the last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from adapters.kafka_connection import KafkaConnection

PATIENCE = 30_000  # ms without a record after which a topic that should go on is given up


def everything(connection: KafkaConnection, topic: str) -> Iterator[Any]:
    """Every committed record of a topic, each partition in its order."""
    reader = KafkaConsumer(
        **connection.options(),
        isolation_level="read_committed",
        enable_auto_commit=False,
        allow_auto_create_topics=False,
    )
    try:
        places = [TopicPartition(topic, p) for p in sorted(reader.partitions_for_topic(topic) or ())]
        reader.assign(places)
        reader.seek_to_beginning(*places)
        ends = reader.end_offsets(places)
        while any(reader.position(place) < ends[place] for place in places):
            before = [reader.position(place) for place in places]
            for records in reader.poll(timeout_ms=PATIENCE, max_records=5_000).values():
                yield from records
            if [reader.position(place) for place in places] == before:
                raise TimeoutError(f"{topic} cannot be read to its end")
    finally:
        reader.close()
