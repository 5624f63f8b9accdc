"""What a health body's team for looked-after children sees: local, originating or departing, from its own feed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.feed import Status
from projections.health_record import (
    Assessment,
    Commissioner,
    DentalCheck,
    HealthPlan,
    Immunisations,
    Practice,
    Professional,
    Questionnaire,
    assessment,
    commissioner,
    dental_check,
    health_needs,
    health_plan,
    immunisations,
    places,
    practice,
    professionals,
    questionnaire,
)
from projections.living import Living, between_placements_since, living
from projections.people import Identity, Ring, identifier, identity, ring
from projections.reading import Cell, Dated, Reading, in_order, last_word
from projections.standing import standing


@dataclass(frozen=True, slots=True)
class Patient:
    """A child on the team's list. since, ground: of this body's relationship (lives here, pays, moved away).

    assessment: None where none was told. next_due_on: as the last assessment that said so put it. requested_on: an assessment
    asked for, declined_on: one declined, since the last completed one: to be offered again (CPR 2010 reg 7(4)).
    between_placements_since: None where a placement goes on, or none was told.
    """

    ref: str
    identity: Identity
    nhs_number: Cell
    since: date
    ground: str
    ring: Ring
    looked_after: Status
    living: Living | None
    between_placements_since: date | None
    assessment: Assessment | None
    next_due_on: Cell
    requested_on: date | None
    declined_on: date | None
    plan: HealthPlan | None
    general_practice: Practice | None
    professionals: tuple[Professional, ...]
    immunisations: Immunisations | None
    dental: DentalCheck | None
    sdq: Questionnaire | None
    health_needs: Cell
    commissioner: Commissioner | None


@dataclass(frozen=True, slots=True)
class Referral:
    """A place with a service that has not ended: status only. waiting_since: the day in the queue, kept across moves.

    since: the first, changed_on: the last thing told of it. handed_over: told as in force when this relationship began.
    """

    ref: str
    identity: Identity
    service: Cell
    service_status: Cell
    waiting_since: Cell
    since: date
    changed_on: date
    handed_over: bool


@dataclass(frozen=True, slots=True)
class InformationGap:
    """Something of the health record that is missing. information_gap: asked for and not known yet; early_record: lost."""

    ref: str
    identity: Identity
    since: date
    information_gap: Cell
    asked_of: Cell
    early_record: Cell


def caseload(reading: Reading) -> Iterator[tuple[str, Patient]]:
    """The child's row while the relationship goes on."""
    opening = reading.open
    if opening is None:
        return
    now = standing(reading)
    yield (
        "",
        Patient(
            reading.ref,
            identity(reading),
            identifier(reading, "nhs_number"),
            opening.since,
            opening.ground,
            ring(opening),
            now.looked_after,
            living(reading),
            between_placements_since(reading, now),
            assessment(reading),
            last_word(reading.told("health-assessment-completed"), "next_due_on"),
            _since_assessed(reading, "health-assessment-requested"),
            _since_assessed(reading, "health-assessment-declined"),
            health_plan(reading),
            practice(reading),
            professionals(reading),
            immunisations(reading),
            dental_check(reading),
            questionnaire(reading),
            health_needs(reading),
            commissioner(reading),
        ),
    )


def referrals(reading: Reading) -> Iterator[tuple[str, Referral]]:
    """One row per place with a service that has not ended."""
    for place in places(reading):
        (since, _), (changed_on, last) = place.changes[0], place.changes[-1]
        opening = reading.picture.latest
        row = Referral(
            reading.ref,
            identity(reading),
            place.service,
            last.fields.get("status"),
            place.waiting_since,
            since,
            changed_on,
            last.catch_up and opening is not None and changed_on <= opening.since,
        )
        yield in_order(place.changes[0]), row


def information_gaps(reading: Reading) -> Iterator[tuple[str, InformationGap]]:
    """One row per question that is still open, and per part of the early record that is lost."""
    for on, held in reading.told("information-gap-logged"):
        if not reading.about("information-gap-filled", "gap", held.item):
            about, asked_of = held.fields.get("about"), held.fields.get("asked_of")
            yield in_order((on, held)), InformationGap(reading.ref, identity(reading), on, about, asked_of, None)
    lost: dict[Cell, Dated] = {}
    for on, held in reading.told("early-record-lost", "early-record-received"):
        record = held.fields.get("record")
        if held.name == "early-record-lost":
            lost.setdefault(record, (on, held))
        else:
            lost.pop(record, None)
    for record, gone in lost.items():
        yield in_order(gone), InformationGap(reading.ref, identity(reading), gone[0], None, None, record)


def _since_assessed(reading: Reading, event: str) -> date | None:
    """The last of these events, where no assessment has been completed since."""
    last = reading.last("health-assessment-completed", event)
    return last[0] if last is not None and last[1].name == event else None
