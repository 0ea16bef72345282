"""What a learner gets back of an autograded notebook: answers, evidence, remarks; no code, nothing for instructors."""

# The untyped libraries are nbgrader and nbformat.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from nbformat import NotebookNode
from nbgrader.utils import is_grade, parse_utc

from curriculum_utils.content import ReleasedModule, as_list, as_mapping, words
from curriculum_utils.grading.decided_outcome import standing_outcome
from curriculum_utils.grading.decisions import standing_decisions
from curriculum_utils.grading.feedback_page import page_facts
from curriculum_utils.grading.gradebook import GradeRow, engine, grades_of
from curriculum_utils.grading.remarks import Remarks, remarks_of
from curriculum_utils.grading.review import INSTRUCTOR, RETURNED
from curriculum_utils.grading.steps import GradingStep, Resources, html_output
from curriculum_utils.items import html
from curriculum_utils.items.assessing import NO_FORMULAS, GradedItem, graded_html
from curriculum_utils.items.due import utc_text
from curriculum_utils.items.returned import (
    InstructorRemark,
    ReturnedAnswer,
    ReturnedItem,
    ReturnedPage,
    answer_returned,
    answers_of,
    as_script,
)


class ForTheLearner(GradingStep):
    """Last before feedback becomes a page."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        grades, remarks = self._gradebook(resources)
        structure = self.rebuilt_from(resources)
        waiting = [name for name, grade in grades.items() if grade.needs_manual_grade]
        resources["curriculum"] = page_facts(nb, resources["nbgrader"], structure, waiting=len(waiting))
        decided = self._decided(resources, grades)
        resources["curriculum"]["data"] = as_script(self._page(nb, resources, structure, grades, remarks, decided))
        for cell in nb.cells:
            said = remarks.of(str(cell.metadata.get("nbgrader", {}).get("grade_id", "")))
            if cell.cell_type != "code":
                # No cell of ours: a task that an instructor has added. The template shows it.
                cell.metadata["curriculum_remarks"] = "".join(map(_remark, said))
                continue
            cell.outputs = [output for output in cell.outputs if _is_for_learners(output)]
            if not is_grade(cell):
                # The template asks for this; it would show the call that drew the exercise.
                cell.metadata["transient"] = {"remove_source": True}
                cell.outputs += [html_output(_remark(remark)) for remark in said]
                continue
            name = cell.metadata.nbgrader["grade_id"]
            # A grade cell's heading, with its score, stands in the block that shows its source.
            item = structure.items.get(name)
            cell.source = f"# {item.exercise.title}" if item is not None else ""
            if name in decided:
                # The answer is the first thing that grading wrote here.
                cell.outputs[:1] = [html_output(graded_html(decided[name]))]
            if (grade := grades.get(name)) is not None and grade.manual_score is not None:
                cell.outputs.append(html_output(_person(grade.manual_score, grade.maximum)))
            if name in waiting:
                cell.outputs.append(html_output(_box(words("feedback-waits"), cls="cu-review")))
            cell.outputs += [html_output(_remark(remark)) for remark in said]
        nb.metadata.pop(RETURNED, None)
        return nb, resources

    def _gradebook(self, resources: Resources) -> tuple[Mapping[str, GradeRow], Remarks]:
        """The gradebook's row of each graded item of the notebook, and what is said of its cells."""
        about = resources["nbgrader"]
        whose = (about["student"], about["assignment"], about["notebook"])
        with engine(about["db_url"]).connect() as connection:
            return grades_of(connection, *whose), remarks_of(connection, about["db_url"], *whose)

    def _decided(self, resources: Resources, grades: Mapping[str, GradeRow]) -> dict[str, GradedItem]:
        """What was found of the answers whose labels a person has decided on, by the person's labels."""
        about = resources["nbgrader"]
        decisions = standing_decisions(about["db_url"], about["assignment"])
        found: dict[str, GradedItem] = {}
        for name, grade in grades.items():
            decision = decisions.get(grade.id)
            if decision is None or grade.manual_score is None:
                continue
            # Only here are replies scored once more: for the evidence of the labels that stand.
            graded = self.assessed(resources)[name]
            outcome = standing_outcome(graded.item, graded.answer, graded.outcome, graded.vocabulary, decision)
            if outcome is not graded.outcome:
                found[name] = replace(graded, outcome=outcome)
        return found

    def _page(
        self,
        nb: NotebookNode,
        resources: Resources,
        structure: ReleasedModule,
        grades: Mapping[str, GradeRow],
        remarks: Remarks,
        decided: Mapping[str, GradedItem],
    ) -> ReturnedPage:
        """The page's own data, from which the lesson shows the same at each answer."""
        about, kept = resources["nbgrader"], as_mapping(nb.metadata.get(RETURNED))
        answers = answers_of(kept) | {name: answer_returned(graded) for name, graded in decided.items()}
        items = [
            _item(answers.get(item.id, ReturnedAnswer(id=item.id, digest=item.digest)), grades[item.id], remarks)
            for item in structure.items_of(about["notebook"])
            if item.graded and item.id in grades
        ]
        return ReturnedPage(
            module=structure.module,
            notebook=about["notebook"],
            logs=tuple(str(log) for log in as_list(kept.get("logs"))),
            submitted=self._submitted(resources),
            made=utc_text(datetime.now(UTC)),
            score=round(float(about["score"]), 4),
            maximum=round(float(about["max_score"]), 4),
            items=tuple(items),
        )

    def _submitted(self, resources: Resources) -> str:
        """When it was handed in, as the exchange filed it; empty where nothing says so."""
        try:
            text = (self.place(resources).autograded / "timestamp.txt").read_text("utf-8").strip()
            return utc_text(parse_utc(text).replace(tzinfo=UTC))
        except (OSError, ValueError, OverflowError):
            return ""


def _item(answer: ReturnedAnswer, grade: GradeRow, remarks: Remarks) -> ReturnedItem:
    score = grade.auto_score if grade.manual_score is None else grade.manual_score
    return ReturnedItem(
        **dict(answer),
        score=score,
        maximum=grade.maximum,
        waiting=bool(grade.needs_manual_grade),
        by_person=grade.manual_score is not None,
        remarks=remarks.of(answer.id),
    )


def _is_for_learners(output: NotebookNode) -> bool:
    # The bare number under the answer is for nbgrader's gradebook, and a person may have given another one since.
    audience = output.get("metadata", {}).get("curriculum", {}).get("audience")
    return output.output_type == "display_data" and audience != INSTRUCTOR


def _person(score: float, maximum: float) -> str:
    told = words("scored-by-person", points=f"{score:g}", maximum=f"{maximum:g}")
    return _box(told, cls="cu-points")


def _remark(remark: InstructorRemark) -> str:
    by = words("returned-remark-by", by=remark.by) if remark.by else words("returned-remark")
    inner = html.paragraph(by, cls="cu-remark-by") + html.paragraph(remark.text, cls="cu-remark-text")
    return html.tag("div", inner, cls=f"cu-static cu-from-instructor {NO_FORMULAS}")


def _box(sentence: str, *, cls: str) -> str:
    return html.tag("div", html.paragraph(sentence, cls=cls), cls="cu-static")
