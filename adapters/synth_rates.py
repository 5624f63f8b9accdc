"""How the invented county is calibrated: published rates, and what was tuned until the events show them.

`RATES` is what the events must show, measured by tests/unit/test_synth_rates.py. `CHOICES` is how the lives are made: nothing reads
them as facts. docs/decisions/0010-invented-county.md says why each is measured as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Rate:
    """A share (0 to 1) that the events must show. among: of whom, and how it shows. give: allowed either way."""

    share: float
    give: float
    among: str
    source: str


_MATTERS: Final = "Care Matters (2007) and its time"

RATES: Final[Mapping[str, Rate]] = MappingProxyType(
    {
        "mental-disorder": Rate(0.45, 0.05, "SDQ scores of the latest year: 17 points or more", _MATTERS),
        "mental-disorder-residential": Rate(0.75, 0.09, "the same, where placed in residential care", _MATTERS),
        "offending": Rate(0.096, 0.02, "offending years of children of 10 or more: convicted or cautioned", _MATTERS),
        "special-needs-statement": Rate(0.28, 0.04, "pupils: with an education, health and care plan", _MATTERS),
        "days-missed": Rate(0.13, 0.02, "pupils' school years: 50 or more sessions (25 days) missed", _MATTERS),
        "permanently-excluded": Rate(0.008, 0.003, "pupils' school years with such an exclusion", _MATTERS),
        "nine-placements": Rate(0.11, 0.03, "who left at 16 or later: placements, temporary ones aside", _MATTERS),
        "stable": Rate(
            0.65, 0.05, "under 16, over 2.5 years in care: 2 years or more in the placement", "NI 63; " + _MATTERS
        ),
        "left-at-16": Rate(0.27, 0.04, "who left at 16 or later", _MATTERS),
        "turnover": Rate(
            0.5, 0.08, "starts in a year over children looked after at its end", "ours, rounded; DfE returns"
        ),
        "out-of-area": Rate(0.40, 0.05, "placements whose area is another authority's", "ours; DfE returns (verify)"),
    }
)
"""Shares that the events of a large county show, short breaks left out throughout."""


RESIDENTIAL: Final = frozenset({"K1", "K2", "R1", "S1"})  # secure and children's homes, residential care, schools
HIGH_SCORE: Final = 17  # points; SDQ, parent or carer version: "high" and above, the band that goes with a disorder
SESSIONS_OF_25_DAYS: Final = 50  # a school day has two sessions


@dataclass(frozen=True, slots=True)
class Choices:
    """What was tuned. Times in days, chances 0 to 1.

    ages_at_start: youngest, oldest, weight. stays: mean stay and weight; who reaches 16 in care leaves at 16, at 17, or on the
    18th birthday. moves: mean time to the next move and weight, one for each period in care. The rest are chances of one child,
    or of one child's year.
    """

    ages_at_start: tuple[tuple[int, int, float], ...] = (
        (0, 0, 17),
        (1, 4, 18),
        (5, 9, 18),
        (10, 15, 31),
        (16, 17, 16),
    )
    stays: tuple[tuple[int, float], ...] = ((110, 0.36), (620, 0.34), (4_000, 0.30))
    stays_from_16: tuple[tuple[int, float], ...] = ((120, 0.35), (900, 0.65))
    left_at_16: float = 0.40
    left_at_17: float = 0.16
    moves: tuple[tuple[int, float], ...] = ((6_000, 0.62), (900, 0.13), (300, 0.12), (80, 0.13))
    comes_back: float = 0.12
    short_breaks: float = 0.04
    adopted: float = 0.40  # of those under 4
    detained: float = 0.10  # of those of 13 to 16
    unaccompanied: float = 0.28  # of those of 15 or more
    disorder_residential: float = 0.76
    disorder_elsewhere: float = 0.395
    convicted: float = 0.096
    special_needs_plan: float = 0.28
    much_absent: float = 0.13
    permanently_excluded: float = 0.008


CHOICES: Final = Choices()
