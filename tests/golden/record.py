"""Writes the golden bytes that are missing, never over others: `python -m tests.golden.record`.

A topic's two files, once committed, stay: `<topic>.hex`, one example a line, and `<topic>.json`, what each means.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from adapters.avro_events import EventCodec
from adapters.avro_feed import FeedCodec
from domain.events import ThirdPartyText, event_types
from domain.recorded import Recorded
from domain.vocabulary import UNKNOWN
from tests.golden.samples import message_samples, recorded_samples, seal

GOLDEN = Path(__file__).parent


def recorded_json(recorded: Recorded) -> dict[str, Any]:
    """An entry in JSON's types, type by type, so that nothing decoded can pass for something else."""
    return {
        "event_id": str(recorded.event_id),
        "recorded_at": recorded.recorded_at.isoformat(),
        "reporter": recorded.reporter,
        "findings": list(recorded.findings),
        "continues": recorded.continues,
        "history": recorded.history,
        **_event_json(recorded.event),
    }


def _event_json(event: Any) -> dict[str, Any]:
    fields = {field.name: _value_json(getattr(event, field.name)) for field in event.TYPE.fields}
    return {"topic": event.TYPE.topic, "fields": fields}


def _value_json(value: Any) -> Any:
    if value is UNKNOWN:
        return {"unknown": True}
    if isinstance(value, ThirdPartyText):
        return {"party": value.party, "text": value.text}
    if hasattr(value, "TYPE"):
        return _event_json(value)
    if isinstance(value, tuple):
        return [_value_json(part) for part in value]
    return value if value is None or isinstance(value, bool | int | str) else {type(value).__name__: str(value)}


def examples(file: Path) -> list[tuple[bytes, dict[str, Any]]]:
    """(bytes, what they must decode to) of the pair of files that `file` (the .hex) belongs to."""
    lines = file.read_text("utf-8").split()
    expected = json.loads(file.with_suffix(".json").read_text("utf-8"))
    return [(bytes.fromhex(line), meaning) for line, meaning in zip(lines, expected, strict=True)]


def write_missing() -> None:
    """Write the pair of files of every event type and message that has none."""
    events, feed = EventCodec(), FeedCodec()
    for topic, event_type in event_types().items():
        entries = recorded_samples(event_type)
        _write("events", topic, [(events.encode(entry, seal), recorded_json(entry)) for entry in entries])
    for name, messages in message_samples().items():
        _write("feed", name, [(feed.encode(message), feed.to_json(message)) for message in messages])


def _write(folder: str, name: str, pairs: list[tuple[bytes, dict[str, Any]]]) -> None:
    file = GOLDEN / folder / f"{name}.hex"
    if not file.exists():
        file.write_text("".join(f"{data.hex()}\n" for data, _ in pairs), "utf-8")
        meanings = json.dumps([meaning for _, meaning in pairs], indent=2, ensure_ascii=False)
        file.with_suffix(".json").write_text(meanings + "\n", "utf-8")


if __name__ == "__main__":
    write_missing()
