"""Hints that there is something new: they come with the commit, they never raise, and a wait always ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from threading import Event, Thread
from time import monotonic

import pytest

from adapters.avro_events import EventCodec
from adapters.eventsourcing_store import ChildRecords, postgres_settings
from adapters.hub_secret import HubSecret
from adapters.postgres_hints import EVENTS_APPENDED, FEEDS_NUMBERED, Hints
from adapters.sql_feeds import SqlFeeds
from adapters.sql_migrations import HUB_SCHEMA, KEYS_SCHEMA, Tables
from adapters.subject_keys import SubjectKeys
from infra.ports import free_ports
from tests.contracts.event_store_contract import CHILD, REGISTERED, Record, stream_of
from tests.contracts.test_feeds import entry, work
from tests.support.databases import ON_BOTH, cut_connections

LONG = 30.0  # s: a wait that is ended by nothing but its time would fail its test


@pytest.fixture
def feeds(postgres_url: str) -> Iterator[SqlFeeds]:
    with closing(Tables(postgres_url, HUB_SCHEMA)) as tables:
        yield SqlFeeds(tables.prepare())


def listening(url: str, channel: str) -> Hints:
    """Hints whose first wait, which returns at once because it may have missed something, is over."""
    hints = Hints(url, channel)
    assert waited(hints, LONG) < LONG
    return hints


def waited(hints: Hints, seconds: float) -> float:
    began = monotonic()
    hints.wait(seconds)
    return monotonic() - began


def test_a_server_that_does_not_answer_makes_a_wait_no_error() -> None:
    [port] = free_ports(1)
    with closing(Hints(f"postgresql://someone@127.0.0.1:{port}/nowhere", FEEDS_NUMBERED)) as hints:
        assert waited(hints, 0.3) >= 0.3


def test_a_session_that_the_server_ended_is_replaced(feeds: SqlFeeds, postgres_url: str) -> None:
    with closing(listening(postgres_url, FEEDS_NUMBERED)) as hints:
        cut_connections(postgres_url)
        assert waited(hints, 0.3) >= 0.3
        hints.wait(LONG)  # listens again
        feeds.commit(work(0, 1, entry(1, 0)))
        feeds.sequence()
        assert waited(hints, LONG) < LONG


def test_without_a_hint_a_wait_takes_its_time(postgres_url: str) -> None:
    with closing(listening(postgres_url, FEEDS_NUMBERED)) as hints:
        assert waited(hints, 0.5) >= 0.5


@pytest.mark.parametrize("kind", ON_BOTH)
def test_closing_ends_a_wait_that_is_under_way(kind: str, request: pytest.FixtureRequest) -> None:
    hints = (
        Hints("sqlite://", FEEDS_NUMBERED)
        if kind == "sqlite"
        else listening(request.getfixturevalue("postgres_url"), FEEDS_NUMBERED)
    )
    begun, took = Event(), []

    def wait() -> None:
        begun.set()
        took.append(waited(hints, LONG))

    thread = Thread(target=wait)
    thread.start()
    begun.wait()
    hints.close()
    thread.join()

    assert took[0] < LONG


def test_feeds_that_were_numbered_are_hinted_at_even_before_the_wait(feeds: SqlFeeds, postgres_url: str) -> None:
    with closing(listening(postgres_url, FEEDS_NUMBERED)) as hints:
        feeds.commit(work(0, 1, entry(1, 0)))
        feeds.sequence()

        assert waited(hints, LONG) < LONG
        assert waited(hints, 0.3) >= 0.3


def test_an_appended_event_is_hinted_at(postgres_url: str) -> None:
    with (
        closing(Tables(postgres_url, KEYS_SCHEMA)) as tables,
        closing(
            ChildRecords(
                postgres_settings(postgres_url),
                EventCodec(),
                SubjectKeys(tables.prepare(), HubSecret(bytes(32))),
                Record.project,
            )
        ) as records,
        closing(listening(postgres_url, EVENTS_APPENDED)) as hints,
    ):
        records.append(stream_of(CHILD, REGISTERED))

        assert waited(hints, LONG) < LONG
