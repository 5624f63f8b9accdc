"""The Avro schemas of stored events and of feed messages, derived from the event classes. Their files: `avro_files.py`.

Bytes hold values by position and name their schema by its fingerprint, so a released schema never changes: another
field, order or type is another version of the event.
"""

from __future__ import annotations

from typing import Any

from domain.events import EventType, FieldType, Kind, event_types

Schema = dict[str, Any]

DATE: Schema = {"type": "int", "logicalType": "date"}
MOMENT: Schema = {"type": "long", "logicalType": "timestamp-micros"}
TEXTS: Schema = {"type": "array", "items": "string"}
UUID_BYTES: Schema = {"type": "fixed", "name": "throughline.Uuid", "size": 16, "doc": "the bytes of a UUID (RFC 9562)"}
ABSENT: Schema = {"default": None}
UNKNOWN: Schema = {"type": "record", "name": "throughline.Unknown", "doc": "asked for, and not known", "fields": []}


def _record(name: str, doc: str, *fields: Schema, **words: str) -> Schema:
    return {"type": "record", "name": name, "doc": doc, **words, "fields": list(fields)}


def _field(name: str, type_: Any, doc: str) -> Schema:
    return {"name": name, "type": type_, "doc": doc}


def _named_once(schema: Schema) -> Schema:
    """The schema with each named type spelled out where it first stands and named afterwards, as Avro demands."""
    seen: set[str] = set()

    def visit(node: Any) -> Any:
        if isinstance(node, list):
            return [visit(part) for part in node]
        if not isinstance(node, dict):
            return node
        if node.get("type") in ("record", "fixed"):
            if node["name"] in seen:
                return node["name"]
            seen.add(node["name"])
        return {key: visit(value) for key, value in node.items()}

    named: Schema = visit(schema)
    return named


THIRD_PARTY = _record(
    "throughline.ThirdParty",
    "words about someone other than the child",
    _field("party", "string", "who it is about, as a label within this child's record"),
    _field("sealed", "bytes", "the words, sealed under that person's own key; empty once nothing is left of them"),
)
REPLACEMENT = _record(
    "throughline.Replacement",
    "an event as it should have been",
    _field("topic", "string", "its versioned topic"),
    _field("body", "bytes", "single-object encoding under its schema without the envelope, named throughline.bodies.*"),
)
MASKED = _record(
    "throughline.feed.Masked",
    "something stands here and may not be told",
    _field("ground", "string", "why, coarsely; never names the hidden kind"),
)

_STORED: dict[Kind, Any] = {
    Kind.TEXT: "string",
    Kind.DATE: DATE,
    Kind.MOMENT: MOMENT,
    Kind.NUMBER: "long",
    Kind.FLAG: "boolean",
    Kind.REF: UUID_BYTES,
    Kind.TEXTS: TEXTS,
    Kind.REFS: {"type": "array", "items": UUID_BYTES},
    Kind.THIRD_PARTY: THIRD_PARTY,
    Kind.EVENT: REPLACEMENT,
}

# What a desk is sent: pairwise references instead of ids, and the coarse text instead of a third party's words.
_TOLD: dict[Kind, Any] = {
    **_STORED,
    Kind.REF: "string",
    Kind.REFS: TEXTS,
    Kind.THIRD_PARTY: "string",
}

ENVELOPE = (
    _field("event_id", UUID_BYTES, "the event's id, never reused"),
    _field("recorded_at", MOMENT, "when the hub learnt it (UTC)"),
    _field("reporter", "string", "code of the agency that said it"),
    _field("findings", TEXTS, "codes of what did not fit with the history then"),
    _field("continues", "boolean", "more entries of the same submission follow"),
    _field("history", "boolean", "loaded as history: starts no clock and asks nobody to acknowledge"),
)


def event_schema(event_type: EventType) -> Schema:
    """The schema of a stored event: the envelope, then the event's fields.

    Raises ValueError when a field has the name of an envelope field.
    """
    taken = {field["name"] for field in ENVELOPE} & event_type.by_name.keys()
    if taken:
        raise ValueError(f"{event_type.topic}: the envelope has the name {', '.join(sorted(taken))} already")
    return _event_record("throughline.events", event_type, *ENVELOPE)


def body_schema(event_type: EventType) -> Schema:
    """The schema of an event that stands inside another (`Replacement`): the event's fields alone."""
    return _event_record("throughline.bodies", event_type)


def told_schema(event_type: EventType) -> Schema:
    """The schema of a `told` or `notice` about an event of this type: each field absent, unknown, masked or a value.

    Raises ValueError when a field has the name of what is told beside the fields (`reporter`, `findings`).
    """
    name = _record_name(event_type)
    beside = (
        _field("reporter", _four_states("string"), "code of the agency that said it") | ABSENT,
        _field("findings", ["null", TEXTS], "what did not fit with the history; responsible authority only") | ABSENT,
    )
    taken = {field["name"] for field in beside} & event_type.by_name.keys()
    if taken:
        raise ValueError(f"{event_type.topic}: a told item has the name {', '.join(sorted(taken))} already")
    fields = [
        {"name": f.name, "type": _four_states(_TOLD[f.kind]), **ABSENT, **_words(f)} for f in told_fields(event_type)
    ]
    item = _record(f"throughline.feed.{name}_Fields", "null: nothing stands here for this desk", *fields, *beside)
    return _told_record(f"throughline.feed.{name}", _summary(event_type), item)


def told_fields(event_type: EventType) -> tuple[FieldType, ...]:
    """The event's fields that a feed can carry: all but an event inside it, which is told as itself."""
    return tuple(f for f in event_type.fields if f.kind is not Kind.EVENT)


def event_schemas() -> dict[str, Schema]:
    """By topic, the schema of every event type: the files of `schemas/events`."""
    return {topic: event_schema(event_type) for topic, event_type in sorted(event_types().items())}


def feed_schemas() -> dict[str, Schema]:
    """By name, the schema of every message a feed can hold: the files of `schemas/feed`."""
    told = {topic: told_schema(event_type) for topic, event_type in sorted(event_types().items())}
    return told | {"tombstone.v1": TOMBSTONE, "opened.v1": OPENED, "withdrawn.v1": WITHDRAWN, "closed.v1": CLOSED}


def _event_record(namespace: str, event_type: EventType, *envelope: Schema) -> Schema:
    fields = [_stored_field(f) for f in event_type.fields]
    name = f"{namespace}.{_record_name(event_type)}"
    return _named_once(_record(name, _summary(event_type), *envelope, *fields, dataClass=event_type.data_class.value))


def _stored_field(field: FieldType) -> Schema:
    branches = [_STORED[field.kind]]
    if field.optional:
        branches.insert(0, "null")
    if field.may_be_unknown:
        branches.append(UNKNOWN)
    default = ABSENT if field.optional else {}
    return {"name": field.name, "type": branches if len(branches) > 1 else branches[0], **default, **_words(field)}


def _four_states(type_: Any) -> list[Any]:
    """Absent, a value, unknown, or masked."""
    return ["null", type_, UNKNOWN, MASKED]


def _words(field: FieldType) -> Schema:
    """What explains a field and has no part in its bytes."""
    unit = f" ({field.meta.unit})" if field.meta.unit else ""
    codes = {"codes": field.meta.codes} if field.meta.codes else {}
    return {
        "doc": field.meta.meaning + unit,
        "dataClass": field.data_class.value,
        "source": field.meta.source,
        **codes,
    }


def _summary(event_type: EventType) -> str:
    return (event_type.cls.__doc__ or "").strip().partition("\n")[0]


def _record_name(event_type: EventType) -> str:
    """`placement-made.v1` as Avro allows it: `PlacementMade_v1`."""
    return "".join(word.capitalize() for word in event_type.name.split("-")) + f"_v{event_type.version}"


def _message_record(name: str, doc: str, *fields: Schema) -> Schema:
    header = (
        _field("id", "string", "the message's id, this desk's own; the same again is a repeat"),
        _field("child", "string", "this desk's own reference of the child"),
        _field("recorded_on", DATE, "day of the news (UTC)"),
    )
    return _named_once(_record(name, doc, *header, *fields))


def _told_record(name: str, doc: str, fields: Schema) -> Schema:
    return _message_record(
        name,
        doc,
        _field("notice", "boolean", "the law wants it acknowledged"),
        _field("catch_up", "boolean", "history, told because a relationship began, or loaded late"),
        _field("item", "string", "the item's id, this desk's own; replaces what was told of the same item before"),
        _field("topic", "string", "the event's versioned topic; a coarse name in a tombstone"),
        _field("fields", fields, "the permitted part of the event"),
    )


TOMBSTONE = _told_record(
    "throughline.feed.Tombstone_v1",
    "Something stands here, in its place in the order; neither the thing nor its kind may be told.",
    _record(
        "throughline.feed.Tombstone_v1_Fields",
        "all that is left of the event",
        _field("record", MASKED, "what stands here"),
    ),
)
CONTACT = _record(
    "throughline.feed.Contact",
    "whom to ring at a desk",
    _field("function", "string", "what the person does there"),
    _field("name", "string", "the person's name"),
    _field("phone", "string", "at work"),
    _field("email", "string", "at work"),
)
OPENED = _message_record(
    "throughline.feed.Opened_v1",
    "A relationship between this desk and the child began.",
    _field("role", "string", "in what role"),
    _field("ground", "string", "on what ground"),
    _field("since", DATE, "since when"),
    _field("responsible_authority", "string", "the responsible authority (ONS code)"),
    _field("responsible_authority_name", "string", "its name"),
    _field("looked_after", "string", "whether the child was looked after then: yes, no or unknown"),
    _field("contacts", {"type": "array", "items": CONTACT}, "whom to ring"),
)
WITHDRAWN = _message_record(
    "throughline.feed.Withdrawn_v1",
    "Fields of an item are taken back: delete them, and say that you did. What remains follows in a `told`.",
    _field("item", "string", "the item's id, this desk's own"),
    _field("fields", TEXTS, "names of the fields taken back"),
    _field("reason", "string", "corrected, retracted or no-longer-shared"),
)
CLOSED = _message_record(
    "throughline.feed.Closed_v1",
    "The relationship ended.",
    _field("ended_on", DATE, "on this day"),
    _field("never", "boolean", "it never really existed; everything told under it is withdrawn"),
)
