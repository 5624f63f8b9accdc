"""Telling those the law wants told, and knowing that they heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.events.base import Event, Field, event
from domain.events.placement import PLACEMENT_REF
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown


@event("out-of-area-placement-notified.v1", D.NOTICE, coarse="notice", by="responsible authority", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfAreaPlacementNotified(Event):
    """The formal notice of CPR 2010 reg 13(4), or the home's own under Children's Homes (England) Regs 2015 reg 41.

    A home has no desk here: the authority that it told records its notice.
    """

    placement: Annotated[UUID, PLACEMENT_REF]
    notified_by: Annotated[
        str, Field(None, "the placing authority, or the home", "CPR 2010 reg 13; CHR 2015 reg 41", codes="notifier")
    ]
    needs: Annotated[str | Unknown | None, Field(None, "assessment of the child's needs", "CPR 2010 reg 13(4)(a)")] = (
        None
    )
    why_suitable: Annotated[
        str | Unknown | None, Field(None, "why this placement is the most suitable", "CPR 2010 reg 13(4)(a)")
    ] = None
    care_plan_supplied: Annotated[
        bool, Field(None, "a copy of the care plan went with it", "CPR 2010 reg 13(4)(b)")
    ] = False


@event("notice-acknowledged.v1", D.ADMINISTRATION, coarse="notice", by="authority health yot", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAcknowledged(Event):
    """A recipient confirms that a notice reached the right desk. Silence is a signal to who sent it."""

    notice: Annotated[UUID, Field(None, "the event the notice told of", "ours", check="names_event")]
    audience: Annotated[str, Field(None, "the desk that acknowledges", "ours", check="audience")]
    by: Annotated[str | None, Field(None, "the person at that desk", "ours")] = None


@event("notified-outside-hub.v1", D.ADMINISTRATION, coarse="notice", by="responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class NotifiedOutsideHub(Event):
    """Someone without a feed (child, parent, GP, IRO) was told some other way, so that "who has been told" has no blanks."""

    about: Annotated[UUID, Field(None, "the event they were told of", "CPR 2010 reg 13(2)", check="names_event")]
    recipient_kind: Annotated[str, Field(None, "who was told", "CPR 2010 reg 13(2)(a)-(i)", codes="recipient_kind")]
    method: Annotated[str, Field(None, "how", "ours", codes="notice_method")]
    told_on: Annotated[date, Field(None, "when", "CPR 2010 reg 13(1)")]
