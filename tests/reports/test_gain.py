"""Before and after, worked out by hand from two forms of one task and two of another."""

import statistics
from dataclasses import replace

import pytest
from tiny_course import write_course

from curriculum_utils.content import Item, Vocabulary, load_course
from curriculum_utils.items import SCHEMAS, Outcome, Scored, Unscored
from curriculum_utils.reports.answered import Answered
from curriculum_utils.reports.attempts import Attempt
from curriculum_utils.reports.gain import Gain, gain_row, gains
from curriculum_utils.reports.gradebook import ItemGrade
from curriculum_utils.reports.judging import Judged

MODULE = "first-steps"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Item], Vocabulary]:
    """A choice (1 point) and a trap to spot (2 points), each before and after; the trap twice after."""
    course = load_course(write_course(tmp_path_factory.mktemp("gain")), SCHEMAS)
    authored = course.modules[MODULE].items

    def item(base: str, name: str, use: str, difficulty: str = "easy") -> Item:
        one = authored[base].item
        return replace(one, id=name, exercise=one.exercise.model_copy(update={"use": use, "difficulty": difficulty}))

    items = [
        item("fs-a-choose", "before-choose", "pretest"),
        item("fs-a-spot", "before-spot", "pretest"),
        item("fs-a-choose", "after-choose", "graded"),
        item("fs-a-spot", "after-spot", "graded"),
        item("fs-a-spot", "after-spot-2", "graded"),
        item("fs-a-spot", "after-spot-hard", "graded", "hard"),
        item("fs-spot", "practised", "practice"),
    ]
    return {one.id: one for one in items}, course.vocabulary(MODULE)


def answered(made: tuple[dict[str, Item], Vocabulary], learner: str, item: str, *earned: float | None) -> Answered:
    items, vocabulary = made
    outcomes: list[Outcome] = [Unscored("?") if c is None else Scored(credit=c, verdict="") for c in earned]
    attempts = tuple(
        Judged(Attempt(learner, MODULE, items[item], vocabulary, "r", number, None, {}), outcome)
        for number, outcome in enumerate(outcomes, start=1)
    )
    return Answered(learner, MODULE, item, attempts, None)


def test_the_first_answer_before_is_held_against_the_parallel_items_after(made: tuple[dict[str, Item], Vocabulary]):
    found = gains(
        MODULE,
        made[0],
        [
            answered(made, "ada", "before-choose", 0.0, 1.0),
            answered(made, "ada", "before-spot", 0.5),
            answered(made, "ada", "after-choose", 1.0),
            answered(made, "ada", "after-spot", 1.0),
            answered(made, "ada", "after-spot-2", 0.5),
            answered(made, "ada", "after-spot-hard", 0.0),
            answered(made, "ada", "practised", 1.0),
        ],
    )
    # Before (0 × 1 + 0.5 × 2) / 3; after (1 × 1 + (1 + 0.5) / 2 × 2) / 3: the hard one is no parallel of either.
    assert found == [Gain("ada", MODULE, pytest.approx(1 / 3), pytest.approx(2.5 / 3), 2)]


def test_only_tasks_answered_on_both_sides_count(made: tuple[dict[str, Item], Vocabulary]):
    found = gains(
        MODULE,
        made[0],
        [
            answered(made, "ada", "before-choose", 1.0),
            answered(made, "ada", "before-spot", 0.0),
            answered(made, "ada", "after-choose", 1.0),
            answered(made, "ben", "before-choose", 1.0),
            answered(made, "ben", "after-spot", 1.0),
            answered(made, "cem", "before-choose", None),
            answered(made, "cem", "after-choose", 1.0),
        ],
    )
    assert found == [Gain("ada", MODULE, 1.0, 1.0, 1)]


def test_a_person_s_score_stands_after(made: tuple[dict[str, Item], Vocabulary]):
    by_person = replace(
        answered(made, "ada", "after-choose", 0.0), grade=ItemGrade(1.0, 1.0, waits=False, by_person=True)
    )
    (gain,) = gains(MODULE, made[0], [answered(made, "ada", "before-choose", 0.0), by_person])
    assert (gain.before, gain.after) == (0.0, 1.0)


def test_a_module_s_row_counts_who_rose_and_who_fell():
    found = [Gain("a", MODULE, 0.2, 0.6, 3), Gain("b", MODULE, 0.5, 0.5, 3), Gain("c", MODULE, 0.8, 0.4, 1)]
    row = gain_row(MODULE, "First steps", found)
    assert (row.learners, row.higher, row.same, row.lower) == (3, 1, 1, 1)
    assert (row.before, row.after) == (pytest.approx(0.5), pytest.approx(0.5))
    empty = gain_row(MODULE, "First steps", [])
    assert (empty.learners, empty.before, empty.after) == (0, None, None)


def test_a_module_s_change_has_an_interval_an_effect_and_a_warning():
    found = [Gain("a", MODULE, 0.2, 0.6, 3), Gain("b", MODULE, 0.5, 0.6, 3), Gain("c", MODULE, 0.4, 0.6, 1)]
    row = gain_row(MODULE, "First steps", found)
    changes = [0.4, 0.1, 0.2]
    mean, sd = statistics.mean(changes), statistics.stdev(changes)
    # t for 2 degrees of freedom, 0.975: 4.302653
    assert row.change.mean == pytest.approx(mean)
    assert row.change.low == pytest.approx(mean - 4.302653 * sd / 3**0.5, abs=1e-6)
    assert row.change.high == pytest.approx(mean + 4.302653 * sd / 3**0.5, abs=1e-6)
    assert row.effect == pytest.approx(mean / sd)
    assert str(row.caution).startswith("Only 3 learners: this describes them.")


def test_changes_that_are_all_alike_have_no_effect_size():
    row = gain_row(MODULE, "First steps", [Gain("a", MODULE, 0.2, 0.5, 1), Gain("b", MODULE, 0.4, 0.7, 1)])
    assert row.change.mean == pytest.approx(0.3)
    assert row.effect is None
