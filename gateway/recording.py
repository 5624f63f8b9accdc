"""Taking submissions in: check the form, find the child, decide, store. What names no child for certain waits in a tray."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from adapters.avro_single_object import Unencodable
from adapters.blind_index import BlindIndex, IdentifierKind, IdentifierRefused, name_and_birth, normalised
from adapters.eventsourcing_store import ChildRecords, Conflict, Once
from domain.agencies import AgencyKind, Register
from domain.child_record import ChildRecord, Desk, grants_itself, joined_to, not_theirs, reporters
from domain.codes import CodeBook
from domain.events import (
    ChildRegistered,
    ContextChanged,
    Event,
    EventCorrected,
    NoticeAcknowledged,
    RecordsLinked,
    RecordsUnlinked,
    ReportReceived,
)
from domain.forms import Problem, Refused, check, read_event
from domain.recorded import Recorded
from domain.submission import Identifiers, Intended
from gateway.identifying import IDENTIFYING, births, identifiers, standing
from gateway.repeats import Repeats
from gateway.submissions import Submission, read_submission

ATTEMPTS: Final = 5  # how often a command is taken again from the start when somebody else recorded first

# What an authority is told of a child that is not known and of one that is another's: in the same words, so that it learns neither.
_NOT_YOURS: Final = Problem("child", "no child of yours has these identifiers", "ours")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reporter is told: received, under this id. The same whether or not a child was found."""

    event_id: UUID


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
        repeats: Repeats,
    ) -> None:
        self._records = records
        self._index = index
        self._documents = documents
        self._stream_of = stream_of
        self._clock = clock
        self._new_id = new_id
        self._item_event = item_event
        self._repeats = repeats

    def desk(self, reporter: str) -> Desk:
        """The desk of an agency now. Raises Refused for an agency the register does not know."""
        codes, register, context = self._documents()
        if register.agency(reporter) is None:
            raise Refused(Problem("reporter", "is not the code of a known agency", "schemas/register"))
        return Desk(reporter, self._clock(), register, codes, context, self._new_id)

    def submit(
        self, line: Mapping[str, Any], reporter: str, labels: dict[str, UUID], key: str | None = None
    ) -> Receipt:
        """Record one submission given as plain data. Raises Refused; then nothing was recorded.

        key: what its sender calls it. The same line under the same key is recorded once, however often it comes, and answered alike;
        another line under that key is refused. What was refused may come again, changed or not.

        Whether the hub knows the child shows in no answer. All that depends on the line and its reporter alone is checked before the
        child is looked for; what an outside agency says that does not fit the child found waits in the tray like a stranger's report.
        """
        try:
            once = self._repeats.once(reporter, key, line) if key is not None else None
            event_id = self._submit_once(line, reporter, labels, once)
        except (Unencodable, IdentifierRefused, OverflowError, UnicodeError, RecursionError):
            raise Refused(Problem("line", "holds a value that cannot be written down", "ours")) from None
        label = line.get("label")
        if isinstance(label, str) and label:
            labels[label] = event_id
        return Receipt(event_id)

    def _submit_once(
        self, line: Mapping[str, Any], reporter: str, labels: Mapping[str, UUID], once: Once | None
    ) -> UUID:
        if once is not None and self._repeats.received(once):
            return once.id
        try:
            return self._submit(line, reporter, labels, once)
        except Conflict:  # with whoever records the same submission at the same moment, or with somebody else
            if once is None or not self._repeats.received(once):
                raise
            return once.id

    def _submit(self, line: Mapping[str, Any], reporter: str, labels: Mapping[str, UUID], once: Once | None) -> UUID:
        desk = self.desk(reporter)
        submission = read_submission(line)
        named: dict[str, tuple[UUID, UUID]] = {}
        event = read_event(
            submission.event_type, submission.data, lambda text: self._reference(text, desk, labels, named)
        )
        waiting = self._check_line(submission, event, desk, named)
        event_id = once.id if once is not None else self._new_id()
        children = {child for child, _ in named.values()}
        self._record(submission, Intended(event_id, event), desk, children, waiting, once)
        return event_id

    def _check_line(
        self, submission: Submission, event: Event, desk: Desk, named: Mapping[str, tuple[UUID, UUID]]
    ) -> ReportReceived | None:
        """Refuse what no child's record could make right; answers the report that would wait, where the line could wait at all.

        named: child and event by the item ids of the reporter's own desks that the line gives.
        """
        if isinstance(event, ChildRegistered) and event.authority != desk.reporter:
            rule = "only the responsible authority itself registers a child"
            raise Refused(Problem("authority", rule, "CA 1989 s22(1)"))
        kind = _kind(desk)
        allowed = reporters(event)
        if kind not in allowed and not (kind == AgencyKind.AUTHORITY and "responsible" in allowed):
            raise Refused(not_theirs(event))
        problems = check(event, desk.rules)
        granted = grants_itself(event, desk)
        if granted is not None:
            problems.append(granted)
        words = event.replacement if isinstance(event, EventCorrected) else event
        if isinstance(words, NoticeAcknowledged):
            problems.extend(self._acknowledges(words, desk, named))
        report = None
        if submission.authority is not None:
            child = submission.child
            report = ReportReceived(
                effective_on=event.effective_on,
                addressed_to=submission.authority,
                given_name=child.given_name,
                family_name=child.family_name,
                born_on=child.born_on,
                nhs_number=child.strong.get("nhs_number"),
                upn=child.strong.get("upn"),
            )
            wrong = (p for p in check(report, desk.rules) if p.field != "effective_on")
            problems.extend(
                Problem(f"child.{'authority' if p.field == 'addressed_to' else p.field}", p.rule, p.source)
                for p in wrong
            )
        elif not named and not isinstance(event, ChildRegistered):
            rule = "name the authority you think is responsible"
            problems.append(Problem("child.authority", rule, "Care Matters 2007 para 3.83"))
        if problems:
            raise Refused(*problems)
        return report

    def _acknowledges(
        self, event: NoticeAcknowledged, desk: Desk, named: Mapping[str, tuple[UUID, UUID]]
    ) -> Iterable[Problem]:
        """A desk acknowledges what its own feed told it, and names it as its feed did: not as a colleague's feed did."""
        if event.audience.partition("/")[0] != desk.reporter:
            yield Problem("audience", "an agency acknowledges for its own desks alone", "ours")
        elif not any(
            about == event.notice and self._item_event(event.audience, item) is not None
            for item, (_, about) in named.items()
        ):
            rule = "is named by the item id that the acknowledging desk's own feed gave it"
            yield Problem("notice", rule, "docs/submitting.md")

    def record(
        self, stream: UUID, intended: Sequence[Intended], desk: Desk, once: Once | None = None
    ) -> list[Recorded]:
        """Decide and store one submission; answers its entries, none where all of it was already so."""
        return self.store(stream, lambda record: record.decide(intended, desk), once)

    def store(
        self, stream: UUID, decide: Callable[[ChildRecord], list[Recorded]], once: Once | None = None
    ) -> list[Recorded]:
        """Decide and store, all of it taken again from the start when somebody else recorded in the stream first.

        Identifiers are indexed first: an index entry without a record finds nothing, a record without one is never found.
        """
        for _ in range(ATTEMPTS):
            with self._records.deciding:
                record = self._records.get(stream) or ChildRecord(stream)
                entries = decide(record)
                self.index(entries)
                try:
                    self._records.append(entries, once)
                except Conflict:
                    continue
                return entries
        raise Conflict(f"stream {stream} kept moving on")

    def index(self, entries: Sequence[Recorded]) -> None:
        """Enter into the blind index every identifier that these entries bring."""
        brought: dict[UUID, list[Event]] = defaultdict(list)
        for entry in entries:
            event = entry.event.replacement if isinstance(entry.event, EventCorrected) else entry.event
            if isinstance(event, IDENTIFYING):
                brought[entry.originator_id].append(event)
        found = []
        for stream, events in brought.items():
            record = self._records.get(stream)
            before = standing(record) if record is not None else []
            found += [(kind, value, stream) for kind, value in identifiers([*before, *events])]
        if found:
            self._index.add(found)

    def find(self, child: Identifiers) -> UUID | None:
        """The only child that every strong identifier given leads to; None where there is none or they disagree."""
        return self._only({kind: self._known_by(IdentifierKind(kind), value) for kind, value in child.strong.items()})

    def _find_for(self, child: Identifiers, desk: Desk) -> UUID | None:
        """As `find`; but an authority's own number from anybody else counts only together with the child's birth date.

        Such numbers are short and run on: whoever tries them must not meet a child with each.
        """
        known = {kind: self._known_by(IdentifierKind(kind), value) for kind, value in child.strong.items()}
        local_id = child.strong.get("local_id")
        if local_id is not None and local_id.partition(":")[0] != desk.reporter:
            known["local_id"] = [
                r
                for r in known["local_id"]
                if r.is_responsible(desk) or (child.born_on is not None and child.born_on in births(standing(r)))
            ]
        return self._only(known)

    @staticmethod
    def _only(known: Mapping[str, Sequence[ChildRecord]]) -> UUID | None:
        streams = {record.id for records in known.values() for record in records}
        return streams.pop() if len(streams) == 1 else None

    def _known_by(self, kind: IdentifierKind, value: str) -> list[ChildRecord]:
        """The records in which this identifier stands now: the index also remembers what was retracted or corrected since."""
        try:
            wanted = normalised(kind, value)
        except IdentifierRefused as refused:
            raise Refused(Problem(f"child.{kind}", str(refused), "ours")) from None
        records = [r for s in self._index.find(kind, value) if (r := self._records.get(s)) is not None]
        return [
            r for r in records if any(k is kind and normalised(k, v) == wanted for k, v in identifiers(standing(r)))
        ]

    def _record(
        self,
        submission: Submission,
        intended: Intended,
        desk: Desk,
        named: set[UUID],
        waiting: ReportReceived | None,
        once: Once | None,
    ) -> None:
        """Record, or put in the tray. named: the children of the items that the submission names by its desk's own ids."""
        event = intended.event
        if isinstance(event, ChildRegistered):
            known = self.find(Identifiers({"local_id": f"{event.authority}:{event.local_id}"}))
            self.record(known or self._stream_of(event.authority, event.local_id), [intended], desk, once)
            return
        child = self._child_of_items(submission.child, named, desk) if named else self._find_for(submission.child, desk)
        record = self._records.get(child) if child is not None else None
        ours = record is not None and record.is_responsible(desk)
        if not ours and _kind(desk) not in reporters(event):
            raise Refused(_NOT_YOURS)
        if child is None:
            self._put_in_tray(submission.child, intended, desk, waiting, once)
        elif isinstance(event, RecordsLinked):
            self._link(child, intended, event, desk, once)
        elif isinstance(event, RecordsUnlinked):
            self._unlink(child, intended, event, desk, once)
        else:
            try:
                self.record(child, [intended], desk, once)
            except Refused:
                if ours or named:
                    raise
                self._put_in_tray(submission.child, intended, desk, waiting, once)

    def _child_of_items(self, child: Identifiers, named: set[UUID], desk: Desk) -> UUID:
        """The child that a desk's own items are about. Whether an outside agency's numbers lead there too, it is not told."""
        if len(named) > 1:
            raise Refused(Problem("child", "the items that this line names are about several children", "ours"))
        [about] = named
        record = self._records.get(about)
        if child.strong and record is not None and record.is_responsible(desk) and self._find_for(child, desk) != about:
            raise Refused(_NOT_YOURS)
        return about

    def _put_in_tray(
        self,
        child: Identifiers,
        intended: Intended,
        desk: Desk,
        waiting: ReportReceived | None,
        once: Once | None,
    ) -> None:
        if waiting is None:  # a line without child.authority names its child by items, and never waits
            raise Refused(_NOT_YOURS)
        report = replace(waiting, addressed_to=self._likely_authority(child) or waiting.addressed_to)
        entries = ChildRecord(self._new_id()).decide([Intended(self._new_id(), report)], desk)
        last = entries[-1]
        said = Recorded(
            originator_id=last.originator_id,
            originator_version=last.originator_version + 1,
            event_id=intended.event_id,
            recorded_at=desk.at,
            reporter=desk.reporter,
            event=intended.event,
        )
        self._records.append([*entries, said], once)

    def _likely_authority(self, child: Identifiers) -> str | None:
        """The responsible authority of the only children with this name and birth date, if it is one authority."""
        if child.family_name is None or child.born_on is None:
            return None
        try:
            known = self._known_by(IdentifierKind.NAME_AND_BIRTH, name_and_birth(child.family_name, child.born_on))
        except Refused:  # a name without letters is like no other
            return None
        authorities = {record.responsible_on(self._clock().date()) for record in known}
        return authorities.pop() if len(authorities) == 1 else None

    def _link(self, child: UUID, link: Intended, event: RecordsLinked, desk: Desk, once: Once | None) -> None:
        """Join a waiting report to a child: the report's events go into the child's stream, a note into the report's."""
        note = RecordsLinked(effective_on=event.effective_on, report=child)

        def decide(record: ChildRecord) -> list[Recorded]:
            report = self._records.events(event.report)
            first = report[0].event if report else None
            if not isinstance(first, ReportReceived) or first.addressed_to != desk.reporter:
                raise Refused(Problem("report", "names no report that waits in this authority's tray", "ours"))
            return record.link(link, report, desk) + self._note_in_report(event.report, note, desk)

        self.store(child, decide, once)

    def _unlink(self, child: UUID, unlink: Intended, event: RecordsUnlinked, desk: Desk, once: Once | None) -> None:
        """Take a report out of a child's record again; a note in the report's own stream says that it waits."""
        note = RecordsUnlinked(effective_on=event.effective_on, report=child)

        def decide(record: ChildRecord) -> list[Recorded]:
            if joined_to(self._records.events(event.report)) != child:
                raise Refused(Problem("report", "names no report that is joined to this child", "ours"))
            return record.decide([unlink], desk) + self._note_in_report(event.report, note, desk)

        self.store(child, decide, once)

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

    def _reference(
        self, text: str, desk: Desk, labels: Mapping[str, UUID], named: dict[str, tuple[UUID, UUID]]
    ) -> UUID:
        if text.startswith("@"):
            said = labels.get(text[1:]) or self._repeats.event(desk.reporter, text[1:])
            if said is None:
                raise ValueError("no such label")
            return said
        if "-" not in text:
            found = self._item_event(desk.reporter, text)
            if found is None:
                raise ValueError("no such item")
            named[text] = found
            return found[1]
        if _kind(desk) != AgencyKind.AUTHORITY:  # an id by itself would ask whether there is such an event
            raise ValueError("no such item")
        return UUID(text)


def _kind(desk: Desk) -> str:
    agency = desk.register.agency(desk.reporter)
    return agency.kind.value if agency is not None else ""
