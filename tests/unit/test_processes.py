"""Processes that we start: they end with us unless they are meant to stay, and nothing else is ever ended."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from infra.ports import free_ports
from infra.processes import DidNotStart, Process, launch, until, until_answering

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0  # seconds
STARTS_ONE = """
import os, sys
from pathlib import Path
from infra.processes import launch
process = launch(["sleep", "600"], log=Path(sys.argv[1]), detached=sys.argv[2] == "detached")
print(process.pid, process.began, flush=True)
os._exit(9)  # as when it is killed: nothing is tidied
"""


def left_by_one_that_died(log: Path, how: str) -> Process:
    """What was started by a process that has died without a word."""
    arguments = [sys.executable, "-c", STARTS_ONE, str(log), how]
    died = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)
    pid, began = died.stdout.split()
    return Process(int(pid), int(began))


def test_what_was_started_ends_with_whom_it_was_started_by(tmp_path: Path) -> None:
    started = left_by_one_that_died(tmp_path / "log", "attached")

    assert until(lambda: not started.alive(), PATIENCE)


def test_what_is_detached_stays_and_is_ended_by_its_id(tmp_path: Path) -> None:
    started = left_by_one_that_died(tmp_path / "log", "detached")
    assert started.alive()

    started.end(signal.SIGTERM, PATIENCE)

    assert not started.alive()


def test_an_id_that_was_given_to_another_process_is_left_alone(tmp_path: Path) -> None:
    other = launch(["sleep", "600"], log=tmp_path / "log")
    remembered = Process(other.pid, other.began - 1)

    remembered.end(signal.SIGKILL, PATIENCE)

    assert not remembered.alive()
    assert other.alive()
    other.end(signal.SIGTERM, PATIENCE)


def test_one_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    script = "trap '' TERM; echo ready; while :; do sleep 600; done"
    deaf = launch(["sh", "-c", script], log=tmp_path / "log")
    assert until(lambda: b"ready" in (tmp_path / "log").read_bytes(), PATIENCE)
    [sleeping] = deaf.children()

    deaf.end(signal.SIGTERM, 0.2)

    assert not deaf.alive()
    sleeping.end(signal.SIGKILL, PATIENCE)


@pytest.mark.parametrize(
    ("script", "says"),
    [("echo why; exit 3", "ended instead of answering"), ("echo why; sleep 600", "has not answered")],
)
def test_a_service_that_does_not_come_up_says_why(tmp_path: Path, script: str, says: str) -> None:
    process = launch(["sh", "-c", script], log=tmp_path / "log")

    with pytest.raises(DidNotStart, match=rf"(?s)the service {says}.*\nwhy$"):
        until_answering("the service", lambda: False, process, tmp_path / "log", 1.0)
    process.end(signal.SIGKILL, PATIENCE)


def test_ports_are_free_different_and_never_those_of_outgoing_connections() -> None:
    ports = free_ports(20)

    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    assert len(set(ports)) == 20
    assert max(ports) < lowest
