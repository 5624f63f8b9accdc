"""How results are taken and said: ratios of medians, sides taken in turn so that a slow moment hits both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One figure beside its bound. least: the figure must be at least the bound; else at most."""

    what: str
    figure: float
    bound: float
    least: bool
    unit: str = ""
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether the bound is kept."""
        return self.figure >= self.bound if self.least else self.figure <= self.bound

    def __str__(self) -> str:
        sign = ">=" if self.least else "<="
        verdict = "ok" if self.holds else "MISSED"
        return f"  {self.what:<58} {self.figure:8.2f}{self.unit:<3} (bound {sign} {self.bound:g}{self.unit})  {verdict}  {self.detail}"


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def medians(one: Callable[[], object], other: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The median seconds of two pieces of work done in turn."""
    ones, others = [], []
    for n in range(rounds):
        first, second = (one, other) if n % 2 == 0 else (other, one)
        a, b = seconds(first), seconds(second)
        ones.append(a if n % 2 == 0 else b)
        others.append(b if n % 2 == 0 else a)
    return statistics.median(ones), statistics.median(others)
