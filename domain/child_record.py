"""One child's record: decides what a submission adds to the stream. It only ever grows.

`ChildRecord` is the aggregate of the event store: folded from its stream, never changed by deciding, so that a decision that could
not be stored leaves nothing behind and is simply taken again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from domain import findings, forms, relationships
from domain.agencies import AgencyKind, Register
from domain.codes import CodeBook
from domain.events import (
    AddressProtected,
    AdoptionPlanDecided,
    CarePlanMade,
    ChildRegistered,
    ConsentRecorded,
    ContextChanged,
    DisputeOpened,
    Event,
    EventCorrected,
    EventRetracted,
    Excluded,
    IdentifierAdded,
    InformationGapLogged,
    LongTermResidenceBegan,
    NoticeAcknowledged,
    PlacementMade,
    PlacementProposed,
    RecordsLinked,
    RecordsUnlinked,
    ReportReceived,
    SchoolStarted,
    WentMissing,
    upcast,
)
from domain.forms import Problem, Refused
from domain.history import History
from domain.recorded import Recorded
from domain.relationships import carried
from domain.submission import Intended

MUST_NAME: dict[str, tuple[type[Event], ...]] = {
    "names_placement": (PlacementMade,),
    "names_consent": (ConsentRecorded,),
    "names_protection": (AddressProtected,),
    "names_care_plan": (CarePlanMade,),
    "names_dispute": (DisputeOpened,),
    "names_proposal": (PlacementProposed,),
    "names_residence": (LongTermResidenceBegan,),
    "names_gap": (InformationGapLogged,),
    "names_school": (SchoolStarted,),
    "names_exclusion": (Excluded,),
    "names_missing": (WentMissing,),
    "names_adoption_plan": (AdoptionPlanDecided,),
    "names_event": (Event,),
}


def reporters(event: Event) -> frozenset[str]:
    """Who may report it: as its type says. A correction, whoever may report its new words; an authority's number, itself alone."""
    if isinstance(event, EventCorrected):
        return event.TYPE.reporters & reporters(event.replacement)
    if isinstance(event, IdentifierAdded) and event.local_id is not None:
        return frozenset({"responsible"})
    return event.TYPE.reporters


def not_theirs(event: Event) -> Problem:
    """The refusal of an event that an agency of this kind does not report. The same whether or not a child is known."""
    allowed = reporters(event)
    event = event.replacement if isinstance(event, EventCorrected) else event
    if not allowed - {"hub"}:
        return Problem("type", "is recorded by the hub itself", "ours")
    if isinstance(event, IdentifierAdded) and event.local_id is not None:
        return Problem("local_id", "is given by the responsible authority alone", "SSDA903 CHILD")
    return Problem("type", f"{event.TYPE.name} is reported by {' or '.join(sorted(allowed))}", "docs/decisions/0007")


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


def grants_itself(event: Event, desk: Desk) -> Problem | None:
    """The refusal of an event by which an agency would open a desk of its own. The same whether or not a child is known."""
    event = event.replacement if isinstance(event, EventCorrected) else event
    if isinstance(event, SchoolStarted) and event.school is not None:
        agency = desk.register.agency(desk.reporter)
        if agency is None or agency.kind is not AgencyKind.AUTHORITY:
            return Problem("school", "the responsible authority says whose desk opens", "docs/decisions/0007")
    return None


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

    def responsible_on(self, day: date) -> str | None:
        """Code of the responsible authority by all that is known on a day, but for what is planned."""
        authority = relationships.responsible(self.history.timeline, day)
        return authority.code if authority is not None else None

    def is_responsible(self, desk: Desk) -> bool:
        """Whether the desk's agency is the responsible authority, or what that authority became."""
        return _is_responsible(self.history, desk)

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

        An id that is already here with other words is corrected; words it had before it was corrected change nothing, so that the
        same return again undoes nobody's correction. All entries of one call are disclosed together.
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

        report: the report's stream, `report-received` first. The events keep who reported them, and each must be theirs to report.
        Raises Refused, also for a report that is joined already.
        """
        if joined_to(report) is not None:
            raise Refused(Problem("report", "is joined to a child already; unlink it first", "ours"))
        draft = _Draft(self, desk)
        problems = list(draft.add(link))
        for entry in report[1:] if not problems else ():
            if not isinstance(entry.event, RecordsLinked | RecordsUnlinked | ContextChanged):
                problems.extend(draft.join(entry))
        if problems:
            raise Refused(*problems)
        return draft.entries()


def joined_to(report: Sequence[Recorded]) -> UUID | None:
    """The child that a report is joined to, by the notes in the report's own stream; None while it waits."""
    notes = [e.event for e in report if isinstance(e.event, RecordsLinked | RecordsUnlinked)]
    return notes[-1].report if notes and isinstance(notes[-1], RecordsLinked) else None


def _is_responsible(history: History, desk: Desk, then: date | None = None) -> bool:
    """Whether the desk's agency is responsible for the child, or was on the day of what it reports."""
    today = desk.at.date()
    now = relationships.responsible(history.timeline, today)
    terms = (now, history.timeline.at_end_of(then).authority) if then is not None else (now,)
    return any(
        term is not None and desk.reporter in (term.code, carried(desk.register, term.code, today)) for term in terms
    )


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
            if not known.stands or self._was_said(
                known.id, event
            ):  # a retracted fact does not come back by being said again
                return ()
            event = EventCorrected(effective_on=self._desk.at.date(), corrects=one.event_id, replacement=event)
            one = replace(one, event_id=self._desk.new_id(), event=event)
        problems = [*forms.check(event, self._desk.rules), *self._standing(event, self._desk), *self._references(event)]
        if not problems:
            self.put(one, self._desk.reporter)
        return problems

    def join(self, entry: Recorded) -> Iterable[Problem]:
        """Check a waiting report's event for who reported it, and put it in under its own id."""
        if self._history.find(entry.event_id) is not None:
            return [Problem("report", "is joined to a child already; unlink it first", "ours")]
        theirs = replace(self._desk, reporter=entry.reporter)
        problems = [*self._standing(entry.event, theirs), *self._references(entry.event)]
        if not problems:
            self.put(Intended(entry.event_id, entry.event), entry.reporter)
        return problems

    def _was_said(self, about: UUID, event: Event) -> bool:
        """Whether this event says, or ever said, these words: at first, or in a correction since."""
        history = self._history
        corrections = (history.facts[i].event for i in history.referring.get(about, ()))
        said = [history.facts[about].event, *(words for _, words in history.words.get(about, ()))]
        said.extend(c.replacement for c in corrections if isinstance(c, EventCorrected))
        return upcast(event) in map(upcast, said)

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

    def _standing(self, event: Event, desk: Desk) -> list[Problem]:
        """Whether this agency may report this, about this child, as the first word or a later one."""
        first = self._record.version == 0 and not self._entries
        if first:
            if isinstance(event, ChildRegistered):
                return self._registering(event, desk.reporter, desk)
            if isinstance(event, ReportReceived):
                return []
            return [Problem("child", "no record of this child: its responsible authority registers it first", "ours")]
        if isinstance(event, ChildRegistered):
            return [Problem("type", "this child is registered; correct the details instead", "ours")]
        if isinstance(event, EventCorrected | EventRetracted):
            problems = self._own_words(event, desk)
            if isinstance(event, EventCorrected) and not problems:
                problems = self._content(event.replacement, event, desk)
            return problems
        return self._content(event, event, desk)

    def _content(self, words: Event, event: Event, desk: Desk) -> list[Problem]:
        """Whether this agency may say these words. event: what it says them in, the words themselves or a correction."""
        if isinstance(words, NoticeAcknowledged) and words.audience.partition("/")[0] != desk.reporter:
            return [Problem("audience", "an agency acknowledges for its own desks alone", "ours")]
        if isinstance(words, ChildRegistered) and isinstance(event, EventCorrected):
            fact = self._history.facts.get(event.corrects)
            was = fact.event.authority if fact is not None and isinstance(fact.event, ChildRegistered) else None
            return self._registering(words, was, desk)
        granted = grants_itself(event, desk)
        if granted is not None:
            return [granted]
        responsible = _is_responsible(self._history, desk, words.effective_on)
        its_own = isinstance(words, LongTermResidenceBegan) and words.ordinary_residence == desk.reporter
        if its_own and not responsible:
            return [Problem("ordinary_residence", "is not said by that authority itself", "CA 1989 s85(1), s86(1)")]
        agency = desk.register.agency(desk.reporter)
        allowed = reporters(event)
        if agency is not None and agency.kind.value in allowed:
            return []
        if "responsible" in allowed and responsible:
            return []
        return [not_theirs(event)]

    def _registering(self, event: ChildRegistered, was: str | None, desk: Desk) -> list[Problem]:
        if event.authority in (desk.reporter, was):
            return []
        return [Problem("authority", "only the responsible authority itself registers a child", "CA 1989 s22(1)")]

    def _own_words(self, event: EventCorrected | EventRetracted, desk: Desk) -> list[Problem]:
        about = event.corrects if isinstance(event, EventCorrected) else event.retracts
        fact = self._history.facts.get(about)
        if fact is not None and isinstance(fact.event, ContextChanged | ReportReceived):
            return [Problem("type", "what the hub itself recorded is not corrected or retracted", "ours")]
        if fact is None or fact.reporter == desk.reporter or _is_responsible(self._history, desk):
            return []
        return [
            Problem(
                "type",
                "only who reported an event, or the responsible authority, corrects or retracts it",
                "UK GDPR Art 16",
            )
        ]

    def _references(self, event: Event) -> Iterable[Problem]:
        for f in event.TYPE.own_fields:
            wanted = MUST_NAME.get(f.meta.check)
            value = getattr(event, f.name)
            if wanted is None or value is None:
                continue
            fact = self._history.facts.get(value) or self._drafted(value)
            about = fact.event if fact is not None else None
            if about is None or not isinstance(about, wanted):
                yield Problem(f.name, f"names no {wanted[0].__name__} in this child's record", f.meta.source)
            elif isinstance(event, EventCorrected) and about.TYPE.name != event.replacement.TYPE.name:
                yield Problem("replacement", "is of another type than the event it corrects", "ours")

    def _drafted(self, event_id: UUID) -> Recorded | None:
        return next((e for e in self._entries if e.event_id == event_id), None)
