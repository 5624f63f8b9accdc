"""The invented county: refusals, the same bytes for the same seed, and a return that obeys its own rules."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest

from adapters.code_csv import read_code_book
from adapters.places_csv import read_places
from adapters.register_csv import REGISTER_FILES, read_register
from adapters.ssda903_course import ChildReturn
from adapters.ssda903_import import read_return
from adapters.synth_files import MOST_CHILDREN, write_county
from adapters.synth_lives import YEAR_END, County
from domain.events import PlacementMade
from domain.forms import Rulebook, check, latest_version, nhs_number_is_valid, read_event

ROOT = Path(__file__).resolve().parents[2]
CODES = read_code_book({f.name: f.read_text(encoding="utf-8") for f in (ROOT / "schemas" / "codes").glob("*.csv")})
FILES = ("header.csv", "episodes.csv", "places.csv", "health.jsonl", "yot.jsonl")
CHILDREN = 600


@pytest.fixture(scope="module")
def county(tmp_path_factory) -> Path:
    """A folder with an invented county in it."""
    folder: Path = tmp_path_factory.mktemp("county")
    write_county(folder, children=CHILDREN, seed=3, county=County())
    return folder


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a CSV file by column."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reports(folder: Path) -> list[dict]:
    """Every report, of health and of the youth offending team."""
    return [
        json.loads(line)
        for name in ("health.jsonl", "yot.jsonl")
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
    ]


def courses(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Episodes by child."""
    found = defaultdict(list)
    for row in rows(folder, "episodes.csv"):
        found[row["CHILD"]].append(row)
    return found


def day(written: str) -> date:
    """A date of the return."""
    return datetime.strptime(written, "%d/%m/%Y").date()  # noqa: DTZ007


@pytest.mark.parametrize("children", [0, -1, MOST_CHILDREN + 1])
def test_a_number_of_children_that_cannot_be_made_is_refused(tmp_path, children) -> None:
    with pytest.raises(ValueError, match="children: from 1 to"):
        write_county(tmp_path, children=children, seed=1, county=County())


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(county, tmp_path) -> None:
    write_county(tmp_path / "same", children=CHILDREN, seed=3, county=County())
    write_county(tmp_path / "other", children=CHILDREN, seed=4, county=County())

    for name in FILES:
        assert (county / name).read_bytes() == (tmp_path / "same" / name).read_bytes()
    assert (county / "episodes.csv").read_bytes() != (tmp_path / "other" / "episodes.csv").read_bytes()


def test_fewer_children_are_the_first_of_more(county, tmp_path) -> None:
    write_county(tmp_path, children=10, seed=3, county=County())

    for name in FILES:
        assert (county / name).read_bytes().startswith((tmp_path / name).read_bytes())


def test_every_row_is_sound_to_our_own_reader_and_every_place_is_known(county) -> None:
    def id_of(*key: str) -> UUID:
        return uuid5(NAMESPACE_OID, "/".join(key))

    register = read_register(
        {name: (ROOT / "schemas" / "register" / name).read_text(encoding="utf-8") for name in REGISTER_FILES},
        "as it is",
    )
    rules = Rulebook(CODES, register, YEAR_END)
    out = list(
        read_return(
            county,
            authority="E06000047",
            as_at=YEAR_END,
            places=read_places(county / "places.csv"),
            codes=CODES,
            id_of=id_of,
            held=lambda _: (),
            progress=lambda _: None,
        )
    )

    children = [one for one in out if isinstance(one, ChildReturn)]
    events = [one.event for child in children for one in child.intended]
    assert len(children) == len(out) == CHILDREN
    assert [child.set_aside for child in children if child.set_aside] == []
    assert [problem for event in events for problem in check(event, rules)] == []
    areas = [event.area_authority for event in events if isinstance(event, PlacementMade)]
    assert all(isinstance(area, str) for area in areas)
    assert 0.3 < sum(area != "E06000047" for area in areas) / len(areas) < 0.5


def test_the_return_obeys_the_rules_of_the_return(county) -> None:
    for course in courses(county).values():
        for row, after in zip(course, [*course[1:], None], strict=True):
            began, ended = day(row["DECOM"]), day(row["DEC"]) if row["DEC"] else None
            assert CODES["placement"].in_force(row["PLACE"], began)
            assert bool(row["DEC"]) == bool(row["REC"])
            assert ended is None or began < ended <= YEAR_END
            assert began <= YEAR_END
            if row["REC"] == "X1":
                assert after is not None
                assert after["DECOM"] == row["DEC"]
                assert after["RNE"] != "S"
                moved = any(after[field] != row[field] for field in ("PLACE", "PLACE_PROVIDER", "PL_POST", "URN"))
                assert moved == bool(row["REASON_PLACE_CHANGE"]) == (after["RNE"] != "L")
                assert (after["LS"] != row["LS"]) == (after["RNE"] in ("L", "B", "U"))
            else:
                assert not row["PLACE"].startswith("T")
                assert after is None or (row["REC"] and after["RNE"] == "S" and day(after["DECOM"]) >= began)
            if row["RNE"] == "S":
                assert not row["PLACE"].startswith("T")
            if row["PLACE"] == "T4":
                assert ended is not None
                assert (ended - began).days <= 7
            if row["PLACE"] == "P1":
                assert row["LS"] in ("C1", "C2")
                assert row["PLACE_PROVIDER"] == "PR0"


def test_nobody_is_looked_after_past_eighteen_or_before_birth(county) -> None:
    born = {row["CHILD"]: day(row["DOB"]) for row in rows(county, "header.csv")}

    for child, course in courses(county).items():
        turns_18 = born[child].replace(year=born[child].year + 18)
        assert born[child] < day(course[0]["DECOM"])
        assert (day(course[-1]["DEC"]) if course[-1]["DEC"] else YEAR_END) <= turns_18


def test_all_of_the_kinds_of_care_that_the_hub_treats_apart_occur(county) -> None:
    episodes = rows(county, "episodes.csv")

    assert {"V2", "V3", "C1", "C2", "E1", "J1"} <= {row["LS"] for row in episodes}
    assert {"A5", "A6", "R5", "K1", "K2", "K3", "P1", "U6", "T2", "T4"} <= {row["PLACE"] for row in episodes}
    assert {"E11", "E12", "E9", "E4A", "X1", ""} <= {row["REC"] for row in episodes}
    assert {"S", "L", "P", "T", "B"} <= {row["RNE"] for row in episodes}
    assert {report["type"] for report in reports(county)} == {
        *("identifier-added", "health-assessment-completed", "health-assessment-declined"),
        *("custody-entered", "sentenced", "release-date-set", "released"),
    }
    assert any(report.get("release_on") == {"unknown": True} for report in reports(county))


def test_reports_are_of_sound_form_and_name_a_child_one_way(county) -> None:
    register = read_register(
        {name: (ROOT / "schemas" / "register" / name).read_text(encoding="utf-8") for name in REGISTER_FILES},
        "as it is",
    )
    rules = Rulebook(CODES, register, date(2026, 12, 31))

    for report in reports(county):
        fields = {name: value for name, value in report.items() if name not in ("type", "child")}
        assert check(read_event(latest_version(report["type"]), fields), rules) == []
        assert set(report["child"]) in (
            {"authority", "local_id", "born_on"},
            {"authority", "nhs_number"},
            {"authority", "family_name", "given_name", "born_on"},
        )


def test_nhs_numbers_are_valid_never_issued_and_each_child_s_own(county) -> None:
    own = [report["nhs_number"] for report in reports(county) if report["type"] == "identifier-added"]
    named = {report["child"]["nhs_number"] for report in reports(county) if "nhs_number" in report["child"]}

    assert len(own) == len(set(own)) > CHILDREN * 0.8
    assert all(nhs_number_is_valid(number) and number.startswith("999") for number in {*own, *named})
    assert named - set(own), "a few reports are about a child that nobody knows"
