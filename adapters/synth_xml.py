"""The invented return as one XML file, shaped as authorities send it (EXPSSDA903): a child with all its rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape

from adapters.synth_return import TABLES, Rows

OPENING: Final = "<?xml version='1.0' encoding='utf-8'?>\n<EXPSSDA903>\n"
CLOSING: Final = "</EXPSSDA903>\n"

_NAMES: Final = {"CHILD": "CHILDID", "PLACE": "PL"}  # what XML calls a column of another name
_OF_CHILD: Final = frozenset({"CHILD", "DOB", "SEX"})  # said once, in HEADER
_INLINE: Final = ("uasc", "oc3", "ad1")  # one row at most: its cells stand in HEADER itself
_NESTED: Final = {  # an element a row, within HEADER
    "missing": "AMISSING",
    "reviews": "AREVIEW",
    "previous_permanence": "PERMANENCE",
    "oc2": "OC2",
    "placed_for_adoption": "AD_PLACED",
    "sw_episodes": "SWEPISODE",
}


def child_xml(rows: Mapping[str, Rows]) -> str:
    """The CHILD element of one child's rows by table; nothing for no rows."""
    if not rows:
        return ""
    header = dict(zip(TABLES["header"], rows["header"][0], strict=True))
    parts = [_cell(column, header[column]) for column in ("CHILD", "UPN", "SEX", "DOB", "ETHNIC")]
    parts.append(_cell("UASC", "1" if "uasc" in rows else ""))
    parts += [cell for table in _INLINE for row in rows.get(table, ()) for cell in _cells(table, row)]
    parts += [_cell(column, header[column]) for column in ("MOTHER", "MC_DOB")]
    for table, tag in _NESTED.items():
        parts += [f"<{tag}>{''.join(_cells(table, row))}</{tag}>" for row in rows.get(table, ())]
    episodes = [f"<EPISODE>{''.join(_cells('episodes', row))}</EPISODE>" for row in rows.get("episodes", ())]
    return f"<CHILD><HEADER>{''.join(parts)}</HEADER>{''.join(episodes)}</CHILD>\n"


def _cells(table: str, row: tuple[str, ...]) -> Iterator[str]:
    for column, value in zip(TABLES[table], row, strict=True):
        if column not in _OF_CHILD:
            yield _cell(column, value)


def _cell(column: str, value: str) -> str:
    name = _NAMES.get(column, column)
    return f"<{name}>{escape(value)}</{name}>" if value else f"<{name} />"
