"""Words onto a terminal: headings, wrapped paragraphs, tables. At most 100 columns; style only on a terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Final

import typer

from domain.feed import Message
from gateway.wording import PLEASE, UNBROKEN, Words, day, short_day

WIDEST: Final = 100
_SHORT: Final = 8  # hex digits of a reference in a table; enough to name it
_GAP: Final = "  "
_BREAKABLE: Final = 1.6  # times the width: what still reads as a table once it is broken


def width() -> int:
    """Columns to write in: those of the terminal, up to WIDEST."""
    return min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)


def heading(text: str) -> str:
    """A heading, with an empty line before it."""
    return f"\n{typer.style(text, bold=True)}"


def paragraph(text: str, indent: int = 0, hanging: int | None = None) -> str:
    """Text broken at the width. indent, hanging: columns before the first line, and before the others."""
    after = " " * (indent if hanging is None else hanging)
    return textwrap.fill(text, width(), initial_indent=" " * indent, subsequent_indent=after, break_on_hyphens=False)


def block(number: int, message: Message | None, words: Words, again: bool = False, answered: date | None = None) -> str:
    """One message of a feed with everything it says. None: its item was since withdrawn.

    again: notice of this item was given before. answered: the day the desk acknowledged it: it is not asked for again.
    """
    if message is None:
        return f"{number:>6}  {'taken out':<10}its item was withdrawn later: the number stays, the words are gone"
    asked = PLEASE if answered is None else f"{'as ' if again else ''}acknowledged on {day(answered)}"
    said = words.message(message, f"told again, {asked}" if again else asked)
    lines = [
        paragraph(f"{number:>6}  {_kind(message.kind, answered is not None)}{said.headline}", 0, 18),
        f"{'':18}told on {short_day(message.recorded_on)}, child {message.child}",
        *([f"{'':18}item {said.item}"] if said.item else []),
        *(paragraph(f"{name}: {value}", 18, 20) for name, value in said.fields),
    ]
    return "\n".join(lines)


def line(on: str, kind: str, text: str, answered: bool = False) -> str:
    """One message in as few lines as it takes. on: the day. answered: a notice that was acknowledged."""
    return paragraph(f"{on}  {_kind(kind, answered)}{text}", 2, 15)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows under their columns' names, the widest columns broken so that it fits; as records where a table is no help.

    Columns without any value are left out.
    """
    used = [i for i in range(len(columns)) if any(row[i] for row in rows)]
    cells = [[columns[i] for i in used], *([row[i] for i in used] for row in rows)]
    words = [max((len(word) for row in cells for word in row[i].split(" ")), default=1) for i in range(len(used))]
    widest = [max(len(row[i]) for row in cells) for i in range(len(used))]
    gaps = len(_GAP) * len(used)
    beside = sum(widest) - max(widest, default=0) + gaps  # all but the widest column, which may be prose
    too_wide = sum(widest) + gaps > _BREAKABLE * width() and beside > width() / 2
    if too_wide or sum(words) + gaps > width() + len(_GAP):
        return "\n\n".join(_record(cells[0], row) for row in cells[1:])
    widths = _fit(widest, words)
    out = []
    for n, row in enumerate(cells):
        wrapped = [textwrap.wrap(cell, w, break_on_hyphens=False) or [""] for cell, w in zip(row, widths, strict=True)]
        for k in range(max(map(len, wrapped), default=0)):
            parts = [(w[k] if k < len(w) else "").ljust(size) for w, size in zip(wrapped, widths, strict=True)]
            out.append(_GAP.join(parts).rstrip().replace(UNBROKEN, " "))
        if n == 0:
            out.append(_GAP.join("─" * w for w in widths))
    return "\n".join(out)


def short(reference: str) -> str:
    """The beginning of a reference, enough to tell it from others in a table."""
    return reference[:_SHORT]


def _record(columns: Sequence[str], row: Sequence[str]) -> str:
    size = max(map(len, columns))
    pairs = zip(columns, row, strict=True)
    return "\n".join(paragraph(f"{name:<{size}}  {value}", 0, size + 2) for name, value in pairs if value).replace(
        UNBROKEN, " "
    )


def _kind(kind: str, answered: bool) -> str:
    """The kind of a message in ten columns; a notice stands out while it waits for its answer."""
    return f"{kind.upper() if kind == 'notice' and not answered else kind:<10}"


def _fit(widths: list[int], words: list[int]) -> list[int]:
    """Widths that fit, where the longest words do: the widest gives way first, never below its longest word."""
    room = width() - len(_GAP) * (len(widths) - 1)
    fitted = list(widths)
    while sum(fitted) > room:
        fitted[max((i for i in range(len(fitted)) if fitted[i] > words[i]), key=lambda i: fitted[i])] -= 1
    return fitted
