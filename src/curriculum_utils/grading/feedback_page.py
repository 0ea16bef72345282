"""The page that a learner gets back: our own template in nbgrader's place, loading nothing from anywhere."""

# The untyped libraries are nbconvert and nbformat.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from importlib.resources import files
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbgrader.utils import is_grade

from curriculum_utils.content import ReleasedModule, direction, language, words

TEMPLATE = "curriculum-feedback"


class FeedbackExporter(HTMLExporter):
    """The exporter for `c.GenerateFeedback.exporter_class`; `templates()` says where its template lies."""


def templates() -> str:
    """The folder that nbconvert looks for our template in."""
    return str(files("curriculum_utils.grading").joinpath("templates"))


def page_facts(nb: NotebookNode, about: dict[str, Any], release: ReleasedModule, *, waiting: int) -> dict[str, Any]:
    """What the template needs beside the cells, as text.

    Args:
        nb: the notebook, scores already in its cells (nbgrader's GetGrades).
        about: `resources["nbgrader"]`.
        waiting: how many of the answers a person has still to look at.
    """
    notebook = next((one for one in release.notebooks if one.slug == about["notebook"]), None)
    graded = [cell.metadata.nbgrader for cell in nb.cells if is_grade(cell)]
    before = any(item.exercise.use == "pretest" for item in release.items_of(about["notebook"]))
    late = float(about.get("late_penalty") or 0)
    return {
        "language": language(),
        "direction": direction(),
        "module": release.title,
        "title": notebook.title if notebook is not None else about["notebook"],
        "heading": words("feedback-heading", title=notebook.title if notebook is not None else about["notebook"]),
        "style": files("curriculum_utils.grading").joinpath("templates/feedback.css").read_text("utf-8"),
        "total": {"score": _number(about["score"]), "of": words("feedback-of", maximum=_number(about["max_score"]))}
        if graded
        else None,
        "late": words("feedback-late", points=_number(late)) if late else None,
        "waiting": words("feedback-waiting", count=waiting) if waiting else None,
        "contents": words("feedback-contents"),
        "entries": [
            {
                "id": cell["grade_id"],
                "title": release.items[cell["grade_id"]].exercise.title,
                "score": words("feedback-entry", score=_number(cell["score"]), maximum=_number(cell["points"])),
            }
            for cell in graded
            if cell["grade_id"] in release.items
        ],
        "earned": {
            cell["grade_id"]: words("points-earned", points=_number(cell["score"]), maximum=_number(cell["points"]))
            for cell in graded
        },
        "practice": words("feedback-pretest" if before else "feedback-practice"),
        "foot": words("feedback-foot"),
    }


def _number(value: float) -> str:
    """Points as people write them: at most two decimals, none where they are zero."""
    return f"{round(float(value), 2):g}"
