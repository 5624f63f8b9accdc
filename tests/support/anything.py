"""Any event that an agency may report, with any words its type allows: so that no type is left out of the property tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.child_record import MUST_NAME
from domain.events import Event, EventType, FieldType, Kind, ThirdPartyText, event_types
from domain.forms import latest_version
from domain.vocabulary import UNKNOWN
from tests.support.story import DURHAM, GATESHEAD, HAMPSHIRE, SCHOOL, WIGHT, shipped

NOT_DRAWN = {
    "child-registered", "event-corrected", "event-retracted", "records-linked", "records-unlinked",
    "identifier-added", "details-corrected", "responsible-authority-changed",
}  # fmt: skip
"""Drawn by `histories.py` itself, or meaningless at random."""
ONE_OF = st.sampled_from
Known = Sequence[tuple[UUID, Event]]
"""The events recorded so far, with their ids."""

TYPES: Mapping[str, EventType] = {
    t.name: t
    for t in event_types().values()
    if t is latest_version(t.name) and t.reporters - {"hub"} and t.name not in NOT_DRAWN
}
"""Every type that an agency reports about a child on record, by name."""

_VALID: Mapping[str, Sequence[Any]] = {
    "authority": (DURHAM, GATESHEAD, HAMPSHIRE, WIGHT),
    "health_body": ("QHM", "QRL"),
    "school": (SCHOOL,),
    "local_id": ("900001", "700001"),
    "nhs_number": ("9990000018", "9990000026"),
    "upn": ("A123456789012", "B123456789012"),
    "postcode": ("ZZ1 1AA", "ZZ2 2BB"),
    "urn": ("SC000001", "SC000002"),
    "not_in_future": (date(2010, 1, 20), date(2012, 3, 9)),
    "data_classes": (("health_summary",), ("therapy_status", "education")),
    "roles": (("virtual-school",), ("local-health", "home-yot")),
    "audience": (f"{HAMPSHIRE}/host-authority",),
    "not_negative": (0, 1, 12),
    "sdq_score": (0, 17, 40),
}
"""Values that pass each form check."""


def anything(known: Known, on: st.SearchStrategy[date], names: Sequence[str] | None = None) -> st.SearchStrategy[Event]:
    """An event of any of these types, or of all, about the events known so far."""
    possible = [t for name, t in TYPES.items() if (names is None or name in names) and _can_be_said(t, known)]
    return ONE_OF(possible).flatmap(lambda t: an_event(t, known, on))


def an_event(event_type: EventType, known: Known, on: st.SearchStrategy[date]) -> st.SearchStrategy[Event]:
    """An event of one type: optional fields said or not, unknown where that is allowed."""
    own = {f.name: _value(f, known) for f in event_type.own_fields}
    return st.builds(event_type.cls, effective_on=on, **own)


def one(event_type: EventType, known: Known, on: date) -> Event:
    """One sound event of a type, every field said."""
    own = {f.name: next(iter(_values(f, known)), None) for f in event_type.own_fields}
    return event_type.cls(effective_on=on, **own)


def plain(event_type: EventType) -> dict[str, Any]:
    """A sound event of a type as a line gives it, but for `type`, `child` and day; "REF" where it names another event."""
    said: dict[str, Any] = {}
    for f in event_type.own_fields:
        value = "REF" if f.kind is Kind.REF else next(iter(_values(f, ())), None)
        if isinstance(value, ThirdPartyText):
            value = {"party": value.party, "text": value.text}
        elif isinstance(value, date):
            value = value.isoformat()
        if value is not None:
            said[f.name] = list(value) if isinstance(value, tuple) else value
    return said


def another_value(f: FieldType, value: Any) -> Any:
    """A value of this field that is not this one, and as sound; None where there is no other."""
    return next((v for v in _values(f, ()) if v not in (value, UNKNOWN)), None)


def _can_be_said(event_type: EventType, known: Known) -> bool:
    return all(f.optional or f.kind is not Kind.REF or _named(f, known) for f in event_type.own_fields)


def _named(f: FieldType, known: Known) -> list[UUID]:
    wanted = MUST_NAME.get(f.meta.check, ())
    return [event_id for event_id, event in known if isinstance(event, wanted)]


def _value(f: FieldType, known: Known) -> st.SearchStrategy[Any]:
    values = _values(f, known)
    if f.may_be_unknown:
        values = [*values, UNKNOWN]
    if f.optional:
        values = [*values, None]
    return ONE_OF(values)


def _values(f: FieldType, known: Known) -> list[Any]:
    if f.meta.codes:
        return [code.code for code in shipped()[0].codes[f.meta.codes].codes]
    if f.kind is Kind.REF:
        return _named(f, known)
    if f.meta.check in _VALID:
        return list(_VALID[f.meta.check])
    match f.kind:
        case Kind.DATE:
            return [date(2025, 3, 3), date(2026, 8, 1)]
        case Kind.FLAG:
            return [True, False]
        case Kind.NUMBER:
            return [0, 1, 7]
        case Kind.THIRD_PARTY:
            return [ThirdPartyText("mother", "invented words"), ThirdPartyText("father", "other invented words")]
        case Kind.MOMENT:
            return [None]
        case _:
            return ["invented words", "other invented words"]
