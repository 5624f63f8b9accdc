"""Which authority a postcode lies in, read from a CSV file."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.places_csv import Places, read_places, tidy_postcode

REGISTER = Path(__file__).resolve().parents[2] / "schemas" / "register"


def places(tmp_path: Path, text: str) -> Places:
    """Read this text as places.csv."""
    (tmp_path / "places.csv").write_text(text, encoding="utf-8")
    return read_places(tmp_path / "places.csv")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("postcode,name\nZZ1 1AA,Nowhere\n", "line 1: has one column authority or gss_code"),
        ("authority\nE06000047\n", "line 1: has one column postcode or postcode_district"),
        ("postcode,authority\nnowhere,E06000047\n", r"line 2: postcode: a postcode \(ZZ1 1AA\) or a postcode district"),
        ("postcode,authority\nZZ1 1AA,E06000047\nZZ1 1AB,Durham\n", "line 3: authority: an ONS code"),
        ("postcode,authority\nZZ1 1AA,E06000047\nzz11aa,E06000001\n", "line 3: postcode: a whole postcode lies in one"),
        ("postcode,authority\nZZ1 1AA\n", "line 2: authority: an ONS code"),
        ('postcode,authority\n"ZZ1 1AA,E06000047\n', "well-formed CSV"),
        ("", "line 1: has one column"),
    ],
)
def test_a_file_that_is_not_sound_is_refused_with_line_column_and_rule(tmp_path, text, says) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        places(tmp_path, text)

    assert "nowhere" not in str(refused.value)


def test_a_file_that_is_missing_is_refused_by_its_name(tmp_path) -> None:
    with pytest.raises(ValueError, match=r"^places\.csv: there is no such file$"):
        read_places(tmp_path / "places.csv")


@pytest.mark.parametrize("written", ["", "ZZ1", "ZZ11 1", "1ZZ AAA", "ZZ1 1AAA", "ZZ1 AAA"])
def test_what_is_not_of_postcode_form_lies_nowhere(tmp_path, written) -> None:
    assert tidy_postcode(written) is None
    assert places(tmp_path, "postcode,authority\nZZ1,E06000047\n").authority(written) is None


def test_a_district_in_two_authorities_answers_for_neither(tmp_path) -> None:
    both = places(tmp_path, "postcode_district,authority\nZZ1,E06000047\nZZ1,E06000001\nZZ2,E06000001\n")

    assert both.authority("ZZ1 1AA") is None
    assert both.authority("ZZ2 1AA") == "E06000001"
    assert both.authority("ZZ3 1AA") is None


def test_the_whole_postcode_wins_over_its_district(tmp_path) -> None:
    here = places(tmp_path, "postcode,gss_code,note\nZZ1,E06000047,all of it\nZZ1 1AA,E06000001,but this\n")

    assert here.authority("ZZ1 1AB") == "E06000047"
    assert here.authority("zz11aa") == "E06000001"


def test_the_register_s_own_table_loads() -> None:
    register = read_places(REGISTER / "postcode_area.csv")

    assert register.authority("DH1 1AA") == "E06000047"
    assert register.authority("DH3 1AA") is None  # reaches into Gateshead and Sunderland
    assert len(register.districts) > 2_000
