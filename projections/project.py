"""The loop from a desk's feed to its views: messages in number order; pictures, rows and position stored together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, Protocol

from domain.feed import Message
from domain.picture import Picture, fold
from domain.vocabulary import Audience
from projections.views import Row, rows

BATCH: Final = 500  # messages per transaction


class Feed(Protocol):
    """Where a desk's messages come from."""

    def read(self, audience: str, after: int, limit: int) -> Sequence[tuple[int, Message | None]]:
        """The messages after a number, in order, without gaps. None: its item was since withdrawn, the body is lost."""


class Views(Protocol):
    """Where pictures and rows are kept, desk by desk."""

    def position(self, audience: str) -> int:
        """The number of the last message that was applied; 0 before the first."""

    def pictures(self, audience: str, children: Collection[str] | None = None) -> dict[str, Picture]:
        """The pictures of these children (None: of all), by the desk's reference; those not met before are left out."""

    def rows(self, audience: str, view: str) -> list[Row]:
        """The rows of one view, ordered by child and key."""

    def commit(
        self, audience: str, after: int, number: int, pictures: Mapping[str, Picture], made: Sequence[Row]
    ) -> None:
        """Replace these children's pictures and all of their rows, and move the position, all or nothing.

        Raises PositionMoved, and changes nothing, when the position is no longer `after`.
        """

    def forget(self, audience: str) -> None:
        """Delete the desk's pictures, rows and position."""


class FeedGap(RuntimeError):
    """A feed whose numbers do not follow on: nothing of the batch was applied."""

    def __init__(self, audience: str, expected: int, found: int) -> None:
        super().__init__(f"feed of {audience}: number {found} where {expected} was due; rule: numbers have no gaps")
        self.audience = audience
        self.expected = expected
        self.found = found


class PositionMoved(RuntimeError):
    """Another worker projected this desk's feed at the same time. What it stored stands; one may go on from there."""

    def __init__(self, audience: str, after: int) -> None:
        super().__init__(f"views of {audience}: the position is no longer {after}: another worker has moved it")
        self.audience = audience
        self.after = after


def project(audience: Audience, feed: Feed, views: Views, batch: int = BATCH) -> int:
    """Bring a desk's views up to the end of its feed; answers the number reached.

    1. read a batch after the stored position, whose numbers must follow on  2. load the pictures of the children in it
    3. apply the messages; lost bodies are passed over  4. make those children's rows again  5. commit all of it with
    the position. A crash before 5 changes nothing; the next call begins where the last commit left off. Raises FeedGap
    and PositionMoved.
    """
    desk = str(audience)
    after = views.position(desk)
    while messages := feed.read(desk, after, batch):
        for expected, (number, _) in enumerate(messages, start=after + 1):
            if number != expected:
                raise FeedGap(desk, expected, number)
        known = views.pictures(desk, {message.child for _, message in messages if message is not None})
        pictures = fold(messages, known)
        made = [row for picture in pictures.values() for row in rows(audience.role, picture)]
        number = after + len(messages)
        views.commit(desk, after, number, pictures, made)
        after = number
    return after


def rebuild(audience: Audience, feed: Feed, views: Views, batch: int = BATCH) -> int:
    """Forget a desk's views and make them again from number 1; the result is the same. Answers the number reached."""
    views.forget(str(audience))
    return project(audience, feed, views, batch)
