"""Police, remand, sentence, release. Reported by youth offending teams as well as by the responsible authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.events.base import Event, Field, Lasting, event
from domain.vocabulary import UNKNOWN, Unknown
from domain.vocabulary import DataClass as D

ESTABLISHMENT_KIND = Field(None, "kind of establishment", "ours", codes="establishment_kind")
ESTABLISHMENT = Field(None, "name of the establishment", "Care Matters 2007 para 3.83")


@event("custody-entered.v1", D.CUSTODY, coarse="record", by="responsible yot")
@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEntered(Event):
    """The child was detained on remand or sentence. The status before it decides which duties follow (SI 2010/2797)."""

    custody_kind: Annotated[
        str, Field(None, "remand, or sentence", "CPR 2010 reg 47A; SI 2010/2797", codes="custody_kind")
    ]
    establishment_kind: Annotated[str | Unknown | None, ESTABLISHMENT_KIND] = None
    establishment: Annotated[str | Unknown | None, ESTABLISHMENT] = None
    status_before: Annotated[
        str | Unknown | None,
        Field(
            D.CARE_STATUS,
            "legal status just before detention, as reported",
            "SSDA903 LS; SI 2010/2797",
            codes="legal_status",
        ),
    ] = None
    health_needs: Annotated[
        bool | Unknown | None,
        Field(D.HEALTH_NEEDS_FLAG, "the reporter knows of health needs", "NICE PH28 fieldwork 2196"),
    ] = None


@event("sentenced.v1", D.CUSTODY, coarse="record", by="responsible yot")
@dataclass(frozen=True, slots=True, kw_only=True)
class Sentenced(Event):
    """A child in custody on remand was sentenced. One looked after only by agreement or remand ceases to be."""

    establishment_kind: Annotated[str | Unknown | None, ESTABLISHMENT_KIND] = None
    establishment: Annotated[str | Unknown | None, ESTABLISHMENT] = None


RELEASE_ON = Field(None, "expected day of release", "NICE PH28 fieldwork 2204")


@event(
    "release-date-set.v1",
    D.CUSTODY,
    coarse="record",
    by="responsible yot",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDateSetV1(Event):
    """As it was recorded until version 2 asked for the next placement (docs/adding-an-event.md)."""

    release_on: Annotated[date | Unknown, RELEASE_ON]


@event(
    "release-date-set.v2",
    D.CUSTODY,
    coarse="record",
    by="responsible yot",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDateSet(Event):
    """When the child is expected to leave custody, and whether it is known where to; `unknown` is a common answer to both."""

    release_on: Annotated[date | Unknown, RELEASE_ON]
    next_placement_known: Annotated[
        bool | Unknown, Field(None, "it is known where the child will live then", "county panel pack 2020, 2963")
    ] = UNKNOWN


@event("released.v1", D.CUSTODY, coarse="record", by="responsible yot")
@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Event):
    """The child left custody."""
