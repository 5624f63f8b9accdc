"""A small reader of statutory returns that shares no code with the import: its rules are written out again, from the guide.

And the returns that both read: our own faulty sample, always, and a large invented return that breaks every rule, where
there is one: its folder is named by THROUGHLINE_DIRTY_SET, or lies beside the repository as shared/data/ssda903-dirty.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "tests" / "data" / "ssda903-faulty"
DIRTY = Path(os.environ.get("THROUGHLINE_DIRTY_SET") or ROOT.parent / "shared" / "data" / "ssda903-dirty")
OURS_XML = OURS.with_suffix(".xml")
DIRTY_XML = DIRTY.with_suffix(".xml")
NOT_HERE = pytest.mark.skipif(not DIRTY.is_dir(), reason="THE DIRTY RETURN IS NOT HERE: set THROUGHLINE_DIRTY_SET")
SETS = [
    pytest.param(OURS, date(2026, 3, 31), id="ours"),
    pytest.param(OURS_XML, date(2026, 3, 31), id="ours-xml"),
    pytest.param(DIRTY, date(2018, 3, 31), id="dirty", marks=NOT_HERE),
    pytest.param(DIRTY_XML, date(2018, 3, 31), id="dirty-xml", marks=NOT_HERE),
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
    if began is None or (row["DEC"] and ended is None):
        return "not-a-date"
    if ended and ended < began:
        return "dec-before-decom"
    if any(row[field] not in codes for field, codes in CODES.items()):
        return "unknown-code"
    if row["REC"] not in ("", "X1") and not ended:
        return "rec-without-dec"
    return "dec-without-rec" if ended and not row["REC"] else None


NEEDS = {  # of the other tables: code field and its codes, first day, last day, all where a row must have them
    "reviews": (None, "REVIEW", None),
    "uasc": (None, None, None),
    "oc2": (None, None, None),
    "oc3": (("IN_TOUCH", "YES NO DIED REFU NREQ RHOM"), None, None),
    "missing": (("MISSING", "M A"), "MIS_START", "MIS_END"),
    "previous_permanence": (("PREV_PERM", "P1 P2 P3 P4 Z1"), None, None),
    "ad1": (None, "DATE_MATCH", None),
    "placed_for_adoption": (None, "DATE_PLACED", "DATE_PLACED_CEASED"),
    "sw_episodes": (None, "SW_DECOM", "SW_DEC"),
}
ONCE = {
    "reviews": ("REVIEW",),
    "uasc": (),
    "oc2": (),
    "oc3": (),
    "previous_permanence": (),
    "ad1": ("DATE_MATCH",),
    "placed_for_adoption": ("DATE_PLACED",),
}
FLAGS = (
    *("CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT"),
    *("SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"),
)


def other_fault(table: str, row: dict[str, str], born: date | None) -> str | None:
    """The first rule that a row of another table breaks. born: by the header, if there is one."""
    code, first, last = NEEDS[table]
    if row["DOB"] and day(row["DOB"]) is None:
        return "not-a-date"
    if row["DOB"] and born and day(row["DOB"]) != born:
        return "other-birth-date"
    if code and row[code[0]] not in code[1].split():
        return "unknown-code"
    began, ended = (day(row[field]) if field else None for field in (first, last))
    if (first and began is None) or (last and row[last] and ended is None):
        return "not-a-date"
    if began and ended and ended < began:
        return "end-before-start"
    if table != "oc2" or any(row[flag] in ("0", "1") for flag in FLAGS):
        return None
    scored = row["SDQ_SCORE"].isdigit() and int(row["SDQ_SCORE"]) <= 40
    return None if scored or row["SDQ_REASON"] in ("SDQ1", "SDQ2", "SDQ3", "SDQ4", "SDQ5") else "says-nothing"


ALSO = {"prevperm": "previous_permanence", "placedadoption": "placed_for_adoption"}
GROUPS = {
    "EPISODE": "episodes",
    "AREVIEW": "reviews",
    "AMISSING": "missing",
    "OC2": "oc2",
    "PERMANENCE": "previous_permanence",
    "AD_PLACED": "placed_for_adoption",
    "SWEPISODE": "sw_episodes",
}
COLUMNS = {
    "header": "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB",
    "episodes": "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST URN",
    "reviews": "CHILD DOB REVIEW REVIEW_CODE",
    "uasc": "CHILD SEX DOB DUC",
    "oc2": f"CHILD DOB SDQ_SCORE SDQ_REASON {' '.join(FLAGS)}",
    "oc3": "CHILD DOB IN_TOUCH ACTIV ACCOM",
    "missing": "CHILD DOB MISSING MIS_START MIS_END",
    "previous_permanence": "CHILD DOB PREV_PERM LA_PERM DATE_PERM",
    "ad1": "CHILD DOB DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR",
    "placed_for_adoption": "CHILD DOB DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED",
    "sw_episodes": "CHILD DOB SW_ID SW_DECOM SW_DEC SW_REASON",
}

Rows = dict[str, list[dict[str, str] | None]]


def tables(path: Path) -> Rows:
    """The rows of every table, of a folder or of an XML file."""
    if path.is_dir():
        found = {file.stem.lower(): cells(file) for file in sorted(path.glob("*.csv"))}
        return {ALSO.get(name, name): rows for name, rows in found.items() if ALSO.get(name, name) in COLUMNS}
    rows: Rows = defaultdict(list)
    for child in ElementTree.parse(path).getroot():  # noqa: S314  our own test data
        header = child.find("HEADER")
        own = [(leaf.tag, leaf.text) for leaf in header if leaf.tag not in GROUPS] if header is not None else []
        for table in ("header", "uasc", "oc3", "ad1"):
            row = from_elements(table, own, [])
            says = row is None or any(row[c] for c in row if c not in ("CHILD", "SEX", "DOB"))
            there = {tag for tag, _ in own} & (set(COLUMNS[table].split()) - {"CHILD", "SEX", "DOB"})
            if table == "header" or (there and says) or (table == "uasc" and ("UASC", "1") in own):
                rows[table].append(row)
        for group in child.iter():
            if group.tag in GROUPS and any((leaf.text or "").strip() for leaf in group):
                rows[GROUPS[group.tag]].append(
                    from_elements(GROUPS[group.tag], own, [(leaf.tag, leaf.text) for leaf in group])
                )
    return rows


def table_of(file: str) -> str:
    """The table of a file as the import names it: a CSV file, or an XML file and a table of it."""
    name = file.removesuffix(".csv").rpartition(" ")[2].lower()
    return {"swepisodes": "sw_episodes", **ALSO}.get(name, name)


def from_elements(table: str, own: list[tuple[str, str | None]], group: list[tuple[str, str | None]]):
    """A row of a table from the child's own elements and those of one group; None where something is said twice."""
    names = {"CHILD": "CHILDID", "PLACE": "PL"}
    row = {}
    for column in COLUMNS[table].split():
        texts = [text or "" for tag, text in (group or own) if tag == names.get(column, column)]
        if not texts and column in ("CHILD", "DOB", "SEX"):
            texts = [text or "" for tag, text in own if tag == names.get(column, column)]
        if len(texts) > 1:
            return None
        row[column] = texts[0].strip() if texts else ""
    return row


@dataclass(frozen=True)
class Counted:
    """What a return comes to. placements: child, day, type, postcode. taken: rows by table. rows: all of them."""

    faults: Counter[str]
    children: set[str]
    placements: Counter[tuple[str, date, str, str]]
    taken: Counter[str]
    rows: int


def small_reader(path: Path, as_at: date) -> Counted:
    """Count what a hub that holds nothing yet takes of a return."""
    faults: Counter[str] = Counter()
    found = tables(path)
    born: dict[str, date | None] = {}
    for row in found["header"]:
        if row is None:
            faults["not-a-row"] += 1
        elif fault := child_fault(row) or header_fault(row, as_at, born):
            faults[fault] += 1
        else:
            born[row["CHILD"]] = day(row["DOB"])
    by_child: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    seen = set()
    for table, rows in found.items():
        for row in rows if table != "header" else ():
            fault = "not-a-row" if row is None else child_fault(row)
            if row is not None and fault is None:
                known = born.get(row["CHILD"])
                fault = fault_of(row) if table == "episodes" else other_fault(table, row, known)
                once = (table, row["CHILD"], *(row[field] for field in ONCE.get(table, ())))
                if fault is None and row["CHILD"] not in born:
                    fault = "no-header"
                elif fault is None and (table, *row.values()) in seen:
                    fault = "duplicate-row"
                elif fault is None and table in ONCE and once in seen:
                    fault = "says-otherwise"
                elif fault is None:
                    seen |= {(table, *row.values()), once}
                    by_child[row["CHILD"]].append((table, row))
            if fault is not None:
                faults[fault] += 1
    here = {child for child, rows in by_child.items() if {"episodes", "oc3"} & {table for table, _ in rows}}
    faults["no-episodes"] = len(born.keys() - here) + sum(len(by_child[child]) for child in born.keys() - here)
    taken = Counter(table for child in here for table, _ in by_child[child]) + Counter({"header": len(here)})
    made = (placements([row for table, row in by_child[child] if table == "episodes"]) for child in here)
    total = sum(len(rows) for rows in found.values())
    return Counted(+faults, here, Counter(one for child in made for one in child), taken, total)


def child_fault(row: dict[str, str]) -> str | None:
    """What is wrong with the number of the child."""
    if not row["CHILD"]:
        return "no-child"
    return "not-a-child-number" if " " in row["CHILD"] else None


def header_fault(row: dict[str, str], as_at: date, headers: Container[str]) -> str | None:
    """The first rule that a header breaks, after those about the child's number."""
    born_on = day(row["DOB"])
    if born_on is None:
        return "not-a-date"
    if born_on > as_at:
        return "born-after-return"
    return "repeated-child" if row["CHILD"] in headers else None


def placements(rows: list[dict[str, str]]) -> list[tuple[str, date, str, str]]:
    """Where one child was newly placed."""
    made = []
    usual: tuple[str, ...] | None = None
    temporary: tuple[str, ...] | None = None
    rows = sorted(rows, key=lambda row: day(row["DECOM"]) or date.min)
    before_row = None
    for row, after in zip(rows, [*rows, None][1:], strict=True):
        if row["RNE"] == "S" and before_row and not before_row["DEC"]:  # care must have ended meanwhile
            usual = temporary = None
        before_row = row
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
