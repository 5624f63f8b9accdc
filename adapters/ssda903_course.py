"""The episodes of one child told as events: care, legal status, where the child lives; what goes on, what ends with it.

Episodes contradict each other in every real return. What is sound in each is taken, and the contradiction stands as a
finding with the event (`domain.findings`); an end that the next episode overtakes is brought forward, its day set aside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from uuid import UUID

from adapters.places_csv import Places
from adapters.ssda903_faults import SetAside
from adapters.ssda903_rows import CONTINUES, Episode
from adapters.ssda903_standing import STARTS, Standing, Stay, standing_before
from adapters.ssda903_teller import Teller
from domain.events import (
    CareEnded,
    CareStarted,
    Event,
    LegalStatusChanged,
    PlacementEnded,
    PlacementMade,
    PlacementRelabelled,
)
from domain.situation import ADOPTIVE, TEMPORARY
from domain.vocabulary import UNKNOWN

_SAME_CARER: Final = frozenset({"T", "U"})  # RNE: change of placement, same carer
_OTHER_CARER: Final = frozenset({"P", "B"})  # RNE: change of placement and carer
_OF_A_ROW: Final = (CareStarted, LegalStatusChanged, PlacementRelabelled, PlacementMade)


@dataclass(slots=True)
class Course:
    """The walk along the episodes: what goes on, and when each placement was left."""

    teller: Teller
    places: Places
    left: dict[UUID, date] = field(default_factory=dict)
    _now: Standing = field(default_factory=Standing)
    _there: dict[date, tuple[Episode, Stay | None, Stay | None]] = field(default_factory=dict)

    def tell(self, rows: Sequence[Episode]) -> None:
        """Tell the rows: at least one, by their first day."""
        known = self.teller.known
        self._now = standing_before(rows[0], known)
        self.left = {
            about: known.facts[end].effective_on
            for about, end in known.ends.items()
            if isinstance(known.facts[end], PlacementEnded)
        }
        before: Episode | None = None
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            self._take(row, before, following)
            before = row
        for on in sorted(self._there):  # of the first day this file itself does not show where the child was before
            self._take_back(on, _OF_A_ROW if on > rows[0].began else (CareStarted, LegalStatusChanged))
        self._rejoin(rows[-1])
        for event_id in self.teller.of_later:
            self._give_on(event_id, rows[-1])

    def _give_on(self, end: UUID, last: Episode) -> None:
        """An end that a later return told of a placement that was left before: it is that of the one which goes on now."""
        event = self.teller.known.facts[end]
        if not isinstance(event, PlacementEnded):
            return
        made = self.teller.known.facts.get(event.placement)
        temporary = isinstance(made, PlacementMade) and made.placement_type in TEMPORARY
        goes_on = self._now.temporary if temporary else self._now.usual
        if goes_on is None or self.teller.says_end_of(goes_on.event_id):
            self.teller.retract(end, last)
        else:
            self.teller.amend(end, replace(event, placement=goes_on.event_id), last)

    def _take(self, row: Episode, before: Episode | None, following: Episode | None) -> None:
        """One row: care and legal status, where the child is, and what ends with it."""
        if row.why_new == STARTS and self._now.care is not None and (before is None or before.ended is None):
            self._leave_all(row, row.began)  # care ended meanwhile, nobody said when: a year that is not here
            self._now.care = self._now.legal_status = None
        self._take_care(row)
        if row.placement_type in TEMPORARY:
            self._take_temporary(row)
        else:
            self._take_usual(row, anew=before is None and self._begins(row))
        self._there[row.began] = (row, self._now.usual, self._now.temporary)
        if row.ended is None or row.end_reason is None:
            return
        if row.end_reason != CONTINUES:
            self._end_care(row, row.ended, row.end_reason, following)
        elif following is None or following.began > row.ended:  # a gap between placements: care goes on
            self._leave_all(row, row.ended)

    def _take_care(self, row: Episode) -> None:
        if self._now.care is None:
            started = CareStarted(
                effective_on=row.began, legal_status=row.legal_status, need=row.need, home_postcode=row.home_postcode
            )
            self._now.care = self.teller.tell(self.teller.dated_id(started), started, row)
        elif self._now.legal_status != row.legal_status:
            changed = LegalStatusChanged(effective_on=row.began, legal_status=row.legal_status)
            self.teller.tell(self.teller.dated_id(changed, lambda held: held == changed), changed, row)
        self._now.legal_status = row.legal_status

    def _end_care(self, row: Episode, ended: date, reason: str, following: Episode | None) -> None:
        if following is not None and following.began < ended:  # two periods of care cannot overlap
            self._overtaken(row)
            ended = following.began
        self._leave_all(row, ended)
        if self._now.care is not None:
            care_ended = CareEnded(effective_on=ended, reason=reason)
            self.teller.tell(self.teller.end_id("care-ended", self._now.care, ended), care_ended, row)
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

    def _begins(self, row: Episode) -> bool:
        """Whether a return has told already that the child was newly placed on this row's first day."""
        for event_id in self.teller.known.on.get((PlacementMade, row.began), ()):
            event = self.teller.known.facts[event_id]
            usual = isinstance(event, PlacementMade) and event.placement_type not in TEMPORARY
            if usual and self.teller.is_ours(event_id):
                return True
        return False

    def _take_usual(self, row: Episode, *, anew: bool) -> None:
        self._leave(self._now.temporary, row, row.began)
        self._now.temporary = None
        usual = self._now.usual
        if usual is None or anew or _moved(usual, row):
            self._leave(usual, row, row.began)
            usual = self._made(row)
        elif row.placement_type != usual.placement_type or _differ(row.provider, usual.provider):
            relabelled = PlacementRelabelled(
                effective_on=row.began,
                placement=usual.event_id,
                placement_type=row.placement_type,
                provider=row.provider,
            )
            self.teller.tell(self.teller.dated_id(relabelled, lambda held: held == relabelled), relabelled, row)
            usual.placement_type, usual.provider = row.placement_type, row.provider
        usual.provider, usual.postcode, usual.urn = (
            usual.provider or row.provider,
            usual.postcode or row.postcode,
            usual.urn or row.urn,
        )
        usual.said_by = row
        self._now.usual = usual

    def _made(self, row: Episode) -> Stay:
        made = PlacementMade(
            effective_on=row.began,
            urgency="planned",
            placement_type=row.placement_type,
            provider=row.provider,
            area_authority=(self.places.authority(row.postcode) if row.postcode else None) or UNKNOWN,
            postcode=row.postcode,
            urn=row.urn,
        )
        event_id = self.teller.tell(self.teller.dated_id(made, lambda held: _same_place(held, made)), made, row)
        return Stay(event_id, row.placement_type, row.provider, row.postcode, row.urn)

    def _leave_all(self, row: Episode, on: date) -> None:
        self._leave(self._now.temporary, row, on)
        self._leave(self._now.usual, row, on)
        self._now.temporary = self._now.usual = None

    def _leave(self, stay: Stay | None, row: Episode, on: date) -> None:
        """End a placement on the day its last row ended, `on` at the latest."""
        if stay is None or (stay.said_by is None and self.left.get(stay.event_id, date.max) <= on):
            return  # nothing to leave, or left as an earlier return told
        last = stay.said_by or row
        if stay.said_by is not None and stay.said_by.ended is not None and stay.said_by.ended > on:
            self._overtaken(stay.said_by)
        reason = stay.said_by.change_reason if stay.said_by else None
        ended_on = min(on, stay.said_by.ended or on) if stay.said_by else on
        self.left[stay.event_id] = ended_on
        ended = PlacementEnded(effective_on=ended_on, placement=stay.event_id, reason=reason)
        self.teller.tell(self.teller.end_id("placement-ended", stay.event_id, ended_on), ended, last)

    def _overtaken(self, row: Episode) -> None:
        aside = SetAside(row.file, row.line, "DEC", "end-overtaken")
        if aside not in self.teller.set_aside:
            self.teller.set_aside.append(aside)

    def _take_back(self, on: date, kinds: tuple[type[Event], ...]) -> None:
        """What a return told of this day when it did not know what came before, or before it was corrected."""
        row, usual, temporary = self._there[on]
        for kind in kinds:
            for event_id in self.teller.known.on.get((kind, on), ()):
                if event_id in self.teller.told or not self.teller.is_ours(event_id):
                    continue
                event = self.teller.known.facts[event_id]
                stay = temporary if isinstance(event, PlacementMade) and event.placement_type in TEMPORARY else usual
                if not isinstance(event, PlacementMade):
                    self.teller.take_back(event_id, None, row)
                    self._once(event_id, row)
                elif stay is not None:
                    self.teller.take_back(event_id, stay.event_id, row)
        for stay in (usual, temporary):
            if stay is not None and PlacementMade in kinds:
                self._take_back_end(stay, row)

    def _once(self, started: UUID, row: Episode) -> None:
        """What was told as the end of a start that is taken back does not stand beside the same end told anew."""
        end = self.teller.known.ends.get(started)
        if end is not None and end not in self.teller.told:
            on = self.teller.known.facts[end].effective_on
            told = (one.event for one in self.teller.told.values())
            if any(isinstance(event, CareEnded) and event.effective_on == on for event in told):
                self.teller.retract(end, row)

    def _take_back_end(self, stay: Stay, row: Episode) -> None:
        """An end that a return told of a placement which this row shows to go on."""
        known = self.teller.known
        end = known.ends.get(stay.event_id)
        if end is None or end in self.teller.told or known.facts[end].effective_on > row.began:
            return
        placements = [i for i, event in known.facts.items() if isinstance(event, PlacementMade)]
        if any(end == self.teller.id("placement-ended", str(one)) for one in (*placements, *known.retractions)):
            self.teller.retract(end, row)

    def _rejoin(self, last: Episode) -> None:
        """Back from a temporary stay that goes on over the year's end, as next year's file told when it came first."""
        usual = self._now.usual
        if usual is None or self._now.temporary is None or usual.event_id in self.left:
            return
        later: list[tuple[date, UUID, Event]] = [
            (event.effective_on, event_id, event)
            for event_id, event in self.teller.known.facts.items()
            if isinstance(event, PlacementMade | CareEnded | CareStarted)
            and event.effective_on > last.began
            and not (isinstance(event, PlacementMade) and event.placement_type in TEMPORARY)
        ]
        if not later:
            return
        _, event_id, event = min(later, key=lambda one: one[:2])
        again = (usual.placement_type, usual.provider, usual.postcode, usual.urn)
        if (
            isinstance(event, PlacementMade)
            and (event.placement_type, event.provider, event.postcode, event.urn) == again
            and self.teller.is_ours(event_id)
        ):
            self.teller.take_back(event_id, usual.event_id, last)


def _same_place(held: Event, made: PlacementMade) -> bool:
    """Whether a placement recorded by hand is this one: the same or an unknown place, both of them temporary or neither."""
    if not isinstance(held, PlacementMade):
        return False
    pairs = ((held.postcode, made.postcode), (held.urn, made.urn), (held.area_authority, made.area_authority))
    if any(one not in (None, UNKNOWN) and other not in (None, UNKNOWN) and one != other for one, other in pairs):
        return False
    return (held.placement_type in TEMPORARY) == (made.placement_type in TEMPORARY)


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
