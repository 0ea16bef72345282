"""Deciding and changing a cohort, killed before each commit and each change of a file, and run again: done once."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from copied_term import begun
from killed import CALLS
from nbgrader.api import Gradebook
from report_term import DOUBTFUL, MODULE, Term, scripted
from sqlalchemy import Engine, event

from curriculum_utils.cohorts import open_cohort
from curriculum_utils.cohorts.changing import change_cohort
from curriculum_utils.cohorts.deciding import decide
from curriculum_utils.grading.decisions import all_decisions
from curriculum_utils.grading.history import changes, keep_history
from curriculum_utils.grading.remarks import standing_remarks

WRITE = "fs-a-write"
HANDLE = f"{MODULE}/{WRITE}/ana"
KILLED = 99


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Term:
    """ana has handed in late: a doubtful reply that the scorer gave 1 point of 3."""
    term = begun(tmp_path_factory.mktemp("made"))
    term.late_rule("50%")
    term.answer("ana", WRITE, {"text": DOUBTFUL})
    rest = dict.fromkeys(("fs-a-choose", "fs-a-spot", "fs-a-match"), 0.0)
    term.grade("ana", {**rest, WRITE: 1.0}, waits=[WRITE], late=True)
    keep_history(term.cohort.gradebook_url)
    return term


def killed_runs(made: Term, folder: Path, run: Callable[[Term], object]) -> Iterator[Term]:
    """A term for each kill point, killed there and then run again; the last one was not killed."""
    for point in count():
        shutil.copytree(made.cohort.root, folder / str(point), symlinks=True)
        term = Term(open_cohort(folder / str(point), made.cohort.name), made.release)
        child = os.fork()
        if child == 0:
            _die_before(point)
            try:
                run(term)
            except BaseException:  # noqa: BLE001 - what went wrong is told by the status
                os._exit(1)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in (0, KILLED), f"at {point}: {status}"
        run(term)
        yield term
        if status == 0:
            assert point > 2, "hardly anything was killed"
            return


def _die_before(point: int) -> None:
    left = [point]

    def step(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            os._exit(KILLED)

    event.listen(Engine, "commit", step)
    os.fsync = lambda _descriptor: None
    for name in CALLS:
        setattr(os, name, _stepping(getattr(os, name), step))


def _stepping(call: Callable[..., object], step: Callable[[], None]) -> Callable[..., object]:
    def stepping(*arguments: object, **named: object) -> object:
        step()
        return call(*arguments, **named)

    return stepping


def penalty(term: Term) -> float:
    with Gradebook(term.cohort.gradebook_url, term.cohort.name) as gradebook:
        return gradebook.find_submission(MODULE, "ana").late_submission_penalty


def test_a_decision_is_kept_once_with_its_points_its_penalty_and_its_remark(made: Term, tmp_path: Path):
    def run(term: Term) -> object:
        return decide(
            term.cohort, HANDLE, {"names_pattern": "overturn"}, by="kim", said="Read it again.", scorer=scripted()
        )

    for term in killed_runs(made, tmp_path, run):
        url = term.cohort.gradebook_url
        # Two of three criteria of 3 points, by the person; half of them lost.
        assert [(one.action, one.score, one.by) for one in all_decisions(url)] == [("decide", 2.0, "kim")]
        told = [one.new.manual for one in changes(url, "ana", item=WRITE) if one.who == "kim"]
        assert told == [2.0]
        assert penalty(term) == 1.0
        assert standing_remarks(url, "ana", MODULE)[WRITE].text == "Read it again."


def test_a_change_is_complete_with_its_roster_its_settings_and_its_penalties(made: Term, tmp_path: Path):
    new = tmp_path / "roster.csv"
    new.write_text(made.cohort.roster_path.read_text("utf-8") + "eve,Eve,Ray\n", "utf-8")

    def run(term: Term) -> object:
        return change_cohort(open_cohort(term.cohort.root, term.cohort.name), roster=new, late="20%", pass_mark=70.0)

    for term in killed_runs(made, tmp_path / "runs", run):
        cohort = open_cohort(term.cohort.root, term.cohort.name)
        assert (cohort.settings.late, cohort.settings.pass_mark) == ("20%", 70.0)
        assert [one.id for one in cohort.roster()] == ["ana", "bo", "cy", "dee", "eve"]
        with Gradebook(cohort.gradebook_url, cohort.name) as gradebook:
            assert sorted(one.id for one in gradebook.students) == ["ana", "bo", "cy", "dee", "eve"]
        assert round(penalty(term), 4) == 0.2
