"""Which consents are in force, and who may give one.

Sources: Children Act 1989 s2-3, s33 (who has parental responsibility), Family Law Reform Act 1969 s8 and Gillick (the young
person), UK GDPR Art 4(11), 7(3). Consent is one basis among several: what rests on a duty does not ask for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from domain.events import ChildRegistered, ConsentRecorded, ConsentWithdrawn, DetailsCorrected
from domain.history import Fact, History
from domain.vocabulary import DataClass, Role, Unknown

DECIDES_ALONE_FROM = 16  # years; Family Law Reform Act 1969 s8, and ours for sharing
CARE_ORDERS = frozenset({"C1", "C2"})  # parental responsibility shared with the authority, CA 1989 s33(3)
PARENTS_SHARE_NO_LONGER = frozenset({"E1", "D1"})  # placement and freeing orders


def in_force(history: History, role: Role, day: date) -> dict[DataClass, UUID]:
    """For one role, the classes covered by a consent in force, each with the consent-recorded event it rests on.

    The latest answer about a class and role decides; a refusal or a lapse ends what an earlier answer allowed.
    """
    answers: dict[DataClass, UUID | None] = {}
    for fact in _in_effective_order(history, history.consents):
        event = fact.event
        assert isinstance(event, ConsentRecorded)
        if role.value not in event.roles or event.effective_on > max(day, fact.known_on):
            continue
        holds = (
            event.state == "given"
            and may_give(history, event, max(day, fact.known_on))
            and not _lapsed(history, fact, day)
        )
        for name in event.classes:
            data_class = DataClass(name)
            # an answer that has lapsed leaves no older one behind it: the person was asked again in between
            answers[data_class] = fact.id if holds else None
    return {c: a for c in DataClass if (a := answers.get(c)) is not None}


def may_give(history: History, event: ConsentRecorded, day: date) -> bool:
    """Whether this giver may answer, by age and legal status when the answer was given and by age on `day`."""
    status = history.timeline.at_end_of(event.effective_on).legal_status
    if event.giver == "child":
        return event.ground != "age-16-or-over" or _is_16(history, event.effective_on)
    if event.giver in ("court", "special-guardian"):
        return True
    if _is_16(history, day):
        return False
    if event.giver == "local-authority":
        return status in CARE_ORDERS or status in PARENTS_SHARE_NO_LONGER
    return status not in PARENTS_SHARE_NO_LONGER


def sixteenth_birthday(history: History) -> date | None:
    """The day from which the young person decides alone, where the date of birth is known."""
    born: date | Unknown | None = None
    for fact in _in_effective_order(history, history.details):
        if isinstance(fact.event, ChildRegistered | DetailsCorrected) and fact.event.born_on is not None:
            born = fact.event.born_on
    if not isinstance(born, date):
        return None
    day = 28 if (born.month, born.day) == (2, 29) else born.day
    year = born.year + DECIDES_ALONE_FROM
    return date(year, born.month, born.day if year % 4 == 0 else day)


def next_dates(history: History, day: date) -> set[date]:
    """The days after `day` on which a consent lapses, a withdrawal takes effect or the young person turns 16."""
    dates: set[date] = set()
    for fact in _in_effective_order(history, history.consents):
        assert isinstance(fact.event, ConsentRecorded)
        dates.add(fact.event.effective_on)
        if fact.event.until is not None:
            dates.add(date.fromordinal(fact.event.until.toordinal() + 1))
    dates.update(f.event.effective_on for f in _in_effective_order(history, history.withdrawals))
    birthday = sixteenth_birthday(history) if history.consents else None
    if birthday is not None:
        dates.add(birthday)
    return {d for d in dates if d > day}


def _in_effective_order(history: History, ids: Iterable[UUID]) -> list[Fact]:
    facts = [f for i in ids if (f := history.find(i)) is not None]
    return sorted(facts, key=lambda f: (f.event.effective_on, f.id.bytes))


def _lapsed(history: History, fact: Fact, day: date) -> bool:
    event = fact.event
    assert isinstance(event, ConsentRecorded)
    if event.until is not None and event.until < max(day, fact.known_on):
        return True
    return any(
        isinstance(w.event, ConsentWithdrawn)
        and w.event.consent == fact.id
        and w.event.effective_on <= max(day, w.known_on)
        for w in _in_effective_order(history, history.withdrawals)
    )


def _is_16(history: History, day: date) -> bool:
    birthday = sixteenth_birthday(history)
    return birthday is not None and birthday <= day
