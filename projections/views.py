"""Which projection serves which role, and the rows that come of one child's picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from domain.picture import Picture
from domain.vocabulary import Role
from projections import health, host_authority, responsible_authority, virtual_school, yot
from projections.notices import notices
from projections.openings import arrivals, departures
from projections.reading import as_json

View = Callable[[Picture], Iterator[tuple[str, Any]]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a view. key: unique within view and child, the same at every rebuild. body: as JSON's types."""

    view: str
    child: str
    key: str
    body: Mapping[str, Any]


_HEALTH: Final[Mapping[str, View]] = {
    "caseload": health.caseload,
    "arrivals": arrivals,
    "departures": departures,
    "notices": notices,
}
_YOT: Final[Mapping[str, View]] = {"custody": yot.custody, "notices": notices}

VIEWS: Final[Mapping[Role, Mapping[str, View]]] = MappingProxyType(
    {
        Role.RESPONSIBLE_AUTHORITY: {
            "caseload": responsible_authority.caseload,
            "custody": responsible_authority.custody,
            "findings": responsible_authority.findings,
            "acknowledgements": responsible_authority.acknowledgements,
            "told-outside-hub": responsible_authority.told_outside_hub,
            "notices": notices,
        },
        Role.HOST_AUTHORITY: {
            "children": host_authority.children,
            "arrivals": arrivals,
            "departures": departures,
            "notices": notices,
        },
        Role.ORIGINATING_HEALTH: _HEALTH,
        Role.DEPARTING_HEALTH: _HEALTH,
        Role.LOCAL_HEALTH: _HEALTH,
        Role.VIRTUAL_SCHOOL: {"register": virtual_school.register},
        Role.HOME_YOT: _YOT,
        Role.LOCAL_YOT: _YOT,
    }
)


def rows(role: Role, picture: Picture) -> list[Row]:
    """Every row of this role's views that one child's picture gives. A role without views has none."""
    return [
        Row(name, picture.ref, key, as_json(body))
        for name, view in VIEWS.get(role, {}).items()
        for key, body in view(picture)
    ]
