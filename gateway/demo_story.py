"""The demonstration told to a reader, in a page: what happened and who was told, what each desk knows now, what is still owed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from domain.picture import Picture
from domain.vocabulary import Audience, Role
from gateway.cli_recording import imported
from gateway.demo import OURS, SEED, Chapter, Played, read_table
from gateway.demo_desks import Decided, brief, decided, knows, said_in_private
from gateway.desk_views import desk_views
from gateway.rendering import heading, paragraph, width
from gateway.rooms import Rooms
from gateway.wording import Words, plain
from projections.people import identity
from projections.reading import Reading

PURPOSE: Final = "demonstration"
_DAY: Final = 8  # columns
_TOPIC: Final = 9
_TITLE: Final = "THROUGHLINE: one child in care, and what each agency around her is told"
_ABOUT: Final = (
    "A girl in care is placed far from home. Each agency records what it knows, once; every other desk is told what it "
    "must know, and no more. All people here are invented; the agencies are real and have nothing to do with it."
)
_MARKS: Final = (
    "→ who was told. A new desk is told what led up to it; one that ends is told that it ends, never why; what is taken "
    "back, it deletes. County Durham, which is responsible for her, is told everything."
)


def tell(played: Played, folder: Path) -> Iterator[str]:
    """The whole page, piece by piece, ready to print."""
    desks = read_table("desks.csv")
    yield heading(_TITLE).lstrip("\n")
    yield paragraph(_ABOUT)
    yield heading(f"1  What happened in {played.chapters[0].day.year}, and who was told")
    yield paragraph(_MARKS)
    names = {desk["audience"]: desk["name"] for desk in desks}
    for chapter in played.chapters:
        yield from _chapter(chapter, names)
    yield heading("2  What each desk knows now")
    yield from _desks(played, names, {desk["audience"]: desk["title"] for desk in desks if desk["title"]})
    yield heading("3  What County Durham sees beyond that")
    yield from _beyond(played, names)
    again = imported(played.again.as_json(0.0)).splitlines()[0]
    yield heading(f"4  The same return imported again: {again}")
    yield heading("5  What to try next")
    yield from _next(played, folder)


def _chapter(chapter: Chapter, names: Mapping[str, str]) -> Iterator[str]:
    """One day of one agency: in one line where it fits."""
    refused = "; ".join(str(outcome) for outcome in chapter.outcomes if outcome.received is None)
    told = "→ " + (refused or _who_was_told(chapter, names))
    on = f"{brief(chapter.day):>6}"
    line = f"{on}  {chapter.words} {told}"
    if len(line) <= width():
        yield line
    else:
        yield paragraph(f"{on}  {chapter.words}", 0, _DAY)
        yield paragraph(told, _DAY, _DAY + 2)


def _who_was_told(chapter: Chapter, names: Mapping[str, str]) -> str:
    """The desks that were sent anything. Who recorded it knows it: its own desks are left out, but for the virtual school's."""
    kinds: dict[str, list[str]] = {}
    for line in chapter.sent:
        kinds.setdefault(line.audience, []).append(line.kind)
    groups: dict[str, list[str]] = {"": [], "new: ": [], "taken back from: ": [], "ends: ": []}
    for audience in (a for a in names if a in kinds):
        desk, sent = Audience.parse(audience), kinds[audience]
        own = desk.agency == chapter.agency and desk.role is not Role.VIRTUAL_SCHOOL
        if "closed" in sent:
            groups["ends: "].append(names[audience])
        elif "opened" in sent and audience != OURS:
            groups["new: "].append(names[audience])
        elif "withdrawn" in sent:
            groups["taken back from: "].append(names[audience])
        elif not own:
            groups[""].append(names[audience])
    return "; ".join(f"{mark}{', '.join(desks)}" for mark, desks in groups.items() if desks) or "nobody else"


def _desks(played: Played, names: Mapping[str, str], titles: Mapping[str, str]) -> Iterator[str]:
    """What each desk holds and was not told. names, titles: by audience; those that have a title are shown."""
    hub = played.hub
    words = Words(hub.policy.codes, hub.register)
    disclosure = hub.disclosure_of(played.child)
    pictures = {audience: _picture(played, audience) for audience in titles}
    decisions = {audience: decided(disclosure, Audience.parse(audience)) for audience in titles}
    ours, nobodys = _kept_apart(decisions)
    yield paragraph(
        f"{_in_common({names[audience]: Reading(picture) for audience, picture in pictures.items()})} To County Durham "
        f"alone: {', '.join(sorted(ours))}. To none of them: {', '.join(sorted(nobodys))}."
    )
    for audience, title in titles.items():
        picture = pictures[audience]
        yield heading(f"{title} · {audience} · {_time(picture)}").lstrip("\n")
        known = dict(knows(picture, words))
        if audience == OURS:
            private = ", ".join(map(brief, said_in_private(picture)))
            known = {
                "all": f"{len(picture.items)} entries; what she said in private on {private}",
                "home": known["home"],
            }
        known["not told"] = decisions[audience].in_words(unspoken=ours | nobodys)
        for topic, said in known.items():
            yield paragraph(f"{topic:<{_TOPIC}}{said}", 2, _TOPIC + 2)


def _kept_apart(decisions: Mapping[str, Decided]) -> tuple[frozenset[str], frozenset[str]]:
    """The kinds of fact told to the responsible authority alone, and those told to no desk at all."""
    kinds = frozenset(kind for d in decisions.values() for of in d.withheld.values() for kind in of)
    others = frozenset[str]().union(*(d.told for audience, d in decisions.items() if audience != OURS))
    return (kinds - others) & decisions[OURS].told, kinds - others - decisions[OURS].told


def _picture(played: Played, audience: str) -> Picture:
    """What a desk holds of the child, from its own feed."""
    hub = played.hub
    hub.note_read(PURPOSE, audience, PURPOSE, "what it holds of one child, and why not more")
    ref = hub.pairwise.child(Audience.parse(audience), played.child)
    return hub.views.pictures(audience, {ref})[ref]


def _in_common(readings: Mapping[str, Reading]) -> str:
    """What the desks hold alike: who she is, whom to ring, that she was looked after."""
    alike: dict[str, list[str]] = {}
    for title, reading in readings.items():
        who, opening = identity(reading), reading.picture.latest
        born = brief(who.born_on) if isinstance(who.born_on, date) else "not told"
        phone = opening.contacts[0].phone if opening is not None and opening.contacts else "not told"
        alike.setdefault(f"{who.given_name} {who.family_name}, born {born}; ring {phone}", []).append(title)
    said = [f"Told to {'all' if len(alike) == 1 else '; '.join(titles)}: {known}." for known, titles in alike.items()]
    untold = "; ".join(title for title, reading in readings.items() if not reading.told("care-started"))
    said.append(f"To all{f' but {untold}' if untold else ''}: that she was looked after.")
    return " ".join(said)


def _time(picture: Picture) -> str:
    """Since when this is a desk of hers, and until when."""
    opening = picture.latest
    assert opening is not None
    since, until = brief(opening.since), opening.ended_on
    return f"{since} to {brief(until)}" if until is not None else f"since {since}"


def _beyond(played: Played, names: Mapping[str, str]) -> Iterator[str]:
    """Notices and their answers, the two notices of one placement, findings, the tray."""
    hub = played.hub
    desk = Audience.parse(OURS)
    rooms = Rooms(hub, desk)
    hub.note_read(PURPOSE, OURS, PURPOSE, "told, findings, notices of placements, tray")
    since = played.chapters[0].day
    notices = [t for t in rooms.told(played.child) if t.notice and t.told_on > since]
    answers = [(f"{names[t.audience]}, {plain(t.what)}", t.acknowledged_on) for t in notices]
    silent = Counter(names[t.audience] for t in notices if t.acknowledged_on is None)
    yield _point("acknowledged", "; ".join(f"{what} {brief(on)}" for what, on in answers if on is not None))
    yield _point("unanswered", ", ".join(f"{name} {count}" for name, count in silent.most_common()))
    views = desk_views(hub, desk, hub.pairwise.child(desk, played.child))
    for row in views["placement-notices"]():
        told = (row[name] for name in ("placing_authority_on", "home_on", "discharge_on"))
        placing, home, discharge = (brief(date.fromisoformat(on)) if on else "none" for on in told)
        said = f"County Durham's {placing}, the home's {home}; of its end, the home's {discharge}"
        yield _point(f"notices of the placement, {row['came']} came", said)
    for row in sorted(views["findings"](), key=lambda row: (row["effective_on"], row["code"])):
        yield _point(f"finding, {brief(date.fromisoformat(row['effective_on']))}", row["meaning"])
    for waiting in rooms.tray():
        who = " ".join(part for part in (waiting.given_name, waiting.family_name) if part)
        said = f"{who}, {plain(waiting.what)}, {waiting.reporter}, {brief(waiting.received_on)}: which child?"
        yield _point("in the tray", said)


def _point(name: str, said: str) -> str:
    return paragraph(f"{name}: {said}", 2, 4)


def _next(played: Played, folder: Path) -> Iterator[str]:
    facts = played.hub.disclosure_of(played.child).history.standing_facts()
    placement = [fact.id for fact in facts if fact.event.TYPE.name == "placement-made"][-1]
    yield f"The hub of this story is in {folder} (seed {SEED}; delete the folder when you are done)."
    for command in (
        "view yot-hampshire/local-yot custody",
        "view QRL/local-health referrals",
        "feed E06000005/ordinary-residence-authority",
        f"explain {placement} E10000014/host-authority",
    ):
        yield f"  throughline {command} --data {folder}"
