"""The disclosure worker: event store in, feeds and ledger out, its own position stored with what it produced.

It keeps each child's `Disclosure` between entries and folds it again from the stream when it has none, so that a restart, a crash or
another machine yields the same messages.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from uuid import UUID

from domain import calendar
from domain.desks import Disclosed
from domain.disclosure import Disclosure, Documents
from domain.events import RecordsLinked, RecordsUnlinked, ReportReceived
from domain.pairwise import Pairwise
from domain.recorded import Recorded
from domain.redaction import Ruling


class Overtaken(RuntimeError):
    """Another process did this work meanwhile. Nothing was stored: read the position again and go on from there."""


class Store(Protocol):
    """Where entries come from."""

    def notifications(self, after: int, limit: int) -> Iterable[tuple[int, Recorded]]:
        """Entries of all streams after a position, in the order of recording."""

    def events(self, stream: UUID, after_version: int = 0) -> list[Recorded]:
        """The entries of one stream."""


class Sink(Protocol):
    """Where messages go."""

    def position(self) -> int:
        """The position up to which everything was disclosed."""

    def commit(self, step: Step) -> None:
        """Store a step with its position: all or nothing. Raises Overtaken."""

    def number(self) -> None:
        """Number whatever is stored and not numbered, as after a crash between storing and numbering."""


@dataclass(frozen=True, slots=True)
class Waits:
    """A report that came to wait in an authority's tray, or was taken out of it (child set) or put back (child None)."""

    report: UUID
    authority: str | None = None
    reporter: str = ""
    received_on: date | None = None
    child: UUID | None = None


@dataclass(slots=True)
class Step:
    """What a number of entries gave: messages with their place, the next day that matters per child, tray changes."""

    after: int
    position: int
    disclosed: list[tuple[int, int, UUID, Disclosed]] = field(default_factory=list)
    calendar: dict[UUID, date | None] = field(default_factory=dict)
    tray: list[Waits] = field(default_factory=list)


class DisclosureWorker:
    """Discloses whatever was recorded since its position. remember: how many children's state to keep in memory."""

    def __init__(
        self, store: Store, sink: Sink, documents: Documents, pairwise: Pairwise, *, remember: int = 20_000
    ) -> None:
        self._store = store
        self._sink = sink
        self._documents = documents
        self._pairwise = pairwise
        self._remember = remember
        self._children: OrderedDict[UUID, Disclosure] = OrderedDict()

    def step(self, limit: int = 500) -> int:
        """Disclose up to `limit` entries; answers how many there were.

        1. read entries after the stored position  2. fold each into its child's disclosure  3. commit messages, calendar, tray
        and position together  4. if anything fails, forget the folded state: the next step folds it again from the store.
        """
        begun = self._sink.position()
        step = Step(begun, begun)
        count = 0
        try:
            for position, recorded in self._store.notifications(step.position, limit):
                self._take(step, position, recorded)
                step.position = position
                count += 1
            if count:
                self._sink.commit(step)
        except BaseException:
            self._children.clear()
            raise
        return count

    def run(self, limit: int = 500) -> int:
        """Disclose until there is nothing more; answers how many entries there were.

        Where another process discloses the same store, each step is stored by one of them.
        """
        total = 0
        self._sink.number()
        while True:
            try:
                count = self.step(limit)
            except Overtaken:
                continue
            if not count:
                return total
            total += count

    def _take(self, step: Step, position: int, recorded: Recorded) -> None:
        child = recorded.originator_id
        event = recorded.event
        if isinstance(event, ReportReceived):
            step.tray.append(Waits(child, event.addressed_to, recorded.reporter, recorded.recorded_on))
        elif isinstance(event, RecordsLinked | RecordsUnlinked) and event.report != child:
            step.tray.append(Waits(event.report, child=child if isinstance(event, RecordsLinked) else None))
        disclosure = self._disclosure(child, recorded.originator_version)
        for ordinal, disclosed in enumerate(disclosure.advance(recorded)):
            step.disclosed.append((position, ordinal, child, disclosed))
        if recorded.event.TYPE.shapes_context and not recorded.continues and disclosure.desks:
            step.calendar[child] = calendar.next_day(disclosure.history, self._documents)

    def _disclosure(self, child: UUID, version: int) -> Disclosure:
        known = self._children.get(child)
        if known is not None and known.history.version == version - 1:
            self._children.move_to_end(child)
            return known
        fresh = Disclosure(child, self._documents, self._pairwise)
        if version > 1:
            for earlier in self._store.events(child):
                if earlier.originator_version >= version:
                    break
                fresh.advance(earlier)
        self._children[child] = fresh
        while len(self._children) > self._remember:
            self._children.popitem(last=False)
        return fresh


class Rulings:
    """The ledger's form of rulings: field, outcome, row and consent, by name and never with a value. Made once per combination."""

    def __init__(self) -> None:
        self._made: dict[tuple[Ruling, ...], str] = {}

    def text(self, rulings: tuple[Ruling, ...]) -> str:
        """One line per field: `field outcome class basis consent`, for `throughline explain` and the ledger."""
        made = self._made.get(rulings)
        if made is None:
            made = self._made[rulings] = "\n".join(_line(r) for r in rulings)
        return made


def _line(r: Ruling) -> str:
    basis = r.decision.row.basis.value if r.decision.row.basis is not None else "-"
    consent = str(r.decision.consent) if r.decision.consent is not None else "-"
    return f"{r.field} {r.outcome.value} {r.decision.data_class.value} {basis} {consent}"
