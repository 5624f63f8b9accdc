"""Commands that read personal data: feeds, views, and the reasons of every decision. Each read is logged first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from domain.explain import Explanation
from domain.explain import explain as explain_event
from domain.feed import Message, Told
from domain.forms import Problem, Refused
from domain.redaction import Outcome
from domain.vocabulary import Audience, Role
from gateway import rendering
from gateway.cli_options import DEFAULT_DATA as HERE
from gateway.cli_options import AsJson, Data, Desk, Purpose, known, note_read, open_hub, read_day, say_json
from gateway.wording import Words, plain
from projections.reading import as_json

if TYPE_CHECKING:
    from gateway.desk_views import Answers
    from gateway.hub import Hub

AT_ONCE = 500  # messages read at a time
SHOWN = 20  # rows of each view where all of a desk's views are shown
DEFAULT_PURPOSE = "command line"


def feed(
    audience: Desk,
    after: Annotated[int, typer.Option("--after", min=0, metavar="N", help="Only the messages after this number.")] = 0,
    json_: AsJson = False,
    purpose: Purpose = DEFAULT_PURPOSE,
    data: Data = HERE,
) -> None:
    """What a desk was told, message by message, in order.

    For the desk itself: everything it may know, and how it came to know it. Numbers have no gaps. An item that
    was later withdrawn keeps its number; its words are gone. An answer (an acknowledgement) names an item
    by the id shown.

    \b
    Example
      throughline feed E10000014/host-authority --after 12
    """
    from gateway.desk_views import Answers
    from gateway.upkeep import bring_up_to_date

    hub = open_hub(data)
    with hub:
        known(hub.register, audience.agency, "AUDIENCE")
        bring_up_to_date(hub)
        note_read(hub, audience, purpose, f"feed after {after}")
        words = _words(hub)
        answers = Answers(hub, audience)
        count = 0
        for number, message in _messages(hub, audience, after):
            count += 1
            if not json_:
                typer.echo(_block(number, message, words, answers) + "\n")
            elif message is None:
                say_json({"number": number, "taken_out": True})
            else:
                say_json({"number": number, **hub.codec.to_json(message)})
        if not count and not json_:
            typer.echo("Nothing has been told to this desk." if not after else f"Nothing after number {after}.")


def view(
    audience: Desk,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One view, in full; default: the start of each.")
    ] = None,
    child: Annotated[
        str, typer.Option(metavar="REF", help="Only this child: the beginning of the desk's reference.")
    ] = "",
    as_at: Annotated[
        date | None,
        typer.Option("--as-at", parser=read_day, metavar="DAY", help="Host authority: also the counts for this day."),
    ] = None,
    json_: AsJson = False,
    purpose: Purpose = DEFAULT_PURPOSE,
    data: Data = HERE,
) -> None:
    """A desk's views as tables: its caseload, arrivals, notices, whatever its role has.

    For the desk itself, made from its own feed alone. A responsible authority also has the rooms: `told` (who was
    told what, who acknowledged), `not-told` (what was withheld from whom, and why), `tray` (reports that name no child
    for certain), `quarantine` (rows of its returns that were not taken, and why). References are shortened; --child
    takes the beginning of one.

    \b
    Examples
      throughline view E06000047/responsible-authority tray
      throughline view E10000014/host-authority --as-at 2026-05-01
    """
    from gateway.desk_views import desk_views, host_counts
    from gateway.progress import progress
    from gateway.upkeep import bring_up_to_date

    if as_at is not None and audience.role is not Role.HOST_AUTHORITY:
        raise typer.BadParameter("only a host authority's children are counted", param_hint="--as-at")
    hub = open_hub(data)
    with hub:
        known(hub.register, audience.agency, "AUDIENCE")
        views = desk_views(hub, audience, child)
        if name is not None and name not in views:
            raise typer.BadParameter(f"this desk's views are {', '.join(views) or 'none'}", param_hint="NAME")
        bring_up_to_date(hub)
        note_read(hub, audience, purpose, f"view {name or 'all'}" + (f" of child {child}" if child else ""))
        words = _words(hub)
        for chosen in [name] if name is not None else views:
            if json_:
                for row in views[chosen]():
                    say_json({"view": chosen, **row})
                continue
            rows = []
            with progress(f"reading {chosen}") as tell:
                for row in islice(views[chosen](), None if name is not None else SHOWN + 1):
                    rows.append(row)
                    tell(len(rows))
            more = name is None and len(rows) > SHOWN
            typer.echo(rendering.heading(f"{chosen} (the first {SHOWN})" if more else f"{chosen} ({len(rows)})"))
            typer.echo(_table(rows[:SHOWN] if more else rows, words) if rows else "Nothing.")
            if more:
                typer.echo(f"… and more: throughline view {audience} {chosen}")
        for figure in host_counts(hub, audience, as_at) if as_at is not None else ():
            if json_:
                say_json({"figure": figure})
            else:
                typer.echo(rendering.heading(f"{figure['name']}, as at {figure['as_at']}: {figure['value']}"))
                typer.echo(rendering.paragraph(f"{figure['definition']} Known at: {figure['known_at']}."))


def explain(
    event_id: Annotated[
        str, typer.Argument(metavar="EVENT_ID", help="The hub's id of the event, or that desk's item id.")
    ],
    audience: Desk,
    json_: AsJson = False,
    purpose: Purpose = DEFAULT_PURPOSE,
    data: Data = HERE,
) -> None:
    """Why a desk was told what it was told of one event, and why not the rest.

    For whoever answers for the sharing: each field with its outcome, data class, basis, source and force, the ground
    of a withholding, the consent it rests on; and what was really sent. Values are never shown.

    \b
    Example
      throughline explain 1b4e28ba-2fa1-4d3b-8a5e-0242ac130003 E10000014/host-authority
    """
    from gateway.upkeep import bring_up_to_date

    hub = open_hub(data)
    with hub:
        known(hub.register, audience.agency, "AUDIENCE")
        bring_up_to_date(hub)
        child, event = _event(hub, event_id, audience)
        note_read(hub, audience, purpose, f"explain event {event}")
        found = explain_event(hub.disclosure_of(child), event, audience)
        sent = sent_about(hub, child, event, audience)
        if json_:
            say_json(_as_json(found, sent))
        else:
            typer.echo(explained(found, sent, _words(hub)))


def explained(found: Explanation, sent: list[dict[str, Any]], words: Words) -> str:
    """An explanation for people. sent: of each message about the event, as `sent_about` answers it."""
    since = found.relationship
    standing = (
        f"{since.ground.value}, since {since.since}" if since else "relationship ended" if found.ended else "none"
    )
    rows = [
        (
            plain(f.field),
            f.outcome.value,
            f.data_class,
            f.ground or f.basis + (f" {rendering.short(str(f.consent))}" if f.consent else ""),
            f.force,
            f.source,
        )
        for f in found.fields
    ]
    lines = [
        rendering.heading(f"{plain(found.topic)}, for {found.audience}: {words.desk(str(found.audience))}"),
        f"event {found.event_id}; relationship: {standing}",
        found.summary.replace("_", " "),
    ]
    if rows:
        columns = ("field", "outcome", "class", "basis, or ground", "force", "source")
        lines += ["", rendering.table(columns, rows)]
    really = [
        rendering.paragraph(
            f"number {s['number']}, {s['kind']}, {s['on']}"
            + (" (its words were taken out later)" if s["taken_out"] else "")
            + "".join(f"; {way}: {', '.join(map(plain, names))}" for way, names in s["withheld"].items())
            + ("; A BREACH: this desk should never have been told" if s["breach"] else ""),
            2,
            4,
        )
        for s in sent
    ]
    return "\n".join([*lines, "", "Really sent", *(really or ["  nothing"])])


def sent_about(hub: Hub, child: UUID, event: UUID, audience: Audience) -> list[dict[str, Any]]:
    """The messages that a desk was really sent about an event, by the ledger: number, kind, day (on), taken_out.

    withheld: the fields that did not go out as they are, by outcome, as ruled when it was sent. breach: a relationship
    that never existed had been acted upon.
    """
    return [
        {
            "number": hub.ledger.number_of(line),
            "kind": line.kind,
            "on": line.recorded_on.isoformat(),
            "taken_out": line.taken_out,
            "withheld": _ruled_out(line.rulings),
            "breach": line.breach,
        }
        for line in hub.ledger.ledger_of(child)
        if line.event_id == event and line.audience == str(audience)
    ]


def _ruled_out(rulings: str) -> dict[str, list[str]]:
    """The fields withheld, by outcome, from the ledger's form (`adapters.sql_ledger.LedgerLine`)."""
    found: dict[str, list[str]] = {}
    for ruling in rulings.splitlines():
        field, outcome, *_ = ruling.split(" ")
        if outcome != Outcome.SHARED.value:
            found.setdefault(outcome, []).append(field)
    return found


def _event(hub: Hub, text: str, audience: Audience) -> tuple[UUID, UUID]:
    """Child and event behind an event id or an item id of this desk. Raises Refused."""
    if "-" not in text:
        behind = hub.feeds.event_behind(str(audience), text)
    else:
        try:
            event = UUID(text)
        except ValueError:
            event = UUID(int=0)
        child = hub.ledger.child_of(event)
        behind = (child, event) if child is not None else None
    if behind is None:
        rule = "names no event that was disclosed to anyone, and no item of this desk"
        raise Refused(Problem("EVENT_ID", rule, "the hub's ledger"))
    return behind


def _messages(hub: Hub, audience: Audience, after: int) -> Iterator[tuple[int, Message | None]]:
    while batch := hub.sealed.read(str(audience), after, AT_ONCE):
        yield from batch
        after = batch[-1][0]


def _block(number: int, message: Message | None, words: Words, answers: Answers) -> str:
    """One message; a notice with what the desk has answered to it."""
    if message is None or not isinstance(message.body, Told) or not message.body.notice:
        return rendering.block(number, message, words)
    item = message.body.item.item
    return rendering.block(number, message, words, answers.told_before(item, number), answers.on(item))


def _words(hub: Hub) -> Words:
    return Words(hub.policy.codes, hub.register)


def _table(rows: list[dict[str, Any]], words: Words) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    shortened = ("ref", "item", "about", "placement")
    cells = [
        [rendering.short(str(row.get(c) or "")) if c in shortened else words.cell(c, row.get(c)) for c in columns]
        for row in rows
    ]
    return rendering.table([plain(c) for c in columns], cells)


def _as_json(found: Explanation, sent: list[dict[str, Any]]) -> dict[str, Any]:
    said = as_json(found)
    said["audience"] = str(found.audience)
    said["event_id"] = str(found.event_id)
    if found.relationship is not None:
        said["relationship"] = {
            "ground": found.relationship.ground.value,
            "since": found.relationship.since.isoformat(),
        }
    for reason in said["fields"]:
        reason["consent"] = str(reason["consent"]) if reason["consent"] is not None else None
    return {**said, "sent": sent}
