"""A producer that repeats: `python -m tests.chaos.repeating SEED` sends what stands on the events topic once more, as a relay would.

Same partition, key, value and headers. Not under the relay's own name: under that one the broker refuses whoever was fenced off.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random
from typing import Any

from adapters.kafka_appender import KafkaAppender
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import EVENTS, Outgoing, sequence_of
from gateway.settings import from_environment
from tests.chaos.topics import everything

AT_ONCE = 300  # records of one partition that are sent again


def main(seed: int) -> int:
    """Send again some of each partition; answers how many, on standard output."""
    connection = from_environment(Path()).kafka
    assert connection is not None
    again = _some(connection, Random(seed))
    appender = KafkaAppender(connection, "throughline.chaos.repeating")
    try:
        appender.append(again)
    finally:
        appender.close()
    print(len(again))
    return 0


def _some(connection: KafkaConnection, chance: Random) -> list[Outgoing]:
    found: dict[int, list[Any]] = {}
    for record in everything(connection, EVENTS):
        found.setdefault(record.partition, []).append(record)
    picked = []
    for records in found.values():
        start = chance.randrange(len(records))
        picked += records[start : start + AT_ONCE]
    return [Outgoing(EVENTS, r.partition, r.key, r.value, list(r.headers), sequence_of(r.headers)) for r in picked]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
