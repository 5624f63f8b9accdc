"""Whether a child is looked after and in custody, as far as one desk was told.

Only what was told goes in. The rules applied to it are the law's: remand to youth detention accommodation makes a child
looked after (LASPO 2012 s104); on sentence one looked after only by agreement or by remand ceases to be (SI 2010/2797).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from domain.feed import Masked, Status
from domain.picture import Held, Opening, Picture
from domain.situation import ONLY_BY_AGREEMENT_OR_REMAND
from domain.vocabulary import UNKNOWN, Role
from projections.reading import Cell, told

BY_REMAND = "J1"
_SHAPING = ("care-started", "legal-status-changed", "care-ended")
_CUSTODY = ("custody-entered", "sentenced", "release-date-set", "released")


@dataclass(frozen=True, slots=True)
class CustodyPeriod:
    """One stay in custody, as told. Legal statuses: SSDA903 codes or coarse forms; None: not told, or not looked after.

    item: id of the `custody-entered`. kind: `remand` or `sentence`, as it began. status_before: just before detention,
    as the reporter said. looked_after_at_entry, legal_status_at_entry: just before detention, as the care record says.
    sentenced_on, legal_status_at_sentence: None while on remand. ceased: whether the sentence ended being looked after;
    None while there is none. release_on: a day, `unknown`, or not told. released_on: None while it goes on.
    """

    item: str
    since: date
    kind: Cell
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
    released_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Care and custody after the last thing told. legal_status: None where not told, or no longer looked after."""

    looked_after: Status
    legal_status: Cell = None
    custody: tuple[CustodyPeriod, ...] = field(default=())

    @property
    def in_custody(self) -> CustodyPeriod | None:
        """The stay in custody that goes on, if any was told."""
        return self.custody[-1] if self.custody and self.custody[-1].released_on is None else None


def standing(picture: Picture) -> Standing:
    """Fold what was told of care and custody, in the order in which it was so; an opening counts on its own day."""
    care = told(picture, *_SHAPING)
    openings = [o for o in picture.openings if not o.never]
    # The responsible authority sees the whole record, which begins outside care. Any other desk learns where the child
    # stood from each opening, because what changed between two relationships was not for it to know.
    sees_all = all(o.role == Role.RESPONSIBLE_AUTHORITY for o in openings)
    state = Standing(Status.NO if openings and sees_all else Status.UNKNOWN)
    waiting = [] if sees_all else sorted(openings, key=lambda o: (o.since, o.number))
    for on, held in told(picture, *_SHAPING, *_CUSTODY):
        while waiting and _speaks_before(waiting[0], on, held):
            state = _open(state, waiting.pop(0), care)
        state = _step(state, on, held)
    for opening in waiting:
        state = _open(state, opening, care)
    return state


def _speaks_before(opening: Opening, on: date, held: Held) -> bool:
    """An opening tells how the child stood just before custody on that day."""
    return opening.since < on or (
        opening.since == on and held.name in ("custody-entered", "sentenced", "release-date-set")
    )


def _open(state: Standing, opening: Opening, care: list[tuple[date, Held]]) -> Standing:
    """Believe the opening, unless a care fact told under it (and so later) speaks of that time."""
    under_it = any(held.number > opening.number and on <= opening.since for on, held in care)
    if under_it or state.looked_after is opening.looked_after:
        return state
    return replace(state, looked_after=opening.looked_after, legal_status=None)


def _step(state: Standing, on: date, held: Held) -> Standing:
    match held.name:
        case "care-started":
            return replace(state, looked_after=Status.YES, legal_status=held.fields.get("legal_status"))
        case "legal-status-changed":
            return replace(state, legal_status=held.fields.get("legal_status"))
        case "care-ended":
            return replace(state, looked_after=Status.NO, legal_status=None)
        case "custody-entered":
            return _enter(state, on, held)
    current = state.in_custody
    if current is None:
        return _sentence(state, on) if held.name == "sentenced" else state
    match held.name:
        case "sentenced":
            state = _amend(state, _where(current, held))
            return _sentence(state, on) if current.sentenced_on is None else state
        case "released":
            return _amend(state, replace(current, released_on=on))
        case _:
            return _amend(state, replace(current, release_on=held.fields.get("release_on")))


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
        state.looked_after,
        state.legal_status,
    )
    state = replace(state, custody=(*state.custody, period))
    if kind == "sentence":
        return _sentence(state, on)
    if kind == "remand" and state.looked_after is not Status.YES:
        status = BY_REMAND if state.looked_after is Status.NO else None  # another order may have come first
        return replace(state, looked_after=Status.YES, legal_status=status)
    return state


def _sentence(state: Standing, on: date) -> Standing:
    ceased = _ceases(state)
    current = state.in_custody
    if current is not None:
        state = _amend(
            state, replace(current, sentenced_on=on, legal_status_at_sentence=state.legal_status, ceased=ceased)
        )
    if ceased is Status.YES:
        return replace(state, looked_after=Status.NO, legal_status=None)
    return replace(state, looked_after=Status.UNKNOWN) if ceased is Status.UNKNOWN else state


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
