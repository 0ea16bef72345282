"""What a practice session is worth: the arithmetic of the rubric's "Scores"."""

from collections.abc import Sequence

from curriculum_utils.practice.session import Heard

LEAST_TURNS = 6
"""A session that was left before its end counts at least so many turns, those not taken with nothing."""
REPAIR = 2
"""How often the first repair counts."""


def session_credit(credits_: Sequence[float], heard: Sequence[Heard], *, ended: bool) -> float:
    """The mean credit of the turns, in [0, 1]; the first repair counts twice. 0 without turns.

    Args:
        credits_: each turn's credit, in [0, 1], the move left open.
        heard: what each of the same turns was found to be.
        ended: whether the client ended the session, or its time was up.
    Source: curriculum/rubric.yaml, docs/instructors/scores.md.
    """
    weights = [1] * len(credits_)
    if (at := repair(heard)) is not None:
        weights[at] = REPAIR
    not_taken = 0 if ended else max(0, LEAST_TURNS - len(credits_))
    total = sum(weights) + not_taken
    return sum(weight * one for weight, one in zip(weights, credits_, strict=True)) / total if total else 0.0


def repair(heard: Sequence[Heard]) -> int | None:
    """The first turn, from 0, that meets something without a trap after one with a trap; None if there is none."""
    trapped = False
    for at, one in enumerate(heard):
        if one.helps and trapped:
            return at
        trapped = trapped or bool(one.traps)
    return None
