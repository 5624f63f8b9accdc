"""A whole hub on SQLite in a temporary folder, and the child that its tests are about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from gateway.hub import Hub

DURHAM, HAMPSHIRE = "E06000047", "E10000014"
HOST = f"{HAMPSHIRE}/host-authority"
NHS_NUMBER = "9990000018"
CHILD = {"authority": DURHAM, "local_id": "900001"}
PLACED: dict[str, Any] = {
    "type": "placement-made",
    "label": "home",
    "child": CHILD,
    "effective_on": "2026-05-04",
    "urgency": "planned",
    "placement_type": "U4",
    "area_authority": HAMPSHIRE,
    "address": "1 Invented Street",
    "postcode": "ZZ1 1AA",
}


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def record(hub: Hub, agency: str, *lines: dict[str, Any], labels: dict[str, Any] | None = None) -> dict[str, Any]:
    """Record lines as an agency; answers the labels."""
    found = labels if labels is not None else {}
    for line in lines:
        hub.recording.submit(line, agency, found)
    return found


def registered(hub: Hub) -> dict[str, Any]:
    """A child of Durham, known by an NHS number, placed in Hampshire."""
    return record(
        hub,
        DURHAM,
        {
            "type": "child-registered",
            "effective_on": "2026-04-06",
            "authority": DURHAM,
            "local_id": "900001",
            "family_name": "Example-Heron",
            "born_on": "2012-03-09",
        },
        {"type": "care-started", "child": CHILD, "effective_on": "2026-04-06", "legal_status": "V2"},
        {"type": "identifier-added", "child": CHILD, "effective_on": "2026-04-06", "nhs_number": NHS_NUMBER},
        PLACED,
    )


def feeds(hub: Hub) -> dict[str, list[tuple[int, str | None]]]:
    """Every feed as a reader gets it."""
    return {
        a: [(n, repr(m) if m is not None else None) for n, m in hub.sealed.read(a, 0, 1000)]
        for a in hub.feeds.audiences()
    }


def custody(**child: str) -> dict[str, Any]:
    return {"type": "custody-entered", "child": child, "effective_on": "2026-05-20", "custody_kind": "remand"}
