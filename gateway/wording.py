"""Messages and views in the words of the people who read them: codes by their meaning, agencies by their name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from domain.agencies import AgencyKind, Register
from domain.codes import CodeBook, CodeList
from domain.events import FieldType, Kind, event_types
from domain.feed import Closed, Item, Masked, Message, Opened, Status, Told, Value, Withdrawn
from domain.vocabulary import Unknown

_HEX: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
UNBROKEN: Final = "\u00a0"  # a space at which no line ends
PLEASE: Final = "please acknowledge"
_NEVER_SAID: Final = ("effective_on", "effective_at")  # the headline says when
_REWORDED: Final[Mapping[str, str]] = {"from on": "from", "nhs number": "NHS number", "upn": "UPN", "sdq": "SDQ"}
_CAPITALS: Final = re.compile(r"\b(gp|sdq)\b(?= )")


@dataclass(frozen=True, slots=True)
class Said:
    """A message in words: what it is about in one line, then field by field. item: its id, to be named in an answer."""

    headline: str
    fields: tuple[tuple[str, str], ...] = ()
    item: str | None = None


def day(on: date) -> str:
    """27 April 2026."""
    return f"{on.day} {on:%B %Y}"


def short_day(on: date) -> str:
    """27 Apr 2026, always eleven characters."""
    return f"{on:%d %b %Y}"


def plain(name: str) -> str:
    """A name of ours as words: `placement-made.v1` and `placement_made` are both "placement made"."""
    words = (name.rpartition(".v")[0] or name).replace("_", " ").replace("-", " ")
    return _REWORDED.get(words) or _CAPITALS.sub(lambda found: found[0].upper(), words)


class Words:
    """Words by one version of the code lists and the register."""

    def __init__(self, codes: CodeBook, register: Register) -> None:
        self._codes = codes
        self._register = register
        self._coarse = {name: dict(_coarse_labels(codes[name])) for name in codes}
        self._coded = {**_lists_of_fields(), **{name: name for name in codes}}

    def name(self, code: str) -> str:
        """County Durham; NHS Kent and Medway ICB; Kent youth offending team. An unknown code as it is."""
        agency = self._register.agency(code)
        if agency is None:
            return code
        if agency.kind is AgencyKind.YOT:
            return f"{agency.name} youth offending team"
        return agency.name.replace("Integrated Care Board", "ICB")

    def desk(self, audience: str) -> str:
        """County Durham, virtual school."""
        agency, _, role = audience.partition("/")
        return f"{self.name(agency)}, {role.replace('-', ' ').replace('yot', 'team')}"

    def message(self, message: Message, notice: str = PLEASE) -> Said:
        """A message as its recipient reads it. notice: what is said beside a notice."""
        match message.body:
            case Opened() as opened:
                ring = [(f"ring the {c.function}", f"{c.name}, {c.phone}, {c.email}") for c in opened.contacts]
                authority = opened.responsible_authority_name
                fields = [
                    ("responsible authority", authority),
                    ("looked after", self.cell("looked_after", opened.looked_after.value)),
                    *ring,
                ]
                return Said(f"{plain(opened.role)}: {opened.ground}, since {day(opened.since)}", tuple(fields))
            case Told(item, asks, catch_up):
                said = self.item(item)
                note = f": {notice}" if asks else (" (history)" if catch_up else "")
                return Said(said.headline + note, said.fields, item.item)
            case Withdrawn(item_id, fields, reason):
                lost = "all of it" if "effective_on" in fields else ", ".join(plain(f) for f in fields)
                headline = f"take back {lost}: {plain(reason.value)}. Delete it, and say that you did"
                return Said(headline, (), item_id)
            case Closed(ended_on, never):
                if never:
                    return Said("this relationship never existed: everything told under it is taken back")
                return Said(f"the relationship ended on {day(ended_on)}; what you were told, you may keep")

    def item(self, item: Item) -> Said:
        """An item: what happened, when, and every field told."""
        event_type = event_types().get(item.topic)
        on = item.fields.get("effective_on")
        headline = plain(item.topic) + (f", {day(on)}" if isinstance(on, date) else "")
        by_name = event_type.by_name if event_type is not None else {}
        fields = tuple(
            (plain(name), self.value(value, by_name.get(name)))
            for name, value in item.fields.items()
            if name not in _NEVER_SAID
        )
        return Said(headline, fields, item.item)

    def value(self, value: Value, field: FieldType | None = None) -> str:
        """One value. A masked one says its ground; one that is not known says so."""
        if isinstance(value, Unknown):
            return "not known"
        if isinstance(value, Masked):
            return f"withheld ({value.ground})"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime):
            return f"{day(value.date())}, {value:%H:%M} UTC"
        if isinstance(value, date):
            return day(value)
        if isinstance(value, tuple):
            return ", ".join(plain(v) for v in value)
        if not isinstance(value, str):
            return f"{value} ({field.meta.unit})" if field is not None and field.meta.unit else str(value)
        if field is not None and field.meta.codes:
            return self.code(field.meta.codes, value)
        if self._register.agency(value) is not None:
            return self.name(value)
        return f"{value[:8]}…" if _HEX.fullmatch(value) else value

    def code(self, code_list: str, shown: str) -> str:
        """A code by its meaning; a coarse form by its own."""
        code = self._codes[code_list].find(shown)
        if code is not None:
            return f"{code.label} ({shown})" if shown[:1].isupper() else code.label
        return self._coarse.get(code_list, {}).get(shown, shown)

    def line(self, topic: str, fields: Mapping[str, Any]) -> str:
        """An item in one line, its fields from JSON's types; what it refers to is left out."""
        event_type = event_types().get(topic)
        by_name = event_type.by_name if event_type is not None else {}
        parts = []
        for name, value in fields.items():
            field = by_name.get(name)
            if name in _NEVER_SAID or (field is not None and field.kind in (Kind.REF, Kind.REFS)):
                continue
            codes = field.meta.codes if field is not None else ""
            unit = f" ({field.meta.unit})" if field is not None and isinstance(value, int) and field.meta.unit else ""
            parts.append(f"{plain(name)} {self.cell(name, value, codes)}{unit}")
        return plain(topic) + (f": {'; '.join(parts)}" if parts else "").replace(UNBROKEN, " ")

    def cell(self, name: str, value: Any, codes: str | None = None) -> str:
        """A cell of a view, from JSON's types; empty where nothing was told.

        codes: the code list it belongs to, empty for none. None: the list of the cell's own name (`exclusion_kind`), else the only
        one that event fields of this name have (`legal_status`, also as it was: `legal_status_at_entry`).
        """
        match value:
            case None:
                return ""
            case {"masked": ground}:
                return f"withheld ({ground})"
            case {"unknown": True}:
                return "not known"
            case {"authority": _, "authority_name": authority, "contacts": [first, *_]}:
                return f"{authority}, {first['function']} {first['phone'].replace(' ', UNBROKEN)}"
            case {"authority": _, "authority_name": authority}:
                return str(authority)
            case Mapping():
                parts = ((n, self.cell(n, v)) for n, v in value.items())
                return ", ".join(said if n in _SPEAKS else f"{plain(n)} {said}" for n, said in parts if said)
            case list():
                joined = "; " if any(isinstance(part, Mapping) for part in value) else ", "
                return joined.join(self.cell(name, part, codes) for part in value)
            case bool():
                return "yes" if value else "no"
        text = str(value)
        if _DAY.fullmatch(text):
            return short_day(date.fromisoformat(text)).replace(" ", UNBROKEN)
        if name == "phone":
            return text.replace(" ", UNBROKEN)
        code_list = self._coded.get(name.partition("_at_")[0], "") if codes is None else codes
        if code_list:
            return self.code(code_list, text)
        if text == Status.UNKNOWN.value:
            return "not known"
        if name == "what":
            return plain(text)
        if name == "audience" and "/" in text:
            return text
        return self.value(text)


_SPEAKS: Final = frozenset(  # parts of a cell that need no name
    {
        *("given_name", "family_name", "sex", "name", "placement_type", "area", "postcode"),
        *("custody_kind", "establishment", "establishment_kind", "assessment_kind", "dental_outcome", "special_needs"),
        *("practice", "gp_registration", "health_function", "school_name", "school_kind", "recipient_kind", "method"),
    }
)


def _lists_of_fields() -> Mapping[str, str]:
    """The code list of each field name that has one and the same in every event that has such a field."""
    found: dict[str, set[str]] = {}
    for event_type in event_types().values():
        for field in event_type.own_fields:
            found.setdefault(field.name, set()).add(field.meta.codes)
    return {name: lists.pop() for name, lists in found.items() if len(lists) == 1 and "" not in lists}


def _coarse_labels(code_list: CodeList) -> Iterator[tuple[str, str]]:
    for code in code_list.codes:
        if code.coarse is not None and code.coarse_label is not None:
            yield from zip(code.coarse.split("/"), code.coarse_label.split("/"), strict=True)
