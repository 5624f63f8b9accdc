"""Who the child is: registration by the responsible authority, identifiers, corrected details."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.events.base import Event, Field, event
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown

LOCAL_ID = Field(D.IDENTIFIER_LOCAL, "the authority's own number for the child", "SSDA903 CHILD", check="local_id")
GIVEN_NAME = Field(D.IDENTITY, "given name", "CPR 2010 reg 13")
FAMILY_NAME = Field(D.IDENTITY, "family name", "CPR 2010 reg 13")
BORN_ON = Field(D.IDENTITY, "date of birth", "SSDA903 DOB", check="not_in_future")
SEX = Field(D.IDENTITY, "sex as the return codes it", "SSDA903 SEX", codes="sex")


@event("child-registered.v1", D.IDENTITY, coarse="record", by="authority")
@dataclass(frozen=True, slots=True, kw_only=True)
class ChildRegistered(Event):
    """The responsible authority opens a record. Nobody else can create a child."""

    authority: Annotated[
        str, Field(D.CARE_STATUS, "the responsible authority", "CA 1989 s22(1); ONS code", check="authority")
    ]
    local_id: Annotated[str, LOCAL_ID]
    given_name: Annotated[str | None, GIVEN_NAME] = None
    family_name: Annotated[str | None, FAMILY_NAME] = None
    born_on: Annotated[date | Unknown, BORN_ON]
    sex: Annotated[str | Unknown | None, SEX] = None


@event("identifier-added.v1", D.IDENTITY, coarse="record", by="responsible health yot authority", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierAdded(Event):
    """A number by which an agency knows the child. At least one must be given."""

    nhs_number: Annotated[
        str | None,
        Field(D.IDENTIFIER_NHS, "NHS number, ten digits", "NHS Data Dictionary: NHS NUMBER", check="nhs_number"),
    ] = None
    upn: Annotated[
        str | None, Field(D.IDENTIFIER_UPN, "unique pupil number", "DfE UPN guide; SSDA903 UPN", check="upn")
    ] = None
    local_id: Annotated[str | None, LOCAL_ID] = None


@event("details-corrected.v1", D.IDENTITY, coarse="record", by="responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsCorrected(Event):
    """Name, birth date or sex as now known; what is left out stays as it was."""

    given_name: Annotated[str | None, GIVEN_NAME] = None
    family_name: Annotated[str | None, FAMILY_NAME] = None
    born_on: Annotated[date | Unknown | None, BORN_ON] = None
    sex: Annotated[str | Unknown | None, SEX] = None
