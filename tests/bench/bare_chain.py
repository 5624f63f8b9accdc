"""The far half of the bare chain: read a topic, commit, write the next topic. Runs until SIGTERM."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from kafka import KafkaProducer
from sqlalchemy import text

from adapters.kafka_clients import consumer
from adapters.sql_engine import make_engine
from gateway.settings import from_environment
from tests.bench.latency import FIRST, LAST


def main() -> None:
    """Read, commit, send; one after the other, as they come."""
    connection = from_environment(Path()).kafka
    assert connection is not None
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    engine = make_engine(sys.argv[1])
    with engine.begin() as database:
        database.execute(text("CREATE TABLE IF NOT EXISTS second_commits (body bytea)"))
    reader = consumer(connection, "bare", "bare")
    reader.subscribe([FIRST])
    sender = KafkaProducer(**connection.options(), acks="all", enable_idempotence=True, linger_ms=0)
    while not stopped:
        arrived = [record for records in reader.poll(timeout_ms=1000).values() for record in records]
        if not arrived:
            continue
        with engine.begin() as database:
            database.execute(text("INSERT INTO second_commits VALUES (:body)"), [{"body": r.value} for r in arrived])
        for answer in [sender.send(LAST, key=r.key, value=r.value) for r in arrived]:
            answer.get(10)
    reader.close()
    sender.close()
    engine.dispose()


if __name__ == "__main__":
    main()
