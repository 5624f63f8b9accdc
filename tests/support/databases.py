"""The databases that behaviour is stated for: a SQLite file and PostgreSQL, each test on an empty one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from adapters.sql_engine import make_engine
from gateway.settings import Settings
from tests.support.services import GROUP, PostgresService

ON_BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group(GROUP))]


@pytest.fixture(scope="session")
def english_database(postgres_server: PostgresService) -> Iterator[str]:
    """A PostgreSQL database that orders words as people do, unless it is told otherwise; SQLite goes by their bytes."""
    admin = postgres_server.database("english_admin")
    made = make_url(admin).set(database="throughline_english")
    _carry_out(admin, f"DROP DATABASE IF EXISTS {made.database} WITH (FORCE)")
    _carry_out(admin, f"CREATE DATABASE {made.database} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-GB'")
    yield made.render_as_string(hide_password=False)
    _carry_out(admin, f"DROP DATABASE {made.database} WITH (FORCE)")


@pytest.fixture
def postgres_url(english_database: str) -> str:
    """An empty PostgreSQL database. Emptied rather than made anew, which takes seconds on a slow disk."""
    cut_connections(english_database)
    _carry_out(english_database, "DROP SCHEMA IF EXISTS hub, keys, events CASCADE")
    return english_database


@pytest.fixture(params=ON_BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of either kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'one.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=ON_BOTH)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A new hub's settings: its databases of either kind in turn."""
    url: str | None = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return Settings(tmp_path / "data", url)


def cut_connections(url: str) -> None:
    """End every session of this PostgreSQL database but ours, as a restart of the server does."""
    _carry_out(
        url,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def lose_feeds(settings: Settings) -> None:
    """Lose what is folded from the streams: feeds, ledger and views of a closed hub."""
    if settings.database is not None:
        _carry_out(settings.database, "DROP SCHEMA hub CASCADE")
    for file in settings.data.glob("hub.db*"):
        file.unlink()


def _carry_out(url: str, statement: str) -> None:
    engine = make_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
