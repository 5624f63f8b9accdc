"""Keeping feeds and views up to date after something was recorded, and proving that views can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.forms import Problem, Refused
from domain.vocabulary import Audience
from gateway.hub import Hub
from gateway.progress import progress
from projections.project import PositionMoved
from projections.views import VIEWS

_ENTRIES = 500  # entries disclosed in one transaction


def bring_up_to_date(hub: Hub) -> None:
    """Disclose what was recorded, then bring every desk's views up to the end of its feed.

    Where a broker carries the hub, its processes disclose; they are not waited for.
    """
    if hub.settings.kafka is None:
        _disclose(hub)
    project_all(hub)


def _disclose(hub: Hub) -> None:
    refuse_if_carried(hub)
    waiting = hub.records.last_position() - hub.feeds.position()
    with progress("disclosing", waiting) as tell:
        done = 0
        while count := hub.worker.step(_ENTRIES):
            done += count
            tell(done)


def refuse_if_carried(hub: Hub) -> None:
    """Raises Refused where workers on Kafka have more to disclose of this hub: another way of doing it would pass entries over."""
    if hub.positions.lanes() and hub.records.last_position() > hub.feeds.position():
        rule = (
            "is not set, but this hub is carried on Kafka: what was recorded is kept, and told once its processes run"
        )
        raise Refused(Problem("THROUGHLINE_KAFKA_BOOTSTRAP", rule, "docs/operations.md"))


def project_all(hub: Hub) -> None:
    """Bring every desk's views up to the end of its feed."""
    desks = hub.feeds.audiences()
    with progress("bringing views up to date", len(desks)) as tell:
        for done, desk in enumerate(desks, start=1):
            _project(hub, Audience.parse(desk))
            tell(done)


def _project(hub: Hub, desk: Audience) -> None:
    """Project one desk's feed; where another process is at it too, go on from what that one stored."""
    while True:
        try:
            hub.project(desk)
        except PositionMoved:
            continue
        return


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A desk's views made again. rows: how many there are now. differ: how many came out otherwise than before."""

    audience: Audience
    rows: int
    differ: int


def rebuild(hub: Hub, audience: Audience) -> Rebuilt:
    """Make a desk's views again from the first message of its feed, and compare them with what they were."""
    hub.project(audience)
    before = _rows(hub, audience)
    hub.rebuild(audience)
    after = _rows(hub, audience)
    differ = sum(before.get(key) != after.get(key) for key in before.keys() | after.keys())
    return Rebuilt(audience, len(after), differ)


def _rows(hub: Hub, audience: Audience) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    views = VIEWS.get(audience.role, ())
    return {(r.view, r.child, r.key): r.body for view in views for r in hub.views.rows(str(audience), view)}
