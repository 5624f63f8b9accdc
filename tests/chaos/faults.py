"""What breaks, in an order drawn from a seed: each fault is done, and mended as an operator or a process manager would."""

from __future__ import annotations

import signal
from collections.abc import Callable, Collection, Mapping
from random import Random
from typing import Any

from kafka import KafkaAdminClient

from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import EVENTS
from infra.kafka.cluster import KafkaCluster
from infra.postgres.server import PostgresServer
from infra.processes import until
from tests.chaos.dying import DIED
from tests.chaos.hub_processes import FENCED, PATIENCE, Fleet, HubProcess, Unexpected

MOST_WORKERS = 4
AWAY = (0.5, 6.0)  # seconds that a broker or a database stays away, at least and at most


class Faults:
    """pause: lets so many seconds pass while the load goes on."""

    def __init__(
        self,
        fleet: Fleet,
        kafka: KafkaCluster,
        connection: KafkaConnection,
        postgres: PostgresServer,
        chance: Random,
        pause: Callable[[float], None],
    ) -> None:
        self._fleet = fleet
        self._kafka = kafka
        self._connection = connection
        self._postgres = postgres
        self._chance = chance
        self._pause = pause
        self.kinds: Mapping[str, Callable[[], str]] = {
            "relay killed": lambda: self._killed("relay"),
            "relay taken over": lambda: self._taken_over("relay"),
            "relay dies before it sends what it announced": lambda: self._takes_over_and_dies(
                "relay", "announced, not sent"
            ),
            "relay dies before it notes what it sent": lambda: self._takes_over_and_dies("relay", "sent, not noted"),
            "worker killed": lambda: self._killed("disclose"),
            "worker added": self._worker_added,
            "worker removed": self._worker_removed,
            "worker dies before the numbering": lambda: self._worker_dies("stored, not numbered"),
            "sequencer dies in the numbering": lambda: self._worker_dies("half numbered"),
            "deliverer killed": lambda: self._killed("deliver"),
            "deliverer taken over": lambda: self._taken_over("deliver"),
            "deliverer dies before it notes what it delivered": lambda: self._takes_over_and_dies(
                "deliver", "delivered, not noted"
            ),
            "projector killed": lambda: self._killed("project"),
            "leader killed": self._leader_killed,
            "PostgreSQL killed": self._postgres_killed,
            "PostgreSQL restarted": self._postgres_restarted,
            "entries repeated": self._repeated,
        }

    def round(self, kinds: Collection[str]) -> list[str]:
        """Each of these kinds of fault once, in an order of its own; where none is named, every kind there is."""
        wanted = sorted(kinds or self.kinds)
        return self._chance.sample(wanted, len(wanted))

    def do(self, kind: str) -> str:
        """Do one fault and mend it; answers what was hit. Raises Unexpected, and what makes going on impossible."""
        return self.kinds[kind]()

    def _one(self, kind: str) -> HubProcess:
        self._fleet.look()
        return self._chance.choice(self._fleet.of(kind))

    def _killed(self, kind: str) -> str:
        victim = self._one(kind)
        self._fleet.kill(victim)
        self._pause(self._chance.uniform(0, 2))
        self._fleet.start_ready(kind)
        return victim.name

    def _taken_over(self, kind: str) -> str:
        """A second one begins: one is fenced off at its next append and ends; the first, but where it was just opening anew."""
        both = [self._one(kind), self._fleet.start(kind)]
        until(lambda: not all(p.running for p in both), PATIENCE)
        fenced, other = sorted(both, key=lambda p: p.running)
        self._fleet.gone(fenced, FENCED, "after another began")
        self._fleet.until_ready(other)
        return f"{fenced.name} by {other.name}"

    def _takes_over_and_dies(self, kind: str, point: str) -> str:
        first = self._one(kind)
        first.may_end.add(FENCED)
        second = self._fleet.start(kind, (point, 2))
        self._fleet.gone(second, DIED, f"at {point}")
        self._ended_or_stopped(first)
        self._fleet.start_ready(kind)
        return second.name

    def _ended_or_stopped(self, first: HubProcess) -> None:
        """One that had nothing to append since has not seen yet that it was fenced off; one that has may be hit while it ends."""
        if first.running:
            first.popen.terminate()
        if not first.ended() or first.popen.wait() not in (0, FENCED, -signal.SIGTERM):
            raise Unexpected(f"{first.name} did not end as one that was fenced off")
        self._fleet.running.remove(first)

    def _worker_dies(self, point: str) -> str:
        victim = self._fleet.start("disclose", (point, self._chance.randint(1, 3)))
        self._fleet.gone(victim, DIED, f"at {point}")
        return victim.name

    def _worker_added(self) -> str:
        while len(self._fleet.of("disclose")) >= MOST_WORKERS:
            self._fleet.stop(self._one("disclose"))
        self._fleet.start_ready("disclose")
        return f"{len(self._fleet.of('disclose'))} workers"

    def _worker_removed(self) -> str:
        if len(self._fleet.of("disclose")) == 1:
            self._fleet.start_ready("disclose")
        self._fleet.stop(self._one("disclose"))
        return f"{len(self._fleet.of('disclose'))} workers"

    def _leader_killed(self) -> str:
        number, partition = self._leader()
        self._kafka.kill(number)
        self._pause(self._chance.uniform(*AWAY))
        self._kafka.start_broker(number)
        if not until(self._all_copies, PATIENCE):
            raise Unexpected(f"broker {number} does not catch up")
        return f"broker {number}, which led partition {partition}"

    def _postgres_killed(self) -> str:
        self._postgres.kill()
        self._pause(self._chance.uniform(*AWAY))
        self._postgres.start()
        return "started again"

    def _postgres_restarted(self) -> str:
        self._postgres.restart()
        return "by an operator"

    def _repeated(self) -> str:
        return f"{self._fleet.run_once('tests.chaos.repeating', str(self._chance.randrange(1 << 30)))} records"

    def _leader(self) -> tuple[int, int]:
        partition = self._chance.choice(self._partitions())
        return partition["leader_id"], partition["partition_index"]

    def _all_copies(self) -> bool:
        """Whether every copy of the events topic is in step, so that the next broker may be lost."""
        return all(sorted(p["isr_nodes"]) == sorted(p["replica_nodes"]) for p in self._partitions())

    def _partitions(self) -> list[dict[str, Any]]:
        admin = KafkaAdminClient(**self._connection.options())
        try:
            [topic] = admin.describe_topics([EVENTS])
            found: list[dict[str, Any]] = topic["partitions"]
            return found
        finally:
            admin.close()
