"""What of one event one desk may see: absent, masked with a ground, unknown, or a value, never confused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.events import CareEnded, CareStarted, Event, PlacementEnded
from domain.feed import Masked
from domain.history import Fact
from domain.policy import Action, Basis, ClassPolicy, Force, Policy, Row
from domain.redaction import Outcome, Permitted, Standing, explain_hidden, permit
from domain.vocabulary import UNKNOWN, Audience, DataClass, Role
from tests.support.facts import BEGAN, assessed, detained, placed
from tests.support.story import registered, shipped

BEFORE, MOVED = date(2024, 5, 1), date(2024, 6, 10)
HOME = UUID(int=1)
SHIPPED, _ = shipped()


def fact(event: Event, event_id: UUID = HOME, findings: tuple[str, ...] = ()) -> Fact:
    return Fact(event_id, 1, event, event.effective_on, "E06000047", findings, False)


def standing(role: str, policy: Policy = SHIPPED, **details: Any) -> Standing:
    """A desk of this role whose relationship began with the child's care."""
    audience = Audience("E06000046", Role(role))
    decisions = policy.decisions(audience.role, MOVED, {})
    return replace(Standing(audience, BEGAN, decisions, frozenset(), frozenset(), policy), **details)


def with_row(data_class: DataClass, role: Role, row: Row) -> Policy:
    """The shipped policy with another row for one class and role."""
    entry: ClassPolicy = SHIPPED.classes[data_class]
    classes = {**SHIPPED.classes, data_class: replace(entry, rows={**entry.rows, role: (row,)})}
    named = (SHIPPED.name, SHIPPED.title, SHIPPED.note)
    return Policy("another", *named, classes, SHIPPED.notices, SHIPPED.gates, SHIPPED.codes)


def row(action: Action, **details: Any) -> Row:
    return replace(
        Row(action, "a test", Force.HOUSE, date(2011, 4, 1), None, Basis.PUBLIC_TASK, ground="a ground"), **details
    )


def seen(event: Event, role: str, policy: Policy = SHIPPED, **details: Any) -> Permitted:
    found = permit(fact(event), standing(role, policy, **details))
    assert found is not None
    return found


# --- nothing at all


@pytest.mark.parametrize(
    ("event", "role"),
    [
        (detained(MOVED), "host-authority"),
        (detained(MOVED), "local-health"),
        (assessed(MOVED), "virtual-school"),
        (placed(MOVED), "school"),
        (registered(), "auditor"),
        (placed(MOVED, placement_type="A4"), "host-authority"),
        (placed(MOVED, placement_type="A4"), "home-yot"),
    ],
)
def test_of_what_the_policy_hides_a_desk_cannot_tell_that_it_exists(event: Event, role: str) -> None:
    assert permit(fact(event), standing(role)) is None


def test_where_no_row_is_in_force_everything_is_hidden() -> None:
    """Default hide."""
    early = replace(standing("host-authority"), decisions=SHIPPED.decisions(Role.HOST_AUTHORITY, date(2010, 1, 1), {}))

    assert permit(fact(placed(MOVED)), early) is None


def test_a_proposal_is_no_row_in_force() -> None:
    proposal = with_row(DataClass.PLACEMENT, Role.HOST_AUTHORITY, row(Action.SHARE, force=Force.PROPOSAL))

    assert permit(fact(placed(MOVED)), standing("host-authority", proposal)) is None


def test_before_the_relationship_only_what_was_then_in_force_is_in_reach() -> None:
    """Reach: from the effective start of the relationship, with what was then in force."""
    old = placed(BEFORE)

    assert permit(fact(old), standing("host-authority")) is None
    assert permit(fact(old), standing("host-authority", in_force=frozenset({HOME}))) is not None
    assert permit(fact(old), standing("originating-health")) is not None


def test_a_name_stays_in_force_however_long_ago_it_was_recorded() -> None:
    assert permit(fact(registered(effective_on=BEFORE)), standing("host-authority")) is not None


def test_why_nothing_is_told_can_be_shown() -> None:
    ruling = explain_hidden(fact(placed(MOVED, placement_type="A4")), standing("host-authority"))

    assert (ruling.field, ruling.outcome) == ("event", Outcome.HIDDEN)
    assert ruling.decision.data_class is DataClass.ADOPTION
    assert ruling.because == "its placement type hides the whole event"


# --- a tombstone


def test_an_event_that_is_masked_leaves_its_coarse_name_and_a_ground() -> None:
    masking = with_row(DataClass.PLACEMENT, Role.HOST_AUTHORITY, row(Action.MASK))

    found = seen(placed(MOVED), "host-authority", masking)

    assert (found.topic, dict(found.fields)) == ("record", {"record": Masked("a ground")})


@pytest.mark.parametrize("kind", ["K1", "R5", "R2"])
def test_what_would_give_a_guarded_kind_of_home_away_is_masked_with_it(kind: str) -> None:
    """Codes leak: so do the names and addresses beside them."""
    fields = seen(placed(MOVED, placement_type=kind, urn="SC123456"), "host-authority").fields

    assert {fields[f] for f in ("address", "postcode", "home_name", "urn")} == {Masked("protected")}
    assert fields["placement_type"] == "residential"


def test_a_protected_address_is_masked_for_its_own_placement_and_for_what_is_about_it() -> None:
    guarded = frozenset({HOME})

    assert seen(placed(MOVED), "host-authority", protected=guarded).fields["address"] == Masked("protected")
    other = permit(fact(placed(MOVED), UUID(int=2)), standing("host-authority", protected=guarded))
    assert other is not None
    assert other.fields["address"] == "7 Invented Lane"


def test_no_tombstone_stands_where_nothing_would_have_stood() -> None:
    """A tombstone where nothing would have stood would tell that there was something."""
    nothing = {"address": None, "postcode": None, "home_name": None}
    fields = seen(placed(MOVED, placement_type="K1", **nothing), "host-authority").fields
    hidden = seen(placed(MOVED), "virtual-school", protected=frozenset({None})).fields

    assert not {"address", "postcode", "home_name"} & fields.keys()
    assert not {"address", "postcode", "home_name"} & hidden.keys()


# --- the coarse form


@pytest.mark.parametrize(
    ("code", "told"), [("K2", "residential"), ("K1", "residential"), ("S1", "S1"), ("U5", "foster")]
)
def test_a_code_is_shown_exactly_only_to_who_may_know_its_whole_group(code: str, told: str) -> None:
    """What is harmless has to hide what is not."""
    assert seen(placed(MOVED, placement_type=code), "host-authority").fields["placement_type"] == told


def test_an_end_that_tells_of_adoption_ends_like_any_other() -> None:
    ends = [CareEnded(effective_on=MOVED, reason=r) for r in ("E11", "E4A", "E9", "E15")]

    assert {seen(e, "virtual-school").fields["reason"] for e in ends} == {"ended"}
    assert [seen(e, "responsible-authority").fields["reason"] for e in ends] == ["E11", "E4A", "E9", "E15"]


def test_a_class_that_is_coarsened_leaves_the_coarse_code_and_drops_what_has_no_coarse_form() -> None:
    fields = seen(placed(MOVED, placement_type="S1", meant_to_last_until=MOVED), "virtual-school").fields

    assert fields["placement_type"] != "S1"
    assert "meant_to_last_until" not in fields


def test_a_coarsened_postcode_leaves_its_district() -> None:
    coarse = with_row(DataClass.PLACEMENT_ADDRESS, Role.HOST_AUTHORITY, row(Action.COARSEN))

    fields = seen(placed(MOVED), "host-authority", coarse).fields

    assert fields["postcode"] == "PO30"
    assert not {"address", "home_name"} & fields.keys()


# --- the value, or unknown


def test_unknown_is_told_as_unknown() -> None:
    started = CareStarted(effective_on=MOVED, legal_status=UNKNOWN)

    assert seen(started, "host-authority").fields["legal_status"] is UNKNOWN


def test_what_was_not_said_is_absent() -> None:
    assert "provider" not in seen(placed(MOVED), "host-authority").fields


def test_a_class_of_its_own_hides_one_field_of_an_event_that_is_told() -> None:
    started = CareStarted(effective_on=MOVED, legal_status="V2", need="N1", home_postcode="DH1 5UE")

    fields = seen(started, "local-health").fields

    assert "legal_status" in fields
    assert not {"need", "home_postcode"} & fields.keys()


def test_the_reporter_and_findings_are_told_to_the_responsible_authority_alone() -> None:
    found = fact(placed(MOVED), findings=("area-unknown",))

    own, host = permit(found, standing("responsible-authority")), permit(found, standing("host-authority"))

    assert own is not None
    assert host is not None
    assert (own.fields["reporter"], own.fields["findings"]) == ("E06000047", ("area-unknown",))
    assert not {"reporter", "findings"} & host.fields.keys()


@pytest.mark.parametrize("role", list(Role))
def test_every_field_that_is_told_has_a_ruling_that_names_its_class_and_row(role: Role) -> None:
    """Every disclosure has a basis that can be shown."""
    for event in (registered(), placed(MOVED), PlacementEnded(effective_on=MOVED, placement=HOME), detained(MOVED)):
        found = permit(fact(event), standing(role))
        if found is None:
            continue
        ruled = {r.field: r for r in found.rulings}
        named = found.fields.keys() - {"effective_on", "effective_at", "reporter", "findings"}
        assert named <= ruled.keys()
        assert all(ruled[f].decision.row.source for f in named)
