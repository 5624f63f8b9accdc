"""Police and court: detention, remand, outcomes, visits in custody. Entry into custody and release: custody.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.events.base import Event, Field, Lasting, event
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown

SAID_ALONE = Field(D.CHILD_VOICE, "what the child said in private", "SI 2010/2797; Care Matters 2007 para 3.78")


@event("detained-by-police.v1", D.CUSTODY, coarse="record", by="responsible yot police", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class DetainedByPolice(Event):
    """The child is held at a police station: the police tell whoever is responsible that, why and where (PACE 1984 s57)."""

    station: Annotated[str | Unknown, Field(None, "where", "PACE 1984 s57(3)(c)")]
    why: Annotated[str | Unknown | None, Field(D.OFFENDING, "why", "PACE 1984 s57(3)(b)")] = None
    released_on: Annotated[date | Unknown | None, Field(None, "left the station on", "ours")] = None


@event("remanded.v1", D.CUSTODY, coarse="record", by="responsible yot")
@dataclass(frozen=True, slots=True, kw_only=True)
class Remanded(Event):
    """A court remanded the child. Remand to the authority or to youth detention makes or keeps a child looked after (LASPO 2012
    s92, s104). Entry into the establishment itself is `custody-entered`.
    """

    remand_to: Annotated[
        str, Field(None, "the authority, or youth detention accommodation", "LASPO 2012 s91", codes="remand_to")
    ]
    designated_authority: Annotated[
        str | Unknown | None,
        Field(D.CARE_STATUS, "authority that the court designated", "LASPO 2012 s92(2), s102(6)", check="authority"),
    ] = None


@event("detention-placement-plan-made.v1", D.CUSTODY, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class DetentionPlacementPlanMade(Event):
    """The plan for a child remanded to youth detention accommodation (CPR 2010 reg 47C)."""

    summary: Annotated[str | None, Field(None, "what is planned, in short", "CPR 2010 reg 47C, Sch 2A")] = None


@event("custody-visit-made.v1", D.CUSTODY, coarse="record", by="responsible yot", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyVisitMade(Event):
    """A representative visited the child in custody (CPR 2010 reg 28; once no longer looked after, SI 2010/2797)."""

    asked_by: Annotated[
        str | Unknown | None, Field(None, "who asked for it", "SI 2010/2797", codes="visit_asked_by")
    ] = None
    seen_alone: Annotated[bool | Unknown, Field(None, "spoken to in private", "SI 2010/2797")]
    said_alone: Annotated[str | None, SAID_ALONE] = None


@event(
    "health-needs-flagged.v1",
    D.HEALTH_NEEDS_FLAG,
    coarse="record",
    by="responsible yot health",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class HealthNeedsFlagged(Event):
    """Whoever holds or cares for the child must ask about health needs: yes, no or unknown, nothing more."""

    health_needs: Annotated[
        bool | Unknown, Field(None, "there are health needs to ask about", "NICE PH28 fieldwork 2196")
    ]
    ask: Annotated[
        str | None, Field(D.CONTACT_DETAIL, "whom to ask: a name and a number, never a service or a post", "ours")
    ] = None


@event("outcome-recorded.v1", D.OFFENDING, coarse="record", by="responsible yot")
@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRecorded(Event):
    """What came of a case. Any outcome but custody ends a remand, and being looked after by remand alone."""

    outcome: Annotated[
        str, Field(None, "outcome", "Sentencing Act 2020; CDA 1998 s66ZA; ours", codes="justice_outcome")
    ]


@event("offending-year-reported.v1", D.OFFENDING, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class OffendingYearReported(Event):
    """What the return says of the year to the day it is effective on (31 March)."""

    convicted: Annotated[bool, Field(None, "convicted, or given a youth caution, in the year", "SSDA903 CONVICTED")]
