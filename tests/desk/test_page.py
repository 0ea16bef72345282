"""The desk as a widget: every question gets one answer, and what goes wrong is said in it."""

import json
import time
from pathlib import Path

import pytest
from tiny_course import write_course

from curriculum_utils.desk import page
from curriculum_utils.errors import CohortError
from curriculum_utils.widgets.lab import instructor_command, write_desk


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_course(tmp_path)
    return tmp_path


def answers(desk: page.Desk, *questions: dict[str, object]) -> list[dict[str, object]]:
    told: list[dict[str, object]] = []
    desk.send = told.append
    for question in questions:
        desk._handle_custom_msg(question, [])
    end = time.monotonic() + 30
    while len(told) < len(questions) and time.monotonic() < end:
        time.sleep(0.01)
    return told


def test_each_question_is_answered_in_turn_with_its_number(root: Path):
    told = answers(
        page.Desk(root),
        {"id": "1", "verb": "cohorts", "fields": {}},
        {"id": "2", "verb": "overview", "fields": {"cohort": "spring"}},
        {"id": "3", "verb": "nonsense", "fields": None},
    )
    assert told[0] == {"id": "1", "data": []}
    assert (told[1]["id"], told[1]["problem"]) == ("2", 'no cohort "spring"')
    assert (told[2]["id"], told[2]["problem"]) == ("3", 'the desk cannot answer "nonsense"; reload the page')


def test_a_fault_of_ours_is_told_too(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("curriculum_utils.desk.overview.list_cohorts", lambda _root: 1 / 0)
    (told,) = answers(page.Desk(root), {"id": "1", "verb": "cohorts", "fields": {}})
    assert told["problem"] == "This could not be done: ZeroDivisionError: division by zero"


def test_the_course_is_found_above_the_page(root: Path):
    path = write_desk(root)
    assert page.course_of(path.parent) == root.resolve()
    with pytest.raises(CohortError, match="curriculum instructor"):
        page.course_of(Path("/"))


def test_the_page_lies_in_a_folder_of_its_own_and_is_what_opens(root: Path):
    (root / "nbgrader_config.py").write_text("")
    path = write_desk(root)
    before = path.read_bytes()
    assert write_desk(root).read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["desk.ipynb"]
    cells = json.loads(before)["cells"]
    assert [cell["source"] for cell in cells] == ["from curriculum_utils.desk import desk; desk()"]
    assert f"--LabApp.default_url=/doc/tree/{path.relative_to(root).as_posix()}" in instructor_command(root, port=8872)


def test_a_page_that_opens_again_finds_the_command_that_runs(root: Path):
    first, second = page.Desk(root), page.Desk(root)
    assert first._jobs is second._jobs
