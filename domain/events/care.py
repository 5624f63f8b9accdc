"""Being looked after: start, legal status, who is responsible, end. Source of the codes: the statutory return (SSDA903)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.events.base import Event, Field, ThirdPartyText, event
from domain.events.registration import LOCAL_ID
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


@event("responsible-authority-changed.v1", D.CARE_STATUS, coarse="record", by="responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibleAuthorityChanged(Event):
    """Another authority is responsible from this day on; the one that was records it. Its desks close, the new one's open.

    The health body that pays stays the one fixed at first placement (NHS Who Pays?).
    """

    authority: Annotated[
        str, Field(None, "the authority responsible from now on", "CA 1989 s22(1), s31(8), s105(6)", check="authority")
    ]
    ground: Annotated[str, Field(None, "by what it changed", "CA 1989 s20(2), s31(8)", codes="transfer_ground")]
    local_id: Annotated[str | None, LOCAL_ID] = None


@event("parental-responsibility-changed.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class ParentalResponsibilityChanged(Event):
    """Somebody gained, lost or was limited in parental responsibility. Who may consent follows from it (CA 1989 s2-s4A, s33)."""

    holder: Annotated[str, Field(None, "who, by their relation to the child", "CA 1989 s2-s4A", codes="pr_holder")]
    change: Annotated[str, Field(None, "gained, lost or limited", "CA 1989 s4, s33(3)", codes="pr_change")]
    ground: Annotated[str | Unknown, Field(None, "by what", "CA 1989 s4, s4A, s5, s14A, s33", codes="pr_ground")]
    person: Annotated[ThirdPartyText | None, Field(D.THIRD_PARTY, "who it is", "ours")] = None


@event("background-recorded.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundRecorded(Event):
    """What the law wants taken into account of the child's background (CA 1989 s22(5)(c)). Kept with the authority."""

    ethnicity: Annotated[str | Unknown, Field(None, "ethnic origin", "SSDA903 ETHNIC", codes="ethnicity")]


@event("became-mother.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class BecameMother(Event):
    """The looked-after child has a child of her own. Effective on the day this was known, where the birth is not."""

    child_born_on: Annotated[date | Unknown, Field(D.THIRD_PARTY, "her child's day of birth", "SSDA903 MC_DOB")]


@event("unaccompanied-child-recorded.v1", D.IMMIGRATION, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class UnaccompaniedChildRecorded(Event):
    """The child is an unaccompanied asylum-seeking child."""

    until: Annotated[
        date | Unknown | None, Field(None, "day on which this ceased, or will at the latest", "SSDA903 DUC")
    ] = None


@event("previous-permanence-recorded.v1", D.ADOPTION, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousPermanenceRecorded(Event):
    """Before this time in care the child had left care for a permanent home, or had not."""

    kind: Annotated[
        str | Unknown, Field(None, "to what kind of home", "SSDA903 PREV_PERM", codes="previous_permanence")
    ]
    authority: Annotated[
        str | Unknown | None, Field(None, "which authority looked after the child then, as returned", "SSDA903 LA_PERM")
    ] = None
    order_on: Annotated[date | Unknown | None, Field(None, "date of the order", "SSDA903 DATE_PERM")] = None
