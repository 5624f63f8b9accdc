"""What the responsible authority would record of an invented child beside its return (authority.jsonl)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from adapters import synth_words as words
from adapters.synth_county import LATEST, YEAR_END, age, birthday, day
from adapters.synth_course import Period
from adapters.synth_homes import CUSTODIAL
from adapters.synth_lives import life
from adapters.synth_school import pupil_of_ours, tell_education
from adapters.synth_since import tell_since
from adapters.synth_telling import UNKNOWN, Telling, by_local_id, names, phone

_WEEK: Final = timedelta(days=7)


def tell_authority(telling: Telling, seed: int) -> None:
    """Names, plan, visits, consents, disputes, leaving care, and all that has happened since the last return."""
    life_ = telling.life
    child = by_local_id(life_, with_birth=False)
    telling.tell("details-corrected", child, life_.periods[0].steps[0].on, told=date.min, **names(life_))
    period = life_.periods[-1]
    if not life_.short_breaks:
        _responsibility(telling, child, period)
        _plan(telling, child, period)
        _visits(telling, child, period)
        _consents(telling, child, period)
        _disputes(telling, child, period)
        _siblings(telling, child, seed)
        _payer(telling, child, period)
        _leaving(telling, child, period)
        _detention(telling, child, period)
        if not pupil_of_ours(life_):
            tell_education(telling, child)
    tell_since(telling, child)


def _responsibility(telling: Telling, child: dict[str, str], period: Period) -> None:
    """A care order gives it to the authority; a special guardian gains it for good (CA 1989 s33, s14C)."""
    order = next((step.on for step in period.steps if step.legal_status in ("C1", "C2", "E1")), None)
    changed = "parental-responsibility-changed"
    if order is not None:
        telling.tell(changed, child, order, holder="local-authority", change="gained", ground="care-order")
    if period.end is not None and period.end[1] in ("E45", "E46", "E47", "E48"):
        who = {"party": "special guardian", "text": "Invented-Guardian Example-1"}
        telling.tell(
            changed,
            child,
            period.end[0],
            holder="special-guardian",
            change="gained",
            ground="special-guardianship-order",
            person=who,
        )


def _plan(telling: Telling, child: dict[str, str], period: Period) -> None:
    """Within ten working days (CPR 2010 reg 4), sometimes corrected; who was given a copy; the reviewing officer."""
    rng, start = telling.rng, period.steps[0].on
    made = start + timedelta(days=rng.randint(0, 13))
    said: dict[str, Any] = {
        "permanence": rng.choice([*words.PERMANENCE, UNKNOWN]),
        "summary": "Invented plan: school, contact, health.",
    }
    agreed = {"party": "mother", "text": "Invented: agreed to by the mother."} if rng.random() < 0.4 else None
    plan = telling.tell("care-plan-made", child, made, labelled=True, **said, agreed_with=agreed)
    if plan:
        supplied = made + timedelta(days=rng.randint(0, 9))
        for to in rng.sample(["child", "parent", "area-authority", "iro"], 2):
            method = rng.choice(["letter", "secure-email", "in-person"])
            telling.tell("care-plan-supplied", child, supplied, plan=plan, recipient_kind=to, method=method)
        if rng.random() < 0.05:
            right = {"effective_on": made, **said, "summary": "Invented plan: return home by summer."}
            telling.correct(plan, child, made + 4 * _WEEK, "care-plan-made", **right)
    officer = f"Invented-Officer {rng.choice(words.WORKERS)}"
    telling.tell("reviewing-officer-changed", child, start + timedelta(days=4), name=officer, phone=phone(rng))
    due = start + timedelta(days=rng.randint(100, 130))
    if rng.random() < 0.08 and due < period.until:
        reason = rng.choice(words.POSTPONED)
        lacking = "education-plan" if reason == words.POSTPONED[0] else None
        until = UNKNOWN if rng.random() < 0.2 else due + 3 * _WEEK
        telling.tell("review-postponed", child, due, until=until, reason=reason, evidence_missing=lacking)


def _visits(telling: Telling, child: dict[str, str], period: Period) -> None:
    """Every six weeks of the latest year (CPR 2010 reg 28); now and then one is entered twice."""
    rng = telling.rng
    on = max(period.steps[0].on, YEAR_END - timedelta(days=340)) + timedelta(days=rng.randint(2, 7))
    until = period.end[0] if period.end else LATEST
    while on < until:
        alone = rng.random() < 0.8
        said = rng.choice(words.SAID_ALONE) if alone and rng.random() < 0.2 else None
        note = "Invented: settled." if rng.random() < 0.3 else None
        telling.tell("visit-made", child, on, seen=True, seen_alone=alone, said_alone=said, note=note)
        if rng.random() < 0.01:
            twice = telling.tell("visit-made", child, on, labelled=True, seen=True, seen_alone=alone)
            if twice:
                telling.tell("event-retracted", child, on + _WEEK, retracts=twice, reason="duplicate")
        on += 6 * _WEEK + timedelta(days=rng.randint(-4, 9))


def _consents(telling: Telling, child: dict[str, str], period: Period) -> None:
    """Asked of the young person from 16, before that of a parent; refused, not to be had, or withdrawn later."""
    rng = telling.rng
    if rng.random() > 0.35:
        return
    on = day(rng, period.steps[0].on, min(period.until, YEAR_END))
    grown = age(telling.life.born_on, on) >= 16
    giver, ground = ("child", "age-16-or-over") if grown else ("parent", "parental-responsibility")
    state = rng.choice(["given", "given", "given", "refused", "unobtainable", "unknown"])
    classes, roles = rng.choice(
        [
            (["health_clinical"], ["local-health"]),
            (["therapy_status"], ["school"]),
            (["health_summary"], ["home-yot", "local-yot"]),
            (["health_summary", "therapy_status"], ["host-authority"]),
        ]
    )
    until = on + timedelta(days=365) if rng.random() < 0.3 else None
    label = telling.tell(
        "consent-recorded",
        child,
        on,
        labelled=True,
        state=state,
        giver=giver,
        ground=ground,
        classes=classes,
        roles=roles,
        purpose="Invented: so that help is not asked for twice.",
        until=until,
    )
    if label and state == "given" and rng.random() < 0.15:
        telling.tell("consent-withdrawn", child, on + 8 * _WEEK, consent=label)


def _disputes(telling: Telling, child: dict[str, str], period: Period) -> None:
    """A decision that is disputed, most of them settled; and the rare judgement that telling would do harm."""
    rng = telling.rng
    if rng.random() < 0.04:
        on = day(rng, period.steps[0].on, min(period.until, YEAR_END))
        about, by = rng.choice(words.DISPUTES), rng.choice(words.DISPUTING)
        dispute = telling.tell("dispute-opened", child, on, labelled=True, about=about, raised_by=by)
        if dispute and rng.random() < 0.8:
            outcome = rng.choice([*words.SETTLED, UNKNOWN])
            telling.tell("dispute-closed", child, on + 5 * _WEEK, dispute=dispute, outcome=outcome)
    if telling.life.goes_on and rng.random() < 0.02:
        telling.tell(
            "disclosure-judged-detrimental",
            child,
            YEAR_END,
            classes=["health_summary"],
            roles=["host-authority"],
            judged_by="Invented: service manager",
            ground=words.DETRIMENT,
            review_on=YEAR_END + timedelta(days=180),
        )


def _siblings(telling: Telling, child: dict[str, str], seed: int) -> None:
    """Came into care together with a sibling, and was not placed with it (CA 1989 s22C(8)(c))."""
    ours = telling.life
    if ours.sibling is None:
        return
    elder = life(ours.sibling, seed, ours.county)
    first = ours.periods[0].steps[0]
    if elder.periods[0].steps[0].home != first.home:
        whom = {"party": "sibling", "text": " ".join(names(elder).values())}
        reason = telling.rng.choice([*words.SEPARATED, UNKNOWN])
        telling.tell("siblings-separated", child, first.on, reason=reason, sibling=whom)


def _payer(telling: Telling, child: dict[str, str], period: Period) -> None:
    """For some placed far away it had to be settled which health body pays."""
    afar = next((step for step in period.steps if step.home.area in telling.life.county.far), None)
    if afar is not None and telling.rng.random() < 0.1:
        settled = afar.on + timedelta(days=telling.rng.randint(60, 200))
        telling.tell("responsible-commissioner-determined", child, settled, health_body="QHM")


def _leaving(telling: Telling, child: dict[str, str], period: Period) -> None:
    """From 16: adviser, pathway plan; after care, where the young person lives (CA 1989 s23A-s24D)."""
    rng, born_on = telling.rng, telling.life.born_on
    sixteen = birthday(born_on, 16)
    until = period.end[0] if period.end else LATEST
    on = max(sixteen, period.steps[0].on) + timedelta(days=rng.randint(5, 80))
    if on < until:
        telling.tell(
            "personal-adviser-named", child, on, name=f"Invented-Adviser {rng.choice(words.WORKERS)}", phone=phone(rng)
        )
        due = on + timedelta(days=182)
        telling.tell("pathway-plan-made", child, on, summary="Invented: college, own room.", review_due_on=due)
    if period.end is not None and until >= sixteen:
        kind = UNKNOWN if rng.random() < 0.1 else rng.choice(words.LEAVER_HOMES)
        address = f"{rng.randint(1, 60)} Madeup Street" if rng.random() < 0.5 else None
        suitable = rng.choice([True, True, True, False, UNKNOWN])
        telling.tell("leaver-accommodation-recorded", child, until, kind=kind, suitable=suitable, address=address)


def _detention(telling: Telling, child: dict[str, str], period: Period) -> None:
    """The detention placement plan of a child on remand (CPR 2010 reg 47C)."""
    for step in period.steps:
        if step.legal_status == "J1" and step.home.code in CUSTODIAL:
            on = step.on + timedelta(days=telling.rng.randint(3, 12))
            telling.tell("detention-placement-plan-made", child, on, summary="Invented: weekly calls, own doctor.")
