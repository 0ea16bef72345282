"""`show`, `grade`, `start` and `again`, as pages call them, and what they do where nbgrader runs the notebook.

Under nbgrader nothing is drawn and nothing is written: `validate` asks whether every graded item has an answer,
`autograde` (where a course lets it run notebooks) for points. What they get is worked out in `items.executed`.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from curriculum_utils.content import did_you_mean, words
from curriculum_utils.errors import CurriculumError
from curriculum_utils.items.assessing import LazyScorer
from curriculum_utils.scoring import Scorer
from curriculum_utils.widgets.jupyter import show_html, show_widget
from curriculum_utils.widgets.place import released
from curriculum_utils.widgets.record import ItemRecord
from curriculum_utils.widgets.saved_copy import answer_html, problem_html

T = TypeVar("T")


class CellError(CurriculumError):
    """What a graded cell raises under nbgrader; prints as its sentence, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def show(item_id: str) -> None:
    """Show a practice exercise; something that keeps it from being shown is told in its place."""
    try:
        match os.environ.get("NBGRADER_EXECUTION"):
            case None:
                _show_live(item_id)
            case "autograde":
                from curriculum_utils.items.executed import practice_cell  # noqa: PLC0415

                show_html(practice_cell(item_id))
            case _:
                show_html(answer_html(_record(item_id)))
    except CurriculumError as error:
        show_html(problem_html(str(error)))
    except Exception as error:  # noqa: BLE001 - a learner should not read a traceback, whatever it was
        show_html(problem_html(words("not-shown", reason=f"{type(error).__name__}: {error}")))


def start() -> None:
    """Show the start page: the modules in the working folder; what keeps it from being shown is told in its place."""
    try:
        from curriculum_utils.widgets.start_page import StartPage  # noqa: PLC0415 - a lesson does not need it

        show_widget(StartPage(Path.cwd()))
    except Exception as error:  # noqa: BLE001 - as above
        show_html(problem_html(words("not-shown", reason=f"{type(error).__name__}: {error}")))


def again() -> None:
    """Show the page to practise again what was missed; what keeps it from being shown is told in its place."""
    try:
        from curriculum_utils.widgets.again_page import AgainPage  # noqa: PLC0415 - as above

        AgainPage(Path.cwd(), LazyScorer(_scorer)).show()
    except Exception as error:  # noqa: BLE001 - as above
        show_html(problem_html(words("not-shown", reason=f"{type(error).__name__}: {error}")))


def grade(item_id: str) -> float | None:
    """Show a graded exercise; its points where nbgrader autogrades by running notebooks, else nothing.

    Raises:
        CellError: under nbgrader, where the item has no answer or cannot be read.
    """
    execution = os.environ.get("NBGRADER_EXECUTION")
    if execution is None:
        return show(item_id)
    # Here and not above: what nbgrader alone needs takes time to load.
    from curriculum_utils.items.executed import graded_cell, validated_cell  # noqa: PLC0415

    if execution == "autograde":
        html, points = _plainly(lambda: graded_cell(item_id))
        show_html(html)
        return points
    return _plainly(lambda: validated_cell(item_id))


def _plainly(act: Callable[[], T]) -> T:
    # An error, and not a sentence as output: nbgrader gives full points to a graded cell that fails silently.
    try:
        return act()
    except CurriculumError as error:
        raise CellError(str(error)) from None


def _record(item_id: str) -> ItemRecord:
    folder = Path.cwd()
    release = released(folder)
    if item_id not in release.items:
        raise CurriculumError(words("unknown-item", item=item_id, hint=did_you_mean(item_id, release.items)))
    return ItemRecord(release.items[item_id], release, folder, scorer=LazyScorer(_scorer))


def _show_live(item_id: str) -> None:
    record = _record(item_id)
    # ipywidgets is not needed where nbgrader runs the notebook.
    from curriculum_utils.widgets.card import CARDS  # noqa: PLC0415

    CARDS[record.item.exercise.type](record).show()


def _scorer() -> Scorer:
    from curriculum_utils.scoring import load_scorer  # noqa: PLC0415

    return load_scorer()
