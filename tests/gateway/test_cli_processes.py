"""The commands that go on until they are stopped, and what tells how far they are."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError

import pytest

from gateway.health import Health
from gateway.hub import Hub
from gateway.running import State
from gateway.settings import Settings
from tests.gateway.conftest import Command
from tests.support.hubs import HOST, Clock, registered

PATIENCE = 60.0


@contextmanager
def running(*words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A command in a process of its own, with the port on which it tells its health."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", *words, "--health", "0"], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        found = re.search(r"127\.0\.0\.1:(\d+)/ready", process.stderr.readline())
        assert found, "it does not say where its health is asked"
        yield process, int(found[1])
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def asked(port: int, path: str) -> tuple[int, Any]:
    try:
        answer: HTTPResponse = urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10)
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read()) if error.code == 503 else None
    with answer:
        return answer.status, json.loads(answer.read())


def until(what: str, holds: Any) -> None:
    end = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < end, f"not {what} in time"
        sleep(0.05)


@pytest.mark.parametrize("kind", ["relay", "deliver", "ingest"])
def test_work_that_needs_a_broker_is_refused_without_one(throughline: Command, hub_folder: Path, kind: str) -> None:
    refused = throughline(kind, "--data", hub_folder)
    assert refused.code == 1
    assert "THROUGHLINE_KAFKA_BOOTSTRAP: is not set: this work needs a broker" in refused.err


def test_an_unknown_path_of_the_health_check_is_not_found_and_a_process_at_fault_is_not_ready() -> None:
    state = State(last=monotonic(), faults=1)
    health = Health({"disclose": state}, 0)
    try:
        assert asked(health.port, "/other")[0] == 404
        assert asked(health.port, "/ready")[0] == 503
        assert asked(health.port, "/live") == (200, {"disclose": state.as_json()})
        state.faults = 0
        assert asked(health.port, "/ready")[0] == 200
    finally:
        health.close()


def test_run_tells_what_others_record_until_it_is_stopped(tmp_path: Path) -> None:
    data = tmp_path / "hub"
    with running("run", "--data", str(data)) as (process, port):
        until("ready", lambda: asked(port, "/ready")[0] == 200)
        with Hub(Settings(data), clock=Clock()) as hub:
            registered(hub)
            until("told", lambda: len(hub.feeds.read(HOST, 0, 10)) == 4)
            until("projected", lambda: hub.views.position(HOST) == 4)
        states = asked(port, "/ready")[1]
        assert set(states) == {"disclose", "project"}
        assert states["disclose"]["done"] == 5
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_lag_says_how_far_each_process_is_behind(throughline: Command, tmp_path: Path) -> None:
    data = tmp_path / "hub"
    with Hub(Settings(data), clock=Clock()) as hub:
        registered(hub)
        behind = throughline("lag", "--json", "--data", data)
        assert json.loads(behind.out) == {"disclose": 5, "project": 0}
        hub.disclose()
        assert throughline("lag", "--data", data).out == "disclose: up to date\nproject: 5 behind\n"


def test_nothing_is_quarantined_in_a_hub_without_a_fault(throughline: Command, hub_folder: Path) -> None:
    listed = throughline("quarantine", "list", "--data", hub_folder)
    assert (listed.code, listed.out) == (0, "nothing is quarantined\n")


@pytest.mark.parametrize("command", ["retry", "drop"])
def test_what_is_not_quarantined_is_not_released(throughline: Command, hub_folder: Path, command: str) -> None:
    stream = "00000000-0000-4000-8000-000000000001"
    refused = throughline("quarantine", command, stream, "3", "--why", "a ground", "--data", hub_folder)
    assert refused.code == 1
    assert "version: names no entry of this stream that is quarantined" in refused.err
