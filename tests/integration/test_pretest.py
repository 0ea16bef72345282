"""A pre-test from the built notebook to the page, the log, the grade book and what instructors see."""

import json
from pathlib import Path

import pytest
from browser_pages import Lesson
from nbgrader_course import scripted_scorer
from pretest_form import BEFORE, FORM_A
from tiny_course import ANSWERS, MODULE, build, load, write_course

from curriculum_utils.content import load_release
from curriculum_utils.errors import ReleaseError
from curriculum_utils.grading.pins import release_keys
from curriculum_utils.items import SCHEMAS, TYPES
from curriculum_utils.items.assessing import practice_html, read_submitted
from curriculum_utils.responses import Drafts, log_path, read_log
from curriculum_utils.widgets.record import ItemRecord

NAMES = ("fs-0-choose", "fs-0-write", "fs-0-spot", "fs-0-match")


def answer_to(name: str) -> dict[str, object]:
    return dict(ANSWERS[name.replace("-0-", "-")])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The learner's copy of a module with a pre-test."""
    home = tmp_path / "learner"
    build(tmp_path / "course", FORM_A).rename(home)
    return home


def record(folder: Path, name: str, tmp_path: Path) -> ItemRecord:
    release = load_release(folder, SCHEMAS)
    drafts = Drafts(tmp_path / "drafts")
    return ItemRecord(release.items[name], release, folder, scorer=scripted_scorer(), drafts=drafts, learner="robin")


def test_a_pretest_item_is_a_cell_that_nbgrader_does_not_grade(folder: Path):
    cells = json.loads((folder / f"{BEFORE}.ipynb").read_text("utf-8"))["cells"]
    shown = [cell for cell in cells if cell["cell_type"] == "code"][1:]
    assert [cell["source"] for cell in shown] == [f'show("{name}")' for name in NAMES]
    assert all("nbgrader" not in cell["metadata"] for cell in shown)


def test_its_key_is_not_released_and_kept_with_the_release(folder: Path, tmp_path: Path):
    entries = {entry["id"]: entry for entry in json.loads((folder / "items.json").read_text("utf-8"))["items"]}
    assert "key" in entries["fs-choose"]
    assert not [name for name in NAMES if "key" in entries[name]]
    kept = release_keys(tmp_path / "course/curriculum", folder)
    assert set(NAMES) <= set(kept)


def test_a_release_that_holds_its_key_is_refused(folder: Path, tmp_path: Path):
    course = load(write_course(tmp_path / "again", FORM_A))
    key = course.modules[MODULE].items["fs-0-spot"].item.key
    assert key is not None
    path = folder / "items.json"
    data = json.loads(path.read_text("utf-8"))
    next(entry for entry in data["items"] if entry["id"] == "fs-0-spot")["key"] = key.model_dump(mode="json")
    from curriculum_utils.content import canonical_json, sha256

    data["release"] = sha256(canonical_json({name: value for name, value in data.items() if name != "release"}))
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(ReleaseError, match="holds the key of the pretest item fs-0-spot"):
        load_release(folder, SCHEMAS)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_saved_among_the_assessed_ones_and_nothing_is_said_of_it(name: str, folder: Path, tmp_path: Path):
    own = record(folder, name, tmp_path)
    own.order()
    own.commit(answer_to(name))
    state = own.state()
    assert (state["attempt"], state["feedback"], state["earlier"]) == (1, None, [])
    log = read_log(log_path(folder, BEFORE, assessed=True))
    assert [dict(event.answer) for event in log.commits(name)] == [answer_to(name)]
    assert not log_path(folder, BEFORE, assessed=False).exists()


@pytest.mark.parametrize("name", NAMES)
def test_instructors_see_the_answer_without_a_verdict(name: str, folder: Path, tmp_path: Path):
    record(folder, name, tmp_path).commit(answer_to(name))
    release = load_release(folder, SCHEMAS)
    log = read_submitted(folder, BEFORE, assessed=True)
    shown = practice_html(log, release.items[name], release, lambda _: release)
    assert "From before the module." in shown
    assert "No answer." not in shown
    assert "cu-verdict" not in shown


def test_every_type_but_the_session_can_stand_in_a_pretest():
    assert {name.replace("fs-0-", "") for name in NAMES} == {
        name.split("-")[0] for name in TYPES if name != "practice-session"
    }


@pytest.mark.browser
def test_on_the_page_an_answer_stands_once_it_is_saved(talk_lesson: Lesson):
    item = talk_lesson.open(BEFORE).exercise("The form, once more")
    assert "Before you start · no points" in item.inner_text()
    item.get_by_role("radio").first.check()
    item.get_by_role("button", name="Save answer").click()
    item.get_by_text("Your answer is saved. Nothing is said of it now").wait_for()
    assert item.get_by_role("button").filter(visible=True).count() == 0
    assert item.locator(".cu-verdict, .cu-remark").count() == 0
    (saved,) = talk_lesson.commits("fs-0-choose", BEFORE, graded=True)
    talk_lesson.page.reload()
    again = talk_lesson.open(BEFORE).exercise("The form, once more")
    again.get_by_text("Your answer is saved. Nothing is said of it now").wait_for()
    assert talk_lesson.commits("fs-0-choose", BEFORE, graded=True) == [saved]
