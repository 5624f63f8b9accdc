"""What a youth offending team sees: is the child in custody looked after, by whom, whom to ring (Care Matters 3.83)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.feed import Status
from domain.picture import Picture
from projections.reading import Cell, Identity, Ring, identity, ring
from projections.standing import CustodyPeriod, standing


@dataclass(frozen=True, slots=True)
class InCustody:
    """One stay in custody told to this team. ring: who is responsible for the child, and whom to ring.

    looked_after, legal_status: now, as told; `custody` has what they were at entry and at sentence. Visits are owed to
    one who ceased to be looked after on sentence (SI 2010/2797).
    """

    ref: str
    identity: Identity
    ring: Ring
    looked_after: Status
    legal_status: Cell
    custody: CustodyPeriod


def custody(picture: Picture) -> Iterator[tuple[str, InCustody]]:
    """One row per stay in custody, those that ended included: `released_on` says so."""
    opening = picture.latest
    if opening is not None:
        now = standing(picture)
        for period in now.custody:
            yield (
                period.item,
                InCustody(picture.ref, identity(picture), ring(opening), now.looked_after, now.legal_status, period),
            )
