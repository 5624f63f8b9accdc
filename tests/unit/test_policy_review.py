"""What `policy check` finds in a faulty policy, and what it counts in a sound one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.document_store import policy_bundle, schemas_dir
from adapters.policy_yaml import read_policy
from domain.codes import CodeBook
from domain.events import event_types
from domain.policy import PROTECTED_ADDRESS, Action, Basis, Force, Gate, NoticeRule, Policy, Row
from domain.policy_check import Problem, Severity, check, totals
from domain.vocabulary import DataClass, Role

D, R = DataClass, Role
POLICY = read_policy(policy_bundle(schemas_dir()), "0" * 64)
EVENTS = event_types()
DAY = date(2026, 9, 29)
NEXT_DAY = DAY + timedelta(days=1)
SHARED = Row(Action.SHARE, "an invented Act s1", Force.DUTY, date(2020, 1, 1), basis=Basis.LEGAL_DUTY)
COARSENED = replace(SHARED, action=Action.COARSEN, ground="coarse form only")
HIDDEN = Row(Action.HIDE, "ours", Force.HOUSE, date(2020, 1, 1), ground="not needed")


def changed(
    rows: Mapping[tuple[DataClass, Role], tuple[Row, ...]] | None = None,
    *,
    without: DataClass | None = None,
    notices: tuple[NoticeRule, ...] = POLICY.notices,
    gates: Mapping[str, Gate] = POLICY.gates,
    codes: CodeBook = POLICY.codes,
) -> Policy:
    """The policy of this project with other rows for some classes and roles, or other parts."""
    classes = {c: entry for c, entry in POLICY.classes.items() if c is not without}
    for (data_class, role), new in (rows or {}).items():
        entry = classes[data_class]
        classes[data_class] = replace(entry, rows={**entry.rows, role: new})
    return Policy("0" * 64, POLICY.name, POLICY.title, POLICY.note, classes, notices, gates, codes)


def found(policy: Policy, where: str, on: date = DAY) -> list[Problem]:
    """What the check says of one place."""
    return [p for p in check(policy, EVENTS, on) if p.where.startswith(where)]


# --- what the check finds --------------------------------------------------------------------------------------------


def test_a_class_that_is_used_and_missing_is_an_error_and_one_that_is_not_used_is_none() -> None:
    assert found(changed(without=D.CUSTODY), "class custody") == [
        Problem(Severity.ERROR, "class custody", "is used and has no entry in the policy")
    ]
    assert found(changed(without=D.COURT_EMBARGOED), "class court_embargoed") == []


@pytest.mark.parametrize("rows", [(), (replace(SHARED, starts=NEXT_DAY),), (replace(SHARED, ends=date(2021, 1, 1)),)])
def test_a_role_without_a_row_in_force_is_an_error(rows: tuple[Row, ...]) -> None:
    [problem] = found(changed({(D.EDUCATION, R.SCHOOL): rows}), "class education, role school")

    assert problem.severity is Severity.ERROR
    assert "no row in force from 2026-09-29" in problem.rule


def test_rows_that_will_run_out_are_a_warning_with_the_day() -> None:
    policy = changed({(D.EDUCATION, R.SCHOOL): (replace(SHARED, ends=date(2027, 8, 31)),)})
    [problem] = found(policy, "class education, role school")

    assert problem.severity is Severity.WARNING
    assert "no row in force from 2027-09-01" in problem.rule


def test_a_proposal_that_is_the_only_decision_is_reported() -> None:
    policy = changed({(D.EDUCATION, R.SCHOOL): (replace(SHARED, force=Force.PROPOSAL),)})
    [problem] = found(policy, "class education, role school")

    assert problem.severity is Severity.WARNING
    assert "a proposal is the only decision" in problem.rule


def test_a_coded_field_without_its_list_is_an_error() -> None:
    codes = CodeBook({name: code_list for name, code_list in POLICY.codes.items() if name != "provider"})
    problems = found(changed(codes=codes), "event placement-made.provider")

    assert [(p.severity, p.rule) for p in problems] == [(Severity.ERROR, "there is no code list provider")]


@pytest.mark.parametrize("action", [Action.HIDE, Action.MASK])
def test_a_notice_of_what_is_not_told_is_an_error(action: Action) -> None:
    row = replace(HIDDEN, action=action, ground="restricted")
    [problem] = found(changed({(D.CUSTODY, R.HOME_YOT): (row,)}), "notice custody-entered, role home-yot")

    assert problem.severity is Severity.ERROR
    assert "must acknowledge what it is not told (custody)" in problem.rule


def test_a_notice_that_hangs_on_a_consent_is_a_warning() -> None:
    row = replace(SHARED, basis=Basis.CONSENT)
    [problem] = found(changed({(D.CUSTODY, R.HOME_YOT): (row,)}), "notice custody-entered, role home-yot")

    assert problem.severity is Severity.WARNING


def test_a_notice_of_an_unknown_event_is_an_error_and_one_not_in_force_is_not_looked_at() -> None:
    fell = NoticeRule("fell", R.SCHOOL, "ours", Force.DUTY, date(2020, 1, 1))
    policies = [
        changed(notices=(rule,)) for rule in (fell, replace(fell, force=Force.PROPOSAL), replace(fell, ends=DAY))
    ]

    assert [len(found(policy, "notice fell", NEXT_DAY)) for policy in policies] == [1, 0, 0]


@pytest.mark.parametrize("excepted", [None, R.LOCAL_HEALTH])
def test_an_address_that_no_gate_stands_over_gives_its_codes_away(excepted: Role | None) -> None:
    gate = POLICY.gates[PROTECTED_ADDRESS]
    gates = {gate.name: replace(gate, excepted=gate.excepted | {excepted})} if excepted is not None else {}
    [problem] = found(changed(gates=gates), "event placement-made.home_name, role local-health")

    assert problem.severity is Severity.ERROR
    assert problem.rule == "gives away codes of custody and is not under the gate protected-address"


def test_an_address_that_is_not_told_needs_no_gate() -> None:
    assert found(changed(gates={}), "event placement-made.home_name, role local-yot") == []


def test_custody_without_the_health_needs_flag_is_a_warning() -> None:
    policy = changed({(D.HEALTH_NEEDS_FLAG, R.HOME_YOT): (HIDDEN,)})

    assert [p.severity for p in found(policy, "class custody, role home-yot")] == [Severity.WARNING]


def test_a_review_is_overdue_from_the_day_after_it() -> None:
    due = POLICY.classes[D.CUSTODY].review_on

    assert found(POLICY, "class custody", due) == []
    assert [p.severity for p in found(POLICY, "class custody", due + timedelta(days=1))] == [Severity.WARNING]


def test_a_coarsening_that_leaves_nothing_is_a_warning() -> None:
    [problem] = found(changed({(D.CARE_DETAIL, R.HOST_AUTHORITY): (COARSENED,)}), "class care_detail")
    [nothing] = found(changed({(D.IDENTIFIER_NHS, R.SCHOOL): (COARSENED,)}), "class identifier_nhs")

    assert problem.severity is Severity.NOTE
    assert problem.rule.startswith("nothing is left of ")
    assert "care-started.need" in problem.rule
    assert (nothing.severity, nothing.rule) == (Severity.WARNING, "nothing is left of it: say hide")


def test_a_coarsening_says_what_is_lost_and_not_what_is_left() -> None:
    [problem] = found(POLICY, "class placement_address, coarsened for home-yot")

    assert problem.severity is Severity.NOTE
    assert "placement-made.address" in problem.rule
    assert "placement-made.postcode" not in problem.rule


def test_a_coarsening_that_takes_nothing_away_is_not_spoken_of() -> None:
    policy = changed({(D.CUSTODY, R.HOST_AUTHORITY): (COARSENED,)})
    released = {"released.v1": EVENTS["released.v1"]}

    assert [p for p in check(policy, released, DAY) if p.where.startswith("class custody, coarsened")] == []


def test_errors_come_first() -> None:
    policy = changed({(D.EDUCATION, R.SCHOOL): (), (D.HEALTH_NEEDS_FLAG, R.HOME_YOT): (HIDDEN,)})
    severities = [p.severity for p in check(policy, EVENTS, DAY)]

    assert severities == sorted(severities, key=list(Severity).index)
    assert set(severities) == set(Severity)


@pytest.mark.parametrize("on", [DAY, NEXT_DAY])
def test_the_policy_of_this_project_has_nothing_but_notes(on: date) -> None:
    assert [str(p) for p in check(POLICY, EVENTS, on) if p.severity is not Severity.NOTE] == []


# --- totals ----------------------------------------------------------------------------------------------------------


def test_totals_count_every_field_for_every_role_once() -> None:
    counted = totals(POLICY, EVENTS, DAY)

    assert counted.decisions == counted.fields * counted.roles
    assert counted.decisions == counted.as_they_are + counted.in_part + counted.masked + counted.nothing
    assert (counted.event_types, counted.roles) == (len(EVENTS), len(Role))
    assert counted.next_change == NEXT_DAY


def test_totals_move_with_the_policy() -> None:
    rows = {(D.HEALTH_SUMMARY, R.SCHOOL): (replace(SHARED, basis=Basis.CONSENT),)}
    before, after = totals(POLICY, EVENTS, DAY), totals(changed(rows, notices=()), EVENTS, DAY)

    assert after.as_they_are > before.as_they_are
    assert after.on_consent > before.on_consent
    assert after.nothing < before.nothing
    assert (before.notices, after.notices) == (len(POLICY.notices), 0)
