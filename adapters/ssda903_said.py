"""The rows of a statutory return (SSDA903) beside Header and Episodes: each a few facts about a child, read as events.

A row is sound, or refused as a whole, or sound but for an optional field, as those of Header and Episodes are. Years run
from 1 April to 31 March. Source of tables and codes: DfE, Guide to the SSDA903 collection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from adapters.ssda903_faults import SetAside
from adapters.ssda903_rows import Row
from adapters.ssda903_tables import (
    AD1,
    MISSING,
    OC2,
    OC3,
    PLACED_FOR_ADOPTION,
    PREVIOUS_PERMANENCE,
    REVIEWS,
    SOCIAL_WORKERS,
    UASC,
    Table,
)
from domain.codes import CodeBook
from domain.events import (
    AdoptionMatched,
    AdoptionPlanDecided,
    Event,
    HealthYearReported,
    LeaverYearReported,
    OffendingYearReported,
    PreviousPermanenceRecorded,
    ReviewHeld,
    SdqScored,
    SocialWorkerChanged,
    UnaccompaniedChildRecorded,
    WentMissing,
)
from domain.forms import SDQ_HIGHEST
from domain.vocabulary import UNKNOWN

_PARTLY_UNKNOWN: Final = re.compile(r"zz/([0-9]{2}|zz)/([0-9]{4}|zzzz)", re.IGNORECASE)  # DATE_PERM
_LEAVERS: Final = range(17, 22)  # ages at which OC3 asks after a care leaver: their birthday in the year


@dataclass(frozen=True, slots=True)
class Said:
    """A sound row and what it says: events, each on its own day or, where it has none, on the day the return speaks up to.

    ended: MIS_END, DATE_PLACED_CEASED or SW_DEC, when what the row tells of was over. end_reason: REASON_PLACED_CEASED.
    """

    file: str
    line: int
    child: str
    events: tuple[Event, ...]
    set_aside: tuple[SetAside, ...] = ()
    ended: date | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """With what a row is read. born_on: of the child by its header; None where it has none. as_at: of the return."""

    codes: CodeBook
    as_at: date
    born_on: date | None


def said(table: Table, row: Row, reading: Reading) -> Said:
    """The row as a row of this table; raises Refused with the first rule that it breaks."""
    row.child()
    if row.cells["DOB"] and row.day("DOB") != (reading.born_on or row.day("DOB")):
        row.refuse("DOB", "other-birth-date")
    return _READERS[table](row, reading)


def return_year(as_at: date) -> int:
    """The return's year, by the year in which its 31 March lies."""
    return as_at.year + (as_at > date(as_at.year, 3, 31))


def _review(row: Row, reading: Reading) -> Said:
    aside: list[SetAside] = []
    on = row.day("REVIEW")
    took_part = row.code_or_aside("REVIEW_CODE", reading.codes["participation"], aside)
    return _of(row, aside, ReviewHeld(effective_on=on, participation=took_part or UNKNOWN))


def _unaccompanied(row: Row, reading: Reading) -> Said:
    aside: list[SetAside] = []
    until = row.day_or_aside("DUC", aside)
    return _of(row, aside, UnaccompaniedChildRecorded(effective_on=reading.as_at, until=until))


def _outcomes(row: Row, reading: Reading) -> Said:
    aside: list[SetAside] = []
    on = reading.as_at
    sdq = SdqScored(
        effective_on=on,
        score=row.number("SDQ_SCORE", 0, SDQ_HIGHEST, "not-a-score", aside),
        not_scored_because=row.code_or_aside("SDQ_REASON", reading.codes["sdq_reason"], aside),
    )
    health = HealthYearReported(
        effective_on=on,
        assessed=row.flag("HEALTH_ASSESSMENT", aside),
        teeth_checked=row.flag("TEETH_CHECK", aside),
        immunised=row.flag("IMMUNISATIONS", aside),
        development_checked=row.flag("HEALTH_CHECK", aside),
        substance_misuse=row.flag("SUBSTANCE_MISUSE", aside),
        intervention_received=row.flag("INTERVENTION_RECEIVED", aside),
        intervention_offered=row.flag("INTERVENTION_OFFERED", aside),
    )
    convicted = row.flag("CONVICTED", aside)
    events: list[Event] = [sdq] if sdq != SdqScored(effective_on=on) else []
    if health != HealthYearReported(effective_on=on):
        events.append(health)
    if convicted is not None:
        events.append(OffendingYearReported(effective_on=on, convicted=convicted))
    if not events:
        row.refuse("", "says-nothing")
    return _of(row, aside, *events)


def _leaver(row: Row, reading: Reading) -> Said:
    aside: list[SetAside] = []
    in_touch = row.code("IN_TOUCH", reading.codes["leaver_in_touch"])
    told = LeaverYearReported(
        effective_on=_birthday(reading),
        in_touch=in_touch,
        activity=row.code_or_aside("ACTIV", reading.codes["leaver_activity"], aside),
        accommodation=row.code_or_aside("ACCOM", reading.codes["leaver_accommodation"], aside),
    )
    return _of(row, aside, told)


def _missing(row: Row, reading: Reading) -> Said:
    kind = row.code("MISSING", reading.codes["missing_kind"])
    began, ended = _period(row, "MIS_START", "MIS_END")
    return _of(row, [], WentMissing(effective_on=began, kind=kind), ended=ended)


def _previous(row: Row, reading: Reading) -> Said:
    aside: list[SetAside] = []
    kind = row.code("PREV_PERM", reading.codes["previous_permanence"])
    partly = _PARTLY_UNKNOWN.fullmatch(row.cells["DATE_PERM"])
    told = PreviousPermanenceRecorded(
        effective_on=reading.as_at,
        kind=kind,
        authority=row.cells["LA_PERM"] or None,
        order_on=UNKNOWN if partly else row.day_or_aside("DATE_PERM", aside),
    )
    return _of(row, aside, told)


def _matched(row: Row, reading: Reading) -> Said:
    aside: list[SetAside] = []
    told = AdoptionMatched(
        effective_on=row.day("DATE_MATCH"),
        decided_on=row.day_or_aside("DATE_INT", aside),
        by_foster_carers=row.flag("FOSTER_CARE", aside),
        adopters=row.number("NB_ADOPTR", 1, 2, "not-a-count", aside),
        adopters_sex=row.code_or_aside("SEX_ADOPTR", reading.codes["adopters_sex"], aside),
        adopters_status=row.code_or_aside("LS_ADOPTR", reading.codes["adopters_status"], aside),
    )
    return _of(row, aside, told)


def _placed(row: Row, reading: Reading) -> Said:
    aside: list[SetAside] = []
    began, ended = _period(row, "DATE_PLACED", "DATE_PLACED_CEASED")
    reason = row.code_or_aside("REASON_PLACED_CEASED", reading.codes["adoption_plan_end"], aside)
    if reason is not None and ended is None:
        row.aside("REASON_PLACED_CEASED", "end-without-day", aside)
        reason = None
    return _of(row, aside, AdoptionPlanDecided(effective_on=began), ended=ended, end_reason=reason)


def _worker(row: Row, reading: Reading) -> Said:
    aside: list[SetAside] = []
    began, ended = _period(row, "SW_DECOM", "SW_DEC")
    reason = row.code_or_aside("SW_REASON", reading.codes["worker_change_reason"], aside)
    told = SocialWorkerChanged(effective_on=began, worker_id=row.cells["SW_ID"] or None, reason=reason)
    return _of(row, aside, told, ended=ended)


_READERS: Final[Mapping[Table, Callable[[Row, Reading], Said]]] = MappingProxyType(
    {
        REVIEWS: _review,
        UASC: _unaccompanied,
        OC2: _outcomes,
        OC3: _leaver,
        MISSING: _missing,
        PREVIOUS_PERMANENCE: _previous,
        AD1: _matched,
        PLACED_FOR_ADOPTION: _placed,
        SOCIAL_WORKERS: _worker,
    }
)


def _of(
    row: Row, aside: list[SetAside], *events: Event, ended: date | None = None, end_reason: str | None = None
) -> Said:
    return Said(row.file, row.line, row.child(), events, tuple(aside), ended, end_reason)


def _period(row: Row, began: str, ended: str) -> tuple[date, date | None]:
    first, last = row.day(began), row.day(ended) if row.cells[ended] else None
    if last is not None and last < first:
        row.refuse(ended, "end-before-start")
    return first, last


def _birthday(reading: Reading) -> date:
    """The care leaver's birthday in the return's year, the day of which OC3 speaks; the as-at day where it has none."""
    born_on, year = reading.born_on, return_year(reading.as_at)
    if born_on is None:
        return reading.as_at
    year -= (born_on.month, born_on.day) > (3, 31)
    leap_day = (born_on.month, born_on.day) == (2, 29)
    birthday = date(year, 3, 1) if leap_day else born_on.replace(year=year)
    return min(birthday, reading.as_at) if year - born_on.year in _LEAVERS else reading.as_at
