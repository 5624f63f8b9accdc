"""Recording by the command line: lines refused and kept, the import twice, the day clock, views made again."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from gateway.hub import Hub
from gateway.settings import Settings
from tests.gateway.conftest import Command

ROOT = Path(__file__).resolve().parents[2]
CHILD = {"authority": "E06000047", "nhs_number": "9990009996"}
DAY = "2026-08-28"  # the story's last: she is in custody no more, and her youth offending teams' desks are closed
DETAINED = {"type": "custody-entered", "child": CHILD, "effective_on": DAY, "custody_kind": "remand"}
LOCAL_YOT = "yot-hampshire/local-yot"


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    file = tmp_path / "lines.jsonl"
    bad_number = {**DETAINED, "child": {"nhs_number": "9990009990"}}
    unknown = {**DETAINED, "prison": "Invented Institution Example-1"}
    words = [json.dumps(bad_number), "", "{not json", json.dumps(unknown), json.dumps(DETAINED), "[]"]
    file.write_text("\n".join(words) + "\n", encoding="utf-8")
    return file


def test_each_bad_line_is_refused_by_line_field_rule_and_source_and_the_good_one_is_kept(
    throughline: Command, hub_folder: Path, lines: Path
) -> None:
    assert "custody entered, 28 August 2026" not in throughline("feed", LOCAL_YOT, "--data", hub_folder).out

    ran = throughline("record", lines, "--as", "yot-hampshire", "--json", "--data", hub_folder)

    said = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 1
    assert [s["line"] for s in said if "refused" in s] == [1, 3, 4, 6]
    assert [s["line"] for s in said if "received" in s] == [5]
    assert {p["field"] for s in said for p in s.get("refused", [])} == {"child.nhs_number", "line", "prison"}
    assert all(p["rule"] and p["source"] for s in said for p in s.get("refused", []))
    assert "custody entered, 28 August 2026" in throughline("feed", LOCAL_YOT, "--data", hub_folder).out


def test_a_refusal_never_repeats_what_was_refused(throughline: Command, hub_folder: Path, lines: Path) -> None:
    ran = throughline("record", lines, "--as", "yot-hampshire", "--data", hub_folder)

    assert "refused line 1: child.nhs_number: " in ran.out
    assert "9990009990" not in ran.out + ran.err
    assert "Institution" not in ran.out + ran.err


def test_a_report_of_a_stranger_is_answered_like_any_other(
    throughline: Command, hub_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = {
        "family_name": "Example-Nobody",
        "given_name": "Invented-Wren",
        "born_on": "2010-01-01",
        "authority": "E06000047",
    }
    monkeypatch.setattr(
        "sys.stdin", io.StringIO(json.dumps(DETAINED) + "\n" + json.dumps({**DETAINED, "child": stranger}))
    )

    ran = throughline("record", "-", "--as", "yot-hampshire", "--data", hub_folder)

    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()] == ["received", "received"]
    tray = throughline("view", "E06000047/responsible-authority", "tray", "--data", hub_folder).out
    assert "Example-Nobody" in tray


def test_a_host_acknowledges_by_the_item_id_alone_because_it_has_no_other_way_to_name_the_child(
    throughline: Command, hub_folder: Path, tmp_path: Path
) -> None:
    host = "E10000014/host-authority"
    feed = [json.loads(line) for line in throughline("feed", host, "--json", "--data", hub_folder).out.splitlines()]
    notice = next(m["item"] for m in feed if str(m.get("topic")).startswith("home-admission-notified."))
    answer = {"type": "notice-acknowledged", "effective_on": "2026-05-04", "notice": notice, "audience": host}
    (tmp_path / "answer.jsonl").write_text(json.dumps(answer), encoding="utf-8")

    def acknowledged() -> list[str | None]:
        told = throughline("view", "E06000047/responsible-authority", "told", "--json", "--data", hub_folder).out
        rows = [r for r in map(json.loads, told.splitlines()) if r["what"] == "home-admission-notified"]
        return [r["acknowledged_on"] for r in rows if r["audience"] == host]

    assert acknowledged() == [None]
    assert throughline("record", tmp_path / "answer.jsonl", "--as", "E10000014", "--data", hub_folder).code == 0
    assert acknowledged() == ["2026-05-04"]


def test_where_nobody_reads_the_answers_any_more_what_was_received_is_told_and_the_rest_not_taken(
    throughline: Command, hub_folder: Path, tmp_path: Path
) -> None:
    expected = {"type": "release-date-set", "child": CHILD, "effective_on": DAY, "release_on": "2026-10-01"}
    (tmp_path / "second.jsonl").write_text(json.dumps(expected), encoding="utf-8")
    (tmp_path / "two.jsonl").write_text(json.dumps(DETAINED) + "\n" + json.dumps(expected), encoding="utf-8")
    before = throughline("feed", LOCAL_YOT, "--json", "--data", hub_folder).out.splitlines()

    def news() -> set[str]:
        feed = throughline("feed", LOCAL_YOT, "--json", "--data", hub_folder).out.splitlines()
        topics = [json.loads(line).get("topic", "") for line in feed[len(before) :]]
        return {topic.partition(".")[0] for topic in topics}

    reader, writer = os.pipe()
    os.close(reader)

    command = ("record", str(tmp_path / "two.jsonl"), "--as", "yot-hampshire", "--data", str(hub_folder))
    ran = subprocess.run(
        [sys.executable, "-m", "gateway.cli", *command], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)

    assert (ran.returncode, ran.stderr) == (141, b"")
    with closing(sqlite3.connect(hub_folder / "hub.db")) as hub:  # told already, before anybody looks
        [(told,)] = hub.execute(
            "SELECT count(*) FROM numbers JOIN audiences ON audiences.id = numbers.audience WHERE audiences.audience = ?",
            [LOCAL_YOT],
        )
    after = throughline("feed", LOCAL_YOT, "--json", "--data", hub_folder).out.splitlines()
    assert told == len(after) > len(before)
    assert "custody-entered" in news()
    assert "release-date-set" not in news()
    throughline("record", tmp_path / "second.jsonl", "--as", "yot-hampshire", "--data", hub_folder)
    assert "release-date-set" in news(), "where somebody reads the answer it is taken, and told"


@pytest.mark.parametrize("command", ["feed", "view", "explain"])
def test_whoever_reads_is_shown_what_was_acknowledged_and_not_yet_told(
    throughline: Command, hub_folder: Path, command: str
) -> None:
    for reading in ("feed", "view"):
        assert DAY not in throughline(reading, LOCAL_YOT, "--json", "--data", hub_folder).out
    with Hub(Settings(hub_folder)) as hub:  # as where the process ended between answering and telling
        event = hub.recording.submit(DETAINED, "yot-hampshire", {}).event_id

    more = [str(event)] if command == "explain" else []
    ran = throughline(command, *more, LOCAL_YOT, "--json", "--data", hub_folder)

    assert (ran.code, DAY in ran.out) == (0, True)
    if command == "explain":
        said = json.loads(ran.out)
        assert (said["told"], [s["kind"] for s in said["sent"]]) == (True, ["told"])


def test_files_are_readable_by_their_user_alone(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "gateway.cli", "demo", "--data", str(tmp_path / "hub")],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        check=True,
    )

    assert {p.name for p in (tmp_path / "hub").rglob("*") if p.stat().st_mode & 0o077} == set()


def test_a_county_is_never_written_over_what_is_there(throughline: Command, tmp_path: Path) -> None:
    (tmp_path / "header.csv").write_text("CHILD\n", encoding="utf-8")

    ran = throughline("synth", "--children", 3, "--seed", 7, "--out", tmp_path)

    assert (ran.code, "not empty" in ran.err) == (2, True)
    assert (tmp_path / "header.csv").read_text(encoding="utf-8") == "CHILD\n"


def test_an_item_id_of_another_agency_names_nothing(throughline: Command, hub_folder: Path, tmp_path: Path) -> None:
    feed = throughline("feed", "E10000014/host-authority", "--json", "--data", hub_folder).out
    notice = next(m["item"] for line in feed.splitlines() if (m := json.loads(line)).get("kind") == "notice")
    answer = {
        "type": "notice-acknowledged",
        "effective_on": "2026-04-30",
        "notice": notice,
        "audience": "QRL/local-health",
    }
    (tmp_path / "answer.jsonl").write_text(json.dumps(answer), encoding="utf-8")

    ran = throughline("record", tmp_path / "answer.jsonl", "--as", "QRL", "--data", hub_folder)

    assert (ran.code, "notice: must name an event that was recorded" in ran.out) == (1, True)


def test_the_same_return_again_records_nothing_and_says_so_in_one_line_of_json(
    throughline: Command, hub_folder: Path
) -> None:
    ran = throughline(
        *("import-ssda903", hub_folder / "return" / "2026", "--authority", "E06000047", "--as-at", "2026-03-31"),
        *("--places", hub_folder / "return" / "places.csv", "--json", "--data", hub_folder),
    )

    summary = json.loads(ran.out)
    assert ran.code == 0
    assert (summary["recorded"], summary["events"]) == (0, 0)
    assert summary["rows"] == summary["unchanged"] > 0
    assert summary["quarantined"] == {"total": 0, "rules": {}}


def test_an_invented_county_can_be_imported_into_a_new_hub(throughline: Command, tmp_path: Path) -> None:
    county, hub = tmp_path / "county", tmp_path / "hub"
    assert throughline("synth", "--children", 3, "--seed", 7, "--years", 1, "--out", county).code == 0

    ran = throughline(
        *("import-ssda903", county / "2026", "--authority", "E06000047", "--as-at", "2026-03-31"),
        *("--places", county / "places.csv", "--data", hub),
    )

    assert (ran.code, "about 3 children" in ran.out) == (0, True)


def test_the_day_clock_changes_something_once(throughline: Command, hub_folder: Path) -> None:
    first = json.loads(throughline("clock", "--day", "2026-09-30", "--json", "--data", hub_folder).out)
    again = json.loads(throughline("clock", "--day", "2026-09-30", "--json", "--data", hub_folder).out)

    assert first["streams"] > 0
    assert again == {"day": "2026-09-30", "streams": 0}


def test_views_made_again_come_out_the_same(throughline: Command, hub_folder: Path) -> None:
    ran = throughline("rebuild", "--all", "--json", "--data", hub_folder)

    made = [json.loads(line) for line in ran.out.splitlines()]
    assert (ran.code, {m["differ"] for m in made}) == (0, {0})
    assert sum(m["rows"] for m in made) > 41


def test_a_view_that_was_tampered_with_is_found_out(throughline: Command, hub_folder: Path) -> None:
    with closing(sqlite3.connect(hub_folder / "hub.db")) as hub, hub:
        hub.execute("DELETE FROM view_rows WHERE audience = 'E06000047/virtual-school' AND view = 'register'")

    ran = throughline("rebuild", "E06000047/virtual-school", "--data", hub_folder)

    assert (ran.code, "DIFFER" in ran.out) == (1, True)
    assert throughline("rebuild", "E06000047/virtual-school", "--data", hub_folder).code == 0
