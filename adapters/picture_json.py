"""Pictures as JSON text and back: what is read equals what was written, and one picture always gives one text.

What JSON has no type for is tagged: {"date"}, {"moment"}, {"unknown"}, {"masked"}; an array is a tuple of texts.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from domain.agencies import Contact
from domain.feed import Masked, Status, Value
from domain.picture import Held, Opening, Picture
from domain.vocabulary import UNKNOWN


def write_picture(picture: Picture) -> str:
    """The picture as one line of JSON, but for its reference: that is the key of its row."""
    return json.dumps(
        {"openings": [_opening(o) for o in picture.openings], "items": [_held(h) for h in picture.items.values()]},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def read_picture(ref: str, text: str) -> Picture:
    """The picture that `write_picture` was given. Raises KeyError or ValueError for any other text."""
    data = json.loads(text)
    items = [_read_held(d) for d in data["items"]]
    return Picture(ref, tuple(_read_opening(d) for d in data["openings"]), {h.item: h for h in items})


def _opening(o: Opening) -> dict[str, Any]:
    return {
        "number": o.number,
        "recorded_on": o.recorded_on.isoformat(),
        "role": o.role,
        "ground": o.ground,
        "since": o.since.isoformat(),
        "responsible_authority": o.responsible_authority,
        "responsible_authority_name": o.responsible_authority_name,
        "looked_after": o.looked_after.value,
        "contacts": [[c.function, c.name, c.phone, c.email] for c in o.contacts],
        "ended_on": o.ended_on.isoformat() if o.ended_on is not None else None,
        "never": o.never,
    }


def _read_opening(d: dict[str, Any]) -> Opening:
    return Opening(
        d["number"],
        date.fromisoformat(d["recorded_on"]),
        d["role"],
        d["ground"],
        date.fromisoformat(d["since"]),
        d["responsible_authority"],
        d["responsible_authority_name"],
        Status(d["looked_after"]),
        tuple(Contact(*c) for c in d["contacts"]),
        date.fromisoformat(d["ended_on"]) if d["ended_on"] is not None else None,
        d["never"],
    )


def _held(h: Held) -> dict[str, Any]:
    return {
        "item": h.item,
        "topic": h.topic,
        "fields": {name: _value(value) for name, value in h.fields.items()},
        "number": h.number,
        "recorded_on": h.recorded_on.isoformat(),
        "notice": h.notice,
        "catch_up": h.catch_up,
    }


def _read_held(d: dict[str, Any]) -> Held:
    return Held(
        d["item"],
        d["topic"],
        {name: _read_value(value) for name, value in d["fields"].items()},
        d["number"],
        date.fromisoformat(d["recorded_on"]),
        d["notice"],
        d["catch_up"],
    )


def _value(value: Value) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if value is UNKNOWN:
        return {"unknown": True}
    if isinstance(value, Masked):
        return {"masked": value.ground}
    return list(value) if isinstance(value, tuple) else value


def _read_value(value: Any) -> Value:
    match value:
        case {"moment": text}:
            return datetime.fromisoformat(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case {"unknown": True}:
            return UNKNOWN
        case {"masked": ground}:
            return Masked(ground)
        case list():
            return tuple(value)
    if isinstance(value, str | bool | int):
        return value
    raise ValueError("a picture holds a value of no known form")
