"""The demonstration on PostgreSQL and in SQLite files, under one master key: every desk's feed is the same, byte for byte."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.forms import Refused
from gateway.cli import run
from gateway.demo import play
from gateway.settings import DATABASE, Settings

Feed = Callable[[str, Settings], str]


def played(settings: Settings) -> list[str]:
    """Every desk that was told anything, of a hub in which the story was played."""
    settings.data.mkdir()
    settings.master_key.touch(mode=0o600)
    settings.master_key.write_text(base64.b64encode(b"a master key of the tests, 32 b.").decode() + "\n")
    with play(settings) as story:
        return story.hub.feeds.audiences()


@pytest.fixture
def feed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Feed:
    """What `throughline feed AUDIENCE --json` prints, on a hub of these settings."""

    def feed(audience: str, settings: Settings) -> str:
        monkeypatch.setenv(DATABASE, settings.database or "")
        assert run(["feed", audience, "--json", "--data", str(settings.data)]) == 0
        return capsys.readouterr().out

    return feed


def test_a_database_that_holds_records_is_left_alone(
    tmp_path: Path, postgres_url: str, feed: Feed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = Settings(tmp_path / "first", postgres_url)
    desks = played(first)
    before = feed(desks[0], first)

    with pytest.raises(Refused, match="database: already holds records"):
        played(Settings(tmp_path / "same-key", postgres_url))
    monkeypatch.setenv(DATABASE, postgres_url)
    assert run(["demo", "--data", str(tmp_path / "another-key")]) == 1

    capsys.readouterr()
    assert feed(desks[0], first) == before


def test_every_feed_is_the_same_byte_for_byte_on_either_database(tmp_path: Path, postgres_url: str, feed: Feed) -> None:
    embedded, served = Settings(tmp_path / "embedded"), Settings(tmp_path / "served", postgres_url)

    desks = played(embedded)
    assert played(served) == desks

    feeds = {desk: feed(desk, embedded) for desk in desks}
    assert len(desks) > 10
    assert all(feeds.values())
    assert {desk: feed(desk, served) for desk in desks} == feeds
    assert not list(served.data.glob("*.db*"))
