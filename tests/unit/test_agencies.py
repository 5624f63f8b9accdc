"""The register answers one agency, or the candidates and no guess. The country here is small and invented."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from domain.agencies import (
    Adjoins,
    Agency,
    AgencyKind,
    Contact,
    Desk,
    HealthArea,
    Neighbours,
    Register,
    Resolved,
)
from domain.vocabulary import Role

BEFORE, AFTER = date(2019, 6, 1), date(2021, 6, 1)
LAST, FIRST = date(2020, 3, 31), date(2020, 4, 1)
CODED = date(2009, 1, 1)


def authority(code: str, first: date = CODED, last: date | None = None, successors: tuple[str, ...] = ()) -> Agency:
    return Agency(code, f"Authority of {code}", AgencyKind.AUTHORITY, first, last, successors)


def health(code: str, first: date | None, last: date | None = None, successors: tuple[str, ...] = ()) -> Agency:
    return Agency(code, f"Health of {code}", AgencyKind.HEALTH, first, last, successors)


def team(code: str) -> Agency:
    return Agency(code, f"Team of {code}", AgencyKind.YOT)


FIRST_NURSE = Contact("designated nurse", "Invented Nurse", "01632 960901", "nurse@example.org")
SECOND_NURSE = Contact("designated nurse", "Second Invented Nurse", "01632 960902", "second@example.org")

REGISTER = Register(
    "hash-of-the-files",
    [
        authority("Town"),
        authority("Port"),
        authority("Isle"),
        authority("Far"),
        authority("Oldshire", last=LAST, successors=("Eastshire", "Westshire")),
        authority("Shire-town", last=LAST, successors=("Eastshire", "Westshire")),
        authority("Eastshire", FIRST),
        authority("Westshire", FIRST),
        authority("Banks", last=LAST, successors=("North-bank", "South-bank")),
        authority("North-bank", FIRST),
        authority("South-bank", FIRST),
        authority("Ridge-old", last=LAST, successors=("Ridge",)),
        authority("Ridge", FIRST),
        authority("Left", last=LAST, successors=("Union",)),
        authority("Right", last=LAST, successors=("Union",)),
        authority("Union", FIRST),
        health("trust", None, date(2013, 3, 31), ("group", "group-b")),
        health("trust-b", None, date(2013, 3, 31), ("group-b",)),
        health("group", date(2013, 4, 1), LAST, ("board",)),
        health("group-b", date(2013, 4, 1), LAST, ("board",)),
        health("group-c", date(2013, 4, 1), LAST, ("board-c",)),
        health("board", FIRST, date(2022, 3, 31), ("board-d",)),
        health("board-c", FIRST),
        health("board-d", date(2022, 4, 1)),
        team("yot-town"),
        team("yot-shires"),
        team("yot-union"),
        team("yot-port"),
    ],
    health_areas=[
        HealthArea("Town", "board", FIRST, date(2022, 3, 31)),
        HealthArea("Town", "board-d", date(2022, 4, 1)),
        HealthArea("Eastshire", "board-c", FIRST),
        HealthArea("Westshire", "board", FIRST, date(2022, 3, 31)),
        HealthArea("Westshire", "board-d", date(2022, 4, 1)),
        HealthArea("Union", "board-c", FIRST),
        HealthArea("Union", "board", FIRST, date(2022, 3, 31)),
    ],
    teams={"Town": "yot-town", "Eastshire": "yot-shires", "Westshire": "yot-shires", "Ridge": "yot-port"},
    neighbours=[
        Neighbours("Port", "Town", Adjoins.YES),
        Neighbours("Ridge", "Town", Adjoins.YES),
        Neighbours("Eastshire", "Town", Adjoins.YES),
        Neighbours("North-bank", "Town", Adjoins.YES),
        Neighbours("Town", "Union", Adjoins.YES),
        Neighbours("Port", "Far", Adjoins.UNKNOWN),
    ],
    desks=[
        Desk("board-c", Role.LOCAL_HEALTH, FIRST_NURSE, FIRST, date(2021, 12, 31)),
        Desk("board-c", Role.LOCAL_HEALTH, SECOND_NURSE, date(2022, 1, 1)),
    ],
)


class TestWhatTheRegisterDoesNotKnow:
    def test_an_unknown_code_is_no_agency_and_carries_to_nobody(self) -> None:
        assert REGISTER.agency("Nowhere") is None
        assert REGISTER.name("Nowhere") == "Nowhere"
        assert REGISTER.carry("Nowhere", AFTER) == Resolved(None, ())
        assert REGISTER.health_body("Nowhere", AFTER) == Resolved(None, ())
        assert REGISTER.youth_offending_team("Nowhere", AFTER) is None
        assert REGISTER.next_change("Nowhere", AFTER) is None

    def test_whether_an_unknown_code_adjoins_or_is_at_a_distance_is_unknown(self) -> None:
        assert REGISTER.adjoins("Town", "Nowhere", AFTER) is Adjoins.UNKNOWN
        assert REGISTER.at_a_distance("Town", "Nowhere", AFTER) is Adjoins.UNKNOWN

    def test_a_health_body_adjoins_nobody_knowably(self) -> None:
        assert REGISTER.adjoins("Town", "board-c", AFTER) is Adjoins.UNKNOWN

    def test_an_authority_whose_service_is_not_recorded_has_no_health_answer(self) -> None:
        assert REGISTER.health_body("Far", AFTER) == Resolved(None, ())

    def test_an_agency_cannot_be_changed(self) -> None:
        town = REGISTER.agency("Town")
        with pytest.raises(FrozenInstanceError):
            town.name = "Elsewhere"  # type: ignore[misc, union-attr]


class TestCarry:
    def test_on_its_last_day_an_agency_still_answers_itself(self) -> None:
        assert REGISTER.carry("Oldshire", LAST) == Resolved("Oldshire", ("Oldshire",))

    def test_a_divided_authority_answers_its_candidates_from_the_next_day(self) -> None:
        assert REGISTER.carry("Oldshire", FIRST) == Resolved(None, ("Eastshire", "Westshire"))

    def test_merged_authorities_answer_the_one_that_follows_them(self) -> None:
        assert REGISTER.carry("Left", AFTER) == REGISTER.carry("Right", AFTER) == Resolved("Union", ("Union",))

    def test_a_code_not_yet_in_force_answers_itself(self) -> None:
        assert REGISTER.carry("Union", BEFORE) == Resolved("Union", ("Union",))

    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            (date(2013, 3, 31), ("trust",)),
            (date(2013, 4, 1), ("group", "group-b")),
            (FIRST, ("board",)),
            (date(2022, 4, 1), ("board-d",)),
        ],
    )
    def test_succession_is_followed_through_every_step(self, on: date, expected: tuple[str, ...]) -> None:
        assert REGISTER.carry("trust", on).candidates == expected

    def test_an_answer_does_not_depend_on_what_was_asked_before(self) -> None:
        assert REGISTER.carry("Oldshire", AFTER).one is None
        assert REGISTER.carry("Oldshire", BEFORE).one == "Oldshire"
        assert REGISTER.carry("Oldshire", date(2020, 4, 2)).one is None


class TestHealthBody:
    def test_an_authority_in_several_areas_answers_all_of_them_and_chooses_none(self) -> None:
        assert REGISTER.health_body("Union", AFTER) == Resolved(None, ("board", "board-c"))

    def test_a_divided_authority_answers_the_bodies_of_all_its_successors(self) -> None:
        assert REGISTER.health_body("Oldshire", AFTER) == Resolved(None, ("board", "board-c"))

    def test_before_the_first_row_the_bodies_from_which_it_descends_are_candidates(self) -> None:
        assert REGISTER.health_body("Town", BEFORE) == Resolved(None, ("group", "group-b"))
        assert REGISTER.health_body("Town", date(2012, 1, 1)) == Resolved(None, ("trust", "trust-b"))

    def test_before_the_first_row_a_single_ancestor_is_the_answer(self) -> None:
        assert REGISTER.health_body("Eastshire", BEFORE) == Resolved("group-c", ("group-c",))

    def test_the_body_changes_on_the_day_of_the_succession(self) -> None:
        assert REGISTER.health_body("Town", date(2022, 3, 31)).one == "board"
        assert REGISTER.health_body("Town", date(2022, 4, 1)).one == "board-d"


class TestYouthOffendingTeam:
    def test_successors_with_different_teams_give_no_answer(self) -> None:
        divided = Register(
            "h",
            [
                authority("Oldshire", last=LAST, successors=("Eastshire", "Westshire")),
                authority("Eastshire", FIRST),
                authority("Westshire", FIRST),
                team("yot-east"),
                team("yot-west"),
            ],
            teams={"Eastshire": "yot-east", "Westshire": "yot-west"},
        )
        assert divided.youth_offending_team("Oldshire", BEFORE) is None
        assert divided.youth_offending_team("Eastshire", AFTER) == "yot-east"

    def test_successors_that_share_a_team_give_that_team(self) -> None:
        assert REGISTER.youth_offending_team("Oldshire", AFTER) == "yot-shires"

    def test_an_ended_authority_is_read_through_its_successor(self) -> None:
        assert REGISTER.youth_offending_team("Ridge-old", BEFORE) == "yot-port"


class TestPlace:
    def test_a_pair_that_awaits_a_decision_is_unknown_both_ways(self) -> None:
        assert REGISTER.adjoins("Port", "Far", AFTER) is Adjoins.UNKNOWN
        assert REGISTER.adjoins("Far", "Port", AFTER) is Adjoins.UNKNOWN
        assert REGISTER.at_a_distance("Far", "Port", AFTER) is Adjoins.UNKNOWN

    def test_a_divided_authority_adjoins_unknowably(self) -> None:
        assert REGISTER.adjoins("Oldshire", "Town", AFTER) is Adjoins.UNKNOWN
        assert REGISTER.adjoins("Oldshire", "Town", BEFORE) is Adjoins.UNKNOWN
        assert REGISTER.adjoins("Eastshire", "Town", BEFORE) is Adjoins.UNKNOWN
        assert REGISTER.adjoins("Eastshire", "Town", AFTER) is Adjoins.YES
        assert REGISTER.adjoins("North-bank", "Town", BEFORE) is Adjoins.UNKNOWN

    def test_the_table_does_not_reach_back_across_a_merger(self) -> None:
        assert REGISTER.adjoins("Union", "Town", AFTER) is Adjoins.YES
        assert REGISTER.adjoins("Union", "Town", BEFORE) is Adjoins.UNKNOWN
        assert REGISTER.adjoins("Left", "Town", BEFORE) is Adjoins.UNKNOWN

    def test_the_table_does_not_reach_back_before_coding_began(self) -> None:
        assert REGISTER.adjoins("Port", "Town", date(2008, 12, 31)) is Adjoins.UNKNOWN

    def test_the_table_reaches_back_where_one_authority_continues_one_other(self) -> None:
        assert REGISTER.adjoins("Ridge-old", "Town", BEFORE) is Adjoins.YES
        assert REGISTER.adjoins("Ridge", "Town", BEFORE) is Adjoins.YES
        assert REGISTER.adjoins("Ridge", "Port", BEFORE) is Adjoins.NO

    def test_a_listed_pair_adjoins_in_either_order_and_one_not_listed_does_not(self) -> None:
        assert REGISTER.adjoins("Town", "Port", AFTER) is REGISTER.adjoins("Port", "Town", AFTER) is Adjoins.YES
        assert REGISTER.adjoins("Isle", "Town", AFTER) is Adjoins.NO

    def test_a_neighbour_is_not_at_a_distance_and_one_beyond_is(self) -> None:
        assert REGISTER.at_a_distance("Town", "Port", AFTER) is Adjoins.NO
        assert REGISTER.at_a_distance("Town", "Isle", AFTER) is Adjoins.YES

    def test_the_same_authority_is_neither(self) -> None:
        assert REGISTER.adjoins("Town", "Town", AFTER) is Adjoins.YES
        assert REGISTER.at_a_distance("Town", "Town", AFTER) is Adjoins.NO

    def test_an_ended_code_is_the_authority_that_follows_it(self) -> None:
        assert REGISTER.adjoins("Left", "Union", AFTER) is REGISTER.adjoins("Left", "Right", AFTER) is Adjoins.YES
        assert REGISTER.at_a_distance("Left", "Right", AFTER) is Adjoins.NO
        assert REGISTER.at_a_distance("Left", "Right", BEFORE) is Adjoins.UNKNOWN

    def test_a_code_used_before_it_began_is_the_authority_it_continues(self) -> None:
        assert REGISTER.at_a_distance("Ridge", "Ridge-old", BEFORE) is Adjoins.NO
        assert REGISTER.at_a_distance("North-bank", "South-bank", BEFORE) is Adjoins.NO

    def test_two_that_cannot_be_shown_to_be_one_are_not_taken_for_one(self) -> None:
        assert REGISTER.at_a_distance("Oldshire", "Eastshire", AFTER) is Adjoins.UNKNOWN
        assert REGISTER.at_a_distance("Oldshire", "Shire-town", AFTER) is Adjoins.UNKNOWN  # divided among the same two


class TestDesksAndDates:
    def test_a_desk_nobody_has_named_has_no_contacts(self) -> None:
        assert REGISTER.contacts("board-c", Role.ORIGINATING_HEALTH, AFTER) == ()
        assert REGISTER.contacts("board-c", Role.LOCAL_HEALTH, BEFORE) == ()

    def test_contacts_follow_one_another_by_date(self) -> None:
        assert REGISTER.contacts("board-c", Role.LOCAL_HEALTH, date(2021, 12, 31)) == (FIRST_NURSE,)
        assert REGISTER.contacts("board-c", Role.LOCAL_HEALTH, date(2022, 1, 1)) == (SECOND_NURSE,)

    def test_an_agency_that_stands_or_has_ended_has_no_next_change(self) -> None:
        assert REGISTER.next_change("Town", BEFORE) is None
        assert REGISTER.next_change("Oldshire", FIRST) is None

    def test_the_next_change_is_the_day_after_the_last(self) -> None:
        assert REGISTER.next_change("Oldshire", BEFORE) == FIRST
        assert REGISTER.next_change("Oldshire", LAST) == FIRST

    def test_the_register_carries_its_own_name(self) -> None:
        assert REGISTER.content_hash == "hash-of-the-files"
