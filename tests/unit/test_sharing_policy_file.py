"""The sharing policy as a file, read with PyYAML alone: the loader in domain/policy.py is not its own witness."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from yaml.constructor import ConstructorError
from yaml.resolver import BaseResolver

from domain.events import event_types
from domain.vocabulary import DataClass, Role

POLICY_FILE = Path(__file__).parents[2] / "schemas" / "policy" / "sharing-policy.yaml"

SIGNED = {"meaning", "article_6", "article_9", "criminal", "confidence", "owner", "review_on"}
BASES = {"legal_duty", "public_task", "vital_interest", "court_order", "consent"}
FORCES = {"duty", "guidance", "proposal", "house"}
REACHES = {"start", "relationship", "history"}
OPENNESS = {"hide": 0, "mask": 1, "coarsen": 2, "share": 3}
SHOWN_GROUNDS = {"held elsewhere", "protected", "restricted"}
ALWAYS = {"action", "source", "force", "from"}
MAY_ADD = {
    "share": {"basis", "reach", "until", "otherwise"},
    "coarsen": {"basis", "reach", "until", "ground"},
    "mask": {"basis", "reach", "until", "ground"},
    "hide": {"until", "ground"},
}
OPTIONAL = {"until", "otherwise"}
KEPT = ["adoption", "care_detail", "identifier_local", "child_voice", "immigration", "court_embargoed"]
KEPT += ["consent", "protection", "administration"]
DUTY_TO_SHARE_STARTS = date(2026, 9, 30)


class OnceOnly(yaml.SafeLoader):
    """PyYAML keeps the last of two equal keys without a word; a policy may not say two things."""


def _mapping(loader: OnceOnly, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise ConstructorError(None, None, f"said twice: {sorted(twice)}", node.start_mark)
    return {key: loader.construct_object(value, deep=True) for key, (_, value) in zip(keys, node.value, strict=True)}


OnceOnly.add_constructor(BaseResolver.DEFAULT_MAPPING_TAG, _mapping)

POLICY: dict[str, Any] = yaml.load(POLICY_FILE.read_text(encoding="utf-8"), OnceOnly)  # noqa: S506 (a SafeLoader)


def dated(data_class: str, role: str) -> list[dict[str, Any]]:
    """The rows of one class for one role, earliest first."""
    row = POLICY["classes"][data_class]["rows"][role]
    return row if isinstance(row, list) else [row]


def every_row() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for data_class, entry in POLICY["classes"].items():
        for role in entry["rows"]:
            for row in dated(data_class, role):
                yield data_class, role, row


def openness(data_class: str, role: str, on: date) -> int:
    """How much is told on that day if no consent is in force and no gate stands."""
    for row in dated(data_class, role):
        if row["from"] <= on <= row.get("until", date.max):
            return OPENNESS["hide" if row["force"] == "proposal" else row.get("otherwise", row["action"])]
    return OPENNESS["hide"]


def days_of_change() -> list[date]:
    return sorted({row["from"] for _, _, row in every_row()})


ROWS = [pytest.param(row, id=f"{c}-{r}-{row['from']}") for c, r, row in every_row()]


# --- what the file must refuse to hold -------------------------------------------------------------------------------


def test_a_key_said_twice_is_refused() -> None:
    with pytest.raises(yaml.YAMLError, match="said twice"):
        yaml.load("school: {action: hide}\nschool: {action: share}\n", OnceOnly)  # noqa: S506 (a SafeLoader)


@pytest.mark.parametrize("data_class", KEPT)
def test_kept_classes_never_leave_the_responsible_authority(data_class: str) -> None:
    told = {role for c, role, row in every_row() if c == data_class and row["action"] != "hide"}
    assert told == {"responsible-authority"}


@pytest.mark.parametrize("data_class", [c.value for c in DataClass])
def test_an_auditor_is_told_nothing_by_feed(data_class: str) -> None:
    assert {row["action"] for row in dated(data_class, "auditor")} == {"hide"}


def test_a_designated_teacher_is_told_whom_to_ring_and_education_and_nothing_of_placement_health_or_justice() -> None:
    told = {c for c, role, row in every_row() if role == "school" and row["action"] != "hide"}
    assert told == {"identity", "identifier_upn", "care_status", "contact_detail", "education"}


def test_a_designated_teacher_is_told_that_the_child_is_looked_after_and_never_under_what() -> None:
    assert {row["action"] for row in dated("care_status", "school")} == {"coarsen"}


@pytest.mark.parametrize("data_class", ["placement_address", "health_clinical", "notice"])
def test_the_health_body_that_the_child_left_is_not_told_where_the_child_is_placed_next(data_class: str) -> None:
    assert {row["action"] for row in dated(data_class, "departing-health")} == {"hide"}
    assert {row["action"] for row in dated("placement", "departing-health")} == {"coarsen"}


@pytest.mark.parametrize("data_class", ["health_summary", "therapy_status"])
def test_the_health_body_that_the_child_left_has_what_it_must_hand_over(data_class: str) -> None:
    assert {(row["action"], row["reach"]) for row in dated(data_class, "departing-health")} == {("share", "start")}


def test_a_childrens_homes_notice_is_told_to_nobody_whom_it_would_tell_the_kind_of_home() -> None:
    told = {role for c, role, row in every_row() if c == "notice" and row["action"] != "hide"}
    assert told == {"responsible-authority", "host-authority", "ordinary-residence-authority"}


def test_the_authority_of_ordinary_residence_is_told_who_where_and_whom_to_ring() -> None:
    told = {c for c, role, row in every_row() if role == "ordinary-residence-authority" and row["action"] == "share"}
    assert told == {"identity", "placement", "placement_address", "contact_detail", "health_needs_flag"}


def test_the_virtual_school_has_all_of_education_wherever_and_whenever() -> None:
    assert {(row["action"], row["reach"]) for row in dated("education", "virtual-school")} == {("share", "history")}


@pytest.mark.parametrize("data_class", ["offending", "custody"])
def test_offending_and_custody_go_to_youth_offending_teams_and_the_responsible_authority_only(data_class: str) -> None:
    told = {role for c, role, row in every_row() if c == data_class and row["action"] != "hide"}
    assert told == {"responsible-authority", "home-yot", "local-yot"}


def test_the_strictest_health_class_is_told_by_consent_to_health_and_otherwise_hidden() -> None:
    told = [(role, row) for c, role, row in every_row() if c == "health_sensitive" and row["action"] != "hide"]
    assert {role for role, _ in told} == {"originating-health", "local-health"}
    assert all(row["basis"] == "consent" and row["otherwise"] == "hide" for _, row in told)


@pytest.mark.parametrize(
    ("tells_more", "tells_less"),
    [
        ("placement_address", "placement"),
        ("health_clinical", "health_summary"),
        ("health_summary", "health_needs_flag"),
    ],
)
def test_no_role_is_told_the_fuller_class_more_openly_than_the_class_it_implies(
    tells_more: str, tells_less: str
) -> None:
    wrong = [
        (role, day)
        for role in Role
        for day in days_of_change()
        if openness(tells_more, role, day) > openness(tells_less, role, day)
    ]
    assert wrong == []


# --- form of the whole ------------------------------------------------------------------------------------------------


def test_the_file_has_its_parts_and_no_others() -> None:
    assert set(POLICY) == {"policy", "title", "note", "classes", "notices", "gates"}
    assert "draft" in POLICY["note"]
    assert "invented" in POLICY["note"]


def test_every_data_class_is_there_once_in_the_order_of_the_vocabulary() -> None:
    assert list(POLICY["classes"]) == [c.value for c in DataClass]


@pytest.mark.parametrize("data_class", [c.value for c in DataClass])
def test_a_class_has_what_a_guardian_signs_and_a_row_for_every_role(data_class: str) -> None:
    entry = POLICY["classes"][data_class]
    assert set(entry) == SIGNED | {"rows"}
    assert all(isinstance(entry[key], str) and entry[key].strip() for key in SIGNED - {"review_on"})
    assert type(entry["review_on"]) is date
    assert list(entry["rows"]) == [r.value for r in Role]


# --- form of a row ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_the_keys_its_action_wants_and_known_words(row: dict[str, Any]) -> None:
    may_add = MAY_ADD[row["action"]]
    assert set(row) <= ALWAYS | may_add
    assert set(row) >= ALWAYS | (may_add - OPTIONAL)
    assert row["force"] in FORCES
    assert row.get("basis", "legal_duty") in BASES
    assert row.get("reach", "history") in REACHES
    assert row["source"].strip()
    assert row.get("ground", "none wanted").strip()
    assert {type(row["from"]), type(row.get("until", row["from"]))} == {date}


@pytest.mark.parametrize("row", ROWS)
def test_a_consent_row_and_no_other_says_what_happens_without_consent(row: dict[str, Any]) -> None:
    assert ("otherwise" in row) == (row.get("basis") == "consent")
    assert row.get("otherwise", "hide") in {"mask", "hide"}


def test_a_ground_that_a_recipient_reads_is_coarse() -> None:
    shown = {row["ground"] for _, _, row in every_row() if row["action"] == "mask"}
    shown |= {gate["ground"] for gate in POLICY["gates"].values() if gate["action"] == "mask"}
    assert shown <= SHOWN_GROUNDS


@pytest.mark.parametrize("data_class", [c.value for c in DataClass])
def test_dated_rows_follow_each_other_without_gap_or_overlap_and_the_last_is_open(data_class: str) -> None:
    for rows in (dated(data_class, role) for role in Role):
        assert all(row["from"] <= row["until"] for row in rows[:-1])
        assert [row["until"] + timedelta(days=1) for row in rows[:-1]] == [row["from"] for row in rows[1:]]
        assert "until" not in rows[-1]


def test_a_proposal_opens_nothing_and_the_guidance_after_it_does() -> None:
    proposals = [(c, role, row) for c, role, row in every_row() if row["force"] == "proposal"]
    assert [(c, role) for c, role, _ in proposals] == [("custody", "responsible-authority")]
    row = proposals[0][2]
    assert openness("custody", "responsible-authority", row["until"]) == OPENNESS["hide"]
    assert openness("custody", "responsible-authority", row["until"] + timedelta(days=1)) == OPENNESS["share"]


def test_the_duty_to_share_is_a_dated_duty_whose_start_is_to_be_verified() -> None:
    rows = [row for _, _, row in every_row() if "s16LA" in row["source"]]
    assert {(row["force"], row["from"], "verify" in row["source"]) for row in rows} == {
        ("duty", DUTY_TO_SHARE_STARTS, True)
    }
    before = DUTY_TO_SHARE_STARTS - timedelta(days=1)
    assert openness("missing", "local-health", before) == OPENNESS["hide"]
    assert openness("missing", "local-health", DUTY_TO_SHARE_STARTS) == OPENNESS["share"]


# --- notices and gates ------------------------------------------------------------------------------------------------


def test_a_notice_names_a_known_event_a_role_a_source_and_a_force_once() -> None:
    names = {event_type.name for event_type in event_types().values()}
    for notice in POLICY["notices"]:
        assert set(notice) == {"event", "role", "source", "force", "from"}
        assert notice["event"] in names
        assert notice["role"] in {r.value for r in Role}
        assert notice["force"] in FORCES - {"proposal"}
        assert notice["source"].strip()
        assert type(notice["from"]) is date
    pairs = [(notice["event"], notice["role"]) for notice in POLICY["notices"]]
    assert len(pairs) == len(set(pairs))


def test_nobody_is_asked_to_acknowledge_an_event_it_may_not_see() -> None:
    classes = {event_type.name: event_type.data_class.value for event_type in event_types().values()}
    for notice in POLICY["notices"]:
        day = max(notice["from"], days_of_change()[-1])
        assert openness(classes[notice["event"]], notice["role"], day) >= OPENNESS["coarsen"], notice


def test_both_ends_of_an_out_of_area_placement_and_of_custody_have_someone_who_must_hear() -> None:
    asked = {(notice["event"], notice["role"]) for notice in POLICY["notices"]}
    assert asked >= {
        ("placement-made", "host-authority"),
        ("placement-made", "local-health"),
        ("placement-made", "originating-health"),
        ("placement-ended", "host-authority"),
        ("placement-ended", "local-health"),
        ("out-of-area-placement-notified", "host-authority"),
        ("custody-entered", "responsible-authority"),
        ("sentenced", "responsible-authority"),
        ("release-date-set", "responsible-authority"),
        ("released", "responsible-authority"),
        ("released", "home-yot"),
        ("placement-termination-intended", "host-authority"),
        ("placement-termination-intended", "originating-health"),
        ("placement-termination-intended", "local-health"),
        ("home-admission-notified", "host-authority"),
        ("home-discharge-notified", "host-authority"),
        ("long-term-residence-began", "ordinary-residence-authority"),
        ("long-term-residence-ended", "ordinary-residence-authority"),
        ("detained-by-police", "responsible-authority"),
        ("remanded", "responsible-authority"),
        ("health-needs-flagged", "home-yot"),
        ("health-needs-flagged", "local-yot"),
        ("excluded", "virtual-school"),
    }


def test_a_gate_only_narrows_and_names_known_classes_and_roles() -> None:
    assert "protected-address" in POLICY["gates"]
    for gate in POLICY["gates"].values():
        assert set(gate) == {"meaning", "classes", "except", "action", "ground", "source"}
        assert gate["action"] in {"mask", "hide"}
        assert set(gate["classes"]) <= {c.value for c in DataClass}
        assert set(gate["except"]) <= {r.value for r in Role}


def test_a_protected_address_is_withheld_from_all_but_the_responsible_authority() -> None:
    gate = POLICY["gates"]["protected-address"]
    assert (gate["classes"], gate["except"]) == (["placement_address"], ["responsible-authority"])
