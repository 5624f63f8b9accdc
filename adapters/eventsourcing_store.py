"""The children's streams in an `eventsourcing` event store, every entry sealed under its child's own key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Final, Generic, Protocol, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from eventsourcing.application import LRUCache
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    InfrastructureFactory,
    IntegrityError,
    Mapper,
    StoredEvent,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteFactory, SQLiteProcessRecorder
from eventsourcing.utils import Environment
from sqlalchemy import make_url

from adapters.avro_events import EventCodec
from adapters.avro_single_object import Undecodable
from adapters.sql_engine import BUSY_TIMEOUT, CONNECT_TIMEOUT
from adapters.subject_keys import SealBroken, SubjectKeys
from domain import quarantine
from domain.events import EntryQuarantined, EntryReleased, event_types
from domain.recorded import Entry, Recorded, Unreadable

FIRST_VERSION: Final = 1
_PATIENCE: Final = BUSY_TIMEOUT // 1000  # s that a writer waits for another, of this process or the next


class Conflict(Exception):
    """Somebody else recorded in this stream first. Nothing was stored: get the record again and decide again."""


@dataclass(frozen=True, slots=True)
class Once:
    """What is appended under this id at most once, whoever appends it. content: a keyed digest of what came, 63 bits."""

    id: UUID
    content: int


class UnknownTopic(ValueError):
    """A stored event of a type this version does not know: it was written by a newer one, which must read it."""


class Versioned(Protocol):
    """A record folded from a stream; version is that of the last entry it took in."""

    @property
    def version(self) -> int: ...


TRecord = TypeVar("TRecord", bound=Versioned)


class SealedMapper(Mapper[UUID]):
    """Entry to stored event and back. The state is sealed together with its stream, version and topic.

    A row that was changed, put in another's place or given another topic therefore does not open. The library's own
    cipher does not bind a row to its place, and its transcoder reads newer versions without complaint: neither is used.
    """

    def __init__(self, codec: EventCodec, keys: SubjectKeys) -> None:  # the base's would ask for its own transcoder
        self._codec = codec
        self._keys = keys

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """Encode and seal. Raises KeyDestroyed if the stream's child has no key."""
        if not isinstance(domain_event, Recorded):
            raise TypeError(f"only Recorded entries are stored, not {type(domain_event).__name__}")
        stream, version = domain_event.originator_id, domain_event.originator_version
        topic = domain_event.event.TYPE.topic
        encoded = self._codec.encode(domain_event, self._keys.seal_third_party)
        return StoredEvent(stream, version, topic, self._keys.seal(stream, encoded, _place(stream, version, topic)))

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:
        """Open and decode.

        Raises UnknownTopic; KeyDestroyed; SealBroken if it is not what was stored in that place; and, as it is, what
        the codec raises for bytes of a newer schema.
        """
        stream, version, topic = stored_event.originator_id, stored_event.originator_version, stored_event.topic
        if not isinstance(stream, UUID):
            raise TypeError("streams are named by UUID; rule: ORIGINATOR_ID_TYPE is left at uuid")
        if topic not in event_types():
            raise UnknownTopic(
                f"version {version} of stream {stream} has the topic {topic!r}, which this version does not know"
            )
        try:
            encoded = self._keys.open(stream, stored_event.state, _place(stream, version, topic))
        except SealBroken:
            raise SealBroken(
                f"version {version} of stream {stream} ({topic}) does not open: "
                "changed, moved from another place, or sealed under another key"
            ) from None
        return self._codec.decode(encoded, stream, version, self._keys.open_third_party)


class ChildRecords(Generic[TRecord]):
    """All streams of the hub: append, read one, read all in the order of recording.

    env: settings of the event store (`sqlite_settings` or `postgres_settings`); the process environment is never
    looked at. projector: folds entries into a record, given the record so far or None. cache_size: how many
    records are held in memory.

    Threads may share it. A record is shared too, and moves on in place when a later `get` finds new entries: hold
    `deciding` from `get` to `append`, or to the end of reading. Between processes the versions alone decide.
    """

    def __init__(
        self,
        env: Mapping[str, str],
        codec: EventCodec,
        keys: SubjectKeys,
        projector: Callable[[TRecord | None, Iterable[Recorded]], TRecord | None],
        cache_size: int = 10_000,
    ) -> None:
        factory: InfrastructureFactory[TrackingRecorder] = InfrastructureFactory.construct(
            Environment("throughline", dict(env))
        )
        self._factory = factory
        self._recorder = factory.process_recorder()
        self._mapper = SealedMapper(codec, keys)
        self._keys = keys
        self._projector = projector
        self._cache: LRUCache[UUID, TRecord] = LRUCache(maxsize=cache_size)
        self.deciding = RLock()

    def get(self, stream: UUID) -> TRecord | None:
        """The record of this stream with everything recorded so far, or None if there is no such stream."""
        with self.deciding:
            try:
                known: TRecord | None = self._cache.get(stream)
            except KeyError:
                known = None
            try:
                fresh = self.entries(stream, known.version if known is not None else 0)
                if any(map(_unsettles, fresh)):  # what was taken in may be set aside now, and the other way round
                    known, fresh = None, quarantine.settled(self.entries(stream))
                record = self._projector(known, _readable(fresh))
            except BaseException:
                if known is not None:  # it may have taken in half an entry
                    self._cache.get(stream, evict=True)
                raise
            if record is not None:
                self._cache.put(stream, record)
            return record

    def append(self, events: Sequence[Recorded], once: Once | None = None) -> None:
        """Store the entries, of one stream or many, in this order: all or none, in one transaction, on disk on return.

        An entry of version 1 opens its stream and gives the child a key; the key is on disk before the entry is.
        Raises Conflict if a stream already has one of these versions, or if something was appended under `once` before;
        ValueError if a stream's versions are not consecutive; KeyDestroyed if a stream that is continued has no key.
        Records already handed out are left alone: the next `get` reads what is stored.
        """
        if not events:
            return
        _check_consecutive(events)
        self._keys.create(e.originator_id for e in events if e.originator_version == FIRST_VERSION)
        stored = [self._mapper.to_stored_event(e) for e in events]
        try:
            self._recorder.insert_events(stored, tracking=Tracking(str(once.id), once.content) if once else None)
        except IntegrityError:
            if self._holds(stored[0]):
                return
            streams = {str(e.originator_id) for e in events}
            where = f"stream {streams.pop()}" if len(streams) == 1 else f"one of {len(streams)} streams"
            raise Conflict(f"{where} has moved on; nothing was stored") from None

    def content_of(self, once: UUID) -> int | None:
        """The content of what was appended under this id; None where nothing was."""
        return self._recorder.max_tracking_id(str(once))

    def entries(self, stream: UUID, after_version: int = 0) -> list[Entry]:
        """What stands in one stream, in order, after the given version; what does not open stands as Unreadable."""
        return list(map(self.read, self._recorder.select_events(stream, gt=after_version)))

    def quarantines(self, stream: UUID) -> list[Entry]:
        """What a stream says of quarantined entries; nothing else of it is opened."""
        return [self.read(s) for s in self._recorder.select_events(stream) if s.topic in _ABOUT_THE_STREAM]

    def events(self, stream: UUID) -> list[Recorded]:
        """What one stream says, in order: its entries but for those set aside (`domain.quarantine`).

        Raises SealBroken for an entry that does not open and is not quarantined.
        """
        return _readable(quarantine.settled(self.entries(stream)))

    def notifications(self, after: int, limit: int) -> Iterator[tuple[int, Entry]]:
        """Up to `limit` entries of all streams after a position, in the order of recording: (position, entry).

        Opened one by one: an entry of a newer version raises when its turn comes, after those before it were given.
        """
        return ((position, self.read(stored)) for position, stored in self.notifications_raw(after, limit))

    def notifications_raw(self, after: int, limit: int) -> list[tuple[int, StoredEvent]]:
        """The same, sealed as stored. Fewer than `limit`: there are no more for now. Positions may have gaps."""
        # Asked of the recorder: the notification log's `select` refuses limits above its section size.
        found = self._recorder.select_notifications(after, limit, inclusive_of_start=False)
        return [(notification.id, notification) for notification in found]

    def read(self, stored: StoredEvent) -> Entry:
        """Open one stored event, wherever it was carried; Unreadable where it is not what was stored in that place.

        Raises what a newer version, or an erasure, makes of it: UnknownTopic, NewerSchema, KeyDestroyed.
        """
        try:
            return self._mapper.to_domain_event(stored)
        except (SealBroken, Undecodable) as broken:
            return Unreadable(
                originator_id=UUID(str(stored.originator_id)),
                originator_version=stored.originator_version,
                why=str(broken),
            )

    def last_position(self) -> int:
        """The position of the newest entry; 0 for an empty store."""
        return self._recorder.max_notification_id() or 0

    def close(self) -> None:
        """Close the connections."""
        self._factory.close()

    def _holds(self, stored: StoredEvent) -> bool:
        """Whether this very entry is stored: no two have the same sealed bytes.

        The recorder repeats an insert whose connection died. Where the commit had arrived and only its answer was lost, the repeat
        collides with what it stored itself: that is no conflict.
        """
        version = stored.originator_version
        found = self._recorder.select_events(stored.originator_id, gt=version - 1, limit=1)
        return any(there.originator_version == version and there.state == stored.state for there in found)


def sqlite_settings(path: Path) -> dict[str, str]:
    """The settings of an event store in one SQLite file, in WAL mode, every commit synced to disk."""
    return {
        "PERSISTENCE_MODULE": f"{__name__}:SyncedSQLiteFactory",
        "SQLITE_DBNAME": str(path),
        "SQLITE_LOCK_TIMEOUT": str(_PATIENCE),
    }


def postgres_settings(url: str, schema: str = "events") -> dict[str, str]:
    """The settings of an event store in a schema of a PostgreSQL database, given by its SQLAlchemy URL.

    A connection is tried before it is used, so that one which died with its server is replaced. A command that fails meanwhile is
    repeated for some seconds, then raised.
    """
    parsed = make_url(url)
    return {
        "PERSISTENCE_MODULE": "adapters.postgres_store:OwnSchemaFactory",
        "POSTGRES_DBNAME": parsed.database or "",
        "POSTGRES_HOST": parsed.host or "",
        "POSTGRES_PORT": str(parsed.port or ""),
        "POSTGRES_USER": parsed.username or "",
        "POSTGRES_PASSWORD": str(parsed.password or ""),
        "POSTGRES_CONNECTION": urlencode(parsed.query, doseq=True),
        "POSTGRES_SCHEMA": schema,
        "POSTGRES_PRE_PING": "yes",
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_CONNECT_TIMEOUT": str(CONNECT_TIMEOUT),
        "POSTGRES_LOCK_TIMEOUT": str(_PATIENCE),
        "POSTGRES_ENABLE_DB_FUNCTIONS": "no",  # with them readers can pass entries that are committed later
    }


class FirstStandsRecorder(SQLiteProcessRecorder):
    """The library's recorder, but what is tracked under a name stays: its own takes a higher number for progress, not for a repeat."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.insert_tracking_statement = (
            "INSERT INTO tracking VALUES (:application_name, :notification_id) "
            "ON CONFLICT (application_name) DO NOTHING RETURNING notification_id"
        )


class SyncedSQLiteFactory(SQLiteFactory):
    """The library's factory, but a commit waits for the disk: some builds of SQLite sync WAL only at checkpoints."""

    process_recorder_class = FirstStandsRecorder

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        pool = self.datastore.pool
        self.datastore.pool = _SyncedPool(db_name=pool.db_name, lock_timeout=pool.lock_timeout, pool_timeout=_PATIENCE)
        pool.close()


class _SyncedPool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        connection.cursor().execute("PRAGMA synchronous=FULL")
        return connection


_ABOUT_THE_STREAM: Final = frozenset({EntryQuarantined.TYPE.topic, EntryReleased.TYPE.topic})


def _unsettles(entry: Entry) -> bool:
    return isinstance(entry, Unreadable) or isinstance(entry.event, EntryQuarantined | EntryReleased)


def _readable(entries: Iterable[Entry]) -> list[Recorded]:
    readable = []
    for entry in entries:
        if isinstance(entry, Unreadable):
            raise SealBroken(entry.why)
        readable.append(entry)
    return readable


def _check_consecutive(events: Sequence[Recorded]) -> None:
    last: dict[UUID, int] = {}
    for e in events:
        before = last.get(e.originator_id)
        if before is not None and e.originator_version != before + 1:
            raise ValueError(
                f"stream {e.originator_id}: version {e.originator_version} after {before}; rule: one by one"
            )
        last[e.originator_id] = e.originator_version


def _place(stream: UUID, version: int, topic: str) -> bytes:
    """Where a state belongs; of fixed width but for the last part, so no two places read the same."""
    return stream.bytes + version.to_bytes(8, "big") + topic.encode()
