"""Everything that can be recorded about a child: one file per subject, one frozen class per event type."""

from domain.events.base import Coarse, Event, EventType, Field, FieldType, Kind, ThirdPartyText, event_types
from domain.events.care import CareEnded, CareStarted, LegalStatusChanged
from domain.events.consents import ConsentRecorded, ConsentWithdrawn
from domain.events.custody import CustodyEntered, Released, ReleaseDateSet, Sentenced
from domain.events.health import HealthAssessmentCompleted, HealthAssessmentDeclined
from domain.events.notices import NoticeAcknowledged, NotifiedOutsideHub, OutOfAreaPlacementNotified
from domain.events.placement import PlacementEnded, PlacementMade, PlacementRelabelled
from domain.events.protections import AddressProtected, AddressUnprotected
from domain.events.record_keeping import (
    ContextChanged,
    EventCorrected,
    EventRetracted,
    RecordsLinked,
    RecordsUnlinked,
    ReportReceived,
)
from domain.events.registration import ChildRegistered, DetailsCorrected, IdentifierAdded

__all__ = [
    "AddressProtected",
    "AddressUnprotected",
    "CareEnded",
    "CareStarted",
    "ChildRegistered",
    "Coarse",
    "ConsentRecorded",
    "ConsentWithdrawn",
    "ContextChanged",
    "CustodyEntered",
    "DetailsCorrected",
    "Event",
    "EventCorrected",
    "EventRetracted",
    "EventType",
    "Field",
    "FieldType",
    "HealthAssessmentCompleted",
    "HealthAssessmentDeclined",
    "IdentifierAdded",
    "Kind",
    "LegalStatusChanged",
    "NoticeAcknowledged",
    "NotifiedOutsideHub",
    "OutOfAreaPlacementNotified",
    "PlacementEnded",
    "PlacementMade",
    "PlacementRelabelled",
    "RecordsLinked",
    "RecordsUnlinked",
    "ReleaseDateSet",
    "Released",
    "ReportReceived",
    "Sentenced",
    "ThirdPartyText",
    "event_types",
]
