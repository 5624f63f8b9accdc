"""Which rows of a statutory return are refused, which fields are set aside, and what a file must be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from adapters.code_csv import read_code_book
from adapters.ssda903_faults import RULES, Quarantined, ReturnFileError
from adapters.ssda903_rows import Refused, Row
from adapters.ssda903_tables import EPISODES, HEADER, TableFile

ROOT = Path(__file__).resolve().parents[2]
CODES = read_code_book({f.name: f.read_text(encoding="utf-8") for f in (ROOT / "schemas" / "codes").glob("*.csv")})
AS_AT = date(2026, 3, 31)

SOUND_HEADER = dict.fromkeys(HEADER.columns, "") | {
    "CHILD": "900001",
    "SEX": "F",
    "DOB": "29/02/2012",
    "UPN": "A999000012001",
}
SOUND_EPISODE = dict.fromkeys(EPISODES.columns, "") | {
    "CHILD": "900001",
    "DECOM": "01/05/2024",
    "RNE": "S",
    "LS": "C2",
    "CIN": "N1",
    "PLACE": "U6",
}


def header(**cells: str) -> Row:
    """A sound header row but for these cells."""
    return Row("header.csv", 7, SOUND_HEADER | cells)


def episode(**cells: str) -> Row:
    """A sound episode row but for these cells."""
    return Row("episodes.csv", 7, SOUND_EPISODE | cells)


# --- refusals: rows


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("CHILD", "", "no-child"),
        ("CHILD", "9000 01", "not-a-child-number"),
        ("CHILD", "9" * 33, "not-a-child-number"),
        ("DOB", "", "not-a-date"),
        ("DOB", "29/02/2011", "not-a-date"),
        ("DOB", "1/2/2012", "not-a-date"),
        ("DOB", "01/04/2026", "born-after-return"),
    ],
)
def test_a_header_row_is_refused(field, value, rule) -> None:
    with pytest.raises(Refused) as refused:
        header(**{field: value}).header(CODES, AS_AT)

    assert refused.value.fault == Quarantined("header.csv", 7, field, rule)


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("CHILD", "", "no-child"),
        *(
            ("DECOM", value, "not-a-date")
            for value in ("", "2024-05-01", "01/05/24", "31/04/2024", "01/05/0204", "١/05/2024")
        ),
        ("DEC", "tomorrow", "not-a-date"),
        ("DEC", "30/04/2024", "dec-before-decom"),
        *((field, "", "unknown-code") for field in ("RNE", "LS", "CIN", "PLACE")),
        *((field, "??", "unknown-code") for field in ("RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "REC")),
        ("LS", "c2", "unknown-code"),
        ("REASON_PLACE_CHANGE", "??", "unknown-code"),
        ("REC", "E4A", "rec-without-dec"),
        ("DEC", "01/06/2024", "dec-without-rec"),
    ],
)
def test_an_episode_row_is_refused(field, value, rule) -> None:
    with pytest.raises(Refused) as refused:
        episode(**{field: value}).episode(CODES)

    fault = refused.value.fault
    assert (fault.line, fault.rule_code) == (7, rule)
    assert fault.field == {"rec-without-dec": "DEC", "dec-without-rec": "REC"}.get(rule, field)


def test_every_rule_has_a_sentence_and_a_source() -> None:
    assert all(sentence and source for sentence, source in RULES.values())
    fault = Quarantined("episodes.csv", 7, "DEC", "dec-before-decom")
    assert (fault.rule, fault.source) == RULES["dec-before-decom"]


# --- refusals: optional fields


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("SEX", "X", "unknown-code"),
        ("UPN", "I999000012001", "not-a-upn"),
        ("UPN", "A99900001200", "not-a-upn"),
        ("UPN", "UN6", "not-a-upn"),
    ],
)
def test_an_optional_field_of_a_header_is_set_aside_and_its_row_taken(field, value, rule) -> None:
    taken = header(**{field: value}).header(CODES, AS_AT)

    assert [(aside.line, aside.field, aside.rule_code) for aside in taken.set_aside] == [(7, field, rule)]
    assert {"SEX": taken.sex, "UPN": taken.upn}[field] is None
    assert taken.born_on == date(2012, 2, 29)


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("HOME_POST", "nowhere", "not-a-postcode"),
        ("PL_POST", "ZZ11 1", "not-a-postcode"),
        ("URN", "?", "not-a-urn"),
        ("URN", "123456789", "not-a-urn"),
    ],
)
def test_an_optional_field_of_an_episode_is_set_aside_and_its_row_taken(field, value, rule) -> None:
    taken = episode(**{field: value}).episode(CODES)

    assert [(aside.field, aside.rule_code) for aside in taken.set_aside] == [(field, rule)]
    assert {"HOME_POST": taken.home_postcode, "PL_POST": taken.postcode, "URN": taken.urn}[field] is None


# --- what is taken


@pytest.mark.parametrize("field", ["PLACE_PROVIDER", "HOME_POST", "PL_POST", "URN", "REASON_PLACE_CHANGE"])
def test_an_optional_field_may_be_blank(field) -> None:
    assert episode(**{field: ""}).episode(CODES).set_aside == ()


@pytest.mark.parametrize("upn", ["", "UN1", "UN5"])
def test_no_upn_is_no_fault_and_no_identifier(upn) -> None:
    taken = header(UPN=upn).header(CODES, AS_AT)

    assert (taken.upn, taken.set_aside) == (None, ())


@pytest.mark.parametrize(
    "cells",
    [
        {"PLACE": "K3", "DECOM": "27/10/2023"},  # before it was in force
        {"PLACE": "H5", "DECOM": "28/10/2023"},  # after
        {"DEC": "01/05/2024", "REC": "X1"},  # starts and ends on one day
        {"PLACE": "T4", "DEC": "01/07/2024", "REC": "E4A"},  # ends on T4, over seven days
        {"REC": "X1"},  # open
    ],
)
def test_a_row_that_breaks_a_rule_of_the_return_alone_is_taken(cells) -> None:
    assert episode(**cells).episode(CODES).set_aside == ()


def test_postcodes_are_tidied_and_xxxxxxx_is_no_urn() -> None:
    taken = episode(PL_POST="zz22aa", URN="XXXXXXX").episode(CODES)

    assert (taken.postcode, taken.urn, taken.set_aside) == ("ZZ2 2AA", None, ())


# --- files

COLUMNS = "CHILD,SEX,DOB,UPN"


def test_a_missing_file_is_refused_by_name(tmp_path) -> None:
    with pytest.raises(ReturnFileError, match=r"^episodes\.csv: the return's folder holds this file, once$"):
        TableFile(tmp_path, EPISODES)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "header.csv line 1: has each of these columns once; see to CHILD, SEX, DOB, UPN"),
        (b"CHILD,SEX,DOB\n", "header.csv line 1: has each of these columns once; see to UPN"),
        (b"CHILD,SEX,DOB,UPN,DOB\n", "header.csv line 1: has each of these columns once; see to DOB"),
        (b"CHILD,SEX,DOB,UPN,NAME\n", "header.csv line 1: column 5 is not a column of header.csv"),
        ("CHILD,SEX,DOB,UPN\n".encode("utf-16"), "header.csv line 1: the text is encoded as UTF-8 (or Windows-1252)"),
        (b"CHILD,SEX,DOB,UPN\n1,F,\x81,\xe9\n", "header.csv line 2: the text is encoded as UTF-8 (or Windows-1252)"),
    ],
)
def test_a_file_that_is_not_the_table_is_refused_with_line_and_rule(tmp_path, text, says) -> None:
    (tmp_path / "header.csv").write_bytes(text)

    with pytest.raises(ReturnFileError) as refused:
        TableFile(tmp_path, HEADER)

    assert str(refused.value) == says


@pytest.mark.parametrize(
    "line", ["1,F,01/02/2012", "1,F,01/02/2012,UN1,more", '1,F,"01/02/2012,UN1', '1,"F"x,01/02/2012,UN1']
)
def test_a_line_that_is_no_row_is_quarantined_alone(tmp_path, line) -> None:
    (tmp_path / "header.csv").write_text(f"{COLUMNS}\n\n{line}\n2,F,01/02/2012,UN1\n", encoding="utf-8")

    first, second = TableFile(tmp_path, HEADER).rows()

    assert first == Quarantined("header.csv", 3, "", "not-a-row")
    assert (second.line, isinstance(second, Row)) == (4, True)


@pytest.mark.parametrize(
    ("name", "encoding"), [("header.csv", "utf-8"), ("Header.CSV", "utf-8-sig"), ("HEADER.csv", "cp1252")]
)
def test_a_table_is_read_whatever_the_case_of_its_name_and_in_either_encoding(tmp_path, name, encoding) -> None:
    (tmp_path / name).write_text(
        "Child, sex,DOB,UPN,ETHNIC\r\n 1 ,F,01/02/2012,UN1,é\r\n", encoding=encoding, newline=""
    )

    [row] = TableFile(tmp_path, HEADER).rows()

    assert isinstance(row, Row)
    assert (row.file, row.cells["CHILD"], row.cells["ETHNIC"]) == (name, "1", "é")
