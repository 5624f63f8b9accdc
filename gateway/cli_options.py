"""What the commands share: how a desk, a day or a folder is written on the command line, and how errors are worded."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from domain.forms import Problem, Refused
from domain.vocabulary import Audience
from gateway.settings import Settings, from_environment

if TYPE_CHECKING:
    from domain.agencies import AgencyKind, Register
    from gateway.hub import Hub

DEFAULT_DATA: Final = Path("data")

EXIT_CODES: Final = """\
\b
Exit codes
  0  done
  1  refused, or problems found: each is named with field, rule and source
  2  the command line was not understood: nothing was recorded
  141  whoever read the output closed it; what had been received is kept and told"""


def read_audience(text: str) -> Audience:
    """A desk, from `AGENCY/role`."""
    try:
        return Audience.parse(text)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from None


def read_day(text: str) -> date:
    """A day, from YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("a day is written YYYY-MM-DD, for example 2026-03-31 (ISO 8601)") from None


Desk = Annotated[
    Audience,
    typer.Argument(parser=read_audience, metavar="AUDIENCE", help="The desk, AGENCY/role: E10000014/host-authority."),
]
Data = Annotated[
    Path, typer.Option("--data", metavar="DIR", file_okay=False, help="The hub's folder: everything it keeps.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: JSON instead of words.")]
Purpose = Annotated[str, typer.Option(metavar="WORDS", help="Why you read this; it goes into the read log.")]
On = Annotated[
    date | None, typer.Option("--on", parser=read_day, metavar="DAY", help="The day it is asked for; default today.")
]


def settings_of(data: Path, *, new: bool = False) -> Settings:
    """The settings of the hub in a folder, with the services that the environment names. new: there may be none yet.

    Raises typer.BadParameter where there is none; Refused for an address in the environment that cannot be one.
    """
    settings = from_environment(data)
    if not new and not settings.adopted.exists():
        raise typer.BadParameter(
            "there is no hub in this folder: import or record something first, or name another folder",
            param_hint="--data",
        )
    return settings


def open_hub(data: Path, *, new: bool = False) -> Hub:
    """The hub of a folder. new: make one where there is none. Raises as `settings_of` and `fit_database` do."""
    from gateway.hub import Hub  # heavy: libraries of store and keys

    settings = settings_of(data, new=new)
    with fit_database():
        return Hub(settings)


@contextmanager
def fit_database() -> Iterator[None]:
    """Raises Refused where the database is of another version, is another hub's, or cannot be reached."""
    from adapters.sql_migrations import OutOfReach, SchemaAhead, SchemaBehind
    from adapters.subject_keys import WrongMasterKey

    try:
        yield
    except (SchemaBehind, SchemaAhead, OutOfReach, WrongMasterKey) as unfit:
        raise Refused(Problem("database", str(unfit), "docs/operations.md")) from None


def known(register: Register, code: str, where: str, kind: AgencyKind | None = None) -> str:
    """The code of an agency in the register, of this kind if one is asked for. Raises typer.BadParameter."""
    agency = register.agency(code)
    if agency is None or (kind is not None and agency.kind is not kind):
        wanted = f"a known {kind.value}" if kind is not None else "a known agency"
        raise typer.BadParameter(
            f"is not the code of {wanted} (schemas/register); `throughline agencies NAME` finds it", param_hint=where
        )
    return code


def note_read(hub: Hub, audience: Audience, purpose: str, what: str) -> None:
    """Log a read by whoever is at this keyboard, before anything is shown."""
    hub.note_read(user(), str(audience), purpose, what)


def user() -> str:
    """The name of the operating system's user; its number where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def today() -> date:
    """The day in UTC, as everywhere in the hub."""
    return datetime.now(UTC).date()


def say_json(value: Any) -> None:
    """One line of JSON; days and ids as text."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def complain(problems: Iterable[Problem], where: str = "") -> None:
    """Say on stderr what was refused: field, rule, source; never a value."""
    for problem in problems:
        typer.echo(f"refused: {where}{problem}", err=True)
