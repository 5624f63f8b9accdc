"""Real services for tests: Apache Kafka and PostgreSQL, started once, or those that the environment names.

A test that takes one of these fixtures is kept on one worker with all others that do, so that the services are started once.
A test that asks for one by name while it runs (`request.getfixturevalue`) has to be marked `xdist_group(GROUP)` itself.

Where a service cannot be had, its tests are skipped and the run's last line says so; where CI is set, they fail.
"""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString, NoReturn, Protocol

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from infra.kafka import distribution
from infra.kafka.cluster import KafkaCluster
from infra.postgres import server
from infra.postgres.server import PostgresServer

GROUP = "services"
FIXTURES = frozenset({"kafka_cluster", "postgres_server", "module_kafka", "own_kafka", "own_postgres"})
NOT_EXERCISED = "not exercised: "


class KafkaService(Protocol):
    """What a test needs to know of a cluster: SASL_SSL with SCRAM-SHA-512, and a user who may do everything."""

    @property
    def bootstrap(self) -> str: ...
    @property
    def ca_file(self) -> Path: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...


class PostgresService(Protocol):
    """What a test needs to know of a server: that it gives an empty database, by SQLAlchemy's address."""

    def database(self, name: str) -> str: ...


@dataclass(frozen=True)
class NamedKafka:
    """The cluster that the environment names."""

    bootstrap: str
    user: str
    password: str
    ca_file: Path


@dataclass
class NamedPostgres:
    """The server that the environment names. Its databases are left alone; ours have names of their own."""

    url: str
    made: list[str] = field(default_factory=list)

    def database(self, name: str) -> str:
        """An empty database whose name begins with `name`."""
        made = f"throughline_{name}_{secrets.token_hex(4)}"
        self._carry_out("CREATE DATABASE {}", made)
        self.made.append(made)
        return make_url(self.url).set(database=made).render_as_string(hide_password=False)

    def tidy(self) -> None:
        """Drop what was made."""
        while self.made:
            self._carry_out("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.made.pop())

    def _carry_out(self, statement: LiteralString, database: str) -> None:
        address = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(database)))


@pytest.fixture(scope="session")
def kafka_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaService]:
    """A cluster for tests that harm nothing: one broker of ours, or THROUGHLINE_KAFKA_BOOTSTRAP. Topics are a test's own."""
    if os.environ.get("THROUGHLINE_KAFKA_BOOTSTRAP"):
        names = ("BOOTSTRAP", "USER", "PASSWORD", "CA")
        bootstrap, user, password, ca = (os.environ[f"THROUGHLINE_KAFKA_{name}"] for name in names)
        yield NamedKafka(bootstrap, user, password, Path(ca))
        return
    _need_kafka("no THROUGHLINE_KAFKA_BOOTSTRAP, and ")
    cluster = KafkaCluster(tmp_path_factory.mktemp("services") / "kafka")
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresService]:
    """A server for tests that harm nothing: one of ours, or THROUGHLINE_DATABASE_URL (whose user may make databases)."""
    if os.environ.get("THROUGHLINE_DATABASE_URL"):
        named = NamedPostgres(os.environ["THROUGHLINE_DATABASE_URL"])
        try:
            yield named
        finally:
            named.tidy()
        return
    _need_postgres("no THROUGHLINE_DATABASE_URL, and ")
    ours = PostgresServer(tmp_path_factory.mktemp("services") / "postgres")
    try:
        ours.start()
        yield ours
    finally:
        ours.remove()


@pytest.fixture(scope="module")
def module_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """A broker for the tests of one module, which look at all that it holds; never the one that the environment names."""
    _need_kafka()
    cluster = KafkaCluster(tmp_path_factory.mktemp("services") / "kafka")
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[Callable[[int], KafkaCluster]]:
    """Starts a cluster of as many brokers as asked, for a test that breaks them; never the one that the environment names."""
    _need_kafka()
    started: list[KafkaCluster] = []

    def start(brokers: int) -> KafkaCluster:
        started.append(KafkaCluster(tmp_path / f"kafka-{len(started)}", brokers))
        started[-1].start()
        return started[-1]

    yield start
    for cluster in started:
        cluster.remove()


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[PostgresServer]:
    """A server for a test that breaks it; never the one that the environment names."""
    _need_postgres()
    ours = PostgresServer(tmp_path / "postgres")
    try:
        ours.start()
        yield ours
    finally:
        ours.remove()


def _need_kafka(but: str = "") -> None:
    if missing := distribution.missing_programs():
        _cannot("Apache Kafka", f"{but}no {' and no '.join(missing)} on the PATH")
    try:
        distribution.jars()
    except distribution.NoKafka as error:
        _cannot("Apache Kafka", f"{but}{str(error).splitlines()[0]}")


def _need_postgres(but: str = "") -> None:
    if server.programs() is None:
        _cannot("PostgreSQL", f"{but}it is not installed")


def _cannot(service: str, why: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"{service} is to be tested where CI is set; {why}", pytrace=False)
    pytest.skip(f"{NOT_EXERCISED}{service} ({why})")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all tests of services on one worker."""
    for item in items:
        if FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(GROUP))


@pytest.hookimpl(wrapper=True, tryfirst=True)  # around the terminal's own: this line is the last
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """Say in one line which services were not exercised, by how many tests, and why."""
    result = yield
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:  # a worker has none
        reasons = [report.longrepr[2] for report in terminal.stats.get("skipped", [])]
        counted = Counter(r.partition(NOT_EXERCISED)[2] for r in reasons if NOT_EXERCISED in r)
        if counted:
            terminal.write_line(NOT_EXERCISED + "; ".join(f"{what}: {n} tests" for what, n in sorted(counted.items())))
    return result
