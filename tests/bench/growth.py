"""One more event on a stream of 2,000 against one on a stream of 20: recorded, disclosed and stored by a running hub."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from domain.submission import Intended
from tests.bench import world
from tests.bench.measure import Result, seconds

LONG, SHORT, ROUNDS = 2_000, 20, 126
LAST_DAY = world.BEGUN + timedelta(days=50)


def measure() -> Iterator[Result]:
    """Events of every kind of `later_event` in turn, on both streams alternately."""
    with world.hub() as hub:
        long, short = uuid4(), uuid4()
        for n, (stream, length) in enumerate(((long, LONG), (short, SHORT))):
            hub.records.append(world.entries(hub, stream, world.first_events(n)))
            for start in range(0, length - 4, 100):
                events = [world.later_event(m) for m in range(start, min(start + 100, length - 4))]
                hub.records.append(world.entries(hub, stream, events, hub.records.get(stream)))
        hub.disclose()
        desk = hub.recording.desk(world.DURHAM)

        def one_more(stream: UUID, n: int) -> float:
            event = replace(world.later_event(n), effective_on=LAST_DAY)  # each is the newest of its kind
            return seconds(
                lambda: (hub.recording.record(stream, [Intended(hub.new_id(), event)], desk), hub.disclose())
            )

        times: dict[UUID, list[float]] = {long: [], short: []}
        for n in range(ROUNDS):
            for stream in (long, short) if n % 2 else (short, long):
                times[stream].append(one_more(stream, n))
        on_long, on_short = statistics.median(times[long]), statistics.median(times[short])
        yield Result(
            "one more event on a stream of 2,000, time over one of 20",
            on_long / on_short,
            1.5,
            False,
            detail=f"{on_long * 1000:.2f} ms against {on_short * 1000:.2f} ms",
        )
