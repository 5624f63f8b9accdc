"""What somebody wants recorded: an event under an id of its own, before it stands in any stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.events import Event


@dataclass(frozen=True, slots=True)
class Intended:
    """One event to be recorded. The same id twice is the same fact: alike it changes nothing, different it is corrected.

    history: loaded as history: starts no clock, asks nobody to acknowledge.
    """

    event_id: UUID
    event: Event
    history: bool = False


@dataclass(frozen=True, slots=True)
class Identifiers:
    """By what a report names the child. strong: kind to value (nhs_number, upn, local_id); a name and birth date are weak."""

    strong: Mapping[str, str] = field(default_factory=dict)
    given_name: str | None = None
    family_name: str | None = None
    born_on: date | None = None
