"""Keeps every version of the sharing policy and of the agency register: files named by the hash of their content.

A *bundle* is one version of a document: a mapping of file names to texts. Its content hash is the SHA-256 (hex) of its
canonical JSON, and that JSON is the stored file, so `sha256sum` proves a version without this program.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import uuid4

from adapters.policy_yaml import CODES_FOLDER, POLICY_FILE, read_policy
from adapters.register_csv import REGISTER_FILES, read_register
from domain.agencies import Register
from domain.policy import Policy

Bundle = Mapping[str, str]

_HASH: Final = re.compile(r"[0-9a-f]{64}")


class DocumentMissing(KeyError):
    """The store holds no document of this content hash."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would put its message in quotes


class DocumentAltered(ValueError):
    """A stored document is no longer what its name says. Replay with it would tell other things than were told."""


def schemas_dir() -> Path:
    """The folder `schemas` beside this package, in a checkout as when installed.

    Not looked up by name: a folder called schemas where the program is started would be taken for it.
    """
    return Path(__file__).resolve().parents[1] / "schemas"


def policy_bundle(schemas: Path) -> dict[str, str]:
    """The policy in a folder laid out like `schemas_dir()`: "sharing-policy.yaml" and every "codes/<list>.csv"."""
    codes = sorted((schemas / "codes").glob("*.csv"))
    files = {POLICY_FILE: schemas / "policy" / POLICY_FILE} | {f"{CODES_FOLDER}{path.name}": path for path in codes}
    return {name: _text(path) for name, path in files.items()}


def register_bundle(schemas: Path) -> dict[str, str]:
    """The agency register in a folder laid out like `schemas_dir()`."""
    return {name: _text(schemas / "register" / name) for name in REGISTER_FILES}


def content_hash(bundle: Bundle) -> str:
    """The name of a bundle: 64 hex digits. Every character of a text changes it, the order of the files does not."""
    return hashlib.sha256(_canonical(bundle)).hexdigest()


class DocumentStore:
    """One folder of bundles, each in `<content hash>.json`. Nothing in it is ever changed or deleted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, bundle: Bundle) -> str:
        """Store a bundle, if it is not there yet, and answer its content hash. The folder is made if need be.

        Once this returns, the bundle is on disk; a crash before leaves nothing under its name.
        Raises DocumentAltered if the stored file of that name holds something else.
        """
        name = content_hash(bundle)
        if self._path(name).exists():
            self.load(name)
            return name
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f"{name}.{uuid4().hex}.draft"
        try:
            with draft.open("wb") as file:
                file.write(_canonical(bundle))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path(name))  # two that keep the same bundle at once write the same bytes
        finally:
            draft.unlink(missing_ok=True)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def load(self, name: str) -> dict[str, str]:
        """The bundle of this content hash. Raises DocumentMissing, and DocumentAltered where the bytes do not match."""
        if not _HASH.fullmatch(name):
            raise DocumentMissing("not a content hash: rule: 64 hex digits, lower case")
        try:
            content = self._path(name).read_bytes()
        except FileNotFoundError:
            raise DocumentMissing(f"document {name} is not in the store: restore it from a backup") from None
        if hashlib.sha256(content).hexdigest() != name:
            raise DocumentAltered(f"document {name} has been altered: restore it from a backup")
        bundle: dict[str, str] = json.loads(content)
        return bundle

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"


class StoredDocuments:
    """`domain.disclosure.Documents` from a store: each version is read once, and is the same object ever after.

    Raises DocumentMissing (a KeyError) for a hash the store does not hold, DocumentAltered for a changed file, and
    ValueError where a bundle is not a document of that kind.
    """

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self._policies: dict[str, Policy] = {}
        self._registers: dict[str, Register] = {}

    def policy(self, content_hash: str) -> Policy:
        """The sharing policy of this content hash."""
        found = self._policies.get(content_hash)
        if found is None:
            # setdefault, not assignment: threads that read it at once must end up with one object between them
            found = self._policies.setdefault(content_hash, read_policy(self._store.load(content_hash), content_hash))
        return found

    def register(self, content_hash: str) -> Register:
        """The agency register of this content hash."""
        found = self._registers.get(content_hash)
        if found is None:
            read = read_register(self._store.load(content_hash), content_hash)
            found = self._registers.setdefault(content_hash, read)
        return found


def _canonical(bundle: Bundle) -> bytes:
    return json.dumps(dict(bundle), sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def _text(path: Path) -> str:
    """The text with \\n at every line's end, so that a checkout on another system has the same hash."""
    return path.read_text(encoding="utf-8")
