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
    Event,
    HealthAssessmentCompleted,
    IdentifierAdded,
    LegalStatusChanged,
    PlacementMade,
)
from domain.recorded import Recorded
from domain.submission import Intended
from gateway.hub import Hub
from gateway.settings import Settings

DURHAM, HAMPSHIRE = "E06000047", "E10000014"
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
BEGUN = date(2026, 4, 6)


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
    """The nth later event: assessments and identifiers, now and then a legal status or a move within the area."""
    on = BEGUN + timedelta(days=1 + n % 50)
    match n % 6:
        case 0:
            return LegalStatusChanged(effective_on=on, legal_status=("C1", "C2")[n // 6 % 2])
        case 3:
            return PlacementMade(
                effective_on=on,
                urgency="planned",
                placement_type=("U6", "U4")[n // 6 % 2],
                area_authority=HAMPSHIRE,
                address=f"{n} Invented Street",
                postcode="ZZ1 1AA",
            )
        case 4:
            return IdentifierAdded(effective_on=on, upn="A123456789012")
        case _:
            return HealthAssessmentCompleted(
                effective_on=on, assessment_kind="review", summary="an invented summary", clinical="invented findings"
            )


def entries(made: Hub, stream: UUID, events: list[Event], record: ChildRecord | None = None) -> list[Recorded]:
    """The entries that record these events, in one submission."""
    reporter = DURHAM
    desk = made.recording.desk(reporter)
    return (record or ChildRecord(stream)).decide([Intended(made.new_id(), e) for e in events], desk)
