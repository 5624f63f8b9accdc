"""Which desks stand in which role towards a child: derived from the child's own stream and the register, never stored as a flag.

Law: CPR 2010 reg 13(2) (who is told of a placement), Children Act 1989 s22, s99 of the Children and Families Act 2014 (virtual
school head), Care Matters 2007 paras 3.66-3.83 (three authority roles, two health roles, youth offending teams).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from domain.agencies import Register
from domain.feed import Status
from domain.situation import ADOPTIVE, SHORT_BREAKS, Authority, Care, Custody, Living, Situation
from domain.timeline import Timeline
from domain.vocabulary import Audience, Role, Unknown

DEPARTING_FOR = timedelta(days=28)  # ours: long enough to hand a waiting place over, then the former desk needs no more


# Desks of the responsible authority and its services: whoever takes over learns of the child on the day, not when it is planned.
OF_THE_AUTHORITY = frozenset({Role.RESPONSIBLE_AUTHORITY, Role.VIRTUAL_SCHOOL, Role.HOME_YOT})


class Ground(StrEnum):
    """Why a desk is told anything, in words that give nothing else away."""

    RESPONSIBLE = "responsible for the child"
    LOOKED_AFTER = "looked after by your authority"
    PAYS = "responsible for health before placement"
    PLACED_HERE = "placed in your area"
    LIVES_HERE = "lives in your area"
    MOVED_AWAY = "moved from your area"
    CUSTODY = "in custody"
    REMAND = "on remand"
    ORDINARILY_RESIDENT = "ordinarily lives in your area; accommodated by health or education"
    ON_ROLL = "on the roll of your school"


@dataclass(frozen=True, slots=True)
class Relationship:
    """One desk's standing towards the child, and the day since when; until: the day on which a planned change will end it."""

    audience: Audience
    since: date
    ground: Ground
    looked_after: Status = Status.YES
    until: date | None = None


def responsible(timeline: Timeline, day: date) -> Authority | None:
    """The authority responsible by all that is known on a day, but for what is planned; at first, the one that registers."""
    standing = timeline.situations[timeline.last_before_plans(day)] if len(timeline) else timeline.now
    return standing.authority or timeline.now.authority


def current(timeline: Timeline, register: Register, day: date) -> dict[Audience, Relationship]:
    """The relationships that hold on `day` or are planned to begin: who is entitled to be told now.

    A relationship that a planned fact ends goes on, until that fact's own day; no other fact brings that day nearer, because it
    might be one that the desk may not know of.
    """
    found: dict[Audience, Relationship] = {}
    situations = timeline.situations
    after: set[Audience] = set()
    last = max(timeline.last_before_plans(day), 0)
    for i in range(len(situations) - 1, last - 1, -1):
        following = situations[i + 1] if i + 1 < len(situations) else None
        here = list(at(situations[i], timeline.now, register, day))
        if i > last and situations[last].authority not in (None, situations[i].authority):
            here = [r for r in here if r.audience.role not in OF_THE_AUTHORITY]
        for relationship in here:
            audience = relationship.audience
            kept = found.get(audience)
            if following is None:
                found[audience] = relationship
            elif audience in after:
                if kept is not None:
                    found[audience] = replace(relationship, until=kept.until)
            elif following.on > max(day, following.known_on):
                found[audience] = replace(relationship, until=kept.until if kept is not None else following.on)
        after = {relationship.audience for relationship in here}
    return found


def ended_on(timeline: Timeline, register: Register, was: date, now: date, relationship: Relationship) -> date | None:
    """The day on which a relationship that no longer holds ended; None when, as it now reads, it never existed.

    register, was: the register and day by which it was open. now: the day that ends it, where only the calendar did.
    """
    following: Situation | None = None
    for situation in reversed(timeline.situations):
        if following is not None and following.on <= relationship.since:
            break
        if any(other.audience == relationship.audience for other in at(situation, timeline.now, register, was)):
            return following.on if following is not None else now
        following = situation
    return None


def at(situation: Situation, now: Situation, register: Register, day: date) -> Iterator[Relationship]:
    """The relationships of one situation, agencies carried through mergers and splits to `day`."""
    registered = situation.authority or now.authority
    if registered is None:
        return
    authority = carried(register, registered.code, day)
    looked_after = Status.YES if situation.care is not None else Status.NO
    if situation.authority is not None:
        audience = Audience(authority, Role.RESPONSIBLE_AUTHORITY)
        yield Relationship(audience, registered.since, Ground.RESPONSIBLE, looked_after)
    if situation.care is not None and not situation.care.by_remand:
        yield from _while_looked_after(situation, registered, authority, register, day)
    if situation.custody is not None:
        yield from _while_in_custody(situation.custody, registered, authority, register, day)
    residence = situation.residence
    if residence is not None and not isinstance(residence.authority, Unknown):
        area = carried(register, residence.authority, day)
        if area != authority:
            audience = Audience(area, Role.ORDINARY_RESIDENCE_AUTHORITY)
            known = situation.care is not None and not situation.care.by_remand  # remand is not for this desk to know
            said = Status.YES if known else Status.NO
            yield Relationship(audience, residence.since, Ground.ORDINARILY_RESIDENT, said)


def _while_looked_after(
    s: Situation, registered: Authority, authority: str, register: Register, day: date
) -> Iterator[Relationship]:
    care = s.care
    assert care is not None
    since = registered.since_or(care.since)
    yield Relationship(Audience(authority, Role.VIRTUAL_SCHOOL), since, Ground.LOOKED_AFTER)
    if s.school is not None and s.school.code is not None and s.legal_status not in SHORT_BREAKS:
        school = Audience(carried(register, s.school.code, day), Role.SCHOOL)
        yield Relationship(school, max(care.since, s.school.since), Ground.ON_ROLL)
    payer, pays_since = _payer(care, authority, register, day)
    if payer is not None:
        yield Relationship(Audience(payer, Role.ORIGINATING_HEALTH), pays_since, Ground.PAYS)
    here: str | None = None
    if s.living is not None and s.legal_status not in SHORT_BREAKS and s.living.placement_type not in ADOPTIVE:
        here = health_body(register, s.living.area, s.living.health_body, s.living.area_since, day)
        yield from _where_placed(s.living, here, authority, register, day)
    elif s.living is not None and s.departed is not None and s.departed.to is not None:
        here = health_body(register, *s.departed.to, s.departed.on, day)  # as before the move that nobody is told of
    if s.departed is not None and s.departed.on + DEPARTING_FOR > max(day, s.departed.known_on):
        left = health_body(register, s.departed.area, s.departed.health_body, s.departed.on, day)
        if left is not None and left != here:
            yield Relationship(Audience(left, Role.DEPARTING_HEALTH), s.departed.on, Ground.MOVED_AWAY)


def _payer(care: Care, authority: str, register: Register, day: date) -> tuple[str | None, date]:
    """Who pays for health, and since when: as it was before placement, until it was settled otherwise."""
    first = health_body(register, care.authority or authority, care.health_body, care.since, day)
    if care.payer is None:
        return first, care.since
    settled = carried(register, care.payer.health_body, day)
    return settled, care.since if settled == first else care.payer.since


def _where_placed(
    living: Living, here: str | None, authority: str, register: Register, day: date
) -> Iterator[Relationship]:
    if here is not None:
        yield Relationship(Audience(here, Role.LOCAL_HEALTH), living.area_since, Ground.LIVES_HERE)
    if not isinstance(living.area, Unknown):
        area = carried(register, living.area, day)
        if area != authority:
            yield Relationship(Audience(area, Role.HOST_AUTHORITY), living.area_since, Ground.PLACED_HERE)


def _while_in_custody(
    custody: Custody, registered: Authority, authority: str, register: Register, day: date
) -> Iterator[Relationship]:
    looked_after = _status_at(custody)
    ground = Ground.REMAND if custody.remanded else Ground.CUSTODY
    home = register.youth_offending_team(authority, day)
    if home is not None:
        since = registered.since_or(custody.since)
        yield Relationship(Audience(home, Role.HOME_YOT), since, ground, looked_after)
    elsewhere = {custody.reporter} if custody.reporter.startswith("yot-") else set()
    if not isinstance(custody.area, Unknown):
        elsewhere.add(register.youth_offending_team(carried(register, custody.area, day), day) or "")
    for team in sorted(elsewhere - {home, ""}):
        yield Relationship(Audience(team, Role.LOCAL_YOT), custody.since, ground, looked_after)


def _status_at(custody: Custody) -> Status:
    if isinstance(custody.legal_status, Unknown):
        return Status.UNKNOWN
    return Status.NO if custody.legal_status is None else Status.YES


def carried(register: Register, code: str, day: date) -> str:
    """The agency's successor in force on `day`; the code itself where a split leaves no single one."""
    return register.carry(code, day).one or code


def health_body(
    register: Register, area: str | Unknown, named: str | Unknown | None, on: date, day: date
) -> str | None:
    """The health body of an area on a date, carried to `day`: from the one named by who recorded it, else from the register's.

    Where bodies merged there is one heir; where one was divided, the heir that serves the area. None where it is unknown:
    several candidates are never guessed at.
    """
    if isinstance(area, Unknown) or isinstance(named, Unknown) or not area:
        return carried(register, named, day) if isinstance(named, str) else None
    then = (named,) if isinstance(named, str) else register.health_body(area, on).candidates
    heirs = {heir for body in then for heir in register.carry(body, day).candidates or (body,)}
    if len(heirs) > 1:
        heirs &= set(register.health_body(area, max(on, day)).candidates)
    return heirs.pop() if len(heirs) == 1 else None


def next_dates(timeline: Timeline, register: Register, day: date) -> set[date]:
    """The days after `day` on which, with nothing new recorded, these relationships change by the calendar alone."""
    dates: set[date] = set()
    for relationship in current(timeline, register, day).values():
        change = register.next_change(relationship.audience.agency, day)
        if change is not None:
            dates.add(change)
        if relationship.audience.role is Role.DEPARTING_HEALTH:
            dates.add(relationship.since + DEPARTING_FOR)
    for situation in reversed(timeline.situations):
        if situation.on <= day:
            break
        dates.add(situation.on)
    return {d for d in dates if d > day}
