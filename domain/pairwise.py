"""References that mean something to one desk alone: two desks cannot join what they hold by comparing them."""

from __future__ import annotations

import hmac
from uuid import UUID

from domain.vocabulary import Audience


class Pairwise:
    """Keyed names for children, items and messages, one set per desk. secret: the hub's pairwise secret, 32 bytes.

    A message id depends on the desk, the child and the message's place among those this desk had about this child, and on
    nothing that the desk may not know (docs/decisions/0004).
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

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
        data = b"|".join((label, str(audience).encode(), rest))
        return hmac.digest(self._secret, data, "sha256")[:16].hex()
