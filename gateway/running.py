"""Running processes until they are stopped: step after step, again after a fault, with a state that others may look at."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic
from typing import Any, Final

from adapters.kafka_appender import Fenced
from adapters.passing_faults import PASSING
from adapters.postgres_hints import FEEDS_NUMBERED, Hints
from gateway.hub import Hub
from gateway.processes import KINDS, Process, lags
from gateway.upkeep import project_all

WAIT: Final = 1.0  # s that a step waits for work; also how long a stop may take to be seen
PAUSES: Final = (0.1, 0.5, 1.0, 2.0, 5.0)  # s after the first, second … fault in a row
STALE: Final = 60.0  # s without a finished step after which a process is no longer called ready

log = logging.getLogger(__name__)


@dataclass(slots=True)
class State:
    """What is known of a process. done: pieces of work since its start. faults: passing ones in a row. ended: why, once it has."""

    done: int = 0
    faults: int = 0
    last: float = 0.0
    lag: int | None = None
    ended: str | None = None

    @property
    def ready(self) -> bool:
        """Whether it works: it goes on, its last step succeeded, and that was not long ago."""
        return self.ended is None and not self.faults and monotonic() - self.last < STALE

    def as_json(self) -> dict[str, Any]:
        """For a health check: no word of what was worked on."""
        return {"ready": self.ready, "done": self.done, "lag": self.lag, "faults": self.faults, "ended": self.ended}


def run(kind: str, open_hub: Callable[[], Hub], stop: Event, state: State) -> None:
    """One process until `stop`; then it finishes its step and closes. Raises Fenced, and what no waiting would mend.

    After a passing fault it is opened anew, with its own hub: so that nothing is left of a connection that died.
    """
    while not stop.is_set():
        try:
            with open_hub() as hub:
                process = KINDS[kind](hub)
                try:
                    _steps(process, stop, state)
                finally:
                    process.close()
        except PASSING as fault:
            state.faults += 1
            log.warning("%s: %s, fault %d in a row", kind, type(fault).__name__, state.faults)
            stop.wait(PAUSES[min(state.faults, len(PAUSES)) - 1])


def _steps(process: Process, stop: Event, state: State) -> None:
    looked = 0.0
    while not stop.is_set():
        done = process.step(WAIT)
        state.done += done
        state.faults = 0
        state.last = monotonic()
        if not done or state.last - looked > WAIT:
            state.lag = process.lag()
            looked = state.last


class Running:
    """Several processes in threads of this one. The end of one, for whatever reason, stops the others."""

    def __init__(self, kinds: list[str], open_hub: Callable[[], Hub]) -> None:
        self.states: Mapping[str, State] = {kind: State() for kind in kinds}
        self.stop = Event()
        self.fault: BaseException | None = None
        self._threads = [
            Thread(target=self._run, args=(kind, open_hub), name=kind, daemon=True) for kind in self.states
        ]

    def start(self) -> None:
        """Start them."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until all have ended. Raises what ended them, if it was not `stop`."""
        for thread in self._threads:
            while thread.is_alive():
                thread.join(WAIT)  # in slices, so that a signal is heard
        if self.fault is not None:
            raise self.fault

    def _run(self, kind: str, open_hub: Callable[[], Hub]) -> None:
        try:
            run(kind, open_hub, self.stop, self.states[kind])
            self.states[kind].ended = "stopped"
        except BaseException as fault:
            self.states[kind].ended = type(fault).__name__
            self.fault = self.fault or fault
            if not isinstance(fault, Fenced):
                log.error("%s ended: %s", kind, type(fault).__name__)
        finally:
            self.stop.set()


def wait_until_told(hub: Hub, running: Running) -> None:
    """Wait until processes that run beside this have told and delivered all that is recorded. Raises what ended them."""
    with closing(Hints(hub.settings.hub, FEEDS_NUMBERED)) as hints:
        while max(lags(hub)[kind] for kind in ("relay", "disclose", "deliver")):
            if running.stop.is_set():
                running.join()
                raise RuntimeError("the processes have ended")
            hints.wait(0.2)
    project_all(hub)
