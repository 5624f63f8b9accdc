"""Feed messages as desks receive them: Avro single objects under the schemas of `schemas/feed`; as JSON for a person.

The schema of a `told` names the event's type, so it is chosen by the item's topic alone: where that is a coarse name,
the message is a tombstone and its bytes name no type either.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from adapters.avro_schemas import CLOSED, MASKED, OPENED, TOMBSTONE, UNKNOWN, WITHDRAWN, told_fields, told_schema
from adapters.avro_single_object import HEADER_LENGTH, SingleObject, Undecodable, Unencodable, unreadable
from domain.agencies import Contact
from domain.events import EventType, Kind, event_types
from domain.feed import Closed, Item, Masked, Message, Opened, Reason, Status, Told, Value, Withdrawn
from domain.vocabulary import UNKNOWN as UNKNOWN_VALUE

_Word = TypeVar("_Word", bound=StrEnum)

# The class of a field's values in a feed. A `bool` is no number and a `datetime` no date, though Python has it so.
_PYTHON: dict[Kind, type] = {
    Kind.TEXT: str,
    Kind.DATE: date,
    Kind.MOMENT: datetime,
    Kind.NUMBER: int,
    Kind.FLAG: bool,
    Kind.REF: str,
    Kind.TEXTS: tuple,
    Kind.REFS: tuple,
    Kind.THIRD_PARTY: str,
}


class FeedCodec:
    """Writes the messages of a feed and reads them back equal. A field that is absent stays absent."""

    def __init__(self) -> None:
        told = [_told_form(event_type) for event_type in event_types().values()]
        self._told = {form.topic: form for form in told}
        self._tombstone = _ToldForm("", SingleObject(TOMBSTONE), {"record": Masked})
        self._told_by_header = {form.schema.header: form for form in (*told, self._tombstone)}
        self._coarse_names = {event_type.coarse_name for event_type in event_types().values()}
        self._opened = SingleObject(OPENED)
        self._withdrawn = SingleObject(WITHDRAWN)
        self._closed = SingleObject(CLOSED)

    def encode(self, message: Message) -> bytes:
        """The single object of a message. Raises Unencodable, naming the field that its schema has no place for."""
        header = {"id": message.id, "child": message.child, "recorded_on": message.recorded_on}
        match message.body:
            case Told(item, notice, catch_up):
                form = self._form(item.topic)
                told = {"notice": notice, "catch_up": catch_up, "item": item.item, "topic": item.topic}
                return form.schema.write({**header, **told, "fields": form.datum(item.fields)})
            case Withdrawn(item_id, fields, reason):
                return self._withdrawn.write({**header, "item": item_id, "fields": fields, "reason": reason.value})
            case Closed(ended_on, never):
                return self._closed.write({**header, "ended_on": ended_on, "never": never})
            case Opened() as opened:
                return self._opened.write({**header, **_opened_datum(opened)})

    def decode(self, data: bytes) -> Message:
        """The message that `encode` was given. Raises NewerSchema and Undecodable."""
        header = data[:HEADER_LENGTH]
        body: Told | Opened | Withdrawn | Closed
        if form := self._told_by_header.get(header):
            datum = form.schema.read(data)
            self._check_topic(form, datum["topic"])
            item = Item(datum["item"], datum["topic"], form.fields(datum["fields"]))
            body = Told(item, datum["notice"], datum["catch_up"])
        elif header == self._withdrawn.header:
            datum = self._withdrawn.read(data)
            reason = _member(Reason, "reason", datum["reason"])
            body = Withdrawn(datum["item"], tuple(datum["fields"]), reason)
        elif header == self._closed.header:
            datum = self._closed.read(data)
            body = Closed(datum["ended_on"], datum["never"])
        elif header == self._opened.header:
            datum = self._opened.read(data)
            body = _opened(datum)
        else:
            raise unreadable(data)
        return Message(datum["id"], datum["child"], datum["recorded_on"], body)

    def to_json(self, message: Message) -> dict[str, Any]:
        """The message as JSON's types, keys always in the same order (an item's fields: that of their schema).

        masked is {"masked": ground}, unknown {"unknown": true}, a date or moment ISO 8601; what is absent is left out.
        """
        head = {
            "kind": message.kind,
            "id": message.id,
            "child": message.child,
            "recorded_on": message.recorded_on.isoformat(),
        }
        match message.body:
            case Told(item, _, catch_up):
                names = [name for name in self._form(item.topic).classes if name in item.fields]
                fields = {name: _json_value(item.fields[name]) for name in names}
                return {**head, "catch_up": catch_up, "item": item.item, "topic": item.topic, "fields": fields}
            case Withdrawn(item_id, withdrawn, reason):
                return {**head, "item": item_id, "fields": list(withdrawn), "reason": reason.value}
            case Closed(ended_on, never):
                return {**head, "ended_on": ended_on.isoformat(), "never": never}
            case Opened() as opened:
                return {**head, **_opened_datum(opened), "since": opened.since.isoformat()}

    def _form(self, topic: str) -> _ToldForm:
        if topic in self._coarse_names:
            return self._tombstone
        try:
            return self._told[topic]
        except KeyError:
            raise Unencodable("field topic: neither an event's topic nor a coarse name") from None

    def _check_topic(self, form: _ToldForm, topic: str) -> None:
        """A message says its topic twice, by schema and by field; they must agree."""
        right = topic == form.topic if form is not self._tombstone else topic not in self._told
        if not right:
            raise Undecodable(f"{form.schema.name}: the topic is not the schema's")


class _ToldForm:
    """How items of one topic are written: schema, and the fields in its order with the class of their values."""

    __slots__ = ("classes", "schema", "topic")

    def __init__(self, topic: str, schema: SingleObject, classes: Mapping[str, type]) -> None:
        self.topic = topic
        self.schema = schema
        self.classes = classes

    def datum(self, fields: Mapping[str, Value]) -> dict[str, Any]:
        """An item's fields as Avro holds them. Raises Unencodable for a field or value without a place there."""
        datum: dict[str, Any] = {}
        for name, value in fields.items():
            if name not in self.classes:
                raise Unencodable(f"{self.schema.name}: no field {name}")
            if value is UNKNOWN_VALUE:
                datum[name] = (UNKNOWN["name"], {})  # fastavro's notation for a named branch of a union
            elif isinstance(value, Masked):
                masked = {"ground": value.ground}
                datum[name] = masked if self.classes[name] is Masked else (MASKED["name"], masked)
            elif not _is_a(value, self.classes[name]):
                raise Unencodable(f"{self.schema.name}, field {name}: a value of another type than the schema's")
            elif isinstance(value, tuple):
                datum[name] = list(value)
            else:
                datum[name] = value
        return datum

    def fields(self, datum: dict[str, Any]) -> dict[str, Value]:
        """The item's fields that `datum` was made of, in the schema's order."""
        return {name: _value(value) for name, value in datum.items() if value is not None}


def _told_form(event_type: EventType) -> _ToldForm:
    classes = {field.name: _PYTHON[field.kind] for field in told_fields(event_type)}
    classes |= {"reporter": str, "findings": tuple}
    return _ToldForm(event_type.topic, SingleObject(told_schema(event_type)), classes)


def _is_a(value: Any, expected: type) -> bool:
    """Whether a value is of the class, as the schemas see it; a moment must say its zone."""
    if expected is datetime:
        return isinstance(value, datetime) and value.tzinfo is not None
    if expected in (date, int):
        return type(value) is expected
    if expected is tuple:
        return isinstance(value, tuple) and all(isinstance(part, str) for part in value)
    return isinstance(value, expected)


def _value(value: Any) -> Value:
    if isinstance(value, dict):  # a record without fields is `unknown`; `Masked` has its ground
        return Masked(value["ground"]) if value else UNKNOWN_VALUE
    return tuple(value) if isinstance(value, list) else value


def _json_value(value: Value) -> Any:
    if value is UNKNOWN_VALUE:
        return {"unknown": True}
    if isinstance(value, Masked):
        return {"masked": value.ground}
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _opened_datum(opened: Opened) -> dict[str, Any]:
    return {
        "role": opened.role,
        "ground": opened.ground,
        "since": opened.since,
        "responsible_authority": opened.responsible_authority,
        "responsible_authority_name": opened.responsible_authority_name,
        "looked_after": opened.looked_after.value,
        "contacts": [
            {"function": c.function, "name": c.name, "phone": c.phone, "email": c.email} for c in opened.contacts
        ],
    }


def _opened(datum: dict[str, Any]) -> Opened:
    return Opened(
        role=datum["role"],
        ground=datum["ground"],
        since=datum["since"],
        responsible_authority=datum["responsible_authority"],
        responsible_authority_name=datum["responsible_authority_name"],
        looked_after=_member(Status, "looked_after", datum["looked_after"]),
        contacts=tuple(Contact(**contact) for contact in datum["contacts"]),
    )


def _member(words: type[_Word], name: str, text: str) -> _Word:
    try:
        return words(text)
    except ValueError:
        raise Undecodable(f"field {name}: none of {', '.join(words)}") from None
