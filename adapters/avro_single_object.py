"""Avro single-object encoding: marker, fingerprint of the schema, body. One object here is one schema, ready for use.

Avro specification 1.12, "Single-object encoding": C3 01, the CRC-64-AVRO fingerprint of the schema's parsing canonical
form (8 bytes, little-endian), the datum. No error says anything of the content.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from fastavro import parse_schema, schemaless_reader, schemaless_writer
from fastavro.schema import fingerprint, to_parsing_canonical_form
from fastavro.validation import ValidationError, ValidationErrorData, validate

MARKER: Final = b"\xc3\x01"
HEADER_LENGTH: Final = 10


class Unencodable(ValueError):
    """A value that its schema cannot carry. Names schema and field, never the value."""


class Undecodable(ValueError):
    """Bytes that are not what they claim to be: no single object, cut short, too long, or another topic's."""


class NewerSchema(Exception):
    """Bytes under a schema that this version does not know. They may be sound: upgrade, never skip."""


def schema_fingerprint(schema: dict[str, Any]) -> bytes:
    """The eight bytes by which single-object encoding names a schema."""
    return bytes.fromhex(fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO"))


def unreadable(data: bytes) -> NewerSchema | Undecodable:
    """The error to raise for bytes whose first ten are none of the headers known."""
    if len(data) < HEADER_LENGTH or not data.startswith(MARKER):
        return Undecodable("not an Avro single object")
    return NewerSchema(
        f"written by a newer version; upgrade before reading (schema fingerprint {data[2:HEADER_LENGTH].hex()})"
    )


class SingleObject:
    """Writes and reads data of one record schema."""

    __slots__ = ("_schema", "header", "name")

    def __init__(self, schema: dict[str, Any]) -> None:
        self.name: str = schema["name"]
        self.header: Final = MARKER + schema_fingerprint(schema)
        self._schema = parse_schema(schema)

    def write(self, datum: dict[str, Any]) -> bytes:
        """Header and body. Raises Unencodable."""
        buffer = BytesIO(self.header)
        buffer.seek(HEADER_LENGTH)
        try:
            schemaless_writer(buffer, self._schema, datum)
        except (TypeError, ValueError, OverflowError, AttributeError):
            # The writer's words repeat the value, so they are dropped with their cause.
            raise Unencodable(f"{self.name}: {self._unfit(datum)}") from None
        return buffer.getvalue()

    def read(self, data: bytes) -> dict[str, Any]:
        """The datum of bytes that carry this header. Raises Undecodable."""
        buffer = BytesIO(data)
        buffer.seek(HEADER_LENGTH)
        try:
            datum: dict[str, Any] = schemaless_reader(buffer, self._schema)  # type: ignore[assignment]
        except (EOFError, IndexError, OverflowError, TypeError, ValueError):
            raise Undecodable(f"{self.name}: the bytes do not fit the schema") from None
        if buffer.tell() != len(data):
            raise Undecodable(f"{self.name}: bytes follow the end")
        return datum

    def _unfit(self, datum: dict[str, Any]) -> str:
        """What to say of a datum that cannot be written: the fields at fault, where the library can tell."""
        try:
            validate(datum, self._schema)
        except ValidationError as error:
            parts = [part for part in error.errors if isinstance(part, ValidationErrorData)]
            names = ", ".join(part.field.rpartition(".")[2] for part in parts)
            return f"field {names}: a value of another type than the schema's"
        except (TypeError, ValueError):
            return "a value of another type than the schema's"
        return "a text that is not Unicode"
