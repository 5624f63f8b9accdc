"""Reads the sharing policy (`schemas/policy/sharing-policy.yaml`) with its code lists. Takes text, opens no file.

The columns and the reason for each rule: `schemas/policy/README.md`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, NoReturn, TypeVar

import yaml
from yaml.constructor import ConstructorError

from adapters.code_csv import read_code_book
from domain.events import event_types
from domain.policy import (
    PROTECTED_ADDRESS,
    Action,
    Basis,
    ClassPolicy,
    Force,
    Gate,
    NoticeRule,
    Policy,
    Reach,
    Row,
)
from domain.vocabulary import DataClass, Role

POLICY_FILE: Final = "sharing-policy.yaml"
CODES_FOLDER: Final = "codes/"

_SIGNED: Final = ("meaning", "article_6", "article_9", "criminal", "confidence", "owner")
_SHOWN_GROUNDS: Final = ("held elsewhere", "protected", "restricted")  # a recipient reads them: they name no class
_OPENNESS: Final = (Action.HIDE, Action.MASK, Action.COARSEN, Action.SHARE)

W = TypeVar("W", bound=StrEnum)


def read_policy(files: Mapping[str, str], content_hash: str) -> Policy:
    """Build one version of the policy.

    files: "sharing-policy.yaml" and every "codes/<list>.csv", name to text. content_hash: the name of this version.
    Raises ValueError at the first thing that is not sound, naming class, role, column and rule (for a code list: file,
    line, column and rule). Nothing is guessed, and no key is passed over.
    """
    if POLICY_FILE not in files:
        raise ValueError(f"{POLICY_FILE}: the policy needs this file")
    codes = {name.removeprefix(CODES_FOLDER): text for name, text in files.items() if name != POLICY_FILE}
    strange = sorted(name for name in files if name != POLICY_FILE and not name.startswith(CODES_FOLDER))
    if strange:
        raise ValueError(f"{strange[0]}: a policy is made of {POLICY_FILE} and {CODES_FOLDER}<list>.csv alone")
    top = _Part((), _parse(files[POLICY_FILE]))
    top.keys("policy", "title", "note", "classes", "notices", "gates", noun="part")
    return Policy(
        content_hash,
        top.text("policy"),
        top.text("title"),
        top.text("note"),
        _classes(_Part((), top.cells["classes"])),
        _notices(_Part((), top.cells["notices"])),
        _gates(_Part((), top.cells["gates"])),
        read_code_book(codes),
    )


class _OnceOnly(yaml.CSafeLoader):
    """PyYAML keeps the last of two equal keys without a word; a policy may not say two things."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        said: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise ConstructorError(None, None, "a key is a word", key_node.start_mark)
            if key in said:
                raise ConstructorError(None, None, f"{key} is said twice", key_node.start_mark)
            said.add(key)
        return super().construct_mapping(node, deep)


def _parse(text: str) -> object:
    try:
        return yaml.load(text, _OnceOnly)  # noqa: S506 (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f" line {mark.line + 1}" if mark is not None else ""
        raise ValueError(f"{POLICY_FILE}{line}: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError) as error:
        # PyYAML reads 2023-02-30 as a date and lets the ValueError of `datetime` through, without a line.
        raise ValueError(f"{POLICY_FILE}: {error}") from None


@dataclass(frozen=True, slots=True)
class _Part:
    """One mapping of the file, which knows where it stands: ("class missing", "role school", "row 2")."""

    where: tuple[str, ...]
    content: object

    def refuse(self, column: str, rule: str, noun: str = "column") -> NoReturn:
        place = ", ".join((*self.where, f"{noun} {column}") if column else self.where)
        raise ValueError(f"{POLICY_FILE}{', ' if place else ''}{place}: {rule}")

    @property
    def cells(self) -> Mapping[str, Any]:
        if not isinstance(self.content, dict):
            self.refuse("", "must be a mapping of columns to values")
        return self.content

    def keys(self, *wanted: str, maybe: Iterable[str] = (), noun: str = "column") -> None:
        """Refuse a missing key, and one that is neither wanted nor in `maybe`. noun: what the keys are."""
        for key in wanted:
            if key not in self.cells:
                self.refuse(key, "must be given", noun)
        for key in self.cells:
            if key not in wanted and key not in maybe:
                self.refuse(key, f"not known here; known are {', '.join((*wanted, *maybe))}", noun)

    def part(self, key: str, noun: str) -> _Part:
        return _Part((*self.where, f"{noun} {key}"), self.cells[key])

    def text(self, column: str) -> str:
        text = self.cells[column]
        if not isinstance(text, str) or not text.strip():
            self.refuse(column, "must be words (in quotes, if YAML takes them for something else)")
        return text

    def day(self, column: str) -> date:
        day = self.cells[column]
        # a moment is a date as well, to isinstance; the last day of the calendar has no day after it
        if type(day) is not date or day == date.max:
            self.refuse(column, "must be a date, written YYYY-MM-DD")
        return day

    def word(self, column: str, words: type[W]) -> W:
        return self._known(column, self.cells[column], words)

    def words(self, column: str, words: type[W]) -> frozenset[W]:
        listed = self.cells[column]
        if not isinstance(listed, list):
            self.refuse(column, "must be a list")
        known = [self._known(column, word, words) for word in listed]
        if len(known) != len(set(known)):
            self.refuse(column, "a word stands once in its list")
        return frozenset(known)

    def _known(self, column: str, word: object, words: type[W]) -> W:
        found = next((w for w in words if w == word), None)
        return found if found is not None else self.refuse(column, f"must be one of {', '.join(words)}")

    def period(self) -> tuple[date, date | None]:
        first, last = self.day("from"), self.day("until") if "until" in self.cells else None
        if last is not None and last < first:
            self.refuse("until", "the last day in force is not before the first")
        return first, last


def _classes(part: _Part) -> dict[DataClass, ClassPolicy]:
    part.keys(*(c.value for c in DataClass), noun="class")
    return {c: _class(c, part.part(c.value, "class")) for c in DataClass}


def _class(data_class: DataClass, part: _Part) -> ClassPolicy:
    part.keys(*_SIGNED, "review_on", "rows")
    by_role = _Part(part.where, part.cells["rows"])
    by_role.keys(*(r.value for r in Role), noun="role")
    rows = {r: _rows(by_role.part(r.value, "role")) for r in Role}
    signed = {column: part.text(column) for column in _SIGNED}
    return ClassPolicy(data_class=data_class, **signed, review_on=part.day("review_on"), rows=rows)


def _rows(part: _Part) -> tuple[Row, ...]:
    """One row, or a list of rows that follow each other day by day."""
    if not isinstance(part.content, list):
        return (_row(part),)
    if not part.content:
        part.refuse("", "a list of rows has at least one")
    rows: list[Row] = []
    for n, content in enumerate(part.content, start=1):
        here = _Part((*part.where, f"row {n}"), content)
        row = _row(here)
        if rows:
            _check_follows(here, rows[-1].ends, row.starts, gapless=True)
        rows.append(row)
    return tuple(rows)


def _check_follows(part: _Part, ended: date | None, starts: date, *, gapless: bool) -> None:
    if ended is None or starts <= ended:
        part.refuse("from", "must be after the `until` of the row before: rows stand in order and never overlap")
    if gapless and starts != ended + timedelta(days=1):
        part.refuse("from", "must be the day after the `until` of the row before: a row that hides closes a gap")


def _row(part: _Part) -> Row:
    cells = part.cells
    wanted = ["action", "source", "force", "from"]
    if "action" not in cells:
        part.refuse("action", "must be given")
    action = part.word("action", Action)
    if action is not Action.HIDE:
        wanted += ["basis", "reach"]  # what is told has a basis (UK GDPR Art 6) and a reach; what is hidden has neither
    basis = part.word("basis", Basis) if action is not Action.HIDE and "basis" in cells else None
    if basis is Basis.CONSENT:
        wanted.append("otherwise")
    otherwise = part.word("otherwise", Action) if basis is Basis.CONSENT and "otherwise" in cells else Action.HIDE
    if action is not Action.SHARE or otherwise is Action.MASK:
        wanted.append("ground")
    part.keys(*wanted, maybe=["until"])
    # Without a consent there is no basis to tell anything by: what is left is a tombstone at most.
    if otherwise not in (Action.MASK, Action.HIDE) or (
        basis is Basis.CONSENT and _OPENNESS.index(otherwise) >= _OPENNESS.index(action)
    ):
        part.refuse("otherwise", "must be mask or hide, and tell less than the action")
    starts, ends = part.period()
    ground = part.text("ground") if "ground" in cells else ""
    if Action.MASK in (action, otherwise):
        _check_shown(part, ground)
    return Row(
        action=action,
        source=part.text("source"),
        force=part.word("force", Force),
        starts=starts,
        ends=ends,
        basis=basis,
        reach=part.word("reach", Reach) if "reach" in cells else Reach.HISTORY,
        ground=ground,
        otherwise=otherwise,
    )


def _check_shown(part: _Part, ground: str) -> None:
    if ground not in _SHOWN_GROUNDS:
        part.refuse("ground", f"on a mask the recipient reads it: one of {', '.join(_SHOWN_GROUNDS)}")


def _notices(listed: _Part) -> tuple[NoticeRule, ...]:
    if not isinstance(listed.content, list):
        listed.refuse("notices", "must be a list", "part")
    names = {t.name for t in event_types().values()}
    latest: dict[tuple[str, Role], NoticeRule] = {}
    rules: list[NoticeRule] = []
    for n, content in enumerate(listed.content, start=1):
        part = _Part((f"notice {n}",), content)
        part.keys("event", "role", "force", "from", "source", maybe=["until"])
        event = part.text("event")
        if event not in names:
            part.refuse("event", "no event type has this name (without its version: placement-made)")
        starts, ends = part.period()
        rule = NoticeRule(event, part.word("role", Role), part.text("source"), part.word("force", Force), starts, ends)
        before = latest.get((event, rule.role))
        if before is not None:
            _check_follows(part, before.ends, starts, gapless=False)
        latest[event, rule.role] = rule
        rules.append(rule)
    return tuple(rules)


def _gates(part: _Part) -> dict[str, Gate]:
    part.keys(PROTECTED_ADDRESS, noun="gate")  # a gate is applied by code: one without code would protect nothing
    gate = part.part(PROTECTED_ADDRESS, "gate")
    gate.keys("meaning", "classes", "except", "action", "ground", "source")
    if gate.word("action", Action) is not Action.MASK:
        gate.refuse("action", "must be mask: a desk that knows of the placement is told that its address is withheld")
    _check_shown(gate, gate.text("ground"))
    classes = gate.words("classes", DataClass)
    if not classes:
        gate.refuse("classes", "a gate protects at least one class")
    return {
        PROTECTED_ADDRESS: Gate(
            PROTECTED_ADDRESS,
            gate.text("meaning"),
            classes,
            gate.words("except", Role),
            Action.MASK,
            gate.text("ground"),
            gate.text("source"),
        )
    }
