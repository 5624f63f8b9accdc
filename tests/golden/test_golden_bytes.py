"""Bytes of every released schema decode for ever, to what they meant when they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.avro_events import EventCodec
from adapters.avro_feed import FeedCodec
from adapters.avro_schemas import event_schemas, feed_schemas
from tests.golden.record import GOLDEN, examples, recorded_json
from tests.golden.samples import CHILD, open_, seal

EVENTS = sorted((GOLDEN / "events").glob("*.hex"))
FEED = sorted((GOLDEN / "feed").glob("*.hex"))

events = EventCodec()
feed = FeedCodec()


def test_every_event_type_has_golden_bytes() -> None:
    assert {file.stem for file in EVENTS} == set(event_schemas()), "run `python -m tests.golden.record`"


def test_every_feed_message_has_golden_bytes() -> None:
    assert {file.stem for file in FEED} == set(feed_schemas()), "run `python -m tests.golden.record`"


@pytest.mark.parametrize("file", EVENTS, ids=lambda file: file.stem)
def test_golden_events_decode_to_what_they_meant(file: Path) -> None:
    for data, meaning in examples(file):
        recorded = events.decode(data, CHILD, 7, open_)

        assert recorded_json(recorded) == meaning
        assert (recorded.originator_id, recorded.originator_version) == (CHILD, 7)


@pytest.mark.parametrize("file", EVENTS, ids=lambda file: file.stem)
def test_a_golden_event_is_written_again_as_the_same_bytes(file: Path) -> None:
    for data, _ in examples(file):
        assert events.encode(events.decode(data, CHILD, 7, open_), seal) == data


@pytest.mark.parametrize("file", FEED, ids=lambda file: file.stem)
def test_golden_messages_decode_to_what_they_meant(file: Path) -> None:
    for data, meaning in examples(file):
        assert feed.to_json(feed.decode(data)) == meaning


@pytest.mark.parametrize("file", FEED, ids=lambda file: file.stem)
def test_a_golden_message_is_written_again_as_the_same_bytes(file: Path) -> None:
    for data, _ in examples(file):
        assert feed.encode(feed.decode(data)) == data
