"""One data key per subject (a child, or someone named in a child's record), wrapped, in a database of their own.

What is sealed under a subject's key can be read for as long as that key exists, wherever copies of it have gone.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.application import LRUCache
from sqlalchemy import (
    Column,
    Engine,
    LargeBinary,
    Table,
    Uuid,
    bindparam,
    select,
)

from adapters.hub_secret import KEY_BYTES, HubSecret
from adapters.sql_engine import insert_if_absent
from adapters.sql_schema import KEYS

_NONCE_BYTES: Final = 12

data_keys = Table(
    "data_keys",
    KEYS,
    Column("subject", Uuid, primary_key=True),
    # Empty once the key is destroyed: the row stays, so that insert-if-absent can never put another key in its place.
    Column("wrapped", LargeBinary, nullable=True),
)

# Built once: building it costs more than running it.
_WRAPPED = select(data_keys.c.wrapped).where(data_keys.c.subject == bindparam("subject"))


class KeyDestroyed(LookupError):
    """The subject has no key: it was destroyed, and with it everything sealed under it; or there never was one."""

    def __init__(self, subject: UUID) -> None:
        super().__init__(f"subject {subject} has no data key: what was sealed under it cannot be opened")
        self.subject = subject


class SealBroken(ValueError):
    """Sealed bytes that do not open: changed, cut short, moved from where they were sealed, or under another key."""


class WrongMasterKey(ValueError):
    """The data keys of this database were wrapped under another master key."""


class _DataKey:
    """An unwrapped key, with what is derived from it."""

    __slots__ = ("cipher", "commitment", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.cipher = AESGCM(raw)
        self.commitment = hmac.digest(raw, b"throughline/commitment", "sha256")


class SubjectKeys:
    """Creates, keeps and uses the subjects' keys. Threads may share it; several processes may use one database.

    cache_size: how many unwrapped keys are held in memory (about 3 kB each).
    Raises WrongMasterKey at once when the database's keys were wrapped under another master key, before any is added.
    """

    def __init__(self, engine: Engine, secret: HubSecret, cache_size: int = 20_000) -> None:
        self._engine = engine
        self._insert = insert_if_absent(engine, data_keys).returning(data_keys.c.subject)
        self._secret = secret
        self._wrapping = AESGCM(secret.derive("wrapping"))
        self._cache: LRUCache[UUID, _DataKey] = LRUCache(maxsize=cache_size)
        with engine.connect() as connection:
            present = data_keys.c.wrapped.is_not(None)
            for subject, wrapped in connection.execute(select(data_keys).where(present).limit(1)):
                self._unwrap(subject, wrapped)

    def create(self, subjects: Iterable[UUID]) -> None:
        """Give each subject that has none a new random 256-bit key, all in one transaction; durable when this returns.

        Subjects that have a key, or had one that was destroyed, are left as they are. Two processes that create the
        same subject's key at once end with one key for both: the database keeps the first, and both use that one.
        """
        known = self._cache.cache
        wanted = sorted({subject for subject in subjects if subject not in known})  # one order, or writers deadlock
        if not wanted:
            return
        drawn = {subject: os.urandom(KEY_BYTES) for subject in wanted}
        rows = [{"subject": subject, "wrapped": self._wrap(subject, raw)} for subject, raw in drawn.items()]
        with self._engine.begin() as connection:
            added = connection.scalars(self._insert, rows).all()
        for subject in added:  # remembered once on disk; the others are read when they are wanted
            self._cache.put(subject, _DataKey(drawn[subject]))

    def get(self, subject: UUID) -> bytes | None:
        """The subject's key (32 bytes), or None if there is none."""
        try:
            return self._key(subject).raw
        except KeyDestroyed:
            return None

    def seal(self, subject: UUID, plaintext: bytes, associated: bytes) -> bytes:
        """AES-256-GCM under the subject's key: a random 12-byte nonce, then ciphertext and tag (28 bytes longer).

        associated: where these bytes belong; not stored, and needed again to open them. Raises KeyDestroyed.
        """
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._key(subject).cipher.encrypt(nonce, plaintext, associated)

    def open(self, subject: UUID, sealed: bytes, associated: bytes) -> bytes:
        """What `seal` was given. Raises KeyDestroyed; SealBroken if the bytes or where they belong are not the same."""
        key = self._key(subject)
        try:
            return key.cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], associated)
        except (InvalidTag, ValueError):  # ValueError: cut shorter than a nonce
            raise SealBroken("sealed bytes do not open: changed, moved, or sealed under another key") from None

    def commitment(self, subject: UUID, data: bytes) -> bytes:
        """HMAC-SHA256 of the data under a key derived from the subject's: proves what was sent while the key exists.

        Once the key is destroyed the 32 bytes tell nothing, not even to who guesses the data. Raises KeyDestroyed.
        """
        return hmac.digest(self._key(subject).commitment, data, "sha256")

    def third_party(self, child: UUID, party: str) -> UUID:
        """The subject under which someone in a child's record ("mother") has a key; tells neither child nor party."""
        return UUID(bytes=self._secret.pairwise("third-party", child.bytes, party)[:16])

    def seal_third_party(self, child: UUID, party: str, text: str) -> bytes:
        """Seal words about someone other than the child under that person's own key, created if there never was one."""
        subject = self.third_party(child, party)
        self.create((subject,))
        return self.seal(subject, text.encode(), child.bytes)

    def open_third_party(self, child: UUID, party: str, sealed: bytes) -> str | None:
        """The words, or None once that person's key is destroyed. Raises SealBroken."""
        try:
            return self.open(self.third_party(child, party), sealed, child.bytes).decode()
        except KeyDestroyed:
            return None

    def _key(self, subject: UUID) -> _DataKey:
        try:
            return self._cache.get(subject)
        except KeyError:
            with self._engine.connect() as connection:
                wrapped = connection.scalar(_WRAPPED, {"subject": subject})
        if wrapped is None:
            raise KeyDestroyed(subject)  # not remembered: another process may create it next
        key = _DataKey(self._unwrap(subject, wrapped))
        self._cache.put(subject, key)
        return key

    def _wrap(self, subject: UUID, raw: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, raw, subject.bytes)

    def _unwrap(self, subject: UUID, wrapped: bytes) -> bytes:
        try:
            return self._wrapping.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], subject.bytes)
        except (InvalidTag, ValueError):
            raise WrongMasterKey(
                f"the data key of subject {subject} was changed, or wrapped under another master key; "
                "rule: the databases are used with the master key they were begun with"
            ) from None
