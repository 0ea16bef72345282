"""How far two readers agree on one label: percent and Cohen's kappa with its interval. No data is read here."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

FEW = 30
"""Below so many replies the large-sample interval is a rough guide only."""
_Z = 1.959963984540054  # of a two-sided 95 % interval
METHOD = "Cohen's kappa, 95 % interval by the large-sample standard error of Fleiss, Cohen and Everitt (1969)"


@dataclass(frozen=True)
class Agreement:
    """Two readers on one label. Shares are in [0, 1]; `kappa` is None where chance alone would always agree.

    `both`, `only_first`, `only_second` and `neither` count replies. `low` and `high` are None where no interval can be
    given. `warning` is empty where nothing speaks against the figures.
    """

    label: str
    n: int
    both: int
    only_first: int
    only_second: int
    neither: int
    agreed: float | None
    kappa: float | None
    low: float | None
    high: float | None
    warning: str


def agreement(label: str, pairs: Sequence[tuple[bool, bool]]) -> Agreement:
    """How the two readers' words on one label agree; a pair a reply.

    Source: J. Cohen (1960), A coefficient of agreement for nominal scales; J. L. Fleiss, J. Cohen, B. S. Everitt
    (1969), Large sample standard errors of kappa and weighted kappa.
    """
    n = len(pairs)
    both, only_first = pairs.count((True, True)), pairs.count((True, False))
    only_second, neither = pairs.count((False, True)), pairs.count((False, False))
    counts = (n, both, only_first, only_second, neither)
    if n == 0:
        return Agreement(label, *counts, None, None, None, None, "no reply was read by both")
    observed = (both + neither) / n
    first, second = (both + only_first) / n, (both + only_second) / n
    expected = first * second + (1 - first) * (1 - second)
    if math.isclose(expected, 1.0):
        same = "kappa is not defined: both gave every reply the same word"
        return Agreement(label, *counts, observed, None, None, None, same)
    kappa = (observed - expected) / (1 - expected)
    error = _standard_error((both / n, only_first / n, only_second / n, neither / n), kappa, expected, n)
    few = f"only {n} replies: the interval is a rough guide" if n < FEW else ""
    if error == 0:
        return Agreement(
            label, *counts, observed, kappa, None, None, few or "the replies leave no room for an interval"
        )
    low, high = max(-1.0, kappa - _Z * error), min(1.0, kappa + _Z * error)
    return Agreement(label, *counts, observed, kappa, low, high, few)


def _standard_error(table: tuple[float, float, float, float], kappa: float, expected: float, n: int) -> float:
    """The standard error of kappa; `table` has the shares of both, first only, second only, neither."""
    both, only_first, only_second, neither = table
    first, second = both + only_first, both + only_second
    off = 1 - kappa
    same = both * (1 - (first + second) * off) ** 2 + neither * (1 - (2 - first - second) * off) ** 2
    # For a word of the first and another one of the second: how often the second says the first's word, and the first
    # the second's.
    apart = only_first * (second + (1 - first)) ** 2 + only_second * ((1 - second) + first) ** 2
    spread = same + off**2 * apart - (kappa - expected * off) ** 2
    return math.sqrt(max(0.0, spread) / n) / (1 - expected)
