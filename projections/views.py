"""Which projection serves which role, and the rows that come of one child's picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from domain.picture import Picture
from domain.vocabulary import Role
from projections import (
    health,
    host_authority,
    ordinary_residence,
    record_keeping,
    responsible_authority,
    school,
    virtual_school,
    yot,
)
from projections.chronology import chronology
from projections.missing import missing
from projections.notices import notices
from projections.openings import arrivals, departures
from projections.placement_notices import placement_notices
from projections.pointers import working_with
from projections.reading import Reading, as_json

View = Callable[[Reading], Iterator[tuple[str, Any]]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a view. key: unique within view and child, the same at every rebuild. body: as JSON's types."""

    view: str
    child: str
    key: str
    body: Mapping[str, Any]


_HEALTH: Final[Mapping[str, View]] = {
    "caseload": health.caseload,
    "referrals": health.referrals,
    "information-gaps": health.information_gaps,
    "chronology": chronology,
    "working-with": working_with,
    "arrivals": arrivals,
    "departures": departures,
    "notices": notices,
}
_YOT: Final[Mapping[str, View]] = {
    "children": yot.children,
    "custody": yot.custody,
    "proceedings": yot.proceedings,
    "working-with": working_with,
    "notices": notices,
}

VIEWS: Final[Mapping[Role, Mapping[str, View]]] = MappingProxyType(
    {
        Role.RESPONSIBLE_AUTHORITY: {
            "caseload": responsible_authority.caseload,
            "planning": responsible_authority.planning,
            "placement-notices": placement_notices,
            "missing": missing,
            "custody": responsible_authority.custody,
            "leaving-care": responsible_authority.leaving_care,
            "working-with": working_with,
            "findings": record_keeping.findings,
            "who-heard": record_keeping.who_heard,
            "notices": notices,
        },
        Role.HOST_AUTHORITY: {
            "children": host_authority.children,
            "arrivals": arrivals,
            "departures": departures,
            "notices": notices,
            "placement-notices": placement_notices,
            "missing": missing,
            "working-with": working_with,
        },
        Role.ORDINARY_RESIDENCE_AUTHORITY: {
            "children": ordinary_residence.children,
            "working-with": working_with,
            "arrivals": arrivals,
            "departures": departures,
            "notices": notices,
        },
        Role.ORIGINATING_HEALTH: _HEALTH,
        Role.DEPARTING_HEALTH: _HEALTH,
        Role.LOCAL_HEALTH: _HEALTH,
        Role.VIRTUAL_SCHOOL: {
            "register": virtual_school.register,
            "moves": virtual_school.moves,
            "exclusions": virtual_school.exclusions,
            "gaps": virtual_school.gaps,
            "working-with": working_with,
        },
        Role.SCHOOL: {"pupils": school.pupils, "working-with": working_with},
        Role.HOME_YOT: _YOT,
        Role.LOCAL_YOT: _YOT,
    }
)


def rows(role: Role, picture: Picture) -> list[Row]:
    """Every row of this role's views that one child's picture gives. A role without views has none."""
    reading = Reading(picture)
    return [
        Row(name, picture.ref, key, as_json(body))
        for name, view in VIEWS.get(role, {}).items()
        for key, body in view(reading)
    ]
