"""What the command line does not take: said on stderr, with field and rule, without a traceback or a personal value."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.hub import Hub
from gateway.settings import Settings
from tests.gateway.conftest import Command

HOST = "E10000014/host-authority"
NO_HASH = "0" * 64


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("feed", "E10000014"), "an audience is written AGENCY/role"),
        (("feed", "E10000014/stranger"), "no such role"),
        (("feed", "X99/host-authority"), "not the code of a known agency"),
        (("feed", HOST, "--after", "-1"), "--after"),
        (("view", HOST, "caseload"), "this desk's views are children, arrivals, departures, notices"),
        (("view", HOST, "--as-at", "31/03/2026"), "a day is written YYYY-MM-DD"),
        (("view", "E06000047/virtual-school", "--as-at", "2026-03-31"), "only a host authority's children are counted"),
        (("explain", "1", "X99/host-authority"), "not the code of a known agency"),
        (("clock", "--day", "tomorrow"), "a day is written YYYY-MM-DD"),
        (("rebuild",), "name one desk, or say --all"),
        (("rebuild", HOST, "--all"), "name one desk, or say --all"),
        (("record", "nowhere.jsonl", "--as", "QHM"), "there is no such file"),
        (("record", "-", "--as", "X99"), "not the code of a known agency"),
        (("import-ssda903", "nowhere", "--authority", "E06000047", "--as-at", "2026-03-31"), "does not exist"),
    ],
)
def test_a_command_line_that_is_not_understood_ends_with_2_and_does_nothing(
    throughline: Command, played: Path, arguments: tuple[str, ...], says: str
) -> None:
    ran = throughline(*arguments, "--data", played)

    assert ran.code == 2
    assert says in " ".join(ran.err.split())
    assert ran.out == ""


@pytest.mark.parametrize("command", [("feed", HOST), ("view", HOST), ("explain", "1", HOST), ("rebuild", "--all")])
def test_a_folder_without_a_hub_is_not_made_into_one_by_reading(
    throughline: Command, tmp_path: Path, command: tuple[str, ...]
) -> None:
    ran = throughline(*command, "--data", tmp_path / "empty")

    assert (ran.code, "there is no hub in this folder" in ran.err) == (2, True)
    assert not (tmp_path / "empty").exists()


def test_only_an_authority_makes_a_return(throughline: Command, hub_folder: Path) -> None:
    folder = hub_folder / "return" / "2026"
    ran = throughline("import-ssda903", folder, "--authority", "QHM", "--as-at", "2026-03-31", "--data", hub_folder)

    assert (ran.code, "not the code of a known authority" in ran.err) == (2, True)


def test_a_folder_without_the_returns_files_is_refused_by_name_and_rule(
    throughline: Command, hub_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "no-return").mkdir()
    ran = throughline(
        "import-ssda903",
        tmp_path / "no-return",
        "--authority",
        "E06000047",
        "--as-at",
        "2026-03-31",
        "--data",
        hub_folder,
    )

    assert ran.code == 1
    assert (
        ran.err == "refused: PATH: header.csv: the return's folder holds this file, once "
        "(DfE, Guide to the SSDA903 collection)\n"
    )


@pytest.mark.parametrize("event", ["00000000-0000-4000-8000-000000000000", "9990009996", "not-an-id", "f" * 32])
def test_an_event_that_nobody_was_told_of_is_not_explained_and_not_repeated(
    throughline: Command, played: Path, event: str
) -> None:
    ran = throughline("explain", event, HOST, "--data", played)

    assert ran.code == 1
    assert ran.err.startswith("refused: EVENT_ID: names no event that was disclosed")
    assert event not in ran.err + ran.out


def test_a_desk_cannot_ask_by_the_item_id_of_another(throughline: Command, played: Path) -> None:
    with Hub(Settings(played)) as hub:
        item = next(m.body.item.item for _, m in hub.sealed.read(HOST, 1, 9) if m is not None)  # type: ignore[union-attr]

    assert throughline("explain", item, HOST, "--data", played).code == 0
    assert throughline("explain", item, "QRL/local-health", "--data", played).code == 1


@pytest.mark.parametrize("version", ["latest", NO_HASH])
def test_an_unknown_version_of_the_policy_is_refused(throughline: Command, played: Path, version: str) -> None:
    ran = throughline("policy", "table", "--policy", version, "--data", played)

    assert ran.code == 1
    assert ran.err.startswith("refused: --policy: ")


def test_a_version_of_the_policy_is_looked_for_in_a_named_folder_only(throughline: Command) -> None:
    assert throughline("policy", "check", "--policy", NO_HASH).code == 2


def test_a_name_that_no_agency_has_is_said_to_have_none(throughline: Command) -> None:
    ran = throughline("agencies", "atlantis")

    assert (ran.code, ran.err) == (1, "refused: TEXT: no agency's code or name contains this (schemas/register)\n")


def test_the_demonstration_does_not_play_in_a_folder_that_holds_something(
    throughline: Command, hub_folder: Path
) -> None:
    ran = throughline("demo", "--data", hub_folder)

    assert (ran.code, "this folder is not empty" in ran.err) == (2, True)
