"""One full and one sparse example of every event type and feed message, from which golden bytes are first written.

Only files that are missing are ever written (`record.py`): to change this module changes no golden bytes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from adapters.avro_schemas import told_fields
from domain.agencies import Contact
from domain.events import Event, EventType, FieldType, Kind, ThirdPartyText, event_types
from domain.feed import Closed, Item, Masked, Message, Opened, Reason, Status, Told, Value, Withdrawn
from domain.recorded import Recorded
from domain.vocabulary import UNKNOWN

CHILD = uuid5(NAMESPACE_URL, "an invented child")
DAY = date(2024, 2, 29)
MOMENT = datetime(2024, 2, 29, 13, 45, 59, 123456, UTC)


def seal(child: UUID, party: str, text: str) -> bytes:
    """No cipher: golden bytes hold for every key."""
    return f"{child} {party} {text}".encode()


def open_(child: UUID, party: str, sealed: bytes) -> str | None:
    """The text that `seal` was given."""
    return sealed.decode().removeprefix(f"{child} {party} ")


def recorded_samples(event_type: EventType) -> list[Recorded]:
    """An entry with all fields said, one with as little as the type allows."""
    full = Recorded(
        originator_id=CHILD,
        originator_version=7,
        event_id=uuid5(CHILD, event_type.topic),
        recorded_at=MOMENT,
        reporter="E06000047",
        findings=("invented-finding", "another-finding"),
        continues=True,
        history=True,
        event=_event(event_type, full=True),
    )
    sparse = Recorded(
        originator_id=CHILD,
        originator_version=1,
        event_id=uuid5(CHILD, f"{event_type.topic} sparse"),
        recorded_at=datetime(1969, 12, 31, tzinfo=UTC),
        reporter="QHM",
        event=_event(event_type, full=False),
    )
    return [full, sparse]


def message_samples() -> dict[str, list[Message]]:
    """By schema name, messages that between them show every state of every field."""
    told = {topic: _told_samples(event_type) for topic, event_type in event_types().items()}
    contact = Contact("duty social worker", "Ivy Invented", "01632 960001", "ivy@invented.example")
    return told | {
        "tombstone.v1": [_message(Told(Item("item-1", "record", {"record": Masked("protected")}), True, False))],
        "opened.v1": [
            _message(
                Opened("local-health", "placement", DAY, "E06000047", "County Durham", Status.YES, (contact, contact))
            ),
            _message(Opened("host-authority", "placement", DAY, "E06000047", "County Durham", Status.UNKNOWN, ())),
        ],
        "withdrawn.v1": [_message(Withdrawn("item-1", ("address", "postcode"), reason)) for reason in Reason],
        "closed.v1": [_message(Closed(DAY, False)), _message(Closed(DAY, True))],
    }


def _event(event_type: EventType, *, full: bool) -> Event:
    return event_type.cls(**{field.name: _stored(field, full) for field in event_type.fields})


def _stored(field: FieldType, full: bool) -> Any:
    if field.optional and not full:
        return None
    if field.may_be_unknown and not full:
        return UNKNOWN
    match field.kind:
        case Kind.REF:
            return uuid5(CHILD, field.name)
        case Kind.REFS:
            return (uuid5(CHILD, field.name), uuid5(CHILD, f"{field.name} too")) if full else ()
        case Kind.THIRD_PARTY:
            return ThirdPartyText("mother", "invented words — «ünïcode»")
        case Kind.EVENT:
            inner = "health-assessment-completed.v1" if full else "released.v1"
            return _event(event_types()[inner], full=full)
        case kind:
            return _plain(field.name, kind, full)


def _plain(name: str, kind: Kind, full: bool) -> Any:
    match kind:
        case Kind.DATE:
            return DAY
        case Kind.MOMENT:
            return MOMENT
        case Kind.NUMBER:
            return 42 if full else 0
        case Kind.FLAG:
            return full
        case Kind.TEXTS | Kind.REFS:
            return ("first", "second") if full else ()
        case _:
            return f"invented {name}"


def _told_samples(event_type: EventType) -> list[Message]:
    fields = told_fields(event_type)
    values: dict[str, Value] = {f.name: _plain(f.name, f.kind, True) for f in fields}
    beside: dict[str, Value] = {"reporter": "E06000047", "findings": ("invented-finding",)}
    states = [
        Told(Item("item-1", event_type.topic, values | beside), False, True),
        Told(Item("item-2", event_type.topic, {f.name: UNKNOWN for f in fields}), True, False),
        Told(Item("item-3", event_type.topic, {f.name: Masked("protected") for f in fields}), False, False),
        Told(Item("item-4", event_type.topic, {}), False, False),
    ]
    return [_message(told) for told in states]


def _message(body: Told | Opened | Withdrawn | Closed) -> Message:
    return Message("message-1", "child-1", DAY, body)
