"""Reads which authority a postcode lies in from a CSV file: whole postcodes, districts, or both."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

POSTCODE: Final = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")
"""The form of a postcode, district and rest: BS 7666-2:2006 annex C. Form alone: the postcode need not exist."""

_DISTRICT: Final = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
_AUTHORITY: Final = re.compile(r"[EWSN][0-9]{8}")
_PLACE_COLUMNS: Final = ("postcode", "postcode_district")
_AUTHORITY_COLUMNS: Final = ("authority", "gss_code")


def tidy_postcode(written: str) -> str | None:
    """A postcode in capitals with one space ("ZZ1 1AA"), however it was written; None if it is not of postcode form."""
    found = POSTCODE.fullmatch(" ".join(written.split()).upper())
    return f"{found[1]} {found[2]}" if found else None


@dataclass(frozen=True, slots=True)
class Places:
    """Where postcodes lie. postcodes: tidy postcode to authority; districts: district to all authorities it reaches."""

    postcodes: Mapping[str, str]
    districts: Mapping[str, frozenset[str]]

    def authority(self, postcode: str) -> str | None:
        """ONS code of the whole postcode's authority, else of the district's if it lies in one only, else None."""
        tidy = tidy_postcode(postcode)
        if tidy is None:
            return None
        if tidy in self.postcodes:
            return self.postcodes[tidy]
        reached = self.districts.get(tidy.partition(" ")[0], frozenset())
        return next(iter(reached)) if len(reached) == 1 else None


def read_places(path: Path) -> Places:
    """Read a UTF-8 CSV file with a column `postcode` or `postcode_district` and one `authority` or `gss_code`.

    Other columns are ignored. Raises ValueError naming file, line, column and rule at the first row that is not sound.
    """
    postcodes: dict[str, str] = {}
    districts: dict[str, frozenset[str]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            place_column = _column(path.name, reader.fieldnames, _PLACE_COLUMNS)
            authority_column = _column(path.name, reader.fieldnames, _AUTHORITY_COLUMNS)
            for row in reader:
                where = f"{path.name} line {reader.line_num}"
                place, authority = (row[place_column] or "").strip().upper(), (row[authority_column] or "").strip()
                if not _AUTHORITY.fullmatch(authority):
                    raise ValueError(f"{where}: {authority_column}: an ONS code, one letter and eight digits")
                postcode = tidy_postcode(place)
                if postcode is not None:
                    if postcodes.setdefault(postcode, authority) != authority:
                        raise ValueError(f"{where}: {place_column}: a whole postcode lies in one authority")
                elif _DISTRICT.fullmatch(place):
                    districts[place] = districts.get(place, frozenset()) | {authority}
                else:
                    raise ValueError(f"{where}: {place_column}: a postcode (ZZ1 1AA) or a postcode district (ZZ1)")
    except FileNotFoundError:
        raise ValueError(f"{path.name}: there is no such file") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path.name}: the text is encoded as UTF-8") from None
    except csv.Error:
        raise ValueError(f"{path.name}: the file is well-formed CSV") from None
    return Places(postcodes, districts)


def _column(file: str, columns: object, names: tuple[str, str]) -> str:
    found = [name for name in names if isinstance(columns, list) and name in columns]
    if len(found) != 1:
        raise ValueError(f"{file} line 1: has one column {' or '.join(names)}")
    return found[0]
