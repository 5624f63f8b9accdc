"""An invented county as its files tell it: the returns read year by year into events, the reports read into events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from adapters.places_csv import read_places
from adapters.register_csv import REGISTER_FILES, read_register
from adapters.ssda903_child import ChildReturn
from adapters.ssda903_import import read_return
from adapters.synth_county import County
from adapters.synth_files import REPORTS
from domain.events import Event, EventCorrected, EventRetracted
from domain.forms import Rulebook, latest_version, read_event
from tests.support.returns import CODES, ROOT, id_of


@cache
def rules() -> Rulebook:
    """What form checks look things up in: the lists and the register as they are, a year after the last report."""
    register = {name: (ROOT / "schemas" / "register" / name).read_text(encoding="utf-8") for name in REGISTER_FILES}
    return Rulebook(CODES, read_register(register, "as it is"), date(2027, 3, 31))


def returns(folder: Path, county: County) -> list[tuple[Path, date]]:
    """Where each year's return is, and the day it speaks up to; the earliest first."""
    csv = [(folder / str(day.year), day) for day in county.year_ends]
    return [(path if path.is_dir() else path.with_suffix(".xml"), day) for path, day in csv]


def told_in_turn(folder: Path, county: County) -> dict[str, dict[UUID, Event]]:
    """Events by child, each year's return read with what those before it told. A row that is not sound is a failure."""
    told: dict[str, dict[UUID, Event]] = {}
    for path, as_at in returns(folder, county):
        for outcome in read_return(
            path,
            authority=county.authority,
            as_at=as_at,
            places=read_places(folder / "places.csv"),
            codes=CODES,
            id_of=id_of,
            held=lambda child: list(told.get(child, {}).items()),
            progress=lambda _: None,
        ):
            assert isinstance(outcome, ChildReturn), outcome
            assert outcome.set_aside == ()
            child = told.setdefault(outcome.local_id, {})
            for one in outcome.intended:
                if isinstance(one.event, EventRetracted):
                    child.pop(one.event.retracts, None)
                else:
                    child[one.event_id] = one.event
    return told


@dataclass(frozen=True)
class Line:
    """One line of a reports file: whose file, the line itself, and the event it tells."""

    reporter: str
    said: dict[str, Any]
    event: Event

    @property
    def child(self) -> str:
        """The child as the line names it."""
        return json.dumps(self.said["child"], sort_keys=True)

    @property
    def words(self) -> Event:
        """The event, or what it is corrected to."""
        return self.event.replacement if isinstance(self.event, EventCorrected) else self.event


def reported(folder: Path) -> Iterator[Line]:
    """Every line of every reports file. A label that no earlier line of the same child gave itself is a failure."""
    for reporter in REPORTS:
        labels: dict[str, str] = {}
        for text in (folder / f"{reporter}.jsonl").read_text(encoding="utf-8").splitlines():
            said = json.loads(text)
            child = json.dumps(said["child"], sort_keys=True)
            fields = {name: value for name, value in said.items() if name not in ("type", "child", "label")}

            def named(label: str, child: str = child, labels: dict[str, str] = labels) -> UUID:
                assert labels.get(label) == child, label
                return uuid5(NAMESPACE_OID, label)

            yield Line(reporter, said, read_event(latest_version(said["type"]), fields, named))
            if "label" in said:
                labels["@" + said["label"]] = child
