"""Consent to share: one lawful basis among several, with a giver, a ground, a scope and an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.events.base import Event, Field, event
from domain.vocabulary import DataClass as D


@event("consent-recorded.v1", D.CONSENT, coarse="record", by="responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecorded(Event):
    """An answer to "may this be shared with them?": given, refused, unobtainable or unknown. A refusal is not for ever.

    Recorded by the responsible authority alone: no desk grants itself the consent by which it would be told more.
    """

    state: Annotated[str, Field(None, "the answer", "NICE PH28 fieldwork 1425", codes="consent_state")]
    giver: Annotated[str, Field(None, "who answered", "CA 1989 s3, s33; ours", codes="consent_giver")]
    ground: Annotated[
        str, Field(None, "by what capacity or right", "Family Law Reform Act 1969 s8; Gillick", codes="consent_ground")
    ]
    classes: Annotated[
        tuple[str, ...], Field(None, "data classes it covers", "UK GDPR Art 4(11)", check="data_classes")
    ]
    roles: Annotated[tuple[str, ...], Field(None, "roles it covers", "UK GDPR Art 4(11)", check="roles")]
    purpose: Annotated[str | None, Field(None, "what for", "UK GDPR Art 6(1)(a)")] = None
    until: Annotated[date | None, Field(None, "last day on which it holds", "ours")] = None


@event("consent-withdrawn.v1", D.CONSENT, coarse="record", by="responsible health yot")
@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """A consent no longer holds. What rests on a duty goes on being shared."""

    consent: Annotated[UUID, Field(None, "the consent-recorded event", "UK GDPR Art 7(3)", check="names_consent")]
