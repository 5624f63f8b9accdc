"""One child's sound rows of a statutory return (SSDA903), all tables together, told as events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from adapters.places_csv import Places
from adapters.ssda903_course import Course
from adapters.ssda903_faults import SetAside
from adapters.ssda903_rows import Episode, Header
from adapters.ssda903_said import Said
from adapters.ssda903_standing import Known
from adapters.ssda903_teller import IdOf, SaidBy, Teller
from domain.events import (
    AdoptionPlanDecided,
    AdoptionPlanEnded,
    BackgroundRecorded,
    BecameMother,
    ChildRegistered,
    Event,
    Found,
    HealthYearReported,
    IdentifierAdded,
    LeaverYearReported,
    OffendingYearReported,
    PlacementMade,
    PreviousPermanenceRecorded,
    SdqScored,
    SocialWorkerChanged,
    UnaccompaniedChildRecorded,
    WentMissing,
)
from domain.submission import Intended
from domain.vocabulary import UNKNOWN

_OF_THE_CHILD: Final = (
    UnaccompaniedChildRecorded,
    PreviousPermanenceRecorded,
)  # no day of their own: since registration
_OF_THE_YEAR: Final = (SdqScored, HealthYearReported, OffendingYearReported, LeaverYearReported)
_SAME_SEX: Final = ({"1", "M"}, {"2", "F"})  # SEX to 2023/24, from 2024/25


@dataclass(frozen=True, slots=True)
class TakenRow:
    """A row that was taken, and the events that say what it said; none where it only repeats the row before it."""

    file: str
    line: int
    events: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ChildReturn:
    """What a return says of one child: events by effective date, registration first; its rows; fields left out."""

    local_id: str
    intended: tuple[Intended, ...]
    rows: tuple[TakenRow, ...]
    set_aside: tuple[SetAside, ...]


def child_return(
    header: Header,
    episodes: Sequence[Episode],
    said: Sequence[Said],
    known: Known,
    *,
    authority: str,
    as_at: date,
    places: Places,
    id_of: IdOf,
) -> ChildReturn:
    """Tell one child's rows as events. All is history but the placement that is not left by the end of `as_at`.

    episodes, said: sound, in any order; without episodes the child is a care leaver, or known. known: what the hub holds
    of the child. id_of: see `IdOf`. What next year's file, or an older one that comes late, says of the same things is
    told under the same ids; what a return told and this one shows to be otherwise is retracted at the end.
    """
    rows = sorted(episodes, key=lambda row: (row.began, row.line))
    teller = Teller(authority, header.child, as_at, id_of, known)
    first = min([row.began for row in rows] or [event.effective_on for one in said for event in one.events] or [as_at])
    since = _register(teller, header, first)
    course = Course(teller, places)
    if rows:
        course.tell(rows)
    _tell_said(teller, said, since)
    told = sorted(teller.told.values(), key=lambda one: (not _registers(one.event), one.event.effective_on))
    told += teller.amended
    taken: list[SaidBy] = [header, *rows, *said]
    by_row: defaultdict[tuple[str, int], list[UUID]] = defaultdict(list)
    for one in told:
        by_row[one.said_by.file, one.said_by.line].append(one.event_id)

    def history(event_id: UUID, event: Event) -> bool:
        return not isinstance(event, PlacementMade) or course.left.get(event_id, date.max) <= as_at

    return ChildReturn(
        header.child,
        tuple(Intended(one.event_id, one.event, history=history(one.event_id, one.event)) for one in told),
        tuple(TakenRow(row.file, row.line, tuple(by_row[row.file, row.line])) for row in taken),
        (*header.set_aside, *_aside(rows), *_aside(said), *teller.set_aside),
    )


def _aside(rows: Iterable[Episode | Said]) -> Iterable[SetAside]:
    return (aside for row in rows for aside in row.set_aside)


def _registers(event: Event) -> bool:
    """Whether it comes first whatever its day: nothing is recorded of a child that is not registered."""
    return isinstance(event, ChildRegistered)


def _register(teller: Teller, header: Header, first: date) -> date:
    """The child, UPN, background. What is held already keeps its id, and what the return does not know. Answers since when."""
    known, keep = teller.known, teller.known.registered is not None and teller.spoken_of_since()
    if known.registered is None:
        since = first
        registered = ChildRegistered(
            effective_on=since,
            authority=teller.authority,
            local_id=header.child,
            born_on=header.born_on,
            sex=header.sex,
        )
        teller.tell(teller.id("child-registered"), registered, header)
    else:
        event_id, old = known.registered
        since = min(first, old.effective_on)
        sex = old.sex if keep or header.sex is None or {old.sex, header.sex} in _SAME_SEX else header.sex
        born_on = old.born_on if keep else header.born_on
        teller.tell(event_id, replace(old, effective_on=since, born_on=born_on, sex=sex), header)
    if header.upn is not None:
        _add_upn(teller, header, header.upn, since, keep)
    if header.ethnicity is not None:
        _lasting(teller, BackgroundRecorded(effective_on=since, ethnicity=header.ethnicity), header, keep)
    if header.mother:
        her_child = header.her_child_born_on
        event_id = teller.id("became-mother")
        before = known.facts.get(event_id)
        if before is None or (her_child is not None and not keep):
            before = BecameMother(effective_on=her_child or teller.as_at, child_born_on=her_child or UNKNOWN)
        teller.tell(event_id, before, header)
    return since


def _add_upn(teller: Teller, header: Header, upn: str, since: date, keep: bool) -> None:
    event_id = teller.id("identifier-added", "upn")
    before = dict(teller.known.identifiers).get(event_id)
    if before is not None:
        teller.tell(event_id, before if keep else replace(before, upn=upn), header)
    elif upn not in {event.upn for _, event in teller.known.identifiers}:
        teller.tell(event_id, IdentifierAdded(effective_on=since, upn=upn), header)


def _lasting(teller: Teller, event: Event, said_by: SaidBy, keep: bool) -> None:
    """What has no day of its own: it is so since the child was registered. keep: a later return has the last word."""
    event_id = teller.id(event.TYPE.name)
    before = teller.known.facts.get(event_id)
    if keep and before is not None:
        event = replace(before, effective_on=min(event.effective_on, before.effective_on))
    teller.tell(event_id, event, said_by)


def _tell_said(teller: Teller, said: Sequence[Said], since: date) -> None:
    """The tables beside Header and Episodes."""
    keep = teller.known.registered is not None and teller.spoken_of_since()
    workers = [one for one in said if isinstance(one.events[0], SocialWorkerChanged)]
    for one in sorted(said, key=lambda one: (one.events[0].effective_on, one.ended or date.max, one.file, one.line)):
        for event in one.events:
            if isinstance(event, _OF_THE_CHILD):
                _lasting(teller, replace(event, effective_on=since), one, keep)
            elif isinstance(event, _OF_THE_YEAR):
                teller.tell(teller.year_id(event), event, one)
            else:
                known = teller.told_until(event, one.ended) if isinstance(event, WentMissing) else None
                event_id = teller.tell(known or teller.dated_id(event, _same(event)), event, one)
                _tell_end(teller, event_id, event, one, workers)


def _tell_end(teller: Teller, event_id: UUID, event: Event, one: Said, workers: Sequence[Said]) -> None:
    if one.ended is None:
        return
    match event:
        case WentMissing():
            found = Found(effective_on=one.ended, missing=event_id)
            teller.tell(teller.end_id("found", event_id, one.ended), found, one)
        case AdoptionPlanDecided():
            over = AdoptionPlanEnded(effective_on=one.ended, decided=event_id, reason=one.end_reason or UNKNOWN)
            teller.tell(teller.end_id("adoption-plan-ended", event_id, one.ended), over, one)
        case SocialWorkerChanged():
            nobody = teller.id("social-worker-changed", "nobody", str(event_id))
            if not any(_goes_on(other, one.ended) for other in workers if other is not one):
                teller.tell(nobody, SocialWorkerChanged(effective_on=one.ended, name=UNKNOWN), one)
            elif nobody in teller.known.facts:
                teller.take_back(nobody, None, one)


def _goes_on(worker: Said, ended: date) -> bool:
    """Whether this worker is the child's on the day another's time ended."""
    return worker.events[0].effective_on <= ended and (worker.ended is None or worker.ended > ended)


def _same(event: Event) -> Callable[[Event], bool]:
    """Whether what was recorded by hand on the same day is this event."""
    match event:
        case WentMissing():
            return lambda held: isinstance(held, WentMissing) and held.kind == event.kind
        case SocialWorkerChanged():
            return lambda held: isinstance(held, SocialWorkerChanged) and held.worker_id in (None, event.worker_id)
    return lambda _: True
