"""The feed codec: what it never sends, and that everything else comes back as it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.avro_feed import FeedCodec
from adapters.avro_schemas import told_fields, told_schema
from adapters.avro_single_object import SingleObject, Undecodable, Unencodable
from domain.agencies import Contact
from domain.events import EventType, Kind, PlacementMade, event_types
from domain.feed import Closed, Item, Masked, Message, Opened, Reason, Status, Told, Value, Withdrawn
from domain.vocabulary import UNKNOWN

SECRET = "Invented Lane 7"

feed = FeedCodec()


def told(topic: str, fields: Mapping[str, Value]) -> Message:
    return Message("m", "c", date(2024, 3, 1), Told(Item("i", topic, fields), False, False))


# --- refusals


@pytest.mark.parametrize("topic", ["released.v1", "record"])
def test_a_message_whose_topic_is_not_its_schemas_is_refused(topic: str) -> None:
    head = {"id": "m", "child": "c", "recorded_on": date(2024, 3, 1), "notice": False, "catch_up": False, "item": "i"}
    forged = SingleObject(told_schema(PlacementMade.TYPE)).write({**head, "topic": topic, "fields": {}})

    with pytest.raises(Undecodable, match="the topic is not the schema's"):
        feed.decode(forged)


@pytest.mark.parametrize("topic", ["placement-made.v2", "placement", ""])
def test_a_topic_that_is_neither_an_events_nor_a_coarse_name_is_not_sent(topic: str) -> None:
    with pytest.raises(Unencodable, match="field topic"):
        feed.encode(told(topic, {}))


def test_a_field_without_a_place_in_the_schema_is_not_sent() -> None:
    with pytest.raises(Unencodable, match="PlacementEnded_v1: no field address"):
        feed.encode(told("placement-ended.v1", {"address": SECRET}))


def test_an_event_inside_another_is_never_sent() -> None:
    with pytest.raises(Unencodable, match="no field replacement"):
        feed.encode(told("event-corrected.v1", {"replacement": SECRET}))


@pytest.mark.parametrize(
    ("topic", "fields"),
    [
        ("placement-made.v1", {"address": 7}),
        ("placement-made.v1", {"address": None}),
        ("placement-made.v1", {"effective_on": datetime(2024, 3, 1, tzinfo=UTC)}),
        ("placement-made.v1", {"effective_on": "2024-03-01"}),
        ("placement-made.v1", {"effective_at": date(2024, 3, 1)}),
        ("placement-made.v1", {"effective_at": datetime(2024, 3, 1)}),  # noqa: DTZ001
        ("placement-made.v1", {"findings": ("a", 1)}),
        ("placement-made.v1", {"findings": UNKNOWN}),
        ("custody-entered.v1", {"health_needs": 1}),
        ("placement-ended.v1", {"placement": uuid5(NAMESPACE_URL, "an event")}),
        ("record", {}),
        ("record", {"record": "protected"}),
        ("record", {"record": UNKNOWN}),
        ("record", {"record": Masked("protected"), "effective_on": date(2024, 3, 1)}),
    ],
)
def test_a_feed_value_of_another_type_is_not_sent(topic: str, fields: Any) -> None:
    with pytest.raises(Unencodable):
        feed.encode(told(topic, fields))


# --- what comes back

TEXTS = st.text(max_size=30)
DATES = st.dates()
MOMENTS = st.datetimes(timezones=st.just(UTC))


def feed_values(kind: Kind) -> st.SearchStrategy[Value]:
    """Every value that a field of this kind can have in a feed."""
    values: st.SearchStrategy[Value]
    match kind:
        case Kind.DATE:
            values = DATES
        case Kind.MOMENT:
            values = MOMENTS
        case Kind.NUMBER:
            values = st.integers(-(2**63), 2**63 - 1)
        case Kind.FLAG:
            values = st.booleans()
        case Kind.TEXTS | Kind.REFS:
            values = st.lists(TEXTS, max_size=3).map(tuple)
        case _:
            values = TEXTS
    return values | st.just(UNKNOWN) | st.builds(Masked, TEXTS)


def items(event_type: EventType) -> st.SearchStrategy[Item]:
    fields = {f.name: feed_values(f.kind) for f in told_fields(event_type)}
    beside = {"reporter": feed_values(Kind.TEXT), "findings": st.lists(TEXTS, max_size=3).map(tuple)}
    return st.builds(Item, TEXTS, st.just(event_type.topic), st.fixed_dictionaries({}, optional=fields | beside))


TOMBSTONES = st.builds(
    Item, TEXTS, st.sampled_from(["record", "notice"]), st.builds(lambda ground: {"record": Masked(ground)}, TEXTS)
)
CONTACTS = st.lists(st.builds(Contact, TEXTS, TEXTS, TEXTS, TEXTS), max_size=3).map(tuple)
OTHER_BODIES = st.one_of(
    st.builds(Told, TOMBSTONES, st.booleans(), st.booleans()),
    st.builds(Opened, TEXTS, TEXTS, DATES, TEXTS, TEXTS, st.sampled_from(Status), CONTACTS),
    st.builds(Withdrawn, TEXTS, st.lists(TEXTS, max_size=3).map(tuple), st.sampled_from(Reason)),
    st.builds(Closed, DATES, st.booleans()),
)


@pytest.mark.parametrize("topic", event_types())
@given(data=st.data())
def test_a_told_message_comes_back_as_it_was(topic: str, data: st.DataObject) -> None:
    body = st.builds(Told, items(event_types()[topic]), st.booleans(), st.booleans())
    message = data.draw(st.builds(Message, TEXTS, TEXTS, DATES, body))

    back = feed.decode(feed.encode(message))

    assert back == message
    assert isinstance(message.body, Told)
    assert isinstance(back.body, Told)
    fields = message.body.item.fields
    assert {name: type(value) for name, value in back.body.item.fields.items()} == {
        n: type(v) for n, v in fields.items()
    }


@given(st.builds(Message, TEXTS, TEXTS, DATES, OTHER_BODIES))
def test_every_other_message_comes_back_as_it_was(message: Message) -> None:
    assert feed.decode(feed.encode(message)) == message


def test_the_bytes_of_a_tombstone_do_not_depend_on_what_they_stand_for() -> None:
    tombstone = feed.encode(told("record", {"record": Masked("protected")}))

    named = [SingleObject(told_schema(event_type)).header for event_type in event_types().values()]
    assert not tombstone.startswith(tuple(named))


def test_the_order_in_which_fields_were_put_together_does_not_show() -> None:
    one = told("placement-made.v1", {"address": SECRET, "effective_on": date(2024, 3, 1)})
    other = told("placement-made.v1", {"effective_on": date(2024, 3, 1), "address": SECRET})

    assert feed.encode(one) == feed.encode(other)
    assert list(feed.to_json(one)["fields"]) == list(feed.to_json(other)["fields"]) == ["effective_on", "address"]


def test_json_tells_the_four_states_apart() -> None:
    fields: dict[str, Value] = {"address": Masked("protected"), "postcode": UNKNOWN, "effective_on": date(2024, 3, 1)}

    assert feed.to_json(told("placement-made.v1", fields)) == {
        "kind": "told",
        "id": "m",
        "child": "c",
        "recorded_on": "2024-03-01",
        "catch_up": False,
        "item": "i",
        "topic": "placement-made.v1",
        "fields": {"effective_on": "2024-03-01", "address": {"masked": "protected"}, "postcode": {"unknown": True}},
    }
