"""The import against a small reader of its own kind: the two share no code and must count the same."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest

from adapters.code_csv import read_code_book
from adapters.places_csv import read_places
from adapters.ssda903_child import ChildReturn
from adapters.ssda903_faults import Quarantined
from adapters.ssda903_import import read_return
from domain.events import PlacementMade
from tests.support.small_reader import OURS, ROOT, SETS, small_reader, table_of


def id_of(*key: str) -> UUID:
    """An id that depends on its key alone."""
    return uuid5(NAMESPACE_OID, "/".join(key))


def imported(folder: Path, as_at: date) -> list[ChildReturn | Quarantined]:
    """What the import makes of the return."""
    codes = {f.name: f.read_text(encoding="utf-8") for f in (ROOT / "schemas" / "codes").glob("*.csv")}
    return list(
        read_return(
            folder,
            authority="E06000047",
            as_at=as_at,
            places=read_places(ROOT / "schemas" / "register" / "postcode_area.csv"),
            codes=read_code_book(codes),
            id_of=id_of,
            held=lambda _: (),
            progress=lambda _: None,
        )
    )


@pytest.mark.parametrize(("path", "as_at"), SETS)
def test_the_import_and_a_reader_that_shares_no_code_with_it_count_the_same(path, as_at) -> None:
    out = imported(path, as_at)
    children = [one for one in out if isinstance(one, ChildReturn)]
    quarantined = [one for one in out if isinstance(one, Quarantined)]

    counted = small_reader(path, as_at)

    assert Counter(one.rule_code for one in quarantined) == counted.faults
    assert {child.local_id for child in children} == counted.children
    assert counted.placements == Counter(
        (child.local_id, one.event.effective_on, one.event.placement_type, one.event.postcode or "")
        for child in children
        for one in child.intended
        if isinstance(one.event, PlacementMade)
    )
    assert Counter(table_of(row.file) for child in children for row in child.rows) == counted.taken
    assert sum(len(child.rows) for child in children) + len(quarantined) == counted.rows


@pytest.mark.parametrize(("path", "as_at"), SETS)
def test_the_same_return_gives_the_same_events_twice(path, as_at) -> None:
    assert imported(path, as_at) == imported(path, as_at)


def test_no_fault_holds_a_value_of_its_row() -> None:
    values = {
        value
        for file in OURS.glob("*.csv")
        for row in csv.reader(file.read_text(encoding="utf-8").splitlines())
        for value in row
        if len(value) > 4 and not value.replace("_", "").isupper()
    }
    said = " ".join(
        f"{one.file} {one.field} {one.rule_code} {one.rule} {one.source}"
        for one in imported(OURS, date(2026, 3, 31))
        if isinstance(one, Quarantined)
    )

    assert [value for value in values if value in said] == []
