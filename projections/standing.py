"""Whether a child is looked after and in custody, as far as one desk was told.

Only what was told goes in. The rules applied to it are the law's, as `domain.situation` reads them: remand, to the authority
or to youth detention accommodation, makes a child looked after (LASPO 2012 s92, s104; CA 1989 s21) until it ends; on sentence
one looked after only by agreement or by remand ceases to be (SI 2010/2797).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from domain.feed import Masked, Status
from domain.picture import Held, Opening
from domain.situation import CUSTODIAL_OUTCOMES, ONLY_BY_AGREEMENT_OR_REMAND
from domain.vocabulary import UNKNOWN, Role
from projections.reading import Cell, Dated, Reading

BY_REMAND: Final = "J1"
_SHAPING: Final = ("care-started", "legal-status-changed", "care-ended")
_JUSTICE: Final = ("remanded", "custody-entered", "sentenced", "outcome-recorded", "release-date-set", "released")
_ON_A_STATUS: Final = frozenset({"remanded", "custody-entered", "sentenced", "release-date-set"})


@dataclass(frozen=True, slots=True)
class CustodyPeriod:
    """One stay in custody, as told. Legal statuses: SSDA903 codes or coarse forms; None: not told, or not looked after.

    item: id of the `custody-entered`. custody_kind: `remand` or `sentence`, as it began. status_before: just before detention,
    as the reporter said. looked_after_at_entry, legal_status_at_entry: just before the remand or detention, as the care record
    says. sentenced_on, legal_status_at_sentence: None while on remand. ceased: whether the sentence ended being looked after;
    None while there is none. release_on: a day, `unknown`, or not told. next_placement_known: whether it is known where the
    child will live then; `unknown` also where nobody was asked. released_on: None while it goes on.
    """

    item: str
    since: date
    custody_kind: Cell
    establishment_kind: Cell
    establishment: Cell
    health_needs: Cell
    status_before: Cell
    looked_after_at_entry: Status
    legal_status_at_entry: Cell
    sentenced_on: date | None = None
    legal_status_at_sentence: Cell = None
    ceased: Status | None = None
    release_on: Cell = None
    next_placement_known: Cell = None
    released_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Care and custody after the last thing told. legal_status: None where not told, or no longer looked after.

    whole_record: the desk sees everything, from before care began. before_remand: how the child stood before a remand alone
    made it looked after; None where no remand did.
    """

    looked_after: Status
    legal_status: Cell = None
    custody: tuple[CustodyPeriod, ...] = ()
    whole_record: bool = False
    before_remand: Status | None = None

    @property
    def in_custody(self) -> CustodyPeriod | None:
        """The stay in custody that goes on, if any was told."""
        return self.custody[-1] if self.custody and self.custody[-1].released_on is None else None


def standing(reading: Reading) -> Standing:
    """Fold what was told of care and custody, in the order in which it was so; an opening counts on its own day."""
    care = reading.told(*_SHAPING)
    openings = [o for o in reading.picture.openings if not o.never]
    # The responsible authority sees the whole record, which begins outside care. Any other desk learns where the child
    # stood from each opening, because what changed between two relationships was not for it to know.
    sees_all = bool(openings) and all(o.role == Role.RESPONSIBLE_AUTHORITY for o in openings)
    state = Standing(Status.NO if sees_all else Status.UNKNOWN, whole_record=sees_all)
    waiting = [] if sees_all else sorted(openings, key=lambda o: (o.since, o.number))
    for on, held in reading.told(*_SHAPING, *_JUSTICE):
        while waiting and _speaks_before(waiting[0], on, held):
            state = _open(state, waiting.pop(0), care)
        state = _step(state, on, held)
    for opening in waiting:
        state = _open(state, opening, care)
    return state


def _speaks_before(opening: Opening, on: date, held: Held) -> bool:
    """An opening tells how the child stood just before remand or custody on that day."""
    return opening.since < on or (opening.since == on and held.name in _ON_A_STATUS)


def _open(state: Standing, opening: Opening, care: Sequence[Dated]) -> Standing:
    """Believe the opening, unless a care fact told under it (and so later) speaks of that time."""
    under_it = any(held.number > opening.number and on <= opening.since for on, held in care)
    if under_it or state.looked_after is opening.looked_after:
        return state
    return replace(state, looked_after=opening.looked_after, legal_status=None, before_remand=None)


def _step(state: Standing, on: date, held: Held) -> Standing:
    match held.name:
        case "care-started":
            status = held.fields.get("legal_status")
            return replace(state, looked_after=Status.YES, legal_status=status, before_remand=None)
        case "legal-status-changed":
            return replace(state, legal_status=held.fields.get("legal_status"))
        case "care-ended":
            return replace(state, looked_after=Status.NO, legal_status=None, before_remand=None)
        case "remanded":
            return _remand(state)
        case "custody-entered":
            return _enter(state, on, held)
        case "outcome-recorded":
            outcome = held.fields.get("outcome")
            ends = isinstance(outcome, str) and outcome not in CUSTODIAL_OUTCOMES
            return _end_remand(state) if ends and state.in_custody is None else state
    current = state.in_custody
    if current is None:
        return _sentence(state, on) if held.name == "sentenced" else state
    match held.name:
        case "sentenced":
            state = _amend(state, _where(current, held))
            return _sentence(state, on) if current.sentenced_on is None else state
        case "released":
            return _end_remand(_amend(state, replace(current, released_on=on)))
        case _:
            known = held.fields.get("next_placement_known", UNKNOWN)  # version 1 did not ask
            release_on = held.fields.get("release_on")
            return _amend(state, replace(current, release_on=release_on, next_placement_known=known))


def _remand(state: Standing) -> Standing:
    if state.looked_after is Status.YES:
        return state
    status = BY_REMAND if state.looked_after is Status.NO else None  # another order may have come first
    return replace(state, looked_after=Status.YES, legal_status=status, before_remand=state.looked_after)


def _end_remand(state: Standing) -> Standing:
    """A child looked after by nothing but the remand stands again as before it."""
    if state.before_remand is None:
        return state
    return replace(state, looked_after=state.before_remand, legal_status=None, before_remand=None)


def _enter(state: Standing, on: date, held: Held) -> Standing:
    kind = held.fields.get("custody_kind")
    if (current := state.in_custody) is not None:  # another report of the same stay: what it leaves out stands
        state = _amend(
            state,
            replace(
                _where(current, held),
                health_needs=held.fields.get("health_needs", current.health_needs),
                status_before=held.fields.get("status_before", current.status_before),
            ),
        )
        return _sentence(state, on) if kind == "sentence" and current.sentenced_on is None else state
    period = CustodyPeriod(
        held.item,
        on,
        kind,
        held.fields.get("establishment_kind"),
        held.fields.get("establishment"),
        held.fields.get("health_needs"),
        held.fields.get("status_before"),
        state.before_remand or state.looked_after,
        state.legal_status if state.before_remand is None else None,
    )
    state = replace(state, custody=(*state.custody, period))
    if kind == "sentence":
        return _sentence(state, on)
    return _remand(state) if kind == "remand" else state


def _sentence(state: Standing, on: date) -> Standing:
    ceased = _ceases(state)
    current = state.in_custody
    if current is not None:
        state = _amend(
            state, replace(current, sentenced_on=on, legal_status_at_sentence=state.legal_status, ceased=ceased)
        )
    if ceased is Status.YES:
        return replace(state, looked_after=Status.NO, legal_status=None, before_remand=None)
    return replace(state, looked_after=Status.UNKNOWN, before_remand=None) if ceased is Status.UNKNOWN else state


def _where(period: CustodyPeriod, held: Held) -> CustodyPeriod:
    return replace(
        period,
        establishment_kind=held.fields.get("establishment_kind", period.establishment_kind),
        establishment=held.fields.get("establishment", period.establishment),
    )


def _ceases(state: Standing) -> Status:
    """Whether a sentence now ends being looked after. A coarse, masked or unknown status cannot tell."""
    status = state.legal_status
    if state.looked_after is Status.NO:
        return Status.NO
    if status in ONLY_BY_AGREEMENT_OR_REMAND:
        return Status.YES
    if status is None or status is UNKNOWN or isinstance(status, Masked) or status == "looked-after":
        return Status.UNKNOWN
    return Status.NO


def _amend(state: Standing, period: CustodyPeriod) -> Standing:
    return replace(state, custody=(*state.custody[:-1], period))
