"""Views and feeds in words: what is not known, withheld or not told never reads like a value; codes by their meaning."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.events import FieldType, Kind, event_types
from domain.feed import Item, Masked
from domain.vocabulary import UNKNOWN
from gateway.rendering import table
from gateway.wording import UNBROKEN, Words, plain
from tests.support.story import shipped

POLICY, REGISTER = shipped()
CODED = [(topic, field) for topic, t in event_types().items() for field in t.own_fields if field.meta.codes]


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(POLICY.codes, REGISTER)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        ({"masked": "protected"}, "withheld (protected)"),
        ({"unknown": True}, "not known"),
        ("unknown", "not known"),
        (False, "no"),
        (0, "0"),
        ([], ""),
        ({"name": None, "phone": None}, ""),
    ],
)
def test_a_cell_that_holds_no_value_says_which_kind_of_nothing(words: Words, value: Any, said: str) -> None:
    assert words.cell("school_name", value) == said


def test_a_code_that_no_list_knows_is_shown_as_it_is(words: Words) -> None:
    assert words.cell("exclusion_kind", "invented") == "invented"
    assert words.line("excluded.v1", {"kind": "invented"}) == "excluded: kind invented"
    assert words.line("no-such-event.v7", {"kind": "invented"}) == "no such event: kind invented"


@pytest.mark.parametrize(("topic", "field"), CODED, ids=[f"{topic} {field.name}" for topic, field in CODED])
def test_every_code_of_every_event_is_said_by_its_meaning(words: Words, topic: str, field: FieldType) -> None:
    code = POLICY.codes[field.meta.codes].codes[0]

    assert code.label in words.line(topic, {field.name: code.code})
    assert code.label in dict(words.item(Item("i", topic, {field.name: code.code})).fields)[plain(field.name)]


@pytest.mark.parametrize("code_list", sorted(POLICY.codes))
def test_a_cell_named_after_a_code_list_is_said_by_it(words: Words, code_list: str) -> None:
    code = POLICY.codes[code_list].codes[-1]

    assert words.cell(code_list, code.code).startswith(code.label)
    assert words.cell(f"{code_list}_at_entry", code.code).startswith(code.label)


def test_a_name_that_means_several_things_is_said_by_none_of_their_lists(words: Words) -> None:
    lists = {f.meta.codes for t in event_types().values() for f in t.own_fields if f.name == "kind"}

    assert len(lists) > 1
    assert words.cell("kind", "M") == "M"


def test_a_number_has_its_unit(words: Words) -> None:
    numbers = [f for t in event_types().values() for f in t.own_fields if f.kind is Kind.NUMBER and f.meta.unit]

    assert numbers
    assert words.line("sdq-scored.v1", {"score": 14}) == "SDQ scored: score 14 (points)"
    assert dict(words.item(Item("i", "sdq-scored.v1", {"score": 14})).fields) == {"score": "14 (points)"}


def test_a_line_names_no_other_item_and_keeps_what_is_withheld_in_sight(words: Words) -> None:
    said = words.line(
        "school-left.v1",
        {"effective_at": "2026-05-01T08:00:00Z", "started": "0123456789abcdef" * 2, "reason": {"masked": "restricted"}},
    )

    assert said == "school left: reason withheld (restricted)"


def test_a_message_says_the_same_states_in_the_same_words(words: Words) -> None:
    item = Item(
        "i", "gp-registered.v1", {"effective_on": date(2026, 5, 1), "practice": Masked("protected"), "kind": UNKNOWN}
    )

    said = words.item(item)

    assert said.headline == "GP registered, 1 May 2026"
    assert said.fields == (("practice", "withheld (protected)"), ("kind", "not known"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("release-date-set.v2", "release date set"),
        ("next_placement_known", "next placement known"),
        ("gp-registered", "GP registered"),
        ("gp_registration", "GP registration"),
        ("sdq", "SDQ"),
        ("upn", "UPN"),
        ("from_on", "from"),
        ("gpx_of", "gpx of"),
    ],
)
def test_names_of_ours_are_words(name: str, said: str) -> None:
    assert plain(name) == said


def test_a_day_and_a_telephone_number_are_never_broken(words: Words) -> None:
    cell = words.cell("social_worker", {"name": "Invented-Worker", "phone": "01632 960001", "since": "2026-05-02"})

    assert cell.replace(UNBROKEN, " ") == "Invented-Worker, phone 01632 960001, since 02 May 2026"
    shown = table(["who"] * 6, [[cell] * 6])
    assert "02 May 2026" in shown
    assert "01632 960001" in shown


def test_one_long_column_of_prose_is_still_a_table() -> None:
    prose = "invented words " * 20

    assert table(["on", "in words"], [["02 May 2026", prose], ["03 May 2026", prose]]).splitlines()[0].split() == [
        "on",
        "in",
        "words",
    ]
