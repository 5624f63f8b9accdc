"""Where a service cannot be had the run says so, in its last line; where CI is set that is a failure."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDS_KAFKA = """
def test_needs_it(kafka_cluster): assert kafka_cluster.bootstrap == "kafka.example:9093"
def test_needs_it_too(kafka_cluster): pass
def test_breaks_it(own_kafka): pass
def test_needs_nothing(): pass
"""
NAMED = {
    "THROUGHLINE_KAFKA_BOOTSTRAP": "kafka.example:9093",
    "THROUGHLINE_KAFKA_USER": "hub",
    "THROUGHLINE_KAFKA_PASSWORD": "invented-password",
    "THROUGHLINE_KAFKA_CA": "ca.pem",
}


def run_without_java(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The tests above, in a process of their own that finds no program at all."""
    (folder / "test_absent.py").write_text(NEEDS_KAFKA, encoding="utf-8")
    own = {n: v for n, v in os.environ.items() if n not in {"CI", *NAMED} and not n.startswith("PYTEST")}
    asked = [sys.executable, "-m", "pytest", "-p", "tests.support.services", "-p", "no:cacheprovider", *options]
    return subprocess.run(
        [*asked, "--rootdir", str(folder), "-c", os.devnull, str(folder)],
        cwd=folder,
        env={**own, "PATH": str(folder), "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("options", [(), ("-n", "2", "--dist", "loadgroup")])
def test_the_last_line_says_what_was_not_exercised_and_why(tmp_path: Path, options: tuple[str, ...]) -> None:
    ran = run_without_java(tmp_path, *options)

    assert ran.returncode == 0, ran.stdout
    assert re.search(r"\b1 passed, 3 skipped\b", ran.stdout)
    last = ran.stdout.splitlines()[-1]
    assert last.startswith("not exercised: Apache Kafka (")
    assert "no java" in last
    assert "THROUGHLINE_KAFKA_BOOTSTRAP" in last


def test_where_ci_is_set_nothing_is_skipped(tmp_path: Path) -> None:
    ran = run_without_java(tmp_path, CI="true")

    assert ran.returncode == 1
    assert re.search(r"\b1 passed\b.*\b3 errors\b", ran.stdout)
    assert "not exercised" not in ran.stdout


def test_a_cluster_that_the_environment_names_is_used_but_never_broken(tmp_path: Path) -> None:
    ran = run_without_java(tmp_path, **NAMED)

    assert re.search(r"\b3 passed, 1 skipped\b", ran.stdout), ran.stdout
