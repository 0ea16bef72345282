"""A command that the desk runs: its words, its steps, its end, and that there is never a second one."""

import time
from pathlib import Path

import pytest
from handed_term import make_term
from tiny_course import MODULE

from curriculum_utils.cohorts import open_cohort
from curriculum_utils.desk.jobs import Job, Jobs
from curriculum_utils.desk.verbs import Errand, errand
from curriculum_utils.errors import CohortError


def ended(jobs: Jobs, seconds: float = 60) -> Job:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if jobs.last is not None and jobs.last.status is not None:
            return jobs.last
        time.sleep(0.02)
    raise AssertionError(f"{jobs.last} did not end")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made") / "course"
    root.mkdir()
    make_term(root)
    return root


def test_a_command_runs_to_its_end_and_a_second_one_is_refused_meanwhile(root: Path):
    jobs, heard = Jobs(root), []
    jobs.listen(heard.append)
    first = jobs.start("withdraw", MODULE, errand("withdraw", "spring", {"module": MODULE}))
    assert (first.number, first.status) == (1, None)
    with pytest.raises(CohortError, match=f"Withdrawing {MODULE} is still going on"):
        jobs.start("withdraw", MODULE, errand("withdraw", "spring", {"module": MODULE}))
    done = ended(jobs)
    assert (done.number, done.status, done.lines[0]) == (1, 0, f"{MODULE}: withdrawn from spring.")
    assert not any("Next" in line for line in done.lines)
    assert not (open_cohort(root, "spring").exchange / "spring" / "outbound" / MODULE).exists()
    assert heard[0].status is None
    assert heard[-1] == done


def test_a_command_that_refuses_says_why_in_its_own_words(root: Path):
    jobs = Jobs(root)
    jobs.start("extend", MODULE, errand("extend", "spring", {"module": MODULE, "learner": "nobody", "until": "none"}))
    done = ended(jobs)
    assert done.status == 1
    assert "nobody" in "\n".join(done.lines)
    assert "Traceback" not in "\n".join(done.lines)
    # And the next one is taken.
    assert jobs.start("x", "", Errand("Looking", ("status", "--cohort=spring", "--json"), as_json=True)).number == 2
    done = ended(jobs)
    assert (done.status, done.lines) == (0, ())
    assert isinstance(done.told, list)
    assert [(one["cohort"], one["module"]) for one in done.told] == [("spring", MODULE)]


def test_a_grading_tells_each_step(root: Path, tmp_path: Path):
    import shutil

    from handed_term import Handed

    shutil.copytree(root, tmp_path / "course")
    term = Handed(tmp_path / "course")
    term.run("release", MODULE)
    for learner in ("ana", "bo"):
        term.answer(learner)
        term.hand_in(learner)
    term.collect()
    jobs, heard = Jobs(term.root), []
    jobs.listen(heard.append)
    jobs.start("grade", MODULE, errand("grade", "spring", {"module": MODULE}))
    done = ended(jobs)
    assert done.status == 0, done.lines
    steps = list(dict.fromkeys((one.done, one.total) for one in heard if one.total))
    assert steps == [(0, 2), (1, 2), (2, 2)]
    assert done.lines[-1] == "2 submissions graded, 0 failed."
