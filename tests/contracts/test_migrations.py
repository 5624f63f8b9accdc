"""Which version of its tables a database is at: what is refused, what is made, what the migrations leave."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, func, insert, inspect, make_url, select, text

import adapters.blind_index
import adapters.sql_quarantine
import adapters.sql_read_log
import adapters.sql_views
import adapters.subject_keys  # noqa: F401  (registers its tables)
from adapters.sql_feeds import AUDIENCES, FEED, SqlFeeds
from adapters.sql_migrations import (
    FIRST,
    HUB_SCHEMA,
    KEYS_SCHEMA,
    MIGRATIONS,
    OutOfReach,
    Schema,
    SchemaAhead,
    SchemaBehind,
    Tables,
)
from adapters.sql_schema import HUB, KEYS
from infra.ports import free_ports

SCHEMAS = pytest.mark.parametrize(("schema", "metadata"), [(HUB_SCHEMA, HUB), (KEYS_SCHEMA, KEYS)], ids=["hub", "keys"])
HOST = "E10000014/host-authority"

Open = Callable[[Schema], Tables]


@pytest.fixture
def tables(database_url: str) -> Iterator[Open]:
    """Opens one more process's view of the tables."""
    opened: list[Tables] = []

    def make(schema: Schema) -> Tables:
        opened.append(Tables(database_url, schema))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def say_version(tables: Tables, version: str) -> None:
    with tables.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def rows_of_the_first_version(tables: Tables) -> None:
    """A message in a feed, as the first version kept it: written in words, since today's tables may differ."""
    with tables.engine.begin() as connection:
        connection.execute(text("INSERT INTO audiences (id, audience) VALUES (1, :audience)"), {"audience": HOST})
        connection.execute(
            text("INSERT INTO feed (audience, position, ordinal, child, body) VALUES (1, 7, 0, :child, :body)"),
            {"child": UUID(int=1).bytes, "body": b"sealed"},
        )
        connection.execute(text("INSERT INTO positions (worker, position) VALUES ('disclosure', 7)"))


def test_tables_of_an_older_version_are_refused_with_the_command_that_upgrades_them(tables: Open) -> None:
    tables(HUB_SCHEMA).prepare()
    say_version(tables(HUB_SCHEMA), "0000")

    with pytest.raises(
        SchemaBehind, match=rf"`hub` are at 0000, .* {HUB_SCHEMA.newest}: .*`throughline database upgrade`"
    ):
        tables(HUB_SCHEMA).prepare()

    assert tables(HUB_SCHEMA).version() == "0000"


def test_tables_of_a_newer_version_are_refused_and_not_upgraded(tables: Open) -> None:
    tables(HUB_SCHEMA).prepare()
    say_version(tables(HUB_SCHEMA), "9999")

    with pytest.raises(SchemaAhead, match="`hub` are at 9999, this version knows"):
        tables(HUB_SCHEMA).prepare()
    with pytest.raises(SchemaAhead):
        tables(HUB_SCHEMA).upgrade()

    assert tables(HUB_SCHEMA).version() == "9999"


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    [port] = free_ports(1)
    with (
        closing(Tables(f"postgresql://someone:invented-secret@127.0.0.1:{port}/nowhere", HUB_SCHEMA)) as absent,
        pytest.raises(OutOfReach, match=rf"nowhere at 127\.0\.0\.1:{port} cannot be reached as someone") as refused,
    ):
        absent.prepare()

    assert "invented-secret" not in str(refused.value)


def test_several_that_begin_together_on_an_empty_database_all_find_its_tables(tables: Open) -> None:
    opened = [tables(schema) for schema in (HUB_SCHEMA, KEYS_SCHEMA) for _ in range(3)]
    if opened[0].engine.dialect.name == "sqlite":
        opened = opened[:3]  # a file holds one schema

    with ThreadPoolExecutor(len(opened)) as threads:
        engines = list(threads.map(Tables.prepare, opened))

    assert [one.version() for one in opened] == [one.schema.newest for one in opened]
    assert all(len(inspect(engine).get_table_names()) > 1 for engine in engines)


@SCHEMAS
def test_the_migrations_make_the_tables_that_the_code_declares(
    tables: Open, schema: Schema, metadata: MetaData
) -> None:
    tables(schema).prepare()

    with tables(schema).engine.connect() as connection:
        assert inspect(connection).get_table_names() != []
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@SCHEMAS
def test_the_newest_version_is_that_of_the_last_migration(schema: Schema, metadata: MetaData) -> None:
    folder = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS / schema.name)])

    assert folder.get_current_head() == schema.newest
    assert metadata.tables


def test_an_upgrade_from_the_first_version_keeps_its_rows(tables: Open) -> None:
    first = Schema("hub", FIRST)
    tables(first).prepare()
    rows_of_the_first_version(tables(first))

    tables(HUB_SCHEMA).upgrade()
    engine = tables(HUB_SCHEMA).prepare()

    feeds = SqlFeeds(engine)
    assert feeds.sequence() == 1
    assert feeds.audiences() == [HOST]
    with engine.connect() as connection:
        assert connection.scalars(select(FEED.c.body)).all() == [b"sealed"]


def test_an_upgrade_of_an_empty_or_newest_database_is_nothing_to_fear(tables: Open) -> None:
    tables(HUB_SCHEMA).upgrade()
    tables(HUB_SCHEMA).upgrade()

    assert tables(HUB_SCHEMA).version() == HUB_SCHEMA.newest


def test_a_file_from_before_there_were_migrations_is_of_the_first_version(tmp_path: Path) -> None:
    first = Schema("hub", FIRST)
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    with closing(Tables(url, first)) as tables:
        rows_of_the_first_version(_without_version(tables))

    with closing(Tables(url, first)) as tables:
        engine = tables.prepare()
        assert tables.version() == FIRST
        with engine.connect() as connection:
            assert connection.scalars(select(AUDIENCES.c.audience)).all() == [HOST]


def _without_version(tables: Tables) -> Tables:
    tables.prepare()
    with tables.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    return tables


def test_a_database_that_is_up_to_date_is_opened_without_the_machinery_of_migrations(database_url: str) -> None:
    script = (
        "import sys; from adapters.sql_migrations import HUB_SCHEMA, Tables; tables = Tables(sys.argv[1], HUB_SCHEMA); "
        "tables.prepare(); tables.close(); print('alembic' in sys.modules)"
    )
    root = Path(__file__).parents[2]

    said = [
        subprocess.run(
            [sys.executable, "-c", script, database_url], cwd=root, capture_output=True, encoding="utf-8", check=True
        ).stdout.strip()
        for _ in range(2)
    ]

    assert said == ["True", "False"]


def test_each_schema_of_one_postgresql_database_has_tables_and_version_of_its_own(postgres_url: str) -> None:
    with closing(Tables(postgres_url, HUB_SCHEMA)) as hub, closing(Tables(postgres_url, KEYS_SCHEMA)) as keys:
        hub.prepare()
        assert keys.version() is None
        keys.prepare()
        say_version(hub, "9999")
        assert keys.version() == KEYS_SCHEMA.newest
        with hub.engine.begin() as connection:
            connection.execute(insert(AUDIENCES), {"audience": HOST})
        with keys.engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(text("hub.audiences"))) == 1


def test_a_url_with_options_of_its_own_keeps_them_beside_the_schema(postgres_url: str) -> None:
    url = make_url(postgres_url).update_query_dict({"options": "-cstatement_timeout=54321"})
    with closing(Tables(url.render_as_string(hide_password=False), HUB_SCHEMA)) as tables:
        engine = tables.prepare()
        with engine.connect() as connection:
            assert connection.scalar(text("SHOW statement_timeout")) == "54321ms"
            assert connection.scalar(text("SHOW search_path")) == "hub"
