"""What a health body's team for looked-after children sees: local, originating or departing, from its own feed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.feed import Status
from domain.picture import Picture
from projections.reading import (
    Cell,
    Identity,
    Living,
    Ring,
    identifier,
    identity,
    last_word,
    living,
    ring,
    told,
)
from projections.standing import standing


@dataclass(frozen=True, slots=True)
class Assessment:
    """The last health assessment told (CPR 2010 reg 7). summary: what everyone around the child needs to know.

    kind: `initial` or `review`.
    """

    completed_on: date
    kind: Cell
    summary: Cell


@dataclass(frozen=True, slots=True)
class Patient:
    """A child on the team's list. since, ground: of this body's relationship (lives here, pays, moved away).

    assessment: None where none was told. next_due_on: as the last assessment that said so put it. declined_on: an
    assessment declined since the last completed one: to be offered again (CPR 2010 reg 7(4)).
    """

    ref: str
    identity: Identity
    nhs_number: Cell
    since: date
    ground: str
    ring: Ring
    looked_after: Status
    living: Living | None
    assessment: Assessment | None
    next_due_on: Cell
    declined_on: date | None


def caseload(picture: Picture) -> Iterator[tuple[str, Patient]]:
    """The child's row while the relationship goes on."""
    opening = picture.open
    if opening is not None:
        completed = told(picture, "health-assessment-completed")
        yield (
            "",
            Patient(
                picture.ref,
                identity(picture),
                identifier(picture, "nhs_number"),
                opening.since,
                opening.ground,
                ring(opening),
                standing(picture).looked_after,
                living(picture),
                _last_assessment(picture),
                last_word(completed, "next_due_on"),
                _declined_since(picture),
            ),
        )


def _last_assessment(picture: Picture) -> Assessment | None:
    for on, held in reversed(told(picture, "health-assessment-completed")):
        return Assessment(on, held.fields.get("assessment_kind"), held.fields.get("summary"))
    return None


def _declined_since(picture: Picture) -> date | None:
    for on, held in reversed(told(picture, "health-assessment-completed", "health-assessment-declined")):
        return on if held.name == "health-assessment-declined" else None
    return None
