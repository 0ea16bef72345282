"""How far a reply's credit hangs on labels that could as well have been decided the other way, and on one trap."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from curriculum_utils.scoring.credit import reply_credit

# A trap decided wrongly misleads the learner even where it changes no credit (coverage 0), so it never counts less.
# Of 0, 0.05, 0.1 and 0.25 this left the least error among the replies not flagged (dev writers of an earlier version).
TRAP_WEIGHT = 0.05
# A label is named to the reader when it holds at least this share of the doubt.
WORTH_NAMING = 0.2


@dataclass(frozen=True)
class Doubt:
    """`amount` is about the credit expected to be wrong; `labels` carry most of it, worst first."""

    amount: float
    labels: tuple[str, ...]


def doubt(
    met: Collection[str],
    wrong: Mapping[str, float],
    traps: Collection[str],
    moves: Mapping[str, Sequence[str]] | None,
    asked: str | None,
) -> Doubt:
    """How unsure a reply's credit is.

    Args:
        met: the labels decided as met or fallen into.
        wrong: for every label the probability that it was decided wrongly.
        moves: the module's effective moves with their criteria; None if the module is not known, and then every
            label counts in full.
        asked: the move asked for; None leaves it open.
    """
    weigh = _weights(met, traps, moves, asked)
    parts = {label: chance * weigh(label) for label, chance in wrong.items()}
    amount = sum(parts.values())
    named = [label for label, part in parts.items() if part > 0 and part >= WORTH_NAMING * amount]
    return Doubt(amount, tuple(sorted(named, key=lambda label: -parts[label])))


def _weights(
    met: Collection[str], traps: Collection[str], moves: Mapping[str, Sequence[str]] | None, asked: str | None
) -> Callable[[str], float]:
    if not moves or (asked is not None and asked not in moves):
        return lambda _label: 1.0

    def credit(labels: set[str]) -> float:
        return reply_credit(labels, labels & set(traps), moves, asked=asked).credit

    decided = set(met)
    now = credit(decided)

    def weight(label: str) -> float:
        change = abs(credit(decided ^ {label}) - now)
        return max(change, TRAP_WEIGHT) if label in traps else change

    return weight
