"""Disclosing to five desks, 10,000 children interleaved.

The bare loop beside it opens, decodes, encodes, seals and stores the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from adapters.avro_feed import FeedCodec
from adapters.sealed_feeds import SealedFeeds
from adapters.sql_feeds import SqlFeeds, Work
from adapters.sql_migrations import HUB_SCHEMA, Tables
from domain.desks import Disclosed
from gateway.hub import Hub
from projections.disclosing import WHOLE_STORE, DisclosureWorker, Folds, Step
from tests.bench import world
from tests.bench.measure import Result, seconds

CHILDREN, LATER, BATCH = 10_000, 3, 500


class Keeping(SealedFeeds):
    """Stores as usual and keeps what it was given, so that the bare loop can store the same."""

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)  # type: ignore[arg-type]
        self.steps: list[Step] = []

    def commit(self, step: Step) -> None:
        super().commit(step)
        self.steps.append(step)


def measure() -> Iterator[Result]:
    """The first submissions are disclosed before the clock starts; what is measured is the interleaved rest."""
    with world.hub() as hub:
        streams = [uuid4() for _ in range(CHILDREN)]
        for start in range(0, CHILDREN, BATCH):
            chunk = range(start, start + BATCH)
            hub.records.append([e for n in chunk for e in world.entries(hub, streams[n], world.first_events(n))])
        keeping = Keeping(hub.feeds, hub.keys, hub.codec)
        folds = Folds(hub.records, hub.documents, hub.pairwise, remember=2 * CHILDREN)
        worker = DisclosureWorker(hub.records, keeping, folds, hub.quarantining.set_aside)
        worker.run(BATCH)
        keeping.steps.clear()
        begun = hub.feeds.position()
        for m in range(LATER):
            for start in range(0, CHILDREN, BATCH):
                batch = []
                for stream in streams[start : start + BATCH]:
                    batch.extend(world.entries(hub, stream, [world.later_event(m + 1)], hub.records.get(stream)))
                hub.records.append(batch)
        ours = seconds(lambda: worker.run(BATCH))
        sent = sum(len(s.disclosed) for s in keeping.steps)
        bare = seconds(lambda: _bare(hub, keeping.steps, begun))
        events = CHILDREN * LATER
        yield Result(
            f"disclosing {events} events to five desks, rate over bare",
            bare / ours,
            0.4,
            True,
            detail=f"{events / ours:.0f} events/s, {sent / ours:.0f} messages/s; bare {events / bare:.0f} events/s",
        )


def _bare(hub: Hub, steps: list[Step], position: int) -> None:
    """Open, decode, encode, seal, store: the same bytes and rows with nothing decided on the way."""
    codec = FeedCodec()
    with TemporaryDirectory() as folder:
        engine = Tables(f"sqlite:///{Path(folder) / 'bare.db'}", HUB_SCHEMA).prepare()
        feeds = SqlFeeds(engine)
        sealed = SealedFeeds(feeds, hub.keys, codec)
        for step in steps:
            given: dict[int, list[tuple[int, UUID, Disclosed]]] = defaultdict(list)
            for place, ordinal, child, disclosed in step.disclosed:
                given[place].append((ordinal, child, disclosed))
            entries = []
            for place, _recorded in hub.records.notifications(position, BATCH):
                for ordinal, child, disclosed in given.get(place, ()):
                    entries.append(sealed._entry(place, ordinal, child, disclosed))
                position = place
            feeds.commit(Work({WHOLE_STORE: step.moves[WHOLE_STORE]}, entries, {}, [], [], {}))
        engine.dispose()
