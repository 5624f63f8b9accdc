"""What a designated teacher's desk sees: its own pupils, whom to ring, plan and support. Nothing of placement, health or care.

Being looked after is itself confidential in school (county panel pack 2020, 235; Care Matters 2007 para 3.7): no row says it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from projections.people import Identity, Person, Ring, identifier, identity, person, ring
from projections.reading import Cell, Reading
from projections.schooling import EducationPlan, Support, education_plan, support


@dataclass(frozen=True, slots=True)
class OnRoll:
    """A pupil about whom the school may ring the authority. social_worker: None where the desk was not told.

    since: the first day of the relationship with the school.
    """

    ref: str
    identity: Identity
    upn: Cell
    since: date
    ring: Ring
    social_worker: Person | None
    plan: EducationPlan | None
    support: Support | None


def pupils(reading: Reading) -> Iterator[tuple[str, OnRoll]]:
    """The child's row while it is on the roll."""
    opening = reading.open
    if opening is not None:
        yield (
            "",
            OnRoll(
                reading.ref,
                identity(reading),
                identifier(reading, "upn"),
                opening.since,
                ring(opening),
                person(reading, "social-worker-changed"),
                education_plan(reading),
                support(reading),
            ),
        )
