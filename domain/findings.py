"""Fit checks: how a new fact sits with the history. A finding is recorded with the event and shown to the responsible authority alone.

A true fact is never refused because it does not fit: real histories have gaps, overlaps and late news.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from domain import consent
from domain.agencies import Adjoins, Register
from domain.codes import CodeBook
from domain.events import (
    CareEnded,
    CareStarted,
    ConsentRecorded,
    CustodyEntered,
    Event,
    LegalStatusChanged,
    PlacementEnded,
    PlacementMade,
    Released,
    Sentenced,
)
from domain.history import History
from domain.relationships import health_body
from domain.situation import ADOPTIVE, TEMPORARY, Situation
from domain.vocabulary import Unknown

FINDINGS: Final = MappingProxyType(
    {
        "already-looked-after": ("care started while the child was looked after", "SSDA903 RNE"),
        "not-looked-after": ("the child was not looked after on this day", "SSDA903 episodes"),
        "gap-before": (
            "the child was in no placement just before",
            "SSDA903: the next episode starts the day the last ends",
        ),
        "overlaps": (
            "begins before the placement before it had ended",
            "SSDA903: the next episode starts the day the last ends",
        ),
        "not-current": ("this was not the placement the child was in on this day", "SSDA903 episodes"),
        "one-day": ("starts and ends on one day", "SSDA903: an episode does not start and end on one day"),
        "area-unknown": ("no authority could be told: the area is unknown", "CPR 2010 reg 13(4)"),
        "at-a-distance": (
            "placed outside the responsible authority and every authority that adjoins it",
            "CPR 2010 reg 2(1), reg 11",
        ),
        "distance-unknown": (
            "placed in another authority; whether it adjoins the responsible one could not be told",
            "CPR 2010 reg 2(1), reg 11",
        ),
        "health-body-unknown": ("no local health body could be told: it is unknown", "CPR 2010 reg 13(2)(f)"),
        "payer-unknown": ("no originating health body could be told: it is unknown", "NHS Who Pays?"),
        "code-not-in-force": ("a code was not in force on this day", "SSDA903 code lists"),
        "already-in-custody": ("custody entered while in custody", "ours"),
        "not-in-custody": ("the child was not in custody on this day", "ours"),
        "status-differs": ("the status reported differs from the one on record", "SI 2010/2797"),
        "not-theirs-to-give": (
            "the giver may not answer for this child: the consent has no effect",
            "CA 1989 s3, s33; FLRA 1969 s8",
        ),
        "in-future": ("effective after the day it was recorded", "ours"),
    }
)


def find(history: History, event: Event, register: Register, codes: CodeBook, today: date) -> tuple[str, ...]:
    """The codes of everything about this event that does not fit the history it is about to join."""
    return tuple(_find(history, event, register, codes, today))


def _find(history: History, event: Event, register: Register, codes: CodeBook, today: date) -> Iterator[str]:
    on = event.effective_on
    now = history.timeline.at_end_of(on)
    if on > today and not isinstance(event, PlacementMade):
        yield "in-future"
    if any(
        f.meta.codes
        and isinstance(value := getattr(event, f.name), str)
        and not codes[f.meta.codes].in_force(value, on)
        for f in event.TYPE.own_fields
    ):
        yield "code-not-in-force"
    if isinstance(event, PlacementMade):
        yield from _placement(now, event, register)
    elif isinstance(event, PlacementEnded):
        yield from _ending(history, event)
    elif isinstance(event, CareStarted):
        if now.care is not None:
            yield "already-looked-after"
        elif (
            now.authority is not None
            and health_body(register, now.authority.code, event.health_body, on, today) is None
        ):
            yield "payer-unknown"
    elif isinstance(event, CareEnded | LegalStatusChanged):
        if now.care is None:
            yield "not-looked-after"
    elif isinstance(event, CustodyEntered | Sentenced | Released):
        yield from _custody(now, event)
    elif isinstance(event, ConsentRecorded) and event.state == "given" and not consent.may_give(history, event, today):
        yield "not-theirs-to-give"


def _placement(now: Situation, event: PlacementMade, register: Register) -> Iterator[str]:
    if now.care is None:
        yield "not-looked-after"
    elif now.living is None and now.departed is not None and now.departed.on < event.effective_on:
        yield "gap-before"
    if now.living is not None and now.living.since == event.effective_on and event.placement_type not in TEMPORARY:
        yield "overlaps"
    if isinstance(event.area_authority, Unknown):
        yield "area-unknown"
    elif now.authority is not None and event.placement_type not in TEMPORARY | ADOPTIVE:
        match register.at_a_distance(now.authority.code, event.area_authority, event.effective_on):
            case Adjoins.YES:
                yield "at-a-distance"
            case Adjoins.UNKNOWN:
                yield "distance-unknown"
    if health_body(register, event.area_authority, event.health_body, event.effective_on, event.effective_on) is None:
        yield "health-body-unknown"


def _ending(history: History, event: PlacementEnded) -> Iterator[str]:
    """The day's beginning counts: by its end the child may already be placed elsewhere, or out of care."""
    on = event.effective_on
    made = history.find(event.placement)
    if made is not None and made.event.effective_on == on:
        yield "one-day"
    elif made is None or not isinstance(made.event, PlacementMade) or made.event.placement_type not in TEMPORARY:
        living = history.timeline.at_end_of(on - timedelta(days=1)).living
        if living is None:
            yield "not-current"
        elif living.placement != event.placement:
            yield "overlaps"


def _custody(now: Situation, event: CustodyEntered | Sentenced | Released) -> Iterator[str]:
    if not isinstance(event, CustodyEntered):
        if now.custody is None:
            yield "not-in-custody"
        return
    if now.custody is not None:
        yield "already-in-custody"
    if isinstance(event.status_before, str) and event.status_before != now.legal_status:
        yield "status-differs"
