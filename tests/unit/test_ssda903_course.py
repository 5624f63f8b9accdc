"""One child's rows of a statutory return, told as events."""

from __future__ import annotations

from datetime import date

import pytest

from domain.events import (
    CareEnded,
    CareStarted,
    ChildRegistered,
    IdentifierAdded,
    LegalStatusChanged,
    PlacementEnded,
    PlacementMade,
    PlacementRelabelled,
)
from domain.vocabulary import UNKNOWN
from tests.support.returns import DURHAM, HAMPSHIRE, facts, history, only, told


def test_an_end_of_care_that_the_next_episode_overtakes_is_brought_forward_and_its_day_set_aside(tmp_path) -> None:
    child = told(
        tmp_path,
        "01/05/2024,S,V2,U6,01/09/2024,E4A,,ZZ1 2AA,1",
        "01/08/2024,S,C1,K2,,,,ZZ1 3AA,2",
    )

    assert [(aside.line, aside.field, aside.rule_code) for aside in child.set_aside] == [(2, "DEC", "end-overtaken")]
    assert [f for f in facts(child) if f[0].startswith("care")] == [
        ("care-started", "2024-05-01"),
        ("care-ended", "2024-08-01"),
        ("care-started", "2024-08-01"),
    ]


def test_a_placement_that_the_next_overlaps_ends_where_that_begins_and_its_day_is_set_aside(tmp_path) -> None:
    child = told(
        tmp_path,
        "01/05/2024,S,V2,U6,01/09/2024,X1,,ZZ1 2AA,1",
        "01/08/2024,P,V2,K2,,,,ZZ1 3AA,2",
    )

    assert [(aside.line, aside.field, aside.rule_code) for aside in child.set_aside] == [(2, "DEC", "end-overtaken")]
    assert [str(one.effective_on) for one in only(child, PlacementEnded)] == ["2024-08-01"]


def test_one_open_episode_registers_the_child_starts_care_and_asks_for_a_placement_to_be_acknowledged(tmp_path) -> None:
    child = told(tmp_path, "01/05/2024,S,V2,U6,,,,ZZ2 2AA,99", header="900001,F,01/02/2012,,A999000012001,,")

    assert [(one.event, one.history) for one in child.intended] == [
        (
            ChildRegistered(
                effective_on=date(2024, 5, 1), authority=DURHAM, local_id="900001", born_on=date(2012, 2, 1), sex="F"
            ),
            True,
        ),
        (IdentifierAdded(effective_on=date(2024, 5, 1), upn="A999000012001"), True),
        (
            CareStarted(effective_on=date(2024, 5, 1), legal_status="V2", need="N1", home_postcode="ZZ1 1AA"),
            True,
        ),
        (
            PlacementMade(
                effective_on=date(2024, 5, 1),
                urgency="planned",
                placement_type="U6",
                provider="PR1",
                area_authority=HAMPSHIRE,
                postcode="ZZ2 2AA",
                urn="99",
            ),
            False,
        ),
    ]


@pytest.mark.parametrize("postcode", ["", "ZZ3 1AA", "ZZ4 1AA", "not one"])
def test_a_place_that_lies_in_no_one_authority_is_unknown(tmp_path, postcode) -> None:
    [made] = only(told(tmp_path, f"01/05/2024,S,V2,U6,,,,{postcode},"), PlacementMade)

    assert made.area_authority is UNKNOWN


@pytest.mark.parametrize(
    ("second", "moves"),
    [
        ("L,C2,U6,,,,ZZ1 2AA,1", False),
        ("P,V2,U6,,,,ZZ1 2AA,1", False),
        ("P,V2,U6,,,,ZZ1 2AB,1", True),
        ("P,V2,U6,,,,ZZ1 2AA,2", True),
        ("P,V2,U4,,,,ZZ1 2AA,1", True),
        ("L,V2,U4,,,,ZZ1 2AA,1", True),
        ("T,V2,U6,,,,ZZ1 2AB,1", True),
        ("T,V2,A5,,,,ZZ1 2AA,1", True),  # the same carer, another regime
        ("L,C2,U6,,,,,1", False),  # a blank says nothing
        ("L,C2,U6,,,,not one,1", False),
        ("P,V2,U6,,,,,1", True),  # unless the row says that the carer changed
    ],
)
def test_a_new_placement_is_made_only_where_the_row_says_another(tmp_path, second, moves) -> None:
    child = told(tmp_path, "01/05/2024,S,V2,U6,01/06/2024,X1,CREQB,ZZ1 2AA,1", f"01/06/2024,{second}")

    made, ended = only(child, PlacementMade), only(child, PlacementEnded)

    assert [str(one.effective_on) for one in made] == (["2024-05-01", "2024-06-01"] if moves else ["2024-05-01"])
    assert [(str(one.effective_on), one.reason) for one in ended] == ([("2024-06-01", "CREQB")] if moves else [])


def test_another_code_for_the_same_home_and_carer_is_no_move(tmp_path) -> None:
    child = told(tmp_path, "01/05/2024,S,V2,U6,01/06/2024,X1,PLACE,ZZ1 2AA,1", "01/06/2024,T,V2,U4,,,,ZZ1 2AA,1")

    [made], [relabelled] = only(child, PlacementMade), only(child, PlacementRelabelled)

    assert (relabelled.placement_type, relabelled.provider, only(child, PlacementEnded)) == ("U4", "PR1", [])
    assert history(child)[relabelled.placement] == made


def test_legal_status_is_told_when_it_changes_and_not_again(tmp_path) -> None:
    child = told(
        tmp_path,
        "01/05/2024,S,V2,U6,01/06/2024,X1,,ZZ1 2AA,1",
        "01/06/2024,L,C1,U6,01/07/2024,X1,CARPL,ZZ1 2AA,1",
        "01/07/2024,P,C1,U6,,,,ZZ1 2AB,1",
    )

    assert [(str(one.effective_on), one.legal_status) for one in only(child, LegalStatusChanged)] == [
        ("2024-06-01", "C1")
    ]


def test_a_holiday_does_not_end_the_usual_placement(tmp_path) -> None:
    child = told(
        tmp_path,
        "01/05/2024,S,V2,U6,01/06/2024,X1,OTHER,ZZ1 2AA,1",
        "01/06/2024,T,V2,T2,15/06/2024,X1,OTHER,ZZ3 3AA,XXXXXXX",
        "15/06/2024,T,V2,U6,,,,ZZ1 2AA,1",
    )

    usual, holiday = only(child, PlacementMade)
    [ended] = only(child, PlacementEnded)

    assert (usual.placement_type, holiday.placement_type) == ("U6", "T2")
    assert (history(child)[ended.placement], str(ended.effective_on)) == (holiday, "2024-06-15")
    assert [one.history for one in child.intended if one.event == usual] == [False]


def test_who_does_not_come_back_from_a_holiday_leaves_both_when_the_next_placement_begins(tmp_path) -> None:
    child = told(
        tmp_path,
        "01/05/2024,S,V2,U6,01/06/2024,X1,OTHER,ZZ1 2AA,1",
        "01/06/2024,P,V2,T4,07/06/2024,X1,CREQB,ZZ3 3AA,",
        "07/06/2024,P,V2,K2,,,,ZZ2 2AA,2",
    )

    assert [(str(one.effective_on), one.reason) for one in only(child, PlacementEnded)] == [("2024-06-07", "CREQB")] * 2


def test_a_gap_ends_the_placement_and_care_goes_on(tmp_path) -> None:
    child = told(
        tmp_path,
        "01/05/2024,S,V2,U6,01/06/2024,X1,CHILD,ZZ1 2AA,1",
        "03/06/2024,P,V2,U6,,,,ZZ1 2AA,1",
    )

    assert facts(child)[2:] == [
        ("placement-made", "2024-05-01"),
        ("placement-ended", "2024-06-01"),
        ("placement-made", "2024-06-03"),
    ]


def test_an_open_episode_followed_by_another_ends_where_that_begins(tmp_path) -> None:
    child = told(tmp_path, "01/05/2024,S,V2,U6,,X1,,ZZ1 2AA,1", "03/06/2024,P,V2,K2,01/08/2024,E4A,,ZZ2 2AA,2")

    assert facts(child)[3:] == [
        ("placement-ended", "2024-06-03"),
        ("placement-made", "2024-06-03"),
        ("placement-ended", "2024-08-01"),
        ("care-ended", "2024-08-01"),
    ]


def test_a_second_start_within_a_period_is_no_start_but_one_after_its_end_is(tmp_path) -> None:
    child = told(
        tmp_path,
        "01/05/2024,S,V2,U6,01/06/2024,X1,,ZZ1 2AA,1",
        "01/06/2024,S,V2,U6,01/07/2024,E8,,ZZ1 2AA,1",
        "01/08/2024,S,V2,U6,,,,ZZ1 2AA,1",
    )

    assert [str(one.effective_on) for one in only(child, CareStarted)] == ["2024-05-01", "2024-08-01"]
    assert [(str(one.effective_on), one.reason) for one in only(child, CareEnded)] == [("2024-07-01", "E8")]


def test_a_placement_left_after_the_as_at_date_is_still_open_then(tmp_path) -> None:
    [left_on_the_day, left_later] = (
        [one.history for one in told(tmp_path, f"01/05/2024,S,V2,U6,{day},X1,,ZZ1 2AA,1").intended]
        for day in ("31/03/2026", "01/04/2026")
    )

    assert all(left_on_the_day)
    assert left_later.count(False) == 1
