"""Finding a child by an identifier that is not stored: what is refused, which spellings are one, what a file shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine

from adapters.blind_index import BlindIndex, IdentifierKind, IdentifierRefused, name_and_birth, normalised
from adapters.hub_secret import HubSecret
from adapters.sql_migrations import KEYS_SCHEMA, Tables

NHS, UPN, LOCAL, NAME = (
    IdentifierKind.NHS_NUMBER,
    IdentifierKind.UPN,
    IdentifierKind.LOCAL_ID,
    IdentifierKind.NAME_AND_BIRTH,
)
CHILD, OTHER_CHILD = UUID(int=1), UUID(int=2)
SECRET = HubSecret(bytes(range(32)))
BORN = date(2012, 5, 1)


@pytest.mark.parametrize(
    ("kind", "value", "rule"),
    [
        (NHS, "", "ten digits"),
        (NHS, "999000001", "ten digits"),
        (NHS, "99900000188", "ten digits"),
        (NHS, "99900O0018", "ten digits"),
        (UPN, "UN1", "UN1 to UN5 name no child"),
        (UPN, "I80000000000", "a letter, eleven digits"),
        (UPN, "I800000000001", "a letter, eleven digits"),
        (LOCAL, "1234", "AUTHORITY:number"),
        (LOCAL, "E06000047: ", "AUTHORITY:number"),
        (LOCAL, ":1234", "AUTHORITY:number"),
        (NAME, "Testchild", "date of birth"),
        (NAME, "':2012-05-01", "at least one letter"),
        (NAME, "Testchild:01/05/2012", "date of birth"),
    ],
)
def test_a_value_that_cannot_be_one_is_refused_by_its_rule_and_not_repeated(
    kind: IdentifierKind, value: str, rule: str
) -> None:
    with pytest.raises(IdentifierRefused, match=rule) as refused:
        normalised(kind, value)

    assert str(refused.value).startswith(kind.value)
    assert not value or value == "UN1" or value not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (NHS, "9990000018", "999 000 0018"),
        (NHS, "9990000018", " 999-000-0018"),
        (NHS, "9990000018", "９９９０００００１８"),
        (UPN, "T801200001001", "t8012 00001001"),
        (LOCAL, "E06000047:0012", " e06000047 : 0012 "),
        (NAME, name_and_birth("Tëstchild-Ó Marker", BORN), name_and_birth("TESTCHILD O'MARKER", BORN)),
        (NAME, name_and_birth("Teststraße", BORN), name_and_birth("TESTSTRASSE", BORN)),
    ],
)
def test_spellings_of_one_identifier_are_one(kind: IdentifierKind, one: str, other: str) -> None:
    assert normalised(kind, one) == normalised(kind, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (NHS, "9990000018", "9990000019"),
        (LOCAL, "E06000047:0012", "E06000047:12"),
        (LOCAL, "E06000047:ab1", "E06000047:AB1"),
        (LOCAL, "E06000047:12", "E06000005:12"),
        (NAME, name_and_birth("Testchild", BORN), name_and_birth("Testchild", date(2012, 1, 5))),
    ],
)
def test_identifiers_that_differ_are_not_merged(kind: IdentifierKind, one: str, other: str) -> None:
    assert normalised(kind, one) != normalised(kind, other)


class BlindIndexContract:
    """What any database must keep. A subclass says where it is."""

    @pytest.fixture
    def url(self) -> str:
        """Of an empty database."""
        raise NotImplementedError

    @pytest.fixture
    def engine(self, url: str) -> Iterator[Engine]:
        engine = Tables(url, KEYS_SCHEMA).prepare()
        yield engine
        engine.dispose()

    @pytest.fixture
    def index(self, engine: Engine) -> BlindIndex:
        return BlindIndex(engine, SECRET)

    def test_one_refused_entry_keeps_all_out(self, index: BlindIndex) -> None:
        with pytest.raises(IdentifierRefused):
            index.add([(NHS, "9990000018", CHILD), (UPN, "UN1", CHILD)])

        assert index.find(NHS, "9990000018") == ()

    def test_a_value_is_found_only_under_its_own_kind(self, index: BlindIndex) -> None:
        spelled_alike = "1:2012-05-01"
        assert normalised(LOCAL, spelled_alike) == normalised(NAME, spelled_alike)

        index.add([(LOCAL, spelled_alike, CHILD)])

        assert index.find(NAME, spelled_alike) == ()
        assert index.find(LOCAL, spelled_alike) == (CHILD,)

    def test_another_master_key_finds_nothing(self, index: BlindIndex, engine: Engine) -> None:
        index.add([(NHS, "9990000018", CHILD)])

        assert BlindIndex(engine, HubSecret(bytes(32))).find(NHS, "9990000018") == ()

    def test_a_child_is_found_by_every_spelling_after_a_restart(self, index: BlindIndex, engine: Engine) -> None:
        index.add([(NHS, "999 000 0018", CHILD), (NAME, name_and_birth("Testchild", BORN), CHILD)])

        again = BlindIndex(engine, SECRET)

        assert again.find(NHS, "9990000018") == (CHILD,)
        assert again.find(NAME, name_and_birth("TESTCHILD", BORN)) == (CHILD,)

    def test_adding_again_changes_nothing_and_two_children_may_share_a_value(self, index: BlindIndex) -> None:
        twice = [(NAME, name_and_birth("Testchild", BORN), child) for child in (OTHER_CHILD, CHILD, CHILD)]

        index.add(twice)
        index.add(twice)

        assert index.find(NAME, name_and_birth("Testchild", BORN)) == (CHILD, OTHER_CHILD)

    def test_nothing_to_add_is_nothing_to_do(self, index: BlindIndex) -> None:
        index.add([])

        assert index.find(NHS, "9990000018") == ()


class TestBlindIndexOnSQLite(BlindIndexContract):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'index.db'}"

    def test_no_identifier_stands_in_the_file(self, index: BlindIndex, tmp_path: Path) -> None:
        index.add([(NHS, "9990000018", CHILD), (NAME, name_and_birth("Testchild", BORN), CHILD)])

        content = b"".join(file.read_bytes() for file in tmp_path.iterdir())

        assert CHILD.hex.encode() in content
        assert not [marker for marker in (b"9990000018", b"estchild", b"2012-05-01") if marker in content]


class TestBlindIndexOnPostgreSQL(BlindIndexContract):
    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url
