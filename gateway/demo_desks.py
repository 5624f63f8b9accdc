"""What one desk of the demonstration knows of the child, in plain words, read from its own feed; and what not, as explained."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from domain.disclosure import Disclosure
from domain.events import event_types
from domain.explain import explain
from domain.feed import Masked
from domain.picture import Held, Picture
from domain.redaction import Outcome
from domain.vocabulary import Audience, DataClass
from gateway.demo import AS_AT
from gateway.wording import Words, plain
from projections.reading import Reading


@dataclass(frozen=True, slots=True)
class Phrase:
    """How an event is said: with its fields, {day}, the day of the event, and {handed_over}, where it was told as history.

    A part in [brackets] is left out where a field in it was not told. last: only the last event of its kind is said.
    """

    words: str
    last: bool = False


TOPICS: Final[Mapping[str, Mapping[str, Phrase]]] = MappingProxyType(
    {
        "home": {
            "placement-made": Phrase("{placement_type}[, {area_authority}][, {address}] from {day}", last=True),
            "placement-ended": Phrase("left {day}", last=True),
        },
        "notices": {
            "out-of-area-placement-notified": Phrase("of the placing authority {day}"),
            "home-admission-notified": Phrase("of the home {day}"),
            "home-discharge-notified": Phrase("of the home that she left {day}"),
        },
        "health": {
            "service-status-changed": Phrase("{service}: {status} since {waiting_since}[, {handed_over}]"),
            "health-assessment-completed": Phrase("assessed {day}[: {summary}][; {clinical}]"),
            "health-needs-flagged": Phrase("health needs: {health_needs}[; ask {ask}]"),
        },
        "school": {
            "school-started": Phrase("{school_name} from {day}", last=True),
            "education-plan-completed": Phrase("plan complete {day}"),
            "excluded": Phrase("{kind} {day}"),
        },
        "away": {
            "went-missing": Phrase("missing {day}"),
            "found": Phrase("found {day}"),
            "return-interview-done": Phrase("return interview {day}"),
        },
        "custody": {
            "custody-entered": Phrase("{custody_kind} {day}[, {establishment_kind}]"),
            "sentenced": Phrase("sentenced {day}"),
            "release-date-set": Phrase("release day {release_on}[, next home {next_placement_known}]"),
            "custody-visit-made": Phrase("visited {day}"),
            "released": Phrase("released {day}"),
        },
        "living": {
            "long-term-residence-began": Phrase(
                "accommodated by {accommodated_by} from {day}; home area {ordinary_residence}"
            )
        },
    }
)
"""What is said of the child, topic by topic. Who she is, and that she is looked after, is said once for all desks."""

KINDS: Final[Mapping[DataClass, str]] = MappingProxyType(
    {
        DataClass.PLACEMENT: "home",
        DataClass.PLACEMENT_ADDRESS: "address",
        DataClass.HEALTH_SUMMARY: "health",
        DataClass.HEALTH_CLINICAL: "clinical findings",
        DataClass.HEALTH_SENSITIVE: "intimate health",
        DataClass.THERAPY_STATUS: "CAMHS",
        DataClass.EDUCATION: "school",
        DataClass.CUSTODY: "custody",
        DataClass.MISSING: "missing",
        DataClass.CHILD_VOICE: "what she said in private",
        DataClass.THIRD_PARTY: "what is said of her mother",
    }
)
"""The kinds of fact that this story turns on, in its own words; the others are not spoken of here."""

_OPTIONAL: Final = re.compile(r"\[([^][]*)\]")
_FIELD: Final = re.compile(r"\{(\w+)\}")
_CODE: Final = re.compile(r" \([A-Z]\w*\)$")
_WORDS_OF_THEIR_OWN: Final = frozenset({"custody_kind", "kind", "service", "status"})  # codes that read as words
_NOT_ITS_TIME: Final = ("before the relationship began", "after the day from which it was handed over")
_SHORTER: Final = {
    "not needed for the purpose": "not for this desk",
    "before the relationship began": "before its time",
    "after the day from which it was handed over": "after its time",
}


def brief(day: date) -> str:
    """27 Apr; with its year where that is not the story's."""
    return f"{day.day} {day:%b}" + ("" if day.year == AS_AT.year else f" {day.year}")


def knows(picture: Picture, words: Words) -> Iterator[tuple[str, str]]:
    """Topic by topic, what the desk holds."""
    reading = Reading(picture)
    for topic, phrases in TOPICS.items():
        told = reading.told(*phrases)
        last = {held.name: held for _, held in told}
        said = [
            _said(phrases[held.name], held, on, words)
            for on, held in told
            if not phrases[held.name].last or last[held.name] is held
        ]
        if said:
            yield topic, "; ".join(said)


def said_in_private(picture: Picture) -> list[date]:
    """The days on which the child said something in private, as far as this desk may know that she did."""
    return [on for on, held in Reading(picture).everything() if "said_alone" in held.fields]


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about the kinds of fact for one desk. told: kinds told, at least in part. withheld: by ground, kinds."""

    told: frozenset[str]
    withheld: Mapping[str, tuple[str, ...]]

    def in_words(self, unspoken: frozenset[str]) -> str:
        """What was withheld, and on what ground. unspoken: kinds left out.

        Of what a desk is told in its own time, that it was not told what came before or after is left out too.
        """
        said = []
        for ground, kinds in self.withheld.items():
            kept = [k for k in kinds if k not in unspoken and not (ground in _NOT_ITS_TIME and k in self.told)]
            said += [f"{', '.join(kept)} ({_SHORTER.get(ground, ground)})"] if kept else []
        return "; ".join(said)


def decided(disclosure: Disclosure, audience: Audience) -> Decided:
    """Every decision about what has been recorded of the child, for one desk, by kind of fact."""
    told: set[str] = set()
    withheld: dict[str, dict[str, None]] = {}
    for fact in disclosure.history.standing_facts():
        found = explain(disclosure, fact.id, audience)
        own = KINDS.get(fact.event.TYPE.data_class)
        for reason in found.fields:
            kind = KINDS.get(DataClass(reason.data_class))
            if kind is None:
                continue
            if reason.outcome in (Outcome.SHARED, Outcome.COARSENED):
                told.add(kind)
            if reason.outcome is not Outcome.SHARED:
                in_part = found.told and kind == own and reason.outcome is not Outcome.MASKED
                withheld.setdefault("in part" if in_part else reason.ground, {})[kind] = None
    return Decided(frozenset(told), {ground: tuple(kinds) for ground, kinds in withheld.items()})


def _said(phrase: Phrase, held: Held, on: date, words: Words) -> str:
    known = {name: _value(held, name, words) for name in held.fields} | {"day": brief(on)}
    if held.catch_up:
        known["handed_over"] = "handed over"
    whole = _OPTIONAL.sub(lambda part: part[1] if set(_FIELD.findall(part[1])) <= known.keys() else "", phrase.words)
    return _FIELD.sub(lambda name: known.get(name[1], "not told"), whole)


def _value(held: Held, name: str, words: Words) -> str:
    value = held.fields[name]
    if isinstance(value, Masked):
        return f"{plain(name)} withheld ({value.ground})"
    if isinstance(value, date):
        return brief(value)
    if name in _WORDS_OF_THEIR_OWN and isinstance(value, str):
        return "CAMHS" if value == "camhs" else plain(value)
    event_type = event_types().get(held.topic)
    field = event_type.by_name.get(name) if event_type is not None else None
    said = _CODE.sub("", words.value(value, field)).rstrip(".")
    return said[:1].lower() + said[1:] if field is not None and field.meta.codes else said
