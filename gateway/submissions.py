"""One submission as plain data, taken apart: what happened, and by what the child is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.events import EventType
from domain.forms import Problem, Refused, latest_version, nhs_number_is_valid
from domain.submission import Identifiers


@dataclass(frozen=True, slots=True)
class Submission:
    """One event with who it is about."""

    event_type: EventType
    data: Mapping[str, Any]
    child: Identifiers
    authority: str | None


_CHILD_FIELDS = ("authority", "local_id", "nhs_number", "upn", "given_name", "family_name", "born_on")


def read_submission(line: Mapping[str, Any]) -> Submission:
    """Take a submission apart: `type`, `child`, an optional `label`, and the event's own fields. Raises Refused."""
    child = line.get("child", {})
    if not isinstance(line.get("type"), str):
        raise Refused(Problem("type", "is required: the event's type, for example custody-entered", "schemas/events"))
    if not isinstance(child, Mapping) or not set(child) <= set(_CHILD_FIELDS):
        raise Refused(Problem("child", f"is an object of {', '.join(_CHILD_FIELDS)}", "docs/submitting.md"))
    if not all(isinstance(v, str) and v for v in child.values()):
        raise Refused(Problem("child", "every part of it is text", "docs/submitting.md"))
    strong = {k: "".join(child[k].split()) for k in ("nhs_number", "upn") if k in child}
    if "nhs_number" in strong and not nhs_number_is_valid(strong["nhs_number"]):
        rule = "is not ten digits with a modulus-11 check digit"
        raise Refused(Problem("child.nhs_number", rule, "NHS Data Dictionary: NHS NUMBER"))
    authority = child.get("authority")
    if "local_id" in child:
        if authority is None:
            raise Refused(
                Problem("child.authority", "a local number is read together with its authority", "SSDA903 CHILD")
            )
        strong["local_id"] = f"{authority}:{child['local_id']}"
    try:
        identifiers = Identifiers(
            strong,
            child.get("given_name"),
            child.get("family_name"),
            datetime.strptime(child["born_on"], "%Y-%m-%d").date() if "born_on" in child else None,  # noqa: DTZ007
        )
    except ValueError:
        raise Refused(Problem("child.born_on", "must be a date, YYYY-MM-DD", "ours")) from None
    data = {k: v for k, v in line.items() if k not in ("type", "child", "label")}
    return Submission(latest_version(line["type"]), data, identifiers, authority)
