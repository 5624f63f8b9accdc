"""References that mean something to one desk alone: two desks cannot join what they hold by comparing them."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

from domain.vocabulary import Audience


class Pairwise:
    """Keyed names for children, items and messages, one set per desk. secret: the hub's pairwise secret, 32 bytes.

    A message id depends on the desk, the child and the message's place among those this desk had about this child, and on
    nothing that the desk may not know (docs/decisions/0004).
    """

    __slots__ = ("_begun", "_secret")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._begun: dict[tuple[bytes, Audience], blake2b] = {}

    def child(self, audience: Audience, child: UUID) -> str:
        """The desk's own reference for a child: 32 hex digits."""
        return self._name(b"child", audience, child.bytes)

    def item(self, audience: Audience, event_id: UUID) -> str:
        """The desk's own id for an event: 32 hex digits."""
        return self._name(b"item", audience, event_id.bytes)

    def message(self, audience: Audience, child: UUID, nth: int) -> str:
        """The id of the nth message (from 1) to this desk about this child: 32 hex digits."""
        return self._name(b"message", audience, child.bytes + nth.to_bytes(8, "big"))

    def _name(self, label: bytes, audience: Audience, rest: bytes) -> str:
        begun = self._begun.get((label, audience))
        if begun is None:
            begun = blake2b(f"{audience}|".encode(), digest_size=16, key=self._secret, person=label)
            self._begun[label, audience] = begun
        name = begun.copy()
        name.update(rest)
        return name.hexdigest()
