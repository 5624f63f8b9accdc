"""The agency register: which authorities, health bodies and youth offending teams exist, when, and who follows whom.

Agencies are dated data with successors, never code: primary care trusts became clinical commissioning groups (1 April
2013), those became integrated care boards (1 July 2022), boards merge (1 April 2026) and counties divide. Where the
register cannot name one agency it names the candidates and guesses nothing. Dates are whole days; a `valid_to` is the
last day in force.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain

from domain.vocabulary import Role

_LATEST = date.max


class AgencyKind(StrEnum):
    """What an agency is. Its roles towards a child follow from the child's history, not from this."""

    AUTHORITY = "authority"
    HEALTH = "health"
    YOT = "yot"
    SCHOOL = "school"
    CHILDRENS_HOME = "home"
    POLICE = "police"


class Adjoins(StrEnum):
    """A three-valued answer about place. `UNKNOWN` is to be shown and decided by a person, never read as no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Agency:
    """One body under one code: GSS code of an authority, ODS code of a health body, own id of a youth offending team.

    `valid_from` is None where the opening date is not known: the agency is then taken to have stood on every earlier
    day. `valid_to` is None while it stands. `successors` take over on the day after `valid_to`; several mean that it
    was divided.
    """

    code: str
    name: str
    kind: AgencyKind
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()

    def in_force(self, on: date) -> bool:
        """Whether the agency stood on that day."""
        return self.has_begun(on) and not self.has_ended(on)

    def has_begun(self, on: date) -> bool:
        """Whether that day is on or after its first."""
        return self.valid_from is None or self.valid_from <= on

    def has_ended(self, on: date) -> bool:
        """Whether that day is after its last."""
        return self.valid_to is not None and self.valid_to < on


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ring at a desk: the person's function there, and how to reach them at work."""

    function: str
    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """One agency, or the candidates and no choice among them. No candidates: the register has no answer."""

    one: str | None
    candidates: tuple[str, ...]

    @classmethod
    def among(cls, codes: Iterable[str]) -> Resolved:
        """The answer these codes allow: the one if there is only one; candidates in code order."""
        candidates = tuple(sorted(set(codes)))
        return cls(candidates[0] if len(candidates) == 1 else None, candidates)


_NOBODY = Resolved(None, ())


@dataclass(frozen=True, slots=True)
class HealthArea:
    """A health body commissions for (part of) a current authority's area, to `valid_to` or until now."""

    authority: str
    body: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A pair of current authorities, in either order: `YES`, or `UNKNOWN` while a person has still to decide.

    Pairs not listed do not adjoin.
    """

    one: str
    other: str
    adjoins: Adjoins


@dataclass(frozen=True, slots=True)
class Desk:
    """A contact of an agency in one role, from `valid_from` to `valid_to` or until now."""

    agency: str
    role: Role
    contact: Contact
    valid_from: date
    valid_to: date | None = None


class Register:
    """One version of the register, named by the hash of its files. Immutable; answers depend on arguments alone.

    `teams` maps each current authority to its youth offending team. The rows must be consistent: every code named
    exists, and a successor outlasts the agency it follows (`adapters.register_csv` checks both and says which line is
    wrong).
    """

    def __init__(
        self,
        content_hash: str,
        agencies: Iterable[Agency],
        *,
        health_areas: Iterable[HealthArea] = (),
        teams: Mapping[str, str] | None = None,
        neighbours: Iterable[Neighbours] = (),
        desks: Iterable[Desk] = (),
    ) -> None:
        self._content_hash = content_hash
        self._agencies = {agency.code: agency for agency in agencies}
        self._health_bodies = tuple(a for a in self._agencies.values() if a.kind is AgencyKind.HEALTH)
        self._teams = dict(teams or {})
        self._areas: dict[str, list[HealthArea]] = defaultdict(list)
        for area in health_areas:
            self._areas[area.authority].append(area)
        self._adjoining: dict[tuple[str, str], Adjoins] = {}
        for pair in neighbours:
            self._adjoining[pair.one, pair.other] = self._adjoining[pair.other, pair.one] = pair.adjoins
        self._desks: dict[tuple[str, Role], list[Desk]] = defaultdict(list)
        for desk in desks:
            self._desks[desk.agency, desk.role].append(desk)
        self._predecessors: dict[str, list[str]] = defaultdict(list)
        for agency in self._agencies.values():
            for successor in agency.successors:
                self._predecessors[successor].append(agency.code)
        # Between two days on which anything changes every answer is the same: answers are kept per period, not per day.
        self._change_days = sorted(
            {*_change_days(self._agencies.values()), *_change_days(chain(*self._areas.values()))}
        )
        self._carried: dict[tuple[str, int], Resolved] = {}
        self._served: dict[tuple[str, int], Resolved] = {}

    @property
    def content_hash(self) -> str:
        """The name of this version."""
        return self._content_hash

    def agency(self, code: str) -> Agency | None:
        """The agency under this code, ended or not; None if the register has never heard of it."""
        return self._agencies.get(code)

    def agencies(self) -> Iterable[Agency]:
        """Every agency, ended ones too, in the order of the files."""
        return self._agencies.values()

    def name(self, code: str) -> str:
        """The agency's name; the code itself where the register does not know it (a Welsh authority, say)."""
        agency = self._agencies.get(code)
        return agency.name if agency else code

    def carry(self, code: str, on: date) -> Resolved:
        """The agency, or those that follow it on that day, through any number of mergers and divisions.

        A code that has not ended on that day, even one not yet in force, answers itself. An unknown code has no
        candidates.
        """
        agency = self._agencies.get(code)
        if agency is None:
            return _NOBODY
        key = (code, self._period(on))
        if key not in self._carried:
            self._carried[key] = Resolved.among(self._heirs(agency, on))
        return self._carried[key]

    def health_body(self, authority: str, on: date) -> Resolved:
        """Who commissions health for that authority's area on that day: every body serving any part, however small.

        The rows of service are of current authorities, so an authority that has ended is read through its successors.
        Before the first row (1 July 2022) there is no map of the area: the candidates are then all the bodies in
        force on that day from which the first ones descend.
        """
        if authority not in self._agencies:
            return _NOBODY
        key = (authority, self._period(on))
        if key not in self._served:
            self._served[key] = Resolved.among(self._serving(authority, on))
        return self._served[key]

    def youth_offending_team(self, authority: str, on: date) -> str | None:
        """The team that serves the authority; an authority that has ended is read through its successors.

        None where the successors have different teams, or no team is known. The register holds the current services
        only and no opening dates, so an early day is answered with the service of today.
        """
        current = self.carry(authority, _LATEST).candidates
        teams = {self._teams.get(code) for code in current}
        team = self._agencies.get(teams.pop() or "") if len(teams) == 1 else None
        return team.code if team and team.in_force(on) else None

    def adjoins(self, a: str, b: str, on: date) -> Adjoins:
        """Whether two authorities share a boundary on that day; the same authority counts as adjoining.

        The table is of current authorities in England. Earlier codes and earlier days are answered from it only where
        an authority continues another one to one. The answer is unknown across a merger or division, for a day before
        coding began (2009), for an undecided estuary and for a code outside the register.
        """
        if self._same(a, b, on):
            return Adjoins.YES
        one, other = self._current_on(a, on), self._current_on(b, on)
        if one is None or other is None:
            return Adjoins.UNKNOWN
        return self._adjoining.get((one, other), Adjoins.NO)

    def at_a_distance(self, responsible: str, area: str, on: date) -> Adjoins:
        """Whether `area` is outside the responsible authority and every adjoining one (CPR 2010 regs 2(1), 11)."""
        if self._same(responsible, area, on):
            return Adjoins.NO
        match self.adjoins(responsible, area, on):
            case Adjoins.YES:
                return Adjoins.NO
            case Adjoins.NO:
                return Adjoins.YES
            case Adjoins.UNKNOWN:
                return Adjoins.UNKNOWN

    def contacts(self, agency: str, role: Role, on: date) -> tuple[Contact, ...]:
        """The contacts of that desk on that day, in the order of the file; none if none is recorded."""
        return tuple(desk.contact for desk in self._desks.get((agency, role), ()) if _covers(desk, on))

    def next_change(self, code: str, after: date) -> date | None:
        """The first day after `after` on which this agency is no longer in force; None if no such day is known."""
        agency = self._agencies.get(code)
        if agency is None or agency.valid_to is None or agency.valid_to < after:
            return None
        return agency.valid_to + timedelta(days=1)

    def _period(self, on: date) -> int:
        return bisect_right(self._change_days, on)

    def _heirs(self, agency: Agency, on: date) -> set[str]:
        if not agency.has_ended(on):
            return {agency.code}
        return {heir for successor in agency.successors for heir in self.carry(successor, on).candidates}

    def _standing(self, code: str, on: date) -> set[str]:
        """Who stood for this code on that day, read forward from an ended code and back from one not yet in force."""
        agency = self._agencies.get(code)
        if agency is None:
            return {code}
        if agency.has_begun(on):
            return set(self.carry(code, on).candidates)
        earlier = self._predecessors.get(code, ())
        return {before for predecessor in earlier for before in self._standing(predecessor, on)} or {code}

    def _same(self, a: str, b: str, on: date) -> bool:
        if a == b:
            return True
        one = self._standing(a, on)
        return len(one) == 1 and one == self._standing(b, on)

    def _current_on(self, code: str, on: date) -> str | None:
        """The current authority whose boundary the code had on that day, if it is one to one."""
        current = self.carry(code, _LATEST).one
        agency = self._agencies.get(current or "")
        if agency is None or agency.kind is not AgencyKind.AUTHORITY:
            return None
        while not agency.has_begun(on):
            earlier = self._predecessors.get(agency.code, ())
            if len(earlier) != 1 or self._agencies[earlier[0]].successors != (agency.code,):
                return None
            agency = self._agencies[earlier[0]]
        return current

    def _serving(self, authority: str, on: date) -> set[str]:
        areas = [area for code in self.carry(authority, _LATEST).candidates for area in self._areas.get(code, ())]
        if not areas:
            return set()
        first = min(area.valid_from for area in areas)
        if on >= first:
            return {area.body for area in areas if _covers(area, on)}
        descendants = {area.body for area in areas if _covers(area, first)}
        return {
            body.code
            for body in self._health_bodies
            if body.in_force(on) and not descendants.isdisjoint(self.carry(body.code, first).candidates)
        }


def _covers(row: HealthArea | Desk, on: date) -> bool:
    return row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)


def _change_days(rows: Iterable[Agency | HealthArea]) -> Iterator[date]:
    for row in rows:
        if row.valid_from is not None:
            yield row.valid_from
        if row.valid_to is not None:
            yield row.valid_to + timedelta(days=1)
