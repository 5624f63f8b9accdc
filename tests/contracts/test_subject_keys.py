"""The master key, and the data keys wrapped by it: what is refused, what survives, what two processes agree on."""

from __future__ import annotations

import base64
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Engine, update

from adapters.hub_secret import HubSecret, MasterKeyRefused
from adapters.sql_engine import make_engine
from adapters.sql_migrations import KEYS_SCHEMA, Tables
from adapters.subject_keys import KeyDestroyed, SealBroken, SubjectKeys, WrongMasterKey, data_keys
from tests.support.databases import cut_connections

CHILD, OTHER_CHILD = UUID(int=1), UUID(int=2)
SECRET = HubSecret(bytes(range(32)))
WORDS = b"Marker Testchild was seen"
PLACE = b"where it belongs"

T = TypeVar("T")


def at_once(*calls: Callable[[], T]) -> list[T]:
    """What the calls give when they start at the same moment, each in its own thread."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def write_key(path: Path, content: bytes, mode: int = 0o600) -> None:
    path.write_bytes(content)
    path.chmod(mode)


# --- the master key file


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620, 0o604, 0o601])
def test_a_master_key_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    write_key(tmp_path / "master.key", base64.b64encode(bytes(32)), mode)

    with pytest.raises(MasterKeyRefused, match=f"mode {mode:04o}; rule: only its owner"):
        HubSecret.load_or_create(tmp_path / "master.key")


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\x00", base64.b64encode(bytes(31)), base64.b64encode(bytes(33)), bytes(32).hex().encode(), bytes(32)],
    ids=["empty", "no text", "too short", "too long", "hex", "raw"],
)
def test_a_malformed_master_key_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    write_key(tmp_path / "master.key", content)

    with pytest.raises(MasterKeyRefused, match="rule: base64 of 32 random bytes"):
        HubSecret.load_or_create(tmp_path / "master.key")

    assert (tmp_path / "master.key").read_bytes() == content


def test_a_master_key_of_another_length_is_refused() -> None:
    with pytest.raises(MasterKeyRefused, match="16 bytes long"):
        HubSecret(bytes(16))


def test_the_first_use_writes_a_key_for_its_owner_alone_and_the_next_reads_it(tmp_path: Path) -> None:
    first = HubSecret.load_or_create(tmp_path / "master.key")
    second = HubSecret.load_or_create(tmp_path / "master.key")

    assert first.derive("wrapping") == second.derive("wrapping")
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["master.key"]


def test_starting_several_times_at_once_ends_with_one_key(tmp_path: Path) -> None:
    def start() -> bytes:
        return HubSecret.load_or_create(tmp_path / "master.key").derive("wrapping")

    assert len(set(at_once(*[start] * 8))) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["master.key"]


def test_two_hubs_do_not_get_the_same_key(tmp_path: Path) -> None:
    one, other = (HubSecret.load_or_create(tmp_path / name) for name in ("a.key", "b.key"))

    assert one.derive("wrapping") != other.derive("wrapping")


def test_each_label_and_use_has_a_key_of_its_own() -> None:
    keys = {SECRET.derive("a"), SECRET.derive("b"), SECRET.pairwise("a"), SECRET.pairwise("b"), bytes(range(32))}

    assert len(keys) == 5


def test_parts_do_not_run_into_each_other() -> None:
    spellings = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("", "abc")]

    assert len({SECRET.pairwise("child", *parts) for parts in spellings}) == len(spellings)


def test_what_is_derived_never_changes() -> None:
    # Pairwise references and wrapped keys outlive every release: another derivation would orphan them.
    assert SECRET.derive("wrapping").hex() == "f1f73983afc62d8cf6469707a5cc113d0c941eda15c253dd0ac2e16adb37358e"
    assert (
        SECRET.pairwise("child", "E06000047/school", CHILD.bytes).hex()
        == "1377c8279ed8ccdbdc559378d8e6251d78fda90d68698ccd9833cab584ee59ed"
    )


# --- the data keys


class SubjectKeysContract:
    """What any database must keep. A subclass says where it is."""

    @pytest.fixture
    def url(self) -> str:
        """Of an empty database that two engines can share."""
        raise NotImplementedError

    @pytest.fixture
    def engines(self, url: str) -> Iterator[tuple[Engine, Engine]]:
        pair = (Tables(url, KEYS_SCHEMA).prepare(), Tables(url, KEYS_SCHEMA).prepare())
        yield pair
        for engine in pair:
            engine.dispose()

    @pytest.fixture
    def keys(self, engines: tuple[Engine, Engine]) -> SubjectKeys:
        return SubjectKeys(engines[0], SECRET)

    @pytest.fixture
    def second(self, engines: tuple[Engine, Engine]) -> SubjectKeys:
        """Another process on the same database."""
        return SubjectKeys(engines[1], SECRET)

    def destroy(self, engine: Engine, subject: UUID) -> None:
        with engine.begin() as connection:
            connection.execute(update(data_keys).where(data_keys.c.subject == subject).values(wrapped=None))

    def test_a_subject_without_a_key_can_neither_seal_nor_open_nor_commit(self, keys: SubjectKeys) -> None:
        assert keys.get(CHILD) is None
        for use in (
            lambda: keys.seal(CHILD, WORDS, PLACE),
            lambda: keys.open(CHILD, bytes(40), PLACE),
            lambda: keys.commitment(CHILD, WORDS),
        ):
            with pytest.raises(KeyDestroyed, match=str(CHILD)) as refused:
                use()
            assert refused.value.subject == CHILD

    def test_a_destroyed_key_stays_destroyed(self, keys: SubjectKeys, engines: tuple[Engine, Engine]) -> None:
        keys.create([CHILD])
        sealed = keys.seal(CHILD, WORDS, PLACE)
        self.destroy(engines[0], CHILD)

        later = SubjectKeys(engines[1], SECRET)
        later.create([CHILD])

        assert later.get(CHILD) is None
        with pytest.raises(KeyDestroyed):
            later.open(CHILD, sealed, PLACE)

    @pytest.mark.parametrize("at", [0, 11, 12, -17, -1], ids=["nonce", "nonce end", "text", "text end", "tag"])
    def test_a_changed_bit_does_not_open(self, keys: SubjectKeys, at: int) -> None:
        keys.create([CHILD])
        sealed = bytearray(keys.seal(CHILD, WORDS, PLACE))
        sealed[at] ^= 1

        with pytest.raises(SealBroken):
            keys.open(CHILD, bytes(sealed), PLACE)

    @pytest.mark.parametrize("length", [0, 5, 12, 20, 28])
    def test_cut_bytes_do_not_open(self, keys: SubjectKeys, length: int) -> None:
        keys.create([CHILD])
        sealed = keys.seal(CHILD, WORDS, PLACE)

        with pytest.raises(SealBroken):
            keys.open(CHILD, sealed[:length], PLACE)

    def test_what_was_sealed_for_one_place_or_child_does_not_open_for_another(self, keys: SubjectKeys) -> None:
        keys.create([CHILD, OTHER_CHILD])
        sealed = keys.seal(CHILD, WORDS, PLACE)

        with pytest.raises(SealBroken):
            keys.open(CHILD, sealed, b"elsewhere")
        with pytest.raises(SealBroken):
            keys.open(OTHER_CHILD, sealed, PLACE)

    def test_another_master_key_is_refused_before_any_key_is_added(
        self, keys: SubjectKeys, engines: tuple[Engine, Engine]
    ) -> None:
        keys.create([CHILD])

        with pytest.raises(WrongMasterKey, match="rule: the databases are used with the master key"):
            SubjectKeys(engines[1], HubSecret(bytes(32)))

    def test_a_wrapped_key_put_in_another_subjects_row_is_refused(
        self, keys: SubjectKeys, second: SubjectKeys, engines: tuple[Engine, Engine]
    ) -> None:
        keys.create([CHILD, OTHER_CHILD])
        with engines[0].begin() as connection:
            stolen = connection.execute(data_keys.select().where(data_keys.c.subject == CHILD)).one().wrapped
            at_other = update(data_keys).where(data_keys.c.subject == OTHER_CHILD)
            connection.execute(at_other.values(wrapped=stolen))

        with pytest.raises(WrongMasterKey, match=str(OTHER_CHILD)):
            second.get(OTHER_CHILD)

    def test_sealed_words_open_again_and_never_look_the_same_twice(
        self, keys: SubjectKeys, second: SubjectKeys
    ) -> None:
        keys.create([CHILD])
        once, again = keys.seal(CHILD, WORDS, PLACE), keys.seal(CHILD, WORDS, PLACE)

        assert once != again
        assert WORDS not in once
        assert [second.open(CHILD, sealed, PLACE) for sealed in (once, again)] == [WORDS, WORDS]

    def test_creating_again_keeps_the_key(self, keys: SubjectKeys, second: SubjectKeys) -> None:
        keys.create([CHILD])
        before = keys.get(CHILD)

        second.create([CHILD, OTHER_CHILD, CHILD])

        assert before is not None
        assert second.get(CHILD) == before == keys.get(CHILD)
        assert keys.get(OTHER_CHILD) not in (None, before)

    def test_a_key_that_another_process_creates_is_found_though_it_was_missed_before(
        self, keys: SubjectKeys, second: SubjectKeys
    ) -> None:
        assert keys.get(CHILD) is None

        second.create([CHILD])

        assert keys.get(CHILD) is not None
        assert keys.get(CHILD) == second.get(CHILD)

    def test_two_processes_that_create_the_same_keys_at_once_end_with_one_key_for_both(
        self, keys: SubjectKeys, second: SubjectKeys
    ) -> None:
        subjects = [UUID(int=n) for n in range(1, 31)]

        def create(these: SubjectKeys, order: list[UUID]) -> list[bytes | None]:
            for subject in order:
                these.create([subject])
            return [these.get(subject) for subject in order]

        one, other = at_once(lambda: create(keys, subjects), lambda: create(second, subjects))

        assert one == other
        assert None not in one
        assert len(set(one)) == len(subjects)

    def test_many_keys_are_created_in_one_go_and_outlast_the_memory_for_them(
        self, engines: tuple[Engine, Engine]
    ) -> None:
        few = SubjectKeys(engines[0], SECRET, cache_size=10)
        subjects = [UUID(int=n) for n in range(1, 2502)]

        few.create(subjects)

        assert len({few.get(subject) for subject in subjects} - {None}) == len(subjects)

    def test_a_commitment_is_the_subjects_own_and_repeats(self, keys: SubjectKeys, second: SubjectKeys) -> None:
        keys.create([CHILD, OTHER_CHILD])

        assert keys.commitment(CHILD, WORDS) == second.commitment(CHILD, WORDS)
        assert (
            len({keys.commitment(CHILD, WORDS), keys.commitment(OTHER_CHILD, WORDS), keys.commitment(CHILD, b"")}) == 3
        )

    def test_words_about_a_third_party_are_gone_with_that_persons_key_and_only_they(
        self, keys: SubjectKeys, engines: tuple[Engine, Engine]
    ) -> None:
        mother = keys.seal_third_party(CHILD, "mother", "has moved")
        father = keys.seal_third_party(CHILD, "father", "visits")
        self.destroy(engines[0], keys.third_party(CHILD, "mother"))

        later = SubjectKeys(engines[1], SECRET)

        assert later.open_third_party(CHILD, "mother", mother) is None
        assert later.open_third_party(CHILD, "father", father) == "visits"

    def test_a_third_party_in_another_childs_record_is_another_subject(self, keys: SubjectKeys) -> None:
        sealed = keys.seal_third_party(CHILD, "mother", "has moved")
        keys.seal_third_party(OTHER_CHILD, "mother", "works")

        assert keys.third_party(CHILD, "mother") != keys.third_party(OTHER_CHILD, "mother")
        with pytest.raises(SealBroken):
            keys.open_third_party(OTHER_CHILD, "mother", sealed)


class TestSubjectKeysOnSQLite(SubjectKeysContract):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'keys.db'}"

    def test_no_key_stands_in_the_file_as_it_is(self, keys: SubjectKeys, tmp_path: Path) -> None:
        keys.create([CHILD])
        raw = keys.get(CHILD)

        assert raw is not None
        assert not [file.name for file in tmp_path.iterdir() if raw in file.read_bytes()]

    def test_a_commit_waits_for_the_disk_whatever_this_build_of_sqlite_does_by_itself(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connect = sqlite3.dbapi2.connect

        def unsynced(*settings: Any, **more: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*settings, **more)
            connection.execute("PRAGMA synchronous=NORMAL")
            return connection

        monkeypatch.setattr(sqlite3.dbapi2, "connect", unsynced)
        engine = make_engine(url)

        with engine.connect() as connection:
            pragmas = ("journal_mode", "synchronous")
            answers = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
        engine.dispose()

        assert answers == ["wal", 2]


class TestSubjectKeysOnPostgreSQL(SubjectKeysContract):
    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url

    def test_sessions_that_the_server_ended_are_replaced(self, keys: SubjectKeys, url: str) -> None:
        keys.create([CHILD])

        cut_connections(url)

        keys.create([OTHER_CHILD])
        assert keys.get(OTHER_CHILD) is not None
