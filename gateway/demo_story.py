"""The demonstration told to a reader: what happened, what each desk was told, what was withheld and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final
from uuid import UUID

from domain.disclosure import Disclosure
from domain.explain import explain
from domain.feed import Item, Message, Opened, Told, Withdrawn
from domain.redaction import Outcome
from domain.vocabulary import Audience
from gateway.cli_reading import explained, sent_about
from gateway.cli_recording import imported
from gateway.demo import AUTHORITY, HOST, IMPORTED_ON, SEED, Chapter, Played
from gateway.desk_views import Answers
from gateway.hub import Hub
from gateway.importing import Totals
from gateway.rendering import heading, line, paragraph, table
from gateway.rooms import Rooms, Telling
from gateway.wording import Words, day, plain, short_day

DESKS: Final = (
    f"{AUTHORITY}/responsible-authority",
    f"{AUTHORITY}/virtual-school",
    HOST,
    "QHM/originating-health",
    "QRL/local-health",
    "yot-durham/home-yot",
    "yot-hampshire/local-yot",
)
PURPOSE: Final = "demonstration"
MANY: Final = 100_000  # more messages than any desk of this story has
LEFT_OUT: Final = (
    *("authority", "sex", "provider", "urn", "meant to last until", "establishment kind", "next due on", "purpose"),
    *("home postcode", "notified by", "assessment kind"),
)
SPEAKS_FOR_ITSELF: Final = (
    *("given name", "family name", "legal status", "need", "urgency", "placement type", "area authority", "address"),
    *("postcode", "home name", "state", "giver", "ground", "summary", "custody kind", "establishment"),
)
SAYS_NOTHING: Final = ("withheld", "not known")  # such a value needs its field's name
ADMINISTRATION: Final = ("context changed", "notified outside hub", "notice acknowledged")  # the hub's own housekeeping
ACKNOWLEDGED: Final = "as acknowledged"
_SHORTER: Final = {
    "its code list's coarse form": "coarse form",
    "it is about an event that this desk may not see": "about what is hidden",
}
_WAYS: Final = {Outcome.HIDDEN: "hidden", Outcome.MASKED: "withheld", Outcome.COARSENED: "in part"}
_MEANT: Final = (
    "One pure function of the child's record, the sharing policy and the agency register wrote every message. "
    "NOTICE: the law wants it acknowledged. hidden: the desk cannot tell that it exists. withheld: something stands here, never "
    "what. in part: a coarse form. Sex, provider, URN and the like are left out here; `throughline feed` shows all, "
    "`throughline explain` every source."
)


def tell(played: Played, folder: Path) -> Iterator[str]:
    """The whole story, piece by piece, ready to print."""
    hub = played.hub
    words = Words(hub.policy.codes, hub.register)
    yield heading("THROUGHLINE: one child, and what each agency around her is told")
    yield paragraph("Every child here is invented. The agencies are real and have nothing to do with this.")
    yield heading("1  County Durham imports its statutory return (SSDA903)")
    yield imported_line(played.first)
    yield heading("2  What agencies then recorded")
    yield table(("day", "who", "what", "answer"), [_chapter(c, words) for c in played.chapters])
    yield paragraph(
        "Both reports of 2 June get the same answer: nobody outside learns whether the hub knows a child. One matched "
        "by NHS number; the other names nobody for certain and waits in County Durham's tray."
    )
    yield heading("3  What each desk was told of this child, and what not")
    yield paragraph(_MEANT)
    disclosure = hub.disclosure_of(played.child)
    for desk in DESKS:
        hub.note_read(PURPOSE, desk, PURPOSE, "feed and explanations of one child")
        yield from _desk(hub, disclosure, Audience.parse(desk), words)
    yield heading("4  What County Durham sees beyond its feed")
    yield from _rooms(hub, played.child, words)
    yield heading("5  The same return imported again")
    yield imported_line(played.again)
    yield heading("6  One decision explained")
    placement = _placement(disclosure)
    hub.note_read(PURPOSE, HOST, PURPOSE, f"explain event {placement}")
    found = explain(disclosure, placement, Audience.parse(HOST))
    yield explained(found, sent_about(hub, played.child, placement, found.audience), words).lstrip("\n")
    yield heading("7  What to try next")
    yield from _next(folder, placement)


def imported_line(totals: Totals) -> str:
    """An import's summary without its seconds, so that every run reads the same."""
    return imported(totals.as_json(0.0)).replace(", in 0.0 s", "")


def _chapter(chapter: Chapter, words: Words) -> tuple[str, str, str, str]:
    refused = sum(outcome.received is None for outcome in chapter.outcomes)
    what = ", ".join(plain(json.loads(text)["type"]) for text in chapter.lines)
    return short_day(chapter.day), words.name(chapter.agency), what, f"{refused} refused" if refused else "received"


def _desk(hub: Hub, disclosure: Disclosure, audience: Audience, words: Words) -> Iterator[str]:
    yield heading(f"{words.desk(str(audience))} · {audience}")
    yield "Told"
    yield from _told(hub, disclosure, audience, words)
    yield "Not told, or not in full"
    yield from _withheld(disclosure, audience)


def _told(hub: Hub, disclosure: Disclosure, audience: Audience, words: Words) -> Iterator[str]:
    """The desk's feed as far as it is about this child, in its order; those of one day and kind stand together."""
    desk = str(audience)
    names = {fact.id: plain(fact.topic) for fact in disclosure.history.facts.values()}
    messages = dict(hub.sealed.read(desk, 0, MANY))
    pieces: list[tuple[date, str, str, str]] = []
    answers = Answers(hub, audience)
    for entry in hub.ledger.ledger_of(disclosure.child):
        name = names[entry.event_id] if entry.event_id is not None else ""
        if entry.audience == desk and name not in ADMINISTRATION:
            number = hub.ledger.number_of(entry) or 0
            message = messages[number]
            caught_up = message is not None and isinstance(message.body, Told) and message.body.catch_up
            kind = "history" if caught_up else entry.kind
            pieces.append(
                (entry.recorded_on, kind, _again(number, message, answers), _said(message, name, desk, words))
            )
    for (on, kind, again), alike in groupby(pieces, key=lambda piece: piece[:3]):
        said = ". ".join(said for _, _, _, said in alike)
        yield line(short_day(on), kind, f"{again}: {said}" if again else said, answered=again == ACKNOWLEDGED)


def _again(number: int, message: Message | None, answers: Answers) -> str:
    """What is said of a notice that was given before, or was acknowledged."""
    if message is None or not isinstance(message.body, Told) or not message.body.notice:
        return ""
    item = message.body.item.item
    if answers.on(item) is not None:
        return ACKNOWLEDGED
    return "told again" if answers.told_before(item, number) else ""


def _said(message: Message | None, name: str, desk: str, words: Words) -> str:
    """What one message says, in a line or two. name: of the event it is about."""
    if message is None:
        return f"{name}: its words were taken out of the feed later"
    match message.body:
        case Told() as told:
            return _brief(told.item, message.recorded_on, desk, words)
        case Withdrawn() as withdrawn:
            lost = "all of it" if "effective_on" in withdrawn.fields else ", ".join(plain(f) for f in withdrawn.fields)
            return f"{name}: {lost} ({plain(withdrawn.reason.value)})"
        case Opened() as opened:
            ring = f"; ring {opened.contacts[0].phone}" if opened.contacts else ""
            whose = f"responsible: {opened.responsible_authority_name}; looked after: {opened.looked_after.value}"
            since = f", since {short_day(opened.since)}" if opened.since != message.recorded_on else ""
            return f"{opened.ground}{since}; {whose}{ring}"
        case _:
            return words.message(message).headline


def _brief(item: Item, told_on: date, desk: str, words: Words) -> str:
    """An item without ids, without what is left out here, and without its day where that is the day it was told."""
    said = words.item(item)
    on = item.fields.get("effective_on")
    head = plain(item.topic) + (f" ({short_day(on)})" if isinstance(on, date) and on != told_on else "")
    own = ("reporter", words.name(desk.partition("/")[0]))
    kept: dict[str, list[str]] = {}  # what is said, and of which fields
    for name, value in said.fields:
        if name not in LEFT_OUT and (name, value) != own and not value.endswith("…"):
            speaks = name in SPEAKS_FOR_ITSELF and not value.startswith(SAYS_NOTHING)
            kept.setdefault(value.rstrip("."), []).extend([] if speaks else [name])
    parts = [f"{', '.join(names)} {value}" if names else value for value, names in kept.items()]
    return f"{head}: {'; '.join(parts)}" if parts else head


def _withheld(disclosure: Disclosure, audience: Audience) -> Iterator[str]:
    """What was withheld, gathered by outcome and ground."""
    gathered: dict[str, dict[str, dict[str, list[str]]]] = {}
    for fact in disclosure.history.standing_facts():
        found = explain(disclosure, fact.id, audience)
        name = plain(found.topic)
        if name in ADMINISTRATION:
            continue
        if not found.told:
            ground = found.summary.removeprefix("Not told: ").rstrip(".")
            gathered.setdefault(_WAYS[Outcome.HIDDEN], {}).setdefault(ground, {}).setdefault(name, [])
        for reason in found.withheld if found.told else ():
            field = plain(reason.field)
            if field not in ("event", *LEFT_OUT):
                grounds = gathered.setdefault(_WAYS[reason.outcome], {})
                fields = grounds.setdefault(reason.ground, {}).setdefault(name, [])
                fields += [field] if field not in fields else []
    for way, grounds in gathered.items():
        said = [f"{_SHORTER.get(ground, ground)}: {_listed(events)}" for ground, events in grounds.items()]
        yield paragraph(f"{way} – {'. '.join(said)}", 2, 4)


def _listed(events: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{name} ({', '.join(fields)})" if fields else name for name, fields in events.items())


def _rooms(hub: Hub, child: UUID, words: Words) -> Iterator[str]:
    desk = Audience.parse(DESKS[0])
    rooms = Rooms(hub, desk)
    hub.note_read(PURPOSE, str(desk), PURPOSE, "told and tray")
    yield heading("Notices since the import, and who has acknowledged them")
    rows = [
        (t.audience, plain(t.what), short_day(t.told_on), t.state, _answer(t))
        for t in rooms.told(child)
        if t.notice and t.told_on > IMPORTED_ON
    ]
    yield table(("desk", "notice of", "told on", "state", "acknowledged"), rows)
    yield heading("Waiting in the tray")
    for waiting in rooms.tray():
        name = " ".join(part for part in (waiting.given_name, waiting.family_name) if part) or "no name given"
        born = f", born {day(waiting.born_on)}" if waiting.born_on is not None else ""
        yield paragraph(
            f"{short_day(waiting.received_on)}  {words.name(waiting.reporter)}: {plain(waiting.what)}; {name}{born}. "
            "Which child is it?",
            2,
            15,
        )


def _answer(telling: Telling) -> str:
    return short_day(telling.acknowledged_on) if telling.acknowledged_on is not None else "not yet"


def _placement(disclosure: Disclosure) -> UUID:
    """The placement in Hampshire."""
    return [f.id for f in disclosure.history.standing_facts() if f.event.TYPE.name == "placement-made"][-1]


def _next(folder: Path, placement: UUID) -> Iterator[str]:
    yield f"The hub of this story is in {folder} (seed {SEED}; delete the folder when you are done)."
    for command in (
        f"feed {HOST}",
        f"view {DESKS[0]} not-told",
        f"view {HOST} --as-at 2026-05-01",
        f"explain {placement} yot-durham/home-yot",
        "rebuild --all",
        "clock --day 2026-09-30",
    ):
        yield f"  throughline {command} --data {folder}"
    yield "  throughline policy table"
    yield "  throughline agencies hampshire"
