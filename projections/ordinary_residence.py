"""What the authority in which a child ordinarily lives sees of a child whom health or education accommodates (CA 1989 s85, s86).

The director there is told, visits and keeps contact (Care Matters 2007 para 3.74).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from projections.people import Identity, Ring, identity, ring
from projections.reading import Cell, Reading


@dataclass(frozen=True, slots=True)
class Accommodated:
    """A child accommodated for three months or more. since: the first day, where told; else of the relationship.

    accommodator: health or education. home_name: where, as told. ended_on: None while it goes on.
    """

    ref: str
    identity: Identity
    ring: Ring
    accommodator: Cell
    home_name: Cell
    since: date
    meant_to_last_until: Cell
    ended_on: date | None


def children(reading: Reading) -> Iterator[tuple[str, Accommodated]]:
    """The child's row while the relationship goes on."""
    opening = reading.open
    if opening is not None:
        began = reading.last("long-term-residence-began")
        ended = reading.about("long-term-residence-ended", "residence", began[1].item) if began is not None else ()
        told = began[1].fields if began is not None else {}
        yield (
            "",
            Accommodated(
                reading.ref,
                identity(reading),
                ring(opening),
                told.get("accommodated_by"),
                told.get("home_name"),
                began[0] if began is not None else opening.since,
                told.get("meant_to_last_until"),
                ended[-1][0] if ended else None,
            ),
        )
