"""What the virtual school head sees: every child the authority looks after, wherever it lives (CA 1989 s22(3B))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.feed import Status
from domain.picture import Picture
from projections.reading import Cell, Identity, Living, identifier, identity, living
from projections.standing import standing


@dataclass(frozen=True, slots=True)
class Pupil:
    """A child on the register. upn: unique pupil number. since: looked after since, as told.

    legal_status: SSDA903 LS code or its coarse form. living: the placement as told, coarse and without address.
    """

    ref: str
    identity: Identity
    upn: Cell
    since: date
    looked_after: Status
    legal_status: Cell
    living: Living | None


def register(picture: Picture) -> Iterator[tuple[str, Pupil]]:
    """The child's row while it is looked after by this authority."""
    opening = picture.open
    if opening is not None:
        now = standing(picture)
        yield (
            "",
            Pupil(
                picture.ref,
                identity(picture),
                identifier(picture, "upn"),
                opening.since,
                now.looked_after,
                now.legal_status,
                living(picture),
            ),
        )
