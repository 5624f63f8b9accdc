"""An invented county's returns, imported, tell the history that the lives had: in turn, in any form, and only once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from adapters import synth_health, synth_justice, synth_words
from adapters.places_csv import read_places
from adapters.synth_county import YEAR_END, County
from adapters.synth_files import write_county
from adapters.synth_lives import Life, life
from adapters.synth_return import TABLES, episodes, header, rows
from domain.events import ContextChanged, Event, EventCorrected, EventRetracted
from gateway.hub import Hub
from gateway.importing import Totals, import_return
from gateway.lines import record_lines
from gateway.settings import Settings
from tests.support.county import returns
from tests.support.hubs import Clock
from tests.support.life_story import Told, as_lived, as_told

COUNTY, CHILDREN, SEED = County(), 300, 11
SUBMITTED_AS = {
    "authority": COUNTY.authority,
    "health": synth_health.BODY,
    "yot": synth_justice.TEAM,
    "police": synth_justice.FORCE,
    "school": synth_words.SCHOOL[0],
    "home": synth_words.HOME[0],
}
OF_THE_RECORD = (ContextChanged, EventCorrected, EventRetracted)
OF_THE_COURSE = frozenset(
    {
        *("care-started", "care-ended", "legal-status-changed", "review-held", "went-missing", "found"),
        *("placement-made", "placement-ended", "placement-relabelled"),
    }
)


def imported(hub: Hub, folder: Path) -> list[Totals]:
    """Every year's return, the earliest first."""
    places = read_places(folder / "places.csv")
    return [
        import_return(hub, path, COUNTY.authority, as_at, places, lambda _rows: None)
        for path, as_at in returns(folder, COUNTY)
    ]


def held(hub: Hub, number: int) -> dict[UUID, Event]:
    """What the hub holds of one child, as it stands, without the record's own doings."""
    record = hub.records.get(hub.stream_of(COUNTY.authority, f"{900_000 + number}"))
    assert record is not None
    facts = record.history.standing_facts()
    return {fact.id: fact.event for fact in facts if not isinstance(fact.event, OF_THE_RECORD)}


def at_once(table: str) -> Iterator[tuple[str, ...]]:
    """The rows of one table of a return that holds all years."""
    for number in range(1, CHILDREN + 1):
        child = life(number, SEED, COUNTY)
        if table == "header":
            yield header(child, YEAR_END)
        elif table == "episodes":
            yield from episodes(child, COUNTY.first_day, YEAR_END)
        else:
            yield from dict.fromkeys(row for end in COUNTY.year_ends for row in closed(child, table, end))


def closed(child: Life, table: str, year_end: date) -> list[tuple[str, ...]]:
    """The rows of a year, but for absences that a later year ends."""
    found = rows(child, SEED, year_end).get(table, [])
    return found if table != "missing" else [row for row in found if row[-1] or year_end == YEAR_END]


def course(events: dict[UUID, Event]) -> list[Told]:
    """Care, homes, reviews and absences, as they are told."""
    return [told for told in as_told(events) if told[0] in OF_THE_COURSE]


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


def test_all_years_in_one_return_tell_the_same_course(hub, folder, tmp_path) -> None:
    (tmp_path / "return").mkdir()
    for table in ("header", "episodes", "reviews", "missing"):
        with (tmp_path / "return" / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([TABLES[table], *at_once(table)])

    with Hub(Settings(tmp_path / "hub"), clock=Clock()) as other:
        places = read_places(folder / "places.csv")
        import_return(other, tmp_path / "return", COUNTY.authority, YEAR_END, places, lambda _rows: None)

        for number in range(1, CHILDREN + 1):
            assert course(held(other, number)) == course(held(hub, number)) != []


def test_every_report_is_received_and_nothing_of_the_return_is_said_twice(hub, folder) -> None:
    for name, agency in SUBMITTED_AS.items():
        with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
            outcomes = list(record_lines(hub, lines, agency, {}))

        assert outcomes
        assert [str(outcome) for outcome in outcomes if outcome.received is None] == []
    for number in range(1, CHILDREN + 1):
        facts = [(e.TYPE.name, e.effective_on) for e in held(hub, number).values() if e.TYPE.name in OF_THE_COURSE]
        assert len(facts) == len(set(facts))
