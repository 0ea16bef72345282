"""How far two readings of the same replies agree."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from reply_data import Row


def agreement(rows: Sequence[Row], labels: Sequence[str]) -> dict[str, float]:
    """The kappa of each label between writer and second reader, over the replies that were read twice."""
    twice = [(row.first, row.second) for row in rows if row.second is not None]
    return {
        label: weighted_kappa([label in first for first, _ in twice], [label in second for _, second in twice])
        for label in labels
    }


def agreement_on_risk(rows: Sequence[Row]) -> float:
    """The kappa between writer and second reader on whether a reply speaks of somebody in danger."""
    pairs = [row.risk for row in rows if row.risk is not None]
    return weighted_kappa([first for first, _ in pairs], [second for _, second in pairs])


def least(agreed: Mapping[str, float]) -> float:
    """The lowest kappa of any label."""
    return min(agreed.values())


def weighted_kappa(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Cohen's kappa with quadratic weights (Cohen 1968); of yes and no it is the plain one (Cohen 1960).

    Not a number where it is not defined: nothing to compare, or every value the same.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    chance = float(np.mean((a[:, np.newaxis] - b[np.newaxis, :]) ** 2)) if len(a) else 0.0
    return 1 - float(np.mean((a - b) ** 2)) / chance if chance else math.nan
