"""Which consents are in force for a role on a day, and who may give one."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.consent import in_force, may_give, next_dates, sixteenth_birthday
from domain.events import CareStarted, ConsentWithdrawn, DetailsCorrected, Event
from domain.history import History
from domain.vocabulary import UNKNOWN, DataClass, Role, Unknown
from tests.support.facts import BEGAN, agreed
from tests.support.story import Story, registered

ASKED, LATER = date(2024, 6, 20), date(2024, 9, 2)
BIRTHDAY = date(2028, 3, 9)
CONSENT = UUID(int=0xC0)


def history(*events: Event, status: str = "V2", born_on: date | Unknown = date(2012, 3, 9)) -> History:
    """A child looked after under this status; what follows is learnt on the day of asking, under the ids C0, C1 …"""
    story = Story()
    story.tell(BEGAN, registered(born_on=born_on), CareStarted(effective_on=BEGAN, legal_status=status))
    for n, event in enumerate(events):
        story.tell(ASKED, event, ids=[UUID(int=CONSENT.int + n)])
    assert story.record is not None
    return story.record.history


def told(past: History, day: date, role: Role = Role.VIRTUAL_SCHOOL) -> dict[DataClass, UUID]:
    return in_force(past, role, day)


# --- not in force


def test_nobody_asked_is_no_consent() -> None:
    assert told(history(), LATER) == {}


@pytest.mark.parametrize("state", ["refused", "unobtainable", "unknown", "withdrawn", "expired"])
def test_only_a_consent_given_is_in_force(state: str) -> None:
    assert told(history(agreed(ASKED, state=state)), LATER) == {}


def test_a_consent_to_one_role_is_none_to_another() -> None:
    assert told(history(agreed(ASKED)), LATER, Role.HOME_YOT) == {}


def test_a_consent_is_not_in_force_before_its_day() -> None:
    past = history(agreed(LATER))

    assert told(past, LATER - timedelta(days=1)) == {}
    assert told(past, LATER) == {DataClass.HEALTH_SUMMARY: CONSENT}


def test_a_consent_that_lapsed_leaves_no_older_one_behind_it() -> None:
    """The person was asked again in between."""
    past = history(agreed(ASKED), agreed(ASKED + timedelta(days=1), until=LATER))

    assert told(past, LATER + timedelta(days=1)) == {}


def test_a_withdrawal_ends_only_the_consent_it_names() -> None:
    withdrawn = ConsentWithdrawn(effective_on=LATER, consent=CONSENT)
    sensitive = agreed(ASKED, classes=("health_sensitive",), roles=("local-health",))

    past = history(agreed(ASKED), sensitive, withdrawn)

    assert told(past, LATER) == {}
    assert list(told(past, LATER, Role.LOCAL_HEALTH)) == [DataClass.HEALTH_SENSITIVE]


@pytest.mark.parametrize(
    ("status", "giver"),
    [("E1", "parent"), ("D1", "parent"), ("V2", "local-authority"), ("L1", "local-authority")],
)
def test_who_holds_no_parental_responsibility_to_share_may_not_give_it(status: str, giver: str) -> None:
    """CA 1989 s33; a placement order suspends the care order (P 1947)."""
    assert not may_give(history(status=status), agreed(ASKED, giver=giver), LATER)


@pytest.mark.parametrize("giver", ["parent", "person-with-parental-responsibility", "local-authority"])
def test_for_a_young_person_of_sixteen_nobody_else_answers(giver: str) -> None:
    past = history(status="C2")
    consent = agreed(ASKED, giver=giver)

    assert may_give(past, consent, BIRTHDAY - timedelta(days=1))
    assert not may_give(past, consent, BIRTHDAY)


def test_age_is_no_ground_before_sixteen_even_if_the_birthday_has_come_since() -> None:
    too_young = agreed(BIRTHDAY - timedelta(days=1), giver="child", ground="age-16-or-over")

    assert not may_give(history(), too_young, BIRTHDAY)


# --- in force


def test_the_latest_answer_decides_class_by_class() -> None:
    both = agreed(ASKED, classes=("health_summary", "health_sensitive"))
    one = agreed(LATER, state="refused", classes=("health_sensitive",))

    assert told(history(both, one), LATER) == {DataClass.HEALTH_SUMMARY: CONSENT}


def test_a_consent_holds_on_its_last_day() -> None:
    past = history(agreed(ASKED, until=LATER))

    assert told(past, LATER) == {DataClass.HEALTH_SUMMARY: CONSENT}
    assert told(past, LATER + timedelta(days=1)) == {}


@pytest.mark.parametrize(
    ("status", "giver"),
    [
        ("V2", "parent"),
        ("C2", "parent"),
        ("C1", "local-authority"),
        ("E1", "local-authority"),
        ("V2", "court"),
        ("V2", "special-guardian"),
    ],
)
def test_who_holds_parental_responsibility_may_give_it(status: str, giver: str) -> None:
    assert may_give(history(status=status), agreed(ASKED, giver=giver), LATER)


def test_a_competent_child_may_give_it_at_any_age() -> None:
    assert may_give(history(), agreed(ASKED, giver="child", ground="competent-child"), LATER)


# --- the calendar


@pytest.mark.parametrize(
    ("born", "sixteen"),
    [(date(2012, 3, 9), BIRTHDAY), (date(2008, 2, 29), date(2024, 2, 29)), (UNKNOWN, None)],
)
def test_the_sixteenth_birthday(born: date | Unknown, sixteen: date | None) -> None:
    assert sixteenth_birthday(history(born_on=born)) == sixteen


def test_a_corrected_birth_date_moves_the_birthday() -> None:
    corrected = DetailsCorrected(effective_on=LATER, born_on=date(2011, 3, 9))

    assert sixteenth_birthday(history(corrected)) == date(2027, 3, 9)


def test_a_correction_of_the_name_alone_leaves_the_birthday_alone() -> None:
    assert sixteenth_birthday(history(DetailsCorrected(effective_on=LATER, family_name="Example-Eighteen"))) == BIRTHDAY


def test_the_days_to_come_are_lapses_withdrawals_beginnings_and_the_birthday() -> None:
    begins, withdrawn_on = date(2024, 10, 1), date(2024, 11, 1)
    withdrawal = ConsentWithdrawn(effective_on=withdrawn_on, consent=CONSENT)

    past = history(agreed(ASKED, until=LATER), agreed(begins), withdrawal)

    assert next_dates(past, ASKED) == {LATER + timedelta(days=1), begins, withdrawn_on, BIRTHDAY}


def test_without_any_consent_no_day_matters() -> None:
    assert next_dates(history(), ASKED) == set()
