"""How agencies name a child and put a report: what the JSON lines of all of them have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from adapters.synth_county import LATEST, YEAR_END
from adapters.synth_lives import Life
from adapters.synth_words import ANIMALS

Report = dict[str, Any]
"""One line of a file to be recorded: type, child, effective_on, label, and the event's own fields."""

UNKNOWN: Final = {"unknown": True}
LATE: Final = 0.05  # reports that come months after the day they tell of
SINCE: Final = YEAR_END + timedelta(days=1)  # what no return has told yet


@dataclass(slots=True)
class Telling:
    """Collects one child's reports of one agency, each with the day it is told. reporter: marks this file's labels."""

    life: Life
    rng: Random
    reporter: str
    told: list[tuple[date, int, Report]] = field(default_factory=list)
    _labels: dict[str, date] = field(default_factory=dict)

    def tell(
        self,
        kind: str,
        child: Mapping[str, str],
        on: date,
        /,
        *,
        labelled: bool = False,
        told: date | None = None,
        **fields: Any,
    ) -> str:
        """Report an event; answers its label as later lines name it ("@…"), or nothing. told: when, if it is not soon.

        What would be effective later than anything is reported is not told.
        """
        if on > LATEST:
            return ""
        label = f"{self.reporter}-{self.life.number}-{len(self.told)}" if labelled else ""
        line = {"type": kind, "child": dict(child), "effective_on": str(on)} | ({"label": label} if labelled else {})
        line |= {name: _plain(value) for name, value in fields.items() if value is not None}
        lag = self.rng.randint(60, 300) if self.rng.random() < LATE else self.rng.randint(0, 3)
        named = [self._labels[value] for value in fields.values() if isinstance(value, str) and value in self._labels]
        told = max([told or on + timedelta(days=lag), *named])
        self.told.append((told, len(self.told), line))
        self._labels[f"@{label}"] = told
        return f"@{label}" if labelled else ""

    def correct(self, about: str, child: Mapping[str, str], on: date, kind: str, **words: Any) -> None:
        """Correct a labelled event: the whole event as it should have been. on: the day of the correction."""
        replacement = {"type": kind} | {name: _plain(value) for name, value in words.items()}
        self.tell("event-corrected", child, on, told=on, corrects=about, replacement=replacement)

    def lines(self) -> Iterable[Report]:
        """The reports in the order in which they were told; one that names another by its label comes after it."""
        return [line for _, _, line in sorted(self.told, key=lambda one: one[:2])]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date) else value


def by_local_id(life: Life, *, with_birth: bool = True) -> dict[str, str]:
    """By the authority's own number; anybody else gives the birth date with it."""
    return {"authority": life.authority, "local_id": life.local_id} | (
        {"born_on": str(life.born_on)} if with_birth else {}
    )


def by_nhs_number(life: Life, number: str) -> dict[str, str]:
    """By an NHS number."""
    return {"authority": life.authority, "nhs_number": number}


def by_upn(life: Life) -> dict[str, str]:
    """By the unique pupil number, else by name."""
    return {"authority": life.authority, "upn": life.upn} if not life.upn.startswith("UN") else by_name(life)


def by_name(life: Life) -> dict[str, str]:
    """By name and birth date: no certain match."""
    return {"authority": life.authority, **names(life), "born_on": str(life.born_on)}


def names(life: Life) -> dict[str, Any]:
    """Given and family name; siblings share the latter."""
    family = life.sibling if life.sibling is not None else life.number
    return {"family_name": f"Example-{family}", "given_name": f"Invented-{ANIMALS[life.number % len(ANIMALS)]}"}


def phone(rng: Random) -> str:
    """A telephone number kept for fiction (Ofcom)."""
    return f"01632 960{rng.randint(0, 999):03d}"


def nhs_number_of(number: int) -> str | None:
    """The NHS number of child `number`; None for one child in eleven, whose digits have no check digit."""
    return _with_check_digit(f"999{number:06d}")


def stranger(number: int) -> str:
    """An NHS number that no child of ours has."""
    return next(found for n in range(999_999 - number, 0, -1) if (found := _with_check_digit(f"999{n:06d}")))


def _with_check_digit(nine: str) -> str | None:
    check = 11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return None if check == 10 else f"{nine}{check % 11}"
