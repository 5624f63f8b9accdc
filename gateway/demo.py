"""The demonstration: an invented child's story played through a whole hub, by its own clock and seed.

Everything goes the way it goes in earnest: a statutory return is imported, agencies submit JSON lines, each day begins
with the day clock, every desk reads its own feed. Only the clock, the ids and the return's children are fixed, so that
every run tells the same. The keys are made at random in each run.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final
from uuid import UUID

from domain.forms import Problem, Refused

if TYPE_CHECKING:
    from adapters.sql_ledger import LedgerLine
    from gateway.hub import Hub
    from gateway.importing import Totals
    from gateway.lines import Outcome
    from gateway.settings import Settings

AUTHORITY: Final = "E06000047"
LOCAL_ID: Final = "900999"
OURS: Final = f"{AUTHORITY}/responsible-authority"
BY_CALENDAR: Final = "The calendar alone: a time that was set is over."
AS_AT: Final = date(2026, 3, 31)
CHILDREN: Final = 40
SEED: Final = 1903
DATA: Final = Path(__file__).with_name("demo_data")
_ITEM: Final = re.compile(r"ITEM ([a-z-]+)")  # in demo_data: an item id, which a desk takes from its own feed


@dataclass(slots=True)
class DemoClock:
    """A clock that stands at nine in the morning of whatever day the story has reached."""

    day: date

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(9), UTC)


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one agency recorded on one day, or what the calendar alone changed (agency: empty).

    words: what happened. outcomes: the answers the agency got (none to a return). sent: what every desk was sent about the
    child because of it, as the ledger keeps it.
    """

    day: date
    agency: str
    words: str
    outcomes: tuple[Outcome, ...]
    sent: tuple[LedgerLine, ...]


@dataclass(slots=True)
class Played:
    """The story as played: the hub, the return imported first and last, the chapters, the child's stream."""

    hub: Hub
    first: Totals
    again: Totals
    chapters: list[Chapter]
    child: UUID


@contextmanager
def play(settings: Settings) -> Iterator[Played]:
    """Play the whole story in a new hub, which is open until the end of the `with`. Raises Refused where one has recorded before."""
    from gateway.hub import Hub

    folder = settings.data
    story = read_table("story.csv")
    clock = DemoClock(date.fromisoformat(story[0]["day"]))
    chance = Random(SEED)  # noqa: S311  ids of invented events, the same in every run
    with Hub(settings, clock, lambda: UUID(int=chance.getrandbits(128), version=4)) as hub:
        if hub.records.last_position():
            raise Refused(Problem("database", "already holds records; the demonstration begins with a new one", "ours"))
        write_return(folder / "return")
        child = hub.stream_of(AUTHORITY, LOCAL_ID)
        first = _import(hub, folder / "return")
        chapters = [Chapter(clock.day, AUTHORITY, story[0]["words"], (), tuple(hub.ledger.ledger_of(child)))]
        kept: dict[str, dict[str, UUID]] = {}
        for row in story[1:]:
            chapters += _calendar(hub, clock, date.fromisoformat(row["day"]), child)
            chapters.append(_chapter(hub, row, clock.day, kept.setdefault(row["agency"], {}), child))
        again = _import(hub, folder / "return")
        yield Played(hub, first, again, chapters, child)


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of one of the story's tables."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_return(folder: Path) -> None:
    """County Durham's invented return: synthetic children, and the child of this story."""
    from adapters.synth_county import County
    from adapters.synth_files import write_county

    write_county(folder, children=CHILDREN, seed=SEED, county=County(years=1))
    for name in ("header.csv", "episodes.csv"):
        columns, rows = (DATA / name).read_text(encoding="utf-8").split("\n", maxsplit=1)
        with (folder / str(AS_AT.year) / name).open("r+", encoding="utf-8", newline="") as file:
            if file.readline().rstrip("\n") != columns:
                raise ValueError(f"{name}: the story's child has other columns than the county")
            file.seek(0, 2)
            file.write(rows)


def _import(hub: Hub, folder: Path) -> Totals:
    from adapters.places_csv import read_places
    from gateway.importing import import_return
    from gateway.upkeep import bring_up_to_date

    places = read_places(folder / "places.csv")
    totals = import_return(hub, folder / str(AS_AT.year), AUTHORITY, AS_AT, places, lambda _rows: None)
    bring_up_to_date(hub)
    return totals


def _calendar(hub: Hub, clock: DemoClock, until: date, child: UUID) -> Iterator[Chapter]:
    """Let the days pass, each with the day clock: a chapter where that told anybody but County Durham anything of the child."""
    from gateway.upkeep import bring_up_to_date

    while clock.day < until:
        clock.day += timedelta(days=1)
        if hub.day(clock.day):
            before = len(hub.ledger.ledger_of(child))
            bring_up_to_date(hub)
            sent = tuple(hub.ledger.ledger_of(child)[before:])
            if any(line.audience != OURS for line in sent):
                yield Chapter(clock.day, "", BY_CALENDAR, (), sent)


def _chapter(hub: Hub, row: dict[str, str], day: date, labels: dict[str, UUID], child: UUID) -> Chapter:
    """Record what an agency says on a day. labels: those of its earlier lines."""
    from gateway.lines import record_lines
    from gateway.upkeep import bring_up_to_date

    agency = row["agency"]
    before = len(hub.ledger.ledger_of(child))
    lines = (DATA / f"{day.isoformat()}_{agency}.jsonl").read_text(encoding="utf-8").splitlines()
    outcomes = tuple(record_lines(hub, [_with_item(hub, line, agency) for line in lines], agency, labels))
    bring_up_to_date(hub)
    return Chapter(day, agency, row["words"], outcomes, tuple(hub.ledger.ledger_of(child)[before:]))


def _with_item(hub: Hub, line: str, agency: str) -> str:
    """The line with the item id by which the desk's own feed told it last of such an event: all that it has to name it by."""
    from domain.feed import Told

    wanted = _ITEM.search(line)
    if wanted is None:
        return line
    desk = json.loads(line).get("audience", f"{agency}/responsible-authority")
    hub.note_read("demonstration", desk, "to name an item", "feed")
    told = [m.body.item for _, m in hub.sealed.read(desk, 0, 10_000) if m is not None and isinstance(m.body, Told)]
    item = [i.item for i in told if i.topic.startswith(f"{wanted[1]}.")][-1]
    return line.replace(wanted[0], item)
