"""The documents that decide, kept version by version under the hash of their content."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from adapters.document_store import (
    DocumentAltered,
    DocumentMissing,
    DocumentStore,
    StoredDocuments,
    content_hash,
    policy_bundle,
    register_bundle,
    schemas_dir,
)
from adapters.register_csv import REGISTER_FILES
from domain.disclosure import Documents

# --- the store: refusals ---------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return DocumentStore(tmp_path / "documents")


def stored(tmp_path: Path, name: str) -> Path:
    return tmp_path / "documents" / f"{name}.json"


def test_a_document_that_is_not_there_is_missing_by_name(store: DocumentStore) -> None:
    with pytest.raises(DocumentMissing, match=r"^document 0{64} is not in the store") as refused:
        store.load("0" * 64)
    assert isinstance(refused.value, KeyError)


@pytest.mark.parametrize("name", ["", "../elsewhere", "0" * 63, "G" * 64, "A" * 64, "0" * 64 + "\n"])
def test_what_is_no_content_hash_names_no_file(store: DocumentStore, tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere.json").write_text("{}")

    with pytest.raises(DocumentMissing, match="64 hex digits"):
        store.load(name)


def test_an_altered_document_is_refused_on_loading_and_on_keeping(store: DocumentStore, tmp_path: Path) -> None:
    name = store.keep({"a.csv": "share"})
    stored(tmp_path, name).write_text('{"a.csv":"hide"}')

    with pytest.raises(DocumentAltered, match=f"^document {name} has been altered"):
        store.load(name)
    with pytest.raises(DocumentAltered, match=f"^document {name} has been altered"):
        store.keep({"a.csv": "share"})


def test_a_crash_while_keeping_leaves_nothing_behind(
    store: DocumentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(OSError, match="no space left"):
        store.keep({"a.csv": "share"})

    assert list((tmp_path / "documents").iterdir()) == []


def test_a_document_of_the_other_kind_is_refused(store: DocumentStore) -> None:
    documents = StoredDocuments(store)

    with pytest.raises(ValueError, match="the policy needs this file"):
        documents.policy(store.keep(register_bundle(schemas_dir())))
    with pytest.raises(ValueError, match="the register needs this file"):
        documents.register(store.keep(policy_bundle(schemas_dir())))


# --- the store: what it keeps ----------------------------------------------------------------------------------------


def test_what_was_kept_is_loaded_as_it_was(store: DocumentStore) -> None:
    bundle = {"b.csv": "two\nlines, «ünïcode»\n", "a.csv": ""}

    assert store.load(store.keep(bundle)) == bundle


def test_a_document_kept_twice_is_one_file(store: DocumentStore, tmp_path: Path) -> None:
    names = {store.keep({"a.csv": "share", "b.csv": "hide"}), store.keep({"b.csv": "hide", "a.csv": "share"})}

    assert [path.stem for path in (tmp_path / "documents").iterdir()] == list(names)


def test_another_character_or_another_file_name_is_another_version(store: DocumentStore) -> None:
    names = {
        store.keep(bundle) for bundle in ({"a": "share"}, {"a": "share "}, {"b": "share"}, {"a": "share", "b": ""})
    }

    assert len(names) == 4


def test_the_name_is_the_hash_of_the_file_itself(store: DocumentStore, tmp_path: Path) -> None:
    name = store.keep({"b": "ü", "a": ""})

    assert stored(tmp_path, name).read_bytes() == b'{"a":"","b":"\\u00fc"}'
    assert name == hashlib.sha256(b'{"a":"","b":"\\u00fc"}').hexdigest()


def test_a_store_opened_again_holds_what_was_kept(store: DocumentStore, tmp_path: Path) -> None:
    name = store.keep({"a.csv": "share"})

    assert DocumentStore(tmp_path / "documents").load(name) == {"a.csv": "share"}


# --- the documents of this project -----------------------------------------------------------------------------------


def test_a_policy_is_its_file_and_every_code_list() -> None:
    lists = {f"codes/{path.name}" for path in (schemas_dir() / "codes").iterdir() if path.suffix == ".csv"}

    assert set(policy_bundle(schemas_dir())) == {"sharing-policy.yaml"} | lists
    assert set(register_bundle(schemas_dir())) == set(REGISTER_FILES)


def test_a_checkout_with_other_line_ends_has_the_same_hashes(tmp_path: Path) -> None:
    copy = tmp_path / "schemas"
    shutil.copytree(schemas_dir(), copy)
    for path in [*copy.rglob("*.csv"), *copy.rglob("*.yaml")]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert content_hash(policy_bundle(copy)) == content_hash(policy_bundle(schemas_dir()))
    assert content_hash(register_bundle(copy)) == content_hash(register_bundle(schemas_dir()))


def test_a_stored_document_is_parsed_once_and_carries_its_hash(store: DocumentStore) -> None:
    policy_hash, register_hash = store.keep(policy_bundle(schemas_dir())), store.keep(register_bundle(schemas_dir()))
    documents: Documents = StoredDocuments(store)

    assert documents.policy(policy_hash) is documents.policy(policy_hash)
    assert documents.register(register_hash) is documents.register(register_hash)
    assert documents.policy(policy_hash).content_hash == policy_hash
    assert documents.register(register_hash).content_hash == register_hash


def test_two_versions_stand_side_by_side(store: DocumentStore) -> None:
    old = policy_bundle(schemas_dir())
    new = old | {"sharing-policy.yaml": old["sharing-policy.yaml"].replace("\ntitle: ", "\ntitle: Invented. ")}
    documents = StoredDocuments(store)

    titles = [documents.policy(store.keep(bundle)).title for bundle in (old, new)]
    assert titles[1] == f"Invented. {titles[0]}"
