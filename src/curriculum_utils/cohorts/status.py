# The untyped library is nbgrader.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""How far a module has come in a cohort: released, handed in, late, collected, graded, waiting, given back."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from nbgrader.api import Gradebook

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.due import cohort_due_dates
from curriculum_utils.cohorts.extensions import extensions
from curriculum_utils.cohorts.withdrawing import Kept, kept_releases, offered_release
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.exchange import WHY
from curriculum_utils.grading.gradebook import engine, make_review_table, reviews
from curriculum_utils.grading.receipts import read_receipts
from curriculum_utils.items.due import utc_text

SETTLED_BY_HAND = "a person has given points, and what they rest on has changed since, or was never settled"


@dataclass(frozen=True)
class Waiting:
    """One graded answer that waits for a person, and why, in plain sentences."""

    learner: str
    notebook: str
    item: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Status:
    """One module in one cohort; learners by id, dates RFC 3339 in UTC.

    Attributes:
        state: `released`, or `withdrawn` where learners could fetch it once.
        handed_in: whoever has a submission in the exchange or collected.
        late: those collected after their own due date, extension included.
        aside: the folders of what was not taken.
        half_graded: graded in part, as the grading was interrupted; `curriculum grade` does them anew.
    """

    cohort: str
    module: str
    state: str
    due: str | None
    releases: tuple[Kept, ...]
    learners: int
    handed_in: tuple[str, ...]
    late: tuple[str, ...]
    extended: dict[str, str]
    collected: tuple[str, ...]
    aside: tuple[str, ...]
    graded: tuple[str, ...]
    half_graded: tuple[str, ...]
    waiting: tuple[Waiting, ...]
    returned: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The status as data, with what waits counted by reason and by learner."""
        return {
            **asdict(self),
            "waiting_by_reason": dict(Counter(why for one in self.waiting for why in one.reasons).most_common()),
            "waiting_by_learner": dict(sorted(Counter(one.learner for one in self.waiting).items())),
        }


def statuses(cohort: Cohort, module: str | None = None) -> list[Status]:
    """Every module that was ever released to the cohort, or the one named.

    Raises:
        CohortError: the one named was not.
    """
    known = sorted({path.name for path in cohort.releases.glob("[!.]*/") if path.is_dir()})
    if module is not None and module not in known:
        raise CohortError(f"{module} was never released to {cohort.name}{did_you_mean(module, known)}")
    return [status(cohort, name) for name in ([module] if module is not None else known)]


def status(cohort: Cohort, module: str) -> Status:
    """How far one module has come."""
    due = cohort_due_dates(cohort).get(module)
    extended = extensions(cohort).get(module, {})
    receipts = {receipt.learner: receipt for receipt in read_receipts(cohort.folders, module)}
    collected = _with(cohort, "submitted", module)
    late = tuple(
        learner
        for learner in collected
        if learner in receipts and is_late(receipts[learner].received, due, extended.get(learner))
    )
    autograded, complete = _with(cohort, "autograded", module), _complete(cohort, module)
    return Status(
        cohort=cohort.name,
        module=module,
        state="released" if offered_release(cohort, module) is not None else "withdrawn",
        due=None if due is None else utc_text(due),
        releases=tuple(kept_releases(cohort, module)),
        learners=len(cohort.roster()),
        handed_in=tuple(sorted({*collected, *_inbound(cohort, module)})),
        late=late,
        extended={learner: utc_text(until) for learner, until in extended.items()},
        collected=collected,
        aside=tuple(sorted(path.parent.name for path in cohort.set_aside.glob(f"{module}/*/{WHY}"))),
        graded=tuple(learner for learner in autograded if learner in complete),
        half_graded=tuple(learner for learner in autograded if learner not in complete),
        waiting=tuple(waiting_answers(cohort, module)),
        returned=_with(cohort, "feedback", module),
    )


def is_late(received: str, due: datetime | None, until: datetime | None) -> bool:
    """Whether what came at `received` came after the common date, or the learner's own where that is later."""
    if due is None or not received:
        return False
    return datetime.fromisoformat(received).astimezone(UTC) > max(due, until or due)


def waiting_answers(cohort: Cohort, module: str) -> list[Waiting]:
    """The answers to the module that wait for a person, by learner, with the reasons that grading gave."""
    make_review_table(cohort.gradebook_url)
    found: list[tuple[str, str, str, str]] = []
    with Gradebook(cohort.gradebook_url, cohort.name) as gradebook:
        for submission in _submissions(gradebook, module):
            for notebook in submission.notebooks:
                found += [
                    (str(submission.student_id), str(notebook.name), str(grade.name), str(grade.id))
                    for grade in notebook.grades
                    if grade.needs_manual_grade
                ]
    with engine(cohort.gradebook_url).connect() as connection:
        rows = reviews(connection, [grade_id for *_, grade_id in found])
    result: list[Waiting] = []
    for learner, notebook, item, grade_id in sorted(found):
        reasons = tuple(json.loads(rows[grade_id].reasons)) if grade_id in rows else ()
        result.append(Waiting(learner, notebook, item, reasons or (SETTLED_BY_HAND,)))
    return result


def _complete(cohort: Cohort, module: str) -> set[str]:
    """Who has a submission of which every grade rests on a complete grading."""
    make_review_table(cohort.gradebook_url)
    by_learner: dict[str, list[str]] = {}
    with Gradebook(cohort.gradebook_url, cohort.name) as gradebook:
        for submission in _submissions(gradebook, module):
            names = [str(grade.id) for notebook in submission.notebooks for grade in notebook.grades]
            by_learner[str(submission.student_id)] = names
    with engine(cohort.gradebook_url).connect() as connection:
        known = {name: row for names in by_learner.values() for name, row in reviews(connection, names).items()}
    return {
        learner
        for learner, names in by_learner.items()
        if all(name in known and known[name].basis is not None and not known[name].under_way for name in names)
    }


def _submissions(gradebook: Gradebook, module: str) -> list[Any]:
    if module not in {str(assignment.name) for assignment in gradebook.assignments}:
        return []
    return list(gradebook.assignment_submissions(module))


def _with(cohort: Cohort, step: str, module: str) -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in cohort.step(step).glob(f"[!.]*/{module}") if path.is_dir()))


def _inbound(cohort: Cohort, module: str) -> set[str]:
    known = {learner.id for learner in cohort.roster()}
    names = (path.name.rsplit("+", 3) for path in (cohort.exchange / cohort.name / "inbound").glob(f"*+{module}+*"))
    return {name[0] for name in names if len(name) == 4 and name[1] == module} & known
