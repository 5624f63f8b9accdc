"""What a desk is sent: the messages of a feed. Built in `domain.disclosure` alone, decoded by subscribers.

A feed is the ordered list of changes of a desk's permitted picture. A field is absent, masked with a ground, unknown, or a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.agencies import Contact
from domain.vocabulary import Unknown


@dataclass(frozen=True, slots=True)
class Masked:
    """Something stands here; its place and a coarse ground are told, never the thing."""

    ground: str


Value = str | date | datetime | int | bool | tuple[str, ...] | Unknown | Masked


class Reason(StrEnum):
    """Why fields are taken back, no finer than a recipient may know."""

    CORRECTED = "corrected"
    RETRACTED = "retracted"
    NO_LONGER_SHARED = "no-longer-shared"


class Status(StrEnum):
    """Whether the child was looked after when a relationship began."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Item:
    """The permitted part of one event. item: its pairwise id. topic: the event's topic, or its coarse name in a tombstone."""

    item: str
    topic: str
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Opened:
    """A relationship began, or what was said of the open one is put right.

    In what role, on what ground, since when, under which authority, and whom to ring.
    """

    role: str
    ground: str
    since: date
    responsible_authority: str
    responsible_authority_name: str
    looked_after: Status
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An item as this desk may now see it, whole: it replaces what was told of the same item before.

    notice: the law wants it acknowledged, once per item: told again in other words it is the same notice.
    catch_up: history told because a relationship began, or loaded late.
    """

    item: Item
    notice: bool
    catch_up: bool


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Fields of an item taken back: delete them, and say that you did. What remains of the item follows in a `told`."""

    item: str
    fields: tuple[str, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Closed:
    """The relationship ended on this day. never: it never really existed; everything told under it is withdrawn."""

    ended_on: date
    never: bool


Body = Opened | Told | Withdrawn | Closed


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a feed. id: pairwise, recognises repeats. child: the desk's own reference. recorded_on: day of the news."""

    id: str
    child: str
    recorded_on: date
    body: Body

    @property
    def kind(self) -> str:
        """`opened`, `told`, `notice`, `withdrawn` or `closed`."""
        if isinstance(self.body, Told):
            return "notice" if self.body.notice else "told"
        return type(self.body).__name__.lower()
