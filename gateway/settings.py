"""Where a hub keeps its things. Moving up changes these, not code."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from adapters.kafka_connection import KafkaConnection
from domain.forms import Problem, Refused

DATABASE: Final = "THROUGHLINE_DATABASE_URL"
KEYS: Final = "THROUGHLINE_KEYS_URL"
BOOTSTRAP: Final = "THROUGHLINE_KAFKA_BOOTSTRAP"
USER: Final = "THROUGHLINE_KAFKA_USER"
PASSWORD: Final = "THROUGHLINE_KAFKA_PASSWORD"  # noqa: S105  the name of a variable
AUTHORITY: Final = "THROUGHLINE_KAFKA_CA"
REGISTRY: Final = "THROUGHLINE_SCHEMA_REGISTRY_URL"
RETENTION: Final = "THROUGHLINE_FEED_RETENTION_DAYS"

# ASCII alone: the library's errors about other signs repeat the address.
_REGISTRY: Final = re.compile(r"https?://[!-.0-~]+(/[!-~]*)?")
_POSTGRES: Final = re.compile(r"postgresql(\+psycopg)?://[^/\s]*/[^/\s?]+(\?\S*)?")


@dataclass(frozen=True, slots=True)
class Settings:
    """The embedded default: everything in one folder, in SQLite files, and the master key beside them.

    database: a PostgreSQL database (SQLAlchemy URL) in place of the SQLite files; streams, feeds and keys each have a schema there.
    keys_database: another database for the keys, since they should be separable from what they open: whoever holds a backup of both,
    and the master key, reads everything. kafka: the broker, where events and feeds go through one.

    schema_registry: a Confluent-compatible one (http or https address, with user and password where it wants them): feeds on Kafka
    then name their schemas by its ids. feed_retention_days: how long a message stays on its desk's topic.

    The folder stays: master key, documents and what was adopted. Several machines that work on one database share `master.key`,
    `documents/` and `adopted.json`, as copies of the same bytes. A production hub keeps the master key elsewhere than the databases
    (docs/operations.md).
    """

    data: Path
    database: str | None = field(default=None, repr=False)
    keys_database: str | None = field(default=None, repr=False)
    kafka: KafkaConnection | None = None
    schema_registry: str | None = field(default=None, repr=False)
    feed_retention_days: int = 7

    @property
    def master_key(self) -> Path:
        """The file of the master key, which wraps every data key."""
        return self.data / "master.key"

    @property
    def events(self) -> Path:
        """The event store, where there is no database server."""
        return self.data / "events.db"

    @property
    def keys(self) -> str:
        """Wrapped data keys and the blind index, apart from what they open."""
        return self.keys_database or self.database or f"sqlite:///{self.data / 'keys.db'}"

    @property
    def hub(self) -> str:
        """Feeds, ledger, views, tray, calendar, quarantine and read log."""
        return self.database or f"sqlite:///{self.data / 'hub.db'}"

    @property
    def documents(self) -> Path:
        """Policies and registers, each named by its content hash."""
        return self.data / "documents"

    @property
    def adopted(self) -> Path:
        """The hashes of the documents that new records begin with."""
        return self.data / "adopted.json"


def from_environment(data: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of the hub in this folder, with what the environment says of services. Unset or empty: the embedded default.

    Raises Refused for an address that cannot be one; never repeats it, since it may hold a password.
    """
    bootstrap = environment.get(BOOTSTRAP)
    ca = environment.get(AUTHORITY)
    kafka = (
        KafkaConnection(
            bootstrap, environment.get(USER) or None, environment.get(PASSWORD) or None, Path(ca) if ca else None
        )
        if bootstrap
        else None
    )
    return Settings(
        data,
        _database(environment, DATABASE),
        _database(environment, KEYS),
        kafka,
        _registry(environment),
        _retention(environment),
    )


def _database(environment: Mapping[str, str], name: str) -> str | None:
    url = environment.get(name)
    if url and not _POSTGRES.fullmatch(url):
        raise Refused(
            Problem(name, "is not an address postgresql://USER:PASSWORD@HOST:PORT/DATABASE", "docs/operations.md")
        )
    return url or None


def _registry(environment: Mapping[str, str]) -> str | None:
    url = environment.get(REGISTRY)
    if url and not _REGISTRY.fullmatch(url):
        raise Refused(Problem(REGISTRY, "is not an address https://USER:PASSWORD@HOST:PORT/PATH", "docs/kafka.md"))
    return url or None


def _retention(environment: Mapping[str, str]) -> int:
    days = environment.get(RETENTION) or "7"
    if not re.fullmatch(r"[1-9]\d{0,3}", days, re.ASCII):
        raise Refused(Problem(RETENTION, "is not a number of days from 1 to 9999", "docs/kafka.md"))
    return int(days)
