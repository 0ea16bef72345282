# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""The verbs of a term (release, collect, grade, feedback) as nbgrader runs them, for one cohort.

nbgrader changes the working directory and the environment of its process: what runs side by side runs in
processes of its own.
"""

import multiprocessing
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.utils import capture_log, temp_attrs

from curriculum_utils.cohorts.cohort import Cohort, open_cohort, require_open
from curriculum_utils.cohorts.due import Due
from curriculum_utils.cohorts.passing import note_hand_ins
from curriculum_utils.cohorts.releasing import preflight
from curriculum_utils.cohorts.settings import cohort_config
from curriculum_utils.errors import GradingError, ReleaseError
from curriculum_utils.grading.extensions import carry
from curriculum_utils.grading.gradebook import due_dates, set_due_date

Progress = Callable[[str], None]
"""Told the learner's id each time one is done."""

Verb = Literal["autograde", "generate_feedback"]


@dataclass(frozen=True)
class Done:
    """What became of one learner's submission; `problem` is None when all went well."""

    learner: str
    problem: str | None = None


def release(cohort: Cohort, module: str, *, force: bool = False, due: Due | None = None) -> None:
    """Generates a module's release and puts it into the exchange.

    Args:
        force: let it take the place of another release of the module; what learners answered stays.
        due: when it is to be handed in; left as it was for None. Where the release is out already as it is now, only
            its date is changed.
    Raises:
        ReleaseError: something would leak or be overwritten, all of it told, or nbgrader refused.
    """
    if problems := preflight(cohort, module, force=force):
        raise ReleaseError("\n".join(problems))
    api = nbgrader_api(cohort)
    with chdir(cohort.root):
        _expect(api.generate_assignment(module, force=True, create=True), ReleaseError, f"{module}: not generated")
        # As the interface's own release_assignment does, which has no way to say --force.
        exchange = cast(Any, api.exchange)
        with temp_attrs(api.coursedir, assignment_id=module):
            step = exchange.ReleaseAssignment(coursedir=api.coursedir, authenticator=api.authenticator, parent=api)
            step.force = force
            with _due_date(cohort, module, due):
                _expect(capture_log(step), ReleaseError, f"{module}: not released")
    carry(cohort.gradebook_url, module)


@contextmanager
def _due_date(cohort: Cohort, module: str, due: Due | None) -> Generator[None]:
    """Sets the gradebook's date, from which releasing takes it; sets it back where releasing fails."""
    if due is None:
        yield
        return
    before = due_dates(cohort.gradebook_url).get(module)
    set_due_date(cohort.gradebook_url, module, due.at)
    try:
        yield
    except BaseException:
        set_due_date(cohort.gradebook_url, module, before)
        raise


def collect(cohort: Cohort, module: str, *, update: bool = True) -> list[str]:
    """Collects what was submitted and returns who has a submission now.

    Args:
        update: let a newer submission take the place of the one collected before.
    Raises:
        GradingError: nbgrader could not collect at all.
    """
    api = nbgrader_api(cohort)
    with chdir(cohort.root):
        _expect(api.collect(module, update=update), GradingError, f"{module}: not collected")
        return sorted(api.get_submitted_students(module))


def grade(
    cohort: Cohort, module: str, learners: Iterable[str], *, workers: int = 1, progress: Progress | None = None
) -> list[Done]:
    """Grades the learners' submissions; one that fails is told, and the rest goes on."""
    # nbgrader keeps one submission: what the one before stands at is written down before this one takes its place.
    note_hand_ins(cohort, module)
    done = _each(cohort, module, "autograde", list(learners), workers=workers, progress=progress)
    note_hand_ins(cohort, module)
    return done


def give_feedback(
    cohort: Cohort, module: str, learners: Iterable[str], *, workers: int = 1, progress: Progress | None = None
) -> list[Done]:
    """Generates the learners' feedback pages and returns them through the exchange."""
    done = _each(cohort, module, "generate_feedback", list(learners), workers=workers, progress=progress)
    api = nbgrader_api(cohort)
    with chdir(cohort.root):
        _expect(api.release_feedback(module), GradingError, f"{module}: feedback not returned")
    return done


def waiting(cohort: Cohort, module: str) -> int:
    """How many answers to the module wait for a person."""
    with Gradebook(cohort.gradebook_url, cohort.name) as gradebook:
        submissions = gradebook.find_assignment(module).submissions
        return sum(
            bool(grade.needs_manual_grade)
            for submission in submissions
            for notebook in submission.notebooks
            for grade in notebook.grades
        )


def submitted(cohort: Cohort, module: str) -> list[str]:
    """Who has a collected submission, by id."""
    return sorted(path.parent.name for path in cohort.step("submitted").glob(f"*/{module}") if path.is_dir())


def graded(cohort: Cohort, module: str) -> list[str]:
    """Who has a graded submission, by id."""
    return sorted(path.parent.name for path in cohort.step("autograded").glob(f"*/{module}") if path.is_dir())


def nbgrader_api(cohort: Cohort) -> NbGraderAPI:
    """nbgrader's own interface, set up for this cohort.

    Raises:
        CohortError: the cohort is archived; all that changes it goes through here.
    """
    require_open(cohort)
    return NbGraderAPI(config=cohort_config(cohort))


def _each(
    cohort: Cohort, module: str, verb: Verb, learners: Sequence[str], *, workers: int, progress: Progress | None
) -> list[Done]:
    tell = progress or _silent
    if workers <= 1 or len(learners) < 2:
        api = nbgrader_api(cohort)
        found: list[Done] = []
        for learner in learners:
            found.append(_one(api, cohort.root, module, verb, learner))
            tell(learner)
        return found
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _start_worker, (cohort.root, cohort.name)) as pool:
        jobs: dict[Future[Done], str] = {
            pool.submit(_in_worker, module, verb, learner): learner for learner in learners
        }
        results: dict[str, Done] = {}
        for job in as_completed(jobs):
            learner = jobs[job]
            error = job.exception()
            results[learner] = job.result() if error is None else Done(learner, f"the worker stopped: {error}")
            tell(learner)
    return [results[learner] for learner in learners]


def _silent(_learner: str) -> None:
    """Progress that nobody watches."""


_worker: list[tuple[NbGraderAPI, Path]] = []


def _start_worker(root: Path, name: str) -> None:
    _worker.append((nbgrader_api(open_cohort(root, name)), root))


def _in_worker(module: str, verb: Verb, learner: str) -> Done:
    api, root = _worker[0]
    return _one(api, root, module, verb, learner)


def _one(api: NbGraderAPI, root: Path, module: str, verb: Verb, learner: str) -> Done:
    with chdir(root):
        result = getattr(api, verb)(module, learner, force=True)
    return Done(learner, None if result["success"] else told(result))


def told(result: dict[str, Any]) -> str:
    """What went wrong in one line: nbgrader's last error, or the end of its traceback."""
    lines = [line for line in str(result.get("log") or "").splitlines() if "[ERROR]" in line or "[CRITICAL]" in line]
    if lines:
        return lines[-1].split("] ", 1)[-1]
    ends = str(result.get("error") or "").strip().splitlines()
    return ends[-1] if ends else "nbgrader gave no reason"


def _expect(result: dict[str, Any] | None, error: type[ReleaseError | GradingError], what: str) -> None:
    if result is None or not result["success"]:
        raise error(f"{what}: {told(result or {})}")
