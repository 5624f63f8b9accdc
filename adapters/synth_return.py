"""An invented child's rows in one year's statutory return (SSDA903), table by table, as that year's return would hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from adapters import synth_particulars as more
from adapters.synth_county import YEAR_END, first_day_of
from adapters.synth_course import Period, Step
from adapters.synth_lives import Life

Rows = list[tuple[str, ...]]

TABLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "header": ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"),
        "episodes": (
            *("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER"),
            *("DEC", "REC", "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN"),
        ),
        "reviews": ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"),
        "uasc": ("CHILD", "SEX", "DOB", "DUC"),
        "oc2": (
            *("CHILD", "DOB", "SDQ_SCORE", "SDQ_REASON", "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK"),
            *("HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"),
        ),
        "oc3": ("CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"),
        "missing": ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"),
        "previous_permanence": ("CHILD", "DOB", "PREV_PERM", "LA_PERM", "DATE_PERM"),
        "ad1": ("CHILD", "DOB", "DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"),
        "placed_for_adoption": ("CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"),
        "sw_episodes": ("CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"),
    }
)
"""File name to columns: Guide to the SSDA903 collection."""

_NOT_YET: Final = "NOBT"
_SEX_BEFORE: Final = {"M": "1", "F": "2"}  # SEX to 2023/24; from 2024/25 M and F


def rows(life: Life, seed: int, year_end: date) -> dict[str, Rows]:
    """The child's rows in the return of the year to this day, by table; none at all where it has nothing to say."""
    spoke = [p for p in life.periods if p.steps[0].on <= year_end and p.until >= first_day_of(year_end)]
    leaving = more.leaver_year(life, seed, year_end)
    if not spoke and leaving is None:
        return {}
    born = written(life.born_on)
    who = (life.local_id, born)
    first = first_day_of(year_end)
    found: dict[str, Rows] = {
        "header": [header(life, year_end)],
        "episodes": episodes(life, first, year_end),
        "reviews": [(*who, written(on), code) for on, code in more.reviews(life, seed) if first <= on <= year_end],
        "missing": [
            (*who, away.kind, written(away.since), written(away.until, year_end))
            for away in more.missing(life, seed)
            if away.since <= year_end and (away.until or YEAR_END) >= first
        ],
        "oc3": [(*who, *leaving)] if leaving else [],
        "previous_permanence": [(*who, *more.previous_permanence(life, seed))] if spoke else [],
    }
    year = more.health_year(life, seed, year_end)
    found["oc2"] = [(*who, *year)] if year else []
    if life.unaccompanied_until is not None and spoke:
        found["uasc"] = [(life.local_id, _sex(life, year_end), born, written(life.unaccompanied_until))]
    if year_end >= more.WORKERS_FROM:
        found["sw_episodes"] = [
            (*who, worker.number, written(worker.since), written(worker.until, year_end), worker.reason)
            for worker in more.workers(life, seed)
            if worker.since <= year_end and (worker.until or YEAR_END) >= first
        ]
    found |= _adoption(life, seed, first, year_end)
    return {table: lines for table, lines in found.items() if lines}


def header(life: Life, year_end: date) -> tuple[str, ...]:
    """The child's row of Header in the return of the year to this day."""
    known = life.mother_on if life.mother_on is not None and life.mother_on <= year_end else None
    mother = ("1", written(known)) if known else ("0" if life.sex == "F" else "", "")
    upn = life.upn if life.upn.startswith("UN") or _at_school(life, year_end) else "UN1"
    return (life.local_id, _sex(life, year_end), written(life.born_on), ethnicity(life, year_end), upn, *mother)


def ethnicity(life: Life, year_end: date) -> str:
    """ETHNIC: of some children not obtained yet in the return of the year in which care began; the next one corrects it."""
    new = life.periods[0].steps[0].on >= first_day_of(year_end)
    return _NOT_YET if new and life.number % 20 == 0 else life.ethnicity


def _sex(life: Life, year_end: date) -> str:
    return life.sex if year_end.year >= 2025 else _SEX_BEFORE[life.sex]


def _at_school(life: Life, year_end: date) -> bool:
    return life.born_on.replace(year=life.born_on.year + 5) <= year_end


def _adoption(life: Life, seed: int, first: date, year_end: date) -> dict[str, Rows]:
    plan = more.adoption(life, seed)
    if plan is None or plan.decided > year_end or life.periods[-1].until < first:
        return {}
    who = (life.local_id, written(life.born_on))
    ended, why = plan.ended or (None, "")
    over = ended is not None and ended <= year_end
    found: dict[str, Rows] = {}
    if ended is None or ended >= first:
        found["placed_for_adoption"] = [
            (*who, written(plan.decided), written(ended, year_end) if over else "", why if over else "")
        ]
    end = life.periods[-1].end
    if plan.matched is not None and end is not None and first <= end[0] <= year_end:  # told of the adopted alone
        found["ad1"] = [(*who, written(plan.decided), written(plan.matched), *plan.adopters)]
    return found


def episodes(life: Life, first: date, last: date) -> Rows:
    """The child's rows of Episodes: those open at some time from first to last; one that goes on after it has no end yet."""
    return [row for period in life.periods for row in _episodes(life, period, first, last)]


def _episodes(life: Life, period: Period, first: date, last: date) -> Iterator[tuple[str, ...]]:
    for n, step in enumerate(period.steps):
        before = period.steps[n - 1] if n else None
        after = period.steps[n + 1] if n + 1 < len(period.steps) else None
        ended, why = (after.on, "X1") if after is not None else (period.end or (None, ""))
        if step.on > last or (ended is not None and ended < first):
            continue
        if ended is not None and ended > last:
            ended, why, after = None, "", None
        change = after.reason if after is not None and after.home != step.home else ""
        coded = (why_new(before, step), step.legal_status, life.need, step.home.code, step.home.provider)
        yield (
            *(life.local_id, written(step.on), *coded, written(ended), why, change),
            *(life.home_postcode, step.home.postcode, step.home.urn),
        )


def why_new(before: Step | None, step: Step) -> str:
    """RNE."""
    if before is None:
        return "S"
    if before.home == step.home:
        return "L"
    if before.legal_status == step.legal_status:
        return "T" if step.same_carer else "P"
    return "U" if step.same_carer else "B"


def written(on: date | None, up_to: date | None = None) -> str:
    """A date as the return writes it; nothing for one that is not there, or later than `up_to`."""
    return "" if on is None or (up_to is not None and on > up_to) else on.strftime("%d/%m/%Y")
