"""Form checks: what a submission must satisfy on its own, whatever the history. A failed one refuses, by field, rule and source.

Fit with the history is another matter (`domain.findings`): a true fact is never refused for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from domain.agencies import AgencyKind, Register
from domain.codes import CodeBook
from domain.events import Event, EventType, FieldType, Kind, ThirdPartyText, event_types, upcast
from domain.vocabulary import UNKNOWN, Audience, DataClass, Role


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something is refused. Never holds the value itself: it may be personal data."""

    field: str
    rule: str
    source: str

    def __str__(self) -> str:
        return f"{self.field}: {self.rule} ({self.source})"


class Refused(ValueError):
    """A submission that was not recorded. Nothing was changed."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(str(p) for p in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What form checks look things up in: code lists, register, and the day on which the submission came in."""

    codes: CodeBook
    register: Register
    today: date


def latest_version(name: str) -> EventType:
    """The event type to record under a plain name (`placement-made`) or a topic (`placement-made.v1`). Raises Refused."""
    types = event_types()
    if name in types:
        return types[name]
    versions = [t for t in types.values() if t.name == name]
    if not versions:
        raise Refused(Problem("type", "no such event type", "schemas/events"))
    return max(versions, key=lambda t: t.version)


def read_event(event_type: EventType, data: Mapping[str, Any], reference: Callable[[str], UUID] = UUID) -> Event:
    """Build an event from plain data: ISO dates, `{"unknown": true}` for unknown. Raises Refused with every problem found.

    reference: turns the text of a reference field into an event id. An older version of an event is taken as the newest.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for name in data.keys() - event_type.by_name.keys():
        problems.append(
            Problem(name, f"{event_type.name} has no such field", f"schemas/events/{event_type.topic}.avsc")
        )
    for f in event_type.fields:
        given = data.get(f.name)
        if given is None:
            if f.required:
                problems.append(Problem(f.name, "is required; say unknown where it is not known", f.meta.source))
            continue
        try:
            values[f.name] = _read_value(f, given, reference)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as wrong:
            if isinstance(wrong, Refused):
                problems.extend(wrong.problems)
            else:
                problems.append(Problem(f.name, _EXPECTED[f.kind], f.meta.source))
    if problems:
        raise Refused(*problems)
    return upcast(event_type.cls(**values))


_EXPECTED = {
    Kind.TEXT: 'must be words, or {"unknown": true} where that is allowed',
    Kind.DATE: 'must be a date, YYYY-MM-DD, or {"unknown": true} where that is allowed',
    Kind.MOMENT: "must be a moment with its offset, YYYY-MM-DDTHH:MM:SSZ",
    Kind.NUMBER: "must be a whole number",
    Kind.FLAG: 'must be true or false, or {"unknown": true} where that is allowed',
    Kind.REF: "must name an event that was recorded",
    Kind.TEXTS: "must be a list of words",
    Kind.REFS: "must be a list of events that were recorded",
    Kind.THIRD_PARTY: 'must be {"party": who, "text": what was said}',
    Kind.EVENT: "must be a whole event with its type",
}


def _read_value(f: FieldType, given: Any, reference: Callable[[str], UUID]) -> Any:
    if given == {"unknown": True}:
        if not f.may_be_unknown:
            raise ValueError
        return UNKNOWN
    match f.kind:
        case Kind.TEXT:
            return _words(given)
        case Kind.DATE:
            return date.fromisoformat(_words(given))
        case Kind.MOMENT:
            moment = datetime.fromisoformat(_words(given))
            if moment.tzinfo is None:
                raise ValueError
            return moment.astimezone(UTC)
        case Kind.NUMBER | Kind.FLAG:
            wanted = bool if f.kind is Kind.FLAG else int
            if type(given) is not wanted:
                raise ValueError
            return given
        case Kind.REF:
            return reference(_words(given))
        case Kind.TEXTS:
            return tuple(_words(g) for g in _list(given))
        case Kind.REFS:
            return tuple(reference(_words(g)) for g in _list(given))
        case Kind.THIRD_PARTY:
            return ThirdPartyText(_words(given["party"]), _words(given["text"]))
        case Kind.EVENT:
            inner = {k: v for k, v in given.items() if k != "type"}
            return read_event(latest_version(_words(given["type"])), inner, reference)


def _words(given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise ValueError
    return given.strip()


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise TypeError
    return given


def check(event: Event, rules: Rulebook) -> list[Problem]:
    """Every form problem of an event: codes, check digits, numbers, agencies, dates that cannot be."""
    problems = []
    event_type = event.TYPE
    for f in event_type.fields:
        value = getattr(event, f.name)
        if value is None or value is UNKNOWN:
            continue
        if f.meta.codes and rules.codes[f.meta.codes].find(value) is None:
            problems.append(Problem(f.name, f"is not a code of schemas/codes/{f.meta.codes}.csv", f.meta.source))
        form = _well_formed(f, value, rules.today)
        if form is not None:
            problems.append(Problem(f.name, form, f.meta.source))
            continue
        rule = _CHECKS.get(f.meta.check)
        broken = rule(value, rules) if rule is not None else None
        if broken is not None:
            problems.append(Problem(f.name, broken, f.meta.source))
        if isinstance(value, Event):
            problems.extend(check(value, rules))
    if event.effective_at is not None and abs((event.effective_at.date() - event.effective_on).days) > 1:
        problems.append(Problem("effective_at", "is not on the day of effective_on", "ours"))
    about_identity = event_type.data_class is DataClass.IDENTITY and all(f.optional for f in event_type.own_fields)
    if about_identity and all(getattr(event, f.name) is None for f in event_type.own_fields):
        names = ", ".join(f.name for f in event_type.own_fields)
        problems.append(Problem(event_type.own_fields[0].name, f"at least one of {names} must be given", "ours"))
    return problems


EARLIEST = 1900  # years; nobody in these records was born before
YEARS_AHEAD = 100  # a day further off is a slip of the pen, or "for ever", which is said by leaving the day out


def _well_formed(f: FieldType, value: Any, today: date) -> str | None:
    """Days that can be, and text that can be written down."""
    if isinstance(value, date) and not EARLIEST <= value.year <= today.year + YEARS_AHEAD:
        return f"lies before {EARLIEST} or more than {YEARS_AHEAD} years ahead"
    texts = (
        value
        if f.kind is Kind.TEXTS
        else (value.text or "", value.party)
        if isinstance(value, ThirdPartyText)
        else (value,)
    )
    if any(isinstance(t, str) and not _is_unicode(t) for t in texts):
        return "is not Unicode text"
    return None


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True


def nhs_number_is_valid(number: str) -> bool:
    """Ten digits, the last the modulus-11 check digit. Source: NHS Data Dictionary, NHS NUMBER."""
    if not re.fullmatch(r"[0-9]{10}", number):
        return False
    remainder = 11 - sum(int(d) * w for d, w in zip(number[:9], range(10, 1, -1), strict=True)) % 11
    return remainder != 10 and remainder % 11 == int(number[9])


SDQ_HIGHEST = 40  # points; SSDA903 SDQ_SCORE

_UPN = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[\dA-Z]|UN[1-5]", re.ASCII)
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]?", re.ASCII)
_LOCAL_ID = re.compile(r"[A-Za-z0-9/_.-]{1,32}", re.ASCII)


def _agency(kind: AgencyKind) -> Callable[[Any, Rulebook], str | None]:
    def rule(value: Any, rules: Rulebook) -> str | None:
        agency = rules.register.agency(value)
        return None if agency is not None and agency.kind is kind else f"is not the code of a known {kind.value} agency"

    return rule


def _matches(pattern: re.Pattern[str], otherwise: str) -> Callable[[Any, Rulebook], str | None]:
    return lambda value, _rules: None if pattern.fullmatch(value) else otherwise


def _members(words: frozenset[str], otherwise: str) -> Callable[[Any, Rulebook], str | None]:
    return lambda value, _rules: None if value and set(value) <= words else otherwise


def _audience(value: Any, _rules: Rulebook) -> str | None:
    try:
        Audience.parse(value)
    except ValueError as wrong:
        return str(wrong)
    return None


def _not_in_future(value: Any, rules: Rulebook) -> str | None:
    return None if value <= rules.today else "lies in the future"


def _nhs_number(value: Any, _rules: Rulebook) -> str | None:
    return None if nhs_number_is_valid(value) else "is not ten digits with a modulus-11 check digit"


_CHECKS: dict[str, Callable[[Any, Rulebook], str | None]] = {
    "authority": _agency(AgencyKind.AUTHORITY),
    "health_body": _agency(AgencyKind.HEALTH),
    "school": _agency(AgencyKind.SCHOOL),
    "local_id": _matches(_LOCAL_ID, "is not 1 to 32 letters, digits or / _ . -"),
    "nhs_number": _nhs_number,
    "upn": _matches(_UPN, "is not a unique pupil number"),
    "postcode": _matches(_POSTCODE, "is not of the form of a postcode, in capitals with one space"),
    "urn": _matches(re.compile(r"[A-Z]{0,2}\d{1,8}|X{7}", re.ASCII), "is not an Ofsted reference number"),
    "not_in_future": _not_in_future,
    "not_negative": lambda value, _rules: None if 0 <= value < 100_000 else "is not a count",
    "sdq_score": lambda value, _rules: None if 0 <= value <= SDQ_HIGHEST else "is not a score from 0 to 40",
    "data_classes": _members(frozenset(DataClass), "must name data classes of the sharing policy"),
    "roles": _members(frozenset(Role), "must name roles of the sharing policy"),
    "audience": _audience,
}
