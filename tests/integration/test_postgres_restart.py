"""A hub whose PostgreSQL is killed and started again under it: what was acknowledged is there, and the hub goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from adapters.sql_feeds import SqlFeeds, Work
from gateway.hub import Hub
from gateway.settings import Settings
from infra.postgres.server import PostgresServer
from tests.support.hubs import CHILD, DURHAM, HOST, Clock, feeds, record, registered

STATUS = {"type": "legal-status-changed", "child": CHILD, "effective_on": "2026-05-05", "legal_status": "C2"}


@pytest.fixture
def settings(own_postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(tmp_path_factory.mktemp("hub") / "data", own_postgres.database("hub"))


def test_a_hub_goes_on_after_its_server_was_killed(
    settings: Settings, own_postgres: PostgresServer, clock: Clock
) -> None:
    with Hub(settings, clock=clock) as hub:
        registered(hub)
        hub.disclose()
        before, position = feeds(hub), hub.records.last_position()

        own_postgres.kill()
        own_postgres.start()

        assert hub.records.last_position() == position
        assert feeds(hub) == before
        record(hub, DURHAM, STATUS)
        hub.disclose()
        assert hub.records.last_position() > position
        assert len(feeds(hub)[HOST]) > len(before[HOST])


def test_a_step_that_the_killed_server_could_not_store_is_stored_whole_by_the_next_run(
    settings: Settings, own_postgres: PostgresServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Hub(settings, clock=clock) as hub:
        registered(hub)
        real: Callable[[SqlFeeds, Work], None] = SqlFeeds.commit

        def commit(feeds: SqlFeeds, work: Work) -> None:
            own_postgres.kill()
            real(feeds, work)

        with monkeypatch.context() as dying:
            dying.setattr(SqlFeeds, "commit", commit)
            with pytest.raises(OperationalError):
                hub.disclose()
        own_postgres.start()

        assert hub.feeds.position() == 0
        assert hub.disclose() == hub.records.last_position()
        assert [n for n, _ in feeds(hub)[HOST]] == [1, 2, 3, 4]
