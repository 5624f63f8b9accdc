"""What holds for every child of a statutory return, invented ones and any mess of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from adapters.register_csv import REGISTER_FILES, read_register
from adapters.ssda903_rows import Episode, Row
from adapters.ssda903_tables import EPISODES
from domain.events import (
    CareEnded,
    CareStarted,
    Event,
    LegalStatusChanged,
    PlacementEnded,
    PlacementMade,
    PlacementRelabelled,
)
from domain.forms import Rulebook, check
from tests.support.returns import AS_AT, CODES, ROOT, course, history, only, sound_rows

REGISTER = read_register(
    {name: (ROOT / "schemas" / "register" / name).read_text(encoding="utf-8") for name in REGISTER_FILES}, "as it is"
)


@given(number=st.integers(1, 99_999), seed=st.integers(0, 9), cut=st.dates(date(2019, 6, 1), date(2026, 3, 1)))
def test_two_years_files_one_after_the_other_tell_what_one_file_tells(number, seed, cut) -> None:
    header, rows = sound_rows(number, seed)
    first = [row if row.ended is None or row.ended <= cut else reopened(row) for row in rows if row.began <= cut]
    second = [row for row in rows if row.ended is None or row.ended > cut]

    held = history(course(header, first, ())) if first else {}
    if second:
        held |= history(course(header, second, held.items()))

    assert held == history(course(header, rows, ()))


@given(number=st.integers(1, 99_999), seed=st.integers(0, 9))
def test_replaying_the_events_tells_who_was_placed_where_and_when_as_the_episodes_do(number, seed) -> None:
    header, rows = sound_rows(number, seed)

    events = [(one.event_id, one.event) for one in course(header, rows, ()).intended]

    for row in rows:
        for day in {row.began, (row.ended or AS_AT) - timedelta(days=1)}:
            assert seen_on(day, events) == (row.legal_status, row.placement_type, row.postcode), row.line
    last = rows[-1]
    if last.ended is not None:
        assert seen_on(last.ended, events) is None


MESSY = st.builds(
    lambda began, days, why, ls, place, rec, postcode, urn: Row(
        "episodes.csv",
        2,
        dict(
            zip(
                EPISODES.columns,
                (
                    *("900001", f"{began:%d/%m/%Y}", why, ls, "N1", place, "PR1"),
                    *(f"{began + timedelta(days=days):%d/%m/%Y}" if rec else "", rec),
                    *("OTHER", "ZZ1 1AA", postcode, urn),
                ),
                strict=True,
            )
        ),
    ),
    st.dates(date(2024, 1, 1), date(2024, 2, 15)),
    st.integers(0, 20),
    st.sampled_from("SLPTBU"),
    st.sampled_from(["C2", "V2"]),
    st.sampled_from(["U6", "U4", "K2", "A5", "T2", "T4"]),
    st.sampled_from(["", "X1", "X1", "E4A"]),
    st.sampled_from(["ZZ1 1AA", "ZZ2 2AA"]),
    st.sampled_from(["", "1", "2"]),
)


@given(st.lists(MESSY, min_size=1, max_size=7))
def test_rows_in_any_mess_give_events_of_sound_form_with_ids_of_their_own_that_name_what_came_before(rows) -> None:
    episodes = [Row(row.file, n, row.cells).episode(CODES) for n, row in enumerate(rows, start=2)]
    header, _ = sound_rows(1, 0)

    child = course(header, episodes, ())

    known: set[UUID] = set()
    rules = Rulebook(CODES, REGISTER, AS_AT)
    for one in child.intended:
        assert one.event_id not in known
        assert check(one.event, rules) == []
        if isinstance(one.event, PlacementEnded | PlacementRelabelled):
            assert one.event.placement in known
        known.add(one.event_id)
    assert [one.event.effective_on for one in child.intended] == sorted(
        one.event.effective_on for one in child.intended
    )
    assert len(only(child, PlacementMade)) - len(only(child, PlacementEnded)) in (0, 1, 2)


@given(st.lists(MESSY, min_size=1, max_size=7))
def test_rows_in_any_mess_read_twice_change_nothing(rows) -> None:
    episodes = [Row(row.file, n, row.cells).episode(CODES) for n, row in enumerate(rows, start=2)]
    header, _ = sound_rows(1, 0)
    held = history(course(header, episodes, ()))

    assert history(course(header, episodes, held.items())) == held


def reopened(row: Episode) -> Episode:
    """The episode as last year's file had it: still open."""
    return replace(row, ended=None, end_reason=None, change_reason=None)


def seen_on(day: date, events: Iterable[tuple[UUID, Event]]) -> tuple[str, str, str | None] | None:
    """Legal status, and type and postcode of where the child is, at the end of this day; None when not in care."""
    legal_status: str | None = None
    stays: dict[UUID, tuple[str, str | None]] = {}
    for event_id, event in events:
        if event.effective_on > day:
            break
        match event:
            case CareStarted() | LegalStatusChanged():
                legal_status = str(event.legal_status)
            case CareEnded():
                legal_status = None
            case PlacementMade():
                stays[event_id] = (str(event.placement_type), str(event.postcode))
            case PlacementRelabelled():
                stays[event.placement] = (event.placement_type, stays[event.placement][1])
            case PlacementEnded():
                del stays[event.placement]
    if legal_status is None:
        assert stays == {}
        return None
    temporary = [stay for stay in stays.values() if stay[0].startswith("T")]
    [stay] = temporary or stays.values()
    return (legal_status, *stay)
