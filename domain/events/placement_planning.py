"""Around a placement: proposed, approved, meant to end; what homes, health and education tell of children they accommodate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.events.base import Coarse, Event, Field, event
from domain.events.placement import KIND_OF_HOME, PLACEMENT_REF, PLACEMENT_TYPE, PROVIDER
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown

HOME_NAME = Field(D.PLACEMENT_ADDRESS, "name of the home", "CHR 2015 reg 41", reveals=KIND_OF_HOME)
HOME_URN = Field(D.PLACEMENT_ADDRESS, "Ofsted unique reference number", "ours", reveals=KIND_OF_HOME, check="urn")
ADMISSION_OF = Field(
    D.PLACEMENT,
    "the placement-made event, where the home knows it",
    "ours",
    check="names_placement",
    coarse=Coarse.KEEP,
)


@event("placement-proposed.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementProposed(Event):
    """A placement is considered. Nobody is placed, and nobody but the responsible authority hears of it."""

    placement_type: Annotated[str | Unknown, PLACEMENT_TYPE]
    provider: Annotated[str | Unknown | None, PROVIDER] = None
    area_authority: Annotated[
        str | Unknown, Field(None, "authority in whose area it would be", "CPR 2010 reg 11", check="authority")
    ]
    from_on: Annotated[date | Unknown | None, Field(None, "day on which it would begin", "ours")] = None
    why: Annotated[str | None, Field(None, "why this placement", "CPR 2010 reg 9, 11")] = None


@event("placement-approved.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementApproved(Event):
    """Who approved a placement outside the area, and what they were satisfied of (CPR 2010 reg 11, 12)."""

    proposal: Annotated[
        UUID | None, Field(None, "the placement-proposed event", "ours", check="names_proposal", coarse=Coarse.KEEP)
    ] = None
    approved_by: Annotated[str, Field(None, "in what office", "CPR 2010 reg 11(1), 11(3)", codes="approver")]
    approver: Annotated[str | None, Field(None, "the person", "ours")] = None
    best_interests: Annotated[
        bool | Unknown,
        Field(
            None,
            "satisfied that it is the most appropriate, and in the child's interests",
            "CPR 2010 reg 11(2)(a), (b)",
        ),
    ]
    at_a_distance: Annotated[
        bool | Unknown, Field(None, "decided as a placement at a distance", "CPR 2010 reg 2(1), 11(3)")
    ]
    host_consulted: Annotated[
        bool | Unknown,
        Field(
            None,
            "area authority consulted, or outside a distance notified, and given the care plan",
            "CPR 2010 reg 11(2)(d)",
        ),
    ]


@event("placement-termination-intended.v1", D.PLACEMENT, coarse="notice", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementTerminationIntended(Event):
    """Written notice that the authority means to end a placement (CPR 2010 reg 14): to all reg 13 recipients and the host."""

    placement: Annotated[UUID, PLACEMENT_REF]
    ends_on: Annotated[date | Unknown, Field(None, "when it is to end", "CPR 2010 reg 14(2)")]
    reviewed_first: Annotated[bool | Unknown, Field(D.CARE_DETAIL, "the case was reviewed first", "CPR 2010 reg 14(1)")]
    officer_informed: Annotated[
        bool | Unknown | None, Field(D.CARE_DETAIL, "the reviewing officer was informed", "CPR 2010 reg 14(4)")
    ] = None


@event("home-admission-notified.v1", D.NOTICE, coarse="notice", by="home authority responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class HomeAdmissionNotified(Event):
    """A children's home tells the authority of its area that a child was admitted, without delay (CHR 2015 reg 41)."""

    placement: Annotated[UUID | None, ADMISSION_OF] = None
    home_name: Annotated[str | None, HOME_NAME] = None
    urn: Annotated[str | None, HOME_URN] = None
    accommodated_under: Annotated[
        str | Unknown,
        Field(D.CARE_STATUS, "under section 20 or 21, or an order", "CHR 2015 reg 41", codes="accommodated_under"),
    ]
    placing_authority: Annotated[
        str | Unknown, Field(D.CARE_STATUS, "authority that placed the child", "CHR 2015 reg 41", check="authority")
    ]
    reviewing_officer: Annotated[
        str | Unknown | None, Field(D.CONTACT_DETAIL, "the reviewing officer and how to reach them", "CHR 2015 reg 41")
    ] = None
    education_health_care_plan: Annotated[
        bool | Unknown | None, Field(None, "the child has an education, health and care plan", "CHR 2015 reg 41")
    ] = None


@event("home-discharge-notified.v1", D.NOTICE, coarse="notice", by="home authority responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class HomeDischargeNotified(Event):
    """A children's home tells the authority of its area that a child has left, without delay (CHR 2015 reg 41).

    It reaches a host whose relationship the same day ended.
    """

    placement: Annotated[UUID | None, ADMISSION_OF] = None
    home_name: Annotated[str | None, HOME_NAME] = None
    urn: Annotated[str | None, HOME_URN] = None


@event("long-term-residence-began.v1", D.PLACEMENT, coarse="record", by="health authority responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class LongTermResidenceBegan(Event):
    """Health or education accommodates the child for three months or more: the director of the authority in which the child
    ordinarily lives is told, visits and keeps contact (CA 1989 s85, s86; Care Matters 2007 para 3.74).
    """

    ordinary_residence: Annotated[
        str | Unknown, Field(None, "authority of ordinary residence", "CA 1989 s85(3), s105(6)", check="authority")
    ]
    accommodated_by: Annotated[str, Field(None, "health or education", "CA 1989 s85(1), s86(1)", codes="accommodator")]
    home_name: Annotated[
        str | Unknown | None,
        Field(D.PLACEMENT_ADDRESS, "name of the establishment", "CA 1989 s85", reveals=(D.HEALTH_NEEDS_FLAG,)),
    ] = None
    meant_to_last_until: Annotated[date | Unknown | None, Field(None, "until when", "CA 1989 s85(1)")] = None


@event("long-term-residence-ended.v1", D.PLACEMENT, coarse="record", by="health authority responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class LongTermResidenceEnded(Event):
    """Health or education no longer accommodates the child (CA 1989 s85(2))."""

    residence: Annotated[
        UUID,
        Field(
            None, "the long-term-residence-began event", "CA 1989 s85(2)", check="names_residence", coarse=Coarse.KEEP
        ),
    ]
