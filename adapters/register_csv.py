"""Reads the agency register from its CSV files (`schemas/register`). A bad row is refused with file, line and rule."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NoReturn

from domain.agencies import Adjoins, Agency, AgencyKind, Contact, Desk, HealthArea, Neighbours, Register
from domain.vocabulary import Role

_AUTHORITIES: Final = "authorities.csv"
_HEALTH_BODIES: Final = "health_bodies.csv"
_YOTS: Final = "yots.csv"
_HEALTH_AREAS: Final = "authority_to_icb.csv"
_TEAMS: Final = "yot_authorities.csv"
_ADJACENCY: Final = "adjacency.csv"
_ESTABLISHMENTS: Final = "establishments.csv"
_DESKS: Final = "desks.csv"

REGISTER_FILES: Final[tuple[str, ...]] = (
    _AUTHORITIES,
    _HEALTH_BODIES,
    _YOTS,
    _HEALTH_AREAS,
    _TEAMS,
    _ADJACENCY,
    _ESTABLISHMENTS,
    _DESKS,
)
"""The files that make up one version of the register. Versions made before there were establishments lack that one."""

_AGENCY_FILES: Final = {
    _AUTHORITIES: AgencyKind.AUTHORITY,
    _HEALTH_BODIES: AgencyKind.HEALTH,
    _YOTS: AgencyKind.YOT,
}
_AGENCY_COLUMNS: Final = ("code", "name", "valid_from", "valid_to", "successors")
_ESTABLISHMENT_COLUMNS: Final = ("code", "name", "kind", "valid_from", "valid_to", "successors")
_ADJOINS: Final = {"yes": Adjoins.YES, "review": Adjoins.UNKNOWN}
_ROLES: Final[Mapping[AgencyKind, frozenset[Role]]] = {
    AgencyKind.AUTHORITY: frozenset(
        {Role.RESPONSIBLE_AUTHORITY, Role.HOST_AUTHORITY, Role.ORDINARY_RESIDENCE_AUTHORITY, Role.VIRTUAL_SCHOOL}
    ),
    AgencyKind.HEALTH: frozenset({Role.ORIGINATING_HEALTH, Role.DEPARTING_HEALTH, Role.LOCAL_HEALTH}),
    AgencyKind.YOT: frozenset({Role.HOME_YOT, Role.LOCAL_YOT}),
    AgencyKind.SCHOOL: frozenset({Role.SCHOOL}),
    AgencyKind.CHILDRENS_HOME: frozenset(),
    AgencyKind.POLICE: frozenset(),
}
_ESTABLISHMENT_KINDS: Final = {k.value: k for k in (AgencyKind.SCHOOL, AgencyKind.CHILDRENS_HOME, AgencyKind.POLICE)}


def read_register(files: Mapping[str, str], content_hash: str) -> Register:
    """Build the register from the text of its files.

    `files` maps each name of `REGISTER_FILES` to that file's text; other names are ignored. Without `establishments.csv`
    there are none. Raises ValueError naming file, line and rule at the first row that is not sound.
    """
    agencies: dict[str, Agency] = {}
    lines: dict[str, _Row] = {}
    for agency, row in _agencies(files):
        if agency.code in agencies:
            row.refuse("code: each agency is listed once")
        agencies[agency.code], lines[agency.code] = agency, row
    for agency in agencies.values():
        _check_successors(agency, agencies, lines[agency.code])
    return Register(
        content_hash,
        agencies.values(),
        health_areas=list(_health_areas(files, agencies)),
        teams=_teams(files, agencies),
        neighbours=list(_neighbours(files, agencies)),
        desks=list(_desks(files, agencies)),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of one file, which knows where it stands."""

    file: str
    line: int
    cells: Mapping[str, str]

    def refuse(self, rule: str) -> NoReturn:
        raise ValueError(f"{self.file} line {self.line}: {rule}")

    def text(self, column: str) -> str:
        return self.cells[column] or self.refuse(f"{column}: must not be empty")

    def day(self, column: str) -> date:
        written = self.text(column)
        try:
            day = date.fromisoformat(written)
        except ValueError:
            day = None
        # fromisoformat also reads 20230401 and week dates; one way of writing keeps the files comparable.
        return day if day and day.isoformat() == written else self.refuse(f"{column}: a date is written YYYY-MM-DD")

    def day_or_none(self, column: str) -> date | None:
        return self.day(column) if self.cells[column] else None

    def period(self) -> tuple[date, date | None]:
        first, last = self.day("valid_from"), self.day_or_none("valid_to")
        if last is not None and last < first:
            self.refuse("valid_to: must not be before valid_from")
        return first, last

    def agency(self, column: str, agencies: Mapping[str, Agency], kind: AgencyKind | None = None) -> Agency:
        agency = agencies.get(self.text(column))
        if agency is None or (kind is not None and agency.kind is not kind):
            self.refuse(f"{column}: must be the code of a listed {kind.value if kind else 'agency'}")
        return agency

    def current_authority(self, column: str, agencies: Mapping[str, Agency]) -> str:
        authority = self.agency(column, agencies, AgencyKind.AUTHORITY)
        if authority.valid_to is not None:
            self.refuse(f"{column}: must be an authority that has not ended")
        return authority.code


def _rows(files: Mapping[str, str], name: str, columns: tuple[str, ...]) -> Iterator[_Row]:
    if name not in files:
        raise ValueError(f"{name}: the register needs this file")
    reader = csv.DictReader(io.StringIO(files[name], newline=""), strict=True)
    try:
        if tuple(reader.fieldnames or ()) != columns:
            raise ValueError(f"{name} line 1: the columns are {','.join(columns)}")
        for cells in reader:
            if None in cells or None in cells.values():
                raise ValueError(f"{name} line {reader.line_num}: a row has {len(columns)} cells")
            yield _Row(name, reader.line_num, cells)
    except csv.Error:
        # DictReader counts a line only once it has been read whole.
        raise ValueError(f"{name} line {reader.reader.line_num}: the row is not well-formed CSV") from None


def _agencies(files: Mapping[str, str]) -> Iterator[tuple[Agency, _Row]]:
    for name, kind in _AGENCY_FILES.items():
        for row in _rows(files, name, _AGENCY_COLUMNS):
            yield _agency(row, kind), row
    if _ESTABLISHMENTS in files:
        for row in _rows(files, _ESTABLISHMENTS, _ESTABLISHMENT_COLUMNS):
            named = _ESTABLISHMENT_KINDS.get(row.text("kind"))
            if named is None:
                row.refuse(f"kind: is one of {', '.join(_ESTABLISHMENT_KINDS)}")
            yield _agency(row, named), row


def _agency(row: _Row, kind: AgencyKind) -> Agency:
    first, last = row.day_or_none("valid_from"), row.day_or_none("valid_to")
    if first is not None and last is not None and last < first:
        row.refuse("valid_to: must not be before valid_from")
    successors = tuple(row.cells["successors"].split(";")) if row.cells["successors"] else ()
    if successors and last is None:
        row.refuse("successors: an agency still in force has none")
    return Agency(row.text("code"), row.text("name"), kind, first, last, successors)


def _check_successors(agency: Agency, agencies: Mapping[str, Agency], row: _Row) -> None:
    if agency.valid_to is None:
        return
    next_day = agency.valid_to + timedelta(days=1)
    for code in agency.successors:
        successor = agencies.get(code)
        if successor is None or successor.kind is not agency.kind:
            row.refuse(f"successors: must be codes of a listed {agency.kind.value}")
        # A successor that outlasts its predecessor also keeps the chain from running in a circle.
        if not successor.in_force(next_day):
            row.refuse("successors: must be in force on the day after valid_to")


def _health_areas(files: Mapping[str, str], agencies: Mapping[str, Agency]) -> Iterator[HealthArea]:
    for row in _rows(files, _HEALTH_AREAS, ("authority", "health_body", "valid_from", "valid_to")):
        body = row.agency("health_body", agencies, AgencyKind.HEALTH)
        first, last = row.period()
        if not body.in_force(first) or (body.valid_to is not None and (last is None or last > body.valid_to)):
            row.refuse("health_body: must be in force from valid_from to valid_to")
        yield HealthArea(row.current_authority("authority", agencies), body.code, first, last)


def _teams(files: Mapping[str, str], agencies: Mapping[str, Agency]) -> dict[str, str]:
    teams: dict[str, str] = {}
    for row in _rows(files, _TEAMS, ("authority", "yot")):
        authority = row.current_authority("authority", agencies)
        if authority in teams:
            row.refuse("authority: one youth offending team serves it")
        teams[authority] = row.agency("yot", agencies, AgencyKind.YOT).code
    return teams


def _neighbours(files: Mapping[str, str], agencies: Mapping[str, Agency]) -> Iterator[Neighbours]:
    seen: set[frozenset[str]] = set()
    for row in _rows(files, _ADJACENCY, ("authority_a", "authority_b", "adjoins")):
        one, other = row.current_authority("authority_a", agencies), row.current_authority("authority_b", agencies)
        if one == other or frozenset((one, other)) in seen:
            row.refuse("authority_b: each pair of two authorities is listed once, in one order")
        if row.cells["adjoins"] not in _ADJOINS:
            row.refuse("adjoins: is yes or review")
        seen.add(frozenset((one, other)))
        yield Neighbours(one, other, _ADJOINS[row.cells["adjoins"]])


def _desks(files: Mapping[str, str], agencies: Mapping[str, Agency]) -> Iterator[Desk]:
    columns = ("agency", "role", "function", "name", "phone", "email", "valid_from", "valid_to")
    for row in _rows(files, _DESKS, columns):
        agency = row.agency("agency", agencies)
        allowed = {role.value: role for role in _ROLES[agency.kind]}
        role = allowed.get(row.text("role"))
        if role is None:
            row.refuse(f"role: a desk of this kind of agency is one of {', '.join(sorted(allowed)) or 'none'}")
        first, last = row.period()
        contact = Contact(row.text("function"), row.text("name"), row.text("phone"), row.text("email"))
        yield Desk(agency.code, role, contact, first, last)
