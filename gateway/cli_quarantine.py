"""The commands `quarantine list`, `retry` and `drop`: entries that could not be disclosed, and what waits behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from gateway.cli_options import DEFAULT_DATA as HERE
from gateway.cli_options import AsJson, Data, open_hub, say_json, user

Stream = Annotated[UUID, typer.Argument(metavar="STREAM", help="The stream, as `quarantine list` names it.")]
Version = Annotated[int, typer.Argument(min=1, metavar="VERSION", help="The entry's place in it.")]
Why = Annotated[
    str, typer.Option("--why", metavar="WORDS", help="On what ground; it is recorded, without personal data.")
]


def list_(json_: AsJson = False, data: Data = HERE) -> None:
    """The entries that are quarantined: they could not be read or disclosed, and what follows them in their stream waits.

    For whoever runs the hub: ids and reasons, never words. Exit code 1 where there are any.

    \b
    Example
      throughline quarantine list
    """
    with open_hub(data) as hub:
        held = hub.feeds.held()
    for one in held:
        if json_:
            say_json({"stream": one.child, "version": one.version, "reason": one.reason, "since": one.since})
        else:
            typer.echo(f"{one.child} {one.version}  {one.reason} since {one.since.isoformat()}")
    if held:
        raise typer.Exit(1)
    if not json_:
        typer.echo("nothing is quarantined")


def retry(stream: Stream, version: Version, why: Why, data: Data = HERE) -> None:
    """Try an entry again: after the store was restored, or the fault in the hub was mended. What waited behind it goes on.

    \b
    Example
      throughline quarantine retry 6f0c2c5e-0a58-4b6e-9d3f-0d1c6f1f0b11 7 --why "restored from Monday's backup"
    """
    _release(stream, version, why, data, dropped=False)


def drop(stream: Stream, version: Version, why: Why, data: Data = HERE) -> None:
    """Give an entry up: it counts as never recorded. What waited behind it goes on. The entry itself stays in the store.

    \b
    Example
      throughline quarantine drop 6f0c2c5e-0a58-4b6e-9d3f-0d1c6f1f0b11 7 --why "recorded anew as told by the worker"
    """
    _release(stream, version, why, data, dropped=True)


def _release(stream: UUID, version: int, why: str, data: Path, *, dropped: bool) -> None:
    from gateway.upkeep import bring_up_to_date

    with open_hub(data) as hub:
        hub.quarantining.release(stream, version, dropped=dropped, decided_by=user(), why=why)
        if hub.settings.kafka is not None:
            typer.echo("released: the workers go on with it")
            return
        bring_up_to_date(hub)
        still = [one for one in hub.feeds.held() if (one.child, one.version) == (stream, version)]
    if still:
        typer.echo(f"still quarantined: {still[0].reason}", err=True)
        raise typer.Exit(1)
    typer.echo("released")
