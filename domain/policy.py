"""The sharing policy: for every data class and role, what may be told, on what ground, since when, who signs for it.

The policy is a file named by its content hash; the code lists belong to it, because their classes decide too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain
from uuid import UUID

from domain.codes import CodeBook
from domain.vocabulary import DataClass, Role


class Action(StrEnum):
    """What happens to a value, mildest first."""

    SHARE = "share"
    COARSEN = "coarsen"
    MASK = "mask"
    HIDE = "hide"


class Basis(StrEnum):
    """The lawful basis of a disclosure. Consent is one among several, and rarely the one that safeguarding rests on."""

    LEGAL_DUTY = "legal_duty"
    PUBLIC_TASK = "public_task"
    VITAL_INTEREST = "vital_interest"
    COURT_ORDER = "court_order"
    CONSENT = "consent"


class Force(StrEnum):
    """How binding the source of a row is. A proposal opens nothing and its breach is none."""

    DUTY = "duty"
    GUIDANCE = "guidance"
    PROPOSAL = "proposal"
    HOUSE = "house"


class Reach(StrEnum):
    """How far a row goes: the whole record; from the relationship's start with what was then in force; or only the latter."""

    HISTORY = "history"
    RELATIONSHIP = "relationship"
    START = "start"


@dataclass(frozen=True, slots=True)
class Row:
    """One dated decision for one data class and role. `starts`, `ends`: first and last day in force.

    reach and otherwise mean something where the row tells something: how far back, and what happens without a consent.
    """

    action: Action
    source: str
    force: Force
    starts: date
    ends: date | None = None
    basis: Basis | None = None
    reach: Reach = Reach.HISTORY
    ground: str = ""
    otherwise: Action = Action.HIDE

    def in_force(self, on: date) -> bool:
        """Whether this row decides on that day; a proposal never does."""
        return self.force is not Force.PROPOSAL and self.starts <= on and (self.ends is None or on <= self.ends)


NOTHING_DECIDED = Row(Action.HIDE, "ours", Force.HOUSE, date.min, ground="no row in force: hidden by default")


@dataclass(frozen=True, slots=True)
class ClassPolicy:
    """Everything a Caldicott guardian signs for one data class."""

    data_class: DataClass
    meaning: str
    article_6: str
    article_9: str
    criminal: str
    confidence: str
    owner: str
    review_on: date
    rows: Mapping[Role, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """An event type that the law wants this role to acknowledge."""

    event: str
    role: Role
    source: str
    force: Force
    starts: date
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A protection over the rows: for these classes, everyone but the excepted roles gets `action` with `ground`."""

    name: str
    meaning: str
    classes: frozenset[DataClass]
    excepted: frozenset[Role]
    action: Action
    ground: str
    source: str


PROTECTED_ADDRESS = "protected-address"


@dataclass(frozen=True, slots=True)
class Decision:
    """What one role may know of one class: the row that decides, and the consent it rests on, if any."""

    data_class: DataClass
    action: Action
    row: Row
    consent: UUID | None = None

    @property
    def ground(self) -> str:
        """The ground of a coarsening, masking or hiding; a lapsed or missing consent says so to the hub alone.

        A mask is read by its recipient, so it keeps the row's own coarse ground with or without a consent.
        """
        if self.row.basis is Basis.CONSENT and self.consent is None and self.action is Action.HIDE:
            return "no consent in force"
        return self.row.ground


class Decisions:
    """All decisions for one role under one set of rows and consents. Equal ones are one object: compare by identity."""

    __slots__ = ("by_class", "compiled", "hands_over", "limited_reach", "role")

    def __init__(self, role: Role, by_class: Mapping[DataClass, Decision]) -> None:
        self.role = role
        self.by_class = by_class
        self.compiled: dict[object, object] = {}  # plans, filled by domain.redaction
        self.hands_over = any(d.action is not Action.HIDE and d.row.reach is Reach.START for d in by_class.values())
        self.limited_reach = any(
            d.action is not Action.HIDE and d.row.reach is not Reach.HISTORY for d in by_class.values()
        )

    def may(self, data_class: DataClass) -> bool:
        """Whether this role may see values of this class as they are."""
        return self.by_class[data_class].action is Action.SHARE


class Policy:
    """One version of the policy with its code lists, ready to decide.

    name, title and note head the page that is signed; the note says how far it has been signed.
    """

    def __init__(
        self,
        content_hash: str,
        name: str,
        title: str,
        note: str,
        classes: Mapping[DataClass, ClassPolicy],
        notices: tuple[NoticeRule, ...],
        gates: Mapping[str, Gate],
        codes: CodeBook,
    ) -> None:
        self.content_hash = content_hash
        self.name = name
        self.title = title
        self.note = note
        self.classes = classes
        self.notices = notices
        self.gates = gates
        self.codes = codes
        self._without_consent: dict[tuple[Role, date], Decisions] = {}
        self._decisions: dict[tuple[Role, tuple[Row, ...], tuple[tuple[DataClass, UUID], ...]], Decisions] = {}
        self._notices: dict[tuple[str, Role], list[NoticeRule]] = {}
        self._changes = sorted(set(self._change_dates()))
        for rule in notices:
            self._notices.setdefault((rule.event, rule.role), []).append(rule)

    def row(self, data_class: DataClass, role: Role, on: date) -> Row:
        """The row in force on a day; where none is, the value is hidden."""
        entry = self.classes.get(data_class)
        rows = entry.rows.get(role, ()) if entry is not None else ()
        return next((row for row in reversed(rows) if row.in_force(on)), NOTHING_DECIDED)

    def decisions(self, role: Role, on: date, consents: Mapping[DataClass, UUID]) -> Decisions:
        """Every class decided for a role on a day, given the consents in force for it (class to consent event).

        A consent to what does not rest on consent changes nothing, not even which object is answered.
        """
        if not consents:
            settled = self._without_consent.get((role, on))
            if settled is not None:
                return settled
        rows = tuple(self.row(c, role, on) for c in DataClass)
        by_class = list(zip(DataClass, rows, strict=True))
        used = tuple((c, consents[c]) for c, row in by_class if c in consents and row.basis is Basis.CONSENT)
        key = (role, rows, used)
        found = self._decisions.get(key)
        if found is None:
            made = Decisions(role, {c: _decide(c, row, consents.get(c)) for c, row in by_class})
            found = self._decisions.setdefault(key, made)  # two threads that ask at once are answered the same object
        if not consents:
            self._without_consent[role, on] = found
        return found

    def notice(self, event_name: str, role: Role, on: date) -> NoticeRule | None:
        """The rule by which this event is a notice to this role, if there is one in force on that day."""
        for rule in self._notices.get((event_name, role), ()):
            if rule.force is not Force.PROPOSAL and rule.starts <= on and (rule.ends is None or on <= rule.ends):
                return rule
        return None

    def gate(self, name: str) -> Gate | None:
        """A gate by name."""
        return self.gates.get(name)

    def next_change(self, after: date) -> date | None:
        """The first day after `after` on which any row or notice rule begins or has ceased to apply."""
        i = bisect_right(self._changes, after)
        return self._changes[i] if i < len(self._changes) else None

    def _change_dates(self) -> Iterator[date]:
        rows = (row for entry in self.classes.values() for rows in entry.rows.values() for row in rows)
        dated: Iterator[Row | NoticeRule] = chain(rows, self.notices)
        for rule in dated:
            if rule.force is not Force.PROPOSAL:
                yield rule.starts
                if rule.ends is not None:
                    yield rule.ends + timedelta(days=1)


def _decide(data_class: DataClass, row: Row, consent: UUID | None) -> Decision:
    if row.basis is Basis.CONSENT:
        return Decision(data_class, row.action if consent is not None else row.otherwise, row, consent)
    return Decision(data_class, row.action, row)
