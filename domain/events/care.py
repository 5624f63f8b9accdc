"""Being looked after: start, legal status, end. Source of the codes: the statutory return (SSDA903)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from domain.events.base import Event, Field, event
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown

LEGAL_STATUS = Field(None, "legal status under which the child is looked after", "SSDA903 LS", codes="legal_status")


@event("care-started.v1", D.CARE_STATUS, coarse="record", by="responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class CareStarted(Event):
    """The child became looked after (CA 1989 s22(1)). Starts the clocks of reviews and health assessments."""

    legal_status: Annotated[str | Unknown, LEGAL_STATUS]
    need: Annotated[
        str | Unknown | None, Field(D.CARE_DETAIL, "main category of need", "SSDA903 CIN", codes="need")
    ] = None
    home_postcode: Annotated[
        str | None,
        Field(D.CARE_DETAIL, "postcode of the home the child left", "SSDA903 HOME_POST", check="postcode"),
    ] = None
    health_body: Annotated[
        str | Unknown | None,
        Field(
            D.ADMINISTRATION,
            "health body responsible immediately before placement; left out: read from the register",
            "NHS Who Pays? responsible commissioner",
            check="health_body",
        ),
    ] = None


@event("legal-status-changed.v1", D.CARE_STATUS, coarse="record", by="responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class LegalStatusChanged(Event):
    """Another legal status from this day on."""

    legal_status: Annotated[str | Unknown, LEGAL_STATUS]


@event("care-ended.v1", D.CARE_STATUS, coarse="record", by="responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class CareEnded(Event):
    """The child ceased to be looked after. Ends that tell of adoption or custody look like any other to who may not know."""

    reason: Annotated[str | Unknown, Field(None, "why care ended", "SSDA903 REC", codes="end_reason")]
