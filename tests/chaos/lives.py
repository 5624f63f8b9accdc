"""Lives of invented children as agencies record them: what opens and closes relationships, what is told, what is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

from domain.events import (
    AddressProtected,
    AddressUnprotected,
    ConsentRecorded,
    ConsentWithdrawn,
    CustodyEntered,
    Event,
    EventCorrected,
    EventRetracted,
    PlacementMade,
    Released,
)
from domain.submission import Intended
from tests.bench.world import BEGUN, DURHAM, first_events, later_event
from tests.support.story import GATESHEAD, HAMPSHIRE, WIGHT

AREAS = (DURHAM, GATESHEAD, HAMPSHIRE, WIGHT)
COVERED = (("health_summary",), ("health_sensitive",), ("health_summary", "health_sensitive"))
ASKED = (("virtual-school",), ("local-health", "originating-health"), ("home-yot", "virtual-school"))


class Life:
    """One child's life as it is recorded: moves between areas, consents and their withdrawal, protections, corrections."""

    def __init__(self, n: int, chance: Random) -> None:
        self._chance = chance
        self._n = n
        self.stream = self.new_id()
        self._said: dict[UUID, Event] = {}
        self._consents: list[UUID] = []
        self._protections: list[UUID] = []
        self.registered = False  # once the hub has said that it stored the registration

    def new_id(self) -> UUID:
        """An id by the run's own chance."""
        return UUID(int=self._chance.getrandbits(128), version=4)

    def next(self) -> list[Intended]:
        """The next submission: some events; before the child is registered, those that do."""
        if not self.registered:
            return [Intended(self.new_id(), event) for event in first_events(self._n)]
        intended = [Intended(self.new_id(), self._event()) for _ in range(self._chance.randint(1, 4))]
        for one in intended:
            self._remember(one)
        return intended

    def plain(self) -> Event:
        """An event that refers to no other: anybody may record it at any time."""
        return later_event(self._chance.randrange(1_000))

    def _event(self) -> Event:
        on = BEGUN + timedelta(days=self._chance.randint(1, 50))
        pick = self._chance.choice
        match self._chance.randrange(20):
            case 0 | 1 | 2:
                return PlacementMade(
                    effective_on=on,
                    urgency=pick(("planned", "emergency")),
                    placement_type=pick(("U4", "U6", "K2", "R5")),
                    area_authority=pick(AREAS),
                    address=f"{self._chance.randint(1, 99)} Invented Street",
                    postcode="ZZ1 1AA",
                )
            case 3 | 4:
                return ConsentRecorded(
                    effective_on=on,
                    state="given",
                    giver="parent",
                    ground="parental-responsibility",
                    classes=pick(COVERED),
                    roles=pick(ASKED),
                )
            case 5 if self._consents:
                return ConsentWithdrawn(effective_on=on, consent=self._consents.pop())
            case 6:
                return AddressProtected(effective_on=on, ground="significant-harm")
            case 7 if self._protections:
                return AddressUnprotected(effective_on=on, protection=self._protections.pop())
            case 8:
                return CustodyEntered(effective_on=on, custody_kind="remand")
            case 9:
                return Released(effective_on=on)
            case 10 if self._said:
                about = pick(list(self._said))
                del self._said[about]
                return EventRetracted(effective_on=on, retracts=about, reason="recorded-in-error")
            case 11 if self._said:
                about = pick(list(self._said))
                return EventCorrected(
                    effective_on=on, corrects=about, replacement=replace(self._said[about], effective_on=on)
                )
            case _:
                return self.plain()

    def _remember(self, one: Intended) -> None:
        match one.event:
            case ConsentRecorded():
                self._consents.append(one.event_id)
            case AddressProtected():
                self._protections.append(one.event_id)
            case EventCorrected() | EventRetracted() | ConsentWithdrawn() | AddressUnprotected():
                pass
            case event:
                self._said[one.event_id] = event
