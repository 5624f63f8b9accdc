"""What the virtual school head sees: every child the authority looks after, wherever it lives (CA 1989 s22(3B)).

A gap is a fact about what was told, no clock and no judgement: no age is read, no day is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.feed import Masked, Status
from domain.vocabulary import UNKNOWN
from projections.living import Living, between_placements_since, living
from projections.people import Identity, identifier, identity
from projections.reading import Cell, Dated, Reading, day_of, in_order, word_of
from projections.schooling import (
    Absence,
    EducationPlan,
    Provision,
    School,
    Support,
    absence,
    alternative_provision,
    education_plan,
    left,
    school,
    schools,
    support,
)
from projections.standing import standing

ASKED_WHY: Final = frozenset({"10", "11"})  # year groups, CPR 2010 reg 10: a school is not left without a reason


@dataclass(frozen=True, slots=True)
class Pupil:
    """A child on the register. upn: unique pupil number. since: looked after since, as told.

    school: None where none is known. excluded_on, exclusions: the last exclusion since then, and how many.
    legal_status: SSDA903 LS code or its coarse form. living: the placement as told, coarse and without address.
    between_placements_since: None where a placement goes on, or none was told.
    """

    ref: str
    identity: Identity
    upn: Cell
    since: date
    looked_after: Status
    legal_status: Cell
    school: School | None
    alternative_provision: Provision | None
    plan: EducationPlan | None
    support: Support | None
    exclusions: int
    excluded_on: date | None
    absence: Absence | None
    living: Living | None
    between_placements_since: date | None


@dataclass(frozen=True, slots=True)
class Move:
    """A change of school. from_school: what the child left; to_school: None where no school after it was told.

    school_move_reason: None where nobody said why. reason_missing: whether a reason is asked for and was not given; unknown
    where the year group was not told.
    """

    ref: str
    identity: Identity
    on: date
    from_school: Cell
    to_school: Cell
    year_group: Cell
    school_move_reason: Cell
    reason_missing: Status


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A suspension or permanent exclusion. days: school days. authority_spoken_to: before it.

    provision_on: when education began for the excluded child; provision_day: on which school day of the exclusion.
    """

    ref: str
    identity: Identity
    on: date
    exclusion_kind: Cell
    days: Cell
    authority_spoken_to: Cell
    provision_on: date | None
    provision_day: Cell
    provider: Cell


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that should be told of a child's education and has not been. since: from which day on, as told."""

    ref: str
    identity: Identity
    gap: str
    since: date


def register(reading: Reading) -> Iterator[tuple[str, Pupil]]:
    """The child's row while it is looked after by this authority."""
    opening = reading.open
    if opening is None:
        return
    now = standing(reading)
    excluded = [on for on, _ in reading.told("excluded") if on >= opening.since]
    yield (
        "",
        Pupil(
            reading.ref,
            identity(reading),
            identifier(reading, "upn"),
            opening.since,
            now.looked_after,
            now.legal_status,
            school(reading),
            alternative_provision(reading),
            education_plan(reading),
            support(reading),
            len(excluded),
            excluded[-1] if excluded else None,
            absence(reading),
            living(reading),
            between_placements_since(reading, now),
        ),
    )


def moves(reading: Reading) -> Iterator[tuple[str, Move]]:
    """One row per school left, or changed for another; the first school told is no move."""
    before: Dated | None = None
    for started in schools(reading):
        if before is not None:
            yield in_order(started), _move(reading, before, left(reading, before), started)
        before = started
    if before is not None and (gone := left(reading, before)) is not None:
        yield in_order(gone), _move(reading, before, gone)


def exclusions(reading: Reading) -> Iterator[tuple[str, Exclusion]]:
    """One row per exclusion."""
    for on, held in reading.told("excluded"):
        began = next(iter(reading.about("exclusion-provision-started", "exclusion", held.item)), None)
        yield (
            in_order((on, held)),
            Exclusion(
                reading.ref,
                identity(reading),
                on,
                held.fields.get("kind"),
                held.fields.get("days"),
                held.fields.get("authority_spoken_to"),
                day_of(began),
                word_of(began, "day"),
                word_of(began, "provider"),
            ),
        )


def gaps(reading: Reading) -> Iterator[tuple[str, Gap]]:
    """What is missing of a child on the register, one row each."""
    if reading.open is not None:
        for gap, since, key in _gaps(reading, reading.open.since):
            yield key, Gap(reading.ref, identity(reading), gap, since)


def _gaps(reading: Reading, on_register: date) -> Iterator[tuple[str, date, str]]:
    """Each gap in words, the day since when, and a key that is the same at every rebuild."""
    if school(reading) is None:
        last = reading.last("school-started")
        gone = left(reading, last) if last is not None else None
        yield "no school known", gone[0] if gone is not None else on_register, "school"
    plan = education_plan(reading)
    if plan is None:
        yield "no personal education plan", on_register, "plan"
    elif plan.completed_on is None and plan.initiated_on is not None:
        yield "personal education plan not complete", plan.initiated_on, "plan"
    for key, move in moves(reading):
        if move.reason_missing is Status.YES:
            yield f"no reason given for a change of school in year {move.year_group}", move.on, f"reason {key}"
    if (since := between_placements_since(reading, standing(reading))) is not None:
        yield "between placements", since, "placement"


def _move(reading: Reading, before: Dated, *ends: Dated | None) -> Move:
    """The move that ended one time at a school. ends: its leaving and the start at the next school, so far as told."""
    said = [pair for pair in ends if pair is not None]
    on, last = said[-1]
    reasons = [held.fields["reason"] for _, held in said if "reason" in held.fields]
    reason = next((r for r in reasons if r is not UNKNOWN), reasons[0] if reasons else None)
    years = [held.fields["year_group"] for _, held in (*said, before) if "year_group" in held.fields]
    year = next((y for y in years if y is not UNKNOWN), years[0] if years else None)
    to_school = last.fields.get("school_name") if last.name == "school-started" else None
    from_school = before[1].fields.get("school_name")
    missing = _reason_missing(reason, year)
    return Move(reading.ref, identity(reading), on, from_school, to_school, year, reason, missing)


def _reason_missing(reason: Cell, year: Cell) -> Status:
    if reason is not None and reason is not UNKNOWN:
        return Status.NO
    if year is None or year is UNKNOWN or isinstance(year, Masked):
        return Status.UNKNOWN
    return Status.YES if year in ASKED_WHY else Status.NO
