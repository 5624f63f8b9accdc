"""Commands that record: a statutory return, submissions by hand, the day clock; and making views again."""

from __future__ import annotations

import sys
import time
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.agencies import AgencyKind
from domain.forms import Problem, Refused
from domain.vocabulary import Audience
from gateway.cli_options import DEFAULT_DATA as HERE
from gateway.cli_options import AsJson, Data, known, open_hub, read_audience, read_day, say_json

NO_PLACES = "is a CSV file of postcodes or districts and their authorities: {}"


def import_ssda903(
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", exists=True, help="Folder with header.csv, episodes.csv …; or one XML file."),
    ],
    authority: Annotated[str, typer.Option(metavar="CODE", help="Whose return it is: ONS code, E06000047.")],
    as_at: Annotated[date, typer.Option(parser=read_day, metavar="DAY", help="The day up to which the return speaks.")],
    places: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="CSV: postcode or district, authority; default: schemas/register/postcode_area.csv.",
        ),
    ] = None,
    json_: AsJson = False,
    data: Data = HERE,
) -> None:
    """Take in a statutory return (SSDA903), tell every desk what it must now know, and bring the views up to date.

    For the responsible authority: nothing is keyed twice. Each row of each table ends up recorded, unchanged or
    quarantined with the rule it broke; importing the same return again changes nothing, and next year's adds what is new
    or corrected. Quarantined rows are no error: they are counted. A child who is missing from a year is not one who left.

    \b
    Example
      throughline import-ssda903 returns/2026 --authority E06000047 --as-at 2026-03-31
    """
    from adapters.document_store import schemas_dir
    from adapters.eventsourcing_store import Conflict
    from adapters.places_csv import read_places
    from adapters.ssda903_faults import ReturnFileError
    from gateway.importing import import_return
    from gateway.progress import progress
    from gateway.upkeep import bring_up_to_date

    try:
        where = read_places(places or schemas_dir() / "register" / "postcode_area.csv")
    except ValueError as wrong:
        raise Refused(Problem("--places", NO_PLACES.format(wrong), "docs/submitting.md")) from None
    started = time.monotonic()
    with open_hub(data, new=True) as hub:
        known(hub.register, authority, "--authority", AgencyKind.AUTHORITY)
        try:
            with progress("reading rows") as read, progress("dealing with rows") as taken:
                totals = import_return(hub, path, authority, as_at, where, read, taken)
        except ReturnFileError as wrong:
            raise Refused(Problem("PATH", str(wrong), "DfE, Guide to the SSDA903 collection")) from None
        except Conflict as moving:
            raise Refused(Problem("PATH", str(moving), "ours")) from None
        bring_up_to_date(hub)
    summary = totals.as_json(time.monotonic() - started)
    if json_:
        say_json(summary)
    else:
        typer.echo(imported(summary))


def imported(summary: dict[str, Any]) -> str:
    """The summary of an import for people. summary: `gateway.importing.Totals.as_json`."""
    lines = [
        f"{summary['rows']:,} rows: {summary['recorded']:,} recorded, {summary['unchanged']:,} unchanged, "
        f"{summary['quarantined']['total']:,} quarantined",
        *(f"  {file}: {count:,} rows" for file, count in summary["files"].items()),
        *(f"  quarantined, {rule}: {count:,}" for rule, count in summary["quarantined"]["rules"].items()),
        *(f"  field left out, {rule}: {count:,}" for rule, count in summary["fields_set_aside"]["rules"].items()),
        *(f"  finding, {code}: {count:,}" for code, count in summary["findings"]["codes"].items()),
        f"{summary['events']:,} events about {summary['children']:,} children, in {summary['seconds']} s",
    ]
    return "\n".join(lines)


def record(
    file: Annotated[
        str, typer.Argument(metavar="FILE.jsonl", help="One JSON object a line; `-` reads standard input.")
    ],
    agency: Annotated[str, typer.Option("--as", metavar="AGENCY", help="Who submits: the agency's code.")],
    json_: AsJson = False,
    data: Data = HERE,
) -> None:
    """Record submissions, one JSON object a line, for one agency, and tell every desk what it must now know.

    For any agency that reports: each line is answered `received` with an id, or `refused` with field, rule, source and
    line number; the good ones are kept. The answer never says whether a child was found. A line may give itself a
    `label`, by which later lines name it: "@label".

    \b
    Example, for one line of such a file
      {"type": "released", "child": {"authority": "E06000047", "nhs_number": "9990000018"}, "effective_on": "2026-07-01"}
      throughline record reports.jsonl --as yot-hampshire
    """
    from gateway.lines import record_lines
    from gateway.upkeep import bring_up_to_date

    if file != "-" and not Path(file).is_file():
        raise typer.BadParameter("there is no such file", param_hint="FILE.jsonl")
    refused = 0
    with open_hub(data, new=True) as hub:
        known(hub.register, agency, "--as")
        try:
            with nullcontext(sys.stdin) if file == "-" else open(file, encoding="utf-8", errors="replace") as lines:
                for outcome in record_lines(hub, lines, agency, {}):
                    refused += outcome.received is None
                    if json_:
                        say_json(outcome.as_json())
                    else:
                        typer.echo(str(outcome))
        finally:  # also where nobody reads the answers any more: what was received is told
            bring_up_to_date(hub)
    if refused:
        raise typer.Exit(1)


def clock(
    day: Annotated[date, typer.Option(parser=read_day, metavar="DAY", help="The day that has been reached.")],
    json_: AsJson = False,
    data: Data = HERE,
) -> None:
    """Record what the calendar alone changes by a day: a consent's end, a 16th birthday, an agency's successor.

    For the operator, once a day (cron, a timer): nothing in the hub reads a clock by itself, so that replay needs none.

    \b
    Example
      throughline clock --day 2026-09-30
    """
    from gateway.upkeep import bring_up_to_date

    with open_hub(data) as hub:
        streams = hub.day(day)
        bring_up_to_date(hub)
    if json_:
        say_json({"day": day.isoformat(), "streams": streams})
    else:
        typer.echo(f"{day.isoformat()} changed something in {streams:,} streams")


def rebuild(
    audience: Annotated[
        Audience | None, typer.Argument(parser=read_audience, metavar="[AUDIENCE]", help="The desk, AGENCY/role.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every desk that was ever told anything.")] = False,
    json_: AsJson = False,
    data: Data = HERE,
) -> None:
    """Throw a desk's views away, make them again from its feed, and say whether they came out the same.

    For the operator and the auditor: views hold nothing that the feed does not. Exit code 1 where a row differs.

    \b
    Example
      throughline rebuild --all
    """
    from gateway.upkeep import rebuild as rebuild_views

    if (audience is None) is not every:
        raise typer.BadParameter("name one desk, or say --all", param_hint="AUDIENCE")
    differ = 0
    with open_hub(data) as hub:
        if audience is not None:
            known(hub.register, audience.agency, "AUDIENCE")
        for desk in [audience] if audience is not None else map(Audience.parse, hub.feeds.audiences()):
            made = rebuild_views(hub, desk)
            differ += made.differ
            if json_:
                say_json({"audience": str(desk), "rows": made.rows, "differ": made.differ})
            else:
                typer.echo(
                    f"{desk}: {made.rows:,} rows, {f'{made.differ:,} DIFFER' if made.differ else 'the same as before'}"
                )
    if differ:
        raise typer.Exit(1)


def synth(
    children: Annotated[int, typer.Option(min=1, max=49_999, metavar="N", help="How many children, in all years.")],
    seed: Annotated[int, typer.Option(metavar="S", help="The same seed gives the same bytes.")],
    out: Annotated[Path, typer.Option(metavar="DIR", file_okay=False, help="A new or empty folder.")],
    years: Annotated[
        int, typer.Option(min=1, max=10, metavar="Y", help="Return years to 31 March 2026; each has a folder, 2026/.")
    ] = 5,
    format_: Annotated[
        str, typer.Option("--format", metavar="csv|xml", help="A folder of CSV files a year, or an XML file.")
    ] = "csv",
) -> None:
    """Invent a county: its statutory returns year by year, their postcodes, and what each agency would report.

    For trying the hub out and measuring it. Every child is invented, every postcode and NHS number is of a kind that is
    never issued; the agencies are real (County Durham and where it places). Whose file is whose: docs/submitting.md.

    \b
    Example
      throughline synth --children 1000 --seed 7 --out county
      throughline import-ssda903 county/2026 --authority E06000047 --as-at 2026-03-31 --places county/places.csv
    """
    from adapters.synth_county import YEAR_END, County
    from adapters.synth_files import FORMATS, REPORTS, write_county
    from gateway.progress import progress

    if format_ not in FORMATS:
        raise typer.BadParameter(f"one of {', '.join(FORMATS)}", param_hint="--format")
    if out.exists() and any(out.iterdir()):
        raise typer.BadParameter("this folder is not empty; a county is written into a new one", param_hint="--out")
    county = County(years=years)
    with progress("inventing children", children) as made:
        write_county(out, children=children, seed=seed, county=county, form=format_, progress=made)
    last = f"{YEAR_END.year}{'.xml' if format_ == 'xml' else '/'}"
    returns = last if years == 1 else f"{county.year_ends[0].year} to {last}"
    reports = ", ".join(f"{name}.jsonl" for name in REPORTS)
    typer.echo(f"{children:,} invented children in {out}: {returns}, places.csv, {reports}")
