"""The command `demo`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli_options import fit_database


def demo(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="DIR", file_okay=False, help="An empty or new folder; default: a temporary one."
        ),
    ] = None,
) -> None:
    """Play an invented child's story through a hub, in a page: what happened, who was told, what each desk knows and does not.

    For anyone new here: no broker, no server, nothing to set up; it ends by itself. County Durham imports its statutory
    return and places a girl in Hampshire; home, school, health, youth offending team and Darlington record their part
    over five months. The folder stays, for the commands that it ends with. Where the environment names a database
    (THROUGHLINE_DATABASE_URL), it is played there: a new one.

    \b
    Example
      throughline demo --data tryout
    """
    from gateway.demo import play
    from gateway.demo_story import tell
    from gateway.settings import from_environment

    if data is not None and data.exists() and any(data.iterdir()):
        raise typer.BadParameter(
            "this folder is not empty; the demonstration begins with a new one", param_hint="--data"
        )
    folder = data or Path(tempfile.mkdtemp(prefix="throughline-demo-"))
    with fit_database(), play(from_environment(folder)) as played:
        for line in tell(played, folder):
            typer.echo(line)
