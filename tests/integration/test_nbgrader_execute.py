"""Where notebooks run in kernels: a course that asks nbgrader to execute, and learners who validate."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from nbgrader_course import LEARNERS, NbgraderCourse, answer, make_course
from tiny_course import ANSWERS, GRADED, MODULE

pytest.importorskip("ipykernel")

# Written replies are left out: a kernel has the scorer that ships, not a test's.
CHOSEN = {name: ANSWERS[name] for name in ANSWERS if "write" not in name}
PARTLY = {**CHOSEN, "fs-a-choose": {"option": "a"}, "fs-a-spot": {"trap": "fixes_it", "marks": []}}


def seen(output: Mapping[str, Any]) -> object:
    """What a page shows of an output: a kernel adds a plain text to HTML that nobody sees."""
    data = output["data"]
    return output["output_type"], data.get("text/html", data.get("text/plain"))


def shadow(folder: Path, mark: Path) -> None:
    """Files that would run in a kernel started beside them."""
    for name in ("curriculum_utils", "sitecustomize", "json"):
        (folder / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write({name!r})\n", "utf-8")
    (folder / ".ipython").mkdir()


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> NbgraderCourse:
    folder = tmp_path_factory.mktemp("executed")
    course = make_course(folder, execute=True)
    course.release()
    course.hand_in("ana", CHOSEN, collected=True)
    course.hand_in("bo", PARTLY, change=lambda handed_in: shadow(handed_in, folder / "ran"), collected=True)
    course.run("autograde", MODULE)
    return course


@pytest.mark.parametrize("learner", ["ana", "bo"])
def test_executing_gives_the_scores_and_pages_of_not_executing(learner: str, executed: NbgraderCourse):
    scores, waiting = executed.scores(learner), executed.waiting(learner)
    shown = {name: executed.outputs(learner, name) for name in GRADED}
    # `autograde` of the fixture's course runs in this process, and without kernels.
    executed.autograde(learner=learner)
    assert executed.scores(learner) == scores
    assert executed.waiting(learner) == waiting == set()
    for name in GRADED:
        assert list(map(seen, shown[name])) == list(map(seen, executed.outputs(learner, name)))


def test_what_lies_beside_a_notebook_does_not_run_in_its_kernel(executed: NbgraderCourse):
    assert executed.root.is_dir()
    assert not (executed.root.parent / "ran").exists()


def test_validating_names_what_has_no_answer_and_is_content_when_all_has_one(tmp_path: Path):
    course = make_course(tmp_path, learners=LEARNERS)
    course.release()
    home = course.learner_home("ana")
    course.run("fetch_assignment", MODULE, cwd=home)
    told = course.run("validate", f"{MODULE}/2-show.ipynb", cwd=home)
    assert "VALIDATION FAILED ON 3 CELL(S)!" in told
    assert "“Where does it turn?” has no answer yet." in told
    assert "Traceback" not in told
    answer(home / MODULE, "ana", {name: ANSWERS[name] for name in GRADED})
    told = course.run("validate", f"{MODULE}/2-show.ipynb", cwd=home)
    assert "Success! Your notebook passes all the tests." in told
