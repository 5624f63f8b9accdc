"""A process whose database goes away: it says that it is not ready, waits, and goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.hub import Hub
from gateway.settings import DATABASE, Settings
from infra.postgres.server import PostgresServer
from infra.processes import until
from tests.bench.world import NOW
from tests.chaos.hub_processes import PATIENCE, Fleet
from tests.support.hubs import registered


@pytest.fixture
def settings(own_postgres: PostgresServer, tmp_path: Path) -> Settings:
    return Settings(tmp_path / "data", own_postgres.database("hub"))


@pytest.fixture
def fleet(settings: Settings, tmp_path: Path) -> Iterator[Fleet]:
    assert settings.database is not None
    made = Fleet(settings.data, {DATABASE: settings.database}, tmp_path)
    yield made
    made.kill_all()


def test_a_process_outlasts_its_database(fleet: Fleet, settings: Settings, own_postgres: PostgresServer) -> None:
    with Hub(settings, clock=lambda: NOW) as hub:
        registered(hub)
        fleet.start_ready("disclose")
        [process] = fleet.running

        own_postgres.kill()
        assert until(lambda: not process.running or process.log.read_text().count("OutOfReach") > 2, PATIENCE)
        assert process.running
        assert not process.ready()
        own_postgres.start()

        fleet.until_ready(process)
        assert until(lambda: hub.feeds.position() == hub.records.last_position(), PATIENCE)
        fleet.end()
