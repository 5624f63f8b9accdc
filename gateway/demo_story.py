"""The demonstration told to a reader: what happened, what each desk was told, what was withheld and why. At most 100 columns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

from domain.disclosure import Disclosure
from domain.explain import explain
from domain.feed import Told, Withdrawn
from domain.redaction import Outcome
from domain.vocabulary import Audience
from gateway.cli_reading import explained, sent_about
from gateway.cli_recording import imported
from gateway.demo import AUTHORITY, HOST, SEED, Chapter, Played
from gateway.hub import Hub
from gateway.importing import Totals
from gateway.rendering import heading, line, paragraph, subheading, table
from gateway.rooms import Rooms, Telling
from gateway.wording import Said, Words, day, plain, short_day

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
ADMINISTRATION: Final = ("context changed", "notified outside hub", "notice acknowledged")  # the hub's own housekeeping
_WAYS: Final = {Outcome.HIDDEN: "hidden", Outcome.MASKED: "withheld", Outcome.COARSENED: "in part"}
_MEANT: Final = (
    "Every message below was written by one pure function of the child's record, the sharing policy and the agency register. "
    "`hidden`: the desk cannot tell that it exists. `withheld`: it sees that something stands here, never what. `in part`: a "
    "coarse form. Words that were taken back later are gone from the feed; their place stays."
)


def tell(played: Played, folder: Path) -> Iterator[str]:
    """The whole story, piece by piece, ready to print."""
    hub = played.hub
    words = Words(hub.policy.codes, hub.register)
    yield heading("Throughline: one child, and what each agency around her is told")
    yield paragraph("Every child here is invented. The agencies are real and have nothing to do with this.")
    yield heading("1. County Durham imports its statutory return (SSDA903)")
    yield imported_line(played.first)
    yield heading("2. What agencies then recorded")
    yield table(("day", "who", "what", "answer"), [row for c in played.chapters for row in _chapter(c, words)])
    yield paragraph(
        "The two reports of 2 June are answered alike: from outside nobody learns whether the hub knows a child. One matched by "
        "NHS number; the other names nobody for certain and waits in County Durham's tray."
    )
    yield heading("3. What each desk was told of this child, and what not")
    yield paragraph(_MEANT)
    disclosure = hub.disclosure_of(played.child)
    for desk in DESKS:
        hub.note_read(PURPOSE, desk, PURPOSE, "feed and explanations of one child")
        yield from _desk(hub, disclosure, Audience.parse(desk), words)
    yield heading("4. What County Durham sees beyond its feed")
    yield from _rooms(hub, played.child, words)
    yield heading("5. The same return imported again")
    yield imported_line(played.again)
    yield heading("6. One decision explained")
    placement = _placement(disclosure)
    hub.note_read(PURPOSE, HOST, PURPOSE, f"explain event {placement}")
    found = explain(disclosure, placement, Audience.parse(HOST))
    yield explained(found, sent_about(hub, played.child, placement, found.audience), words).lstrip("\n")
    yield heading("7. What to try next")
    yield from _next(folder, placement)


def imported_line(totals: Totals) -> str:
    """An import's summary without its seconds, so that every run reads the same."""
    return imported(totals.as_json(0.0)).replace(", in 0.0 s", "")


def _chapter(chapter: Chapter, words: Words) -> Iterator[tuple[str, str, str, str]]:
    for text, outcome in zip(chapter.lines, chapter.outcomes, strict=True):
        said = json.loads(text)
        what = plain(said["type"])
        answer = "received" if outcome.received is not None else "refused"
        yield short_day(chapter.day), words.name(chapter.agency), what, answer


def _desk(hub: Hub, disclosure: Disclosure, audience: Audience, words: Words) -> Iterator[str]:
    yield subheading(f"{words.desk(str(audience))} · {audience}")
    yield "Told"
    yield from _told(hub, disclosure, audience, words)
    yield "Not told, or not in full"
    yield from _withheld(disclosure, audience)


def _told(hub: Hub, disclosure: Disclosure, audience: Audience, words: Words) -> Iterator[str]:
    """The desk's feed as far as it is about this child, one message after the other; history in one piece."""
    desk = str(audience)
    names = {fact.id: plain(fact.topic) for fact in disclosure.history.facts.values()}
    messages = dict(hub.sealed.read(desk, 0, MANY))
    history: list[str] = []
    for entry in hub.feeds.ledger_of(disclosure.child):
        name = names[entry.event_id] if entry.event_id is not None else ""
        if entry.audience != desk or name in ADMINISTRATION:
            continue
        on, message = short_day(entry.recorded_on), messages[hub.feeds.number_of(entry) or 0]
        if message is not None and isinstance(message.body, Told) and message.body.catch_up:
            history.append(_brief(words.item(message.body.item), desk, words))
            continue
        if history:
            yield line(on, "told", f"history: {'. '.join(history)}")
            history.clear()
        if message is None:
            yield line(on, entry.kind, f"{name}: told then; its words have since been taken out of the feed")
        elif isinstance(message.body, Withdrawn):
            yield line(on, entry.kind, f"{name}: {words.message(message).headline}")
        else:
            yield line(on, entry.kind, _brief(words.message(message), desk, words))


def _brief(said: Said, desk: str, words: Words) -> str:
    """A message without ids, without its own desk's name, and with one number to ring."""
    kept: dict[str, str] = {}
    for name, value in said.fields:
        what = "ring" if name.startswith("ring ") else name
        own = name == "reporter" and value == words.name(desk.partition("/")[0])
        if what not in kept and not own and not value.endswith("…"):
            kept[what] = value.rpartition(",")[0] if what == "ring" else value.rstrip(".")
    fields = "; ".join(f"{name}: {value}" for name, value in kept.items())
    return f"{said.headline} – {fields}" if fields else said.headline


def _withheld(disclosure: Disclosure, audience: Audience) -> Iterator[str]:
    """What was withheld, gathered by outcome and ground, one line each."""
    gathered: dict[tuple[str, str], dict[str, list[str]]] = {}
    for fact in disclosure.history.standing_facts():
        found = explain(disclosure, fact.id, audience)
        name = plain(found.topic)
        if name in ADMINISTRATION:
            continue
        if not found.told:
            ground = found.summary.removeprefix("Not told: ").rstrip(".")
            gathered.setdefault((_WAYS[Outcome.HIDDEN], ground), {}).setdefault(name, [])
        for reason in found.withheld if found.told else ():
            if reason.field != "event":
                fields = gathered.setdefault((_WAYS[reason.outcome], reason.ground), {}).setdefault(name, [])
                fields += [plain(reason.field)] if plain(reason.field) not in fields else []
    for (way, ground), events in gathered.items():
        what = "; ".join(f"{name} ({', '.join(fields)})" if fields else name for name, fields in events.items())
        yield paragraph(f"{way:<10}{ground}: {what}", 2, 12)


def _rooms(hub: Hub, child: UUID, words: Words) -> Iterator[str]:
    desk = Audience.parse(DESKS[0])
    rooms = Rooms(hub, desk)
    hub.note_read(PURPOSE, str(desk), PURPOSE, "told and tray")
    yield subheading("Who was told of what the law wants told, and who has acknowledged it")
    rows = [
        (words.desk(t.audience), plain(t.what), short_day(t.told_on), t.state, _answer(t))
        for t in rooms.told(child)
        if t.notice
    ]
    yield table(("desk", "notice of", "told on", "state", "acknowledged"), rows)
    yield subheading("Waiting in the tray")
    for waiting in rooms.tray():
        name = " ".join(part for part in (waiting.given_name, waiting.family_name) if part) or "no name given"
        born = f", born {day(waiting.born_on)}" if waiting.born_on is not None else ""
        yield paragraph(
            f"{short_day(waiting.received_on)}  {words.name(waiting.reporter)} reports {plain(waiting.what)} of {name}{born}. "
            "Which child? Joining it to one is itself a recorded event.",
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
