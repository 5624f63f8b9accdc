"""What the broker should hold for the desks in use, and what of what it holds is wrong; no broker is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from adapters.kafka_access import Difference, Found, Mend, Wanted, differences, wanted
from adapters.kafka_rights import Rule, desk_of, rules_of, user_of
from adapters.kafka_topics import DAY, FoundTopic
from domain.vocabulary import Audience, Role

HEALTH = Audience("QHM", Role.LOCAL_HEALTH)
SCHOOL = Audience("E06000047", Role.VIRTUAL_SCHOOL)
FEED = "throughline.feed.QHM.local-health"
READ_FEED = Rule("QHM.local-health", "read", "topic", FEED)
KNOWN = {"hub", "broker"}


def as_wanted(
    want: Wanted, *, without: Iterable[Rule] = (), more: Iterable[Rule] = (), users: Iterable[str] = ()
) -> Found:
    """A broker that holds what is wanted, but for these."""
    return Found(
        {t.name: FoundTopic(t.name, t.partitions, 3, t.config) for t in want.topics.values()},
        want.users | KNOWN | set(users),
        want.rules - set(without) | set(more),
    )


def found_of(*more: Rule, users: Iterable[str] = ()) -> list[Difference]:
    """How a broker differs that holds what one desk needs, and more."""
    want = wanted([HEALTH])
    return differences(want, as_wanted(want, more=more, users=users), KNOWN)


# --- wanted


def test_a_desk_may_read_what_it_is_told_and_answered_write_what_it_submits_and_nothing_else() -> None:
    assert sorted(map(str, rules_of(HEALTH))) == [
        "QHM.local-health may describe topic throughline.feed.QHM.local-health",
        "QHM.local-health may describe topic throughline.receipts.QHM.local-health",
        "QHM.local-health may describe topic throughline.submit.QHM.local-health",
        "QHM.local-health may read group QHM.local-health.*",
        "QHM.local-health may read topic throughline.feed.QHM.local-health",
        "QHM.local-health may read topic throughline.receipts.QHM.local-health",
        "QHM.local-health may write topic throughline.submit.QHM.local-health",
    ]


def test_no_two_desks_share_a_rule_a_topic_or_a_user() -> None:
    both, one, other = wanted([HEALTH, SCHOOL]), wanted([HEALTH]), wanted([SCHOOL])

    assert one.rules.isdisjoint(other.rules)
    assert one.users.isdisjoint(other.users)
    assert one.topics.keys() & other.topics.keys() == {"throughline.events"}
    assert both == Wanted({**one.topics, **other.topics}, one.users | other.users, one.rules | other.rules)


@pytest.mark.parametrize("agency", ["X.school", "X/Y", "X*", "", "X_Y", "Ü1"])
def test_an_agency_whose_code_could_begin_another_desk_s_names_has_no_user(agency: str) -> None:
    with pytest.raises(ValueError, match="letters, digits and hyphens"):
        wanted([Audience(agency, Role.SCHOOL)])


def test_a_user_s_name_tells_its_desk_and_no_other_name_does() -> None:
    assert desk_of(user_of(SCHOOL)) == SCHOOL
    assert [desk_of(name) for name in ("hub", "QHM.stranger", "X.school.school", ".school", "")] == [None] * 5


def test_a_feed_stays_as_long_as_it_is_told_to_and_a_segment_a_day_at_most() -> None:
    kept = wanted([HEALTH], retention=3 * DAY).topics

    assert kept[FEED].config["retention.ms"] == str(3 * DAY)
    assert kept["throughline.submit.QHM.local-health"].config["retention.ms"] == str(7 * DAY)
    assert {t.config["segment.ms"] for t in kept.values()} == {str(DAY)}
    assert {t.config["message.timestamp.type"] for t in kept.values()} == {"LogAppendTime"}


# --- differences


def test_a_broker_that_holds_what_is_wanted_does_not_differ() -> None:
    assert found_of() == []


def test_all_that_is_missing_is_made() -> None:
    want = wanted([HEALTH])
    empty = Found({}, frozenset(KNOWN), frozenset())

    found = differences(want, empty, KNOWN)

    assert [d.name for d in found if d.mend is Mend.MAKE_TOPIC] == list(want.topics)
    assert [d.name for d in found if d.mend is Mend.MAKE_USER] == ["QHM.local-health"]
    assert {d.rule for d in found if d.mend is Mend.ALLOW} == want.rules
    assert len(found) == 4 + 1 + 7


@pytest.mark.parametrize(
    ("key", "value"),
    [("retention.ms", "60000"), ("cleanup.policy", "compact"), ("message.timestamp.type", "CreateTime")],
)
def test_a_setting_of_a_topic_is_put_right(key: str, value: str) -> None:
    want = wanted([HEALTH])
    found = as_wanted(want)
    topic = found.topics[FEED]
    changed = replace(found, topics={**found.topics, FEED: replace(topic, config={**topic.config, key: value})})

    [difference] = differences(want, changed, KNOWN)

    assert (difference.name, difference.mend) == (FEED, Mend.SET_TOPIC)
    assert difference.says == f"{key} is {value}, not {want.topics[FEED].config[key]}"


def test_partitions_and_copies_are_shown_and_left() -> None:
    want = wanted([HEALTH], copies=2)
    found = as_wanted(want)
    changed = replace(found, topics={**found.topics, FEED: replace(found.topics[FEED], partitions=2)})
    two = {t.name: replace(t, copies=2) for t in changed.topics.values()}

    [partitions] = differences(want, replace(changed, topics=two), KNOWN)
    copies = differences(want, found, KNOWN)

    assert (partitions.says, partitions.mend) == ("2 partitions, not 1", Mend.NOTHING)
    assert {(d.says, d.mend) for d in copies} == {("3 copies, not 2", Mend.NOTHING)}


@pytest.mark.parametrize(
    "rule",
    [
        Rule("QHM.local-health", "write", "topic", FEED),
        Rule("QHM.local-health", "read", "topic", "throughline.events"),
        Rule("QHM.local-health", "read", "topic", "throughline.", prefixed=True),
        Rule("QHM.local-health", "read", "topic", "*"),
        Rule("QHM.local-health", "all", "cluster", "kafka-cluster"),
        replace(READ_FEED, host="192.0.2.1"),
        replace(READ_FEED, user="*"),
        replace(READ_FEED, user="mallory"),
        Rule("mallory", "read", "group", "QHM.local-health.reader"),
        Rule("mallory", "read", "group", "throughline.disclosure"),
        Rule("mallory", "write", "transactional_id", "throughline.deliver"),
    ],
    ids=str,
)
def test_a_rule_too_many_for_a_desk_or_on_what_is_the_hub_s_is_taken_away(rule: Rule) -> None:
    [difference] = found_of(rule)

    assert (difference.rule, difference.mend) == (rule, Mend.DISALLOW)


@pytest.mark.parametrize(
    "rule",
    [
        Rule("monitor", "read", "topic", "*"),
        Rule("monitor", "read", "topic", "thr", prefixed=True),
        Rule("monitor", "read", "group", "Q", prefixed=True),
        Rule("*", "describe", "group", "*"),
        Rule("monitor", "alter", "cluster", "kafka-cluster"),
        replace(READ_FEED, allows=False),
    ],
    ids=str,
)
def test_a_rule_that_others_may_need_or_that_locks_a_desk_out_is_shown_and_left(rule: Rule) -> None:
    [difference] = found_of(rule)

    assert (difference.rule, difference.mend) == (rule, Mend.NOTHING)


@pytest.mark.parametrize(
    "rule",
    [
        Rule("other", "read", "topic", "orders"),
        Rule("other", "read", "topic", "throughlines", prefixed=True),
        Rule("other", "read", "group", "orders"),
        Rule("broker", "cluster_action", "cluster", "kafka-cluster"),
    ],
    ids=str,
)
def test_what_others_do_with_their_own_topics_is_not_ours(rule: Rule) -> None:
    assert found_of(rule) == []


def test_a_user_who_is_no_desk_is_shown_and_left() -> None:
    [difference] = found_of(users=["mallory"])

    assert (str(difference), difference.mend) == ("user mallory: extra: neither a desk nor known", Mend.NOTHING)


def test_a_desk_that_is_not_in_use_is_shown_once_and_keeps_what_it_has() -> None:
    want = wanted([HEALTH])
    unused = as_wanted(wanted([HEALTH, SCHOOL]))

    [difference] = differences(want, unused, KNOWN)

    assert (str(difference), difference.mend) == (
        "user E06000047.virtual-school: extra: of a desk not in use",
        Mend.NOTHING,
    )


def test_a_desk_that_is_not_in_use_keeps_nothing_more() -> None:
    more = Rule("E06000047.virtual-school", "read", "topic", FEED)
    want = wanted([HEALTH])

    found = differences(want, as_wanted(wanted([HEALTH, SCHOOL]), more=[more]), KNOWN)

    assert [d.rule for d in found if d.mend is Mend.DISALLOW] == [more]


def test_a_topic_of_no_desk_in_use_is_shown_and_left() -> None:
    want = wanted([HEALTH])
    found = as_wanted(want)
    stray = FoundTopic("throughline.feed.QXX.school", 1, 3)

    [difference] = differences(want, replace(found, topics={**found.topics, stray.name: stray}), KNOWN)

    assert (difference.name, difference.mend) == (stray.name, Mend.NOTHING)
