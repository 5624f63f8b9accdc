"""What a youth offending team sees of a child in custody: looked after or not, by whom, and what changes on the way."""

from __future__ import annotations

from typing import Any

import pytest

from domain.events import CareStarted, CustodyEntered, Released, ReleaseDateSet, Sentenced
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
