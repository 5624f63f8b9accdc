"""Importing a statutory return into a hub: children in batches, every row accounted for, the second time nothing new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.eventsourcing_store import Conflict
from adapters.places_csv import Places
from adapters.sql_quarantine import SetAside
from adapters.ssda903_child import ChildReturn
from adapters.ssda903_faults import Fault, Quarantined
from adapters.ssda903_faults import SetAside as FieldSetAside
from adapters.ssda903_import import read_return
from domain.agencies import AgencyKind, Register
from domain.child_record import ChildRecord, Desk
from domain.events import Event, PlacementMade
from domain.forms import Refused
from domain.recorded import Recorded
from domain.submission import Identifiers
from domain.vocabulary import UNKNOWN, Unknown
from gateway.hub import Hub
from gateway.recording import ATTEMPTS

CHILDREN_AT_ONCE = 200  # one transaction; the event store takes single inserts thirty times slower than batches


@dataclass(slots=True)
class Totals:
    """What became of every row. rows = recorded + unchanged + quarantined. files: rows of each table's file.

    fields: optional fields set aside, per rule. findings: what does not fit with the history, or with the rest of the file,
    per code (`domain.findings`); of what is recorded now.
    """

    rows: int = 0
    files: Counter[str] = field(default_factory=Counter)
    recorded: int = 0
    unchanged: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    events: int = 0
    children: int = 0

    def add(self, other: Totals) -> None:
        """Add what another part of the same return came to."""
        self.rows += other.rows
        self.files += other.files
        self.recorded += other.recorded
        self.unchanged += other.unchanged
        self.quarantined += other.quarantined
        self.fields += other.fields
        self.findings += other.findings
        self.events += other.events
        self.children += other.children

    def as_json(self, seconds: float) -> dict[str, Any]:
        """The line that `import-ssda903 --json` ends with."""
        return {
            "rows": self.rows,
            "files": dict(sorted(self.files.items())),
            "recorded": self.recorded,
            "unchanged": self.unchanged,
            "quarantined": {"total": self.quarantined.total(), "rules": dict(sorted(self.quarantined.items()))},
            "fields_set_aside": {"total": self.fields.total(), "rules": dict(sorted(self.fields.items()))},
            "findings": {"total": self.findings.total(), "codes": dict(sorted(self.findings.items()))},
            "children": self.children,
            "events": self.events,
            "seconds": round(seconds, 3),
        }


def import_return(
    hub: Hub,
    path: Path,
    authority: str,
    as_at: date,
    places: Places,
    progress: Callable[[int], None],
    taken: Callable[[int], None] = lambda _rows: None,
) -> Totals:
    """Read a return, a folder of CSV files or one XML file, and record what is new in it.

    Raises ReturnFileError or Refused before anything is recorded, or forgotten of what an earlier import set aside.

    progress: told the rows read so far, while the files are read. taken: told the rows dealt with, after each batch.
    Nothing is disclosed here: `Hub.disclose` does that afterwards, child by child, each return as one submission.
    """
    desk = hub.recording.desk(authority)
    totals = Totals()
    source = f"{authority} {as_at.isoformat()}"
    known: dict[str, ChildRecord] = {}

    def record_of(local_id: str) -> ChildRecord:
        """The record of a child of this authority, under the stream it is or would be registered in."""
        if local_id not in known:
            stream = hub.stream_of(authority, local_id)
            record = hub.records.get(stream)
            if record is None:
                found = hub.recording.find(Identifiers({"local_id": f"{authority}:{local_id}"}))
                record = hub.records.get(found) if found is not None else None
            known[local_id] = record or ChildRecord(stream)
        return known[local_id]

    def held(local_id: str) -> list[tuple[UUID, Event]]:
        return [(f.id, f.event) for f in record_of(local_id).history.standing_facts()]

    outcomes = read_return(
        path,
        authority=authority,
        as_at=as_at,
        places=places,
        codes=desk.codes,
        id_of=hub.id_of,
        held=held,
        progress=progress,
    )
    hub.quarantine.begin(source)
    while batch := list(islice(outcomes, CHILDREN_AT_ONCE)):
        for _ in range(ATTEMPTS):
            part = Totals()
            with hub.records.deciding:
                entries, aside = _decide(batch, record_of, desk, part)
                hub.recording.index(entries)
                try:
                    hub.records.append(entries)
                except Conflict:  # somebody else recorded one of these children: the whole batch again
                    known.clear()
                    continue
            break
        else:
            raise Conflict("children of this return kept moving on while it was imported; import it again")
        hub.quarantine.add(source, aside)
        totals.add(part)
        taken(totals.rows)
        known.clear()
    return totals


def _decide(
    batch: Sequence[ChildReturn | Quarantined], record_of: Callable[[str], ChildRecord], desk: Desk, taken: Totals
) -> tuple[list[Recorded], list[SetAside]]:
    """What a batch adds to the streams, and what it leaves in quarantine; counted in `taken`."""
    entries: list[Recorded] = []
    aside: list[SetAside] = []
    for outcome in batch:
        if isinstance(outcome, Quarantined):
            aside.append(_set_aside(outcome))
            taken.rows += 1
            taken.files[outcome.file] += 1
            taken.quarantined[outcome.rule_code] += 1
            continue
        child = _in_register(outcome, desk.register)
        try:
            decided = record_of(child.local_id).decide(child.intended, desk)
        except Refused as refused:
            aside.extend(_refused(child, refused))
            taken.rows += len(child.rows)
            taken.files.update(row.file for row in child.rows)
            taken.quarantined["refused"] += len(child.rows)
            continue
        aside.extend(_set_aside(fault) for fault in child.set_aside)
        taken.fields.update(fault.rule_code for fault in child.set_aside)
        entries.extend(decided)
        _count(taken, child, decided)
    taken.events = len(entries)
    return entries, aside


def _in_register(outcome: ChildReturn, register: Register) -> ChildReturn:
    """The same child with every area that is no authority of the register unknown, so that it is not refused for it."""
    foreign = {
        one.event_id: replace(one, event=replace(one.event, area_authority=UNKNOWN))
        for one in outcome.intended
        if isinstance(one.event, PlacementMade) and not _is_authority(one.event.area_authority, register)
    }
    if not foreign:
        return outcome
    return replace(
        outcome,
        intended=tuple(foreign.get(one.event_id, one) for one in outcome.intended),
        set_aside=(
            *outcome.set_aside,
            *(
                FieldSetAside(row.file, row.line, "PL_POST", "area-not-known")
                for row in outcome.rows
                if not foreign.keys().isdisjoint(row.events)
            ),
        ),
    )


def _is_authority(area: str | Unknown, register: Register) -> bool:
    agency = register.agency(area) if isinstance(area, str) else None
    return area is UNKNOWN or (agency is not None and agency.kind is AgencyKind.AUTHORITY)


def _count(totals: Totals, outcome: ChildReturn, decided: list[Recorded]) -> None:
    corrected = {getattr(e.event, "corrects", None) for e in decided}
    new = {e.event_id for e in decided} | corrected
    recorded = sum(1 for row in outcome.rows if new.intersection(row.events))
    totals.rows += len(outcome.rows)
    totals.files.update(row.file for row in outcome.rows)
    totals.findings.update(code for e in decided for code in e.findings)
    totals.recorded += recorded
    totals.unchanged += len(outcome.rows) - recorded
    totals.children += 1


def _set_aside(fault: Fault) -> SetAside:
    whole = isinstance(fault, Quarantined)
    return SetAside(fault.file, fault.line, fault.field, fault.rule_code, fault.rule, fault.source, whole)


def _refused(outcome: ChildReturn, refused: Refused) -> Iterator[SetAside]:
    problem = refused.problems[0]
    for row in outcome.rows:
        yield SetAside(row.file, row.line, problem.field, "refused", problem.rule, problem.source, True)
