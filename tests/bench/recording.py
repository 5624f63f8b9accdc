"""Recording one event on streams of 20, against eventsourcing alone: get an aggregate of 20 events, trigger one, save."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from adapters.avro_events import EventCodec
from adapters.eventsourcing_store import ChildRecords, sqlite_settings
from domain.child_record import ChildRecord
from domain.submission import Intended
from tests.bench import world
from tests.bench.measure import Result, medians

STREAMS, LENGTH, ROUNDS = 150, 20, 7


class Bare(Aggregate):
    """The plainest aggregate that keeps what our placement does."""

    @event("Placed")
    def place(self, on: str, kind: str, area: str, address: str, postcode: str) -> None:
        """Remember the last placement."""
        self.last = (on, kind, area, address, postcode)


def measure() -> Iterator[Result]:
    """No cache on either side: both fold the whole stream at every get."""
    with TemporaryDirectory() as folder, world.hub() as hub:
        app: Application[UUID] = Application(
            {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(Path(folder) / "bare.db")}
        )
        bare_ids = []
        for _ in range(STREAMS):
            aggregate = Bare()
            for n in range(LENGTH - 1):
                aggregate.place("2026-04-06", "U4", world.HAMPSHIRE, f"{n} Invented Street", "ZZ1 1AA")
            app.save(aggregate)
            bare_ids.append(aggregate.id)
        streams = [uuid4() for _ in range(STREAMS)]
        for n, stream in enumerate(streams):
            events = world.first_events(n) + [world.later_event(m) for m in range(LENGTH - 4)]
            hub.records.append(world.entries(hub, stream, events))
        ours: ChildRecords[ChildRecord] = ChildRecords(
            sqlite_settings(hub.settings.events), EventCodec(), hub.keys, ChildRecord.project, cache_size=1
        )
        desk = hub.recording.desk(world.DURHAM)

        def bare() -> None:
            for i in bare_ids:
                aggregate: Bare = app.repository.get(i)
                aggregate.place("2026-04-06", "U4", world.HAMPSHIRE, "1 Invented Street", "ZZ1 1AA")
                app.save(aggregate)

        def hub_records() -> None:
            for stream in streams:
                record = ours.get(stream)
                assert record is not None
                ours.append(record.decide([Intended(hub.new_id(), world.later_event(3))], desk))

        bare_time, our_time = medians(bare, hub_records, ROUNDS)
        ours.close()
        app.close()
        yield Result(
            "recording, one event on streams of 20, rate over bare",
            bare_time / our_time,
            0.5,
            True,
            detail=f"{STREAMS / our_time:.0f}/s against {STREAMS / bare_time:.0f}/s",
        )
