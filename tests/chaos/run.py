"""One run: load and faults until both have had their time, then quiet, then everything is looked at."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from threading import Event as Flag
from time import monotonic

from adapters.kafka_connection import KafkaConnection
from adapters.passing_faults import PASSING
from gateway.hub import Hub
from gateway.processes import lags
from gateway.settings import from_environment
from infra.kafka.cluster import KafkaCluster
from infra.postgres.server import PostgresServer
from tests.bench.world import NOW
from tests.chaos import verify
from tests.chaos.faults import Faults
from tests.chaos.hub_processes import Fleet, Unexpected
from tests.chaos.load import Load

STANDS_STILL = 180.0  # seconds without progress after which processes are given up
LOOK = 0.5  # seconds between two looks at how far they are


@dataclass(frozen=True, slots=True)
class Plan:
    """seconds: how long there is load, at least; events: how many it records in that time; it goes on as long as anything breaks.

    pause: seconds between faults, at most. kinds: the faults of one round alone; none: every kind, again and again.
    """

    seed: int
    seconds: float
    events: int
    children: int
    pause: float
    kinds: frozenset[str] = frozenset()


class Run:
    """folder: where the hub and the logs are. Brokers and database are started; they are broken, and run at the end."""

    def __init__(
        self, folder: Path, kafka: KafkaCluster, postgres: PostgresServer, plan: Plan, say: Callable[[str], None]
    ) -> None:
        self._plan = plan
        self._say = say
        self._begun = monotonic()
        self._kafka = kafka
        self._postgres = postgres
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True)
        self.connection = KafkaConnection(kafka.bootstrap, kafka.user, kafka.password, kafka.ca_file)
        environment = {
            "THROUGHLINE_DATABASE_URL": postgres.database("hub"),
            "THROUGHLINE_KAFKA_BOOTSTRAP": kafka.bootstrap,
            "THROUGHLINE_KAFKA_USER": kafka.user,
            "THROUGHLINE_KAFKA_PASSWORD": kafka.password,
            "THROUGHLINE_KAFKA_CA": str(kafka.ca_file),
        }
        self._settings = from_environment(folder / "data", environment)
        self._fleet = Fleet(folder / "data", environment, self.logs)
        self._load = Load(self.open_hub, plan.children, plan.events / plan.seconds, plan.seed)
        self.done: list[str] = []  # the faults, in order

    @property
    def recorded(self) -> int:
        """How many events the hub said it had stored."""
        return len(self._load.acknowledged)

    def open_hub(self) -> Hub:
        """The hub, at a fixed moment."""
        return Hub(self._settings, clock=lambda: NOW)

    def go(self) -> list[str]:
        """Run it all; answers what does not hold."""
        logging.getLogger("kafka").setLevel(logging.CRITICAL)  # brokers that are away are the point
        wrong = []
        try:
            self.open_hub().close()
            self._fleet.start_ready("relay", "deliver", "project", "disclose", "disclose")
            self._load.start()
            try:
                self._break()
                self._until_recorded()
            finally:
                self._load.end()
            self._drain()
            self._fleet.end()
        except (Unexpected, *PASSING) as fault:
            wrong.append(f"{type(fault).__name__}: {fault}")
        finally:
            self._fleet.kill_all()
        wrong += self._fleet.faults
        return wrong or self._verified()

    def note(self, text: str) -> None:
        """Say something with the time since the beginning, and keep it in faults.log."""
        line = f"{monotonic() - self._begun:6.0f} s  {text}"
        with (self.logs / "faults.log").open("a", encoding="utf-8") as log:
            log.write(line + "\n")
        self._say(line)

    def _break(self) -> None:
        chance = Random(f"{self._plan.seed} faults")
        faults = Faults(self._fleet, self._kafka, self.connection, self._postgres, chance, self._pause)
        first = faults.round(self._plan.kinds)
        for kind in first if self._plan.kinds else chain(first, self._as_long_as_loading(faults)):
            self._pause(chance.uniform(0, self._plan.pause))
            began = monotonic()
            hit = faults.do(kind)
            self._fleet.look()
            self.done.append(kind)
            self.note(f"{kind}: {hit} ({monotonic() - began:.0f} s; {self._load.recorded} events recorded)")

    def _as_long_as_loading(self, faults: Faults) -> Iterator[str]:
        while True:
            for kind in faults.round(()):
                if self._loaded():
                    return
                yield kind

    def _loaded(self) -> bool:
        return self._load.recorded >= self._plan.events and monotonic() - self._begun >= self._plan.seconds

    def _until_recorded(self) -> None:
        """Wait until the load has recorded as much as it should."""
        while not self._loaded():
            self._fleet.look()
            self._pause(LOOK)

    def _drain(self) -> None:
        """Wait until nobody is behind. Raises Unexpected where they stand still."""
        self.note(f"quiet; {self._load.recorded} events are recorded")
        with self.open_hub() as hub:
            before, since = lags(hub), monotonic()
            said = 0.0
            while any(before.values()):
                self._fleet.look()
                self._pause(LOOK)
                now = lags(hub)
                if now != before:
                    before, since = now, monotonic()
                if monotonic() - said > 10:
                    said = monotonic()
                    self.note("behind: " + ", ".join(f"{kind} {n}" for kind, n in now.items()))
                if monotonic() - since > STANDS_STILL:
                    raise Unexpected(f"the processes stand still: {now}")

    def _verified(self) -> list[str]:
        self.note("everything is looked at")
        with self.open_hub() as hub:
            return list(verify.faults(hub, self.connection, self._load.acknowledged, Random(self._plan.seed)))

    @staticmethod
    def _pause(seconds: float) -> None:
        """Let time pass while others work; nothing is waited for."""
        Flag().wait(seconds)
