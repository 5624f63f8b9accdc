"""The statutory return as one XML file: what is refused, and that it says the same as the CSV files."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.ssda903_child import ChildReturn
from adapters.ssda903_faults import Quarantined, ReturnFileError
from adapters.ssda903_rows import Row
from adapters.ssda903_tables import HEADER, REVIEWS, TABLES, CsvReturn
from adapters.ssda903_xml import XmlReturn
from tests.support.returns import as_xml, read, write, write_tables

CHILD = "<CHILD><HEADER><CHILDID>900001</CHILDID><DOB>01/02/2012</DOB>{}</HEADER></CHILD>"


def returned(tmp_path: Path, text: str) -> XmlReturn:
    """A return of this text."""
    (tmp_path / "return.xml").write_text(text, encoding="utf-8")
    return XmlReturn(tmp_path / "return.xml")


# --- refused


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "return.xml line 1: is well-formed XML"),
        ("<EXPSSDA903>\n<CHILD>", "return.xml line 2: is well-formed XML"),
        ('<?xml version="1.0" encoding="no-such"?><EXPSSDA903/>', "return.xml line 1: is well-formed XML"),
        ("<!DOCTYPE EXPSSDA903><EXPSSDA903/>", "line 1: has no document type declaration"),
        (
            '<!DOCTYPE a [<!ENTITY b "c">]>\n<EXPSSDA903><CHILD>&b;</CHILD></EXPSSDA903>',
            "line 1: has no document type declaration",
        ),
        (
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:other">]><EXPSSDA903/>',
            "line 1: has no document type declaration",
        ),
        ("<EXPSSDA903>&other;</EXPSSDA903>", "is well-formed XML"),
        ("<RETURN/>", "line 1: holds elements of the return alone"),
        ("<EXPSSDA903><HEADER/></EXPSSDA903>", "holds elements of the return alone"),
        ("<EXPSSDA903>\n<CHILD>\n<NAME/></CHILD></EXPSSDA903>", "line 3: holds elements of the return alone"),
        (f"<EXPSSDA903>{CHILD.format('<NAME/>')}</EXPSSDA903>", "holds elements of the return alone"),
        (f"<EXPSSDA903>{CHILD.format('<SEX><A/></SEX>')}</EXPSSDA903>", "holds elements of the return alone"),
        (
            f"<EXPSSDA903>{CHILD.format('<AREVIEW><MIS_END/></AREVIEW>')}</EXPSSDA903>",
            "holds elements of the return alone",
        ),
    ],
)
def test_a_file_that_is_no_return_is_refused_with_line_and_rule_before_any_row(tmp_path, text, says) -> None:
    with pytest.raises(ReturnFileError) as refused:
        returned(tmp_path, text)

    assert says in str(refused.value)


def test_a_fault_near_the_end_is_found_before_the_first_row_is_given(tmp_path) -> None:
    many = CHILD.format("") * 2_000

    with pytest.raises(ReturnFileError, match="well-formed"):
        returned(tmp_path, f"<EXPSSDA903>{many}</CHILD></EXPSSDA903>")


@pytest.mark.parametrize(
    ("within", "table"),
    [
        ("<SEX>F</SEX><SEX>M</SEX>", HEADER),
        ("<AREVIEW><REVIEW>28/05/2024</REVIEW><REVIEW>29/05/2024</REVIEW></AREVIEW>", REVIEWS),
    ],
)
def test_a_row_that_says_a_field_twice_is_quarantined_alone(tmp_path, within, table) -> None:
    rows = dict(returned(tmp_path, f"<EXPSSDA903>{CHILD.format(within)}</EXPSSDA903>").rows())

    title = {HEADER: "Header", REVIEWS: "Reviews"}[table]
    assert rows[table] == Quarantined(f"return.xml {title}", 1, "", "not-a-row")


# --- taken


def test_a_row_stands_at_its_number_in_its_table_and_carries_the_child_s_own_fields(tmp_path) -> None:
    review = "<AREVIEW><REVIEW> 28/05/2024 </REVIEW><REVIEW_CODE/></AREVIEW>"
    found = list(returned(tmp_path, f"<EXPSSDA903>{CHILD.format(review) * 2}</EXPSSDA903>").rows())

    assert [row.line for table, row in found if table is REVIEWS] == [1, 2]
    assert found[1] == (
        REVIEWS,
        Row(
            "return.xml Reviews",
            1,
            {"CHILD": "900001", "DOB": "01/02/2012", "REVIEW": "28/05/2024", "REVIEW_CODE": ""},
        ),
    )


@pytest.mark.parametrize(
    "within", ["<UASC/>", "<UASC>0</UASC>", "<IN_TOUCH/>", "<AREVIEW><REVIEW/></AREVIEW>", "<OC2/>"]
)
def test_an_element_that_says_nothing_is_no_row(tmp_path, within) -> None:
    rows = list(returned(tmp_path, f"<EXPSSDA903>{CHILD.format(within)}</EXPSSDA903>").rows())

    assert [table for table, _ in rows] == [HEADER]


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_a_file_is_read_in_the_encoding_that_it_names(tmp_path, encoding) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><EXPSSDA903>{CHILD.format("<ETHNIC>é</ETHNIC>")}</EXPSSDA903>'
    (tmp_path / "return.xml").write_bytes(text.encode(encoding))

    [(_, row)] = XmlReturn(tmp_path / "return.xml").rows()

    assert isinstance(row, Row)
    assert row.cells["ETHNIC"] == "é"


@pytest.fixture
def whole(tmp_path) -> Path:
    """A return with a row in every table, of two children."""
    write(
        tmp_path,
        ["900001,F,01/02/2012,WBRI,A999000012001,1,01/05/2025", "900002,M,10/11/2006,BAFR,UN4,,"],
        [
            "900001,01/05/2024,S,V2,N1,U6,PR1,10/09/2024,X1,CARPL,ZZ1 1AA,ZZ1 2AB,9900001",
            "900001,10/09/2024,P,C2,N1,K2,PR4,,,,ZZ1 1AA,ZZ2 9ZZ,9900002",
        ],
    )
    return write_tables(
        tmp_path,
        reviews=["900001,01/02/2012,28/05/2024,PN1", "900001,01/02/2012,20/08/2024,PN3"],
        uasc=["900001,F,01/02/2012,01/02/2030"],
        oc2=["900001,01/02/2012,17,,0,,1,1,1,0,,"],
        oc3=["900002,10/11/2006,YES,F2,U1"],
        missing=["900001,01/02/2012,M,01/03/2025,04/03/2025", "900001,01/02/2012,A,30/03/2026,"],
        previous_permanence=["900001,01/02/2012,P1,116,zz/03/2016"],
        ad1=["900001,01/02/2012,01/11/2024,20/01/2025,1,2,MF,L11"],
        placed_for_adoption=["900001,01/02/2012,01/11/2024,01/02/2025,RD1"],
        sw_episodes=["900001,01/02/2012,AB123,01/05/2024,01/09/2024,MANAGE"],
    )


def test_the_same_children_in_csv_and_in_xml_give_the_same_events(whole) -> None:
    from_csv, from_xml = read(whole), read(as_xml(whole))

    assert all(isinstance(one, ChildReturn) for one in from_csv)
    assert [one.intended for one in from_csv if isinstance(one, ChildReturn)] == [
        one.intended for one in from_xml if isinstance(one, ChildReturn)
    ]


def test_every_table_is_read_from_either(whole) -> None:
    from_csv, from_xml = CsvReturn(whole).rows(), XmlReturn(as_xml(whole)).rows()

    rows = sorted((TABLES.index(table), *row.cells.values()) for table, row in from_csv if isinstance(row, Row))
    assert {number for number, *_ in rows} == set(range(len(TABLES)))
    assert rows == sorted((TABLES.index(table), *row.cells.values()) for table, row in from_xml if isinstance(row, Row))
