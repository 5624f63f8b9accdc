"""A whole statutory return: every row accounted for, the same again, and next year's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adapters.ssda903_child import ChildReturn
from adapters.ssda903_faults import Quarantined, ReturnFileError
from adapters.ssda903_import import read_return
from domain.events import CareStarted, ChildRegistered, PlacementEnded, PlacementMade
from tests.support.returns import AS_AT, CODES, DURHAM, ONE, PLACES, ROOT, history, id_of, only, read, told, write

# --- refusals


def test_a_missing_episodes_file_is_refused_before_anything_is_given(tmp_path) -> None:
    (write(tmp_path, [ONE], []) / "episodes.csv").unlink()

    with pytest.raises(ReturnFileError, match=r"^episodes\.csv: "):
        read(tmp_path)


def test_a_wrong_column_in_episodes_is_refused_before_a_bad_header_row_is_given(tmp_path) -> None:
    write(tmp_path, [ONE.replace("900001", "")], [])
    (tmp_path / "episodes.csv").write_text("CHILD,START\n", encoding="utf-8")

    with pytest.raises(ReturnFileError, match="line 1: has each of these columns once; see to DECOM"):
        read(tmp_path)


EPISODE = "900001,01/05/2024,S,C2,N1,U6,PR1,,,,ZZ1 1AA,ZZ1 2AA,1"


@pytest.mark.parametrize(
    ("headers", "episodes", "faults"),
    [
        ([ONE], [], [("header.csv", 2, "CHILD", "no-episodes")]),
        ([], [EPISODE], [("episodes.csv", 2, "CHILD", "no-header")]),
        ([ONE, ONE], [EPISODE], [("header.csv", 3, "CHILD", "repeated-child")]),
        ([ONE], [EPISODE, EPISODE], [("episodes.csv", 3, "", "duplicate-row")]),
        ([ONE], [EPISODE, f" {EPISODE} "], [("episodes.csv", 3, "", "duplicate-row")]),
        (
            [ONE.replace("01/02/2012", "01/04/2026")],
            [EPISODE],
            [("header.csv", 2, "DOB", "born-after-return"), ("episodes.csv", 2, "CHILD", "no-header")],
        ),
        (
            [ONE],
            [EPISODE.replace("C2", "C9")],
            [("episodes.csv", 2, "LS", "unknown-code"), ("header.csv", 2, "CHILD", "no-episodes")],
        ),
        ([], [EPISODE.replace("C2", "C9")], [("episodes.csv", 2, "LS", "unknown-code")]),
        ([], [EPISODE.replace("900001", "")], [("episodes.csv", 2, "CHILD", "no-child")]),
    ],
)
def test_a_row_that_no_child_can_be_told_from_is_quarantined(tmp_path, headers, episodes, faults) -> None:
    given_out = [one for one in read(write(tmp_path, headers, episodes)) if isinstance(one, Quarantined)]

    assert given_out == [Quarantined(*fault) for fault in faults]


def test_a_sound_header_after_a_bad_one_of_the_same_child_is_taken(tmp_path) -> None:
    bad, child = read(write(tmp_path, [ONE.replace("01/02", "31/02"), ONE], [EPISODE]))

    assert bad == Quarantined("header.csv", 2, "DOB", "not-a-date")
    assert isinstance(child, ChildReturn)
    assert [row.line for row in child.rows] == [3, 2]


# --- every row is accounted for, and the same file is the same


def test_every_row_comes_out_once_with_the_events_that_it_gave() -> None:
    faulty = ROOT / "tests" / "data" / "ssda903-faulty"
    out = read(faulty)
    taken = [(row.file, row.line) for one in out if isinstance(one, ChildReturn) for row in one.rows]
    kept_out = [(one.file, one.line) for one in out if isinstance(one, Quarantined)]
    lines = [
        (file.name, number)
        for file in faulty.glob("*.csv")
        for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if number > 1 and text
    ]

    assert sorted(taken + kept_out) == sorted(lines)
    for child in (one for one in out if isinstance(one, ChildReturn)):
        assert sorted(e for row in child.rows for e in row.events) == sorted(one.event_id for one in child.intended)


def test_the_same_file_gives_the_same_twice() -> None:
    assert read(ROOT / "tests" / "data" / "ssda903-faulty") == read(ROOT / "tests" / "data" / "ssda903-faulty")


def test_progress_is_told_every_few_thousand_rows_and_at_the_end(tmp_path) -> None:
    days = [date(1990, 1, 1) + timedelta(days=n) for n in range(5_500)]
    write(tmp_path, [ONE], [EPISODE.replace("01/05/2024", f"{day:%d/%m/%Y}") for day in days])
    seen: list[int] = []

    list(
        read_return(
            tmp_path,
            authority=DURHAM,
            as_at=AS_AT,
            places=PLACES,
            codes=CODES,
            id_of=id_of,
            held=lambda _: (),
            progress=seen.append,
        )
    )

    assert seen == [5_000, 5_501]


# --- next year's file

FIRST = "01/05/2024,S,V2,U6,01/09/2024,X1,CREQB,ZZ1 2AA,1"
SECOND = "01/09/2024,P,V2,U6,01/02/2025,X1,,ZZ1 3AA,2"
THIRD = "01/02/2025,L,C1,U6,{end},ZZ1 3AA,2"


def test_the_same_rows_again_change_nothing_of_what_is_held(tmp_path) -> None:
    before = told(tmp_path, FIRST, SECOND, THIRD.format(end=",,"))

    again = told(tmp_path, FIRST, SECOND, THIRD.format(end=",,"), held=history(before).items())

    assert history(again) == history(before)


def test_next_year_s_file_that_starts_amid_care_adds_only_the_end(tmp_path) -> None:
    upn = "900001,F,01/02/2012,,A999000012001,,"
    before = history(told(tmp_path, FIRST, SECOND, THIRD.format(end=",,"), header=upn))

    after = told(tmp_path, THIRD.format(end="01/06/2025,E4A,"), header=upn, held=before.items())

    new = [event for event_id, event in history(after).items() if before.get(event_id) != event]
    assert [event.TYPE.name for event in new] == ["placement-ended", "care-ended"]
    assert isinstance(new[0], PlacementEnded)
    assert before[new[0].placement].effective_on == date(2024, 9, 1)


def test_the_next_return_s_way_of_writing_sex_corrects_nothing_and_a_new_birth_date_does(tmp_path) -> None:
    before = history(told(tmp_path, FIRST, header="900001,2,01/02/2012,WBRI,UN1,,"))

    [same] = only(told(tmp_path, FIRST, header="900001,F,01/02/2012,WBRI,UN1,,", held=before.items()), ChildRegistered)
    [other] = only(told(tmp_path, FIRST, header="900001,F,02/02/2012,WBRI,UN1,,", held=before.items()), ChildRegistered)

    assert same in before.values()
    assert (other.born_on, other.sex, other.effective_on) == (date(2012, 2, 2), "2", same.effective_on)


def test_a_placement_that_seemed_to_end_goes_on_anew_where_next_year_s_file_takes_it_up(tmp_path) -> None:
    before = history(told(tmp_path, FIRST, SECOND))

    after = told(tmp_path, THIRD.format(end=",,"), held=before.items())

    assert [str(one.effective_on) for one in only(after, PlacementMade)] == ["2025-02-01"]
    assert only(after, PlacementEnded) == []
    assert only(after, CareStarted) == []


def test_a_later_episode_renumbers_none_before_it_and_an_end_keeps_what_was_open(tmp_path) -> None:
    before = history(told(tmp_path, FIRST, SECOND.replace("01/02/2025,X1", ",")))
    after = history(
        told(tmp_path, FIRST, SECOND, THIRD.format(end="01/06/2025,E4A,"), "01/07/2025,S,V2,K2,,,,ZZ2 1AA,3")
    )

    assert before.items() <= after.items()
