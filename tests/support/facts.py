"""Facts with the details a test does not care about filled in, and the desks that hear of them. All are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from domain.events import CareStarted, ConsentRecorded, CustodyEntered, HealthAssessmentCompleted, PlacementMade
from domain.feed import Closed, Message, Opened, Told, Withdrawn
from tests.support.story import DURHAM, WIGHT, Story, registered

BEGAN = date(2024, 6, 3)

OURS = f"{DURHAM}/responsible-authority"
VIRTUAL_SCHOOL = f"{DURHAM}/virtual-school"
ORIGINATING = "QHM/originating-health"  # the health body of Durham, and of Gateshead
HOST = f"{WIGHT}/host-authority"
LOCAL = "QRL/local-health"  # the health body of the Isle of Wight
DEPARTING = "QRL/departing-health"
YOT = "yot-durham/home-yot"
LOCAL_YOT = "yot-isle-of-wight/local-yot"


def in_care(story: Story, legal_status: str = "C2", on: date = BEGAN, by: str = DURHAM) -> None:
    """Registered and looked after from this day on, and told to the hub on it."""
    child = registered(effective_on=on, authority=by)
    story.tell(on, child, CareStarted(effective_on=on, legal_status=legal_status, need="N1"), by=by)


def placed(on: date, area: Any = WIGHT, **details: Any) -> PlacementMade:
    """A planned placement in a children's home."""
    made = PlacementMade(
        effective_on=on,
        urgency="planned",
        placement_type="K2",
        area_authority=area,
        address="7 Invented Lane",
        postcode="PO30 1AA",
        home_name="Invented House",
    )
    return replace(made, **details)


def assessed(on: date, **details: Any) -> HealthAssessmentCompleted:
    """An initial health assessment with a summary."""
    made = HealthAssessmentCompleted(effective_on=on, assessment_kind="initial", summary="Invented summary")
    return replace(made, **details)


def detained(on: date, custody_kind: str = "remand", **details: Any) -> CustodyEntered:
    """An entry into custody, remand unless said otherwise."""
    entry = CustodyEntered(effective_on=on, custody_kind=custody_kind, establishment_kind="young-offender-institution")
    return replace(entry, **details)


def agreed(on: date, **details: Any) -> ConsentRecorded:
    """A parent's consent that the virtual school is told the health summary."""
    consent = ConsentRecorded(
        effective_on=on,
        state="given",
        giver="parent",
        ground="parental-responsibility",
        classes=("health_summary",),
        roles=("virtual-school",),
    )
    return replace(consent, **details)


def feeds(story: Story, *but: str) -> dict[str, list[bytes]]:
    """Every feed as bytes, but for the desks named."""
    return {audience: story.feed_bytes(audience) for audience in story.audiences() if audience not in but}


def since(story: Story, audience: str, seen: int) -> list[str]:
    """The kinds of what a desk was sent after its first `seen` messages."""
    return story.kinds(audience)[seen:]


def opened(story: Story, audience: str) -> Opened:
    """The last opening a desk was sent."""
    openings = [m.body for m in story.messages(audience) if isinstance(m.body, Opened)]
    assert openings, f"{audience} was never opened"
    return openings[-1]


def closed(story: Story, audience: str) -> Closed:
    """The last closing a desk was sent."""
    closings = [m.body for m in story.messages(audience) if isinstance(m.body, Closed)]
    assert closings, f"{audience} was never closed"
    return closings[-1]


def withdrawals(story: Story, audience: str) -> list[Withdrawn]:
    """Everything a desk was told to take back."""
    return [m.body for m in story.messages(audience) if isinstance(m.body, Withdrawn)]


def tellings(story: Story, audience: str, name: str) -> list[Told]:
    """Each time a desk was told an item of this event type."""
    return [t for m in story.messages(audience) if (t := _told(m)) and t.item.topic.partition(".")[0] == name]


def with_role(story: Story, role: str) -> list[str]:
    """The desks of one role that were ever sent anything."""
    return [audience for audience in story.audiences() if audience.endswith(f"/{role}")]


def _told(message: Message) -> Told | None:
    return message.body if isinstance(message.body, Told) else None
