"""What the youth offending team (yot.jsonl) and the police (police.jsonl) would report of an invented child."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from adapters import synth_words as words
from adapters.synth_county import LATEST, YEAR_END, age, day, first_day_of
from adapters.synth_homes import CUSTODIAL
from adapters.synth_outline import CUSTODY
from adapters.synth_particulars import CONVICTED, health_year
from adapters.synth_telling import SINCE, UNKNOWN, Telling, by_local_id, by_name, by_nhs_number, nhs_number_of

TEAM: Final = "yot-durham"
FORCE: Final = "police-durham"
"""Whose files they are: the county's team and force."""


def tell_justice(telling: Telling, seed: int) -> None:
    """Custody: entry, sentence, release date (often unknown), release; and what came of cases that ended otherwise."""
    life, rng = telling.life, telling.rng
    child = by_local_id(life) if rng.random() < 0.9 else by_name(life)
    number = nhs_number_of(life.number)
    if number and rng.random() < 0.01:
        telling.tell("identifier-added", by_local_id(life), life.periods[-1].steps[0].on, nhs_number=number)
    for period in life.periods if life.road == CUSTODY else ():  # a secure home (K1) may be for welfare alone
        for n, step in enumerate(period.steps):
            if step.home.code not in CUSTODIAL or (n and period.steps[n - 1].home.code in CUSTODIAL):
                continue
            after = next((s.on for s in period.steps[n:] if s.home.code not in CUSTODIAL), None)
            before = period.steps[n - 1].legal_status if n else None
            remand = step.legal_status == "J1"
            sentenced = period.end[0] if remand and period.end and period.end[1] == "E9" else None
            _custody(telling, child, step.on, before, remand, sentenced, after)
    for year_end in life.county.year_ends:
        year = health_year(life, seed, year_end)
        if year is not None and year[CONVICTED] == "1":
            on = day(rng, first_day_of(year_end), year_end)
            telling.tell("outcome-recorded", child, on, outcome=rng.choice(words.OUTCOMES))
    now = life.periods[-1].at(YEAR_END)
    goes_on = now is not None and now.home.code not in CUSTODIAL
    if now is not None and goes_on and age(life.born_on, YEAR_END) >= 13 and rng.random() < 0.06:
        entered = YEAR_END + timedelta(days=rng.randint(5, 40))
        sentenced = entered + timedelta(days=rng.randint(5, 15)) if rng.random() < 0.4 else None
        _custody(telling, child, entered, now.legal_status, sentenced is not None, sentenced, None)


def _custody(
    telling: Telling,
    child: dict[str, str],
    entered: date,
    before: str | None,
    remand: bool,
    sentenced: date | None,
    released: date | None,
) -> None:
    life, rng = telling.life, telling.rng
    kind, name = rng.choice(words.ESTABLISHMENTS)
    if remand:
        telling.tell(
            "remanded", child, entered, remand_to="youth-detention", designated_authority=life.authority, told=entered
        )
    telling.tell(
        "custody-entered",
        child,
        entered,
        custody_kind="remand" if remand else "sentence",
        establishment_kind=kind,
        establishment=name,
        status_before=before if before and rng.random() > 0.2 else UNKNOWN,
        health_needs=rng.choice([True, False, UNKNOWN]),
    )
    telling.tell("health-needs-flagged", child, entered, health_needs=rng.choice([True, UNKNOWN]), ask="duty nurse")
    telling.tell("custody-visit-made", child, entered + timedelta(days=9), asked_by="child", seen_alone=True)
    if sentenced is not None:
        telling.tell("sentenced", child, sentenced, establishment_kind=kind)
        released = sentenced + timedelta(days=rng.randint(60, 300))
    elif remand and released is not None:
        telling.tell("outcome-recorded", child, released, outcome=words.OUTCOMES[-1])
    if sentenced is not None or not remand:
        set_on = (sentenced or entered) + timedelta(days=1)
        release = UNKNOWN if rng.random() < 0.4 else released or set_on + timedelta(days=rng.randint(40, 180))
        known = rng.choice([True, False, UNKNOWN])
        label = telling.tell(
            "release-date-set", child, set_on, labelled=True, release_on=release, next_placement_known=known
        )
        if label and rng.random() < 0.2:
            later = {
                "effective_on": set_on,
                "release_on": set_on + timedelta(days=200),
                "next_placement_known": UNKNOWN,
            }
            telling.correct(label, child, set_on + timedelta(days=5), "release-date-set", **later)
    if released is not None:
        telling.tell("released", child, released)


def tell_police(telling: Telling) -> None:
    """Held at a station; missing since the last return, and found."""
    life, rng = telling.life, telling.rng
    number = nhs_number_of(life.number)
    child = by_local_id(life) if rng.random() < 0.6 else by_name(life)
    if number and rng.random() < 0.1:
        child = by_nhs_number(life, number)
    last = life.periods[-1]
    if age(life.born_on, last.until) >= 12 and last.until > last.steps[0].on and rng.random() < 0.1:
        on = day(rng, max(last.steps[0].on, last.until - timedelta(days=700)), last.until)
        why = rng.choice(["Invented: shoplifting", "Invented: breach of the peace", UNKNOWN])
        station = rng.choice(words.STATIONS)
        telling.tell("detained-by-police", child, on, told=on, station=station, why=why, released_on=on)
    if life.goes_on and age(life.born_on, YEAR_END) >= 12 and rng.random() < 0.05:
        on = SINCE + timedelta(days=rng.randint(0, 30))
        away = telling.tell("went-missing", child, on, told=on, labelled=True, kind="M", police_told=True)
        back = on + timedelta(days=rng.randint(0, 9))
        if back < LATEST and rng.random() < 0.8:
            telling.tell("found", child, back, told=back, missing=away)
