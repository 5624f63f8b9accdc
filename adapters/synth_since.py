"""What the responsible authority has recorded of an invented child since its last return: placements by hand, with addresses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from adapters import synth_words as words
from adapters.synth_county import LATEST, YEAR_END, age, day
from adapters.synth_course import Step
from adapters.synth_homes import CUSTODIAL, Home, Homes
from adapters.synth_telling import SINCE, UNKNOWN, Telling, names

_WEEK: Final = timedelta(days=7)
_OUTSIDE: Final = ("child", "parent", "gp", "iro", "school", "previous-carer")


def tell_since(telling: Telling, child: dict[str, str]) -> None:
    """For some of those still looked after: a move, a missing episode, another authority; sometimes a child of no return yet."""
    life, rng = telling.life, telling.rng
    now = life.periods[-1].at(YEAR_END)
    if now is not None and not life.short_breaks and not now.home.code.startswith("A"):
        chance, years = rng.random(), age(life.born_on, YEAR_END)
        if now.home.code in CUSTODIAL:
            pass
        elif chance < (0.3 if years >= 17 else 0.12):
            _move(telling, child, now)
        elif chance > 0.94 and years >= 11:
            _missing(telling, child)
        elif chance > 0.93:
            on, to = day(rng, SINCE, LATEST), rng.choice(life.county.adjoining)
            last = LATEST + timedelta(days=365)  # the authority that was responsible says nothing after it
            telling.tell("responsible-authority-changed", child, on, told=last, authority=to, ground=words.TRANSFER)
    if life.number % 30 == 0:
        _new_child(telling)


def _move(telling: Telling, child: dict[str, str], now: Step) -> None:
    """Proposed, approved, made, told; its address protected from some; ended again by some."""
    life, rng = telling.life, telling.rng
    on = SINCE + timedelta(days=rng.randint(9, 30))
    kinds = ["U6", "U3"] if age(life.born_on, LATEST) >= 17 and rng.random() < 0.7 else []
    home = Homes(rng, life.county, life.born_on, life.home_postcode).another(on, now.legal_status, now.home, kinds)
    out_of_area = home.area != life.authority
    planned = rng.random() < 0.6
    if planned:
        _decide(telling, child, home, on)
    placed = _placed(telling, child, home, on, now.legal_status, urgency="planned" if planned else "emergency")
    for kind in rng.sample(_OUTSIDE, 3):
        method = rng.choice(["letter", "telephone", "in-person"])
        told_on = on + timedelta(days=rng.randint(0, 5))
        telling.tell(
            "notified-outside-hub", child, told_on, about=placed, recipient_kind=kind, method=method, told_on=told_on
        )
    if out_of_area:
        telling.tell(
            "out-of-area-placement-notified",
            child,
            on,
            placement=placed,
            notified_by="placing-authority",
            needs="Invented: help at school.",
            why_suitable=UNKNOWN if rng.random() < 0.2 else "Invented: near an aunt.",
            care_plan_supplied=rng.random() < 0.8,
        )
    if rng.random() < 0.25:
        ground = rng.choice(["significant-harm", "domestic-abuse", "exploitation"])
        protected = telling.tell(
            "address-protected", child, on + timedelta(days=2), labelled=True, placement=placed, ground=ground
        )
        if rng.random() < 0.4:
            telling.tell("address-unprotected", child, on + 3 * _WEEK, protection=protected)
    if kinds and rng.random() < 0.6:
        until = UNKNOWN if rng.random() < 0.3 else life.born_on.replace(year=life.born_on.year + 21)
        telling.tell("staying-put-agreed", child, on + 2 * _WEEK, placement=placed, until=until)
    elif rng.random() < 0.3:
        _moves_on(telling, child, now, placed, home, on + timedelta(days=rng.randint(18, 25)))


def _decide(telling: Telling, child: dict[str, str], home: Home, on: date) -> None:
    """Proposed; and, outside the area, approved by who may (CPR 2010 reg 11)."""
    life, rng = telling.life, telling.rng
    proposal = telling.tell(
        "placement-proposed",
        child,
        on - timedelta(days=9),
        labelled=True,
        placement_type=home.code,
        provider=home.provider,
        area_authority=home.area,
        from_on=on,
        why="Invented: long-term match.",
    )
    if home.area != life.authority:
        far = home.area in life.county.far
        telling.tell(
            "placement-approved",
            child,
            on - timedelta(days=5),
            proposal=proposal,
            approved_by="director" if far else "nominated-officer",
            approver="Invented-Director Example-1",
            best_interests=True,
            at_a_distance=far,
            host_consulted=UNKNOWN if rng.random() < 0.2 else True,
        )


def _placed(telling: Telling, child: dict[str, str], home: Home, on: date, legal_status: str, *, urgency: str) -> str:
    rng = telling.rng
    residential = home.code in ("K1", "K2")
    where: dict[str, Any] = {
        "area_authority": home.area,
        "address": f"{rng.randint(1, 90)} Madeup Lane",
        "postcode": home.postcode,
        "home_name": "Invented Home Example-94" if residential else None,
        "urn": home.urn if home.urn.isdigit() else None,
        "carer_relation": "home-staff" if residential else "foster-carer" if home.code.startswith("U") else None,
        "meant_to_last_until": UNKNOWN if legal_status == "V2" else None,
    }
    return telling.tell(
        "placement-made",
        child,
        on,
        labelled=True,
        told=on,
        urgency=urgency,
        placement_type=home.code,
        provider=home.provider,
        **where,
    )


def _moves_on(telling: Telling, child: dict[str, str], now: Step, placed: str, home: Home, on: date) -> None:
    """Notice of the end (CPR 2010 reg 14), the end, and the next."""
    life, rng = telling.life, telling.rng
    telling.tell(
        "placement-termination-intended",
        child,
        on - timedelta(days=8),
        placement=placed,
        ends_on=on,
        reviewed_first=rng.choice([True, True, False]),
        officer_informed=True,
    )
    after = Homes(rng, life.county, life.born_on, life.home_postcode).another(on, now.legal_status, home)
    telling.tell("placement-ended", child, on, told=on, placement=placed, reason="CARPL")
    _placed(telling, child, after, on, now.legal_status, urgency="planned")


def _missing(telling: Telling, child: dict[str, str]) -> None:
    rng = telling.rng
    on = SINCE + timedelta(days=rng.randint(0, 30))
    back = on + timedelta(days=rng.randint(0, 6))
    away = telling.tell("went-missing", child, on, told=on, labelled=True, kind="M", police_told=True)
    telling.tell("found", child, back, told=back, missing=away)
    held = rng.random() < 0.7
    said = rng.choice(words.SAID_ALONE) if held and rng.random() < 0.4 else None
    outcome = "held" if held else "declined"
    told = back + timedelta(days=2)
    telling.tell("return-interview-done", child, told, missing=away, outcome=outcome, said_alone=said)


def _new_child(telling: Telling) -> None:
    """Came into care since the return, and is in none: registered by hand."""
    life, rng = telling.life, telling.rng
    child: dict[str, Any] = {"authority": life.authority, "local_id": f"{950_000 + life.number // 30}"}
    on = SINCE + timedelta(days=rng.randint(0, 20))
    born_on = life.born_on.replace(day=1)
    if age(born_on, on) >= 17:
        born_on = born_on.replace(year=on.year - 9)
    new = names(life) | {"family_name": f"Example-{950_000 + life.number // 30}"}
    telling.tell("child-registered", child, on, told=on, **child, **new, born_on=born_on, sex=rng.choice("MF"))
    home = Homes(rng, life.county, born_on, life.home_postcode).another(on, "V2", None)
    telling.tell("care-started", child, on, told=on, legal_status="V2", need="N1")
    _placed(telling, child, home, on, "V2", urgency="emergency")
    order = on + timedelta(days=rng.randint(10, 30))
    telling.tell("legal-status-changed", child, order, told=order, legal_status="C1")
