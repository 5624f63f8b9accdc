"""What a desk holds by its feed: what may be missing or repeated, what is taken back, what stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.feed import Item, Masked, Message, Told, Withdrawn
from domain.picture import Picture, apply, fold, held
from domain.vocabulary import UNKNOWN
from tests.support.messages import DAY, REF, closed, on, opened, picture, told, withdrawn


def test_taking_back_an_item_that_the_desk_does_not_hold_changes_nothing() -> None:
    before = picture(opened(), told("a", "placement-made", area_authority="E10000014"))

    assert apply(before, 3, withdrawn("b", "area_authority")) == before


def test_an_end_without_a_beginning_is_passed_over() -> None:
    assert picture(closed(on(3))) == Picture(REF)


def test_a_second_end_does_not_move_the_first() -> None:
    ended = picture(opened(), closed(on(3)))

    assert apply(ended, 3, closed(on(9))) == ended


def test_a_relationship_that_never_existed_is_kept_as_such_and_is_not_open() -> None:
    undone = picture(
        opened(),
        told("a", "placement-made", area_authority="E10000014"),
        withdrawn("a", "effective_on", "area_authority"),
    )

    never = apply(undone, 4, closed(DAY, never=True))

    assert [o.never for o in never.openings] == [True]
    assert never.open is None
    assert never.latest is None
    assert never.items == {}


def test_what_was_told_stays_after_the_relationship_ended() -> None:
    ended = picture(opened(), told("a", "placement-made", area_authority="E10000014"), closed(on(3)))

    assert ended.open is None
    assert ended.latest is not None
    assert ended.latest.ended_on == on(3)
    assert list(held(ended)) == ["a"]


def test_the_last_opening_is_the_one_that_closes() -> None:
    again = picture(opened(), closed(on(3)), opened(since=on(5)), closed(on(8)), opened(since=on(9)))

    assert [(o.number, o.since, o.ended_on) for o in again.openings] == [
        (1, DAY, on(3)),
        (3, on(5), on(8)),
        (5, on(9), None),
    ]
    assert again.open == again.openings[-1]


def test_told_again_an_item_is_replaced_whole_and_keeps_its_number_and_its_notice() -> None:
    now = picture(
        told("a", "placement-made", as_notice=True, urgency="planned", area_authority=UNKNOWN),
        told("a", "placement-made", recorded_on=on(4), area_authority="E10000014"),
    )

    [item] = now.items.values()

    assert item.fields == {"effective_on": DAY, "area_authority": "E10000014"}
    assert (item.number, item.recorded_on, item.notice) == (1, DAY, True)


def test_withdrawn_fields_go_and_the_others_stay() -> None:
    now = picture(
        told("a", "placement-made", area_authority="E10000014", postcode="ZZ1 1AA"),
        withdrawn("a", "postcode"),
        told("a", "placement-made", area_authority="E10000014"),
    )

    assert held(now) == {"a": Item("a", "placement-made.v1", {"effective_on": DAY, "area_authority": "E10000014"})}


def test_a_field_whose_withdrawal_was_lost_goes_with_the_item() -> None:
    read_before = picture(told("a", "placement-made", area_authority="E10000014", postcode="ZZ1 1AA"))

    # lost since: the withdrawal of the postcode (2) and the item without it (3)
    now = apply(read_before, 4, withdrawn("a", "effective_on", "area_authority"))

    assert now.items == {}


def test_an_item_goes_with_its_last_field() -> None:
    now = picture(told("a", "record", None, record=Masked("held elsewhere")), withdrawn("a", "record"))

    assert now.items == {}


def test_what_remains_of_a_withdrawn_item_counts_from_when_it_was_told_again() -> None:
    now = picture(
        told("a", "placement-made", as_notice=True, postcode="ZZ1 1AA"),
        told("b", "care-started", legal_status="C2"),
        withdrawn("a", "postcode"),
        told("a", "placement-made", recorded_on=on(4), postcode=Masked("protected")),
    )

    assert list(now.items) == ["b", "a"]
    assert (now.items["a"].number, now.items["a"].recorded_on, now.items["a"].notice) == (4, on(4), False)


def test_an_older_picture_is_not_touched_by_a_newer_one() -> None:
    before = picture(opened(), told("a", "placement-made", postcode="ZZ1 1AA"))

    apply(before, 3, withdrawn("a", "postcode"))

    assert before == picture(opened(), told("a", "placement-made", postcode="ZZ1 1AA"))


def test_children_are_kept_apart() -> None:
    both = fold(enumerate([opened(), opened(child="child-two"), told("a", "released", child="child-two")], start=1))

    assert {ref: list(p.items) for ref, p in both.items()} == {REF: [], "child-two": ["a"]}


@st.composite
def feeds(draw: st.DrawFn) -> list[Message]:
    """Messages as `domain.disclosure` sends them: what remains of an item follows its withdrawal at once."""
    held_fields: dict[str, dict[str, str]] = {}
    messages = []
    for n in range(draw(st.integers(0, 20))):
        item = draw(st.sampled_from("abc"))
        had = held_fields.get(item, {})
        values = draw(st.dictionaries(st.sampled_from("xyz"), st.sampled_from(["one", "two"]), max_size=3))
        lost = [name for name in had if values.get(name) != had[name]]
        if lost:
            if not values:
                lost = ["effective_on", *lost]
            messages.append(withdrawn(item, *lost))
        if values:
            messages.append(
                told(item, "placement-made", as_notice=draw(st.booleans()), recorded_on=on(n), **values)  # type: ignore[arg-type]
            )
        held_fields[item] = values
    return messages


@given(feeds(), st.integers(0, 20))
def test_bodies_lost_because_their_item_was_withdrawn_leave_the_same_picture(
    messages: list[Message], read: int
) -> None:
    def lost(index: int) -> bool:
        body = messages[index].body
        item = body.item.item if isinstance(body, Told) else getattr(body, "item", None)
        return any(isinstance(m.body, Withdrawn) and m.body.item == item for m in messages[index + 1 :])

    whole = list(enumerate(messages, start=1))
    left = [(n, None if lost(n - 1) else m) for n, m in whole]
    kept = fold(whole)
    from_scratch, gone_on = fold(left), fold([*whole[:read], *left[read:]])

    assert from_scratch == gone_on == kept
    order = [list(p.items) for p in kept.values()]
    assert [list(p.items) for p in from_scratch.values()] == [list(p.items) for p in gone_on.values()] == order
