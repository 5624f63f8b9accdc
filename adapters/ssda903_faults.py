"""What can be wrong with a statutory return (SSDA903): a file, a row, an optional field. No fault holds a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_GUIDE: Final = "DfE, Guide to the SSDA903 collection"

RULES: Final[Mapping[str, tuple[str, str]]] = {
    "not-a-row": (
        "a row is one line of well-formed CSV with a cell for each column; in XML, one element with each field once",
        _GUIDE,
    ),
    "no-child": ("a row names its child", f"{_GUIDE}: CHILD"),
    "not-a-child-number": ("a child's number is 1 to 32 letters, digits or / _ . -", "ours; Guide: CHILD"),
    "not-a-date": ("a date is written DD/MM/YYYY, exists and is not before 1900", f"{_GUIDE}: dates"),
    "born-after-return": ("the child is born by the return's as-at date", f"{_GUIDE}: DOB"),
    "repeated-child": ("a child has one header row", f"{_GUIDE}: Header"),
    "no-episodes": (
        "a child has a sound episode, or is a care leaver (OC3), or is known from another return",
        f"{_GUIDE}: Episodes, OC3",
    ),
    "no-header": ("the child of a row has a sound header row", f"{_GUIDE}: Header"),
    "other-birth-date": ("a child has the same date of birth in every table", f"{_GUIDE}: DOB"),
    "end-before-start": (
        "what a row tells of does not end before it starts",
        f"{_GUIDE}: MIS_END, SW_DEC and the like",
    ),
    "says-otherwise": ("a table says one thing of one child and day; the first row of them is taken", "ours"),
    "says-nothing": ("a row says something beside whom it is about", "ours"),
    "dec-before-decom": ("an episode does not end before it starts", f"{_GUIDE}: DEC"),
    "unknown-code": ("the value is a code of the field's code list", f"{_GUIDE}: code lists"),
    "rec-without-dec": ("the reason why care ended comes with the day on which it did", f"{_GUIDE}: DEC, REC"),
    "dec-without-rec": ("the day an episode ended comes with the reason", f"{_GUIDE}: DEC, REC"),
    "duplicate-row": ("the same row does not come twice", "ours"),
    "not-a-upn": ("a UPN is a letter but I, O, S, eleven digits, a digit or letter; or UN1 to UN5", f"{_GUIDE}: UPN"),
    "not-a-postcode": ("a postcode is of postcode form", f"{_GUIDE}: HOME_POST, PL_POST"),
    "area-not-known": ("the authority of a place is one that the register knows", "ours; schemas/register"),
    "not-a-urn": ("a URN is up to eight digits, with SC before them or not; or XXXXXXX", f"{_GUIDE}: URN"),
    "not-a-flag": ("yes is written 1, and no 0", f"{_GUIDE}: yes or no"),
    "not-a-score": ("the score is a whole number from 0 to 40", f"{_GUIDE}: SDQ_SCORE"),
    "not-a-count": ("there are one or two adopters", f"{_GUIDE}: NB_ADOPTR"),
    "end-without-day": ("why something ended comes with the day on which it did", f"{_GUIDE}: REASON_PLACED_CEASED"),
    "not-a-mother": ("only of a mother is her child's day of birth told", f"{_GUIDE}: MOTHER, MC_DOB"),
    "end-overtaken": ("an episode ends before the next starts; the day that one starts is taken", f"{_GUIDE}: DEC"),
}
"""Every rule that a row or field can break: code to sentence and source."""


class ReturnFileError(ValueError):
    """The file as a whole cannot be read, so nothing of the return is. `line` is None where no line is at fault."""

    def __init__(self, file: str, line: int | None, rule: str) -> None:
        super().__init__(f"{file}: {rule}" if line is None else f"{file} line {line}: {rule}")
        self.file = file
        self.line = line
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong where. file, line: as `Row` has them. field: empty where the row as a whole is at fault."""

    file: str
    line: int
    field: str
    rule_code: str

    @property
    def rule(self) -> str:
        """The rule as a sentence."""
        return RULES[self.rule_code][0]

    @property
    def source(self) -> str:
        """Where the rule comes from."""
        return RULES[self.rule_code][1]


@dataclass(frozen=True, slots=True)
class Quarantined(Fault):
    """A row of which nothing is taken."""


@dataclass(frozen=True, slots=True)
class SetAside(Fault):
    """An optional field that is left out; the rest of its row is taken."""
