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
from tests.support.small_reader import OURS, ROOT, SETS, cells, small_reader


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


@pytest.mark.parametrize(("folder", "as_at"), SETS)
def test_the_import_and_a_reader_that_shares_no_code_with_it_count_the_same(folder, as_at) -> None:
    out = imported(folder, as_at)
    children = [one for one in out if isinstance(one, ChildReturn)]
    quarantined = [one for one in out if isinstance(one, Quarantined)]

    faults, names, made = small_reader(folder, as_at)

    assert Counter(one.rule_code for one in quarantined) == faults
    assert {child.local_id for child in children} == names
    assert made == Counter(
        (child.local_id, one.event.effective_on, one.event.placement_type, one.event.postcode or "")
        for child in children
        for one in child.intended
        if isinstance(one.event, PlacementMade)
    )
    rows = sum(len(cells(folder / name)) for name in ("header.csv", "episodes.csv"))
    assert sum(len(child.rows) for child in children) + len(quarantined) == rows


@pytest.mark.parametrize(("folder", "as_at"), SETS)
def test_the_same_return_gives_the_same_events_twice(folder, as_at) -> None:
    assert imported(folder, as_at) == imported(folder, as_at)


def test_no_fault_holds_a_value_of_its_row() -> None:
    values = {
        value
        for name in ("header.csv", "episodes.csv")
        for row in csv.reader((OURS / name).read_text(encoding="utf-8").splitlines())
        for value in row
        if len(value) > 4 and not value.isupper()
    }
    said = " ".join(
        f"{one.file} {one.field} {one.rule_code} {one.rule} {one.source}"
        for one in imported(OURS, date(2026, 3, 31))
        if isinstance(one, Quarantined)
    )

    assert [value for value in values if value in said] == []
