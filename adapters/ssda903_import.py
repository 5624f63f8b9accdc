"""Reads a statutory return (SSDA903), CSV or XML: what it says of each child, and what it cannot take.

Each row of every table comes out exactly once: in one `ChildReturn`, or as one `Quarantined`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from adapters.places_csv import Places
from adapters.ssda903_child import ChildReturn, child_return
from adapters.ssda903_faults import Quarantined
from adapters.ssda903_rows import Episode, Header, Refused, Row
from adapters.ssda903_said import Reading, Said, said
from adapters.ssda903_standing import Held, Known, known_of
from adapters.ssda903_tables import (
    AD1,
    EPISODES,
    HEADER,
    OC2,
    OC3,
    PLACED_FOR_ADOPTION,
    PREVIOUS_PERMANENCE,
    REVIEWS,
    TABLES,
    UASC,
    CsvReturn,
    Table,
)
from adapters.ssda903_teller import IdOf
from adapters.ssda903_xml import XmlReturn
from domain.codes import CodeBook
from domain.events import LeaverYearReported

PROGRESS_EVERY: Final = 5_000  # rows

_ONCE: Final = frozenset({UASC, OC2, OC3, PREVIOUS_PERMANENCE})  # one row a child
_ONCE_A_DAY: Final = frozenset({REVIEWS, AD1, PLACED_FOR_ADOPTION})

Sound = Episode | Said


def read_return(
    path: Path,
    *,
    authority: str,
    as_at: date,
    places: Places,
    codes: CodeBook,
    id_of: IdOf,
    held: Callable[[str], Held],
    progress: Callable[[int], None],
) -> Iterator[ChildReturn | Quarantined]:
    """Give what the return says, child by child in the order of its headers, and in between the rows not taken.

    path: a folder of CSV files (`CsvReturn`), or one .xml file (`XmlReturn`). authority: ONS code of who made the return.
    as_at: the day up to which it speaks. id_of: see `IdOf`; the same arguments always give the same id. held: the events
    that the hub holds of the child with this local id. progress: told the rows read so far, every few thousand and at the
    end.

    All is checked as files before this returns; raises ReturnFileError. Memory does not grow with the return: rows are
    sorted by child in a temporary database on disk, which has no name and is gone when this ends.
    """
    source = XmlReturn(path) if path.suffix.lower() == ".xml" and path.is_file() else CsvReturn(path)

    def told(header: Header, episodes: list[Episode], others: list[Said], known: Known) -> ChildReturn:
        return child_return(
            header, episodes, others, known, authority=authority, as_at=as_at, places=places, id_of=id_of
        )

    def known(child: str) -> Known:
        return known_of(held(child), authority)

    return _Reader(source, as_at, codes, known, told).outcomes(progress)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Joins the rows of all tables by child."""

    source: CsvReturn | XmlReturn
    as_at: date
    codes: CodeBook
    known: Callable[[str], Known]
    told: Callable[[Header, list[Episode], list[Said], Known], ChildReturn]

    def outcomes(self, progress: Callable[[int], None]) -> Iterator[ChildReturn | Quarantined]:
        """Every row, once."""
        with closing(sqlite3.connect("", isolation_level=None)) as rows:
            rows.executescript("""
                BEGIN;
                CREATE TABLE header (child TEXT PRIMARY KEY, file TEXT, line INTEGER, cells TEXT);
                CREATE TABLE other (
                    child TEXT, kind INTEGER, line INTEGER, file TEXT, cells TEXT, PRIMARY KEY (child, kind, line)
                ) WITHOUT ROWID;
            """)
            yield from self._load(rows, progress)
            for file, line, cells in rows.execute("SELECT file, line, cells FROM header ORDER BY line"):
                header = _row(HEADER, file, line, cells).header(self.codes, self.as_at)
                yield from self._child(header, list(self._others(rows, header)))
            for kind, line, file, cells in rows.execute(
                "SELECT kind, line, file, cells FROM other WHERE child NOT IN (SELECT child FROM header)"
                " ORDER BY kind, line"
            ):
                outcome = self._sound(TABLES[kind], _row(TABLES[kind], file, line, cells), None)
                yield outcome if isinstance(outcome, Quarantined) else _without(outcome, "no-header")

    def _load(self, rows: sqlite3.Connection, progress: Callable[[int], None]) -> Iterator[Quarantined]:
        """Store the rows that name a child soundly, and of Header those that are sound; of two headers the first."""
        read = 0
        for table, row in self.source.rows():
            read += 1
            if read % PROGRESS_EVERY == 0:
                progress(read)
            if isinstance(row, Quarantined):
                yield row
                continue
            try:
                child = row.header(self.codes, self.as_at).child if table is HEADER else row.child()
            except Refused as refused:
                yield refused.fault
                continue
            cells = json.dumps(list(row.cells.values()))
            if table is not HEADER:
                values = (child, TABLES.index(table), row.line, row.file, cells)
                rows.execute("INSERT INTO other VALUES (?, ?, ?, ?, ?)", values)
            elif not rows.execute(
                "INSERT OR IGNORE INTO header VALUES (?, ?, ?, ?)", (child, row.file, row.line, cells)
            ).rowcount:
                yield Quarantined(row.file, row.line, "CHILD", "repeated-child")
        progress(read)

    def _child(self, header: Header, others: list[Sound | Quarantined]) -> Iterator[ChildReturn | Quarantined]:
        yield from (one for one in others if isinstance(one, Quarantined))
        episodes = [one for one in others if isinstance(one, Episode)]
        rest = [one for one in others if isinstance(one, Said)]
        known = self.known(header.child)
        leaver = any(isinstance(event, LeaverYearReported) for one in rest for event in one.events)
        if episodes or leaver or known.registered is not None:
            yield self.told(header, episodes, rest, known)
        else:
            yield _without(header, "no-episodes")
            yield from (_without(one, "no-episodes") for one in rest)

    def _others(self, rows: sqlite3.Connection, header: Header) -> Iterator[Sound | Quarantined]:
        """The child's rows beside its header."""
        seen: set[tuple[object, ...]] = set()
        for kind, line, file, cells in rows.execute(
            "SELECT kind, line, file, cells FROM other WHERE child = ? ORDER BY kind, line", (header.child,)
        ):
            table = TABLES[kind]
            outcome = self._sound(table, _row(table, file, line, cells), header.born_on)
            if isinstance(outcome, Quarantined):
                yield outcome
            elif (kind, cells) in seen:
                yield Quarantined(file, line, "", "duplicate-row")
            elif (key := _key(table, outcome)) in seen:
                yield Quarantined(file, line, "", "says-otherwise")
            else:
                seen.update({(kind, cells), key})
                yield outcome

    def _sound(self, table: Table, row: Row, born_on: date | None) -> Sound | Quarantined:
        try:
            if table is EPISODES:
                return row.episode(self.codes)
            return said(table, row, Reading(self.codes, self.as_at, born_on))
        except Refused as refused:
            return refused.fault


def _key(table: Table, row: Sound) -> tuple[object, ...]:
    """What a table says once; of an absence, a worker or an episode there may be two on one day."""
    if isinstance(row, Said) and table in _ONCE:
        return (table,)
    if isinstance(row, Said) and table in _ONCE_A_DAY:
        return (table, row.events[0].effective_on)
    return (row.file, row.line)


def _without(row: Header | Sound, rule_code: str) -> Quarantined:
    return Quarantined(row.file, row.line, "CHILD", rule_code)


def _row(table: Table, file: str, line: int, cells: str) -> Row:
    return Row(file, line, dict(zip(table.columns, json.loads(cells), strict=True)))
