"""The schema files of `schemas/` and `docs/events.md`, written from the derivation: `python -m adapters.avro_files`.

A schema's contract is what bytes depend on: names, order, types, defaults. Once a file is written, `FINGERPRINTS` holds
its contract for good; only the words beside it (doc, data class, source, code list) may still be brought up to date.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from adapters.avro_schemas import Schema, event_schemas, feed_schemas
from adapters.avro_single_object import schema_fingerprint
from domain.events import event_types
from domain.field_table import field_table

SCHEMAS = Path(__file__).parent.parent / "schemas"
FINGERPRINTS = "FINGERPRINTS"
EVENTS_PAGE = "docs/events.md"

_WORDS = frozenset({"doc", "dataClass", "source", "codes"})


class ReleasedSchema(Exception):
    """A derived schema differs from the one released under the same name. Names the file."""


def schema_files() -> dict[str, Schema]:
    """Every schema by its path below `schemas/`."""
    events = {f"events/{name}.avsc": schema for name, schema in event_schemas().items()}
    feed = {f"feed/{name}.avsc": schema for name, schema in feed_schemas().items()}
    return events | feed


def text(schema: Schema) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def fingerprint_line(path: str, schema: Schema) -> str:
    """Its line in FINGERPRINTS: path, the fingerprint that its bytes begin with (after C3 01), SHA-256 of its contract.

    The contract needs a hash of its own: Avro's fingerprint does not see logical types and defaults.
    """
    contract = json.dumps(_contract(schema), separators=(",", ":"), sort_keys=True)
    return f"{path} {schema_fingerprint(schema).hex()} {hashlib.sha256(contract.encode()).hexdigest()}"


def export(folder: Path = SCHEMAS) -> list[str]:
    """Write the files that are missing or whose words are out of date; returns their paths below `folder`.

    Raises ReleasedSchema, and writes nothing, when a contract differs from the released one.
    """
    index = folder / FINGERPRINTS
    known = index.read_text("utf-8").splitlines() if index.exists() else []
    released = {line.partition(" ")[0]: line for line in known}
    files = schema_files()
    lines = {path: fingerprint_line(path, schema) for path, schema in files.items()}
    for path, line in lines.items():
        if released.get(path, line) != line:
            raise ReleasedSchema(f"schemas/{path} is released and may not change: make a new version of the event")
    written = [path for path, schema in files.items() if _write(folder / path, text(schema))]
    _write(index, "".join(f"{line}\n" for _, line in sorted((released | lines).items())))
    return written


def _contract(node: Any) -> Any:
    if isinstance(node, list):
        return [_contract(part) for part in node]
    if isinstance(node, dict):
        return {key: _contract(value) for key, value in node.items() if key not in _WORDS}
    return node


def _write(path: Path, content: str) -> bool:
    """Whether the file was missing or different, and is written now."""
    if path.exists() and path.read_text("utf-8") == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    return True


if __name__ == "__main__":
    try:
        sys.stdout.writelines(f"schemas/{path}\n" for path in export())
        if _write(SCHEMAS.parent / EVENTS_PAGE, field_table(event_types())):
            sys.stdout.write(f"{EVENTS_PAGE}\n")
    except ReleasedSchema as refusal:
        sys.exit(str(refusal))
