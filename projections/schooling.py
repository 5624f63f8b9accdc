"""School, personal education plan, exclusion, absence and support, as told: what both education desks read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from projections.reading import Cell, Dated, Reading, day_of, word_of


@dataclass(frozen=True, slots=True)
class School:
    """The school whose roll the child is on, as told. since: the first day. year_group: as it was then."""

    school_name: Cell
    school_kind: Cell
    year_group: Cell
    since: date


@dataclass(frozen=True, slots=True)
class EducationPlan:
    """The personal education plan (CPR 2010 Sch 1 para 2), as told: the one initiated last.

    wanted_by: day by which it is to be complete. completed_on, reviewed_on: None while it has not been.
    """

    initiated_on: date | None
    wanted_by: Cell
    completed_on: date | None
    reviewed_on: date | None
    review_due_on: Cell
    summary: Cell


@dataclass(frozen=True, slots=True)
class Support:
    """Support for special educational needs (CFA 2014 s20, s37), and since when."""

    special_needs: Cell
    since: date


@dataclass(frozen=True, slots=True)
class Absence:
    """Half days missed from one day to another, both included."""

    from_on: Cell
    until: date
    sessions_missed: Cell
    unauthorised: Cell


@dataclass(frozen=True, slots=True)
class Provision:
    """Education elsewhere than at the school (Education Act 1996 s19). until: a plan, as told."""

    provider: Cell
    hours_a_week: Cell
    since: date
    until: Cell


def schools(reading: Reading) -> Sequence[Dated]:
    """Every start at a school, in order."""
    return reading.told("school-started")


def left(reading: Reading, started: Dated) -> Dated | None:
    """The end of one time at a school, the last thing said of it."""
    said = reading.about("school-left", "started", started[1].item)
    return said[-1] if said else None


def school(reading: Reading) -> School | None:
    """The school the child is on the roll of; None where none was told, or the child has left the last one."""
    started = reading.last("school-started")
    if started is None or left(reading, started) is not None:
        return None
    since, held = started
    f = held.fields
    return School(f.get("school_name"), f.get("kind"), f.get("year_group"), since)


def education_plan(reading: Reading) -> EducationPlan | None:
    """The plan as it stands; None where none was told."""
    initiated = reading.last("education-plan-initiated")
    begun = initiated[0] if initiated is not None else date.min
    said = reading.told("education-plan-completed", "education-plan-reviewed")
    since = [pair for pair in said if pair[0] >= begun]
    if initiated is None and not since:
        return None
    completed = [on for on, held in since if held.name == "education-plan-completed"]
    reviewed = [on for on, held in since if held.name == "education-plan-reviewed"]
    latest = since[-1][1].fields if since else {}
    return EducationPlan(
        day_of(initiated),
        word_of(initiated, "wanted_by"),
        completed[-1] if completed else None,
        reviewed[-1] if reviewed else None,
        latest.get("review_due_on"),
        latest.get("summary"),
    )


def support(reading: Reading) -> Support | None:
    """The support in force; None where none was told."""
    last = reading.last("special-needs-support-recorded")
    return Support(last[1].fields.get("level"), last[0]) if last is not None else None


def absence(reading: Reading) -> Absence | None:
    """The absence told last; None where none was told."""
    last = reading.last("absence-recorded")
    if last is None:
        return None
    until, held = last
    f = held.fields
    return Absence(f.get("from_on"), until, f.get("sessions_missed"), f.get("unauthorised"))


def alternative_provision(reading: Reading) -> Provision | None:
    """Education elsewhere that began at or since the last start at a school; None where none was told."""
    last, started = reading.last("alternative-provision-started"), reading.last("school-started")
    if last is None or (started is not None and last[0] < started[0]):
        return None
    since, held = last
    return Provision(held.fields.get("provider"), held.fields.get("hours_a_week"), since, held.fields.get("until"))
