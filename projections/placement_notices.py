"""Two notices of one placement: the placing authority's (CPR 2010 reg 13) and the home's own (CHR 2015 reg 41), matched.

Both name the placement where they know it; else they are of one placement when they are told of days close to its start. What came
from one side only is shown as that: silence is a signal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import Final

from domain.feed import Status
from domain.picture import Held
from domain.situation import ADOPTIVE
from projections.living import SHORT_BREAKS_AS_TOLD, kind_of_placement, left_on, usual_placements
from projections.people import Identity, identity
from projections.reading import Cell, Dated, Reading, day_of, last_word, word_of

CLOSE: Final = timedelta(days=7)  # ours: a notice that names no placement is of one that began within so many days
_HOMES: Final = frozenset({"K1", "K2"})  # children's homes; "residential" may be one, or another establishment
_MAY_BE_HOMES: Final = frozenset({"residential"})


@dataclass(frozen=True, slots=True)
class PlacementNotices:
    """One placement outside the responsible authority's area, and the notices of it. since: its first day; None where only notices
    were told.

    placing_authority_on, home_on: the days of the two notices; came: which of them. home_owes_notice: whether the placement is in
    a children's home, which alone owes one. approved_at_a_distance: decided as a placement at a distance (CPR 2010 reg 11(3)).
    termination_intended_on, meant_to_end_on: of the notice under reg 14. discharge_on: of the home's notice that the child left.
    """

    ref: str
    identity: Identity
    since: date | None
    placement_type: Cell
    area: Cell
    placing_authority_on: date | None
    home_on: date | None
    came: str
    home_owes_notice: Status
    approved_at_a_distance: Cell
    termination_intended_on: date | None
    meant_to_end_on: Cell
    left_on: date | None
    discharge_on: date | None


@dataclass(slots=True)
class _Group:
    """What is told of one placement. start: its first day, or of the first notice where no placement was told."""

    key: str
    start: date
    made: Dated | None = None
    end: date | None = None
    placing: date | None = None
    home: date | None = None
    discharge: date | None = None


def placement_notices(reading: Reading) -> Iterator[tuple[str, PlacementNotices]]:
    """One row per placement outside the area of the responsible authority, and per notice that no such placement explains.

    A placement that had ended when it was told, as history, and of which no notice was told is left out: nobody asked for one here.
    """
    groups = _groups(reading)
    _match(reading, groups)
    for group in groups:
        noticed = group.placing or group.home or group.discharge
        if noticed or (group.made is not None and _asks_for_notice(reading, group.made, group.end)):
            yield f"{group.start.isoformat()} {group.key}", _row(reading, group)


def _groups(reading: Reading) -> list[_Group]:
    usual = usual_placements(reading)
    starts = [on for on, _ in usual]
    return [
        _Group(made[1].item, on, made, min((day for day in (left_on(reading, made), after) if day), default=None))
        for on, made, after in zip_longest(starts, usual, starts[1:])
    ]


def _match(reading: Reading, groups: list[_Group]) -> None:
    for on, held in reading.told("out-of-area-placement-notified", "home-admission-notified"):
        group = _named(groups, held) or _nearest(groups, on) or _another(groups, on, held)
        if held.name == "home-admission-notified" or held.fields.get("notified_by") == "home":
            group.home = group.home or on
        else:
            group.placing = group.placing or on
    for on, held in reading.told("home-discharge-notified"):
        group = _named(groups, held) or _left_about(groups, on) or _another(groups, on, held)
        group.discharge = on


def _named(groups: Sequence[_Group], notice: Held) -> _Group | None:
    named = notice.fields.get("placement")
    return next((g for g in groups if g.key == named), None)


def _nearest(groups: Sequence[_Group], on: date) -> _Group | None:
    close = [g for g in groups if abs(on - g.start) <= CLOSE]
    return min(close, key=lambda g: abs(on - g.start), default=None)


def _left_about(groups: Sequence[_Group], on: date) -> _Group | None:
    """The placement that ended close to that day; else the last one begun that has not ended, as told."""
    ended = [g for g in groups if g.end is not None and abs(on - g.end) <= CLOSE]
    goes_on = [g for g in groups if g.end is None and g.start <= on]
    if ended:
        return min(ended, key=lambda g: abs(on - (g.end or on)))
    return goes_on[-1] if goes_on else None


def _another(groups: list[_Group], on: date, notice: Held) -> _Group:
    groups.append(_Group(notice.item, on))
    return groups[-1]


def _asks_for_notice(reading: Reading, made: Dated, end: date | None) -> bool:
    """Outside the responsible authority's area, as far as told; no adoptive home, no short break: other regimes (reg 48)."""
    opening = reading.picture.latest
    since, held = made
    statuses = [pair for pair in reading.told("care-started", "legal-status-changed") if pair[0] <= since]
    return (
        opening is not None
        and not (held.catch_up and end is not None)
        and held.fields.get("area_authority") != opening.responsible_authority
        and kind_of_placement(reading, made) not in ADOPTIVE
        and last_word(statuses, "legal_status") not in SHORT_BREAKS_AS_TOLD
    )


def _row(reading: Reading, group: _Group) -> PlacementNotices:
    made = group.made
    kind = kind_of_placement(reading, made) if made is not None else None
    intended = reading.about("placement-termination-intended", "placement", group.key)
    return PlacementNotices(
        reading.ref,
        identity(reading),
        day_of(made),
        kind,
        word_of(made, "area_authority"),
        group.placing,
        group.home,
        _came(group),
        _home_owes(kind),
        _at_a_distance(reading, made) if made is not None else None,
        intended[-1][0] if intended else None,
        intended[-1][1].fields.get("ends_on") if intended else None,
        group.end,
        group.discharge,
    )


def _came(group: _Group) -> str:
    if group.placing and group.home:
        return "both"
    if group.placing:
        return "only the placing authority's"
    return "only the home's" if group.home else "neither"


def _home_owes(kind: Cell) -> Status:
    if kind in _HOMES:
        return Status.YES
    return Status.NO if isinstance(kind, str) and kind not in _MAY_BE_HOMES else Status.UNKNOWN


def _at_a_distance(reading: Reading, made: Dated) -> Cell:
    """What the approval said that came last before this placement, and after the one before it."""
    earlier = [on for on, _ in usual_placements(reading) if on < made[0]]
    since = earlier[-1] if earlier else date.min
    approvals = [pair for pair in reading.told("placement-approved") if since < pair[0] <= made[0]]
    return last_word(approvals, "at_a_distance")
