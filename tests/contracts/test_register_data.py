"""The register's files: what the reader refuses, and what the real data of England must answer."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from adapters.register_csv import REGISTER_FILES, read_register
from domain.agencies import Adjoins, AgencyKind, Register
from domain.vocabulary import Role

FOLDER = Path(__file__).parents[2] / "schemas" / "register"
FILES = {name: (FOLDER / name).read_text(encoding="utf-8") for name in REGISTER_FILES}

DURHAM, DARLINGTON, NORTH_YORKSHIRE, NEWCASTLE, GATESHEAD = (
    "E06000047",
    "E06000005",
    "E06000065",
    "E08000021",
    "E08000037",
)
HAMPSHIRE, PORTSMOUTH, ISLE_OF_WIGHT = "E10000014", "E06000044", "E06000046"
CUMBRIA, CUMBERLAND, WESTMORLAND = "E10000006", "E06000063", "E06000064"
JUNE_2026 = date(2026, 6, 1)


@pytest.fixture(scope="module")
def register() -> Register:
    return read_register(FILES, "hash")


def current(register: Register, kind: AgencyKind, on: date) -> list[str]:
    return [agency.code for agency in register.agencies() if agency.kind is kind and agency.in_force(on)]


class TestRefusals:
    @pytest.mark.parametrize(
        ("file", "row", "rule"),
        [
            ("authorities.csv", "E06000047,Twice,2009-01-01,,", "code: each agency is listed once"),
            ("authorities.csv", ",Nameless,2009-01-01,,", "code: must not be empty"),
            ("authorities.csv", "E99000001,,2009-01-01,,", "name: must not be empty"),
            ("authorities.csv", "E99000001,Invented,01/04/2009,,", "valid_from: a date is written YYYY-MM-DD"),
            ("authorities.csv", "E99000001,Invented,20090401,,", "valid_from: a date is written YYYY-MM-DD"),
            ("authorities.csv", "E99000001,Invented,2009-04-01,2009-03-31,", "valid_to: must not be before valid_from"),
            (
                "authorities.csv",
                "E99000001,Invented,2009-01-01,,E06000047",
                "successors: an agency still in force has none",
            ),
            (
                "authorities.csv",
                "E99000001,Invented,2009-01-01,2010-03-31,QHM",
                "successors: must be codes of a listed authority",
            ),
            (
                "authorities.csv",
                "E99000001,Invented,2009-01-01,2010-03-31,E06000063",
                "successors: must be in force on the day after valid_to",
            ),
            (
                "authorities.csv",
                "E99000001,Invented,2009-01-01,2010-03-31,E99000001",
                "successors: must be in force on the day after valid_to",
            ),
            ("authorities.csv", "E99000001,Invented,2009-01-01,", "a row has 5 cells"),
            ("authorities.csv", "E99000001,Invented,2009-01-01,,,", "a row has 5 cells"),
            ("authorities.csv", 'E99000001,"Inven"ted,2009-01-01,,', "the row is not well-formed CSV"),
            ("authority_to_icb.csv", "E10000006,QHM,2022-07-01,", "authority: must be an authority that has not ended"),
            (
                "authority_to_icb.csv",
                "E06000047,E06000005,2022-07-01,",
                "health_body: must be the code of a listed health",
            ),
            (
                "authority_to_icb.csv",
                "E06000047,QNQ,2022-07-01,2026-04-01",
                "health_body: must be in force from valid_from to valid_to",
            ),
            ("yot_authorities.csv", "E06000047,yot-leeds", "authority: one youth offending team serves it"),
            ("yot_authorities.csv", "E06000099,yot-leeds", "authority: must be the code of a listed authority"),
            (
                "adjacency.csv",
                "E06000047,E06000001,yes",
                "authority_b: each pair of two authorities is listed once, in one order",
            ),
            (
                "adjacency.csv",
                "E06000047,E06000047,yes",
                "authority_b: each pair of two authorities is listed once, in one order",
            ),
            ("adjacency.csv", "E06000047,E06000046,perhaps", "adjoins: is yes or review"),
            (
                "desks.csv",
                "E06000099,host-authority,f,n,p,e,2020-01-01,",
                "agency: must be the code of a listed agency",
            ),
            (
                "desks.csv",
                "QHM,host-authority,f,n,p,e,2020-01-01,",
                "role: a desk of this kind of agency is one of departing-health, local-health, originating-health",
            ),
            (
                "desks.csv",
                "school-example-1,virtual-school,f,n,p,e,2020-01-01,",
                "role: a desk of this kind of agency is one of school",
            ),
            (
                "desks.csv",
                "police-durham,school,f,n,p,e,2020-01-01,",
                "role: a desk of this kind of agency is one of none",
            ),
            ("establishments.csv", "E06000047,Twice,school,,,", "code: each agency is listed once"),
            ("establishments.csv", "school-example-99,Invented,prison,,,", "kind: is one of school, home, police"),
            ("establishments.csv", "school-example-99,Invented,,,,", "kind: must not be empty"),
            (
                "establishments.csv",
                "school-example-99,Invented,school,2009-09-01,2010-08-31,home-example-1",
                "successors: must be codes of a listed school",
            ),
            ("establishments.csv", "school-example-99,Invented,school,,", "a row has 6 cells"),
            ("desks.csv", "QHM,local-health,f,n,,e,2020-01-01,", "phone: must not be empty"),
            ("desks.csv", "QHM,local-health,f,n,p,e,,", "valid_from: must not be empty"),
        ],
    )
    def test_a_bad_row_is_refused_with_file_line_and_rule(self, file: str, row: str, rule: str) -> None:
        line = FILES[file].count("\n") + 1
        with pytest.raises(ValueError, match=f"^{re.escape(f'{file} line {line}: {rule}')}$"):
            read_register({**FILES, file: FILES[file] + row + "\n"}, "hash")

    def test_a_refusal_does_not_repeat_a_persons_name(self) -> None:
        row = "QHM,local-health,f,Invented Person,01632 960999,person@example.org,yesterday,\n"
        with pytest.raises(ValueError, match="valid_from") as refused:
            read_register({**FILES, "desks.csv": FILES["desks.csv"] + row}, "hash")
        assert "Person" not in str(refused.value)

    def test_a_missing_file_is_named(self) -> None:
        with pytest.raises(ValueError, match=r"^yots\.csv: the register needs this file$"):
            read_register({name: text for name, text in FILES.items() if name != "yots.csv"}, "hash")

    def test_a_version_made_before_there_were_establishments_refuses_a_desk_at_a_school(self) -> None:
        without = {name: text for name, text in FILES.items() if name != "establishments.csv"}
        with pytest.raises(ValueError, match=r"^desks\.csv line \d+: agency: must be the code of a listed agency$"):
            read_register(without, "hash")

    def test_another_heading_is_refused_with_the_right_one(self) -> None:
        with pytest.raises(
            ValueError, match=r"^yots\.csv line 1: the columns are code,name,valid_from,valid_to,successors$"
        ):
            read_register({**FILES, "yots.csv": "id,name\n"}, "hash")


class TestCounts:
    @pytest.mark.parametrize(
        ("on", "count"),
        [
            (date(2009, 6, 1), 152),
            (date(2018, 6, 1), 152),
            (date(2019, 6, 1), 151),
            (date(2021, 6, 1), 152),
            (date(2023, 6, 1), 153),
            (JUNE_2026, 153),
        ],
    )
    def test_authorities_in_force(self, register: Register, on: date, count: int) -> None:
        assert len(current(register, AgencyKind.AUTHORITY, on)) == count

    @pytest.mark.parametrize(
        ("on", "count"),
        [
            (date(2012, 6, 1), 151),
            (date(2013, 4, 1), 211),
            (date(2021, 6, 1), 106),
            (date(2022, 7, 1), 42),
            (date(2026, 3, 31), 42),
            (date(2026, 4, 1), 36),
        ],
    )
    def test_health_bodies_in_force(self, register: Register, on: date, count: int) -> None:
        assert len(current(register, AgencyKind.HEALTH, on)) == count

    def test_youth_offending_teams(self, register: Register) -> None:
        assert len(current(register, AgencyKind.YOT, JUNE_2026)) == 138

    def test_every_school_and_home_is_invented_and_says_so_and_police_forces_are_real(self, register: Register) -> None:
        for agency in register.agencies():
            if agency.kind in (AgencyKind.SCHOOL, AgencyKind.CHILDRENS_HOME):
                assert re.fullmatch(r"(school|home)-example-\d+", agency.code)
                assert agency.name.startswith("Invented ")
        assert {register.name(code) for code in current(register, AgencyKind.POLICE, JUNE_2026)} == {
            "Durham Constabulary",
            "Hampshire and Isle of Wight Constabulary",
        }

    def test_a_version_made_before_there_were_establishments_has_none(self) -> None:
        before = {name: text for name, text in FILES.items() if name != "establishments.csv"}
        authorities = [line for line in FILES["desks.csv"].splitlines(keepends=True) if not line.startswith("school-")]
        register = read_register({**before, "desks.csv": "".join(authorities)}, "hash")
        assert {agency.kind for agency in register.agencies()} == {
            AgencyKind.AUTHORITY,
            AgencyKind.HEALTH,
            AgencyKind.YOT,
        }

    @pytest.mark.parametrize(("on", "split"), [(date(2022, 12, 1), 11), (date(2023, 6, 1), 10), (date(2026, 5, 1), 5)])
    def test_authorities_in_several_health_areas(self, register: Register, on: date, split: int) -> None:
        standing = current(register, AgencyKind.AUTHORITY, JUNE_2026)
        assert sum(register.health_body(code, on).one is None for code in standing) == split

    @pytest.mark.parametrize("on", [date(2012, 6, 1), date(2016, 6, 1), date(2021, 6, 1), date(2023, 6, 1), JUNE_2026])
    def test_every_authority_has_a_health_answer_in_force_and_a_team(self, register: Register, on: date) -> None:
        in_force = set(current(register, AgencyKind.HEALTH, on))
        for code in {*current(register, AgencyKind.AUTHORITY, on), *current(register, AgencyKind.AUTHORITY, JUNE_2026)}:
            candidates = register.health_body(code, on).candidates
            assert candidates, code
            assert in_force.issuperset(candidates), code
        for code in current(register, AgencyKind.AUTHORITY, JUNE_2026):
            assert register.youth_offending_team(code, on), code

    def test_every_agency_that_has_ended_leads_to_one_that_stands(self, register: Register) -> None:
        for agency in register.agencies():
            for code in register.carry(agency.code, JUNE_2026).candidates or [""]:
                heir = register.agency(code)
                assert heir is not None, agency.code
                assert heir.in_force(JUNE_2026), agency.code


class TestSuccession:
    def test_a_health_body_that_was_divided_is_not_guessed(self, register: Register) -> None:
        assert register.carry("QNQ", date(2026, 3, 31)).one == "QNQ"
        frimley = register.carry("QNQ", date(2026, 4, 1))
        assert (frimley.one, frimley.candidates) == (None, ("QRL", "S0E4D", "S9B9J"))

    def test_a_county_that_was_divided_is_not_guessed(self, register: Register) -> None:
        cumbria = register.carry(CUMBRIA, date(2023, 4, 1))
        assert (cumbria.one, cumbria.candidates) == (None, (CUMBERLAND, WESTMORLAND))
        assert register.youth_offending_team(CUMBRIA, JUNE_2026) is None

    def test_an_authority_in_three_health_areas_is_not_guessed(self, register: Register) -> None:
        answer = register.health_body(NORTH_YORKSHIRE, JUNE_2026)
        assert (answer.one, answer.candidates) == (None, ("QE1", "QOQ", "QWO"))

    def test_the_trust_of_county_durham_in_2012_is_carried_to_the_board_of_2026(self, register: Register) -> None:
        assert "5ND" in register.health_body(DURHAM, date(2012, 6, 1)).candidates
        assert register.carry("5ND", date(2012, 6, 1)).one == "5ND"
        assert register.carry("5ND", date(2013, 4, 1)).candidates == ("00D", "00J")
        assert register.carry("5ND", date(2021, 6, 1)).one == "84H"
        assert register.carry("5ND", JUNE_2026).one == register.health_body(DURHAM, JUNE_2026).one == "QHM"

    def test_hampshire_comes_under_one_board_when_frimley_ends(self, register: Register) -> None:
        assert register.health_body(HAMPSHIRE, date(2026, 3, 31)).candidates == ("QNQ", "QRL")
        assert register.health_body(HAMPSHIRE, date(2026, 4, 1)).one == "QRL"

    def test_two_northamptonshires_share_the_team_of_the_county_before_them(self, register: Register) -> None:
        assert register.carry("E10000021", JUNE_2026).one is None
        assert register.youth_offending_team("E10000021", JUNE_2026) == "yot-northamptonshire"

    def test_the_day_clock_learns_when_a_board_ends(self, register: Register) -> None:
        assert register.next_change("QNQ", date(2025, 1, 1)) == date(2026, 4, 1)
        assert register.next_change("QNQ", date(2026, 4, 1)) is None
        assert register.next_change("QHM", date(2025, 1, 1)) is None


class TestPlace:
    @pytest.mark.parametrize(
        ("a", "b"),
        [
            ("E06000034", "E06000035"),  # Thurrock, Medway
            ("E06000034", "E09000004"),  # Thurrock, Bexley
            ("E08000014", "E08000015"),  # Sefton, Wirral
            ("E06000010", "E06000013"),  # Hull, North Lincolnshire
            ("E06000050", "E08000012"),  # Cheshire West and Chester, Liverpool
        ],
    )
    def test_an_estuary_pair_is_unknown(self, register: Register, a: str, b: str) -> None:
        assert register.adjoins(a, b, JUNE_2026) is Adjoins.UNKNOWN
        assert register.at_a_distance(b, a, JUNE_2026) is Adjoins.UNKNOWN

    def test_the_distance_of_a_welsh_authority_is_unknown(self, register: Register) -> None:
        powys, shropshire = "W06000023", "E06000051"
        assert register.at_a_distance(shropshire, powys, JUNE_2026) is Adjoins.UNKNOWN

    @pytest.mark.parametrize(
        ("code", "names"),
        [
            (
                DURHAM,
                {
                    "Darlington",
                    "Gateshead",
                    "Hartlepool",
                    "North Yorkshire",
                    "Northumberland",
                    "Stockton-on-Tees",
                    "Sunderland",
                    "Westmorland and Furness",
                },
            ),
            ("E06000017", {"Leicestershire", "Lincolnshire", "North Northamptonshire"}),  # Rutland
            (NEWCASTLE, {"Gateshead", "North Tyneside", "Northumberland", "South Tyneside"}),
            (ISLE_OF_WIGHT, set()),
            ("E06000053", set()),  # Isles of Scilly
        ],
    )
    def test_neighbours(self, register: Register, code: str, names: set[str]) -> None:
        others = [other for other in current(register, AgencyKind.AUTHORITY, JUNE_2026) if other != code]
        assert {
            register.name(other) for other in others if register.adjoins(code, other, JUNE_2026) is Adjoins.YES
        } == names

    def test_a_placement_next_door_is_not_at_a_distance(self, register: Register) -> None:
        assert register.at_a_distance(DURHAM, DARLINGTON, JUNE_2026) is Adjoins.NO

    def test_a_placement_beyond_every_neighbour_is_at_a_distance(self, register: Register) -> None:
        assert register.at_a_distance(DURHAM, HAMPSHIRE, JUNE_2026) is Adjoins.YES
        assert register.at_a_distance(HAMPSHIRE, ISLE_OF_WIGHT, JUNE_2026) is Adjoins.YES

    def test_a_recoded_authority_keeps_its_neighbours(self, register: Register) -> None:
        gateshead_before_2013 = "E08000020"
        assert register.adjoins(gateshead_before_2013, DURHAM, date(2012, 6, 1)) is Adjoins.YES
        assert register.adjoins(GATESHEAD, DURHAM, date(2012, 6, 1)) is Adjoins.YES
        assert register.at_a_distance(gateshead_before_2013, GATESHEAD, JUNE_2026) is Adjoins.NO

    def test_neighbours_of_a_county_since_divided_are_unknown(self, register: Register) -> None:
        assert register.adjoins(CUMBRIA, DURHAM, date(2020, 6, 1)) is Adjoins.UNKNOWN
        assert register.adjoins(WESTMORLAND, DURHAM, date(2020, 6, 1)) is Adjoins.UNKNOWN
        assert register.adjoins(WESTMORLAND, DURHAM, JUNE_2026) is Adjoins.YES


class TestDesks:
    def test_the_director_changes_on_a_date(self, register: Register) -> None:
        def directors(on: date) -> list[str]:
            contacts = register.contacts(DURHAM, Role.HOST_AUTHORITY, on)
            return [contact.name for contact in contacts if contact.function == "director of children's services"]

        assert directors(date(2025, 8, 31)) == ["Invented Director of Durham"]
        assert directors(date(2025, 9, 1)) == ["Second Invented Director of Durham"]

    def test_no_contact_outlasts_its_agency(self, register: Register) -> None:
        assert register.contacts("QNQ", Role.LOCAL_HEALTH, date(2026, 3, 31))
        assert register.contacts("QNQ", Role.LOCAL_HEALTH, date(2026, 4, 1)) == ()

    @pytest.mark.parametrize(
        "code",
        [DURHAM, DARLINGTON, "E06000057", HAMPSHIRE, NORTH_YORKSHIRE, NEWCASTLE, GATESHEAD, "E08000024", ISLE_OF_WIGHT],
    )
    def test_a_demonstration_authority_can_be_rung_in_every_role(self, register: Register, code: str) -> None:
        for role in (
            Role.RESPONSIBLE_AUTHORITY,
            Role.HOST_AUTHORITY,
            Role.ORDINARY_RESIDENCE_AUTHORITY,
            Role.VIRTUAL_SCHOOL,
        ):
            assert register.contacts(code, role, JUNE_2026), role
        for body in register.health_body(code, JUNE_2026).candidates:
            for role in (Role.ORIGINATING_HEALTH, Role.DEPARTING_HEALTH, Role.LOCAL_HEALTH):
                assert register.contacts(body, role, JUNE_2026), (body, role)
        team = register.youth_offending_team(code, JUNE_2026)
        assert team is not None
        for role in (Role.HOME_YOT, Role.LOCAL_YOT):
            assert register.contacts(team, role, JUNE_2026), role

    @pytest.mark.parametrize("on", [date(2012, 6, 1), date(2024, 8, 31), date(2024, 9, 1), JUNE_2026])
    def test_every_school_has_one_designated_teacher_as_long_as_it_stands(self, register: Register, on: date) -> None:
        schools = [agency for agency in register.agencies() if agency.kind is AgencyKind.SCHOOL]
        assert schools
        for school in schools:
            contacts = register.contacts(school.code, Role.SCHOOL, on)
            expected = ["designated teacher"] if school.in_force(on) else []
            assert [contact.function for contact in contacts] == expected, school.code

    def test_a_school_that_closed_is_carried_to_the_one_that_took_its_place(self, register: Register) -> None:
        assert register.carry("school-example-11", date(2024, 8, 31)).one == "school-example-11"
        assert register.carry("school-example-11", date(2024, 9, 1)).one == "school-example-1"

    def test_every_contact_is_invented_and_says_so(self) -> None:
        drama = re.compile(r"01632 960\d{3}|020 7946 0\d{3}|0191 498 0\d{3}")
        for row in csv.DictReader(FILES["desks.csv"].splitlines()):
            assert "Invented" in row["name"]
            assert drama.fullmatch(row["phone"]), row["phone"]
            assert re.fullmatch(r"[a-z0-9.-]+@example\.org", row["email"]), row["email"]


class TestPostcodeAreas:
    def test_districts_lie_in_standing_authorities_and_shares_do_not_exceed_the_whole(self, register: Register) -> None:
        standing = set(current(register, AgencyKind.AUTHORITY, JUNE_2026))
        totals: Counter[str] = Counter()
        seen: set[str] = set()
        for row in csv.DictReader((FOLDER / "postcode_area.csv").read_text(encoding="utf-8").splitlines()):
            seen.add(row["authority"])
            totals[row["postcode_district"]] += round(float(row["postcode_share"]) * 10_000)
        assert seen == standing
        assert len(totals) == 2305
        assert max(totals.values()) <= 10_002
