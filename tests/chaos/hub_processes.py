"""The hub's processes as an operator runs them: by the command line, each a process of its own that can be killed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from infra import ward
from infra.processes import Process, tail, until
from tests.chaos.dying import DIED

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0  # seconds in which a process comes up, or ends, on a machine that has much to do
HEALTH = re.compile(r"http://127\.0\.0\.1:\d+/ready")
FENCED = 1  # the exit code of a relay or deliverer from which another has taken over


class Unexpected(AssertionError):
    """A process that did what none should."""


@dataclass(slots=True, eq=False)
class HubProcess:
    """One process. name: of its kind and run, as its log. may_end: the exit codes that are no fault of its own."""

    kind: str
    name: str
    log: Path
    popen: subprocess.Popen[bytes]
    may_end: set[int] = field(default_factory=set)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.popen.poll() is None

    def ready(self) -> bool:
        """Whether it says itself that it works."""
        found = HEALTH.search(self.log.read_text(encoding="utf-8", errors="replace"))
        if found is None:
            return False
        try:
            with urlopen(found.group(), timeout=5) as answer:  # noqa: S310  our own process on loopback
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False

    def ended(self) -> bool:
        """Whether it ends within PATIENCE."""
        return until(lambda: not self.running, PATIENCE)


class Fleet:
    """Every process of one hub that runs. faults: ends that nobody had asked for."""

    def __init__(self, data: Path, environment: Mapping[str, str], logs: Path) -> None:
        self._data = data
        self._logs = logs
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith("THROUGHLINE_")} | {**environment}
        self._started = 0
        self.running: list[HubProcess] = []
        self.faults: list[str] = []

    def of(self, kind: str) -> list[HubProcess]:
        """The processes of a kind that should run."""
        return [p for p in self.running if p.kind == kind]

    def start(self, kind: str, dying: tuple[str, int] | None = None) -> HubProcess:
        """Start a process. dying: the point at which it is to die, and at the how manyth time that it comes there."""
        command = [kind, "--data", str(self._data), "--health", "0"]
        if dying is None:
            return self._launch(kind, ["gateway.cli", *command])
        started = self._launch(kind, ["tests.chaos.dying", dying[0], str(dying[1]), *command])
        started.may_end.add(DIED)
        return started

    def start_ready(self, *kinds: str) -> None:
        """Start processes and wait until they work. Raises Unexpected."""
        for started in [self.start(kind) for kind in kinds]:
            self.until_ready(started)

    def until_ready(self, process: HubProcess) -> None:
        """Wait until it works. Raises Unexpected where it ends instead, or does not come to work."""
        if not until(lambda: not process.running or process.ready(), PATIENCE) or not process.running:
            raise Unexpected(f"{process.name} does not come to work\n{tail(process.log)}")

    def kill(self, process: HubProcess) -> None:
        """SIGKILL: gone at once."""
        process.popen.kill()
        process.popen.wait()
        self.running.remove(process)

    def stop(self, process: HubProcess) -> None:
        """SIGTERM: it finishes its step and ends with 0. Raises Unexpected."""
        process.popen.terminate()
        self.gone(process, 0, "after SIGTERM")

    def gone(self, process: HubProcess, code: int, why: str) -> None:
        """Wait until it has ended with this exit code. Raises Unexpected."""
        in_time = process.ended()
        if not in_time:
            process.popen.kill()
        found = process.popen.wait()
        self.running.remove(process)
        if not in_time or found != code:
            what = f"ended with {found}" if in_time else "did not end"
            raise Unexpected(f"{process.name} {what}, not with {code}, {why}\n{tail(process.log)}")

    def look(self) -> None:
        """Note every process that ended by itself, and start another in its place, so that the run comes to its end."""
        for process in [p for p in self.running if not p.running]:
            self.running.remove(process)
            code = process.popen.wait()
            if code not in process.may_end:
                self.faults.append(f"{process.name} ended by itself with {code}\n{tail(process.log)}")
                self.start(process.kind)

    def run_once(self, module: str, *arguments: str) -> str:
        """Run another program of these tests to its end; answers what it said. Raises CalledProcessError."""
        with (self._logs / "others.log").open("ab") as log:
            done = subprocess.run(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                check=True,
                timeout=PATIENCE,
            )
        return done.stdout.decode().strip()

    def end(self) -> None:
        """Stop all that runs. Raises Unexpected of those that do not end as they should, when all have ended."""
        for process in self.running:
            process.popen.terminate()
        wrong = []
        for process in list(self.running):
            try:
                self.gone(process, 0, "after SIGTERM")
            except Unexpected as unexpected:
                wrong.append(str(unexpected))
        if wrong:
            raise Unexpected("\n".join(wrong))

    def kill_all(self) -> None:
        """SIGKILL to whatever still runs."""
        for process in list(self.running):
            self.kill(process)

    def _launch(self, kind: str, command: Sequence[str]) -> HubProcess:
        self._started += 1
        name = f"{self._started:03}-{kind}"
        log = self._logs / f"{name}.log"
        with log.open("ab") as output:
            popen = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        known = Process.of(popen.pid)
        if known is not None:
            ward.entrust(known.pid, known.began)
        process = HubProcess(kind, name, log, popen)
        self.running.append(process)
        return process
