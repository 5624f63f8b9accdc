"""Every view over every event: a field is absent, masked, unknown or a value, and no view confuses one with another."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.events import FieldType, Kind, event_types
from domain.feed import Item, Masked, Told, Value
from domain.picture import Picture
from domain.vocabulary import UNKNOWN, Role
from projections.views import VIEWS, Row, rows
from tests.support.messages import DAY, message, opened, picture

VALUES: dict[Kind, Value] = {
    Kind.TEXT: "invented",
    Kind.DATE: DAY,
    Kind.MOMENT: datetime(2026, 4, 6, 8, 30, tzinfo=UTC),
    Kind.NUMBER: 7,
    Kind.FLAG: True,
    Kind.REF: "no item of this desk",
    Kind.TEXTS: ("invented",),
    Kind.REFS: ("no item of this desk",),
    Kind.THIRD_PARTY: "invented",
    Kind.EVENT: "invented",
}
STATES: dict[str, Any] = {
    "absent": None,
    "masked": Masked("restricted"),
    "unknown": UNKNOWN,
    "value": VALUES,
}


def in_state(field: FieldType, state: str) -> Value | None:
    return VALUES[field.kind] if state == "value" else STATES[state]


def everything(role: Role, state: str) -> Picture:
    """A desk that was told of every event there is, each field of each in one state."""
    items = []
    for topic, event_type in event_types().items():
        said = {f.name: value for f in event_type.own_fields if (value := in_state(f, state)) is not None}
        items.append(message(Told(Item(topic, topic, {"effective_on": DAY, **said}), False, False)))
    return picture(opened(role=role.value), *items)


def cells(value: Any) -> list[Any]:
    """Every cell of a row that is no container of cells; a mask and `unknown` are cells."""
    if isinstance(value, dict) and not value.keys() & {"masked", "unknown"}:
        return [cell for part in value.values() for cell in cells(part)]
    if isinstance(value, list):
        return [cell for part in value for cell in cells(part)]
    return [value]


def told(role: Role, state: str) -> list[Row]:
    return rows(role, everything(role, state))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", VIEWS)
def test_every_row_is_json_with_a_key_of_its_own_and_no_state_is_taken_for_another(role: Role, state: str) -> None:
    found = told(role, state)

    assert len({(row.view, row.key) for row in found}) == len(found) > 0
    assert json.loads(json.dumps([dict(row.body) for row in found])) == [dict(row.body) for row in found]
    seen = [cell for row in found for cell in cells(dict(row.body))]
    masked = [cell for cell in seen if cell == {"masked": "restricted"}]
    unknown = [cell for cell in seen if cell == {"unknown": True}]
    assert bool(masked) == (state == "masked")
    if state in ("masked", "value"):
        assert unknown in ([], [{"unknown": True}]), "only what version 1 of a release date did not ask"
    if state == "unknown":
        assert unknown
    assert ("invented" in seen) == (state == "value")


@pytest.mark.parametrize("role", Role)
def test_a_role_has_views_or_has_no_rows(role: Role) -> None:
    assert {row.view for row in told(role, "value")} <= set(VIEWS.get(role, {}))
    assert (role in VIEWS) == (role is not Role.AUDITOR)


@pytest.mark.parametrize("role", VIEWS)
def test_who_else_is_working_with_a_child_is_asked_by_every_role(role: Role) -> None:
    assert "working-with" in VIEWS[role]


@pytest.mark.parametrize("role", VIEWS)
def test_the_order_in_which_a_picture_holds_its_items_changes_no_row(role: Role) -> None:
    one = everything(role, "value")
    turned = Picture(one.ref, one.openings, dict(reversed(list(one.items.items()))))

    assert sorted(map(repr, rows(role, turned))) == sorted(map(repr, rows(role, one)))
