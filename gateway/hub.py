"""The composition root: one hub, put together from its parts. The only place that knows which adapter serves which port."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Final
from uuid import UUID, uuid4

from adapters.avro_events import EventCodec
from adapters.avro_feed import FeedCodec
from adapters.blind_index import BlindIndex
from adapters.document_store import DocumentStore, StoredDocuments, policy_bundle, register_bundle, schemas_dir
from adapters.eventsourcing_store import ChildRecords, postgres_settings, sqlite_settings
from adapters.hub_secret import HubSecret
from adapters.sealed_feeds import SealedFeeds
from adapters.sql_delivery import SqlDelivery
from adapters.sql_feeds import SqlFeeds
from adapters.sql_ledger import SqlLedger
from adapters.sql_migrations import HUB_SCHEMA, KEYS_SCHEMA, Tables
from adapters.sql_positions import SqlPositions
from adapters.sql_quarantine import SqlQuarantine
from adapters.sql_read_log import Read, SqlReadLog
from adapters.sql_views import SqlViews
from adapters.subject_keys import SubjectKeys
from domain import calendar
from domain.agencies import Register
from domain.child_record import ChildRecord
from domain.codes import CodeBook
from domain.disclosure import Disclosure
from domain.events import ContextChanged
from domain.pairwise import Pairwise
from domain.policy import Policy
from domain.recorded import Recorded
from domain.vocabulary import Audience
from gateway.quarantining import Quarantining
from gateway.recording import Recording
from gateway.repeats import Repeats
from gateway.settings import Settings
from projections.disclosing import DisclosureWorker, Folds, fold_of
from projections.project import project, rebuild

# Some 10 KB each: a return of 100,000 rows stays under 500 MB, and 10,000 children at once are disclosed without folding again.
RECORDS_IN_MEMORY: Final = 2_000
DISCLOSURES_IN_MEMORY: Final = 10_000


@dataclass(frozen=True, slots=True)
class Adopted:
    """The documents that new records begin with, by content hash."""

    policy: str
    register: str


class Hub:
    """A whole hub in one process. clock and new_id are its only sources of time and chance.

    An empty database is made ready. Raises SchemaBehind, SchemaAhead or OutOfReach for one that cannot be worked on as it is.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.settings = settings
        self.clock = clock
        self.new_id = new_id
        self.secret = HubSecret.load_or_create(settings.master_key)
        with ExitStack() as undo:
            self._open(undo)
            self._close = undo.pop_all()
        store = DocumentStore(settings.documents)
        self.documents = StoredDocuments(store)
        self.adopted = self._adopt(store)
        self.codec = FeedCodec()
        self.sealed = SealedFeeds(self.feeds, self.keys, self.codec)
        self.pairwise = Pairwise(self.secret.derive("pairwise"))
        self.quarantining = Quarantining(self.records, clock, new_id)
        self.folds = Folds(self.records, self.documents, self.pairwise, remember=DISCLOSURES_IN_MEMORY)
        self.worker = DisclosureWorker(self.records, self.sealed, self.folds, self.quarantining.set_aside)
        self.recording = Recording(
            self.records,
            self.index,
            self.in_force,
            self.stream_of,
            clock,
            new_id,
            self.event_behind,
            Repeats(self.records, self.id_of),
        )

    def __enter__(self) -> Hub:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._close.close()

    @property
    def policy(self) -> Policy:
        """The adopted sharing policy."""
        return self.documents.policy(self.adopted.policy)

    @property
    def register(self) -> Register:
        """The adopted agency register."""
        return self.documents.register(self.adopted.register)

    def in_force(self) -> tuple[CodeBook, Register, ContextChanged]:
        """Code lists and register by which submissions are checked, and the context a new record begins with."""
        context = ContextChanged(
            effective_on=self.clock().date(), policy=self.adopted.policy, register=self.adopted.register
        )
        return self.policy.codes, self.register, context

    def stream_of(self, authority: str, local_id: str) -> UUID:
        """The stream a child is registered under: two that register the same child meet in one stream, where one gives way."""
        return self.id_of("stream", authority, local_id)

    def id_of(self, *parts: str) -> UUID:
        """A keyed id from natural keys: the same parts, the same id, in this hub and nowhere else."""
        return UUID(bytes=self.secret.pairwise("id", *parts)[:16], version=4)

    def event_behind(self, whose: str, item: str) -> tuple[UUID, UUID] | None:
        """The child and the event behind an item id that one of an agency's desks was given. whose: the agency, or one desk."""
        found = (self.feeds.event_behind(a, item) for a in self.feeds.audiences() if f"{a}/".startswith(f"{whose}/"))
        return next((behind for behind in found if behind is not None), None)

    def disclose(self) -> int:
        """Disclose everything recorded so far; answers how many entries there were."""
        return self.worker.run()

    def disclosure_of(self, child: UUID) -> Disclosure:
        """The disclosures of one child folded again from its stream: the ground of every explanation."""
        return fold_of(child, self.records.entries(child), self.documents, self.pairwise).disclosure

    def project(self, audience: Audience) -> int:
        """Bring one desk's views up to date with its feed."""
        return project(audience, self.sealed, self.views)

    def rebuild(self, audience: Audience) -> int:
        """Make one desk's views again from the first message of its feed."""
        return rebuild(audience, self.sealed, self.views)

    def day(self, day: date) -> int:
        """The day clock: record what the calendar changes by this day in the streams it touches; answers how many."""
        entries = [e for child in self.feeds.due(day) if (e := self._day_change(child, day)) is not None]
        for start in range(0, len(entries), 200):
            self.records.append(entries[start : start + 200])
        return len(entries)

    def _day_change(self, child: UUID, day: date) -> Recorded | None:
        record = self.records.get(child)
        if record is None or record.history.context is None:
            return None
        context = record.history.context
        why = calendar.reasons(record.history, self.documents, day)
        if not why:
            return None
        return Recorded(
            originator_id=child,
            originator_version=record.version + 1,
            event_id=self.new_id(),
            recorded_at=self.clock(),
            reporter=record.responsible_on(day) or "",
            event=ContextChanged(effective_on=day, policy=context.policy, register=context.register, reasons=why),
        )

    def note_read(self, who: str, audience: str, purpose: str, what: str) -> None:
        """Log a read of personal data."""
        self.read_log.add(Read(self.clock(), who, audience, purpose, what))

    def _open(self, undo: ExitStack) -> None:
        """Open every connection. undo: what closes them again, so that a hub that cannot be opened leaves none behind."""
        settings = self.settings
        keys_engine = undo.enter_context(closing(Tables(settings.keys, KEYS_SCHEMA))).prepare()
        hub_engine = undo.enter_context(closing(Tables(settings.hub, HUB_SCHEMA))).prepare()
        self.keys = SubjectKeys(keys_engine, self.secret)
        self.index = BlindIndex(keys_engine, self.secret)
        streams = postgres_settings(settings.database) if settings.database else sqlite_settings(settings.events)
        self.records: ChildRecords[ChildRecord] = ChildRecords(
            streams, EventCodec(), self.keys, ChildRecord.project, cache_size=RECORDS_IN_MEMORY
        )
        undo.callback(self.records.close)
        self.feeds = SqlFeeds(hub_engine)
        self.positions = SqlPositions(hub_engine)
        self.delivery = SqlDelivery(hub_engine)
        self.ledger = SqlLedger(hub_engine)
        self.views = SqlViews(hub_engine)
        self.quarantine = SqlQuarantine(hub_engine)
        self.read_log = SqlReadLog(hub_engine)

    def _adopt(self, store: DocumentStore) -> Adopted:
        """The documents adopted before, or, in a new folder, those that came with this version."""
        if self.settings.adopted.exists():
            words = json.loads(self.settings.adopted.read_text())
            return Adopted(words["policy"], words["register"])
        adopted = Adopted(store.keep(policy_bundle(schemas_dir())), store.keep(register_bundle(schemas_dir())))
        self.settings.adopted.write_text(json.dumps({"policy": adopted.policy, "register": adopted.register}) + "\n")
        return adopted
