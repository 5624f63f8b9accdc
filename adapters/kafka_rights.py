"""Who may log in to the broker, and what each may do there: a desk's own three topics, and nothing else.

Nothing that no rule allows is allowed; that the broker denies by default is its own setting (infra/kafka).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from kafka.errors import KafkaError

from adapters.kafka_clients import admin
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_records import feed_topic, receipts_topic, submit_topic
from domain.vocabulary import Audience

_MECHANISM: Final = ScramMechanism.SCRAM_SHA_512
_PRINCIPAL: Final = "User:"
_AGENCY: Final = re.compile(r"[A-Za-z0-9-]+", re.ASCII)


class RightsFailed(KafkaError):  # type: ignore[misc]  # the library has no types
    """The broker did not do what it was asked. Names the user, never a password."""


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One line of the broker's list of rights. user: `*` is everybody. kind: of what is named. prefixed: and all that begins so."""

    user: str
    operation: str
    kind: str
    name: str
    prefixed: bool = False
    allows: bool = True
    host: str = "*"

    def __str__(self) -> str:
        may = "may" if self.allows else "may not"
        where = "" if self.host == "*" else f" from {self.host}"
        return f"{self.user} {may} {self.operation} {self.kind} {self.name}{'*' if self.prefixed else ''}{where}"


def user_of(audience: Audience) -> str:
    """The name a desk logs in by: `E06000047.virtual-school`.

    Raises ValueError for an agency's code with a dot or another sign that no register has: one desk's name could begin with
    another's, and with it the names of its consumer groups.
    """
    if not _AGENCY.fullmatch(audience.agency):
        raise ValueError("an agency's code is letters, digits and hyphens where it names a user and topics")
    return f"{audience.agency}.{audience.role.value}"


def desk_of(user: str) -> Audience | None:
    """The desk that logs in by this name; None for a name that is no desk's."""
    agency, _, role = user.rpartition(".")
    try:
        audience = Audience.parse(f"{agency}/{role}")
        return audience if user_of(audience) == user else None
    except ValueError:
        return None


def rules_of(audience: Audience) -> frozenset[Rule]:
    """All that a desk may do: read its feed and its receipts in consumer groups of its own, and write its submissions."""
    user = user_of(audience)
    return frozenset(
        {
            *(Rule(user, operation, "topic", feed_topic(audience)) for operation in ("read", "describe")),
            *(Rule(user, operation, "topic", receipts_topic(audience)) for operation in ("read", "describe")),
            *(Rule(user, operation, "topic", submit_topic(audience)) for operation in ("write", "describe")),
            Rule(user, "read", "group", f"{user}.", prefixed=True),
        }
    )


class KafkaRights:
    """Reads and changes users and rules. Every method raises KafkaError; what was changed is to be read back."""

    def __init__(self, connection: KafkaConnection, client_id: str) -> None:
        self._admin = admin(connection, client_id)

    def users(self) -> frozenset[str]:
        """Everybody who has a password for the mechanism that the listener takes."""
        found = self._admin.describe_user_scram_credentials()
        return frozenset(
            user for user, said in found.items() if any(c["mechanism"] == _MECHANISM for c in said["credential_infos"])
        )

    def rules(self) -> frozenset[Rule]:
        """Every rule, whoever made it. Raises SecurityDisabledError where the broker keeps none and lets everybody do everything."""
        every = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
        acls, _ = self._admin.describe_acls(ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY, every))
        return frozenset(_rule(acl) for acl in acls)

    def set_password(self, user: str, password: str) -> None:
        """Make a user, or give one another password; who is logged in stays so. Raises RightsFailed."""
        self._alter(UserScramCredentialUpsertion(user, _MECHANISM, password))

    def remove_user(self, user: str) -> None:
        """Nobody logs in by this name any more; who is logged in stays so, and may do what rules allow. Raises RightsFailed."""
        self._alter(UserScramCredentialDeletion(user, _MECHANISM))

    def allow(self, rules: Iterable[Rule]) -> None:
        """Add rules. The library does not say which of them failed."""
        self._admin.create_acls([ACL(*_words(rule), ResourcePattern(*_pattern(rule))) for rule in rules])

    def disallow(self, rules: Iterable[Rule]) -> None:
        """Take rules away, each exactly as it stands."""
        self._admin.delete_acls([ACLFilter(*_words(rule), ResourcePatternFilter(*_pattern(rule))) for rule in rules])

    def close(self) -> None:
        """Close the connection."""
        self._admin.close()

    def _alter(self, change: UserScramCredentialUpsertion | UserScramCredentialDeletion) -> None:
        failed = self._admin.alter_user_scram_credentials([change])[change.user]
        if failed is not None:
            raise RightsFailed(f"user {change.user}: the broker did not take the change")


def _rule(acl: Any) -> Rule:
    pattern = acl.resource_pattern
    return Rule(
        acl.principal.removeprefix(_PRINCIPAL),
        acl.operation.name.lower(),
        pattern.resource_type.name.lower(),
        pattern.resource_name,
        pattern.pattern_type is ACLResourcePatternType.PREFIXED,
        acl.permission_type is ACLPermissionType.ALLOW,
        acl.host,
    )


def _words(rule: Rule) -> tuple[str, str, ACLOperation, ACLPermissionType]:
    permission = ACLPermissionType.ALLOW if rule.allows else ACLPermissionType.DENY
    return f"{_PRINCIPAL}{rule.user}", rule.host, ACLOperation[rule.operation.upper()], permission


def _pattern(rule: Rule) -> tuple[ResourceType, str, ACLResourcePatternType]:
    pattern = ACLResourcePatternType.PREFIXED if rule.prefixed else ACLResourcePatternType.LITERAL
    return ResourceType[rule.kind.upper()], rule.name, pattern
