"""The command line `throughline`: every command, its help, and how errors end it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, Final

import typer
import typer.core

from domain.forms import Refused
from gateway import (
    cli_database,
    cli_demo,
    cli_documents,
    cli_processes,
    cli_quarantine,
    cli_reading,
    cli_recording,
    cli_topics,
)
from gateway.cli_options import EXIT_CODES, complain

CLOSED_PIPE: Final = 141  # as the shell reports a program ended by SIGPIPE


class Commands(typer.core.TyperGroup):
    """Every command, with one way of ending where whoever read the output (head, less) has closed it."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command named; what it had begun to record is told before it ends."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(CLOSED_PIPE) from None


app = typer.Typer(
    name="throughline",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="""The agencies around a looked-after child tell each other what they must, and no more than they may.

Begin with `throughline demo`. A desk (audience) is an agency in one role: E06000047/virtual-school. Everything
a hub keeps is in one folder, --data, unless the environment names a database (THROUGHLINE_DATABASE_URL).""",
)
policy = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The sharing policy: is it whole, and what does it say?"
)

database = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The tables: of which version are they? Bring them up to date."
)

topics = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="On Kafka: topics, users, and who may read and write what."
)

app.command("demo", short_help="Play an invented child's story through a hub. Begin here.", epilog=EXIT_CODES)(
    cli_demo.demo
)
app.command("import-ssda903", short_help="Take in a statutory return (SSDA903).", epilog=EXIT_CODES)(
    cli_recording.import_ssda903
)
app.command("record", short_help="Record submissions, one JSON object a line.", epilog=EXIT_CODES)(cli_recording.record)
app.command("feed", short_help="What a desk was told, message by message.", epilog=EXIT_CODES)(cli_reading.feed)
app.command("view", short_help="A desk's views as tables, and the rooms.", epilog=EXIT_CODES)(cli_reading.view)
app.command("explain", short_help="Why a desk was told what it was told of one event.", epilog=EXIT_CODES)(
    cli_reading.explain
)
app.command("agencies", short_help="Search the agency register: whom do I notify?", epilog=EXIT_CODES)(
    cli_documents.agencies
)
app.command("clock", short_help="Record what the calendar alone changes.", epilog=EXIT_CODES)(cli_recording.clock)
app.command("rebuild", short_help="Make a desk's views again, and compare.", epilog=EXIT_CODES)(cli_recording.rebuild)
app.command("synth", short_help="Invent a county, to try things out.", epilog=EXIT_CODES)(cli_recording.synth)
for kind, short in {
    "relay": "Put what was recorded on Kafka, until stopped.",
    "disclose": "Decide what each desk is told, until stopped.",
    "deliver": "Put each desk's feed on its Kafka topic, until stopped.",
    "ingest": "Take in what agencies submit on Kafka, until stopped.",
    "project": "Keep every desk's views up to date, until stopped.",
}.items():
    app.command(kind, short_help=short, epilog=EXIT_CODES)(cli_processes.command(kind))
app.command("run", short_help="All of these in one process, until stopped.", epilog=EXIT_CODES)(cli_processes.run_all)
app.command("lag", short_help="How far each process is behind.", epilog=EXIT_CODES)(cli_processes.lag)
quarantine = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Entries that could not be disclosed, and what waits behind them."
)
quarantine.command("list", short_help="Which are there?", epilog=EXIT_CODES)(cli_quarantine.list_)
quarantine.command("retry", short_help="Try one again.", epilog=EXIT_CODES)(cli_quarantine.retry)
quarantine.command("drop", short_help="Give one up.", epilog=EXIT_CODES)(cli_quarantine.drop)
app.add_typer(quarantine, name="quarantine")
policy.command("check", short_help="Is it whole?", epilog=EXIT_CODES)(cli_documents.policy_check)
policy.command("table", short_help="The page that is signed, or a spreadsheet.", epilog=EXIT_CODES)(
    cli_documents.policy_table
)
app.add_typer(policy, name="policy")
database.command("status", short_help="Of which version are the tables?", epilog=EXIT_CODES)(cli_database.status)
database.command("upgrade", short_help="Bring the tables up to date.", epilog=EXIT_CODES)(cli_database.upgrade)
app.add_typer(database, name="database")
topics.command("apply", short_help="Make and put right what the desks in use need.", epilog=EXIT_CODES)(
    cli_topics.apply
)
app.add_typer(topics, name="topics")


def run(arguments: Sequence[str]) -> int:
    """Run one command; answers the exit code. Expected errors are said on stderr, without a traceback."""
    try:
        app(list(arguments), prog_name="throughline")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    except Refused as refused:
        complain(refused.problems)
        return 1
    return 0


def main() -> None:
    """Entry point of the console script. Every file it makes is its user's alone."""
    os.umask(0o077)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
