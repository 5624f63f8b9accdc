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
    DisputeClosed,
    Event,
    Excluded,
    ExclusionProvisionStarted,
    LegalStatusChanged,
    PlacementApproved,
    PlacementEnded,
    PlacementMade,
    PlacementTerminationIntended,
    Released,
    ResponsibleAuthorityChanged,
    SchoolLeft,
    SchoolStarted,
    Sentenced,
    ServiceStatusChanged,
    upcast,
)
from domain.history import History
from domain.relationships import health_body
from domain.situation import ADOPTIVE, TEMPORARY, Situation
from domain.vocabulary import Unknown

CARERS_ABSENCE: Final = "T4"  # SSDA903 PLACE: temporary, up to seven days
CARERS_ABSENCE_DAYS: Final = 7
IN_THE_QUEUE: Final = frozenset({"referred", "waiting", "paused"})  # schemas/codes/service_status.csv
EXAMINATION_YEARS: Final = frozenset({"10", "11"})  # Key Stage 4

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
        "temporary-at-start": (
            "a temporary placement without a usual one before it",
            "SSDA903: no time in care starts on a code T0 to T4",
        ),
        "temporary-at-end": (
            "the child was temporarily elsewhere when care ended",
            "SSDA903: no time in care ends on a code T0 to T4",
        ),
        "temporary-too-long": (
            "the carer's short absence lasted more than seven days",
            "SSDA903 PLACE: T4 is at most seven days",
        ),
        "moved-during-dispute": (
            "another placement while a dispute was open",
            "IRO Handbook 2010, ch 6: no change of placement meanwhile",
        ),
        "not-approved-by-director": (
            "a placement at a distance is approved by the director of children's services",
            "CPR 2010 reg 11(3)",
        ),
        "host-not-consulted": (
            "the area authority was not consulted, or it is not known whether it was",
            "CPR 2010 reg 11(2)(d)",
        ),
        "interests-not-shown": (
            "nobody was satisfied that it is the most appropriate placement, or it is not known",
            "CPR 2010 reg 11(2)(a), (b)",
        ),
        "not-reviewed-first": ("the case was not reviewed first, or it is not known", "CPR 2010 reg 14(1)"),
        "queue-place-lost": (
            "waits for the same service since a later day, or an unknown one",
            "NICE PH28 fieldwork 1635: a place in a queue is kept when the child moves",
        ),
        "reason-not-given": (
            "a school change in year 10 or 11 without a reason",
            "CPR 2010 reg 10: no decision to change school in Key Stage 4 without a review of the reason",
        ),
        "authority-not-spoken-to": (
            "excluded before the authority was spoken to, or it is not known",
            "DfE, Suspension and permanent exclusion (guidance)",
        ),
        "provision-late": (
            "education during an exclusion began after the first day; from the sixth it is owed",
            "SI 2007/1870; DfE, Suspension and permanent exclusion (guidance)",
        ),
        "already-responsible": ("this authority was responsible already", "CA 1989 s22(1)"),
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
    return tuple(_find(history, upcast(event), register, codes, today))


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
    yield from _planning(history, now, event)
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
        elif isinstance(event, CareEnded) and history.timeline.at_end_of(on - timedelta(days=1)).temporary is not None:
            yield "temporary-at-end"
    elif isinstance(event, CustodyEntered | Sentenced | Released):
        yield from _custody(now, event)
    elif isinstance(event, ConsentRecorded) and event.state == "given" and not consent.may_give(history, event, today):
        yield "not-theirs-to-give"


def _placement(now: Situation, event: PlacementMade, register: Register) -> Iterator[str]:
    if now.care is None:
        yield "not-looked-after"
    elif (
        now.living is None and now.departed is not None and now.care.since <= now.departed.on < event.effective_on
    ):  # left a placement of this time in care, not of an earlier one
        yield "gap-before"
    if event.placement_type in TEMPORARY:
        if now.care is not None and now.living is None:
            yield "temporary-at-start"
    elif now.living is not None and now.living.since == event.effective_on:
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
    elif made is not None and isinstance(made.event, PlacementMade) and made.event.placement_type == CARERS_ABSENCE:
        if (on - made.event.effective_on).days > CARERS_ABSENCE_DAYS:
            yield "temporary-too-long"
    elif made is None or not isinstance(made.event, PlacementMade) or made.event.placement_type not in TEMPORARY:
        living = history.timeline.at_end_of(on - timedelta(days=1)).living
        if living is None:
            yield "not-current"
        elif living.placement != event.placement:
            yield "overlaps"


def _planning(history: History, now: Situation, event: Event) -> Iterator[str]:
    """What the people who planned were to do first, or to say."""
    on = event.effective_on
    match event:
        case PlacementMade() if event.placement_type not in TEMPORARY and _disputed(history, on):
            yield "moved-during-dispute"
        case PlacementApproved():
            if event.at_a_distance is True and event.approved_by != "director":
                yield "not-approved-by-director"
            if event.host_consulted is not True:
                yield "host-not-consulted"
            if event.best_interests is not True:
                yield "interests-not-shown"
        case PlacementTerminationIntended() if event.reviewed_first is not True:
            yield "not-reviewed-first"
        case ServiceStatusChanged() if event.status in IN_THE_QUEUE and _queued_earlier(history, event):
            yield "queue-place-lost"
        case SchoolStarted() | SchoolLeft() if event.year_group in EXAMINATION_YEARS and not isinstance(
            event.reason, str
        ):
            if isinstance(event, SchoolLeft) or history.lasting_before(event.TYPE.name, on + timedelta(days=1)):
                yield "reason-not-given"
        case Excluded() if event.authority_spoken_to is not True:
            yield "authority-not-spoken-to"
        case ExclusionProvisionStarted() if event.day > 1:
            yield "provision-late"
        case ResponsibleAuthorityChanged() if now.authority is not None and now.authority.code == event.authority:
            yield "already-responsible"


def _disputed(history: History, on: date) -> bool:
    """Whether a dispute was open on the day before."""
    opened = (f for i in history.disputes if (f := history.find(i)) is not None and f.event.effective_on < on)
    return any(
        not any(
            isinstance(c.event, DisputeClosed) and c.event.effective_on < on
            for i in history.referring.get(dispute.id, ())
            if (c := history.find(i)) is not None
        )
        for dispute in opened
    )


def _queued_earlier(history: History, event: ServiceStatusChanged) -> bool:
    """Whether the child was already in this queue, and since an earlier day than the event says."""
    for event_id in reversed(history.lasting_before(event.TYPE.name, event.effective_on + timedelta(days=1))):
        before = history.facts[event_id].event
        if isinstance(before, ServiceStatusChanged) and before.service == event.service:
            since = before.waiting_since
            if before.status not in IN_THE_QUEUE or not isinstance(since, date):
                return False
            return not isinstance(event.waiting_since, date) or event.waiting_since > since
    return False


def _custody(now: Situation, event: CustodyEntered | Sentenced | Released) -> Iterator[str]:
    if not isinstance(event, CustodyEntered):
        if now.custody is None:
            yield "not-in-custody"
        return
    if now.custody is not None:
        yield "already-in-custody"
    if isinstance(event.status_before, str) and event.status_before != now.legal_status:
        yield "status-differs"
