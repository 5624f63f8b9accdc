"""A feed is the changes of a picture: applying it gives what the desk is held to hold, whatever came in whatever order."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.disclosure import Disclosure
from domain.events import EventCorrected, EventRetracted
from domain.explain import explain
from domain.history import History
from domain.pairwise import Pairwise
from domain.picture import apply, held
from domain.recorded import Recorded
from domain.vocabulary import Audience
from tests.support.histories import Told, histories, play
from tests.support.story import CODEC


@given(histories())
def test_applying_the_feed_gives_what_the_desk_holds(told: list[Told]) -> None:
    story = play(told)
    for audience in story.audiences():
        picture = story.picture(audience)
        assert picture is not None
        assert held(picture) == story.held(audience), audience


@given(histories())
def test_a_desk_holds_at_least_what_it_is_entitled_to(told: list[Told]) -> None:
    story = play(told)
    for audience in story.audiences():
        holds = story.held(audience)
        for item, entitled in story.entitled(audience).items():
            assert holds[item] == entitled, audience


@given(histories())
def test_items_taken_back_leave_the_same_picture_when_their_bodies_are_gone(told: list[Told]) -> None:
    story = play(told)
    for audience in story.audiences():
        messages = story.messages(audience)
        picture = None
        for number, message in enumerate(messages, start=1):
            item = getattr(getattr(message.body, "item", None), "item", None)
            later = messages[number:]
            if item is not None and any(getattr(m.body, "item", None) == item for m in later if m.kind == "withdrawn"):
                continue
            picture = apply(picture, number, message)
        assert picture is not None
        assert held(picture) == story.held(audience)


@given(histories(), st.randoms(use_true_random=False))
def test_what_a_desk_is_entitled_to_does_not_depend_on_the_order_of_arrival(
    told: list[Told], chance: random.Random
) -> None:
    facts = [t for t in told if t.event is not None]
    story = play(facts)
    entries = story.entries[:3]
    rest = story.entries[3:]
    chance.shuffle(rest)
    shuffled = [replace(e, originator_version=v) for v, e in enumerate(after_what_they_name(rest), start=4)]
    other = Disclosure(story.child, story.documents, Pairwise(story.secret))
    for entry in [*entries, *shuffled]:
        other.advance(entry)
    assert set(other.standings()) == set(story.disclosure.standings())
    for audience in story.disclosure.standings():
        assert other.entitled(audience) == story.disclosure.entitled(audience)


def after_what_they_name(entries: list[Recorded]) -> list[Recorded]:
    """The same entries, but those about one event (itself, its corrections, its retraction) in the order they were made in."""
    made: defaultdict[UUID, deque[Recorded]] = defaultdict(deque)
    for entry in sorted(entries, key=lambda e: e.originator_version):
        made[about(entry)].append(entry)
    return [made[about(entry)].popleft() for entry in entries]


def about(entry: Recorded) -> UUID:
    """The event that a correction or retraction names; for all else the entry's own."""
    match entry.event:
        case EventCorrected(corrects=named) | EventRetracted(retracts=named):
            return named
    return entry.event_id


@given(histories(), st.integers(0, 30))
def test_going_on_from_any_point_equals_from_scratch(told: list[Told], at: int) -> None:
    story = play(told)
    again = Disclosure(story.child, story.documents, Pairwise(story.secret))
    sent = []
    for n, entry in enumerate(story.entries):
        if n == at:  # a worker that forgot everything folds the stream again
            again = Disclosure(story.child, story.documents, Pairwise(story.secret))
            for earlier in story.entries[:n]:
                again.advance(earlier)
        sent.extend(again.advance(entry))
    assert [CODEC.encode(d.message) for d in sent] == [CODEC.encode(d.message) for d in story.sent]


@given(histories())
def test_a_timeline_kept_step_by_step_equals_one_made_at_once(told: list[Told]) -> None:
    story = play(told)
    kept = story.disclosure.history
    made = History.of(story.entries)
    assert list(kept.timeline.situations) == list(made.timeline.situations)
    assert kept.facts == made.facts


@given(histories())
def test_no_message_id_is_used_twice(told: list[Told]) -> None:
    story = play(told)
    ids = [d.message.id for d in story.sent]
    assert len(ids) == len(set(ids))


@given(histories())
def test_what_is_explained_as_told_is_what_the_desk_holds(told: list[Told]) -> None:
    story = play(told)
    for audience in story.audiences():
        holds = story.held(audience)
        desk = Audience.parse(audience)
        for event_id in story.disclosure.history.facts:
            item = story.disclosure.pairwise.item(desk, event_id)
            assert explain(story.disclosure, event_id, desk).told == (item in holds), audience
