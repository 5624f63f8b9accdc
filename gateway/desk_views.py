"""Everything one desk can look at, by name: its views, and for a responsible authority the rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from domain.vocabulary import Audience, Role
from gateway.hub import Hub
from gateway.rooms import Rooms
from projections import host_authority
from projections.reading import as_json
from projections.views import VIEWS

Rows = Callable[[], Iterator[dict[str, Any]]]


def desk_views(hub: Hub, audience: Audience, child: str = "") -> dict[str, Rows]:
    """The names of a desk's views, each with what reads its rows (as JSON's types).

    child: the beginning of the desk's reference of a child; rows of other children are left out.
    """
    views: dict[str, Rows] = {name: _view(hub, audience, name, child) for name in VIEWS.get(audience.role, ())}
    if audience.role is Role.RESPONSIBLE_AUTHORITY:
        rooms = Rooms(hub, audience)
        views["told"] = lambda: _rows(row for of in rooms.children(child) for row in rooms.told(of))
        views["not-told"] = lambda: _rows(row for of in rooms.children(child) for row in rooms.not_told(of))
        views["tray"] = lambda: _rows(row for row in rooms.tray() if not child or (row.ref or "").startswith(child))
    return views


def host_counts(hub: Hub, audience: Audience, as_at: date) -> list[dict[str, Any]]:
    """The figures of a host authority for a day, each with its definition and the feed number it was known at."""
    desk = str(audience)
    pictures = hub.views.pictures(desk).values()
    return [as_json(f) for f in host_authority.counts(pictures, as_at, hub.views.position(desk))]


def _view(hub: Hub, audience: Audience, name: str, child: str) -> Rows:
    return lambda: (dict(r.body) for r in hub.views.rows(str(audience), name) if r.child.startswith(child))


def _rows(found: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for row in found:
        said = as_json(row)
        yield {name: str(value) if isinstance(value, UUID) else value for name, value in said.items()}
