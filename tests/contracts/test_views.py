"""The loop from feed to views and where views are kept: what is refused, what a crash leaves, what a rebuild gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from adapters.picture_json import read_picture, write_picture
from adapters.sql_engine import make_engine
from adapters.sql_migrations import HUB_SCHEMA, Tables
from adapters.sql_views import SqlViews
from domain.feed import Masked, Message, Told, Withdrawn
from domain.picture import Picture, fold
from domain.vocabulary import UNKNOWN, Audience
from projections.project import FeedGap, PositionMoved, Views, project, rebuild
from projections.views import VIEWS, Row
from tests.support.histories import Told as Submission
from tests.support.histories import histories, play
from tests.support.messages import DAY, REF, closed, on, opened, picture, told, withdrawn

HOST = Audience.parse("E10000014/host-authority")
OTHER = Audience.parse("E08000037/host-authority")
Numbered = tuple[int, Message | None]


class ListFeed:
    """A feed in memory; `breaks_after`: it fails once that many reads were answered."""

    def __init__(self, messages: Sequence[Numbered], breaks_after: int | None = None) -> None:
        self.messages = messages
        self.reads_left = breaks_after

    def read(self, audience: str, after: int, limit: int) -> Sequence[Numbered]:
        assert audience
        if self.reads_left is not None:
            if not self.reads_left:
                raise ConnectionError("the feed is out of reach")
            self.reads_left -= 1
        return [entry for entry in self.messages if entry[0] > after][:limit]


def numbered(*messages: Message | None) -> list[Numbered]:
    return list(enumerate(messages, start=1))


ARRIVED = numbered(
    opened(),
    told("a", "child-registered", given_name="Invented-Otter", born_on=UNKNOWN),
    told("b", "placement-made", as_notice=True, placement_type="U4", address="1 Invented Street"),
    opened(child="child-two"),
    withdrawn("b", "address"),
    told("b", "placement-made", placement_type="U4", address=Masked("protected")),
)


def seen(views: Views, audience: Audience) -> dict[str, list[Row]]:
    return {name: views.rows(str(audience), name) for name in VIEWS[audience.role]}


def everything(views: Views, audience: Audience) -> tuple[int, Mapping[str, Picture], dict[str, list[Row]]]:
    return views.position(str(audience)), views.pictures(str(audience)), seen(views, audience)


NOTHING: tuple[int, Mapping[str, Picture], dict[str, list[Row]]] = (0, {}, {name: [] for name in VIEWS[HOST.role]})


class ViewsContract:
    """What the loop relies on, whichever database is underneath."""

    @pytest.fixture
    def url(self) -> str:
        """Of an empty database."""
        raise NotImplementedError

    @pytest.fixture
    def views(self, url: str) -> Iterator[SqlViews]:
        engine = Tables(url, HUB_SCHEMA).prepare()
        yield SqlViews(engine)
        engine.dispose()

    @pytest.mark.parametrize(
        ("numbers", "expected", "found"), [([2], 1, 2), ([1, 3], 2, 3), ([1, 1], 2, 1), ([1, 2, 4], 3, 4)]
    )
    def test_a_gap_in_the_numbers_is_refused_and_nothing_of_the_batch_applied(
        self, views: SqlViews, numbers: list[int], expected: int, found: int
    ) -> None:
        with pytest.raises(FeedGap, match=rf"number {found} where {expected} was due") as refused:
            project(HOST, ListFeed([(n, opened()) for n in numbers]), views)

        assert (refused.value.audience, refused.value.expected, refused.value.found) == (str(HOST), expected, found)
        assert everything(views, HOST) == NOTHING

    @pytest.mark.parametrize("after", [0, 5])
    def test_a_second_worker_that_comes_too_late_changes_nothing(self, views: SqlViews, after: int) -> None:
        project(HOST, ListFeed(ARRIVED), views)
        before = everything(views, HOST)

        with pytest.raises(PositionMoved, match=f"views of {HOST}: the position is no longer {after}"):
            views.commit(str(HOST), after, 9, {REF: picture(opened())}, [])

        assert everything(views, HOST) == before

    def test_rows_that_cannot_be_stored_leave_the_position_where_it_was(self, views: SqlViews) -> None:
        project(HOST, ListFeed(ARRIVED), views)
        before = everything(views, HOST)
        twice = [Row("children", REF, "", {}), Row("children", REF, "", {})]

        with pytest.raises(Exception, match=r"UNIQUE|unique") as refused:
            views.commit(str(HOST), 6, 7, {REF: picture(opened())}, twice)

        assert "Otter" not in str(refused.value)
        assert everything(views, HOST) == before

    def test_one_desk_sees_nothing_of_another(self, views: SqlViews) -> None:
        project(HOST, ListFeed(ARRIVED), views)

        assert everything(views, OTHER) == NOTHING
        assert views.pictures(str(HOST), {"a child never met"}) == {}
        assert views.rows(str(HOST), "no such view") == []

    def test_forgetting_one_desk_leaves_the_other(self, views: SqlViews) -> None:
        project(HOST, ListFeed(ARRIVED), views)
        project(OTHER, ListFeed(ARRIVED[:1]), views)

        views.forget(str(HOST))

        assert everything(views, HOST)[:2] == (0, {})
        assert everything(views, OTHER)[0] == 1

    def test_a_feed_read_to_its_end_gives_rows_pictures_and_position(self, views: SqlViews) -> None:
        assert project(HOST, ListFeed(ARRIVED), views) == 6

        position, pictures, rows = everything(views, HOST)
        assert position == 6
        assert pictures == fold(ARRIVED)
        assert [row.child for row in rows["children"]] == [REF, "child-two"]
        assert rows["children"][0].body["living"]["address"] == {"masked": "protected"}
        assert [(row.child, row.key) for row in rows["arrivals"]] == [(REF, "1"), ("child-two", "4")]

    def test_rows_that_no_longer_hold_are_gone_after_the_next_message(self, views: SqlViews) -> None:
        project(HOST, ListFeed(ARRIVED), views)

        assert project(HOST, ListFeed([*ARRIVED, (7, closed(on(9)))]), views) == 7

        rows = seen(views, HOST)
        assert [row.child for row in rows["children"]] == ["child-two"]
        assert [(row.child, row.body["ended_on"]) for row in rows["departures"]] == [(REF, on(9).isoformat())]

    def test_reading_an_ended_feed_again_changes_nothing(self, views: SqlViews) -> None:
        project(HOST, ListFeed(ARRIVED), views)
        before = everything(views, HOST)

        assert project(HOST, ListFeed(ARRIVED), views) == 6
        assert everything(views, HOST) == before

    def test_a_lost_body_is_passed_over_and_its_number_counted(self, views: SqlViews) -> None:
        lost = [(n, None if n == 3 else message) for n, message in ARRIVED]

        assert project(HOST, ListFeed(lost), views, batch=1) == 6
        assert views.pictures(str(HOST)) == fold(ARRIVED)

    def test_a_crash_between_batches_loses_nothing_and_repeats_nothing(self, views: SqlViews) -> None:
        with pytest.raises(ConnectionError):
            project(HOST, ListFeed(ARRIVED, breaks_after=2), views, batch=2)
        assert views.position(str(HOST)) == 4

        assert project(HOST, ListFeed(ARRIVED), views, batch=2) == 6
        assert views.pictures(str(HOST)) == fold(ARRIVED)

    def test_rows_come_in_one_order_whatever_the_language_of_the_database(self, views: SqlViews) -> None:
        keys = ["a", "B", "_", "é", "Z", "b", "10", "2"]

        views.commit(str(HOST), 0, 1, {}, [Row("arrivals", REF, key, {}) for key in keys])

        assert [row.key for row in views.rows(str(HOST), "arrivals")] == sorted(keys)


class TestViewsOnSQLite(ViewsContract):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'views.db'}"


class TestViewsOnPostgreSQL(ViewsContract):
    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url


def test_an_sqlite_file_is_written_ahead_in_full_and_waits_for_other_writers(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'views.db'}")
    with engine.connect() as connection:
        settings = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()

    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    assert engine.hide_parameters


def test_a_picture_is_read_as_it_was_written_with_every_kind_of_value() -> None:
    full = picture(
        opened(),
        told(
            "a",
            "placement-made",
            as_notice=True,
            effective_at=datetime(2026, 4, 6, 8, 30, tzinfo=UTC),
            texts=("one", "two"),
            none_of_them=(),
            address=Masked("protected"),
            provider=UNKNOWN,
            flag=True,
            number=1,
            day=DAY,
        ),
        told("b", "record", None, record=Masked("held elsewhere")),
        told("c", "placement-made", postcode="ZZ1 1AA", urgency="planned"),
        withdrawn("c", "postcode"),
        closed(on(3)),
    )

    again = read_picture(REF, write_picture(full))

    assert again == full
    assert again.items["a"].fields["provider"] is UNKNOWN
    assert [type(v) for v in again.items["a"].fields.values()] == [type(v) for v in full.items["a"].fields.values()]
    assert write_picture(again) == write_picture(full)


def test_a_text_that_holds_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="no known form"):
        read_picture(REF, write_picture(picture(told("a", "released", x="y"))).replace('"y"', "1.5"))


def without_taken_back(messages: Sequence[Numbered]) -> list[Numbered]:
    """The same feed as the hub gives it later on: what was said of an item before it was last withdrawn is gone."""

    def item(message: Message | None) -> str | None:
        match message.body if message is not None else None:
            case Told(item=held):
                return held.item
            case Withdrawn(item=name):
                return name
        return None

    last = {item(m): n for n, m in messages if m is not None and isinstance(m.body, Withdrawn)}
    return [(n, None if n < last.get(item(m), 0) else m) for n, m in messages]


@given(histories(), st.lists(st.integers(1, 7), min_size=1, max_size=4))
def test_rebuilt_from_what_is_left_of_the_feed_views_equal_those_kept_step_by_step(
    submissions: list[Submission], batches: list[int]
) -> None:
    story = play(submissions)
    engine = Tables("sqlite://", HUB_SCHEMA).prepare()
    views = SqlViews(engine)
    for name in story.audiences():
        audience = Audience.parse(name)
        messages = numbered(*story.messages(name))
        for crash_after, batch in enumerate(batches, start=1):
            try:
                project(audience, ListFeed(messages, breaks_after=crash_after), views, batch)
            except ConnectionError:
                continue
        left = ListFeed(without_taken_back(messages))  # bodies go while the desk is half way
        project(audience, left, views)
        kept = everything(views, audience)

        assert kept[1] == fold(messages)
        assert rebuild(audience, left, views, batches[0]) == len(messages)
        assert everything(views, audience) == kept
    engine.dispose()
