"""Planning the child's care: plan, reviews, disputes, who visits. Mostly for the responsible authority alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.events.base import Coarse, Event, Field, Lasting, ThirdPartyText, event
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown

PLAN_REF = Field(None, "the care plan", "CPR 2010 reg 5", check="names_care_plan", coarse=Coarse.KEEP)


@event("care-plan-made.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class CarePlanMade(Event):
    """The authority made or revised the care plan (CPR 2010 reg 4-6). It holds the health plan and the personal education plan."""

    permanence: Annotated[
        str | Unknown | None,
        Field(None, "long-term plan for the child's upbringing", "CPR 2010 reg 5(a)", codes="permanence"),
    ] = None
    summary: Annotated[str | None, Field(None, "what is planned, in short", "CPR 2010 reg 5")] = None
    agreed_with: Annotated[
        ThirdPartyText | None, Field(D.THIRD_PARTY, "with whom it was agreed", "CPR 2010 reg 4(4)")
    ] = None


@event("care-plan-supplied.v1", D.ADMINISTRATION, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class CarePlanSupplied(Event):
    """A copy of the care plan was given to somebody: when (effective on), how, to whom."""

    plan: Annotated[UUID, PLAN_REF]
    recipient_kind: Annotated[str, Field(None, "to whom", "CPR 2010 reg 6(3), 13(4)(b)", codes="recipient_kind")]
    method: Annotated[str, Field(None, "how", "ours", codes="notice_method")]


@event("review-held.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewHeld(Event):
    """The child's case was reviewed (CPR 2010 reg 32-37)."""

    participation: Annotated[
        str | Unknown, Field(None, "how the child took part", "SSDA903 REVIEW_CODE", codes="participation")
    ]
    decisions: Annotated[str | None, Field(None, "what was decided, in short", "CPR 2010 reg 37")] = None
    next_due_on: Annotated[date | Unknown | None, Field(None, "when the next is due", "CPR 2010 reg 33")] = None


@event("review-postponed.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPostponed(Event):
    """A review that was due did not take place, or was left unfinished."""

    until: Annotated[date | Unknown, Field(None, "when it is now to be held", "CPR 2010 reg 33")]
    reason: Annotated[str, Field(None, "why", "NICE PH28 fieldwork; ours", codes="postponement_reason")]
    evidence_missing: Annotated[
        str | None, Field(None, "what was missing to decide on", "CPR 2010 reg 35, Sch 7", codes="review_evidence")
    ] = None


@event("dispute-opened.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened(Event):
    """A decision is disputed, by the reviewing officer under the local resolution process or by another. No move meanwhile."""

    about: Annotated[str, Field(None, "what it is about", "IRO Handbook 2010, ch 6", codes="dispute_subject")]
    raised_by: Annotated[str, Field(None, "who disputes it", "CPR 2010 reg 45; CA 1989 s26", codes="dispute_party")]


@event("dispute-closed.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeClosed(Event):
    """The dispute was settled."""

    dispute: Annotated[UUID, Field(None, "the dispute", "IRO Handbook 2010, ch 6", check="names_dispute")]
    outcome: Annotated[str | Unknown, Field(None, "how", "IRO Handbook 2010, ch 6", codes="dispute_outcome")]


@event(
    "social-worker-changed.v1",
    D.CONTACT_DETAIL,
    coarse="record",
    by="responsible",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class SocialWorkerChanged(Event):
    """Who the child's social worker is from this day on; unknown: nobody is allocated."""

    name: Annotated[str | Unknown | None, Field(None, "name", "CPR 2010 Sch 1, Sch 2")] = None
    phone: Annotated[str | None, Field(None, "telephone at work", "ours")] = None
    worker_id: Annotated[
        str | None, Field(D.ADMINISTRATION, "the authority's or regulator's number of the worker", "SSDA903 SW_ID")
    ] = None
    reason: Annotated[
        str | Unknown | None, Field(D.CARE_DETAIL, "why it changed", "SSDA903 SW_REASON", codes="worker_change_reason")
    ] = None


@event(
    "reviewing-officer-changed.v1",
    D.CONTACT_DETAIL,
    coarse="record",
    by="responsible",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewingOfficerChanged(Event):
    """Who the independent reviewing officer (IRO) is from this day on (CA 1989 s25A)."""

    name: Annotated[str | Unknown, Field(None, "name", "CA 1989 s25A")]
    phone: Annotated[str | None, Field(None, "telephone at work", "CHR 2015 reg 41")] = None


@event("visit-made.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMade(Event):
    """The authority's representative visited the child (CPR 2010 reg 28-30). What the child says alone is a class of its own."""

    seen: Annotated[bool | Unknown, Field(None, "the child was seen", "CPR 2010 reg 28")]
    seen_alone: Annotated[bool | Unknown, Field(None, "spoken to in private", "CPR 2010 reg 29")]
    said_alone: Annotated[
        str | None,
        Field(D.CHILD_VOICE, "what the child said in private", "CPR 2010 reg 29; Care Matters 2007 para 3.78"),
    ] = None
    note: Annotated[str | None, Field(None, "what was found", "CPR 2010 reg 30")] = None


@event("siblings-separated.v1", D.CARE_DETAIL, coarse="record", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class SiblingsSeparated(Event):
    """The child does not live with a sibling who is looked after too, and why (CA 1989 s22C(8)(c))."""

    reason: Annotated[
        str | Unknown, Field(None, "why", "CA 1989 s22C(8)(c); NICE PH28 fieldwork 3879", codes="separation_reason")
    ]
    sibling: Annotated[ThirdPartyText | None, Field(D.THIRD_PARTY, "which sibling", "NICE PH28 fieldwork 3879")] = None
