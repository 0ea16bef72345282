"""What `show` and `grade` put out in a live notebook, and under nbgrader."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import RichOutput, capture_output
from tiny_course import ANSWERS, build
from traitlets.config import Config

from curriculum_utils.content import load_release
from curriculum_utils.items import SCHEMAS
from curriculum_utils.responses import ResponseLog, log_path, read_log
from curriculum_utils.widgets import grade, show
from curriculum_utils.widgets.cells import CellError

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module", autouse=True)
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """IPython as a kernel has it: without one, `display` only prints."""
    config = Config({"HistoryManager": {"enabled": False}})
    InteractiveShell.instance(config=config, ipython_dir=str(tmp_path_factory.mktemp("ipython")))
    yield
    InteractiveShell.clear_instance()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder as the working folder, outside any course."""
    home = tmp_path / "learner"
    build(tmp_path / "course").rename(home)
    monkeypatch.chdir(home)
    monkeypatch.setenv("CURRICULUM_LEARNER", "robin")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return home


def shown(act) -> list[RichOutput]:
    with capture_output() as captured:
        assert act() is None
    assert captured.stdout == captured.stderr == ""
    return captured.outputs


def answer(folder: Path, item_id: str) -> None:
    release = load_release(folder, SCHEMAS)
    item = release.items[item_id]
    path = log_path(folder, item.notebook, assessed=item.graded)
    log = ResponseLog(path, learner="robin", notebook=item.notebook, release=release.release)
    log.append("commit", item.id, item.digest, ANSWERS[item_id])


@pytest.mark.parametrize(("verb", "item"), [(show, "fs-choose"), (grade, "fs-a-choose")])
def test_an_exercise_is_put_out_live_and_as_a_copy_beside_it(folder: Path, verb, item: str):
    copy, live = shown(lambda: verb(item))
    assert "No answer." in copy.data["text/html"]
    assert WIDGET in live.data


def test_the_copy_shows_what_was_answered(folder: Path):
    answer(folder, "fs-choose")
    copy, _ = shown(lambda: show("fs-choose"))
    assert "That form weighs on you." in copy.data["text/html"]
    assert "This fits." in copy.data["text/html"]


def test_an_unknown_exercise_is_a_sentence_and_no_traceback(folder: Path):
    (output,) = shown(lambda: show("fs-chose"))
    assert "did you mean &quot;fs-choose&quot;?" in output.data["text/html"]
    assert "Nothing that you saved is touched." in output.data["text/html"]


def test_a_folder_without_items_is_a_sentence_and_no_traceback(folder: Path):
    (folder / "items.json").unlink()
    (output,) = shown(lambda: show("fs-choose"))
    assert "items.json: missing; fetch the module again" in output.data["text/html"]


def test_a_corrected_release_is_taken_up_without_a_new_kernel(folder: Path, tmp_path: Path):
    shown(lambda: show("fs-choose"))
    (folder / "items.json").write_text("{}", "utf-8")
    (output,) = shown(lambda: show("fs-choose"))
    assert "fetch the module again" in output.data["text/html"] or "update the curriculum" in output.data["text/html"]


@pytest.mark.parametrize("execution", ["validate", "autograde"])
def test_under_nbgrader_no_exercise_is_drawn_and_nothing_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, execution: str
):
    monkeypatch.setenv("NBGRADER_EXECUTION", execution)
    before = sorted(folder.rglob("*"))
    outputs = shown(lambda: show("fs-choose"))
    assert not [output for output in outputs if WIDGET in output.data]
    assert sorted(folder.rglob("*")) == before


def test_validating_an_answered_exercise_puts_out_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch):
    answer(folder, "fs-a-choose")
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert shown(lambda: grade("fs-a-choose")) == []


def test_validating_an_unanswered_exercise_raises_a_plain_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    with pytest.raises(CellError) as caught:
        grade("fs-a-choose")
    sentence = "“The form, once more” has no answer yet."
    assert str(caught.value).startswith(sentence)
    # IPython prints this in place of a traceback.
    assert caught.value._render_traceback_() == [str(caught.value)]


def test_autograding_outside_a_course_is_an_error_and_never_full_points(folder: Path, monkeypatch: pytest.MonkeyPatch):
    answer(folder, "fs-a-choose")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(CellError):
        grade("fs-a-choose")


def test_answers_are_the_learners_that_the_environment_names(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CURRICULUM_LEARNER")
    monkeypatch.setenv("JUPYTERHUB_USER", "ana")
    shown(lambda: show("fs-choose"))
    assert read_log(log_path(folder, "1-look", assessed=False)).learners == ("ana",)
