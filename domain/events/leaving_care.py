"""Leaving care: pathway plan, adviser, home afterwards (CA 1989 s23A-s24D; SI 2010/2571)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.events.base import Event, Field, Lasting, event
from domain.events.placement import PLACEMENT_REF
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown

LEAVER_HOME = Field(None, "kind of home after care", "SSDA903 ACCOM", codes="leaver_accommodation")


@event("pathway-plan-made.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayPlanMade(Event):
    """The pathway plan was made or reviewed (CA 1989 s23E)."""

    summary: Annotated[str | None, Field(None, "what is planned, in short", "SI 2010/2571 reg 6")] = None
    review_due_on: Annotated[
        date | Unknown | None, Field(None, "to be reviewed on, six months on at the latest", "SI 2010/2571 reg 7")
    ] = None


@event(
    "personal-adviser-named.v1",
    D.CONTACT_DETAIL,
    coarse="record",
    by="responsible",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalAdviserNamed(Event):
    """Who the young person's personal adviser is from this day on (CA 1989 s23D)."""

    name: Annotated[str | Unknown, Field(None, "name", "CA 1989 s23D")]
    phone: Annotated[str | None, Field(None, "telephone at work", "ours")] = None


@event("leaver-accommodation-recorded.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class LeaverAccommodationRecorded(Event):
    """Where a young person lives after care, and whether that is suitable."""

    kind: Annotated[str | Unknown, LEAVER_HOME]
    suitable: Annotated[bool | Unknown | None, Field(None, "suitable", "SI 2010/2571 reg 9")] = None
    address: Annotated[str | Unknown | None, Field(D.PLACEMENT_ADDRESS, "address", "SI 2010/2571 reg 9")] = None


@event("staying-put-agreed.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class StayingPutAgreed(Event):
    """A young person stays with the former foster carer after 18 (CA 1989 s23CZA). Not a move."""

    placement: Annotated[UUID, PLACEMENT_REF]
    until: Annotated[date | Unknown | None, Field(None, "until when, at 21 at the latest", "CA 1989 s23CZA")] = None


@event("leaver-year-reported.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class LeaverYearReported(Event):
    """What the return says of a care leaver about a birthday (17 to 21), on the day this is effective on."""

    in_touch: Annotated[
        str | Unknown, Field(None, "in touch with the authority", "SSDA903 IN_TOUCH", codes="leaver_in_touch")
    ]
    activity: Annotated[
        str | Unknown | None, Field(None, "education, work or training", "SSDA903 ACTIV", codes="leaver_activity")
    ] = None
    accommodation: Annotated[str | Unknown | None, LEAVER_HOME] = None
