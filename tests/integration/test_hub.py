"""A whole hub on either database: what is stored survives crashes and concurrency, and folds to the same feeds again."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from adapters.sealed_feeds import SealedFeeds
from domain.forms import Refused
from domain.vocabulary import Audience
from gateway.hub import Hub
from gateway.settings import Settings
from projections.disclosing import Step
from tests.support.databases import lose_feeds
from tests.support.hubs import (
    CHILD,
    DURHAM,
    HAMPSHIRE,
    HOST,
    NHS_NUMBER,
    PLACED,
    Clock,
    custody,
    feeds,
    record,
    registered,
)


@pytest.fixture
def hub(settings: Settings, clock: Clock) -> Iterator[Hub]:
    """A hub on SQLite files, then one on PostgreSQL."""
    with Hub(settings, clock=clock) as made:
        yield made


def test_a_refused_line_changes_nothing_and_says_which_field_and_rule(hub: Hub) -> None:
    registered(hub)
    before = hub.records.last_position()

    with pytest.raises(Refused, match=r"placement_type: is not a code of schemas/codes/placement\.csv"):
        record(hub, DURHAM, {**PLACED, "placement_type": "Q9"})

    assert hub.records.last_position() == before


def test_only_the_authority_itself_registers_a_child(hub: Hub) -> None:
    line = {"type": "child-registered", "effective_on": "2026-04-06", "authority": DURHAM, "local_id": "1"}
    with pytest.raises(Refused, match="only the responsible authority"):
        record(hub, HAMPSHIRE, {**line, "born_on": {"unknown": True}})
    assert hub.records.last_position() == 0


def test_nobody_acknowledges_what_their_own_feed_did_not_give_them(hub: Hub) -> None:
    labels = registered(hub)
    hub.disclose()
    line = {"type": "notice-acknowledged", "child": CHILD, "effective_on": "2026-05-05", "audience": HOST}
    with pytest.raises(Refused, match="notice: is named by the item id"):
        record(hub, HAMPSHIRE, {**line, "notice": str(labels["home"])})


def test_what_an_outside_agency_is_answered_does_not_tell_whether_the_hub_knows_the_child(hub: Hub) -> None:
    registered(hub)
    known = hub.recording.submit(custody(authority=DURHAM, nhs_number=NHS_NUMBER), "yot-hampshire", {})
    unknown = hub.recording.submit(custody(nhs_number="9990000026", authority=DURHAM), "yot-hampshire", {})
    assert type(known) is type(unknown)
    hub.disclose()
    assert [w.reporter for w in hub.feeds.tray(DURHAM)] == ["yot-hampshire"]
    assert hub.sealed.read("yot-hampshire/local-yot", 0, 1)[0][1] is not None  # the match opened its own feed


def test_a_report_linked_from_the_tray_opens_the_feed_and_unlinked_it_is_taken_back(hub: Hub) -> None:
    registered(hub)
    record(hub, "yot-hampshire", custody(authority=DURHAM, family_name="Example-Heron", born_on="2012-03-09"))
    hub.disclose()
    [waiting] = hub.feeds.tray(DURHAM)
    assert "yot-hampshire/local-yot" not in hub.feeds.audiences()

    record(
        hub,
        DURHAM,
        {"type": "records-linked", "child": CHILD, "effective_on": "2026-05-21", "report": str(waiting.report)},
    )
    hub.disclose()
    kinds = [m.kind for _, m in hub.sealed.read("yot-hampshire/local-yot", 0, 100) if m is not None]
    assert kinds[0] == "opened"
    assert hub.feeds.tray(DURHAM)[0].child is not None

    record(
        hub,
        DURHAM,
        {"type": "records-unlinked", "child": CHILD, "effective_on": "2026-05-22", "report": str(waiting.report)},
    )
    hub.disclose()
    last = hub.sealed.read("yot-hampshire/local-yot", 0, 100)[-1][1]
    assert last is not None
    assert last.kind == "closed"
    assert hub.feeds.tray(DURHAM)[0].child is None


def test_numbers_run_without_gaps_and_withdrawn_items_lose_their_body_and_keep_their_number(hub: Hub) -> None:
    labels = registered(hub)
    hub.disclose()
    protect = {"type": "address-protected", "child": CHILD, "effective_on": "2026-05-06", "ground": "domestic-abuse"}
    record(hub, DURHAM, {**protect, "placement": "@home"}, labels=labels)
    hub.disclose()

    for audience, feed in feeds(hub).items():
        assert [n for n, _ in feed] == list(range(1, len(feed) + 1)), audience
    texts = [text for _, text in feeds(hub)[HOST]]
    assert texts.count(None) == 1
    assert not any("Invented Street" in text for text in texts if text is not None)
    assert any("Withdrawn" in text for text in texts if text is not None)


def test_a_worker_that_dies_before_its_commit_discloses_the_same_when_it_comes_back(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(hub)
    real: Callable[[SealedFeeds, Step], None] = SealedFeeds.commit

    def dies(_self: SealedFeeds, _step: Step) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(SealedFeeds, "commit", dies)
    with pytest.raises(OSError, match="the disk is gone"):
        hub.disclose()
    assert hub.feeds.audiences() == []

    monkeypatch.setattr(SealedFeeds, "commit", real)
    hub.disclose()
    once = feeds(hub)
    assert once[HOST]


def test_feeds_folded_again_from_the_store_are_the_same_byte_for_byte(hub: Hub, clock: Clock) -> None:
    labels = registered(hub)
    hub.disclose()
    record(hub, "yot-hampshire", custody(authority=DURHAM, nhs_number=NHS_NUMBER))
    hub.disclose()
    record(hub, DURHAM, {"type": "event-retracted", "child": CHILD, "effective_on": "2026-05-30", "retracts": "@home",
                         "reason": "wrong-child"}, labels=labels)  # fmt: skip
    hub.disclose()
    before = feeds(hub)
    hub.close()
    lose_feeds(hub.settings)

    with Hub(hub.settings, clock=clock) as again:
        again.disclose()
        after = feeds(again)

    assert {a: [n for n, _ in feed] for a, feed in after.items()} == {a: [n for n, _ in f] for a, f in before.items()}
    assert after == before


class Ids:
    """Ids that tests choose, so that what two hubs share has the same id in both."""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self) -> UUID:
        self.last += 1
        return UUID(int=self.last)


def test_what_a_desk_may_not_know_moves_no_number_and_no_byte_of_its_feed(tmp_path: Path, clock: Clock) -> None:
    hidden = {"type": "consent-recorded", "child": CHILD, "effective_on": "2026-05-05", "state": "refused", "giver": "parent",
              "ground": "parental-responsibility", "classes": ["education"], "roles": ["school"]}  # fmt: skip
    later = {**PLACED, "effective_on": "2026-05-20", "address": "2 Invented Street"}
    seen = []
    for name, lines in (("with", (hidden, later)), ("without", (later,))):
        folder, ids = tmp_path / name, Ids()
        folder.mkdir()
        key = folder / "master.key"
        key.write_text(base64.b64encode(b"a master key of the tests, 32 b.").decode() + "\n")
        key.chmod(0o600)
        with Hub(Settings(folder), clock=clock, new_id=ids) as hub:
            registered(hub)
            for line in lines:
                ids.last = 5_000 if line is later else 9_000
                record(hub, DURHAM, line)
                hub.disclose()
            seen.append({a: feed for a, feed in feeds(hub).items() if not a.startswith(DURHAM)})
    assert seen[0] == seen[1]
    assert len(seen[0][HOST]) > 3


def test_two_that_record_at_once_are_both_recorded_in_one_order(hub: Hub, clock: Clock) -> None:
    registered(hub)
    with Hub(hub.settings, clock=clock) as other:
        start = threading.Barrier(2)

        def many(which: Hub) -> None:
            start.wait()
            for n in range(15):
                record(which, DURHAM, {"type": "legal-status-changed", "child": CHILD,
                                       "effective_on": f"2026-05-{n + 1:02}", "legal_status": "C2"})  # fmt: skip

        threads = [threading.Thread(target=many, args=(h,)) for h in (hub, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    entries = hub.records.events(hub.stream_of(DURHAM, "900001"))
    assert [e.originator_version for e in entries] == list(range(1, len(entries) + 1))
    assert sum(e.event.TYPE.name == "legal-status-changed" for e in entries) == 30


def test_the_day_clock_ends_a_consent_and_runs_once(hub: Hub, clock: Clock) -> None:
    registered(hub)
    school = f"{DURHAM}/virtual-school"
    record(
        hub,
        DURHAM,
        {"type": "consent-recorded", "child": CHILD, "effective_on": "2026-05-06", "state": "given", "giver": "parent",
         "ground": "parental-responsibility", "classes": ["health_summary"], "roles": ["virtual-school"],
         "until": "2026-06-30"},
    )  # fmt: skip
    record(hub, "QHM", {"type": "health-assessment-completed", "child": {"authority": DURHAM, "nhs_number": NHS_NUMBER},
                        "effective_on": "2026-05-07", "assessment_kind": "initial", "summary": "an invented summary"})  # fmt: skip
    hub.disclose()
    assert any("an invented summary" in (text or "") for _, text in feeds(hub)[school])

    clock.now = datetime(2026, 7, 1, 2, tzinfo=UTC)
    assert hub.day(date(2026, 6, 30)) == 0
    assert hub.day(date(2026, 7, 1)) == 1
    hub.disclose()
    assert hub.day(date(2026, 7, 1)) == 0

    last = hub.sealed.read(school, 0, 100)[-1][1]
    assert last is not None
    assert last.kind == "withdrawn"
    assert not any("an invented summary" in (text or "") for _, text in feeds(hub)[school])


def test_views_rebuilt_from_the_feed_are_the_same_rows(hub: Hub) -> None:
    registered(hub)
    hub.disclose()
    audience = Audience.parse(HOST)
    hub.project(audience)
    before = hub.views.rows(HOST, "children")
    assert len(before) == 1
    hub.rebuild(audience)
    assert hub.views.rows(HOST, "children") == before


def test_no_personal_value_stands_in_the_stores_of_streams_and_keys(tmp_path: Path, clock: Clock) -> None:
    with Hub(Settings(tmp_path / "data"), clock=clock) as hub:
        registered(hub)
        hub.disclose()
    found = b"".join(f.read_bytes() for name in ("events", "keys") for f in (tmp_path / "data").glob(f"{name}.db*"))
    for value in (b"Example-Heron", b"Invented Street", NHS_NUMBER.encode(), b"900001"):
        assert value not in found


# --- answers tell nobody outside whether a child is known
