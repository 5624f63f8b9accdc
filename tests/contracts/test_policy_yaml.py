"""The sharing policy as a file: what its reader refuses, and what it makes of the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import yaml

from adapters.document_store import (
    policy_bundle,
    schemas_dir,
)
from adapters.policy_yaml import read_policy
from domain.policy import Action, Basis, Force, Reach, Row
from domain.vocabulary import DataClass, Role

DAY, EVE, LATER = date(2024, 6, 1), date(2024, 5, 31), date(2025, 1, 1)
CODES = (
    "code,label,class,coarse,coarse_label,whole_event,valid_from,valid_to,source\n"
    "1,Invented,identity,,,,,,an invented list\n"
)
HIDE = {"action": "hide", "force": "house", "from": DAY, "ground": "not needed", "source": "ours"}
SHARE = {
    "action": "share",
    "basis": "legal_duty",
    "reach": "history",
    "force": "duty",
    "from": DAY,
    "source": "an invented Act s1",
}
COARSEN = SHARE | {"action": "coarsen", "ground": "coarse form only"}
MASK = SHARE | {"action": "mask", "ground": "restricted"}
CONSENT = SHARE | {"basis": "consent", "otherwise": "hide"}
NOTICE = {"event": "released", "role": "home-yot", "force": "duty", "from": DAY, "source": "an invented Act s2"}


class InFull(yaml.CSafeDumper):
    """Writes equal values out each time, as a person would."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 (PyYAML's signature)
        return True


def draft() -> dict[str, Any]:
    """A small policy that is sound: everything is hidden from everyone."""
    entry = dict.fromkeys(("meaning", "article_6", "article_9", "criminal", "confidence", "owner"), "invented")
    return {
        "policy": "invented",
        "title": "An invented policy",
        "note": "A draft.",
        "classes": {
            c.value: entry | {"review_on": LATER, "rows": {r.value: dict(HIDE) for r in Role}} for c in DataClass
        },
        "notices": [],
        "gates": {
            "protected-address": {
                "meaning": "invented",
                "classes": ["placement_address"],
                "except": ["responsible-authority"],
                "action": "mask",
                "ground": "protected",
                "source": "ours",
            }
        },
    }


def files(content: dict[str, Any]) -> dict[str, str]:
    return {"sharing-policy.yaml": yaml.dump(content, Dumper=InFull), "codes/invented.csv": CODES}


def read_row(rows: object) -> tuple[Row, ...]:
    """These rows for one class and role of the draft, as they are read."""
    content = draft()
    content["classes"]["placement"]["rows"]["school"] = rows
    return read_policy(files(content), "0" * 64).classes[DataClass.PLACEMENT].rows[Role.SCHOOL]


def without(row: dict[str, Any], *columns: str) -> dict[str, Any]:
    return {column: value for column, value in row.items() if column not in columns}


# --- a row that is refused -------------------------------------------------------------------------------------------

ROWS_REFUSED = {
    "unknown key": (SHARE | {"colour": "red"}, "column colour: not known here"),
    "no action": (without(SHARE, "action"), "column action: must be given"),
    "no source": (without(SHARE, "source"), "column source: must be given"),
    "no force": (without(SHARE, "force"), "column force: must be given"),
    "no first day": (without(SHARE, "from"), "column from: must be given"),
    "wrong action": (SHARE | {"action": "open"}, "column action: must be one of share, coarsen, mask, hide"),
    "wrong basis": (SHARE | {"basis": "habit"}, "column basis: must be one of legal_duty, "),
    "wrong force": (SHARE | {"force": "habit"}, "column force: must be one of duty, "),
    "wrong reach": (SHARE | {"reach": "far"}, "column reach: must be one of history, relationship"),
    "wrong otherwise": (CONSENT | {"otherwise": "ask"}, "column otherwise: must be one of"),
    "action is a list": (SHARE | {"action": ["share"]}, "column action: must be one of"),
    "share without basis": (without(SHARE, "basis"), "column basis: must be given"),
    "share without reach": (without(SHARE, "reach"), "column reach: must be given"),
    "mask without reach": (without(MASK, "reach"), "column reach: must be given"),
    "coarsen without ground": (without(COARSEN, "ground"), "column ground: must be given"),
    "mask without ground": (without(MASK, "ground"), "column ground: must be given"),
    "hide without ground": (without(HIDE, "ground"), "column ground: must be given"),
    "ground of blanks": (HIDE | {"ground": " "}, "column ground: must be words"),
    "mask with a telling ground": (MASK | {"ground": "in custody"}, "column ground: on a mask the recipient reads it"),
    "share with a ground": (SHARE | {"ground": "why?"}, "column ground: not known here"),
    "hide with a basis": (HIDE | {"basis": "legal_duty"}, "column basis: not known here"),
    "hide with a reach": (HIDE | {"reach": "history"}, "column reach: not known here"),
    "consent without otherwise": (without(CONSENT, "otherwise"), "column otherwise: must be given"),
    "otherwise without consent": (SHARE | {"otherwise": "hide"}, "column otherwise: not known here"),
    "shared without a consent": (CONSENT | {"otherwise": "share"}, "column otherwise: must be mask or hide"),
    "coarsened without a consent": (CONSENT | {"otherwise": "coarsen"}, "column otherwise: must be mask or hide"),
    "a consent to nothing": (
        MASK | {"basis": "consent", "otherwise": "mask"},
        "column otherwise: must be mask or hide, and tell less",
    ),
    "masked without a ground": (CONSENT | {"otherwise": "mask"}, "column ground: must be given"),
    "masked for a telling reason": (
        CONSENT | {"otherwise": "mask", "ground": "in custody"},
        "column ground: on a mask the recipient reads it",
    ),
    "source of numbers": (SHARE | {"source": 13}, "column source: must be words"),
    "day as text": (SHARE | {"from": "1 June 2024"}, "column from: must be a date"),
    "day as a moment": (SHARE | {"from": datetime(2024, 6, 1, 9)}, "column from: must be a date"),  # noqa: DTZ001
    "last day of the calendar": (SHARE | {"until": date.max}, "column until: must be a date"),
    "ends before it starts": (SHARE | {"until": EVE}, "column until: the last day in force is not before the first"),
    "no mapping": ("hide", "must be a mapping"),
    "no rows": ([], "a list of rows has at least one"),
    "overlap": ([SHARE | {"until": LATER}, HIDE | {"from": LATER}], "row 2, column from: .* never overlap"),
    "open row before another": ([SHARE, HIDE | {"from": LATER}], "row 2, column from: .* never overlap"),
    "out of order": ([SHARE | {"from": LATER}, HIDE | {"until": EVE, "from": EVE}], "row 2, column from: .* in order"),
    "gap": ([SHARE | {"until": DAY}, HIDE | {"from": LATER}], "row 2, column from: .* closes a gap"),
    "wrong second row": ([SHARE | {"until": DAY}, HIDE | {"force": "x"}], "row 2, column force: must be one of"),
}


@pytest.mark.parametrize(("rows", "message"), ROWS_REFUSED.values(), ids=ROWS_REFUSED.keys())
def test_a_row_that_is_not_sound_is_refused_by_class_role_column_and_rule(rows: object, message: str) -> None:
    with pytest.raises(ValueError, match=f"^sharing-policy.yaml, class placement, role school[,:] {message}"):
        read_row(rows)


# --- a policy that is refused ----------------------------------------------------------------------------------------


def drop(*path: str) -> Callable[[dict[str, Any]], None]:
    return lambda content: at(content, path[:-1]).pop(path[-1])


def put(value: object, *path: str) -> Callable[[dict[str, Any]], None]:
    return lambda content: at(content, path[:-1]).update({path[-1]: value})


def at(content: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for key in path:
        content = content[key]
    return content


GATE = ("gates", "protected-address")
POLICIES_REFUSED = {
    "unknown part": (put(1, "colour"), "part colour: not known here"),
    "missing part": (drop("note"), "part note: must be given"),
    "missing class": (drop("classes", "custody"), "class custody: must be given"),
    "unknown class": (put({}, "classes", "weather"), "class weather: not known here"),
    "missing role": (drop("classes", "custody", "rows", "school"), "class custody, role school: must be given"),
    "unknown role": (put(HIDE, "classes", "custody", "rows", "crowd"), "class custody, role crowd: not known here"),
    "no owner": (drop("classes", "custody", "owner"), "class custody, column owner: must be given"),
    "empty article": (put("", "classes", "custody", "article_9"), "class custody, column article_9: must be words"),
    "review at some time": (put("soon", "classes", "custody", "review_on"), "class custody, column review_on: must be"),
    "notices by name": (put({}, "notices"), "part notices: must be a list"),
    "unknown event": (put([NOTICE | {"event": "fell"}], "notices"), "notice 1, column event: no event type"),
    "versioned event": (put([NOTICE | {"event": "released.v1"}], "notices"), "column event: no event type"),
    "unknown recipient": (put([NOTICE | {"role": "crowd"}], "notices"), "notice 1, column role: must be one of"),
    "notice without a source": (put([without(NOTICE, "source")], "notices"), "notice 1, column source: must be"),
    "notice with an action": (put([NOTICE | {"action": "share"}], "notices"), "column action: not known here"),
    "two notices at once": (put([NOTICE, NOTICE], "notices"), "notice 2, column from: .* never overlap"),
    "no gate": (put({}, "gates"), "gate protected-address: must be given"),
    "a gate that nothing applies": (put({}, "gates", "embargo"), "gate embargo: not known here"),
    "gate of an unknown class": (put(["weather"], *GATE, "classes"), "gate protected-address, column classes: must be"),
    "gate of no class": (put([], *GATE, "classes"), "gate protected-address, column classes: a gate protects"),
    "gate of one word": (put("placement", *GATE, "classes"), "gate protected-address, column classes: must be a list"),
    "gate naming a class twice": (put(["placement"] * 2, *GATE, "classes"), "column classes: a word stands once"),
    "gate but for an unknown role": (put(["crowd"], *GATE, "except"), "column except: must be one of"),
    "gate that hides": (put("hide", *GATE, "action"), "gate protected-address, column action: must be mask"),
    "gate with a telling ground": (put("adoption", *GATE, "ground"), "column ground: on a mask the recipient reads it"),
}


@pytest.mark.parametrize(("change", "message"), POLICIES_REFUSED.values(), ids=POLICIES_REFUSED.keys())
def test_a_policy_that_is_not_sound_is_refused_by_place_and_rule(
    change: Callable[[dict[str, Any]], None], message: str
) -> None:
    content = draft()
    change(content)

    with pytest.raises(ValueError, match=f"^sharing-policy.yaml, (.*, )?{message}"):
        read_policy(files(content), "0" * 64)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("policy: a\npolicy: b\n", "line 2: policy is said twice"),
        ("gates:\n  a: {ground: x, ground: y}\n", "line 2: ground is said twice"),
        ("a: &a {x: y}\nb:\n  <<: *a\n", "line 3"),
        ("1: one\n", "line 1: a key is a word"),
        ("a: [1\n", "line 2"),
        ("a: !!python/object:os.system x\n", "line 1"),
        ("a: 2023-02-30\n", "day is out of range"),
        ("a: \x00\n", "special characters are not allowed|control characters"),
        ("", "must be a mapping"),
        ("- a\n", "must be a mapping"),
    ],
)
def test_text_that_is_no_plain_yaml_mapping_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^sharing-policy.yaml.*({message})"):
        read_policy({"sharing-policy.yaml": text}, "0" * 64)


def test_a_policy_without_its_file_or_with_a_strange_one_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^sharing-policy\.yaml: the policy needs this file"):
        read_policy({"codes/invented.csv": CODES}, "0" * 64)
    with pytest.raises(ValueError, match=r"^notes\.txt: a policy is made of"):
        read_policy(files(draft()) | {"notes.txt": ""}, "0" * 64)


def test_a_code_list_that_is_not_sound_is_refused_by_its_file() -> None:
    with pytest.raises(ValueError, match=r"^invented\.csv, line 2, column class: one of the data classes"):
        read_policy(files(draft()) | {"codes/invented.csv": CODES.replace("identity", "weather")}, "0" * 64)


# --- a policy that is read -------------------------------------------------------------------------------------------


def test_a_row_is_read_column_by_column() -> None:
    assert read_row(COARSEN | {"until": LATER, "reach": "relationship"}) == (
        Row(
            Action.COARSEN,
            "an invented Act s1",
            Force.DUTY,
            DAY,
            LATER,
            Basis.LEGAL_DUTY,
            Reach.RELATIONSHIP,
            "coarse form only",
        ),
    )


def test_a_consent_row_says_what_happens_without() -> None:
    (row,) = read_row(CONSENT | {"otherwise": "mask", "ground": "restricted"})

    assert (row.action, row.basis, row.otherwise) == (Action.SHARE, Basis.CONSENT, Action.MASK)


def test_rows_that_follow_each_other_are_read_in_order() -> None:
    earlier, later = read_row([HIDE | {"from": date(2020, 1, 1), "until": EVE}, SHARE])

    assert (earlier.ends, later.starts) == (EVE, DAY)


def test_notices_of_one_event_that_follow_each_other_are_read() -> None:
    content = draft()
    content["notices"] = [NOTICE | {"until": DAY}, NOTICE | {"from": LATER}]

    assert [rule.starts for rule in read_policy(files(content), "0" * 64).notices] == [DAY, LATER]


def test_the_policy_of_this_project_is_read() -> None:
    policy = read_policy(policy_bundle(schemas_dir()), "0" * 64)

    assert list(policy.classes) == list(DataClass)
    assert all(list(entry.rows) == list(Role) for entry in policy.classes.values())
    assert policy.content_hash == "0" * 64
    assert "draft" in policy.note
    assert policy.codes["placement"].find("K1") is not None
