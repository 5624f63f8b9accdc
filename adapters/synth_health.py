"""What health bodies would report of an invented child (health.jsonl)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from adapters import synth_words as words
from adapters.synth_county import LATEST, YEAR_END, age, day
from adapters.synth_course import Period
from adapters.synth_telling import (
    UNKNOWN,
    Telling,
    by_local_id,
    by_name,
    by_nhs_number,
    nhs_number_of,
    phone,
    stranger,
)

BODY: Final = "QHM"
"""Whose file it is: North East and North Cumbria, which covers the county."""

_DISPUTED_WITH: Final = ("QRL", "QU9")
_WEEK: Final = timedelta(days=7)


def tell_health(telling: Telling) -> None:
    """NHS number, assessments, checks, plan, practice, services, what is missing; some of it corrected or late."""
    life, rng = telling.life, telling.rng
    period = life.periods[-1]
    start, until = period.steps[0].on, period.end[0] if period.end else LATEST
    number = nhs_number_of(life.number)
    own = by_local_id(life)
    if number is not None:
        telling.tell("identifier-added", own, start + timedelta(days=rng.randint(0, 9)), nhs_number=number)
    child = by_nhs_number(life, number) if number and rng.random() < 0.7 else own
    if rng.random() < 0.03:  # no certain match: such a report waits in a tray
        child = by_name(life) if rng.random() < 0.7 else by_nhs_number(life, stranger(life.number))
    if life.short_breaks:
        return
    _assessments(telling, child, start, until)
    _checks(telling, child, start, until)
    _services(telling, child, start, until)
    _record(telling, child, start, until)
    _payer(telling, child, period)


def _assessments(telling: Telling, child: dict[str, str], start: date, until: date) -> None:
    """The first and the latest two; before each the request, after it the plan."""
    life, rng = telling.life, telling.rng
    every = 182 if age(life.born_on, start) < 5 else 365
    days = [start + timedelta(days=rng.randint(10, 32))]
    while (on := days[-1] + timedelta(days=every + rng.randint(-20, 20))) <= LATEST:
        days.append(on)
    for n, on in enumerate(days):
        if on >= until or 0 < n < len(days) - 2:
            continue
        kind = "review" if n else "initial"
        if rng.random() < 0.3:
            telling.tell(
                "health-assessment-requested", child, on - _WEEK, assessment_kind=kind, wanted_by=on + 2 * _WEEK
            )
        if age(life.born_on, on) >= 13 and rng.random() < 0.12:
            reason = rng.choice([*words.DECLINED, UNKNOWN])
            telling.tell("health-assessment-declined", child, on, assessment_kind=kind, reason=reason)
            continue
        found = {"assessment_kind": kind, **_findings(telling, on, every)}
        wrong = rng.random() < 0.03
        first = {**found, "summary": "Invented: another child's summary."} if wrong else found
        label = telling.tell("health-assessment-completed", child, on, labelled=wrong, **first)
        if wrong and label:
            words_ = {"effective_on": on, **found}
            telling.correct(label, child, on + _WEEK, "health-assessment-completed", **words_)
        if rng.random() < 0.7:
            review = on + timedelta(days=182)
            plan = "Invented plan: see the nurse each term." if rng.random() < 0.5 else None
            telling.tell(
                "health-plan-updated",
                child,
                on + 2 * _WEEK,
                summary="Invented: nurse each term.",
                plan=plan,
                review_due_on=review,
            )


def _findings(telling: Telling, on: date, every: int) -> dict[str, Any]:
    life, rng = telling.life, telling.rng
    due = UNKNOWN if rng.random() < 0.05 else str(on + timedelta(days=every))
    found: dict[str, Any] = {"summary": rng.choice(words.SUMMARIES), "next_due_on": due}
    if rng.random() < 0.3:
        found["clinical"] = rng.choice(words.CLINICAL)
    if age(life.born_on, on) >= 13 and rng.random() < 0.1:
        found["sensitive"] = "Invented: contraception discussed."
    if rng.random() < 0.15:
        party = rng.choice(["mother", "father"])
        found["third_party"] = {"party": party, "text": f"Invented: the {party} has an illness of their own."}
    return found


def _checks(telling: Telling, child: dict[str, str], start: date, until: date) -> None:
    rng, since = telling.rng, max(start, YEAR_END - timedelta(days=365))
    if until - since < 4 * _WEEK:
        return
    on = day(rng, since + _WEEK, until - _WEEK)
    if age(telling.life.born_on, on) >= 2:
        outcome = UNKNOWN if rng.random() < 0.05 else rng.choice(words.DENTAL)
        label = telling.tell("dental-check-recorded", child, on, labelled=True, outcome=outcome)
        if label and rng.random() < 0.03:
            telling.tell("event-retracted", child, on + 2 * _WEEK, retracts=label, reason="duplicate")
    given = "Invented: second MMR missing." if rng.random() < 0.2 else None
    telling.tell("immunisations-recorded", child, on, up_to_date=given is None, given=given)
    if rng.random() < 0.1:
        telling.tell("sdq-scored", child, on, score=rng.randint(2, 30))
    if rng.random() < 0.15:
        telling.tell("health-needs-flagged", child, on, health_needs=rng.choice([True, False, UNKNOWN]))


def _services(telling: Telling, child: dict[str, str], start: date, until: date) -> None:
    """A queue that began before the child came, or moved, keeps its day."""
    life, rng = telling.life, telling.rng
    if rng.random() > (0.45 if life.disorder < 0.45 else 0.12):
        return
    sensitive = age(life.born_on, min(until, YEAR_END)) >= 14 and rng.random() < 0.2
    service = rng.choice(words.SENSITIVE_SERVICES if sensitive else words.SERVICES)
    waiting = day(rng, start, max(start, until - 2 * _WEEK))
    queue = UNKNOWN if rng.random() < 0.1 else waiting - timedelta(days=rng.choice([0, 0, 30, 200]))
    telling.tell("service-status-changed", child, waiting, service=service, status="waiting", waiting_since=queue)
    treated = waiting + timedelta(days=rng.randint(40, 300))
    if treated < until:
        became = rng.choice(["in-treatment", "in-treatment", "refused", "declined"])
        telling.tell("service-status-changed", child, treated, service=service, status=became)
        ended = treated + timedelta(days=rng.randint(60, 300))
        if became == "in-treatment" and ended < until:
            telling.tell("service-status-changed", child, ended, service=service, status="ended")


def _record(telling: Telling, child: dict[str, str], start: date, until: date) -> None:
    """Practice, early record, gaps, whom to ring."""
    rng = telling.rng
    if rng.random() < 0.8:
        practice = UNKNOWN if rng.random() < 0.05 else rng.choice(words.PRACTICES)
        on = start + timedelta(days=rng.randint(5, 60))
        telling.tell("gp-registered", child, on, practice=practice, kind=rng.choice(words.GP_KINDS))
    if rng.random() < 0.2:
        kind = rng.choice(["early-record-received", "early-record-received", "early-record-lost"])
        telling.tell(kind, child, start + timedelta(days=rng.randint(30, 90)), record=rng.choice(words.EARLY_RECORDS))
    if rng.random() < 0.2:
        on = start + timedelta(days=rng.randint(10, 40))
        asked = "Invented Practice Example-9" if rng.random() < 0.5 else None
        gap = telling.tell(
            "information-gap-logged", child, on, labelled=True, about=rng.choice(words.GAPS), asked_of=asked
        )
        filled = on + timedelta(days=rng.randint(20, 200))
        if gap and filled < until and rng.random() < 0.6:
            telling.tell("information-gap-filled", child, filled, gap=gap)
    if until == LATEST and rng.random() < 0.3:
        telling.tell(
            "health-professional-named",
            child,
            day(rng, start, YEAR_END),
            function=rng.choice(words.HEALTH_FUNCTIONS),
            name=f"Invented-Nurse {rng.choice(words.ANIMALS)}",
            phone=phone(rng),
        )


def _payer(telling: Telling, child: dict[str, str], period: Period) -> None:
    """Who pays is contested for some placed far away; some are accommodated by health itself."""
    life, rng = telling.life, telling.rng
    afar = next((step for step in period.steps if step.home.area in life.county.far), None)
    if afar is not None and rng.random() < 0.15:
        contested = afar.on + timedelta(days=rng.randint(10, 60))
        telling.tell(
            "responsible-commissioner-contested",
            child,
            contested,
            contested_by=BODY,
            proposed=rng.choice([*_DISPUTED_WITH, UNKNOWN]),
        )
    for step, left in period.stays():
        if step.home.code not in ("R1", "S1"):
            continue
        residence = telling.tell(
            "long-term-residence-began",
            child,
            step.on,
            labelled=True,
            ordinary_residence=life.authority,
            accommodated_by="education" if step.home.code == "S1" else "health",
            home_name=f"Invented Establishment {step.home.urn}",
        )
        if residence and left is not None:
            telling.tell("long-term-residence-ended", child, left, residence=residence)
