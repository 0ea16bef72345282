"""The app started that shows a learner their modules as pages, and JupyterLab with formgrader for an instructor.

Nothing is written into anybody's Jupyter settings: the lesson page and its defaults are found by environment
variables, which also serve a JupyterHub: see `lab_settings`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from curriculum_utils.content.words import catalogue, languages, words
from curriculum_utils.errors import CohortError, CurriculumError, ReleaseError
from curriculum_utils.widgets.safe_words import SAFE

App = Literal["lab", "notebook", "voila"]

# Browsers keep drafts per address: with the same port each time, what was being written is found again.
LEARNER_PORT = 8871
INSTRUCTOR_PORT = 8872
EXTENSION = "curriculum-lesson"
START_PAGE = "start.ipynb"
AGAIN_PAGE = "practise-again.ipynb"
# In a folder of its own: a page runs by itself only where no file beside it could stand in for a Python module.
DESK_PAGE = "desk/desk.ipynb"
_PAGE_WORDS = (
    "button-open-again",
    "page-again",
    "page-all-lessons",
    "page-foot-label",
    "page-go-on",
    "page-hand-in",
    "page-label",
    "page-lesson",
    "page-minutes",
    "page-next",
    "page-not-started",
    "page-overview",
    "page-plain",
    "page-previous",
    "page-start",
    "page-starting",
    "page-strange-files",
    *SAFE,
)


def lab_settings(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment variables that make JupyterLab and Notebook 7 show lessons as pages.

    Args:
        environment: where they are added, this process's if left out; paths that stand there are kept.
    """
    base = os.environ if environment is None else environment
    shared = extension_folder()
    return {
        "JUPYTER_PATH": _first(str(shared), base.get("JUPYTER_PATH")),
        "JUPYTER_CONFIG_PATH": _first(str(shared / "config"), base.get("JUPYTER_CONFIG_PATH")),
    }


def extension_folder() -> Path:
    """The folder with `labextensions/` and `config/`; for `JUPYTER_PATH`."""
    return Path(str(files("curriculum_utils").joinpath("labextension")))


def page_words() -> str:
    """The text of the lesson page's `words.json`: its sentences in each language that there is a catalogue for."""
    texts = {name: {key: catalogue(name)[key] for key in _PAGE_WORDS if key in catalogue(name)} for name in languages()}
    return json.dumps(texts, ensure_ascii=False, indent=2) + "\n"


def serve(home: Path, *, app: App = "lab", open_browser: bool = True, port: int | None = None) -> int:
    """Show the modules in a learner's folder as the learner sees them, until the server is stopped; its exit status.

    Raises:
        ReleaseError: there is no module in `home`.
        CurriculumError: the app is not installed.
    """
    command = learner_command(home, port=port or LEARNER_PORT, app=app)
    write_start(home)
    return _run(command, home, lab_settings(), open_browser=open_browser)


def serve_instructor(root: Path, *, open_browser: bool = True, port: int | None = None) -> int:
    """The desk, with nbgrader's formgrader beside it, on the course in `root` until it is stopped; its exit status.

    Raises:
        CohortError: `root` has no `nbgrader_config.py`.
    """
    command = instructor_command(root, port=port or INSTRUCTOR_PORT)
    write_desk(root)
    return _run(command, root, lab_settings(), open_browser=open_browser)


def learner_command(home: Path, *, port: int, app: App = "lab") -> list[str]:
    """The command behind `serve`; it needs the environment that `lab_settings` gives, and the start page.

    Raises:
        ReleaseError: there is no module in `home`.
        CurriculumError: the app is not installed.
    """
    if not any(home.glob("*/items.json")):
        raise ReleaseError(f"{home}: holds no module; name the folder that a built or released module lies in")
    match app:
        case "voila":
            return _voila(home, port)
        case "notebook":
            return [*_jupyter(home, port, "notebook"), f"--JupyterNotebookApp.default_url=/notebooks/{START_PAGE}"]
        case _:
            return [*_jupyter(home, port, "lab"), f"--LabApp.default_url=/doc/tree/{START_PAGE}"]


def write_start(home: Path) -> Path:
    """Puts the start page, and the one to practise again, into a learner's folder; returns the start page's path.

    The same bytes each time.
    """
    _write_page(home / AGAIN_PAGE, "again")
    return _write_page(home / START_PAGE, "start")


def write_desk(root: Path) -> Path:
    """Puts the instructor's page into the course's folder; returns its path. The same bytes each time."""
    path = root / DESK_PAGE
    path.parent.mkdir(exist_ok=True)
    return _write_page(path, "desk", "desk")


def _write_page(path: Path, name: str, package: str = "widgets") -> Path:
    page: dict[str, object] = {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": None,
                "id": name,
                "metadata": {"deletable": False, "editable": False},
                "outputs": [],
                "source": f"from curriculum_utils.{package} import {name}; {name}()",
            }
        ],
        "metadata": {
            "curriculum": {"page": name},
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(page, indent=1, sort_keys=True) + "\n", "utf-8")
    return path


def instructor_command(root: Path, *, port: int) -> list[str]:
    """The command behind `serve_instructor`; it needs the environment that `lab_settings` gives, and the desk's page.

    Raises:
        CohortError: `root` has no `nbgrader_config.py`.
    """
    if not (root / "nbgrader_config.py").is_file():
        raise CohortError(f"{root}: has no nbgrader_config.py; go to the course's folder and try again")
    # nbgrader enables these where it was installed with its data files; said here, they are there in any case.
    extensions = ("formgrader", "validate_assignment", "assignment_list", "course_list")
    enabled = {f"nbgrader.server_extensions.{name}": True for name in extensions}
    desk = f"--LabApp.default_url=/doc/tree/{DESK_PAGE}"
    return [*_jupyter(root, port, "lab"), f"--ServerApp.jpserver_extensions={enabled}", desk]


def _jupyter(folder: Path, port: int, app: Literal["lab", "notebook"]) -> list[str]:
    module, settings = {"lab": ("jupyterlab", "LabApp"), "notebook": ("notebook", "JupyterNotebookApp")}[app]
    command = [
        sys.executable,
        "-P",  # no file of the folder it runs in stands in for a module
        "-m",
        module,
        f"--ServerApp.root_dir={folder.resolve()}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        # It runs offline, and asks nobody for news, updates or extensions.
        f"--{settings}.news_url=None",
        f"--{settings}.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--{settings}.extension_manager=readonly",
        # A language server that happens to be installed opens dialogs over a lesson; there is no code to help with.
        "--LanguageServerManager.autodetect=False",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in containers
    return command


def _voila(folder: Path, port: int) -> list[str]:
    if find_spec("voila") is None:
        raise CurriculumError(words("voila-missing"))
    # Which settings make it a learner's page stands there.
    module = "curriculum_utils.widgets.voila_app"
    return [sys.executable, "-P", "-m", module, f"--Voila.root_dir={folder.resolve()}", f"--Voila.port={port}"]


def _run(command: Sequence[str], folder: Path, settings: Mapping[str, str], *, open_browser: bool) -> int:
    # nbgrader's own programs (and alembic, which it starts) are looked for on PATH.
    programs = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": _first(programs, os.environ.get("PATH")), **settings}
    options = [] if open_browser else ["--no-browser"]
    if os.name == "posix":
        # In this process's place: whoever ends it, by whatever signal, ends the server.
        sys.stdout.flush()
        os.chdir(folder)
        os.execve(command[0], [*command, *options], environment)  # noqa: S606 - our own command
    with subprocess.Popen([*command, *options], cwd=folder, env=environment) as server:  # noqa: S603 - our own command
        while True:
            # Ctrl+C goes to the server as well, which asks whether to stop: it is for it to end.
            with suppress(KeyboardInterrupt):
                return server.wait()


def _first(entry: str, rest: str | None) -> str:
    return f"{entry}{os.pathsep}{rest}" if rest else entry


if __name__ == "__main__":
    # After a change of the lesson page's sentences in the catalogue.
    (extension_folder() / "labextensions" / EXTENSION / "static" / "words.json").write_text(page_words(), "utf-8")
