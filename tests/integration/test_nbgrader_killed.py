"""A grading that is killed anywhere is completed by the next one, without --force."""

import json
import signal
import subprocess
import sys

import pytest
from nbgrader_course import DOUBTFUL, NbgraderCourse, make_course
from tiny_course import ANSWERS, MODULE

from curriculum_utils.items.pinned import PinnedReleases

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

# nbgrader autograde, killed when one of its parts begins for the second notebook of the second learner.
KILLED = """\
import os, signal, sys
from nbgrader.apps.nbgraderapp import NbGraderApp
from {module} import {part}

stock = {part}.{method}

def killing(self, *arguments, **named):
    if {where}:
        os.kill(os.getpid(), signal.SIGKILL)
    return stock(self, *arguments, **named)

{part}.{method} = killing
sys.argv = ["nbgrader", "autograde", {assignment!r}]
NbGraderApp.launch_instance()
"""
IN_STEP = 'arguments[1]["nbgrader"]["student"] == "bo" and arguments[1]["nbgrader"]["notebook"] == "2-show"'
POINTS = {
    "before the notebook is rebuilt": ("curriculum_utils.grading.steps", "RebuildFromRelease", "preprocess", IN_STEP),
    "before it is scored": ("curriculum_utils.grading.steps", "ScoreResponses", "preprocess", IN_STEP),
    "before its grades are saved": ("nbgrader.preprocessors", "SaveAutoGrades", "preprocess", IN_STEP),
    "before its flags are set": ("curriculum_utils.grading.review", "FlagForReview", "preprocess", IN_STEP),
    "before it is written": ("nbgrader.preprocessors", "AssignLatePenalties", "preprocess", IN_STEP),
    "before files are made read-only": ("nbgrader.converters", "Autograde", "set_permissions", '"bo" in arguments'),
}


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> NbgraderCourse:
    course = make_course(tmp_path_factory.mktemp("killed"))
    course.release()
    course.hand_in("ana", collected=True)
    course.hand_in("bo", {**ANSWERS, "fs-a-write": {"text": DOUBTFUL}}, collected=True)
    course.hand_in("chidi", {}, collected=True)
    return course


@pytest.mark.parametrize("point", POINTS)
def test_a_grading_killed(point: str, handed_in: NbgraderCourse):
    course = handed_in
    module, part, method, where = POINTS[point]
    for folder in course.folders.everyone("autograded").glob("*/*"):
        subprocess.run(["rm", "-rf", str(folder)], check=True)
    script = KILLED.format(module=module, part=part, method=method, where=where, assignment=MODULE)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=course.root, env=course.environment(), capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert not course.folders.step("autograded", "chidi", MODULE).exists()

    log = course.autograde(force=False)

    # Ana's was finished before; she is not graded twice.
    assert "Skipping existing assignment" in log
    assert all(course.scores(name)["fs-a-choose"] is not None for name in ("ana", "bo", "chidi"))
    assert course.scores("bo") == {"fs-a-choose": 1.0, "fs-a-write": 0.0, "fs-a-spot": 2.0, "fs-a-match": 3.0}
    assert course.scores("chidi") == dict.fromkeys(course.scores("bo"), 0.0)
    assert course.waiting("bo") == {"fs-a-write"}
    assert course.waiting("ana") == course.waiting("chidi") == set()
    for learner in ("ana", "bo", "chidi"):
        names = {path.name for path in course.folders.step("autograded", learner, MODULE).glob("*.ipynb")}
        assert names == {"1-look.ipynb", "2-show.ipynb"}


def test_a_finished_grading_is_left_alone(handed_in: NbgraderCourse):
    handed_in.autograde()
    before = {
        path: path.stat().st_mtime_ns for path in handed_in.folders.everyone("autograded").rglob("*") if path.is_file()
    }
    handed_in.autograde(force=False)
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_a_run_over_one_notebook_leaves_the_others_graded(handed_in: NbgraderCourse):
    handed_in.autograde()
    folder = handed_in.folders.step("autograded", "ana", MODULE)
    (folder / "1-look.ipynb").unlink()
    before = (folder / "2-show.ipynb").stat().st_mtime_ns
    handed_in.run("autograde", MODULE, "--student=ana", "--notebook=1-*")
    assert (folder / "2-show.ipynb").stat().st_mtime_ns == before
    cells = json.loads((folder / "1-look.ipynb").read_bytes())["cells"]
    assert cells[-1]["outputs"]


def test_grading_keeps_no_release_twice(handed_in: NbgraderCourse):
    handed_in.autograde()
    assert len(PinnedReleases(handed_in.folders.releases, MODULE).digests()) == 1
