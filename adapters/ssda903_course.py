"""One child's sound rows of a statutory return (SSDA903), told as events.

Ids come from natural keys (the day a row began, the placement an end is about), never from a row's number: the same row
gives the same ids in every file, an open episode keeps its ids when it ends, a later one renumbers nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from uuid import UUID

from adapters.places_csv import Places
from adapters.ssda903_faults import SetAside
from adapters.ssda903_rows import CONTINUES, Episode, Header
from adapters.ssda903_standing import Held, Known, Standing, Stay, known_before
from domain.events import (
    CareEnded,
    CareStarted,
    ChildRegistered,
    Event,
    IdentifierAdded,
    LegalStatusChanged,
    PlacementEnded,
    PlacementMade,
    PlacementRelabelled,
)
from domain.situation import ADOPTIVE, TEMPORARY
from domain.submission import Intended
from domain.vocabulary import UNKNOWN

IdOf = Callable[..., UUID]
"""Makes an event's id of text: its kind ("placement-made"), the authority, the child's local id, a natural key."""

_SAME_CARER: Final = frozenset({"T", "U"})  # RNE: change of placement, same carer
_OTHER_CARER: Final = frozenset({"P", "B"})  # RNE: change of placement and carer
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
    header: Header, episodes: Sequence[Episode], held: Held, *, authority: str, as_at: date, places: Places, id_of: IdOf
) -> ChildReturn:
    """Tell one child's rows as events. All is history but the placement that is not left by the end of `as_at`.

    episodes: at least one, sound, in any order. held: what the hub holds of the child. id_of: see `IdOf`.
    """
    rows = sorted(episodes, key=lambda row: (row.began, row.line))
    known = known_before(rows[0], held, authority)
    course = _Course(header, authority, places, id_of, known)
    course.register(header, rows[0].began)
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        course.take(row, following)
    told = sorted(course.told, key=lambda one: one.event.effective_on)
    taken: list[Header | Episode] = [header, *rows]
    by_row: defaultdict[tuple[str, int], list[UUID]] = defaultdict(list)
    for one in told:
        by_row[one.said_by.file, one.said_by.line].append(one.event_id)
    return ChildReturn(
        header.child,
        tuple(Intended(one.event_id, one.event, history=not course.goes_on(one, as_at)) for one in told),
        tuple(TakenRow(row.file, row.line, tuple(by_row[row.file, row.line])) for row in taken),
        (*header.set_aside, *(aside for row in rows for aside in row.set_aside), *course.set_aside),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    event_id: UUID
    event: Event
    said_by: Header | Episode


@dataclass(slots=True)
class _Course:
    """The walk along the rows: what goes on, and what has been told so far."""

    header: Header
    authority: str
    places: Places
    id_of: IdOf
    known: Known
    told: list[_Told] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    _now: Standing = field(init=False)
    _ends: dict[UUID, date] = field(default_factory=dict)
    _repeats: Counter[tuple[str, date]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._now = self.known.standing

    def register(self, header: Header, first: date) -> None:
        """The child and the UPN. What is held already keeps its id, its day and what the return does not know."""
        if self.known.registered is None:
            event_id = self._id("child-registered")
            registered = ChildRegistered(
                effective_on=first,
                authority=self.authority,
                local_id=header.child,
                born_on=header.born_on,
                sex=header.sex,
            )
        else:
            event_id, old = self.known.registered
            sex = old.sex if header.sex is None or {old.sex, header.sex} in _SAME_SEX else header.sex
            registered = replace(old, effective_on=min(first, old.effective_on), born_on=header.born_on, sex=sex)
        self._tell(event_id, registered, header)
        if header.upn is None:
            return
        event_id = self._id("identifier-added", "upn")
        before = dict(self.known.identifiers).get(event_id)
        if before is not None:
            self._tell(event_id, replace(before, upn=header.upn), header)
        elif header.upn not in {event.upn for _, event in self.known.identifiers}:
            self._tell(event_id, IdentifierAdded(effective_on=first, upn=header.upn), header)

    def take(self, row: Episode, following: Episode | None) -> None:
        """One row: care and legal status, where the child lives, and what ends with it."""
        self._take_care(row)
        if row.placement_type in TEMPORARY:
            self._take_temporary(row)
        else:
            self._take_usual(row)
        if row.ended is None or row.end_reason is None:
            return
        if row.end_reason != CONTINUES:
            self._end_care(row, row.ended, row.end_reason, following)
        elif following is None or following.began > row.ended:  # a gap between placements: care goes on
            self._leave_all(row, row.ended)

    def goes_on(self, told: _Told, as_at: date) -> bool:
        """Whether it is a placement that has not been left by the end of this day."""
        return isinstance(told.event, PlacementMade) and self._ends.get(told.event_id, date.max) > as_at

    def _take_care(self, row: Episode) -> None:
        if self._now.care is None:
            self._now.care = self._dated_id("care-started", row.began)
            started = CareStarted(
                effective_on=row.began, legal_status=row.legal_status, need=row.need, home_postcode=row.home_postcode
            )
            self._tell(self._now.care, started, row)
        elif self._now.legal_status != row.legal_status:
            changed = LegalStatusChanged(effective_on=row.began, legal_status=row.legal_status)
            self._tell(self._dated_id("legal-status-changed", row.began), changed, row)
        self._now.legal_status = row.legal_status

    def _end_care(self, row: Episode, ended: date, reason: str, following: Episode | None) -> None:
        if following is not None and following.began < ended:  # two periods of care cannot overlap
            self.set_aside.append(SetAside(row.file, row.line, "DEC", "end-overtaken"))
            ended = following.began
        self._leave_all(row, ended)
        care_ended = CareEnded(effective_on=ended, reason=reason)
        self._tell(self._id("care-ended", str(self._now.care)), care_ended, row)
        self._now.care = self._now.legal_status = None

    def _take_temporary(self, row: Episode) -> None:
        temporary = self._now.temporary
        if temporary is None or temporary.placement_type != row.placement_type or _moved(temporary, row):
            self._leave(temporary, row, row.began)
            self._now.temporary = self._made(row)
        if self._now.temporary is not None:
            self._now.temporary.said_by = row
        if self._now.usual is not None:
            self._now.usual.said_by = row  # the usual placement goes on meanwhile

    def _take_usual(self, row: Episode) -> None:
        self._leave(self._now.temporary, row, row.began)
        self._now.temporary = None
        usual = self._now.usual
        if usual is None or _moved(usual, row):
            self._leave(usual, row, row.began)
            usual = self._made(row)
        elif row.placement_type != usual.placement_type or _differ(row.provider, usual.provider):
            relabelled = PlacementRelabelled(
                effective_on=row.began,
                placement=usual.event_id,
                placement_type=row.placement_type,
                provider=row.provider,
            )
            self._tell(self._dated_id("placement-relabelled", row.began), relabelled, row)
            usual.placement_type, usual.provider = row.placement_type, row.provider
        usual.provider, usual.postcode, usual.urn = (
            usual.provider or row.provider,
            usual.postcode or row.postcode,
            usual.urn or row.urn,
        )
        usual.said_by = row
        self._now.usual = usual

    def _made(self, row: Episode) -> Stay:
        event_id = self._dated_id("placement-made", row.began)
        made = PlacementMade(
            effective_on=row.began,
            urgency="planned",
            placement_type=row.placement_type,
            provider=row.provider,
            area_authority=(self.places.authority(row.postcode) if row.postcode else None) or UNKNOWN,
            postcode=row.postcode,
            urn=row.urn,
        )
        self._tell(event_id, made, row)
        return Stay(event_id, row.placement_type, row.provider, row.postcode, row.urn)

    def _leave_all(self, row: Episode, on: date) -> None:
        self._leave(self._now.temporary, row, on)
        self._leave(self._now.usual, row, on)
        self._now.temporary = self._now.usual = None

    def _leave(self, stay: Stay | None, row: Episode, on: date) -> None:
        """End a placement on the day its last row ended, `on` at the latest."""
        if stay is None or (stay.said_by is None and stay.event_id in self.known.left):
            return  # nothing to leave, or left as an earlier return told
        last = stay.said_by or row
        reason = stay.said_by.change_reason if stay.said_by else None
        ended_on = min(on, stay.said_by.ended or on) if stay.said_by else on
        self._ends[stay.event_id] = ended_on
        ended = PlacementEnded(effective_on=ended_on, placement=stay.event_id, reason=reason)
        self._tell(self._id("placement-ended", str(stay.event_id)), ended, last)

    def _tell(self, event_id: UUID, event: Event, said_by: Header | Episode) -> None:
        self.told.append(_Told(event_id, event, said_by))

    def _id(self, kind: str, *key: str) -> UUID:
        return self.id_of(kind, self.authority, self.header.child, *key)

    def _dated_id(self, kind: str, on: date) -> UUID:
        """The n-th of its kind on one day."""
        self._repeats[kind, on] += 1
        return self._id(kind, on.isoformat(), str(self._repeats[kind, on]))


def _moved(stay: Stay, row: Episode) -> bool:
    """Whether the row says that the child is placed elsewhere, rather than the same, or the same under another code.

    A value missing on one side (blank, or set aside) is no move in itself, unless the row says that the carer changed.
    Into or out of an adoptive placement is never a mere relabelling: another regime begins, and the protection with it
    (Adoption Agencies Regulations 2005).
    """
    place = ((stay.postcode, row.postcode), (stay.urn, row.urn))
    if any(_differ(*pair) for pair in place):
        return True
    if row.why_new in _OTHER_CARER and any(one != other for one, other in (*place, (stay.provider, row.provider))):
        return True
    if (stay.placement_type in ADOPTIVE) != (row.placement_type in ADOPTIVE):
        return True
    relabelled = stay.placement_type != row.placement_type or _differ(stay.provider, row.provider)
    return relabelled and row.why_new not in _SAME_CARER


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other
