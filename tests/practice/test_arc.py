"""The arc of a session."""

from sample_client import client

from curriculum_utils.practice import Heard, openness, replay, turning_points

NOOR = client()
WHOLE, FIX, FLAT = Heard(frozenset(["names_weight"]), coverage=1.0), Heard(traps=frozenset(["fixes_it"])), Heard()


def test_the_arc_begins_with_the_opening_and_follows_the_states():
    assert openness(NOOR, replay(NOOR, [FLAT, WHOLE, WHOLE, WHOLE])) == (1, 1, 2, 3, 4)


def test_the_turns_that_moved_the_client_most_are_told_in_order():
    found = turning_points(NOOR, replay(NOOR, [WHOLE, WHOLE, FIX, WHOLE, WHOLE, FLAT]))
    # 1 2 3 | 1 | 2 3 3: the fall by two, then of the four steps of one the first
    assert [(point.number, point.change) for point in found] == [(1, 1), (3, -2)]
    assert found[1].heard == FIX


def test_a_session_in_which_nothing_moved_has_none():
    assert turning_points(NOOR, replay(NOOR, [FLAT, FLAT])) == []


def test_the_greatest_turn_is_told_wherever_it_stands():
    found = turning_points(NOOR, replay(NOOR, [WHOLE, WHOLE, FLAT, FIX]))
    assert [(point.number, point.change) for point in found] == [(1, 1), (4, -2)]
