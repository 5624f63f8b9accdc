"""The days on which the calendar alone changes what a desk may know of a child, for the day clock to record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain import consent, protection, relationships
from domain.disclosure import Documents
from domain.history import History


def next_day(history: History, documents: Documents) -> date | None:
    """The first day after the one in force on which something changes; None where no such day is known."""
    context = history.context
    if context is None:
        return None
    return min((day for day, _ in changes(history, documents)), default=None)


def reasons(history: History, documents: Documents, day: date) -> tuple[str, ...]:
    """What changes by `day`, in words, in order of the calendar."""
    return tuple(dict.fromkeys(why for when, why in sorted(changes(history, documents)) if when <= day))


def changes(history: History, documents: Documents) -> Iterator[tuple[date, str]]:
    """Each day after the one in force that matters to this child, with what happens on it."""
    context = history.context
    assert context is not None
    register, policy = documents.register(context.register), documents.policy(context.policy)
    for day in relationships.next_dates(history.timeline, register, context.day):
        yield day, "a relationship begins, ends or passes to a successor"
    for day in consent.next_dates(history, context.day):
        yield day, "a consent begins to hold or ceases to"
    for day in protection.next_dates(history, context.day):
        yield day, "a protection of an address ends"
    row = policy.next_change(context.day)
    if row is not None:
        yield row, "a row of the sharing policy comes into force or ceases"
