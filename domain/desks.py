"""Where each desk stands towards one child, and one submission on its way to them: the working parts of `domain.disclosure`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.agencies import Contact
from domain.feed import Masked, Message, Opened, Reason
from domain.history import Change, Context, Fact
from domain.redaction import Permitted, Ruling, Standing
from domain.relationships import Relationship
from domain.vocabulary import Audience

Responsible = tuple[str, str, tuple[Contact, ...]]
"""The responsible authority: its code, its name, and whom to ring there."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One message to one desk, with what the ledger keeps of it.

    event_id: the event an item is about. rulings: why each of its fields came out as it did. context: place in the stream of
    the context-changed entry that named the documents. breach: a relationship that never existed had been acted upon.
    """

    audience: Audience
    message: Message
    event_id: UUID | None
    rulings: tuple[Ruling, ...]
    context: int
    breach: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A planned end of a relationship (None: no longer planned), and from which place in the stream on it was known."""

    known_from: int
    until: date | None


@dataclass(frozen=True, slots=True)
class Period:
    """A relationship that ended: what was told under it stays told, and follows corrections.

    context: the documents and day by which it was open. upto: place in the stream of the last entry before the end. also:
    entries that came with the end and belong to it.
    """

    standing: Standing
    relationship: Relationship
    context: Context
    ended: date
    upto: int
    also: frozenset[UUID]
    plans: tuple[Plan, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one desk stands: its open relationship, if any, earlier ones, what it was given notice of.

    plans: every planned end of the open relationship, as it came to be known; what was told before stays told until the day.
    opened: what was last said of the open relationship.
    """

    relationship: Relationship | None = None
    standing: Standing | None = None
    periods: tuple[Period, ...] = ()
    noticed: frozenset[UUID] = frozenset()
    plans: tuple[Plan, ...] = ()
    opened: Opened | None = None

    def said(self, relationship: Relationship, responsible: Responsible) -> bool:
        """Whether the desk was told as much. Whether the child is looked after is told by items, not by another opening."""
        said = self.opened
        return (
            said is not None
            and (said.since, said.ground) == (relationship.since, relationship.ground.value)
            and (said.responsible_authority, said.responsible_authority_name, said.contacts) == responsible
        )

    def plans_under(self, standing: Standing, known_from: int) -> tuple[Plan, ...]:
        """The plans with that of a new standing, if it is another."""
        if self.standing is None or self.standing.until == standing.until:
            return self.plans
        return (*self.plans, Plan(known_from, standing.until))


@dataclass(slots=True)
class Batch:
    """One submission being disclosed: where it began, what it made (news) and changed (before), and what is sent for it.

    by_calendar: only the day or the documents changed; nobody is asked to acknowledge anew what a successor takes over.
    """

    first: int = 0
    context: Context | None = None
    shaped: bool = False
    by_calendar: bool = True
    news: dict[UUID, None] = field(default_factory=dict)
    before: dict[UUID, Fact] = field(default_factory=dict)
    on: date = date.min
    out: list[Disclosed] = field(default_factory=list)

    def add(self, change: Change) -> None:
        """Keep the first sight of every fact touched."""
        event_id = change.after.id
        if change.before is None:
            self.news[event_id] = None
        elif event_id not in self.news:
            self.before.setdefault(event_id, change.before)


def why_withdrawn(fact: Fact, lost: tuple[str, ...], has: Permitted | None, *, reworded: bool) -> Reason:
    """Corrected only where other words come instead: what a mask or a gate took away must not tell which of them did.

    Words that became hidden ones are taken back like words that never were.
    """
    if not fact.stands or (has is None and reworded):
        return Reason.RETRACTED
    instead = has is not None and any(n in has.fields and not isinstance(has.fields[n], Masked) for n in lost)
    return Reason.CORRECTED if instead else Reason.NO_LONGER_SHARED
