"""Commands that read the documents the hub decides by: the agency register and the sharing policy. No personal data."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.agencies import Agency, AgencyKind, Register
from domain.events import event_types
from domain.forms import Problem, Refused
from domain.policy import Policy
from domain.policy_check import Severity, check, totals
from domain.policy_table import table_csv, table_markdown
from domain.vocabulary import Role
from gateway.cli_options import AsJson, On, say_json, today

Version = Annotated[
    str,
    typer.Option("--policy", metavar="HASH", help="A version kept in --data; default: the one that came with this."),
]
Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", file_okay=False, help="The hub's folder, where versions are kept."),
]


def agencies(
    text: Annotated[
        str, typer.Argument(metavar="[TEXT]", help="Part of a code or name, in any case; default: all.")
    ] = "",
    on: On = None,
    json_: AsJson = False,
) -> None:
    """Search the agency register: authorities, health bodies, youth offending teams, and whom to ring there.

    For anyone who asks "whom do I notify?": code, name, kind, since and until when, who followed, which health body and
    youth offending team serve an authority (or the candidates: the hub never guesses), and the desks with contacts.

    \b
    Example
      throughline agencies hampshire --on 2026-04-01
    """
    register = _register()
    day = on or today()
    found = [a for a in register.agencies() if text.casefold() in f"{a.code} {a.name}".casefold()]
    if not found:
        raise Refused(Problem("TEXT", "no agency's code or name contains this", "schemas/register"))
    for agency in found:
        about = _about(register, agency, day)
        if json_:
            say_json(about)
        else:
            typer.echo(_in_words(register, about))


def policy_check(on: On = None, json_: AsJson = False, policy: Version = "", data: Data = None) -> None:
    """Is the sharing policy whole? Every class decided for every role, nothing told that a code would give away.

    For whoever signs it, and for the build: exit code 1 where an error is found, so that it is never adopted.

    \b
    Example
      throughline policy check --on 2026-09-30
    """
    chosen, day = _policy(policy, data), on or today()
    found = check(chosen, event_types(), day)
    counted = asdict(totals(chosen, event_types(), day))
    if json_:
        problems = [{"severity": p.severity.value, "where": p.where, "rule": p.rule} for p in found]
        say_json({"policy": chosen.content_hash, "on": day, "problems": problems, "totals": counted})
    else:
        for problem in found:
            typer.echo(str(problem), err=problem.severity is Severity.ERROR)
        counts = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in counted.items() if value is not None)
        typer.echo(f"policy {chosen.content_hash[:12]} on {day.isoformat()}: {counts}")
        by_severity = {s: sum(p.severity is s for p in found) for s in Severity}
        typer.echo(", ".join(f"{count} {severity.value}s" for severity, count in by_severity.items()))
    if any(p.severity is Severity.ERROR for p in found):
        raise typer.Exit(1)


def policy_table(
    csv: Annotated[bool, typer.Option("--csv", help="One line for each class and role, for a spreadsheet.")] = False,
    on: On = None,
    policy: Version = "",
    data: Data = None,
) -> None:
    """The sharing policy as the page that is signed: who is told what, on what ground, who answers for it (Markdown).

    For a Caldicott guardian, a data protection officer, an auditor: as it stands on a day, and what is to change.

    \b
    Example
      throughline policy table --csv --on 2026-04-01 > policy.csv
    """
    chosen, day = _policy(policy, data), on or today()
    typer.echo(table_csv(chosen, day) if csv else table_markdown(chosen, day), nl=False)


def _policy(name: str, data: Path | None) -> Policy:
    """A version kept in a hub's folder, or the one that came with this version of the program."""
    from adapters.document_store import (
        DocumentAltered,
        DocumentMissing,
        DocumentStore,
        StoredDocuments,
        content_hash,
        policy_bundle,
        schemas_dir,
    )
    from adapters.policy_yaml import read_policy
    from gateway.settings import Settings

    if not name:
        bundle = policy_bundle(schemas_dir())
        return read_policy(bundle, content_hash(bundle))
    if data is None:
        raise typer.BadParameter("say with --data in which hub's folder this version is kept", param_hint="--policy")
    try:
        return StoredDocuments(DocumentStore(Settings(data).documents)).policy(name)
    except (DocumentMissing, DocumentAltered) as wrong:
        raise Refused(Problem("--policy", str(wrong), "docs/operations.md")) from None


def _register() -> Register:
    from adapters.document_store import content_hash, register_bundle, schemas_dir
    from adapters.register_csv import read_register

    bundle = register_bundle(schemas_dir())
    return read_register(bundle, content_hash(bundle))


def _about(register: Register, agency: Agency, on: date) -> dict[str, Any]:
    about: dict[str, Any] = {
        "code": agency.code,
        "name": agency.name,
        "kind": agency.kind.value,
        "from": agency.valid_from,
        "until": agency.valid_to,
        "in_force": agency.in_force(on),
        "successors": list(agency.successors),
    }
    if agency.kind is AgencyKind.AUTHORITY:
        about["health_bodies"] = list(register.health_body(agency.code, on).candidates)
        about["youth_offending_team"] = register.youth_offending_team(agency.code, on)
    about["desks"] = {
        role.value: [asdict(contact) for contact in contacts]
        for role in Role
        if (contacts := register.contacts(agency.code, role, on))
    }
    return about


def _in_words(register: Register, about: dict[str, Any]) -> str:
    since, until = about["from"] or "the beginning", about["until"] or "now"
    lines = [f"{about['code']}  {about['name']} ({about['kind']}), from {since} until {until}"]
    named = [f"{code} {register.name(code)}" for code in about["successors"]]
    if named:
        lines.append(f"  followed by {', '.join(named)}")
    if "health_bodies" in about:
        bodies = [f"{code} {register.name(code)}" for code in about["health_bodies"]]
        which = (
            "health body" if len(bodies) == 1 else "health body unknown; one of" if bodies else "health body unknown"
        )
        lines.append(f"  {which} {'; '.join(bodies)}".rstrip())
        team = about["youth_offending_team"]
        lines.append(f"  youth offending team {f'{team} {register.name(team)}' if team else 'unknown'}")
    for role, contacts in about["desks"].items():
        for c in contacts:
            lines.append(f"  {about['code']}/{role}: {c['function']}, {c['name']}, {c['phone']}, {c['email']}")
    return "\n".join(lines)
