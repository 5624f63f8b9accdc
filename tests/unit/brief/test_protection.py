"""The address of a placement is protected apart from the fact of the placement (P 2221-2227)."""

from __future__ import annotations

from datetime import date

import pytest

from domain.events import AddressProtected, AddressUnprotected, EventRetracted
from domain.feed import Masked, Reason
from domain.forms import Refused
from tests.support.facts import (
    HOST,
    LOCAL,
    ORIGINATING,
    OURS,
    VIRTUAL_SCHOOL,
    YOT,
    detained,
    feeds,
    in_care,
    placed,
    since,
    withdrawals,
)
from tests.support.story import DURHAM, WIGHT, Story

MOVED, LATER, AGAIN = date(2024, 6, 10), date(2024, 7, 1), date(2024, 8, 1)
ADDRESS = ("address", "postcode", "home_name")
PROTECTED = dict.fromkeys(ADDRESS, Masked("protected"))
SHOWN = {"address": "7 Invented Lane", "postcode": "PO30 1AA", "home_name": "Invented House"}


def address(story: Story, desk: str) -> dict[str, object]:
    """What a desk holds of the address of the last placement it knows of."""
    item = story.items(desk, "placement-made")[-1]
    return {f: item.fields[f] for f in ADDRESS if f in item.fields}


# --- refusals


def test_only_the_responsible_authority_protects_an_address(story: Story) -> None:
    in_care(story)
    story.tell(MOVED, placed(MOVED))

    with pytest.raises(Refused, match="type: address-protected is reported by responsible"):
        story.tell(LATER, AddressProtected(effective_on=LATER, ground="other"), by=WIGHT)


def test_a_protection_names_a_placement_of_this_child(story: Story) -> None:
    in_care(story)

    with pytest.raises(Refused, match="placement: names no PlacementMade"):
        story.tell(LATER, AddressProtected(effective_on=LATER, placement=story.new_id(), ground="other"))


def test_what_was_never_protected_cannot_be_unprotected(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))

    with pytest.raises(Refused, match="protection: names no AddressProtected"):
        story.tell(LATER, AddressUnprotected(effective_on=LATER, protection=home))


# --- protecting


def test_who_was_told_an_address_takes_it_back_and_keeps_a_tombstone(story: Story) -> None:
    """A tombstone: title, place in order and legal ground stay, the body goes (P 259-267, 3821)."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))
    assert address(story, HOST) == SHOWN
    seen = len(story.messages(HOST))

    story.tell(LATER, AddressProtected(effective_on=LATER, placement=home, ground="domestic-abuse"))

    assert since(story, HOST, seen) == ["withdrawn", "notice placement-made"]
    [taken] = withdrawals(story, HOST)
    assert (set(taken.fields), taken.reason) == (set(ADDRESS), Reason.NO_LONGER_SHARED)
    for desk in (HOST, LOCAL, ORIGINATING):
        assert address(story, desk) == PROTECTED
    assert address(story, OURS) == SHOWN


def test_an_address_protected_in_the_same_submission_is_never_told(story: Story) -> None:
    """The address is protected apart from the fact of the placement: the host still gets its notice."""
    in_care(story)
    home = story.new_id()
    protection = AddressProtected(effective_on=MOVED, placement=home, ground="other")

    story.tell(MOVED, placed(MOVED), protection, ids=[home, story.new_id()])

    assert withdrawals(story, HOST) == []
    assert "notice placement-made" in story.kinds(HOST)
    assert address(story, HOST) == PROTECTED


def test_every_placement_to_come_is_protected_where_the_protection_names_none(story: Story) -> None:
    in_care(story)
    story.tell(MOVED, AddressProtected(effective_on=MOVED, ground="exploitation"))

    story.tell(LATER, placed(LATER))

    assert address(story, HOST) == PROTECTED


def test_protecting_one_placement_leaves_the_next_one_alone(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))
    story.tell(LATER, AddressProtected(effective_on=LATER, placement=home, ground="other"))

    story.tell(AGAIN, placed(AGAIN))

    assert address(story, HOST) == SHOWN


def test_who_never_had_the_address_hears_nothing_of_its_protection(story: Story) -> None:
    """Hide: the recipient cannot tell that it exists."""
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))
    before = story.feed_bytes(VIRTUAL_SCHOOL)

    story.tell(LATER, AddressProtected(effective_on=LATER, placement=home, ground="other"))

    assert story.feed_bytes(VIRTUAL_SCHOOL) == before


@pytest.mark.parametrize("ground", ["adoption", "police-request", "immigration"])
def test_the_ground_of_a_protection_is_told_to_nobody_else(story: Story, twin: Story, ground: str) -> None:
    """Immigration-linked disclosures (F 3755): the ground often is the secret."""
    for told, why in ((story, ground), (twin, "other")):
        in_care(told)
        [home] = told.tell(MOVED, placed(MOVED))
        told.tell(LATER, AddressProtected(effective_on=LATER, placement=home, ground=why))

    assert feeds(story, OURS) == feeds(twin, OURS)
    assert [a for a in story.audiences() if story.items(a, "address-protected")] == [OURS]


def test_the_youth_offending_team_has_the_district_and_not_the_door(story: Story) -> None:
    """The postcode district finds the team that caretakes, the door number does not (schemas/policy)."""
    in_care(story)
    story.tell(MOVED, placed(MOVED))

    story.tell(LATER, detained(LATER), by="yot-durham")

    assert address(story, YOT) == {"postcode": "PO30"}


def test_of_a_protected_address_not_even_the_district_is_told(story: Story) -> None:
    in_care(story)
    story.tell(MOVED, placed(MOVED))
    story.tell(LATER, detained(LATER), by="yot-durham")

    story.tell(AGAIN, AddressProtected(effective_on=AGAIN, ground="other"))

    assert address(story, YOT) == {"postcode": Masked("protected")}


# --- lifting


def test_a_protection_lifted_tells_the_address_again(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))
    [protection] = story.tell(LATER, AddressProtected(effective_on=LATER, placement=home, ground="other"))

    story.tell(AGAIN, AddressUnprotected(effective_on=AGAIN, protection=protection))

    assert address(story, HOST) == SHOWN


def test_an_address_protected_again_is_taken_back_again(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))
    [first] = story.tell(LATER, AddressProtected(effective_on=LATER, placement=home, ground="other"))
    story.tell(LATER, AddressUnprotected(effective_on=LATER, protection=first))

    story.tell(AGAIN, AddressProtected(effective_on=AGAIN, placement=home, ground="other"))

    assert address(story, HOST) == PROTECTED
    assert len(withdrawals(story, HOST)) == 3  # the address; the tombstone, for the address; the address again


def test_of_two_protections_the_other_still_holds_when_one_is_lifted(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))
    one = AddressProtected(effective_on=LATER, placement=home, ground="other")
    [first, _] = story.tell(LATER, one, AddressProtected(effective_on=LATER, ground="court-order"))

    story.tell(AGAIN, AddressUnprotected(effective_on=AGAIN, protection=first))

    assert address(story, HOST) == PROTECTED


def test_a_protection_recorded_in_error_and_retracted_tells_the_address_again(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))
    [protection] = story.tell(LATER, AddressProtected(effective_on=LATER, placement=home, ground="other"))

    story.tell(AGAIN, EventRetracted(effective_on=AGAIN, retracts=protection, reason="recorded-in-error"))

    assert address(story, HOST) == SHOWN


def test_a_protection_in_the_authoritys_own_area_reaches_health(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED, DURHAM))

    story.tell(LATER, AddressProtected(effective_on=LATER, placement=home, ground="other"))

    assert address(story, "QHM/local-health") == PROTECTED


def test_a_new_desk_never_learns_an_address_that_was_protected_before_it_came(story: Story) -> None:
    in_care(story)
    [home] = story.tell(MOVED, placed(MOVED))
    story.tell(LATER, AddressProtected(effective_on=LATER, placement=home, ground="other"))

    story.tell(AGAIN, detained(AGAIN), by="yot-durham")

    assert address(story, YOT) == {"postcode": Masked("protected")}
