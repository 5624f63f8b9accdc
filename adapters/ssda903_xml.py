"""The statutory return (SSDA903) as one XML file: the same rows that its CSV files would hold.

The file is streamed: one child is in memory at a time. A document type declaration is refused, whatever it says: entities
can make a small file endless, or read other files, and the return has no use for them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final
from xml.parsers import expat

from adapters.ssda903_faults import Quarantined, ReturnFileError
from adapters.ssda903_rows import Row
from adapters.ssda903_tables import (
    AD1,
    EPISODES,
    HEADER,
    MISSING,
    OC2,
    OC3,
    PLACED_FOR_ADOPTION,
    PREVIOUS_PERMANENCE,
    REVIEWS,
    SOCIAL_WORKERS,
    UASC,
    Table,
)

_ROOT: Final = "EXPSSDA903"
_CHILD: Final = "CHILD"
_HEADER: Final = "HEADER"
_GROUPS: Final[Mapping[str, Table]] = MappingProxyType(
    {
        "EPISODE": EPISODES,
        "AREVIEW": REVIEWS,
        "AMISSING": MISSING,
        "OC2": OC2,
        "PERMANENCE": PREVIOUS_PERMANENCE,
        "AD_PLACED": PLACED_FOR_ADOPTION,
        "SWEPISODE": SOCIAL_WORKERS,
    }
)
"""Elements that hold one row each. The name of the social workers' is ours: no file of 2023/24 or later was at hand."""

_IN_HEADER: Final = (HEADER, UASC, OC3, AD1)  # tables whose rows stand in HEADER itself
_COLUMN: Final[Mapping[str, str]] = MappingProxyType({"CHILDID": "CHILD", "PL": "PLACE"})
_TITLES: Final[Mapping[Table, str]] = MappingProxyType(
    {
        HEADER: "Header",
        EPISODES: "Episodes",
        REVIEWS: "Reviews",
        UASC: "UASC",
        OC2: "OC2",
        OC3: "OC3",
        MISSING: "Missing",
        PREVIOUS_PERMANENCE: "PrevPerm",
        AD1: "AD1",
        PLACED_FOR_ADOPTION: "PlacedAdoption",
        SOCIAL_WORKERS: "SWEpisodes",
    }
)
_OF_THE_CHILD: Final = frozenset({"CHILD", "DOB", "SEX"})  # columns that many tables repeat, and XML holds once
_CHUNK: Final = 65_536  # bytes

Fields = dict[str, list[str]]
"""The texts of each field by column: more than one where the file says a field twice."""


class XmlReturn:
    """A return as an XML file. Raises ReturnFileError for a file that is none, or has an element that the return has not."""

    def __init__(self, path: Path) -> None:
        self._path = path
        for _ in _Reader(path).children():  # so that no fault of the file comes up halfway
            pass

    def rows(self) -> Iterator[tuple[Table, Row | Quarantined]]:
        """Every row, child by child. Of a row's place see `Row`."""
        counted: Counter[Table] = Counter()
        for child in _Reader(self._path).children():
            for table, fields in child:
                counted[table] += 1
                file, line = f"{self._path.name} {_TITLES[table]}", counted[table]
                if any(len(texts) > 1 for texts in fields.values()):
                    yield table, Quarantined(file, line, "", "not-a-row")
                else:
                    cells = {name: "".join(fields.get(name, ())).strip() for name in table.columns}
                    yield table, Row(file, line, cells)


class _Reader:
    """Walks the elements: the file, its children, in each a header and episodes, in the header further rows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: list[str] = []
        self._header: Fields = {}
        self._groups: list[tuple[Table, Fields]] = []
        self._done: list[list[tuple[Table, Fields]]] = []
        self._text: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._no_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append

    def children(self) -> Iterator[list[tuple[Table, Fields]]]:
        """The rows of each child."""
        try:
            with self._path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    self._parser.Parse(chunk, False)
                    yield from self._done
                    self._done.clear()
                self._parser.Parse(b"", True)
        except ReturnFileError:
            raise
        except (expat.ExpatError, LookupError, ValueError):  # the latter two of an encoding that nobody knows
            raise self._fault("is well-formed XML") from None
        yield from self._done

    def _no_doctype(self, *_: object) -> None:
        raise self._fault("has no document type declaration")

    def _start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        self._text.clear()
        match self._open:
            case []:
                known = tag == _ROOT
            case [_]:
                known = tag == _CHILD
            case [_, _]:
                known = tag in (_HEADER, *_GROUPS)
            case [_, _, "HEADER"]:
                known = tag in _GROUPS or _is_field(tag, _IN_HEADER)
            case _:
                known = self._open[-1] in _GROUPS and _is_field(tag, (_GROUPS[self._open[-1]],))
        if not known:
            raise self._fault("holds elements of the return alone")
        if tag == _CHILD and len(self._open) == 1:
            self._header, self._groups = {}, []
        elif tag in _GROUPS:
            self._groups.append((_GROUPS[tag], defaultdict(list)))
        self._open.append(tag)

    def _end(self, tag: str) -> None:
        self._open.pop()
        if tag == _CHILD and len(self._open) == 1:
            self._done.append(self._rows())
        elif tag != _HEADER and tag not in _GROUPS and len(self._open) > 2:
            fields = self._groups[-1][1] if self._open[-1] in _GROUPS else self._header
            fields.setdefault(_COLUMN.get(tag, tag), []).append("".join(self._text))

    def _rows(self) -> list[tuple[Table, Fields]]:
        """The child's rows: its header, what else stands in that, and its groups."""
        header = self._header
        rows = [(HEADER, _part(header, HEADER))] if header else []
        if "".join(header.get("UASC", ())).strip() not in ("", "0") or _says(_part(header, UASC)):
            rows.append((UASC, _part(header, UASC)))
        rows.extend((table, part) for table in (OC3, AD1) if _says(part := _part(header, table)))
        of_the_child = {name: header[name] for name in _OF_THE_CHILD & header.keys()}
        rows.extend(
            (table, {**_part(of_the_child, table), **fields}) for table, fields in self._groups if _says(fields)
        )
        return rows

    def _fault(self, rule: str) -> ReturnFileError:
        return ReturnFileError(self._path.name, self._parser.CurrentLineNumber, rule)


def _is_field(tag: str, tables: tuple[Table, ...]) -> bool:
    column = _COLUMN.get(tag, tag)
    return any(column in table.columns for table in tables) or (tag == "UASC" and UASC in tables)


def _part(fields: Fields, table: Table) -> Fields:
    return {name: texts for name, texts in fields.items() if name in table.columns}


def _says(fields: Fields) -> bool:
    return any(text.strip() for name, texts in fields.items() if name not in _OF_THE_CHILD for text in texts)
