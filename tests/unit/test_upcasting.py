"""An event keeps the version in which it was recorded, in the store and in feeds; the hub thinks about it in the newest."""

from __future__ import annotations

from datetime import date

import pytest

from adapters.avro_events import EventCodec
from domain.events import EventCorrected, ReleaseDateSet, ReleaseDateSetV1, event_types, upcast
from domain.events.versions import UPCASTS
from domain.feed import Told
from domain.forms import Refused, latest_version, read_event
from domain.vocabulary import UNKNOWN
from tests.golden.record import GOLDEN, examples
from tests.golden.samples import CHILD, open_
from tests.support.facts import YOT, detained, in_care, tellings
from tests.support.story import Story

ENTERED, TOLD, LATER = date(2025, 3, 3), date(2025, 3, 10), date(2025, 4, 1)
OLD = ReleaseDateSetV1(effective_on=TOLD, release_on=date(2025, 9, 1))
NEW = ReleaseDateSet(effective_on=TOLD, release_on=date(2025, 9, 1))


@pytest.fixture
def story() -> Story:
    """A child of Durham in care and in custody, whose release date was recorded in the first version of its event."""
    found = Story()
    in_care(found)
    found.tell(ENTERED, detained(ENTERED), by="yot-durham")
    return found


def recorded(story: Story, event: ReleaseDateSet | ReleaseDateSetV1) -> tuple[str, ...]:
    """What the stream gains by saying this, under one and the same id."""
    before = len(story.entries)
    story.tell(LATER, event, by="yot-durham", ids=[CHILD])
    return tuple(entry.event.TYPE.topic for entry in story.entries[before:])


def test_an_older_version_does_not_take_what_only_the_newer_one_asks() -> None:
    line = {"effective_on": "2025-03-10", "release_on": "2025-09-01", "next_placement_known": True}

    with pytest.raises(Refused, match="release-date-set has no such field"):
        read_event(event_types()["release-date-set.v1"], line)


def test_who_still_sends_the_older_version_is_recorded_in_the_newest() -> None:
    line = {"effective_on": "2025-03-10", "release_on": "2025-09-01"}

    assert read_event(latest_version("release-date-set.v1"), line) == NEW
    assert latest_version("release-date-set").cls is ReleaseDateSet


def test_what_the_older_version_did_not_ask_is_unknown_never_invented() -> None:
    assert upcast(OLD) == NEW
    assert NEW.next_placement_known is UNKNOWN


def test_the_golden_bytes_of_the_older_version_read_as_the_newest() -> None:
    codec = EventCodec()
    for data, meaning in examples(GOLDEN / "events" / "release-date-set.v1.hex"):
        stored = codec.decode(data, CHILD, 7, open_).event

        assert isinstance(stored, ReleaseDateSetV1)
        assert upcast(stored) == ReleaseDateSet(
            effective_on=stored.effective_on, effective_at=stored.effective_at, release_on=stored.release_on
        ), meaning


def test_every_older_version_leads_to_the_newest() -> None:
    for event_type in event_types().values():
        if event_type is not latest_version(event_type.name):
            assert event_type.cls in UPCASTS, f"{event_type.topic} is not the newest version and has no upcast"
    for old in UPCASTS:
        assert old.TYPE.version < latest_version(old.TYPE.name).version


def test_an_event_recorded_in_the_older_version_goes_out_in_it_for_ever(story: Story) -> None:
    assert recorded(story, OLD) == ("release-date-set.v1",)

    assert [told.item.topic for told in tellings(story, YOT, "release-date-set")] == ["release-date-set.v1"]
    fields = [
        m.body.item.fields for m in story.messages(YOT) if isinstance(m.body, Told) and "release" in m.body.item.topic
    ]
    assert all("next_placement_known" not in f for f in fields)


def test_the_same_words_in_the_newer_version_are_no_news(story: Story) -> None:
    recorded(story, OLD)

    assert recorded(story, NEW) == ()


def test_other_words_in_the_newer_version_correct_the_older(story: Story) -> None:
    recorded(story, OLD)
    known = ReleaseDateSet(effective_on=TOLD, release_on=date(2025, 9, 1), next_placement_known=True)

    assert recorded(story, known) == (EventCorrected.TYPE.topic,)
    assert [told.item.topic for told in tellings(story, YOT, "release-date-set")] == [
        "release-date-set.v1",
        "release-date-set.v2",
    ]
    [item] = story.items(YOT, "release-date-set")
    assert item.fields["next_placement_known"] is True
