"""Who may import what, and who may build a feed message. Read from the source with `ast`: nothing is imported or run.

Every rule is an allow-list, so that a new library or a new way out is a decision somebody takes here. Each rule comes
with a test that it catches a planted violation.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# fmt: off
# Standard library modules that compute and do nothing else: those in use, not those that might be.
PURE_STDLIB = frozenset({
    "__future__", "bisect", "collections", "dataclasses", "datetime", "enum", "functools", "hashlib", "itertools", "json",
    "re", "types", "typing", "uuid",
})
# fmt: on
STDLIB = frozenset(sys.stdlib_module_names)


@dataclass(frozen=True)
class Layer:
    """What one top-level package may import: a name allows itself and everything below it."""

    ours: frozenset[str]
    stdlib: frozenset[str]
    libraries: frozenset[str] = frozenset()

    def allows(self, module: str) -> bool:
        """Whether `module` (dotted) is inside one of the three lists."""
        parents = module.split(".")
        prefixes = {".".join(parents[:n]) for n in range(1, len(parents) + 1)}
        return not prefixes.isdisjoint(self.ours | self.stdlib | self.libraries)


LAYERS = {
    "domain": Layer(ours=frozenset({"domain"}), stdlib=PURE_STDLIB),
    "projections": Layer(ours=frozenset({"domain", "projections"}), stdlib=PURE_STDLIB),
    "adapters": Layer(
        ours=frozenset({"domain", "projections", "adapters", "schemas"}),
        stdlib=STDLIB,
        libraries=frozenset(
            {"alembic", "cryptography", "eventsourcing", "fastavro", "kafka", "psycopg", "sqlalchemy", "yaml"}
        ),
    ),
    "schemas": Layer(ours=frozenset(), stdlib=frozenset()),  # documents alone
    "gateway": Layer(
        ours=frozenset({"domain", "projections", "adapters", "schemas", "gateway"}),
        stdlib=STDLIB - {"dbm", "shelve", "sqlite3"},
        libraries=frozenset({"fastapi", "rich", "typer"}),
    ),
}

TO_COME = frozenset(
    {"kafka", "fastapi"}
)  # the extras of pyproject.toml: the broker and the HTTP gateway, each in its layer

# Where the same inputs must give the same bytes: no clock, no chance, no way out.
PURE_LAYERS = ("domain", "projections")
CLOCK_AND_CHANCE = frozenset({"now", "today", "utcnow", "uuid1", "uuid4"})
CLOCK_OWNERS = frozenset({"datetime", "date", "uuid"})
IMPURE_BUILTINS = frozenset({"open", "print", "input", "eval", "exec", "compile", "breakpoint", "__import__"})

# Invariant 1: nothing leaves except through domain.disclosure. Anyone may read a feed message; these may build one.
FEED_MODULE = "domain.feed"
FEED_MESSAGES = frozenset({"Opened", "Told", "Withdrawn", "Closed"})
MAY_BUILD_FEED_MESSAGES = {
    "domain/disclosure.py": "decides what an audience is told",
    "adapters/avro_feed.py": "decodes what was decided, from the bytes of a feed row",
}


def imported(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """Every (line, dotted name) that a module imports, anywhere in it; `package` resolves relative imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and called(node) in {"import_module", "__import__"}:
            name = node.args[0] if node.args else None
            known = isinstance(name, ast.Constant) and isinstance(name.value, str)
            yield node.lineno, str(name.value) if known and isinstance(name, ast.Constant) else "<computed>"


def called(node: ast.Call) -> str:
    """The last name of what is called: `now` for `datetime.now()`; empty where it has none."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def import_breaches(path: str, source: str) -> list[str]:
    """Imports that the layer of `path` (relative to the root, with /) does not allow."""
    top = path.split("/", 1)[0]
    package = ".".join(path.split("/")[:-1])
    return [
        f"{path}:{line}: {top}/ may not import {name}"
        for line, name in imported(ast.parse(source), package)
        if not LAYERS[top].allows(name)
    ]


def purity_breaches(path: str, source: str) -> list[str]:
    """Calls of the clock, of chance or of the outside; also handing one on (`default_factory=uuid.uuid4`).

    A value that was handed in may be called `today` or `now`: reading `context.today` is free, calling it is not.
    """
    breaches = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in CLOCK_AND_CHANCE:
                breaches.add((node.lineno, name))
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name) if (
                owner in CLOCK_OWNERS and name in CLOCK_AND_CHANCE
            ):
                breaches.add((node.lineno, name))
            case ast.ImportFrom(names=names):
                breaches |= {(node.lineno, alias.name) for alias in names if alias.name in CLOCK_AND_CHANCE}
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_BUILTINS:
                breaches.add((node.lineno, name))
    return [f"{path}:{line}: {name}: time, chance and files come in as arguments" for line, name in sorted(breaches)]


def feed_message_breaches(path: str, source: str) -> list[str]:
    """Places that build a feed message although `path` is not in MAY_BUILD_FEED_MESSAGES.

    Caught: calling the class, or anything on it (`Told.parse(...)`), under any alias of the class or of its module.
    Patterns (`case Told():`) and `isinstance` only read and are free.
    """
    if path in MAY_BUILD_FEED_MESSAGES:
        return []
    tree = ast.parse(source)
    package = ".".join(path.split("/")[:-1])
    in_feed = path.removesuffix(".py").replace("/", ".") == FEED_MODULE
    names = {name: name for name in FEED_MESSAGES} if in_feed else {}
    modules = {FEED_MODULE}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                modules |= {alias.asname for alias in aliases if alias.name == FEED_MODULE and alias.asname}
            case ast.ImportFrom(names=aliases):
                for alias, (_, full) in zip(aliases, imported(node_only(node), package), strict=True):
                    module, _, name = full.rpartition(".")
                    if full == FEED_MODULE:
                        modules.add(alias.asname or alias.name)
                    elif module == FEED_MODULE and name in FEED_MESSAGES:
                        names[alias.asname or alias.name] = name
                    elif module == FEED_MODULE and name == "*":
                        names |= {message: message for message in FEED_MESSAGES}

    def message(expression: ast.expr) -> str | None:
        match expression:
            case ast.Name(id=name):
                return names.get(name)
            case ast.Attribute(value=owner, attr=name) if name in FEED_MESSAGES and ast.unparse(owner) in modules:
                return name
            case ast.Attribute(value=owner):
                return message(owner)
        return None

    return [
        f"{path}:{node.lineno}: builds {built}; only {', '.join(MAY_BUILD_FEED_MESSAGES)} may"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (built := message(node.func))
    ]


def node_only(node: ast.stmt) -> ast.Module:
    """A tree that holds this statement alone."""
    return ast.Module(body=[node], type_ignores=[])


def sources(*packages: str) -> Iterable[tuple[str, str]]:
    """(path relative to the root, text) of every Python file of these top-level packages."""
    for package in packages:
        for file in sorted((ROOT / package).rglob("*.py")):
            yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")


# --- the rules, on the project as it is


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_what_it_may(layer: str) -> None:
    assert [breach for path, text in sources(layer) for breach in import_breaches(path, text)] == []


@pytest.mark.parametrize("layer", PURE_LAYERS)
def test_a_pure_layer_has_no_clock_no_chance_and_no_way_out(layer: str) -> None:
    assert [breach for path, text in sources(layer) for breach in purity_breaches(path, text)] == []


def test_only_disclosure_builds_feed_messages() -> None:
    assert [breach for path, text in sources(*LAYERS) for breach in feed_message_breaches(path, text)] == []


def test_the_feed_message_rule_speaks_of_classes_and_files_that_exist() -> None:
    feed = ast.parse((ROOT / "domain" / "feed.py").read_text(encoding="utf-8"))
    classes = {node.name for node in feed.body if isinstance(node, ast.ClassDef)}

    assert classes >= FEED_MESSAGES
    assert [path for path in MAY_BUILD_FEED_MESSAGES if not (ROOT / path).is_file()] == []


def test_every_package_of_the_distribution_has_its_rule() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]

    assert {pattern.rstrip("*") for pattern in setuptools["packages"]["find"]["include"]} == set(LAYERS)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_may_import_no_library_that_it_does_not_use(layer: str) -> None:
    used = {name.split(".")[0] for path, text in sources(layer) for _, name in imported(ast.parse(text), layer)}

    assert LAYERS[layer].libraries - used <= TO_COME


# --- the rules, on planted violations


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("domain/events/planted.py", "import os"),
        ("domain/planted.py", "import os.path"),
        ("domain/planted.py", "import logging"),
        ("domain/planted.py", "from random import choice"),
        ("domain/planted.py", "def late():\n    import sqlite3"),
        ("domain/planted.py", "from eventsourcing.domain import Aggregate"),
        ("domain/planted.py", "import zoneinfo"),
        ("domain/planted.py", "import eventsourcing"),
        ("domain/planted.py", "from projections.feeds import Loop"),
        ("domain/events/planted.py", "from ...adapters import avro_codec"),
        ("domain/planted.py", "import importlib"),
        ("projections/planted.py", "import sqlite3"),
        ("projections/planted.py", "import time"),
        ("projections/planted.py", "from eventsourcing.domain import Aggregate"),
        ("projections/planted.py", "from sqlalchemy import select"),
        ("projections/planted.py", "from adapters.sql_feeds import SqlFeeds"),
        ("gateway/planted.py", "import importlib\nimportlib.import_module('sqlalchemy')"),
        ("gateway/planted.py", "import importlib\nimportlib.import_module(name)"),
        ("adapters/planted.py", "from gateway.settings import Settings"),
        ("adapters/planted.py", "from .. import gateway"),
        ("adapters/planted.py", "import typer"),
        ("adapters/planted.py", "from rich.table import Table"),
        ("adapters/planted.py", "import fastapi"),
        ("adapters/planted.py", "import redis"),
        ("schemas/planted.py", "from domain.policy import Policy"),
        ("schemas/planted.py", "import json"),
        ("gateway/planted.py", "import click"),
        ("adapters/planted.py", "import httpx"),
        ("gateway/planted.py", "import sqlalchemy"),
        ("gateway/planted.py", "import psycopg"),
        ("gateway/planted.py", "import sqlite3"),
        ("gateway/planted.py", "import yaml"),
        ("gateway/planted.py", "from kafka import KafkaProducer"),
        ("gateway/planted.py", "from eventsourcing.application import Application"),
        *[(f"{layer}/planted.py", "from tests.stories import child") for layer in LAYERS],
    ],
)
def test_a_planted_import_is_caught(path: str, source: str) -> None:
    assert len(import_breaches(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (
            "domain/events/planted.py",
            "from datetime import date\nfrom ..vocabulary import UNKNOWN\nfrom domain import codes",
        ),
        ("domain/events/planted.py", "import re\nfrom collections.abc import Mapping"),
        ("projections/planted.py", "from uuid import UUID\nfrom domain.feed import Told"),
        ("adapters/planted.py", "import os\nimport kafka\nfrom eventsourcing.persistence import Mapper"),
        ("gateway/planted.py", "import typer\nfrom adapters.sql_feeds import SqlFeeds"),
    ],
)
def test_an_import_that_the_layer_may_make_is_let_through(path: str, source: str) -> None:
    assert import_breaches(path, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now(UTC)",
        "import datetime\ndatetime.date.today()",
        "from datetime import datetime\ndatetime.utcnow()",
        "import uuid\nuuid.uuid4()",
        "from uuid import uuid4 as fresh",
        "import uuid\nmake = field(default_factory=uuid.uuid4)",
        "open('register.csv')",
        "print(child)",
        "exec(rule)",
    ],
)
def test_a_planted_clock_chance_or_way_out_is_caught(source: str) -> None:
    assert len(purity_breaches("domain/planted.py", source)) == 1


@pytest.mark.parametrize(
    "source",
    ["relationship.open(on)", "re.compile('x')", "uuid.uuid5(space, name)", "context.today", "date(2026, 4, 1)"],
)
def test_a_pure_name_that_only_looks_impure_is_let_through(source: str) -> None:
    assert purity_breaches("domain/planted.py", source) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("domain/consent.py", "from domain.feed import Told\nTold(item=1)"),
        ("domain/consent.py", "from .feed import Told\nTold(item=1)"),
        ("domain/feed.py", "class Told: ...\ndef again():\n    return Told()"),
        ("projections/health.py", "from domain.feed import Opened as Start\nStart()"),
        ("projections/health.py", "from domain import feed\nfeed.Withdrawn()"),
        ("projections/health.py", "import domain.feed\ndomain.feed.Closed()"),
        ("adapters/kafka_feeds.py", "import domain.feed as f\nf.Told()"),
        ("adapters/kafka_feeds.py", "from domain.feed import Told\nTold.parse(b'')"),
        ("gateway/cli.py", "from domain.feed import *\nTold()"),
    ],
)
def test_a_planted_feed_message_is_caught(path: str, source: str) -> None:
    assert len(feed_message_breaches(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        *[(path, "from domain.feed import Told\nTold(item=1)") for path in MAY_BUILD_FEED_MESSAGES],
        ("projections/health.py", "from domain.feed import Told\nmatch m:\n    case Told(item=item): ..."),
        ("projections/health.py", "from domain.feed import Told\nisinstance(m, Told)"),
        ("projections/health.py", "from projections.words import Told\nTold()"),
    ],
)
def test_reading_a_feed_message_is_let_through(path: str, source: str) -> None:
    assert feed_message_breaches(path, source) == []
