"""What those outside are answered never tells whether the hub knows a child; what does not fit for certain waits in a tray."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from domain.events import event_types
from domain.feed import Told
from domain.forms import Refused
from domain.submission import Identifiers
from gateway.hub import Hub
from gateway.lines import record_lines
from tests.support.anything import TYPES, plain
from tests.support.hubs import (
    CHILD,
    DURHAM,
    HAMPSHIRE,
    HOST,
    NHS_NUMBER,
    PLACED,
    custody,
    record,
    registered,
)
from tests.support.story import SCHOOL

OTHER_NUMBER = "9990000026"
EVENTS: dict[str, dict[str, Any]] = {
    "child-registered": {"authority": DURHAM, "local_id": "7", "born_on": {"unknown": True}},
    "identifier-added": {"upn": "A123456789012"},
    "details-corrected": {"family_name": "Example-Wren"},
    "care-started": {"legal_status": "V2"},
    "legal-status-changed": {"legal_status": "C2"},
    "care-ended": {"reason": "E4A"},
    "placement-made": {k: v for k, v in PLACED.items() if k not in ("type", "label", "child", "effective_on")},
    "placement-relabelled": {"placement": "REF", "placement_type": "U4"},
    "placement-ended": {"placement": "REF", "reason": {"unknown": True}},
    "address-protected": {"placement": "REF", "ground": "domestic-abuse"},
    "address-unprotected": {"protection": "REF"},
    "out-of-area-placement-notified": {"placement": "REF", "notified_by": "home"},
    "notice-acknowledged": {"notice": "REF", "audience": HOST},
    "notified-outside-hub": {
        "about": "REF",
        "recipient_kind": "parent",
        "method": "telephone",
        "told_on": "2026-05-20",
    },
    "health-assessment-completed": {"assessment_kind": "review", "summary": "an invented summary"},
    "health-assessment-declined": {"assessment_kind": "review", "reason": "moved"},
    "custody-entered": {"custody_kind": "remand"},
    "sentenced": {},
    "release-date-set": {"release_on": {"unknown": True}},
    "released": {},
    "consent-recorded": {
        "state": "given",
        "giver": "parent",
        "ground": "parental-responsibility",
        "classes": ["education"],
        "roles": ["school"],
    },
    "consent-withdrawn": {"consent": "REF"},
    "event-corrected": {
        "corrects": "REF",
        "replacement": {"type": "released", "effective_on": "2026-05-20"},
    },
    "event-retracted": {"retracts": "REF", "reason": "wrong-child"},
    "report-received": {"addressed_to": DURHAM},
    "records-linked": {"report": "REF"},
    "records-unlinked": {"report": "REF"},
    "context-changed": {"policy": "x", "register": "y"},
    "entry-quarantined": {"version": 2, "reason": "unreadable"},
    "entry-released": {"version": 2, "dropped": False, "decided_by": "somebody", "why": "an invented ground"},
}


OUTSIDE = {
    "health": "QHM",
    "yot": "yot-hampshire",
    "school": SCHOOL,
    "home": "home-example-4",
    "police": "police-hampshire",
}
EVENTS |= {name: plain(event_type) for name, event_type in TYPES.items() if name not in EVENTS}
EVENTS["responsible-authority-changed"] = {"authority": HAMPSHIRE, "ground": "agreement"}
THOROUGHLY = ("identifier-added", "placement-made", "placement-ended", "custody-entered", "consent-recorded", "event-corrected",
              "event-retracted", "notice-acknowledged", "health-assessment-completed", "care-started", "records-linked")  # fmt: skip


MISSING = {"type": "went-missing", "kind": "M"}
OWN: dict[str, dict[str, Any]] = {
    SCHOOL: {"type": "education-plan-initiated"},
    "home-example-4": MISSING,
    "police-hampshire": MISSING,
}
"""What an agency has said before, to refer to; most add a number."""


def said_by(name: str) -> list[str]:
    """Who tries a type: one agency of each kind that reports it, another authority, and for some all three of the first."""
    if name in THOROUGHLY:
        return ["QHM", "yot-hampshire", HAMPSHIRE]
    reporters = {r for t in event_types().values() if t.name == name for r in t.reporters}
    return [code for kind, code in OUTSIDE.items() if kind in reporters] or [HAMPSHIRE]


def answer(hub: Hub, line: dict[str, Any], agency: str, labels: dict[str, UUID]) -> str:
    """What an agency is answered: refused with these words, or received."""
    try:
        return type(hub.recording.submit(line, agency, dict(labels))).__name__
    except Refused as refused:
        return str(refused)


def test_pairs_of_lines_try_every_event_type() -> None:
    assert set(EVENTS) == {t.name for t in event_types().values()}


@pytest.mark.parametrize(("agency", "name"), [(agency, name) for name in EVENTS for agency in said_by(name)])
def test_two_lines_that_differ_in_the_number_alone_get_the_same_answer(hub: Hub, agency: str, name: str) -> None:
    """Known or not, with a reference to what is there, to what is not, or to a word of their own."""
    labels = registered(hub)
    hub.disclose()
    own = {"effective_on": "2026-05-07", **OWN.get(agency, {"type": "identifier-added", "upn": "A123456789012"})}
    mine = record(hub, agency, {**own, "label": "own", "child": {"authority": DURHAM, "nhs_number": NHS_NUMBER}})

    for reference in (str(labels["home"]), str(UUID(int=5)), "@own", "f" * 32):
        data = {k: reference if v == "REF" else v for k, v in EVENTS[name].items()}
        for known, unknown in (
            ({"nhs_number": NHS_NUMBER}, {"nhs_number": OTHER_NUMBER}),
            ({"nhs_number": "999 000 0018"}, {"nhs_number": "999 000 0026"}),
            ({"local_id": "900001"}, {"local_id": "900002"}),
            ({"local_id": "900001", "born_on": "2012-03-09"}, {"local_id": "900001", "born_on": "2012-03-10"}),
            ({"family_name": "Example-Heron", "born_on": "2012-03-09"}, {"family_name": "-", "born_on": "2012-03-09"}),
        ):
            for authority in ({"authority": DURHAM}, {"authority": "E99999999"}, {}):
                if authority != {"authority": DURHAM} and ("local_id" in known or reference != "@own"):
                    continue
                line = {"type": name, "effective_on": "2026-05-20", **data}
                answers = {answer(hub, {**line, "child": {**authority, **c}}, agency, mine) for c in (known, unknown)}
                assert len(answers) == 1, (known, authority, reference)


def test_a_child_of_another_authority_is_refused_in_the_words_of_an_unknown_one(hub: Hub) -> None:
    registered(hub)
    line = {"type": "care-ended", "effective_on": "2026-05-20", "reason": "E4A"}

    for number in (NHS_NUMBER, OTHER_NUMBER):
        with pytest.raises(Refused, match=r"^child: no child of yours has these identifiers"):
            record(hub, HAMPSHIRE, {**line, "child": {"authority": DURHAM, "nhs_number": number}})


def test_every_line_names_an_authority(hub: Hub) -> None:
    registered(hub)
    with pytest.raises(Refused, match=r"child\.authority: name the authority you think is responsible"):
        record(hub, "yot-hampshire", custody(nhs_number=NHS_NUMBER))


def test_an_outside_agency_names_no_event_by_its_bare_id(hub: Hub) -> None:
    registered(hub)
    child = {"authority": DURHAM, "nhs_number": NHS_NUMBER}
    mine = record(hub, "yot-hampshire", {**custody(**child), "label": "mine"})
    line = {"type": "event-retracted", "child": child, "effective_on": "2026-05-21", "reason": "wrong-child"}

    with pytest.raises(Refused, match="retracts: must name an event"):
        record(hub, "yot-hampshire", {**line, "retracts": str(mine["mine"])})
    record(hub, "yot-hampshire", {**line, "retracts": "@mine"}, labels=mine)


# --- matching


def tray(hub: Hub) -> int:
    hub.disclose()
    return len(hub.feeds.tray(DURHAM))


@pytest.mark.parametrize(("born_on", "waits"), [(None, 1), ("2012-03-10", 1), ("2012-03-09", 0)])
def test_an_authoritys_own_number_from_others_counts_only_with_the_birth_date(
    hub: Hub, born_on: str | None, waits: int
) -> None:
    registered(hub)
    record(hub, "yot-hampshire", custody(**CHILD, **({"born_on": born_on} if born_on else {})))
    assert tray(hub) == waits


def test_a_number_that_was_retracted_or_corrected_finds_nobody(hub: Hub) -> None:
    labels = registered(hub)
    number = {"type": "identifier-added", "child": CHILD, "effective_on": "2026-05-06"}
    record(hub, DURHAM, {**number, "label": "wrong", "nhs_number": OTHER_NUMBER}, labels=labels)
    record(hub, DURHAM, {"type": "event-corrected", "child": CHILD, "effective_on": "2026-05-07", "corrects": "@wrong",
                         "replacement": {"type": "identifier-added", "effective_on": "2026-05-06",
                                         "nhs_number": "9990000034"}}, labels=labels)  # fmt: skip
    assert hub.recording.find(Identifiers({"nhs_number": OTHER_NUMBER})) is None
    assert hub.recording.find(Identifiers({"nhs_number": "9990000034"})) == hub.stream_of(DURHAM, "900001")

    record(hub, DURHAM, {"type": "event-retracted", "child": CHILD, "effective_on": "2026-05-08", "retracts": "@wrong",
                         "reason": "wrong-child"}, labels=labels)  # fmt: skip
    assert hub.recording.find(Identifiers({"nhs_number": "9990000034"})) is None
    assert hub.recording.find(Identifiers({"nhs_number": NHS_NUMBER})) == hub.stream_of(DURHAM, "900001")


def test_a_report_by_a_corrected_name_goes_to_the_authority_that_corrected_it(hub: Hub) -> None:
    registered(hub)
    record(hub, DURHAM, {"type": "details-corrected", "child": CHILD, "effective_on": "2026-05-06",
                         "family_name": "Example-Wren"})  # fmt: skip
    record(hub, "yot-hampshire", custody(authority=HAMPSHIRE, family_name="EXAMPLE WREN", born_on="2012-03-09"))
    assert tray(hub) == 1


def test_a_name_without_letters_is_like_no_other_and_its_report_waits(hub: Hub) -> None:
    registered(hub)
    record(hub, "yot-hampshire", custody(authority=DURHAM, family_name="-", born_on="2012-03-09"))
    assert tray(hub) == 1


def test_a_report_is_joined_once_and_taken_only_from_the_child_it_was_joined_to(hub: Hub) -> None:
    registered(hub)
    record(hub, "yot-hampshire", custody(authority=DURHAM, family_name="Example-Heron", born_on="2012-03-09"))
    hub.disclose()
    [waiting] = hub.feeds.tray(DURHAM)
    link = {"type": "records-linked", "child": CHILD, "effective_on": "2026-05-21", "report": str(waiting.report)}
    unlink = {**link, "type": "records-unlinked"}

    with pytest.raises(Refused, match="report: names no report that is joined to this child"):
        record(hub, DURHAM, unlink)
    record(hub, DURHAM, link)
    before = hub.records.last_position()
    with pytest.raises(Refused, match="report: is joined to a child already"):
        record(hub, DURHAM, link)
    assert hub.records.last_position() == before
    record(hub, DURHAM, unlink, link)


# --- acknowledging


def test_a_desk_acknowledges_by_the_item_id_of_its_own_feed_not_of_a_colleagues(hub: Hub) -> None:
    registered(hub)
    hub.disclose()
    items = {a: [m.body.item.item for _, m in hub.sealed.read(a, 0, 100) if m is not None and isinstance(m.body, Told)]
             for a in hub.feeds.audiences()}  # fmt: skip
    line = {"type": "notice-acknowledged", "effective_on": "2026-05-20", "notice": items[HOST][-1]}

    with pytest.raises(Refused, match="notice: is named by the item id that the acknowledging desk's own feed gave it"):
        record(hub, HAMPSHIRE, {**line, "audience": f"{HAMPSHIRE}/virtual-school"})
    record(hub, HAMPSHIRE, {**line, "audience": HOST})


# --- lines that cannot be written down


NUMBER = {"type": "identifier-added", "upn": "A123456789012"}


@pytest.mark.parametrize(
    "line",
    [
        {**NUMBER, "child": CHILD, "effective_on": "0001-01-01"},
        {**NUMBER, "child": CHILD, "effective_on": "9999-12-31"},
        {**NUMBER, "child": {**CHILD, "family_name": "\ud800"}, "effective_on": "2026-05-20"},
        {**NUMBER, "child": {"authority": DURHAM, "local_id": " "}, "effective_on": "2026-05-20"},
        {**NUMBER, "child": {**CHILD, "local_id": "\ud800"}, "effective_on": "2026-05-20"},
        {"type": "care-started", "child": CHILD, "effective_on": "2026-05-20", "legal_status": "\ud800"},
        {"type": "\ud800", "child": CHILD},
        {"type": "released", "child": CHILD, "effective_on": "2026-05-20", "effective_at": "0001-01-01T00:00:00+14:00"},
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_written_down_is_refused_and_the_next_one_is_taken(
    hub: Hub, line: dict[str, Any]
) -> None:
    registered(hub)
    good = {"type": "legal-status-changed", "child": CHILD, "effective_on": "2026-05-20", "legal_status": "C2"}

    outcomes = list(record_lines(hub, [json.dumps(line), json.dumps(good)], DURHAM, {}))

    assert [o.received is None for o in outcomes] == [True, False]


def test_a_report_waits_with_who_is_responsible_today_though_a_change_is_planned(hub: Hub) -> None:
    registered(hub)
    planned = {"type": "responsible-authority-changed", "child": CHILD, "effective_on": "2026-09-01"}
    record(hub, DURHAM, {**planned, "authority": HAMPSHIRE, "ground": "agreement"})

    record(hub, "yot-hampshire", custody(authority="E06000046", family_name="Example-Heron", born_on="2012-03-09"))

    assert (tray(hub), len(hub.feeds.tray(HAMPSHIRE))) == (1, 0)
