"""Facts about the record itself: corrections, retractions, joined reports, and the documents and day that decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.events.base import Event, Field, event
from domain.vocabulary import DataClass as D

ANYONE = "responsible authority health yot"


@event("event-corrected.v1", D.ADMINISTRATION, coarse="record", by=ANYONE)
@dataclass(frozen=True, slots=True, kw_only=True)
class EventCorrected(Event):
    """What an earlier event should have said. Those told the earlier words get the new ones; history keeps both."""

    corrects: Annotated[UUID, Field(None, "the event it corrects", "UK GDPR Art 16", check="names_event")]
    replacement: Annotated[
        Event, Field(None, "the whole event as it should have been, of the same type", "UK GDPR Art 16")
    ]


@event("event-retracted.v1", D.ADMINISTRATION, coarse="record", by=ANYONE)
@dataclass(frozen=True, slots=True, kw_only=True)
class EventRetracted(Event):
    """An earlier event should never have stood in this record; everyone told is told to take it back."""

    retracts: Annotated[UUID, Field(None, "the event it retracts", "UK GDPR Art 5(1)(d)", check="names_event")]
    reason: Annotated[str, Field(None, "why", "ours", codes="retraction_reason")]


@event("report-received.v1", D.ADMINISTRATION, coarse="record", by="hub")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReceived(Event):
    """A report that names no child for certain. It opens a stream of its own and waits in the addressed authority's tray."""

    addressed_to: Annotated[str, Field(None, "authority in whose tray it waits", "ours", check="authority")]
    given_name: Annotated[str | None, Field(D.IDENTITY, "given name as reported", "ours")] = None
    family_name: Annotated[str | None, Field(D.IDENTITY, "family name as reported", "ours")] = None
    born_on: Annotated[date | None, Field(D.IDENTITY, "date of birth as reported", "ours", check="not_in_future")] = (
        None
    )
    nhs_number: Annotated[str | None, Field(D.IDENTIFIER_NHS, "NHS number as reported", "ours", check="nhs_number")] = (
        None
    )
    upn: Annotated[str | None, Field(D.IDENTIFIER_UPN, "UPN as reported", "ours", check="upn")] = None


@event("records-linked.v1", D.ADMINISTRATION, coarse="record", by="responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsLinked(Event):
    """A waiting report was about this child; its events follow in this stream under their own ids."""

    report: Annotated[UUID, Field(None, "the report's stream", "ours")]


@event("records-unlinked.v1", D.ADMINISTRATION, coarse="record", by="responsible")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsUnlinked(Event):
    """A report was joined to the wrong child: its events no longer stand here, and it waits in the tray again."""

    report: Annotated[UUID, Field(None, "the report's stream", "ours", check="joined_report")]


@event("context-changed.v1", D.ADMINISTRATION, coarse="record", by="hub")
@dataclass(frozen=True, slots=True, kw_only=True)
class ContextChanged(Event):
    """The documents and the day by which the hub decides from here on. Replay reads no clock and no current file."""

    policy: Annotated[str, Field(None, "content hash of the sharing policy with its code lists", "ours")]
    register: Annotated[str, Field(None, "content hash of the agency register", "ours")]
    reasons: Annotated[tuple[str, ...], Field(None, "what the calendar or an adoption changed", "ours")] = ()


@event("entry-quarantined.v1", D.ADMINISTRATION, coarse="record", by="hub", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class EntryQuarantined(Event):
    """An entry of this stream could not be read or disclosed: it and what follows wait (`domain.quarantine`). Told to no desk."""

    version: Annotated[int, Field(None, "the entry's place in this stream", "ours")]
    reason: Annotated[str, Field(None, "unreadable: it does not open; undisclosable: the hub failed on it", "ours")]


@event("entry-released.v1", D.ADMINISTRATION, coarse="record", by="hub", shapes_context=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class EntryReleased(Event):
    """A quarantined entry is tried again, or given up; then what waited behind it goes on. Told to no desk."""

    version: Annotated[int, Field(None, "the entry's place in this stream", "ours")]
    dropped: Annotated[bool, Field(None, "given up: it counts as never recorded", "ours")]
    decided_by: Annotated[str, Field(None, "who decided", "ours")]
    why: Annotated[str, Field(None, "on what ground", "ours")]
