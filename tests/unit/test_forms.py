"""Form checks look at the submission alone and refuse by field, rule and source."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.events import (
    ConsentRecorded,
    CustodyEntered,
    DetailsCorrected,
    Event,
    EventCorrected,
    HealthAssessmentCompleted,
    NoticeAcknowledged,
    PlacementMade,
    ReleaseDateSet,
    ThirdPartyText,
)
from domain.forms import Refused, Rulebook, check, latest_version, nhs_number_is_valid, read_event
from domain.vocabulary import UNKNOWN
from tests.support.facts import agreed, detained, placed
from tests.support.story import shipped

ON = date(2024, 6, 10)
POLICY, REGISTER = shipped()
RULES = Rulebook(POLICY.codes, REGISTER, ON)
PLACEMENT: dict[str, Any] = {
    "effective_on": "2024-06-10",
    "urgency": "planned",
    "placement_type": "K2",
    "area_authority": "E06000046",
}


def problems(data: dict[str, Any], cls: type[Event] = PlacementMade) -> dict[str, str]:
    """The fields that reading this data as an event complains of, with the rule of each."""
    with pytest.raises(Refused) as refused:
        read_event(cls.TYPE, data)
    return {p.field: p.rule for p in refused.value.problems}


# --- reading plain data: refused


def test_a_missing_field_is_named_and_unknown_offered() -> None:
    rest = {k: v for k, v in PLACEMENT.items() if k != "area_authority"}

    assert problems(rest) == {"area_authority": "is required; say unknown where it is not known"}


def test_a_required_field_that_is_null_is_missing() -> None:
    assert set(problems({**PLACEMENT, "urgency": None})) == {"urgency"}


def test_a_field_the_event_does_not_have_is_named() -> None:
    assert problems({**PLACEMENT, "door": "7"}) == {"door": "placement-made has no such field"}


def test_every_problem_is_named_at_once() -> None:
    assert set(problems({"effective_on": "10/06/2024", "placement_type": 7})) >= {
        "effective_on",
        "placement_type",
        "urgency",
        "area_authority",
    }


@pytest.mark.parametrize("given", ["10/06/2024", "2024-13-01", "", 20240610, True])
def test_a_date_is_written_year_month_day(given: object) -> None:
    assert "YYYY-MM-DD" in problems({**PLACEMENT, "effective_on": given})["effective_on"]


@pytest.mark.parametrize("given", ["2024-06-10T09:00:00", "nine o'clock"])
def test_a_moment_says_its_offset(given: str) -> None:
    assert "offset" in problems({**PLACEMENT, "effective_at": given})["effective_at"]


def test_unknown_is_taken_only_where_it_is_an_answer() -> None:
    assert set(problems({**PLACEMENT, "urgency": {"unknown": True}})) == {"urgency"}


@pytest.mark.parametrize("given", ["", "   ", 7, ["a"], {"unknown": False}])
def test_words_are_words(given: object) -> None:
    assert set(problems({**PLACEMENT, "home_name": given})) == {"home_name"}


@pytest.mark.parametrize("given", ["yes", 1, "true"])
def test_a_flag_is_true_or_false(given: object) -> None:
    data = {"effective_on": "2024-06-10", "custody_kind": "remand", "health_needs": given}

    assert set(problems(data, CustodyEntered)) == {"health_needs"}


def test_a_reference_that_is_none_names_nothing() -> None:
    data = {"effective_on": "2024-06-10", "notice": "not an id", "audience": "E06000046/host-authority"}

    assert problems(data, NoticeAcknowledged) == {"notice": "must name an event that was recorded"}


@pytest.mark.parametrize("field", ["classes", "roles"])
def test_a_consent_without_its_scope_is_refused_and_not_read_as_everything(field: str) -> None:
    data = {
        "effective_on": "2024-06-10",
        "state": "given",
        "giver": "parent",
        "ground": "parental-responsibility",
        "classes": ["health_summary"],
        "roles": ["virtual-school"],
    }

    assert set(problems({k: v for k, v in data.items() if k != field}, ConsentRecorded)) == {field}


def test_the_problems_of_an_event_within_an_event_are_named() -> None:
    inner = {**PLACEMENT, "type": "placement-made", "effective_on": "yesterday"}
    data = {"effective_on": "2024-06-10", "corrects": str(UUID(int=1)), "replacement": inner}

    assert set(problems(data, EventCorrected)) == {"effective_on"}


def test_an_event_type_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refused, match="type: no such event type"):
        latest_version("placement-dreamt-of")


# --- reading plain data: taken


def test_unknown_is_a_value_of_its_own() -> None:
    data = {"effective_on": "2024-06-10", "release_on": {"unknown": True}}

    assert read_event(ReleaseDateSet.TYPE, data) == ReleaseDateSet(effective_on=ON, release_on=UNKNOWN)


def test_words_lose_the_space_around_them_and_moments_become_utc() -> None:
    data = {**PLACEMENT, "home_name": " Invented House ", "effective_at": "2024-06-10T10:00:00+01:00"}

    event = read_event(PlacementMade.TYPE, data)

    assert isinstance(event, PlacementMade)
    assert event.home_name == "Invented House"
    assert event.effective_at == datetime(2024, 6, 10, 9, tzinfo=UTC)


def test_what_was_said_about_somebody_else_says_whom() -> None:
    data = {
        "effective_on": "2024-06-10",
        "assessment_kind": "initial",
        "third_party": {"party": "mother", "text": "Invented words"},
    }

    event = read_event(HealthAssessmentCompleted.TYPE, data)

    assert isinstance(event, HealthAssessmentCompleted)
    assert event.third_party == ThirdPartyText("mother", "Invented words")


def test_a_plain_name_means_the_latest_version_and_a_topic_that_one() -> None:
    assert latest_version("placement-made") is PlacementMade.TYPE
    assert latest_version("placement-made.v1") is PlacementMade.TYPE


# --- checks


@pytest.mark.parametrize("number", ["9434765918", "943476591", "94347659190", "943 476 5919", "abcdefghij", ""])
def test_not_an_nhs_number(number: str) -> None:
    """Ten digits, modulus 11."""
    assert not nhs_number_is_valid(number)


def test_a_number_whose_check_digit_would_be_ten_is_never_an_nhs_number() -> None:
    assert [d for d in range(10) if nhs_number_is_valid(f"000000006{d}")] == []


@pytest.mark.parametrize("number", ["9434765919", "9434765870"])
def test_an_nhs_number(number: str) -> None:
    assert nhs_number_is_valid(number)


def test_a_moment_belongs_to_its_day() -> None:
    event = placed(ON, effective_at=datetime(2024, 6, 20, tzinfo=UTC))

    assert [str(p) for p in check(event, RULES)] == ["effective_at: is not on the day of effective_on (ours)"]


@pytest.mark.parametrize(
    ("classes", "roles", "field"),
    [
        ((), ("virtual-school",), "classes"),
        (("gossip",), ("virtual-school",), "classes"),
        (("education",), ("aunt",), "roles"),
    ],
)
def test_a_consent_names_classes_and_roles_of_the_policy(
    classes: tuple[str, ...], roles: tuple[str, ...], field: str
) -> None:
    assert [p.field for p in check(agreed(ON, classes=classes, roles=roles), RULES)] == [field]


def test_an_audience_is_an_agency_in_a_role() -> None:
    event = NoticeAcknowledged(effective_on=ON, notice=UUID(int=1), audience="E06000046")

    [problem] = check(event, RULES)
    assert problem.field == "audience"


def test_details_corrected_that_correct_nothing_are_refused() -> None:
    [problem] = check(DetailsCorrected(effective_on=ON), RULES)

    assert "at least one of" in problem.rule


def test_the_event_within_a_correction_is_checked_as_well() -> None:
    correction = EventCorrected(effective_on=ON, corrects=UUID(int=1), replacement=detained(ON, "for ever"))

    assert [p.field for p in check(correction, RULES)] == ["custody_kind"]


@pytest.mark.parametrize("urn", ["SC123456", "1234567", "XXXXXXX"])
def test_the_forms_of_an_ofsted_number(urn: str) -> None:
    assert check(placed(ON, urn=urn), RULES) == []


@pytest.mark.parametrize("postcode", ["PO30 1AA", "PO30", "W1A 1AA", "M1 1AE"])
def test_the_forms_of_a_postcode(postcode: str) -> None:
    assert check(placed(ON, postcode=postcode), RULES) == []


def test_what_is_unknown_or_left_out_breaks_no_rule() -> None:
    nothing = {"address": None, "postcode": UNKNOWN, "home_name": None, "placement_type": UNKNOWN}

    assert check(placed(ON, UNKNOWN, **nothing), RULES) == []


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31"])
def test_a_day_that_cannot_be_is_refused_before_it_can_stop_the_hub(day: str) -> None:
    event = read_event(latest_version("care-ended"), {"effective_on": day, "reason": "E4A"})
    assert [p.field for p in check(event, RULES)] == ["effective_on"]


def test_digits_of_another_script_are_no_number() -> None:
    assert not nhs_number_is_valid("٩٩٩٠٠٠٠٠١٨")


def test_text_that_cannot_be_written_down_is_refused() -> None:
    event = read_event(
        latest_version("sentenced"), {"effective_on": "2026-05-04", "establishment": "half \ud83d of a pair"}
    )
    assert [p.field for p in check(event, RULES)] == ["establishment"]
