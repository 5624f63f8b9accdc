"""Is the policy whole? What `throughline policy check` reports before a version is adopted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.events.base import Coarse, EventType, FieldType
from domain.policy import NOTHING_DECIDED, PROTECTED_ADDRESS, Action, Basis, Force, NoticeRule, Policy, Row
from domain.policy_table import AS_IT_IS, GATED, MASK, NOTHING, decisions_table
from domain.vocabulary import DataClass, Role


class Severity(StrEnum):
    """An error stops the adoption; a warning wants somebody's eyes; a note is what a signer should know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found. where: class, role, event or gate. rule: what is wrong, and by what rule."""

    severity: Severity
    where: str
    rule: str

    def __str__(self) -> str:
        return f"{self.severity.value}: {self.where}: {self.rule}"


@dataclass(frozen=True, slots=True)
class Totals:
    """What the policy decides on a day, counted.

    decisions = fields x roles = as_they_are + in_part + masked + nothing, each counted as while a consent is in force;
    on_consent: how many of them rest on one. classes: used by an event, a field or a code. notices: rules in force.
    """

    event_types: int
    fields: int
    roles: int
    classes: int
    code_lists: int
    codes: int
    decisions: int
    as_they_are: int
    in_part: int
    masked: int
    nothing: int
    on_consent: int
    notices: int
    next_change: date | None


def check(policy: Policy, event_types: Mapping[str, EventType], on: date) -> list[Problem]:
    """Everything to be said about a policy on a day, errors first. event_types: by versioned topic."""
    found = [
        *_undecided(policy, event_types, on),
        *_code_lists(policy, event_types),
        *_notices(policy, event_types, on),
        *_revealing_fields(policy, event_types, on),
        *_custody_without_health(policy, on),
        *_reviews(policy, on),
        *_coarsened(policy, event_types, on),
    ]
    return sorted(found, key=lambda p: list(Severity).index(p.severity))


def totals(policy: Policy, event_types: Mapping[str, EventType], on: date) -> Totals:
    """The same policy in numbers, so that a reader sees how much was checked."""
    table = decisions_table(policy, event_types, on)
    shows = Counter(d.shows.removesuffix(GATED) for d in table)
    return Totals(
        event_types=len(event_types),
        fields=len({(d.event, d.field) for d in table}),
        roles=len(Role),
        classes=len(_used(policy, event_types)),
        code_lists=len(policy.codes),
        codes=sum(len(code_list.codes) for code_list in policy.codes.values()),
        decisions=len(table),
        as_they_are=shows[AS_IT_IS],
        in_part=len(table) - shows[AS_IT_IS] - shows[MASK] - shows[NOTHING],
        masked=shows[MASK],
        nothing=shows[NOTHING],
        on_consent=sum(d.row.basis is Basis.CONSENT for d in table),
        notices=sum(_binds(rule, on) for rule in policy.notices),
        next_change=policy.next_change(on),
    )


def _used(policy: Policy, event_types: Mapping[str, EventType]) -> list[DataClass]:
    used = {t.data_class for t in event_types.values()}
    used |= {f.data_class for t in event_types.values() for f in t.fields}
    used |= {code.data_class for code_list in policy.codes.values() for code in code_list.codes}
    return [c for c in DataClass if c in used]


def _undecided(policy: Policy, event_types: Mapping[str, EventType], on: date) -> Iterator[Problem]:
    """Each class has a row in force for each role, on the day and on every later day; one in use is there at all."""
    days = [on]
    while (later := policy.next_change(days[-1])) is not None:
        days.append(later)
    used = _used(policy, event_types)
    for data_class in DataClass:
        if data_class not in policy.classes:
            if data_class in used:
                yield Problem(Severity.ERROR, f"class {data_class.value}", "is used and has no entry in the policy")
            continue
        for role in Role:
            day = next((d for d in days if policy.row(data_class, role, d) is NOTHING_DECIDED), None)
            if day is None:
                continue
            where = f"class {data_class.value}, role {role.value}"
            rows = policy.classes[data_class].rows.get(role, ())
            if any(row.force is Force.PROPOSAL and _covers(row, day) for row in rows):
                rule = f"from {day.isoformat()} a proposal is the only decision: it opens nothing"
                yield Problem(Severity.WARNING, where, rule)
            else:
                rule = f"no row in force from {day.isoformat()}: hidden by default, decided by nobody"
                yield Problem(Severity.ERROR if day == on else Severity.WARNING, where, rule)


def _code_lists(policy: Policy, event_types: Mapping[str, EventType]) -> Iterator[Problem]:
    for event_type, f in _fields(event_types):
        if f.meta.codes and f.meta.codes not in policy.codes:
            yield Problem(Severity.ERROR, f"event {event_type.name}.{f.name}", f"there is no code list {f.meta.codes}")


def _notices(policy: Policy, event_types: Mapping[str, EventType], on: date) -> Iterator[Problem]:
    """A notice opens nothing by itself: who must acknowledge an event must be told of it."""
    classes = {t.name: t.data_class for t in event_types.values()}
    for rule in policy.notices:
        if not _binds(rule, on):
            continue
        where = f"notice {rule.event}, role {rule.role.value}"
        if rule.event not in classes:
            yield Problem(Severity.ERROR, where, "no event type has this name")
            continue
        row = policy.row(classes[rule.event], rule.role, on)
        if row.action in (Action.HIDE, Action.MASK):
            yield Problem(Severity.ERROR, where, f"must acknowledge what it is not told ({classes[rule.event].value})")
        elif row.basis is Basis.CONSENT:
            yield Problem(Severity.WARNING, where, "is told only while a consent is in force")


def _revealing_fields(policy: Policy, event_types: Mapping[str, EventType], on: date) -> Iterator[Problem]:
    """A field that gives a code away (an address: a secure home) is under the gate for who may not know the code."""
    gate = policy.gate(PROTECTED_ADDRESS)
    for event_type, f in _fields(event_types):
        for role in Role:
            if gate is not None and f.data_class in gate.classes and role not in gate.excepted:
                continue
            seen = _tells(policy.row(event_type.data_class, role, on)) and _tells(policy.row(f.data_class, role, on))
            secret = [c.value for c in f.meta.reveals if policy.row(c, role, on).action is not Action.SHARE]
            if seen and secret:
                where = f"event {event_type.name}.{f.name}, role {role.value}"
                rule = f"gives away codes of {', '.join(secret)} and is not under the gate {PROTECTED_ADDRESS}"
                yield Problem(Severity.ERROR, where, rule)


def _custody_without_health(policy: Policy, on: date) -> Iterator[Problem]:
    """`schemas/codes/README.md`, what the lists do not do: PR3 hides both prisons and the NHS."""
    for role in Role:
        may = [policy.row(c, role, on).action is Action.SHARE for c in (DataClass.CUSTODY, DataClass.HEALTH_NEEDS_FLAG)]
        if may == [True, False]:
            rule = "told custody but not health_needs_flag: could read the NHS from provider PR3 (code lists, README)"
            yield Problem(Severity.WARNING, f"class custody, role {role.value}", rule)


def _reviews(policy: Policy, on: date) -> Iterator[Problem]:
    for data_class, entry in policy.classes.items():
        if entry.review_on < on:
            rule = f"review was due on {entry.review_on.isoformat()} by: {entry.owner}"
            yield Problem(Severity.WARNING, f"class {data_class.value}", rule)


def _coarsened(policy: Policy, event_types: Mapping[str, EventType], on: date) -> Iterator[Problem]:
    """What `coarsen` takes away, field by field: a coarsening that leaves nothing hides, and should say so."""
    for data_class in _used(policy, event_types):
        roles = [r.value for r in Role if policy.row(data_class, r, on).action is Action.COARSEN]
        if not roles:
            continue
        left = [f"that {t.name} happened, and when" for t in event_types.values() if t.data_class is data_class]
        lost: list[str] = []
        for event_type, f in _fields(event_types):
            if f.data_class is data_class:
                (left if _leaves_something(policy, f) else lost).append(f"{event_type.name}.{f.name}")
        where = f"class {data_class.value}, coarsened for {', '.join(roles)}"
        if not left:
            yield Problem(Severity.WARNING, where, "nothing is left of it: say hide")
        elif lost:
            yield Problem(Severity.NOTE, where, f"nothing is left of {', '.join(lost)}")


def _leaves_something(policy: Policy, f: FieldType) -> bool:
    if not f.meta.codes:
        return f.meta.coarse is not Coarse.DROP
    codes = policy.codes.get(f.meta.codes)
    return codes is not None and any(codes.table(lambda _: False).values())


def _fields(event_types: Mapping[str, EventType]) -> Iterator[tuple[EventType, FieldType]]:
    for _, event_type in sorted(event_types.items()):
        for f in event_type.own_fields:
            yield event_type, f


def _tells(row: Row) -> bool:
    return row.action in (Action.SHARE, Action.COARSEN)


def _covers(rule: Row | NoticeRule, on: date) -> bool:
    return rule.starts <= on and (rule.ends is None or on <= rule.ends)


def _binds(rule: NoticeRule, on: date) -> bool:
    return rule.force is not Force.PROPOSAL and _covers(rule, on)
