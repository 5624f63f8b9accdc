"""Hubs full of invented children, for measuring."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from domain.child_record import ChildRecord
from domain.events import (
    CareStarted,
    ChildRegistered,
    EducationPlanReviewed,
    Event,
    HealthAssessmentCompleted,
    IdentifierAdded,
    LegalStatusChanged,
    PlacementMade,
    SchoolStarted,
    ServiceStatusChanged,
    SocialWorkerChanged,
    VisitMade,
)
from domain.recorded import Recorded
from domain.submission import Intended
from gateway.hub import Hub
from gateway.settings import Settings

DURHAM, HAMPSHIRE = "E06000047", "E10000014"
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
BEGUN = date(2026, 4, 6)
KINDS = 9


@contextmanager
def hub() -> Iterator[Hub]:
    """A hub in a temporary folder, at a fixed moment."""
    with TemporaryDirectory() as folder, Hub(Settings(Path(folder)), clock=lambda: NOW) as made:
        yield made


def first_events(n: int) -> list[Event]:
    """A child placed out of area: responsible authority, virtual school, host and two health bodies are told."""
    return [
        ChildRegistered(
            effective_on=BEGUN,
            authority=DURHAM,
            local_id=str(n),
            given_name="Invented",
            family_name=f"Example-{n}",
            born_on=date(2012, 3, 9),
            sex="2",
        ),
        CareStarted(effective_on=BEGUN, legal_status="C2", need="N1"),
        PlacementMade(
            effective_on=BEGUN,
            urgency="planned",
            placement_type="U4",
            provider="PR1",
            area_authority=HAMPSHIRE,
            address="1 Invented Street",
            postcode="ZZ1 1AA",
        ),
    ]


def later_event(n: int) -> Event:
    """The nth later event, of `KINDS` kinds in turn: what lasts, what is only news, and what moves the child within the area."""
    on = BEGUN + timedelta(days=1 + n % 50)
    turn = n // KINDS % 2
    match n % KINDS:
        case 0:
            return LegalStatusChanged(effective_on=on, legal_status=("C1", "C2")[turn])
        case 1:
            status = ("waiting", "in-treatment")[turn]
            return ServiceStatusChanged(effective_on=on, service="camhs", status=status, waiting_since=BEGUN)
        case 2:
            return SchoolStarted(effective_on=on, school_name=f"Invented School {turn}", year_group="8")
        case 3:
            return PlacementMade(
                effective_on=on,
                urgency="planned",
                placement_type=("U6", "U4")[turn],
                area_authority=HAMPSHIRE,
                address=f"{n} Invented Street",
                postcode="ZZ1 1AA",
            )
        case 4:
            return IdentifierAdded(effective_on=on, upn="A123456789012")
        case 5:
            return VisitMade(effective_on=on, seen=True, seen_alone=True, said_alone="invented words")
        case 6:
            return SocialWorkerChanged(effective_on=on, name=f"Invented Worker {turn}", phone="01632 960100")
        case 7:
            return EducationPlanReviewed(effective_on=on, summary="an invented summary")
        case _:
            return HealthAssessmentCompleted(
                effective_on=on, assessment_kind="review", summary="an invented summary", clinical="invented findings"
            )


def entries(made: Hub, stream: UUID, events: list[Event], record: ChildRecord | None = None) -> list[Recorded]:
    """The entries that record these events, in one submission."""
    reporter = DURHAM
    desk = made.recording.desk(reporter)
    return (record or ChildRecord(stream)).decide([Intended(made.new_id(), e) for e in events], desk)
