"""The rooms of a responsible authority: who was told, who acknowledged, what was not told and why, what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from domain.vocabulary import Audience, Role
from gateway.demo import AUTHORITY, LOCAL_ID
from gateway.hub import Hub
from gateway.rooms import Rooms
from gateway.settings import Settings

OURS = Audience(AUTHORITY, Role.RESPONSIBLE_AUTHORITY)
HOST, SCHOOL, TEAM = "E10000014/host-authority", "E06000047/virtual-school", "yot-hampshire/local-yot"


@pytest.fixture
def hub(hub_folder: Path) -> Iterator[Hub]:
    with Hub(Settings(hub_folder)) as opened:
        yield opened


@pytest.fixture
def rooms(hub: Hub) -> Rooms:
    return Rooms(hub, OURS)


@pytest.fixture
def child(hub: Hub) -> UUID:
    return hub.stream_of(AUTHORITY, LOCAL_ID)


def test_what_is_hidden_from_the_authority_is_not_betrayed_by_what_others_were_not_told(
    rooms: Rooms, child: UUID
) -> None:
    withheld = [w for w in rooms.not_told(child) if w.what == "health-assessment-completed"]

    assert withheld, "others were not told all of the assessment"
    assert not any("sensitive" in w.fields or "strictest" in w.ground for w in withheld)


def test_another_authority_sees_nothing_of_this_child(hub: Hub) -> None:
    rooms = Rooms(hub, Audience("E10000014", Role.RESPONSIBLE_AUTHORITY))

    assert (rooms.children(), rooms.tray()) == ([], [])


def test_an_authority_that_turns_out_never_to_have_been_responsible_sees_nothing_of_what_others_were_told(
    hub: Hub, rooms: Rooms, child: UUID
) -> None:
    registered = next(e for e in hub.records.events(child) if e.event.TYPE.name == "child-registered")
    retraction = {
        "type": "event-retracted",
        "child": {"authority": AUTHORITY, "local_id": LOCAL_ID},
        "effective_on": "2026-07-01",
        "retracts": str(registered.event_id),
        "reason": "wrong-child",
    }
    assert rooms.told(child)
    assert rooms.not_told(child)

    hub.recording.submit(retraction, AUTHORITY, {})
    hub.disclose()

    assert (rooms.told(child), rooms.not_told(child)) == ([], [])


def test_who_was_told_of_the_placement_and_who_acknowledged(rooms: Rooms, child: UUID) -> None:
    told = {
        t.audience: t for t in rooms.told(child) if t.what == "placement-made" and t.effective_on == date(2026, 4, 27)
    }

    assert told[HOST].acknowledged_on == date(2026, 4, 30)
    assert told["QRL/local-health"].acknowledged_on is None
    assert (told[HOST].notice, told[SCHOOL].notice) == (True, False)
    assert told[HOST].state == "held in part"
    assert str(OURS) not in told


def test_what_was_told_on_a_consent_and_taken_back_with_it(rooms: Rooms, child: UUID) -> None:
    [summary] = [t for t in rooms.told(child) if (t.audience, t.what) == (SCHOOL, "health-assessment-completed")]

    assert (summary.told_on, summary.state) == (date(2026, 5, 13), "taken back")


def test_every_withholding_has_a_ground_and_a_source(rooms: Rooms, child: UUID) -> None:
    withheld = rooms.not_told(child)

    assert {w.audience for w in withheld} >= {HOST, SCHOOL, "QRL/local-health", "yot-durham/home-yot"}
    assert all(w.ground and w.source for w in withheld)
    assert ("address", "postcode", "home_name", "urn") in {w.fields for w in withheld if w.audience == HOST}


def test_what_happened_after_a_relationship_is_no_withholding(rooms: Rooms, child: UUID) -> None:
    over = {HOST: date(2026, 6, 20), SCHOOL: date(2026, 7, 2), TEAM: date(2026, 8, 25)}  # moved; sentenced; released
    withheld = rooms.not_told(child)

    for desk, day in over.items():
        assert [w for w in withheld if w.audience == desk and w.effective_on >= day] == []
    before = {w.what for w in withheld if w.audience == SCHOOL and w.effective_on >= date(2026, 6, 18)}
    assert {"custody-entered", "health-needs-flagged"} <= before, "her remand did not end the virtual school's part"


def test_a_late_fact_of_the_time_of_an_ended_relationship_is_a_withholding(hub: Hub, rooms: Rooms, child: UUID) -> None:
    released = {
        "type": "released",
        "child": {"authority": AUTHORITY, "nhs_number": "9990009996"},
        "effective_on": "2026-07-01",
    }
    before = rooms.not_told(child)

    hub.recording.submit(released, "yot-hampshire", {})
    hub.disclose()

    [late] = [w for w in rooms.not_told(child) if w not in before and w.audience == TEAM]
    assert (late.what, late.effective_on, late.fields) == ("released", date(2026, 7, 1), ())
    assert late.ground == "its relationship had ended"


def test_an_unmatched_report_waits_with_its_name_and_without_what_it_says(rooms: Rooms) -> None:
    [waiting] = rooms.tray()

    assert (waiting.reporter, waiting.what) == ("yot-hampshire", "custody-entered")
    assert (waiting.family_name, waiting.born_on) == ("Example-Stranger", date(2009, 12, 1))
    assert waiting.ref is None
