"""Processes that we started: known by id and by the moment they began, so that nothing else is ever ended."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra import ward

TAIL = 40  # lines of a log that an error carries
STEP = 0.05  # seconds between two looks

_children: dict[int, subprocess.Popen[bytes]] = {}  # ours to reap; others' children are looked up in /proc alone


class DidNotStart(RuntimeError):
    """A service that does not answer; the message ends with the last lines of its log."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `began` is in clock ticks since boot: an id that was given again is another process."""

    pid: int
    began: int

    @classmethod
    def of(cls, pid: int) -> Process | None:
        """The process that has this id now; None where there is none."""
        stat = _stat(pid)
        return None if stat is None else cls(pid, int(stat[19]))

    def alive(self) -> bool:
        """Whether any of it still runs. What has ended and was not yet waited for does not."""
        child = _children.get(self.pid)
        if child is not None and child.poll() is not None:
            _children.pop(self.pid, None)
        stat = _stat(self.pid)
        # Of a process that was killed the first thread may be gone while others still hold its ports and files.
        return stat is not None and int(stat[19]) == self.began and not (stat[0] in "ZX" and int(stat[17]) <= 1)

    def children(self) -> list[Process]:
        """The processes that it started itself and that still run."""
        ids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        ours = [pid for pid in ids if (stat := _stat(pid)) is not None and int(stat[1]) == self.pid]
        return [found for pid in ours if (found := Process.of(pid)) is not None]

    def send(self, what: signal.Signals) -> None:
        """Send it a signal; nothing happens where it has ended."""
        if self.alive():
            os.kill(self.pid, what)

    def end(self, what: signal.Signals, patience: float) -> None:
        """Ask it to end with `what`; kill it after `patience` seconds. Returns when it is gone."""
        self.send(what)
        if not until(lambda: not self.alive(), patience):
            self.send(signal.SIGKILL)
            until(lambda: not self.alive(), patience)


def launch(
    arguments: Sequence[str | Path],
    *,
    log: Path,
    account: pwd.struct_passwd | None = None,
    environment: Mapping[str, str] | None = None,
    detached: bool = False,
) -> Process:
    """Start a service whose output is added to `log`; as `account` where one is given.

    A detached service stays when we end. Any other is killed when we end, however that happens.
    """
    with log.open("ab") as output:
        child = subprocess.Popen(
            [str(a) for a in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=dict(environment) if environment is not None else None,
            start_new_session=True,  # an interrupt of the tests is ours to answer, not the services'
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[account.pw_gid] if account else None,
        )
    _children[child.pid] = child
    process = Process.of(child.pid)
    if process is None:
        raise DidNotStart(f"{arguments[0]} ended at once\n{tail(log)}")
    if not detached:
        ward.entrust(process.pid, process.began)
    return process


def until(condition: Callable[[], bool], patience: float) -> bool:
    """Look until `condition` holds; False where it does not within `patience` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(STEP)
    return True


def until_answering(name: str, answers: Callable[[], bool], process: Process, log: Path, patience: float) -> None:
    """Wait until a service answers; DidNotStart when it has ended or has not answered within `patience` seconds."""
    if not until(lambda: not process.alive() or answers(), patience) or not process.alive():
        what = f"has not answered within {patience:.0f} s" if process.alive() else "ended instead of answering"
        raise DidNotStart(f"{name} {what}\n{tail(log)}")


def tail(log: Path) -> str:
    """The last lines of a log, under its name."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n".join([f"the end of {log}:", *lines[-TAIL:]])


def _stat(pid: int) -> list[str] | None:
    # The name stands in brackets and may hold anything; behind it: state, parent, …, and as the 20th the beginning.
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
