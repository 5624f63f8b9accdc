"""Where the child lives, as far as one desk was told: the usual placement, a temporary one, or the gap between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.feed import Status
from domain.situation import SHORT_BREAKS, TEMPORARY
from projections.reading import Cell, Dated, Reading, last_word
from projections.standing import Standing

TEMPORARY_AS_TOLD: Final = TEMPORARY | {"temporary"}  # T0-T4, and their coarse form: the usual placement goes on
SHORT_BREAKS_AS_TOLD: Final = SHORT_BREAKS | {"short-breaks"}


@dataclass(frozen=True, slots=True)
class Living:
    """A placement, as told. The usual one is the last, short of temporary ones (T0-T4).

    placement_type: code of SSDA903 PLACE or its coarse form. area: ONS code of the authority. since: first day there;
    ended_on: the day the child left it or care ended, where no later placement has been told.
    """

    placement_type: Cell
    area: Cell
    address: Cell
    postcode: Cell
    home_name: Cell
    since: date
    ended_on: date | None


def usual_placements(reading: Reading) -> Sequence[Dated]:
    """Every placement told but for temporary ones, in order of their first days."""
    made = reading.told("placement-made")
    return [pair for pair in made if pair[1].fields.get("placement_type") not in TEMPORARY_AS_TOLD]


def living(reading: Reading) -> Living | None:
    """Where the child usually lives; None where no placement was told."""
    usual = usual_placements(reading)
    return _living(reading, usual[-1]) if usual else None


def temporarily(reading: Reading) -> Living | None:
    """Where the child is for a while, beside the usual placement; None where no such stay goes on, as told."""
    last = reading.last("placement-made")
    if last is None or last[1].fields.get("placement_type") not in TEMPORARY_AS_TOLD:
        return None
    stay = _living(reading, last)
    return stay if stay.ended_on is None else None


def kind_of_placement(reading: Reading, made: Dated) -> Cell:
    """The kind of a placement under its last label, as told."""
    return last_word([made, *reading.about("placement-relabelled", "placement", made[1].item)], "placement_type")


def between_placements_since(reading: Reading, standing: Standing) -> date | None:
    """Since when a child who is looked after has had no placement, as told; None where it has one, or that is not known.

    Nobody told of no placement at all is in no gap, but for the responsible authority, which sees the whole record. Short breaks
    (CPR 2010 reg 48) leave the child at home in between; in custody a child lives in the establishment.
    """
    if standing.looked_after is not Status.YES or standing.in_custody or standing.legal_status in SHORT_BREAKS_AS_TOLD:
        return None
    home = living(reading)
    begun = reading.last("care-started")
    if home is None:
        return begun[0] if begun is not None and standing.whole_record else None
    if home.ended_on is None:
        return None
    return max(home.ended_on, begun[0]) if begun is not None else home.ended_on


def left_on(reading: Reading, made: Dated) -> date | None:
    """The day the child left a placement, or care ended; None where neither was told."""
    since, held = made
    left = [on for on, _ in reading.about("placement-ended", "placement", held.item) if on >= since]
    left += [on for on, _ in reading.told("care-ended") if on > since]  # on the day itself: an earlier period of care
    return min(left, default=None)


def _living(reading: Reading, made: Dated) -> Living:
    since, held = made
    return Living(
        kind_of_placement(reading, made),
        held.fields.get("area_authority"),
        held.fields.get("address"),
        held.fields.get("postcode"),
        held.fields.get("home_name"),
        since,
        left_on(reading, made),
    )
