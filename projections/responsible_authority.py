"""What the responsible authority sees of its own children. Who was told what, and what not, is in the audit rooms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.feed import Status
from domain.findings import FINDINGS
from domain.picture import Picture
from projections.reading import Cell, Identity, Living, effective_on, identifier, identity, living
from projections.standing import CustodyPeriod, standing


@dataclass(frozen=True, slots=True)
class Case:
    """A child for whom the authority is responsible. local_id: the authority's own number (SSDA903 CHILD).

    legal_status: SSDA903 LS code; None when not looked after. in_custody: whether a stay in custody goes on.
    """

    ref: str
    local_id: Cell
    identity: Identity
    looked_after: Status
    legal_status: Cell
    living: Living | None
    in_custody: bool


@dataclass(frozen=True, slots=True)
class StatusesInCustody:
    """Legal status on the way through a stay in custody; the duties follow from it (SI 2010/2797, CPR 2010 reg 47C)."""

    ref: str
    local_id: Cell
    identity: Identity
    custody: CustodyPeriod


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
class Acknowledgement:
    """A desk confirmed that a notice reached it. notice, what: item id of the event it told of, and its name."""

    ref: str
    notice: Cell
    what: str | None
    audience: Cell
    by: Cell
    acknowledged_on: date | None
    recorded_on: date


@dataclass(frozen=True, slots=True)
class ToldOutsideHub:
    """Someone without a feed was told some other way (CPR 2010 reg 13(2)). about, what: the event and its name."""

    ref: str
    about: Cell
    what: str | None
    recipient_kind: Cell
    method: Cell
    told_on: Cell
    recorded_on: date


def caseload(picture: Picture) -> Iterator[tuple[str, Case]]:
    """The child's row while the authority is responsible."""
    if picture.open is not None:
        now = standing(picture)
        yield (
            "",
            Case(
                picture.ref,
                identifier(picture, "local_id"),
                identity(picture),
                now.looked_after,
                now.legal_status,
                living(picture),
                now.in_custody is not None,
            ),
        )


def custody(picture: Picture) -> Iterator[tuple[str, StatusesInCustody]]:
    """One row per stay in custody, those that ended included."""
    for period in standing(picture).custody:
        local_id = identifier(picture, "local_id")
        yield period.item, StatusesInCustody(picture.ref, local_id, identity(picture), period)


def findings(picture: Picture) -> Iterator[tuple[str, Finding]]:
    """One row per event and finding."""
    for held in picture.items.values():
        codes = held.fields.get("findings")
        if isinstance(codes, tuple):
            on, reporter = effective_on(held), held.fields.get("reporter")
            for code in dict.fromkeys(codes):
                said = FINDINGS.get(code, ("", ""))
                finding = Finding(picture.ref, held.item, held.name, on, held.recorded_on, reporter, code, *said)
                yield f"{held.item}/{code}", finding


def acknowledgements(picture: Picture) -> Iterator[tuple[str, Acknowledgement]]:
    """One row per acknowledgement received."""
    for held in picture.items.values():
        if held.name == "notice-acknowledged":
            notice = held.fields.get("notice")
            yield (
                held.item,
                Acknowledgement(
                    picture.ref,
                    notice,
                    _what(picture, notice),
                    held.fields.get("audience"),
                    held.fields.get("by"),
                    effective_on(held),
                    held.recorded_on,
                ),
            )


def told_outside_hub(picture: Picture) -> Iterator[tuple[str, ToldOutsideHub]]:
    """One row per person told outside the hub."""
    for held in picture.items.values():
        if held.name == "notified-outside-hub":
            about = held.fields.get("about")
            yield (
                held.item,
                ToldOutsideHub(
                    picture.ref,
                    about,
                    _what(picture, about),
                    held.fields.get("recipient_kind"),
                    held.fields.get("method"),
                    held.fields.get("told_on"),
                    held.recorded_on,
                ),
            )


def _what(picture: Picture, item: Cell) -> str | None:
    held = picture.items.get(item) if isinstance(item, str) else None
    return held.name if held is not None else None
