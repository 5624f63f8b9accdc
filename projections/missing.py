"""Missing, found, and the return interview that is owed however short the absence (statutory guidance on missing children)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from projections.people import Identity, identity
from projections.reading import Cell, Reading, in_order


@dataclass(frozen=True, slots=True)
class Missing:
    """One time away. missing_kind: whereabouts unknown, or away without authorisation. found_on: None while it goes on.

    interview_on, return_interview: the day of the interview, and whether it was held or declined; None while it was not told.
    interview_owed: the child was found and no interview was told.
    """

    ref: str
    identity: Identity
    since: date
    missing_kind: Cell
    police_told: Cell
    found_on: date | None
    interview_on: date | None
    return_interview: Cell
    interview_owed: bool


def missing(reading: Reading) -> Iterator[tuple[str, Missing]]:
    """One row per time away, those that ended included."""
    for on, held in reading.told("went-missing"):
        found = reading.about("found", "missing", held.item)
        interviews = reading.about("return-interview-done", "missing", held.item)
        yield (
            in_order((on, held)),
            Missing(
                reading.ref,
                identity(reading),
                on,
                held.fields.get("kind"),
                held.fields.get("police_told"),
                found[-1][0] if found else None,
                interviews[-1][0] if interviews else None,
                interviews[-1][1].fields.get("outcome") if interviews else None,
                bool(found) and not interviews,
            ),
        )


def missing_since(reading: Reading) -> date | None:
    """Since when the child is missing, as told; None where it is not."""
    return next((row.since for _, row in reversed(list(missing(reading))) if row.found_on is None), None)
