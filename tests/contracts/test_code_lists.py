"""The code lists of `schemas/codes`: all codes are there, dated, and no coarse form tells what it should hide."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import domain.events  # noqa: F401  (registers the event types)
from adapters.code_csv import read_code_book
from domain.codes import CodeBook
from domain.events.base import event_types
from domain.situation import CUSTODIAL_OUTCOMES
from domain.vocabulary import DataClass

FOLDER = Path(__file__).parents[2] / "schemas" / "codes"
BOOK: CodeBook = read_code_book({path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.csv"))})

# The statutory return's codes, written out from its guide and not from the files under test.
RETURN_CODES = {
    "placement": "A3 A4 A5 A6 K1 K2 K3 P1 P2 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 H5 Z1",
    "legal_status": "C1 C2 D1 E1 J1 J2 J3 L1 L2 L3 V2 V3 V4",
    "need": "N1 N2 N3 N4 N5 N6 N7 N8",
    "end_reason": "X1 E11 E12 E2 E3 E4A E4B E13 E41 E45 E46 E47 E48 E5 E6 E7 E8 E9 E14 E15 E16 E17",
    "change_reason": "CARPL CLOSE ALLEG STAND APPRR CREQB CREQO CHILD LAREQ PLACE CUSTOD OTHER",
    "provider": "PR0 PR1 PR2 PR3 PR4 PR5",
    "episode_reason": "S L P T B U",
    "sex": "1 2 M F U",
    "participation": "PN0 PN1 PN2 PN3 PN4 PN5 PN6 PN7",
    "ethnicity": "WBRI WIRI WIRT WROM WOTH MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH REFU NOBT",
    "previous_permanence": "P1 P2 P3 P4 Z1",
    "sdq_reason": "SDQ1 SDQ2 SDQ3 SDQ4 SDQ5",
    "missing_kind": "M A",
    "leaver_in_touch": "YES NO DIED REFU NREQ RHOM",
    "leaver_activity": "F1 P1 F2 P2 F3 P3 F4 P4 F5 P5 G4 G5 G6 0",
    "leaver_accommodation": "B1 B2 C1 C2 D1 D2 E1 E2 G1 G2 H1 H2 K1 K2 R1 R2 S2 T1 T2 U1 U2 V1 V2 W1 W2 X2 Y1 Y2 Z1 Z2 "
    "B C D E G H K R S T U V W X Y Z 0",
    "adoption_plan_end": "RD1 RD2 RD3 RD4",
    "adopters_sex": "M1 F1 MM FF MF",
    "adopters_status": "L0 L11 L12 L2 L3 L4",
    "worker_change_reason": "MANAGE FCONTA LEFTRL ORGRST TSPROC ABSENC CHCHAN PCCHAN SWDIED OTHERS",
}

# What a list tells anyway: a code of such a class gives away no more than the field it stands in.
ORDINARY = {
    "accommodated_under": {DataClass.CARE_STATUS},
    "accommodator": {DataClass.PLACEMENT},
    "adopters_sex": {DataClass.ADOPTION},
    "adopters_status": {DataClass.ADOPTION},
    "adoption_plan_end": {DataClass.ADOPTION},
    "approver": {DataClass.CARE_DETAIL},
    "assessment_kind": {DataClass.HEALTH_SUMMARY},
    "carer_relation": {DataClass.PLACEMENT},
    "change_reason": {DataClass.CARE_DETAIL},
    "consent_giver": {DataClass.CONSENT},
    "consent_ground": {DataClass.CONSENT},
    "consent_state": {DataClass.CONSENT},
    "custody_kind": {DataClass.CUSTODY},
    "decline_reason": {DataClass.HEALTH_SUMMARY},
    "dental_outcome": {DataClass.HEALTH_SUMMARY},
    "detriment_ground": {DataClass.PROTECTION},
    "dispute_outcome": {DataClass.CARE_DETAIL},
    "dispute_party": {DataClass.CARE_DETAIL},
    "dispute_subject": {DataClass.CARE_DETAIL},
    "early_record": {DataClass.HEALTH_SUMMARY},
    "end_reason": {DataClass.CARE_STATUS, DataClass.CARE_DETAIL},
    "episode_reason": {DataClass.CARE_STATUS},
    "establishment_kind": {DataClass.CUSTODY},
    "ethnicity": {DataClass.CARE_DETAIL},
    "exclusion_kind": {DataClass.EDUCATION},
    "gp_registration": {DataClass.HEALTH_SUMMARY},
    "health_function": {DataClass.CONTACT_DETAIL},
    "information_gap": {DataClass.HEALTH_SUMMARY},
    "justice_outcome": {DataClass.OFFENDING},
    "leaver_accommodation": {DataClass.CARE_DETAIL},
    "leaver_activity": {DataClass.CARE_DETAIL},
    "leaver_in_touch": {DataClass.CARE_DETAIL},
    "legal_status": {DataClass.CARE_STATUS},
    "missing_kind": {DataClass.MISSING},
    "need": {DataClass.CARE_DETAIL},
    "notice_method": {DataClass.ADMINISTRATION},
    "notifier": {DataClass.NOTICE},
    "participation": {DataClass.CARE_DETAIL},
    "permanence": {DataClass.CARE_DETAIL},
    "placement": {DataClass.PLACEMENT},
    "placement_urgency": {DataClass.PLACEMENT},
    "postponement_reason": {DataClass.CARE_DETAIL},
    "pr_change": {DataClass.CARE_DETAIL},
    "pr_ground": {DataClass.CARE_DETAIL},
    "pr_holder": {DataClass.CARE_DETAIL},
    "previous_permanence": {DataClass.ADOPTION},
    "protection_ground": {DataClass.PROTECTION},
    "provider": {DataClass.PLACEMENT},
    "recipient_kind": {DataClass.ADMINISTRATION},
    "remand_to": {DataClass.CUSTODY},
    "retraction_reason": {DataClass.ADMINISTRATION},
    "return_interview": {DataClass.MISSING},
    "review_evidence": {DataClass.CARE_DETAIL},
    "school_kind": {DataClass.EDUCATION},
    "school_move_reason": {DataClass.EDUCATION},
    "sdq_reason": {DataClass.HEALTH_SUMMARY},
    "separation_reason": {DataClass.CARE_DETAIL},
    "service": {DataClass.THERAPY_STATUS},
    "service_status": {DataClass.THERAPY_STATUS},
    "sex": {DataClass.IDENTITY},
    "special_needs": {DataClass.EDUCATION},
    "transfer_ground": {DataClass.CARE_STATUS},
    "visit_asked_by": {DataClass.CUSTODY},
    "worker_change_reason": {DataClass.CARE_DETAIL},
    "year_group": {DataClass.EDUCATION},
}

NOT_TOLD_LIGHTLY = (
    ("placement", DataClass.ADOPTION, "A3 A4 A5 A6 U2 U5"),
    ("placement", DataClass.CUSTODY, "K1 R5"),
    ("placement", DataClass.HEALTH_NEEDS_FLAG, "R2 T1"),
    ("legal_status", DataClass.ADOPTION, "D1 E1"),
    ("legal_status", DataClass.CUSTODY, "J1 J2"),
    ("legal_status", DataClass.OFFENDING, "J3"),
    ("end_reason", DataClass.ADOPTION, "E11 E12"),
    ("end_reason", DataClass.CUSTODY, "E9 E14"),
    ("end_reason", DataClass.IMMIGRATION, "E15"),
    ("change_reason", DataClass.CUSTODY, "CUSTOD"),
    ("provider", DataClass.CUSTODY, "PR3"),
    ("accommodator", DataClass.HEALTH_NEEDS_FLAG, "health"),
    ("dispute_party", DataClass.CHILD_VOICE, "child advocate"),
    ("health_function", DataClass.THERAPY_STATUS, "paediatrician mental-health-professional therapist"),
    ("justice_outcome", DataClass.CUSTODY, "custodial-sentence"),
    ("leaver_accommodation", DataClass.CUSTODY, "X2 X"),
    ("leaver_accommodation", DataClass.IMMIGRATION, "H1 H2 H"),
    ("leaver_activity", DataClass.HEALTH_NEEDS_FLAG, "G4"),
    ("permanence", DataClass.ADOPTION, "adoption"),
    ("pr_ground", DataClass.ADOPTION, "placement-order adoption-order"),
    ("pr_holder", DataClass.ADOPTION, "prospective-adopter adopter"),
    ("school_kind", DataClass.CUSTODY, "secure-establishment"),
    ("school_move_reason", DataClass.CUSTODY, "in-custody"),
    ("school_move_reason", DataClass.PLACEMENT, "placement-moved"),
    ("sdq_reason", DataClass.HEALTH_NEEDS_FLAG, "SDQ3"),
    ("separation_reason", DataClass.ADOPTION, "adoption"),
    ("service", DataClass.HEALTH_SENSITIVE, "sexual-health substance-misuse"),
    ("transfer_ground", DataClass.CUSTODY, "remand-designation"),
    ("worker_change_reason", DataClass.CHILD_VOICE, "CHCHAN"),
)


RESIDENTIAL_PAIRS = list(itertools.combinations(("K1", "K2", "R1", "R2", "R3", "R5"), 2))


def all_but(*hidden: DataClass) -> Callable[[DataClass], bool]:
    return lambda data_class: data_class not in hidden


# Refusals: what may not be told


@pytest.mark.parametrize(("one", "other"), RESIDENTIAL_PAIRS)
def test_residential_placements_are_alike_to_who_may_not_know_custody(one: str, other: str) -> None:
    table = BOOK["placement"].table(all_but(DataClass.CUSTODY))
    assert table[one] == table[other] == "residential"


def test_a_secure_home_and_an_open_one_are_alike_as_establishments_too() -> None:
    table = BOOK["establishment_kind"].table(all_but(DataClass.CUSTODY))
    assert table["secure-childrens-home"] == table["childrens-home"] == "residential"


def test_placement_and_establishment_use_the_same_word_so_that_neither_undoes_the_other() -> None:
    words = {BOOK["placement"].shown("K1", all_but(DataClass.CUSTODY))}
    words.add(BOOK["establishment_kind"].shown("secure-childrens-home", all_but(DataClass.CUSTODY)))
    assert words == {"residential"}


def test_a_remand_and_a_placement_order_look_like_any_legal_status_of_a_looked_after_child() -> None:
    for hidden in (DataClass.CUSTODY, DataClass.OFFENDING):
        table = BOOK["legal_status"].table(all_but(hidden))
        assert {shown for code, shown in table.items() if code not in ("V3", "V4")} == {"looked-after"}


def test_a_placement_order_looks_like_a_care_order_to_who_may_know_custody_but_not_adoption() -> None:
    table = BOOK["legal_status"].table(all_but(DataClass.ADOPTION))
    assert {table[code] for code in ("C1", "C2", "D1", "E1")} == {"care-order"}
    assert (table["V2"], table["J1"]) == ("V2", "J1")


def test_every_end_of_care_looks_alike_to_who_may_not_know_adoption() -> None:
    table = BOOK["end_reason"].table(all_but(DataClass.ADOPTION))
    assert {shown for code, shown in table.items() if code != "X1"} == {"ended"}
    assert table["X1"] == "X1"


def test_an_adoption_placement_takes_its_whole_event_with_it_and_no_other_placement_does() -> None:
    hiding = {code.code for code in BOOK["placement"].codes if code.whole_event}
    assert hiding == {"A3", "A4", "A5", "A6"}
    assert BOOK["placement"].shown("A3", all_but(DataClass.ADOPTION)) is None


def test_a_confidential_service_takes_its_whole_event_with_it_and_no_other_service_does() -> None:
    hiding = {code.code for code in BOOK["service"].codes if code.whole_event}
    assert hiding == {"sexual-health", "substance-misuse"}
    table = BOOK["service"].table(all_but(DataClass.HEALTH_SENSITIVE))
    assert table["sexual-health"] is table["substance-misuse"] is None
    assert all(shown == code for code, shown in table.items() if code not in hiding)


def test_a_name_and_number_that_would_tell_a_service_are_told_only_to_who_may_know_the_service() -> None:
    functions = BOOK["health_function"]
    hiding = {code.code for code in functions.codes if code.whole_event}
    assert hiding == {"paediatrician", "specialist-nurse", "mental-health-professional", "therapist"}
    told = functions.table({DataClass.CONTACT_DETAIL}.__contains__)
    assert {code for code, shown in told.items() if shown is None} == hiding


def test_education_in_custody_takes_its_whole_event_with_it_and_every_other_school_is_told_exactly() -> None:
    kinds = BOOK["school_kind"]
    assert {code.code for code in kinds.codes if code.whole_event} == {"secure-establishment"}
    table = kinds.table({DataClass.EDUCATION}.__contains__)
    assert all(shown == code for code, shown in table.items() if code != "secure-establishment")
    assert table["secure-establishment"] is None


def test_who_may_know_education_alone_is_told_reasons_of_education_and_no_reason_of_the_childs_life() -> None:
    table = BOOK["school_move_reason"].table({DataClass.EDUCATION}.__contains__)
    assert table["excluded"] == "excluded"
    assert {table[code] for code in ("placement-moved", "in-custody", "adoption", "health", "other-circumstances")} == {
        "circumstances"
    }


def test_another_authority_that_became_responsible_never_tells_a_remand_from_an_order_or_an_agreement() -> None:
    assert set(BOOK["transfer_ground"].table(all_but(DataClass.CUSTODY)).values()) == {"transferred"}


def test_that_health_accommodates_a_child_looks_as_if_education_did_to_who_may_not_know_health_needs() -> None:
    assert set(BOOK["accommodator"].table(all_but(DataClass.HEALTH_NEEDS_FLAG)).values()) == {"public-body"}


@pytest.mark.parametrize(("name", "data_class", "codes"), NOT_TOLD_LIGHTLY)
def test_codes_that_tell_more_than_their_list_carry_the_class_of_what_they_tell(
    name: str, data_class: DataClass, codes: str
) -> None:
    assert {code.code for code in BOOK[name].codes if code.data_class is data_class} >= set(codes.split())


@pytest.mark.parametrize("name", sorted(BOOK))
def test_no_coarse_form_stands_for_guarded_codes_alone(name: str) -> None:
    for coarse in {code.coarse for code in BOOK[name].codes}:
        group = BOOK[name].group(coarse)
        assert group[0].whole_event or any(code.data_class in ORDINARY[name] for code in group), coarse


@given(permitted=st.sets(st.sampled_from(DataClass)))
def test_two_codes_that_differ_in_a_class_not_permitted_are_shown_the_same(permitted: set[DataClass]) -> None:
    for code_list in BOOK.values():
        table = code_list.table(permitted.__contains__)
        for one, other in itertools.combinations(code_list.codes, 2):
            if one.coarse == other.coarse and not {one.data_class, other.data_class} <= permitted:
                assert table[one.code] == table[other.code], (code_list.name, one.code, other.code)


# What is there


@pytest.mark.parametrize("name", sorted(BOOK))
def test_no_code_has_a_class_that_is_masked_even_for_the_authority_that_recorded_it(name: str) -> None:
    classes = {code.data_class for code in BOOK[name].codes}
    assert classes & {DataClass.THIRD_PARTY, DataClass.COURT_EMBARGOED} == set()


def test_a_youth_offending_team_is_told_the_kind_of_establishment_though_it_may_not_know_placements() -> None:
    table = BOOK["establishment_kind"].table({DataClass.CUSTODY, DataClass.HEALTH_NEEDS_FLAG}.__contains__)
    assert all(shown == code for code, shown in table.items())


def test_residential_placements_are_told_exactly_to_who_may_know_custody_and_health_needs() -> None:
    table = BOOK["placement"].table(all_but())
    assert [table[code] for code in ("K1", "K2", "R2", "R5")] == ["K1", "K2", "R2", "R5"]
    kinds = BOOK["establishment_kind"].table(all_but())
    assert kinds["secure-childrens-home"] != kinds["childrens-home"]


@pytest.mark.parametrize("name", sorted(RETURN_CODES))
def test_the_codes_of_the_statutory_return_are_all_there_and_no_others(name: str) -> None:
    assert sorted(code.code for code in BOOK[name].codes) == sorted(RETURN_CODES[name].split())


def test_every_list_is_argued_for_above() -> None:
    assert set(BOOK) == set(ORDINARY)


def test_every_list_that_an_event_names_exists() -> None:
    named = {field.meta.codes for event_type in event_types().values() for field in event_type.fields} - {""}
    assert named
    assert named - set(BOOK) == set()


def test_k3_is_in_force_from_28_october_2023_and_the_codes_it_replaced_until_the_day_before() -> None:
    placement, last, first = BOOK["placement"], date(2023, 10, 27), date(2023, 10, 28)
    assert [placement.in_force("K3", day) for day in (last, first)] == [False, True]
    for ended in ("P2", "H5"):
        assert [placement.in_force(ended, day) for day in (last, first)] == [True, False]


def test_a_statement_of_special_needs_is_in_force_until_31_march_2018_and_its_successor_before_it_ended() -> None:
    needs = BOOK["special_needs"]
    assert [needs.in_force("statement", day) for day in (date(2018, 3, 31), date(2018, 4, 1))] == [True, False]
    assert [needs.in_force("ehc-plan", day) for day in (date(2014, 8, 31), date(2014, 9, 1))] == [False, True]


def test_custody_is_the_one_outcome_of_a_case_that_does_not_end_a_remand() -> None:
    codes = {code.code for code in BOOK["justice_outcome"].codes}
    assert codes >= CUSTODIAL_OUTCOMES
    assert {code.code for code in BOOK["justice_outcome"].codes if code.data_class is DataClass.CUSTODY} == set(
        CUSTODIAL_OUTCOMES
    )


def test_a_child_registered_long_ago_may_have_a_sex_coded_as_in_the_newest_return() -> None:
    assert all(BOOK["sex"].in_force(code.code, date(2015, 4, 1)) for code in BOOK["sex"].codes)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("consent_state", "given refused withdrawn unobtainable unknown expired"),
        ("custody_kind", "remand sentence"),
        ("assessment_kind", "initial review"),
        ("placement_urgency", "planned emergency"),
        ("accommodator", "health education"),
        ("approver", "nominated-officer director other"),
        ("exclusion_kind", "suspension permanent"),
        ("gp_registration", "permanent temporary"),
        ("pr_change", "gained lost limited"),
        ("remand_to", "local-authority youth-detention"),
        ("return_interview", "held declined"),
        ("service_status", "referred waiting in-treatment paused refused declined ended"),
        ("year_group", "nursery R 1 2 3 4 5 6 7 8 9 10 11 12 13 14"),
    ],
)
def test_the_codes_other_modules_reason_with_keep_their_names(name: str, codes: str) -> None:
    assert {code.code for code in BOOK[name].codes} == set(codes.split())
