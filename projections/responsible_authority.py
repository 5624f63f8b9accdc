"""What the responsible authority sees of its own children. Who was told what, and what not, is in the audit rooms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.feed import Status
from projections.living import Living, between_placements_since, living, temporarily
from projections.missing import missing_since
from projections.people import Identity, Person, identifier, identity, person
from projections.reading import Cell, Dated, Reading, day_of, word_of
from projections.standing import CustodyPeriod, standing


@dataclass(frozen=True, slots=True)
class Case:
    """A child for whom the authority is responsible. local_id: the authority's own number (SSDA903 CHILD).

    legal_status: SSDA903 LS code; None when not looked after. living: the usual placement; temporarily: where the child is for a
    while beside it. between_placements_since: looked after without any placement; None where one goes on. in_custody: whether a
    stay in custody goes on. dispute_since: the oldest dispute not closed.
    """

    ref: str
    local_id: Cell
    identity: Identity
    looked_after: Status
    legal_status: Cell
    living: Living | None
    temporarily: Living | None
    between_placements_since: date | None
    in_custody: bool
    missing_since: date | None
    dispute_since: date | None
    social_worker: Person | None
    reviewing_officer: Person | None


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the care plan that somebody was given: when, to whom, how (CPR 2010 reg 6(3), 13(4)(b))."""

    on: date
    recipient_kind: Cell
    method: Cell


@dataclass(frozen=True, slots=True)
class Planning:
    """Care plan, review and visit of one child. plan_made_on: of the last plan; copies: of that plan.

    reviewed_on, participation, next_review_on: of the last review. postponed_until, postponement_reason: of one that was put off
    since. visited_on, seen, seen_alone: of the last visit.
    """

    ref: str
    local_id: Cell
    identity: Identity
    plan_made_on: date | None
    permanence: Cell
    copies: tuple[Copy, ...]
    reviewed_on: date | None
    participation: Cell
    next_review_on: Cell
    postponed_until: Cell
    postponement_reason: Cell
    visited_on: date | None
    seen: Cell
    seen_alone: Cell


@dataclass(frozen=True, slots=True)
class LeavingCare:
    """What is done for a young person who leaves care (CA 1989 s23A-s24D), as recorded last.

    staying_put_since, until: with the former foster carer after 18. leaver_accommodation, suitable: the home after care, as said
    on accommodation_on. leaver_in_touch, leaver_activity: by the last return.
    """

    ref: str
    local_id: Cell
    identity: Identity
    pathway_plan_on: date | None
    review_due_on: Cell
    adviser: Person | None
    staying_put_since: date | None
    until: Cell
    leaver_accommodation: Cell
    suitable: Cell
    accommodation_on: date | None
    leaver_in_touch: Cell
    leaver_activity: Cell


@dataclass(frozen=True, slots=True)
class StatusesInCustody:
    """Legal status on the way through a stay in custody; the duties follow from it (SI 2010/2797, CPR 2010 reg 47C)."""

    ref: str
    local_id: Cell
    identity: Identity
    custody: CustodyPeriod


def caseload(reading: Reading) -> Iterator[tuple[str, Case]]:
    """The child's row while the authority is responsible."""
    if reading.open is not None:
        now = standing(reading)
        yield (
            "",
            Case(
                reading.ref,
                identifier(reading, "local_id"),
                identity(reading),
                now.looked_after,
                now.legal_status,
                living(reading),
                temporarily(reading),
                between_placements_since(reading, now),
                now.in_custody is not None,
                missing_since(reading),
                _dispute_since(reading),
                person(reading, "social-worker-changed"),
                person(reading, "reviewing-officer-changed"),
            ),
        )


def planning(reading: Reading) -> Iterator[tuple[str, Planning]]:
    """The child's row while the authority is responsible and anything of it was recorded."""
    plan = reading.last("care-plan-made")
    review, visit = reading.last("review-held", "review-postponed"), reading.last("visit-made")
    if reading.open is None or not (plan or review or visit):
        return
    held = reading.last("review-held")
    put_off = review[1].fields if review is not None and review[1].name == "review-postponed" else {}
    supplied = reading.about("care-plan-supplied", "plan", plan[1].item) if plan is not None else ()
    copies = tuple(Copy(on, copy.fields.get("recipient_kind"), copy.fields.get("method")) for on, copy in supplied)
    yield (
        "",
        Planning(
            reading.ref,
            identifier(reading, "local_id"),
            identity(reading),
            day_of(plan),
            word_of(plan, "permanence"),
            copies,
            day_of(held),
            word_of(held, "participation"),
            word_of(held, "next_due_on"),
            put_off.get("until"),
            put_off.get("reason"),
            day_of(visit),
            word_of(visit, "seen"),
            word_of(visit, "seen_alone"),
        ),
    )


def leaving_care(reading: Reading) -> Iterator[tuple[str, LeavingCare]]:
    """The young person's row while the authority is responsible and anything of it was recorded."""
    pathway, staying = reading.last("pathway-plan-made"), reading.last("staying-put-agreed")
    adviser, year = person(reading, "personal-adviser-named"), reading.last("leaver-year-reported")
    homes = reading.told("leaver-accommodation-recorded", "leaver-year-reported")
    home = next((h for h in reversed(homes) if _home(h) is not None), None)
    if reading.open is None or not (pathway or homes or adviser or staying):
        return
    yield (
        "",
        LeavingCare(
            reading.ref,
            identifier(reading, "local_id"),
            identity(reading),
            day_of(pathway),
            word_of(pathway, "review_due_on"),
            adviser,
            day_of(staying),
            word_of(staying, "until"),
            _home(home),
            word_of(home, "suitable"),
            day_of(home),
            word_of(year, "in_touch"),
            word_of(year, "activity"),
        ),
    )


def custody(reading: Reading) -> Iterator[tuple[str, StatusesInCustody]]:
    """One row per stay in custody, those that ended included."""
    local_id = identifier(reading, "local_id")
    for period in standing(reading).custody:
        yield (
            f"{period.since.isoformat()} {period.item}",
            StatusesInCustody(reading.ref, local_id, identity(reading), period),
        )


def _home(told: Dated | None) -> Cell:
    kind = word_of(told, "kind")
    return kind if kind is not None else word_of(told, "accommodation")


def _dispute_since(reading: Reading) -> date | None:
    disputes = reading.told("dispute-opened")
    return next((on for on, held in disputes if not reading.about("dispute-closed", "dispute", held.item)), None)
