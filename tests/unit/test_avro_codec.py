"""The event codec: what it refuses, and that everything else comes back as it was. Bytes are refused alike in feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.avro_events import EventCodec
from adapters.avro_feed import FeedCodec
from adapters.avro_schemas import body_schema, event_schema
from adapters.avro_single_object import NewerSchema, SingleObject, Undecodable, Unencodable
from domain.events import (
    Event,
    EventCorrected,
    EventType,
    Field,
    FieldType,
    HealthAssessmentCompleted,
    Kind,
    PlacementMade,
    Released,
    ReleaseDateSet,
    ThirdPartyText,
    event_types,
)
from domain.feed import Item, Masked, Message, Told, Value
from domain.recorded import Recorded
from domain.vocabulary import UNKNOWN, DataClass, Unknown

CHILD = uuid5(NAMESPACE_URL, "an invented child")
SECRET = "Invented Lane 7"

events = EventCodec()
feed = FeedCodec()


def seal(child: UUID, party: str, text: str) -> bytes:
    return f"{child} {party} {text}".encode()


def open_(child: UUID, party: str, sealed: bytes) -> str | None:
    return sealed.decode().removeprefix(f"{child} {party} ")


def recorded(event: Event) -> Recorded:
    return Recorded(
        originator_id=CHILD,
        originator_version=3,
        event_id=uuid5(CHILD, "event"),
        recorded_at=datetime(2024, 3, 1, 9, 30, tzinfo=UTC),
        reporter="E06000047",
        event=event,
    )


def decoded(data: bytes) -> Recorded:
    return events.decode(data, CHILD, 3, open_)


def placement(**fields: Any) -> PlacementMade:
    required = {"urgency": "planned", "placement_type": "U6", "area_authority": "E06000047"}
    return PlacementMade(effective_on=date(2024, 3, 1), **(required | fields))


def told(topic: str, fields: Mapping[str, Value]) -> Message:
    return Message("m", "c", date(2024, 3, 1), Told(Item("i", topic, fields), False, False))


# --- refusals, of bytes

STORED = events.encode(recorded(placement(address=SECRET)), seal)
SENT = feed.encode(told("placement-made.v1", {"address": SECRET}))


@pytest.mark.parametrize("read", [decoded, feed.decode])
def test_an_unknown_fingerprint_asks_for_an_upgrade_and_says_nothing_of_the_content(read: Any) -> None:
    data = bytes.fromhex("c301 0011223344556677") + SECRET.encode()

    with pytest.raises(NewerSchema, match=r"newer version; upgrade before reading .*0011223344556677") as refusal:
        read(data)

    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize("data", [b"", b"\xc3", STORED[:9], b"\xc3\x02" + STORED[2:], b'{"topic": "released.v1"}'])
@pytest.mark.parametrize("read", [decoded, feed.decode])
def test_what_is_no_single_object_is_refused(read: Any, data: bytes) -> None:
    with pytest.raises(Undecodable, match="not an Avro single object"):
        read(data)


@pytest.mark.parametrize(("read", "data"), [(decoded, STORED), (feed.decode, SENT)])
def test_truncated_bytes_are_refused_wherever_they_are_cut(read: Any, data: bytes) -> None:
    for length in range(10, len(data)):
        with pytest.raises(Undecodable, match="PlacementMade_v1") as refusal:
            read(data[:length])
        assert refusal.value.__suppress_context__, "the library's error repeats content"


@pytest.mark.parametrize(("read", "data"), [(decoded, STORED), (feed.decode, SENT)])
def test_bytes_after_the_end_are_refused(read: Any, data: bytes) -> None:
    with pytest.raises(Undecodable, match="bytes follow the end"):
        read(data + b"\0")


@given(st.data())
def test_damaged_bytes_are_refused_or_read_as_something_but_never_fail_otherwise(data: st.DataObject) -> None:
    body = bytearray(STORED)
    for at in data.draw(st.lists(st.integers(10, len(body) - 1), min_size=1, max_size=4)):
        body[at] = data.draw(st.integers(0, 255))

    try:
        entry = decoded(bytes(body))
    except (Undecodable, NewerSchema):
        return
    assert isinstance(entry.event, PlacementMade)


def test_a_replacement_of_another_topic_than_announced_is_refused() -> None:
    inner = events.encode_inner(Released(effective_on=date(2024, 3, 1)), CHILD, seal)

    with pytest.raises(Undecodable, match=r"released\.v1 stands where placement-made\.v1 is announced"):
        events.decode_inner("placement-made.v1", inner, CHILD, open_)


def test_a_replacement_of_a_newer_type_asks_for_an_upgrade() -> None:
    with pytest.raises(NewerSchema):
        events.decode_inner("placement-made.v2", bytes.fromhex("c301 0011223344556677"), CHILD, open_)


# --- refusals, of values


def test_a_moment_without_a_zone_is_not_written() -> None:
    naive = placement(effective_at=datetime(2024, 3, 1, 9, 30))  # noqa: DTZ001

    with pytest.raises(Unencodable, match="field effective_at: a moment needs a time zone"):
        events.encode(recorded(naive), seal)


def test_a_time_of_recording_without_a_zone_is_not_written() -> None:
    naive = replace(recorded(placement()), recorded_at=datetime(2024, 3, 1, 9, 30))  # noqa: DTZ001

    with pytest.raises(Unencodable, match="field recorded_at: a moment needs a time zone"):
        events.encode(naive, seal)


@pytest.mark.parametrize("address", [SECRET.encode(), [SECRET], Masked(SECRET)])
def test_a_value_of_another_type_names_the_field_and_not_the_value(address: Any) -> None:
    with pytest.raises(Unencodable, match="PlacementMade_v1: field address") as refusal:
        events.encode(recorded(placement(address=address)), seal)

    assert SECRET not in str(refusal.value)
    assert refusal.value.__suppress_context__


def test_a_text_that_is_not_unicode_is_not_written_and_not_repeated() -> None:
    with pytest.raises(Unencodable, match="not Unicode") as refusal:
        events.encode(recorded(placement(address=f"{SECRET}\ud800")), seal)

    assert SECRET not in str(refusal.value)


def test_what_is_no_event_type_is_not_written() -> None:
    with pytest.raises(Unencodable, match="Event is no event type"):
        events.encode(recorded(Event(effective_on=date(2024, 3, 1))), seal)


# --- what comes back

TEXTS = st.text(max_size=30)
DATES = st.dates()
MOMENTS = st.datetimes(timezones=st.just(UTC))
UUIDS = st.uuids()


def stored_values(field: FieldType, depth: int) -> st.SearchStrategy[Any]:
    """Every value that a stored field can have."""
    values: st.SearchStrategy[Any]
    match field.kind:
        case Kind.TEXT:
            values = TEXTS
        case Kind.DATE:
            values = DATES
        case Kind.MOMENT:
            values = MOMENTS
        case Kind.NUMBER:
            values = st.integers(-(2**63), 2**63 - 1)
        case Kind.FLAG:
            values = st.booleans()
        case Kind.REF:
            values = UUIDS
        case Kind.TEXTS:
            values = st.lists(TEXTS, max_size=3).map(tuple)
        case Kind.REFS:
            values = st.lists(UUIDS, max_size=3).map(tuple)
        case Kind.THIRD_PARTY:
            values = st.builds(ThirdPartyText, TEXTS, st.none() | TEXTS)
        case Kind.EVENT:
            types = [t for t in event_types().values() if depth or all(f.kind is not Kind.EVENT for f in t.fields)]
            values = st.sampled_from(types).flatmap(lambda t: stored_events(t, depth - 1))
    if field.may_be_unknown:
        values |= st.just(UNKNOWN)
    return values | st.none() if field.optional else values


def stored_events(event_type: EventType, depth: int = 1) -> st.SearchStrategy[Event]:
    return st.builds(event_type.cls, **{f.name: stored_values(f, depth) for f in event_type.fields})


def entries(event_type: EventType) -> st.SearchStrategy[Recorded]:
    return st.builds(
        Recorded,
        originator_id=UUIDS,
        originator_version=st.integers(1, 10_000),
        event_id=UUIDS,
        recorded_at=MOMENTS,
        reporter=TEXTS,
        findings=st.lists(TEXTS, max_size=3).map(tuple),
        continues=st.booleans(),
        history=st.booleans(),
        event=stored_events(event_type),
    )


@pytest.mark.parametrize("topic", event_types())
@given(data=st.data())
def test_an_entry_comes_back_as_it_was(topic: str, data: st.DataObject) -> None:
    entry = data.draw(entries(event_types()[topic]))

    back = events.decode(events.encode(entry, seal), entry.originator_id, entry.originator_version, open_)

    assert back == entry
    for field in entry.event.TYPE.fields:
        before, after = getattr(entry.event, field.name), getattr(back.event, field.name)
        assert type(after) is type(before)
        assert (after is UNKNOWN) == (before is UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherKinds(Event):
    """An invented event with the kinds of field that no real one has yet."""

    count: Annotated[int, Field(None, "a number", "ours")]
    words: Annotated[tuple[str, ...] | None, Field(None, "texts, or none", "ours")] = None
    about: Annotated[tuple[UUID, ...] | Unknown | None, Field(None, "events, unknown or none", "ours")] = None


OTHER_KINDS = EventType("other-kinds", 1, OtherKinds, DataClass.NOTICE, "record", frozenset(), False)


@given(data=st.data())
def test_kinds_of_field_that_no_event_has_yet_come_back_too(data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adapters.avro_events.event_types", lambda: {OTHER_KINDS.topic: OTHER_KINDS})
        codec = EventCodec()
    entry = recorded(data.draw(stored_events(OTHER_KINDS)))

    assert codec.decode(codec.encode(entry, seal), CHILD, 3, open_) == entry


def test_a_moment_of_another_zone_comes_back_as_the_same_moment_in_utc() -> None:
    summer = datetime(2024, 7, 1, 10, 30, tzinfo=timezone(timedelta(hours=1)))

    back = decoded(events.encode(recorded(placement(effective_at=summer)), seal)).event.effective_at

    assert back == summer
    assert back is not None
    assert back.utcoffset() == timedelta(0)


def test_third_party_words_are_nowhere_in_the_bytes_but_sealed() -> None:
    words = ThirdPartyText("mother", SECRET)
    event = HealthAssessmentCompleted(effective_on=date(2024, 3, 1), assessment_kind="initial", third_party=words)
    correction = EventCorrected(effective_on=date(2024, 3, 2), corrects=CHILD, replacement=event)
    asked: list[tuple[UUID, str, str]] = []

    def opaque(child: UUID, party: str, text: str) -> bytes:
        asked.append((child, party, text))
        return b"sealed"

    for said in (event, correction):
        assert SECRET.encode() not in events.encode(recorded(said), opaque)
    assert asked == [(CHILD, "mother", SECRET)] * 2


def test_third_party_words_are_gone_once_their_key_is_destroyed() -> None:
    words = ThirdPartyText("mother", SECRET)
    event = HealthAssessmentCompleted(effective_on=date(2024, 3, 1), assessment_kind="initial", third_party=words)

    back = events.decode(events.encode(recorded(event), seal), CHILD, 3, lambda _child, _party, _sealed: None)

    assert back.event == replace(event, third_party=ThirdPartyText("mother", None))


def test_the_place_in_the_stream_is_not_in_the_bytes() -> None:
    entry = recorded(placement())

    assert events.encode(entry, seal) == events.encode(replace(entry, originator_version=9), seal)


def test_an_event_and_the_same_event_inside_another_have_schemas_of_their_own() -> None:
    outer, inner = (SingleObject(schema(ReleaseDateSet.TYPE)) for schema in (event_schema, body_schema))

    assert outer.header != inner.header
