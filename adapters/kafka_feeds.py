"""Delivers the feeds to Kafka, a topic for each desk: in number order, each message once. One at a time; a second takes over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from adapters.kafka_appender import AppendFailed, Fenced, KafkaAppender
from adapters.kafka_records import Outgoing, feed_topic, message_record
from adapters.kafka_topics import KafkaTopics
from adapters.sealed_feeds import SealedFeeds
from adapters.sql_delivery import Numbered, SqlDelivery
from adapters.sql_positions import DELIVERY, SqlPositions
from domain.pairwise import Pairwise
from domain.vocabulary import Audience
from projections.disclosing import Overtaken

BATCH: Final = 2_000  # messages of one transaction


class KafkaFeeds:
    """Where each desk's topic ends, the topic itself tells; the position kept in SQL says from where on to look.

    wire: makes of a message's bytes those that go out: as they are, or with the schema named by a registry's id.
    """

    def __init__(
        self,
        delivery: SqlDelivery,
        positions: SqlPositions,
        sealed: SealedFeeds,
        pairwise: Pairwise,
        topics: KafkaTopics,
        appender: KafkaAppender,
        wire: Callable[[bytes], bytes] = bytes,
        batch: int = BATCH,
    ) -> None:
        self._delivery = delivery
        self._positions = positions
        self._sealed = sealed
        self._pairwise = pairwise
        self._topics = topics
        self._appender = appender
        self._wire = wire
        self._batch = batch
        self._position: int | None = None  # up to where all is delivered; None: to be looked up
        self._generation = 0
        self._ends: dict[str, int] = {}  # desk: the last number on its topic

    def step(self) -> int:
        """Deliver one batch; answers how many messages. Raises AppendFailed, Fenced; the next step looks where the topics end.

        1. read what follows the position; where there is nothing, number what may be numbered, since the worker that stored it may
        have died before it did  2. leave out what a desk's topic holds already  3. append it, to all desks in one transaction  4. move
        the position. A crash between 3 and 4 is made good by 2; another deliverer that did the same meanwhile is left to it, since
        whoever began first is fenced off at its next append.
        """
        if not self._generation:
            self._generation = self._positions.take_over(DELIVERY)
        after = self._position if self._position is not None else self._positions.of(DELIVERY)
        upto, found = self._delivery.numbered(after, self._batch)
        if not found:
            self._sealed.number()
        outgoing = [self._record(m) for m in found if m.number > self._end(m)]
        try:
            if outgoing:
                self._appender.append(outgoing)
            # it may end beyond what was found
            self._ends.update({m.audience: max(m.number, self._end(m)) for m in found})
            if upto > after:
                self._positions.move(DELIVERY, after, upto)
            self._position = upto
        except (AppendFailed, Overtaken) as lost:
            self._ends.clear()
            self._position = None
            if isinstance(lost, Overtaken):
                return 0
            if (
                self._positions.generation(DELIVERY) != self._generation
            ):  # then the broker refused it for that, in whatever words
                raise Fenced("another process delivers now") from lost
            raise
        return len(outgoing)

    def _end(self, message: Numbered) -> int:
        end = self._ends.get(message.audience)
        if end is None:
            audience = Audience.parse(message.audience)
            self._topics.ensure_feed(audience)
            last = self._appender.last(feed_topic(audience), 0)
            end = self._ends[message.audience] = last if last is not None else message.number - 1
        return end

    def _record(self, message: Numbered) -> Outgoing:
        audience = Audience.parse(message.audience)
        body = self._sealed.opened(message.child, message.message_id, message.body)
        ref = self._pairwise.child(audience, message.child)
        wired = self._wire(body) if body is not None else None
        return message_record(audience, message.number, message.kind, message.message_id, ref, wired)
