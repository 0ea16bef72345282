"""What a learner gets back of an autograded notebook: answers, evidence, remarks; no code, nothing for instructors."""

from nbformat import NotebookNode
from nbgrader.utils import is_grade

from curriculum_utils.content import words
from curriculum_utils.grading.feedback_page import page_facts
from curriculum_utils.grading.gradebook import engine, grades_of
from curriculum_utils.grading.review import INSTRUCTOR
from curriculum_utils.grading.steps import GradingStep, Resources, html_output
from curriculum_utils.items import html


class ForTheLearner(GradingStep):
    """Last before feedback becomes a page."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        given = self._given_by_a_person(resources)
        structure = self.rebuilt_from(resources)
        resources["curriculum"] = page_facts(nb, resources["nbgrader"], structure)
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
            if name in given:
                cell.outputs.append(html_output(_person(*given[name])))
        return nb, resources

    def _given_by_a_person(self, resources: Resources) -> dict[str, tuple[float, float]]:
        """Score and maximum of each item that a person scored."""
        about = resources["nbgrader"]
        with engine(about["db_url"]).connect() as connection:
            grades = grades_of(connection, about["student"], about["assignment"], about["notebook"])
        return {
            name: (grade.manual_score, grade.maximum)
            for name, grade in grades.items()
            if grade.manual_score is not None
        }


def _is_for_learners(output: NotebookNode) -> bool:
    # The bare number under the answer is for nbgrader's gradebook, and a person may have given another one since.
    audience = output.get("metadata", {}).get("curriculum", {}).get("audience")
    return output.output_type == "display_data" and audience != INSTRUCTOR


def _person(score: float, maximum: float) -> str:
    told = words("scored-by-person", points=f"{score:g}", maximum=f"{maximum:g}")
    return html.tag("div", html.paragraph(told, cls="cu-points"), cls="cu-static")
