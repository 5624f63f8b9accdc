"""What a responsible authority is told about its own record: findings, and who has heard of what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.findings import FINDINGS
from projections.reading import Cell, Reading, effective_on, in_order


@dataclass(frozen=True, slots=True)
class Finding:
    """Something recorded that does not fit with the history. item, what: the event and its name.

    code, meaning, source: the finding as `domain.findings` words it; the last two empty for a code it does not know.
    """

    ref: str
    item: str
    what: str
    effective_on: date | None
    recorded_on: date
    reporter: Cell
    code: str
    meaning: str
    source: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody heard of an event: a desk acknowledged the notice, or someone without a feed was told (CPR 2010 reg 13(2)).

    about, what: item id of the event they heard of, and its name. audience, by: the desk and the person there; recipient_kind,
    method: outside the hub. heard_on: None where it was not told.
    """

    ref: str
    about: Cell
    what: str | None
    audience: Cell
    by: Cell
    recipient_kind: Cell
    method: Cell
    heard_on: Cell
    recorded_on: date


def findings(reading: Reading) -> Iterator[tuple[str, Finding]]:
    """One row per event and finding."""
    for held in reading.picture.items.values():
        codes = held.fields.get("findings")
        if isinstance(codes, tuple):
            on, reporter = effective_on(held), held.fields.get("reporter")
            for code in dict.fromkeys(codes):
                said = FINDINGS.get(code, ("", ""))
                finding = Finding(reading.ref, held.item, held.name, on, held.recorded_on, reporter, code, *said)
                yield f"{held.item}/{code}", finding


def who_heard(reading: Reading) -> Iterator[tuple[str, Heard]]:
    """One row per acknowledgement received, and per person told outside the hub."""
    for on, held in reading.told("notice-acknowledged", "notified-outside-hub"):
        f = held.fields
        about = f.get("notice", f.get("about"))
        of = reading.picture.items.get(about) if isinstance(about, str) else None
        yield (
            in_order((on, held)),
            Heard(
                reading.ref,
                about,
                of.name if of is not None else None,
                f.get("audience"),
                f.get("by"),
                f.get("recipient_kind"),
                f.get("method"),
                f.get("told_on") if held.name == "notified-outside-hub" else on,
                held.recorded_on,
            ),
        )
