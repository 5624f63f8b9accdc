"""The parts of a child's health record that a team carries from place to place, as told: practice, checks, plan, payer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from projections.reading import Cell, Dated, Reading, day_of, word_of

# What ends the place with a service: of schemas/codes/service_status.csv, as in what is handed over on arrival.
OVER: Final = frozenset({"refused", "declined", "ended"})


@dataclass(frozen=True, slots=True)
class Assessment:
    """The last health assessment told (CPR 2010 reg 7). summary: what everyone around the child needs to know.

    assessment_kind: `initial` or `review`.
    """

    completed_on: date
    assessment_kind: Cell
    summary: Cell


@dataclass(frozen=True, slots=True)
class HealthPlan:
    """The summary of the health plan, as it was last told; the plan itself is another class of data."""

    updated_on: date
    summary: Cell
    review_due_on: Cell


@dataclass(frozen=True, slots=True)
class Practice:
    """The general practice on whose list the child is; unknown: with nobody as far as anyone knows."""

    practice: Cell
    gp_registration: Cell
    since: date


@dataclass(frozen=True, slots=True)
class Professional:
    """Who in health is to be rung, in one function."""

    health_function: Cell
    name: Cell
    phone: Cell
    since: date


@dataclass(frozen=True, slots=True)
class DentalCheck:
    """The last time teeth were checked, or were to be."""

    on: date
    dental_outcome: Cell
    next_due_on: Cell


@dataclass(frozen=True, slots=True)
class Immunisations:
    """Whether immunisations are up to date, as said on a day, by a record of them or by the yearly return."""

    on: date
    up_to_date: Cell


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The last strengths and difficulties questionnaire (SDQ). score: 0 to 40; sdq_reason: why there is none."""

    on: date
    score: Cell
    sdq_reason: Cell


@dataclass(frozen=True, slots=True)
class Commissioner:
    """Which health body pays. health_body: as determined; None where nobody had to. contested_by: who says another should.

    contested_on: None where nothing is contested since it was determined. proposed: who should pay, as it says.
    """

    health_body: Cell
    determined_on: date | None
    contested_on: date | None
    contested_by: Cell
    proposed: Cell


@dataclass(frozen=True, slots=True)
class Place:
    """A place with a service that has not ended. changes: what was told since it began. waiting_since: see `places`."""

    service: Cell
    changes: tuple[Dated, ...]
    waiting_since: Cell


def assessment(reading: Reading) -> Assessment | None:
    """The last assessment that took place."""
    last = reading.last("health-assessment-completed")
    if last is None:
        return None
    return Assessment(last[0], last[1].fields.get("assessment_kind"), last[1].fields.get("summary"))


def health_plan(reading: Reading) -> HealthPlan | None:
    """The health plan as last told."""
    last = reading.last("health-plan-updated")
    if last is None:
        return None
    return HealthPlan(last[0], last[1].fields.get("summary"), last[1].fields.get("review_due_on"))


def practice(reading: Reading) -> Practice | None:
    """The general practice as last told."""
    last = reading.last("gp-registered")
    return Practice(last[1].fields.get("practice"), last[1].fields.get("kind"), last[0]) if last is not None else None


def professionals(reading: Reading) -> tuple[Professional, ...]:
    """Who is to be rung, one for each function: the one named last."""
    named: dict[Cell, Professional] = {}
    for on, held in reading.told("health-professional-named"):
        f = held.fields
        named[f.get("function")] = Professional(f.get("function"), f.get("name"), f.get("phone"), on)
    return tuple(named.values())


def dental_check(reading: Reading) -> DentalCheck | None:
    """The dental check told last."""
    last = reading.last("dental-check-recorded")
    if last is None:
        return None
    return DentalCheck(last[0], last[1].fields.get("outcome"), last[1].fields.get("next_due_on"))


def immunisations(reading: Reading) -> Immunisations | None:
    """What was said last of immunisations."""
    for on, held in reversed(reading.told("immunisations-recorded", "health-year-reported")):
        said = held.fields.get("up_to_date", held.fields.get("immunised"))
        if said is not None:
            return Immunisations(on, said)
    return None


def questionnaire(reading: Reading) -> Questionnaire | None:
    """The SDQ told last."""
    last = reading.last("sdq-scored")
    if last is None:
        return None
    return Questionnaire(last[0], last[1].fields.get("score"), last[1].fields.get("not_scored_because"))


def health_needs(reading: Reading) -> Cell:
    """Whether there are health needs to ask about: the last thing said, by whoever said it."""
    said: Cell = None
    for _, held in reading.told("custody-entered", "health-needs-flagged"):
        said = held.fields.get("health_needs", said)
    return said


def commissioner(reading: Reading) -> Commissioner | None:
    """Who pays and who contests it; None where neither was told."""
    settled = reading.last("responsible-commissioner-determined")
    last = reading.last("responsible-commissioner-determined", "responsible-commissioner-contested")
    contested = last if last is not settled else None
    if last is None:
        return None
    return Commissioner(
        word_of(settled, "health_body"),
        day_of(settled),
        day_of(contested),
        word_of(contested, "contested_by"),
        word_of(contested, "proposed"),
    )


def places(reading: Reading) -> tuple[Place, ...]:
    """The child's places with services that have not ended, one for each service.

    A day since when the child waits, once told, stands until another day is told or the place ends: a later `unknown`, or silence,
    does not lose a place in a queue (NICE PH28 fieldwork 1635).
    """
    live: dict[Cell, Place] = {}
    for on, held in reading.told("service-status-changed"):
        service = held.fields.get("service")
        if held.fields.get("status") in OVER:
            live.pop(service, None)
            continue
        before = live.get(service, Place(service, (), None))
        said = held.fields.get("waiting_since")
        keeps = said is None or (isinstance(before.waiting_since, date) and not isinstance(said, date))
        since = before.waiting_since if keeps else said
        live[service] = Place(service, (*before.changes, (on, held)), since)
    return tuple(live.values())
