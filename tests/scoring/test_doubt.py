"""How far a credit is in doubt."""

import pytest

from curriculum_utils.scoring.doubt import TRAP_WEIGHT, doubt

MOVES = {"first": ("a", "b"), "second": ("c", "d")}


def test_a_label_counts_by_what_its_change_would_cost():
    # met a: 1/2. Without a: 0, so a's doubt of 0.1 weighs 0.5: 0.05
    found = doubt({"a"}, {"a": 0.1}, {"x"}, MOVES, "first")
    assert found.amount == pytest.approx(0.05)
    assert found.labels == ("a",)


def test_a_label_that_changes_no_credit_is_not_in_doubt():
    # asked for the first move, c is of the second
    assert doubt({"a"}, {"c": 0.5}, {"x"}, MOVES, "first").amount == 0


def test_a_trap_counts_even_where_there_is_no_credit_to_lose():
    assert doubt(set(), {"x": 0.4}, {"x"}, MOVES, None).amount == pytest.approx(0.4 * TRAP_WEIGHT)


def test_the_label_that_carries_most_doubt_is_named_first_and_trifles_are_not():
    # a whole move: b weighs 0.5, the trap 0.5; 0.2, 0.1 and 0.002 of doubt
    found = doubt({"a", "b"}, {"a": 0.004, "b": 0.2, "x": 0.4}, {"x"}, MOVES, "first")
    assert found.labels == ("x", "b")


def test_in_a_module_that_is_not_known_every_label_counts_in_full():
    assert doubt({"a"}, {"a": 0.1, "c": 0.2}, {"x"}, None, None).amount == pytest.approx(0.3)
