"""The demonstration: an invented child's story played through a whole hub in one folder, by its own clock and seed.

Everything goes the way it goes in earnest: a statutory return is imported, agencies submit JSON lines, each day begins
with the day clock, every desk reads its own feed. Only the clock, the ids and the return's children are fixed, so that
every run tells the same. The keys are made at random in each run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from gateway.hub import Hub
    from gateway.importing import Totals
    from gateway.lines import Outcome

AUTHORITY: Final = "E06000047"
LOCAL_ID: Final = "900999"
HOST: Final = "E10000014/host-authority"
AS_AT: Final = date(2026, 3, 31)
IMPORTED_ON: Final = date(2026, 4, 20)
CHILDREN: Final = 40
SEED: Final = 1903
THE_NOTICE: Final = "ITEM-OF-THE-NOTICE"  # in demo_data: an item id, which the host takes from its own feed
DATA: Final = Path(__file__).with_name("demo_data")


@dataclass(slots=True)
class DemoClock:
    """A clock that stands at nine in the morning of whatever day the story has reached."""

    day: date = IMPORTED_ON

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(9), UTC)


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one agency submitted on one day, and the answers it got. days_changed: streams the day clock touched."""

    day: date
    agency: str
    lines: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    days_changed: int


@dataclass(slots=True)
class Played:
    """The story as played: the hub, the return imported first and last, the chapters in between, the child's stream."""

    hub: Hub
    first: Totals
    again: Totals
    chapters: list[Chapter]
    child: UUID


@contextmanager
def play(folder: Path) -> Iterator[Played]:
    """Play the whole story in a new folder; its hub is open until the end of the `with`."""
    from gateway.hub import Hub
    from gateway.settings import Settings
    from gateway.upkeep import bring_up_to_date

    write_return(folder / "return")
    clock = DemoClock()
    chance = Random(SEED)  # noqa: S311  ids of invented events, the same in every run
    with Hub(Settings(folder), clock, lambda: UUID(int=chance.getrandbits(128), version=4)) as hub:
        first = _import(hub, folder / "return")
        bring_up_to_date(hub)
        kept: dict[str, dict[str, UUID]] = {}
        chapters = []
        for path in sorted(DATA.glob("*.jsonl")):
            day, _, agency = path.stem.partition("_")
            clock.day = date.fromisoformat(day)
            chapters.append(
                _chapter(hub, clock.day, agency, path.read_text(encoding="utf-8"), kept.setdefault(agency, {}))
            )
        again = _import(hub, folder / "return")
        bring_up_to_date(hub)
        yield Played(hub, first, again, chapters, hub.stream_of(AUTHORITY, LOCAL_ID))


def write_return(folder: Path) -> None:
    """County Durham's invented return: synthetic children, and the child of this story."""
    from adapters.synth_files import write_county
    from adapters.synth_lives import County

    write_county(folder, children=CHILDREN, seed=SEED, county=County())
    for name in ("header.csv", "episodes.csv"):
        with (folder / name).open("a", encoding="utf-8", newline="") as file:
            file.write((DATA / name).read_text(encoding="utf-8"))


def _import(hub: Hub, folder: Path) -> Totals:
    from adapters.places_csv import read_places
    from gateway.importing import import_return

    return import_return(hub, folder, AUTHORITY, AS_AT, read_places(folder / "places.csv"), lambda _rows: None)


def _chapter(hub: Hub, day: date, agency: str, text: str, labels: dict[str, UUID]) -> Chapter:
    from gateway.lines import record_lines
    from gateway.upkeep import bring_up_to_date

    changed = hub.day(day)
    bring_up_to_date(hub)
    if THE_NOTICE in text:
        text = text.replace(THE_NOTICE, _newest_notice(hub))
    lines = tuple(text.splitlines())
    outcomes = tuple(record_lines(hub, lines, agency, labels))
    bring_up_to_date(hub)
    return Chapter(day, agency, lines, outcomes, changed)


def _newest_notice(hub: Hub) -> str:
    """The item id of the last placement notice in the host's own feed: all that the host has to name it by."""
    from domain.feed import Told

    hub.note_read("demonstration", HOST, "to acknowledge", "feed")
    told = [m.body for _, m in hub.sealed.read(HOST, 0, 10_000) if m is not None and isinstance(m.body, Told)]
    return [t.item.item for t in told if t.notice and t.item.topic.startswith("placement-made")][-1]
