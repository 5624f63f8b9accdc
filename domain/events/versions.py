"""Older versions of events, read as the newest.

An event keeps for ever the version in which it was recorded: so do its bytes in the store and in feeds. What the domain thinks about
(timeline, findings, whether something was said before) it thinks about in the newest version, which `upcast` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from domain.events.base import Event
from domain.events.custody import ReleaseDateSet, ReleaseDateSetV1


def _release_date_set_v2(old: ReleaseDateSetV1) -> ReleaseDateSet:
    """Version 1 did not ask where the child will live: that is not known."""
    return ReleaseDateSet(effective_on=old.effective_on, effective_at=old.effective_at, release_on=old.release_on)


UPCASTS: Final[Mapping[type[Event], Callable[[Any], Event]]] = MappingProxyType(
    {ReleaseDateSetV1: _release_date_set_v2}
)
"""From each older version to the one after it."""


def upcast(event: Event) -> Event:
    """The event in its newest version; itself where it is. What the older version did not ask is unknown, never invented."""
    while (step := UPCASTS.get(type(event))) is not None:
        event = step(event)
    return event
