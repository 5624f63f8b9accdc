"""The words every other module shares: data classes, roles, audiences, and the value `unknown`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class DataClass(StrEnum):
    """A kind of fact, as the sharing policy sees it. Every event type, every field and every code has one."""

    IDENTITY = "identity"
    IDENTIFIER_NHS = "identifier_nhs"
    IDENTIFIER_UPN = "identifier_upn"
    IDENTIFIER_LOCAL = "identifier_local"
    CARE_STATUS = "care_status"
    CARE_DETAIL = "care_detail"
    PLACEMENT = "placement"
    PLACEMENT_ADDRESS = "placement_address"
    ADOPTION = "adoption"
    CONTACT_DETAIL = "contact_detail"
    HEALTH_NEEDS_FLAG = "health_needs_flag"
    HEALTH_SUMMARY = "health_summary"
    HEALTH_CLINICAL = "health_clinical"
    HEALTH_SENSITIVE = "health_sensitive"
    THERAPY_STATUS = "therapy_status"
    EDUCATION = "education"
    OFFENDING = "offending"
    CUSTODY = "custody"
    MISSING = "missing"
    THIRD_PARTY = "third_party"
    CHILD_VOICE = "child_voice"
    IMMIGRATION = "immigration"
    COURT_EMBARGOED = "court_embargoed"
    CONSENT = "consent"
    PROTECTION = "protection"
    NOTICE = "notice"
    ADMINISTRATION = "administration"


class Role(StrEnum):
    """The capacity in which an agency's desk stands towards a child. What it may know follows from this."""

    RESPONSIBLE_AUTHORITY = "responsible-authority"
    HOST_AUTHORITY = "host-authority"
    ORDINARY_RESIDENCE_AUTHORITY = "ordinary-residence-authority"
    ORIGINATING_HEALTH = "originating-health"
    DEPARTING_HEALTH = "departing-health"
    LOCAL_HEALTH = "local-health"
    VIRTUAL_SCHOOL = "virtual-school"
    SCHOOL = "school"
    HOME_YOT = "home-yot"
    LOCAL_YOT = "local-yot"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True, order=True)
class Audience:
    """One desk: an agency in one role, written `AGENCY/role` (`E06000047/virtual-school`)."""

    agency: str
    role: Role
    _text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_text", f"{self.agency}/{self.role.value}")

    def __str__(self) -> str:
        return self._text

    def __hash__(self) -> int:
        return hash(self._text)  # a string keeps its hash: audiences are looked up for every message

    @classmethod
    def parse(cls, text: str) -> Audience:
        """Read `AGENCY/role`; raises ValueError that says which part is wrong."""
        agency, slash, role = text.partition("/")
        if not slash or not agency:
            raise ValueError("an audience is written AGENCY/role, for example E06000047/virtual-school")
        if role not in Role._value2member_map_:
            raise ValueError(f"no such role; the roles are {', '.join(r.value for r in Role)}")
        return cls(agency, Role(role))


class Unknown:
    """The value `unknown`: asked for and not known. Never the same as absent, masked or empty."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __reduce__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
