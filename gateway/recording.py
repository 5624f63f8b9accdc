"""Taking submissions in: check the form, find the child, decide, store. What names no child for certain waits in a tray."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from adapters.blind_index import BlindIndex, IdentifierKind, IdentifierRefused, name_and_birth
from adapters.eventsourcing_store import ChildRecords, Conflict
from domain.agencies import Register
from domain.child_record import ChildRecord, Desk
from domain.codes import CodeBook
from domain.events import (
    ChildRegistered,
    ContextChanged,
    Event,
    EventType,
    IdentifierAdded,
    NoticeAcknowledged,
    RecordsLinked,
    RecordsUnlinked,
    ReportReceived,
)
from domain.forms import Problem, Refused, check, latest_version, nhs_number_is_valid, read_event
from domain.recorded import Recorded
from domain.submission import Identifiers, Intended

ATTEMPTS: Final = 5  # how often a command is taken again from the start when somebody else recorded first


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reporter is told: received, under this id. The same whether or not a child was found."""

    event_id: UUID


@dataclass(frozen=True, slots=True)
class Submission:
    """One event with who it is about. label: a name by which later submissions of the same file may refer to it."""

    event_type: EventType
    data: Mapping[str, Any]
    child: Identifiers
    authority: str | None
    label: str | None


class Recording:
    """Records for one agency at a time. clock and new_id are the only sources of time and chance."""

    def __init__(
        self,
        records: ChildRecords[ChildRecord],
        index: BlindIndex,
        documents: Callable[[], tuple[CodeBook, Register, ContextChanged]],
        stream_of: Callable[[str, str], UUID],
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
        item_event: Callable[[str, str], tuple[UUID, UUID] | None],
    ) -> None:
        self._records = records
        self._index = index
        self._documents = documents
        self._stream_of = stream_of
        self._clock = clock
        self._new_id = new_id
        self._item_event = item_event

    def desk(self, reporter: str) -> Desk:
        """The desk of an agency now. Raises Refused for an agency the register does not know."""
        codes, register, context = self._documents()
        if register.agency(reporter) is None:
            raise Refused(Problem("reporter", "is not the code of a known agency", "schemas/register"))
        return Desk(reporter, self._clock(), register, codes, context, self._new_id)

    def submit(self, line: Mapping[str, Any], reporter: str, labels: dict[str, UUID]) -> Receipt:
        """Record one submission given as plain data. Raises Refused; then nothing was recorded."""
        desk = self.desk(reporter)
        submission = read_submission(line)
        named: set[UUID] = set()
        event = read_event(
            submission.event_type, submission.data, lambda text: self._reference(text, reporter, labels, named)
        )
        if isinstance(event, NoticeAcknowledged) and not named:
            raise Refused(Problem("notice", "is named by the item id that your own feed gave it", "docs/submitting.md"))
        event_id = self._new_id()
        self._record(submission, Intended(event_id, event), desk, named)
        if submission.label:
            labels[submission.label] = event_id
        return Receipt(event_id)

    def record(self, stream: UUID, intended: Sequence[Intended], desk: Desk) -> list[Recorded]:
        """Decide and store one submission; answers its entries, none where all of it was already so."""
        return self.store(stream, lambda record: record.decide(intended, desk))

    def store(self, stream: UUID, decide: Callable[[ChildRecord], list[Recorded]]) -> list[Recorded]:
        """Decide and store, all of it taken again from the start when somebody else recorded in the stream first.

        Identifiers are indexed first: an index entry without a record finds nothing, a record without one is never found.
        """
        for _ in range(ATTEMPTS):
            with self._records.deciding:
                record = self._records.get(stream) or ChildRecord(stream)
                entries = decide(record)
                self.index(entries, record.responsible_authority)
                try:
                    self._records.append(entries)
                except Conflict:
                    continue
                return entries
        raise Conflict(f"stream {stream} kept moving on")

    def index(self, entries: Sequence[Recorded], authority: str | None) -> None:
        """Enter into the blind index every identifier that these entries bring. authority: whose local numbers they are."""
        found = [
            (kind, value, entry.originator_id)
            for entry in entries
            for kind, value in _identifiers(entry.event, authority)
        ]
        if found:
            self._index.add(found)

    def find(self, child: Identifiers) -> UUID | None:
        """The only child that every strong identifier given leads to; None where there is none or they disagree."""
        problems = []
        streams: set[UUID] = set()
        for kind, value in child.strong.items():
            try:
                streams.update(self._index.find(IdentifierKind(kind), value))
            except IdentifierRefused as refused:
                problems.append(Problem(f"child.{kind}", str(refused), "ours"))
        if problems:
            raise Refused(*problems)
        known = {s for s in streams if self._records.get(s) is not None}
        return known.pop() if len(known) == 1 else None

    def _record(self, submission: Submission, intended: Intended, desk: Desk, named: set[UUID]) -> None:
        """Record, or put in the tray. named: the children of the items that the submission names by its desk's own ids."""
        event = intended.event
        if isinstance(event, ChildRegistered):
            known = self.find(Identifiers({"local_id": f"{event.authority}:{event.local_id}"}))
            self.record(known or self._stream_of(event.authority, event.local_id), [intended], desk)
            return
        child = self.find(submission.child)
        if (
            child is None and not submission.child.strong and len(named) == 1
        ):  # a desk knows it by its own item ids alone
            child = next(iter(named))
        if child is None:
            self._put_in_tray(submission, intended, desk)
        elif isinstance(event, RecordsLinked):
            self._link(child, intended, event, desk)
        elif isinstance(event, RecordsUnlinked):
            note = RecordsUnlinked(effective_on=event.effective_on, report=child)
            self.store(child, lambda r: r.decide([intended], desk) + self._note_in_report(event.report, note, desk))
        else:
            self.record(child, [intended], desk)

    def _put_in_tray(self, submission: Submission, intended: Intended, desk: Desk) -> None:
        child = submission.child
        problems = check(intended.event, desk.rules)
        reporter = desk.register.agency(desk.reporter)
        if reporter is not None and reporter.kind.value not in intended.event.TYPE.reporters:
            problems.append(Problem("child", "no child of yours has these identifiers", "ours"))
        addressed = self._likely_authority(child) or submission.authority
        if addressed is None:
            problems.append(
                Problem("child.authority", "name the authority you think is responsible", "Care Matters 2007 para 3.83")
            )
        if problems or addressed is None:
            raise Refused(*problems)
        report = ReportReceived(
            effective_on=intended.event.effective_on,
            addressed_to=addressed,
            given_name=child.given_name,
            family_name=child.family_name,
            born_on=child.born_on,
            nhs_number=child.strong.get("nhs_number"),
            upn=child.strong.get("upn"),
        )
        wrong = check(report, desk.rules)
        if wrong:
            raise Refused(*(Problem(f"child.{p.field}", p.rule, p.source) for p in wrong))
        entries = ChildRecord(self._new_id()).decide([Intended(self._new_id(), report)], desk)
        last = entries[-1]
        waiting = Recorded(
            originator_id=last.originator_id,
            originator_version=last.originator_version + 1,
            event_id=intended.event_id,
            recorded_at=desk.at,
            reporter=desk.reporter,
            event=intended.event,
        )
        self._records.append([*entries, waiting])

    def _likely_authority(self, child: Identifiers) -> str | None:
        """The responsible authority of the only children with this name and birth date, if it is one authority."""
        if child.family_name is None or child.born_on is None:
            return None
        streams = self._index.find(IdentifierKind.NAME_AND_BIRTH, name_and_birth(child.family_name, child.born_on))
        authorities = {r.responsible_authority for s in streams if (r := self._records.get(s)) is not None}
        return authorities.pop() if len(authorities) == 1 else None

    def _link(self, child: UUID, link: Intended, event: RecordsLinked, desk: Desk) -> None:
        """Join a waiting report to a child: the report's events go into the child's stream, a note into the report's."""
        report = self._records.events(event.report)
        first = report[0].event if report else None
        if not isinstance(first, ReportReceived) or first.addressed_to != desk.reporter:
            raise Refused(Problem("report", "names no report that waits in this authority's tray", "ours"))
        note = RecordsLinked(effective_on=event.effective_on, report=child)
        self.store(child, lambda r: r.link(link, report, desk) + self._note_in_report(event.report, note, desk))

    def _note_in_report(self, report: UUID, event: Event, desk: Desk) -> list[Recorded]:
        """An entry for the report's own stream that says where it went, so that the tray can be rebuilt from either side."""
        record = self._records.get(report)
        if record is None:
            return []
        return [
            Recorded(
                originator_id=report,
                originator_version=record.version + 1,
                event_id=self._new_id(),
                recorded_at=desk.at,
                reporter=desk.reporter,
                event=event,
            )
        ]

    def _reference(self, text: str, reporter: str, labels: Mapping[str, UUID], named: set[UUID]) -> UUID:
        if text.startswith("@"):
            if text[1:] not in labels:
                raise ValueError("no such label")
            return labels[text[1:]]
        if "-" not in text:
            found = self._item_event(reporter, text)
            if found is None:
                raise ValueError("no such item")
            child, event_id = found
            named.add(child)
            return event_id
        return UUID(text)


def _identifiers(event: Event, authority: str | None) -> list[tuple[IdentifierKind, str]]:
    found: list[tuple[IdentifierKind, str]] = []
    if isinstance(event, ChildRegistered):
        found.append((IdentifierKind.LOCAL_ID, f"{event.authority}:{event.local_id}"))
        if (
            event.family_name is not None
            and isinstance(event.born_on, date)
            and any(c.isalpha() for c in event.family_name)
        ):
            found.append((IdentifierKind.NAME_AND_BIRTH, name_and_birth(event.family_name, event.born_on)))
    elif isinstance(event, IdentifierAdded):
        if event.nhs_number is not None:
            found.append((IdentifierKind.NHS_NUMBER, event.nhs_number))
        if event.upn is not None and not event.upn.startswith("UN"):
            found.append((IdentifierKind.UPN, event.upn))
        if event.local_id is not None and authority is not None:
            found.append((IdentifierKind.LOCAL_ID, f"{authority}:{event.local_id}"))
    return found


_CHILD_FIELDS = ("authority", "local_id", "nhs_number", "upn", "given_name", "family_name", "born_on")


def read_submission(line: Mapping[str, Any]) -> Submission:
    """Take a submission apart: `type`, `child`, an optional `label`, and the event's own fields. Raises Refused."""
    child = line.get("child", {})
    if not isinstance(line.get("type"), str):
        raise Refused(Problem("type", "is required: the event's type, for example custody-entered", "schemas/events"))
    if not isinstance(child, Mapping) or not set(child) <= set(_CHILD_FIELDS):
        raise Refused(Problem("child", f"is an object of {', '.join(_CHILD_FIELDS)}", "docs/submitting.md"))
    if not all(isinstance(v, str) and v for v in child.values()):
        raise Refused(Problem("child", "every part of it is text", "docs/submitting.md"))
    if "nhs_number" in child and not nhs_number_is_valid("".join(child["nhs_number"].split())):
        rule = "is not ten digits with a modulus-11 check digit"
        raise Refused(Problem("child.nhs_number", rule, "NHS Data Dictionary: NHS NUMBER"))
    strong = {k: child[k] for k in ("nhs_number", "upn") if k in child}
    authority = child.get("authority")
    if "local_id" in child:
        if authority is None:
            raise Refused(
                Problem("child.authority", "a local number is read together with its authority", "SSDA903 CHILD")
            )
        strong["local_id"] = f"{authority}:{child['local_id']}"
    try:
        identifiers = Identifiers(
            strong,
            child.get("given_name"),
            child.get("family_name"),
            datetime.strptime(child["born_on"], "%Y-%m-%d").date() if "born_on" in child else None,  # noqa: DTZ007
        )
    except ValueError:
        raise Refused(Problem("child.born_on", "must be a date, YYYY-MM-DD", "ours")) from None
    data = {k: v for k, v in line.items() if k not in ("type", "child", "label")}
    label = line.get("label")
    return Submission(
        latest_version(line["type"]), data, identifiers, authority, label if isinstance(label, str) else None
    )
