"""One record, three authority roles and two health roles, held by agencies that are renamed, merged and divided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from domain.events import ContextChanged, LegalStatusChanged
from domain.forms import Refused
from domain.policy import Policy, Row
from domain.recorded import Recorded
from domain.vocabulary import DataClass, Role
from tests.support.facts import (
    BEGAN,
    HOST,
    LOCAL,
    ORIGINATING,
    OURS,
    VIRTUAL_SCHOOL,
    YOT,
    closed,
    detained,
    feeds,
    in_care,
    opened,
    placed,
    since,
    with_role,
)
from tests.support.story import DURHAM, GATESHEAD, WIGHT, Story, registered, shipped

MOVED, LATER = date(2024, 6, 10), date(2024, 7, 1)
MERGER = date(2026, 4, 1)  # 42 integrated care boards became 36
SOUTHEND, BRACKNELL = "E06000033", "E06000036"
OLD_YORKSHIRE, YORKSHIRE, VESTED = "E10000023", "E06000065", date(2023, 4, 1)


# --- who never stands in a role


def test_before_a_child_is_looked_after_nobody_but_its_authority_stands_anywhere(story: Story) -> None:
    """Being looked after is itself confidential; so is not being."""
    story.tell(BEGAN, registered())

    assert story.audiences() == [OURS]


def test_no_place_changes_who_the_virtual_school_head_is(story: Story) -> None:
    """Virtual school scope follows the responsible authority, not geography (W 4.32 box)."""
    in_care(story)

    story.tell(MOVED, placed(MOVED, WIGHT))
    story.tell(LATER, placed(LATER, GATESHEAD))

    assert with_role(story, "virtual-school") == [VIRTUAL_SCHOOL]
    assert "closed" not in story.kinds(VIRTUAL_SCHOOL)


def test_an_old_code_of_the_childs_own_authority_is_not_out_of_area(story: Story) -> None:
    """Out of area is derived from dated boundaries, never stored as a flag (P 862)."""
    in_care(story, on=date(2023, 5, 2), by=YORKSHIRE)

    story.tell(date(2023, 5, 9), placed(date(2023, 5, 9), OLD_YORKSHIRE), by=YORKSHIRE)

    assert with_role(story, "host-authority") == []


def test_another_authority_does_not_report_on_the_child_of_this_one(story: Story) -> None:
    in_care(story)

    with pytest.raises(Refused, match="type: placement-made is reported by responsible"):
        story.tell(MOVED, placed(MOVED, WIGHT), by=WIGHT)


# --- roles side by side


def test_one_record_knows_who_is_responsible_who_hosts_who_pays_and_where_the_child_lives(story: Story) -> None:
    """Three authority roles and two health roles: never one "authority" field (W 3.66, 3.74, L1757)."""
    in_care(story)

    story.tell(MOVED, placed(MOVED, WIGHT))

    assert story.audiences() == sorted([OURS, VIRTUAL_SCHOOL, HOST, ORIGINATING, LOCAL])
    assert opened(story, ORIGINATING).ground == "responsible for health before placement"
    assert opened(story, LOCAL).ground == "lives in your area"


def test_one_health_body_in_two_roles_has_two_desks(story: Story) -> None:
    """Health, in two places at once: the originating body and the local one."""
    in_care(story)

    story.tell(MOVED, placed(MOVED, GATESHEAD))

    [child] = {m.child for m in story.messages(ORIGINATING)}
    [same] = {m.child for m in story.messages("QHM/local-health")}
    assert child != same


# --- successors


def test_a_merger_of_health_bodies_moves_the_relationship_on_its_day_with_no_form(story: Story) -> None:
    """Organisations are renamed and merged all the time; agencies are dated data with successors, never code."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, SOUTHEND))
    held, entries = story.held("QH8/local-health"), len(story.entries)

    assert story.clock(MERGER)

    assert closed(story, "QH8/local-health").ended_on == MERGER
    assert not closed(story, "QH8/local-health").never
    assert story.held("QH8/local-health") == held
    assert opened(story, "D7T5G/local-health").since == MOVED
    assert len(story.items("D7T5G/local-health", "placement-made")) == 1
    assert [type(e.event) for e in story.entries[entries:]] == [ContextChanged]


def test_a_merger_asks_nobody_to_acknowledge_an_old_placement_again(story: Story) -> None:
    """Over-notifying also hurts (F 3203)."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, SOUTHEND))
    host = story.feed_bytes(f"{SOUTHEND}/host-authority")

    story.clock(MERGER)

    assert "notice placement-made" not in story.kinds("D7T5G/local-health")
    assert story.feed_bytes(f"{SOUTHEND}/host-authority") == host


def test_a_health_body_that_was_divided_is_followed_by_the_one_that_serves_the_place(story: Story) -> None:
    """Health bodies have split: resolve by place; else name the candidates and say unknown."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, BRACKNELL))
    assert "QNQ/local-health" in story.audiences()

    story.clock(MERGER)

    assert opened(story, "S0E4D/local-health").since == MOVED


def test_the_payer_is_carried_through_successions(story: Story) -> None:
    """Originating: fixed at first placement and carried through successions."""
    in_care(story, on=LATER, by=SOUTHEND)
    assert with_role(story, "originating-health") == ["QH8/originating-health"]

    story.clock(MERGER)

    assert story.kinds("QH8/originating-health")[-1] == "closed"
    assert opened(story, "D7T5G/originating-health").since == LATER


def test_the_successor_of_the_responsible_authority_takes_the_record_over_and_reports(story: Story) -> None:
    """Agencies are dated data with successors: counties become unitary authorities."""
    on = date(2023, 3, 1)
    in_care(story, on=on, by=OLD_YORKSHIRE)

    story.clock(VESTED)

    assert closed(story, f"{OLD_YORKSHIRE}/responsible-authority").ended_on == VESTED
    took = story.held(f"{YORKSHIRE}/responsible-authority")
    assert len(took) >= len(story.held(f"{OLD_YORKSHIRE}/responsible-authority"))
    assert opened(story, f"{YORKSHIRE}/virtual-school").since == on
    story.tell(VESTED, LegalStatusChanged(effective_on=VESTED, legal_status="C1"), by=YORKSHIRE)
    with pytest.raises(Refused):
        story.tell(VESTED, LegalStatusChanged(effective_on=VESTED, legal_status="C2"), by=WIGHT)


def test_a_host_that_was_reorganised_is_followed_by_its_successor(story: Story) -> None:
    in_care(story, on=date(2023, 3, 1))
    story.tell(date(2023, 3, 8), placed(date(2023, 3, 8), OLD_YORKSHIRE))

    story.clock(VESTED)

    assert closed(story, f"{OLD_YORKSHIRE}/host-authority").ended_on == VESTED
    assert len(story.items(f"{YORKSHIRE}/host-authority", "placement-made")) == 1


# --- rules have a force and dates


def test_a_proposal_opens_nothing(story: Story) -> None:
    """Rules have a force (duty, guidance, proposal) and dates: a 2007 proposal is no breach in 2007."""
    policy, _ = shipped()
    [proposal] = [r for r in policy.classes[DataClass.CUSTODY].rows[Role.RESPONSIBLE_AUTHORITY] if r.ends is not None]
    proposed = with_row(policy, DataClass.CUSTODY, Role.HOME_YOT, proposal)
    in_care(story)
    story.tell(MOVED, detained(MOVED), by="yot-durham")
    assert len(story.items(YOT, "custody-entered")) == 1

    adopt(story, proposed, LATER)

    assert story.items(YOT, "custody-entered") == []


def test_a_new_policy_takes_back_what_it_no_longer_shares_and_touches_no_other_desk(story: Story) -> None:
    """What did this consumer see then, under the policy and consent then; what would they see under today's?"""
    policy, _ = shipped()
    hidden = policy.row(DataClass.PLACEMENT_ADDRESS, Role.VIRTUAL_SCHOOL, BEGAN)
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))
    others, seen = feeds(story, OURS, HOST), len(story.messages(HOST))

    adopt(story, with_row(policy, DataClass.PLACEMENT_ADDRESS, Role.HOST_AUTHORITY, hidden), LATER)

    assert since(story, HOST, seen) == ["withdrawn", "notice placement-made"]
    assert not {"address", "postcode"} & story.items(HOST, "placement-made")[0].fields.keys()
    assert feeds(story, OURS, HOST) == others


def with_row(policy: Policy, data_class: DataClass, role: Role, row: Row) -> Policy:
    """The policy with another row for one class and role."""
    entry = policy.classes[data_class]
    changed = replace(entry, rows={**entry.rows, role: (row,)})
    classes = {**policy.classes, data_class: changed}
    named = (policy.name, policy.title, policy.note)
    return Policy("another version", *named, classes, policy.notices, policy.gates, policy.codes)


def adopt(story: Story, policy: Policy, on: date) -> None:
    """Record that from this day on the hub decides by this version."""
    assert story.record is not None
    story.documents.policies[policy.content_hash] = policy
    _, register = shipped()
    event = ContextChanged(effective_on=on, policy=policy.content_hash, register=register.content_hash)
    story.append(
        [
            Recorded(
                originator_id=story.child,
                originator_version=story.record.version + 1,
                event_id=story.new_id(),
                recorded_at=datetime.combine(on, time(2), UTC),
                reporter=DURHAM,
                event=event,
            )
        ]
    )
