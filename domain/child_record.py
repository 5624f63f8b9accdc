"""One child's record: decides what a submission adds to the stream. It only ever grows.

`ChildRecord` is the aggregate of the event store: folded from its stream, never changed by deciding, so that a decision that could
not be stored leaves nothing behind and is simply taken again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from domain import findings, forms
from domain.agencies import Register
from domain.codes import CodeBook
from domain.events import (
    AddressProtected,
    ChildRegistered,
    ConsentRecorded,
    ContextChanged,
    Event,
    EventCorrected,
    EventRetracted,
    NoticeAcknowledged,
    PlacementMade,
    RecordsLinked,
    RecordsUnlinked,
    ReportReceived,
)
from domain.forms import Problem, Refused
from domain.history import History
from domain.recorded import Recorded
from domain.relationships import carried
from domain.submission import Intended

_MUST_NAME: dict[str, tuple[type[Event], ...]] = {
    "names_placement": (PlacementMade,),
    "names_consent": (ConsentRecorded,),
    "names_protection": (AddressProtected,),
    "names_event": (Event,),
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Who submits and when: the agency's code, the moment (UTC), the documents in force, and where new ids come from."""

    reporter: str
    at: datetime
    register: Register
    codes: CodeBook
    context: ContextChanged
    new_id: Callable[[], UUID]

    @property
    def rules(self) -> forms.Rulebook:
        """What form checks look things up in."""
        return forms.Rulebook(self.codes, self.register, self.at.date())


@dataclass(slots=True)
class ChildRecord:
    """The record of one stream: a child's, or that of a report waiting to be matched."""

    id: UUID
    history: History = field(default_factory=History)
    first: type[Event] | None = None

    @property
    def version(self) -> int:
        """Version of the last entry taken in; 0 before the first."""
        return self.history.version

    @property
    def responsible_authority(self) -> str | None:
        """Code of the responsible authority, as registered."""
        authority = self.history.timeline.now.authority
        return authority.code if authority is not None else None

    @classmethod
    def project(cls, record: ChildRecord | None, entries: Iterable[Recorded]) -> ChildRecord | None:
        """Fold entries into a record; None while there are none. The event store's projector."""
        for entry in entries:
            if record is None:
                record = cls(entry.originator_id, first=type(entry.event))
            record.history.add(entry)
        return record

    def decide(self, intended: Sequence[Intended], desk: Desk) -> list[Recorded]:
        """The entries that record these events; none where all of it is already so. Raises Refused: then nothing is recorded.

        An id that is already here with other words is corrected. All entries of one call are disclosed together.
        """
        draft = _Draft(self, desk)
        problems: list[Problem] = []
        for one in intended:
            problems.extend(draft.add(one))
        if problems:
            raise Refused(*problems)
        return draft.entries()

    def link(self, link: Intended, report: Sequence[Recorded], desk: Desk) -> list[Recorded]:
        """The entries that join a waiting report to this child: the link, then the report's events under their own ids.

        report: the report's stream, `report-received` first. The events keep who reported them.
        """
        draft = _Draft(self, desk)
        problems = list(draft.add(link))
        if problems:
            raise Refused(*problems)
        for entry in report[1:]:
            if not isinstance(entry.event, RecordsLinked | RecordsUnlinked | ContextChanged):
                draft.put(Intended(entry.event_id, entry.event), entry.reporter)
        return draft.entries()


class _Draft:
    """Entries being decided, checked against the history as it would be with those before them."""

    def __init__(self, record: ChildRecord, desk: Desk) -> None:
        self._record = record
        self._desk = desk
        self._history = record.history
        self._entries: list[Recorded] = []

    def add(self, one: Intended) -> Iterable[Problem]:
        """Check one event and put it in, unless it is already so."""
        event = one.event
        known = self._history.facts.get(one.event_id)
        if known is not None:
            if known.event == event or not known.stands:  # a retracted fact does not come back by being said again
                return ()
            event = EventCorrected(effective_on=self._desk.at.date(), corrects=one.event_id, replacement=event)
            one = replace(one, event_id=self._desk.new_id(), event=event)
        problems = [*forms.check(event, self._desk.rules), *self._standing(event), *self._references(event)]
        if not problems:
            self.put(one, self._desk.reporter)
        return problems

    def put(self, one: Intended, reporter: str) -> None:
        """Append an entry; a new record gets the documents in force right after its first."""
        desk = self._desk
        if self._entries:
            self._follow(self._entries[-1])
        found = findings.find(self._history, one.event, desk.register, desk.codes, desk.at.date())
        self._entries.append(self._entry(one, reporter, found))
        if self._history.version == 0 and len(self._entries) == 1:
            self._follow(self._entries[-1])
            self._entries.append(self._entry(Intended(desk.new_id(), desk.context), reporter, ()))

    def entries(self) -> list[Recorded]:
        """The entries, all but the last marked as continuing."""
        return [replace(e, continues=True) for e in self._entries[:-1]] + self._entries[-1:]

    def _entry(self, one: Intended, reporter: str, found: tuple[str, ...]) -> Recorded:
        return Recorded(
            originator_id=self._record.id,
            originator_version=self._record.version + len(self._entries) + 1,
            event_id=one.event_id,
            recorded_at=self._desk.at,
            reporter=reporter,
            findings=found,
            history=one.history,
            event=one.event,
        )

    def _follow(self, entry: Recorded) -> None:
        if self._history is self._record.history:
            self._history = self._history.copy()
        self._history.add(entry)

    def _standing(self, event: Event) -> list[Problem]:
        """Whether this agency may report this, about this child, as the first word or a later one."""
        desk = self._desk
        name = event.TYPE.name
        first = self._record.version == 0 and not self._entries
        if first:
            if isinstance(event, ChildRegistered):
                if event.authority != desk.reporter:
                    return [
                        Problem(
                            "authority", "only the responsible authority itself registers a child", "CA 1989 s22(1)"
                        )
                    ]
                return []
            if isinstance(event, ReportReceived):
                return []
            return [Problem("child", "no record of this child: its responsible authority registers it first", "ours")]
        if isinstance(event, ChildRegistered):
            return [Problem("type", "this child is registered; correct the details instead", "ours")]
        if isinstance(event, ContextChanged | ReportReceived):
            return [Problem("type", "is recorded by the hub itself", "ours")]
        agency = desk.register.agency(desk.reporter)
        allowed = event.TYPE.reporters
        if isinstance(event, EventCorrected | EventRetracted):
            return self._own_words(event)
        if isinstance(event, NoticeAcknowledged) and event.audience.partition("/")[0] != desk.reporter:
            return [Problem("audience", "an agency acknowledges for its own desks alone", "ours")]
        if agency is not None and agency.kind.value in allowed:
            return []
        if "responsible" in allowed and self._is_responsible():
            return []
        return [Problem("type", f"{name} is reported by {' or '.join(sorted(allowed))}", "docs/decisions/0007")]

    def _own_words(self, event: EventCorrected | EventRetracted) -> list[Problem]:
        about = event.corrects if isinstance(event, EventCorrected) else event.retracts
        fact = self._history.facts.get(about)
        if fact is not None and isinstance(fact.event, ContextChanged | ReportReceived):
            return [Problem("type", "what the hub itself recorded is not corrected or retracted", "ours")]
        if fact is None or fact.reporter == self._desk.reporter or self._is_responsible():
            return []
        return [
            Problem(
                "type",
                "only who reported an event, or the responsible authority, corrects or retracts it",
                "UK GDPR Art 16",
            )
        ]

    def _is_responsible(self) -> bool:
        authority = self._history.timeline.now.authority
        if authority is None:
            return False
        return self._desk.reporter in (
            authority.code,
            carried(self._desk.register, authority.code, self._desk.at.date()),
        )

    def _references(self, event: Event) -> Iterable[Problem]:
        for f in event.TYPE.own_fields:
            wanted = _MUST_NAME.get(f.meta.check)
            value = getattr(event, f.name)
            if wanted is None or value is None:
                continue
            fact = self._history.facts.get(value) or self._drafted(value)
            about = fact.event if fact is not None else None
            if about is None or not isinstance(about, wanted):
                yield Problem(f.name, f"names no {wanted[0].__name__} in this child's record", f.meta.source)
            elif isinstance(event, EventCorrected) and type(about) is not type(event.replacement):
                yield Problem("replacement", "is of another type than the event it corrects", "ours")

    def _drafted(self, event_id: UUID) -> Recorded | None:
        return next((e for e in self._entries if e.event_id == event_id), None)
