"""The schema files are contracts: they are what the event classes say, and what is released never changes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastavro import parse_schema, schemaless_reader

from adapters.avro_files import (
    EVENTS_PAGE,
    FINGERPRINTS,
    SCHEMAS,
    ReleasedSchema,
    export,
    fingerprint_line,
    schema_files,
    text,
)
from adapters.avro_schemas import event_schema, event_schemas, told_schema
from adapters.avro_single_object import MARKER, schema_fingerprint
from domain.events import Event, EventType, Field, event_types
from domain.field_table import field_table
from domain.vocabulary import DataClass
from tests.golden.record import GOLDEN, examples

FILES = sorted(path.relative_to(SCHEMAS).as_posix() for path in SCHEMAS.rglob("*.avsc"))
PLACEMENT = "events/placement-made.v1.avsc"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakesAName(Event):
    """An event with a field that the envelope has already."""

    reporter: Annotated[str, Field(None, "who", "ours")]


TAKES_A_NAME = EventType("takes-a-name", 1, TakesAName, DataClass.NOTICE, "record", frozenset(), False)


def changed(folder: Path, path: str, **change: Any) -> None:
    """Rewrite history: released with this change to `effective_on`, the first field after the envelope."""
    file = folder / path
    schema = json.loads(file.read_text("utf-8"))
    schema["fields"][6] |= change
    file.write_text(text(schema), "utf-8")
    index = folder / FINGERPRINTS
    lines = [line for line in index.read_text("utf-8").splitlines() if not line.startswith(path)]
    index.write_text("\n".join([*lines, fingerprint_line(path, schema)]) + "\n", "utf-8")


# --- refusals


@pytest.mark.parametrize(
    "change",
    [
        {"name": "happened_on"},
        {"type": "string"},
        {"type": {"type": "int"}},
        {"default": 0},
        {"type": ["null", {"type": "int", "logicalType": "date"}]},
    ],
    ids=["name", "type", "logical type", "default", "optional"],
)
def test_a_released_schema_that_differs_is_not_overwritten(tmp_path: Path, change: dict[str, Any]) -> None:
    export(tmp_path)
    changed(tmp_path, PLACEMENT, **change)
    (tmp_path / "events/released.v1.avsc").unlink()
    before = (tmp_path / PLACEMENT).read_text("utf-8")

    with pytest.raises(ReleasedSchema, match=r"schemas/events/placement-made\.v1\.avsc is released.*new version"):
        export(tmp_path)

    assert (tmp_path / PLACEMENT).read_text("utf-8") == before
    assert not (tmp_path / "events/released.v1.avsc").exists(), "a refusal writes nothing at all"


@pytest.mark.parametrize("derive", [event_schema, told_schema])
def test_a_field_with_a_name_that_is_taken_is_refused(derive: Any) -> None:
    with pytest.raises(ValueError, match=r"takes-a-name\.v1.* has the name reporter already"):
        derive(TAKES_A_NAME)


# --- the files as they are


def test_every_file_is_derived_and_everything_derived_has_its_file() -> None:
    assert set(FILES) == set(schema_files()), "run `python -m adapters.avro_files`; a released class is never removed"


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_what_the_classes_say(path: str) -> None:
    assert (SCHEMAS / path).read_text("utf-8") == text(schema_files()[path]), "run `python -m adapters.avro_files`"


def test_the_released_contracts_are_the_ones_derived() -> None:
    released = (SCHEMAS / FINGERPRINTS).read_text("utf-8").splitlines()

    assert released == sorted(fingerprint_line(path, schema) for path, schema in schema_files().items())


def test_no_two_schemas_share_a_fingerprint() -> None:
    assert len({schema_fingerprint(schema) for schema in schema_files().values()}) == len(schema_files())


@pytest.mark.parametrize("path", FILES)
def test_golden_bytes_can_be_read_with_the_file_and_an_avro_library_alone(path: str) -> None:
    schema = json.loads((SCHEMAS / path).read_text("utf-8"))
    for data, meaning in examples(GOLDEN / f"{path.removesuffix('.avsc')}.hex"):
        assert data.startswith(MARKER + schema_fingerprint(schema))
        datum: Any = schemaless_reader(BytesIO(data[10:]), parse_schema(schema), None)
        same = [key for key in ("reporter", "history", "id", "child", "item") if key in meaning]
        assert [datum[key] for key in same] == [meaning[key] for key in same]
        assert same


def test_every_field_of_an_event_says_what_it_is() -> None:
    fields = [field for schema in event_schemas().values() for field in schema["fields"]]

    assert [field["name"] for field in fields if not field["doc"]] == []


def test_fingerprints_are_those_of_the_specification() -> None:
    assert schema_fingerprint("int").hex() == "8f5c393f1ad57572"  # type: ignore[arg-type]  # 0x7275d51a3f395c8f


# --- writing them


def test_export_writes_what_is_missing_and_then_nothing(tmp_path: Path) -> None:
    assert set(export(tmp_path)) == set(schema_files())
    assert export(tmp_path) == []


def test_words_that_explain_a_released_field_may_be_brought_up_to_date(tmp_path: Path) -> None:
    export(tmp_path)
    changed(tmp_path, PLACEMENT, doc="what it was taken to mean", source="elsewhere", dataClass="administration")

    assert export(tmp_path) == [PLACEMENT]
    assert (tmp_path / PLACEMENT).read_text("utf-8") == (SCHEMAS / PLACEMENT).read_text("utf-8")


def test_a_release_whose_class_is_gone_stays_on_record(tmp_path: Path) -> None:
    export(tmp_path)
    index = tmp_path / FINGERPRINTS
    gone = "events/long-gone.v1.avsc 0011223344556677 " + "0" * 64
    index.write_text(f"{gone}\n{index.read_text('utf-8')}", "utf-8")

    export(tmp_path)

    assert gone in index.read_text("utf-8").splitlines()


def test_the_page_of_all_events_says_what_the_classes_say() -> None:
    page = SCHEMAS.parent / EVENTS_PAGE
    assert page.read_text("utf-8") == field_table(event_types()), "run: python -m adapters.avro_files"
