"""Why a desk was told what it was told of an event, and why not the rest. For the hub, the responsible authority and auditors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from domain.desks import Desk
from domain.disclosure import Disclosure, belongs_before
from domain.history import Fact, references
from domain.policy import Basis
from domain.redaction import Outcome, Permitted, Ruling, Standing, explain_hidden, in_reach, permit
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
    """Explain one event for one desk, by the context now in force. Raises KeyError for an event this record does not have."""
    fact = disclosure.history.facts[event_id]
    desk = disclosure.desks.get(audience, Desk())
    standing, ended = _standing(desk, fact)
    relationship = desk.relationship
    if standing is None:
        known = "its relationship had ended" if desk.periods else "it has no relationship to this child"
        return Explanation(
            event_id, fact.topic, audience, relationship, bool(desk.periods), False, f"Not told: {known}.", ()
        )
    if not fact.stands:
        return Explanation(
            event_id, fact.topic, audience, relationship, ended, False, "Taken back: the event was retracted.", ()
        )
    hidden_by = _hidden_reference(disclosure, fact, standing)
    if hidden_by is not None:
        summary = "Not told: it is about an event that this desk may not see."
        return Explanation(event_id, fact.topic, audience, relationship, ended, False, summary, ())
    if standing.until is not None and not belongs_before(fact, standing.until):
        summary = "Not told: it belongs to the time after a change that is already planned."
        return Explanation(event_id, fact.topic, audience, relationship, ended, False, summary, ())
    about = (disclosure.history.find(ref) for ref in references(fact.event))
    near = any(in_reach(f, standing) for f in about if f is not None)
    seen = permit(fact, standing, near=near)
    rulings = seen.rulings if seen is not None else (explain_hidden(fact, standing, near=near),)
    return Explanation(
        event_id,
        fact.topic,
        audience,
        relationship,
        ended,
        seen is not None,
        _summary(seen, rulings),
        tuple(_reason(r) for r in rulings),
    )


def explain_all(disclosure: Disclosure) -> Iterator[Explanation]:
    """Every event of the record for every desk that ever had a relationship, in stream order."""
    for fact in disclosure.history.facts.values():
        for audience in sorted(disclosure.desks):
            yield explain(disclosure, fact.id, audience)


def _standing(desk: Desk, fact: Fact) -> tuple[Standing | None, bool]:
    if desk.standing is not None:
        return desk.standing, False
    for period in reversed(desk.periods):
        if fact.index <= period.upto or fact.id in period.also:
            return period.standing, True
    return None, False


def _hidden_reference(disclosure: Disclosure, fact: Fact, standing: Standing) -> UUID | None:
    for ref in references(fact.event):
        about = disclosure.history.find(ref)
        if about is None or permit(about, standing) is None:
            return ref
    return None


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
