"""Consent is one lawful basis among several: who may give it, what it opens, and what does not ask for it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.events import CareStarted, ConsentWithdrawn, EventRetracted, LegalStatusChanged
from domain.feed import Reason
from domain.forms import Refused
from domain.vocabulary import UNKNOWN
from tests.support.facts import (
    BEGAN,
    HOST,
    ORIGINATING,
    OURS,
    VIRTUAL_SCHOOL,
    agreed,
    assessed,
    feeds,
    in_care,
    placed,
    since,
    withdrawals,
)
from tests.support.story import Story, registered

ASSESSED, ASKED, LATER = date(2024, 6, 6), date(2024, 6, 20), date(2024, 9, 2)
BIRTHDAY = date(2028, 3, 9)  # the sixteenth of the child of these stories
ASSESSMENT = "health-assessment-completed"


def assessed_child(story: Story, legal_status: str = "V2") -> None:
    in_care(story, legal_status)
    story.tell(ASSESSED, assessed(ASSESSED), by="QHM")


# --- no consent, no telling


@pytest.mark.parametrize("state", ["refused", "unobtainable", "unknown", "withdrawn", "expired"])
def test_only_a_consent_given_opens_anything(story: Story, state: str) -> None:
    """Consent has states: given, refused, withdrawn, unobtainable (F 1425), unknown, expired."""
    assessed_child(story)
    others = feeds(story, OURS)

    story.tell(ASKED, agreed(ASKED, state=state))

    assert feeds(story, OURS) == others
    [answer] = story.items(OURS, "consent-recorded")
    assert answer.fields["state"] == state


@pytest.mark.parametrize(
    ("legal_status", "giver"),
    [
        ("E1", "parent"),
        ("D1", "parent"),
        ("E1", "person-with-parental-responsibility"),
        ("V2", "local-authority"),
        ("J1", "local-authority"),
    ],
)
def test_who_may_not_answer_opens_nothing_and_the_authority_is_told_so(
    story: Story, legal_status: str, giver: str
) -> None:
    """Who may give it changes with legal status and age: section 20 leaves parental responsibility with the parent."""
    assessed_child(story, legal_status)

    story.tell(ASKED, agreed(ASKED, giver=giver))

    assert story.items(VIRTUAL_SCHOOL, ASSESSMENT) == []
    [answer] = story.items(OURS, "consent-recorded")
    assert answer.fields["findings"] == ("not-theirs-to-give",)


def test_a_child_under_sixteen_does_not_answer_on_the_ground_of_age(story: Story) -> None:
    """From 16 the young person decides, a competent child earlier (ours)."""
    assessed_child(story)

    story.tell(ASKED, agreed(ASKED, giver="child", ground="age-16-or-over"))

    assert story.items(VIRTUAL_SCHOOL, ASSESSMENT) == []


def test_a_consent_never_opens_what_the_policy_does_not_rest_on_consent(story: Story) -> None:
    """Consent is one lawful basis among: legal duty, public task, vital interests, court order, consent."""
    in_care(story)
    story.tell(ASSESSED, placed(ASSESSED), assessed(ASSESSED, clinical="Invented finding"))
    others = feeds(story, OURS)

    story.tell(ASKED, agreed(ASKED, classes=("health_clinical", "custody"), roles=("host-authority", "virtual-school")))

    assert feeds(story, OURS) == others


def test_a_consent_covers_only_the_roles_it_names(story: Story) -> None:
    """It has a giver, a capacity ground, a scope, a date."""
    assessed_child(story)

    story.tell(ASKED, agreed(ASKED, roles=("home-yot",)))

    assert story.items(VIRTUAL_SCHOOL, ASSESSMENT) == []


def test_a_consent_that_begins_later_opens_nothing_before(story: Story) -> None:
    """It has a date."""
    assessed_child(story)

    story.tell(ASKED, agreed(LATER))
    assert story.items(VIRTUAL_SCHOOL, ASSESSMENT) == []

    story.clock(LATER)
    assert len(story.items(VIRTUAL_SCHOOL, ASSESSMENT)) == 1


def test_a_refusal_that_begins_later_leaves_the_consent_before_it_in_force(story: Story) -> None:
    """A refusal has a date, like a consent."""
    assessed_child(story)
    story.tell(ASKED, agreed(ASKED))

    story.tell(ASKED, agreed(LATER, state="refused"))

    assert len(story.items(VIRTUAL_SCHOOL, ASSESSMENT)) == 1


def test_what_was_never_consented_to_cannot_be_withdrawn(story: Story) -> None:
    assessed_child(story)

    with pytest.raises(Refused, match="consent: names no ConsentRecorded"):
        story.tell(ASKED, ConsentWithdrawn(effective_on=ASKED, consent=story.new_id()))


# --- what a consent opens


@pytest.mark.parametrize(
    ("legal_status", "giver", "ground"),
    [
        ("V2", "parent", "parental-responsibility"),
        ("C2", "parent", "parental-responsibility"),
        ("C2", "local-authority", "care-order"),
        ("E1", "local-authority", "placement-order"),
        ("V2", "child", "competent-child"),
        ("V2", "court", "court-order"),
        ("V2", "special-guardian", "special-guardianship"),
    ],
)
def test_older_assessments_are_told_once_somebody_with_the_right_agrees(
    story: Story, legal_status: str, giver: str, ground: str
) -> None:
    """`told`: an event's permitted fields (also an older event that a later consent opens)."""
    assessed_child(story, legal_status)
    seen = len(story.messages(VIRTUAL_SCHOOL))

    story.tell(ASKED, agreed(ASKED, giver=giver, ground=ground))

    assert since(story, VIRTUAL_SCHOOL, seen) == [f"told {ASSESSMENT}"]
    [item] = story.items(VIRTUAL_SCHOOL, ASSESSMENT)
    assert item.fields["summary"] == "Invented summary"


def test_a_refusal_is_not_forever(story: Story) -> None:
    """A refusal is an event, and not forever (P 1399)."""
    assessed_child(story)
    story.tell(ASKED, agreed(ASKED, state="refused"))

    story.tell(LATER, agreed(LATER))

    assert len(story.items(VIRTUAL_SCHOOL, ASSESSMENT)) == 1


def test_a_parent_may_answer_again_once_the_placement_order_is_revoked(story: Story) -> None:
    """A placement order suspends the care order and revives it when revoked (P 1947)."""
    assessed_child(story, "E1")
    story.tell(ASKED, agreed(ASKED))
    assert story.items(VIRTUAL_SCHOOL, ASSESSMENT) == []

    story.tell(LATER, LegalStatusChanged(effective_on=LATER, legal_status="C2"), agreed(LATER))

    assert len(story.items(VIRTUAL_SCHOOL, ASSESSMENT)) == 1


def test_the_strictest_class_is_told_to_health_while_consent_lasts(story: Story) -> None:
    """Sexual and reproductive health is the strictest class."""
    in_care(story)
    story.tell(ASSESSED, assessed(ASSESSED, sensitive="Invented secret"), by="QHM")
    own = {"giver": "child", "ground": "competent-child"}

    [consent] = story.tell(ASKED, agreed(ASKED, classes=("health_sensitive",), roles=("originating-health",), **own))
    assert story.items(ORIGINATING, ASSESSMENT)[0].fields["sensitive"] == "Invented secret"
    story.tell(LATER, ConsentWithdrawn(effective_on=LATER, consent=consent))

    assert "sensitive" not in story.items(ORIGINATING, ASSESSMENT)[0].fields
    assert story.items(ORIGINATING, ASSESSMENT)[0].fields["summary"] == "Invented summary"


# --- when a consent ends


def test_what_rests_on_a_withdrawn_consent_is_taken_back_and_nothing_of_what_rests_on_duty(story: Story) -> None:
    """A statutory share survives the withdrawal of consent."""
    assessed_child(story)
    story.tell(ASSESSED, placed(ASSESSED))
    [consent] = story.tell(ASKED, agreed(ASKED))
    others = feeds(story, OURS, VIRTUAL_SCHOOL)
    seen = len(story.messages(VIRTUAL_SCHOOL))

    story.tell(LATER, ConsentWithdrawn(effective_on=LATER, consent=consent))

    assert since(story, VIRTUAL_SCHOOL, seen) == ["withdrawn"]
    assert withdrawals(story, VIRTUAL_SCHOOL)[-1].reason is Reason.NO_LONGER_SHARED
    assert story.items(VIRTUAL_SCHOOL, ASSESSMENT) == []
    assert len(story.items(VIRTUAL_SCHOOL, "care-started")) == 1
    assert feeds(story, OURS, VIRTUAL_SCHOOL) == others


def test_a_parents_refusal_does_not_stop_the_notice_to_the_host(story: Story, twin: Story) -> None:
    """Sharing mostly rests on duty, not consent (P 746, 2723, 2843, 2861)."""
    for told in (story, twin):
        in_care(told, "V2")
    everything = {"classes": ("placement", "identity", "notice"), "roles": ("host-authority",)}
    story.tell(BEGAN, agreed(BEGAN, state="refused", **everything), ids=[UUID(int=7)])

    for told in (story, twin):
        told.tell(ASKED, placed(ASKED))

    assert "notice placement-made" in story.kinds(HOST)
    assert story.feed_bytes(HOST) == twin.feed_bytes(HOST)


def test_a_later_refusal_ends_an_earlier_consent(story: Story) -> None:
    """A consent has states; the latest answer decides."""
    assessed_child(story)
    story.tell(ASKED, agreed(ASKED))

    story.tell(LATER, agreed(LATER, state="refused"))

    assert story.items(VIRTUAL_SCHOOL, ASSESSMENT) == []


def test_a_refusal_learnt_late_but_given_before_the_consent_changes_nothing(story: Story) -> None:
    """It has a date: the later answer decides, not the later report."""
    assessed_child(story)
    story.tell(LATER, agreed(LATER))

    story.tell(LATER, agreed(ASKED, state="refused"))

    assert len(story.items(VIRTUAL_SCHOOL, ASSESSMENT)) == 1


def test_a_consent_lapses_by_the_calendar_on_the_day_after_its_last(story: Story) -> None:
    """Consent expires: last day on which it holds."""
    assessed_child(story)
    story.tell(ASKED, agreed(ASKED, until=LATER))

    story.clock(LATER)
    assert len(story.items(VIRTUAL_SCHOOL, ASSESSMENT)) == 1

    story.clock(LATER + timedelta(days=1))
    assert story.items(VIRTUAL_SCHOOL, ASSESSMENT) == []


def test_a_withdrawal_from_a_day_to_come_waits_for_that_day(story: Story) -> None:
    assessed_child(story)
    [consent] = story.tell(ASKED, agreed(ASKED))

    story.tell(ASKED, ConsentWithdrawn(effective_on=LATER, consent=consent))
    assert len(story.items(VIRTUAL_SCHOOL, ASSESSMENT)) == 1

    story.clock(LATER)
    assert story.items(VIRTUAL_SCHOOL, ASSESSMENT) == []


@pytest.mark.parametrize(
    ("giver", "ground", "told_after"),
    [("parent", "parental-responsibility", 0), ("local-authority", "care-order", 0), ("child", "competent-child", 1)],
)
def test_from_the_sixteenth_birthday_only_the_young_persons_own_answer_holds(
    story: Story, giver: str, ground: str, told_after: int
) -> None:
    """From 16 the young person decides, a competent child earlier (ours)."""
    assessed_child(story, "C2")
    story.tell(ASKED, agreed(ASKED, giver=giver, ground=ground))

    story.clock(BIRTHDAY - timedelta(days=1))
    assert len(story.items(VIRTUAL_SCHOOL, ASSESSMENT)) == 1

    story.clock(BIRTHDAY)
    assert len(story.items(VIRTUAL_SCHOOL, ASSESSMENT)) == told_after


def test_at_sixteen_the_young_person_may_answer_for_themselves(story: Story) -> None:
    """From 16 the young person decides (Family Law Reform Act 1969 s8)."""
    assessed_child(story)
    story.clock(BIRTHDAY)

    story.tell(BIRTHDAY, agreed(BIRTHDAY, giver="child", ground="age-16-or-over"))

    assert len(story.items(VIRTUAL_SCHOOL, ASSESSMENT)) == 1


def test_a_withdrawal_recorded_in_error_and_retracted_opens_it_again(story: Story) -> None:
    """Corrections are compensating events."""
    assessed_child(story)
    [consent] = story.tell(ASKED, agreed(ASKED))
    [wrong] = story.tell(LATER, ConsentWithdrawn(effective_on=LATER, consent=consent))

    story.tell(LATER, EventRetracted(effective_on=LATER, retracts=wrong, reason="recorded-in-error"))

    assert len(story.items(VIRTUAL_SCHOOL, ASSESSMENT)) == 1


# --- nobody hears of the answer itself


def test_an_answer_is_seen_by_the_responsible_authority_alone(story: Story) -> None:
    """A refusal tells of what was refused."""
    assessed_child(story)

    story.tell(ASKED, agreed(ASKED))
    story.tell(LATER, agreed(LATER, state="refused", classes=("health_sensitive",)))

    assert [a for a in story.audiences() if story.items(a, "consent-recorded")] == [OURS]


def test_a_child_whose_birth_date_is_unknown_is_not_taken_to_be_sixteen(story: Story) -> None:
    """`unknown` is a value of its own: the parent's answer holds, the child's on the ground of age does not."""
    child = registered(effective_on=BEGAN, born_on=UNKNOWN)
    story.tell(BEGAN, child, CareStarted(effective_on=BEGAN, legal_status="V2"), assessed(BEGAN))

    story.tell(ASKED, agreed(ASKED))
    assert len(story.items(VIRTUAL_SCHOOL, ASSESSMENT)) == 1

    story.tell(LATER, agreed(LATER, giver="child", ground="age-16-or-over"))
    assert story.items(VIRTUAL_SCHOOL, ASSESSMENT) == []
