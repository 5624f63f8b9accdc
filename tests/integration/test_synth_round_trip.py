"""An invented county's returns, imported, tell the history that the lives had: in turn, in any form, and only once."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from adapters.places_csv import read_places
from adapters.synth_county import County
from adapters.synth_files import write_county
from adapters.synth_lives import life
from domain.events import ContextChanged, Event
from gateway.hub import Hub
from gateway.importing import Totals, import_return
from gateway.settings import Settings
from tests.support.county import returns
from tests.support.hubs import Clock
from tests.support.life_story import as_lived, as_told

COUNTY, CHILDREN, SEED = County(), 300, 11


def imported(hub: Hub, folder: Path) -> list[Totals]:
    """Every year's return, the earliest first."""
    places = read_places(folder / "places.csv")
    return [
        import_return(hub, path, COUNTY.authority, as_at, places, lambda _rows: None)
        for path, as_at in returns(folder, COUNTY)
    ]


def held(hub: Hub, number: int) -> dict[UUID, Event]:
    """What the hub holds of one child, as it stands."""
    record = hub.records.get(hub.stream_of(COUNTY.authority, f"{900_000 + number}"))
    assert record is not None
    facts = record.history.standing_facts()
    return {fact.id: fact.event for fact in facts if not isinstance(fact.event, ContextChanged)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A county's files."""
    made: Path = tmp_path_factory.mktemp("county")
    write_county(made, children=CHILDREN, seed=SEED, county=COUNTY)
    return made


@pytest.fixture(scope="module")
def hub(folder, tmp_path_factory):
    """A hub into which the years were imported in turn."""
    with Hub(Settings(tmp_path_factory.mktemp("hub")), clock=Clock()) as made:
        for totals in imported(made, folder):
            assert totals.quarantined.total() == 0
            assert totals.fields.total() == 0
        yield made


def test_years_imported_in_turn_tell_each_life_as_it_was(hub) -> None:
    for number in range(1, CHILDREN + 1):
        assert as_told(held(hub, number)) == as_lived(life(number, SEED, COUNTY), SEED)


def test_the_same_years_again_record_nothing(hub, folder) -> None:
    before = hub.records.last_position()

    again = imported(hub, folder)

    assert [totals.recorded for totals in again] == [0] * COUNTY.years
    assert hub.records.last_position() == before


def test_xml_tells_the_same(hub, tmp_path) -> None:
    write_county(tmp_path, children=CHILDREN, seed=SEED, county=COUNTY, form="xml")

    again = imported(hub, tmp_path)

    assert sum(totals.rows for totals in again) > 5 * CHILDREN
    assert [totals.recorded for totals in again] == [0] * COUNTY.years
