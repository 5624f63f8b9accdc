"""Adoption as the statutory return tells it. Told to nobody but the responsible authority: adoption is another regime."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.events.base import Coarse, Event, Field, event
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown


@event("adoption-plan-decided.v1", D.ADOPTION, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionPlanDecided(Event):
    """The authority decided that the child should be placed for adoption (ACA 2002 s18, s22; AAR 2005 reg 19)."""


@event("adoption-plan-ended.v1", D.ADOPTION, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionPlanEnded(Event):
    """The authority decided that the child should no longer be placed for adoption."""

    decided: Annotated[
        UUID, Field(None, "the adoption-plan-decided event", "ours", check="names_adoption_plan", coarse=Coarse.KEEP)
    ]
    reason: Annotated[str | Unknown, Field(None, "why", "SSDA903 REASON_PLACED_CEASED", codes="adoption_plan_end")]


@event("adoption-matched.v1", D.ADOPTION, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionMatched(Event):
    """The child was matched with prospective adopters (AAR 2005 reg 33)."""

    decided_on: Annotated[
        date | Unknown | None,
        Field(None, "decision that adoption is in the child's best interests", "SSDA903 DATE_INT"),
    ] = None
    by_foster_carers: Annotated[
        bool | Unknown | None, Field(None, "the adopters were the child's foster carers", "SSDA903 FOSTER_CARE")
    ] = None
    adopters: Annotated[
        int | None, Field(None, "number of adopters, 1 or 2", "SSDA903 NB_ADOPTR", check="not_negative")
    ] = None
    adopters_sex: Annotated[
        str | Unknown | None, Field(None, "sex of the adopters", "SSDA903 SEX_ADOPTR", codes="adopters_sex")
    ] = None
    adopters_status: Annotated[
        str | Unknown | None, Field(None, "legal status of the adopters", "SSDA903 LS_ADOPTR", codes="adopters_status")
    ] = None
