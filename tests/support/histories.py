"""Random children's histories for property tests: moves between areas, late and corrected facts, custody, consents, adoption."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.events import (
    AddressProtected,
    AddressUnprotected,
    CareEnded,
    CareStarted,
    ConsentRecorded,
    ConsentWithdrawn,
    CustodyEntered,
    DetailsCorrected,
    Event,
    EventCorrected,
    EventRetracted,
    HealthAssessmentCompleted,
    HealthAssessmentDeclined,
    IdentifierAdded,
    LegalStatusChanged,
    NoticeAcknowledged,
    NotifiedOutsideHub,
    OutOfAreaPlacementNotified,
    PlacementEnded,
    PlacementMade,
    PlacementRelabelled,
    Released,
    ReleaseDateSet,
    ResponsibleAuthorityChanged,
    Sentenced,
    ThirdPartyText,
)
from domain.vocabulary import UNKNOWN, Unknown
from tests.support.anything import TYPES, another_value, anything
from tests.support.story import DURHAM, GATESHEAD, HAMPSHIRE, WIGHT, Story, registered

START = date(2025, 1, 6)  # histories begin here; the merger of health bodies on 1 April 2026 lies within their reach
AREAS: tuple[str | Unknown, ...] = (DURHAM, GATESHEAD, HAMPSHIRE, WIGHT, UNKNOWN)
YOT_FACTS = (CustodyEntered, Sentenced, Released, ReleaseDateSet)
LASTING_OR_SHAPING = sorted(n for n, t in TYPES.items() if t.lasting or t.shapes_context)
NEVER_REWORDED = {"audience", "classes", "roles"}  # an acknowledgement in another's name is refused
HEALTH_FACTS = (HealthAssessmentCompleted, HealthAssessmentDeclined)


@dataclass(frozen=True)
class Told:
    """One submission: when the hub learnt it, from whom, and what; `event` None is the day clock."""

    on: date
    by: str
    event: Event | None
    id: UUID | None = None


@dataclass(frozen=True)
class Past:
    """What a history holds so far, for events that refer to earlier ones. authority: who is responsible."""

    day: date
    authority: str = DURHAM
    responsible_since: date = date.min
    placements: tuple[UUID, ...] = ()
    consents: tuple[UUID, ...] = ()
    protections: tuple[UUID, ...] = ()
    all: tuple[tuple[UUID, Event], ...] = ()


def days(past: Past) -> st.SearchStrategy[date]:
    """Mostly about now, often late, now and then planned."""
    return st.integers(-200, 20).map(lambda n: max(START, past.day + timedelta(days=n)))


ONE_OF = st.sampled_from
WORDS = ONE_OF(("invented words", "other invented words"))


def events(past: Past) -> st.SearchStrategy[Event]:
    """The next event of a history, weighted towards those that change who may know what."""
    on = days(past)
    choices: list[Callable[[], st.SearchStrategy[Event]]] = [
        lambda: _placements(on),
        lambda: _placements(on),
        lambda: _placements(on),
        lambda: st.builds(
            LegalStatusChanged, effective_on=on, legal_status=ONE_OF(("V2", "C1", "C2", "E1", "J1", "V3"))
        ),
        lambda: st.builds(CareStarted, effective_on=on, legal_status=ONE_OF(("V2", "C2")), need=ONE_OF((None, "N1"))),
        lambda: st.builds(CareEnded, effective_on=on, reason=ONE_OF(("E4A", "E11", "E9", "E7"))),
        lambda: st.builds(
            CustodyEntered,
            effective_on=on,
            custody_kind=ONE_OF(("remand", "sentence")),
            establishment_kind=ONE_OF((None, "young-offender-institution", "secure-childrens-home")),
            health_needs=ONE_OF((None, True, UNKNOWN)),
        ),
        lambda: st.builds(Sentenced, effective_on=on),
        lambda: st.builds(Released, effective_on=on),
        lambda: st.builds(ReleaseDateSet, effective_on=on, release_on=ONE_OF((UNKNOWN, date(2026, 9, 1)))),
        lambda: assessments(on),
        lambda: assessments(on),
        lambda: st.builds(
            HealthAssessmentDeclined,
            effective_on=on,
            assessment_kind=ONE_OF(("initial", "review")),
            reason=st.just(UNKNOWN),
        ),
        lambda: consents(past, on),
        lambda: consents(past, on),
        lambda: st.builds(
            AddressProtected, effective_on=on, placement=ONE_OF((None, *past.placements)), ground=st.just("adoption")
        ),
        lambda: st.builds(
            IdentifierAdded, effective_on=on, nhs_number=ONE_OF((None, "9990000018")), upn=st.just("A123456789012")
        ),
        *[lambda: anything(past.all, on)] * 5,
        *[lambda: anything(past.all, on, LASTING_OR_SHAPING)] * 4,
        lambda: st.builds(
            ResponsibleAuthorityChanged,
            effective_on=st.integers(-60, 0).map(lambda n: max(START, past.day + timedelta(days=n))),
            authority=ONE_OF((DURHAM, GATESHEAD)),
            ground=st.just("agreement"),
            local_id=ONE_OF((None, "700001")),
        ),
        lambda: st.builds(DetailsCorrected, effective_on=on, born_on=ONE_OF((date(2010, 1, 20), date(2012, 3, 9)))),
    ]
    if past.placements:
        placement = ONE_OF(past.placements)
        choices += [
            lambda: st.builds(
                PlacementEnded, effective_on=on, placement=placement, reason=ONE_OF((None, "CARPL", "CUSTOD"))
            ),
            lambda: st.builds(
                PlacementRelabelled, effective_on=on, placement=placement, placement_type=ONE_OF(("U4", "A3"))
            ),
            lambda: st.builds(
                OutOfAreaPlacementNotified,
                effective_on=on,
                placement=placement,
                notified_by=st.just("placing-authority"),
                needs=ONE_OF((None, "invented needs")),
            ),
            lambda: st.builds(
                NotifiedOutsideHub,
                effective_on=on,
                about=placement,
                recipient_kind=st.just("gp"),
                method=st.just("letter"),
                told_on=st.just(past.day),
            ),
        ]
    if past.consents:
        choices += [lambda: st.builds(ConsentWithdrawn, effective_on=on, consent=ONE_OF(past.consents))] * 2
    if past.protections:
        choices.append(lambda: st.builds(AddressUnprotected, effective_on=on, protection=ONE_OF(past.protections)))
    if past.all:
        choices += [
            lambda: ONE_OF(past.all).flatmap(lambda known: corrections(past, *known)),
            lambda: st.builds(
                EventRetracted,
                effective_on=st.just(past.day),
                retracts=ONE_OF([i for i, _ in past.all]),
                reason=st.just("wrong-child"),
            ),
        ]
    return ONE_OF(choices).flatmap(lambda choice: choice())  # only the one drawn is built


def _placements(on: st.SearchStrategy[date]) -> st.SearchStrategy[Event]:
    return st.builds(
        PlacementMade,
        effective_on=on,
        urgency=ONE_OF(("planned", "emergency")),
        placement_type=ONE_OF(("U4", "U6", "K1", "K2", "R5", "A3", "T2", "P1", "U5", "K3")),
        area_authority=ONE_OF(AREAS),
        address=ONE_OF((None, "1 Invented Street", UNKNOWN)),
        postcode=ONE_OF((None, "ZZ1 1AA", "ZZ2 2BB")),
    )


def assessments(on: st.SearchStrategy[date]) -> st.SearchStrategy[Event]:
    """An assessment with all its depths, or some."""
    return st.builds(
        HealthAssessmentCompleted,
        effective_on=on,
        assessment_kind=ONE_OF(("initial", "review")),
        summary=ONE_OF((None, "an invented summary")),
        next_due_on=ONE_OF((None, UNKNOWN, date(2026, 8, 1))),
        clinical=st.none() | WORDS,
        sensitive=st.none() | WORDS,
        third_party=ONE_OF((None, ThirdPartyText("mother", "invented words"))),
    )


def consents(past: Past, on: st.SearchStrategy[date]) -> st.SearchStrategy[Event]:
    """A consent to tell some desks of health, with and without an end."""
    return st.builds(
        ConsentRecorded,
        effective_on=on,
        state=ONE_OF(("given", "given", "given", "refused", "unobtainable")),
        giver=ONE_OF(("parent", "child", "local-authority")),
        ground=st.just("parental-responsibility"),
        classes=ONE_OF((("health_summary",), ("health_sensitive",), ("health_summary", "health_sensitive"))),
        roles=ONE_OF((("virtual-school",), ("local-health", "originating-health"), ("home-yot", "virtual-school"))),
        until=st.none() | st.integers(5, 300).map(lambda n: past.day + timedelta(days=n)),
    )


def corrections(past: Past, event_id: UUID, event: Event) -> st.SearchStrategy[Event]:
    """The same event on another day, or, for a placement, in another area."""
    moved: st.SearchStrategy[Event] = st.integers(-30, 30).map(
        lambda n: replace(event, effective_on=max(START, event.effective_on + timedelta(days=n)))
    )
    others = [
        replace(event, **{f.name: other})
        for f in event.TYPE.own_fields
        if f.name not in NEVER_REWORDED and (other := another_value(f, getattr(event, f.name))) is not None
    ]
    if others:
        moved = moved | ONE_OF(others)
    if isinstance(event, PlacementMade):
        placed = event
        moved = moved | ONE_OF(AREAS).map(lambda area: _in_area(placed, area))
    return st.builds(EventCorrected, effective_on=st.just(past.day), corrects=st.just(event_id), replacement=moved)


def _in_area(placed: PlacementMade, area: str | Unknown) -> Event:
    return replace(placed, area_authority=area)


@st.composite
def histories(draw: st.DrawFn, most: int = 14) -> list[Told]:
    """Submissions in the order of arrival, the day clock among them."""
    start = START
    told = [
        Told(start, DURHAM, registered(effective_on=START, born_on=date(2010, 1, 20)), UUID(int=1)),
        Told(start, DURHAM, CareStarted(effective_on=start, legal_status=draw(ONE_OF(("V2", "C2")))), UUID(int=2)),
    ]
    past = Past(start)
    for n in range(draw(st.integers(1, most))):
        day = past.day + timedelta(days=draw(st.integers(0, 90)))
        past = replace(past, day=day)
        if draw(st.integers(0, 5)) == 0:
            told.append(Told(day, "", None))
            continue
        event = draw(events(past))
        event_id = UUID(int=100 + n)
        told.append(Told(day, reporter_of(event, past.authority), event, event_id))
        past = _after(past, event_id, event)
    return told


def reporter_of(event: Event, authority: str = DURHAM) -> str:
    """Who would report this; the responsible authority, wherever it may."""
    if isinstance(event, YOT_FACTS):
        return "yot-hampshire"
    if isinstance(event, EventCorrected):
        theirs = "responsible" not in event.replacement.TYPE.reporters
        return reporter_of(event.replacement, authority) if theirs else authority
    if isinstance(event, NoticeAcknowledged):
        return event.audience.partition("/")[0]
    return "QHM" if isinstance(event, HEALTH_FACTS) or "responsible" not in event.TYPE.reporters else authority


def _after(past: Past, event_id: UUID, event: Event) -> Past:
    if isinstance(event, EventCorrected | EventRetracted):
        return past
    if isinstance(event, ResponsibleAuthorityChanged):  # not corrected, so that who reports is always who may
        later = event.effective_on >= past.responsible_since
        return replace(past, authority=event.authority, responsible_since=event.effective_on) if later else past
    past = replace(past, all=(*past.all, (event_id, event)))
    if isinstance(event, PlacementMade):
        return replace(past, placements=(*past.placements, event_id))
    if isinstance(event, ConsentRecorded):
        return replace(past, consents=(*past.consents, event_id))
    if isinstance(event, AddressProtected):
        return replace(past, protections=(*past.protections, event_id))
    return past


def play(told: list[Told], make: Callable[[], Story] = Story) -> Story:
    """Tell a history to a fresh hub."""
    story = make()
    for one in told:
        if one.event is None:
            story.clock(one.on)
        else:
            assert one.id is not None
            story.tell(one.on, one.event, by=one.by, ids=[one.id])
    return story
