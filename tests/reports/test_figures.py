"""The figures: where a dot stands, what the text says, and that a drawing is the same each time."""

import re

import pytest

from curriculum_utils.reports import figures
from curriculum_utils.reports.labels import CriterionRow, LearnerCriterion
from curriculum_utils.reports.svg import stacked


def test_dots_of_one_bin_are_piled_up_and_full_marks_stand_in_the_last():
    # bins of 0.25: 0–0.25, 0.25–0.5, 0.5–0.75, 0.75–1; extra credit goes no further
    assert stacked([0.0, 0.2, 0.25, 1.0, 1.2], 0.25) == [
        (0.125, 0),
        (0.125, 1),
        (0.375, 0),
        (0.875, 0),
        (0.875, 1),
    ]


def test_a_share_at_a_bin_s_edge_stands_above_it():
    # 3 × 0.1 is a little more than 0.3 and 0.7 × 0.1 / 0.01 a little less than 7
    (place, _), (same, _) = (*stacked([0.1 * 3], 0.05), *stacked([0.3], 0.05))
    assert place == same == pytest.approx(0.325)


def draw() -> str:
    shares = [(0.5, False), (0.9, True), (0.5, False)]
    return figures.standing("points", "A <module>", shares, 0.5, tallest=2)


def test_a_drawing_is_the_same_each_time():
    assert draw() == draw()


def test_a_drawing_tells_in_words_what_it_shows():
    svg = draw()
    assert '<title id="points-title">A &lt;module&gt;</title>' in svg
    assert "3 learners between 50% and 90%, median 50%; for 1 of them something waits for a person." in svg


def test_a_drawing_stands_in_a_page_without_touching_it():
    svg = draw()
    assert "http" not in svg
    assert "<style" not in svg
    assert "<metadata" not in svg
    assert all(name.startswith("points-") for name in re.findall(r'\bid="([^"]+)"', svg))
    assert all(name.startswith("points-") for name in re.findall(r"url\(#([^)]+)\)", svg))


def test_text_stays_text():
    assert "median 50%</text>" in draw()


@pytest.mark.parametrize("name", ["$x^2$", "$", r"\frac{", "a_b^c", "Ünï 你好", "x" * 300])
def test_a_name_is_no_formula(name: str):
    rows = [CriterionRow("c", name, asked=2, met=1, unscored=0, unsure=0, open_met=0)]
    svg = figures.heat_map("heat", rows, {"ana": name}, [LearnerCriterion("ana", "c", 1, 2)])
    assert name[:10] in svg
    assert "1/2</text>" in svg


def test_the_least_met_criterion_stands_first_and_in_the_description():
    rows = [
        CriterionRow("often", "greets", asked=4, met=4, unscored=0, unsure=0, open_met=0),
        CriterionRow("never asked", "waves", asked=0, met=0, unscored=0, unsure=0, open_met=0),
        CriterionRow("seldom", "listens", asked=4, met=1, unscored=0, unsure=0, open_met=0),
    ]
    svg = figures.heat_map("heat", rows, {"ana": "Ana"}, [LearnerCriterion("ana", "often", 4, 4)])
    assert svg.index(">listens<") < svg.index(">greets<")
    assert "waves" not in svg
    assert "Least often met: listens (1 of 4 replies). Most often met: greets (4 of 4)." in svg
