"""Deliberate faults, patched in one at a time: the non-interference property finds every one of them.

A property that never fails proves nothing. Each leak below is a mistake that somebody could make.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from domain import consent, disclosure, redaction, relationships
from domain.codes import CodeList
from domain.disclosure import Disclosure
from domain.events import PlacementMade
from domain.feed import Closed, Masked
from domain.history import Fact
from domain.policy import Action, Decision, Decisions, Policy
from domain.redaction import Outcome, Permitted, Standing
from domain.vocabulary import Audience, DataClass, Role
from tests.properties.secrets import secrets
from tests.properties.test_non_interference import assert_nothing_leaks
from tests.support import story
from tests.support.histories import histories

Plant = Callable[[pytest.MonkeyPatch], None]


def codes_shown_one_by_one(patch: pytest.MonkeyPatch) -> None:
    """A code is shown exactly as soon as its own class is permitted: what is coarse then tells what it hides."""

    def shown(self: CodeList, code: str, may: Callable[[DataClass], bool]) -> str | None:
        found = self.find(code)
        return None if found is None else code if may(found.data_class) else found.coarse

    patch.setattr(CodeList, "shown", shown)


def codes_shown_to_all(patch: pytest.MonkeyPatch) -> None:
    """Code lists are looked up without asking who may see their classes."""
    patch.setattr(CodeList, "shown", lambda _self, code, _may: code)


def adoption_kept_in_the_event(patch: pytest.MonkeyPatch) -> None:
    """A code that should take its whole event with it only loses its own field."""
    patch.setattr(redaction, "_whole_event_hidden", lambda _plan, _event: False)


def adoptive_homes_have_hosts(patch: pytest.MonkeyPatch) -> None:
    """An adoptive placement opens relationships like any other."""
    patch.setattr(relationships, "ADOPTIVE", frozenset())


def findings_for_everybody(patch: pytest.MonkeyPatch) -> None:
    """What the hub noted for the responsible authority goes out to all."""
    real = redaction._compile

    def compile_(*given: Any) -> Any:
        return replace(real(*given), findings=True)

    patch.setattr(redaction, "_compile", compile_)


def hidden_by_default_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A class that the policy hides is shared."""
    real = Policy.decisions

    def decisions(self: Policy, role: Role, on: Any, consents: Any) -> Decisions:
        made = real(self, role, on, consents)
        key = ("leaky", role)
        if key not in made.compiled:
            by_class = {
                c: Decision(c, Action.SHARE, d.row)
                if c in (DataClass.HEALTH_SUMMARY, DataClass.HEALTH_SENSITIVE)
                else d
                for c, d in made.by_class.items()
            }
            made.compiled[key] = Decisions(role, by_class)
        found = made.compiled[key]
        assert isinstance(found, Decisions)
        return found

    patch.setattr(Policy, "decisions", decisions)


def masked_values_go_out(patch: pytest.MonkeyPatch) -> None:
    """A masked value is sent with its mask forgotten."""

    def leak(fact: Fact, standing: Standing, *, near: bool = False) -> Permitted | None:
        seen = real_permit(fact, standing, near=near)
        if seen is None:
            return None
        bare = {
            r.field: redaction._plain(getattr(fact.event, r.field))
            for r in seen.rulings
            if r.outcome is Outcome.MASKED and r.field != "event"
        }
        return Permitted(seen.topic, {**seen.fields, **bare}, seen.rulings)

    real_permit = redaction.permit
    patch.setattr(disclosure, "permit", leak)


def ids_count_what_is_hidden(patch: pytest.MonkeyPatch) -> None:
    """Message ids are made from the place in the store, which moves when something hidden comes before."""

    def message(self: Disclosure, audience: Audience, nth: int) -> str:
        return self.pairwise.message(audience, self.child, self.history.version * 100 + nth)

    real = Disclosure._send

    def send(self: Disclosure, audience: Audience, body: Any, batch: Any, *rest: Any, **named: Any) -> None:
        real(self, audience, body, batch, *rest, **named)
        last = batch.out[-1]
        batch.out[-1] = replace(last, message=replace(last.message, id=message(self, audience, self.sent[audience])))

    patch.setattr(Disclosure, "_send", send)


def the_day_of_hidden_news(patch: pytest.MonkeyPatch) -> None:
    """Closing says on which day the last thing happened, whoever may know of it."""
    real = Disclosure._send

    def send(self: Disclosure, audience: Audience, body: Any, batch: Any, *rest: Any, **named: Any) -> None:
        if isinstance(body, Closed):
            body = Closed(max(f.event.effective_on for f in self.history.facts.values()), body.never)
        real(self, audience, body, batch, *rest, **named)

    patch.setattr(Disclosure, "_send", send)


def events_about_hidden_events(patch: pytest.MonkeyPatch) -> None:
    """An ending is told to those who may not know what it ended."""
    patch.setattr(disclosure, "references", lambda _event: iter(()))


def an_empty_message_for_hidden_events(patch: pytest.MonkeyPatch) -> None:
    """Something hidden is sent as an item with nothing in it."""
    real = redaction.permit

    def leak(fact: Fact, standing: Standing, *, near: bool = False) -> Permitted | None:
        return real(fact, standing, near=near) or Permitted("record", {"record": Masked("restricted")}, ())

    patch.setattr(disclosure, "permit", leak)


def refused_consents_count(patch: pytest.MonkeyPatch) -> None:
    """Whoever was asked is as good as whoever agreed: the answer is not read, and the asking shows."""
    real = consent.in_force

    def in_force(history: Any, role: Role, day: Any) -> dict[DataClass, UUID]:
        asked = dict.fromkeys([DataClass.CONSENT] if history.consents else [], UUID(int=0))
        return {**real(history, role, day), **asked}

    def limited(self: Policy, role: Role, on: Any, consents: Any) -> Decisions:
        made = real_decisions(self, role, on, {c: i for c, i in consents.items() if c is not DataClass.CONSENT})
        if DataClass.CONSENT not in consents:
            return made
        return real_decisions(self, Role.RESPONSIBLE_AUTHORITY, on, {})

    real_decisions = Policy.decisions
    patch.setattr(consent, "in_force", in_force)
    patch.setattr(Policy, "decisions", limited)


def dates_of_hidden_events(patch: pytest.MonkeyPatch) -> None:
    """The day of every event goes out, even where nothing else does."""
    real = redaction.permit

    def leak(fact: Fact, standing: Standing, *, near: bool = False) -> Permitted | None:
        seen = real(fact, standing, near=near)
        if seen is None and not isinstance(fact.event, PlacementMade):
            return Permitted("record", {"record": Masked(str(fact.event.effective_on))}, ())
        return seen

    patch.setattr(disclosure, "permit", leak)


def empty_items(patch: pytest.MonkeyPatch) -> None:
    """A number that may not be told goes out as an item with nothing but its day."""
    patch.setattr(redaction, "DATES", frozenset())


LEAKS: list[Plant] = [
    empty_items,
    codes_shown_one_by_one,
    codes_shown_to_all,
    adoption_kept_in_the_event,
    adoptive_homes_have_hosts,
    findings_for_everybody,
    hidden_by_default_forgotten,
    masked_values_go_out,
    ids_count_what_is_hidden,
    the_day_of_hidden_news,
    events_about_hidden_events,
    an_empty_message_for_hidden_events,
    refused_consents_count,
    dates_of_hidden_events,
]


@pytest.mark.parametrize("plant", LEAKS, ids=lambda p: p.__name__)
def test_a_planted_leak_is_caught(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    story.shipped.cache_clear()  # code tables are compiled once per policy

    @settings(
        max_examples=4000,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(histories().flatmap(secrets))
    def hunt(secret: Any) -> None:
        assert_nothing_leaks(secret)

    try:
        with pytest.raises(AssertionError, match="can tell"):
            hunt()
    finally:
        story.shipped.cache_clear()
