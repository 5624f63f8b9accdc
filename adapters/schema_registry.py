"""A Confluent-compatible schema registry: feed schemas under their records' full names, and messages that name them by its ids.

One topic carries messages of many types, so a subject is a record's name and not a topic's (`RecordNameStrategy`). Subscribers whose
tools know the registry read a feed as any other topic; the Avro body is the same as without one.
"""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from adapters.avro_schemas import Schema
from adapters.avro_single_object import HEADER_LENGTH, MARKER, schema_fingerprint, unreadable

_MAGIC: Final = b"\x00"  # Confluent's wire format: this byte, the schema's id (4 bytes, big-endian), the Avro body
_TYPE: Final = "application/vnd.schemaregistry.v1+json"
_PATIENCE: Final = 10.0  # s for one answer


class RegistryAway(ConnectionError):
    """The registry did not answer, or had a fault of its own: the same again later may succeed."""


class RegistryRefused(RuntimeError):
    """The registry does not take a schema, or us: time does not mend that. Names subject and rule, never address or password."""


class SchemaRegistry:
    """url: http or https, as `https://USER:PASSWORD@HOST:PORT/PATH`. schemas: those that messages may be written under.

    Raises ValueError, which does not repeat it, for an address of another kind.
    """

    def __init__(self, url: str, schemas: Mapping[str, Schema]) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"}:
            raise ValueError("a schema registry's address begins with http:// or https://")
        self._base = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))
        self._headers = {"Content-Type": _TYPE, "Accept": f"{_TYPE}, application/json"}
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._headers["Authorization"] = f"Basic {base64.b64encode(login).decode()}"
        self._schemas = {MARKER + schema_fingerprint(schema): schema for schema in schemas.values()}
        self._heads: dict[
            bytes, bytes
        ] = {}  # by the head of a single object, that of the same message in the wire format
        self._opener = urllib.request.build_opener(_NoRedirect)

    def wire(self, message: bytes) -> bytes:
        """A single object in Confluent's wire format; its schema is registered when the first such message comes.

        Raises RegistryAway, RegistryRefused; Undecodable and NewerSchema for bytes that are no message of these schemas.
        """
        head = message[:HEADER_LENGTH]
        known = self._heads.get(head)
        if known is None:
            if head not in self._schemas:
                raise unreadable(message)
            known = self._heads[head] = _MAGIC + self._register(self._schemas[head]).to_bytes(4, "big")
        return known + message[HEADER_LENGTH:]

    def _register(self, schema: Schema) -> int:
        """The id of a schema, the same for as long as the registry has it."""
        subject = schema["name"]
        said = self._ask(subject, f"/subjects/{quote(subject, safe='')}/versions", {"schema": json.dumps(schema)})
        found = said.get("id") if isinstance(said, dict) else None
        if not isinstance(found, int) or not 0 <= found < 2**32:
            raise RegistryRefused(f"schema registry, subject {subject}: the answer holds no id")
        return found

    def _ask(self, subject: str, path: str, body: dict[str, str]) -> Any:
        data = json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, self._headers)  # noqa: S310  http or https alone
        try:
            with self._opener.open(request, timeout=_PATIENCE) as answer:  # no file: or ftp:, see __init__
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            error.close()
            kind = RegistryAway if error.code >= 500 or error.code == 429 else RegistryRefused
            raise kind(f"schema registry, subject {subject}: HTTP status {error.code}") from None
        except (OSError, HTTPException) as error:
            raise RegistryAway(f"schema registry, subject {subject}: {type(error).__name__}") from None
        except ValueError:
            raise RegistryRefused(f"schema registry, subject {subject}: the answer is not JSON") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Whoever answers with another address is not sent the password again."""

    def redirect_request(self, *_: Any) -> None:
        """Follow none: a redirect is an HTTPError."""
