"""Two processes that disclose the same store, and a crash between storing and numbering: nothing twice, nothing untold."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.sql_feeds import SqlFeeds
from gateway.hub import Hub
from gateway.settings import Settings
from tests.support.hubs import HOST, feeds, registered


def now() -> datetime:
    return datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_what_was_stored_and_not_numbered_is_numbered_by_the_next_run(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Hub(settings, clock=now) as hub:
        registered(hub)

        def dies(_self: SqlFeeds) -> int:
            raise OSError("gone between storing and numbering")

        with monkeypatch.context() as broken:
            broken.setattr(SqlFeeds, "sequence", dies)
            with pytest.raises(OSError, match="between storing and numbering"):
                hub.disclose()
        assert hub.feeds.read(HOST, 0, 10) == []

        hub.disclose()
        assert [n for n, _ in feeds(hub)[HOST]] == [1, 2, 3, 4]


def test_a_step_that_another_process_stored_first_is_not_stored_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Hub(settings, clock=now) as one, Hub(settings, clock=now) as other:
        registered(one)
        real = type(one.sealed).commit
        overtaken: list[bool] = []

        def slower(self: object, step: object) -> None:
            if not overtaken:  # the other process discloses everything while this one was about to store
                overtaken.append(True)
                other.disclose()
            real(self, step)  # type: ignore[arg-type]

        monkeypatch.setattr(type(one.sealed), "commit", slower)
        one.disclose()

        once = feeds(one)
        assert [n for n, _ in once[HOST]] == [1, 2, 3, 4]
        assert once == feeds(other)
