"""Two histories that differ only in what a desk may not know give it byte-identical feeds and pictures."""

from __future__ import annotations

from hypothesis import assume, given

from domain.forms import Refused
from domain.vocabulary import Audience
from projections.views import Row, rows
from tests.properties.secrets import Secret, indistinguishable, secrets
from tests.support.histories import histories, play
from tests.support.story import Story


def assert_nothing_leaks(secret: Secret | None) -> None:
    """Both histories told to two hubs with one secret: every desk that may not know sees the same bytes."""
    assume(secret is not None)
    assert secret is not None
    try:
        one, other = play(secret.one), play(secret.other)
    except Refused:
        assume(False)
        raise
    for audience in indistinguishable(secret, one, other):
        assert one.feed_bytes(audience) == other.feed_bytes(audience), f"{audience} can tell {secret.what}"
        assert one.entitled(audience) == other.entitled(audience), f"{audience} can tell {secret.what}"
        assert views(one, audience) == views(other, audience), f"{audience} can tell {secret.what}"


def views(story: Story, audience: str) -> list[Row]:
    """Every row of the desk's views."""
    picture = story.picture(audience)
    return rows(Audience.parse(audience).role, picture) if picture is not None else []


@given(histories().flatmap(secrets))
def test_what_a_desk_may_not_know_changes_no_byte_of_its_feed(secret: Secret | None) -> None:
    assert_nothing_leaks(secret)
