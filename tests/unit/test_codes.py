"""Code lists as the domain sees them: what is refused, what is in force, and that codes do not leak by contrast."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.code_csv import COLUMNS, read_code_book
from domain.codes import Code, CodeBook, CodeList, CodeRuleError
from domain.vocabulary import DataClass

HEADER = ",".join(COLUMNS)


def code(
    name: str,
    data_class: DataClass = DataClass.PLACEMENT,
    coarse: str | None = None,
    *,
    whole_event: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Code:
    label = f"a {coarse} one" if coarse else None
    return Code(name, f"label of {name}", data_class, coarse, label, whole_event, valid_from, valid_to, "ours")


def only(*classes: DataClass) -> Callable[[DataClass], bool]:
    return lambda data_class: data_class in classes


def everything(_: DataClass) -> bool:
    return True


HOMES = CodeList(
    "home",
    (
        code("open", coarse="residential"),
        code("secure", DataClass.CUSTODY, "residential"),
        code("ward", DataClass.HEALTH_NEEDS_FLAG, "residential"),
        code("foster-home", coarse="foster"),
        code("adoptive", DataClass.ADOPTION, whole_event=True),
    ),
)


# Refusals: one code


def test_a_code_whose_last_day_is_before_its_first_is_refused() -> None:
    with pytest.raises(CodeRuleError) as refused:
        code("K3", valid_from=date(2023, 10, 28), valid_to=date(2023, 10, 27))
    assert refused.value.column == "valid_to"


def test_a_code_that_hides_its_event_may_not_keep_a_coarse_form() -> None:
    with pytest.raises(CodeRuleError) as refused:
        code("A3", DataClass.ADOPTION, "adoptive", whole_event=True)
    assert refused.value.column == "whole_event"


@pytest.mark.parametrize("name", ["", "K 1", "-K1", "K1-", "K--1", "K1\n"])
def test_a_code_that_is_not_one_machine_word_is_refused(name: str) -> None:
    with pytest.raises(CodeRuleError) as refused:
        code(name)
    assert refused.value.column == "code"


# Refusals: a list


@pytest.mark.parametrize(
    ("codes", "column"),
    [
        pytest.param((code("K1"), code("K1")), "code", id="duplicate code"),
        pytest.param((code("hospital"), code("T1", coarse="hospital")), "coarse", id="coarse form that is a code"),
        pytest.param(
            (code("K1", coarse="k2"), code("K2", coarse="k2")), "coarse", id="coarse form is a code in capitals"
        ),
        pytest.param(
            (code("A3", DataClass.ADOPTION, whole_event=True), code("Z1", DataClass.ADOPTION)),
            "whole_event",
            id="part of a group hides its events",
        ),
        pytest.param(
            (code("A3", DataClass.ADOPTION, whole_event=True), code("R5", DataClass.CUSTODY, whole_event=True)),
            "class",
            id="events of one group hidden by two classes",
        ),
    ],
)
def test_a_list_that_would_mislead_or_leak_is_refused_and_says_which_row(codes: tuple[Code, ...], column: str) -> None:
    with pytest.raises(CodeRuleError) as refused:
        CodeList("placement", codes)
    assert refused.value.column == column
    assert refused.value.row is not None


def test_one_coarse_form_with_two_labels_is_refused() -> None:
    other_label = Code("K2", "open", DataClass.PLACEMENT, "residential", "another label", False, None, None, "ours")
    with pytest.raises(CodeRuleError) as refused:
        CodeList("placement", (code("K1", coarse="residential"), other_label))
    assert (refused.value.column, refused.value.row) == ("coarse_label", 1)


def test_a_list_filed_under_another_name_is_refused() -> None:
    with pytest.raises(ValueError, match="code list home is filed as placement"):
        CodeBook({"placement": HOMES})


# Refusals: a file


@pytest.mark.parametrize(
    ("rows", "line", "column"),
    [
        pytest.param(["K1,Home,prison,,,,,,ours"], 2, "class", id="unknown class"),
        pytest.param(["K1,Home,placement,,,,,,ours", "K1,Home,placement,,,,,,ours"], 3, "code", id="duplicate code"),
        pytest.param(["K1,Home,placement,k2,A home,,,,ours", "k2,,placement,,,,,,"], 3, "label", id="second row"),
        pytest.param(
            ["K1,Home,placement,k2,A home,,,,ours", "k2,H,placement,,,,,,ours"], 2, "coarse", id="coarse a code"
        ),
        pytest.param(["K1,Home,placement,,,,2023-10-28,2023-10-27,ours"], 2, "valid_to", id="dates reversed"),
        pytest.param(["K1,Home,placement,,,,28/10/2023,,ours"], 2, "valid_from", id="date not ISO"),
        pytest.param(["K1,Home,placement,,,,20231028,,ours"], 2, "valid_from", id="date without hyphens"),
        pytest.param(["K1,Home,placement,,,,,2023-02-30,ours"], 2, "valid_to", id="day that does not exist"),
        pytest.param(["K1,Home,placement,,,no,,,ours"], 2, "whole_event", id="whole_event neither yes nor empty"),
        pytest.param(["K1,Home,placement,residential,,,,,ours"], 2, "coarse_label", id="coarse form without its label"),
        pytest.param(["K1,Home,placement,Residential,A home,,,,ours"], 2, "coarse", id="coarse form in capitals"),
        pytest.param(["K1,,placement,,,,,,ours"], 2, "label", id="no label"),
        pytest.param(["K1,Home,placement,,,,,,"], 2, "source", id="no source"),
        pytest.param(["K1, Home,placement,,,,,,ours"], 2, "label", id="blank before a value"),
        pytest.param(["K1,Home,placement,,,,,ours"], 2, "none", id="a cell too few"),
        pytest.param(["K1,Home,placement,,,,,,ours", "", "K2,Home,placement,,,,,,ours"], 3, "none", id="blank line"),
        pytest.param(['K1,"Home"s,placement,,,,,,ours'], 2, "none", id="broken quotes"),
        pytest.param([], 1, "code", id="no codes"),
    ],
)
def test_a_bad_row_is_refused_naming_file_line_and_column(rows: list[str], line: int, column: str) -> None:
    with pytest.raises(ValueError, match=rf"^placement\.csv, line {line}, column {column}: ."):
        read_code_book({"placement.csv": "\n".join([HEADER, *rows]) + "\n"})


@pytest.mark.parametrize("text", ["", "code,label\n", HEADER + ",more\n"])
def test_other_columns_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^placement\.csv, line 1, column header: the columns are code,label,class"):
        read_code_book({"placement.csv": text})


@pytest.mark.parametrize("file", ["placement.txt", "Placement.csv", "legal-status.csv", "a/placement.csv"])
def test_a_file_that_names_no_list_is_refused(file: str) -> None:
    with pytest.raises(ValueError, match="a code list is named in lower case"):
        read_code_book({file: HEADER + "\nK1,Home,placement,,,,,,ours\n"})


# Unknown codes


def test_nothing_is_shown_of_a_code_the_list_does_not_know() -> None:
    assert HOMES.find("moon") is None
    assert HOMES.shown("moon", everything) is None
    assert not HOMES.in_force("moon", date(2024, 1, 1))


# What is shown


def test_a_secure_home_and_an_open_one_are_shown_alike_to_who_may_not_know_custody() -> None:
    may = only(DataClass.PLACEMENT, DataClass.HEALTH_NEEDS_FLAG)
    assert HOMES.shown("secure", may) == HOMES.shown("open", may) == HOMES.shown("ward", may) == "residential"


def test_they_are_shown_exactly_to_who_may_know_every_class_of_the_group() -> None:
    may = only(DataClass.PLACEMENT, DataClass.HEALTH_NEEDS_FLAG, DataClass.CUSTODY)
    assert [HOMES.shown(name, may) for name in ("open", "secure", "ward")] == ["open", "secure", "ward"]


def test_a_group_is_not_made_coarse_by_what_another_group_hides() -> None:
    assert HOMES.shown("foster-home", only(DataClass.PLACEMENT)) == "foster-home"


def test_nothing_is_left_of_a_code_that_hides_its_event() -> None:
    assert HOMES.shown("adoptive", only(DataClass.PLACEMENT)) is None
    assert HOMES.shown("adoptive", only(DataClass.ADOPTION)) == "adoptive"


def test_codes_without_a_coarse_form_disappear_together() -> None:
    needs = CodeList("need", (code("N1", DataClass.CARE_DETAIL), code("N2", DataClass.HEALTH_NEEDS_FLAG)))
    assert needs.table(only(DataClass.CARE_DETAIL)) == {"N1": None, "N2": None}


def test_the_table_says_for_every_code_what_shown_says() -> None:
    may = only(DataClass.PLACEMENT)
    assert HOMES.table(may) == {c.code: HOMES.shown(c.code, may) for c in HOMES.codes}
    assert list(HOMES.table(may)) == [c.code for c in HOMES.codes]


def test_a_group_is_the_codes_of_one_coarse_form() -> None:
    assert [c.code for c in HOMES.group("residential")] == ["open", "secure", "ward"]
    assert [c.code for c in HOMES.group(None)] == ["adoptive"]
    assert HOMES.group("no-such-group") == ()


# Dates and content


def test_the_first_and_the_last_day_are_in_force_and_the_days_beside_them_are_not() -> None:
    dated = CodeList("placement", (code("X9", valid_from=date(2020, 2, 1), valid_to=date(2020, 2, 29)), code("Y9")))
    days = [date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 29), date(2020, 3, 1)]
    assert [dated.in_force("X9", day) for day in days] == [False, True, True, False]
    assert all(dated.in_force("Y9", day) for day in days)


def test_the_content_hash_changes_with_what_the_lists_say_and_not_with_how_they_are_written() -> None:
    first, second = "K1,Home,placement,,,,,,ours", "K2,Open home,placement,,,,,,ours"
    book = read_code_book({"placement.csv": f"{HEADER}\n{first}\n{second}\n"})
    rewritten = read_code_book({"placement.csv": f'{HEADER}\r\n{second}\r\n"K1",Home,placement,,,,,,ours\r\n'})
    changed = read_code_book({"placement.csv": f"{HEADER}\n{first.replace('placement', 'custody')}\n{second}\n"})
    assert book.content == rewritten.content
    assert book.content != changed.content
    assert len(book.content) == 64


def test_a_book_is_read_by_list_name() -> None:
    book = read_code_book({"placement.csv": f"{HEADER}\nK3,Home,placement,,,,2023-10-28,,ours\n"})
    assert list(book) == ["placement"]
    found = book["placement"].find("K3")
    assert found is not None
    assert (found.label, found.data_class, found.valid_from) == ("Home", DataClass.PLACEMENT, date(2023, 10, 28))


# Property: no contrast within a group, for any list and any set of permitted classes

classes = st.sampled_from(DataClass)
coarse_forms = st.sampled_from([None, "one-kind", "another-kind"])
code_lists = st.lists(st.tuples(classes, coarse_forms), min_size=2, max_size=8).map(
    lambda rows: CodeList("made-up", tuple(code(f"C{i}", c, coarse) for i, (c, coarse) in enumerate(rows)))
)


@given(code_lists, st.data())
def test_codes_of_one_group_look_alike_unless_all_its_classes_are_permitted(
    codes: CodeList, data: st.DataObject
) -> None:
    present = sorted({c.data_class for c in codes.codes})
    permitted = data.draw(st.sets(st.sampled_from(present)))
    table = codes.table(permitted.__contains__)
    for one in codes.codes:
        group = codes.group(one.coarse)
        if all(member.data_class in permitted for member in group):
            assert table[one.code] == one.code
        else:
            assert {table[member.code] for member in group} == {one.coarse}
