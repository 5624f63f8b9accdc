"""Where a child stands, as far as relationships follow from it, and how each fact changes that: one step of the timeline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.events import (
    CareEnded,
    CareStarted,
    ChildRegistered,
    CustodyEntered,
    Event,
    LegalStatusChanged,
    LongTermResidenceBegan,
    LongTermResidenceEnded,
    OutcomeRecorded,
    PlacementEnded,
    PlacementMade,
    PlacementRelabelled,
    Released,
    Remanded,
    ResponsibleAuthorityChanged,
    ResponsibleCommissionerDetermined,
    SchoolLeft,
    SchoolStarted,
    Sentenced,
)
from domain.vocabulary import UNKNOWN, Unknown

ONLY_BY_AGREEMENT_OR_REMAND = frozenset(
    {"V2", "J1"}
)  # SI 2010/2797: on sentence such a child ceases to be looked after
SHORT_BREAKS = frozenset({"V3", "V4"})  # CPR 2010 reg 48
TEMPORARY = frozenset({"T0", "T1", "T2", "T3", "T4"})  # SSDA903: the usual placement goes on
CUSTODIAL_OUTCOMES = frozenset({"custodial-sentence"})  # of schemas/codes/justice_outcome.csv
ADOPTIVE = frozenset({"A3", "A4", "A5", "A6"})  # Adoption Agencies Regulations 2005: another regime


@dataclass(frozen=True, slots=True)
class Authority:
    """The responsible authority: since registration, or since the child was handed over to it."""

    code: str
    since: date
    known_on: date
    handed_over: bool = False

    def since_or(self, day: date) -> date:
        """That day, or the later one on which the child was handed over to this authority."""
        return max(day, self.since) if self.handed_over else day


@dataclass(frozen=True, slots=True)
class Payer:
    """A health body that pays, as determined, and since when it has without a break."""

    health_body: str
    since: date


@dataclass(frozen=True, slots=True)
class Care:
    """A period of being looked after: under whom it began, and who paid for health just before.

    payer: the health body determined to pay since, where somebody had to settle it.
    by_remand: nobody but the youth offending team has said so yet. Then only those who may know of custody are told: an
    opening that no care-started comes with would itself tell of it. The responsible authority says it by recording care-started.
    """

    since: date
    authority: str
    health_body: str | Unknown | None
    by_remand: bool = False
    payer: Payer | None = None


@dataclass(frozen=True, slots=True)
class Living:
    """Where the child usually lives: since when in this placement, and since when without a break in this area."""

    placement: UUID
    placement_type: str | Unknown
    since: date
    area: str | Unknown
    health_body: str | Unknown | None
    area_since: date
    area_ground: UUID


@dataclass(frozen=True, slots=True)
class Departed:
    """The area the child lived in before, and when that ended. to: area and health body of the move, where it was one."""

    area: str | Unknown
    health_body: str | Unknown | None
    on: date
    known_on: date
    to: tuple[str | Unknown, str | Unknown | None] | None = None


@dataclass(frozen=True, slots=True)
class Custody:
    """A period on remand or in custody: how it began, who reported it, where the child then lived, legal status then.

    remanded: it began with a court's remand. detained: the child is in an establishment.
    """

    since: date
    ground: UUID
    reporter: str
    area: str | Unknown
    legal_status: str | Unknown | None
    sentenced: bool
    remanded: bool = False
    detained: bool = True


@dataclass(frozen=True, slots=True)
class Residence:
    """Accommodated long-term by health or education: since when, and the authority of ordinary residence."""

    ground: UUID
    since: date
    authority: str | Unknown


@dataclass(frozen=True, slots=True)
class School:
    """The school whose roll the child is on; code: of its desk in the register, if it has one."""

    ground: UUID
    since: date
    code: str | None


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the child stands at the end of one step. A part is None where it does not apply."""

    on: date
    known_on: date
    authority: Authority | None = None
    care: Care | None = None
    legal_status: str | Unknown | None = None
    legal_fact: UUID | None = None
    care_fact: UUID | None = None
    living: Living | None = None
    departed: Departed | None = None
    custody: Custody | None = None
    temporary: UUID | None = None
    residence: Residence | None = None
    school: School | None = None
    ended_unstarted: date | None = None


BEGINNING = Situation(date.min, date.min)


def step(s: Situation, event_id: UUID, event: Event, known_on: date, reporter: str) -> Situation:
    """The situation after one more fact."""
    on = event.effective_on
    s = replace(s, on=on, known_on=known_on)
    if isinstance(event, PlacementMade):
        return _placed(s, event_id, event, known_on)
    if isinstance(event, PlacementRelabelled):
        if s.living is not None and s.living.placement == event.placement:
            return replace(s, living=replace(s.living, placement_type=event.placement_type))
        return s
    if isinstance(event, PlacementEnded):
        if s.living is not None and s.living.placement == event.placement:
            return replace(s, living=None, departed=_departed(s, on, known_on))
        return replace(s, temporary=None) if s.temporary == event.placement else s
    if isinstance(event, LegalStatusChanged):
        return replace(s, legal_status=event.legal_status, legal_fact=event_id)
    if isinstance(event, CareStarted):
        return _care_started(s, event_id, event, known_on)
    if isinstance(event, CareEnded):
        return _care_ended(s, on, known_on)
    if isinstance(event, CustodyEntered | Sentenced | Released | Remanded | OutcomeRecorded):
        return _justice(s, event_id, event, known_on, reporter)
    return _standing(s, event_id, event, known_on)


def _standing(s: Situation, event_id: UUID, event: Event, known_on: date) -> Situation:
    """Who is responsible, who pays, which school, who accommodates."""
    on = event.effective_on
    if isinstance(event, ChildRegistered):
        return replace(s, authority=Authority(event.authority, on, known_on))
    if isinstance(event, ResponsibleAuthorityChanged):
        if s.authority is not None and s.authority.code == event.authority:
            return s
        return replace(s, authority=Authority(event.authority, on, known_on, handed_over=True))
    if isinstance(event, ResponsibleCommissionerDetermined) and s.care is not None:
        payer = s.care.payer
        same = payer is not None and payer.health_body == event.health_body
        return s if same else replace(s, care=replace(s.care, payer=Payer(event.health_body, on)))
    if isinstance(event, LongTermResidenceBegan):
        return replace(s, residence=Residence(event_id, on, event.ordinary_residence))
    if isinstance(event, LongTermResidenceEnded):
        ended = s.residence is not None and s.residence.ground == event.residence
        return replace(s, residence=None) if ended else s
    if isinstance(event, SchoolStarted):
        # only the responsible authority names a desk; what names none leaves the one there is until the child has left that school
        adoptive = s.living is not None and s.living.placement_type in ADOPTIVE
        return s if event.school is None or adoptive else replace(s, school=School(event_id, on, event.school))
    if isinstance(event, SchoolLeft):
        left = s.school is not None and s.school.ground == event.started
        return replace(s, school=None) if left else s
    return s


def _placed(s: Situation, event_id: UUID, event: PlacementMade, known_on: date) -> Situation:
    on = event.effective_on
    if event.placement_type in TEMPORARY:
        return replace(s, temporary=event_id)
    old = s.living
    same_place = (
        old is not None
        and event.area_authority is not UNKNOWN
        and (old.area, old.health_body) == (event.area_authority, event.health_body)
        and old.placement_type not in ADOPTIVE
        and event.placement_type not in ADOPTIVE
    )
    living = Living(
        event_id,
        event.placement_type,
        on,
        event.area_authority,
        event.health_body,
        old.area_since if same_place and old is not None else on,
        old.area_ground if same_place and old is not None else event_id,
    )
    quietly = (
        same_place or old is None or event.placement_type in ADOPTIVE
    )  # nobody is told that an adoptive home is moved to
    departed = s.departed if quietly else _departed(s, on, known_on)
    if departed is not None and departed is not s.departed:
        departed = replace(departed, to=(event.area_authority, event.health_body))
    return replace(s, living=living, departed=departed, temporary=None)


def _departed(s: Situation, on: date, known_on: date) -> Departed | None:
    old = s.living
    # whose desk never opened (an adoptive home, a short break) is not told that the child left
    if old is None or old.placement_type in ADOPTIVE or s.legal_status in SHORT_BREAKS:
        return s.departed
    return Departed(old.area, old.health_body, on, known_on)


def _care_started(s: Situation, event_id: UUID, event: CareStarted, known_on: date) -> Situation:
    on = event.effective_on
    authority = s.authority.code if s.authority is not None else ""
    started = replace(
        s,
        care=s.care if s.care is not None and not s.care.by_remand else Care(on, authority, event.health_body),
        legal_status=event.legal_status,
        legal_fact=event_id,
        care_fact=s.care_fact if s.care is not None and not s.care.by_remand else event_id,
        ended_unstarted=None,
    )
    # a period that starts and ends on one day: the end, ranked first, has already been seen
    return _care_ended(started, on, known_on) if s.ended_unstarted == on else started


def _care_ended(s: Situation, on: date, known_on: date) -> Situation:
    if s.care is None:
        return replace(s, ended_unstarted=on)
    return replace(
        s,
        care=None,
        legal_status=None,
        legal_fact=None,
        care_fact=None,
        living=None,
        temporary=None,
        departed=_departed(s, on, known_on),
    )


def _justice(
    s: Situation,
    event_id: UUID,
    event: CustodyEntered | Sentenced | Released | Remanded | OutcomeRecorded,
    known_on: date,
    reporter: str,
) -> Situation:
    on = event.effective_on
    if isinstance(event, Remanded):
        return _looked_after_by_remand(_in_custody(s, event_id, on, reporter, remanded=True), on, event_id)
    if isinstance(event, CustodyEntered):
        sentence = event.custody_kind == "sentence"
        s = _in_custody(s, event_id, on, reporter, sentenced=sentence)
        return _ceases_on_sentence(s, on, known_on) if sentence else _looked_after_by_remand(s, on, event_id)
    if isinstance(event, Sentenced):
        if s.custody is not None:
            s = replace(s, custody=replace(s.custody, sentenced=True))
        return _ceases_on_sentence(s, on, known_on)
    if isinstance(event, OutcomeRecorded) and not _ends_remand(s, event):
        return s
    only_by_remand = s.care is not None and s.care.by_remand
    s = replace(s, custody=None)
    return _care_ended(s, on, known_on) if only_by_remand else s


def _ends_remand(s: Situation, event: OutcomeRecorded) -> bool:
    """Custody that follows on an outcome, and release from it, come as events of their own."""
    return event.outcome not in CUSTODIAL_OUTCOMES and s.custody is not None and not s.custody.detained


def _in_custody(
    s: Situation, event_id: UUID, on: date, reporter: str, *, sentenced: bool = False, remanded: bool = False
) -> Situation:
    """On remand or detained: a remand that leads into an establishment is one period, under the status that it began with."""
    before = s.custody
    if before is not None and not before.detained and not remanded:
        return replace(s, custody=replace(before, detained=True, sentenced=sentenced))
    lives = s.living if s.living is not None and s.living.placement_type not in ADOPTIVE else None
    area = lives.area if lives is not None else UNKNOWN  # the team of an adoptive home's area must not learn of it
    custody = Custody(on, event_id, reporter, area, s.legal_status, sentenced, remanded=remanded, detained=not remanded)
    return replace(s, custody=custody)


def _looked_after_by_remand(s: Situation, on: date, event_id: UUID) -> Situation:
    """Remand makes a child looked after who is not (LASPO 2012 s104; CA 1989 s21(2)(c))."""
    if s.care is not None or s.authority is None:
        return s
    care = Care(on, s.authority.code, None, by_remand=True)
    return replace(s, care=care, legal_status="J1", legal_fact=event_id, care_fact=event_id)


def _ceases_on_sentence(s: Situation, on: date, known_on: date) -> Situation:
    if s.care is not None and s.legal_status in ONLY_BY_AGREEMENT_OR_REMAND:
        return _care_ended(s, on, known_on)
    return s
