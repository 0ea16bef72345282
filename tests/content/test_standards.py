"""What lint says where a course's plan and promises do not hold: minutes, points, weights, numbers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_course import edit

Problems = Callable[..., list[str]]
PLAN = "notebooks: [{slug: 1-look, minutes: 5}, {slug: 2-show, minutes: 5}]"


def promise(curriculum: Path, line: str) -> None:
    edit(curriculum, "course.yaml", "modules:\n", f"standards: {{{line}}}\nmodules:\n")


def test_a_notebook_without_minutes_and_an_entry_without_a_notebook_are_told(curriculum: Path, problems: Problems):
    edit(curriculum, "course.yaml", "{slug: 2-show, minutes: 5}", "{slug: 2-shown, minutes: 5}")
    assert problems() == [
        'curriculum/course.yaml:7: modules.0.notebooks.1.slug: no lesson "2-shown" [notebooks]',
        (
            'curriculum/guides/first-steps/2-show.md:1: "2-show" is not among the module\'s notebooks in course.yaml; '
            "add its minutes [notebooks]"
        ),
    ]


def test_a_notebook_that_stands_twice_is_told(curriculum: Path, problems: Problems):
    edit(
        curriculum,
        "course.yaml",
        PLAN,
        PLAN.replace("2-show, minutes: 5}", "2-show, minutes: 5}, {slug: 2-show, minutes: 5}"),
    )
    told = 'a second entry for "2-show" [notebooks]'
    assert [line.partition("slug: ")[2] for line in problems()] == [told, told]


def test_minutes_that_are_far_from_what_the_text_and_items_take_are_told(curriculum: Path, problems: Problems):
    # The lesson's words and its four items come to 5.3 minutes; 8 are within three of that, 9 are not.
    edit(curriculum, "course.yaml", "{slug: 1-look, minutes: 5}", "{slug: 1-look, minutes: 8}")
    assert problems() == []
    edit(curriculum, "course.yaml", "{slug: 1-look, minutes: 8}", "{slug: 1-look, minutes: 9}")
    assert problems() == [
        (
            "curriculum/course.yaml:7: modules.0.notebooks.0.minutes: 9 minutes are planned, its text and items come "
            "to about 5 [minutes]"
        )
    ]


def test_minutes_beyond_what_the_course_promises_are_told(curriculum: Path, problems: Problems):
    # The plan is far above, so that only the plan is told, not what lint reckons.
    edit(curriculum, "course.yaml", PLAN, PLAN.replace("minutes: 5", "minutes: 8"))
    promise(curriculum, "minutes_of_notebook: 7, minutes_of_module: [17, 18]")
    assert [line.partition("modules.0.")[2] for line in problems()] == [
        "notebooks: the notebooks take 16 minutes together; the course promises 17 to 18 [minutes]",
        "notebooks.0.minutes: 8 minutes; the course promises at most 7 [minutes]",
        "notebooks.1.minutes: 8 minutes; the course promises at most 7 [minutes]",
    ]


def test_a_plan_within_the_promise_hides_no_lesson_that_is_longer(curriculum: Path, problems: Problems):
    # The lessons come to 5.3 and 5.0 minutes by text and items, whatever the plan says.
    edit(curriculum, "course.yaml", PLAN, PLAN.replace("minutes: 5", "minutes: 3"))
    promise(curriculum, "minutes_of_notebook: 4, minutes_of_module: [1, 9]")
    assert [line.partition("notebooks: ")[2] for line in problems()] == [
        "1-look comes to about 5.3 minutes by its text and items; the course promises 4 [minutes]",
        "2-show comes to about 5.0 minutes by its text and items; the course promises 4 [minutes]",
        "text and items come to about 10.3 minutes together; the course promises at most 9 [minutes]",
    ]


def test_points_that_the_graded_items_do_not_give_are_told(curriculum: Path, problems: Problems):
    # 1 for the choice, 3 for the reply, 2 for the trap, 3 for the match.
    edit(curriculum, "course.yaml", "2-show, minutes: 5", "2-show, minutes: 5, points: 9")
    assert problems() == []
    edit(curriculum, "course.yaml", "points: 9", "points: 10")
    assert problems() == [
        (
            "curriculum/course.yaml:7: modules.0.notebooks.1.points: 10 points are planned, its graded items give 9 "
            "[graded-points]"
        )
    ]


def test_weights_that_the_graded_items_do_not_have_are_told(curriculum: Path, problems: Problems):
    # Of 9 points: 1, 3, 2 and 3.
    right = "{choose-move: 0.11, write-reply: 0.33, spot-the-trap: 0.22, match-reason: 0.33}"
    edit(curriculum, "course.yaml", "    notebooks:", f"    weights: {right}\n    notebooks:")
    assert problems() == []
    edit(curriculum, "course.yaml", "write-reply: 0.33", "write-reply: 0.5")
    assert problems() == [
        (
            "curriculum/course.yaml:7: modules.0.weights.write-reply: 0.5 is planned; its graded items have 0.33 of "
            "the points [weights]"
        )
    ]


@pytest.mark.parametrize(
    ("promised", "told"),
    [
        ("vignettes: 3", "2 vignettes; the course promises 3"),
        ("items: 9", "8 items; the course promises 9"),
        ("written_items: 3", "2 written items; the course promises 3"),
        ("pretest_items: 1", "0 items in the pre-test; the course promises 1"),
        ("graded_items: 5", "4 graded items; the course promises 5"),
        ("diagrams: 1", "0 diagrams; the course promises 1"),
    ],
)
def test_fewer_than_the_course_promises_are_told(curriculum: Path, problems: Problems, promised: str, told: str):
    promise(curriculum, promised)
    assert problems() == [f"curriculum/course.yaml:5: modules.0.slug: first-steps has {told} [standards]"]


def test_as_many_as_promised_are_enough(curriculum: Path, problems: Problems):
    promise(curriculum, "vignettes: 2, items: 8, written_items: 2, graded_items: 4, minutes_of_module: [10, 11]")
    assert problems() == []
