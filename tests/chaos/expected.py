"""What every feed must hold: the streams folded from scratch, one after the other, by none of the parts that were broken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from adapters.avro_feed import FeedCodec
from domain import quarantine
from domain.disclosure import Disclosure
from domain.feed import Told, Withdrawn
from domain.quarantine import Fold
from gateway.hub import Hub

PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Due:
    """A message that a desk must hold. taken_out: its item was withdrawn later, so that the hub may not keep its body."""

    position: int
    ordinal: int
    child: UUID
    ref: str
    message_id: str
    body: bytes
    taken_out: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as the store holds it."""

    child: UUID
    version: int
    event_id: UUID
    state: bytes


def stored_entries(hub: Hub) -> dict[int, Stored]:
    """Every entry of the store by its position, in order."""
    found: dict[int, Stored] = {}
    after = 0
    while page := hub.records.notifications_raw(after, PAGE):
        for position, raw in page:
            entry = hub.records.read(raw)
            event_id = getattr(entry, "event_id", UUID(int=0))  # what does not open has none
            found[position] = Stored(entry.originator_id, entry.originator_version, event_id, raw.state)
        after = page[-1][0]
    return found


def feeds_due(hub: Hub, stored: Mapping[int, Stored]) -> dict[str, list[Due]]:
    """Every desk's feed, in number order."""
    places: dict[UUID, list[int]] = defaultdict(list)
    for position, entry in stored.items():
        places[entry.child].append(position)
    codec = FeedCodec()
    feeds: dict[str, list[Due]] = defaultdict(list)
    for child, positions in places.items():
        stream = hub.records.entries(child)
        fold = Fold(Disclosure(child, hub.documents, hub.pairwise), quarantine.bars(stream))
        withdrawn: dict[tuple[str, str], int] = {}  # the last withdrawal of an item of a desk
        told: list[tuple[str, str | None, int, Due]] = []
        for position, one in zip(positions, stream, strict=True):
            for ordinal, disclosed in enumerate(fold.advance(one)):
                desk, message = str(disclosed.audience), disclosed.message
                item = message.body.item.item if isinstance(message.body, Told) else None
                if isinstance(message.body, Withdrawn):
                    withdrawn[desk, message.body.item] = len(told)
                due = Due(position, ordinal, child, message.child, message.id, codec.encode(message), False)
                told.append((desk, item, len(told), due))
        for desk, item, place, due in told:
            gone = item is not None and withdrawn.get((desk, item), -1) > place
            feeds[desk].append(_taken_out(due) if gone else due)
    return {desk: sorted(feed, key=lambda due: (due.position, due.ordinal)) for desk, feed in feeds.items()}


def _taken_out(due: Due) -> Due:
    return Due(due.position, due.ordinal, due.child, due.ref, due.message_id, due.body, True)
