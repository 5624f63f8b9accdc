"""What must hold at the end, whatever broke: nothing lost, nothing twice, in order, byte for byte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from random import Random
from uuid import UUID

from sqlalchemy import func, select

from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import EVENTS, entry_of, feed_topic
from adapters.sql_engine import make_engine
from adapters.sql_feeds import FEED, LEDGER, NUMBERS
from adapters.sql_migrations import HUB_SCHEMA
from domain.events import EntryQuarantined
from domain.recorded import Recorded
from domain.vocabulary import Audience
from gateway.hub import Hub
from gateway.processes import lags
from gateway.upkeep import rebuild
from projections.project import FeedGap
from tests.chaos.expected import Due, Stored, feeds_due, stored_entries
from tests.chaos.topics import everything

REBUILT = 5  # desks whose views are made again


def faults(
    hub: Hub, connection: KafkaConnection, acknowledged: Sequence[tuple[UUID, UUID]], chance: Random
) -> Iterator[str]:
    """Everything that does not hold, in words; nothing where all does."""
    stored = stored_entries(hub)
    due = feeds_due(hub, stored)
    yield from _lags(hub)
    yield from _acknowledged(stored, acknowledged)
    yield from _streams(hub, stored)
    yield from _events_topic(connection, stored)
    yield from _rows(hub, due)
    for desk in sorted(due.keys() | set(hub.feeds.audiences())):
        yield from _feed(hub, desk, due.get(desk, []))
        yield from _feed_topic(connection, desk, due.get(desk, []))
    for desk in chance.sample(sorted(due), min(REBUILT, len(due))):
        yield from _views(hub, desk)


def _lags(hub: Hub) -> Iterator[str]:
    yield from (f"{kind} is {behind} behind" for kind, behind in lags(hub).items() if behind)


def _acknowledged(stored: Mapping[int, Stored], acknowledged: Sequence[tuple[UUID, UUID]]) -> Iterator[str]:
    """Each submission that was answered is stored once."""
    times = Counter((entry.child, entry.event_id) for entry in stored.values())
    lost = [one for one in acknowledged if not times[one]]
    twice = [one for one, n in times.items() if n > 1]
    if lost or twice:
        yield f"of {len(acknowledged)} events that were acknowledged {len(lost)} are lost and {len(twice)} stored twice"


def _streams(hub: Hub, stored: Mapping[int, Stored]) -> Iterator[str]:
    """Every stream's versions follow on, in store order; and no fault of a service was taken for one of an entry."""
    last: Counter[UUID] = Counter()
    for position, entry in stored.items():
        last[entry.child] += 1
        if entry.version != last[entry.child]:
            yield f"position {position}: version {entry.version} of a stream where {last[entry.child]} was due"
    for child in last:
        for one in hub.records.entries(child):
            if not isinstance(one, Recorded) or isinstance(one.event, EntryQuarantined):
                yield f"version {one.originator_version} of stream {child} is quarantined, or does not open"


def _events_topic(connection: KafkaConnection, stored: Mapping[int, Stored]) -> Iterator[str]:
    """The topic holds every entry as it is stored, and each record tells the one before it in its partition, or one since.

    In that way a worker finds what a send that failed has left out or put behind. What stands there again is a repeat.
    """
    lanes: dict[
        int, dict[int, int]
    ] = {}  # by partition: each entry's position, and what its records tell of the one before
    for record in everything(connection, EVENTS):
        arrived = entry_of(record.key, record.value, record.headers)
        entry = stored.get(arrived.position)
        if entry is None or (record.key, record.value) != (str(entry.child).encode(), entry.state):
            yield f"offset {record.offset} of partition {record.partition} holds what is not stored at {arrived.position}"
        lane = lanes.setdefault(record.partition, {})
        lane[arrived.position] = min(arrived.previous, lane.get(arrived.position, arrived.previous))
    for partition, lane in lanes.items():
        for before, position in pairwise([0, *sorted(lane)]):
            if not before <= lane[position] < position:
                yield f"partition {partition}: {position} tells that {lane[position]} came before it, where {before} did"
    if missing := stored.keys() - set().union(*lanes.values()):
        yield f"{len(missing)} entries never came to the events topic, the first at {min(missing)}"


def _rows(hub: Hub, due: Mapping[str, list[Due]]) -> Iterator[str]:
    """There is a row of feed, ledger and numbers for each message, and no other."""
    messages = sum(map(len, due.values()))
    engine = make_engine(hub.settings.hub, HUB_SCHEMA.name)
    with engine.connect() as connection:
        for table in (FEED, LEDGER, NUMBERS):
            rows = connection.scalar(select(func.count()).select_from(table))
            if rows != messages:
                yield f"{table.name} has {rows} rows where {messages} are due"
    engine.dispose()


def _feed(hub: Hub, desk: str, due: Sequence[Due]) -> Iterator[str]:
    """The hub's own feed: numbers 1, 2, 3 …, every message in its place, byte for byte, but for bodies taken out."""
    held = hub.feeds.read(desk, 0, 1_000_000)
    if [number for number, *_ in held] != list(range(1, len(due) + 1)):
        yield f"feed of {desk}: {len(held)} numbers where 1 to {len(due)} are due"
        return
    for (number, child, message_id, sealed), message in zip(held, due, strict=True):
        body = hub.sealed.opened(child, message_id, sealed)
        wanted = None if message.taken_out else message.body
        if (child, message_id, body) != (message.child, message.message_id, wanted):
            yield f"feed of {desk}: number {number} is not the message that is due"
            return


def _feed_topic(connection: KafkaConnection, desk: str, due: Sequence[Due]) -> Iterator[str]:
    """The desk's topic: the same, each number once. A body may stand there that was taken out of the feed later."""
    records = list(everything(connection, feed_topic(Audience.parse(desk))))
    numbers = [int(dict(r.headers)["ce_sequence"]) for r in records]
    if numbers != list(range(1, len(due) + 1)):
        twice = len(numbers) - len(set(numbers))
        yield f"topic of {desk}: {len(numbers)} records where 1 to {len(due)} are due, {twice} of them twice"
        return
    for record, message in zip(records, due, strict=True):
        same = (record.key.decode(), dict(record.headers)["ce_id"].decode()) == (message.ref, message.message_id)
        if not same or (record.value != message.body and not (message.taken_out and record.value is None)):
            yield f"topic of {desk}: offset {record.offset} is not the message that is due"
            return


def _views(hub: Hub, desk: str) -> Iterator[str]:
    """The views that were kept up to date are those that are made of the whole feed."""
    try:
        made = rebuild(hub, Audience.parse(desk))
    except FeedGap as gap:
        yield f"views of {desk}: {gap}"
        return
    if made.differ:
        yield f"views of {desk}: {made.differ} of {made.rows} rows differ from those made anew"
