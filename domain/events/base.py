"""What an event is: a frozen class whose every field says what it means, how sensitive it is and where that comes from.

The classes are the one definition. Avro schemas, feed schemas, form checks, the policy table and the documentation's field
table are all derived from the `EventType` that `event()` makes of a class.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, ClassVar, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from domain.vocabulary import DataClass, Unknown


class Coarse(StrEnum):
    """What is left of a field under `coarsen`. Coded fields always go to their code list's coarse form."""

    DROP = "drop"
    OUTWARD = "outward"  # a postcode's district: "DH1 5UE" -> "DH1"
    KEEP = "keep"


class Kind(StrEnum):
    """The shapes a field may have; each has one Avro form (schemas/events) and one form check."""

    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    NUMBER = "number"
    FLAG = "flag"
    REF = "ref"
    TEXTS = "texts"
    REFS = "refs"
    THIRD_PARTY = "third_party"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Field:
    """What a field is, beside its type.

    data_class: the class the sharing policy decides by; None means "as the event's own class".
    meaning: one sentence. source: regulation, code list or "ours". unit: where the value has one.
    codes: name of the code list the value must belong to. reveals: the classes of placement and establishment codes that the
    value gives away (an address tells a secure home); it is protected where such a code may not be shown. check: name of a
    form check (`forms.py`).
    """

    data_class: DataClass | None
    meaning: str
    source: str
    unit: str = ""
    codes: str = ""
    coarse: Coarse = Coarse.DROP
    reveals: tuple[DataClass, ...] = ()
    check: str = ""


@dataclass(frozen=True, slots=True)
class ThirdPartyText:
    """Words about someone other than the child; sealed again under that person's own key.

    party: who it is about, as a label within this child's record ("mother"). text: None once that person's key is destroyed.
    """

    party: str
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact about one child. `effective_on` is when it was so, in England; `effective_at` where the law counts hours (UTC)."""

    effective_on: Annotated[date, Field(None, "the day on which this became so", "ours")]
    effective_at: Annotated[
        datetime | None, Field(None, "the moment, where the law counts hours", "ours", unit="UTC")
    ] = None

    TYPE: ClassVar[EventType]


@dataclass(frozen=True, slots=True)
class FieldType:
    """One field of one event type, as derived from its annotation. required: it has no default, so it must be said."""

    name: str
    kind: Kind
    required: bool
    optional: bool
    may_be_unknown: bool
    meta: Field
    data_class: DataClass


@dataclass(frozen=True, slots=True)
class Lasting:
    """A fact that goes on until another of its kind, so that whoever arrives later is told it as what was in force then.

    by: field that tells kinds of the fact apart (each service has its own status); empty: there is one at a time. each: every
    one goes on until it is ended. over: codes of a field with which it no longer goes on. ended_by: names of the events that
    name it and end it.
    """

    by: str = ""
    each: bool = False
    over: tuple[str, frozenset[str]] | None = None
    ended_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class EventType:
    """One version of one kind of event. `topic` is its name for ever; a released topic's fields never change."""

    name: str
    version: int
    cls: type[Event]
    data_class: DataClass
    coarse_name: str
    reporters: frozenset[str]
    shapes_context: bool
    lasting: Lasting | None = None

    @property
    def topic(self) -> str:
        """The versioned name that stored events, schemas and feeds use, for example `placement-made.v1`."""
        return f"{self.name}.v{self.version}"

    @cached_property
    def fields(self) -> tuple[FieldType, ...]:
        """All fields in order of definition, `effective_on` and `effective_at` included."""
        hints = get_type_hints(self.cls, include_extras=True)
        return tuple(_field_type(f, hints[f.name], self.data_class) for f in fields(self.cls))

    @cached_property
    def own_fields(self) -> tuple[FieldType, ...]:
        """The fields but for the two dates, which follow the event's own class."""
        return tuple(f for f in self.fields if f.name not in DATE_FIELDS)

    @cached_property
    def by_name(self) -> Mapping[str, FieldType]:
        """Fields by name."""
        return types.MappingProxyType({f.name: f for f in self.fields})


DATE_FIELDS = ("effective_on", "effective_at")

_REGISTRY: dict[str, EventType] = {}

E = TypeVar("E", bound=Event)


def event(
    topic: str,
    data_class: DataClass,
    *,
    coarse: str,
    by: str,
    shapes_context: bool = True,
    lasting: Lasting | None = None,
) -> Callable[[type[E]], type[E]]:
    """Register an event class under its versioned topic (`placement-made.v1`).

    coarse: the name shown in a tombstone, where the type itself may not be told.
    by: who may report it, space separated: `responsible` (the child's responsible authority), `authority`, `health`, `yot`,
    `school`, `home`, `police`, `hub` (recorded by the hub itself).
    shapes_context: whether it can change relationships, consents or gates; if not, only the event itself can be news.
    lasting: whether it goes on until another of its kind.
    """
    name, _, version = topic.rpartition(".v")

    def register(cls: type[E]) -> type[E]:
        if topic in _REGISTRY:
            raise ValueError(f"two event classes claim the topic {topic}")
        cls.TYPE = EventType(
            name, int(version), cls, data_class, coarse, frozenset(by.split()), shapes_context, lasting
        )
        _REGISTRY[topic] = cls.TYPE
        return cls

    return register


def event_types() -> Mapping[str, EventType]:
    """Every known event type by topic."""
    return types.MappingProxyType(_REGISTRY)


_KINDS: dict[object, Kind] = {
    str: Kind.TEXT,
    date: Kind.DATE,
    datetime: Kind.MOMENT,
    int: Kind.NUMBER,
    bool: Kind.FLAG,
    UUID: Kind.REF,
    tuple[str, ...]: Kind.TEXTS,
    tuple[UUID, ...]: Kind.REFS,
    ThirdPartyText: Kind.THIRD_PARTY,
    Event: Kind.EVENT,
}


def _field_type(declared: dataclasses.Field[Any], hint: Any, event_class: DataClass) -> FieldType:
    name = declared.name
    if get_origin(hint) is not Annotated:
        raise TypeError(f"field {name} carries no Field(...): every field says what it is")
    inner, meta = get_args(hint)[:2]
    members = get_args(inner) if get_origin(inner) in (Union, types.UnionType) else (inner,)
    plain = [m for m in members if m not in (type(None), Unknown)]
    if len(plain) != 1 or plain[0] not in _KINDS or not isinstance(meta, Field):
        raise TypeError(f"field {name} has a type that no schema can carry: {hint}")
    return FieldType(
        name,
        _KINDS[plain[0]],
        declared.default is dataclasses.MISSING,
        type(None) in members,
        Unknown in members,
        meta,
        meta.data_class or event_class,
    )
