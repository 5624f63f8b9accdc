"""Protecting the address of a placement apart from the fact of the placement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from domain.events.base import Event, Field, event
from domain.events.placement import PLACEMENT_REF
from domain.vocabulary import DataClass as D


@event("address-protected.v1", D.PROTECTION, coarse="record", by="responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class AddressProtected(Event):
    """The address may not be told; desks that know it and still stand in a relationship take it back. Without `placement`: all."""

    placement: Annotated[UUID | None, PLACEMENT_REF] = None
    ground: Annotated[
        str, Field(None, "why", "CPR 2010 reg 13(3); county panel pack 2020, 2221-2227", codes="protection_ground")
    ]


@event("address-unprotected.v1", D.PROTECTION, coarse="record", by="responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class AddressUnprotected(Event):
    """A protection was lifted."""

    protection: Annotated[UUID, Field(None, "the address-protected event", "ours", check="names_protection")]
