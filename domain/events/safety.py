"""Missing, found, and the judgement that telling would harm the child."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.events.base import Coarse, Event, Field, Lasting, event
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown

MISSING_REF = Field(None, "the went-missing event", "ours", check="names_missing", coarse=Coarse.KEEP)


@event(
    "went-missing.v1",
    D.MISSING,
    coarse="record",
    by="responsible police home",
    shapes_context=False,
    lasting=Lasting(each=True, ended_by=frozenset({"found"})),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class WentMissing(Event):
    """The child is missing, or away from the placement without authorisation. The placement goes on."""

    kind: Annotated[
        str, Field(None, "whereabouts unknown, or away without authorisation", "SSDA903 MISSING", codes="missing_kind")
    ]
    police_told: Annotated[
        bool | Unknown | None, Field(None, "reported to the police", "Statutory guidance on missing children 2014")
    ] = None


@event("found.v1", D.MISSING, coarse="record", by="responsible police home", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Event):
    """The child is back, or was found. A return interview is owed within 72 hours, however short the absence."""

    missing: Annotated[UUID, MISSING_REF]


@event("return-interview-done.v1", D.MISSING, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnInterviewDone(Event):
    """The independent return interview was held, or offered and declined."""

    missing: Annotated[UUID, MISSING_REF]
    outcome: Annotated[
        str, Field(None, "held or declined", "Statutory guidance on missing children 2014", codes="return_interview")
    ]
    said_alone: Annotated[
        str | None,
        Field(D.CHILD_VOICE, "what the child said in private", "Statutory guidance on missing children 2014"),
    ] = None


@event("disclosure-judged-detrimental.v1", D.PROTECTION, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureJudgedDetrimental(Event):
    """Telling would be more detrimental to the child than not telling (CA 2004 s16LA): who judged so, why, looked at again when.

    The record of a judgement. It withholds nothing by itself yet: what it concerns is protected or not recorded meanwhile.
    """

    classes: Annotated[
        tuple[str, ...], Field(None, "data classes it concerns", "CA 2004 s16LA (verify)", check="data_classes")
    ]
    roles: Annotated[tuple[str, ...], Field(None, "roles not to be told", "CA 2004 s16LA (verify)", check="roles")]
    judged_by: Annotated[str, Field(None, "who judged so, by office", "CA 2004 s16LA (verify); ours")]
    ground: Annotated[str, Field(None, "why", "CA 2004 s16LA (verify)", codes="detriment_ground")]
    review_on: Annotated[date, Field(None, "when it is looked at again", "ours")]
