"""From a child's stream to what each desk is told: the one way out of the hub.

For every desk there is a permitted picture of the child; a feed is the ordered list of its changes. `Disclosure` folds a child's
stream and answers, for every entry, the messages that bring each desk's picture up to date. It reads no clock and no current file:
the documents and the day come from the stream itself, so that the same stream yields the same messages for ever.

A desk *holds* what its open relationship entitles it to, and what it was told under relationships that really existed and ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Protocol
from uuid import UUID

from domain import consent, in_force, protection, relationships
from domain.agencies import Register
from domain.desks import Batch, Desk, Disclosed, Period, Plan, Responsible, why_withdrawn
from domain.events import (
    ContextChanged,
    Event,
    EventType,
    Kind,
    PlacementEnded,
    PlacementMade,
    PlacementTerminationIntended,
)
from domain.feed import Body, Closed, Item, Message, Opened, Reason, Status, Told, Withdrawn
from domain.history import Fact, History, references
from domain.pairwise import Pairwise
from domain.policy import PROTECTED_ADDRESS, Action, Policy
from domain.recorded import Recorded
from domain.redaction import ENDINGS, Permitted, Ruling, Standing, belongs_before, in_reach, permit
from domain.relationships import Relationship
from domain.situation import SHORT_BREAKS, TEMPORARY
from domain.vocabulary import Audience, DataClass, Role


class Documents(Protocol):
    """Finds the documents that a stream names. Raises KeyError for a hash it does not hold."""

    def policy(self, content_hash: str) -> Policy:
        """The sharing policy of this content hash."""

    def register(self, content_hash: str) -> Register:
        """The agency register of this content hash."""


@dataclass(slots=True)
class Disclosure:
    """The disclosures of one child. Feed it every entry of the stream, in order."""

    child: UUID
    documents: Documents
    pairwise: Pairwise
    history: History = field(default_factory=History)
    desks: dict[Audience, Desk] = field(default_factory=dict)
    sent: dict[Audience, int] = field(default_factory=dict)
    _refs: dict[Audience, str] = field(default_factory=dict)
    _order: list[Audience] = field(default_factory=list)
    _batch: Batch = field(default_factory=Batch)

    def advance(self, recorded: Recorded) -> list[Disclosed]:
        """Take in the next entry; answers what each desk is told because of it, desks in alphabetical order.

        Entries marked `continues` are disclosed together with the one that ends their submission.
        """
        batch = self._batch
        if not batch.first:
            batch.first, batch.context = recorded.originator_version, self.history.context
        for change in self.history.add(recorded):
            batch.add(change)
        batch.shaped = batch.shaped or self._shapes(recorded.event)
        batch.by_calendar = batch.by_calendar and isinstance(recorded.event, ContextChanged)
        if recorded.continues or self.history.context is None:
            return []
        self._batch = Batch()
        batch.on = recorded.recorded_on
        if batch.shaped:
            self._reconsider(batch)
        else:
            if len(self._order) != len(self.desks):
                self._order = sorted(self.desks)
            for audience in self._order:
                desk = self.desks[audience]
                if desk.standing is not None:
                    self._tell_difference(audience, desk, batch.news, batch)
        return batch.out

    def standings(self) -> dict[Audience, tuple[Relationship, Standing]]:
        """The relationships that hold now, each with everything that decides what it opens."""
        context = self.history.context
        if context is None:
            return {}
        policy, register = self.documents.policy(context.policy), self.documents.register(context.register)
        found = relationships.current(self.history.timeline, register, context.day)
        protected = protection.protected(self.history, context.day)
        adoption = protection.part_of_an_adoption(self.history)
        gate = policy.gate(PROTECTED_ADDRESS)
        excepted = gate.excepted if gate is not None else frozenset()
        consents: dict[Role, Mapping[DataClass, UUID]] = {}
        out = {}
        for audience, relationship in found.items():
            role = audience.role
            if role not in consents:
                consents[role] = consent.in_force(self.history, role, context.day) if self.history.consents else {}
            decisions = policy.decisions(role, context.day, consents[role])
            standing = Standing(
                audience,
                relationship.since,
                decisions,
                frozenset(),
                frozenset() if role in excepted else protected,
                policy,
                relationship.until,
                frozenset() if decisions.may(DataClass.ADOPTION) else adoption,
            )
            if standing.decisions.limited_reach:
                standing = replace(standing, in_force=in_force.when_it_began(self.history, standing))
            out[audience] = (relationship, standing)
        return out

    def entitled(self, audience: Audience) -> dict[str, Item]:
        """What this desk would be told if it asked for the first time now, by pairwise item id."""
        found = self.standings().get(audience)
        if found is None:
            return {}
        return dict(self._items(audience, ((f, self._seen(f, found[1])) for f in self.history.standing_facts())))

    def held(self, audience: Audience) -> dict[str, Item]:
        """What this desk holds after everything it was sent, by pairwise item id."""
        desk = self.desks.get(audience, Desk())
        return dict(self._items(audience, ((f, self._held(f, desk)) for f in self.history.standing_facts())))

    def _shapes(self, event: Event) -> bool:
        """Whether an event can change what any desk stands in, or what was in force when a desk's relationship began."""
        if event.TYPE.shapes_context or event.TYPE.name in protection.TELLS_WHERE:
            return True
        if event.TYPE.lasting is None and event.TYPE.name not in in_force.ENDERS:
            return False
        return any(d.standing is not None and event.effective_on <= d.standing.since for d in self.desks.values())

    def _reconsider(self, batch: Batch) -> None:
        """Derive every relationship again and tell each desk the difference; untouched desks pay for the news alone."""
        standings = self.standings()
        responsible = self._whom_to_ring() if standings else None
        touched = self._touched(batch)
        for audience in sorted(self.desks.keys() | standings.keys()):
            old = self.desks.get(audience, Desk())
            if batch.before and old.periods:
                old = self._reconsider_periods(audience, old, batch)
            relationship, standing = standings.get(audience, (None, None))
            if relationship is None or standing is None or responsible is None:
                if old.relationship is not None:
                    self._close(audience, old, old.relationship, touched, batch)
                else:
                    self._tell_difference(audience, old, touched, batch)
                continue
            if standing == old.standing and relationship == old.relationship and old.said(relationship, responsible):
                self._tell_difference(audience, old, touched, batch)
                continue
            opened = self._opened(relationship, standing, responsible)
            if old.opened is not None:  # what changed since is told by items, to whom it may be
                opened = replace(opened, looked_after=old.opened.looked_after)
            says_more = not old.said(relationship, responsible)
            self.desks[audience] = replace(
                old,
                relationship=relationship,
                standing=standing,
                opened=opened if says_more else old.opened,
                plans=old.plans_under(standing, batch.first),
            )
            if says_more:
                self._send(audience, opened, batch)
            if standing == old.standing:
                self._tell_difference(audience, old, touched, batch)
            else:
                opening = relationship if old.relationship is None else None
                self._tell_difference(audience, old, list(self.history.facts), batch, opening)

    def _reconsider_periods(self, audience: Audience, old: Desk, batch: Batch) -> Desk:
        """Corrections may show that a relationship which ended long ago never existed: all told under it is withdrawn."""
        existed: list[Period] = []
        never: list[Period] = []
        for period in old.periods:
            register = self.documents.register(period.context.register)
            day, now = period.context.day, batch.on
            found = relationships.ended_on(self.history.timeline, register, day, now, period.relationship)
            (never if found is None else existed).append(period)
        if not never:
            return old
        desk = self.desks[audience] = replace(old, periods=tuple(existed))
        self._tell_difference(audience, old, list(self.history.facts), batch, reason=Reason.RETRACTED, before_only=True)
        for period in never:
            self._send(audience, Closed(period.relationship.since, never=True), batch, breach=True)
        return desk

    def _close(self, audience: Audience, old: Desk, ending: Relationship, touched: list[UUID], batch: Batch) -> None:
        """End a relationship: what was told under it stays, unless it never really existed."""
        assert old.standing is not None
        assert batch.context is not None
        assert self.history.context is not None
        register = self.documents.register(batch.context.register)
        ended = relationships.ended_on(
            self.history.timeline, register, batch.context.day, self.history.context.day, ending
        )
        if ended is None:
            self.desks[audience] = replace(old, relationship=None, standing=None, opened=None, plans=())
            self._tell_difference(audience, old, list(self.history.facts), batch, reason=Reason.RETRACTED)
            self._send(audience, Closed(ending.since, never=True), batch, breach=True)
            return
        also = frozenset(i for i in batch.news if belongs_before(self.history.facts[i], ended))
        period = Period(old.standing, ending, batch.context, ended, batch.first - 1, also, old.plans)
        self.desks[audience] = replace(
            old, relationship=None, standing=None, opened=None, plans=(), periods=(*old.periods, period)
        )
        self._tell_difference(audience, old, touched, batch)
        self._send(audience, Closed(ended, never=False), batch)

    def _tell_difference(
        self,
        audience: Audience,
        old: Desk,
        candidates: Iterable[UUID],
        batch: Batch,
        opening: Relationship | None = None,
        reason: Reason | None = None,
        *,
        before_only: bool = False,
    ) -> None:
        """Tell, fact by fact, what changed between what the desk held and what it holds now.

        before_only: facts as they were before the batch, on both sides.
        """
        new = self.desks[audience]
        for event_id in candidates:
            fact = self.history.facts[event_id]
            if before_only:
                if event_id in batch.news:
                    continue
                fact = batch.before.get(event_id, fact)
            is_news = event_id in batch.news
            earlier = fact if is_news else batch.before.get(event_id, fact)
            had = None if is_news else self._held(earlier, old, batch.before)
            has = self._held(fact, new, batch.before if before_only else None)
            if had is not None:
                if has is not None and (had.topic, had.fields) == (has.topic, has.fields):
                    continue
                lost = tuple(n for n, v in had.fields.items() if has is None or has.fields.get(n) != v)
                if lost:
                    why = reason or why_withdrawn(fact, lost, has, reworded=earlier.event != fact.event)
                    self._send(audience, Withdrawn(self.pairwise.item(audience, event_id), lost, why), batch, event_id)
            if has is not None:
                older = opening is not None and (
                    fact.event.effective_on < opening.since or (not is_news and event_id not in batch.before)
                )
                caught_up = older and (batch.by_calendar or not self._is_current(event_id))
                self._tell(audience, fact, has, batch, catch_up=caught_up or fact.history)

    def _held(self, fact: Fact, desk: Desk, before: Mapping[UUID, Fact] | None = None) -> Permitted | None:
        """What a desk holds of a fact."""
        under = self.held_under(fact, desk, before)
        return under[1] if under is not None else None

    def held_under(
        self, fact: Fact, desk: Desk, before: Mapping[UUID, Fact] | None = None
    ) -> tuple[Standing, Permitted] | None:
        """What a desk holds of a fact, and under which standing: the open one, else the last ended one that told it."""
        if not fact.stands:
            return None
        if desk.standing is not None:
            seen = self._told_under(fact, desk.standing, desk.plans, before)
            if seen is not None:
                return desk.standing, seen
        for period in reversed(desk.periods):
            ends_it = isinstance(fact.event, ENDINGS) and fact.event.effective_on == period.ended
            if fact.index <= period.upto or fact.id in period.also or ends_it:
                seen = self._told_under(fact, period.standing, period.plans, before)
                if seen is not None:
                    return period.standing, seen
        return None

    def _told_under(
        self, fact: Fact, standing: Standing, plans: tuple[Plan, ...], before: Mapping[UUID, Fact] | None
    ) -> Permitted | None:
        """A fact under a standing; what was told before an end was planned is not taken back because of the plan."""
        seen = self._seen(fact, standing, before)
        if seen is None and plans:
            until = next((plan.until for plan in reversed(plans) if plan.known_from <= fact.index), None)
            return self._seen(fact, replace(standing, until=until), before)
        return seen

    def _seen(self, fact: Fact, standing: Standing, before: Mapping[UUID, Fact] | None = None) -> Permitted | None:
        """A fact under a standing. An event about something the desk may not see is itself not seen."""
        if not fact.stands or (standing.until is not None and not belongs_before(fact, standing.until)):
            return None
        near = False
        for ref in references(fact.event):
            about = (before or {}).get(ref) or self.history.facts.get(ref)
            if about is None or not about.stands or permit(about, standing) is None:
                return None
            near = near or in_reach(about, standing)
        return permit(fact, standing, near=near)

    def _touched(self, batch: Batch) -> list[UUID]:
        """The facts that the batch made or changed, and those that are about them, in stream order."""
        ids = batch.news.keys() | batch.before.keys()
        for event_id in list(ids):
            ids |= set(self.history.referring.get(event_id, ()))
        return sorted(ids, key=lambda i: self.history.facts[i].index)

    def _is_current(self, event_id: UUID) -> bool:
        """Whether this is the placement that the child is in, or will be in by anything that is planned."""
        timeline, context = self.history.timeline, self.history.context
        assert context is not None
        coming = timeline.situations[max(timeline.last_before_plans(context.day), 0) :]
        return any(s.living is not None and s.living.placement == event_id for s in coming)

    def _tell(self, audience: Audience, fact: Fact, seen: Permitted, batch: Batch, *, catch_up: bool) -> None:
        """Tell an item. What was once given notice of stays a notice when it is told again in other words."""
        desk = self.desks[audience]
        notice = fact.id in desk.noticed or (not catch_up and self._wants_acknowledging(fact, audience.role))
        if notice and fact.id not in desk.noticed:
            self.desks[audience] = replace(desk, noticed=desk.noticed | {fact.id})
        body = Told(self._item(audience, fact, seen), notice, catch_up)
        self._send(audience, body, batch, fact.id, seen.rulings)

    def _wants_acknowledging(self, fact: Fact, role: Role) -> bool:
        """Whether the law wants this role to acknowledge this event: not short breaks, nor a temporary placement."""
        context = self.history.context
        assert context is not None
        event = fact.event
        if self.documents.policy(context.policy).notice(event.TYPE.name, role, context.day) is None:
            return False
        about = event.placement if isinstance(event, PlacementEnded | PlacementTerminationIntended) else fact.id
        made = self.history.find(about)
        if made is None or not isinstance(made.event, PlacementMade):
            return True
        timeline = self.history.timeline
        situation = timeline.now if self._is_current(made.id) else timeline.at_end_of(made.event.effective_on)
        return made.event.placement_type not in TEMPORARY and situation.legal_status not in SHORT_BREAKS

    def _item(self, audience: Audience, fact: Fact, seen: Permitted) -> Item:
        fields = seen.fields
        if _carries_refs(fact.event.TYPE):
            fields = {n: self.pairwise.item(audience, v) if isinstance(v, UUID) else v for n, v in seen.fields.items()}
        return Item(self.pairwise.item(audience, fact.id), seen.topic, fields)

    def _items(self, audience: Audience, seen: Iterator[tuple[Fact, Permitted | None]]) -> Iterator[tuple[str, Item]]:
        for fact, permitted in seen:
            if permitted is not None:
                item = self._item(audience, fact, permitted)
                yield item.item, item

    def _whom_to_ring(self) -> Responsible:
        """The responsible authority as it now is, its name, and whom to ring there."""
        context = self.history.context
        assert context is not None
        authority = relationships.responsible(self.history.timeline, context.day)
        assert authority is not None
        register = self.documents.register(context.register)
        code = relationships.carried(register, authority.code, context.day)
        return code, register.name(code), register.contacts(code, Role.RESPONSIBLE_AUTHORITY, context.day)

    def _opened(self, relationship: Relationship, standing: Standing, responsible: Responsible) -> Opened:
        knows_care = standing.decisions.by_class[DataClass.CARE_STATUS].action in (Action.SHARE, Action.COARSEN)
        looked_after = relationship.looked_after if knows_care else Status.UNKNOWN
        code, name, contacts = responsible
        role, ground = relationship.audience.role.value, relationship.ground.value
        return Opened(role, ground, relationship.since, code, name, looked_after, contacts)

    def _send(
        self,
        audience: Audience,
        body: Body,
        batch: Batch,
        event_id: UUID | None = None,
        rulings: tuple[Ruling, ...] = (),
        *,
        breach: bool = False,
    ) -> None:
        nth = self.sent[audience] = self.sent.get(audience, 0) + 1
        message = Message(self.pairwise.message(audience, self.child, nth), self._ref(audience), batch.on, body)
        assert self.history.context is not None
        batch.out.append(Disclosed(audience, message, event_id, rulings, self.history.context.index, breach))

    def _ref(self, audience: Audience) -> str:
        if audience not in self._refs:
            self._refs[audience] = self.pairwise.child(audience, self.child)
        return self._refs[audience]


@cache
def _carries_refs(event_type: EventType) -> bool:
    return any(f.kind is Kind.REF for f in event_type.own_fields)
