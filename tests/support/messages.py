"""Feed messages made by hand, for tests of what reads a feed. All about one invented child unless told otherwise."""

from __future__ import annotations

from datetime import date, timedelta

from domain.agencies import Contact
from domain.feed import Body, Closed, Item, Message, Opened, Reason, Status, Told, Value, Withdrawn
from domain.picture import Picture, apply

REF = "child-one"
DAY = date(2026, 4, 6)
RING = Contact("duty phone", "Invented Duty Desk", "0191 498 0003", "duty@example.org")


def on(days: int) -> date:
    """So many days after the day on which these tests begin."""
    return DAY + timedelta(days=days)


def message(body: Body, recorded_on: date = DAY, child: str = REF) -> Message:
    """A message; its id plays no part in what a desk holds."""
    return Message("id", child, recorded_on, body)


def opened(
    role: str = "host-authority", since: date = DAY, looked_after: Status = Status.YES, child: str = REF
) -> Message:
    return message(
        Opened(role, "an invented ground", since, "E06000047", "County Durham", looked_after, (RING,)), child=child
    )


def told(
    item: str,
    name: str,
    /,
    when: date | None = DAY,
    *,
    as_notice: bool = False,
    catch_up: bool = False,
    recorded_on: date = DAY,
    child: str = REF,
    **fields: Value,
) -> Message:
    """An item of `name`.v1; without a day (`when=None`) a tombstone of that coarse name."""
    topic, dated = (name, {}) if when is None else (f"{name}.v1", {"effective_on": when})
    return message(Told(Item(item, topic, {**dated, **fields}), as_notice, catch_up), recorded_on, child)


def withdrawn(item: str, *fields: str, child: str = REF) -> Message:
    return message(Withdrawn(item, fields, Reason.CORRECTED), child=child)


def closed(ended_on: date, *, never: bool = False, child: str = REF) -> Message:
    return message(Closed(ended_on, never), child=child)


def picture(*messages: Message | None) -> Picture:
    """The picture that these messages make, numbered from 1; None is a lost body."""
    made: Picture | None = None
    for number, one in enumerate(messages, start=1):
        if one is not None:
            made = apply(made, number, one)
    assert made is not None
    return made
