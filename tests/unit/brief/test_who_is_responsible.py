"""Another authority becomes responsible; health or education accommodates; a court remands: who then stands in what role."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.events import (
    CareEnded,
    CareStarted,
    LongTermResidenceBegan,
    LongTermResidenceEnded,
    OutcomeRecorded,
    Released,
    Remanded,
    ResponsibleAuthorityChanged,
    ResponsibleCommissionerDetermined,
    SchoolLeft,
    SchoolStarted,
    SocialWorkerChanged,
)
from domain.feed import Status
from domain.forms import Refused
from domain.vocabulary import UNKNOWN
from tests.support.facts import (
    BEGAN,
    HOST,
    ORIGINATING,
    OURS,
    VIRTUAL_SCHOOL,
    YOT,
    closed,
    detained,
    in_care,
    opened,
    placed,
    tellings,
)
from tests.support.story import DURHAM, GATESHEAD, SCHOOL, WIGHT, Story, registered

LATER = BEGAN + timedelta(days=50)
LAST = BEGAN + timedelta(days=80)
DESIGNATED_TEACHER = f"{SCHOOL}/school"


@pytest.fixture
def story() -> Story:
    """A child of Durham, in care."""
    found = Story()
    in_care(found)
    return found


def handed_over(on: date = LATER, to: str = GATESHEAD) -> ResponsibleAuthorityChanged:
    return ResponsibleAuthorityChanged(effective_on=on, authority=to, ground="agreement", local_id="700001")


class TestAnotherAuthority:
    def test_does_not_make_itself_responsible(self, story: Story) -> None:
        with pytest.raises(Refused, match="is reported by responsible"):
            story.tell(LATER, handed_over(), by=GATESHEAD)

    def test_learns_the_whole_record_and_the_one_before_keeps_what_it_was_told(self, story: Story) -> None:
        held = set(story.held(OURS))
        story.tell(LATER, handed_over())

        ours, theirs = f"{DURHAM}/responsible-authority", f"{GATESHEAD}/responsible-authority"
        assert closed(story, ours).ended_on == LATER
        assert held <= set(story.held(ours))
        assert opened(story, theirs).since == LATER
        assert len(story.items(theirs, "care-started")) == 1

    def test_has_its_virtual_school_and_the_other_ones_closes(self, story: Story) -> None:
        story.tell(LATER, handed_over())

        assert closed(story, VIRTUAL_SCHOOL).ended_on == LATER
        assert opened(story, f"{GATESHEAD}/virtual-school").since == LATER

    def test_is_whom_everybody_else_is_to_ring_from_then_on(self, story: Story) -> None:
        story.tell(BEGAN, placed(BEGAN))
        story.tell(LATER, handed_over())

        assert opened(story, HOST).responsible_authority == GATESHEAD

    def test_is_not_rung_before_the_day(self, story: Story) -> None:
        story.tell(LATER, handed_over(LAST))
        assert opened(story, VIRTUAL_SCHOOL).responsible_authority == DURHAM

        story.clock(LAST)
        assert closed(story, VIRTUAL_SCHOOL).ended_on == LAST

    def test_changes_nothing_about_who_pays_for_health(self, story: Story) -> None:
        story.tell(LATER, handed_over(to=WIGHT))

        assert opened(story, ORIGINATING).since == BEGAN
        assert "closed" not in story.kinds(ORIGINATING)

    def test_where_the_child_already_lives_is_its_host_no_longer(self, story: Story) -> None:
        story.tell(BEGAN, placed(BEGAN))
        story.tell(LATER, handed_over(to=WIGHT))

        assert closed(story, HOST).ended_on == LATER

    def test_records_from_then_on_and_the_one_before_what_was_in_its_own_time(self, story: Story) -> None:
        story.tell(LATER, handed_over())

        with pytest.raises(Refused, match="is reported by responsible"):
            story.tell(LAST, CareEnded(effective_on=LAST, reason="E4A"), by=DURHAM)
        story.tell(LAST, placed(BEGAN + timedelta(days=3), DURHAM), by=DURHAM)
        story.tell(LAST, CareEnded(effective_on=LAST, reason="E4A"), by=GATESHEAD)


class TestThePayer:
    def test_is_the_one_determined_from_that_day_on(self, story: Story) -> None:
        story.tell(LATER, ResponsibleCommissionerDetermined(effective_on=LATER, health_body="QRL"))

        assert closed(story, ORIGINATING).ended_on == LATER
        assert opened(story, "QRL/originating-health").since == LATER

    def test_stays_the_same_where_it_is_confirmed(self, story: Story) -> None:
        story.tell(LATER, ResponsibleCommissionerDetermined(effective_on=LATER, health_body="QHM"))

        assert "closed" not in story.kinds(ORIGINATING)
        assert opened(story, ORIGINATING).since == BEGAN


class TestLongTermResidence:
    RESIDENT = f"{GATESHEAD}/ordinary-residence-authority"

    def began(self, **details: object) -> LongTermResidenceBegan:
        said = {"ordinary_residence": GATESHEAD, "accommodated_by": "health", **details}
        return LongTermResidenceBegan(effective_on=LATER, **said)  # type: ignore[arg-type]

    def test_opens_nothing_where_ordinary_residence_is_unknown(self, story: Story) -> None:
        story.tell(LATER, self.began(ordinary_residence=UNKNOWN), by="QHM")

        assert [a for a in story.audiences() if "ordinary-residence" in a] == []

    def test_is_a_notice_to_the_director_of_the_authority_of_ordinary_residence(self, story: Story) -> None:
        story.tell(LATER, self.began(), by="QHM")

        assert opened(story, self.RESIDENT).since == LATER
        assert [told.notice for told in tellings(story, self.RESIDENT, "long-term-residence-began")] == [True]

    def test_ends_with_a_notice_and_closes_the_desk(self, story: Story) -> None:
        [residence] = story.tell(LATER, self.began(), by="QHM")
        story.tell(LAST, LongTermResidenceEnded(effective_on=LAST, residence=residence), by="QHM")

        assert [told.notice for told in tellings(story, self.RESIDENT, "long-term-residence-ended")] == [True]
        assert closed(story, self.RESIDENT).ended_on == LAST


class TestADesignatedTeacher:
    def started(self, on: date = LATER, school: str | None = SCHOOL) -> SchoolStarted:
        return SchoolStarted(effective_on=on, school_name="Invented School", school=school, year_group="8")

    def test_has_no_desk_where_the_school_has_none(self, story: Story) -> None:
        story.tell(LATER, self.started(school=None))

        assert [a for a in story.audiences() if a.endswith("/school")] == []

    def test_learns_whose_child_it_is_and_whom_to_ring_and_nothing_of_the_placement(self, story: Story) -> None:
        story.tell(BEGAN, placed(BEGAN))
        story.tell(BEGAN, SocialWorkerChanged(effective_on=BEGAN, name="Invented Worker", phone="01632 960100"))
        story.tell(LATER, self.started())

        said = opened(story, DESIGNATED_TEACHER)
        assert (said.since, said.looked_after, said.responsible_authority) == (LATER, Status.YES, DURHAM)
        names = {i.topic.partition(".")[0] for i in story.held(DESIGNATED_TEACHER).values()}
        assert {"child-registered", "school-started", "social-worker-changed"} <= names
        assert not {"placement-made", "health-assessment-completed"} & names

    def test_is_told_that_the_child_left_and_then_nothing(self, story: Story) -> None:
        [started] = story.tell(LATER, self.started())
        story.tell(LAST, SchoolLeft(effective_on=LAST, started=started), by=SCHOOL)
        seen = len(story.messages(DESIGNATED_TEACHER))

        story.tell(LAST, self.started(LAST, school=None))

        assert len(story.items(DESIGNATED_TEACHER, "school-left")) == 1
        assert closed(story, DESIGNATED_TEACHER).ended_on == LAST
        assert len(story.messages(DESIGNATED_TEACHER)) == seen

    def test_closes_when_the_child_leaves_care(self, story: Story) -> None:
        story.tell(LATER, self.started())
        story.tell(LAST, CareEnded(effective_on=LAST, reason="E4A"))

        assert closed(story, DESIGNATED_TEACHER).ended_on == LAST


class TestRemand:
    def home(self) -> Story:
        """A child of Durham who was never looked after."""
        story = Story()
        story.tell(BEGAN, registered(effective_on=BEGAN))
        return story

    def remanded(self, to: str = "local-authority") -> Remanded:
        return Remanded(effective_on=LATER, remand_to=to)

    def test_makes_looked_after_and_tells_only_those_who_may_know_of_it(self) -> None:
        story = self.home()
        story.tell(LATER, self.remanded(), by="yot-durham")

        assert opened(story, YOT).ground == "on remand"
        assert [a for a in story.audiences() if a not in (YOT, OURS)] == []

    def test_opens_the_others_once_the_authority_says_that_care_started(self) -> None:
        story = self.home()
        story.tell(LATER, self.remanded(), by="yot-durham")
        story.tell(LATER, CareStarted(effective_on=LATER, legal_status="J1"))

        assert opened(story, VIRTUAL_SCHOOL).since == LATER

    @pytest.mark.parametrize(("outcome", "ends"), [("youth-rehabilitation-order", True), ("custodial-sentence", False)])
    def test_ends_with_the_outcome_unless_that_is_custody(self, outcome: str, ends: bool) -> None:
        story = self.home()
        story.tell(LATER, self.remanded(), by="yot-durham")
        story.tell(LAST, OutcomeRecorded(effective_on=LAST, outcome=outcome), by="yot-durham")

        assert (story.kinds(YOT)[-1] == "closed") is ends

    def test_that_leads_into_an_establishment_is_one_period_until_release(self, story: Story) -> None:
        story.tell(LATER, self.remanded("youth-detention"), by="yot-durham")
        story.tell(LATER, detained(LATER), by="yot-durham")
        story.tell(LAST, OutcomeRecorded(effective_on=LAST, outcome="youth-rehabilitation-order"), by="yot-durham")
        assert story.kinds(YOT).count("opened") == 1
        assert "closed" not in story.kinds(YOT)

        story.tell(LAST, Released(effective_on=LAST), by="yot-durham")
        assert closed(story, YOT).ended_on == LAST
