"""Several years of returns of one child: what each adds, in whatever order they come, and beside what was recorded by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import (
    AdoptionPlanEnded,
    BackgroundRecorded,
    BecameMother,
    CareEnded,
    CareStarted,
    ChildRegistered,
    Event,
    EventRetracted,
    Found,
    HealthYearReported,
    LegalStatusChanged,
    PlacementEnded,
    PlacementMade,
    SocialWorkerChanged,
    UnaccompaniedChildRecorded,
    WentMissing,
)
from domain.vocabulary import UNKNOWN
from tests.support.returns import DURHAM, HAMPSHIRE, history, only, told
from tests.support.small_lives import YEAR_ENDS, Memory, SmallLife, of_year, small_lives

LAST_YEAR, THIS_YEAR = date(2025, 3, 31), date(2026, 3, 31)
OPEN = "01/05/2024,S,V2,U6,,,,ZZ1 2AA,1"


def new(before: dict[UUID, Event], after: dict[UUID, Event]) -> list[Event]:
    """What a hub that holds the one records of the other."""
    return [event for event_id, event in after.items() if before.get(event_id) != event]


def in_turn(life: SmallLife, years: Iterable[date]) -> Memory:
    """What a hub holds that read these years' returns; a child that a year does not name is passed over in that year."""
    memory = Memory.empty()
    for as_at in years:
        part = of_year(life, as_at)
        if part.episodes:
            memory.read(part, as_at)
    return memory


# --- stitched


@given(small_lives())
def test_five_years_one_after_the_other_tell_the_history_that_one_file_of_all_five_tells(life) -> None:
    together = Memory.empty()
    together.read(life, YEAR_ENDS[-1])

    assert in_turn(life, YEAR_ENDS).tells() == together.tells()


@given(small_lives(), st.permutations(YEAR_ENDS))
def test_years_that_came_out_of_order_tell_it_too_once_they_are_read_again(life, order) -> None:
    together = Memory.empty()
    together.read(life, YEAR_ENDS[-1])

    assert in_turn(life, [*order, *YEAR_ENDS]).tells() == together.tells()


@given(small_lives(), st.lists(st.sampled_from(YEAR_ENDS), min_size=1, max_size=3))
def test_any_year_read_again_later_changes_nothing(life, again) -> None:
    once = in_turn(life, YEAR_ENDS)

    assert in_turn(life, [*YEAR_ENDS, *again]).held == once.held


@given(small_lives(), st.sampled_from(YEAR_ENDS))
def test_a_year_that_does_not_name_the_child_ends_no_care(life, left_out) -> None:
    memory = in_turn(life, [year for year in YEAR_ENDS if year != left_out])

    said = {row.ended for row in life.episodes if row.end_reason != "X1"}
    assert {e.effective_on for e in memory.held.values() if isinstance(e, CareEnded)} <= said


def test_an_older_year_that_comes_late_moves_the_start_of_care_and_of_the_placement_to_where_they_belong(
    tmp_path,
) -> None:
    newer = "01/02/2025,L,C1,U6,,,,ZZ1 2AA,1"
    held = history(told(tmp_path, newer))

    late = told(
        tmp_path,
        "01/05/2024,S,V2,U6,01/02/2025,X1,,ZZ1 2AA,1",
        newer,
        held=held.items(),
        as_at=LAST_YEAR,
    )

    assert [(str(e.effective_on), e.legal_status) for e in only(late, CareStarted)] == [("2024-05-01", "V2")]
    assert [(str(e.effective_on), e.legal_status) for e in only(late, LegalStatusChanged)] == [("2025-02-01", "C1")]
    assert [str(e.effective_on) for e in only(late, PlacementMade)] == ["2024-05-01"]
    assert {type(held[e.retracts]) for e in only(late, EventRetracted)} == {CareStarted, PlacementMade}


def test_an_older_year_that_comes_late_corrects_neither_birth_date_nor_sex_nor_upn(tmp_path) -> None:
    newer = told(tmp_path, OPEN, header="900001,F,01/02/2012,WBRI,A999000012001,,", oc2=["17,,0,,,,,,,"])

    late = told(
        tmp_path,
        OPEN,
        header="900001,M,03/02/2012,WIRI,A999000012002,,",
        held=history(newer).items(),
        as_at=LAST_YEAR,
        oc2=["12,,0,,,,,,,"],
    )

    kinds = (ChildRegistered, BackgroundRecorded)
    assert [e for e in new(history(newer), history(late)) if isinstance(e, kinds)] == []


def test_the_row_of_a_home_that_turns_out_to_be_none_is_taken_back_with_what_was_said_of_it(tmp_path) -> None:
    first, moved = "01/05/2024,S,V2,U6,01/09/2024,X1,CREQB,ZZ1 2AA,1", "01/09/2024,P,V2,U6,,,,ZZ1 3AA,2"
    held = history(told(tmp_path, first, moved))
    [wrong] = [i for i, e in held.items() if isinstance(e, PlacementMade) and e.postcode == "ZZ1 3AA"]
    [kept] = [i for i, e in held.items() if isinstance(e, PlacementMade) and e.postcode == "ZZ1 2AA"]

    corrected = told(tmp_path, first, "01/09/2024,L,C1,U6,,,,ZZ1 2AA,1", held=held.items())

    [end] = [i for i, e in held.items() if isinstance(e, PlacementEnded) and e.placement == kept]
    assert {e.retracts for e in only(corrected, EventRetracted)} == {wrong, end}


def test_a_start_after_an_open_episode_is_a_start_and_ends_the_placement_that_nobody_ended(tmp_path) -> None:
    held = history(told(tmp_path, OPEN, as_at=LAST_YEAR))

    after = told(tmp_path, "01/12/2025,S,C1,U6,,,,ZZ1 2AA,1", held=held.items())

    kinds = [e.TYPE.name for e in new(held, history(after))]
    assert sorted(kinds) == ["care-started", "placement-ended", "placement-made"]
    assert [str(e.effective_on) for e in only(after, PlacementEnded)] == ["2025-12-01"]


# --- the other tables


def test_who_was_missing_over_the_year_s_end_is_found_next_year_and_nothing_else_is_new(tmp_path) -> None:
    before = history(told(tmp_path, OPEN, missing=["M,30/03/2025,"], as_at=LAST_YEAR))

    after = history(told(tmp_path, OPEN, missing=["M,30/03/2025,02/04/2025"], held=before.items()))

    [missing] = [i for i, event in before.items() if isinstance(event, WentMissing)]
    assert new(before, after) == [Found(effective_on=date(2025, 4, 2), missing=missing)]


def test_two_absences_that_begin_on_one_day_are_two(tmp_path) -> None:
    child = told(tmp_path, OPEN, missing=["M,30/03/2025,31/03/2025", "M,30/03/2025,30/03/2025"])

    went, found = only(child, WentMissing), only(child, Found)

    assert (len(went), sorted(str(e.effective_on) for e in found)) == (2, ["2025-03-30", "2025-03-31"])
    assert len({e.missing for e in found}) == 2


def test_of_two_that_began_on_one_day_next_year_s_file_names_the_one_that_goes_on(tmp_path) -> None:
    over, open_absence = "M,30/03/2025,31/03/2025", "M,30/03/2025,"
    left, stayed = "AB123,30/03/2025,30/03/2025,", "CD456,30/03/2025,,"
    before = history(
        told(tmp_path, OPEN, missing=[open_absence, over], sw_episodes=[stayed, left], as_at=date(2025, 3, 31))
    )

    after = history(
        told(tmp_path, OPEN, missing=["M,30/03/2025,05/04/2025"], sw_episodes=[stayed], held=before.items())
    )

    assert [(type(e), str(e.effective_on)) for e in new(before, after)] == [(Found, "2025-04-05")]


def test_the_day_on_which_a_child_was_found_is_corrected_not_told_as_another_absence(tmp_path) -> None:
    before = history(told(tmp_path, OPEN, missing=["M,30/03/2026,31/03/2026"]))

    after = history(told(tmp_path, OPEN, missing=["M,30/03/2026,30/03/2026"], held=before.items()))

    assert before.keys() == after.keys()
    assert [(type(e), str(e.effective_on)) for e in new(before, after)] == [(Found, "2026-03-30")]


def test_what_is_said_of_a_year_is_said_once_of_it_and_again_of_the_next(tmp_path) -> None:
    oc2 = ["17,,0,1,1,1,1,0,,"]
    before = history(told(tmp_path, OPEN, oc2=oc2, as_at=LAST_YEAR))
    meanwhile = history(told(tmp_path, OPEN, oc2=oc2, held=before.items(), as_at=date(2025, 9, 30)))

    after = history(told(tmp_path, OPEN, oc2=oc2, held=(before | meanwhile).items()))

    years = [e.effective_on for e in (before | meanwhile | after).values() if isinstance(e, HealthYearReported)]
    assert sorted(years) == [LAST_YEAR, THIS_YEAR]


def test_a_worker_who_left_and_was_not_followed_leaves_nobody_until_the_next_file_says_who(tmp_path) -> None:
    left = "AB123,01/05/2024,01/02/2025,"
    first = told(tmp_path, OPEN, sw_episodes=[left], as_at=LAST_YEAR)
    [_, nobody] = only(first, SocialWorkerChanged)

    second = told(tmp_path, OPEN, sw_episodes=[left, "CD456,01/02/2025,,LEFTRL"], held=history(first).items())

    assert (nobody.name, nobody.effective_on) == (UNKNOWN, date(2025, 2, 1))
    assert [history(first)[e.retracts] for e in only(second, EventRetracted)] == [nobody]
    assert [e.worker_id for e in only(second, SocialWorkerChanged)] == ["AB123", "CD456"]


def test_an_adoption_plan_that_ceased_is_ended_with_its_reason_or_none_known(tmp_path) -> None:
    child = told(tmp_path, OPEN, placed_for_adoption=["01/11/2024,01/02/2025,RD1", "01/12/2024,01/02/2025,"])

    assert [e.reason for e in only(child, AdoptionPlanEnded)] == ["RD1", UNKNOWN]


def test_what_has_no_day_of_its_own_is_so_since_the_child_is_known(tmp_path) -> None:
    child = told(tmp_path, OPEN, header="900001,F,01/02/2012,WBRI,UN1,,", uasc=["01/02/2030"][:0])
    [background] = only(child, BackgroundRecorded)

    assert background == BackgroundRecorded(effective_on=date(2024, 5, 1), ethnicity="WBRI")
    assert only(child, UnaccompaniedChildRecorded) == []


@pytest.mark.parametrize(
    ("mother", "told_as"),
    [
        ("0,", None),
        (",", None),
        ("1,", (THIS_YEAR, UNKNOWN)),
        ("1,02/03/2025", (date(2025, 3, 2), date(2025, 3, 2))),
        (",02/03/2025", (date(2025, 3, 2), date(2025, 3, 2))),
        ("0,02/03/2025", None),
    ],
)
def test_a_mother_is_told_on_her_child_s_day_of_birth_if_that_is_known(tmp_path, mother, told_as) -> None:
    child = told(tmp_path, OPEN, header=f"900001,F,01/02/2009,,UN1,{mother}")

    assert [(e.effective_on, e.child_born_on) for e in only(child, BecameMother)] == ([told_as] if told_as else [])


def test_a_mother_whose_child_s_birth_is_told_next_year_is_corrected_not_told_twice(tmp_path) -> None:
    before = history(told(tmp_path, OPEN, header="900001,F,01/02/2009,,UN1,1,", as_at=LAST_YEAR))

    after = history(told(tmp_path, OPEN, header="900001,F,01/02/2009,,UN1,1,02/03/2025", held=before.items()))

    assert [type(e) for e in new(before, after)] == [BecameMother]
    assert len({i for i, e in (before | after).items() if isinstance(e, BecameMother)}) == 1


# --- recorded by hand before


def by_hand(postcode: str | None = "ZZ2 2AA", day: date = date(2024, 5, 1), kind: str = "U6") -> dict[UUID, Event]:
    """A child, and a placement with an address that no return knows."""
    registered = ChildRegistered(
        effective_on=day, authority=DURHAM, local_id="900001", born_on=date(2012, 2, 1), sex="F"
    )
    made = PlacementMade(
        effective_on=day,
        urgency="emergency",
        placement_type=kind,
        area_authority=HAMPSHIRE if postcode else UNKNOWN,
        address="1 Invented Street",
        postcode=postcode,
    )
    return {uuid4(): registered, uuid4(): CareStarted(effective_on=day, legal_status="V2"), uuid4(): made}


RETURNED = "01/05/2024,S,V2,U6,{end},{postcode},"


@pytest.mark.parametrize(
    "held",
    [by_hand("ZZ1 1AA"), by_hand(day=date(2024, 5, 2)), by_hand(kind="T2")],
    ids=["another place", "another day", "a temporary one"],
)
def test_a_placement_by_hand_that_is_not_the_return_s_stands_beside_it(tmp_path: Path, held: dict[UUID, Event]) -> None:
    child = told(tmp_path, RETURNED.format(end=",,", postcode="ZZ2 2AA"), held=held.items())

    assert {one.event_id for one in child.intended if isinstance(one.event, PlacementMade)}.isdisjoint(held)


@pytest.mark.parametrize(
    ("by_hand_at", "returned_at", "then_at"),
    [("ZZ2 2AA", "ZZ2 2AA", "ZZ2 2AA"), (None, "ZZ2 2AA", "ZZ2 2AA"), ("ZZ2 2AA", "", "ZZ2 2AA")],
)
def test_a_placement_by_hand_is_the_return_s_and_keeps_what_no_return_knows(
    tmp_path, by_hand_at, returned_at, then_at
) -> None:
    held = by_hand(by_hand_at)

    child = told(tmp_path, RETURNED.format(end=",,", postcode=returned_at), held=held.items())

    [(event_id, made)] = [(i, e) for i, e in history(child).items() if isinstance(e, PlacementMade)]
    before = held[event_id]
    assert isinstance(before, PlacementMade)
    assert (made.address, made.urgency, made.provider) == ("1 Invented Street", "emergency", "PR1")
    assert (made.postcode, made.area_authority) == (then_at, HAMPSHIRE)
    assert [i for i, e in history(child).items() if isinstance(e, CareStarted)] == [
        i for i, e in held.items() if isinstance(e, CareStarted)
    ]


def test_next_year_s_end_of_a_placement_by_hand_is_the_end_that_was_recorded_by_hand(tmp_path) -> None:
    held = by_hand()
    [placement] = [i for i, e in held.items() if isinstance(e, PlacementMade)]
    end = uuid4()
    held[end] = PlacementEnded(effective_on=date(2025, 6, 1), placement=placement, reason="CARPL")
    row = RETURNED.format(end="01/06/2025,E4A,", postcode="ZZ2 2AA")

    child = told(tmp_path, row, held=held.items())

    assert [(i, e) for i, e in history(child).items() if isinstance(e, PlacementEnded)] == [(end, held[end])]


def test_an_absence_that_was_recorded_by_hand_is_not_told_again(tmp_path) -> None:
    held = history(told(tmp_path, OPEN))
    gone, back = uuid4(), uuid4()
    held[gone] = WentMissing(effective_on=date(2025, 3, 30), kind="M", police_told=True)
    held[back] = Found(effective_on=date(2025, 4, 2), missing=gone)

    after = history(told(tmp_path, OPEN, missing=["M,30/03/2025,02/04/2025"], held=held.items()))

    assert new(held, after) == []
    assert replace(held[gone]) == after[gone]
