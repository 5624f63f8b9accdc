"""The commands `database status` and `database upgrade`: of which version a hub's tables are, and the way to the newest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from domain.forms import Problem, Refused
from gateway.cli_options import DEFAULT_DATA, Data, fit_database, settings_of

if TYPE_CHECKING:
    from adapters.sql_migrations import Tables


def status(data: Data = DEFAULT_DATA) -> None:
    """Say of which version the tables are, and which this Throughline needs. Nothing is changed.

    For whoever runs the hub, before and after an upgrade. Exit code 1 where a hub would not open on them.

    \b
    Example
      throughline database status
    """
    unfit = []
    for tables in _tables(data):
        found, needed = tables.version(), tables.schema.newest
        typer.echo(f"{tables.schema.name}: {found or 'none yet'}" + ("" if found == needed else f", needed: {needed}"))
        if found not in {None, needed}:
            unfit.append(Problem(tables.schema.name, "not of the version that is needed", "docs/operations.md"))
    if unfit:
        raise Refused(*unfit)


def upgrade(data: Data = DEFAULT_DATA) -> None:
    """Bring the tables up to date: the migrations that are still to be run, all or none for each set of tables.

    For whoever runs the hub: stop what works on it and back up first. An empty database needs no upgrade: a hub makes its tables.

    \b
    Example
      throughline database upgrade
    """
    for tables in _tables(data):
        before = tables.version() or "none"
        tables.upgrade()
        typer.echo(f"{tables.schema.name}: {before} → {tables.version()}")


def _tables(data: Path) -> Iterator[Tables]:
    from adapters.sql_migrations import HUB_SCHEMA, KEYS_SCHEMA, Tables

    settings = settings_of(data)
    for url, schema in ((settings.keys, KEYS_SCHEMA), (settings.hub, HUB_SCHEMA)):
        with closing(Tables(url, schema)) as tables, fit_database():
            yield tables
