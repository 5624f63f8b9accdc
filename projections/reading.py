"""How a projection reads a picture: what was told, in the order in which it was so, and the last word on each field.

A cell of a row is a value, `unknown`, masked with a ground, or None: not told. None never says whether there is
anything to tell.
Rows read no clock: "now" is the last thing told, which may be planned, so that every state carries the day since when.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final

from domain.agencies import Contact
from domain.feed import Masked, Value
from domain.picture import Held, Opening, Picture
from domain.situation import TEMPORARY
from domain.vocabulary import Unknown

Cell = Value | None

TEMPORARY_AS_TOLD: Final = TEMPORARY | {"temporary"}  # T0-T4, and their coarse form: the usual placement goes on
_DETAILS = ("child-registered", "identifier-added", "details-corrected")
_NO_MOMENT = datetime.min.replace(tzinfo=UTC)

# Of what became so on one day, what comes first: the order in which the hub itself reads a day (`domain.timeline`).
_WITHIN_A_DAY = {
    "care-ended": 1,
    "care-started": 2,
    "legal-status-changed": 3,
    "placement-made": 4,
    "placement-ended": 5,
    "released": 6,
    "custody-entered": 7,
    "sentenced": 8,
    "release-date-set": 9,
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the child is, as told. born_on: a day, or unknown. sex: as the return codes it."""

    given_name: Cell
    family_name: Cell
    born_on: Cell
    sex: Cell


@dataclass(frozen=True, slots=True)
class Ring:
    """Whom to ring about the child: the responsible authority (ONS code and name) and its contacts."""

    authority: str
    authority_name: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Living:
    """Where the child usually lives, as told: the last placement, short of temporary ones (T0-T4).

    placement_type: code of SSDA903 PLACE or its coarse form. area: ONS code of the authority. since: first day there;
    ended_on: the day the child left it or care ended, where no later placement has been told.
    """

    placement_type: Cell
    area: Cell
    address: Cell
    postcode: Cell
    home_name: Cell
    since: date
    ended_on: date | None


def effective_on(held: Held) -> date | None:
    """The day on which it became so; None in a tombstone, which tells no day."""
    on = held.fields.get("effective_on")
    return on if isinstance(on, date) else None


def told(picture: Picture, *names: str) -> list[tuple[date, Held]]:
    """The items of these events and their days, in the order in which they were so; tombstones are left out."""
    found = [(on, h) for h in picture.items.values() if h.name in names and (on := effective_on(h)) is not None]
    found.sort(key=lambda pair: (pair[0], _WITHIN_A_DAY.get(pair[1].name, 0), _moment(pair[1]), pair[1].number))
    return found


def last_word(items: Iterable[tuple[date, Held]], field: str) -> Cell:
    """The last thing said about a field in these items; None where none of them tells it."""
    said: Cell = None
    for _, held in items:
        said = held.fields.get(field, said)
    return said


def identity(picture: Picture) -> Identity:
    """Name, birth date and sex after every correction told."""
    items = told(picture, *_DETAILS)
    return Identity(
        last_word(items, "given_name"),
        last_word(items, "family_name"),
        last_word(items, "born_on"),
        last_word(items, "sex"),
    )


def identifier(picture: Picture, field: str) -> Cell:
    """An identifier as last told: `nhs_number`, `upn` or `local_id`."""
    return last_word(told(picture, *_DETAILS), field)


def ring(opening: Opening) -> Ring:
    """Whom to ring, as the relationship's opening said."""
    return Ring(opening.responsible_authority, opening.responsible_authority_name, opening.contacts)


def living(picture: Picture) -> Living | None:
    """Where the child usually lives; None where no placement was told."""
    made = told(picture, "placement-made")
    usual = [pair for pair in made if pair[1].fields.get("placement_type") not in TEMPORARY_AS_TOLD]
    if not usual:
        return None
    since, last = usual[-1]
    labels = [pair for pair in told(picture, "placement-relabelled") if pair[1].fields.get("placement") == last.item]
    left = [on for on, h in told(picture, "placement-ended") if h.fields.get("placement") == last.item and on >= since]
    left += [on for on, _ in told(picture, "care-ended") if on > since]  # on the day itself: an earlier period of care
    return Living(
        last_word([usual[-1], *labels], "placement_type"),
        last.fields.get("area_authority"),
        last.fields.get("address"),
        last.fields.get("postcode"),
        last.fields.get("home_name"),
        since,
        min(left, default=None),
    )


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
    if is_dataclass(value):
        return {f.name: as_json(getattr(value, f.name)) for f in fields(value)}
    return value


def _moment(held: Held) -> datetime:
    at = held.fields.get("effective_at")
    return at if isinstance(at, datetime) else _NO_MOMENT
