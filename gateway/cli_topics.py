"""The command `topics apply`: topics, users and rules on the broker for the desks in use, put right and read back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from domain.forms import Problem, Refused
from domain.vocabulary import Audience
from gateway.cli_options import DEFAULT_DATA, AsJson, Data, known, open_hub, read_audience, say_json

if TYPE_CHECKING:
    from adapters.kafka_access import Difference, Found, KafkaAccess, Wanted
    from adapters.kafka_connection import KafkaConnection
    from gateway.hub import Hub

PAGE: Final = "docs/kafka.md"
BROKERS: Final = ("broker",)  # as infra/ names the brokers' own user

Desks = Annotated[
    list[Audience] | None,
    typer.Option("--desk", parser=read_audience, metavar="AUDIENCE", help="A desk that was not told anything yet."),
]
Rotated = Annotated[
    list[Audience] | None,
    typer.Option("--rotate", parser=read_audience, metavar="AUDIENCE", help="Give this desk another password."),
]


def apply(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit code 1 where anything differs.")] = False,
    credentials: Annotated[
        Path | None, typer.Option(metavar="DIR", file_okay=False, help="Where the files of new passwords are written.")
    ] = None,
    desk: Desks = None,
    rotate: Rotated = None,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="USER", help="Take away a user of no desk in use, and all it may do.")
    ] = None,
    known_users: Annotated[
        Sequence[str], typer.Option("--known", metavar="USER", help="A user who is somebody else's care.")
    ] = BROKERS,
    replication: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Copies of each partition; default: up to three.")
    ] = None,
    partitions: Annotated[int, typer.Option(min=1, metavar="N", help="Of the events topic; set once.")] = 12,
    json_: AsJson = False,
    data: Data = DEFAULT_DATA,
) -> None:
    """Make what the desks in use need on Kafka, put right what differs, read it back, and show what still does.

    For whoever runs the hub. A desk is in use once it was told something, or is named by --desk. It has three topics
    (feed, submit, receipts), a user, and rules that open these to that user and nothing else. A new password is in
    its file under --credentials, and nowhere else. What might lose something is left to you: partitions, topics and
    users that are too many. Exit code 1 where anything still differs.

    \b
    Examples
      throughline topics apply --credentials credentials
      throughline topics apply --check
      throughline topics apply --rotate E06000047/virtual-school --credentials credentials
    """
    from adapters.kafka_access import wanted
    from adapters.kafka_topics import DAY

    with open_hub(data, new=not check) as hub:
        connection = _connection(hub)
        for named in desk or ():
            known(hub.register, named.agency, "--desk")
        desks = {*(Audience.parse(a) for a in hub.feeds.audiences()), *(desk or ())}
        want = wanted(desks, partitions, hub.settings.feed_retention_days * DAY, replication)
    if not set(rotate or ()) <= desks:
        raise typer.BadParameter("is not a desk in use", param_hint="--rotate")
    vouched = {*known_users, str(connection.user)}
    if not set(remove or ()).isdisjoint(want.users | vouched):
        raise typer.BadParameter("is a user in use", param_hint="--remove")

    files: list[Path] = []
    with _broker(connection, want, vouched) as access:
        found, before = access.look()
        left = before
        if not check:
            new = [d for d in sorted(desks) if d in (rotate or ()) or _user(d) not in found.users]
            if new and credentials is None:
                raise Refused(Problem("--credentials", "names no folder, and a new password is written once", PAGE))
            for user in remove or ():
                access.remove(user)
            access.mend(before)
            files = [_new_password(access, credentials, connection, d) for d in new if credentials is not None]
            found, left = access.settled()

    mended = [d for d in before if d not in left]
    if json_:
        say_json(_as_json(found, mended, files, left))
    else:
        _say(found, mended, files, left)
    if left:
        raise typer.Exit(1)


def _connection(hub: Hub) -> KafkaConnection:
    from gateway.processes import kafka_of

    connection = kafka_of(hub)
    if connection.user is None:
        raise Refused(Problem("THROUGHLINE_KAFKA_USER", "is not set: rights are for those who log in", PAGE))
    return connection


def _user(desk: Audience) -> str:
    from adapters.kafka_rights import user_of

    return user_of(desk)


@contextmanager
def _broker(connection: KafkaConnection, want: Wanted, vouched: set[str]) -> Iterator[KafkaAccess]:
    from adapters.kafka_access import AccessFailed, opened_access

    try:
        with opened_access(connection, "throughline-topics", want, vouched) as access:
            yield access
    except AccessFailed as failed:
        raise Refused(Problem("THROUGHLINE_KAFKA_BOOTSTRAP", str(failed), PAGE)) from None


def _new_password(access: KafkaAccess, folder: Path, connection: KafkaConnection, desk: Audience) -> Path:
    from adapters.kafka_credentials import CredentialFiles

    files = CredentialFiles(folder, connection)
    try:
        with files.new_password(desk) as password:
            access.set_password(_user(desk), password)
    except OSError as failed:
        raise Refused(Problem("--credentials", f"cannot be written: {failed.strerror}", PAGE)) from None
    return files.path(desk)


def _say(found: Found, mended: list[Difference], files: list[Path], left: list[Difference]) -> None:
    for difference in mended:
        typer.echo(f"put right: {difference}")
    for file in files:
        typer.echo(f"written: {file}")
    typer.echo(f"read back: {len(found.topics)} topics, {len(found.users)} users, {len(found.rules)} rules")
    for difference in left:
        typer.echo(f"differs: {difference}", err=True)


def _as_json(found: Found, mended: list[Difference], files: list[Path], left: list[Difference]) -> dict[str, Any]:
    def told(differences: list[Difference]) -> list[dict[str, str]]:
        return [{"kind": d.kind, "name": d.name, "says": d.says} for d in differences]

    return {
        "topics": [
            {"name": t.name, "partitions": t.partitions, "copies": t.copies, **t.config}
            for _, t in sorted(found.topics.items())
        ],
        "users": sorted(found.users),
        "rules": [str(rule) for rule in sorted(found.rules)],
        "put_right": told(mended),
        "written": [str(file) for file in files],
        "differences": told(left),
    }
