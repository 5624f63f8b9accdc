"""Messages to rows and back: encoded, committed to by a hash, sealed under the child's key."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from adapters.avro_feed import FeedCodec
from adapters.sql_feeds import Entry, SqlFeeds, Waiting, Work
from adapters.subject_keys import KeyDestroyed, SubjectKeys
from domain.desks import Disclosed
from domain.feed import Message, Told, Withdrawn
from projections.disclosing import Overtaken, Rulings, Step


class SealedFeeds:
    """The feeds as the disclosure worker writes them and projections read them."""

    def __init__(self, feeds: SqlFeeds, keys: SubjectKeys, codec: FeedCodec) -> None:
        self._feeds = feeds
        self._keys = keys
        self._codec = codec
        self._rulings = Rulings()

    def position(self) -> int:
        """The position up to which everything was disclosed."""
        return self._feeds.position()

    def commit(self, step: Step) -> None:
        """Store a step with its positions, then number what can be numbered."""
        self.store(step)
        self.number()

    def store(self, step: Step) -> None:
        """Store a step with its positions, all or nothing. Raises Overtaken where another process did this work."""
        self._feeds.commit(
            Work(
                step.moves,
                [self._entry(*disclosed) for disclosed in step.disclosed],
                step.calendar,
                [
                    Waiting(w.report, w.authority, w.reporter, w.received_on)
                    for w in step.tray
                    if w.authority is not None and w.received_on is not None
                ],
                [(w.report, w.child) for w in step.tray if w.authority is None],
                step.held,
            )
        )

    def number(self) -> None:
        """Number what every worker has passed. Where another process numbered meanwhile, what it did not see is numbered next."""
        while True:
            with suppress(Overtaken):
                self._feeds.sequence()
                return

    def read(self, audience: str, after: int, limit: int) -> list[tuple[int, Message | None]]:
        """A desk's feed after a number; None stands for a message whose body was taken out."""
        return [
            (number, self._open(child, message_id, body) if body is not None else None)
            for number, child, message_id, body in self._feeds.read(audience, after, limit)
        ]

    def opened(self, child: UUID, message_id: str, body: bytes | None) -> bytes | None:
        """A message's bytes in clear, as its desk gets them; None where the body was taken out, or the child was erased."""
        with suppress(KeyDestroyed):
            return self._keys.open(child, body, message_id.encode()) if body is not None else None
        return None

    def _open(self, child: UUID, message_id: str, body: bytes) -> Message:
        return self._codec.decode(self._keys.open(child, body, message_id.encode()))

    def _entry(self, position: int, ordinal: int, child: UUID, disclosed: Disclosed) -> Entry:
        message = disclosed.message
        body = self._codec.encode(message)
        return Entry(
            audience=str(disclosed.audience),
            position=position,
            ordinal=ordinal,
            child=child,
            message_id=message.id,
            kind=message.kind,
            item=told.item.item if isinstance(told := message.body, Told) else None,
            event_id=disclosed.event_id,
            body=self._keys.seal(child, body, message.id.encode()),
            hash=self._keys.commitment(child, body),
            context=disclosed.context,
            rulings=self._rulings.text(disclosed.rulings),
            breach=disclosed.breach,
            recorded_on=message.recorded_on,
            takes_back=message.body.item if isinstance(message.body, Withdrawn) else None,
        )
