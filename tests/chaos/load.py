"""A steady load: recorders that go on through every fault, and remember what the hub said it had stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from threading import Event as Flag
from threading import Thread
from time import monotonic
from uuid import UUID

from adapters.eventsourcing_store import Conflict
from adapters.passing_faults import PASSING
from domain.submission import Intended
from gateway.hub import Hub
from tests.bench.world import DURHAM
from tests.chaos.lives import Life

AGAIN = 0.5  # seconds until a recorder whose database is away tries again
PATIENCE = 60.0  # seconds in which a recorder finishes its submission


class Recorder(Thread):
    """Records the lives it was given, and now and then something of a child of the others: `rate` events a second.

    acknowledged: each event that the hub said it had stored, with its child.
    """

    def __init__(
        self, open_hub: Callable[[], Hub], lives: Sequence[Life], others: Sequence[Life], chance: Random, rate: float
    ) -> None:
        super().__init__(name="recorder", daemon=True)
        self.acknowledged: list[tuple[UUID, UUID]] = []
        self.fault: BaseException | None = None
        self._open_hub = open_hub
        self._lives = lives
        self._others = others
        self._chance = chance
        self._rate = rate
        self._done = Flag()
        self._hub: Hub | None = None

    def run(self) -> None:
        """Record until `end`."""
        begun = monotonic()
        try:
            while not self._done.is_set():
                self._submit()
                self._done.wait(max(0.0, begun + len(self.acknowledged) / self._rate - monotonic()))
        except BaseException as fault:
            self.fault = fault
        finally:
            self._close()

    def end(self) -> None:
        """Finish the submission that is under way. Raises what stopped the recorder before."""
        self._done.set()
        self.join(PATIENCE)
        if self.fault is not None:
            raise self.fault
        if self.is_alive():
            raise TimeoutError(f"a recorder does not end within {PATIENCE:.0f} s")

    def _submit(self) -> None:
        life = self._chance.choice(self._lives)
        other = self._chance.choice(self._others) if self._others else life
        if other.registered and self._chance.randrange(10) == 0:
            self._record(other.stream, [Intended(life.new_id(), other.plain())])
        else:
            self._record(life.stream, life.next())
            life.registered = True

    def _record(self, stream: UUID, intended: list[Intended]) -> None:
        """Record one submission, again and again until the hub says that it is stored: the same ids change nothing twice."""
        while True:
            try:
                hub = self._hub = self._hub or self._open_hub()
                hub.recording.record(stream, intended, hub.recording.desk(DURHAM))
            except Conflict:
                continue
            except PASSING:
                self._close()
                if self._done.wait(AGAIN):
                    return
            else:
                self.acknowledged += [(stream, one.event_id) for one in intended]
                return

    def _close(self) -> None:
        if self._hub is not None:
            self._hub.close()
            self._hub = None


class Load:
    """Two recorders, each with half of the children, who meet in one another's streams."""

    def __init__(self, open_hub: Callable[[], Hub], children: int, rate: float, seed: int) -> None:
        chances = [Random(f"{seed} recorder {n}") for n in range(2)]
        halves = [[Life(n, chance) for n in range(k, children, 2)] for k, chance in enumerate(chances)]
        self._recorders = [
            Recorder(open_hub, ours, others, chance, rate / 2)
            for ours, others, chance in zip(halves, reversed(halves), chances, strict=True)
        ]

    @property
    def acknowledged(self) -> list[tuple[UUID, UUID]]:
        """Each event that the hub said it had stored, with its child."""
        return [one for recorder in self._recorders for one in recorder.acknowledged]

    @property
    def recorded(self) -> int:
        """How many those are. Raises what stopped a recorder."""
        for recorder in self._recorders:
            if recorder.fault is not None:
                raise recorder.fault
        return sum(len(recorder.acknowledged) for recorder in self._recorders)

    def start(self) -> None:
        """Begin to record."""
        for recorder in self._recorders:
            recorder.start()

    def end(self) -> None:
        """Stop when each has finished its submission. Raises what stopped one before."""
        for recorder in self._recorders:
            recorder.end()
