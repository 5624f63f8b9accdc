"""The policy as tables: they say of every field what redaction does with it, and the signed page leaves nothing out."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from adapters.document_store import policy_bundle, schemas_dir
from adapters.policy_yaml import read_policy
from domain.events import (
    AddressProtected,
    CareStarted,
    CustodyEntered,
    Event,
    HealthAssessmentCompleted,
    OutOfAreaPlacementNotified,
    PlacementMade,
    ThirdPartyText,
    event_types,
)
from domain.feed import Masked
from domain.history import Fact
from domain.policy import NOTHING_DECIDED, Action, Basis, ClassPolicy, Force, Policy, Row
from domain.policy_table import (
    AS_IT_IS,
    BY_CODE,
    COARSE_FORM,
    DISTRICT,
    GATED,
    MASK,
    NOTHING,
    decisions_table,
    table_csv,
    table_markdown,
)
from domain.redaction import Standing, permit
from domain.vocabulary import Audience, DataClass, Role

D, R = DataClass, Role
POLICY = read_policy(policy_bundle(schemas_dir()), "0" * 64)
EVENTS = event_types()
DAY = date(2026, 9, 29)
NEXT_DAY = DAY + timedelta(days=1)
SHARED = Row(Action.SHARE, "an invented Act s1", Force.DUTY, date(2020, 1, 1), basis=Basis.LEGAL_DUTY)
COARSENED = replace(SHARED, action=Action.COARSEN, ground="coarse form only")


def with_entry(entry: ClassPolicy) -> Policy:
    """The policy of this project with another entry for one class."""
    classes = {**POLICY.classes, entry.data_class: entry}
    p = POLICY
    return Policy(p.content_hash, p.name, p.title, p.note, classes, p.notices, p.gates, p.codes)


def with_row(data_class: DataClass, role: Role, row: Row) -> Policy:
    """The policy of this project with another row for one class and role."""
    entry = POLICY.classes[data_class]
    return with_entry(replace(entry, rows={**entry.rows, role: (row,)}))


# --- every field decided: the table says what redaction does ---------------------------------------------------------

OTHER = UUID(int=9)
SAMPLES: list[Event] = [
    CareStarted(effective_on=DAY, legal_status="C2", need="N2", home_postcode="DH1 5UE"),
    PlacementMade(
        effective_on=DAY,
        urgency="planned",
        placement_type="K2",
        provider="PR4",
        area_authority="E06000047",
        address="1 Invented Street",
        postcode="DH1 5UE",
        home_name="Invented House",
        urn="SC000000",
        carer_relation="relative",
        meant_to_last_until=NEXT_DAY,
    ),
    CustodyEntered(
        effective_on=DAY,
        custody_kind="remand",
        establishment_kind="secure-school",
        establishment="Invented School",
        status_before="V2",
        health_needs=True,
    ),
    HealthAssessmentCompleted(
        effective_on=DAY,
        assessment_kind="initial",
        summary="invented",
        next_due_on=NEXT_DAY,
        clinical="invented",
        sensitive="invented",
        third_party=ThirdPartyText("mother", "invented"),
    ),
    OutOfAreaPlacementNotified(effective_on=DAY, placement=OTHER, notified_by="placing-authority", needs="invented"),
    AddressProtected(effective_on=DAY, placement=OTHER, ground="significant-harm"),
]
STATES = {AS_IT_IS: {"same"}, COARSE_FORM: {"other"}, DISTRICT: {"other"}, MASK: {"mask"}, NOTHING: {"absent"}}
BY_CODE_STATES = {BY_CODE: {"same", "other", "absent"}}


def state(event: Event, role: Role, name: str) -> str:
    """What became of a field for a role with every consent given: same, other, mask or absent."""
    decisions = POLICY.decisions(role, DAY, dict.fromkeys(DataClass, UUID(int=1)))
    in_force = frozenset({UUID(int=2)})  # what a row with the reach `start` is about
    standing = Standing(Audience("E06000047", role), DAY, decisions, in_force, frozenset(), POLICY)
    permitted = permit(Fact(UUID(int=2), 1, event, DAY, "E06000047", (), history=False), standing)
    if permitted is None or (name not in permitted.fields and "record" not in permitted.fields):
        return "absent"
    shown = permitted.fields.get(name, permitted.fields.get("record"))
    value = getattr(event, name)
    plain = value.text if isinstance(value, ThirdPartyText) else value
    return "mask" if isinstance(shown, Masked) else "same" if shown == plain else "other"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("event", SAMPLES, ids=lambda e: e.TYPE.name)
def test_the_table_says_of_a_field_what_redaction_does_with_it(event: Event, role: Role) -> None:
    said = {d.field: d.shows for d in decisions_table(POLICY, {event.TYPE.topic: event.TYPE}, DAY) if d.role is role}
    for name, shows in said.items():
        if getattr(event, name) is None:
            continue
        allowed = (STATES | BY_CODE_STATES)[shows.removesuffix(GATED)] | ({"mask"} if shows.endswith(GATED) else set())
        assert state(event, role, name) in allowed, (name, shows)


def test_a_code_that_may_not_be_told_exactly_is_not_called_shared() -> None:
    shows = {
        d.field: d.shows
        for d in decisions_table(POLICY, EVENTS, DAY)
        if d.event == "placement-made.v1" and d.role is R.HOST_AUTHORITY
    }

    assert shows["placement_type"] == BY_CODE
    assert shows["area_authority"] == AS_IT_IS


def test_a_field_of_an_event_that_is_hidden_rests_on_the_events_row() -> None:
    [decision] = [
        d
        for d in decisions_table(POLICY, EVENTS, DAY)
        if (d.event, d.field, d.role) == ("custody-entered.v1", "status_before", R.LOCAL_HEALTH)
    ]

    assert (decision.shows, decision.data_class, decision.row) == (
        NOTHING,
        D.CUSTODY,
        POLICY.row(D.CUSTODY, R.LOCAL_HEALTH, DAY),
    )


def test_an_event_that_is_masked_leaves_a_mask_for_what_the_role_might_see_and_nothing_else() -> None:
    masked = replace(SHARED, action=Action.MASK, ground="restricted")
    table = decisions_table(with_row(D.CUSTODY, R.HOST_AUTHORITY, masked), EVENTS, DAY)
    shows = {d.field: d.shows for d in table if (d.event, d.role) == ("custody-entered.v1", R.HOST_AUTHORITY)}

    assert (shows["effective_on"], shows["status_before"], shows["health_needs"]) == (MASK, MASK, NOTHING)


def test_only_who_is_under_the_gate_and_would_be_shown_something_reads_of_a_mask() -> None:
    table = decisions_table(POLICY, EVENTS, DAY)
    shows = {d.role: d.shows for d in table if (d.event, d.field) == ("placement-made.v1", "postcode")}

    assert shows[R.RESPONSIBLE_AUTHORITY] == AS_IT_IS
    assert shows[R.HOST_AUTHORITY] == AS_IT_IS + GATED
    assert shows[R.HOME_YOT] == DISTRICT + GATED
    assert shows[R.LOCAL_YOT] == NOTHING


def test_a_field_of_an_event_on_consent_rests_on_that_consent() -> None:
    policy = with_row(D.THIRD_PARTY, R.VIRTUAL_SCHOOL, SHARED)
    [decision] = [
        d
        for d in decisions_table(policy, EVENTS, DAY)
        if (d.event, d.field, d.role) == ("health-assessment-completed.v1", "third_party", R.VIRTUAL_SCHOOL)
    ]

    assert (decision.shows, decision.row.basis, decision.data_class) == (AS_IT_IS, Basis.CONSENT, D.HEALTH_SUMMARY)


def test_every_decision_that_tells_something_has_a_basis_and_every_other_a_ground() -> None:
    table = decisions_table(POLICY, EVENTS, DAY)

    assert [d for d in table if d.shows != NOTHING and (d.row.basis is None or not d.row.source)] == []
    assert [d for d in table if d.row.action is Action.HIDE and not d.row.ground] == []


# --- the page that is signed, and the spreadsheet --------------------------------------------------------------------


def lines_of(policy: Policy, on: date, section: str) -> list[list[str]]:
    """The cells of one section's table in the signed page."""
    page = table_markdown(policy, on).split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in page.splitlines() if line[:2] == "| "]


def test_the_page_has_every_class_for_every_role() -> None:
    head, *rows = lines_of(POLICY, DAY, "Who is told what")

    assert head == ["class", *(r.value for r in Role)]
    assert [row[0] for row in rows] == [c.value for c in DataClass]
    assert all(len(row) == len(head) and all(row) for row in rows)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (replace(SHARED, force=Force.PROPOSAL), "hide (undecided)"),
        (replace(SHARED, basis=Basis.CONSENT, otherwise=Action.MASK, ground="restricted"), "share on consent / mask"),
        (COARSENED, "coarsen"),
    ],
)
def test_the_page_says_in_a_word_what_a_row_does(row: Row, word: str) -> None:
    rows = lines_of(with_row(D.EDUCATION, R.SCHOOL, row), DAY, "Who is told what")

    [education] = [cells for cells in rows if cells[0] == "education"]
    assert education[1 + list(Role).index(R.SCHOOL)] == word


def test_the_page_lists_what_is_already_dated_with_its_day_and_ground() -> None:
    _, *rows = lines_of(POLICY, DAY, "What changes later")

    assert ["2026-09-30", "missing", "local-health", "hide", "share (legal_duty, duty)"] in [row[:5] for row in rows]
    assert ["2026-09-30", "health_needs_flag", "home-yot"] in [row[:3] for row in rows]
    assert "Nothing dated." in table_markdown(POLICY, NEXT_DAY)


def test_the_page_has_what_is_signed_for_each_class_and_a_line_for_each_owner() -> None:
    _, *classes = lines_of(POLICY, date(2030, 1, 1), "What is signed")
    _, *owners = lines_of(POLICY, DAY, "Signatures")

    assert [row[0] for row in classes] == [c.value for c in DataClass]
    assert all(row[7].endswith("(overdue)") for row in classes)
    assert {row[0] for row in owners} == {entry.owner for entry in POLICY.classes.values()}


def test_the_page_names_its_version_and_says_that_it_is_a_draft() -> None:
    page = table_markdown(POLICY, DAY)

    assert f"`{POLICY.content_hash}`, as it stands on 2026-09-29" in page
    assert "it has not been signed" in page


def test_a_stroke_or_a_line_break_in_a_text_does_not_break_the_page() -> None:
    policy = with_entry(replace(POLICY.classes[D.IDENTITY], meaning="one | two\nthree"))

    assert "| identity | one \\| two three |" in table_markdown(policy, DAY)


def test_the_spreadsheet_has_a_line_for_each_class_and_role_with_every_column() -> None:
    lines = list(csv.DictReader(io.StringIO(table_csv(POLICY, DAY)), strict=True))

    assert [(line["class"], line["role"]) for line in lines] == [(c.value, r.value) for c in DataClass for r in Role]
    [line] = [line for line in lines if (line["class"], line["role"]) == ("missing", "home-yot")]
    missing = POLICY.classes[D.MISSING]
    hidden = [
        "hide",
        "",
        "",
        "duty",
        "2018-05-25",
        "2026-09-29",
        "",
        "not needed for the purpose",
    ]
    source = "UK GDPR Art 5(1)(c)"
    signed = [missing.article_6, missing.article_9, missing.criminal, missing.confidence, missing.owner, "2027-04-01"]
    assert list(line.values()) == ["missing", "home-yot", *hidden, source, missing.meaning, *signed]


def test_the_spreadsheet_keeps_quotes_and_leaves_an_undecided_row_empty() -> None:
    entry = replace(POLICY.classes[D.IDENTITY], meaning='the "name", and so on', rows={})
    every = csv.DictReader(io.StringIO(table_csv(with_entry(entry), DAY)), strict=True)
    lines = [line for line in every if line["class"] == "identity"]

    assert len(lines) == len(Role)
    assert {line["meaning"] for line in lines} == {'the "name", and so on'}
    assert {(line["action"], line["from"], line["source"], line["ground"]) for line in lines} == {
        ("hide", "", "", NOTHING_DECIDED.ground)
    }
