"""Means, differences, reliability and agreement with their 95 % intervals; numbers in, numbers out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEVEL = 0.95
# Below the first a number describes those counted and nobody else; below the second its interval is wide.
FEW, SOME = 10, 20


@dataclass(frozen=True)
class Estimate:
    """A mean, or a difference of means, with its 95 % interval.

    `n` counts the values (of a difference: all of them); `sd` is the sample standard deviation. `mean` is None of
    nothing, the interval and `sd` are None where fewer than two values say nothing about spread.
    """

    n: int
    mean: float | None
    sd: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Reliability:
    """Cronbach's α over a complete table; `kr20` says that every credit is 0 or 1, where α is KR-20.

    `alpha` is None where it has no meaning: fewer than two items or learners, or nobody differs. The interval is
    Feldt's (1965).
    """

    items: int
    learners: int
    alpha: float | None
    low: float | None
    high: float | None
    kr20: bool


@dataclass(frozen=True)
class Kappa:
    """Agreement of two raters on yes or no: share agreed and Cohen's κ with its 95 % interval.

    κ is None where both always said the same one thing, so that chance alone explains everything. The interval is
    None without a κ; its standard error is that of Fleiss, Cohen and Everitt (1969), for large n.
    """

    n: int
    agreed: float | None
    kappa: float | None
    low: float | None
    high: float | None


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of independent values with Student's t interval."""
    n = len(values)
    if not n:
        return Estimate(0, None, None, None, None)
    mean = math.fsum(values) / n
    if n == 1:
        return Estimate(1, mean, None, None, None)
    sd = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1))
    half = t_quantile((1 + LEVEL) / 2, n - 1) * sd / math.sqrt(n)
    return Estimate(n, mean, sd, mean - half, mean + half)


def difference(first: Sequence[float], second: Sequence[float]) -> Estimate:
    """The second mean less the first, of different people, with Welch's interval; `sd` stays None."""
    a, b = estimate(first), estimate(second)
    n = a.n + b.n
    if a.mean is None or b.mean is None:
        return Estimate(n, None, None, None, None)
    mean = b.mean - a.mean
    if a.sd is None or b.sd is None:
        return Estimate(n, mean, None, None, None)
    parts = (a.sd**2 / a.n, b.sd**2 / b.n)
    if not sum(parts):
        return Estimate(n, mean, None, mean, mean)
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (a.n - 1) + parts[1] ** 2 / (b.n - 1))
    half = t_quantile((1 + LEVEL) / 2, freedom) * math.sqrt(sum(parts))
    return Estimate(n, mean, None, mean - half, mean + half)


def correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Pearson's r; None where either does not vary or there are fewer than three pairs."""
    n = len(first)
    if n < 3:
        return None
    mean_a, mean_b = math.fsum(first) / n, math.fsum(second) / n
    a = [value - mean_a for value in first]
    b = [value - mean_b for value in second]
    spread = math.sqrt(math.fsum(x * x for x in a) * math.fsum(y * y for y in b))
    if spread < 1e-12:
        return None
    return max(-1.0, min(1.0, math.fsum(x * y for x, y in zip(a, b, strict=True)) / spread))


def reliability(table: Sequence[Sequence[float]]) -> Reliability:
    """Cronbach's α.

    Args:
        table: credit in [0, 1], one row for each learner, one column for each item, no gaps.
    """
    n = len(table)
    k = len(table[0]) if n else 0
    kr20 = bool(n) and all(value in (0.0, 1.0) for row in table for value in row)
    nothing = Reliability(k, n, None, None, None, kr20)
    if n < 2 or k < 2:
        return nothing
    total = _variance([math.fsum(row) for row in table])
    if total < 1e-12:
        return nothing
    parts = math.fsum(_variance([row[column] for row in table]) for column in range(k))
    alpha = k / (k - 1) * (1 - parts / total)
    tail = (1 - LEVEL) / 2
    low = 1 - (1 - alpha) * f_quantile(1 - tail, n - 1, (n - 1) * (k - 1))
    high = 1 - (1 - alpha) * f_quantile(tail, n - 1, (n - 1) * (k - 1))
    return Reliability(k, n, alpha, low, high, kr20)


def kappa(first: Sequence[bool], second: Sequence[bool]) -> Kappa:
    """Agreement of two raters who both said yes or no to the same things.

    Raises:
        ValueError: the two are not equally many.
    """
    pairs = list(zip(first, second, strict=True))
    n = len(pairs)
    if not n:
        return Kappa(0, None, None, None, None)
    share = {(a, b): sum(pair == (a, b) for pair in pairs) / n for a in (True, False) for b in (True, False)}
    agreed = share[True, True] + share[False, False]
    row = {a: share[a, True] + share[a, False] for a in (True, False)}
    column = {b: share[True, b] + share[False, b] for b in (True, False)}
    chance = row[True] * column[True] + row[False] * column[False]
    if 1 - chance < 1e-12:
        return Kappa(n, agreed, None, None, None)
    value = (agreed - chance) / (1 - chance)
    same = math.fsum(share[a, a] * (1 - (row[a] + column[a]) * (1 - value)) ** 2 for a in (True, False))
    other = (1 - value) ** 2 * math.fsum(
        share[a, b] * (column[a] + row[b]) ** 2 for a in (True, False) for b in (True, False) if a != b
    )
    variance = (same + other - (value - chance * (1 - value)) ** 2) / (n * (1 - chance) ** 2)
    half = normal_quantile((1 + LEVEL) / 2) * math.sqrt(max(variance, 0.0))
    return Kappa(n, agreed, value, max(-1.0, value - half), min(1.0, value + half))


def caution(n: int) -> str | None:
    """What so few learners cannot say; None where they are enough for an interval to be read as one."""
    if n < FEW:
        return (
            f"Only {n} {'learner' if n == 1 else 'learners'}: this describes them. It cannot say what another cohort "
            "would do, and the interval leans on an assumption that so few cannot test."
        )
    if n < SOME:
        return (
            f"Only {n} learners: the interval is wide, and one or two of them can move the mean. A small effect can "
            "be neither shown nor ruled out."
        )
    return None


def t_quantile(probability: float, freedom: float) -> float:
    """Student's t quantile."""
    from scipy import special  # noqa: PLC0415  # half a second that a page without intervals need not wait

    return float(special.stdtrit(freedom, probability))


def f_quantile(probability: float, first: float, second: float) -> float:
    """The quantile of the F distribution with that many degrees of freedom."""
    from scipy import special  # noqa: PLC0415

    return float(special.fdtri(first, second, probability))


def normal_quantile(probability: float) -> float:
    """The standard normal quantile."""
    from scipy import special  # noqa: PLC0415

    return float(special.ndtri(probability))


def _variance(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
