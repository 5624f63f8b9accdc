"""The rows of a statutory return (SSDA903): what a row of any table is made of, and those of Header and Episodes.

A row is sound, or refused as a whole (`Quarantined`), or sound but for an optional field (`SetAside`). Rules of the
*return* (an episode of one day, a gap, an overlap, a code no longer in force) refuse nothing: the fact may be true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NoReturn

from adapters.places_csv import tidy_postcode
from adapters.ssda903_faults import Quarantined, SetAside
from domain.codes import CodeBook, CodeList

CONTINUES: Final = "X1"  # REC: the episode ends, the child continues to be looked after

_DATE: Final = re.compile(r"([0-9]{2})/([0-9]{2})/((?:19|20)[0-9]{2})")
_CHILD: Final = re.compile(r"[A-Za-z0-9/_.-]{1,32}")
_UPN: Final = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-Z]")
_NO_UPN: Final = re.compile(r"UN[1-5]")  # why there is none; no identifier
_URN: Final = re.compile(r"(?:SC)?[0-9]{1,8}")
_NUMBER: Final = re.compile(r"[0-9]{1,4}")
_NO_URN: Final = "XXXXXXX"  # the place has none


@dataclass(frozen=True, slots=True)
class Header:
    """A sound row of Header. sex: SEX as written. ethnicity: ETHNIC. upn: only if there is one.

    mother: MOTHER, she has a child of her own. her_child_born_on: MC_DOB.
    """

    file: str
    line: int
    child: str
    born_on: date
    sex: str | None
    ethnicity: str | None
    upn: str | None
    mother: bool
    her_child_born_on: date | None
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True, slots=True)
class Episode:
    """A sound row of Episodes.

    began: DECOM. why_new: RNE. legal_status: LS. need: CIN. placement_type: PLACE. provider: PLACE_PROVIDER.
    ended: DEC, None while it runs. end_reason: REC. change_reason: REASON_PLACE_CHANGE, why the placement ended.
    home_postcode, postcode: HOME_POST, PL_POST, tidied. urn: only if there is one.
    """

    file: str
    line: int
    child: str
    began: date
    why_new: str
    legal_status: str
    need: str
    placement_type: str
    provider: str | None
    ended: date | None
    end_reason: str | None
    change_reason: str | None
    home_postcode: str | None
    postcode: str | None
    urn: str | None
    set_aside: tuple[SetAside, ...]


class Refused(Exception):
    """A row is quarantined."""

    def __init__(self, fault: Quarantined) -> None:
        super().__init__()
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Row:
    """One row's cells by column, which knows where it stands.

    file, line: of CSV, the file's name and the physical line, the first being 1. Of XML, the file's name with the table's
    ("return.xml Episodes"), and the row's number in that table, as such files often are one line.
    """

    file: str
    line: int
    cells: Mapping[str, str]

    def header(self, codes: CodeBook, as_at: date) -> Header:
        """The row as a row of Header; raises Refused with the first rule that it breaks."""
        aside: list[SetAside] = []
        child = self.child()
        born_on = self.day("DOB")
        if born_on > as_at:
            self.refuse("DOB", "born-after-return")
        sex = self.code_or_aside("SEX", codes["sex"], aside)
        ethnicity = self.code_or_aside("ETHNIC", codes["ethnicity"], aside)
        upn = self.cells["UPN"] or None
        if upn is not None and _NO_UPN.fullmatch(upn):
            upn = None
        elif upn is not None and not _UPN.fullmatch(upn):
            self.aside("UPN", "not-a-upn", aside)
            upn = None
        mother = self.flag("MOTHER", aside)
        her_child_born_on = self.day_or_aside("MC_DOB", aside)
        if her_child_born_on is not None and mother is False:
            self.aside("MC_DOB", "not-a-mother", aside)
            her_child_born_on = None
        is_mother = mother is True or her_child_born_on is not None
        where = (self.file, self.line, child)
        return Header(*where, born_on, sex, ethnicity, upn, is_mother, her_child_born_on, tuple(aside))

    def episode(self, codes: CodeBook) -> Episode:
        """The row as a row of Episodes; raises Refused with the first rule that it breaks."""
        aside: list[SetAside] = []
        child = self.child()
        began = self.day("DECOM")
        ended = self.day("DEC") if self.cells["DEC"] else None
        if ended is not None and ended < began:
            self.refuse("DEC", "dec-before-decom")
        why_new = self.code("RNE", codes["episode_reason"])
        legal_status = self.code("LS", codes["legal_status"])
        need = self.code("CIN", codes["need"])
        placement_type = self.code("PLACE", codes["placement"])
        provider = self._code_or_none("PLACE_PROVIDER", codes["provider"])
        end_reason = self._code_or_none("REC", codes["end_reason"])
        change_reason = self._code_or_none("REASON_PLACE_CHANGE", codes["change_reason"])
        if ended is None and end_reason not in (None, CONTINUES):
            self.refuse("DEC", "rec-without-dec")
        if ended is not None and end_reason is None:
            self.refuse("REC", "dec-without-rec")
        urn = None if self.cells["URN"] == _NO_URN else self.cells["URN"] or None
        if urn is not None and not _URN.fullmatch(urn):
            self.aside("URN", "not-a-urn", aside)
            urn = None
        return Episode(
            self.file,
            self.line,
            child,
            began,
            why_new,
            legal_status,
            need,
            placement_type,
            provider,
            ended,
            end_reason,
            change_reason,
            self._postcode("HOME_POST", aside),
            self._postcode("PL_POST", aside),
            urn,
            tuple(aside),
        )

    def child(self) -> str:
        """The child's number; raises Refused where the row names none soundly."""
        child = self.cells["CHILD"] or self.refuse("CHILD", "no-child")
        return child if _CHILD.fullmatch(child) else self.refuse("CHILD", "not-a-child-number")

    def day(self, field: str) -> date:
        """The day in this field; raises Refused where there is none."""
        return _day(self.cells[field]) or self.refuse(field, "not-a-date")

    def code(self, field: str, codes: CodeList) -> str:
        """The code in this field; raises Refused where there is none, or one that the list does not know."""
        if codes.find(self.cells[field]) is None:
            self.refuse(field, "unknown-code")
        return self.cells[field]

    def day_or_aside(self, field: str, found: list[SetAside]) -> date | None:
        """The day in this field, None where it is blank or, noted in `found`, not one."""
        day = _day(self.cells[field])
        if day is None and self.cells[field]:
            self.aside(field, "not-a-date", found)
        return day

    def code_or_aside(self, field: str, codes: CodeList, found: list[SetAside]) -> str | None:
        """The code in this field, None where it is blank or, noted in `found`, not known."""
        written = self.cells[field] or None
        if written is not None and codes.find(written) is None:
            self.aside(field, "unknown-code", found)
            return None
        return written

    def flag(self, field: str, found: list[SetAside]) -> bool | None:
        """Yes (1) or no (0), None where it is blank or, noted in `found`, neither."""
        written = self.cells[field]
        if written not in ("", "0", "1"):
            self.aside(field, "not-a-flag", found)
            return None
        return written == "1" if written else None

    def number(self, field: str, lowest: int, highest: int, rule_code: str, found: list[SetAside]) -> int | None:
        """The whole number in this field, None where it is blank or, noted in `found`, no number from lowest to highest."""
        written = self.cells[field]
        if written and (not _NUMBER.fullmatch(written) or not lowest <= int(written) <= highest):
            self.aside(field, rule_code, found)
            return None
        return int(written) if written else None

    def aside(self, field: str, rule_code: str, found: list[SetAside]) -> None:
        """Note that this field is left out."""
        found.append(SetAside(self.file, self.line, field, rule_code))

    def refuse(self, field: str, rule_code: str) -> NoReturn:
        """Raise Refused: this row breaks this rule."""
        raise Refused(Quarantined(self.file, self.line, field, rule_code))

    def _code_or_none(self, field: str, codes: CodeList) -> str | None:
        return self.code(field, codes) if self.cells[field] else None

    def _postcode(self, field: str, found: list[SetAside]) -> str | None:
        tidy = tidy_postcode(self.cells[field])
        if tidy is None and self.cells[field]:
            self.aside(field, "not-a-postcode", found)
        return tidy


def _day(written: str) -> date | None:
    found = _DATE.fullmatch(written)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None
