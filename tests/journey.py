"""A learner's room as learners get it: a course, a cohort, `curriculum lab`, and a page that is watched meanwhile.

What is done in the room stands in `journey_hands.py` (mouse and keyboard) and `journey_lessons.py`.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from curriculum_utils.cohorts import new_cohort, term

ROOT = Path(__file__).resolve().parents[1]
COHORT = "spring"
START_SECONDS = 90


def curriculum(course: Path, *arguments: str) -> str:
    """What the command prints; it must end well."""
    command = [sys.executable, "-m", "curriculum_utils.cli", *arguments, "--course", str(course)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=course, timeout=600)
    assert done.returncode == 0, f"{' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


def course_with(root: Path, learners: tuple[str, ...]) -> Path:
    """A copy of this repository's course in `root`, with a cohort of these learners and all its modules released."""
    for name in ("curriculum", "source", "demo"):
        shutil.copytree(ROOT / name, root / name)
    roster = root / "roster.csv"
    roster.write_text("\n".join(["id", *learners]) + "\n", "utf-8")
    cohort = new_cohort(root, COHORT, roster, exchange=root / "exchange")
    for module in sorted(path.name for path in (root / "source").iterdir()):
        term.release(cohort, module)
    return root


@contextmanager
def lab(course: Path, learner: str) -> Iterator[str]:
    """The address that `curriculum lab` prints for this learner, while it runs; their home is a temporary folder."""
    home = Path(tempfile.mkdtemp(prefix="curriculum-home-"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "JUPYTER", "CURRICULUM"))}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "curriculum_utils.cli", "lab", "--learner", learner, "--cohort", COHORT]
    command += ["--no-browser", "--port", str(port), "--course", str(course)]
    output = home / "lab.txt"
    with output.open("w") as file:
        server = subprocess.Popen(
            command, cwd=course, env={**kept, "HOME": str(home)}, stdout=file, stderr=file, start_new_session=True
        )
        try:
            yield _address(server, output, port)
        finally:
            # Its own process group, made above: no other process is in it.
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
            shutil.rmtree(home, ignore_errors=True)


def _address(server: subprocess.Popen[bytes], output: Path, port: int) -> str:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        # The plain pages' address is told before.
        wanted = rf"http://(?:127\.0\.0\.1|localhost):{port}/(?!curriculum/)\S+"
        if found := re.search(wanted, output.read_text("utf-8")):
            return found[0]
        assert server.poll() is None, output.read_text("utf-8")
        time.sleep(0.1)
    raise AssertionError(f"no address in {START_SECONDS} seconds:\n{output.read_text('utf-8')}")


@dataclass
class Watch:
    """What goes wrong behind a page's back: errors on it, requests that fail, and requests that leave this computer."""

    wrong: list[str] = field(default_factory=list)

    def over(self, page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"page error: {error}"))
        page.on("requestfailed", self._failed)
        page.on("request", self._asked)
        page.on("response", self._answered)
        page.on("websocket", lambda socket_: self._at(socket_.url))

    def _said(self, message) -> None:
        if message.type == "error":
            self.wrong.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request) -> None:
        # What a page had asked for and gave up when it was left is no failure.
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"failed: {request.method} {request.url} {request.failure}")

    def _answered(self, response) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.request.method} {response.url}")

    def _asked(self, request) -> None:
        self._at(request.url)

    def _at(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in ("127.0.0.1", "localhost"):
            self.wrong.append(f"left this computer: {url}")
