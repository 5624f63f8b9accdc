"""What was in force when a desk's relationship began, and is handed over on arrival: status, placement, school, a place in a queue.

A desk is told what happens from then on, and what then was so. Of facts that last (`Lasting`) that is the last word of each kind, as
far as the desk may see it: the last *visible* word, so that what it may not know changes nothing of what it is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from domain.events import Lasting, event_types
from domain.history import Fact, History
from domain.redaction import Permitted, Standing, permit

ENDERS: Final = frozenset(
    name for event_type in event_types().values() if event_type.lasting for name in event_type.lasting.ended_by
)
"""Names of the events that end a lasting one."""


def when_it_began(history: History, standing: Standing) -> frozenset[UUID]:
    """The events that were in force when a relationship began; what came on its first day is told as it happened."""
    situation = history.timeline.at_end_of(standing.since)
    living = situation.living.placement if situation.living is not None else None
    custody = situation.custody.ground if situation.custody is not None else None
    parts = (situation.legal_fact, situation.care_fact, living, custody)
    return frozenset(p for p in parts if p is not None) | frozenset(_last_words(history, standing))


def _last_words(history: History, standing: Standing) -> Iterator[UUID]:
    # who only hands over is told nothing of that day as it happens, so the last words of the day count too
    before = standing.since + timedelta(days=1) if standing.decisions.hands_over else standing.since
    for name in history.lasting:
        last: dict[object, tuple[Fact, Permitted, Lasting]] = {}
        for event_id in history.lasting_before(name, before):
            fact = history.facts[event_id]
            rule = fact.event.TYPE.lasting
            seen = _as_handed_over(fact, standing)
            if seen is not None and rule is not None:
                last[fact.id if rule.each else seen.fields.get(rule.by)] = (fact, seen, rule)
        for fact, seen, rule in last.values():
            if not _is_over(fact, seen, rule, history, standing, before):
                yield fact.id


def _as_handed_over(fact: Fact, standing: Standing) -> Permitted | None:
    """What the desk sees of a fact if it was in force when the relationship began."""
    return permit(fact, replace(standing, in_force=frozenset({fact.id})))


def _is_over(fact: Fact, seen: Permitted, rule: Lasting, history: History, standing: Standing, before: date) -> bool:
    if rule.over is not None and seen.fields.get(rule.over[0]) in rule.over[1]:
        return True
    if not rule.ended_by:
        return False
    later = (history.find(i) for i in history.referring.get(fact.id, ()))
    return any(
        other is not None
        and other.event.TYPE.name in rule.ended_by
        and other.event.effective_on < before
        and _as_handed_over(other, standing) is not None
        for other in later
    )
