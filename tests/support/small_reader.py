"""A small reader of statutory returns that shares no code with the import: its rules are written out again, from the guide.

And the returns that both read: our own faulty sample, always, and a large invented return that breaks every rule, where
there is one: its folder is named by THROUGHLINE_DIRTY_SET, or lies beside the repository as shared/data/ssda903-dirty.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "tests" / "data" / "ssda903-faulty"
DIRTY = Path(os.environ.get("THROUGHLINE_DIRTY_SET") or ROOT.parent / "shared" / "data" / "ssda903-dirty")
SETS = [
    pytest.param(OURS, date(2026, 3, 31), id="ours"),
    pytest.param(
        DIRTY,
        date(2018, 3, 31),
        id="dirty",
        marks=pytest.mark.skipif(not DIRTY.is_dir(), reason="THE DIRTY RETURN IS NOT HERE: set THROUGHLINE_DIRTY_SET"),
    ),
]

DAY = re.compile(r"\d\d/\d\d/\d{4}")
LISTS = {
    "RNE": "S L P T B U",
    "LS": "C1 C2 D1 E1 J1 J2 J3 L1 L2 L3 V2 V3 V4",
    "CIN": "N1 N2 N3 N4 N5 N6 N7 N8",
    "PLACE": "A3 A4 A5 A6 K1 K2 K3 P1 P2 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 H5 Z1",
    "PLACE_PROVIDER": " PR0 PR1 PR2 PR3 PR4 PR5",
    "REC": " X1 E11 E12 E2 E3 E4A E4B E13 E41 E45 E46 E47 E48 E5 E6 E7 E8 E9 E14 E15 E16 E17",
    "REASON_PLACE_CHANGE": " CARPL CLOSE ALLEG STAND APPRR CREQB CREQO CHILD LAREQ PLACE CUSTOD OTHER",
}
CODES = {field: set(codes.split(" ")) for field, codes in LISTS.items()}


def day(text: str) -> date | None:
    """The date, None if it is none."""
    try:
        return datetime.strptime(text, "%d/%m/%Y").date() if DAY.fullmatch(text) else None  # noqa: DTZ007
    except ValueError:
        return None


def cells(path: Path) -> list[dict[str, str] | None]:
    """Rows by column, None for a line that is none."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line]
    names = lines[0].split(",")
    rows = []
    for line in lines[1:]:
        values = [value.strip() for value in line.split(",")]
        sound = len(values) == len(names) and '"' not in line
        rows.append(dict(zip(names, values, strict=True)) if sound else None)
    return rows


def fault_of(row: dict[str, str]) -> str | None:
    """The first rule that an episode breaks."""
    began, ended = day(row["DECOM"]), day(row["DEC"])
    if not row["CHILD"]:
        return "no-child"
    if began is None or (row["DEC"] and ended is None):
        return "not-a-date"
    if ended and ended < began:
        return "dec-before-decom"
    if any(row[field] not in codes for field, codes in CODES.items()):
        return "unknown-code"
    if row["REC"] not in ("", "X1") and not ended:
        return "rec-without-dec"
    return "dec-without-rec" if ended and not row["REC"] else None


def small_reader(folder: Path, as_at: date):
    """Faults by rule; children; placements as (child, day, type, postcode)."""
    faults: Counter[str] = Counter()
    headers, seen = set(), set()
    for row in cells(folder / "header.csv"):
        if row is None:
            faults["not-a-row"] += 1
        elif not row["CHILD"]:
            faults["no-child"] += 1
        elif " " in row["CHILD"]:
            faults["not-a-child-number"] += 1
        elif day(row["DOB"]) is None:
            faults["not-a-date"] += 1
        elif (day(row["DOB"]) or as_at) > as_at:
            faults["born-after-return"] += 1
        elif row["CHILD"] in headers:
            faults["repeated-child"] += 1
        else:
            headers.add(row["CHILD"])
    by_child: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in cells(folder / "episodes.csv"):
        fault = "not-a-row" if row is None else fault_of(row)
        if row is None or fault:
            faults[fault or ""] += 1
        elif row["CHILD"] not in headers:
            faults["no-header"] += 1
        elif tuple(row.values()) in seen:
            faults["duplicate-row"] += 1
        else:
            seen.add(tuple(row.values()))
            by_child[row["CHILD"]].append(row)
    faults["no-episodes"] = len(headers - by_child.keys())
    return +faults, set(by_child), Counter(made for rows in by_child.values() for made in placements(rows))


def placements(rows: list[dict[str, str]]) -> list[tuple[str, date, str, str]]:
    """Where one child was newly placed."""
    made = []
    usual: tuple[str, ...] | None = None
    temporary: tuple[str, ...] | None = None
    rows = sorted(rows, key=lambda row: day(row["DECOM"]) or date.min)
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        began, place = day(row["DECOM"]), (row["PLACE"], row["PLACE_PROVIDER"], *address(row))
        before = temporary if row["PLACE"] in ("T0", "T1", "T2", "T3", "T4") else usual
        relabelled = (
            before is not None
            and row["RNE"] in ("T", "U")
            and row["PLACE"][0] != "T"
            and before[2:] == place[2:]
            and (before[0][0] == "A") == (place[0][0] == "A")
        )
        if before != place and not relabelled:
            made.append((row["CHILD"], began or date.min, row["PLACE"], place[2]))
        if row["PLACE"][0] == "T":
            temporary = place
        else:
            usual, temporary = place, None
        ended = day(row["DEC"])
        goes_on = after is not None and ended is not None and (day(after["DECOM"]) or date.max) <= ended
        if ended is not None and (row["REC"] != "X1" or not goes_on):
            usual = temporary = None
    return made


def address(row: dict[str, str]) -> tuple[str, str]:
    """Postcode and URN, so far as they say anything."""
    postcode = row["PL_POST"] if re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}", row["PL_POST"]) else ""
    return postcode, row["URN"] if row["URN"].isdigit() else ""
