"""Custody: who is told, who must not be able to tell, and what happens to being looked after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from domain.events import (
    AddressProtected,
    CareEnded,
    CareStarted,
    LegalStatusChanged,
    Released,
    ReleaseDateSet,
    Sentenced,
)
from domain.feed import Masked, Status
from domain.forms import Refused
from domain.vocabulary import UNKNOWN
from tests.support.facts import (
    HOST,
    LOCAL,
    LOCAL_YOT,
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
from tests.support.story import DURHAM, WIGHT, Story, registered

MOVED, HELD, SENTENCED, OUT = date(2024, 6, 10), date(2024, 7, 1), date(2024, 7, 15), date(2024, 9, 2)
YOTS = (YOT, LOCAL_YOT)


# --- who may not know


def test_a_health_body_does_not_report_custody(story: Story) -> None:
    in_care(story)

    with pytest.raises(Refused, match="type: custody-entered is reported by responsible or yot"):
        story.tell(HELD, detained(HELD), by="QHM")


def test_nobody_but_the_authority_and_the_youth_offending_teams_can_tell_that_there_is_custody(
    story: Story, twin: Story
) -> None:
    """A placement at a secure home must not reveal custody, nor the reverse (P 3306)."""
    for told in (story, twin):
        in_care(told, "C2")
        told.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(HELD, detained(HELD, status_before="C2"), by="yot-durham")
    story.tell(SENTENCED, Sentenced(effective_on=SENTENCED), by="yot-durham")
    story.tell(OUT, Released(effective_on=OUT), by="yot-durham")

    assert feeds(story, OURS, *YOTS) == feeds(twin, OURS)


@pytest.mark.parametrize("secure", ["K1", "R5"])
def test_a_secure_home_and_a_childrens_home_with_a_protected_address_look_alike(
    story: Story, twin: Story, secure: str
) -> None:
    """The address of a placement is protected apart from the fact of the placement (P 2221-2227, P 3306)."""
    for told, kind in ((story, secure), (twin, "K2")):
        in_care(told)
        home = told.new_id()
        protection = AddressProtected(effective_on=MOVED, placement=home, ground="other")
        told.tell(MOVED, placed(MOVED, WIGHT, placement_type=kind), protection, ids=[home, told.new_id()])

    assert {HOST, LOCAL, ORIGINATING, VIRTUAL_SCHOOL} <= set(feeds(story, OURS))
    assert feeds(story, OURS) == feeds(twin, OURS)


def test_the_address_of_a_secure_home_is_protected_without_anybody_asking(story: Story, twin: Story) -> None:
    """A placement at a secure home must not reveal custody: what names the home would."""
    for told in (story, twin):
        in_care(told)
    story.tell(MOVED, placed(MOVED, WIGHT, placement_type="K1"))
    home = twin.new_id()
    protection = AddressProtected(effective_on=MOVED, placement=home, ground="other")
    twin.tell(MOVED, placed(MOVED, WIGHT), protection, ids=[home, twin.new_id()])

    [item] = story.items(HOST, "placement-made")
    assert {item.fields[f] for f in ("address", "postcode", "home_name")} == {Masked("protected")}
    assert feeds(story, OURS) == feeds(twin, OURS)


def test_an_end_of_care_by_sentence_told_with_it_looks_like_a_return_home(story: Story, twin: Story) -> None:
    """Codes leak: end reason E9."""
    for told, reason in ((story, "E9"), (twin, "E4A")):
        in_care(told, "V2")
        told.tell(MOVED, placed(MOVED, WIGHT))
        told.tell(HELD, CareEnded(effective_on=HELD, reason=reason), *([detained(HELD, "sentence")] * (reason == "E9")))

    assert feeds(story, OURS, *YOTS) == feeds(twin, OURS)


def test_the_yot_of_neither_place_hears_of_a_child_who_is_not_in_custody(story: Story) -> None:
    in_care(story)

    story.tell(MOVED, placed(MOVED, WIGHT))

    assert not set(YOTS) & set(story.audiences())


# --- who learns


def test_a_yot_that_reports_custody_learns_at_once_who_looks_after_the_child_and_whom_to_ring(story: Story) -> None:
    """Not being able to identify the child is looked after and also not knowing their health needs (F 2196)."""
    in_care(story, "V2")

    story.tell(HELD, detained(HELD), by="yot-hampshire")

    opening = opened(story, "yot-hampshire/local-yot")
    assert opening.looked_after is Status.YES
    assert opening.responsible_authority == DURHAM
    assert opening.contacts


def test_the_responsible_authority_is_told_of_custody_and_asked_to_acknowledge(story: Story) -> None:
    """YOTs must inform the responsible local authorities where their children in care enter custody (W 3.83)."""
    in_care(story)

    story.tell(HELD, detained(HELD, status_before="C2", health_needs=True), by="yot-hampshire")

    assert "notice custody-entered" in story.kinds(OURS)
    [item] = story.items(OURS, "custody-entered")
    assert (item.fields["reporter"], item.fields["health_needs"]) == ("yot-hampshire", True)


def test_custody_recorded_by_the_authority_reaches_its_own_yot_and_that_of_the_place(story: Story) -> None:
    """The responsible authority's YOT keeps case responsibility for a child placed elsewhere; the host's caretakes."""
    in_care(story)
    story.tell(MOVED, placed(MOVED, WIGHT))

    story.tell(HELD, detained(HELD), by=DURHAM)

    assert "notice custody-entered" in story.kinds(YOT)
    assert story.kinds(LOCAL_YOT)[0] == "opened"


@pytest.mark.parametrize(("needs", "told"), [(True, True), (False, False), (UNKNOWN, UNKNOWN)])
def test_health_needs_are_flagged_and_nothing_more(story: Story, needs: object, told: object) -> None:
    """Receives them, with looked-after status and health needs flagged."""
    in_care(story)

    story.tell(HELD, detained(HELD, health_needs=needs), by="yot-hampshire")

    [item] = story.items(YOT, "custody-entered")
    assert item.fields["health_needs"] is told


def test_an_unknown_release_date_is_told_as_unknown(story: Story) -> None:
    """The release date is often unknown (F 2204)."""
    in_care(story)
    story.tell(HELD, detained(HELD), by="yot-durham")

    story.tell(SENTENCED, ReleaseDateSet(effective_on=SENTENCED, release_on=UNKNOWN), by="yot-durham")

    assert "notice release-date-set" in story.kinds(OURS)
    for desk in (OURS, YOT):
        [item] = story.items(desk, "release-date-set")
        assert item.fields["release_on"] is UNKNOWN


def test_a_release_is_told_to_the_yots_and_ends_their_relationship(story: Story) -> None:
    """Review before discharge (Care Matters 7.33; CPR 33(3)): both the authority and the team need to know."""
    in_care(story)
    story.tell(HELD, detained(HELD), by="yot-hampshire")
    seen = len(story.messages(YOT))

    story.tell(OUT, Released(effective_on=OUT), by="yot-durham")

    assert since(story, YOT, seen) == ["notice released", "closed"]
    assert closed(story, YOT).ended_on == OUT
    assert "notice released" in story.kinds(OURS)


# --- being looked after, and ceasing to be


@pytest.mark.parametrize("status", ["C1", "C2", "E1"])
def test_a_child_on_a_care_or_placement_order_stays_looked_after_on_sentence(story: Story, status: str) -> None:
    """On a care order (C1, C2) or placement order (E1) the child stays looked after."""
    in_care(story, status)

    story.tell(HELD, detained(HELD, "sentence", status_before=status), by="yot-durham")

    assert "closed" not in story.kinds(VIRTUAL_SCHOOL)
    assert "closed" not in story.kinds(ORIGINATING)


@pytest.mark.parametrize("status", ["V2", "J1"])
def test_a_child_looked_after_by_agreement_or_remand_alone_ceases_to_be_on_sentence(story: Story, status: str) -> None:
    """Looked after only under section 20 (V2) or only by remand (J1): on sentence the child ceases to be."""
    in_care(story, status)
    story.tell(HELD, detained(HELD, status_before=status), by="yot-durham")
    assert "closed" not in story.kinds(VIRTUAL_SCHOOL)

    story.tell(SENTENCED, Sentenced(effective_on=SENTENCED), by="yot-durham")

    for desk in (VIRTUAL_SCHOOL, ORIGINATING):
        assert closed(story, desk).ended_on == SENTENCED
    for desk in (OURS, YOT):
        assert "closed" not in story.kinds(desk)


def test_the_status_at_entry_is_kept_for_the_right_to_visits(story: Story) -> None:
    """A section-20 child loses looked-after status in custody but keeps a right to visits (W 3.82)."""
    in_care(story, "V2")

    story.tell(HELD, detained(HELD, "sentence", status_before="V2"), by="yot-durham")

    assert opened(story, YOT).looked_after is Status.YES
    for desk in (OURS, YOT):
        [item] = story.items(desk, "custody-entered")
        assert item.fields["status_before"] == "V2"


def test_from_agreement_to_remand_to_sentence_every_status_is_kept(story: Story) -> None:
    """V2 → J1 → sentence keeps all: record the status before detention, at remand and at sentence."""
    in_care(story, "V2")
    story.tell(HELD, detained(HELD, status_before="V2"), LegalStatusChanged(effective_on=HELD, legal_status="J1"))
    story.tell(SENTENCED, Sentenced(effective_on=SENTENCED), by="yot-durham")

    [care], [change] = story.items(OURS, "care-started"), story.items(OURS, "legal-status-changed")
    [entry], [sentence] = story.items(OURS, "custody-entered"), story.items(OURS, "sentenced")
    assert (care.fields["legal_status"], change.fields["legal_status"]) == ("V2", "J1")
    assert entry.fields["status_before"] == "V2"
    assert sentence.fields["effective_on"] == SENTENCED
    assert closed(story, VIRTUAL_SCHOOL).ended_on == SENTENCED


def test_a_remanded_child_who_was_not_looked_after_becomes_so(story: Story) -> None:
    """Some children are looked after because of the offence (P 2911): order of events matters."""
    story.tell(MOVED, registered(effective_on=MOVED))
    assert story.audiences() == [OURS]

    story.tell(HELD, detained(HELD, status_before=None), by="yot-durham")

    assert opened(story, YOT).looked_after is Status.NO
    # an opening without the start of care would itself tell of custody: desks that may not know wait for the authority's word
    assert with_role(story, "virtual-school") == []

    story.tell(HELD, CareStarted(effective_on=HELD, legal_status="J1"))

    assert opened(story, VIRTUAL_SCHOOL).since == HELD
    assert opened(story, ORIGINATING).since == HELD


def test_who_may_not_know_of_custody_cannot_tell_a_remand_from_any_start_of_care(story: Story, twin: Story) -> None:
    """A placement at a secure home must not reveal custody, nor the reverse (P 3306)."""
    for one in (story, twin):
        one.tell(MOVED, registered(effective_on=MOVED))
    story.tell(HELD, detained(HELD, status_before=None), by="yot-durham")
    care, entered = UUID(int=0xCA), CareStarted(effective_on=HELD, legal_status="J1")
    story.tell(HELD, entered, ids=[care])
    twin.tell(HELD, replace(entered, legal_status="V2"), ids=[care])

    for desk in (VIRTUAL_SCHOOL, ORIGINATING):
        assert story.feed_bytes(desk) == twin.feed_bytes(desk)


def test_a_child_sentenced_outright_who_was_not_looked_after_does_not_become_so(story: Story) -> None:
    """Remand to youth detention accommodation makes or keeps a child looked after; a sentence does not."""
    story.tell(MOVED, registered(effective_on=MOVED))

    story.tell(HELD, detained(HELD, "sentence"), by="yot-durham")

    assert with_role(story, "virtual-school") == []


def test_custody_entered_again_is_recorded_with_a_finding_only_the_authority_sees(story: Story) -> None:
    """A true fact is never refused; the event is recorded with a finding."""
    in_care(story)
    story.tell(HELD, detained(HELD), by="yot-durham")

    story.tell(SENTENCED, detained(SENTENCED, status_before="V2"), by="yot-durham")

    assert story.items(OURS, "custody-entered")[-1].fields["findings"] == ("already-in-custody", "status-differs")
    assert all("findings" not in i.fields and "reporter" not in i.fields for i in story.items(YOT, "custody-entered"))


def test_a_care_order_made_in_custody_before_the_sentence_keeps_the_child_looked_after(story: Story) -> None:
    """Order of events matters, not the order in which they are reported."""
    in_care(story, "V2")
    story.tell(HELD, detained(HELD), by="yot-durham")
    story.tell(OUT, Sentenced(effective_on=OUT), by="yot-durham")
    assert story.kinds(VIRTUAL_SCHOOL)[-1] == "closed"

    story.tell(OUT, LegalStatusChanged(effective_on=SENTENCED, legal_status="C1"))

    picture = story.picture(VIRTUAL_SCHOOL)
    assert picture is not None
    assert picture.open is not None


def test_care_that_ended_before_custody_is_told_as_it_was(story: Story) -> None:
    in_care(story, "V2")
    story.tell(HELD, CareEnded(effective_on=HELD, reason="E4A"))

    story.tell(OUT, detained(OUT, "sentence"), by="yot-durham")

    assert opened(story, YOT).looked_after is Status.NO
