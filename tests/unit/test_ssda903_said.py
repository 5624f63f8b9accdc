"""The tables of a statutory return beside Header and Episodes: what is refused, set aside, taken."""

from __future__ import annotations

from datetime import date

import pytest

from adapters.ssda903_faults import Quarantined
from adapters.ssda903_rows import Refused, Row
from adapters.ssda903_said import Reading, Said, return_year, said
from adapters.ssda903_tables import TABLES
from domain.events import (
    AdoptionMatched,
    AdoptionPlanDecided,
    HealthYearReported,
    LeaverYearReported,
    OffendingYearReported,
    PreviousPermanenceRecorded,
    ReviewHeld,
    SdqScored,
    SocialWorkerChanged,
    UnaccompaniedChildRecorded,
    WentMissing,
)
from domain.vocabulary import UNKNOWN
from tests.support.returns import AS_AT, CODES

BORN = date(2012, 2, 1)
TABLE = {table.name.removesuffix(".csv"): table for table in TABLES}
SOUND = {
    "reviews": {"REVIEW": "28/05/2025", "REVIEW_CODE": "PN1"},
    "uasc": {"DUC": "01/02/2030"},
    "oc2": {"SDQ_SCORE": "17", "CONVICTED": "0", "TEETH_CHECK": "1", "SUBSTANCE_MISUSE": "0"},
    "oc3": {"IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "U1"},
    "missing": {"MISSING": "M", "MIS_START": "01/05/2025", "MIS_END": "03/05/2025"},
    "previous_permanence": {"PREV_PERM": "P1", "LA_PERM": "116", "DATE_PERM": "01/03/2016"},
    "ad1": {
        "DATE_INT": "01/11/2024",
        "DATE_MATCH": "20/01/2025",
        "FOSTER_CARE": "1",
        "NB_ADOPTR": "2",
        "SEX_ADOPTR": "MF",
        "LS_ADOPTR": "L11",
    },
    "placed_for_adoption": {
        "DATE_PLACED": "01/11/2024",
        "DATE_PLACED_CEASED": "01/02/2025",
        "REASON_PLACED_CEASED": "RD1",
    },
    "sw_episodes": {"SW_ID": "AB123", "SW_DECOM": "01/05/2025", "SW_DEC": "01/09/2025", "SW_REASON": "LEFTRL"},
}


def read(table: str, born_on: date | None = BORN, as_at: date = AS_AT, **cells: str) -> Said:
    """A sound row of this table but for these cells."""
    sound = {"CHILD": "900001", "DOB": "01/02/2012"} | SOUND[table] | cells
    row = Row(f"{table}.csv", 7, dict.fromkeys(TABLE[table].columns, "") | sound)
    return said(TABLE[table], row, Reading(CODES, as_at, born_on))


# --- refused


@pytest.mark.parametrize("table", SOUND)
@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("CHILD", "", "no-child"),
        ("CHILD", "9 1", "not-a-child-number"),
        ("DOB", "1/2/2012", "not-a-date"),
        ("DOB", "02/02/2012", "other-birth-date"),
    ],
)
def test_a_row_of_any_table_is_refused_that_is_not_about_the_child_of_the_header(table, field, value, rule) -> None:
    with pytest.raises(Refused) as refused:
        read(table, **{field: value})

    assert refused.value.fault == Quarantined(f"{table}.csv", 7, field, rule)


@pytest.mark.parametrize(
    ("table", "field", "value", "rule"),
    [
        ("reviews", "REVIEW", "", "not-a-date"),
        ("reviews", "REVIEW", "31/09/2025", "not-a-date"),
        ("oc3", "IN_TOUCH", "", "unknown-code"),
        ("oc3", "IN_TOUCH", "MAYBE", "unknown-code"),
        ("missing", "MISSING", "B", "unknown-code"),
        ("missing", "MIS_START", "", "not-a-date"),
        ("missing", "MIS_END", "soon", "not-a-date"),
        ("missing", "MIS_END", "30/04/2025", "end-before-start"),
        ("previous_permanence", "PREV_PERM", "P9", "unknown-code"),
        ("ad1", "DATE_MATCH", "", "not-a-date"),
        ("placed_for_adoption", "DATE_PLACED", "", "not-a-date"),
        ("placed_for_adoption", "DATE_PLACED_CEASED", "31/10/2024", "end-before-start"),
        ("sw_episodes", "SW_DECOM", "", "not-a-date"),
        ("sw_episodes", "SW_DEC", "30/04/2025", "end-before-start"),
    ],
)
def test_a_row_that_does_not_say_what_its_table_is_for_is_refused(table, field, value, rule) -> None:
    with pytest.raises(Refused) as refused:
        read(table, **{field: value})

    assert refused.value.fault == Quarantined(f"{table}.csv", 7, field, rule)


def test_a_row_of_outcomes_without_any_outcome_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read("oc2", SDQ_SCORE="41", CONVICTED="", TEETH_CHECK="y", SUBSTANCE_MISUSE="")

    assert refused.value.fault == Quarantined("oc2.csv", 7, "", "says-nothing")


# --- set aside


@pytest.mark.parametrize(
    ("table", "field", "value", "rule"),
    [
        ("reviews", "REVIEW_CODE", "PN9", "unknown-code"),
        ("uasc", "DUC", "2030", "not-a-date"),
        ("oc2", "SDQ_SCORE", "41", "not-a-score"),
        ("oc2", "SDQ_SCORE", "7.5", "not-a-score"),
        ("oc2", "SDQ_SCORE", "-1", "not-a-score"),
        ("oc2", "SDQ_REASON", "SDQ9", "unknown-code"),
        ("oc2", "IMMUNISATIONS", "yes", "not-a-flag"),
        ("oc3", "ACTIV", "F9", "unknown-code"),
        ("oc3", "ACCOM", "Q9", "unknown-code"),
        ("previous_permanence", "DATE_PERM", "2016", "not-a-date"),
        ("ad1", "DATE_INT", "soon", "not-a-date"),
        ("ad1", "FOSTER_CARE", "2", "not-a-flag"),
        ("ad1", "NB_ADOPTR", "3", "not-a-count"),
        ("ad1", "SEX_ADOPTR", "XX", "unknown-code"),
        ("ad1", "LS_ADOPTR", "L9", "unknown-code"),
        ("placed_for_adoption", "REASON_PLACED_CEASED", "RD9", "unknown-code"),
        ("sw_episodes", "SW_REASON", "WHYNOT", "unknown-code"),
    ],
)
def test_an_optional_field_is_set_aside_and_its_row_taken(table, field, value, rule) -> None:
    taken = read(table, **{field: value})

    assert [(aside.line, aside.field, aside.rule_code) for aside in taken.set_aside] == [(7, field, rule)]
    assert taken.events


def test_why_something_ended_is_set_aside_where_no_day_says_that_it_did() -> None:
    taken = read("placed_for_adoption", DATE_PLACED_CEASED="")

    assert [(aside.field, aside.rule_code) for aside in taken.set_aside] == [
        ("REASON_PLACED_CEASED", "end-without-day")
    ]
    assert (taken.ended, taken.end_reason) == (None, None)


# --- taken


@pytest.mark.parametrize(
    ("table", "events"),
    [
        ("reviews", [ReviewHeld(effective_on=date(2025, 5, 28), participation="PN1")]),
        ("uasc", [UnaccompaniedChildRecorded(effective_on=AS_AT, until=date(2030, 2, 1))]),
        (
            "oc2",
            [
                SdqScored(effective_on=AS_AT, score=17),
                HealthYearReported(effective_on=AS_AT, teeth_checked=True, substance_misuse=False),
                OffendingYearReported(effective_on=AS_AT, convicted=False),
            ],
        ),
        (
            "oc3",
            [LeaverYearReported(effective_on=AS_AT, in_touch="YES", activity="F2", accommodation="U1")],
        ),
        ("missing", [WentMissing(effective_on=date(2025, 5, 1), kind="M")]),
        (
            "previous_permanence",
            [PreviousPermanenceRecorded(effective_on=AS_AT, kind="P1", authority="116", order_on=date(2016, 3, 1))],
        ),
        (
            "ad1",
            [
                AdoptionMatched(
                    effective_on=date(2025, 1, 20),
                    decided_on=date(2024, 11, 1),
                    by_foster_carers=True,
                    adopters=2,
                    adopters_sex="MF",
                    adopters_status="L11",
                )
            ],
        ),
        ("placed_for_adoption", [AdoptionPlanDecided(effective_on=date(2024, 11, 1))]),
        ("sw_episodes", [SocialWorkerChanged(effective_on=date(2025, 5, 1), worker_id="AB123", reason="LEFTRL")]),
    ],
)
def test_a_sound_row_says_its_facts_and_leaves_nothing_out(table, events) -> None:
    taken = read(table)

    assert (list(taken.events), taken.set_aside) == (events, ())


@pytest.mark.parametrize("table", SOUND)
def test_a_blank_date_of_birth_contradicts_nobody(table) -> None:
    assert read(table, DOB="").events == read(table).events


def test_a_review_whose_code_is_blank_was_held_nobody_knows_how_the_child_took_part() -> None:
    taken = read("reviews", REVIEW_CODE="")

    assert (taken.events, taken.set_aside) == (
        (ReviewHeld(effective_on=date(2025, 5, 28), participation=UNKNOWN),),
        (),
    )


@pytest.mark.parametrize("written", ["zz/03/2016", "zz/zz/2016", "ZZ/ZZ/ZZZZ"])
def test_a_day_of_an_order_that_is_known_in_part_is_unknown_and_no_fault(written) -> None:
    taken = read("previous_permanence", DATE_PERM=written)

    assert [getattr(event, "order_on", None) for event in taken.events] == [UNKNOWN]
    assert taken.set_aside == ()


@pytest.mark.parametrize(
    ("born_on", "as_at", "day"),
    [
        (date(2006, 11, 10), date(2026, 3, 31), date(2025, 11, 10)),  # 19
        (date(2007, 3, 31), date(2026, 3, 31), date(2026, 3, 31)),
        (date(2007, 4, 1), date(2026, 3, 31), date(2025, 4, 1)),
        (date(2008, 2, 29), date(2026, 3, 31), date(2026, 3, 1)),
        (date(2006, 11, 10), date(2025, 9, 30), date(2025, 9, 30)),  # a return before the year's end and the birthday
        (date(2012, 2, 1), date(2026, 3, 31), date(2026, 3, 31)),  # too young to be a care leaver
    ],
)
def test_what_is_said_of_a_care_leaver_is_said_of_the_birthday_in_the_year(born_on, as_at, day) -> None:
    [event] = read("oc3", born_on=born_on, as_at=as_at, DOB="").events

    assert event.effective_on == day


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 3, 31), 2026), (date(2026, 4, 1), 2027), (date(2026, 1, 1), 2026)]
)
def test_a_return_s_year_ends_on_31_march(day, year) -> None:
    assert return_year(day) == year
