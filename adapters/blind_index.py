"""Finds a child's stream by an identifier without keeping the identifier: only keyed digests of it are stored.

The index is derived: it can be emptied and rebuilt from the streams. Whoever steals the database without the master key
can neither read the identifiers nor test a guess against it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import Column, Engine, LargeBinary, Table, Uuid, bindparam, select

from adapters.hub_secret import HubSecret
from adapters.sql_engine import insert_if_absent
from adapters.sql_schema import KEYS

blind_index = Table(
    "blind_index",
    KEYS,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("child", Uuid, primary_key=True),
)


class IdentifierKind(StrEnum):
    """What a child is looked up by. The first three are strong: an exact match joins a report to a record.

    local_id is written `AUTHORITY:number` (`E06000047:1234`), since every authority numbers its own children;
    name_and_birth is what `name_and_birth` makes of family name and date of birth.
    """

    NHS_NUMBER = "nhs_number"
    UPN = "upn"
    LOCAL_ID = "local_id"
    NAME_AND_BIRTH = "name_and_birth"


class IdentifierRefused(ValueError):
    """A value that cannot be an identifier of its kind; the message gives the rule and its source, never the value."""


# Built once: building it costs more than running it.
_FIND = select(blind_index.c.child).where(blind_index.c.digest == bindparam("digest"))


class BlindIndex:
    """Digests of identifiers and the streams they belong to. One identifier may lead to several streams."""

    def __init__(self, engine: Engine, secret: HubSecret) -> None:
        self._engine = engine
        self._insert = insert_if_absent(engine, blind_index)
        self._secret = secret

    def add(self, entries: Iterable[tuple[IdentifierKind, str, UUID]]) -> None:
        """Make each child findable by the value, all in one transaction. What is there already stays.

        Raises IdentifierRefused before anything is written.
        """
        keys = {(self._digest(kind, value), child) for kind, value, child in entries}
        rows = [{"digest": digest, "child": child} for digest, child in sorted(keys)]  # one order, or writers deadlock
        if rows:
            with self._engine.begin() as connection:
                connection.execute(self._insert, rows)

    def find(self, kind: IdentifierKind, value: str) -> tuple[UUID, ...]:
        """The streams known by this value, in the order of their ids; empty if none. Raises IdentifierRefused."""
        with self._engine.connect() as connection:
            return tuple(sorted(connection.scalars(_FIND, {"digest": self._digest(kind, value)})))

    def _digest(self, kind: IdentifierKind, value: str) -> bytes:
        return self._secret.pairwise("blind-index", kind.value, normalised(kind, value))


def name_and_birth(family_name: str, born_on: date) -> str:
    """The value of the weak kind: a family name and a date of birth. Spelling is evened out by `normalised`."""
    return f"{family_name}:{born_on.isoformat()}"


def normalised(kind: IdentifierKind, value: str) -> str:
    """The one spelling that is indexed, so that `943 476 5919` finds `9434765919`. Raises IdentifierRefused.

    Check digits are the form check's business (`domain`), not the index's. A local id keeps its case and leading zeros:
    to merge two numbers that an authority tells apart would join two children.
    """
    return _RULES[kind](unicodedata.normalize("NFKC", value))


def _nhs_number(value: str) -> str:
    digits = re.sub(r"[\s-]", "", value)
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise IdentifierRefused("nhs_number: ten digits (NHS Data Dictionary: NHS NUMBER)")
    return digits


def _upn(value: str) -> str:
    upn = re.sub(r"\s", "", value).upper()
    if not re.fullmatch(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-Z]", upn):
        raise IdentifierRefused(
            "upn: a letter, eleven digits, a digit or letter (DfE UPN guide); UN1 to UN5 name no child"
        )
    return upn


def _local_id(value: str) -> str:
    authority, colon, number = value.partition(":")
    if not colon or not authority.strip() or not number.strip():
        raise IdentifierRefused("local_id: written AUTHORITY:number, with the authority's ONS code (SSDA903 CHILD)")
    return f"{authority.strip().upper()}:{number.strip()}"


def _name_and_birth(value: str) -> str:
    name, _, born_on = value.rpartition(":")
    letters = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c.isalnum())
    if not letters or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", born_on):
        raise IdentifierRefused("name_and_birth: a family name with at least one letter, and a date of birth (ours)")
    return f"{letters}:{born_on}"


_RULES: Final = {
    IdentifierKind.NHS_NUMBER: _nhs_number,
    IdentifierKind.UPN: _upn,
    IdentifierKind.LOCAL_ID: _local_id,
    IdentifierKind.NAME_AND_BIRTH: _name_and_birth,
}
