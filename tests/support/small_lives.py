"""Small invented histories for property tests: one child's rows, all of them, and as each year's file would hold them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st

from adapters.ssda903_child import ChildReturn, child_return
from adapters.ssda903_rows import Episode, Header
from adapters.ssda903_said import Said
from adapters.ssda903_standing import known_of
from domain.events import Event, EventRetracted, ReviewHeld, SocialWorkerChanged, WentMissing
from tests.support.returns import DURHAM, PLACES, id_of

YEAR_ENDS = tuple(date(year, 3, 31) for year in range(2022, 2027))
FIRST = date(2021, 4, 1)
HOMES = [("U6", "ZZ1 1AA", "1"), ("K2", "ZZ2 2AA", "2"), ("U6", "ZZ1 1AB", "3"), ("P1", "ZZ3 1AA", None)]


@dataclass(frozen=True, slots=True)
class SmallLife:
    """A child's sound rows, of all years together."""

    header: Header
    episodes: tuple[Episode, ...]
    said: tuple[Said, ...]


@st.composite
def small_lives(draw: st.DrawFn) -> SmallLife:
    """A child who comes into care, moves, is away, leaves, and perhaps comes back: as a return that obeys its rules."""
    rows: list[Episode] = []
    on = FIRST + timedelta(days=draw(st.integers(0, 300)))
    for _ in range(draw(st.integers(1, 2))):
        on = _period(draw, rows, on)
        on += timedelta(days=draw(st.integers(1, 200)))
        if rows[-1].ended is None or on > YEAR_ENDS[-1]:
            break
    header = Header("header.csv", 2, "900001", date(2012, 2, 1), "F", None, None, False, None, ())
    said = draw(st.lists(st.sampled_from(rows).flatmap(_said), max_size=4, unique_by=lambda one: one.events[0]))
    return SmallLife(header, tuple(rows), tuple(said))


def _period(draw: st.DrawFn, rows: list[Episode], start: date) -> date:
    """Append one period of care; answers the day after which another may begin."""
    home, status, on, why = draw(st.sampled_from(HOMES)), draw(st.sampled_from(["V2", "C1"])), start, "S"
    away: tuple[str, str | None, str | None] | None = None
    steps = draw(st.integers(1, 6))
    for n in range(steps):
        kind, postcode, urn = away or home
        until: date | None = on + timedelta(days=draw(st.integers(2, 500)))
        last = n == steps - 1
        if until is not None and (until > YEAR_ENDS[-1] or (last and (away is not None or draw(st.booleans())))):
            until, last = None, True  # care does not end on T*: a rule of the return
        reason = None if until is None else draw(st.sampled_from(["E4A", "E8"])) if last else "X1"
        row = Episode(
            *("episodes.csv", len(rows) + 2, "900001", on, why, status, "N1", kind, "PR1", until, reason),
            *(None, "ZZ1 1AA", postcode, urn, ()),
        )
        rows.append(row)
        if until is None or last:
            return until or on
        on = until
        if away is not None:
            away, why = None, "T"
            continue
        match draw(st.sampled_from(["law", "move", "label", "away", "gap"])):
            case "law":
                status, why = {"V2": "C1", "C1": "C2", "C2": "V2"}[status], "L"
            case "move":
                home, why = draw(st.sampled_from([one for one in HOMES if one != home])), "P"
            case "label" if home[0] in ("U6", "U4"):
                home, why = ({"U6": "U4", "U4": "U6"}[home[0]], *home[1:]), "T"
            case "away":
                away, why = ("T2", "ZZ3 3AA", None), "T"
            case _:
                on += timedelta(days=draw(st.integers(1, 20)))
                why = "P"
                if on > YEAR_ENDS[-1]:
                    return on
    return on


@st.composite
def _said(draw: st.DrawFn, row: Episode) -> Said:
    """Something that was so within this episode."""
    on = draw(st.dates(row.began, row.ended or YEAR_ENDS[-1]))
    until = draw(st.one_of(st.just(row.ended), st.dates(on, row.ended or YEAR_ENDS[-1])))
    match draw(st.sampled_from(["review", "missing", "worker"])):
        case "review":
            return Said("reviews.csv", 2, "900001", (ReviewHeld(effective_on=on, participation="PN1"),))
        case "missing":
            return Said("missing.csv", 2, "900001", (WentMissing(effective_on=on, kind="M"),), (), until)
    worker = SocialWorkerChanged(effective_on=on, worker_id=draw(st.sampled_from(["SW1", "SW2"])))
    return Said("sw_episodes.csv", 2, "900001", (worker,), (), until)


def of_year(life: SmallLife, as_at: date) -> SmallLife:
    """What the return of the year to this day holds: what went on in the year, and nothing that came after."""
    first = as_at.replace(year=as_at.year - 1) + timedelta(days=1)
    episodes = [
        row if row.ended is None or row.ended <= as_at else replace(row, ended=None, end_reason=None)
        for row in life.episodes
        if row.began <= as_at and (row.ended or as_at) >= first
    ]
    said = [
        replace(one, ended=None if one.ended is not None and one.ended > as_at else one.ended)
        for one in life.said
        if one.events[0].effective_on <= as_at
        and (one.events[0].effective_on if isinstance(one.events[0], ReviewHeld) else one.ended or as_at) >= first
    ]
    return SmallLife(life.header, tuple(episodes), tuple(said))


@dataclass(slots=True)
class Memory:
    """What a hub holds after one return after another, by the rules of `ChildRecord.decide`."""

    held: dict[UUID, Event]
    said: set[tuple[UUID, Event]]
    gone: set[UUID]

    @classmethod
    def empty(cls) -> Memory:
        """Nothing is held yet."""
        return cls({}, set(), set())

    def read(self, life: SmallLife, as_at: date) -> ChildReturn:
        """Take in a return."""
        told = child_return(
            life.header,
            life.episodes,
            life.said,
            known_of(self.held.items(), DURHAM),
            authority=DURHAM,
            as_at=as_at,
            places=PLACES,
            id_of=id_of,
        )
        for one in told.intended:
            if isinstance(one.event, EventRetracted):
                self.gone.add(one.event.retracts)
                self.held.pop(one.event.retracts, None)
                self.held[one.event_id] = one.event
            elif one.event_id not in self.gone and (one.event_id, one.event) not in self.said:
                self.said.add((one.event_id, one.event))
                self.held[one.event_id] = one.event
        return told

    def tells(self) -> Counter[str]:
        """The history, by what each event says and is about, whatever its id."""
        return Counter(
            _in_words(event, self.held) for event in self.held.values() if not isinstance(event, EventRetracted)
        )


def _in_words(event: Event, held: Mapping[UUID, Event]) -> str:
    values = ((f.name, getattr(event, f.name)) for f in fields(event))
    said: Iterable[str] = (
        f"{name}={_in_words(held[value], held) if isinstance(value, UUID) else value}" for name, value in values
    )
    return f"{event.TYPE.name}({', '.join(said)})"
