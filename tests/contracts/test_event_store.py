"""The event store on both databases, and what is one database's own."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from eventsourcing.persistence import OperationalError
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool
from eventsourcing.utils import Environment
from sqlalchemy import make_url

from adapters.avro_events import EventCodec
from adapters.eventsourcing_store import SyncedSQLiteFactory, postgres_settings, sqlite_settings
from adapters.postgres_store import OwnSchemaFactory
from adapters.subject_keys import SealBroken
from tests.contracts.event_store_contract import (
    ASSESSED,
    CHILD,
    ENDED,
    MARKER,
    REGISTERED,
    STARTED,
    EventStoreContract,
    Hub,
    Start,
    entry,
    facts,
    stream_of,
)
from tests.support.databases import cut_connections


class TestEventStoreOnSQLite(EventStoreContract):
    @pytest.fixture
    def keys_url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'keys.db'}"

    @pytest.fixture
    def env(self, tmp_path: Path) -> dict[str, str]:
        return sqlite_settings(tmp_path / "events.db")

    def test_a_row_changed_in_the_file_does_not_open(self, hub: Hub, tmp_path: Path) -> None:
        hub.records.append(stream_of(CHILD, REGISTERED, ENDED, replace(ENDED, reason="E7")))
        with sqlite3.connect(tmp_path / "events.db") as file:
            (state,) = file.execute("SELECT state FROM stored_events WHERE originator_version = 2").fetchone()
            file.execute("UPDATE stored_events SET state = ? WHERE originator_version = 3", (state,))
        file.close()

        with pytest.raises(SealBroken, match="version 3"):
            hub.records.get(CHILD)

    def test_no_word_of_a_record_stands_in_any_file(self, hub: Hub, tmp_path: Path) -> None:
        told = stream_of(CHILD, REGISTERED, ASSESSED)
        words = [word.encode() for word in (MARKER, "T-0001", "mother", "overlap")]
        unsealed = b"".join(EventCodec().encode(recorded, lambda *words: words[-1].encode()) for recorded in told)
        assert all(word in unsealed for word in words)

        hub.records.append(told)

        content = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
        assert {"events.db", "events.db-wal", "keys.db", "keys.db-wal"} <= content.keys()
        assert any(CHILD.hex.encode() in data for data in content.values())
        assert [(name, word) for name, data in content.items() for word in words if word in data] == []

    def test_a_commit_waits_for_the_disk_whatever_this_build_of_sqlite_does_by_itself(
        self, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connect = SQLiteConnectionPool._create_connection

        def unsynced(pool: SQLiteConnectionPool) -> SQLiteConnection:
            connection = connect(pool)
            connection.cursor().execute("PRAGMA synchronous=NORMAL")
            return connection

        monkeypatch.setattr(SQLiteConnectionPool, "_create_connection", unsynced)
        factory = SyncedSQLiteFactory(Environment("throughline", env))

        with factory.datastore.transaction(commit=False) as cursor:
            cursor.execute("PRAGMA synchronous")
            level = cursor.fetchone()[0]
        factory.close()

        assert level == 2


class TestEventStoreOnPostgreSQL(EventStoreContract):
    @pytest.fixture
    def keys_url(self, postgres_url: str) -> str:
        return postgres_url

    @pytest.fixture
    def env(self, postgres_url: str) -> dict[str, str]:
        return postgres_settings(postgres_url)

    def test_several_that_begin_together_find_one_store(self, start: Start) -> None:
        with ThreadPoolExecutor(4) as threads:
            hubs = list(threads.map(lambda _: start(), range(4)))

        hubs[0].records.append(stream_of(CHILD, REGISTERED))

        assert [facts(hub.records.events(CHILD)) for hub in hubs] == [[REGISTERED]] * 4

    def test_sessions_that_the_server_ended_are_replaced(self, hub: Hub, postgres_url: str) -> None:
        hub.records.append(stream_of(CHILD, REGISTERED))

        cut_connections(postgres_url)

        hub.records.append([entry(CHILD, 2, STARTED)])
        assert facts(hub.records.events(CHILD)) == [REGISTERED, STARTED]

    def test_the_urls_other_settings_reach_the_connection_and_no_error_shows_the_password(
        self, postgres_url: str
    ) -> None:
        wrong = (
            make_url(postgres_url).set(password="invented-secret").update_query_dict({"application_name": "records"})
        )
        env = postgres_settings(wrong.render_as_string(hide_password=False)) | {"POSTGRES_CONNECT_TIMEOUT": "1"}

        factory = OwnSchemaFactory(Environment("throughline", env))
        with pytest.raises(OperationalError) as refused:
            factory.application_recorder()
        kwargs = factory.datastore.pool.kwargs
        factory.close()

        assert isinstance(kwargs, dict)
        assert kwargs["application_name"] == "records"
        assert "invented-secret" not in str(refused.value)
