"""What a learner gets back of an autograded notebook: answers, evidence, remarks; no code, nothing for instructors."""

from collections.abc import Mapping

from nbformat import NotebookNode
from nbgrader.utils import is_grade

from curriculum_utils.content import words
from curriculum_utils.grading.feedback_page import page_facts
from curriculum_utils.grading.gradebook import GradeRow, engine, grades_of
from curriculum_utils.grading.review import INSTRUCTOR
from curriculum_utils.grading.steps import GradingStep, Resources, html_output
from curriculum_utils.items import html


class ForTheLearner(GradingStep):
    """Last before feedback becomes a page."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        grades = self._grades(resources)
        structure = self.rebuilt_from(resources)
        waiting = [name for name, grade in grades.items() if grade.needs_manual_grade]
        resources["curriculum"] = page_facts(nb, resources["nbgrader"], structure, waiting=len(waiting))
        for cell in nb.cells:
            if cell.cell_type != "code":
                continue
            cell.outputs = [output for output in cell.outputs if _is_for_learners(output)]
            if not is_grade(cell):
                # The template asks for this; it would show the call that drew the exercise.
                cell.metadata["transient"] = {"remove_source": True}
                continue
            name = cell.metadata.nbgrader["grade_id"]
            # A grade cell's heading, with its score, stands in the block that shows its source.
            item = structure.items.get(name)
            cell.source = f"# {item.exercise.title}" if item is not None else ""
            if (grade := grades.get(name)) is not None and grade.manual_score is not None:
                cell.outputs.append(html_output(_person(grade.manual_score, grade.maximum)))
            if name in waiting:
                cell.outputs.append(html_output(_box(words("feedback-waits"), cls="cu-review")))
        return nb, resources

    def _grades(self, resources: Resources) -> Mapping[str, GradeRow]:
        """The gradebook's row of each graded item of the notebook."""
        about = resources["nbgrader"]
        with engine(about["db_url"]).connect() as connection:
            return grades_of(connection, about["student"], about["assignment"], about["notebook"])


def _is_for_learners(output: NotebookNode) -> bool:
    # The bare number under the answer is for nbgrader's gradebook, and a person may have given another one since.
    audience = output.get("metadata", {}).get("curriculum", {}).get("audience")
    return output.output_type == "display_data" and audience != INSTRUCTOR


def _person(score: float, maximum: float) -> str:
    told = words("scored-by-person", points=f"{score:g}", maximum=f"{maximum:g}")
    return _box(told, cls="cu-points")


def _box(sentence: str, *, cls: str) -> str:
    return html.tag("div", html.paragraph(sentence, cls=cls), cls="cu-static")
