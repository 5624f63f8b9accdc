"""What a responsible authority sees beyond its own feed: who was told what of its children and acknowledged it, what
was not told and why, which reports wait in its tray, and what its returns left in quarantine. Read from the ledger, the
tray, the quarantine and `domain.explain`.

The first two speak of children for whom the authority is responsible now, and of no other: one whose relationship ended,
or turned out never to have been, sees nothing of them.

A room speaks only of events and fields that the authority is itself told of, if only as a mask: what is hidden from it
(the strictest health class) is not betrayed by a list of who else was told, or not told, of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.sql_ledger import LedgerLine
from domain.disclosure import Disclosure
from domain.events import NoticeAcknowledged, ReportReceived
from domain.explain import Explanation, explain
from domain.history import Fact
from domain.redaction import Outcome
from domain.vocabulary import Audience
from gateway.hub import Hub


@dataclass(frozen=True, slots=True)
class Telling:
    """One event, or one relationship, of which a desk was told.

    ref, item: the authority's own references (item None: a relationship). what: the event's name, `opened` or `closed`.
    told_on: first, by the ledger. state: `held`, `held in part`, `taken back`. notice: the law wants it acknowledged.
    acknowledged_on: None while nobody has: silence is a signal.
    """

    ref: str
    audience: str
    item: str | None
    what: str
    effective_on: date | None
    told_on: date
    state: str
    notice: bool
    acknowledged_on: date | None


@dataclass(frozen=True, slots=True)
class Withholding:
    """Something a desk was not told, or not in full. fields: empty where the whole event was withheld. ground: why."""

    ref: str
    audience: str
    item: str
    what: str
    effective_on: date
    fields: tuple[str, ...]
    ground: str
    source: str


@dataclass(frozen=True, slots=True)
class InTray:
    """A report that names no child for certain. report: its id, as `records-linked` names it. what: the event's name.

    The identifiers are as reported; what else it says is told once it is joined to a child: ref.
    """

    report: UUID
    reporter: str
    received_on: date
    what: str
    given_name: str | None
    family_name: str | None
    born_on: date | None
    nhs_number: str | None
    upn: str | None
    ref: str | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of a return, or one field of a row, that was not taken. as_at: the return's day. field: empty: all of it.

    left_out: `the row` or `the field`. rule, meaning, source: the rule that was broken, what it asks, who asks it. The
    words that broke it stay in the authority's own file.
    """

    as_at: date
    file: str
    line: int
    field: str
    left_out: str
    rule: str
    meaning: str
    source: str


class Rooms:
    """The rooms of one responsible authority's desk."""

    def __init__(self, hub: Hub, desk: Audience) -> None:
        self._hub = hub
        self._desk = desk

    def children(self, prefix: str = "") -> list[UUID]:
        """The authority's children whose reference begins like this, in the order in which it was told of them."""
        found = self._hub.ledger.children_of(str(self._desk))
        return [c for c in found if self._ref(c).startswith(prefix)] if prefix else found

    def told(self, child: UUID) -> list[Telling]:
        """Who was told what of one child, and when, in the order of the ledger; nothing unless the child is theirs."""
        disclosure = self._hub.disclosure_of(child)
        if not self._responsible(disclosure):
            return []
        lines = self._hub.ledger.ledger_of(child)
        facts = disclosure.history.facts
        ours = {line.event_id for line in lines if line.audience == str(self._desk)}
        answers = acknowledgements(facts.values())
        grouped: dict[tuple[str, object], list[LedgerLine]] = {}
        for line in lines:
            if line.audience != str(self._desk) and (line.event_id is None or line.event_id in ours):
                place: object = line.event_id or (line.kind, line.position, line.ordinal)
                grouped.setdefault((line.audience, place), []).append(line)
        return [self._telling(child, of, facts, answers) for of in grouped.values()]

    def not_told(self, child: UUID) -> list[Withholding]:
        """What each desk that ever stood towards one child was not told, and on what ground, in stream order; nothing
        unless the child is theirs.
        """
        disclosure = self._hub.disclosure_of(child)
        if not self._responsible(disclosure):
            return []
        ended = {line.audience: line.recorded_on for line in self._hub.ledger.ledger_of(child) if line.kind == "closed"}
        return [
            withheld
            for fact in disclosure.history.standing_facts()
            if (own := explain(disclosure, fact.id, self._desk)).told
            for audience in sorted(disclosure.desks)
            if audience != self._desk
            for withheld in self._withheld(disclosure, fact, audience, own, ended.get(str(audience)))
        ]

    def tray(self) -> list[InTray]:
        """The reports addressed to this authority, oldest first, those already joined to a child included."""
        return [
            self._in_tray(w.report, w.reporter, w.received_on, w.child) for w in self._hub.feeds.tray(self._desk.agency)
        ]

    def quarantine(self) -> Iterator[LeftOut]:
        """What this authority's returns left in quarantine, return by return, in file order."""
        for source in self._hub.quarantine.sources(self._desk.agency):
            as_at = date.fromisoformat(source.rpartition(" ")[2])
            for row in self._hub.quarantine.rows(source):
                left_out = "the row" if row.whole_row else "the field"
                yield LeftOut(as_at, row.file, row.line, row.field, left_out, row.rule, row.meaning, row.law)

    def _responsible(self, disclosure: Disclosure) -> bool:
        """Whether this authority answers for the child now. What others are told after that is not its to know."""
        desk = disclosure.desks.get(self._desk)
        return desk is not None and desk.relationship is not None

    def _telling(
        self, child: UUID, lines: list[LedgerLine], facts: dict[UUID, Fact], answers: dict[tuple[str, UUID], date]
    ) -> Telling:
        first = lines[0]
        fact = facts[first.event_id] if first.event_id is not None else None
        kinds = [line.kind for line in lines]
        state = "held"
        if "withdrawn" in kinds:
            state = "taken back" if kinds[-1] == "withdrawn" else "held in part"
        return Telling(
            self._ref(child),
            first.audience,
            self._item(fact.id) if fact is not None else None,
            fact.event.TYPE.name if fact is not None else first.kind,
            fact.event.effective_on if fact is not None else None,
            first.recorded_on,
            state,
            "notice" in kinds,
            answers.get((first.audience, fact.id)) if fact is not None else None,
        )

    def _withheld(
        self, disclosure: Disclosure, fact: Fact, audience: Audience, own: Explanation, ended: date | None
    ) -> Iterator[Withholding]:
        found = explain(disclosure, fact.id, audience)
        after_the_end = ended is not None and fact.event.effective_on >= ended
        if not found.told and found.ended and not found.fields and after_the_end:
            return  # what happened after a relationship was never this desk's to hear
        head = (self._ref(disclosure.child), str(audience), self._item(fact.id), fact.event.TYPE.name)
        if not found.told:
            source = found.fields[0].source if found.fields else "ours"
            ground = found.summary.removeprefix("Not told: ").rstrip(".")
            yield Withholding(*head, fact.event.effective_on, (), ground, source)
            return
        visible = {f.field for f in own.fields if f.outcome is not Outcome.HIDDEN}
        grounds: dict[tuple[str, str], list[str]] = {}
        for reason in found.withheld:
            if reason.field in visible and reason.field != "event":
                grounds.setdefault((reason.ground, reason.source), []).append(reason.field)
        for (ground, source), fields in grounds.items():
            yield Withholding(*head, fact.event.effective_on, tuple(fields), ground, source)

    def _in_tray(self, report: UUID, reporter: str, received_on: date, child: UUID | None) -> InTray:
        entries = [entry.event for entry in self._hub.records.events(report)]
        said = entries[0]
        if not isinstance(said, ReportReceived):
            raise TypeError(f"stream {report} is not that of a report")
        what = next((e.TYPE.name for e in entries if "hub" not in e.TYPE.reporters), "")
        ref = self._ref(child) if child is not None else None
        return InTray(
            report,
            reporter,
            received_on,
            what,
            said.given_name,
            said.family_name,
            said.born_on,
            said.nhs_number,
            said.upn,
            ref,
        )

    def _ref(self, child: UUID) -> str:
        return self._hub.pairwise.child(self._desk, child)

    def _item(self, event_id: UUID) -> str:
        return self._hub.pairwise.item(self._desk, event_id)


def acknowledgements(facts: Iterable[Fact]) -> dict[tuple[str, UUID], date]:
    """Desk and event to the day on which that desk acknowledged it, the first time."""
    answers: dict[tuple[str, UUID], date] = {}
    for fact in facts:
        if fact.stands and isinstance(fact.event, NoticeAcknowledged):
            answers.setdefault((fact.event.audience, fact.event.notice), fact.event.effective_on)
    return answers
