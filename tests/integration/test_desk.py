"""The desk in a real browser, opened by the instructor's command: grading by button, deciding by keyboard."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_looks import found_light_and_dark
from browser_pages import wait_until
from handed_term import CHOICES, Handed, make_term
from nbgrader.api import Gradebook
from tiny_course import MODULE, WHOLE_REPLY

from curriculum_utils.grading.decisions import all_decisions

pytestmark = pytest.mark.browser

REPOSITORY = Path(__file__).parents[2]
WRITE, LESSON = "fs-a-write", "2-show"
SETTINGS = "c.IdentityProvider.token = ''\nc.ServerApp.port_retries = 0\n"


@dataclass
class Opened:
    """A course with two submissions to grade, and the page that the instructor's command opens."""

    term: Handed
    page: object
    address: str

    def grade(self, learner: str) -> tuple[float | None, float | None, bool]:
        """Automatic and manual score of the written answer, and whether it waits, as nbgrader has them."""
        with Gradebook(self.term.cohort.gradebook_url, "spring") as gradebook:
            found = gradebook.find_grade(WRITE, LESSON, MODULE, learner)
            return found.auto_score, found.manual_score, bool(found.needs_manual_grade)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, browser) -> Iterator[Opened]:
    base = tmp_path_factory.mktemp("desk")
    root, home = base / "course", base / "home"
    root.mkdir()
    make_term(root, ("ana", "bo"))
    term = Handed(root)
    for learner, text in {"ana": WHOLE_REPLY, "bo": WHOLE_REPLY.upper()}.items():
        term.answer(learner, CHOICES | {WRITE: {"text": text}})
        term.hand_in(learner)
    term.collect()
    shutil.copyfile(REPOSITORY / "nbgrader_config.py", root / "nbgrader_config.py")
    (home / ".jupyter").mkdir(parents=True)
    (home / ".jupyter" / "jupyter_server_config.py").write_text(SETTINGS, "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "curriculum_utils.cli", "instructor", "--no-browser", f"--port={port}"]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "JUPYTER"))}
    address = f"http://127.0.0.1:{port}/"
    with (base / "server.txt").open("w") as output:
        server = subprocess.Popen(
            [*command, f"--course={root}"],
            cwd=root,
            env={**inherited, "HOME": str(home)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    page = browser.new_page()
    page.set_default_timeout(30_000)
    try:
        wait_until(lambda: answers(server, f"{address}api/status", base), 60)
        page.goto(address)
        page.get_by_role("heading", name="First steps").wait_for(timeout=90_000)
        yield Opened(term, page, address)
    finally:
        page.close()
        os.killpg(server.pid, signal.SIGTERM)  # its own group, made above
        server.wait(30)


def answers(server: subprocess.Popen[bytes], address: str, base: Path) -> bool:
    assert server.poll() is None, (base / "server.txt").read_text()
    try:
        with urllib.request.urlopen(address, timeout=10):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def test_a_term_goes_on_by_button_and_by_keyboard(opened: Opened):
    page, term = opened.page, opened.term
    assert page.url.endswith("/doc/tree/desk/desk.ipynb")
    # Graded by one button; pressed twice, it is done once.
    page.get_by_role("button", name="Grade 2 submissions").dblclick()
    page.get_by_text("2 submissions graded, 0 failed.").wait_for(timeout=120_000)
    assert page.locator(".cu-desk-job h2").inner_text() == f"✓ Grading {MODULE}: done"
    # The scorer has not learnt the labels of this course: both answers wait, without points.
    assert (opened.grade("ana"), opened.grade("bo")) == ((None, None, True), (None, None, True))
    page.get_by_role("button", name="Review 2 answers").focus()
    page.keyboard.press("Enter")

    # The queue, without names, and the keyboard at the first label.
    first = page.locator('[role="checkbox"][data-label="names_weight"]')
    first.wait_for(timeout=60_000)
    wait_until(lambda: first.evaluate("node => node === document.activeElement"))
    assert page.locator(".cu-desk-queue li").count() == 2
    assert "ana" not in page.locator(".cu-desk-review").inner_text().split()
    points = page.locator(".cu-desk-points")
    page.get_by_text("0 of 3 points").wait_for()
    for key, told in (("o", "1 of 3 points"), ("a", "0 of 3 points"), (" ", "1 of 3 points")):
        page.keyboard.press(key)
        wait_until(lambda told=told: points.inner_text() == told)
    for _ in range(2):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("o")
    wait_until(lambda: points.inner_text() == "3 of 3 points")
    assert all_decisions(term.cohort.gradebook_url) == []
    page.keyboard.press("r")
    page.keyboard.type("Said simply.")
    page.keyboard.press("Escape")

    # The one alike is decided the same because it is ticked; S saves.
    page.get_by_role("checkbox", name="alike").or_(page.get_by_role("checkbox", name="the same letters")).check()
    page.keyboard.press("s")
    page.get_by_text("0 left.").wait_for(timeout=60_000)
    assert (opened.grade("ana"), opened.grade("bo")) == ((None, 3.0, False), (None, 3.0, False))
    assert len(all_decisions(term.cohort.gradebook_url)) == 2

    # U takes one back.
    page.locator('[role="checkbox"][data-label="names_weight"]').focus()
    page.keyboard.press("u")
    page.get_by_text("Taken back: no points again, and it waits for a person.").wait_for()
    assert sorted([opened.grade("ana")[1] is None, opened.grade("bo")[1] is None]) == [False, True]

    # No key reached the notebook: it has its one cell, which is a code cell still.
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1
    assert page.locator(".jp-Notebook .jp-CodeCell").count() == 1


def test_both_pages_pass_axe_and_fit_narrow_windows(opened: Opened):
    page = opened.page
    for name, part in (("Review", ".cu-desk-answer"), ("Overview", ".cu-desk-module"), ("Regrade", ".cu-desk-form")):
        page.get_by_role("tab", name=name).click()
        page.locator(part).filter(visible=True).first.wait_for()
        if name == "Overview":
            page.get_by_role("button", name="Extend…").click()
        assert found_light_and_dark(page, ".cu-desk") == []
        for width in (768, 400):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(200)
            inside = "node => [node.scrollWidth, node.clientWidth]"
            scroll, client = page.locator(".cu-desk").evaluate(inside)
            assert scroll <= client, f"{name} at {width}"
        page.set_viewport_size({"width": 1280, "height": 900})


def test_a_cohort_is_backed_up_and_what_a_command_refuses_is_said_in_its_words(opened: Opened):
    page = opened.page
    page.get_by_role("tab", name="Overview").click()
    page.get_by_role("button", name="Due date…").click()
    page.get_by_label("Due", exact=True).fill("soon")
    page.get_by_role("button", name="Set the date").click()
    refused = page.get_by_label("What the command says")
    page.get_by_role("heading", name="ended with something to look at").wait_for(timeout=60_000)
    assert '"soon"' in refused.inner_text()
    page.get_by_role("button", name="Back up…").click()
    page.get_by_role("textbox", name="File").fill("kept.zip")
    page.get_by_role("button", name="Back up", exact=True).click()
    page.get_by_role("heading", name="✓ Backing up: done").wait_for(timeout=60_000)
    assert (opened.term.root / "kept.zip").is_file()
