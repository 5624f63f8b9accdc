"""The hub's one secret: a master key in a file, outside every database. The hub's other keys are derived from it."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
import stat
from pathlib import Path
from typing import Final
from uuid import uuid4

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
_GROUP_AND_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class MasterKeyRefused(ValueError):
    """The master key file may not be used as it is; the message names the rule and never the key."""


class HubSecret:
    """Keys derived from the master key by HKDF-SHA256 (RFC 5869), each under a label of its own.

    Whoever has the master key and the databases can read everything; whoever has only the databases can read nothing.
    Raises MasterKeyRefused for a master key that is not KEY_BYTES long.
    """

    __slots__ = ("_derived", "_master")

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise MasterKeyRefused(f"the master key is {len(master)} bytes long; rule: {KEY_BYTES} random bytes")
        self._master = master
        self._derived: dict[bytes, bytes] = {}

    @classmethod
    def load_or_create(cls, path: Path) -> HubSecret:
        """Read the master key (base64 of 32 bytes, one line, mode 0600); write a new one if there is no file.

        Of several processes that start at once on an empty folder one writes, and all read the same key. A lost master
        key cannot be replaced: what was recorded under it stays sealed for ever. Back it up apart from the databases.
        Raises MasterKeyRefused if the group or others may touch the file, or if it does not hold such a key.
        """
        try:
            return cls(_read(path))
        except FileNotFoundError:
            _write_new(path)
            return cls(_read(path))

    def derive(self, label: str) -> bytes:
        """The 32-byte key for one use. Another label gives an unrelated key, and none of them tells the master key."""
        return self._hkdf(b"throughline/key/" + label.encode())

    def pairwise(self, label: str, *parts: str | bytes) -> bytes:
        """HMAC-SHA256 of the parts under the label's own key: 32 bytes that only this hub can compute.

        The same parts always give the same bytes; each part goes in with its length, so ("ab", "c") is not ("a", "bc").
        """
        message = bytearray()
        for part in parts:
            data = part.encode() if isinstance(part, str) else part
            message += len(data).to_bytes(4, "big") + data
        return hmac.digest(self._hkdf(b"throughline/pairwise/" + label.encode()), bytes(message), "sha256")

    def _hkdf(self, info: bytes) -> bytes:
        key = self._derived.get(info)
        if key is None:
            key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._master)
            self._derived[info] = key
        return key


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & _GROUP_AND_OTHERS:
            raise MasterKeyRefused(f"{path.name} has mode {mode:04o}; rule: only its owner may read it (chmod 600)")
        text = file.read().strip()
    try:
        master = base64.b64decode(text, validate=True)
    except binascii.Error:
        master = b""
    if len(master) != KEY_BYTES:
        raise MasterKeyRefused(f"{path.name} holds no master key; rule: base64 of {KEY_BYTES} random bytes on one line")
    return master


def _write_new(path: Path) -> None:
    """Write the key beside its place and link it there: nobody reads half a key, and the first writer wins."""
    draft = path.with_name(f"{path.name}.{uuid4().hex}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its key is the key
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
