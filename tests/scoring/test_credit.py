"""The rubric's arithmetic: worked out by hand, and what must always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum_utils.scoring import ReplyCredit, coverage, reply_credit, trap_factor

MOVES = {"first": ("a", "b", "c"), "second": ("a", "d", "c"), "third": ("e", "f")}
CRITERIA = "abcdef"
TRAPS = "xyz"
some_criteria = st.sets(st.sampled_from(CRITERIA))
some_traps = st.sets(st.sampled_from(TRAPS))
asked = st.sampled_from([None, *MOVES])


def test_a_whole_move_without_a_trap_earns_everything():
    assert reply_credit("abc", "", MOVES, asked="first") == ReplyCredit(1.0, 1.0, "first")


def test_one_trap_halves_and_two_or_more_quarter():
    # 3 of 3 criteria: 1 × 0.5, 1 × 0.25, 1 × 0.25
    assert [reply_credit("abc", traps, MOVES).credit for traps in ("x", "xy", "xyz")] == [0.5, 0.25, 0.25]


def test_a_part_of_a_move_earns_its_share_and_a_trap_halves_that():
    # 2 of 3 criteria, one trap: 2/3 × 0.5
    assert reply_credit("ab", "x", MOVES, asked="first") == ReplyCredit(2 / 3, 2 / 3 * 0.5, "first")


def test_an_asked_move_counts_alone_even_if_another_is_whole():
    # "ef" is all of the third move and nothing of the first
    assert reply_credit("ef", "", MOVES, asked="first") == ReplyCredit(0.0, 0.0, None)


def test_left_open_the_best_covered_move_counts():
    # first 1/3, second 1/3, third 2/2
    assert reply_credit("aef", "", MOVES).best_move == "third"


def test_a_tie_goes_to_the_move_that_stands_first():
    # "a" and "c" are 2 of 3 in both the first and the second
    assert reply_credit("ac", "", MOVES).best_move == "first"
    backwards = dict(reversed(MOVES.items()))
    assert reply_credit("ac", "", backwards).best_move == "second"


def test_nothing_met_earns_nothing_and_names_no_move():
    assert reply_credit("", "x", MOVES) == ReplyCredit(0.0, 0.0, None)


def test_a_trap_named_twice_is_one_trap():
    assert reply_credit("abc", ["x", "x"], MOVES).credit == 0.5


def test_what_has_no_answer_is_an_error_and_not_a_zero():
    with pytest.raises(KeyError):
        reply_credit("a", "", MOVES, asked="fourth")
    with pytest.raises(ValueError, match="no effective moves"):
        reply_credit("a", "", {})
    with pytest.raises(ValueError, match="without criteria"):
        coverage("a", ())
    with pytest.raises(ValueError, match="never negative"):
        trap_factor(-1)


@given(met=some_criteria, traps=some_traps, more=st.sampled_from(TRAPS), asked=asked)
def test_one_more_trap_never_raises_the_credit(met: set[str], traps: set[str], more: str, asked: str | None):
    assert (
        reply_credit(met, traps | {more}, MOVES, asked=asked).credit
        <= reply_credit(met, traps, MOVES, asked=asked).credit
    )


@given(met=some_criteria, traps=some_traps, more=st.sampled_from(CRITERIA), asked=asked)
def test_one_more_criterion_never_lowers_the_credit(met: set[str], traps: set[str], more: str, asked: str | None):
    assert (
        reply_credit(met | {more}, traps, MOVES, asked=asked).credit
        >= reply_credit(met, traps, MOVES, asked=asked).credit
    )


@given(met=some_criteria, traps=some_traps, asked=asked)
def test_coverage_and_credit_stay_between_nothing_and_everything(met: set[str], traps: set[str], asked: str | None):
    worth = reply_credit(met, traps, MOVES, asked=asked)
    assert 0 <= worth.credit <= worth.coverage <= 1
    assert (worth.best_move is None) == (worth.coverage == 0)


@given(met=some_criteria, traps=some_traps)
def test_a_move_left_open_never_earns_less_than_any_move_asked_for(met: set[str], traps: set[str]):
    left_open = reply_credit(met, traps, MOVES).credit
    assert all(reply_credit(met, traps, MOVES, asked=move).credit <= left_open for move in MOVES)
