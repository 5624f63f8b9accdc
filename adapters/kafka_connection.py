"""Where the broker is and as whom to come. Without the client library: settings are read by every command."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class KafkaConnection:
    """The broker. bootstrap: HOST:PORT, several by commas. ca: the file of the certificates that its TLS listener is checked by.

    Without a user the connection is neither authenticated nor encrypted: for a broker on loopback alone.
    """

    bootstrap: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None

    def options(self) -> dict[str, Any]:
        """What every client is given: SCRAM-SHA-512 over TLS."""
        common: dict[str, Any] = {"bootstrap_servers": self.bootstrap.split(",")}
        if self.user is not None:
            common |= {
                "security_protocol": "SASL_SSL",
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password,
                "ssl_cafile": str(self.ca) if self.ca is not None else None,
            }
        return common
