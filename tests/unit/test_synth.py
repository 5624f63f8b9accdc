"""The invented county: refusals, the same bytes for the same seed, returns that obey their own rules, reports of sound form."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from adapters.synth_county import LATEST, YEAR_END, County, first_day_of
from adapters.synth_files import MOST_CHILDREN, REPORTS, write_county
from adapters.synth_return import TABLES
from domain.agencies import AgencyKind
from domain.child_record import reporters
from domain.events import EventCorrected, EventRetracted, event_types
from domain.forms import check, nhs_number_is_valid
from tests.support.county import Line, reported, rules, told_in_turn
from tests.support.returns import CODES

COUNTY, CHILDREN = County(), 600
AFTER_THE_FACT = {
    "notice-acknowledged",
    "records-linked",
    "records-unlinked",
}  # each names what a hub alone can have made
SUBMITTED_AS = {
    "authority": AgencyKind.AUTHORITY,
    "health": AgencyKind.HEALTH,
    "yot": AgencyKind.YOT,
    "school": AgencyKind.SCHOOL,
    "home": AgencyKind.CHILDRENS_HOME,
    "police": AgencyKind.POLICE,
}


@pytest.fixture(scope="module")
def county(tmp_path_factory) -> Path:
    """A folder with an invented county in it."""
    folder: Path = tmp_path_factory.mktemp("county")
    write_county(folder, children=CHILDREN, seed=3, county=COUNTY)
    return folder


@pytest.fixture(scope="module")
def lines(county) -> list[Line]:
    """Every report."""
    return list(reported(county))


def rows(folder: Path, table: str, year: int = 2026) -> list[dict[str, str]]:
    """The rows of one year's table by column."""
    with (folder / str(year) / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def every_year(folder: Path, table: str) -> list[tuple[int, dict[str, str]]]:
    """The rows of all years."""
    years = [end.year for end in COUNTY.year_ends if (folder / str(end.year) / f"{table}.csv").exists()]
    return [(year, row) for year in years for row in rows(folder, table, year)]


def files(folder: Path) -> dict[str, bytes]:
    """Every file's bytes by its place."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def day(written: str) -> date:
    """A date of the return."""
    return datetime.strptime(written, "%d/%m/%Y").date()  # noqa: DTZ007


# --- refusals


@pytest.mark.parametrize("children", [0, -1, MOST_CHILDREN + 1])
def test_a_number_of_children_that_cannot_be_made_is_refused(tmp_path, children) -> None:
    with pytest.raises(ValueError, match="children: from 1 to"):
        write_county(tmp_path, children=children, seed=1, county=COUNTY)


@pytest.mark.parametrize("years", [0, 11])
def test_a_number_of_years_that_cannot_be_made_is_refused(tmp_path, years) -> None:
    with pytest.raises(ValueError, match="years: from 1 to 10"):
        write_county(tmp_path, children=1, seed=1, county=County(years=years))


def test_a_form_that_returns_do_not_have_is_refused(tmp_path) -> None:
    with pytest.raises(ValueError, match="form: csv or xml"):
        write_county(tmp_path, children=1, seed=1, county=COUNTY, form="json")


# --- the same, always


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(county, tmp_path) -> None:
    write_county(tmp_path / "same", children=CHILDREN, seed=3, county=COUNTY)
    write_county(tmp_path / "other", children=40, seed=4, county=COUNTY)
    write_county(tmp_path / "another", children=40, seed=3, county=COUNTY)

    assert files(tmp_path / "same") == files(county)
    assert files(tmp_path / "other") != files(tmp_path / "another")


def test_fewer_children_are_the_first_of_more(county, tmp_path) -> None:
    write_county(tmp_path, children=10, seed=3, county=COUNTY)

    for place, written in files(tmp_path).items():
        assert files(county)[place].startswith(written)


def test_progress_is_told_child_by_child(tmp_path) -> None:
    told: list[int] = []

    write_county(tmp_path, children=3, seed=1, county=County(years=1), progress=told.append)

    assert told == [1, 2, 3]


# --- the returns


def test_every_year_has_every_table_and_social_workers_since_2024(county) -> None:
    for end in COUNTY.year_ends:
        tables = {file.stem for file in (county / str(end.year)).iterdir()}
        assert tables == set(TABLES) - ({"sw_episodes"} if end.year < 2024 else set())


def test_a_return_holds_the_episodes_open_at_some_time_of_its_year_and_no_end_after_it(county) -> None:
    for year, row in every_year(county, "episodes"):
        first, last = first_day_of(date(year, 3, 31)), date(year, 3, 31)
        assert day(row["DECOM"]) <= last
        assert not row["DEC"] or first <= day(row["DEC"]) <= last
        assert bool(row["DEC"]) == bool(row["REC"])
        assert CODES["placement"].in_force(row["PLACE"], day(row["DECOM"]))


def test_some_words_of_a_return_are_corrected_by_the_next(county) -> None:
    before = {r["CHILD"]: r["ETHNIC"] for r in rows(county, "header", 2025)}
    after = {r["CHILD"]: r["ETHNIC"] for r in rows(county, "header", 2026)}

    assert any(before[child] == "NOBT" != after[child] for child in before.keys() & after.keys())


def test_an_episode_that_runs_on_is_told_again_next_year(county) -> None:
    for before, after in pairwise(COUNTY.year_ends):
        running = {(r["CHILD"], r["DECOM"]) for r in rows(county, "episodes", before.year) if not r["DEC"]}
        assert running <= {(r["CHILD"], r["DECOM"]) for r in rows(county, "episodes", after.year)}


def test_the_returns_obey_the_rules_of_the_return(county) -> None:
    courses = defaultdict(list)
    for year, row in every_year(county, "episodes"):
        courses[year, row["CHILD"]].append(row)
    for course in courses.values():
        for row, after in zip(course, [*course[1:], None], strict=True):
            began, ended = day(row["DECOM"]), day(row["DEC"]) if row["DEC"] else None
            assert ended is None or began < ended
            if row["REC"] == "X1" and after is not None:
                assert after["DECOM"] == row["DEC"]
                assert after["RNE"] != "S"
                moved = any(after[field] != row[field] for field in ("PLACE", "PLACE_PROVIDER", "PL_POST", "URN"))
                assert moved == bool(row["REASON_PLACE_CHANGE"]) == (after["RNE"] != "L")
                assert (after["LS"] != row["LS"]) == (after["RNE"] in ("L", "B", "U"))
            elif row["REC"] != "X1":
                assert not row["PLACE"].startswith("T")
                assert after is None or (row["REC"] and after["RNE"] == "S" and day(after["DECOM"]) >= began)
            assert not (row["RNE"] == "S" and row["PLACE"].startswith("T"))
            assert row["PLACE"] != "T4" or (ended is not None and (ended - began).days <= 7)
            assert row["PLACE"] != "P1" or (row["LS"] in ("C1", "C2") and row["PLACE_PROVIDER"] == "PR0")


def test_nobody_is_looked_after_past_eighteen_or_before_birth(county) -> None:
    born = {row["CHILD"]: day(row["DOB"]) for _, row in every_year(county, "header")}

    for year, row in every_year(county, "episodes"):
        turns_18 = born[row["CHILD"]].replace(year=born[row["CHILD"]].year + 18)
        assert born[row["CHILD"]] < day(row["DECOM"])
        assert (day(row["DEC"]) if row["DEC"] else date(year, 3, 31)) <= turns_18


def test_all_of_the_kinds_of_care_that_the_hub_treats_apart_occur(county) -> None:
    episodes = [row for _, row in every_year(county, "episodes")]

    assert {"V2", "V3", "V4", "C1", "C2", "E1", "J1", "L1", "L2"} <= {row["LS"] for row in episodes}
    assert {"A3", "A4", "A5", "A6", "R5", "K1", "K2", "K3", "P1", "U6", "T0", "T2", "T4"} <= {
        r["PLACE"] for r in episodes
    }
    assert {"E11", "E12", "E9", "E14", "E4A", "E15", "E45", "X1", ""} <= {row["REC"] for row in episodes}
    assert {"S", "L", "P", "T", "B", "U"} <= {row["RNE"] for row in episodes}


def test_every_row_of_every_year_is_sound_to_our_own_reader_and_every_place_is_known(county) -> None:
    told = told_in_turn(county, COUNTY)

    events = [event for child in told.values() for event in child.values()]
    assert len(told) == CHILDREN
    assert [problem for event in events for problem in check(event, rules())] == []


# --- the reports


def test_reports_are_of_sound_form_and_none_is_of_a_day_that_has_not_come(lines) -> None:
    for line in lines:
        assert check(line.event, rules()) == []
        assert line.words.effective_on <= LATEST or isinstance(line.event, EventCorrected | EventRetracted)


def test_codes_of_reports_are_in_force_on_their_day(lines) -> None:
    for line in lines:
        for f in line.words.TYPE.own_fields:
            value = getattr(line.words, f.name)
            if f.meta.codes and isinstance(value, str):
                assert CODES[f.meta.codes].in_force(value, line.words.effective_on), (f.name, value)


def test_each_agency_reports_only_what_it_may(lines) -> None:
    for line in lines:
        kind = SUBMITTED_AS[line.reporter].value
        allowed = reporters(line.event)
        assert kind in allowed or (line.reporter == "authority" and "responsible" in allowed), line.said["type"]


def test_every_event_that_comes_from_outside_occurs(county, lines) -> None:
    outside = {t.name for t in event_types().values() if t.reporters != {"hub"}}
    by_return = {e.TYPE.name for child in told_in_turn(county, COUNTY).values() for e in child.values()}
    by_report = {line.said["type"] for line in lines}

    assert outside - by_return - by_report == AFTER_THE_FACT
    assert {line.reporter for line in lines} == set(REPORTS)


def test_some_facts_come_late_and_some_are_corrected_or_taken_back(lines) -> None:
    late = 0
    before: dict[tuple[str, str], date] = {}
    for line in lines:
        on = line.event.effective_on
        latest = before.get((line.reporter, line.child), on)
        late += (latest - on).days > 60
        before[line.reporter, line.child] = max(latest, on)

    assert late > CHILDREN / 10
    assert sum(isinstance(line.event, EventCorrected) for line in lines) > 10
    assert sum(isinstance(line.event, EventRetracted) for line in lines) > 10


def test_unknown_is_said_where_it_is_a_common_answer(lines) -> None:
    for event, name in (
        ("release-date-set", "release_on"),
        ("custody-entered", "status_before"),
        ("gp-registered", "practice"),
    ):
        assert any(line.said["type"] == event and line.said.get(name) == {"unknown": True} for line in lines), event


def test_reports_name_a_child_by_what_their_reporter_knows(lines) -> None:
    for line in lines:
        ways = [
            {"authority", "nhs_number"},
            {"authority", "upn"},
            {"authority", "family_name", "given_name", "born_on"},
        ]
        own = {"authority", "local_id"} if line.reporter == "authority" else {"authority", "local_id", "born_on"}
        assert set(line.said["child"]) in [own, *ways]


def test_nhs_numbers_are_valid_never_issued_and_each_child_s_own(lines) -> None:
    health = [line.said for line in lines if line.reporter == "health"]
    own = [said["nhs_number"] for said in health if said["type"] == "identifier-added"]
    named = {said["child"]["nhs_number"] for said in health if "nhs_number" in said["child"]}

    assert len(own) == len(set(own)) > CHILDREN * 0.8
    assert all(nhs_number_is_valid(number) and number.startswith("999") for number in {*own, *named})
    assert named - set(own), "a few reports are about a child that nobody knows"


def test_what_the_return_does_not_say_yet_is_reported_by_hand(lines) -> None:
    placed = [line.event for line in lines if line.said["type"] == "placement-made"]

    assert placed
    assert all(YEAR_END < event.effective_on <= LATEST for event in placed)
