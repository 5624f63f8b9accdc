"""Statutory returns written and read in a test: rows in, events out."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5
from xml.etree.ElementTree import Element, ElementTree, SubElement

from adapters import synth_return
from adapters.code_csv import read_code_book
from adapters.places_csv import Places
from adapters.ssda903_child import ChildReturn, child_return
from adapters.ssda903_faults import Quarantined
from adapters.ssda903_import import read_return
from adapters.ssda903_rows import Episode, Header, Row
from adapters.ssda903_standing import Held, known_of
from adapters.ssda903_tables import EPISODES, TABLES
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


def write_tables(folder: Path, **tables: Iterable[str]) -> Path:
    """More tables of a return, by the name of their file; each row without its columns' names."""
    columns = {table.name.removesuffix(".csv"): table.columns for table in TABLES}
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text("\n".join([",".join(columns[name]), *rows]) + "\n", encoding="utf-8")
    return folder


_GROUPS = {
    "reviews": "AREVIEW",
    "missing": "AMISSING",
    "oc2": "OC2",
    "previous_permanence": "PERMANENCE",
    "placed_for_adoption": "AD_PLACED",
    "sw_episodes": "SWEPISODE",
}


def as_xml(folder: Path) -> Path:
    """The CSV files of a folder as one XML file beside them; every row must be of a child that has a header."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.csv"))}
    found = {name: list(csv.DictReader(text.splitlines())) for name, text in texts.items()}
    root = Element("EXPSSDA903")
    for child in found["header"]:
        of_child = SubElement(root, "CHILD")
        header = SubElement(of_child, "HEADER")
        _leaves(header, child, ())
        for name in ("uasc", "oc3", "ad1"):
            for row in found.get(name, ()):
                if row["CHILD"] == child["CHILD"]:
                    if name == "uasc":
                        SubElement(header, "UASC").text = "1"
                    _leaves(header, row, ("CHILD", "SEX", "DOB"))
        for name, tag in {**_GROUPS, "episodes": "EPISODE"}.items():
            for row in found.get(name, ()):
                if row["CHILD"] == child["CHILD"]:
                    _leaves(SubElement(of_child if name == "episodes" else header, tag), row, ("CHILD", "SEX", "DOB"))
    ElementTree(root).write(folder / "return.xml", encoding="utf-8", xml_declaration=True)
    return folder / "return.xml"


def _leaves(parent: Element, row: Mapping[str, str], but: tuple[str, ...]) -> None:
    for column, value in row.items():
        if column not in but:
            SubElement(parent, {"CHILD": "CHILDID", "PLACE": "PL"}.get(column, column)).text = value


def read(folder: Path, held: Held = (), as_at: date = AS_AT) -> list[ChildReturn | Quarantined]:
    """Read the return in this folder."""
    return list(
        read_return(
            folder,
            authority=DURHAM,
            as_at=as_at,
            places=PLACES,
            codes=CODES,
            id_of=id_of,
            held=lambda _: held,
            progress=lambda _: None,
        )
    )


def told(
    folder: Path, *episodes: str, header: str = ONE, held: Held = (), as_at: date = AS_AT, **tables: Iterable[str]
) -> ChildReturn:
    """What the return says of its one child; each episode as DECOM,RNE,LS,PLACE,DEC,REC,REASON,PL_POST,URN.

    tables: further rows by table, without child and date of birth.
    """
    rows = []
    for line in episodes:
        decom, rne, ls, place, dec, rec, reason, postcode, urn = line.split(",")
        rows.append(f"900001,{decom},{rne},{ls},N1,{place},PR1,{dec},{rec},{reason},ZZ1 1AA,{postcode},{urn}")
    write_tables(folder, **{name: [f"900001,,{cells}" for cells in of_table] for name, of_table in tables.items()})
    [child] = read(write(folder, [header], rows), held, as_at)
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
