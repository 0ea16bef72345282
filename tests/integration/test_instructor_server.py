"""`curriculum instructor`: JupyterLab starts, and nbgrader's formgrader opens on the cohort."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tiny_course import MODULE, build

from curriculum_utils.cohorts import new_cohort
from curriculum_utils.widgets.lab import instructor_command

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def fetch(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Asks the instructor's server on a course with one cohort for a page."""
    build(tmp_path)
    (tmp_path / "nbgrader_config.py").write_text((REPOSITORY / "nbgrader_config.py").read_text("utf-8"), "utf-8")
    (tmp_path / "people.csv").write_text("id,first_name,last_name\nana,Ana,A\n", "utf-8")
    new_cohort(tmp_path, "spring", tmp_path / "people.csv")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path / "home"
    home.mkdir()
    options = ["--no-browser", "--IdentityProvider.token=", "--ServerApp.port_retries=0"]
    with (tmp_path / "server.txt").open("w") as output:
        server = subprocess.Popen(
            [*instructor_command(tmp_path, port=port), *options],
            cwd=tmp_path,
            env={**os.environ, "HOME": str(home)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        for _ in range(600):
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status", timeout=5):
                break
            assert server.poll() is None, (tmp_path / "server.txt").read_text()
            time.sleep(0.1)

        def page(path: str) -> str:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=30) as reply:
                return reply.read().decode()

        yield page
    finally:
        os.killpg(server.pid, signal.SIGTERM)  # its own group, made above
        server.wait(20)


def test_formgrader_opens_on_the_cohort(fetch: Callable[[str], str]):
    assert "Manage Assignments" in fetch("formgrader/manage_assignments")
    assert [entry["name"] for entry in json.loads(fetch("formgrader/api/assignments"))] == [MODULE]
    assert "<title>JupyterLab</title>" in fetch("lab")
