"""Why a desk was told what it was told of an event, and why not the rest. For the hub, the responsible authority and auditors."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.desks import Desk
from domain.disclosure import Disclosure
from domain.history import Fact, references
from domain.policy import Basis
from domain.redaction import Outcome, Permitted, Ruling, Standing, belongs_before, explain_hidden, in_reach, permit
from domain.relationships import Relationship
from domain.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class FieldReason:
    """One field: what became of it, under which class, by which row and source, and the ground in words."""

    field: str
    outcome: Outcome
    data_class: str
    basis: str
    source: str
    force: str
    ground: str
    consent: UUID | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decision about one event for one desk. summary: one sentence. fields: empty where there is no relationship."""

    event_id: UUID
    topic: str
    audience: Audience
    relationship: Relationship | None
    ended: bool
    told: bool
    summary: str
    fields: tuple[FieldReason, ...]

    @property
    def withheld(self) -> tuple[FieldReason, ...]:
        """The fields that did not go out as they are."""
        return tuple(f for f in self.fields if f.outcome is not Outcome.SHARED)


def explain(disclosure: Disclosure, event_id: UUID, audience: Audience) -> Explanation:
    """Explain one event for one desk: by the standing under which it holds it, else by the one that withholds it.

    Raises KeyError for an event this record does not have.
    """
    fact = disclosure.history.facts[event_id]
    desk = disclosure.desks.get(audience, Desk())
    relationship = desk.relationship

    def answer(ended: bool, summary: str, rulings: tuple[Ruling, ...] = (), told: bool = False) -> Explanation:
        reasons = tuple(_reason(r) for r in rulings)
        return Explanation(event_id, fact.topic, audience, relationship, ended, told, summary, reasons)

    if not fact.stands:
        return answer(relationship is None, "Taken back, or never told: the event was retracted.")
    under = disclosure.held_under(fact, desk)
    if under is not None:
        held_by, seen = under
        return answer(held_by is not desk.standing, _summary(seen, seen.rulings), seen.rulings, told=True)
    standing: Standing | None = desk.standing or _standing_then(desk, fact)
    ended = desk.standing is None
    if standing is None:
        known = "its relationship had ended" if desk.periods else "it has no relationship to this child"
        return answer(bool(desk.periods), f"Not told: {known}.")
    if _hidden_reference(disclosure, fact, standing):
        return answer(ended, "Not told: it is about an event that this desk may not see.")
    if standing.until is not None and not belongs_before(fact, standing.until):
        return answer(ended, "Not told: it belongs to the time after a change that is already planned.")
    about = (disclosure.history.find(ref) for ref in references(fact.event))
    near = any(in_reach(f, standing) for f in about if f is not None)
    ruling = explain_hidden(fact, standing, near=near)
    return answer(ended, _summary(None, (ruling,)), (ruling,))


def _standing_then(desk: Desk, fact: Fact) -> Standing | None:
    """The standing of the last ended relationship during which this was recorded."""
    found = (p.standing for p in reversed(desk.periods) if fact.index <= p.upto or fact.id in p.also)
    return next(found, None)


def _hidden_reference(disclosure: Disclosure, fact: Fact, standing: Standing) -> bool:
    found = (disclosure.history.find(ref) for ref in references(fact.event))
    return any(about is None or permit(about, standing) is None for about in found)


def _summary(seen: Permitted | None, rulings: tuple[Ruling, ...]) -> str:
    first = rulings[0]
    if seen is None:
        return f"Not told: {first.because or first.decision.ground or 'hidden by the policy'}."
    if first.outcome is Outcome.MASKED:
        return f"Told only that something stands here: {first.decision.ground}."
    kept = [r.field for r in rulings[1:] if r.outcome is not Outcome.SHARED]
    return "Told in full." if not kept else f"Told, but for {', '.join(kept)}."


def _reason(r: Ruling) -> FieldReason:
    row = r.decision.row
    withheld = r.outcome is not Outcome.SHARED
    return FieldReason(
        r.field,
        r.outcome,
        r.decision.data_class.value,
        (row.basis or Basis.LEGAL_DUTY).value if not withheld and row.basis is not None else "",
        row.source,
        row.force.value,
        (r.because or r.decision.ground) if withheld else "",
        r.decision.consent,
    )
