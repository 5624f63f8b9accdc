"""What the law wants a desk to acknowledge, as rows. Silence is a signal to whoever sent it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from projections.reading import Cell, Reading, effective_on


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. number: its place in the feed. item: what an acknowledgement names. what: the event's name.

    effective_on: None in a tombstone. recorded_on: the day the desk was told. placement: item id of the placement it is
    about. notified_by, needs, why_suitable, care_plan_supplied: of a notice under CPR 2010 reg 13(4).
    What the desk answered is not in its feed: `gateway.desk_views` puts it beside the row.
    """

    ref: str
    number: int
    item: str
    what: str
    effective_on: date | None
    recorded_on: date
    placement: Cell
    notified_by: Cell
    needs: Cell
    why_suitable: Cell
    care_plan_supplied: Cell


def notices(reading: Reading) -> Iterator[tuple[str, Notice]]:
    """One row per notice held, in the order told."""
    for held in reading.picture.items.values():
        if held.notice:
            yield (
                held.item,
                Notice(
                    reading.ref,
                    held.number,
                    held.item,
                    held.name,
                    effective_on(held),
                    held.recorded_on,
                    held.item if held.name == "placement-made" else held.fields.get("placement"),
                    held.fields.get("notified_by"),
                    held.fields.get("needs"),
                    held.fields.get("why_suitable"),
                    held.fields.get("care_plan_supplied"),
                ),
            )
