"""Code lists: what a code means, when it is in force, how sensitive it is, and what is left of it for who may not know.

Codes leak by contrast. Were a secure home shown as "residential" and an open one exactly, the word itself would tell
which was secure. So a code is shown exactly only to those who may know the class of *every* code of its group; to all
others every code of the group looks the same. `schemas/codes/README.md` argues the groups.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType

from domain.vocabulary import DataClass

_CODE = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_COARSE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*(/[a-z][a-z0-9]*(-[a-z0-9]+)*)*")


class CodeRuleError(ValueError):
    """A code list breaks a rule. `column` and `rule` say which; `row`: which of a list's codes, from 0."""

    def __init__(self, column: str, rule: str, row: int | None = None) -> None:
        super().__init__(f"{column}: {rule}" if row is None else f"code {row + 1}, {column}: {rule}")
        self.column = column
        self.rule = rule
        self.row = row


@dataclass(frozen=True, slots=True)
class Code:
    """One code of one list.

    code: as the return or our own events write it ("K1", "secure-school"). label: its meaning in words.
    data_class: what somebody must be allowed to know to be told this code.
    coarse, coarse_label: the group it shrinks to ("residential"); both None where nothing is left of it. A group may stand
    within another ("looked-after/care-order"), which it shrinks to in its turn.
    whole_event: the code's class decides for the whole event: who may not know it is not told that anything happened.
    valid_from, valid_to: first and last day in force, both included; None is open. source: code list, law or "ours".
    """

    code: str
    label: str
    data_class: DataClass
    coarse: str | None
    coarse_label: str | None
    whole_event: bool
    valid_from: date | None
    valid_to: date | None
    source: str

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code):
            raise CodeRuleError("code", "letters and digits, parts joined by single hyphens")
        if not self.label:
            raise CodeRuleError("label", "every code says what it means")
        if self.coarse is not None and not _COARSE.fullmatch(self.coarse):
            raise CodeRuleError(
                "coarse", "lower-case words joined by hyphens (a group within a group: outer/inner), or empty"
            )
        if (self.coarse is None) != (self.coarse_label is None):
            raise CodeRuleError("coarse_label", "a coarse form and its label come together or not at all")
        if self.whole_event and self.coarse is not None:
            raise CodeRuleError("whole_event", "a code that hides its whole event leaves no coarse form")
        if self.valid_from is not None and self.valid_to is not None and self.valid_to < self.valid_from:
            raise CodeRuleError("valid_to", "the last day in force is not before the first")
        if not self.source:
            raise CodeRuleError("source", "every code names its source")


@dataclass(frozen=True, slots=True)
class CodeList:
    """All codes of one field, in the list's own order. Codes of one coarse form are a group; so are those with none.

    Raises CodeRuleError for a duplicate code, a coarse form that is also a code, one coarse form with two labels, or a
    group of which only a part, or several classes, would hide the whole event.
    """

    name: str
    codes: tuple[Code, ...]
    _by_code: Mapping[str, Code] = field(init=False, repr=False, compare=False)
    _groups: Mapping[str | None, tuple[Code, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_code: dict[str, Code] = {}
        groups: dict[str | None, tuple[Code, ...]] = {}
        names = {code.code.casefold() for code in self.codes}
        for row, code in enumerate(self.codes):
            if code.code in by_code:
                raise CodeRuleError("code", "a code stands once in its list", row)
            if code.coarse is not None and names & set(code.coarse.split("/")):
                raise CodeRuleError("coarse", "a coarse form is never a code of the same list", row)
            group = groups.get(code.coarse, ())
            if group and group[0].coarse_label != code.coarse_label:
                raise CodeRuleError("coarse_label", "one coarse form has one label", row)
            if group and group[0].whole_event != code.whole_event:
                raise CodeRuleError("whole_event", "a group hides its events as a whole or not at all", row)
            if group and code.whole_event and group[0].data_class is not code.data_class:
                raise CodeRuleError("class", "codes that hide their events have one class, or the rest would tell", row)
            by_code[code.code] = code
            groups[code.coarse] = (*group, code)
        object.__setattr__(self, "_by_code", MappingProxyType(by_code))
        object.__setattr__(self, "_groups", MappingProxyType(groups))

    def find(self, code: str) -> Code | None:
        """The code as listed, in force or ended; None if the list does not know it."""
        return self._by_code.get(code)

    def in_force(self, code: str, on: date) -> bool:
        """Whether the list knows the code and `on` is one of its days."""
        found = self.find(code)
        return (
            found is not None
            and (found.valid_from is None or found.valid_from <= on)
            and (found.valid_to is None or on <= found.valid_to)
        )

    def group(self, coarse: str | None) -> tuple[Code, ...]:
        """The codes with this coarse form (None: those that leave nothing), ended ones too, in the list's order."""
        return self._groups.get(coarse, ())

    def shown(self, code: str, may: Callable[[DataClass], bool]) -> str | None:
        """What is shown of a code to who may know the classes `may` accepts: the code, a coarse form of it, or None.

        From the outermost group inwards: a group is opened only to who may know every code that stands directly in it, so
        that what is seen of one code never tells that it was not another. A code the list does not know has no class, so
        nothing of it is shown to anyone.
        """
        found = self.find(code)
        if found is None:
            return None
        for path in _levels(found.coarse):
            if not all(may(member.data_class) for member in self.group(path)):
                return path.rpartition("/")[2] if path is not None else None
        return code

    def table(self, may: Callable[[DataClass], bool]) -> Mapping[str, str | None]:
        """`shown` for every code of the list, worked out once."""
        return MappingProxyType({code.code: self.shown(code.code, may) for code in self.codes})


@dataclass(frozen=True, eq=False)
class CodeBook(Mapping[str, CodeList]):
    """All code lists by name. Raises ValueError when a list is filed under another name than its own."""

    lists: Mapping[str, CodeList]

    def __post_init__(self) -> None:
        for name, code_list in self.lists.items():
            if name != code_list.name:
                raise ValueError(f"code list {code_list.name} is filed as {name}")

    def __getitem__(self, name: str) -> CodeList:
        """The list of this name; one without codes where there is none, as in a version older than the event that asks for it."""
        return self.lists.get(name) or CodeList(name, ())

    def __contains__(self, name: object) -> bool:
        return name in self.lists

    def __iter__(self) -> Iterator[str]:
        return iter(self.lists)

    def __len__(self) -> int:
        return len(self.lists)

    @cached_property
    def content(self) -> str:
        """SHA-256 (hex) of all that the lists say. The order of rows, line ends and quoting do not change it."""
        said = {name: sorted(_as_said(code) for code in self[name].codes) for name in sorted(self)}
        return hashlib.sha256(json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def _levels(coarse: str | None) -> list[str | None]:
    """The groups a code stands in, outermost first; without a coarse form: the one group of those that leave nothing."""
    if coarse is None:
        return [None]
    words = coarse.split("/")
    return ["/".join(words[: n + 1]) for n in range(len(words))]


def _as_said(code: Code) -> tuple[str, ...]:
    return (
        code.code,
        code.label,
        code.data_class.value,
        code.coarse or "",
        code.coarse_label or "",
        "yes" if code.whole_event else "",
        code.valid_from.isoformat() if code.valid_from else "",
        code.valid_to.isoformat() if code.valid_to else "",
        code.source,
    )
