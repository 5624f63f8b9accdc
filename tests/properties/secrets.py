"""Pairs of histories that differ only in what some desks may not know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.disclosure import Disclosure
from domain.events import (
    CareEnded,
    ConsentRecorded,
    CustodyEntered,
    Event,
    EventCorrected,
    HealthAssessmentCompleted,
    HealthAssessmentDeclined,
    IdentifierAdded,
    Kind,
    LegalStatusChanged,
    NotifiedOutsideHub,
    PlacementEnded,
    PlacementMade,
    PlacementRelabelled,
    Released,
    ReleaseDateSet,
    Remanded,
    ResponsibleAuthorityChanged,
    ServiceStatusChanged,
)
from domain.policy import Action, Basis, Row
from domain.protection import TELLS_WHERE
from domain.situation import ADOPTIVE
from domain.vocabulary import UNKNOWN, Audience, DataClass, Role
from tests.support.anything import TYPES, another_value, anything
from tests.support.histories import AREAS, HEALTH_FACTS, ONE_OF, START, Told, reporter_of
from tests.support.story import DURHAM, HAMPSHIRE, WIGHT, Story, shipped

# Fields from which relationships, consents and gates are derived: changing one changes more than its own value.
SHAPING = {
    "authority", "area_authority", "health_body", "legal_status", "custody_kind", "placement", "born_on", "state", "giver",
    "ground", "classes", "roles", "until", "consent", "protection", "placement_type", "replacement", "corrects", "retracts",
    "about", "policy", "register", "reasons", "reason", "status_before", "establishment_kind", "outcome", "school",
    "ordinary_residence", "audience", "local_id",
}  # fmt: skip

HEALTH = {Role.ORIGINATING_HEALTH, Role.LOCAL_HEALTH, Role.DEPARTING_HEALTH}
AUTHORITIES = {Role.HOST_AUTHORITY, Role.ORDINARY_RESIDENCE_AUTHORITY}
YOTS = {Role.HOME_YOT, Role.LOCAL_YOT}
SCHOOLS = {Role.VIRTUAL_SCHOOL, Role.SCHOOL}
# Of the events that shape who stands where, those that shape only what some roles may never learn of.
APART = {"school-started", "school-left", "responsible-commissioner-determined"}
EVERYONE = HEALTH | AUTHORITIES | YOTS | SCHOOLS

NOT_BY_CONSENT = EVERYONE - {Role.LOCAL_HEALTH, Role.ORIGINATING_HEALTH} | {Role.RESPONSIBLE_AUTHORITY}
"""Who is told nothing of the strictest class, whatever anybody consents to."""


@dataclass(frozen=True)
class Secret:
    """Two histories and the roles that must not be able to tell them apart."""

    one: list[Told]
    other: list[Told]
    roles: frozenset[Role]
    what: str


@st.composite
def secrets(draw: st.DrawFn, told: list[Told]) -> Secret | None:
    """A change to a history, and from whom it must be hidden; None where this draw finds nothing to change."""
    ways = [
        hidden_value, hidden_event, any_hidden_event, look_alike, other_reporter, more_of_an_adoption, planned_adoption,
    ]  # fmt: skip
    return draw(draw(st.sampled_from(ways))(told))


@st.composite
def hidden_value(draw: st.DrawFn, told: list[Told]) -> Secret | None:
    """Change one field whose class the policy hides or masks for some roles on every day, without a consent."""
    policy, _ = shipped()
    candidates = []
    for n, one in enumerate(told):
        if one.event is None:
            continue
        for f in one.event.TYPE.own_fields:
            if f.name in SHAPING or f.kind not in CHANGED or getattr(one.event, f.name) is None:
                continue
            roles = frozenset(
                r for r in EVERYONE | {Role.RESPONSIBLE_AUTHORITY} if _never_shown(policy.classes[f.data_class].rows[r])
            )
            if roles:
                candidates.append((n, f, roles))
    if not candidates:
        return None
    name = draw(st.sampled_from(sorted({f.name for _, f, _ in candidates})))  # rare fields as often as common ones
    n, f, roles = draw(st.sampled_from([c for c in candidates if c[1].name == name]))
    event = told[n].event
    assert event is not None
    changes: dict[str, Any] = {f.name: another_value(f, getattr(event, f.name))}
    return Secret(told, _changed(told, n, replace(event, **changes)), roles, f"{event.TYPE.name}.{f.name}")


def _never_shown(rows: tuple[Row, ...]) -> bool:
    return all(row.action in (Action.HIDE, Action.MASK) and row.basis is not Basis.CONSENT for row in rows)


NO_ADDRESS: dict[str, Any] = dict.fromkeys(("address", "postcode", "home_name", "urn"))
CHANGED = {Kind.TEXT, Kind.THIRD_PARTY, Kind.DATE, Kind.NUMBER, Kind.FLAG}


@st.composite
def any_hidden_event(draw: st.DrawFn, told: list[Told]) -> Secret | None:
    """Add an event of any type that some roles may never learn of, and that changes nothing else for them."""
    policy, _ = shipped()
    at = draw(st.integers(2, len(told)))
    known = [(t.id, t.event) for t in told[:at] if t.id is not None and t.event is not None]
    hidden = {
        name: frozenset(r for r in EVERYONE if _never_shown(policy.classes[t.data_class].rows[r]))
        for name, t in TYPES.items()
        if not t.shapes_context or name in APART
    }
    day = st.integers(-90, 40).map(lambda n: max(START, told[at - 1].on + timedelta(days=n)))
    event = draw(anything(known, day, [name for name, roles in hidden.items() if roles]))
    new = Told(told[at - 1].on, reporter_of(event, _authority(told[:at])), event, UUID(int=0xADD))
    return Secret(told, [*told[:at], new, *told[at:]], hidden[event.TYPE.name], f"an added {event.TYPE.name}")


def _authority(told: list[Told]) -> str:
    """Who is responsible after these."""
    changes = [
        (t.event.effective_on, n, t.event.authority)
        for n, t in enumerate(told)
        if isinstance(t.event, ResponsibleAuthorityChanged)
    ]
    return max(changes)[2] if changes else DURHAM


@st.composite
def other_reporter(draw: st.DrawFn, told: list[Told]) -> Secret | None:
    """Let another health body have said the same: who said a thing is for the responsible authority."""
    candidates = [n for n, one in enumerate(told) if isinstance(one.event, HEALTH_FACTS)]
    if not candidates:
        return None
    n = draw(st.sampled_from(candidates))
    return Secret(
        told, [*told[:n], replace(told[n], by="QRL"), *told[n + 1 :]], frozenset(EVERYONE), "another reporter"
    )


@st.composite
def hidden_event(draw: st.DrawFn, told: list[Told]) -> Secret | None:
    """Add an event of a kind that some roles may never learn of, anywhere in the history, and change no relationship."""
    at = draw(st.integers(2, len(told)))
    day = told[at - 1].on
    placements = [t.id for t in told[:at] if isinstance(t.event, PlacementMade) and t.id]
    in_custody = any(isinstance(t.event, CustodyEntered | Released) for t in told)
    options: list[tuple[Event, set[Role]]] = [
        (ConsentRecorded(
            effective_on=day, state="refused", giver="court", ground="court-order",
            classes=("education",), roles=("school",)), EVERYONE),
        (HealthAssessmentDeclined(effective_on=day, assessment_kind="review", reason=UNKNOWN), AUTHORITIES | {Role.LOCAL_YOT}),
        (HealthAssessmentCompleted(effective_on=day, assessment_kind="initial", sensitive="invented"), AUTHORITIES | {Role.LOCAL_YOT}),
        (ReleaseDateSet(effective_on=day, release_on=UNKNOWN), HEALTH | AUTHORITIES | SCHOOLS),
        (IdentifierAdded(effective_on=day, local_id="700001"), EVERYONE),
        (ServiceStatusChanged(effective_on=day, service="sexual-health", status="waiting"), NOT_BY_CONSENT),
        (IdentifierAdded(effective_on=day, nhs_number="9990000034"), AUTHORITIES | SCHOOLS | YOTS),
    ]  # fmt: skip
    if placements:
        options.append((
            NotifiedOutsideHub(
                effective_on=day, about=draw(st.sampled_from(placements)), recipient_kind="gp", method="letter", told_on=day),
            EVERYONE,
        ))  # fmt: skip
    if not in_custody and _looked_after(told[:at]):
        # remanded while looked after: nothing changes for those who may not know of custody
        options.append((CustodyEntered(effective_on=day, custody_kind="remand"), HEALTH | AUTHORITIES | SCHOOLS))
    event, roles = draw(st.sampled_from(options))
    new = Told(day, reporter_of(event, _authority(told[:at])), event, UUID(int=0xADD))
    return Secret(told, [*told[:at], new, *told[at:]], frozenset(roles), f"an added {event.TYPE.name}")


@st.composite
def more_of_an_adoption(draw: st.DrawFn, told: list[Told]) -> Secret | None:
    """Make a placement adoptive; in the other history something more happens to it, which is part of the adoption."""
    # where the child lives with adopters decides which of these facts are part of the adoption: such histories differ in more
    if any(isinstance(t.event, Event) and _words(t.event).TYPE.name in PART_OF_ITS_PLACE for t in told):
        return None
    ordinary = _made_ordinary(told)
    placements = [n for n, one in enumerate(told) if isinstance(one.event, PlacementMade) and one.id not in ordinary]
    if not placements:
        return None
    n = draw(st.sampled_from(placements))
    made, placement = told[n].event, told[n].id
    assert isinstance(made, PlacementMade)
    assert placement is not None
    adopted = _changed(told, n, replace(made, placement_type="A3"))
    at = draw(st.integers(n + 1, len(told)))
    day = told[at - 1].on
    more: list[Event] = [
        PlacementEnded(effective_on=day, placement=placement),
        PlacementRelabelled(effective_on=day, placement=placement, placement_type="A5"),
    ]
    event = draw(st.sampled_from(more))
    new = Told(day, DURHAM, event, UUID(int=0xADD))
    return Secret(adopted, [*adopted[:at], new, *adopted[at:]], frozenset(EVERYONE), f"an adoptive {event.TYPE.name}")


@st.composite
def planned_adoption(draw: st.DrawFn, told: list[Told]) -> Secret | None:
    """Plan a placement with adopters for after the end of the history: until then nobody can tell."""
    at = draw(st.integers(2, len(told)))
    day = max([t.on for t in told] + [_words(t.event).effective_on for t in told if t.event is not None])
    made = PlacementMade(
        effective_on=day + timedelta(days=30),
        urgency="planned",
        placement_type="A5",
        area_authority=draw(ONE_OF(AREAS)),
    )
    new = Told(told[at - 1].on, _authority(told[:at]), made, UUID(int=0xADD))
    return Secret(told, [*told[:at], new, *told[at:]], frozenset(EVERYONE), "a planned adoption")


PART_OF_ITS_PLACE = TELLS_WHERE | {"school-started", "school-left"}


def _words(event: Event) -> Event:
    return event.replacement if isinstance(event, EventCorrected) else event


def _made_ordinary(told: list[Told]) -> set[UUID]:
    """Placements corrected or labelled back to what is no adoption: they are protected no longer."""
    ordinary = {one.event.corrects for one in told if isinstance(one.event, EventCorrected)}
    return ordinary | {
        one.event.placement
        for one in told
        if isinstance(one.event, PlacementRelabelled) and one.event.placement_type not in ADOPTIVE
    }


def _looked_after(told: list[Told]) -> bool:
    """Under a care order throughout, so that neither remand nor sentence changes whether the child is looked after."""
    return (
        all(not isinstance(t.event, CareEnded | LegalStatusChanged) for t in told)
        and getattr(told[1].event, "legal_status", "") == "C2"
    )


@st.composite
def look_alike(draw: st.DrawFn, told: list[Told]) -> Secret | None:
    """Swap a code for one that some roles must not tell from it."""
    candidates: list[tuple[int, Event, set[Role]]] = []
    sentencing = any(
        isinstance(t.event, CustodyEntered | Remanded) or getattr(t.event, "TYPE", None) is None for t in told
    )
    for n, one in enumerate(told):
        event = one.event
        if isinstance(event, PlacementMade) and event.placement_type in ("K1", "K2", "R5"):
            swapped = "K1" if event.placement_type == "K2" else "K2"
            addressless = replace(event, **NO_ADDRESS, placement_type=swapped)
            bare = replace(event, **NO_ADDRESS)
            candidates.append((n, addressless, HEALTH | AUTHORITIES | SCHOOLS))
            told = [*told[:n], replace(one, event=bare), *told[n + 1 :]]
        elif isinstance(event, PlacementMade) and event.placement_type in ("U4", "U5", "U6"):
            swapped = "U5" if event.placement_type != "U5" else "U4"
            candidates.append((n, replace(event, placement_type=swapped), EVERYONE))
        elif isinstance(event, PlacementMade) and event.placement_type == "A3" and one.id not in _made_ordinary(told):
            elsewhere = HAMPSHIRE if event.area_authority != HAMPSHIRE else WIGHT
            adopted = replace(event, placement_type="A5", address="2 Invented Row", area_authority=elsewhere)
            candidates.append((n, adopted, EVERYONE))
        elif isinstance(event, CareEnded) and isinstance(event.reason, str) and event.reason != "X1":  # X1: goes on
            swapped = "E11" if event.reason != "E11" else "E4A"
            candidates.append((n, replace(event, reason=swapped), EVERYONE))
        elif isinstance(event, LegalStatusChanged) and event.legal_status in ("C1", "C2", "E1") and not sentencing:
            swapped = "E1" if event.legal_status != "E1" else "C2"
            if not any(isinstance(t.event, ConsentRecorded) for t in told):
                candidates.append((n, replace(event, legal_status=swapped), EVERYONE))
    if not candidates:
        return None
    n, swapped_event, roles = draw(st.sampled_from(candidates))
    return Secret(
        told, _changed(told, n, swapped_event), frozenset(roles), f"another code in {swapped_event.TYPE.name}"
    )


def _changed(told: list[Told], n: int, event: Event) -> list[Told]:
    return [*told[:n], replace(told[n], event=event), *told[n + 1 :]]


def indistinguishable(secret: Secret, one: Story, other: Story) -> list[str]:
    """The desks that must not tell the two stories apart: in the roles of the secret, in either story."""
    return [a for a in sorted({*one.audiences(), *other.audiences()}) if Audience.parse(a).role in secret.roles]


__all__ = ["DURHAM", "DataClass", "Disclosure", "Secret", "indistinguishable", "secrets", "timedelta"]
