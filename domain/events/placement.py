"""Where the child lives. Making, re-labelling and ending a placement are different facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.events.base import Coarse, Event, Field, event
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown

PLACEMENT_TYPE = Field(None, "kind of placement", "SSDA903 PLACE", codes="placement")
PROVIDER = Field(None, "who provides it", "SSDA903 PLACE_PROVIDER", codes="provider")
KIND_OF_HOME = (D.CUSTODY, D.HEALTH_NEEDS_FLAG)  # the addresses of secure homes and hospitals are widely known
PLACEMENT_REF = Field(
    D.PLACEMENT, "the placement-made event this is about", "ours", check="names_placement", coarse=Coarse.KEEP
)


@event("placement-made.v1", D.PLACEMENT, coarse="record", by="responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementMade(Event):
    """The child is placed with a carer or in a home from this day on (CPR 2010 reg 9, 13).

    Ends the placement before it, but for temporary ones (T0–T4), during which the usual placement goes on.
    """

    urgency: Annotated[str, Field(None, "planned, or an emergency", "CPR 2010 reg 13(1)", codes="placement_urgency")]
    placement_type: Annotated[str | Unknown, PLACEMENT_TYPE]
    provider: Annotated[str | Unknown | None, PROVIDER] = None
    area_authority: Annotated[
        str | Unknown,
        Field(None, "authority in whose area the child is placed", "CPR 2010 reg 2(1); ONS code", check="authority"),
    ]
    health_body: Annotated[
        str | Unknown | None,
        Field(
            D.ADMINISTRATION,
            "health body for the place; left out: read from the register",
            "CPR 2010 reg 13(2)(f)",
            check="health_body",
        ),
    ] = None
    address: Annotated[
        str | Unknown | None,
        Field(D.PLACEMENT_ADDRESS, "address of the placement", "CPR 2010 reg 13", reveals=KIND_OF_HOME),
    ] = None
    postcode: Annotated[
        str | Unknown | None,
        Field(
            D.PLACEMENT_ADDRESS,
            "postcode of the placement",
            "SSDA903 PL_POST",
            reveals=KIND_OF_HOME,
            coarse=Coarse.OUTWARD,
            check="postcode",
        ),
    ] = None
    home_name: Annotated[
        str | None,
        Field(D.PLACEMENT_ADDRESS, "name of the home or establishment", "CPR 2010 reg 13", reveals=KIND_OF_HOME),
    ] = None
    urn: Annotated[
        str | None,
        Field(D.PLACEMENT_ADDRESS, "Ofsted unique reference number", "SSDA903 URN", reveals=KIND_OF_HOME, check="urn"),
    ] = None
    carer_relation: Annotated[
        str | None,
        Field(D.CARE_DETAIL, "the carer's relation to the child", "CPR 2010 reg 11(4)", codes="carer_relation"),
    ] = None
    approving_authority: Annotated[
        str | None, Field(D.CARE_DETAIL, "authority that approved the carer", "CPR 2010 reg 11(4)", check="authority")
    ] = None
    meant_to_last_until: Annotated[
        date | Unknown | None, Field(None, "day until which it is meant to last", "CPR 2010 reg 28")
    ] = None


@event("placement-relabelled.v1", D.PLACEMENT, coarse="record", by="responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementRelabelled(Event):
    """The same home and carer under another code (staying put, fostering for adoption). Not a move; tells nobody to move.

    Under an adoptive code (the carers adopt) the placement is protected from then on, as any adoptive one is.
    """

    placement: Annotated[UUID, PLACEMENT_REF]
    placement_type: Annotated[str, PLACEMENT_TYPE]
    provider: Annotated[str | Unknown | None, PROVIDER] = None


@event("placement-ended.v1", D.PLACEMENT, coarse="record", by="responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementEnded(Event):
    """The child left this placement (CPR 2010 reg 14)."""

    placement: Annotated[UUID, PLACEMENT_REF]
    reason: Annotated[
        str | Unknown | None, Field(None, "why it ended", "SSDA903 REASON_PLACE_CHANGE", codes="change_reason")
    ] = None
