"""A statutory return imported through a whole hub: every row is accounted for, and the second time nothing is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adapters.eventsourcing_store import Conflict
from adapters.places_csv import Places, read_places
from adapters.sql_quarantine import SetAside
from adapters.ssda903_faults import RULES, ReturnFileError
from adapters.synth_county import County
from adapters.synth_files import write_county
from domain.child_record import ChildRecord, Desk
from domain.events import PlacementMade
from domain.forms import Problem, Refused
from domain.recorded import Recorded
from domain.situation import TEMPORARY
from domain.submission import Intended
from domain.vocabulary import UNKNOWN
from gateway.hub import Hub
from gateway.importing import Totals, import_return
from gateway.settings import Settings
from tests.support.returns import AS_AT, DURHAM, ONE, PLACES, write
from tests.support.small_reader import OURS, ROOT, SETS, small_reader

DISTRICTS = read_places(ROOT / "schemas" / "register" / "postcode_area.csv")
SOUND = "900001,01/05/2024,S,C2,N1,U6,PR1,,,,ZZ1 1AA,ZZ1 2AB,9900001"
TWO = "900002,M,01/02/2012,WBRI,UN1,,"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with Hub(Settings(tmp_path / "data"), clock=lambda: datetime(2026, 6, 1, 9, tzinfo=UTC)) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test writes its return."""
    made = tmp_path / "return"
    made.mkdir()
    return made


def imported(hub: Hub, path: Path, places: Places = PLACES, as_at: date = AS_AT) -> Totals:
    return import_return(hub, path, DURHAM, as_at, places, progress=lambda _rows: None)


def source(as_at: date = AS_AT) -> str:
    return f"{DURHAM} {as_at.isoformat()}"


def entries(hub: Hub) -> list[Recorded]:
    """Everything the hub holds."""
    return [e for _, e in hub.records.notifications(0, 1_000_000) if isinstance(e, Recorded)]


def by_rule(rows: Sequence[SetAside], *, whole_row: bool) -> Counter[str]:
    return Counter(row.rule for row in rows if row.whole_row is whole_row)


def moved_on(hub: Hub, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Somebody else records first, so many times."""
    append: Callable[..., None] = hub.records.append
    left = iter(range(times))

    def conflicting(entries: Sequence[Recorded]) -> None:
        if next(left, None) is not None:
            raise Conflict("somebody else was first")
        append(entries)

    monkeypatch.setattr(hub.records, "append", conflicting)


# --- refused, and set aside


def test_a_folder_that_is_no_return_leaves_what_the_import_before_it_set_aside(hub: Hub, tmp_path: Path) -> None:
    imported(hub, OURS)
    before = hub.quarantine.rows(source())
    assert before

    with pytest.raises(ReturnFileError):
        imported(hub, tmp_path)

    assert hub.quarantine.rows(source()) == before


def test_an_authority_that_the_register_does_not_know_is_an_unknown_area_and_no_reason_to_refuse_the_child(
    hub: Hub, folder: Path
) -> None:
    write(folder, [ONE], [SOUND])
    welsh = Places({}, {"ZZ1": frozenset({"W06000023"})})

    first, second = imported(hub, folder, welsh), imported(hub, folder, welsh)

    child = hub.records.get(hub.stream_of(DURHAM, "900001"))
    assert child is not None
    [made] = [f.event for f in child.history.standing_facts() if isinstance(f.event, PlacementMade)]
    assert (made.area_authority, made.postcode) == (UNKNOWN, "ZZ1 2AB")
    assert (first.recorded, first.quarantined.total(), first.fields) == (2, 0, {"area-not-known": 1})
    assert (second.unchanged, second.recorded, second.events) == (2, 0, 0)
    [aside] = hub.quarantine.rows(source())
    assert (aside.file, aside.line, aside.field, aside.rule) == ("episodes.csv", 2, "PL_POST", "area-not-known")
    assert (aside.meaning, aside.law) == RULES["area-not-known"]
    assert not aside.whole_row


def test_a_child_that_is_refused_is_accounted_for_row_by_row_and_the_next_is_taken(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, [ONE, TWO], [SOUND, SOUND.replace("900001", "900002")])
    decide, refused = ChildRecord.decide, hub.stream_of(DURHAM, "900001")

    def stricter(record: ChildRecord, intended: Sequence[Intended], desk: Desk) -> list[Recorded]:
        if record.id == refused:
            raise Refused(Problem("urgency", "an invented rule", "an invented law"))
        return decide(record, intended, desk)

    monkeypatch.setattr(ChildRecord, "decide", stricter)

    totals = imported(hub, folder)

    assert (totals.rows, totals.recorded, totals.unchanged, totals.children) == (4, 2, 0, 1)
    assert totals.quarantined == {"refused": 2}
    assert [e.originator_id for e in entries(hub)].count(refused) == 0
    assert [e.originator_id for e in entries(hub)].count(hub.stream_of(DURHAM, "900002")) == totals.events
    assert hub.quarantine.rows(source()) == [
        SetAside("episodes.csv", 2, "urgency", "refused", "an invented rule", "an invented law", True),
        SetAside("header.csv", 2, "urgency", "refused", "an invented rule", "an invented law", True),
    ]


def test_a_return_of_an_agency_that_is_no_authority_registers_nobody(hub: Hub, folder: Path) -> None:
    write(folder, [ONE], [SOUND])

    totals = import_return(hub, folder, "QHM", AS_AT, PLACES, progress=lambda _rows: None)

    assert (totals.rows, totals.quarantined, totals.events, totals.children) == (2, {"refused": 2}, 0, 0)
    assert hub.records.last_position() == 0


# --- accounted for


@pytest.mark.parametrize(("path", "as_at"), SETS)
def test_every_row_is_recorded_or_stored_with_its_rule_and_the_second_time_nothing_is_new(
    hub: Hub, path: Path, as_at: date
) -> None:
    counted = small_reader(path, as_at)
    faults, names = counted.faults, counted.children

    first = imported(hub, path, DISTRICTS, as_at)
    kept = hub.quarantine.rows(source(as_at))
    position = hub.records.last_position()
    second = imported(hub, path, DISTRICTS, as_at)

    for totals in (first, second):
        assert totals.rows == totals.files.total() == counted.rows
        assert totals.rows == totals.recorded + totals.unchanged + totals.quarantined.total()
        assert totals.quarantined == faults
        assert totals.children == len(names)
    assert {hub.stream_of(DURHAM, name) for name in names} == {e.originator_id for e in entries(hub)}
    assert (first.recorded > 0, second.recorded, second.events) == (True, 0, 0)
    assert first.fields == second.fields
    assert hub.records.last_position() == position
    assert by_rule(kept, whole_row=True) == faults
    assert by_rule(kept, whole_row=False) == first.fields
    assert len({(row.file, row.line) for row in kept if row.whole_row}) == faults.total()
    assert hub.quarantine.rows(source(as_at)) == kept


@pytest.mark.parametrize("times", [1, 4])
def test_a_batch_that_met_another_recorder_is_taken_again_and_nothing_is_counted_twice(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    with Hub(Settings(tmp_path / "undisturbed"), clock=hub.clock) as undisturbed:
        expected = imported(undisturbed, OURS)
        kept = undisturbed.quarantine.rows(source())
    moved_on(hub, monkeypatch, times)

    assert imported(hub, OURS) == expected
    assert hub.quarantine.rows(source()) == kept
    assert hub.records.last_position() == expected.events


def test_what_somebody_else_recorded_meanwhile_is_neither_lost_nor_recorded_again(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, [ONE], [SOUND])
    append = hub.records.append
    meanwhile = iter([True])

    def slower(entries: Sequence[Recorded]) -> None:
        if next(meanwhile, False):
            append(entries)  # the same return, imported by another process a moment before
            raise Conflict("somebody else was first")
        append(entries)

    monkeypatch.setattr(hub.records, "append", slower)

    totals = imported(hub, folder)

    assert (totals.rows, totals.recorded, totals.unchanged, totals.events) == (2, 0, 2, 0)


def test_an_import_that_never_gets_through_says_so(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    moved_on(hub, monkeypatch, 1_000)

    with pytest.raises(Conflict, match="import it again"):
        imported(hub, OURS)

    assert hub.records.last_position() == 0


# --- findings


def test_a_return_that_obeys_the_rules_has_no_placement_that_overlaps_or_is_not_current(
    hub: Hub, tmp_path: Path
) -> None:
    county = tmp_path / "county"
    write_county(county, children=150, seed=1, county=County())

    totals = imported(hub, county / str(AS_AT.year), read_places(county / "places.csv"))

    told = entries(hub)
    assert totals.quarantined.total() == 0
    assert any(e.event.placement_type in TEMPORARY for e in told if isinstance(e.event, PlacementMade))
    assert {code for e in told for code in e.findings}.isdisjoint({"overlaps", "not-current"})
