"""What learners do to their notebooks and folders changes no score, stops no batch and runs nowhere."""

import copy
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader_course import NbgraderCourse, make_course
from tiny_course import ANSWERS, MODULE

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

# choose: a trap, 0 of 1. write: 3 of 3 criteria × 3. spot: ½ for the name, nothing marked, of 2. match: 1 of 3 × 3.
PARTLY: dict[str, dict[str, object]] = {
    **ANSWERS,
    "fs-a-choose": {"option": "a"},
    "fs-a-spot": {"trap": "fixes_it", "marks": []},
    "fs-a-match": {"pairs": {"m1": "r1", "m2": "r3", "m3": "r2"}},
}
EARNED = {"fs-a-choose": 0.0, "fs-a-write": 3.0, "fs-a-spot": 1.0, "fs-a-match": 1.0}
GRADE_CELL = "fs-a-choose"
NOTEBOOK = "1-look.ipynb"
# Whatever of a learner's runs writes its name there.
MARK = str(Path(tempfile.gettempdir(), f"curriculum-tampering-{os.getpid()}"))

Notebook = dict[str, Any]
Cell = dict[str, Any]
TAMPERINGS: dict[str, Callable[[Path], object]] = {}


def tampering(change: Callable[[Path], object]) -> None:
    TAMPERINGS[change.__name__.replace("_", "-")] = change


def in_notebook(change: Callable[[Notebook], object]) -> None:
    """A tampering with the notebook's JSON."""

    def changed(folder: Path) -> None:
        path = folder / NOTEBOOK
        notebook = json.loads(path.read_text("utf-8"))
        change(notebook)
        path.write_text(json.dumps(notebook), "utf-8")

    changed.__name__ = change.__name__
    tampering(changed)


def in_grade_cell(change: Callable[[Cell], object]) -> None:
    """A tampering with one grade cell."""

    def changed(notebook: Notebook) -> None:
        change(grade_cell(notebook))

    changed.__name__ = change.__name__
    in_notebook(changed)


def running(name: str, source: str) -> None:
    """A tampering by code above everything else; it would leave a mark if it ran."""

    def inserted(notebook: Notebook) -> None:
        notebook["cells"].insert(0, code(f"open({MARK!r}, 'a').write({name!r})\n{source}"))

    inserted.__name__ = name
    in_notebook(inserted)


def grade_cell(notebook: Notebook) -> Cell:
    return next(cell for cell in notebook["cells"] if cell["id"] == GRADE_CELL)


def code(source: str, cell_id: str = "mine") -> Cell:
    return {
        "cell_type": "code",
        "execution_count": 1,
        "id": cell_id,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


@tampering
def nothing(_: Path) -> None:
    pass


@in_grade_cell
def other_source(cell: Cell) -> None:
    cell["source"] = "4.0"


@in_notebook
def grade_cell_deleted(notebook: Notebook) -> None:
    notebook["cells"].remove(grade_cell(notebook))


@in_notebook
def grade_cell_doubled(notebook: Notebook) -> None:
    second = copy.deepcopy(grade_cell(notebook))
    notebook["cells"].append({**second, "id": "second", "source": "4.0"})


@in_notebook
def cell_id_doubled(notebook: Notebook) -> None:
    notebook["cells"].append(copy.deepcopy(grade_cell(notebook)))


@in_notebook
def every_cell_deleted(notebook: Notebook) -> None:
    notebook["cells"] = []


@in_notebook
def cells_reversed(notebook: Notebook) -> None:
    notebook["cells"].reverse()


@in_grade_cell
def made_a_solution(cell: Cell) -> None:
    cell["metadata"]["nbgrader"]["solution"] = True


@in_grade_cell
def made_ungraded(cell: Cell) -> None:
    cell["metadata"]["nbgrader"]["grade"] = False


@in_grade_cell
def made_a_task(cell: Cell) -> None:
    cell["metadata"]["nbgrader"].update(task=True, grade=False)


@in_grade_cell
def no_metadata(cell: Cell) -> None:
    del cell["metadata"]["nbgrader"]


@in_grade_cell
def more_points(cell: Cell) -> None:
    cell["metadata"]["nbgrader"]["points"] = 400


@in_grade_cell
def turned_into_markdown(cell: Cell) -> None:
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


@in_grade_cell
def old_schema(cell: Cell) -> None:
    cell["metadata"]["nbgrader"]["schema_version"] = 2


@in_grade_cell
def new_schema(cell: Cell) -> None:
    cell["metadata"]["nbgrader"]["schema_version"] = 99


@in_grade_cell
def other_grade_id(cell: Cell) -> None:
    cell["metadata"]["nbgrader"]["grade_id"] = "zzz"


@in_grade_cell
def id_of_another_item(cell: Cell) -> None:
    cell["metadata"]["nbgrader"]["grade_id"] = "fs-a-write"
    cell["source"] = 'grade("fs-a-write")'


@in_grade_cell
def full_marks_in_the_output(cell: Cell) -> None:
    cell["outputs"] = [
        {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "1.0"}}
    ]


@in_notebook
def setup_cell_rewritten(notebook: Notebook) -> None:
    setup = next(cell for cell in notebook["cells"] if cell["id"] == "setup_cell")
    setup["source"] = f"open({MARK!r}, 'a').write('setup')\ngrade = show = lambda item: 1.0"


@in_notebook
def other_kernel(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "evil", "display_name": "Evil", "language": "evil"}


@in_notebook
def strange_metadata(notebook: Notebook) -> None:
    notebook["metadata"] = {"language": 7, "language_info": [], "kernelspec": None}


@in_notebook
def metadata_deleted(notebook: Notebook) -> None:
    del notebook["metadata"]


@in_notebook
def old_format(notebook: Notebook) -> None:
    notebook.update(nbformat=3, nbformat_minor=0, worksheets=[{"cells": []}])
    del notebook["cells"]


@in_notebook
def format_of_the_future(notebook: Notebook) -> None:
    notebook["nbformat"] = 99


running("monkeypatch", "import curriculum_utils.widgets as w\nw.grade = lambda item: 1.0")
running("read_keys", "import pathlib\nprint(pathlib.Path('../../../../cohorts').exists())")
running("write_gradebook", "import sqlite3\nsqlite3.connect('../../../../cohorts/spring/gradebook.db')")
running("network", "import socket\nsocket.socket()")
running("os_exit", "import os\nos._exit(0)")
running("infinite_loop", "while True: pass")
running("background_process", "import subprocess\nsubprocess.Popen(['sleep', '77'], start_new_session=True)")
running("display_hook", "import sys\nsys.displayhook = lambda value: print('1.0')")
running("warnings_on_stderr", "import sys\nprint('warn', file=sys.stderr)")
running("more_than_all_points", "grade = lambda item: 1e9")
running("not_a_number", "grade = lambda item: float('nan')")
running("negative_points", "grade = lambda item: -1")
running("no_points_at_all", "grade = lambda item: None")


@tampering
def notebook_is_no_json(folder: Path) -> None:
    (folder / NOTEBOOK).write_text("{oops", "utf-8")


@tampering
def notebook_is_empty(folder: Path) -> None:
    (folder / NOTEBOOK).write_bytes(b"")


@tampering
def notebook_is_not_text(folder: Path) -> None:
    (folder / NOTEBOOK).write_bytes(bytes(range(256)))


@tampering
def notebook_is_nested_deeply(folder: Path) -> None:
    (folder / NOTEBOOK).write_text("[" * 200_000, "utf-8")


@tampering
def notebook_is_missing(folder: Path) -> None:
    (folder / NOTEBOOK).unlink()


@tampering
def every_notebook_is_missing(folder: Path) -> None:
    for path in folder.glob("*.ipynb"):
        path.unlink()


@tampering
def notebook_is_renamed(folder: Path) -> None:
    (folder / NOTEBOOK).rename(folder / "my lesson.ipynb")


@tampering
def notebook_is_a_folder(folder: Path) -> None:
    (folder / NOTEBOOK).unlink()
    (folder / NOTEBOOK).mkdir()


@tampering
def notebook_is_a_pipe(folder: Path) -> None:
    (folder / NOTEBOOK).unlink()
    os.mkfifo(folder / NOTEBOOK)


@tampering
def notebook_is_a_link(folder: Path) -> None:
    (folder / NOTEBOOK).unlink()
    (folder / NOTEBOOK).symlink_to("/etc/passwd")


@tampering
def another_notebook_added(folder: Path) -> None:
    shutil.copy(folder / NOTEBOOK, folder / "3-extra.ipynb")


@tampering
def modules_that_shadow_installed_ones(folder: Path) -> None:
    for name in ("curriculum_utils", "json", "nbgrader", "sitecustomize", "usercustomize"):
        (folder / f"{name}.py").write_text(f"open({MARK!r}, 'a').write({name!r})\n", "utf-8")
    package = folder / "numpy"
    package.mkdir()
    (package / "__init__.py").write_text(f"open({MARK!r}, 'a').write('numpy')\n", "utf-8")


@tampering
def start_up_files(folder: Path) -> None:
    startup = folder / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text(f"open({MARK!r}, 'a').write('startup')\n", "utf-8")
    for name in ("nbgrader_config.py", "ipython_config.py", "jupyter_nbconvert_config.py"):
        (folder / name).write_text(f"open({MARK!r}, 'a').write({name!r})\n", "utf-8")


@tampering
def items_json_changed(folder: Path) -> None:
    (folder / "items.json").write_text('{"v": 1, "items": []}', "utf-8")


@tampering
def items_json_deleted(folder: Path) -> None:
    (folder / "items.json").unlink()


@tampering
def files_where_answers_lie(folder: Path) -> None:
    (folder / "responses" / "sitecustomize.py").write_text(f"open({MARK!r}, 'a').write('x')\n", "utf-8")
    (folder / "responses" / "9-other.jsonl").write_text("{}\n", "utf-8")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> NbgraderCourse:
    """Every tampering handed in by a learner of its name, all graded in one run."""
    Path(MARK).unlink(missing_ok=True)
    course = make_course(tmp_path_factory.mktemp("tampering"), learners=TAMPERINGS)
    course.release()
    for learner, change in TAMPERINGS.items():
        course.hand_in(learner, PARTLY, change=change, collected=True)
    # A batch that went wrong anywhere would make nbgrader exit with an error, and fail here.
    course.run("autograde", MODULE)
    return course


def test_there_are_many_kinds():
    assert len(TAMPERINGS) >= 45


@pytest.mark.parametrize("learner", TAMPERINGS)
def test_the_score_is_what_the_log_earns_after(learner: str, graded: NbgraderCourse):
    assert graded.scores(learner) == EARNED
    assert graded.waiting(learner) == set()


@pytest.mark.parametrize("learner", TAMPERINGS)
def test_the_autograded_folder_holds_what_was_released_and_answered_after(learner: str, graded: NbgraderCourse):
    folder = graded.folders.step("autograded", learner, MODULE)
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {
        "1-look.ipynb",
        "2-show.ipynb",
        "items.json",
        "timestamp.txt",
        "submission_secret.txt",
        "responses/1-look.jsonl",
        "responses/1-look.practice.jsonl",
        "responses/2-show.jsonl",
    }


def test_nothing_of_a_learner_s_was_run(graded: NbgraderCourse):
    assert graded.folders.everyone("autograded").is_dir()
    assert not Path(MARK).exists()


def test_a_learner_s_notebook_stays_in_the_submission_as_it_was_handed_in(graded: NbgraderCourse):
    folder = graded.folders.step("submitted", "notebook-is-no-json", MODULE)
    assert (folder / NOTEBOOK).read_text("utf-8") == "{oops"


def test_a_log_that_is_a_link_is_not_read_and_goes_to_a_person(tmp_path: Path):
    course = make_course(tmp_path)
    course.release()
    theirs = course.hand_in("bo", ANSWERS, collected=True)

    def link(folder: Path) -> None:
        (folder / "responses" / "2-show.jsonl").unlink()
        (folder / "responses" / "2-show.jsonl").symlink_to(theirs / "responses" / "2-show.jsonl")

    course.hand_in("ana", PARTLY, change=link, collected=True)
    course.autograde()
    unscored = {"fs-a-write", "fs-a-spot", "fs-a-match"}
    assert {name for name, score in course.scores("ana").items() if score is None} == unscored
    assert course.waiting("ana") == unscored
    assert course.waiting("bo") == set()
