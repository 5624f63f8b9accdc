"""A short run of what `make chaos` does at length: one broker, one database, what weighs most, a fixed seed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from infra.kafka.cluster import KafkaCluster
from infra.postgres.server import PostgresServer
from tests.chaos.run import Plan, Run

KINDS = frozenset(
    {
        "relay dies before it notes what it sent",
        "worker added",
        "worker removed",
        "sequencer dies in the numbering",
        "deliverer dies before it notes what it delivered",
        "leader killed",
        "PostgreSQL killed",
        "entries repeated",
    }
)
SHORT = Plan(seed=4, seconds=40, events=1_500, children=100, pause=0.5, kinds=KINDS)


def test_whatever_breaks_every_feed_is_at_last_what_the_store_says(
    own_kafka: Callable[[int], KafkaCluster], own_postgres: PostgresServer, tmp_path: Path
) -> None:
    run = Run(tmp_path / "run", own_kafka(1), own_postgres, SHORT, print)

    assert run.go() == [], f"seed {SHORT.seed}; faults.log and what each process said: {run.logs}"
    assert set(run.done) == KINDS
    assert run.recorded >= SHORT.events
