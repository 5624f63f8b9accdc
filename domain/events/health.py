"""Health assessments. A summary is not the full plan; each depth of detail is a field of its own class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.events.base import Event, Field, ThirdPartyText, event
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown

ASSESSMENT_KIND = Field(None, "initial, or review", "CPR 2010 reg 7", codes="assessment_kind")


@event(
    "health-assessment-completed.v1", D.HEALTH_SUMMARY, coarse="record", by="health responsible", shapes_context=False
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
