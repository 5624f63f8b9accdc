"""The rows of a statutory return (SSDA903) that the hub carries: Header and Episodes.

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
from domain.codes import CodeBook

CONTINUES: Final = "X1"  # REC: the episode ends, the child continues to be looked after

_DATE: Final = re.compile(r"([0-9]{2})/([0-9]{2})/((?:19|20)[0-9]{2})")
_CHILD: Final = re.compile(r"[A-Za-z0-9/_.-]{1,32}")
_UPN: Final = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-Z]")
_NO_UPN: Final = re.compile(r"UN[1-5]")  # why there is none; no identifier
_URN: Final = re.compile(r"(?:SC)?[0-9]{1,8}")
_NO_URN: Final = "XXXXXXX"  # the place has none


@dataclass(frozen=True, slots=True)
class Header:
    """A sound row of Header. sex: SEX as written, upn: only if there is one."""

    file: str
    line: int
    child: str
    born_on: date
    sex: str | None
    upn: str | None
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
    """One line's cells by column, which knows where it stands."""

    file: str
    line: int
    cells: Mapping[str, str]

    def header(self, codes: CodeBook, as_at: date) -> Header:
        """The row as a row of Header; raises Refused with the first rule that it breaks."""
        set_aside: list[SetAside] = []
        child = self.child()
        born_on = self._date("DOB")
        if born_on > as_at:
            self.refuse("DOB", "born-after-return")
        sex = self.cells["SEX"] or None
        if sex is not None and codes["sex"].find(sex) is None:
            sex = self._set_aside(set_aside, "SEX", "unknown-code")
        upn = self.cells["UPN"] or None
        if upn is not None and _NO_UPN.fullmatch(upn):
            upn = None
        elif upn is not None and not _UPN.fullmatch(upn):
            upn = self._set_aside(set_aside, "UPN", "not-a-upn")
        return Header(self.file, self.line, child, born_on, sex, upn, tuple(set_aside))

    def episode(self, codes: CodeBook) -> Episode:
        """The row as a row of Episodes; raises Refused with the first rule that it breaks."""
        set_aside: list[SetAside] = []
        child = self.child()
        began = self._date("DECOM")
        ended = self._date("DEC") if self.cells["DEC"] else None
        if ended is not None and ended < began:
            self.refuse("DEC", "dec-before-decom")
        why_new = self._code("RNE", codes, "episode_reason")
        legal_status = self._code("LS", codes, "legal_status")
        need = self._code("CIN", codes, "need")
        placement_type = self._code("PLACE", codes, "placement")
        provider = self._code_or_none("PLACE_PROVIDER", codes, "provider")
        end_reason = self._code_or_none("REC", codes, "end_reason")
        change_reason = self._code_or_none("REASON_PLACE_CHANGE", codes, "change_reason")
        if ended is None and end_reason not in (None, CONTINUES):
            self.refuse("DEC", "rec-without-dec")
        if ended is not None and end_reason is None:
            self.refuse("REC", "dec-without-rec")
        urn = None if self.cells["URN"] == _NO_URN else self.cells["URN"] or None
        if urn is not None and not _URN.fullmatch(urn):
            urn = self._set_aside(set_aside, "URN", "not-a-urn")
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
            self._postcode("HOME_POST", set_aside),
            self._postcode("PL_POST", set_aside),
            urn,
            tuple(set_aside),
        )

    def child(self) -> str:
        """The child's number; raises Refused where the row names none soundly."""
        child = self.cells["CHILD"] or self.refuse("CHILD", "no-child")
        return child if _CHILD.fullmatch(child) else self.refuse("CHILD", "not-a-child-number")

    def refuse(self, field: str, rule_code: str) -> NoReturn:
        """Raise Refused: this row breaks this rule."""
        raise Refused(Quarantined(self.file, self.line, field, rule_code))

    def _date(self, field: str) -> date:
        found = _DATE.fullmatch(self.cells[field])
        if found is None:
            self.refuse(field, "not-a-date")
        try:
            return date(int(found[3]), int(found[2]), int(found[1]))
        except ValueError:
            self.refuse(field, "not-a-date")

    def _code(self, field: str, codes: CodeBook, code_list: str) -> str:
        if codes[code_list].find(self.cells[field]) is None:
            self.refuse(field, "unknown-code")
        return self.cells[field]

    def _code_or_none(self, field: str, codes: CodeBook, code_list: str) -> str | None:
        return self._code(field, codes, code_list) if self.cells[field] else None

    def _postcode(self, field: str, set_aside: list[SetAside]) -> str | None:
        if not self.cells[field]:
            return None
        return tidy_postcode(self.cells[field]) or self._set_aside(set_aside, field, "not-a-postcode")

    def _set_aside(self, found: list[SetAside], field: str, rule_code: str) -> str | None:
        found.append(SetAside(self.file, self.line, field, rule_code))
        return None
