"""What an invented child's life says, as events: written down from the life itself, with nothing of the import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from adapters import synth_particulars as more
from adapters.synth_county import YEAR_END, birthday, first_day_of
from adapters.synth_course import Period, Step
from adapters.synth_homes import NO_URN, Home
from adapters.synth_lives import Life
from adapters.synth_return import ethnicity
from domain.events import Event, Kind
from domain.situation import ADOPTIVE, TEMPORARY
from domain.vocabulary import UNKNOWN

Told = tuple[str, date, tuple[tuple[str, str], ...]]
"""Type, day, and the fields that are said; of an event that is named, its type and day."""

FLAG = {"1": True, "0": False, "": None}


def as_told(events: Mapping[UUID, Event]) -> list[Told]:
    """The same of recorded events."""
    return sorted(_told(event.TYPE.name, event.effective_on, _fields(event, events)) for event in events.values())


def _fields(event: Event, events: Mapping[UUID, Event]) -> Iterator[tuple[str, Any]]:
    for f in event.TYPE.own_fields:
        value = getattr(event, f.name)
        if f.kind is Kind.REF and value is not None:
            value = (events[value].TYPE.name, str(events[value].effective_on))
        yield f.name, value


def _told(name: str, on: date, fields: Iterable[tuple[str, Any]]) -> Told:
    return name, on, tuple(sorted((field, str(value)) for field, value in fields if value is not None))


def as_lived(life: Life, seed: int) -> list[Told]:
    """Every event that the county's returns tell of this child."""
    return sorted(_told(name, on, fields.items()) for name, on, fields in _Story(life, seed).events())


class _Story:
    def __init__(self, life: Life, seed: int) -> None:
        self._life = life
        self._seed = seed
        self._first = life.county.first_day
        self._visible = [(p, [s for s in p.steps if _end(p, s) >= self._first]) for p in life.periods]
        self._visible = [(p, steps) for p, steps in self._visible if steps]
        self._since = self._visible[0][1][0].on

    def events(self) -> Iterator[tuple[str, date, dict[str, Any]]]:
        """Type, day and fields."""
        life, since = self._life, self._since
        yield (
            "child-registered",
            since,
            {"authority": life.authority, "local_id": life.local_id, "born_on": life.born_on, "sex": self._sex()},
        )
        if not self._upn().startswith("UN"):
            yield "identifier-added", since, {"upn": life.upn}
        yield "background-recorded", since, {"ethnicity": ethnicity(life, self._years()[-1])}
        kind, authority, order = more.previous_permanence(life, self._seed)
        order_on = date(int(order[6:]), int(order[3:5]), int(order[:2])) if order else None
        yield (
            "previous-permanence-recorded",
            since,
            {"kind": kind, "authority": authority or None, "order_on": order_on},
        )
        if life.unaccompanied_until is not None:
            yield "unaccompanied-child-recorded", since, {"until": life.unaccompanied_until}
        if life.mother_on is not None:
            yield "became-mother", life.mother_on, {"child_born_on": life.mother_on}
        for period, steps in self._visible:
            yield from self._care(period, steps)
            yield from self._homes(period, steps)
        for on, code in more.reviews(life, self._seed):
            if on >= self._first:
                yield "review-held", on, {"participation": code}
        yield from self._away()
        yield from self._workers()
        yield from self._adoption()
        for year_end in life.county.year_ends:
            yield from self._year(year_end)

    def _years(self) -> list[date]:
        """Year ends of the returns that hold a row of this child."""
        return [
            y
            for y in self._life.county.year_ends
            if any(p.steps[0].on <= y and p.until >= first_day_of(y) for p, _ in self._visible)
            or more.leaver_year(self._life, self._seed, y)
        ]

    def _upn(self) -> str:
        """As the last return that tells of the child has it: pupils of five and over have one."""
        return self._life.upn if birthday(self._life.born_on, 5) <= self._years()[-1] else "UN1"

    def _sex(self) -> str:
        """As the first return that told of the child coded it."""
        return self._life.sex if self._years()[0].year >= 2025 else {"M": "1", "F": "2"}[self._life.sex]

    def _care(self, period: Period, steps: list[Step]) -> Iterator[tuple[str, date, dict[str, Any]]]:
        fields = {"legal_status": steps[0].legal_status, "need": self._life.need}
        yield "care-started", steps[0].on, fields | {"home_postcode": self._life.home_postcode}
        for before, step in pairwise(steps):
            if step.legal_status != before.legal_status:
                yield "legal-status-changed", step.on, {"legal_status": step.legal_status}
        if period.end is not None:
            yield "care-ended", period.end[0], {"reason": period.end[1]}

    def _homes(self, period: Period, steps: list[Step]) -> Iterator[tuple[str, date, dict[str, Any]]]:
        usual: tuple[date, Home] | None = None
        away: date | None = None
        for before, step in zip([None, *steps], steps, strict=False):
            if before is not None and step.home == before.home:
                continue
            if away is not None:
                yield "placement-ended", step.on, {"placement": ("placement-made", str(away)), "reason": step.reason}
                away = None
            if step.home.code in TEMPORARY:
                away = step.on
                yield "placement-made", step.on, _home(step.home)
            elif usual is not None and _relabelled(usual[1], step.home):
                about = {"placement": ("placement-made", str(usual[0])), "placement_type": step.home.code}
                yield "placement-relabelled", step.on, about | {"provider": step.home.provider}
                usual = (usual[0], step.home)
            elif usual is None or usual[1] != step.home:
                if usual is not None:
                    about = {"placement": ("placement-made", str(usual[0])), "reason": step.reason}
                    yield "placement-ended", step.on, about
                usual = (step.on, step.home)
                yield "placement-made", step.on, _home(step.home)
        if period.end is not None and usual is not None:
            yield "placement-ended", period.end[0], {"placement": ("placement-made", str(usual[0]))}

    def _away(self) -> Iterator[tuple[str, date, dict[str, Any]]]:
        for away in more.missing(self._life, self._seed):
            if (away.until or YEAR_END) < self._first:
                continue
            yield "went-missing", away.since, {"kind": away.kind}
            if away.until is not None:
                yield "found", away.until, {"missing": ("went-missing", str(away.since))}

    def _workers(self) -> Iterator[tuple[str, date, dict[str, Any]]]:
        told = [
            worker
            for worker in more.workers(self._life, self._seed)
            if (worker.until or YEAR_END) >= max(self._first, more.WORKERS_FROM)
        ]
        for worker in told:
            yield "social-worker-changed", worker.since, {"worker_id": worker.number, "reason": worker.reason}
            if worker.until is not None and all(other.since != worker.until for other in told):
                yield "social-worker-changed", worker.until, {"name": UNKNOWN}

    def _adoption(self) -> Iterator[tuple[str, date, dict[str, Any]]]:
        plan = more.adoption(self._life, self._seed)
        if plan is None or (plan.ended or (YEAR_END, ""))[0] < self._first:
            return
        yield "adoption-plan-decided", plan.decided, {}
        if plan.ended is not None:
            about = {"decided": ("adoption-plan-decided", str(plan.decided)), "reason": plan.ended[1]}
            yield "adoption-plan-ended", plan.ended[0], about
        if plan.matched is not None:
            carers, number, sex, status = plan.adopters
            yield (
                "adoption-matched",
                plan.matched,
                {
                    "decided_on": plan.decided,
                    "by_foster_carers": FLAG[carers],
                    "adopters": int(number),
                    "adopters_sex": sex,
                    "adopters_status": status,
                },
            )

    def _year(self, year_end: date) -> Iterator[tuple[str, date, dict[str, Any]]]:
        cells = more.health_year(self._life, self._seed, year_end)
        if cells is not None:
            score, reason, convicted, development, immunised, teeth, assessed, misuse, received, offered = cells
            if score or reason:
                yield "sdq-scored", year_end, {"score": score or None, "not_scored_because": reason or None}
            checks = {"assessed": FLAG[assessed], "teeth_checked": FLAG[teeth], "immunised": FLAG[immunised]}
            drugs = {"intervention_received": FLAG[received], "intervention_offered": FLAG[offered]}
            about = {"development_checked": FLAG[development], "substance_misuse": FLAG[misuse]}
            yield "health-year-reported", year_end, checks | about | drugs
            if convicted:
                yield "offending-year-reported", year_end, {"convicted": FLAG[convicted]}
        leaving = more.leaver_year(self._life, self._seed, year_end)
        if leaving is not None:
            years = year_end.year - self._life.born_on.year
            turned = birthday(self._life.born_on, years)
            turned = turned if turned <= year_end else birthday(self._life.born_on, years - 1)
            in_touch, activity, home = leaving
            yield "leaver-year-reported", turned, {"in_touch": in_touch, "activity": activity, "accommodation": home}


def _end(period: Period, step: Step) -> date:
    after = next((s.on for s in period.steps if s.on > step.on), None)
    return after or period.until


def _relabelled(before: Home, now: Home) -> bool:
    """The same place under another code; adoption is another regime, and so another placement."""
    same = before.postcode == now.postcode and before.urn == now.urn
    return same and (before.code in ADOPTIVE) == (now.code in ADOPTIVE) and before.code != now.code


def _home(home: Home) -> dict[str, Any]:
    return {
        "urgency": "planned",
        "placement_type": home.code,
        "provider": home.provider,
        "area_authority": home.area,
        "postcode": home.postcode,
        "urn": None if home.urn == NO_URN else home.urn,
    }
