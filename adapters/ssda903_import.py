"""Reads a statutory return (SSDA903) from a folder of CSV files: what it says of each child, and what it cannot take.

Each row of both files comes out exactly once: in one `ChildReturn`, or as one `Quarantined`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final

from adapters.places_csv import Places
from adapters.ssda903_course import ChildReturn, IdOf, child_return
from adapters.ssda903_faults import Quarantined
from adapters.ssda903_rows import Episode, Header, Refused, Row
from adapters.ssda903_standing import Held
from adapters.ssda903_tables import EPISODES, HEADER, TableFile
from domain.codes import CodeBook

PROGRESS_EVERY: Final = 5_000  # rows


def read_return(
    folder: Path,
    *,
    authority: str,
    as_at: date,
    places: Places,
    codes: CodeBook,
    id_of: IdOf,
    held: Callable[[str], Held],
    progress: Callable[[int], None],
) -> Iterator[ChildReturn | Quarantined]:
    """Give what the return says, child by child in the order of header.csv, and in between the rows not taken.

    folder: holds header.csv and episodes.csv. authority: ONS code of who made the return. as_at: the day up to which
    it speaks. id_of: see `IdOf`; the same arguments always give the same id. held: the events that the hub holds of
    the child with this local id. progress: told the rows read so far, every few thousand and at the end.

    Both files are checked as files before this returns; raises ReturnFileError. Memory does not grow with the
    return: rows are sorted by child in a temporary database on disk, which has no name and is gone when this ends.
    """
    headers, episodes = TableFile(folder, HEADER), TableFile(folder, EPISODES)

    def told(header: Header, sound: list[Episode]) -> ChildReturn:
        return child_return(
            header, sound, held(header.child), authority=authority, as_at=as_at, places=places, id_of=id_of
        )

    return _outcomes(headers, episodes, as_at, codes, told, progress)


def _outcomes(
    headers: TableFile,
    episodes: TableFile,
    as_at: date,
    codes: CodeBook,
    told: Callable[[Header, list[Episode]], ChildReturn],
    progress: Callable[[int], None],
) -> Iterator[ChildReturn | Quarantined]:
    with closing(sqlite3.connect("", isolation_level=None)) as rows:
        rows.executescript("""
            BEGIN;
            CREATE TABLE header (child TEXT PRIMARY KEY, line INTEGER, cells TEXT);
            CREATE TABLE episode (child TEXT, line INTEGER, cells TEXT, PRIMARY KEY (child, line)) WITHOUT ROWID;
        """)
        read = yield from _load(rows, "header", headers, lambda row: row.header(codes, as_at), 0, progress)
        read = yield from _load(rows, "episode", episodes, Row.child, read, progress)
        progress(read)
        for line, cells in rows.execute("SELECT line, cells FROM header ORDER BY line"):
            header = headers.row(line, json.loads(cells)).header(codes, as_at)
            sound: list[Episode] = []
            for outcome in _episodes_of(rows, header.child, episodes, codes):
                if isinstance(outcome, Episode):
                    sound.append(outcome)
                else:
                    yield outcome
            if sound:
                yield told(header, sound)
            else:
                yield Quarantined(header.file, header.line, "CHILD", "no-episodes")
        for line, cells in rows.execute(
            "SELECT line, cells FROM episode WHERE child NOT IN (SELECT child FROM header) ORDER BY line"
        ):
            outcome = _episode(episodes, line, cells, codes)
            yield outcome if isinstance(outcome, Quarantined) else Quarantined(outcome.file, line, "CHILD", "no-header")


def _load(
    rows: sqlite3.Connection,
    table: str,
    file: TableFile,
    check: Callable[[Row], object],
    read: int,
    progress: Callable[[int], None],
) -> Generator[Quarantined, None, int]:
    """Store the rows that pass `check`; of two with one key the first. Returns `read` and the rows of this file."""
    for row in file.rows():
        read += 1
        if read % PROGRESS_EVERY == 0:
            progress(read)
        if isinstance(row, Quarantined):
            yield row
            continue
        try:
            check(row)
        except Refused as refused:
            yield refused.fault
            continue
        cells = json.dumps(list(row.cells.values()))
        # `table` is one of the two names above, never a value from outside.
        stored = rows.execute(f"INSERT OR IGNORE INTO {table} VALUES (?, ?, ?)", (row.child(), row.line, cells))  # noqa: S608
        if stored.rowcount == 0:
            yield Quarantined(row.file, row.line, "CHILD", "repeated-child")
    return read


def _episodes_of(
    rows: sqlite3.Connection, child: str, file: TableFile, codes: CodeBook
) -> Iterator[Episode | Quarantined]:
    seen: set[str] = set()
    for line, cells in rows.execute("SELECT line, cells FROM episode WHERE child = ? ORDER BY line", (child,)):
        outcome = _episode(file, line, cells, codes)
        if isinstance(outcome, Episode) and cells in seen:
            yield Quarantined(outcome.file, line, "", "duplicate-row")
        else:
            yield outcome
        seen.add(cells)


def _episode(file: TableFile, line: int, cells: str, codes: CodeBook) -> Episode | Quarantined:
    try:
        return file.row(line, json.loads(cells)).episode(codes)
    except Refused as refused:
        return refused.fault
