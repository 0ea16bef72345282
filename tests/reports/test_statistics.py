"""Intervals, reliability and agreement, against textbook numbers and other ways of reckoning."""

import math
import statistics as std

import pytest
from scipy import stats

from curriculum_utils.reports.statistics import caution, correlation, difference, estimate, kappa, reliability

TABLE = [[1.0, 1.0, 0.5], [0.0, 0.5, 0.0], [1.0, 0.5, 1.0], [0.0, 0.0, 0.5], [1.0, 1.0, 1.0]]


def test_a_mean_has_student_s_interval():
    found = estimate([1.0, 2.0, 3.0, 4.0, 5.0])
    # t for 4 degrees of freedom, 0.975: 2.776; standard error √2.5 / √5
    assert (found.n, found.mean) == (5, 3.0)
    assert found.low == pytest.approx(3 - 2.776445 * math.sqrt(2.5 / 5), abs=1e-5)
    assert found.high == pytest.approx(3 + 2.776445 * math.sqrt(2.5 / 5), abs=1e-5)


def test_one_value_has_no_interval_and_none_has_no_mean():
    assert (estimate([0.5]).mean, estimate([0.5]).low, estimate([0.5]).high) == (0.5, None, None)
    assert estimate([]).mean is None


def test_a_difference_is_the_second_less_the_first_with_welch_s_interval():
    first, second = [0.1, 0.4, 0.35, 0.6], [0.5, 0.9, 0.7, 0.65, 0.8, 0.85]
    found = difference(first, second)
    known = stats.ttest_ind(second, first, equal_var=False).confidence_interval(0.95)
    assert found.mean == pytest.approx(std.mean(second) - std.mean(first))
    assert (found.low, found.high) == (pytest.approx(known.low), pytest.approx(known.high))
    assert difference(first, []).mean is None
    assert difference(first, [0.5]).low is None


def test_correlation_needs_three_pairs_that_vary():
    x, y = [0.0, 0.5, 1.0, 0.5], [0.1, 0.2, 0.9, 0.4]
    assert correlation(x, y) == pytest.approx(std.correlation(x, y))
    assert correlation(x, [1 - value for value in x]) == -1.0
    assert correlation([1.0, 1.0, 1.0], [0.0, 0.5, 1.0]) is None
    assert correlation([0.0, 1.0], [0.0, 1.0]) is None


def test_alpha_follows_from_covariances_and_has_feldt_s_interval():
    found = reliability(TABLE)
    columns = list(zip(*TABLE, strict=True))
    mean_variance = std.mean(std.variance(column) for column in columns)
    mean_covariance = std.mean(std.covariance(columns[a], columns[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    alpha = 3 * mean_covariance / (mean_variance + 2 * mean_covariance)
    assert found.alpha == pytest.approx(alpha)
    assert found.low == pytest.approx(1 - (1 - alpha) * stats.f.ppf(0.975, 4, 8))
    assert found.high == pytest.approx(1 - (1 - alpha) * stats.f.ppf(0.025, 4, 8))
    assert (found.items, found.learners, found.kr20) == (3, 5, False)


def test_of_right_and_wrong_alone_alpha_is_kr20():
    table = [[1.0, 1.0, 1.0], [1.0, 0.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    # Σpq with n - 1: p = 2/4, 1/4, 3/4 → (1 + .75 + .75) / 3 … variances 1/3, 1/4, 1/4; totals 3, 2, 1, 0: 5/3
    assert reliability(table).alpha == pytest.approx(3 / 2 * (1 - (1 / 3 + 1 / 4 + 1 / 4) / (5 / 3)))
    assert reliability(table).kr20


@pytest.mark.parametrize("table", [[], [[1.0, 0.0]], [[1.0], [0.0]], [[1.0, 0.0], [1.0, 0.0]]])
def test_where_nobody_differs_there_is_no_alpha(table: list[list[float]]):
    found = reliability(table)
    assert (found.alpha, found.low, found.high) == (None, None, None)


def test_kappa_is_agreement_beyond_chance():
    # the textbook's table: 20 both yes, 5 and 10 apart, 15 both no: agreed .7, by chance .5
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    found = kappa([a for a, _ in pairs], [b for _, b in pairs])
    assert (found.n, found.agreed) == (50, 0.7)
    assert found.kappa == pytest.approx(0.4)
    # The interval by the delta method with slopes found by trying.
    cells = [0.4, 0.1, 0.2, 0.3]

    def of(p: list[float]) -> float:
        chance = (p[0] + p[1]) * (p[0] + p[2]) + (p[2] + p[3]) * (p[1] + p[3])
        return (p[0] + p[3] - chance) / (1 - chance)

    step = 1e-6
    slopes = [
        (
            of([p + step * (i == at) for i, p in enumerate(cells)])
            - of([p - step * (i == at) for i, p in enumerate(cells)])
        )
        / (2 * step)
        for at in range(4)
    ]
    mean = sum(p * s for p, s in zip(cells, slopes, strict=True))
    error = math.sqrt((sum(p * s * s for p, s in zip(cells, slopes, strict=True)) - mean**2) / 50)
    assert found.low == pytest.approx(0.4 - 1.959964 * error, abs=1e-5)
    assert found.high == pytest.approx(0.4 + 1.959964 * error, abs=1e-5)


def test_who_always_says_the_same_has_no_kappa():
    found = kappa([True] * 4, [True] * 4)
    assert (found.agreed, found.kappa, found.low) == (1.0, None, None)
    assert kappa([], []).agreed is None


def test_few_learners_are_warned_of_and_enough_are_not():
    assert str(caution(1)).startswith("Only 1 learner:")
    assert "this describes them" in str(caution(9))
    assert "the interval is wide" in str(caution(10))
    assert "the interval is wide" in str(caution(19))
    assert caution(20) is None
