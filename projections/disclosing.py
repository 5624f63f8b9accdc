"""The disclosure worker: entries in, feeds and ledger out, its own position stored with what it produced.

It keeps each child's disclosure between entries and folds it again from the stream when it has none, so that a restart, a crash or
another machine yields the same messages.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from uuid import UUID

from domain import calendar, quarantine
from domain.desks import Disclosed
from domain.disclosure import Disclosure, Documents
from domain.events import EntryQuarantined, EntryReleased, RecordsLinked, RecordsUnlinked, ReportReceived
from domain.pairwise import Pairwise
from domain.quarantine import Fold, Poison
from domain.recorded import Entry, Recorded
from domain.redaction import Ruling

Quarantine = Callable[[UUID, int, str], None]
"""Records in a stream that the entry of this version is quarantined, and why."""

WHOLE_STORE = None
"""The lane of a worker that reads the store itself, in place of a partition's number."""


class Overtaken(RuntimeError):
    """Another process did this work meanwhile. Nothing was stored: read the position again and go on from there."""


class Store(Protocol):
    """Where entries come from."""

    def notifications(self, after: int, limit: int) -> Iterable[tuple[int, Entry]]:
        """Entries of all streams after a position, in the order of recording."""

    def entries(self, stream: UUID) -> list[Entry]:
        """What stands in one stream."""

    def quarantines(self, stream: UUID) -> list[Entry]:
        """Only what stands there of quarantined entries."""


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


@dataclass(frozen=True, slots=True)
class Holds:
    """Why an entry was quarantined, and on which day."""

    reason: str
    since: date


@dataclass(slots=True)
class Move:
    """How far a step takes its lane, and from where. offset: of the next record, where the lane is a partition."""

    after: int
    position: int
    offset: int = 0


@dataclass(slots=True)
class Step:
    """What a number of entries gave: messages with their place, the next day that matters per child, tray changes.

    held: entries quarantined, by child and version; None: released again. moves: by lane, a partition's number or WHOLE_STORE.
    """

    moves: Mapping[int | None, Move]
    disclosed: list[tuple[int, int, UUID, Disclosed]] = field(default_factory=list)
    calendar: dict[UUID, date | None] = field(default_factory=dict)
    tray: list[Waits] = field(default_factory=list)
    held: dict[tuple[UUID, int], Holds | None] = field(default_factory=dict)


class Folds:
    """The disclosures of many children at once. remember: how many to keep in memory."""

    def __init__(self, store: Store, documents: Documents, pairwise: Pairwise, *, remember: int) -> None:
        self._store = store
        self._documents = documents
        self._pairwise = pairwise
        self._remember = remember
        self._children: OrderedDict[UUID, Fold] = OrderedDict()

    def take(self, step: Step, position: int, entry: Entry) -> None:
        """Disclose one entry into a step. Raises Poison; then nothing was put into the step."""
        child = entry.originator_id
        fold = self._fold(child, entry.originator_version)
        try:
            disclosed = fold.advance(entry)
        except BaseException:
            del self._children[child]
            raise
        for ordinal, one in enumerate(disclosed):
            step.disclosed.append((position, ordinal, child, one))
        if not isinstance(entry, Recorded):
            return
        event = entry.event
        if isinstance(event, EntryQuarantined):
            step.held[child, event.version] = Holds(event.reason, entry.recorded_on)
        elif isinstance(event, EntryReleased):
            step.held[child, event.version] = None
        elif isinstance(event, ReportReceived):
            step.tray.append(Waits(child, event.addressed_to, entry.reporter, entry.recorded_on))
        elif isinstance(
            event, RecordsLinked | RecordsUnlinked
        ):  # the note in the report's own stream: in order with the report
            step.tray.append(Waits(child, child=event.report if isinstance(event, RecordsLinked) else None))
        disclosure = fold.disclosure
        shaped = event.TYPE.shapes_context or isinstance(event, EntryReleased)
        if shaped and not entry.continues and disclosure.desks and fold.held is None:
            step.calendar[child] = calendar.next_day(disclosure.history, self._documents)

    def forget(self) -> None:
        """Forget every fold: what was folded may not have been stored."""
        self._children.clear()

    def _fold(self, child: UUID, version: int) -> Fold:
        known = self._children.get(child)
        if known is not None and known.version == version - 1:
            self._children.move_to_end(child)
            return known
        # also of a stream that begins: replayed, it holds and releases where it once did
        stream = self._store.entries(child) if version > 1 else self._store.quarantines(child)
        fold = fold_of(child, stream, self._documents, self._pairwise, before=version)
        self._children[child] = fold
        self._children.move_to_end(child)
        while len(self._children) > self._remember:
            self._children.popitem(last=False)
        return fold


def fold_of(
    child: UUID, stream: list[Entry], documents: Documents, pairwise: Pairwise, *, before: int | None = None
) -> Fold:
    """One stream folded again, up to the entry before a version (None: to its end). Raises Poison where it was never quarantined."""
    fold = Fold(Disclosure(child, documents, pairwise), quarantine.bars(stream))
    for entry in stream:
        if before is not None and entry.originator_version >= before:
            break
        fold.advance(entry)
    return fold


class DisclosureWorker:
    """Discloses whatever was recorded since its position, from the store itself."""

    def __init__(self, store: Store, sink: Sink, folds: Folds, set_aside: Quarantine) -> None:
        self._store = store
        self._sink = sink
        self._folds = folds
        self._set_aside = set_aside

    def step(self, limit: int = 500) -> int:
        """Disclose up to `limit` entries; answers how many there were.

        1. read entries after the stored position  2. fold each into its child's disclosure  3. commit messages, calendar, tray
        and position together  4. an entry that cannot be disclosed is quarantined, once what came before it is stored: that it could
        be stored shows that no other process is at this  5. if anything fails, forget the folded state: the next step folds it again.
        """
        begun = self._sink.position()
        move = Move(begun, begun)
        step = Step({WHOLE_STORE: move})
        count = 0
        try:
            for position, entry in self._store.notifications(begun, limit):
                try:
                    self._folds.take(step, position, entry)
                except Poison as poison:
                    self._sink.commit(step)
                    self._set_aside(entry.originator_id, poison.version, poison.reason)
                    return count + 1
                move.position = position
                count += 1
            if count:
                self._sink.commit(step)
        except BaseException:
            self._folds.forget()
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
