"""Everything a desk holds of a child, in the order in which it was so: the story told once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.feed import Value
from projections.reading import Reading


@dataclass(frozen=True, slots=True)
class Line:
    """One item, with everything told of it. what: the event's topic. told_on: the day the desk was told.

    fields: by name, without the days. `gateway.desk_views` puts them in plain words.
    """

    ref: str
    effective_on: date
    what: str
    fields: Mapping[str, Value]
    told_on: date


def chronology(reading: Reading) -> Iterator[tuple[str, Line]]:
    """One row per item held; the key keeps their order. A tombstone has no day and no line."""
    for n, (on, held) in enumerate(reading.everything(), start=1):
        fields = {name: value for name, value in held.fields.items() if name != "effective_on"}
        yield f"{n:06}", Line(reading.ref, on, held.topic, fields, held.recorded_on)
