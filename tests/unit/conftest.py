"""Stories of one child. Whatever a test asks of its story, at its end every desk holds what it is owed, and no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.picture import held
from tests.support.story import CODEC, Story


@pytest.fixture
def story() -> Iterator[Story]:
    """A child of whom nothing is known yet."""
    told = Story()
    yield told
    every_feed_adds_up(told)


@pytest.fixture
def twin() -> Iterator[Story]:
    """The same child again, whose story differs in one point."""
    told = Story()
    yield told
    every_feed_adds_up(told)


def every_feed_adds_up(story: Story) -> None:
    """For every desk: what its feed says is what the hub takes it to hold, covers its entitlement, and can be sent."""
    for audience in story.audiences():
        picture = story.picture(audience)
        assert picture is not None
        assert held(picture) == story.held(audience), audience
        assert story.entitled(audience).items() <= story.held(audience).items(), audience
        messages = story.messages(audience)
        assert [CODEC.decode(sent) for sent in story.feed_bytes(audience)] == messages, audience
        assert len({m.id for m in messages}) == len(messages), audience
