"""A reader of an older version meets an event of a newer one: it stops and says so, and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from adapters import avro_events, avro_feed, avro_schemas
from adapters.avro_single_object import NewerSchema
from domain.events import EventType, event_types
from gateway.hub import Hub
from tests.support.hubs import CHILD, DURHAM, feeds, record, registered

NEWER = "release-date-set.v2"
RELEASE = {
    "type": "release-date-set",
    "child": CHILD,
    "effective_on": "2026-05-21",
    "release_on": {"unknown": True},
    "next_placement_known": False,
}


@contextmanager
def older_version(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """A version made before the newer event type was."""

    def known() -> Mapping[str, EventType]:
        return {topic: event_type for topic, event_type in event_types().items() if topic != NEWER}

    with patch.context() as older:
        for module in (avro_events, avro_feed, avro_schemas):
            if hasattr(module, "event_types"):
                older.setattr(module, "event_types", known)
        yield


def test_an_older_hub_stops_before_an_event_it_does_not_know_and_goes_on_once_upgraded(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(hub)
    hub.disclose()
    record(hub, DURHAM, RELEASE)
    position, told = hub.feeds.position(), feeds(hub)

    with older_version(monkeypatch):
        older = Hub(hub.settings, hub.clock)
        with pytest.raises(NewerSchema, match="upgrade before reading"):
            older.disclose()
        assert (older.feeds.position(), feeds(older)) == (position, told)
        older.close()

    hub.disclose()
    assert hub.feeds.position() == hub.records.last_position()


def test_an_older_subscriber_refuses_a_message_it_does_not_know(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    registered(hub)
    record(hub, DURHAM, RELEASE)
    hub.disclose()
    messages = [m for _, m in hub.sealed.read(f"{DURHAM}/responsible-authority", 0, 100) if m is not None]
    data = avro_feed.FeedCodec().encode(messages[-1])

    with older_version(monkeypatch), pytest.raises(NewerSchema, match="upgrade before reading"):
        avro_feed.FeedCodec().decode(data)
