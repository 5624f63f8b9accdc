"""Health: assessments, plan, checks. A summary is not the full plan; each depth of detail is a field of its own class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.events.base import Event, Field, Lasting, ThirdPartyText, event
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown

ASSESSMENT_KIND = Field(None, "initial, or review", "CPR 2010 reg 7", codes="assessment_kind")


@event(
    "health-assessment-completed.v1",
    D.HEALTH_SUMMARY,
    coarse="record",
    by="health responsible",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class HealthAssessmentCompleted(Event):
    """A registered practitioner assessed the child's health (CPR 2010 reg 7)."""

    assessment_kind: Annotated[str, ASSESSMENT_KIND]
    summary: Annotated[
        str | None, Field(None, "what everyone around the child needs to know", "NICE PH28 fieldwork 4113")
    ] = None
    next_due_on: Annotated[
        date | Unknown | None, Field(None, "when the next assessment is due", "CPR 2010 reg 7(3)")
    ] = None
    clinical: Annotated[str | None, Field(D.HEALTH_CLINICAL, "clinical findings", "NICE PH28 fieldwork 2488")] = None
    sensitive: Annotated[
        str | None, Field(D.HEALTH_SENSITIVE, "sexual and reproductive health and the like", "ours: strictest class")
    ] = None
    third_party: Annotated[
        ThirdPartyText | None, Field(D.THIRD_PARTY, "what was said about someone else", "NICE PH28 fieldwork 2391")
    ] = None


@event(
    "health-assessment-declined.v1", D.HEALTH_SUMMARY, coarse="record", by="health responsible", shapes_context=False
)
@dataclass(frozen=True, slots=True, kw_only=True)
class HealthAssessmentDeclined(Event):
    """The assessment did not take place because it was declined. Not for ever: it is offered again (CPR 2010 reg 7(4))."""

    assessment_kind: Annotated[str, ASSESSMENT_KIND]
    reason: Annotated[str | Unknown, Field(None, "who declined, or why", "CPR 2010 reg 7(4)", codes="decline_reason")]


@event(
    "health-assessment-requested.v1", D.HEALTH_SUMMARY, coarse="record", by="responsible health", shapes_context=False
)
@dataclass(frozen=True, slots=True, kw_only=True)
class HealthAssessmentRequested(Event):
    """The authority asked for an assessment."""

    assessment_kind: Annotated[str, ASSESSMENT_KIND]
    wanted_by: Annotated[date | Unknown | None, Field(None, "day by which it is wanted", "CPR 2010 reg 7")] = None


@event(
    "health-plan-updated.v1",
    D.HEALTH_SUMMARY,
    coarse="record",
    by="health responsible",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPlanUpdated(Event):
    """The health plan was made or changed. Its summary is not the plan (NICE PH28 fieldwork 2488)."""

    summary: Annotated[
        str | None, Field(None, "what is to be done, by whom, by when", "CPR 2010 reg 5, Sch 1 para 1")
    ] = None
    plan: Annotated[str | None, Field(D.HEALTH_CLINICAL, "the plan itself", "CPR 2010 Sch 1 para 1")] = None
    review_due_on: Annotated[date | Unknown | None, Field(None, "when it is to be looked at again", "ours")] = None


@event(
    "dental-check-recorded.v1",
    D.HEALTH_SUMMARY,
    coarse="record",
    by="health responsible",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class DentalCheckRecorded(Event):
    """Teeth were checked by a dentist, or were to be and were not."""

    outcome: Annotated[str | Unknown, Field(None, "what came of it", "SSDA903 TEETH_CHECK", codes="dental_outcome")]
    next_due_on: Annotated[date | Unknown | None, Field(None, "when the next is due", "NICE CG19")] = None


@event(
    "immunisations-recorded.v1",
    D.HEALTH_SUMMARY,
    coarse="record",
    by="health responsible",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ImmunisationsRecorded(Event):
    """Whether the child's immunisations are as the national schedule has them for the age."""

    up_to_date: Annotated[bool | Unknown, Field(None, "up to date", "SSDA903 IMMUNISATIONS")]
    given: Annotated[str | None, Field(D.HEALTH_CLINICAL, "what was given, or is missing", "ours")] = None


@event(
    "sdq-scored.v1", D.HEALTH_SUMMARY, coarse="record", by="responsible health", shapes_context=False, lasting=Lasting()
)
@dataclass(frozen=True, slots=True, kw_only=True)
class SdqScored(Event):
    """A strengths and difficulties questionnaire (SDQ) was scored; or why it was not."""

    score: Annotated[
        int | None, Field(None, "total difficulties, 0 to 40", "SSDA903 SDQ_SCORE", unit="points", check="sdq_score")
    ] = None
    not_scored_because: Annotated[
        str | None, Field(None, "why there is no score", "SSDA903 SDQ_REASON", codes="sdq_reason")
    ] = None


@event("health-year-reported.v1", D.HEALTH_SUMMARY, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class HealthYearReported(Event):
    """What the return says of the child's health in the year to the day it is effective on (31 March)."""

    assessed: Annotated[bool | None, Field(None, "had the assessments of the year", "SSDA903 HEALTH_ASSESSMENT")] = None
    teeth_checked: Annotated[bool | None, Field(None, "teeth checked by a dentist", "SSDA903 TEETH_CHECK")] = None
    immunised: Annotated[bool | None, Field(None, "immunisations up to date", "SSDA903 IMMUNISATIONS")] = None
    development_checked: Annotated[
        bool | None, Field(None, "under five: development checks up to date", "SSDA903 HEALTH_CHECK")
    ] = None
    substance_misuse: Annotated[
        bool | None, Field(D.CARE_DETAIL, "a substance misuse problem was identified", "SSDA903 SUBSTANCE_MISUSE")
    ] = None
    intervention_received: Annotated[
        bool | None, Field(D.CARE_DETAIL, "received help for it", "SSDA903 INTERVENTION_RECEIVED")
    ] = None
    intervention_offered: Annotated[
        bool | None, Field(D.CARE_DETAIL, "was offered help and refused it", "SSDA903 INTERVENTION_OFFERED")
    ] = None
