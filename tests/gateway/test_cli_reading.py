"""Reading by the command line: what each desk may read, that every read is logged, that programs can read it too."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gateway.wording import UNBROKEN
from tests.gateway.conftest import Command

OURS, HOST, SCHOOL = "E06000047/responsible-authority", "E10000014/host-authority", "E06000047/virtual-school"
LOCAL, TEAM = "QRL/local-health", "yot-hampshire/local-yot"


def reads(folder: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(folder / "hub.db")) as hub:
        return hub.execute("SELECT who, audience, purpose, what FROM reads ORDER BY id").fetchall()


def read_json(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def told_of_placement(throughline: Command, folder: Path, desk: str) -> dict[str, Any]:
    """How the desk was first told, in words that still stand, of the story's placement in Hampshire."""
    feed = read_json(throughline("feed", desk, "--json", "--data", folder).out)
    found = [m for m in feed if str(m.get("topic")).startswith("placement-made")]
    return next(m for m in found if m["fields"]["effective_on"] == "2026-04-27")


def placement(throughline: Command, folder: Path, desk: str) -> str:
    """The desk's item id of the placement in Hampshire."""
    return str(told_of_placement(throughline, folder, desk)["item"])


@pytest.mark.parametrize("command", [("feed", HOST), ("view", HOST), ("view", OURS, "told")])
def test_a_read_is_logged_with_who_for_which_desk_and_why(
    throughline: Command, hub_folder: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LOGNAME", "invented-user")
    before = reads(hub_folder)

    assert throughline(*command, "--purpose", "placement review", "--data", hub_folder).code == 0

    [(who, audience, purpose, what)] = reads(hub_folder)[len(before) :]
    assert (who, audience, purpose) == ("invented-user", command[1], "placement review")
    assert what.startswith(command[0])


def test_an_explanation_is_a_read_too(throughline: Command, hub_folder: Path) -> None:
    item = placement(throughline, hub_folder, HOST)
    before = reads(hub_folder)

    throughline("explain", item, HOST, "--data", hub_folder)

    [(_, audience, purpose, what)] = reads(hub_folder)[len(before) :]
    assert (audience, purpose) == (HOST, "command line")
    assert what.startswith("explain event ")


def test_a_feed_has_every_number_once_and_shows_where_words_were_taken_out(
    throughline: Command, hub_folder: Path
) -> None:
    feed = read_json(throughline("feed", HOST, "--json", "--data", hub_folder).out)

    assert [m["number"] for m in feed] == list(range(1, len(feed) + 1))
    assert [m for m in feed if m.get("taken_out")] == [
        {"number": m["number"], "taken_out": True} for m in feed if m.get("taken_out")
    ]
    assert any(m.get("taken_out") for m in feed)
    later = throughline("feed", HOST, "--after", len(feed) - 1, "--json", "--data", hub_folder)
    assert read_json(later.out) == feed[-1:]
    assert "the number stays, the words are gone" in throughline("feed", HOST, "--data", hub_folder).out


def test_a_desk_that_was_told_nothing_is_shown_nothing(throughline: Command, hub_folder: Path) -> None:
    ran = throughline("feed", "E10000016/host-authority", "--data", hub_folder)

    assert (ran.code, ran.out) == (0, "Nothing has been told to this desk.\n")


@pytest.mark.parametrize("desk", [HOST, SCHOOL, LOCAL, TEAM, "QHM/originating-health", "yot-durham/home-yot"])
def test_no_desk_but_the_responsible_authority_reads_the_protected_address(
    throughline: Command, hub_folder: Path, desk: str
) -> None:
    shown = throughline("feed", desk, "--data", hub_folder).out + throughline("view", desk, "--data", hub_folder).out

    assert "placement made" in shown
    assert "Madeup Lane" not in shown
    assert "Larkspur" not in shown
    assert "ZZ8 2AB" not in shown


def test_the_responsible_authority_reads_it(throughline: Command, hub_folder: Path) -> None:
    assert "7 Madeup Lane" in throughline("feed", OURS, "--data", hub_folder).out


def test_a_host_is_given_its_counts_with_definition_and_day(throughline: Command, hub_folder: Path) -> None:
    days = ("2026-04-26", "2026-04-27", "2026-06-18", "2026-06-19")  # before, arrival, the last day, departure
    arrivals = read_json(throughline("view", HOST, "arrivals", "--json", "--data", hub_folder).out)
    others = [a for a in arrivals if a["ref"] != told_of_placement(throughline, hub_folder, HOST)["child"]]

    figures = [
        r["figure"]
        for day in days
        for r in read_json(throughline("view", HOST, "--as-at", day, "--json", "--data", hub_folder).out)
        if "figure" in r
    ]

    assert [f["as_at"] for f in figures] == list(days)
    beside = [sum(a["since"] <= day < (a["ended_on"] or "9999-12-31") for a in others) for day in days]
    assert [f["value"] - n for f, n in zip(figures, beside, strict=True)] == [0, 1, 1, 0]
    assert all("placed in this area" in f["definition"] for f in figures)


def test_one_view_of_one_child(throughline: Command, hub_folder: Path) -> None:
    rows = read_json(throughline("view", OURS, "caseload", "--json", "--data", hub_folder).out)
    [only] = read_json(
        throughline("view", OURS, "caseload", "--child", rows[0]["ref"][:12], "--json", "--data", hub_folder).out
    )

    assert len(rows) == 41
    assert only == rows[0]


def test_an_explanation_names_class_basis_source_ground_and_what_was_really_sent(
    throughline: Command, hub_folder: Path
) -> None:
    item = placement(throughline, hub_folder, HOST)
    [said] = read_json(throughline("explain", item, HOST, "--json", "--data", hub_folder).out)

    by_field = {f["field"]: f for f in said["fields"]}
    assert (by_field["address"]["outcome"], by_field["address"]["ground"]) == ("masked", "protected")
    assert by_field["urgency"]["basis"] == "legal_duty"
    assert by_field["urgency"]["source"] == "CPR 2010 reg 13(4)"
    assert [(s["kind"], s["taken_out"]) for s in said["sent"]][:2] == [("notice", True), ("withdrawn", False)]
    words = throughline("explain", said["event_id"], HOST, "--data", hub_folder).out
    assert "Really sent" in words
    assert "Madeup" not in words


def test_an_explanation_says_what_the_ledger_kept_of_each_message(throughline: Command, hub_folder: Path) -> None:
    item = placement(throughline, hub_folder, HOST)
    [said] = read_json(throughline("explain", item, HOST, "--json", "--data", hub_folder).out)

    first, *_, last = said["sent"]
    assert "address" not in first["withheld"].get("masked", [])
    assert "address" in last["withheld"]["masked"]
    assert {s["breach"] for s in said["sent"]} == {False}
    assert "masked: address" in throughline("explain", item, HOST, "--data", hub_folder).out


def test_a_chronology_is_told_in_plain_words_and_what_is_withheld_stays_withheld(
    throughline: Command, hub_folder: Path
) -> None:
    lines = read_json(throughline("view", LOCAL, "chronology", "--json", "--data", hub_folder).out)
    [placed] = [li for li in lines if li["effective_on"] == "2026-04-27"]

    assert {frozenset(line) for line in lines} == {frozenset({"view", "ref", "effective_on", "in_words", "told_on"})}
    assert placed["in_words"].startswith("placement made: urgency Emergency")
    assert "address withheld (protected)" in placed["in_words"]
    assert UNBROKEN not in str(lines)


@pytest.mark.parametrize("desk", [OURS, HOST, SCHOOL, LOCAL, TEAM, "QHM/originating-health", "yot-durham/home-yot"])
def test_every_view_of_a_desk_is_read_in_words_and_by_programs(
    throughline: Command, hub_folder: Path, desk: str
) -> None:
    words = throughline("view", desk, "--data", hub_folder)
    rows = read_json(throughline("view", desk, "--json", "--data", hub_folder).out)

    assert words.code == 0
    assert not re.search(r"[{}\[\]]|masked|None|False", words.out), "words, no data types"
    assert {f"{row['view']} (" in words.out for row in rows} == {True}


def test_a_desks_notices_say_which_it_has_acknowledged_itself(throughline: Command, hub_folder: Path) -> None:
    rows = read_json(throughline("view", HOST, "notices", "--json", "--data", hub_folder).out)
    others = read_json(throughline("view", LOCAL, "notices", "--json", "--data", hub_folder).out)

    child = told_of_placement(throughline, hub_folder, HOST)["child"]
    assert sorted((r["what"], r["acknowledged_on"]) for r in rows if r["ref"] == child) == [
        ("home-admission-notified", None),
        ("home-discharge-notified", None),
        ("out-of-area-placement-notified", "2026-04-30"),
        ("placement-ended", None),
        ("placement-made", "2026-04-30"),
    ]
    assert not any(r["acknowledged_on"] for r in rows if r["ref"] != child)
    assert placement(throughline, hub_folder, LOCAL) in {r["item"] for r in others}
    assert {r["acknowledged_on"] for r in others} == {None}


def test_a_notice_told_again_asks_again_only_of_those_who_have_not_answered(
    throughline: Command, hub_folder: Path
) -> None:
    answered = throughline("feed", HOST, "--data", hub_folder).out
    waiting = throughline("feed", LOCAL, "--data", hub_folder).out

    assert "notice    placement made, 27 April 2026: told again, as acknowledged on 30 April 2026" in answered
    assert "NOTICE    placement made, 27 April 2026: told again, please acknowledge" in waiting


def test_a_host_reads_whom_to_ring(throughline: Command, hub_folder: Path) -> None:
    words = throughline("view", HOST, "arrivals", "--data", hub_folder).out

    assert "duty" in words
    assert "0191 498 0003" in words


def test_every_row_set_aside_is_read_with_file_line_field_rule_meaning_and_source(
    throughline: Command, tmp_path: Path
) -> None:
    imported = throughline(
        *("import-ssda903", "tests/data/ssda903-faulty", "--authority", "E06000047", "--as-at", "2026-03-31"),
        *("--json", "--data", tmp_path),
    )
    totals = json.loads(imported.out)

    rows = read_json(throughline("view", OURS, "quarantine", "--json", "--data", tmp_path).out)

    assert sum(r["left_out"] == "the row" for r in rows) == totals["quarantined"]["total"] > 0
    assert sum(r["left_out"] == "the field" for r in rows) == totals["fields_set_aside"]["total"] > 0
    assert {r["as_at"] for r in rows} == {"2026-03-31"}
    assert all(r["file"] and r["line"] and r["rule"] and r["meaning"] and r["source"] for r in rows)
    [overtaken, *_] = [r for r in rows if r["rule"] == "dec-before-decom"]
    assert (overtaken["file"], overtaken["line"], overtaken["field"]) == ("episodes.csv", 5, "DEC")
    words = throughline("view", OURS, "quarantine", "--data", tmp_path).out
    assert "an episode does not end before it starts" in words
    other = throughline("view", "E06000004/responsible-authority", "quarantine", "--json", "--data", tmp_path)
    assert (other.code, other.out) == (0, "")


def test_a_finding_is_read_with_its_meaning_and_source(throughline: Command, tmp_path: Path) -> None:
    throughline(
        *("import-ssda903", "tests/data/ssda903-faulty", "--authority", "E06000047", "--as-at", "2026-03-31"),
        *("--data", tmp_path),
    )

    words = throughline("view", OURS, "findings", "--data", tmp_path).out

    assert "no authority could be told: the area is unknown" in words
    assert "CPR 2010 reg 13(4)" in words


def test_the_start_of_each_view_says_that_there_is_more(throughline: Command, hub_folder: Path) -> None:
    words = throughline("view", OURS, "--data", hub_folder).out

    assert "caseload (the first 20)" in words
    assert f"… and more: throughline view {OURS} caseload" in words
    assert "caseload (41)" in throughline("view", OURS, "caseload", "--data", hub_folder).out


def test_agencies_are_found_by_a_part_of_their_name_with_whom_to_ring(throughline: Command) -> None:
    found = read_json(throughline("agencies", "hampshire", "--on", "2026-04-01", "--json").out)
    county = next(a for a in found if a["code"] == "E10000014")

    assert county["health_bodies"] == ["QRL"]
    assert county["youth_offending_team"] == "yot-hampshire"
    assert county["desks"]["host-authority"][0]["function"] == "director of children's services"
    trust = next(a for a in found if a["code"] == "5QC")
    assert (trust["in_force"], trust["until"]) == (False, "2013-03-31")
    assert "10J" in trust["successors"]


def test_an_agency_that_cannot_be_named_is_given_as_candidates(throughline: Command) -> None:
    assert "health body unknown; one of" in throughline("agencies", "E10000028", "--on", "2012-01-01").out


def test_the_policy_is_whole_and_its_table_has_a_line_for_each_class_and_role(throughline: Command) -> None:
    checked = throughline("policy", "check", "--on", "2026-04-01", "--json")
    table = throughline("policy", "table", "--csv", "--on", "2026-04-01").out

    assert (checked.code, [p for p in json.loads(checked.out)["problems"] if p["severity"] == "error"]) == (0, [])
    assert '"identity","responsible-authority","share"' in table


@pytest.mark.parametrize(
    "command",
    [
        "demo",
        "import-ssda903",
        "record",
        "feed",
        "view",
        "explain",
        "agencies",
        "clock",
        "rebuild",
        "synth",
        "policy check",
        "policy table",
    ],
)
def test_every_commands_help_has_an_example_and_the_exit_codes(throughline: Command, command: str) -> None:
    help_text = throughline(*command.split(), "--help").out

    assert f"throughline {command}" in help_text.split("Example", 1)[1]
    assert "2  the command line was not understood" in help_text
