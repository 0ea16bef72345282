"""How JupyterLab is started, and that what the lesson page says comes from the catalogue."""

import os
from pathlib import Path

import pytest
from tiny_course import build

from curriculum_utils.errors import CohortError, CurriculumError, ReleaseError
from curriculum_utils.widgets.lab import (
    EXTENSION,
    extension_folder,
    instructor_command,
    lab_settings,
    learner_command,
    page_words,
)
from curriculum_utils.widgets.place import answers_folder, learner_id


def test_the_lesson_pages_sentences_are_those_of_the_catalogue():
    # Written anew by: python -m curriculum_utils.widgets.lab
    path = extension_folder() / "labextensions" / EXTENSION / "static" / "words.json"
    assert path.read_text("utf-8") == page_words()


def test_the_settings_come_before_paths_that_are_set_already():
    settings = lab_settings({"JUPYTER_PATH": "/mine"})
    assert settings["JUPYTER_PATH"] == f"{extension_folder()}{os.pathsep}/mine"
    assert settings["JUPYTER_CONFIG_PATH"] == str(extension_folder() / "config")


def test_a_learner_begins_at_the_start_page_on_this_machine_alone(tmp_path: Path):
    command = learner_command(build(tmp_path).parent, port=8871)
    assert "--LabApp.default_url=/doc/tree/start.ipynb" in command
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--ServerApp.port=8871" in command


def test_notebook_7_and_voila_show_the_same_folder(tmp_path: Path):
    home = build(tmp_path).parent
    notebook = learner_command(home, port=8871, app="notebook")
    assert not [part for part in notebook if "LabApp" in part]
    voila = learner_command(home, port=8871, app="voila")
    assert f"--Voila.root_dir={home.resolve()}" in voila
    assert "--Voila.port=8871" in voila


def test_where_voila_is_not_installed_a_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    home = build(tmp_path).parent
    monkeypatch.setattr("curriculum_utils.widgets.lab.find_spec", lambda _name: None)
    with pytest.raises(CurriculumError, match="Voilà is not installed here, so nothing was started"):
        learner_command(home, port=8871, app="voila")


def test_voila_asks_for_a_token_and_takes_a_page_of_ours():
    from curriculum_utils.widgets.voila_app import TEMPLATE, LearnerVoila

    app = LearnerVoila()
    app.initialize(["--no-browser"])
    assert (app.auto_token, app.ip, app.voila_configuration.template) == (True, "127.0.0.1", TEMPLATE)
    # An option on the command line is stronger.
    again = LearnerVoila()
    again.initialize(["--no-browser", "--Voila.auto_token=False"])
    assert again.auto_token is False


def test_a_folder_without_modules_is_named(tmp_path: Path):
    with pytest.raises(ReleaseError, match="holds no module"):
        learner_command(tmp_path, port=8871)


def test_an_instructor_needs_a_course(tmp_path: Path):
    with pytest.raises(CohortError, match=r"no nbgrader_config\.py"):
        instructor_command(tmp_path, port=8872)


def test_formgrader_is_switched_on_for_an_instructor(tmp_path: Path):
    (tmp_path / "nbgrader_config.py").write_text("")
    assert "'nbgrader.server_extensions.formgrader': True" in " ".join(instructor_command(tmp_path, port=8872))


def test_a_learner_is_whom_the_environment_names(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "hub-name")
    monkeypatch.delenv("CURRICULUM_LEARNER", raising=False)
    assert learner_id() == "hub-name"
    monkeypatch.setenv("CURRICULUM_LEARNER", "own-name")
    assert learner_id() == "own-name"


@pytest.mark.parametrize(
    ("below", "where"),
    [
        ("source/m", "apart"),
        ("release/spring/m", "apart"),
        ("cohorts/spring/learners/ana/m", "beside"),
        ("m", "beside"),
    ],
)
def test_answers_lie_beside_the_notebook_except_in_folders_that_are_handed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str, where: str
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "curriculum").mkdir()
    (tmp_path / "curriculum" / "course.yaml").write_text("")
    folder = tmp_path / below
    folder.mkdir(parents=True)
    assert ("beside" if answers_folder(folder) == folder.resolve() else "apart") == where
