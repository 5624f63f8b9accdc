"""The demonstration, run as a newcomer runs it: in a process of its own, from nothing, to its end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEALTH = ("QHM/originating-health", "QRL/local-health")
CLINICAL = ("peak flow", "inhaler")
ADDRESS = ("Madeup Lane", "Larkspur", "ZZ8 2AB", "9920002")


def play(folder: Path) -> str:
    """The whole output, with the folder's name taken out."""
    ran = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "demo", "--data", str(folder)],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout.replace(str(folder), "FOLDER")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    return play(tmp_path_factory.mktemp("demo") / "hub")


@pytest.fixture(scope="module")
def desks(shown: str) -> dict[str, str]:
    """What is shown of each desk, by its audience."""
    third = shown.split("\n3  ", 1)[1].split("\n4  ", 1)[0]
    parts = re.split(r"\n\n.+ · (\S+/\S+)\n", third)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_nothing_of_the_protected_address_is_in_the_hosts_part_or_any_but_the_responsible_authoritys(
    desks: dict[str, str],
) -> None:
    seen = {desk for desk, part in desks.items() for words in ADDRESS if words in part}

    assert seen == {"E06000047/responsible-authority"}


def test_clinical_words_stay_in_the_health_desks_parts(shown: str, desks: dict[str, str]) -> None:
    seen = {desk for desk, part in desks.items() for words in CLINICAL if words in part}

    assert seen == set(HEALTH)
    assert sum(shown.count(words) for words in CLINICAL) == sum(
        desks[d].count(words) for d in HEALTH for words in CLINICAL
    )


def test_the_strictest_words_and_the_third_partys_are_nowhere(shown: str) -> None:
    assert "contraception" not in shown
    assert "illness of her own" not in shown


def test_at_least_seven_desks_each_say_what_was_told_and_what_was_withheld(desks: dict[str, str]) -> None:
    assert len(desks) >= 7
    for desk, part in desks.items():
        told, withheld = part.split("Told\n", 1)[1].split("Not told, or not in full\n", 1)
        assert "opened" in told, desk
        assert re.search(r"^ {2}(hidden|withheld|in part) – ", withheld, re.MULTILINE), desk


def test_the_virtual_school_had_the_summary_until_the_consent_was_withdrawn(desks: dict[str, str]) -> None:
    part = desks["E06000047/virtual-school"]

    assert "health assessment completed: its words were taken out of the feed later" in part
    assert "wears glasses" not in part
    assert "no consent in force: health assessment completed" in part


def test_a_youth_offending_team_learns_that_the_child_is_looked_after_and_whom_to_ring(desks: dict[str, str]) -> None:
    assert re.search(
        r"in custody.*County Durham;\s+looked\s+after:\s+yes;\s+ring 0191", desks["yot-hampshire/local-yot"], re.DOTALL
    )


def test_the_responsible_authority_sees_who_acknowledged_and_what_waits(shown: str) -> None:
    room = shown.split("\n4  ", 1)[1].split("\n5  ", 1)[0]

    assert re.search(r"E10000014/host-authority +placement made .*29 Apr 2026\n", room)
    assert "not yet" in room
    assert "Example-Stranger" in room


def test_the_second_import_records_nothing(shown: str) -> None:
    assert re.search(r"\n5 .*\n\d+ rows: 0 recorded, \d+ unchanged, 0 quarantined", shown)


def test_it_fits_a_terminal_and_a_readers_patience(shown: str) -> None:
    lines = shown.splitlines()

    assert len(lines) <= 280
    assert max(len(line) for line in lines) <= 100


def test_it_says_the_same_every_time(shown: str, tmp_path: Path) -> None:
    assert play(tmp_path / "again") == shown
