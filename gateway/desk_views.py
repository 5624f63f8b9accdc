"""Everything one desk can look at, by name: its views, and for a responsible authority the rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from domain.vocabulary import Audience, Role
from gateway.hub import Hub
from gateway.rooms import Rooms, acknowledgements
from gateway.wording import Words
from projections import host_authority
from projections.reading import as_json
from projections.views import VIEWS

Rows = Callable[[], Iterator[dict[str, Any]]]


def desk_views(hub: Hub, audience: Audience, child: str = "") -> dict[str, Rows]:
    """The names of a desk's views, each with what reads its rows (as JSON's types).

    child: the beginning of the desk's reference of a child; rows of other children are left out.
    """
    views: dict[str, Rows] = {name: _view(hub, audience, name, child) for name in VIEWS.get(audience.role, ())}
    if "notices" in views:
        views["notices"] = _answered(views["notices"], Answers(hub, audience))
    if "chronology" in views:
        views["chronology"] = _in_words(views["chronology"], Words(hub.policy.codes, hub.register))
    if audience.role is Role.RESPONSIBLE_AUTHORITY:
        rooms = Rooms(hub, audience)
        views["told"] = lambda: _rows(row for of in rooms.children(child) for row in rooms.told(of))
        views["not-told"] = lambda: _rows(row for of in rooms.children(child) for row in rooms.not_told(of))
        views["quarantine"] = lambda: _rows(() if child else rooms.quarantine())  # its rows name no child
        views["tray"] = lambda: _rows(row for row in rooms.tray() if not child or (row.ref or "").startswith(child))
    return views


class Answers:
    """What a desk itself has acknowledged. Its agency said so to the hub: nothing else that the desk was not told."""

    def __init__(self, hub: Hub, audience: Audience) -> None:
        self._hub = hub
        self._audience = str(audience)
        self._known: dict[UUID, dict[tuple[str, UUID], date]] = {}

    def on(self, item: str) -> date | None:
        """The day on which this desk acknowledged an item of its own, the first time; None if it has not."""
        behind = self._hub.feeds.event_behind(self._audience, item)
        if behind is None:
            return None
        child, event = behind
        if child not in self._known:
            record = self._hub.records.get(child)
            self._known[child] = acknowledgements(record.history.facts.values()) if record is not None else {}
        return self._known[child].get((self._audience, event))

    def told_before(self, item: str, number: int) -> bool:
        """Whether the desk was given notice of this item before this number of its feed."""
        behind = self._hub.feeds.event_behind(self._audience, item)
        first = self._hub.ledger.first_notice(self._audience, behind[1]) if behind is not None else None
        return first is not None and first < number


def host_counts(hub: Hub, audience: Audience, as_at: date) -> list[dict[str, Any]]:
    """The figures of a host authority for a day, each with its definition and the feed number it was known at."""
    desk = str(audience)
    pictures = hub.views.pictures(desk).values()
    return [as_json(f) for f in host_authority.counts(pictures, as_at, hub.views.position(desk))]


def _view(hub: Hub, audience: Audience, name: str, child: str) -> Rows:
    return lambda: (dict(r.body) for r in hub.views.rows(str(audience), name) if r.child.startswith(child))


def _answered(notices: Rows, answers: Answers) -> Rows:
    return lambda: ({**row, "acknowledged_on": as_json(answers.on(row["item"]))} for row in notices())


def _in_words(chronology: Rows, words: Words) -> Rows:
    return lambda: (
        {
            "ref": row["ref"],
            "effective_on": row["effective_on"],
            "in_words": words.line(row["what"], row["fields"]),
            "told_on": row["told_on"],
        }
        for row in chronology()
    )


def _rows(found: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for row in found:
        said = as_json(row)
        yield {name: str(value) if isinstance(value, UUID) else value for name, value in said.items()}
