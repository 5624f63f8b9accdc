"""Who cares for the child's health, what the child waits for, what of the record is missing. Status, never content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.events.base import Coarse, Event, Field, Lasting, event
from domain.vocabulary import DataClass as D
from domain.vocabulary import Unknown

HEALTH_BODY = Field(None, "the health body", "NHS Who Pays? 2022", check="health_body")


@event(
    "gp-registered.v1",
    D.HEALTH_SUMMARY,
    coarse="record",
    by="health responsible",
    shapes_context=False,
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class GpRegistered(Event):
    """The child is on the list of a general practice; unknown: with nobody as far as anyone knows."""

    practice: Annotated[
        str | Unknown,
        Field(D.PLACEMENT_ADDRESS, "the practice; near the placement", "CPR 2010 reg 13(2)(g), Sch 1 para 1"),
    ]
    kind: Annotated[
        str, Field(None, "permanent or temporary", "NHS (GMS Contracts) Regs 2015", codes="gp_registration")
    ]


@event(
    "service-status-changed.v1",
    D.THERAPY_STATUS,
    coarse="record",
    by="health responsible",
    shapes_context=False,
    lasting=Lasting(by="service", over=("status", frozenset({"refused", "declined", "ended"}))),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStatusChanged(Event):
    """Where the child stands with a service: status only. A place in the queue is kept when the child moves."""

    service: Annotated[str, Field(None, "the service", "NICE PH28 fieldwork 1635, 3181", codes="service")]
    status: Annotated[
        str, Field(None, "waiting, in treatment, refused, declined, ended", "ours", codes="service_status")
    ]
    waiting_since: Annotated[
        date | Unknown | None,
        Field(
            None,
            "in the queue since; carried across moves",
            "NICE PH28 fieldwork 1635; NHS referral to treatment rules",
        ),
    ] = None


@event(
    "early-record-received.v1",
    D.HEALTH_SUMMARY,
    coarse="record",
    by="health responsible",
    shapes_context=False,
    lasting=Lasting(by="record"),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyRecordReceived(Event):
    """A part of the child's early health record has come to those who need it."""

    record: Annotated[str, Field(None, "which part", "NICE PH28 fieldwork 892", codes="early_record")]


@event(
    "early-record-lost.v1",
    D.HEALTH_SUMMARY,
    coarse="record",
    by="health responsible",
    shapes_context=False,
    lasting=Lasting(by="record"),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyRecordLost(Event):
    """A part of the child's early health record is lost, so that nobody asks for it again and again."""

    record: Annotated[str, Field(None, "which part", "NICE PH28 fieldwork 892", codes="early_record")]


@event(
    "information-gap-logged.v1",
    D.HEALTH_SUMMARY,
    coarse="record",
    by="health responsible",
    shapes_context=False,
    lasting=Lasting(each=True, ended_by=frozenset({"information-gap-filled"})),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class InformationGapLogged(Event):
    """Something that should be known about the child's health is not, and was asked for."""

    about: Annotated[str, Field(None, "what is not known", "NICE PH28 fieldwork 892", codes="information_gap")]
    asked_of: Annotated[str | None, Field(D.CARE_DETAIL, "who was asked", "ours")] = None


@event("information-gap-filled.v1", D.HEALTH_SUMMARY, coarse="record", by="health responsible", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class InformationGapFilled(Event):
    """What was not known is known now; what it is stands in an event of its own class."""

    gap: Annotated[UUID, Field(None, "the information-gap-logged event", "ours", check="names_gap", coarse=Coarse.KEEP)]


@event(
    "responsible-commissioner-determined.v1",
    D.HEALTH_SUMMARY,
    coarse="record",
    by="responsible",
    lasting=Lasting(),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibleCommissionerDetermined(Event):
    """It was settled which health body pays, from this day on. Never inferred from the general practice.

    The responsible authority records it: no health body makes itself the one that pays, and is told what that one is told.
    """

    health_body: Annotated[str, HEALTH_BODY]


@event(
    "responsible-commissioner-contested.v1",
    D.HEALTH_SUMMARY,
    coarse="record",
    by="health responsible",
    shapes_context=False,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibleCommissionerContested(Event):
    """A health body says that another one pays. Until it is determined, the one that was responsible stays so."""

    contested_by: Annotated[str, HEALTH_BODY]
    proposed: Annotated[
        str | Unknown | None, Field(None, "who should pay, as it says", "NHS Who Pays? 2022", check="health_body")
    ] = None


@event(
    "health-professional-named.v1",
    D.CONTACT_DETAIL,
    coarse="record",
    by="health",
    shapes_context=False,
    lasting=Lasting(by="function"),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class HealthProfessionalNamed(Event):
    """Who in health is to be rung about this child, in one function."""

    function: Annotated[
        str,
        Field(
            None,
            "as what",
            "Promoting the health and well-being of looked-after children 2015",
            codes="health_function",
        ),
    ]
    name: Annotated[str | Unknown, Field(None, "name", "ours")]
    phone: Annotated[str | None, Field(None, "telephone at work", "ours")] = None
