"""What `bench/ui.py` measures on: a JupyterLab of its own on a free loopback port, and one page of Chromium.

The server is started by the command that learners use, with the real scorer, on a built module copied into a temporary
learner's folder.
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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

from ui_figures import memory_of

from curriculum_utils.widgets.lab import lab_settings, learner_command

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 120  # the longest wait for anything; the machine may be busy
ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
EMPTY = "empty.ipynb"
# Each page notes by itself when it became live, in milliseconds since its address was opened.
WATCH = """(() => {
  const seen = window.__seen = {};
  const note = (name, is) => { if (seen[name] === undefined && is) seen[name] = performance.now(); };
  const look = () => {
    const drawn = document.querySelectorAll('.cu-live section.cu').length;
    note('first', drawn > 0);
    note('ready', document.querySelector('[data-lesson="ready"]'));
    const panel = window.jupyterapp?.shell?.currentWidget;
    note('idle', panel?.sessionContext?.session?.kernel?.status === 'idle');
    setTimeout(look, 5);
  };
  look();
})();"""


class Server:
    """A learner's JupyterLab; a folder for each visit, so that a visit is a first one."""

    def __init__(self, module: Path) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="curriculum-bench-"))
        self._module = module
        self._visits = 0
        shutil.copytree(module, self.root / "home" / module.name)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "JUPYTER"))}
        self.environment = {
            **inherited,
            "HOME": str(self.root / "account"),
            "CURRICULUM_LEARNER": "bench",
            **lab_settings({}),
        }
        (self.root / "account").mkdir()
        command = [
            *[part for part in learner_command(self.root / "home", port=self.port) if "root_dir" not in part],
            f"--ServerApp.root_dir={self.root}",
            "--no-browser",
            "--IdentityProvider.token=",
            "--ServerApp.password=",
            "--ServerApp.port_retries=0",
            "--ServerApp.disable_check_xsrf=True",
            "--LabApp.expose_app_in_browser=True",
        ]
        self._output = (self.root / "server.txt").open("w")
        self._process = subprocess.Popen(
            command, cwd=self.root, env=self.environment, stdout=self._output, stderr=subprocess.STDOUT
        )
        end = time.monotonic() + SECONDS
        while not self._answers():
            if time.monotonic() > end or self._process.poll() is not None:
                self.stop()
                raise RuntimeError((self.root / "server.txt").read_text())
            time.sleep(0.1)

    def visit(self) -> Path:
        """A learner's folder that nobody has opened yet, with the module and an empty notebook in it."""
        self._visits += 1
        folder = self.root / f"visit{self._visits}" / self._module.name
        shutil.copytree(self._module, folder)
        spec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
        cell = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": [], "source": ""}
        page = {"cells": [cell], "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
        (folder.parent / EMPTY).write_text(json.dumps(page), "utf-8")
        return folder

    def address(self, path: Path) -> str:
        """Where a notebook opens as a page of its own."""
        return f"http://127.0.0.1:{self.port}/doc/tree/{path.relative_to(self.root).as_posix()}"

    def kernel(self) -> dict[str, float]:
        """Memory of the only kernel that runs, in MB."""
        (session,) = self._api("api/sessions")
        name = f"kernel-{session['kernel']['id']}.json"
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if name in (process / "cmdline").read_text():
                    return memory_of((process / "smaps_rollup").read_text())
        raise RuntimeError("the kernel's process was not found")

    def end_kernels(self) -> None:
        for session in self._api("api/sessions"):
            try:
                self._api(f"api/sessions/{session['id']}", "DELETE")
            except urllib.error.HTTPError as gone:
                if gone.code != HTTPStatus.NOT_FOUND:
                    raise

    def drafts(self) -> str:
        """All that is kept of unsent answers."""
        folder = self.root / "account" / ".local" / "share" / "curriculum-utils" / "drafts"
        texts = []
        for path in folder.glob("*.json"):
            with suppress(OSError):
                texts.append(path.read_text("utf-8"))
        return "".join(texts)

    def stop(self) -> None:
        with suppress(OSError):
            self.end_kernels()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()
        shutil.rmtree(self.root, ignore_errors=True)

    def _answers(self) -> bool:
        with suppress(OSError):
            return bool(self._api("api/status"))
        return False

    def _api(self, path: str, method: str = "GET"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", method=method)
        with urllib.request.urlopen(request, timeout=SECONDS) as reply:
            body = reply.read()
        return json.loads(body) if body else None


@contextmanager
def window() -> Iterator[object]:
    """One browser window for all measures: JupyterLab's own files come from its cache, as for a learner who returns."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    found = os.environ.get("CURRICULUM_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit("No Chromium was found. Try: sudo make browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, headless=True, args=ARGS)
        opened = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        opened.add_init_script(WATCH)
        opened.set_default_timeout(SECONDS * 1000)
        yield opened
        browser.close()


def seen(page, name: str) -> float:
    """When the page noted `name`, in milliseconds since its address was opened; waits for it."""
    return float(page.wait_for_function(f"window.__seen?.{name}").json_value())
