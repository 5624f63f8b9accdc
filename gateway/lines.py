"""Recording a file of submissions: one JSON object a line, each taken or refused by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from adapters.eventsourcing_store import Conflict
from domain.forms import Problem, Refused
from gateway.hub import Hub

LINE_BYTES: Final = (
    128 * 1024
)  # of one submission: what is recorded from it still fits into one record of any topic, sealed

_FORM = Problem("line", "is one JSON object", "docs/submitting.md")
_TEXT = Problem("line", "is UTF-8", "RFC 8259 section 8.1")
_LENGTH = Problem("line", f"is at most {LINE_BYTES // 1024} KiB long", "docs/submitting.md")
_MOVING = Problem("line", "others kept recording about this child at the same moment; send it again", "ours")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line (the first is 1): received under an id, or refused with every problem found."""

    line: int
    received: UUID | None
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        if self.received is not None:
            return f"received {self.received}"
        return "\n".join(f"refused line {self.line}: {problem}" for problem in self.problems)

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        if self.received is not None:
            return {"line": self.line, "received": str(self.received)}
        return {"line": self.line, "refused": problems_as_json(self.problems)}


def problems_as_json(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Why something is refused, for programs."""
    return [{"field": p.field, "rule": p.rule, "source": p.source} for p in problems]


def read_line(line: bytes) -> dict[str, Any]:
    """One submission as plain data. Raises Refused for bytes that are none."""
    if len(line) > LINE_BYTES:
        raise Refused(_LENGTH)
    try:
        submission = json.loads(line.decode())
    except UnicodeDecodeError:
        raise Refused(_TEXT) from None
    except (ValueError, RecursionError):  # not JSON; JSON in JSON without end
        raise Refused(_FORM) from None
    if not isinstance(submission, dict):
        raise Refused(_FORM)
    return submission


def record_lines(hub: Hub, lines: Iterable[str], agency: str, labels: dict[str, UUID]) -> Iterator[Outcome]:
    """Record each line for an agency, in order; empty lines are passed over. What was received stays.

    labels: ids by the labels that lines give themselves, to be named as "@label" by later ones; added to.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            submission = read_line(line.encode(errors="surrogatepass"))
            yield Outcome(number, hub.recording.submit(submission, agency, labels).event_id)
        except Refused as refused:
            yield Outcome(number, None, refused.problems)
        except Conflict:
            yield Outcome(number, None, (_MOVING,))
