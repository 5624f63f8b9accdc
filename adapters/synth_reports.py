"""What health bodies and youth offending teams would report of the invented children: one JSON object a report.

Summaries, names and establishments are obviously invented. NHS numbers are of the range 999, which is never issued.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from adapters.synth_lives import YEAR_END, YEAR_START, Life

Report = Mapping[str, Any]

_UNKNOWN: Final = {"unknown": True}
_LATEST: Final = YEAR_END + timedelta(days=60)
_ANIMALS: Final = ("Otter", "Heron", "Badger", "Curlew", "Hare", "Wren", "Newt", "Lynx")
_SUMMARIES: Final = (
    "Invented: well, up to date with vaccinations, dentist seen.",
    "Invented: in good health; glasses prescribed.",
    "Invented: under a paediatrician for asthma; inhaler at home and at school.",
    "Invented: known to a mental health service; settled.",
    "Invented: speech therapy continues.",
)
_CLINICAL: Final = ("Invented finding: peak flow 300.", "Invented finding: eczema.", "Invented finding: mood score 14.")
_ESTABLISHMENTS: Final = (
    ("young-offender-institution", "Invented Institution Example-1"),
    ("secure-training-centre", "Invented Training Centre Example-2"),
    ("secure-school", "Invented Secure School Example-3"),
)


def health_reports(life: Life, seed: int) -> Iterator[Report]:
    """NHS number, first assessment and the latest two, some of them declined."""
    rng = Random(f"health {seed} {life.number}")  # noqa: S311  invented data, repeatable on purpose
    start = life.periods[-1].steps[0].on
    until = life.periods[-1].end[0] if life.periods[-1].end else _LATEST
    nhs_number = nhs_number_of(life.number)
    by_local_id = _by_local_id(life)
    if nhs_number is not None:
        added = start + timedelta(days=rng.randint(0, 9))
        yield {"type": "identifier-added", "child": by_local_id, "effective_on": str(added), "nhs_number": nhs_number}
    days = [start + timedelta(days=rng.randint(10, 32))]
    every = 182 if (start - life.born_on).days < 5 * 365 else 365
    while (day := days[-1] + timedelta(days=every + rng.randint(-20, 20))) <= _LATEST:
        days.append(day)
    for n, day in enumerate(days):
        if day > until or 0 < n < len(days) - 2:
            continue
        child = _by_nhs_number(life, nhs_number) if nhs_number and rng.random() < 0.7 else by_local_id
        if rng.random() < 0.03:
            child = _by_name(life) if rng.random() < 0.7 else _by_nhs_number(life, _stranger(life.number))
        kind = {"child": child, "effective_on": str(day), "assessment_kind": "review" if n else "initial"}
        if (day - life.born_on).days > 13 * 365 and rng.random() < 0.12:
            reason = rng.choice(["child-declined", "child-declined", "not-brought", "moved", _UNKNOWN])
            yield {"type": "health-assessment-declined", **kind, "reason": reason}
        else:
            yield {"type": "health-assessment-completed", **kind, **_findings(rng, life, day, every)}


def yot_reports(life: Life, seed: int) -> Iterator[Report]:
    """Custody as the youth offending team reports it: entry, sentence, release date (often unknown), release."""
    rng = Random(f"yot {seed} {life.number}")  # noqa: S311  invented data, repeatable on purpose
    for period in life.periods:
        for n, step in enumerate(period.steps):
            if step.home.code not in ("R5", "K1"):
                continue
            after = period.steps[n + 1].on if n + 1 < len(period.steps) else None
            before = period.steps[n - 1].legal_status if n else None
            remand = step.legal_status == "J1"
            sentenced = period.end[0] if remand and period.end and period.end[1] == "E9" else None
            yield from _custody(rng, life, step.on, before, remand, sentenced, after)
    goes_on = life.periods[-1].end is None and life.periods[-1].steps[-1].home.code not in ("R5", "K1")
    if goes_on and (YEAR_START - life.born_on).days > 13 * 365 and rng.random() < 0.06:  # since the return was made
        entered = YEAR_END + timedelta(days=rng.randint(5, 60))
        sentenced = entered + timedelta(days=rng.randint(5, 30)) if rng.random() < 0.4 else None
        status = life.periods[-1].steps[-1].legal_status
        yield from _custody(rng, life, entered, status, sentenced is not None, sentenced, None)


def nhs_number_of(number: int) -> str | None:
    """The NHS number of child `number`; None for one child in eleven, whose digits have no check digit."""
    return _with_check_digit(f"999{number:06d}")


def _stranger(number: int) -> str:
    """A number that no child of ours has."""
    return next(found for n in range(999_999 - number, 0, -1) if (found := _with_check_digit(f"999{n:06d}")))


def _with_check_digit(nine: str) -> str | None:
    check = 11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return None if check == 10 else f"{nine}{check % 11}"


def _findings(rng: Random, life: Life, day: date, every: int) -> Report:
    due = _UNKNOWN if rng.random() < 0.05 else str(day + timedelta(days=every))
    found: dict[str, Any] = {"summary": rng.choice(_SUMMARIES), "next_due_on": due}
    if rng.random() < 0.3:
        found["clinical"] = rng.choice(_CLINICAL)
    if (day - life.born_on).days > 13 * 365 and rng.random() < 0.1:
        found["sensitive"] = "Invented: contraception discussed."
    if rng.random() < 0.15:
        party = rng.choice(["mother", "father"])
        found["third_party"] = {"party": party, "text": f"Invented: the {party} has an illness of their own."}
    return found


def _custody(
    rng: Random,
    life: Life,
    entered: date,
    before: str | None,
    remand: bool,
    sentenced: date | None,
    released: date | None,
) -> Iterator[Report]:
    kind, name = rng.choice(_ESTABLISHMENTS)
    child = _by_local_id(life) if rng.random() < 0.9 else _by_name(life)
    yield {
        "type": "custody-entered",
        "child": child,
        "effective_on": str(entered),
        "custody_kind": "remand" if remand else "sentence",
        "establishment_kind": kind,
        "establishment": name,
        "status_before": before or _UNKNOWN,
        "health_needs": rng.choice([True, False, _UNKNOWN]),
    }
    if sentenced is not None:
        yield {"type": "sentenced", "child": child, "effective_on": str(sentenced), "establishment_kind": kind}
    if sentenced is not None or not remand:
        told = (sentenced or entered) + timedelta(days=1)
        release = _UNKNOWN if rng.random() < 0.4 else str(released or told + timedelta(days=rng.randint(40, 180)))
        yield {"type": "release-date-set", "child": child, "effective_on": str(told), "release_on": release}
    if released is not None:
        yield {"type": "released", "child": child, "effective_on": str(released)}


def _by_local_id(life: Life) -> Report:
    return {"authority": life.authority, "local_id": life.local_id, "born_on": str(life.born_on)}


def _by_nhs_number(life: Life, number: str) -> Report:
    return {"authority": life.authority, "nhs_number": number}


def _by_name(life: Life) -> Report:
    animal = _ANIMALS[life.number % len(_ANIMALS)]
    name = {"family_name": f"Example-{life.number}", "given_name": f"Invented-{animal}"}
    return {"authority": life.authority, **name, "born_on": str(life.born_on)}
