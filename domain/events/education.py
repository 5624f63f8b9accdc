"""School, plan, exclusion, attendance, support. Told to the virtual school wherever the child lives (CA 1989 s22(3A))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.events.base import Coarse, Event, Field, Lasting, event
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown

SCHOOL_NAME = Field(None, "name of the school or provider", "CPR 2010 reg 5, 13(2)(h)")
PROVISION_KIND = Field(None, "kind of provider", "Education Act 1996 s19", codes="school_kind")
YEAR_GROUP = Field(None, "National Curriculum year group", "DfE Common Basic Data Set", codes="year_group")


@event(
    "school-started.v1",
    D.EDUCATION,
    coarse="record",
    by="responsible school",
    lasting=Lasting(ended_by=frozenset({"school-left"})),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolStarted(Event):
    """The child is on the roll of a school from this day on. Its designated teacher's desk, if it has one here, opens."""

    school_name: Annotated[str | Unknown, SCHOOL_NAME]
    school: Annotated[
        str | None, Field(None, "the school in the register, where it has a desk", "ours", check="school")
    ] = None
    kind: Annotated[str | Unknown | None, Field(None, "kind of school", "Education Act 1996", codes="school_kind")] = (
        None
    )
    year_group: Annotated[str | Unknown | None, YEAR_GROUP] = None
    reason: Annotated[
        str | Unknown | None,
        Field(
            None, "why the school changed; asked for in years 10 and 11", "CPR 2010 reg 10", codes="school_move_reason"
        ),
    ] = None


@event("school-left.v1", D.EDUCATION, coarse="record", by="responsible school")
@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolLeft(Event):
    """The child left the roll of a school."""

    started: Annotated[UUID, Field(None, "the school-started event", "ours", check="names_school", coarse=Coarse.KEEP)]
    year_group: Annotated[str | Unknown | None, YEAR_GROUP] = None
    reason: Annotated[
        str | Unknown | None,
        Field(None, "why; asked for in years 10 and 11", "CPR 2010 reg 10", codes="school_move_reason"),
    ] = None


@event("excluded.v1", D.EDUCATION, coarse="record", by="responsible school", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded(Event):
    """A head teacher suspended or permanently excluded the child. The authority is to be spoken to first."""

    kind: Annotated[
        str, Field(None, "suspended, or permanently excluded", "Education Act 2002 s51A", codes="exclusion_kind")
    ]
    days: Annotated[
        int | None, Field(None, "length of a suspension", "SI 2012/1033", unit="school days", check="not_negative")
    ] = None
    authority_spoken_to: Annotated[
        bool | Unknown,
        Field(None, "the authority was spoken to first", "DfE, Suspension and permanent exclusion (guidance)"),
    ]


@event("exclusion-provision-started.v1", D.EDUCATION, coarse="record", by="responsible school", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionProvisionStarted(Event):
    """Education began for a child who is excluded: on which day of the exclusion."""

    exclusion: Annotated[UUID, Field(None, "the excluded event", "ours", check="names_exclusion", coarse=Coarse.KEEP)]
    day: Annotated[
        int,
        Field(
            None,
            "first day is 1; owed from day 6, for looked-after children wanted from day 1",
            "SI 2007/1870; DfE, Suspension and permanent exclusion (guidance)",
            unit="school days",
            check="not_negative",
        ),
    ]
    provider: Annotated[str | Unknown | None, Field(None, "who provides it", "ours")] = None
    kind: Annotated[str | Unknown | None, PROVISION_KIND] = None


@event(
    "education-plan-initiated.v1",
    D.EDUCATION,
    coarse="record",
    by="responsible school",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class EducationPlanInitiated(Event):
    """The personal education plan was begun."""

    wanted_by: Annotated[
        date | Unknown | None, Field(None, "day by which it is to be complete", "statutory guidance")
    ] = None


@event(
    "education-plan-completed.v1",
    D.EDUCATION,
    coarse="record",
    by="responsible school",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class EducationPlanCompleted(Event):
    """The personal education plan is complete (CPR 2010 Sch 1 para 2)."""

    summary: Annotated[str | None, Field(None, "what was agreed, in short", "CPR 2010 Sch 1 para 2")] = None
    review_due_on: Annotated[date | Unknown | None, Field(None, "when it is to be reviewed", "statutory guidance")] = (
        None
    )


@event(
    "education-plan-reviewed.v1",
    D.EDUCATION,
    coarse="record",
    by="responsible school",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class EducationPlanReviewed(Event):
    """The personal education plan was reviewed, as it is each term."""

    summary: Annotated[str | None, Field(None, "what changed, in short", "statutory guidance")] = None
    review_due_on: Annotated[
        date | Unknown | None, Field(None, "when it is to be reviewed next", "statutory guidance")
    ] = None


@event("absence-recorded.v1", D.EDUCATION, coarse="record", by="responsible school", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceRecorded(Event):
    """Sessions missed in the time up to and including the day this is effective on."""

    from_on: Annotated[date, Field(None, "first day of that time", "SI 2024/208")]
    sessions_missed: Annotated[
        int, Field(None, "sessions missed", "SI 2024/208", unit="half days", check="not_negative")
    ]
    unauthorised: Annotated[
        int | None, Field(None, "of them without leave", "SI 2024/208", unit="half days", check="not_negative")
    ] = None


@event(
    "special-needs-support-recorded.v1",
    D.EDUCATION,
    coarse="record",
    by="responsible school",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialNeedsSupportRecorded(Event):
    """What support for special educational needs the child has from this day on."""

    level: Annotated[str | Unknown, Field(None, "kind of support", "CFA 2014 s20, s37", codes="special_needs")]


@event("alternative-provision-started.v1", D.EDUCATION, coarse="record", by="responsible school", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeProvisionStarted(Event):
    """The child is educated elsewhere than at the school (Education Act 1996 s19; Education Act 2002 s29A)."""

    provider: Annotated[str | Unknown, Field(None, "who provides it", "Education Act 1996 s19")]
    kind: Annotated[str | Unknown | None, PROVISION_KIND] = None
    hours_a_week: Annotated[
        int | None, Field(None, "how much", "Education Act 1996 s19(3A)", unit="hours a week", check="not_negative")
    ] = None
    until: Annotated[date | Unknown | None, Field(None, "until when", "ours")] = None
