"""A child's stream read as facts: what was said, as it stands after corrections, retractions and unlinked reports."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.events import (
    ContextChanged,
    EntryQuarantined,
    EntryReleased,
    Event,
    EventCorrected,
    EventRetracted,
    Kind,
    PlacementMade,
    RecordsLinked,
    RecordsUnlinked,
    event_types,
    upcast,
)
from domain.recorded import Recorded
from domain.timeline import Timeline
from domain.vocabulary import DataClass


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry as it stands now. Replaced, never changed, when it is corrected or retracted.

    index: its place in the stream. event: the corrected words. known_on: when the hub learnt these words.
    stands: False once retracted. report: the waiting report it came with, if any.
    """

    id: UUID
    index: int
    event: Event
    known_on: date
    reporter: str
    findings: tuple[str, ...]
    history: bool
    stands: bool = True
    report: UUID | None = None

    @property
    def topic(self) -> str:
        """The versioned topic of its event."""
        return self.event.TYPE.topic


@dataclass(frozen=True, slots=True)
class Change:
    """What one entry did to one fact: before is None for a new fact."""

    before: Fact | None
    after: Fact


@dataclass(frozen=True, slots=True)
class Context:
    """The documents and the day in force, and the entry that set them."""

    policy: str
    register: str
    day: date
    index: int


@dataclass(slots=True)
class History:
    """The fold of one stream, in stream order. `timeline` orders by effective date the facts that shape relationships.

    details, consents, withdrawals, protections, disputes, addressed (what tells an address): ids of the facts of that
    kind, so that none of them is searched for.
    lasting: the standing facts that last until another of their kind (`Lasting`), by event name, in effective order.
    referring: for each event, the events that are about it. words: for each corrected event, what it said at first and after
    each correction, under the id of the entry that said so.
    """

    facts: dict[UUID, Fact] = field(default_factory=dict)
    timeline: Timeline = field(default_factory=Timeline)
    context: Context | None = None
    details: dict[UUID, None] = field(default_factory=dict)
    consents: dict[UUID, None] = field(default_factory=dict)
    withdrawals: dict[UUID, None] = field(default_factory=dict)
    protections: dict[UUID, None] = field(default_factory=dict)
    disputes: dict[UUID, None] = field(default_factory=dict)
    addressed: dict[UUID, None] = field(default_factory=dict)
    lasting: dict[str, list[tuple[date, bytes, UUID]]] = field(default_factory=dict)
    referring: dict[UUID, list[UUID]] = field(default_factory=dict)
    words: dict[UUID, list[tuple[UUID, Event]]] = field(default_factory=dict)
    version: int = 0
    _linking: UUID | None = None

    @classmethod
    def of(cls, stream: Iterable[Recorded]) -> History:
        """The history that these entries tell."""
        history = cls()
        for recorded in stream:
            history.add(recorded)
        return history

    def add(self, recorded: Recorded) -> list[Change]:
        """Take in the next entry; answers every fact it made or changed, the entry's own first."""
        self.version = recorded.originator_version
        event = recorded.event
        if isinstance(event, EntryQuarantined | EntryReleased):
            return []  # about the stream, not about the child: `domain.quarantine` reads them
        own = Fact(
            recorded.event_id,
            recorded.originator_version,
            event,
            recorded.recorded_on,
            recorded.reporter,
            recorded.findings,
            recorded.history,
            report=self._linking,
        )
        changes = [Change(self.facts.get(own.id), own)]
        if isinstance(event, EventCorrected):
            changes.extend(self._correct(event, own))
        elif isinstance(event, EventRetracted):
            changes.extend(self._retract([event.retracts], own))
        elif isinstance(event, RecordsUnlinked):
            joined = [f.id for f in self.facts.values() if f.report == event.report and f.stands]
            changes.extend(self._retract(joined, own))
        elif isinstance(event, ContextChanged):
            self.context = Context(event.policy, event.register, event.effective_on, own.index)
        if isinstance(event, RecordsLinked):
            self._linking = event.report
        if not recorded.continues:
            self._linking = None
        for change in changes:
            self._put(change)
        return changes

    def copy(self) -> History:
        """A history that goes on by itself; facts are shared, they never change."""
        return History(
            dict(self.facts),
            self.timeline.copy(),
            self.context,
            dict(self.details),
            dict(self.consents),
            dict(self.withdrawals),
            dict(self.protections),
            dict(self.disputes),
            dict(self.addressed),
            {name: list(ids) for name, ids in self.lasting.items()},
            {about: list(ids) for about, ids in self.referring.items()},
            {about: list(said) for about, said in self.words.items()},
            self.version,
            self._linking,
        )

    def standing_facts(self) -> Iterator[Fact]:
        """All facts that have not been retracted, in stream order."""
        return (fact for fact in self.facts.values() if fact.stands)

    def find(self, event_id: UUID | None) -> Fact | None:
        """The fact of this id, if it stands."""
        fact = self.facts.get(event_id) if event_id is not None else None
        return fact if fact is not None and fact.stands else None

    def _correct(self, event: EventCorrected, own: Fact) -> list[Change]:
        before = self.facts.get(event.corrects)
        if before is None or before.event.TYPE.name != event.replacement.TYPE.name:
            return []
        self.words.setdefault(before.id, [(before.id, before.event)]).append((own.id, event.replacement))
        return [Change(before, replace(before, event=event.replacement, known_on=own.known_on))]

    def _retract(self, ids: Iterable[UUID], own: Fact) -> list[Change]:
        changes = []
        for event_id in ids:
            before = self.facts.get(event_id)
            if before is None or not before.stands:
                continue
            changes.append(Change(before, replace(before, known_on=own.known_on, stands=False)))
            if isinstance(before.event, EventCorrected):
                changes.extend(self._without(before.event.corrects, event_id, own))
        return changes

    def _without(self, about: UUID, correction: UUID, own: Fact) -> list[Change]:
        """A correction was retracted: the words before it stand again, unless others came after it."""
        said = self.words.get(about, [])
        said[:] = [one for one in said if one[0] != correction]
        before = self.facts.get(about)
        if before is None or not said or said[-1][1] == before.event:
            return []
        return [Change(before, replace(before, event=said[-1][1], known_on=own.known_on))]

    def _put(self, change: Change) -> None:
        before, after = change.before, change.after
        if before is not None:
            self.timeline.remove(before.id)
            # a retracted fact may come back under its own id (a report linked again): it moves to its new place
            if after.index != before.index:
                del self.facts[before.id]
        else:
            for ref in references(after.event):
                self.referring.setdefault(ref, []).append(after.id)
        self.facts[after.id] = after
        if after.event.TYPE.lasting is not None:
            self._put_lasting(change)
        if after.stands:
            self.timeline.insert(after.id, upcast(after.event), after.known_on, after.reporter)
        index = _INDEXES.get(after.event.TYPE.name)
        if index is not None:
            getattr(self, index)[after.id] = None

    def _put_lasting(self, change: Change) -> None:
        known = self.lasting.setdefault(change.after.event.TYPE.name, [])
        if change.before is not None and change.before.stands:
            known.remove(_place(change.before))
        if change.after.stands:
            insort(known, _place(change.after))

    def lasting_before(self, name: str, day: date) -> list[UUID]:
        """The facts of one lasting kind effective before a day, in effective order."""
        known = self.lasting.get(name, [])
        return [i for _, _, i in known[: bisect_left(known, day, key=lambda place: place[0])]]


def _place(fact: Fact) -> tuple[date, bytes, UUID]:
    return fact.event.effective_on, fact.id.bytes, fact.id


ADDRESSED: Final = frozenset(
    event_type.name
    for event_type in event_types().values()
    if event_type.cls is not PlacementMade
    and any(f.data_class is DataClass.PLACEMENT_ADDRESS for f in event_type.own_fields)
)
"""Names of the events that may give the address of a placement away without being that placement: a practice near it, say."""


_INDEXES = {
    "child-registered": "details",
    "details-corrected": "details",
    "consent-recorded": "consents",
    "consent-withdrawn": "withdrawals",
    "address-protected": "protections",
    "address-unprotected": "protections",
    "dispute-opened": "disputes",
} | dict.fromkeys(ADDRESSED, "addressed")

_REFERENCE_FIELDS: dict[type[Event], tuple[str, ...]] = {}


def references(event: Event) -> Iterator[UUID]:
    """The events that this one is about. An event about something a desk may not see is itself not seen."""
    cls = type(event)
    names = _REFERENCE_FIELDS.get(cls)
    if names is None:
        names = tuple(f.name for f in cls.TYPE.fields if f.kind is Kind.REF and f.meta.check.startswith("names_"))
        _REFERENCE_FIELDS[cls] = names
    for name in names:
        ref = getattr(event, name)
        if ref is not None:
            yield ref
