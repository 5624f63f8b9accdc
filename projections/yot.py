"""What a youth offending team sees: is the child looked after, by whom, whom to ring, what waits at the gate (Care Matters 3.83)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.feed import Status
from projections.health_record import health_needs
from projections.people import Identity, Ring, identity, ring
from projections.reading import Cell, Reading, in_order, last_word
from projections.standing import CustodyPeriod, standing

_PROCEEDINGS: Final = (
    "detained-by-police",
    "remanded",
    "detention-placement-plan-made",
    "outcome-recorded",
    "custody-visit-made",
)


@dataclass(frozen=True, slots=True)
class Supervised:
    """A child on remand or in custody with whom this team has to do. since, ground: of that relationship. ring: as in `InCustody`.

    health_needs: yes, no or unknown, said last by whoever said it; ask: whom to ask about them. in_custody_since: None where the
    child is in no establishment, as told.
    """

    ref: str
    identity: Identity
    ring: Ring
    since: date
    ground: str
    looked_after: Status
    legal_status: Cell
    health_needs: Cell
    ask: Cell
    in_custody_since: date | None


@dataclass(frozen=True, slots=True)
class InCustody:
    """One stay in custody told to this team. ring: who is responsible for the child, and whom to ring.

    looked_after, legal_status: now, as told; `custody` has what they were at entry and at sentence. Visits are owed to
    one who ceased to be looked after on sentence (SI 2010/2797). health_needs: yes, no or unknown, said last by whoever said
    it; ask: whom to ask about them.
    """

    ref: str
    identity: Identity
    ring: Ring
    looked_after: Status
    legal_status: Cell
    health_needs: Cell
    ask: Cell
    custody: CustodyPeriod


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that police, court or visitor did. what: the event's name; the cells that are not about it are empty."""

    ref: str
    identity: Identity
    on: date
    what: str
    remand_to: Cell
    designated_authority: Cell
    justice_outcome: Cell
    station: Cell
    why: Cell
    left_on: Cell
    visit_asked_by: Cell
    seen_alone: Cell
    summary: Cell


def children(reading: Reading) -> Iterator[tuple[str, Supervised]]:
    """The child's row while the relationship goes on."""
    opening = reading.open
    if opening is not None:
        now = standing(reading)
        yield (
            "",
            Supervised(
                reading.ref,
                identity(reading),
                ring(opening),
                opening.since,
                opening.ground,
                now.looked_after,
                now.legal_status,
                health_needs(reading),
                _ask(reading),
                now.in_custody.since if now.in_custody is not None else None,
            ),
        )


def custody(reading: Reading) -> Iterator[tuple[str, InCustody]]:
    """One row per stay in custody, those that ended included: `released_on` says so."""
    opening = reading.picture.latest
    if opening is not None:
        now = standing(reading)
        for period in now.custody:
            row = InCustody(
                reading.ref,
                identity(reading),
                ring(opening),
                now.looked_after,
                now.legal_status,
                health_needs(reading),
                _ask(reading),
                period,
            )
            yield f"{period.since.isoformat()} {period.item}", row


def proceedings(reading: Reading) -> Iterator[tuple[str, Step]]:
    """One row per arrest, remand, plan for detention, outcome and visit told."""
    for on, held in reading.told(*_PROCEEDINGS):
        f = held.fields
        yield (
            in_order((on, held)),
            Step(
                reading.ref,
                identity(reading),
                on,
                held.name,
                f.get("remand_to"),
                f.get("designated_authority"),
                f.get("outcome"),
                f.get("station"),
                f.get("why"),
                f.get("released_on"),
                f.get("asked_by"),
                f.get("seen_alone"),
                f.get("summary"),
            ),
        )


def _ask(reading: Reading) -> Cell:
    return last_word(reading.told("health-needs-flagged"), "ask")
