"""Statutory returns written and read in a test: rows in, events out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

from adapters import synth_return
from adapters.code_csv import read_code_book
from adapters.places_csv import Places
from adapters.ssda903_child import ChildReturn, child_return
from adapters.ssda903_faults import Quarantined
from adapters.ssda903_import import read_return
from adapters.ssda903_rows import Episode, Header, Row
from adapters.ssda903_standing import Held, known_of
from adapters.ssda903_tables import EPISODES
from adapters.synth_county import County
from adapters.synth_lives import life
from domain.events import Event

E = TypeVar("E", bound=Event)

ROOT = Path(__file__).resolve().parents[2]
CODES = read_code_book({f.name: f.read_text(encoding="utf-8") for f in (ROOT / "schemas" / "codes").glob("*.csv")})
DURHAM, HAMPSHIRE = "E06000047", "E10000014"
PLACES = Places({}, {"ZZ1": frozenset({DURHAM}), "ZZ2": frozenset({HAMPSHIRE}), "ZZ3": frozenset({DURHAM, HAMPSHIRE})})
AS_AT = date(2026, 3, 31)
ONE = "900001,F,01/02/2012,,UN1,,"
HEADERS = ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")


def id_of(*key: str) -> UUID:
    """An id that depends on its key alone."""
    return uuid5(NAMESPACE_OID, "/".join(key))


def write(folder: Path, headers: Iterable[str], episodes: Iterable[str]) -> Path:
    """A return of these rows."""
    (folder / "header.csv").write_text("\n".join([",".join(HEADERS), *headers]) + "\n", encoding="utf-8")
    (folder / "episodes.csv").write_text("\n".join([",".join(EPISODES.columns), *episodes]) + "\n", encoding="utf-8")
    return folder


def read(folder: Path, held: Held = ()) -> list[ChildReturn | Quarantined]:
    """Read the return in this folder."""
    return list(
        read_return(
            folder,
            authority=DURHAM,
            as_at=AS_AT,
            places=PLACES,
            codes=CODES,
            id_of=id_of,
            held=lambda _: held,
            progress=lambda _: None,
        )
    )


def told(folder: Path, *episodes: str, header: str = ONE, held: Held = ()) -> ChildReturn:
    """What the return says of its one child; each episode as DECOM,RNE,LS,PLACE,DEC,REC,REASON,PL_POST,URN."""
    rows = []
    for line in episodes:
        decom, rne, ls, place, dec, rec, reason, postcode, urn = line.split(",")
        rows.append(f"900001,{decom},{rne},{ls},N1,{place},PR1,{dec},{rec},{reason},ZZ1 1AA,{postcode},{urn}")
    [child] = read(write(folder, [header], rows), held)
    assert isinstance(child, ChildReturn)
    return child


def facts(child: ChildReturn) -> list[tuple[str, str]]:
    """Kind and day of each event."""
    return [(one.event.TYPE.name, str(one.event.effective_on)) for one in child.intended]


def only(child: ChildReturn, kind: type[E]) -> list[E]:
    """The events of one kind."""
    return [one.event for one in child.intended if isinstance(one.event, kind)]


def history(child: ChildReturn) -> dict[UUID, Event]:
    """What the hub holds once it has recorded this."""
    return {one.event_id: one.event for one in child.intended}


def course(header: Header, rows: list[Episode], held: Held) -> ChildReturn:
    """One child's rows as events."""
    return child_return(
        header, rows, (), known_of(held, DURHAM), authority=DURHAM, as_at=AS_AT, places=PLACES, id_of=id_of
    )


def sound_rows(number: int, seed: int):
    """Header and episodes of an invented child."""
    child = life(number, seed, County())
    header = Row("header.csv", 2, dict(zip(HEADERS, synth_return.header(child, AS_AT), strict=True)))
    episodes = [
        Row("episodes.csv", n, dict(zip(EPISODES.columns, row, strict=True)))
        for n, row in enumerate(synth_return.episodes(child, date.min, AS_AT), 2)
    ]
    return header.header(CODES, AS_AT), [row.episode(CODES) for row in episodes]
