"""What of one event one desk may see: policy rows, code lists and gates applied field by field.

`permit` is the only reader of an event's values on the way to a desk. Its decisions are compiled once per event type and set of
decisions, because this runs for every event and every desk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.codes import Code
from domain.events import (
    Coarse,
    EventType,
    FieldType,
    HomeDischargeNotified,
    Kind,
    LongTermResidenceEnded,
    OutcomeRecorded,
    PlacementEnded,
    Released,
    SchoolLeft,
    ThirdPartyText,
)
from domain.feed import Masked, Value
from domain.history import Fact, references
from domain.policy import PROTECTED_ADDRESS, Action, Decision, Decisions, Policy, Reach
from domain.vocabulary import UNKNOWN, Audience, DataClass, Role

ANY_PLACEMENT: Final = None  # stands in a protection that covers every placement


# Told to those whose relationship they end. Not the end of care: custody can end it too, and then there is nothing to tell,
# so that nobody can tell one from the other (docs/decisions/0003).
ENDINGS = (PlacementEnded, Released, OutcomeRecorded, HomeDischargeNotified, LongTermResidenceEnded, SchoolLeft)

DATES: Final = frozenset({"effective_on", "effective_at"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that decides what a desk may see of a child, but for the events themselves.

    since: start of the relationship. in_force: events in force when it began. protected: placements whose address is protected
    (None among them: all), and facts that may give one away. until: the day on which a change that is already recorded will end it.
    hidden: facts of which nothing is told, for what they are part of. Two equal standings see every event alike.
    """

    audience: Audience
    since: date
    decisions: Decisions
    in_force: frozenset[UUID]
    protected: frozenset[UUID | None]
    policy: Policy
    until: date | None = None
    hidden: frozenset[UUID] = frozenset()


class Outcome(StrEnum):
    """What became of a field."""

    SHARED = "shared"
    COARSENED = "coarsened"
    MASKED = "masked"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, eq=False)
class Ruling:
    """Why a field came out as it did: the class and decision that applied, and the gate or code rule over them."""

    field: str
    outcome: Outcome
    decision: Decision
    because: str = ""


@dataclass(frozen=True, slots=True)
class Permitted:
    """The permitted part of an event: its topic (or coarse name) and fields, and the ruling of each."""

    topic: str
    fields: Mapping[str, Value]
    rulings: tuple[Ruling, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    kind: Kind
    shared: Ruling
    codes: Mapping[str, str | None] | None
    coarsened: Ruling | None
    coarse: Coarse
    masked: Ruling | None
    gate: Ruling | None
    telling: tuple[tuple[str, frozenset[str]], ...]
    always: bool
    hidden: Ruling


@dataclass(frozen=True, slots=True)
class _Plan:
    event: Ruling
    dates: tuple[str, ...]
    steps: tuple[_Step, ...]
    whole: tuple[tuple[str, frozenset[str]], ...]
    findings: bool
    optional: bool


def belongs_before(fact: Fact, ended: date) -> bool:
    """Whether a fact is of the time of a relationship that ended on that day: what came before, and what ended it."""
    on = fact.event.effective_on
    return on < ended or (on == ended and isinstance(fact.event, ENDINGS))


class Place(StrEnum):
    """Where a fact lies towards a relationship."""

    BEFORE = "before the relationship began"
    IN_FORCE = "in force when it began"
    SINCE = "since it began"


def place_of(fact: Fact, standing: Standing) -> Place:
    """Before the relationship, in force when it began (as a name is), or since."""
    if fact.id in standing.in_force or fact.event.TYPE.data_class is DataClass.IDENTITY:
        return Place.IN_FORCE
    return Place.SINCE if fact.event.effective_on >= standing.since else Place.BEFORE


def in_reach(fact: Fact, standing: Standing) -> bool:
    """Whether a fact belongs to the relationship: since its start, in force then, or lasting as a name is."""
    return place_of(fact, standing) is not Place.BEFORE


def permit(fact: Fact, standing: Standing, *, near: bool = False) -> Permitted | None:
    """The permitted part of a fact for this standing; None where the desk may not know that it exists.

    near: it is about an event of the relationship, and so within reach though it came before, as a notice comes before a placement.
    """
    if fact.id in standing.hidden:
        return None
    event = fact.event
    plan = _plan_for(fact, standing, near=near)
    if plan.event.outcome is Outcome.HIDDEN or _whole_event_hidden(plan, event):
        return None
    if plan.event.outcome is Outcome.MASKED:
        return Permitted(event.TYPE.coarse_name, {"record": Masked(plan.event.decision.ground)}, (plan.event,))
    fields: dict[str, Value] = {}
    rulings = [plan.event]
    for name in plan.dates:
        value = getattr(event, name)
        if value is not None:
            fields[name] = value
    guarded = bool(standing.protected) and _protected(fact, standing)
    for step in plan.steps:
        value = getattr(event, step.name)
        if value is None or value == ():
            continue
        ruling = step.gate
        if ruling is not None and (
            guarded or step.always or any(_tells(getattr(event, name), codes) for name, codes in step.telling)
        ):
            fields[step.name] = Masked(ruling.because)
        else:
            ruling = _apply(step, value, fields)
        rulings.append(ruling)
    if plan.optional and len(rulings) > 1 and not fields.keys() - DATES:
        return None  # all that it says may not be told: then not even that it was said
    if plan.findings:
        fields["reporter"] = fact.reporter
        if fact.findings:
            fields["findings"] = fact.findings
    return Permitted(event.TYPE.topic, fields, tuple(rulings))


def explain_hidden(fact: Fact, standing: Standing, *, near: bool = False) -> Ruling:
    """Why `permit` answered None: the ruling on the event as a whole."""
    event = fact.event
    plan = _plan_for(fact, standing, near=near)
    if fact.id in standing.hidden:
        return Ruling("event", Outcome.HIDDEN, standing.decisions.by_class[DataClass.ADOPTION], "part of an adoption")
    for name, codes in plan.whole:
        if getattr(event, name) in codes:
            code = standing.policy.codes[event.TYPE.by_name[name].meta.codes].find(getattr(event, name))
            assert code is not None
            decision = standing.decisions.by_class[code.data_class]
            return Ruling("event", Outcome.HIDDEN, decision, f"its {name.replace('_', ' ')} hides the whole event")
    if plan.event.outcome is not Outcome.HIDDEN:
        return Ruling("event", Outcome.HIDDEN, plan.event.decision, "nothing of it may be told to this desk")
    return plan.event


def _apply(step: _Step, value: object, fields: dict[str, Value]) -> Ruling:
    if step.masked is not None:
        fields[step.name] = Masked(step.masked.decision.ground)
        return step.masked
    if step.coarsened is None or (value is UNKNOWN and (step.codes is not None or step.coarse is not Coarse.DROP)):
        if step.hidden is step.shared:
            return step.hidden
        fields[step.name] = _plain(value)
        return step.shared
    if step.codes is not None:
        shown = step.codes.get(str(value))
        if shown is None:
            return step.hidden
        fields[step.name] = shown
        return step.shared if shown == value else step.coarsened
    if step.coarse is Coarse.OUTWARD:
        fields[step.name] = str(value).split(" ", maxsplit=1)[0]
        return step.coarsened
    if step.coarse is Coarse.KEEP:
        fields[step.name] = _plain(value)
        return step.shared
    return step.hidden


def _plain(value: object) -> Value:
    if isinstance(value, ThirdPartyText):
        return value.text if value.text is not None else UNKNOWN
    return value  # type: ignore[return-value]  # UUIDs leave as pairwise ids: domain.disclosure replaces them


def _tells(value: object, codes: frozenset[str]) -> bool:
    """Whether a kind of home is one that is not told; an unknown one may be."""
    return value is UNKNOWN or value in codes


def _whole_event_hidden(plan: _Plan, event: object) -> bool:
    return any(getattr(event, name) in codes for name, codes in plan.whole)


def _protected(fact: Fact, standing: Standing) -> bool:
    protected = standing.protected
    return ANY_PLACEMENT in protected or fact.id in protected or any(r in protected for r in references(fact.event))


def _plan_for(fact: Fact, standing: Standing, *, near: bool) -> _Plan:
    event_type = fact.event.TYPE
    place = place_of(fact, standing)
    if near and place is Place.BEFORE:
        place = Place.SINCE
    compiled = standing.decisions.compiled
    key = (event_type.topic, place)
    plan = compiled.get(key)
    if plan is None:
        plan = compiled[key] = _compile(event_type, standing.decisions, standing.policy, place)
    assert isinstance(plan, _Plan)
    return plan


def _compile(event_type: EventType, decisions: Decisions, policy: Policy, place: Place) -> _Plan:
    event_ruling = _ruling("event", event_type.data_class, decisions, place)
    dates = tuple(f.name for f in event_type.fields if f not in event_type.own_fields)
    carried = [f for f in event_type.own_fields if f.kind is not Kind.EVENT]
    own = decisions.role is Role.RESPONSIBLE_AUTHORITY
    return _Plan(
        event_ruling,
        dates,
        tuple(_step(event_type, f, decisions, policy, place) for f in carried),
        tuple(_codes(event_type, policy, lambda c: c.whole_event and not decisions.may(c.data_class))),
        own,
        all(f.optional for f in event_type.own_fields),
    )


def _codes(
    event_type: EventType, policy: Policy, wanted: Callable[[Code], bool], lists: frozenset[str] | None = None
) -> Iterator[tuple[str, frozenset[str]]]:
    """For each coded field, the codes of a kind, where there are any."""
    for f in event_type.own_fields:
        if f.meta.codes and (lists is None or f.meta.codes in lists):
            codes = frozenset(code.code for code in policy.codes[f.meta.codes].codes if wanted(code))
            if codes:
                yield f.name, codes


KINDS_OF_HOME = frozenset({"placement", "establishment_kind"})


def _step(event_type: EventType, f: FieldType, decisions: Decisions, policy: Policy, place: Place) -> _Step:
    ruling = _ruling(f.name, f.data_class, decisions, place)
    decision = ruling.decision
    hidden = Ruling(f.name, Outcome.HIDDEN, decision, ruling.because)
    gate = policy.gate(PROTECTED_ADDRESS)
    gated = gate is not None and f.data_class in gate.classes and decisions.role not in gate.excepted
    shown = ruling.outcome in (Outcome.SHARED, Outcome.COARSENED)
    # a tombstone where nothing would have stood would tell that there was something
    visible = ruling.outcome is Outcome.SHARED or (shown and f.meta.coarse is not Coarse.DROP)
    telling = tuple(
        _codes(
            event_type,
            policy,
            lambda c: c.data_class in f.meta.reveals and not decisions.may(c.data_class),
            KINDS_OF_HOME,
        )
    )
    # a name that may give the kind of home away, in an event that does not say the kind: withheld whatever the kind is
    says_kind = any(other.meta.codes in KINDS_OF_HOME for other in event_type.own_fields)
    always = not says_kind and not all(decisions.may(c) for c in f.meta.reveals)
    codes = None
    coarsened = None
    if f.meta.codes and shown:
        coarsen_all = ruling.outcome is Outcome.COARSENED
        codes = policy.codes[f.meta.codes].table(lambda c: not coarsen_all and decisions.may(c))
        coarsened = Ruling(f.name, Outcome.COARSENED, decision, ruling.because or "its code list's coarse form")
    elif ruling.outcome is Outcome.COARSENED:
        coarsened = ruling
    return _Step(
        f.name,
        f.kind,
        Ruling(f.name, Outcome.SHARED, decision) if shown else hidden,
        codes,
        coarsened,
        f.meta.coarse,
        ruling if ruling.outcome is Outcome.MASKED else None,
        Ruling(f.name, Outcome.MASKED, decision, gate.ground) if gate is not None and gated and visible else None,
        telling,
        always,
        hidden,
    )


_OUTCOMES = {
    Action.SHARE: Outcome.SHARED,
    Action.COARSEN: Outcome.COARSENED,
    Action.MASK: Outcome.MASKED,
    Action.HIDE: Outcome.HIDDEN,
}


def _ruling(name: str, data_class: DataClass, decisions: Decisions, place: Place) -> Ruling:
    decision = decisions.by_class[data_class]
    reach = decision.row.reach
    if reach is not Reach.HISTORY and place is Place.BEFORE:
        return Ruling(name, Outcome.HIDDEN, decision, Place.BEFORE.value)
    if reach is Reach.START and place is Place.SINCE:
        return Ruling(name, Outcome.HIDDEN, decision, "after the day from which it was handed over")
    return Ruling(name, _OUTCOMES[decision.action], decision)
