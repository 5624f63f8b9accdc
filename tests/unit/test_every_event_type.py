"""What holds of every event type that an agency reports: who may report it, what is refused, who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.agencies import AgencyKind
from domain.child_record import MUST_NAME
from domain.events import Event, EventType, Kind, NoticeAcknowledged
from domain.forms import Refused, read_event
from domain.policy import Action
from domain.vocabulary import Role
from tests.support.anything import TYPES, one
from tests.support.facts import BEGAN, OURS, in_care
from tests.support.story import DURHAM, SCHOOL, Story, shipped

ON = date(2025, 2, 3)
AGENCIES = {
    AgencyKind.HEALTH: "QHM",
    AgencyKind.YOT: "yot-durham",
    AgencyKind.SCHOOL: SCHOOL,
    AgencyKind.CHILDRENS_HOME: "home-example-1",
    AgencyKind.POLICE: "police-durham",
    AgencyKind.AUTHORITY: "E10000014",
}
EVERY = pytest.mark.parametrize("event_type", TYPES.values(), ids=lambda t: t.topic)


@pytest.fixture
def story() -> Story:
    """A child of Durham, in care."""
    found = Story()
    in_care(found)
    return found


def known(story: Story, event_type: EventType, depth: int = 0) -> list[tuple[UUID, Event]]:
    """What this type refers to, recorded first."""
    about: list[tuple[UUID, Event]] = [(e.event_id, e.event) for e in story.entries[:1]]
    for f in event_type.own_fields:
        if f.kind is Kind.REF and f.meta.check.startswith("names_") and depth < 3:
            wanted = MUST_NAME[f.meta.check][0]
            if wanted is not Event:
                first = one(wanted.TYPE, known(story, wanted.TYPE, depth + 1), BEGAN)
                [said] = story.tell(ON, first, by=reporter(wanted.TYPE, first))
                about.append((said, first))
    return about


def reporter(event_type: EventType, event: Event) -> str:
    """An agency that may report this."""
    if isinstance(event, NoticeAcknowledged):
        return event.audience.partition("/")[0]
    if "responsible" in event_type.reporters:
        return DURHAM
    return next(code for kind, code in AGENCIES.items() if kind.value in event_type.reporters)


@EVERY
def test_who_may_not_report_it_is_refused_and_told_who_may(story: Story, event_type: EventType) -> None:
    event = one(event_type, known(story, event_type), ON)
    for kind, code in AGENCIES.items():
        if kind.value not in event_type.reporters:
            with pytest.raises(Refused, match=r"reported by|own desks|whose desk opens"):
                story.tell(ON, event, by=code)


@EVERY
def test_every_code_is_checked_against_its_list(story: Story, event_type: EventType) -> None:
    event = one(event_type, known(story, event_type), ON)
    for f in event_type.own_fields:
        if f.meta.codes:
            changes: dict[str, Any] = {f.name: "no-such-code"}
            wrong = replace(event, **changes)
            with pytest.raises(Refused, match=rf"{f.name}: is not a code of schemas/codes/{f.meta.codes}\.csv"):
                story.tell(ON, wrong, by=reporter(event_type, event))


@EVERY
def test_what_it_must_say_is_asked_for_by_name(event_type: EventType) -> None:
    required = {f.name for f in event_type.own_fields if f.required}

    with pytest.raises(Refused) as refused:
        read_event(event_type, {})

    assert required | {"effective_on"} <= {problem.field for problem in refused.value.problems}


@EVERY
def test_it_is_recorded_and_the_responsible_authority_is_told(story: Story, event_type: EventType) -> None:
    event = one(event_type, known(story, event_type), ON)

    before = len(story.items(OURS, event_type.name))

    [said] = story.tell(ON, event, by=reporter(event_type, event))

    assert any(entry.event_id == said for entry in story.entries)
    assert len(story.items(OURS, event_type.name)) == before + 1


@EVERY
def test_a_role_from_which_its_class_is_hidden_never_hears_of_it(story: Story, event_type: EventType) -> None:
    policy, _ = shipped()
    event = one(event_type, known(story, event_type), ON)
    story.tell(ON, event, by=reporter(event_type, event))

    for audience in story.audiences():
        role = Role(audience.partition("/")[2])
        if policy.row(event_type.data_class, role, ON).action is Action.HIDE:
            assert story.items(audience, event_type.name) == [], audience
