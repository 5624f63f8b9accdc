"""How a policy decides: dated rows, proposals, consents, notices and gates, mostly on policies built by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import pytest

from adapters.document_store import policy_bundle, schemas_dir
from adapters.policy_yaml import read_policy
from domain.codes import CodeBook
from domain.policy import (
    NOTHING_DECIDED,
    Action,
    Basis,
    ClassPolicy,
    Force,
    Gate,
    NoticeRule,
    Policy,
    Reach,
    Row,
)
from domain.vocabulary import DataClass, Role

D, R = DataClass, Role
START, CHANGE = date(2020, 1, 1), date(2024, 6, 1)
EVE = CHANGE - timedelta(days=1)
A_CONSENT, ANOTHER_CONSENT = UUID(int=1), UUID(int=2)

DUTY = Row(Action.SHARE, "an invented Act s1", Force.DUTY, START, basis=Basis.LEGAL_DUTY)
BY_CONSENT = Row(Action.SHARE, "ours", Force.HOUSE, START, basis=Basis.CONSENT)
REFUSAL = Row(Action.HIDE, "ours", Force.HOUSE, START, ground="not needed")


def policy(
    rows: Mapping[tuple[DataClass, Role], tuple[Row, ...]],
    notices: tuple[NoticeRule, ...] = (),
    gates: tuple[Gate, ...] = (),
) -> Policy:
    """A policy with these rows; a class and role that is not named has none."""
    classes = {
        c: ClassPolicy(
            data_class=c,
            meaning="invented",
            article_6="none",
            article_9="none",
            criminal="none",
            confidence="none",
            owner="an invented post",
            review_on=date(2030, 1, 1),
            rows={role: r for (data_class, role), r in rows.items() if data_class is c},
        )
        for c in {c for c, _ in rows}
    }
    return Policy("0" * 64, "invented", "Invented", "", classes, notices, {g.name: g for g in gates}, CodeBook({}))


def action(p: Policy, data_class: DataClass, role: Role, on: date) -> Action:
    return p.decisions(role, on, {}).by_class[data_class].action


# --- what is not told ------------------------------------------------------------------------------------------------


def test_what_no_row_speaks_of_is_hidden_by_default() -> None:
    p = policy({(D.EDUCATION, R.SCHOOL): (DUTY,)})

    assert p.row(D.CUSTODY, R.SCHOOL, CHANGE) is NOTHING_DECIDED
    assert action(p, D.CUSTODY, R.SCHOOL, CHANGE) is Action.HIDE
    assert action(p, D.EDUCATION, R.HOME_YOT, CHANGE) is Action.HIDE


@pytest.mark.parametrize("on", [START - timedelta(days=1), CHANGE])
def test_a_row_opens_nothing_before_its_first_day_or_after_its_last(on: date) -> None:
    p = policy({(D.MISSING, R.LOCAL_HEALTH): (Row(Action.SHARE, "ours", Force.DUTY, START, EVE, Basis.LEGAL_DUTY),)})

    assert action(p, D.MISSING, R.LOCAL_HEALTH, on) is Action.HIDE


def test_a_proposal_opens_nothing() -> None:
    proposal = Row(Action.SHARE, "an invented White Paper", Force.PROPOSAL, START, basis=Basis.LEGAL_DUTY)
    p = policy({(D.CUSTODY, R.RESPONSIBLE_AUTHORITY): (proposal,)})

    assert p.row(D.CUSTODY, R.RESPONSIBLE_AUTHORITY, CHANGE) is NOTHING_DECIDED


def test_a_proposal_takes_nothing_away_from_the_row_before_it() -> None:
    proposal = Row(Action.HIDE, "an invented White Paper", Force.PROPOSAL, CHANGE, ground="proposed")
    p = policy({(D.CUSTODY, R.RESPONSIBLE_AUTHORITY): (DUTY, proposal)})

    assert p.row(D.CUSTODY, R.RESPONSIBLE_AUTHORITY, CHANGE) is DUTY


def test_without_a_consent_a_row_on_consent_hides_and_tells_the_hub_why() -> None:
    decision = policy({(D.HEALTH_SUMMARY, R.HOME_YOT): (BY_CONSENT,)}).decisions(R.HOME_YOT, START, {})

    assert decision.by_class[D.HEALTH_SUMMARY].action is Action.HIDE
    assert decision.by_class[D.HEALTH_SUMMARY].ground == "no consent in force"
    assert not decision.may(D.HEALTH_SUMMARY)


def test_a_mask_for_want_of_consent_keeps_the_ground_that_its_reader_may_see() -> None:
    row = Row(Action.SHARE, "ours", Force.HOUSE, START, basis=Basis.CONSENT, ground="restricted", otherwise=Action.MASK)
    decision = policy({(D.HEALTH_SUMMARY, R.HOME_YOT): (row,)}).decisions(R.HOME_YOT, START, {})

    assert decision.by_class[D.HEALTH_SUMMARY].action is Action.MASK
    assert decision.by_class[D.HEALTH_SUMMARY].ground == "restricted"


def test_a_consent_opens_no_row_that_rests_on_something_else() -> None:
    p = policy({(D.CUSTODY, R.SCHOOL): (REFUSAL,)})

    assert p.decisions(R.SCHOOL, START, {D.CUSTODY: A_CONSENT}).by_class[D.CUSTODY].action is Action.HIDE


def test_a_coarsened_or_masked_class_may_not_be_seen_as_it_is() -> None:
    rows = {
        (D.PLACEMENT, R.HOME_YOT): (Row(Action.COARSEN, "ours", Force.HOUSE, START, basis=Basis.PUBLIC_TASK),),
        (D.THIRD_PARTY, R.HOME_YOT): (Row(Action.MASK, "ours", Force.HOUSE, START, basis=Basis.PUBLIC_TASK),),
        (D.CUSTODY, R.HOME_YOT): (DUTY,),
    }
    decisions = policy(rows).decisions(R.HOME_YOT, START, {})

    assert [decisions.may(c) for c in (D.PLACEMENT, D.THIRD_PARTY, D.CUSTODY)] == [False, False, True]


def test_an_event_is_no_notice_by_a_proposal_before_its_day_after_it_or_to_another_role() -> None:
    proposed = NoticeRule("released", R.SCHOOL, "ours", Force.PROPOSAL, START)
    past = NoticeRule("released", R.HOME_YOT, "ours", Force.DUTY, START, EVE)
    p = policy({}, notices=(proposed, past))

    assert p.notice("released", R.SCHOOL, CHANGE) is None
    assert p.notice("released", R.HOME_YOT, START - timedelta(days=1)) is None
    assert p.notice("released", R.HOME_YOT, CHANGE) is None
    assert p.notice("released", R.LOCAL_YOT, START) is None
    assert p.notice("sentenced", R.HOME_YOT, START) is None


# --- what is told ----------------------------------------------------------------------------------------------------


def test_a_consent_in_force_opens_its_row_and_is_named() -> None:
    decision = policy({(D.HEALTH_SUMMARY, R.HOME_YOT): (BY_CONSENT,)}).decisions(
        R.HOME_YOT, START, {D.HEALTH_SUMMARY: A_CONSENT}
    )

    assert decision.by_class[D.HEALTH_SUMMARY].action is Action.SHARE
    assert decision.by_class[D.HEALTH_SUMMARY].consent == A_CONSENT
    assert decision.by_class[D.HEALTH_SUMMARY].ground == ""


def test_what_rests_on_a_duty_names_no_consent_and_needs_none() -> None:
    p = policy({(D.PLACEMENT, R.LOCAL_HEALTH): (DUTY,)})

    assert p.decisions(R.LOCAL_HEALTH, START, {D.PLACEMENT: A_CONSENT}).by_class[D.PLACEMENT].consent is None
    assert action(p, D.PLACEMENT, R.LOCAL_HEALTH, START) is Action.SHARE


def test_dated_rows_change_hands_on_their_day() -> None:
    first = Row(Action.HIDE, "ours", Force.HOUSE, START, EVE, ground="not needed")
    then = Row(Action.SHARE, "an invented Act s2", Force.DUTY, CHANGE, basis=Basis.LEGAL_DUTY)
    p = policy({(D.MISSING, R.HOME_YOT): (first, then)})

    assert [p.row(D.MISSING, R.HOME_YOT, day) for day in (EVE, CHANGE)] == [first, then]


@pytest.mark.parametrize(
    ("data_class", "before"), [(D.MISSING, Action.HIDE), (D.HEALTH_NEEDS_FLAG, Action.SHARE)], ids=str
)
@pytest.mark.parametrize("role", [R.HOME_YOT, R.LOCAL_YOT])
def test_the_duty_to_share_begins_on_30_september_2026(data_class: DataClass, before: Action, role: Role) -> None:
    p = read_policy(policy_bundle(schemas_dir()), "0" * 64)
    eve, day = p.row(data_class, role, date(2026, 9, 29)), p.row(data_class, role, date(2026, 9, 30))

    assert (eve.action, eve.basis is Basis.LEGAL_DUTY) == (before, False)
    assert (day.action, day.basis, day.force) == (Action.SHARE, Basis.LEGAL_DUTY, Force.DUTY)
    assert "s16LA" in day.source


def test_a_rule_in_force_makes_an_event_a_notice() -> None:
    earlier = NoticeRule("released", R.HOME_YOT, "guidance", Force.GUIDANCE, START, EVE)
    later = NoticeRule("released", R.HOME_YOT, "an invented Act s3", Force.DUTY, CHANGE)
    p = policy({}, notices=(earlier, later))

    assert [p.notice("released", R.HOME_YOT, day) for day in (START, EVE, CHANGE)] == [earlier, earlier, later]


def test_a_gate_is_found_by_its_name_and_only_by_it() -> None:
    gate = Gate("invented", "m", frozenset({D.PLACEMENT}), frozenset(), Action.MASK, "protected", "ours")
    p = policy({}, gates=(gate,))

    assert (p.gate("invented"), p.gate("another")) == (gate, None)


# --- one object ------------------------------------------------------------------------------------------------------


def test_other_rows_another_role_or_another_consent_give_another_object() -> None:
    rows = (
        Row(Action.SHARE, "ours", Force.HOUSE, START, EVE, Basis.CONSENT),
        Row(Action.SHARE, "an invented Act s4", Force.HOUSE, CHANGE, basis=Basis.CONSENT),
    )
    p = policy({(D.HEALTH_SUMMARY, role): rows for role in (R.HOME_YOT, R.LOCAL_YOT)})
    consent, another = {D.HEALTH_SUMMARY: A_CONSENT}, {D.HEALTH_SUMMARY: ANOTHER_CONSENT}
    found = [
        p.decisions(R.HOME_YOT, START, {}),
        p.decisions(R.HOME_YOT, START, consent),
        p.decisions(R.HOME_YOT, START, another),
        p.decisions(R.HOME_YOT, CHANGE, {}),
        p.decisions(R.LOCAL_YOT, START, {}),
    ]

    assert len({id(d) for d in found}) == len(found)


def test_the_same_rows_and_consents_give_the_same_object_on_every_day() -> None:
    p = policy({(D.HEALTH_SUMMARY, R.HOME_YOT): (BY_CONSENT,), (D.THERAPY_STATUS, R.HOME_YOT): (BY_CONSENT,)})
    one_way = {D.HEALTH_SUMMARY: A_CONSENT, D.THERAPY_STATUS: ANOTHER_CONSENT}
    other_way = dict(reversed(one_way.items()))

    assert p.decisions(R.HOME_YOT, START, one_way) is p.decisions(R.HOME_YOT, CHANGE, other_way)


def test_a_consent_to_what_needs_none_gives_the_same_object() -> None:
    p = policy({(D.PLACEMENT, R.HOME_YOT): (DUTY,)})

    assert p.decisions(R.HOME_YOT, START, {D.PLACEMENT: A_CONSENT}) is p.decisions(R.HOME_YOT, START, {})


def test_only_what_is_told_from_the_relationship_on_limits_the_reach() -> None:
    def limited(row: Row) -> bool:
        return policy({(D.PLACEMENT, R.HOME_YOT): (row,)}).decisions(R.HOME_YOT, START, {}).limited_reach

    recent = Row(Action.SHARE, "ours", Force.DUTY, START, basis=Basis.LEGAL_DUTY, reach=Reach.RELATIONSHIP)
    hidden = Row(Action.HIDE, "ours", Force.DUTY, START, reach=Reach.RELATIONSHIP, ground="not needed")
    assert [limited(row) for row in (DUTY, hidden, recent)] == [False, False, True]


# --- the next change -------------------------------------------------------------------------------------------------


def test_a_proposal_changes_nothing_on_any_day() -> None:
    proposal = Row(Action.SHARE, "ours", Force.PROPOSAL, START, EVE, Basis.LEGAL_DUTY)
    p = policy(
        {(D.CUSTODY, R.SCHOOL): (proposal,)}, notices=(NoticeRule("released", R.SCHOOL, "ours", Force.PROPOSAL, START),)
    )

    assert p.next_change(date.min) is None


def test_the_next_change_is_the_day_a_row_begins_or_the_day_after_its_last() -> None:
    p = policy({(D.MISSING, R.HOME_YOT): (Row(Action.SHARE, "ours", Force.DUTY, START, EVE, Basis.LEGAL_DUTY),)})

    assert [p.next_change(d) for d in (date.min, START - timedelta(days=1))] == [START, START]
    assert [p.next_change(d) for d in (START, EVE)] == [CHANGE, CHANGE]
    assert p.next_change(CHANGE) is None


def test_a_notice_rule_that_begins_or_ends_is_a_change() -> None:
    p = policy({}, notices=(NoticeRule("released", R.HOME_YOT, "ours", Force.DUTY, START, EVE),))

    assert [p.next_change(d) for d in (date.min, START, CHANGE)] == [START, CHANGE, None]
