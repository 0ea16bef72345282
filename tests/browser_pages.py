"""Lessons in a real browser: one JupyterLab server and one Chromium a session, a fresh folder and page a test.

The server is started by the command that learners use. Kernels and the server score with a ScriptedScorer, put in
place by IPython's start-up folder and Jupyter's configuration, so that these tests say nothing about the trained model.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import pytest
from pretest_form import FORM_A
from sample_client import TALK_FILES
from tiny_course import MODULE, REPLY_LABELS, build

from curriculum_utils.responses import LogContents, log_path, read_log
from curriculum_utils.widgets.lab import App, lab_settings, learner_command, write_start

LOOK, SHOW, TALK = "1-look", "2-show", "3-talk"
ARGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_UP = f"""\
import curriculum_utils.scoring as scoring
_scripted = scoring.ScriptedScorer(
    {REPLY_LABELS!r},
    known_labels=("names_weight", "names_pattern", "asks_open", "fixes_it", "soothes", "asks_why"),
)
scoring.load_scorer = lambda: _scripted
"""


VIEWS = {"lab": "doc/tree", "notebook": "notebooks", "voila": "voila/render"}


def wait_until(what, seconds: float = 20):
    """The first truthy value that `what` gives."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := what():
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come true in {seconds} seconds")


class Server:
    """A JupyterLab, Notebook 7 or Voilà on a free port whose home is a temporary folder."""

    def __init__(
        self,
        app: App = "lab",
        changes: Mapping[str, str | None] | None = None,
        environment: Mapping[str, str] | None = None,
        *,
        xsrf: bool = False,
    ) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="curriculum-pages-"))
        self.module = build(self.root / "course", changes)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        home = self.root / "home"
        start_up = home / ".ipython" / "profile_default" / "startup"
        start_up.mkdir(parents=True)
        (start_up / "scorer.py").write_text(START_UP, "utf-8")
        # The plain pages are scored by the server itself.
        (home / ".jupyter" / "labconfig").mkdir(parents=True)
        (home / ".jupyter" / "jupyter_server_config.py").write_text(START_UP, "utf-8")
        # Tests look at the running app; Notebook 7 does not hand it out by its option, but does by this setting.
        (home / ".jupyter" / "labconfig" / "page_config.json").write_text('{"exposeAppInBrowser": true}', "utf-8")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "JUPYTER"))}
        self.environment = {**inherited, "HOME": str(home), "CURRICULUM_LEARNER": "robin", **lab_settings({})}
        self.environment |= environment or {}
        # Every test has a folder of its own below the server's root.
        command = learner_command(self.module.parent, port=self.port, app=app)
        command = [part for part in command if "root_dir" not in part] + ["--no-browser"]
        self.app = app
        if app == "voila":
            command += [f"--Voila.root_dir={self.root}", "--Voila.token=", "--Voila.port_retries=0"]
        else:
            command += [
                "--IdentityProvider.token=",
                "--ServerApp.password=",
                "--ServerApp.port_retries=0",
                f"--ServerApp.disable_check_xsrf={not xsrf}",
                f"--ServerApp.root_dir={self.root}",
            ]
        self.command = command
        self._output = (self.root / "server.txt").open("w")
        self.start()

    def start(self) -> None:
        """The server as a process of its own, once it answers; on the same port each time."""
        self._process = subprocess.Popen(
            self.command,
            cwd=self.root,
            env=self.environment,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_until(self._answers, 60)
        except BaseException:
            self.stop()
            raise

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise AssertionError((self.root / "server.txt").read_text())
        # Voilà has no such question; it answers with a page.
        address = self.address if self.app == "voila" else f"{self.address}api/status"
        try:
            with urllib.request.urlopen(address, timeout=20):
                return True
        except urllib.error.HTTPError:
            return True  # it is there, and lets in nobody without its key
        except OSError:
            return False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def api(self, path: str, method: str = "GET") -> object:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", method=method)
        with urllib.request.urlopen(request, timeout=20) as reply:
            body = reply.read()
        return json.loads(body) if body else None

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """As `kill -9` does it: nobody is told. Its kernels notice that they are orphans, and end."""
        # Through Popen, which knows whether it still is this process: its number may be another's by now.
        self._process.kill()
        self._process.wait()

    def end_kernels(self) -> None:
        if self.app == "voila":  # it ends a page's kernel with the page
            return
        for session in self.api("api/sessions"):
            try:
                self.api(f"api/sessions/{session['id']}", "DELETE")
            except urllib.error.HTTPError as gone:
                # Between the two questions a page that has closed may have ended its session itself.
                if gone.code != HTTPStatus.NOT_FOUND:
                    raise

    def stop(self) -> None:
        with suppress(OSError):
            self.end_kernels()
        if self._process.poll() is None:
            # Its own process group, made above: no other process is in it.
            os.killpg(self.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
        self._output.close()
        shutil.rmtree(self.root, ignore_errors=True)


@dataclass
class Lesson:
    """A learner's copy of the module, opened in a page."""

    server: Server
    page: object
    folder: Path
    app: str = "lab"

    def open(self, notebook: str = LOOK):
        """The lesson once its exercises are live."""
        self.goto(notebook)
        return self.ready()

    def goto(self, notebook: str = LOOK) -> None:
        path = f"{self.folder.relative_to(self.server.root)}/{notebook}.ipynb"
        self.page.goto(f"{self.server.address}{VIEWS[self.app]}/{path}")

    def open_start(self):
        """The start page of the learner's folder, once its cards are there."""
        page = write_start(self.folder.parent).relative_to(self.server.root)
        self.page.goto(f"{self.server.address}{VIEWS[self.app]}/{page.as_posix()}")
        self.page.locator(".cu-start-module").wait_for(timeout=90_000)
        return self.page.locator(".cu-start")

    def ready(self):
        live = ".cu-live .cu" if self.app == "voila" else '[data-lesson="ready"] .cu'
        self.page.locator(live).first.wait_for(timeout=60_000)
        return self

    def reload(self):
        self.page.reload()
        return self.ready()

    def exercise(self, title: str):
        """The exercise of that title; its parts are found by role and name as a learner would."""
        return self.page.locator(".cu-lesson").get_by_role("region", name=title)

    def log(self, notebook: str = LOOK, *, graded: bool = False) -> LogContents:
        return read_log(log_path(self.folder, notebook, assessed=graded))

    def commits(self, item: str, notebook: str = LOOK, *, graded: bool = False) -> list[dict]:
        return [dict(event.answer) for event in self.log(notebook, graded=graded).commits(item)]

    def drafts(self) -> str:
        """All that is kept of unsent answers on this computer."""
        folder = self.server.root / "home" / ".local" / "share" / "curriculum-utils" / "drafts"
        return "".join(path.read_text("utf-8") for path in folder.glob("*.json"))


@pytest.fixture(scope="session")
def lab_server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One window for all tests, which so load JupyterLab's own files once."""
    from conftest import chromium
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), headless=True, args=ARGS)
        yield opened.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        opened.close()


def learners_copy(server: Server, browser, name: str, app: str = "lab") -> Iterator[Lesson]:
    folder = server.root / "learners" / f"l{abs(hash(name)) % 10**9}" / MODULE
    shutil.copytree(server.module, folder)
    page = browser.new_page()
    page.set_default_timeout(20_000)
    yield Lesson(server, page, folder, app)
    # What is kept in the browser is one for all tests: the next begins without it.
    with suppress(Exception):
        page.evaluate("localStorage.clear()")
    page.close()
    server.end_kernels()


def open_start(lesson: Lesson):
    """The start page of the learner's folder, once its cards are there."""
    return lesson.open_start()


@pytest.fixture
def lesson(lab_server: Server, browser, request: pytest.FixtureRequest) -> Iterator[Lesson]:
    """A fresh copy of the tiny module, not opened yet, in JupyterLab."""
    yield from learners_copy(lab_server, browser, request.node.name)


@pytest.fixture(scope="session")
def talk_server() -> Iterator[Server]:
    course = FORM_A["course.yaml"].replace("minutes: 5}]", "minutes: 5}, {slug: 3-talk, minutes: 18}]")
    server = Server(changes={**TALK_FILES, **FORM_A, "course.yaml": course})
    yield server
    server.stop()


@pytest.fixture
def talk_lesson(talk_server: Server, browser, request: pytest.FixtureRequest) -> Iterator[Lesson]:
    """A copy of the tiny module with a pre-test, and a last lesson of sessions with a simulated client."""
    yield from learners_copy(talk_server, browser, request.node.name)


@pytest.fixture(scope="session")
def notebook_server() -> Iterator[Server]:
    server = Server("notebook")
    yield server
    server.stop()


@pytest.fixture
def notebook_lesson(notebook_server: Server, browser, request: pytest.FixtureRequest) -> Iterator[Lesson]:
    """The same in Notebook 7."""
    yield from learners_copy(notebook_server, browser, request.node.name, "notebook")


@pytest.fixture(scope="session")
def voila_server() -> Iterator[Server]:
    server = Server("voila")
    yield server
    server.stop()


@pytest.fixture
def voila_lesson(voila_server: Server, browser, request: pytest.FixtureRequest) -> Iterator[Lesson]:
    """The same in Voilà."""
    yield from learners_copy(voila_server, browser, request.node.name, "voila")


__all__ = [
    "LOOK",
    "SHOW",
    "TALK",
    "VIEWS",
    "Lesson",
    "Server",
    "browser",
    "lab_server",
    "learners_copy",
    "lesson",
    "notebook_lesson",
    "notebook_server",
    "open_start",
    "talk_lesson",
    "talk_server",
    "voila_lesson",
    "voila_server",
]
