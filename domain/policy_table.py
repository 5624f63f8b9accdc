"""The sharing policy as tables: the page that is signed, a spreadsheet of every row, and every event field decided.

What a table says of a field is what `domain.redaction` does with it, but for codes that hide their whole event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.events.base import DATE_FIELDS, Coarse, EventType, FieldType, Kind
from domain.policy import NOTHING_DECIDED, PROTECTED_ADDRESS, Action, Basis, ClassPolicy, Policy, Row
from domain.vocabulary import DataClass, Role

AS_IT_IS: Final = "as it is"
COARSE_FORM: Final = "coarse form"
BY_CODE: Final = "as it is, coarse or not at all, by code"
DISTRICT: Final = "postcode district"
MASK: Final = "a mask"
NOTHING: Final = "nothing"
GATED: Final = ", a mask where protected"

_CSV_COLUMNS: Final = (
    "class", "role", "action", "basis", "reach", "force", "from", "until", "otherwise", "ground", "source",
    "meaning", "article_6", "article_9", "criminal", "confidence", "owner", "review_on",
)  # fmt: skip
_SIGNED: Final = (
    "class", "meaning", "Article 6", "Article 9", "criminal data", "confidence", "owner", "review on", "signed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldDecision:
    """What one role is shown of one field of one event type on a day, and the row it rests on.

    event: versioned topic. data_class: the class whose row decides: the field's own, or the event's where that is the
    stricter. shows: in words; of a row on consent, while a consent is in force (without one: `row.otherwise`).
    """

    event: str
    field: str
    role: Role
    data_class: DataClass
    shows: str
    row: Row


def decisions_table(policy: Policy, event_types: Mapping[str, EventType], on: date) -> list[FieldDecision]:
    """Every field of every event type, for every role. A correction's replacement is left out: it is never sent."""
    return [
        _field(policy, event_type, f, role, on)
        for _, event_type in sorted(event_types.items())
        for f in event_type.fields
        if f.kind is not Kind.EVENT
        for role in Role
    ]


def table_markdown(policy: Policy, on: date) -> str:
    """The page that is signed: classes by roles on that day, the changes that are already dated, and what is signed."""
    matrix = [
        (c.data_class.value, *(_word(policy.row(c.data_class, role, on)) for role in Role)) for c in _entries(policy)
    ]
    signed = [
        (
            c.data_class.value,
            c.meaning,
            c.article_6,
            c.article_9,
            c.criminal,
            c.confidence,
            c.owner,
            _overdue(c.review_on, on),
            "",
        )
        for c in _entries(policy)
    ]
    ahead = list(_ahead(policy, on))
    gates = [
        (g.name, g.meaning, ", ".join(sorted(g.classes)), ", ".join(sorted(g.excepted)), g.ground, g.source)
        for g in policy.gates.values()
    ]
    notices = [
        (rule.event, rule.role.value, rule.force.value, rule.source)
        for rule in policy.notices
        if policy.notice(rule.event, rule.role, on) is rule
    ]
    owners = dict.fromkeys(c.owner for c in _entries(policy))
    blocks = [
        f"# {policy.title}",
        policy.note,
        f"Policy `{policy.name}`, version `{policy.content_hash}`, as it stands on {on.isoformat()}.",
        "`share` the value, `coarsen` it, `mask`: something stands here, `hide`: nothing tells that it exists. "
        "*on consent*: while one is in force; without one, the word after the stroke. "
        "*(undecided)*: no row is in force. A code may tell more than its class, and a protected address is masked: "
        "both only ever narrow what stands here.",
        "## Who is told what",
        _markdown(("class", *(r.value for r in Role)), matrix),
        "## What changes later",
        _markdown(("from", "class", "role", "until then", "then", "source"), ahead) if ahead else "Nothing dated.",
        "## What stands over the rows",
        _markdown(("gate", "meaning", "classes", "all but", "ground", "source"), gates),
        "## What must be acknowledged",
        _markdown(("event", "role", "force", "source"), notices) if notices else "Nothing.",
        "## What is signed",
        _markdown(_SIGNED, signed),
        "## Signatures",
        _markdown(("post", "name", "signature", "date"), [(owner, "", "", "") for owner in owners]),
    ]
    return "\n\n".join(blocks) + "\n"


def table_csv(policy: Policy, on: date) -> str:
    """One line for each class and role with every column of the row in force that day, empty cells where none is.

    RFC 4180 but for the line ends, which are \\n; every cell is quoted.
    """
    lines = [_csv_line(_CSV_COLUMNS)]
    for c in _entries(policy):
        signed = (c.meaning, c.article_6, c.article_9, c.criminal, c.confidence, c.owner, c.review_on.isoformat())
        for role in Role:
            row = policy.row(c.data_class, role, on)
            lines.append(_csv_line((c.data_class.value, role.value, *_cells(row), *signed)))
    return "".join(lines)


def _field(policy: Policy, event_type: EventType, f: FieldType, role: Role, on: date) -> FieldDecision:
    own, whole = policy.row(f.data_class, role, on), policy.row(event_type.data_class, role, on)
    closed = whole.action in (Action.HIDE, Action.MASK)  # the event is not told, or leaves a tombstone in its place
    by_event = (closed or whole.basis is Basis.CONSENT) and own.action is not Action.HIDE
    row, data_class = (whole, event_type.data_class) if by_event else (own, f.data_class)
    shows = _of_closed(whole, own) if closed else _shows(policy, f, own.action, role, on)
    return FieldDecision(event_type.topic, f.name, role, data_class, shows, row)


def _of_closed(whole: Row, own: Row) -> str:
    return MASK if Action.HIDE not in (whole.action, own.action) else NOTHING


def _shows(policy: Policy, f: FieldType, action: Action, role: Role, on: date) -> str:
    if action is Action.HIDE:
        return NOTHING
    if action is Action.MASK:
        return MASK
    shown = _of_code(policy, f, action, role, on) if f.meta.codes else _of_value(f, action)
    gate = policy.gate(PROTECTED_ADDRESS)
    gated = gate is not None and f.data_class in gate.classes and role not in gate.excepted
    return shown + GATED if gated and shown != NOTHING else shown


def _of_value(f: FieldType, action: Action) -> str:
    if action is Action.SHARE or f.name in DATE_FIELDS or f.meta.coarse is Coarse.KEEP:
        return AS_IT_IS
    return DISTRICT if f.meta.coarse is Coarse.OUTWARD else NOTHING


def _of_code(policy: Policy, f: FieldType, action: Action, role: Role, on: date) -> str:
    codes = policy.codes.get(f.meta.codes)
    if codes is None:
        return NOTHING
    exact = action is Action.SHARE
    table = codes.table(lambda c: exact and policy.row(c, role, on).action is Action.SHARE)
    if all(shown == code for code, shown in table.items()):
        return AS_IT_IS
    if not any(table.values()):
        return NOTHING
    return BY_CODE if any(shown == code or shown is None for code, shown in table.items()) else COARSE_FORM


def _entries(policy: Policy) -> list[ClassPolicy]:
    return [policy.classes[c] for c in DataClass if c in policy.classes]


def _word(row: Row) -> str:
    if row is NOTHING_DECIDED:
        return f"{row.action.value} (undecided)"
    if row.basis is Basis.CONSENT:
        return f"{row.action.value} on consent / {row.otherwise.value}"
    return row.action.value


def _told(row: Row) -> str:
    return f"{_word(row)} ({row.basis.value}, {row.force.value})" if row.basis is not None else _word(row)


def _overdue(review_on: date, on: date) -> str:
    return f"{review_on.isoformat()} (overdue)" if review_on < on else review_on.isoformat()


def _ahead(policy: Policy, on: date) -> Iterator[tuple[str, ...]]:
    """Every row that begins or ends after that day, in order of days."""
    before, day = on, policy.next_change(on)
    while day is not None:
        for c in _entries(policy):
            for role in Role:
                old, new = policy.row(c.data_class, role, before), policy.row(c.data_class, role, day)
                if old != new:
                    yield day.isoformat(), c.data_class.value, role.value, _told(old), _told(new), new.source
        before, day = day, policy.next_change(day)


def _cells(row: Row) -> tuple[str, ...]:
    if row is NOTHING_DECIDED:
        return row.action.value, "", "", "", "", "", "", row.ground, ""
    told = row.action is not Action.HIDE
    return (
        row.action.value,
        row.basis.value if row.basis is not None else "",
        row.reach.value if told else "",
        row.force.value,
        row.starts.isoformat(),
        row.ends.isoformat() if row.ends is not None else "",
        row.otherwise.value if row.basis is Basis.CONSENT else "",
        row.ground,
        row.source,
    )


def _markdown(columns: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    return "\n".join([_line(columns), "|" + "---|" * len(columns), *(_line(row) for row in rows)])


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def _csv_line(cells: Iterable[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n"
