"""The order in which one stream is disclosed, where an entry of it cannot be read or disclosed.

Such an entry is *quarantined* by an entry of its own: it and all that follows it in this stream wait, other children go on. It is
*released* by another: tried again, or dropped; what waited is then disclosed at the place of the release. Both stand in the stream,
so that replay holds and releases at the same places and gives the same messages.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain.desks import Disclosed
from domain.disclosure import Disclosure
from domain.events import ContextChanged, EntryQuarantined, EntryReleased
from domain.recorded import Entry, Recorded, Unreadable

UNREADABLE: Final = "unreadable"
UNDISCLOSABLE: Final = "undisclosable"


class Poison(Exception):
    """An entry that cannot be disclosed and is not quarantined yet. Its cause is the fault itself, or None where it did not open."""

    def __init__(self, version: int, reason: str) -> None:
        super().__init__(f"entry {version} of a stream is {reason}")
        self.version = version
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Bar:
    """What a stream says of a quarantined entry. since: place of the last word that quarantined it; by it: the reason.

    until: place of the release that was the last word; None while it is quarantined. dropped: released to count as never recorded.
    """

    since: int
    reason: str
    until: int | None = None
    dropped: bool = False


def bars(entries: Iterable[Entry]) -> dict[int, Bar]:
    """Every entry that a stream ever quarantined, by its place, with the last word on it."""
    found: dict[int, Bar] = {}
    for entry in entries:
        event = entry.event if isinstance(entry, Recorded) else None
        if isinstance(event, EntryQuarantined):
            found[event.version] = Bar(entry.originator_version, event.reason)
        elif isinstance(event, EntryReleased) and (bar := found.get(event.version)) is not None and bar.until is None:
            found[event.version] = Bar(bar.since, bar.reason, entry.originator_version, event.dropped)
    return found


def settled(entries: Sequence[Entry]) -> list[Entry]:
    """What the record of a child is folded from: without what was dropped, and without what cannot be read while it is quarantined.

    An entry that reads but could not be disclosed is a fact all the same.
    """
    known = bars(entries)
    return [e for e in entries if (bar := known.get(e.originator_version)) is None or not _set_aside(e, bar)]


def _set_aside(entry: Entry, bar: Bar) -> bool:
    return bar.dropped or (isinstance(entry, Unreadable) and bar.until is None)


@dataclass(slots=True)
class Fold:
    """One stream's disclosure, entry by entry. known: what the whole stream, as far as it is stored, says of quarantined entries."""

    disclosure: Disclosure
    known: dict[int, Bar] = field(default_factory=dict)
    version: int = 0
    _waiting: deque[Entry] = field(default_factory=deque)

    @property
    def held(self) -> int | None:
        """The place of the entry that the others wait behind; None where nothing waits."""
        return self._waiting[0].originator_version if self._waiting else None

    def advance(self, entry: Entry) -> list[Disclosed]:
        """Take in the next entry; answers what is disclosed at its place. Raises Poison: then this fold is of no more use."""
        self.version = entry.originator_version
        event = entry.event if isinstance(entry, Recorded) else None
        if isinstance(event, EntryQuarantined):
            return []
        if isinstance(event, EntryReleased):
            bar = self.known.get(event.version)
            if (
                bar is not None and bar.until is None and bar.since < self.version
            ):  # recorded since the stream was looked through
                self.known[event.version] = Bar(bar.since, bar.reason, self.version, event.dropped)
        else:
            self._waiting.append(entry)
        return self._go_on()

    def _go_on(self) -> list[Disclosed]:
        out: list[Disclosed] = []
        while self._waiting:
            entry = self._waiting[0]
            bar = self.known.get(entry.originator_version)
            if bar is not None and (bar.until is None or bar.until > self.version):
                break
            if bar is None or not bar.dropped:
                out += self._disclose(entry)
            self._waiting.popleft()
        return out

    def _disclose(self, entry: Entry) -> list[Disclosed]:
        if isinstance(entry, Unreadable):
            raise Poison(entry.originator_version, UNREADABLE)
        if isinstance(
            entry.event, ContextChanged
        ):  # a document that is missing is no fault of this entry: it is restored
            self.disclosure.documents.policy(entry.event.policy)
            self.disclosure.documents.register(entry.event.register)
        try:
            return self.disclosure.advance(entry)
        except MemoryError:
            raise
        except Exception as fault:
            raise Poison(entry.originator_version, UNDISCLOSABLE) from fault
