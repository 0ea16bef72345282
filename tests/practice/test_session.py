"""How a simulated client answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_client import client

from curriculum_utils.content.clients import MOST_TURNS
from curriculum_utils.practice import Heard, answer, begin, replay

NOOR = client()
FLAT = Heard()
FIX, SOOTHE = Heard(traps=frozenset(["fixes_it"])), Heard(traps=frozenset(["soothes"]))
WEIGHT = Heard(frozenset(["names_weight"]), coverage=1 / 3)
WHOLE = Heard(frozenset(["names_weight", "names_pattern", "asks_open"]), coverage=1.0)
ANYTHING = st.lists(
    st.builds(
        Heard,
        st.frozensets(st.sampled_from(["names_weight", "names_pattern", "asks_open"])),
        st.frozensets(st.sampled_from(["fixes_it", "soothes"])),
        st.sampled_from([0.0, 1 / 3, 0.5, 2 / 3, 1.0]),
    ),
    max_size=20,
)


def states(*heard: Heard) -> list[str]:
    return [turn.state for turn in replay(NOOR, heard).turns]


def lines(*heard: Heard) -> list[str]:
    return [turn.line for turn in replay(NOOR, heard).turns]


def test_whole_moves_bring_the_client_closer_until_the_session_ends_well():
    session = replay(NOOR, [WHOLE] * 5)
    assert [(turn.state, turn.line) for turn in session.turns] == [
        ("curious", "curious 1."),
        ("trusting", "trusting 1."),
        ("in-touch", "in-touch at last."),
    ]
    assert session.ended == "well"


def test_a_reply_that_meets_nothing_leaves_the_client_where_they_are_with_another_line():
    assert lines(FLAT, FLAT, FLAT) == ["guarded 1.", "guarded 2.", "guarded 3."]


def test_of_two_transitions_the_first_that_fits_is_taken_and_a_trap_outweighs_what_is_met_beside_it():
    both = Heard(WHOLE.criteria, FIX.traps, 1.0)
    assert states(both) == ["testing"]
    assert states(SOOTHE) == ["weary"]


def test_a_transition_has_its_own_lines_first_and_the_states_after_them():
    assert lines(FIX, WHOLE, FIX)[0] == "And there's the list."
    again = client({"transitions": [{"from": "any", "when": {"trap": "any"}, "to": "testing", "lines": ["Oh."]}]})
    assert [turn.line for turn in replay(again, [FIX, FIX]).turns] == ["Oh.", "testing 1."]


def test_a_trap_repeated_weighs_more():
    assert states(SOOTHE, WHOLE, SOOTHE) == ["weary", "curious", "slammed"]
    assert states(SOOTHE, WHOLE, FIX) == ["weary", "curious", "testing"]


def test_a_repair_is_heard_just_after_a_trap_only():
    assert states(FIX, WEIGHT) == ["testing", "curious"]
    assert states(FIX, FLAT, WEIGHT) == ["testing", "testing", "testing"]


def test_one_of_some_criteria_is_enough_and_all_that_are_named_are_needed():
    assert states(WHOLE, WEIGHT, WEIGHT) == ["curious", "trusting", "at-rest"]
    assert states(WHOLE, Heard(frozenset(["names_pattern"]), coverage=1 / 3)) == ["curious", "curious"]


def test_a_session_is_over_after_twelve_replies_and_says_how():
    session = replay(NOOR, [FLAT] * 30)
    assert len(session.turns) == MOST_TURNS
    # Eleven lines in one state, then worn out; and on the last turn the line for the hour's end.
    assert session.turns[10].line == "guarded 11."
    assert session.turns[-1].line == "Time is up while weary."
    assert session.ended == "unresolved"


def test_nothing_follows_the_end():
    with pytest.raises(ValueError, match="has ended"):
        answer(NOOR, replay(NOOR, [WHOLE] * 3), FLAT)


@given(ANYTHING)
def test_the_same_replies_give_the_same_session_turn_by_turn_or_at_once(heard: list[Heard]):
    session = begin(NOOR)
    for one in heard:
        if session.ended is None:
            session = answer(NOOR, session, one)
    assert session == replay(NOOR, heard)


@given(ANYTHING)
def test_no_line_is_said_twice_and_every_session_ends_in_time(heard: list[Heard]):
    session = replay(NOOR, [*heard, *[FLAT] * MOST_TURNS])
    said = [turn.line for turn in session.turns]
    assert len(set(said)) == len(said)
    assert session.ended is not None
    assert [turn.ended for turn in session.turns[:-1]] == [None] * (len(said) - 1)
