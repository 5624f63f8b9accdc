"""What the broker should hold for the desks in use, how what it holds differs, and putting that right where nothing is lost by it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from kafka.errors import KafkaError, SecurityDisabledError

from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import OURS
from adapters.kafka_rights import KafkaRights, RightsFailed, Rule, desk_of, rules_of, user_of
from adapters.kafka_topics import (
    PARTITIONS,
    WEEK,
    FoundTopic,
    KafkaTopics,
    Topic,
    desk_topics,
    events_topic,
)
from domain.vocabulary import Audience

_SETTLED: Final = 10.0  # s in which every broker has heard of a change
_AGAIN: Final = 0.1  # s between two looks


@dataclass(frozen=True, slots=True)
class Wanted:
    """Topics by name, users, and all that they may do."""

    topics: Mapping[str, Topic]
    users: frozenset[str]
    rules: frozenset[Rule]


@dataclass(frozen=True, slots=True)
class Found:
    """What the broker holds: topics of the hub's alone, but every user and every rule."""

    topics: Mapping[str, FoundTopic]
    users: frozenset[str]
    rules: frozenset[Rule]


class Mend(Enum):
    """How a difference is put right. NOTHING: by a person, since something might be lost by it."""

    MAKE_TOPIC = auto()
    SET_TOPIC = auto()
    MAKE_USER = auto()
    ALLOW = auto()
    DISALLOW = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Difference:
    """kind: topic, user or rule. name: of the topic or user, or the rule in words. says: what is wrong with it."""

    kind: str
    name: str
    says: str
    mend: Mend
    rule: Rule | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.says}"


def wanted(
    audiences: Iterable[Audience], partitions: int = PARTITIONS, retention: int = WEEK, copies: int | None = None
) -> Wanted:
    """What there should be for these desks. partitions: of the events topic. retention: ms, of feeds.

    copies: of each partition; None: up to three, as there are brokers, and not looked at where they are made.

    Raises ValueError for a desk whose agency's code cannot name a user.
    """
    desks = sorted(set(audiences))
    topics = [events_topic(partitions, copies), *(t for desk in desks for t in desk_topics(desk, retention, copies))]
    return Wanted(
        {t.name: t for t in topics},
        frozenset(user_of(desk) for desk in desks),
        frozenset(rule for desk in desks for rule in rules_of(desk)),
    )


def differences(want: Wanted, found: Found, known: Collection[str]) -> list[Difference]:
    """How the broker differs, in the order in which it can be put right.

    known: users whose rights are somebody else's care: the hub's own, the brokers'. A desk that has a user but is not in use is
    named once; its own topics and rules are left in peace.
    """
    unused = [desk for user in sorted(found.users - want.users) if (desk := desk_of(user)) is not None]
    left = wanted(unused)
    return [
        *_topics(want, found, left),
        *(Difference("user", user, "missing", Mend.MAKE_USER) for user in sorted(want.users - found.users)),
        *(Difference("rule", str(rule), "missing", Mend.ALLOW, rule) for rule in sorted(want.rules - found.rules)),
        *_strangers(want, found, known),
        *_extra_rules(want.users | left.users, found.rules - want.rules - left.rules, known),
    ]


class AccessFailed(RuntimeError):
    """The broker did not answer, or refused. What was done until then stays: the same again goes on from there."""


@contextmanager
def opened_access(
    connection: KafkaConnection, client_id: str, want: Wanted, known: Collection[str]
) -> Iterator[KafkaAccess]:
    """Access to this broker. Raises AccessFailed, also for what goes wrong within; its words name the kind of fault alone."""
    try:
        access = KafkaAccess(connection, client_id, want, known)
        try:
            yield access
        finally:
            access.close()
    except SecurityDisabledError:
        raise AccessFailed("the broker keeps no rules, so that everybody may do everything") from None
    except RightsFailed as error:
        raise AccessFailed(str(error)) from error
    except KafkaError as error:
        raise AccessFailed(f"the broker did not do it: {type(error).__name__}") from error


class KafkaAccess:
    """Reads what the broker holds, and puts right what is not as wanted. known: see `differences`. Every method raises KafkaError."""

    def __init__(self, connection: KafkaConnection, client_id: str, want: Wanted, known: Collection[str]) -> None:
        self._want = want
        self._known = known
        self._topics = KafkaTopics(connection, client_id)
        self._rights = KafkaRights(connection, client_id)

    def look(self) -> tuple[Found, list[Difference]]:
        """What is there, and how it differs."""
        found = Found(self._topics.found(OURS), self._rights.users(), self._rights.rules())
        return found, differences(self._want, found, self._known)

    def mend(self, differ: Iterable[Difference]) -> None:
        """Put right what can be, but for users that are missing: their passwords have to be kept (`set_password`).

        What is too much goes first; a user that is made afterwards finds its topics and rules.
        """
        by: dict[Mend, list[Difference]] = {mend: [] for mend in Mend}
        for difference in differ:
            by[difference.mend].append(difference)
        if by[Mend.DISALLOW]:
            self._rights.disallow(d.rule for d in by[Mend.DISALLOW] if d.rule is not None)
        self._topics.ensure(self._want.topics[d.name] for d in by[Mend.MAKE_TOPIC])
        if by[Mend.SET_TOPIC]:
            self._topics.set_config({self._want.topics[d.name] for d in by[Mend.SET_TOPIC]})
        if by[Mend.ALLOW]:
            self._rights.allow(d.rule for d in by[Mend.ALLOW] if d.rule is not None)

    def set_password(self, user: str, password: str) -> None:
        """Make a user, or give one another password. Raises RightsFailed."""
        self._rights.set_password(user, password)

    def remove(self, user: str) -> None:
        """Take away a user and every rule that names it, the rules first. Raises RightsFailed."""
        if rules := [rule for rule in self._rights.rules() if rule.user == user]:
            self._rights.disallow(rules)
        self._rights.remove_user(user)

    def settled(self) -> tuple[Found, list[Difference]]:
        """What is there once all that can be put right is, and what still differs; after some seconds in any case."""
        deadline = time.monotonic() + _SETTLED
        while True:
            found, left = self.look()
            if all(d.mend is Mend.NOTHING for d in left) or time.monotonic() > deadline:
                return found, left
            time.sleep(_AGAIN)

    def close(self) -> None:
        """Close the connections."""
        self._topics.close()
        self._rights.close()


def _topics(want: Wanted, found: Found, left: Wanted) -> Iterator[Difference]:
    for name, topic in want.topics.items():
        there = found.topics.get(name)
        if there is None:
            yield Difference("topic", name, "missing", Mend.MAKE_TOPIC)
            continue
        if there.partitions != topic.partitions:
            yield Difference("topic", name, f"{there.partitions} partitions, not {topic.partitions}", Mend.NOTHING)
        if topic.copies not in (None, there.copies):
            yield Difference("topic", name, f"{there.copies} copies, not {topic.copies}", Mend.NOTHING)
        for key, value in topic.config.items():
            if there.config.get(key) != value:
                yield Difference("topic", name, f"{key} is {there.config.get(key)}, not {value}", Mend.SET_TOPIC)
    for name in sorted(found.topics.keys() - want.topics.keys() - left.topics.keys()):
        yield Difference("topic", name, "extra: of no desk in use", Mend.NOTHING)


def _strangers(want: Wanted, found: Found, known: Collection[str]) -> Iterator[Difference]:
    for user in sorted(found.users - want.users - set(known)):
        says = "extra: of a desk not in use" if desk_of(user) is not None else "extra: neither a desk nor known"
        yield Difference("user", user, says, Mend.NOTHING)


def _extra_rules(desks: Collection[str], rules: Collection[Rule], known: Collection[str]) -> Iterator[Difference]:
    for rule in sorted(rules):
        if rule.user in known:
            continue
        if rule.allows and (rule.user in desks or _within(rule, desks)):
            yield Difference("rule", str(rule), "extra", Mend.DISALLOW, rule)
        elif rule.user in desks or _reaches(rule, desks):
            yield Difference("rule", str(rule), "extra: left to a person, since others may need it", Mend.NOTHING, rule)


def _ours(rule: Rule, desks: Collection[str]) -> list[str]:
    """How the names begin that are the hub's own, among what this rule speaks of."""
    if rule.kind == "group":
        return [OURS, *(f"{user}." for user in desks)]
    return [OURS] if rule.kind in ("topic", "transactional_id") else []


def _within(rule: Rule, desks: Collection[str]) -> bool:
    """Whether all that the rule speaks of is the hub's own."""
    return any(rule.name.startswith(ours) for ours in _ours(rule, desks))


def _reaches(rule: Rule, desks: Collection[str]) -> bool:
    """Whether anything that the rule speaks of is the hub's own, or is the whole broker."""
    return (
        rule.kind not in ("topic", "group", "transactional_id")
        or rule.name == "*"
        or _within(rule, desks)
        or (rule.prefixed and any(ours.startswith(rule.name) for ours in _ours(rule, desks)))
    )
