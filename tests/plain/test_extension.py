"""How the pages join a server: the file that switches them on, and the folder that a hub names."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from curriculum_utils.plain import _jupyter_server_extension_points
from curriculum_utils.plain.extension import named_home, prepare
from curriculum_utils.widgets.lab import extension_folder


def test_the_settings_that_show_lessons_as_pages_switch_the_plain_ones_on():
    path = extension_folder() / "config" / "jupyter_server_config.d" / "curriculum-utils.json"
    (point,) = _jupyter_server_extension_points()
    assert json.loads(path.read_text("utf-8")) == {"ServerApp": {"jpserver_extensions": {point["module"]: True}}}


@pytest.mark.parametrize(
    ("named", "where"), [("curriculum", "/home/ana/curriculum"), ("~/a/b", "/home/ana/a/b"), ("/srv/x", "/srv/x")]
)
def test_a_home_is_absolute_or_below_the_users_own(monkeypatch: pytest.MonkeyPatch, named: str, where: str):
    monkeypatch.setenv("HOME", "/home/ana")
    assert named_home({"CURRICULUM_HOME": named}) == Path(where)


@pytest.mark.parametrize("environment", [{}, {"CURRICULUM_HOME": ""}, {"CURRICULUM_HOME": "  "}])
def test_where_none_is_named_there_is_none(environment: dict[str, str]):
    assert named_home(environment) is None


def test_a_home_is_made_with_its_start_page_and_what_lies_there_is_left(tmp_path: Path):
    home = tmp_path / "a" / "b"
    prepare(home)
    (home / "mine.txt").write_text("mine")
    page = (home / "start.ipynb").read_bytes()
    prepare(home)
    assert (home / "start.ipynb").read_bytes() == page
    assert sorted(path.name for path in home.iterdir()) == ["mine.txt", "practise-again.ipynb", "start.ipynb"]


def test_a_server_does_not_wait_for_what_the_first_page_needs():
    script = "import sys, curriculum_utils.plain.extension; print(*{'numpy', 'pydantic', 'IPython'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []
