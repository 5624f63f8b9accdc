"""The demonstration, run as a newcomer runs it: in a process of its own, from nothing, to its end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from domain.vocabulary import Role
from gateway.demo import DATA, read_table

ROOT: Final = Path(__file__).resolve().parents[2]
HEALTH: Final = ("QHM/originating-health", "QRL/local-health", "QHM/departing-health")
PAGE: Final = 125  # lines: what a reader takes in at a sitting
NOT_TOLD: Final = "\n  not told "


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


def recorded(type_: str) -> list[dict[str, Any]]:
    """What the story's agencies submit of one event type, with the day on which they do."""
    lines = [
        {"recorded_on": path.name[:10], **json.loads(line)}
        for path in sorted(DATA.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [line for line in lines if line["type"] == type_]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    return play(tmp_path_factory.mktemp("demo") / "hub")


@pytest.fixture(scope="module")
def story(shown: str) -> str:
    """What is told of each day, broken lines joined."""
    return " ".join(shown.split("\n1  ", 1)[1].split("\n2  ", 1)[0].split())


@pytest.fixture(scope="module")
def desks(shown: str) -> dict[str, str]:
    """What is shown of each desk, by its audience."""
    second = shown.split("\n2  ", 1)[1].split("\n3  ", 1)[0]
    parts = re.split(r"\n[^ ].* · (\S+/\S+) · (?:since )?\d.*(?=\n)", second)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture(scope="module")
def known(desks: dict[str, str]) -> dict[str, str]:
    """What each desk holds, without what it was not told; broken lines joined."""
    return {desk: " ".join(part.split(NOT_TOLD)[0].split()) for desk, part in desks.items()}


@pytest.fixture(scope="module")
def room(shown: str) -> str:
    """What the responsible authority sees beyond its feed, broken lines joined."""
    return " ".join(shown.split("\n3  ", 1)[1].split("\n4  ", 1)[0].split())


def test_the_protected_address_is_in_the_responsible_authoritys_part_alone(shown: str, desks: dict[str, str]) -> None:
    [placed] = recorded("placement-made")
    address = [placed[name] for name in ("address", "postcode", "home_name", "urn")]

    assert {desk for desk, part in desks.items() for words in address if words in part} == {
        "E06000047/responsible-authority"
    }
    assert shown.count(placed["address"]) == 1


def test_clinical_words_stay_in_the_health_desks_parts(shown: str, desks: dict[str, str]) -> None:
    seen = {desk for desk, part in desks.items() if "peak flow" in " ".join(part.split())}

    assert seen == {"QHM/originating-health", "QRL/local-health"}
    assert " ".join(shown.split()).count("peak flow") == len(seen)


def test_the_strictest_words_the_third_partys_and_her_own_are_nowhere(shown: str) -> None:
    [assessed] = recorded("health-assessment-completed")
    own = [line["said_alone"] for line in recorded("visit-made") + recorded("return-interview-done")]
    words = " ".join(shown.split())

    assert own
    for kept in (assessed["sensitive"], assessed["third_party"]["text"], *own):
        assert kept.removeprefix("Invented: ").rstrip(".") not in words


def test_the_schools_hosts_and_healths_parts_hold_nothing_of_custody(known: dict[str, str]) -> None:
    told = {desk for desk, part in known.items() if re.search(r"custody|remand|sentence|secure|release", part)}

    assert told == {"yot-durham/home-yot", "yot-hampshire/local-yot"}


def test_what_she_said_in_private_stays_with_the_responsible_authority(desks: dict[str, str]) -> None:
    assert {desk for desk, part in desks.items() if "in private" in part} == {"E06000047/responsible-authority"}


def test_the_virtual_school_had_the_summary_until_the_consent_was_withdrawn(
    story: str, desks: dict[str, str], known: dict[str, str]
) -> None:
    assert re.search(r"consents to a summary for the virtual school\. → virtual school ", story)
    assert re.search(r"withdraws the consent\. → taken back from: virtual school ", story)
    assert "glasses" not in known["E06000047/virtual-school"]
    assert "health (no consent in force)" in " ".join(desks["E06000047/virtual-school"].split())


def test_every_role_but_the_auditor_has_a_part_that_says_what_it_knows_and_what_it_was_not_told(
    desks: dict[str, str], known: dict[str, str]
) -> None:
    assert {desk.partition("/")[2] for desk in desks} == {role.value for role in Role} - {Role.AUDITOR.value}
    for desk, part in desks.items():
        assert known[desk], desk
        assert re.search(rf"{NOT_TOLD}.*\(", part), desk


def test_everything_that_was_submitted_was_received_and_somebody_told(story: str) -> None:
    days = read_table("story.csv")

    assert len(days) == len(list(DATA.glob("*.jsonl"))) + 1  # and the return
    for row in days:
        assert f"{row['words']} → " in story
    assert "refused" not in story


def test_a_desk_that_ends_and_what_is_taken_back_is_said(story: str) -> None:
    assert re.search(r"protects the address\. → taken back from: host, originating health, local health ", story)
    assert re.search(r"sentenced.* → .*ends: virtual school, school, originating health, departing health 8 Jul", story)


def test_her_place_in_the_queue_is_handed_over_to_the_local_health_body(known: dict[str, str]) -> None:
    [waits] = recorded("service-status-changed")
    since = date.fromisoformat(waits["waiting_since"])

    assert f"CAMHS: waiting since {since.day} {since:%b}, handed over" in known["QRL/local-health"]
    assert "handed over" not in known["QHM/originating-health"]  # it was told as it happened


def test_a_youth_offending_team_learns_at_once_of_whom_and_what_waits_at_the_gate(
    story: str, known: dict[str, str]
) -> None:
    assert re.search(r"on remand.* → Durham; new: home YOT, local YOT ", story)
    for desk in ("yot-durham/home-yot", "yot-hampshire/local-yot"):
        assert "health needs: yes" in known[desk]
        assert "release day not known, next home not known" in known[desk]


def test_the_ordinary_residence_authority_learns_of_the_stay_and_with_whom_and_not_why(known: dict[str, str]) -> None:
    told = known["E06000005/ordinary-residence-authority"]

    assert "accommodated by health body or NHS trust" in " ".join(told.split())
    assert "home area Darlington" in told


def test_the_two_notices_of_the_placement_are_matched(room: str) -> None:
    assert "notices of the placement, both came: County Durham's 29 Apr, the home's 28 Apr" in room


def test_the_responsible_authority_sees_who_acknowledged_what_does_not_fit_and_what_waits(room: str) -> None:
    assert "acknowledged: host, placement made 30 Apr" in room
    assert re.search(r"unanswered: .*local health \d", room)
    assert "finding, 9 Jun: excluded before the authority was spoken to" in room
    assert "in the tray: Invented-Heron Example-Stranger, custody entered" in room


def test_the_second_import_records_nothing(shown: str) -> None:
    assert re.search(r"\n4  .*: \d+ rows: 0 recorded, \d+ unchanged, 0 quarantined\n", shown)


def test_the_storys_days_keep_the_law() -> None:
    placed, notified = recorded("placement-made")[0], recorded("out-of-area-placement-notified")[0]
    found, interview = recorded("found")[0], recorded("return-interview-done")[0]
    sentenced, visit = recorded("sentenced")[0], recorded("custody-visit-made")[0]

    def days(earlier: dict[str, Any], later: dict[str, Any]) -> timedelta:
        return date.fromisoformat(later["effective_on"]) - date.fromisoformat(earlier["effective_on"])

    assert placed["urgency"] == "emergency"
    assert days(placed, notified) <= timedelta(days=7)  # five working days: CPR 2010 reg 13(1)
    assert days(placed, recorded("visit-made")[0]) <= timedelta(days=7)  # CPR 2010 reg 28
    assert days(found, interview) <= timedelta(days=3)  # 72 hours
    assert days(sentenced, visit) <= timedelta(days=14)  # ten working days: SI 2010/2797


def test_it_is_a_page(shown: str) -> None:
    lines = shown.splitlines()

    assert len(lines) <= PAGE
    assert max(len(line) for line in lines) <= 100


def test_it_says_the_same_every_time(shown: str, tmp_path: Path) -> None:
    assert play(tmp_path / "again") == shown
