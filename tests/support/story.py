"""A child's story told to a hub in memory: record, disclose, look at what each desk was told. No database, no files written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from uuid import UUID

from adapters.avro_feed import FeedCodec
from adapters.document_store import content_hash, policy_bundle, register_bundle, schemas_dir
from adapters.policy_yaml import read_policy
from adapters.register_csv import read_register
from domain import calendar
from domain.agencies import Register
from domain.child_record import ChildRecord, Desk
from domain.desks import Disclosed
from domain.disclosure import Disclosure
from domain.events import ChildRegistered, ContextChanged, Event
from domain.feed import Item, Message, Told
from domain.pairwise import Pairwise
from domain.picture import Picture, apply, held
from domain.policy import Policy
from domain.recorded import Recorded
from domain.submission import Intended
from domain.vocabulary import Audience

DURHAM, HAMPSHIRE, GATESHEAD, WIGHT = "E06000047", "E10000014", "E08000037", "E06000046"
SCHOOL = "school-example-1"  # schemas/register/establishments.csv
CHILD = UUID(int=0xC41D)
CODEC = FeedCodec()


@cache
def shipped() -> tuple[Policy, Register]:
    """The policy and register that come with this version."""
    policy, register = policy_bundle(schemas_dir()), register_bundle(schemas_dir())
    return (
        read_policy({**policy}, content_hash(policy)),
        read_register(register, content_hash(register)),
    )


class InMemoryDocuments:
    """Documents by hash; the shipped ones and any others added."""

    def __init__(self, *policies: Policy) -> None:
        policy, register = shipped()
        self.policies = {p.content_hash: p for p in (policy, *policies)}
        self.registers = {register.content_hash: register}

    def policy(self, content_hash: str) -> Policy:
        return self.policies[content_hash]

    def register(self, content_hash: str) -> Register:
        return self.registers[content_hash]


@dataclass
class Story:
    """One child's stream and everything disclosed from it, entry by entry."""

    child: UUID = CHILD
    secret: bytes = b"a secret of the tests, 32 bytes."
    documents: InMemoryDocuments = field(default_factory=InMemoryDocuments)
    entries: list[Recorded] = field(default_factory=list)
    sent: list[Disclosed] = field(default_factory=list)
    record: ChildRecord | None = None
    ids: int = 0

    def __post_init__(self) -> None:
        self.disclosure = Disclosure(self.child, self.documents, Pairwise(self.secret))

    def desk(self, reporter: str, on: date) -> Desk:
        policy, register = shipped()
        context = ContextChanged(effective_on=on, policy=policy.content_hash, register=register.content_hash)
        return Desk(reporter, datetime.combine(on, time(9), UTC), register, policy.codes, context, self.new_id)

    def new_id(self) -> UUID:
        self.ids += 1
        return UUID(int=0xE000_0000 + self.ids)

    def tell(
        self, on: date, *events: Event, by: str = DURHAM, history: bool = False, ids: Sequence[UUID] = ()
    ) -> list[UUID]:
        """Record events as one submission on a day; answers their ids."""
        given = list(ids) or [self.new_id() for _ in events]
        intended = [Intended(i, e, history) for i, e in zip(given, events, strict=True)]
        self.append((self.record or ChildRecord(self.child)).decide(intended, self.desk(by, on)))
        return given

    def append(self, entries: Iterable[Recorded]) -> None:
        """Take in entries that were already decided."""
        for entry in entries:
            self.entries.append(entry)
            self.record = ChildRecord.project(self.record, [entry])
            self.sent.extend(self.disclosure.advance(entry))

    def clock(self, day: date) -> bool:
        """The day clock: record what the calendar changes by this day, if anything."""
        assert self.record is not None
        why = calendar.reasons(self.record.history, self.documents, day)
        context = self.record.history.context
        if not why or context is None:
            return False
        event = ContextChanged(effective_on=day, policy=context.policy, register=context.register, reasons=why)
        self.append(
            [
                Recorded(
                    originator_id=self.child,
                    originator_version=self.record.version + 1,
                    event_id=self.new_id(),
                    recorded_at=datetime.combine(day, time(2), UTC),
                    reporter=DURHAM,
                    event=event,
                )
            ]
        )
        return True

    def messages(self, audience: str) -> list[Message]:
        """Everything this desk was sent."""
        return [d.message for d in self.sent if str(d.audience) == audience]

    def kinds(self, audience: str) -> list[str]:
        """The kinds of those messages, with the topic of items: `notice placement-made`."""
        return [
            f"{m.kind} {m.body.item.topic.partition('.')[0]}" if isinstance(m.body, Told) else m.kind
            for m in self.messages(audience)
        ]

    def feed_bytes(self, audience: str) -> list[bytes]:
        """The feed as bytes, as a desk would get them."""
        return [CODEC.encode(m) for m in self.messages(audience)]

    def picture(self, audience: str) -> Picture | None:
        """What the desk holds by its feed."""
        picture: Picture | None = None
        for number, message in enumerate(self.messages(audience), start=1):
            picture = apply(picture, number, message)
        return picture

    def items(self, audience: str, name: str) -> list[Item]:
        """The items of one event type that the desk holds."""
        picture = self.picture(audience)
        found = held(picture) if picture is not None else {}
        return [i for i in found.values() if i.topic.partition(".")[0] == name]

    def audiences(self) -> list[str]:
        """Every desk that was ever sent anything."""
        return sorted({str(d.audience) for d in self.sent})

    def entitled(self, audience: str) -> dict[str, Item]:
        return self.disclosure.entitled(Audience.parse(audience))

    def held(self, audience: str) -> dict[str, Item]:
        return self.disclosure.held(Audience.parse(audience))


def registered(**changes: object) -> ChildRegistered:
    """The registration of the child of these stories."""
    details: dict[str, object] = {
        "effective_on": date(2024, 6, 3),
        "authority": DURHAM,
        "local_id": "900001",
        "given_name": "Invented-Otter",
        "family_name": "Example-Seventeen",
        "born_on": date(2012, 3, 9),
        "sex": "2",
    }
    return ChildRegistered(**{**details, **changes})  # type: ignore[arg-type]
