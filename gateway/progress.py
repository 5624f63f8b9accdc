"""How far a long command has come: a bar on a terminal, else a line every few seconds. Always on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

EVERY: Final = 5.0  # s between two lines where stderr is no terminal


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Answers a function that is told how many are done so far. what: in words ("recording rows"). total: if known."""
    if not sys.stderr.isatty():
        yield _Lines(what, total)
        return
    from rich.console import Console  # heavy, and only for a person
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    # not redirected: else what is said on stdout meanwhile would land on stderr
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


class _Lines:
    def __init__(self, what: str, total: int | None) -> None:
        self._what = what
        self._total = "" if total is None else f" of {total:,}"
        self._said = time.monotonic()

    def __call__(self, done: int) -> None:
        if time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            print(f"{self._what}: {done:,}{self._total}", file=sys.stderr, flush=True)
