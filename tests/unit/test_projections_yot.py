"""What a youth offending team sees of a child in custody: looked after or not, by whom, and what changes on the way."""

from __future__ import annotations

from typing import Any

import pytest

from domain.events import CareStarted, CustodyEntered, Released, ReleaseDateSet, ReleaseDateSetV1, Sentenced
from domain.feed import Masked, Message, Status
from domain.vocabulary import UNKNOWN, Role
from projections.views import rows
from tests.support.messages import DAY, closed, on, opened, picture, told
from tests.support.story import HAMPSHIRE, Story, registered

LOCAL = "yot-hampshire/local-yot"


def custody(*messages: Message) -> list[dict[str, Any]]:
    return [dict(r.body) for r in rows(Role.LOCAL_YOT, picture(*messages)) if r.view == "custody"]


def stay(*messages: Message) -> dict[str, Any]:
    [only] = custody(*messages)
    return only


def opening(looked_after: Status = Status.UNKNOWN, since: int = 10) -> Message:
    return opened(role="local-yot", since=on(since), looked_after=looked_after)


REMANDED = told("c", "custody-entered", on(10), custody_kind="remand")
SENTENCED = told("c", "custody-entered", on(10), custody_kind="sentence")


def test_a_team_that_was_told_of_no_custody_has_no_row() -> None:
    assert custody(opening(), told("a", "care-started", legal_status="C2")) == []


def test_custody_under_a_relationship_that_never_existed_has_no_row() -> None:
    assert custody(opening(), REMANDED, closed(on(10), never=True)) == []


def test_a_release_without_custody_is_passed_over() -> None:
    assert custody(opening(), told("r", "released", on(12)), told("d", "release-date-set", release_on=UNKNOWN)) == []


@pytest.mark.parametrize("status", list(Status))
def test_whether_the_child_was_looked_after_at_entry_is_what_the_opening_said(status: Status) -> None:
    row = stay(opening(status), SENTENCED)

    assert row["custody"]["looked_after_at_entry"] == status.value


def test_remand_makes_a_child_looked_after_who_was_not() -> None:
    row = stay(opening(Status.NO), REMANDED)

    assert row["custody"]["looked_after_at_entry"] == "no"
    assert (row["looked_after"], row["legal_status"]) == ("yes", "J1")


def test_remand_makes_a_child_looked_after_of_whom_nothing_was_known_and_under_what_order_stays_open() -> None:
    remanded = stay(opening(), REMANDED)
    sentenced = stay(opening(), REMANDED, told("s", "sentenced", on(20)))

    assert (remanded["looked_after"], remanded["legal_status"]) == ("yes", None)
    assert (sentenced["looked_after"], sentenced["custody"]["ceased"]) == ("unknown", "unknown")


def test_an_opening_some_days_before_the_entry_still_says_how_the_child_stood() -> None:
    row = stay(opening(Status.NO, since=8), SENTENCED)

    assert row["custody"]["looked_after_at_entry"] == "no"


@pytest.mark.parametrize(
    ("legal_status", "ceased", "looked_after"),
    [
        ("V2", "yes", "no"),
        ("J1", "yes", "no"),
        ("C2", "no", "yes"),
        ("looked-after/care-order", "no", "yes"),
        ("looked-after", "unknown", "unknown"),
        (UNKNOWN, "unknown", "unknown"),
        (Masked("restricted"), "unknown", "unknown"),
    ],
)
def test_on_sentence_only_agreement_and_remand_end(legal_status: Any, ceased: str, looked_after: str) -> None:
    row = stay(
        opening(Status.YES),
        told("a", "care-started", legal_status=legal_status),
        REMANDED,
        told("s", "sentenced", on(20)),
    )

    assert row["custody"]["sentenced_on"] == on(20).isoformat()
    assert (row["custody"]["ceased"], row["looked_after"]) == (ceased, looked_after)


def test_a_sentence_later_on_does_not_change_who_ceased_at_the_first() -> None:
    row = stay(
        opening(Status.YES),
        told("a", "care-started", legal_status="V2"),
        SENTENCED,
        told("s", "sentenced", on(30)),
    )

    assert (row["custody"]["sentenced_on"], row["custody"]["ceased"]) == (on(10).isoformat(), "yes")


@pytest.mark.parametrize(
    ("set_to", "shown"),
    [([UNKNOWN], {"unknown": True}), ([UNKNOWN, on(60)], on(60).isoformat()), ([], None)],
    ids=["unknown", "then known", "not told"],
)
def test_a_release_date_is_a_day_unknown_or_not_told(set_to: list[Any], shown: object) -> None:
    dates = [told(f"d{n}", "release-date-set", on(11 + n), release_on=d) for n, d in enumerate(set_to)]

    assert stay(opening(), REMANDED, *dates)["custody"]["release_on"] == shown


def test_two_reports_of_one_stay_are_one_row() -> None:
    row = stay(
        opening(Status.YES),
        told("c", "custody-entered", on(10), custody_kind="remand", establishment_kind="young-offender-institution"),
        told("d", "custody-entered", on(11), custody_kind="remand", status_before="V2", establishment=UNKNOWN),
        told("r", "released", on(15)),
    )

    assert row["custody"]["item"] == "c"
    assert row["custody"]["establishment_kind"] == "young-offender-institution"
    assert row["custody"]["establishment"] == {"unknown": True}
    assert row["custody"]["status_before"] == "V2"
    assert row["custody"]["released_on"] == on(15).isoformat()


def test_a_child_who_comes_back_has_a_row_for_each_stay() -> None:
    both = custody(
        opening(Status.YES),
        told("a", "care-started", legal_status="C2"),
        REMANDED,
        told("r", "released", on(15)),
        closed(on(15)),
        opening(Status.NO, since=90),
        told("e", "custody-entered", on(90), custody_kind="sentence"),
    )

    assert [row["custody"]["item"] for row in both] == ["c", "e"]
    assert [row["custody"]["looked_after_at_entry"] for row in both] == ["yes", "no"], "care ended in between, untold"


def test_care_told_later_of_the_day_of_entry_is_believed_over_the_opening() -> None:
    row = stay(opening(Status.NO), REMANDED, told("a", "care-started", on(2), legal_status="C1"))

    assert (row["custody"]["looked_after_at_entry"], row["custody"]["legal_status_at_entry"]) == ("yes", "C1")


REMAND = told("m", "remanded", on(10), remand_to="local-authority")


def proceedings(*messages: Message) -> list[dict[str, Any]]:
    return [dict(r.body) for r in rows(Role.LOCAL_YOT, picture(*messages)) if r.view == "proceedings"]


def child(*messages: Message) -> dict[str, Any]:
    [only] = [dict(r.body) for r in rows(Role.HOME_YOT, picture(*messages)) if r.view == "children"]
    return only


def looked_after(*messages: Message) -> tuple[Any, Any]:
    """Now, as a team reads it that was told of a child not looked after until then."""
    row = child(opening(Status.NO), *messages)
    return row["looked_after"], row["legal_status"]


def test_a_team_whose_relationship_ended_has_the_stays_and_no_child() -> None:
    ended = picture(opening(), REMANDED, told("r", "released", on(15)), closed(on(15)))

    assert [r.view for r in rows(Role.HOME_YOT, ended)] == ["custody"]


def test_a_child_on_remand_in_no_establishment_has_a_row_and_somebody_to_ring() -> None:
    on_remand = child(opening(Status.NO), REMAND)
    detained = child(opening(Status.NO), REMAND, told("c", "custody-entered", on(15), custody_kind="remand"))

    assert on_remand["ring"]["contacts"]
    assert (on_remand["in_custody_since"], detained["in_custody_since"]) == (None, on(15).isoformat())
    assert (on_remand["health_needs"], on_remand["ask"]) == (None, None)


def test_a_remand_is_no_stay_in_custody() -> None:
    assert custody(opening(Status.NO), REMAND) == []


def test_a_remand_to_the_authority_makes_a_child_looked_after_until_it_ends() -> None:
    other_end = told("o", "outcome-recorded", on(30), outcome="referral-order")

    assert looked_after() == ("no", None)
    assert looked_after(REMAND) == ("yes", "J1")
    assert looked_after(REMAND, other_end) == ("no", None)


@pytest.mark.parametrize(
    "ends_nothing",
    [
        told("o", "outcome-recorded", on(30), outcome="custodial-sentence"),
        told("o", "outcome-recorded", on(30), outcome=Masked("restricted")),
        told("o", "outcome-recorded", on(30)),
    ],
    ids=["custody", "masked", "not told"],
)
def test_an_outcome_of_custody_or_one_that_was_not_told_ends_no_remand(ends_nothing: Message) -> None:
    assert looked_after(REMAND, ends_nothing) == ("yes", "J1")


def test_who_was_looked_after_before_a_remand_stays_so_after_it() -> None:
    care = told("a", "care-started", on(10), legal_status="V2")
    outcome = told("o", "outcome-recorded", on(30), outcome="fine")

    assert looked_after(care, REMAND) == ("yes", "V2")
    assert looked_after(care, REMAND, outcome) == ("yes", "V2")


def test_care_that_the_authority_recorded_during_a_remand_outlasts_it() -> None:
    care = told("a", "care-started", on(20), legal_status="V2")
    outcome = told("o", "outcome-recorded", on(30), outcome="fine")

    assert looked_after(REMAND, care, outcome) == ("yes", "V2")


def test_an_outcome_does_not_release_from_an_establishment_but_a_release_ends_the_remand() -> None:
    outcome = told("o", "outcome-recorded", on(30), outcome="fine")

    assert looked_after(REMANDED, outcome) == ("yes", "J1")
    assert looked_after(REMANDED, outcome, told("r", "released", on(30))) == ("no", None)


def test_a_remand_that_leads_into_an_establishment_keeps_the_status_that_it_began_with() -> None:
    row = stay(opening(Status.NO), REMAND, told("c", "custody-entered", on(15), custody_kind="remand"))

    assert (row["custody"]["looked_after_at_entry"], row["custody"]["legal_status_at_entry"]) == ("no", None)
    assert (row["looked_after"], row["legal_status"]) == ("yes", "J1")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ([], None),
        ([{}], {"unknown": True}),
        ([{"next_placement_known": UNKNOWN}], {"unknown": True}),
        ([{"next_placement_known": True}], True),
        ([{"next_placement_known": True}, {"next_placement_known": False}], False),
    ],
    ids=["not told", "nobody was asked (version 1)", "unknown", "known", "no longer known"],
)
def test_whether_the_next_placement_is_known(said: list[dict[str, Any]], shown: object) -> None:
    dates = [told(f"d{n}", "release-date-set", on(11 + n), release_on=UNKNOWN, **s) for n, s in enumerate(said)]

    assert stay(opening(), REMANDED, *dates)["custody"]["next_placement_known"] == shown


@pytest.mark.parametrize(
    ("flag", "shown"),
    [
        ({}, None),
        ({"health_needs": UNKNOWN}, {"unknown": True}),
        ({"health_needs": Masked("held elsewhere")}, {"masked": "held elsewhere"}),
        ({"health_needs": False}, False),
    ],
    ids=["not told", "unknown", "masked", "no"],
)
def test_health_needs_are_yes_no_unknown_masked_or_not_told(flag: dict[str, Any], shown: object) -> None:
    row = stay(opening(), REMANDED, told("f", "health-needs-flagged", on(12), ask="Invented-Nurse", **flag))

    assert row["health_needs"] == shown
    assert row["ask"] == "Invented-Nurse"


def test_a_flag_of_the_day_of_entry_is_the_last_word_on_it() -> None:
    entered = told("c", "custody-entered", on(10), custody_kind="remand", health_needs=False)
    flagged = told("f", "health-needs-flagged", on(10), health_needs=True)

    assert stay(opening(), entered, flagged)["health_needs"] is True
    assert stay(opening(), flagged, entered)["health_needs"] is True


def test_arrest_remand_outcome_and_visit_are_rows_in_their_order() -> None:
    found = proceedings(
        opening(),
        told("v", "custody-visit-made", on(30), seen_alone=UNKNOWN, asked_by="child"),
        told("p", "detained-by-police", on(9), station="Invented Station", why=Masked("restricted")),
        REMAND,
        told("o", "outcome-recorded", on(20), outcome="custodial-sentence"),
    )

    assert [row["what"] for row in found] == [
        "detained-by-police",
        "remanded",
        "outcome-recorded",
        "custody-visit-made",
    ]
    police, remand, outcome, visit = found
    assert (police["station"], police["why"], police["left_on"]) == ("Invented Station", {"masked": "restricted"}, None)
    assert (remand["remand_to"], remand["designated_authority"]) == ("local-authority", None)
    assert outcome["justice_outcome"] == "custodial-sentence"
    assert (visit["seen_alone"], visit["visit_asked_by"]) == ({"unknown": True}, "child")


def test_from_the_hub_both_versions_of_a_release_date_are_read() -> None:
    story = Story()
    story.tell(DAY, registered(effective_on=DAY))
    story.tell(on(10), CustodyEntered(effective_on=on(10), custody_kind="sentence"), by="yot-hampshire")
    story.tell(on(12), ReleaseDateSetV1(effective_on=on(12), release_on=on(60)), by="yot-hampshire")
    held = story.picture(LOCAL)
    assert held is not None
    [old] = [r.body["custody"] for r in rows(Role.LOCAL_YOT, held) if r.view == "custody"]
    assert (old["release_on"], old["next_placement_known"]) == (on(60).isoformat(), {"unknown": True})

    newer = ReleaseDateSet(effective_on=on(13), release_on=on(50), next_placement_known=False)
    story.tell(on(13), newer, by="yot-hampshire")
    held = story.picture(LOCAL)
    assert held is not None
    [new] = [r.body["custody"] for r in rows(Role.LOCAL_YOT, held) if r.view == "custody"]

    assert (new["release_on"], new["next_placement_known"]) == (on(50).isoformat(), False)


def test_from_the_hub_a_team_that_reports_custody_learns_who_is_responsible_and_whom_to_ring() -> None:
    story = Story()
    story.tell(DAY, registered(effective_on=DAY))
    story.tell(DAY, CareStarted(effective_on=DAY, legal_status="V2"))
    story.tell(on(10), CustodyEntered(effective_on=on(10), custody_kind="remand"), by="yot-hampshire")
    story.tell(on(12), ReleaseDateSet(effective_on=on(12), release_on=UNKNOWN), by="yot-hampshire")
    story.tell(on(20), Sentenced(effective_on=on(20)), by="yot-hampshire")
    held = story.picture(LOCAL)
    assert held is not None

    [row] = [r.body for r in rows(Role.LOCAL_YOT, held) if r.view == "custody"]

    assert row["identity"]["family_name"] == "Example-Seventeen"
    assert row["ring"]["authority_name"] == "County Durham"
    assert row["ring"]["contacts"]
    assert row["custody"]["legal_status_at_entry"] == "V2"
    assert row["custody"]["release_on"] == {"unknown": True}
    assert (row["custody"]["ceased"], row["looked_after"], row["legal_status"]) == ("yes", "no", None)
    assert HAMPSHIRE not in str(row), "a placement is no part of this view"

    story.tell(on(40), Released(effective_on=on(40)), by="yot-hampshire")
    [out] = [r.body for r in rows(Role.LOCAL_YOT, story.picture(LOCAL) or held) if r.view == "custody"]
    assert out["custody"]["released_on"] == on(40).isoformat()
