"""Events as they are stored and relayed: Avro single objects under the schemas of `schemas/events`.

Words about a third party are sealed under that person's own key before they are written: they can be erased alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from adapters.avro_schemas import UNKNOWN as UNKNOWN_TYPE
from adapters.avro_schemas import body_schema, event_schema
from adapters.avro_single_object import HEADER_LENGTH, SingleObject, Undecodable, Unencodable, unreadable
from domain.events import Event, EventType, FieldType, Kind, ThirdPartyText, event_types
from domain.recorded import Recorded
from domain.vocabulary import UNKNOWN

SealThirdParty = Callable[[UUID, str, str], bytes]
"""(the child's stream, the party's label, the text) -> the sealed text, never empty."""

OpenThirdParty = Callable[[UUID, str, bytes], str | None]
"""(the child's stream, the party's label, the sealed text) -> the text, or None once the party's key is destroyed."""

_Write = Callable[[Any, UUID, SealThirdParty], Any]
_Read = Callable[[Any, UUID, OpenThirdParty], Any]

# fastavro's notation for a named branch of a union; it is read back as {}.
_UNKNOWN: Final[tuple[str, dict[str, Any]]] = (UNKNOWN_TYPE["name"], {})
_NOTHING_LEFT: Final = b""  # in the place of a third party's sealed words, once there is nothing to seal


class EventCodec:
    """Writes entries of a stream and reads them back equal. Knows every version of every event that has a class."""

    def __init__(self) -> None:
        forms = [_Form(event_type, self) for event_type in event_types().values()]
        self._by_class = {form.cls: form for form in forms}
        self._stored = {form.stored.header: form for form in forms}
        self._inner = {form.inner.header: form for form in forms}

    def encode(self, recorded: Recorded, seal: SealThirdParty) -> bytes:
        """The single object of one entry; its place in the stream is not part of it. Raises Unencodable."""
        form = self._form(recorded.event)
        child = recorded.originator_id
        datum = form.datum(recorded.event, child, seal)
        datum["event_id"] = recorded.event_id.bytes
        datum["recorded_at"] = _with_zone("recorded_at", recorded.recorded_at)
        datum["reporter"] = recorded.reporter
        datum["findings"] = recorded.findings
        datum["continues"] = recorded.continues
        datum["history"] = recorded.history
        return form.stored.write(datum)

    def decode(self, data: bytes, originator_id: UUID, originator_version: int, open_: OpenThirdParty) -> Recorded:
        """The entry that `encode` was given. Raises NewerSchema and Undecodable."""
        form = self._stored.get(data[:HEADER_LENGTH])
        if form is None:
            raise unreadable(data)
        datum = form.stored.read(data)
        return Recorded(
            originator_id=originator_id,
            originator_version=originator_version,
            event_id=UUID(bytes=datum.pop("event_id")),
            recorded_at=datum.pop("recorded_at"),
            reporter=datum.pop("reporter"),
            findings=tuple(datum.pop("findings")),
            continues=datum.pop("continues"),
            history=datum.pop("history"),
            event=form.event(datum, originator_id, open_),
        )

    def encode_inner(self, event: Event, child: UUID, seal: SealThirdParty) -> bytes:
        """The single object of an event that stands inside another, without an envelope."""
        form = self._form(event)
        return form.inner.write(form.datum(event, child, seal))

    def decode_inner(self, topic: str, data: bytes, child: UUID, open_: OpenThirdParty) -> Event:
        """The event that `encode_inner` was given; `topic` must be its own."""
        form = self._inner.get(data[:HEADER_LENGTH])
        if form is None:
            raise unreadable(data)
        if form.topic != topic:
            raise Undecodable(f"an event of type {form.topic} stands where {topic} is announced")
        return form.event(form.inner.read(data), child, open_)

    def _form(self, event: Event) -> _Form:
        try:
            return self._by_class[type(event)]
        except KeyError:
            raise Unencodable(f"{type(event).__name__} is no event type") from None


class _Form:
    """How one event type is written and read: its two schemas, and the fields that Avro and Python hold differently.

    All other fields pass through untouched; that is what keeps the codec near the speed of bare fastavro.
    """

    __slots__ = ("_names", "_readers", "_values", "_writers", "cls", "inner", "stored", "topic")

    def __init__(self, event_type: EventType, codec: EventCodec) -> None:
        self.cls = event_type.cls
        self.topic = event_type.topic
        self.stored = SingleObject(event_schema(event_type))
        self.inner = SingleObject(body_schema(event_type))
        self._names = tuple(field.name for field in event_type.fields)
        self._values = attrgetter(*self._names)
        writers = ((field, _writer(field, codec)) for field in event_type.fields)
        readers = ((field, _reader(field, codec)) for field in event_type.fields)
        self._writers = [(field.name, write) for field, write in writers if write or field.may_be_unknown]
        self._readers = [(field.name, read) for field, read in readers if read or field.may_be_unknown]

    def datum(self, event: Event, child: UUID, seal: SealThirdParty) -> dict[str, Any]:
        """The event's fields as Avro holds them."""
        datum = dict(zip(self._names, self._values(event), strict=True))
        for name, write in self._writers:
            value = datum[name]
            if value is UNKNOWN:
                datum[name] = _UNKNOWN
            elif write is not None and value is not None:
                datum[name] = write(value, child, seal)
        return datum

    def event(self, datum: dict[str, Any], child: UUID, open_: OpenThirdParty) -> Event:
        """The event of a datum that holds its fields and nothing else."""
        for name, read in self._readers:
            value = datum[name]
            if value == {}:
                datum[name] = UNKNOWN
            elif read is not None and value is not None:
                datum[name] = read(value, child, open_)
        return self.cls(**datum)


def _writer(field: FieldType, codec: EventCodec) -> _Write | None:
    """How a value of this field becomes Avro's; None where it is the same in both."""
    match field.kind:
        case Kind.MOMENT:
            return lambda value, _child, _seal: _with_zone(field.name, value)
        case Kind.REF:
            return lambda value, _child, _seal: value.bytes
        case Kind.TEXTS:
            return lambda value, _child, _seal: list(value)  # in a union, fastavro reads a tuple as (branch, value)
        case Kind.REFS:
            return lambda value, _child, _seal: [ref.bytes for ref in value]
        case Kind.THIRD_PARTY:
            return _seal_words
        case Kind.EVENT:
            return lambda value, child, seal: {
                "topic": value.TYPE.topic,
                "body": codec.encode_inner(value, child, seal),
            }
        case _:
            return None


def _reader(field: FieldType, codec: EventCodec) -> _Read | None:
    """How an Avro value of this field becomes Python's; None where it is the same in both."""
    match field.kind:
        case Kind.REF:
            return lambda value, _child, _open: UUID(bytes=value)
        case Kind.TEXTS:
            return lambda value, _child, _open: tuple(value)
        case Kind.REFS:
            return lambda value, _child, _open: tuple(UUID(bytes=ref) for ref in value)
        case Kind.THIRD_PARTY:
            return _open_words
        case Kind.EVENT:
            return lambda value, child, open_: codec.decode_inner(value["topic"], value["body"], child, open_)
        case _:
            return None


def _seal_words(value: ThirdPartyText, child: UUID, seal: SealThirdParty) -> dict[str, Any]:
    sealed = _NOTHING_LEFT if value.text is None else seal(child, value.party, value.text)
    return {"party": value.party, "sealed": sealed}


def _open_words(value: dict[str, Any], child: UUID, open_: OpenThirdParty) -> ThirdPartyText:
    party, sealed = value["party"], value["sealed"]
    return ThirdPartyText(party, None if sealed == _NOTHING_LEFT else open_(child, party, sealed))


def _with_zone(name: str, moment: datetime) -> datetime:
    """The moment as it is. Without a zone fastavro would take it for this machine's local time."""
    if moment.tzinfo is None:
        raise Unencodable(f"field {name}: a moment needs a time zone (stored in UTC, whole microseconds)")
    return moment
