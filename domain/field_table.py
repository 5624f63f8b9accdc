"""The table of every event field, derived from the event classes: `docs/events.md`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.events import EventType

_HEAD = """# Events

Made from `domain/events` by `python -m adapters.avro_files`; a test fails when it is out of date. Every event also carries
`effective_on`, the day on which it became so, and may carry `effective_at`, the moment, where the law counts hours.
"""


def field_table(types: Mapping[str, EventType]) -> str:
    """Markdown: one section per event type, one row per field with class, meaning, form and source."""
    return _HEAD + "".join(part for _, kind in sorted(types.items()) for part in _section(kind))


def _section(kind: EventType) -> Iterator[str]:
    words = " ".join((kind.cls.__doc__ or "").split())
    by = ", ".join(sorted(kind.reporters))
    yield f"\n## {kind.topic}\n\n{words}\n\nClass `{kind.data_class.value}`; reported by: {by}.\n"
    if kind.own_fields:
        yield "\n| field | class | meaning | form | source |\n|---|---|---|---|---|\n"
    for f in kind.own_fields:
        form = [f.kind.value]
        form += [f"codes: {f.meta.codes}"] if f.meta.codes else []
        form += [f.meta.unit] if f.meta.unit else []
        form += ["may be unknown"] if f.may_be_unknown else []
        form += ["optional"] if f.optional else []
        yield f"| {f.name} | {f.data_class.value} | {f.meta.meaning} | {', '.join(form)} | {f.meta.source} |\n"
