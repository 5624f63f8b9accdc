"""That what is looked at in the end would show: planted losses, repeats and changes, each found by its check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, update

from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import EVENTS, audience_of, entry_record
from adapters.sql_engine import make_engine
from adapters.sql_feeds import FEED, NUMBERS
from adapters.sql_views import ROWS
from domain.vocabulary import Audience
from gateway.hub import Hub
from gateway.settings import Settings
from tests.bench.world import NOW
from tests.chaos import verify
from tests.chaos.expected import feeds_due, stored_entries
from tests.support.hubs import HOST, registered

Topics = dict[str, list[Any]]
NOBODY = KafkaConnection("127.0.0.1:1")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with Hub(Settings(tmp_path / "data"), clock=lambda: NOW) as made:
        registered(made)
        made.disclose()
        for desk in made.feeds.audiences():
            made.project(Audience.parse(desk))
        made.positions.move("projection", 0, made.feeds.position())
        yield made


@pytest.fixture
def topics(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Topics:
    """Topics as they should be at the end of a run."""
    held: Topics = {EVENTS: []}
    for offset, (position, stored) in enumerate(hub.records.notifications_raw(0, 1000)):
        record = entry_record(position, stored, 0, position - 1)
        held[EVENTS].append(
            SimpleNamespace(partition=0, offset=offset, key=record.key, value=record.value, headers=record.headers)
        )
    for desk, due in feeds_due(hub, stored_entries(hub)).items():
        held[desk] = [
            SimpleNamespace(
                offset=n,
                key=message.ref.encode(),
                value=message.body,
                headers=[("ce_sequence", b"%d" % (n + 1)), ("ce_id", message.message_id.encode())],
            )
            for n, message in enumerate(due)
        ]
    monkeypatch.setattr(verify, "everything", lambda _, name: held[name if name == EVENTS else str(audience_of(name))])
    return held


def wrong(hub: Hub, acknowledged: list[tuple[UUID, UUID]] | None = None) -> list[str]:
    return list(verify.faults(hub, NOBODY, acknowledged or [], Random(1)))


def carried_out(hub: Hub, statement: Any) -> None:
    engine = make_engine(hub.settings.hub)
    with engine.begin() as connection:
        assert connection.execute(statement).rowcount
    engine.dispose()


def test_a_run_in_which_all_held_shows_nothing(hub: Hub, topics: Topics) -> None:
    assert len(topics[HOST]) > 2
    assert wrong(hub) == []


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        (update(FEED).where(FEED.c.ordinal == 0).values(body=None), "is not the message that is due"),
        (delete(NUMBERS).where(NUMBERS.c.number == 2), "numbers where 1 to"),
        (update(NUMBERS).where(NUMBERS.c.number == 2).values(number=99), "numbers where 1 to"),
        (insert(NUMBERS).values(audience=99, number=1, position=1, ordinal=0), "numbers has"),
        (delete(ROWS), "rows differ"),
    ],
)
def test_damage_in_the_database_is_shown(hub: Hub, topics: Topics, statement: Any, shown: str) -> None:  # noqa: ARG001
    carried_out(hub, statement)

    assert any(shown in one for one in wrong(hub))


def swapped(records: list[Any]) -> None:
    records[0], records[1] = records[1], records[0]


def changed(records: list[Any]) -> None:
    records[-1].value = b"something else"


def wrongly_linked(records: list[Any]) -> None:
    records[-1].headers = [(n, b"1" if n == "ce_previous" else value) for n, value in records[-1].headers]


@pytest.mark.parametrize(
    ("topic", "damage"),
    [(t, d) for t in (EVENTS, HOST) for d in (list.pop, changed)] + [(HOST, swapped), (EVENTS, wrongly_linked)],
)
def test_damage_on_a_topic_is_shown(
    hub: Hub, topics: Topics, topic: str, damage: Callable[[list[Any]], object]
) -> None:
    damage(topics[topic])

    assert len(wrong(hub)) == 1


def test_a_repeat_is_one_on_the_events_topic_and_a_fault_on_a_desks(hub: Hub, topics: Topics) -> None:
    topics[EVENTS].append(topics[EVENTS][0])
    assert wrong(hub) == []

    topics[HOST].append(topics[HOST][0])
    assert len(wrong(hub)) == 1


def test_a_submission_that_was_acknowledged_and_is_not_stored_is_shown(hub: Hub, topics: Topics) -> None:  # noqa: ARG001
    assert len(wrong(hub, [(UUID(int=1), UUID(int=2))])) == 1
