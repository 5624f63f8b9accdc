"""Where each desk stands towards one child, and one submission on its way to them: the working parts of `domain.disclosure`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.feed import Message
from domain.history import Change, Context, Fact
from domain.redaction import Ruling, Standing
from domain.relationships import Relationship
from domain.vocabulary import Audience


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
class Period:
    """A relationship that ended: what was told under it stays told, and follows corrections.

    context: the documents and day by which it was open. upto: place in the stream of the last entry before the end. also:
    entries that came with the end and belong to it.
    """

    standing: Standing
    relationship: Relationship
    context: Context
    upto: int
    also: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one desk stands: its open relationship, if any, earlier ones, what it was given notice of."""

    relationship: Relationship | None = None
    standing: Standing | None = None
    periods: tuple[Period, ...] = ()
    noticed: frozenset[UUID] = frozenset()


@dataclass(slots=True)
class Batch:
    """One submission being disclosed: where it began, what it made (news) and changed (before), and what is sent for it."""

    first: int = 0
    context: Context | None = None
    shaped: bool = False
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
