"""The way of an invented child through care: legal statuses and homes, from start to end, as the return's rules allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from adapters.synth_county import YEAR_END, County, age, birthday, day
from adapters.synth_homes import CUSTODIAL, LONG_TERM, SUPPORTED_FROM, Home, Homes
from adapters.synth_outline import ADOPTION, CUSTODY, SHORT_BREAKS, UNACCOMPANIED, Outline
from adapters.synth_rates import CHOICES

_REASONS: Final = ("CARPL",) * 4 + ("CREQB", "CREQO", "CHILD", "LAREQ", "STAND", "ALLEG", "CLOSE", "APPRR", "OTHER")
_HOME_AGAIN: Final = ("E4A", "E4A", "E4A", "E4B", "E13", "E41", "E8")
_ANOTHER_FAMILY: Final = ("E4A", "E41", "E45", "E46", "E47", "E48", "E3", "E16")
_FOSTERED: Final = frozenset({"U1", "U3", "U4", "U6"})


@dataclass(frozen=True, slots=True)
class Step:
    """An episode's start. same_carer: a change of home that keeps the carer. reason: why the home before it ended."""

    on: date
    legal_status: str
    home: Home
    same_carer: bool = False
    reason: str = "CARPL"


@dataclass(frozen=True, slots=True)
class Period:
    """One period of being looked after. end: its day and REC; None while it goes on at the end of the last year."""

    steps: tuple[Step, ...]
    end: tuple[date, str] | None

    @property
    def until(self) -> date:
        """The day it ended; the last day of the last year while it goes on."""
        return self.end[0] if self.end else YEAR_END

    def at(self, on: date) -> Step | None:
        """The step the child was on at the end of a day; None outside the period."""
        if self.end is not None and self.end[0] <= on:
            return None
        return next((step for step in reversed(self.steps) if step.on <= on), None)

    def stays(self) -> Iterator[tuple[Step, date | None]]:
        """Each usual home, temporary ones aside: the step with which it began, and when it was left for another."""
        usual = [step for step in self.steps if not step.home.code.startswith("T")]
        began = [
            step for before, step in zip([None, *usual], usual, strict=False) if not before or before.home != step.home
        ]
        left = [*(step.on for step in began[1:]), self.end[0] if self.end else None]
        yield from zip(began, left, strict=True)


class Course:
    """Makes up the periods of one child's outline."""

    def __init__(self, rng: Random, county: County, outline: Outline, home_postcode: str) -> None:
        self._rng = rng
        self._outline = outline
        self._born_on = outline.born_on
        self._homes = Homes(rng, county, outline.born_on, home_postcode)
        self._break: Step | None = None

    def periods(self) -> Iterator[Period]:
        """Each period, cut where the last year ends."""
        kind = self._outline.kind
        for start, end in self._outline.spans:
            if kind == SHORT_BREAKS:
                steps, why = self._short_break(start), "E8"
            elif kind == ADOPTION:
                steps, why = self._adoption(start, end), self._rng.choice(["E11", "E12"])
            elif kind == CUSTODY:
                steps, why, end = self._custody(start, end)  # noqa: PLW2901  care ends on sentence
            else:
                steps = self._ordinary(start, end)
                why = self._why(start, end, steps[-1].home)
            if start <= YEAR_END:
                kept = tuple(step for step in steps if step.on <= YEAR_END)
                yield Period(kept, (end, why) if end <= YEAR_END else None)

    def _why(self, start: date, end: date, last: Home) -> str:
        if self._outline.kind == UNACCOMPANIED and end < birthday(self._born_on, 18):
            return "E15"
        years = age(self._born_on, end)
        if years >= 18:
            return self._rng.choice(["E5", "E5", "E6", "E7", "E17" if last.code in _FOSTERED else "E5"])
        if years >= 16:
            return self._rng.choice(["E5", "E5", "E6", "E4A", "E4B", "E8"])
        return self._rng.choice(_HOME_AGAIN if (end - start).days < 500 else _ANOTHER_FAMILY)

    def _ordinary(self, start: date, end: date) -> list[Step]:
        rng, statuses, moves = self._rng, self._statuses(start, end), self._moves(start, end)
        labelled = SUPPORTED_FROM if start < SUPPORTED_FROM < end else None
        steps: list[Step] = []
        for on in sorted({*statuses, *moves, *([labelled] if labelled else [])}):
            now = statuses[max(since for since in statuses if since <= on)]
            last = steps[-1] if steps else None
            if last is None:
                steps.append(Step(on, now, self._homes.another(on, now, None)))
            elif on == labelled and last.home.code == "H5":  # the home is registered now: a label, not a move
                steps.append(Step(on, now, replace(last.home, code="K3"), same_carer=True, reason="PLACE"))
            elif last.home.code in LONG_TERM and rng.random() < (0.2 if on in moves else 0.06) and on != labelled:
                settled = replace(last.home, code=LONG_TERM[last.home.code])
                steps.append(Step(on, now, settled, same_carer=True, reason="PLACE"))
            elif on in moves:
                steps.append(Step(on, now, self._homes.another(on, now, last.home), reason=rng.choice(_REASONS)))
            elif on in statuses:
                steps.append(replace(last, on=on, legal_status=now))
        return self._with_holiday(steps, end)

    def _statuses(self, start: date, end: date) -> dict[date, str]:
        """Legal status by the day it began: agreement, or an order, interim before full."""
        rng = self._rng
        if self._outline.kind == UNACCOMPANIED:
            return {start: "V2"}
        legal = rng.choices(["V2", "C1", "L1", "L2"], [55, 33, 5, 7])[0]
        since = {start: legal}
        if legal in ("L1", "L2"):
            since[start + timedelta(days=rng.randint(1, 3 if legal == "L1" else 8))] = "C1"
        elif legal == "V2" and rng.random() < 0.6:
            since[start + timedelta(days=rng.randint(40, 300))] = "C1"
        if since[max(since)] == "C1":
            since[max(since) + timedelta(days=rng.randint(150, 400))] = "C2"
        return {on: status for on, status in since.items() if on < end}

    def _moves(self, start: date, end: date) -> set[date]:
        rng = self._rng
        mean = rng.choices([mean for mean, _ in CHOICES.moves], [weight for _, weight in CHOICES.moves])[0]
        moves, on = set(), start
        if rng.random() < 0.3:  # the first placement only bridges
            on += timedelta(days=rng.randint(3, 60))
            moves.add(on)
        while (on := on + timedelta(days=1 + int(rng.expovariate(1 / mean)))) < end:
            moves.add(on)
        return {on for on in moves if on < end - timedelta(days=1)}

    def _with_holiday(self, steps: list[Step], end: date) -> list[Step]:
        """With some days elsewhere, within one return year, while the usual placement goes on."""
        at = self._rng.randrange(len(steps))
        until = steps[at + 1].on if at + 1 < len(steps) else end
        if self._rng.random() > 0.2 or (until - steps[at].on).days < 60 or steps[at].home.code in CUSTODIAL:
            return steps
        away = day(self._rng, steps[at].on + timedelta(days=10), until - timedelta(days=30))
        elsewhere, longest = self._homes.carer_holiday()
        back = away + timedelta(days=self._rng.randint(2, longest))
        if (away.month, away.day) < (4, 1) <= (back.month, back.day):
            return steps
        same_carer = elsewhere.code == "T2"
        out = Step(away, steps[at].legal_status, elsewhere, same_carer, "OTHER")
        home_again = replace(steps[at], on=back, same_carer=same_carer, reason="OTHER")
        return [*steps[: at + 1], out, home_again, *steps[at + 1 :]]

    def _short_break(self, start: date) -> list[Step]:
        """Each at one and the same home: under a series of agreements (V3), or a single one (V4)."""
        if self._break is None:
            home = self._homes.another(start, "V3", None, ["U6", "K2"])
            self._break = Step(start, self._rng.choice(["V3", "V3", "V4"]), home)
        return [replace(self._break, on=start)]

    def _adoption(self, start: date, end: date) -> list[Step]:
        """Interim order, placement order, or the parents' consent; placed with adopters, who may be the carers."""
        rng, consent = self._rng, self._rng.random() < 0.3
        before, after = ("V2", "V2") if consent else ("C1", "E1")
        home = self._homes.another(start, before, None, ["U5", "U6", "U6"])
        order = start + timedelta(days=rng.randint(150, 230))
        placed = order + timedelta(days=rng.randint(20, (end - order).days - 90))
        carer_adopts = home.code == "U5"
        if carer_adopts:
            adoptive = replace(home, code="A3" if consent else "A5")
        else:
            adoptive = replace(self._homes.another(placed, after, home, ["A6"]), code="A4" if consent else "A6")
        steps = [Step(start, before, home)]
        if not consent:
            steps.append(Step(order, after, home))
        return [*steps, Step(placed, after, adoptive, same_carer=carer_adopts, reason="CARPL")]

    def _custody(self, start: date, end: date) -> tuple[list[Step], str, date]:
        """Detained under an order, and looked after throughout; or on remand, until sentence or release."""
        rng, under_order = self._rng, self._rng.random() < 0.5
        legal = "C2" if under_order else "V2"
        steps = [Step(start, legal, self._homes.another(start, legal, None))]
        detained = day(rng, start + timedelta(days=20), end - timedelta(days=60))
        out = detained + timedelta(days=rng.randint(20, 50))
        prison = self._homes.another(detained, legal, steps[0].home, ["R5", "R5", "K1"])
        steps.append(Step(detained, "C2" if under_order else "J1", prison, reason="CUSTOD"))
        if not under_order:
            return steps, rng.choice(["E9", "E9", "E14"]), out
        steps.append(Step(out, legal, self._homes.another(out, legal, prison), reason="CUSTOD"))
        return steps, self._why(start, end, steps[-1].home), end
