"""What every store of feeds keeps: all or nothing, gapless numbers in store order, bodies taken out, the calendar, the tray."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from adapters.sql_feeds import Entry, HeldEntry, SqlFeeds, Waiting, Work
from adapters.sql_migrations import HUB_SCHEMA, Tables
from adapters.sql_positions import ANNOUNCED, RELAY, LanesDiffer, SqlPositions
from projections.disclosing import WHOLE_STORE, Holds, Move, Overtaken

CHILD, OTHER = UUID(int=1), UUID(int=2)
HOST, SCHOOL = "E10000014/host-authority", "E06000047/virtual-school"
DAY = date(2026, 5, 4)


def entry(
    position: int, ordinal: int, audience: str = HOST, item: str | None = None, takes: str | None = None
) -> Entry:
    """A message with nothing in it."""
    return Entry(
        audience=audience,
        position=position,
        ordinal=ordinal,
        child=CHILD,
        message_id=f"{audience} {position} {ordinal}",
        kind="told",
        item=item,
        event_id=UUID(int=position),
        body=b"sealed",
        hash=b"hash",
        context=2,
        rulings="",
        breach=False,
        recorded_on=DAY,
        takes_back=takes,
    )


def work(
    after: int,
    position: int,
    *entries: Entry,
    calendar: dict[UUID, date | None] | None = None,
    lane: int | None = WHOLE_STORE,
    waiting: tuple[Waiting, ...] = (),
    linked: tuple[tuple[UUID, UUID | None], ...] = (),
    held: dict[tuple[UUID, int], Holds | None] | None = None,
) -> Work:
    """One step from after one position up to another."""
    moves = {lane: Move(after, position)}
    return Work(moves, list(entries), calendar or {}, list(waiting), list(linked), held or {})


class FeedsContract:
    """Subclassed per backend."""

    @pytest.fixture
    def url(self) -> str:
        """Of an empty database."""
        raise NotImplementedError

    @pytest.fixture
    def engine(self, url: str) -> Iterator[Engine]:
        engine = Tables(url, HUB_SCHEMA).prepare()
        yield engine
        engine.dispose()

    @pytest.fixture
    def feeds(self, engine: Engine) -> SqlFeeds:
        return SqlFeeds(engine)

    @pytest.fixture
    def positions(self, engine: Engine) -> SqlPositions:
        return SqlPositions(engine)

    def test_a_step_that_cannot_be_stored_whole_leaves_nothing(self, feeds: SqlFeeds) -> None:
        feeds.commit(work(0, 1, entry(1, 0)))
        with pytest.raises(IntegrityError):
            feeds.commit(work(1, 2, entry(2, 0), entry(1, 0), calendar={CHILD: DAY}))
        feeds.sequence()
        assert feeds.position() == 1
        assert [number for number, *_ in feeds.read(HOST, 0, 10)] == [1]
        assert feeds.due(DAY) == []

    def test_of_two_that_did_the_same_work_the_second_stores_nothing(self, feeds: SqlFeeds) -> None:
        feeds.commit(work(0, 3, entry(1, 0)))
        with pytest.raises(Overtaken):
            feeds.commit(work(0, 2, entry(2, 0)))
        feeds.sequence()
        assert feeds.position() == 3
        assert [message for _, _, message, _ in feeds.read(HOST, 0, 10)] == [f"{HOST} 1 0"]

    def test_numbering_never_goes_back(self, feeds: SqlFeeds) -> None:
        feeds.commit(work(0, 3, entry(1, 0), entry(3, 0)))
        assert feeds.sequence() == 2
        assert feeds.sequence() == 0
        assert [n for n, *_ in feeds.read(HOST, 0, 10)] == [1, 2]

    def test_what_is_not_numbered_yet_is_not_read(self, feeds: SqlFeeds) -> None:
        feeds.commit(work(0, 5, entry(4, 0), entry(5, 0)))
        assert feeds.read(HOST, 0, 10) == []
        assert feeds.sequence() == 2
        assert len(feeds.read(HOST, 0, 10)) == 2

    def test_nothing_is_numbered_before_what_a_slower_worker_may_still_store(
        self, feeds: SqlFeeds, positions: SqlPositions
    ) -> None:
        positions.begin_lanes(3)  # nothing is ever relayed into the third: it holds nobody back
        positions.announce(positions.take_over(RELAY), 0, 7, {0: (4, 6), 1: (5, 7)}, 0)
        feeds.commit(work(0, 7, entry(5, 0), entry(7, 0), lane=1))
        assert feeds.sequence() == 0
        feeds.commit(work(0, 4, entry(4, 0), lane=0))
        assert feeds.sequence() == 1
        feeds.commit(work(4, 6, entry(6, 0), lane=0))
        assert feeds.sequence() == 3
        assert [m for _, _, m, _ in feeds.read(HOST, 0, 10)] == [f"{HOST} {n} 0" for n in (4, 5, 6, 7)]
        assert feeds.position() == 7

    def test_of_two_workers_that_believe_they_have_a_lane_the_second_stores_nothing(
        self, feeds: SqlFeeds, positions: SqlPositions
    ) -> None:
        positions.begin_lanes(2)
        positions.announce(positions.take_over(RELAY), 0, 2, {0: (1, 1), 1: (2, 2)}, 0)
        feeds.commit(work(0, 1, entry(1, 0), lane=0))
        both = Work({0: Move(0, 1), 1: Move(0, 2)}, [entry(2, 0)], {}, [], [], {})
        with pytest.raises(Overtaken):
            feeds.commit(both)
        assert positions.lanes()[1].disclosed == 0
        feeds.commit(work(0, 2, entry(2, 0), lane=1))
        assert feeds.sequence() == 2

    def test_lanes_begin_where_the_store_was_disclosed_without_them(
        self, feeds: SqlFeeds, positions: SqlPositions
    ) -> None:
        feeds.commit(work(0, 9, entry(9, 0)))
        positions.begin_lanes(2)
        positions.begin_lanes(2)
        assert [(lane.announced, lane.disclosed) for lane in positions.lanes().values()] == [(0, 9), (0, 9)]
        assert positions.of(RELAY) == 9
        assert feeds.position() == 9

    def test_another_number_of_lanes_is_refused(self, positions: SqlPositions) -> None:
        positions.begin_lanes(2)
        for other in (1, 3):
            with pytest.raises(LanesDiffer):
                positions.begin_lanes(other)
        assert len(positions.lanes()) == 2

    def test_what_was_announced_is_never_noted_as_less(self, positions: SqlPositions) -> None:
        positions.begin_lanes(1)
        positions.announce(positions.take_over(RELAY), 0, 5, {0: (5, 5)}, 4)
        positions.announce(positions.take_over(RELAY), 0, 3, {0: (2, 2)}, 3)
        assert (positions.of(RELAY), positions.of(ANNOUNCED), positions.lanes()[0].announced) == (4, 5, 5)

    def test_what_comes_before_the_first_pending_entry_of_a_lane_is_numbered(
        self, feeds: SqlFeeds, positions: SqlPositions
    ) -> None:
        positions.begin_lanes(2)
        own = positions.take_over(RELAY)
        positions.announce(own, 0, 1, {0: (1, 1)}, 0)
        feeds.commit(work(0, 1, entry(1, 0), lane=0))
        positions.announce(own, 1, 5, {0: (4, 4), 1: (2, 5)}, 1)
        feeds.commit(work(0, 5, entry(2, 0), entry(5, 0), lane=1))
        assert feeds.position() == 3
        assert feeds.sequence() == 2
        feeds.commit(work(1, 4, entry(4, 0), lane=0))
        assert feeds.sequence() == 2

    def test_an_announcement_after_a_lost_one_is_refused(self, positions: SqlPositions) -> None:
        positions.begin_lanes(1)
        with pytest.raises(Overtaken, match="is lost"):
            positions.announce(positions.take_over(RELAY), 3, 5, {0: (4, 5)}, 0)
        assert positions.lanes()[0].announced == 0

    def test_whoever_was_the_relay_before_can_announce_nothing_more(self, positions: SqlPositions) -> None:
        positions.begin_lanes(1)
        first, second = positions.take_over(RELAY), positions.take_over(RELAY)
        with pytest.raises(Overtaken, match="another process is the relay now"):
            positions.announce(first, 0, 5, {0: (5, 5)}, 4)
        assert (positions.of(ANNOUNCED), positions.lanes()[0].announced) == (0, 0)
        positions.announce(second, 0, 5, {0: (5, 5)}, 4)
        assert positions.of(ANNOUNCED) == 5

    def test_an_entry_in_quarantine_is_listed_until_it_is_released(self, feeds: SqlFeeds) -> None:
        feeds.commit(work(0, 1, held={(CHILD, 4): Holds("unreadable", DAY)}))
        assert feeds.held() == [HeldEntry(CHILD, 4, "unreadable", DAY)]
        feeds.commit(work(1, 2, held={(CHILD, 4): None}))
        assert feeds.held() == []

    def test_each_desk_is_numbered_by_itself_without_gaps_in_store_order(self, feeds: SqlFeeds) -> None:
        feeds.commit(work(0, 2, entry(1, 0), entry(1, 1, SCHOOL), entry(2, 1), entry(2, 0)))
        feeds.sequence()
        feeds.commit(work(2, 9, entry(9, 0, SCHOOL), entry(9, 1)))
        feeds.sequence()
        assert [(n, m) for n, _, m, _ in feeds.read(HOST, 0, 10)] == [
            (1, f"{HOST} 1 0"), (2, f"{HOST} 2 0"), (3, f"{HOST} 2 1"), (4, f"{HOST} 9 1")]  # fmt: skip
        assert [n for n, *_ in feeds.read(SCHOOL, 0, 10)] == [1, 2]

    def test_reading_goes_on_after_a_number_and_stops_at_the_limit(self, feeds: SqlFeeds) -> None:
        feeds.commit(work(0, 4, *(entry(n, 0) for n in range(1, 5))))
        feeds.sequence()
        assert [n for n, *_ in feeds.read(HOST, 1, 2)] == [2, 3]
        assert feeds.read(SCHOOL, 0, 10) == []

    def test_taking_back_empties_the_earlier_bodies_of_that_item_for_that_desk_alone(self, feeds: SqlFeeds) -> None:
        feeds.commit(work(0, 1, entry(1, 0, item="a"), entry(1, 1, item="b"), entry(1, 2, SCHOOL, item="a")))
        feeds.commit(work(1, 2, entry(2, 0, takes="a"), entry(2, 1, item="a")))
        feeds.sequence()
        assert [body is not None for *_, body in feeds.read(HOST, 0, 10)] == [False, True, True, True]
        assert [body is not None for *_, body in feeds.read(SCHOOL, 0, 10)] == [True]

    def test_an_item_leads_to_its_event_for_the_desk_that_was_given_it(self, feeds: SqlFeeds) -> None:
        feeds.commit(work(0, 7, entry(7, 0, item="a")))
        assert feeds.event_behind(HOST, "a") == (CHILD, UUID(int=7))
        assert feeds.event_behind(SCHOOL, "a") is None
        assert feeds.event_behind(HOST, "b") is None

    def test_the_calendar_keeps_one_day_per_child_and_forgets_it(self, feeds: SqlFeeds) -> None:
        feeds.commit(work(0, 1, calendar={CHILD: DAY, OTHER: date(2026, 6, 1)}))
        assert feeds.due(DAY) == [CHILD]
        feeds.commit(work(1, 2, calendar={CHILD: None}))
        assert feeds.due(date(2026, 12, 31)) == [OTHER]

    def test_a_report_waits_in_its_authoritys_tray_until_it_is_linked(self, feeds: SqlFeeds) -> None:
        feeds.commit(work(0, 1, waiting=(Waiting(OTHER, "E06000047", "yot-hampshire", DAY),)))
        assert feeds.tray("E10000014") == []
        feeds.commit(work(1, 2, linked=((OTHER, CHILD),)))
        assert feeds.tray("E06000047") == [Waiting(OTHER, "E06000047", "yot-hampshire", DAY, CHILD)]


class TestFeedsOnSQLite(FeedsContract):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'hub.db'}"


class TestFeedsOnPostgreSQL(FeedsContract):
    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url
