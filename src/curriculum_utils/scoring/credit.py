"""From labels to credit: the arithmetic of the rubric's "Scores", and nothing else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

ONE_TRAP = 0.5
MORE_TRAPS = 0.25


@dataclass(frozen=True)
class ReplyCredit:
    """What a written reply is worth; `coverage` and `credit` in [0, 1], `best_move` None at coverage 0."""

    coverage: float
    credit: float
    best_move: str | None


def trap_factor(traps: int) -> float:
    """What is left of the coverage after that many different traps: 1, 0.5, 0.25."""
    if traps < 0:
        raise ValueError("a number of traps is never negative")
    return (1.0, ONE_TRAP)[traps] if traps < 2 else MORE_TRAPS


def coverage(met: Collection[str], needed: Sequence[str]) -> float:
    """The share of a move's criteria that are met, in [0, 1].

    Raises:
        ValueError: `needed` is empty.
    """
    if not needed:
        raise ValueError("a move without criteria cannot be covered")
    return len(set(met) & set(needed)) / len(set(needed))


def reply_credit(
    met: Collection[str], traps: Collection[str], moves: Mapping[str, Sequence[str]], *, asked: str | None = None
) -> ReplyCredit:
    """What a reply is worth against one move, or against the best of several.

    Args:
        met: criteria found.
        traps: traps found.
        moves: the module's effective moves with their criteria, in the rubric's order, which settles ties.
        asked: the move the learner was asked for; None leaves it open.
    Raises:
        KeyError: `asked` is not one of `moves`.
        ValueError: there are no moves, or one without criteria.
    Source: curriculum/rubric.yaml, docs/instructors/scores.md.
    """
    candidates = {asked: moves[asked]} if asked is not None else moves
    if not candidates:
        raise ValueError("no effective moves to score against")
    best_move, best = None, 0.0
    for slug, needed in candidates.items():
        share = coverage(met, needed)
        if share > best:
            best_move, best = slug, share
    return ReplyCredit(best, best * trap_factor(len(set(traps))), best_move)
