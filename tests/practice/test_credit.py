"""What a session is worth."""

import pytest

from curriculum_utils.practice import Heard, repair, session_credit

GOOD, HALF, FLAT = Heard(frozenset("a"), coverage=1.0), Heard(frozenset("a"), coverage=0.5), Heard()
TRAP = Heard(frozenset("a"), frozenset("t"), 1.0)


@pytest.mark.parametrize(
    ("credits_", "heard", "ended", "worth"),
    [
        ([1, 0.5, 0], [GOOD, HALF, FLAT], True, 0.5),
        # the repair, not the turn before it, counts twice: (0.5 + 2 x 1) / 3
        ([0.5, 1], [TRAP, GOOD], True, 2.5 / 3),
        # only the first one: (0.5 + 2 x 0.5 + 0.5 + 1) / 5
        ([0.5, 0.5, 0.5, 1], [TRAP, HALF, TRAP, GOOD], True, 3 / 5),
        # it may come later than the turn after the trap
        ([0.5, 0, 1], [TRAP, FLAT, GOOD], True, 2.5 / 4),
        ([1], [GOOD], True, 1.0),
        # left after two turns: four more count with nothing
        ([1, 1], [GOOD, GOOD], False, 2 / 6),
        ([1] * 7, [GOOD] * 7, False, 1.0),
        ([], [], False, 0.0),
        ([], [], True, 0.0),
    ],
)
def test_the_mean_of_the_turns(credits_: list[float], heard: list[Heard], ended: bool, worth: float):  # noqa: FBT001
    assert session_credit(credits_, heard, ended=ended) == pytest.approx(worth)


def test_a_trap_alone_or_at_the_end_is_no_repair():
    assert repair([GOOD, TRAP]) is None
    assert repair([TRAP, TRAP, FLAT]) is None
    assert repair([TRAP, TRAP, FLAT, HALF]) == 3
