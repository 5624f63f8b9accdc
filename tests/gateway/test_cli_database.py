"""The commands that say of which version the tables are, and what every command says of tables it cannot work on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.sql_migrations import FIRST, HUB_SCHEMA, Schema, Tables
from gateway.hub import Hub
from gateway.settings import Settings
from infra.ports import free_ports
from tests.gateway.conftest import Command

HOST = "E10000014/host-authority"


def say_version(folder: Path, version: str) -> None:
    with closing(sqlite3.connect(folder / "hub.db")) as file, file:
        file.execute("UPDATE alembic_version SET version_num = ?", (version,))


def test_where_there_is_no_hub_nothing_is_made(throughline: Command, tmp_path: Path) -> None:
    for command in ("status", "upgrade"):
        ran = throughline("database", command, "--data", tmp_path)
        assert (ran.code, ran.out) == (2, "")
        assert "there is no hub in this folder" in ran.err

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("version", "says"), [("0000", "throughline database upgrade"), ("9999", "use the version")])
def test_no_command_works_on_tables_of_another_version(
    throughline: Command, hub_folder: Path, version: str, says: str
) -> None:
    say_version(hub_folder, version)

    ran = throughline("feed", HOST, "--data", hub_folder)
    status = throughline("database", "status", "--data", hub_folder)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"refused: database: the tables of `hub` are at {version}")
    assert says in ran.err
    assert status.code == 1
    assert f"hub: {version}, needed: {HUB_SCHEMA.newest}\n" in status.out


def test_a_database_that_cannot_be_reached_is_said_in_one_line_without_its_password(
    throughline: Command, hub_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [port] = free_ports(1)
    url = f"postgresql://someone:invented-secret@127.0.0.1:{port}/nowhere"
    monkeypatch.setenv("THROUGHLINE_DATABASE_URL", url)

    ran = throughline("feed", HOST, "--data", hub_folder)

    assert ran.code == 1
    assert ran.err == (
        f"refused: database: the database nowhere at 127.0.0.1:{port} cannot be reached as someone (docs/operations.md)\n"
    )


def test_status_and_upgrade_of_tables_that_are_up_to_date(throughline: Command, hub_folder: Path) -> None:
    status = throughline("database", "status", "--data", hub_folder)
    upgrade = throughline("database", "upgrade", "--data", hub_folder)

    assert (status.code, status.out) == (0, f"keys: 0001\nhub: {HUB_SCHEMA.newest}\n")
    assert (upgrade.code, upgrade.out) == (0, f"keys: 0001 → 0001\nhub: {HUB_SCHEMA.newest} → {HUB_SCHEMA.newest}\n")


def test_a_folder_from_before_there_were_versions_goes_on_once_it_was_upgraded(
    throughline: Command, hub_folder: Path
) -> None:
    before = throughline("feed", HOST, "--data", hub_folder).out
    for part in hub_folder.glob("hub.db*"):
        part.unlink()
    with closing(Tables(f"sqlite:///{hub_folder / 'hub.db'}", Schema("hub", FIRST))) as tables:
        tables.prepare()
    for name in ("hub.db", "keys.db"):
        with closing(sqlite3.connect(hub_folder / name)) as file, file:
            file.execute("DROP TABLE alembic_version")

    upgraded = throughline("database", "upgrade", "--data", hub_folder)
    with Hub(Settings(hub_folder)) as hub:
        hub.disclose()

    assert upgraded.code == 0
    assert before
    assert throughline("feed", HOST, "--data", hub_folder).out == before
