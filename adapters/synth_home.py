"""What a children's home would report of an invented child who lives in it (home.jsonl)."""

from __future__ import annotations

from datetime import timedelta

from adapters import synth_words as words
from adapters.synth_county import LATEST, YEAR_END, first_day_of
from adapters.synth_course import Step
from adapters.synth_homes import Home
from adapters.synth_lives import Life
from adapters.synth_telling import SINCE, UNKNOWN, Telling, by_local_id


def reports_itself(home: Home, authority: str) -> bool:
    """Whether it is the one home that reports: the first in the county's own area."""
    return home.code == "K2" and home.area == authority and home.urn.endswith("1")


def tell_home(telling: Telling) -> None:
    """Admission and discharge in the latest two years (CHR 2015 reg 41); children missing since the last return."""
    life, rng = telling.life, telling.rng
    child = by_local_id(life)
    since = first_day_of(first_day_of(YEAR_END) - timedelta(days=1))
    for period in life.periods:
        for step, left in period.stays():
            if step.on < since or not reports_itself(step.home, life.authority):
                continue
            _stay(telling, life, step)
            if left is not None:
                telling.tell("home-discharge-notified", child, left, home_name=words.HOME[1], urn=step.home.urn)
    now = life.periods[-1].at(YEAR_END)
    if now is not None and reports_itself(now.home, life.authority) and rng.random() < 0.3:
        on = SINCE + timedelta(days=rng.randint(0, 30))
        away = telling.tell("went-missing", child, on, told=on, labelled=True, kind=rng.choice("MA"), police_told=True)
        back = on + timedelta(days=rng.randint(0, 4))
        if back < LATEST:
            telling.tell("found", child, back, told=back, missing=away)


def _stay(telling: Telling, life: Life, step: Step) -> None:
    rng = telling.rng
    telling.tell(
        "home-admission-notified",
        by_local_id(life),
        step.on,
        home_name=words.HOME[1],
        urn=step.home.urn,
        accommodated_under=UNKNOWN if rng.random() < 0.1 else _accommodated_under(step.legal_status),
        placing_authority=life.authority,
        reviewing_officer="Invented-Officer Example-1, 01632 960123" if rng.random() < 0.8 else UNKNOWN,
        education_health_care_plan=rng.choice([True, False, UNKNOWN]),
    )


def _accommodated_under(legal_status: str) -> str:
    """What a home says of the legal status (CHR 2015 reg 41)."""
    return "order" if legal_status in ("C1", "C2", "D1", "E1") else "section-20-or-21"
