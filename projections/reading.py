"""How a projection reads a picture: what was told, in the order in which it was so, and the last word on each field.

A cell of a row is a value, `unknown`, masked with a ground, or None: not told. None never says whether there is
anything to tell.
Rows read no clock: "now" is the last thing told, which may be planned, so that every state carries the day since when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final

from domain.feed import Masked, Value
from domain.picture import Held, Opening, Picture
from domain.vocabulary import Unknown

Cell = Value | None
Dated = tuple[date, Held]
"""An item and the day on which it became so."""

_NO_MOMENT: Final = datetime.min.replace(tzinfo=UTC)

# Of what became so on one day, what comes first: the order in which the hub itself reads a day (`domain.timeline`).
_WITHIN_A_DAY: Final[Mapping[str, int]] = {
    name: place
    for place, name in enumerate(
        (
            "responsible-authority-changed",
            "care-ended",
            "care-started",
            "legal-status-changed",
            "responsible-commissioner-determined",
            "placement-made",
            "placement-relabelled",
            "placement-ended",
            "long-term-residence-ended",
            "long-term-residence-began",
            "school-left",
            "school-started",
            "released",
            "remanded",
            "custody-entered",
            "sentenced",
            "outcome-recorded",
            "release-date-set",
            "health-needs-flagged",
        ),
        start=1,
    )
}


class Reading:
    """One child's picture laid open: its items by event, each in the order in which it was so; tombstones are left out."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self._by_name: dict[str, list[Dated]] = {}
        for held in picture.items.values():
            if (on := effective_on(held)) is not None:
                self._by_name.setdefault(held.name, []).append((on, held))
        for items in self._by_name.values():
            items.sort(key=_order)

    @property
    def ref(self) -> str:
        """The desk's own reference for the child."""
        return self.picture.ref

    @property
    def open(self) -> Opening | None:
        """The relationship that goes on, if any."""
        return self.picture.open

    def told(self, *names: str) -> Sequence[Dated]:
        """The items of these events and their days, in the order in which they were so."""
        if len(names) == 1:
            return self._by_name.get(names[0], ())
        return sorted((pair for name in names for pair in self._by_name.get(name, ())), key=_order)

    def last(self, *names: str) -> Dated | None:
        """The last item of these events; None where none was told."""
        items = self.told(*names)
        return items[-1] if items else None

    def about(self, name: str, field: str, item: str) -> Sequence[Dated]:
        """The items of an event whose field names this item (`placement-ended` of one placement)."""
        return [pair for pair in self.told(name) if pair[1].fields.get(field) == item]

    def everything(self) -> Sequence[Dated]:
        """Every item and its day, in the order in which they were so."""
        return self.told(*self._by_name)


def effective_on(held: Held) -> date | None:
    """The day on which it became so; None in a tombstone, which tells no day."""
    on = held.fields.get("effective_on")
    return on if isinstance(on, date) else None


def last_word(items: Iterable[Dated], field: str) -> Cell:
    """The last thing said about a field in these items; None where none of them tells it."""
    said: Cell = None
    for _, held in items:
        said = held.fields.get(field, said)
    return said


def word_of(pair: Dated | None, field: str) -> Cell:
    """What an item says about a field; None where there is no item, or it does not tell it."""
    return pair[1].fields.get(field) if pair is not None else None


def day_of(pair: Dated | None) -> date | None:
    """The day of an item; None where there is none."""
    return pair[0] if pair is not None else None


def in_order(pair: Dated) -> str:
    """A row's key by its item: rows are kept in the order of their keys, so that the day comes first."""
    return f"{pair[0].isoformat()} {pair[1].item}"


def as_json(value: Any) -> Any:
    """A row, or anything in one, as JSON's types.

    masked is {"masked": ground}, unknown {"unknown": true}, not told null, a day or moment ISO 8601: as in a feed.
    """
    if isinstance(value, Unknown):
        return {"unknown": True}
    if isinstance(value, Masked):
        return {"masked": value.ground}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [as_json(part) for part in value]
    if isinstance(value, Mapping):
        return {name: as_json(part) for name, part in value.items()}
    if is_dataclass(value):
        return {f.name: as_json(getattr(value, f.name)) for f in fields(value)}
    return value


def _order(pair: Dated) -> tuple[date, int, datetime, int]:
    on, held = pair
    at = held.fields.get("effective_at")
    return on, _WITHIN_A_DAY.get(held.name, 0), at if isinstance(at, datetime) else _NO_MOMENT, held.number
