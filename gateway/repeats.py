"""Submissions that come again: recognised by what their sender calls them, and recorded once.

Senders repeat what they heard no answer to, so the answer to a repeat is that to the first. That something was received is stored
with what it recorded, in one transaction: no crash and no second process comes between. It says nothing of where that was recorded,
and so holds whatever became of it since: linked, corrected, retracted, or the child's number changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from adapters.eventsourcing_store import ChildRecords, Once
from domain.child_record import ChildRecord
from domain.forms import Problem, Refused

_OTHER: Final = Problem(
    "key", "was given to another submission, which stands: one key, one submission", "docs/submitting.md"
)
_CONTENT_BITS: Final = 63  # as many as a column of whole numbers holds


class Repeats:
    """Keys are an agency's own: two agencies may use the same. id_of: keyed ids from natural keys, in this hub and nowhere else."""

    def __init__(self, records: ChildRecords[ChildRecord], id_of: Callable[..., UUID]) -> None:
        self._records = records
        self._id_of = id_of

    def once(self, reporter: str, key: str, line: Mapping[str, Any]) -> Once:
        """Under what this submission is recorded; its id is that of its event. The order of a line's fields does not matter."""
        content = self._id_of("submission content", reporter, key, json.dumps(line, sort_keys=True))
        return Once(self._event(reporter, key), content.int >> (128 - _CONTENT_BITS))

    def received(self, once: Once) -> bool:
        """Whether it was received before. Raises Refused where its key was, with other content: neither may pass for the other."""
        content = self._records.content_of(once.id)
        if content is not None and content != once.content:
            raise Refused(_OTHER)
        return content is not None

    def event(self, reporter: str, key: str) -> UUID | None:
        """The event of what this agency submitted under a key; None where nothing was received under it."""
        event_id = self._event(reporter, key)
        return event_id if self._records.content_of(event_id) is not None else None

    def _event(self, reporter: str, key: str) -> UUID:
        return self._id_of("submission", reporter, key)
