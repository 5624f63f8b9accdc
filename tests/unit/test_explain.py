"""Why a desk was told what it was told, and why not the rest; and what the ledger keeps of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.events import AddressProtected, EventRetracted, PlacementRelabelled
from domain.explain import explain
from domain.redaction import Outcome
from domain.vocabulary import Audience
from tests.support.facts import HOST, LOCAL, OURS, VIRTUAL_SCHOOL, agreed, assessed, detained, in_care, placed
from tests.support.story import GATESHEAD, WIGHT, Story

MOVED, LATER = date(2024, 6, 10), date(2024, 7, 1)


def reasons(story: Story, event_id: UUID, desk: str) -> dict[str, tuple[Outcome, str, str]]:
    """Of each field: what became of it, its basis, and its ground."""
    why = explain(story.disclosure, event_id, Audience.parse(desk))
    return {f.field: (f.outcome, f.basis, f.ground) for f in why.fields}


def summary(story: Story, event_id: UUID, desk: str) -> str:
    return explain(story.disclosure, event_id, Audience.parse(desk)).summary


# --- not told


def test_an_event_this_record_does_not_have_is_an_error(story: Story) -> None:
    in_care(story)

    with pytest.raises(KeyError):
        explain(story.disclosure, UUID(int=1), Audience.parse(OURS))


def test_a_desk_without_a_relationship_is_told_nothing_for_that_reason(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))

    why = explain(story.disclosure, home, Audience.parse(f"{GATESHEAD}/host-authority"))

    assert (why.told, why.fields) == (False, ())
    assert why.summary == "Not told: it has no relationship to this child."


def test_a_class_the_role_may_not_see_names_its_ground_and_source(story: Story) -> None:
    """Every withholding has a ground that can be shown to whoever may see it."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))
    [entry] = story.tell(LATER, detained(LATER), by="yot-durham")

    why = explain(story.disclosure, entry, Audience.parse(HOST))

    assert why.summary == "Not told: not needed for the purpose."
    [ruling] = why.fields
    assert (ruling.data_class, ruling.source) == ("custody", "UK GDPR Art 5(1)(c)")


def test_a_missing_consent_is_named_as_what_is_missing(story: Story) -> None:
    in_care(story)
    [assessment] = story.tell(MOVED, assessed(MOVED), by="QHM")

    assert summary(story, assessment, VIRTUAL_SCHOOL) == "Not told: no consent in force."


def test_what_is_about_an_event_that_a_desk_may_not_see_is_not_seen(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT, placement_type="A4"))
    [label] = story.tell(LATER, PlacementRelabelled(effective_on=LATER, placement=home, placement_type="U6"))

    assert summary(story, label, VIRTUAL_SCHOOL) == "Not told: it is about an event that this desk may not see."


def test_a_code_that_hides_its_whole_event_is_named(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT, placement_type="A4"))

    assert summary(story, home, VIRTUAL_SCHOOL) == "Not told: its placement type hides the whole event."


def test_what_was_retracted_was_taken_back(story: Story) -> None:
    in_care(story)
    [assessment] = story.tell(MOVED, assessed(MOVED), by="QHM")
    story.tell(LATER, EventRetracted(effective_on=LATER, retracts=assessment, reason="wrong-child"))

    assert summary(story, assessment, OURS) == "Taken back, or never told: the event was retracted."


# --- told


def test_every_field_told_names_its_basis_and_the_force_of_its_source(story: Story) -> None:
    """Replays history: who knew what, when, on what ground."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))

    why = explain(story.disclosure, home, Audience.parse(HOST))

    assert why.told
    address = next(f for f in why.fields if f.field == "address")
    assert (address.basis, address.force, address.data_class) == ("legal_duty", "duty", "placement_address")
    assert "reg 13(4)" in address.source


def test_a_field_held_back_names_the_gate_that_held_it(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(LATER, AddressProtected(effective_on=LATER, placement=home, ground="other"))

    assert reasons(story, home, HOST)["address"] == (Outcome.MASKED, "", "protected")
    withheld = explain(story.disclosure, home, Audience.parse(HOST)).withheld
    assert {"address", "postcode", "home_name"} <= {f.field for f in withheld}


def test_what_rests_on_consent_names_the_consent(story: Story) -> None:
    """Traceability of decisions with their justification (F 2228)."""
    in_care(story)
    [assessment] = story.tell(MOVED, assessed(MOVED), by="QHM")
    [consent] = story.tell(LATER, agreed(LATER))

    why = explain(story.disclosure, assessment, Audience.parse(VIRTUAL_SCHOOL))

    assert why.told
    assert {(f.basis, f.consent) for f in why.fields if f.data_class == "health_summary"} == {("consent", consent)}


def test_what_was_told_under_a_relationship_that_ended_is_explained_by_it(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(LATER, placed(LATER, GATESHEAD))

    why = explain(story.disclosure, home, Audience.parse(HOST))

    assert (why.told, why.ended, why.relationship) == (True, True, None)


def test_every_desk_is_explained_for_every_event_and_agrees_with_what_it_holds(story: Story) -> None:
    """The responsible authority sees who was told what, what was not told and why."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT), assessed(MOVED))
    story.tell(LATER, placed(LATER, GATESHEAD), detained(LATER))

    explained = [
        explain(story.disclosure, i, a) for i in story.disclosure.history.facts for a in sorted(story.disclosure.desks)
    ]

    assert len(explained) == len(story.entries) * len(story.audiences())
    assert all(why.summary for why in explained)
    for audience in story.audiences():
        told = [why for why in explained if str(why.audience) == audience and why.told]
        assert len(told) == len(story.held(audience)), audience


# --- the ledger


def test_every_item_told_carries_the_rulings_and_documents_that_decided(story: Story) -> None:
    """Ledger rulings name class and basis."""
    in_care(story)

    story.tell(MOVED, placed(MOVED, WIGHT))

    notices = [d for d in story.sent if d.message.kind == "notice" and str(d.audience) in (HOST, LOCAL)]
    assert len(notices) == 2
    for notice in notices:
        assert notice.event_id is not None
        assert story.entries[notice.context - 1].event.TYPE.name == "context-changed"
        by_field = {r.field: r for r in notice.rulings}
        assert by_field["address"].decision.data_class == "placement_address"
        assert by_field["address"].decision.row.basis == "legal_duty"


def test_the_ledger_names_the_consent_under_which_an_item_was_told(story: Story) -> None:
    in_care(story)
    story.tell(MOVED, assessed(MOVED), by="QHM")

    [consent] = story.tell(LATER, agreed(LATER))

    [told] = [d for d in story.sent if d.message.kind == "told" and str(d.audience) == VIRTUAL_SCHOOL][-1:]
    assert {r.decision.consent for r in told.rulings if r.field == "summary"} == {consent}
