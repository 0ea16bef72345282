"""How far two readings of the same replies agree, label by label."""

from collections.abc import Mapping, Sequence

from reply_data import Row


def agreement(rows: Sequence[Row], labels: Sequence[str]) -> dict[str, float]:
    """Cohen's kappa (Cohen 1960) between the writer's labels and the second reader's, over replies read twice."""
    twice = [(row.first, row.second) for row in rows if row.second is not None]
    return {
        label: _kappa([(label in first, label in second) for first, second in twice if second is not None])
        for label in labels
    }


def least(agreed: Mapping[str, float]) -> float:
    """The lowest kappa of any label."""
    return min(agreed.values())


def _kappa(pairs: Sequence[tuple[bool, bool]]) -> float:
    if not pairs:
        return float("nan")
    same = sum(first == second for first, second in pairs) / len(pairs)
    first, second = (sum(pair[at] for pair in pairs) / len(pairs) for at in (0, 1))
    chance = first * second + (1 - first) * (1 - second)
    return 1.0 if chance == 1 else (same - chance) / (1 - chance)
