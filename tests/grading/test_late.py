"""Late rules: what each costs, which are refused, and that a penalty follows points, dates and extensions."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from curriculum_utils.errors import CohortError
from curriculum_utils.grading.config import apply
from curriculum_utils.grading.late import LatePenalty, parse_late
from curriculum_utils.grading.penalties import settle_late_penalties

HOUR, DAY = 3600, 86400
DUE = datetime(2027, 3, 1, 16, 0)  # noqa: DTZ001 - nbgrader's dates are in UTC and do not say so


@pytest.mark.parametrize(
    ("text", "late", "penalty"),
    [
        ("none", 9 * DAY, None),
        ("refuse", 1, 8.0),
        ("refuse", 0, None),
        # 8 points; a day that has begun counts: 1 s late is 10 %, a day and a second 20 %.
        ("10% per day, at most 50%", 1, 0.8),
        ("10% per day, at most 50%", DAY, 0.8),
        ("10% per day, at most 50%", DAY + 1, 1.6),
        ("10% per day, at most 50%", 30 * DAY, 4.0),
        ("10% per day", 30 * DAY, 8.0),
        ("2.5% per hour", 3 * HOUR, 0.6),
        ("5 % A WEEK", 8 * DAY, 0.8),
        ("20%", 30 * DAY, 1.6),
        ("20%, after 15 minutes", 900, None),
        ("20%, after 15 minutes", 901, 1.6),
        # The days are counted from where the grace ends: 25 hours late are 23 hours.
        ("10% per day, after 2 hours", 25 * HOUR, 0.8),
        ("0 after 3 days", 3 * DAY, None),
        ("0 after 3 days", 3 * DAY + 1, 8.0),
    ],
)
def test_a_rule_takes_off_what_it_says(text: str, late: float, penalty: float | None):
    assert parse_late(text).penalty(8.0, late) == penalty


def test_no_points_lose_nothing():
    assert parse_late("refuse").penalty(0.0, DAY) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("10 % per day at most 50 %", "10% per day, at most 50%"),
        ("  0  after 1 days", "0 after 1 day"),
        ("20.0%", "20%"),
        ("10% a day, at most 100%", "10% per day"),
    ],
)
def test_a_rule_is_kept_in_one_spelling_that_says_the_same(text: str, kept: str):
    assert parse_late(text).text == kept
    assert parse_late(kept) == parse_late(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is no late rule; write one of"),
        ("10 per day", "is no late rule"),
        ("-10% per day", "is no late rule"),
        ("110% per day", "above 0 and at most 100"),
        ("0% per day", "above 0 and at most 100"),
        ("20%, at most 50%", "goes with “per day”"),
        ("20% per day, at most 10%", "less than the first 20%"),
        ("10% per month", "is no late rule"),
    ],
)
def test_what_is_no_rule_is_refused_with_its_reason(text: str, told: str):
    with pytest.raises(CohortError, match=told):
        parse_late(text)


def test_nbgrader_is_given_the_rule(tmp_path: Path):
    c = Config()
    apply(c, root=tmp_path, cohort="spring", late="20%")
    assert c.AssignLatePenalties.plugin_class == f"{LatePenalty.__module__}.{LatePenalty.__name__}"
    assert LatePenalty(config=c).late_submission_penalty("sam", 10.0, 5.0) == 2.0
    assert c.GenerateFeedback.preprocessors[0].endswith("penalties.SettleLatePenalty")


@pytest.fixture
def gradebook_url(tmp_path: Path) -> str:
    """One module with one notebook and two cells of 4 points; sam is 25 hours late, tove is on time."""
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Gradebook(url, "spring") as gradebook:
        gradebook.add_assignment("m", duedate=DUE)
        gradebook.add_notebook("n", "m")
        for cell in ("a", "b"):
            gradebook.add_grade_cell(cell, "n", "m", max_score=4, cell_type="code")
        for learner, late in (("sam", timedelta(hours=25)), ("tove", timedelta(0))):
            gradebook.add_student(learner)
            gradebook.add_submission("m", learner, timestamp=DUE + late)
            for cell in ("a", "b"):
                gradebook.find_grade(cell, "n", "m", learner).auto_score = 2.0
        gradebook.db.commit()
    return url


def penalty(url: str, learner: str) -> float | None:
    with Gradebook(url, "spring") as gradebook:
        return gradebook.find_submission_notebook("n", "m", learner).late_submission_penalty


RULE = parse_late("10% per day, at most 50%")


def test_a_penalty_follows_the_points_that_a_person_gives_later(gradebook_url: str):
    # 25 hours are two days begun: 20 % of 4 points.
    changed = settle_late_penalties(gradebook_url, RULE)
    assert [(one.learner, one.before, one.after) for one in changed] == [("sam", 0.0, 0.8)]
    with Gradebook(gradebook_url, "spring") as gradebook:
        gradebook.find_grade("a", "n", "m", "sam").manual_score = 4.0
        gradebook.find_grade("b", "n", "m", "sam").extra_credit = 1.0
        gradebook.db.commit()
    settle_late_penalties(gradebook_url, RULE)
    # 20 % of 4 + 2 + 1.
    assert penalty(gradebook_url, "sam") == 1.4
    assert settle_late_penalties(gradebook_url, RULE) == []
    assert penalty(gradebook_url, "tove") is None


def test_an_extension_counts_and_a_rule_can_be_taken_back(gradebook_url: str):
    settle_late_penalties(gradebook_url, RULE)
    with Gradebook(gradebook_url, "spring") as gradebook:
        gradebook.grant_extension("m", "sam", hours=2)
    settle_late_penalties(gradebook_url, RULE)
    assert penalty(gradebook_url, "sam") == 0.4  # 23 hours late: one day, of 4 points
    settle_late_penalties(gradebook_url, parse_late("none"))
    assert penalty(gradebook_url, "sam") is None


def test_only_the_named_module_and_learner_are_settled(gradebook_url: str):
    assert settle_late_penalties(gradebook_url, RULE, module="other") == []
    assert settle_late_penalties(gradebook_url, RULE, learner="tove") == []
    assert [one.learner for one in settle_late_penalties(gradebook_url, RULE, module="m", learner="sam")] == ["sam"]
