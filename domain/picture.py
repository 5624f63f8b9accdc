"""What a desk holds of one child: its feed, applied message by message. The same messages give the same picture.

A message whose body was lost (its item has since been withdrawn) is passed over, and the picture comes out the same,
also for a desk that had read a part before. Therefore `withdrawn` takes the whole item away: what remains of it follows
at once in a `told`, and counts as told then (number, day, whether it is a notice).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from domain.agencies import Contact
from domain.feed import Closed, Item, Message, Opened, Status, Told, Value, Withdrawn


@dataclass(frozen=True, slots=True)
class Opening:
    """One relationship between desk and child, as the desk was told of it.

    number, recorded_on: of the `opened`. The rest as in `domain.feed.Opened`. ended_on: None while it goes on.
    never: it never really existed, and what was told under it has been withdrawn.
    """

    number: int
    recorded_on: date
    role: str
    ground: str
    since: date
    responsible_authority: str
    responsible_authority_name: str
    looked_after: Status
    contacts: tuple[Contact, ...]
    ended_on: date | None = None
    never: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """One item as the desk holds it.

    number: where in the feed it was first told since it was last withdrawn, recorded_on: on which day. notice: the law
    wants it acknowledged. catch_up: told as history.
    """

    item: str
    topic: str
    fields: Mapping[str, Value]
    number: int
    recorded_on: date
    notice: bool
    catch_up: bool

    @property
    def name(self) -> str:
        """The event's name without its version (`placement-made`); in a tombstone the coarse name."""
        return self.topic.rpartition(".v")[0] or self.topic


@dataclass(frozen=True, slots=True)
class Picture:
    """All that one desk holds of one child, in order of the numbers. ref: the desk's own reference for the child."""

    ref: str
    openings: tuple[Opening, ...] = ()
    items: Mapping[str, Held] = field(default_factory=dict)

    @property
    def open(self) -> Opening | None:
        """The relationship that goes on, if any."""
        return next((o for o in reversed(self.openings) if o.ended_on is None), None)

    @property
    def latest(self) -> Opening | None:
        """The relationship that goes on, else the last one that really existed."""
        return self.open or next((o for o in reversed(self.openings) if not o.never), None)


def apply(picture: Picture | None, number: int, message: Message) -> Picture:
    """The picture after one more message. picture: None before the first. number: the message's place in the feed."""
    if picture is None:
        picture = Picture(message.child)
    match message.body:
        case Opened() as opened:
            return replace(picture, openings=_open(picture.openings, _opening(number, message.recorded_on, opened)))
        case Closed() as closed:
            return replace(picture, openings=_close(picture.openings, closed))
        case Told() as told:
            return replace(picture, items=_tell(picture.items, number, message.recorded_on, told))
        case Withdrawn() as withdrawn:
            return replace(picture, items=_withdraw(picture.items, withdrawn))


def fold(
    feed: Iterable[tuple[int, Message | None]], pictures: Mapping[str, Picture] | None = None
) -> dict[str, Picture]:
    """The pictures, by the desk's reference, that a stretch of feed makes of those before it.

    Only children with a message in this stretch are in the answer; pictures: those children's, as they were.
    """
    before = pictures or {}
    after: dict[str, Picture] = {}
    for number, message in feed:
        if message is not None:
            ref = message.child
            after[ref] = apply(after.get(ref) or before.get(ref), number, message)
    return after


def held(picture: Picture) -> dict[str, Item]:
    """The items by their ids, in the form in which `Disclosure.held` gives what the hub takes the desk to hold."""
    return {h.item: Item(h.item, h.topic, h.fields) for h in picture.items.values()}


def _opening(number: int, recorded_on: date, opened: Opened) -> Opening:
    return Opening(
        number,
        recorded_on,
        opened.role,
        opened.ground,
        opened.since,
        opened.responsible_authority,
        opened.responsible_authority_name,
        opened.looked_after,
        opened.contacts,
    )


def _open(openings: tuple[Opening, ...], opening: Opening) -> tuple[Opening, ...]:
    """One that goes on is put right by another `opened`: it began on another day, or on another ground."""
    if openings and openings[-1].ended_on is None:
        return (*openings[:-1], replace(opening, number=openings[-1].number, recorded_on=openings[-1].recorded_on))
    return (*openings, opening)


def _close(openings: tuple[Opening, ...], closed: Closed) -> tuple[Opening, ...]:
    """A relationship that never existed may have ended before that came to light."""
    for i in reversed(range(len(openings))):
        if openings[i].ended_on is None or (closed.never and openings[i].since == closed.ended_on):
            ended = replace(openings[i], ended_on=closed.ended_on, never=closed.never)
            return (*openings[:i], ended, *openings[i + 1 :])
    return openings


def _tell(items: Mapping[str, Held], number: int, recorded_on: date, told: Told) -> dict[str, Held]:
    item = told.item
    had = items.get(item.item)
    if had is None:
        now = Held(item.item, item.topic, item.fields, number, recorded_on, told.notice, told.catch_up)
    else:
        now = replace(had, topic=item.topic, fields=item.fields, notice=had.notice or told.notice)
    return {**items, now.item: now}


def _withdraw(items: Mapping[str, Held], withdrawn: Withdrawn) -> Mapping[str, Held]:
    """More than the named fields: the withdrawal of others may be among the bodies that this desk never saw."""
    return {item: h for item, h in items.items() if item != withdrawn.item}
