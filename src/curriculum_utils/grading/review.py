"""Which grades wait for a person, and which decisions of a person stay settled when a submission is graded again.

nbgrader's SaveAutoGrades knows neither: it clears the flag of every cell that has a score, and sets it again
wherever a person has given one. So what was decided is written down before it runs, and held against the result after.
"""

import json
from uuid import uuid4

from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_grade

from curriculum_utils.content import words
from curriculum_utils.grading.gradebook import (
    GradeRow,
    ReviewRow,
    engine,
    grades_of,
    make_review_table,
    make_table,
    put_review,
    reviews,
    set_flag,
)
from curriculum_utils.grading.history import keep_history, last_change, name_grading, resting_on, writing
from curriculum_utils.grading.rests_on import RESTS_ON, put_rests_on, rests_on
from curriculum_utils.grading.steps import GradingStep, Resources, html_output
from curriculum_utils.items import html, stylesheet
from curriculum_utils.items.assessing import NO_FORMULAS, GradedItem, read_submitted
from curriculum_utils.items.returned import answer_returned

INSTRUCTOR = "instructor"
# In an autograded notebook's metadata, which is made anew from the release before each grading.
RETURNED = "curriculum_returned"
GRADING = "grading"
_WHY = "graded from the response log"
_LATE = "late by the cohort's rule"
_BEGAN, _RUN = "curriculum_history_began", "curriculum_grading_run"
_TOLERANCE = 1e-9


class RememberDecisions(GradingStep):
    """Before SaveAutoGrades: which grades of this notebook are settled as they stand."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        about = resources["nbgrader"]
        keep_history(about["db_url"])
        make_review_table(about["db_url"])
        make_table(about["db_url"], RESTS_ON)
        resources[_RUN] = uuid4().hex
        with engine(about["db_url"]).begin() as connection:
            # In this process alone: of a grading that is killed nothing stays behind that could name later writes.
            resources[_BEGAN] = last_change(connection)
            grades = grades_of(connection, about["student"], about["assignment"], about["notebook"]).values()
            known = reviews(connection, [grade.id for grade in grades])
            for grade in grades:
                row = known.get(grade.id, ReviewRow())
                if row.under_way:
                    continue  # killed halfway: by now the flag is nbgrader's, the decision is the one noted then
                settled = was_settled(grade, row)
                put_review(connection, grade.id, ReviewRow(row.basis, settled, under_way=True, reasons=row.reasons))
        return nb, resources


class FlagForReview(GradingStep):
    """After SaveAutoGrades: no score where there is none, and a person asked where one is needed.

    The reasons are written under the cell for instructors; feedback leaves them out.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        about, assessed = resources["nbgrader"], self.assessed(resources)
        cells = {str(cell.metadata.nbgrader["grade_id"]): cell for cell in nb.cells if is_grade(cell)}
        place = _place(resources)
        scorer = self.grading_scorer(self.rebuilt_from(resources)).scorer_version
        with writing(about["db_url"], who=GRADING, why=_WHY) as connection:
            grades = grades_of(connection, *place)
            known = reviews(connection, [grade.id for grade in grades.values()])
            for name, grade in grades.items():
                graded, cell = assessed[name], cells[name]
                reasons = [*graded.review, *_differs(cell, graded)]
                facts = rests_on(graded, scorer)
                what = {**facts.versions, "run": resources[_RUN]}
                name_grading(connection, place, after=resources[_BEGAN], who=GRADING, why=_WHY, what=what, item=name)
                resting_on(connection, what)
                waiting = waits(
                    graded, known.get(grade.id, ReviewRow()), reasons, decided=grade.manual_score is not None
                )
                set_flag(connection, grade.id, waiting=waiting, unscored=graded.score is None)
                told = json.dumps(reasons, ensure_ascii=False)
                put_review(connection, grade.id, ReviewRow(graded.basis, reasons=told))
                put_rests_on(connection, grade.id, facts)
                cell.outputs += [_for_a_person(reason) for reason in reasons]
        self._dress(nb, resources)
        self._note_for_feedback(nb, resources)
        return nb, resources

    def _note_for_feedback(self, nb: NotebookNode, resources: Resources) -> None:
        """What feedback will say of the answers as data: worked out here, where each outcome is at hand."""
        log = read_submitted(self.place(resources).submitted, resources["nbgrader"]["notebook"], assessed=True)
        items = [answer_returned(graded).model_dump(mode="json") for graded in self.assessed(resources).values()]
        nb.metadata[RETURNED] = {"logs": list(log.contents.log_ids), "items": items}

    def _dress(self, nb: NotebookNode, resources: Resources) -> None:
        """Under the first code cell: the look of the answers and, for instructors, what was odd about the log."""
        first = next((cell for cell in nb.cells if cell.cell_type == "code" and not is_grade(cell)), None)
        if first is None:
            return
        first.outputs.append(html_output(stylesheet()))
        log = read_submitted(self.place(resources).submitted, resources["nbgrader"]["notebook"], assessed=True)
        if log.contents.notices:
            told = words("log-notices", notices="; ".join(log.contents.notices))
            first.outputs.append(html_output(_note(told), audience=INSTRUCTOR))


class NoteLateness(GradingStep):
    """After AssignLatePenalties: the history says of a penalty that changed that it came from grading."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        what = {"release": self.rebuilt_from(resources).release, "run": resources[_RUN]}
        began, place = resources[_BEGAN], _place(resources)
        with engine(resources["nbgrader"]["db_url"]).begin() as connection:
            name_grading(connection, place, after=began, who=GRADING, why=_LATE, what=what)
        return nb, resources


def was_settled(grade: GradeRow, row: ReviewRow) -> bool:
    """Whether a person had settled a grade before a grading that begins, or began and was killed."""
    return row.settled if row.under_way else not grade.needs_manual_grade


def waits(graded: GradedItem, row: ReviewRow, reasons: list[str], *, decided: bool) -> bool:
    """Whether a grade waits for a person when its grading is done.

    Args:
        row: what was noted before it; `settled` as `was_settled` gives it.
        decided: a person has given points.
    """
    settled = row.settled and row.basis == graded.basis
    return (bool(reasons) or graded.score is None or decided) and not settled


def _place(resources: Resources) -> tuple[str, str, str]:
    about = resources["nbgrader"]
    return about["student"], about["assignment"], about["notebook"]


def _differs(cell: NotebookNode, graded: GradedItem) -> list[str]:
    """A reason, where the cell was executed and gave another score than its response log."""
    logged = 0.0 if graded.score is None else graded.score
    executed = determine_grade(cell)[0] or 0.0
    if abs(executed - logged) <= _TOLERANCE:
        return []
    return [words("review-execution", executed=f"{executed:g}", logged=f"{logged:g}")]


def _for_a_person(reason: str) -> NotebookNode:
    return html_output(_note(words("for-a-person", reason=reason)), audience=INSTRUCTOR)


def _note(sentence: str) -> str:
    # A sentence may name what stood in a learner's file.
    return html.tag("div", html.paragraph(sentence, cls="cu-review"), cls=f"cu-static {NO_FORMULAS}")
