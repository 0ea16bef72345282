"""What was missed in a lesson comes back in a real browser: another client, a log of its own, and the start page."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from again_course import CHANGES, Learner
from axe_looks import found_light_and_dark
from browser_pages import Lesson, Server
from tiny_course import MODULE

from curriculum_utils.responses import log_path, read_log
from curriculum_utils.widgets.lab import AGAIN_PAGE, write_start

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server(changes=CHANGES)
    yield server
    server.stop()


@pytest.fixture
def robin(server: Server, request: pytest.FixtureRequest) -> Learner:
    """A learner's folder below the server's, whose answers may be days old."""
    learner = Learner(server.root / "learners" / f"l{abs(hash(request.node.name)) % 10**9}")
    learner.now = datetime.now(UTC) - timedelta(days=2)
    write_start(learner.home)
    return learner


@pytest.fixture
def lesson(server: Server, browser, robin: Learner) -> Iterator[Lesson]:
    page = browser.new_page()
    page.set_default_timeout(30_000)
    yield Lesson(server, page, robin.home / MODULE)
    page.close()
    server.end_kernels()
    shutil.rmtree(robin.home, ignore_errors=True)


def open_page(lesson: Lesson, name: str = AGAIN_PAGE) -> None:
    path = lesson.folder.parent.relative_to(lesson.server.root)
    lesson.page.goto(f"http://127.0.0.1:{lesson.server.port}/doc/tree/{path}/{name}")
    lesson.page.locator('[data-lesson="ready"]').wait_for(timeout=60_000)


def practised(robin: Learner):
    return read_log(robin.home / "practised-again" / f"{MODULE}.jsonl")


def test_what_was_missed_surely_comes_back_with_another_client_and_is_kept_apart(lesson: Lesson, robin: Learner):
    robin.answers("fs-choose", {"option": "a"}, 4)
    module_log = log_path(lesson.folder, "1-look", assessed=False)
    before = module_log.read_bytes()
    page = lesson.page

    open_page(lesson, "start.ipynb")
    line = page.get_by_role("region", name="Practise again")
    assert "1 task is due" in line.inner_text()
    line.get_by_role("link", name="Practise again").click()

    back = lesson.exercise("The form, once more, Milan")
    back.wait_for(timeout=60_000)
    assert page.get_by_role("heading", name="Practise again", level=1).is_visible()
    assert "when you were sure" in page.get_by_role("list", name="What comes back, and why").inner_text()
    assert page.get_by_text("import again").filter(visible=True).count() == 0
    assert lesson.exercise("The form, once more").filter(has_text="Ines").count() == 0

    back.get_by_role("radio", name="That form weighs on you").check()
    back.get_by_role("radio", name="certain").check()
    back.get_by_role("button", name="Check my answer").click()
    back.get_by_text("This fits.").wait_for()
    page.get_by_text("It was about: Meet the weight.").wait_for()
    page.get_by_text("That was all for this time.").wait_for()

    (event,) = practised(robin).commits("fs-choose-milan")
    assert dict(event.answer) == {"option": "b", "confidence": 4}
    assert module_log.read_bytes() == before
    tendency = page.get_by_role("region", name="What you tend to fall into")
    assert "In 1 of 2 replies that you chose or wrote." in tendency.inner_text()
    assert found_light_and_dark(page) == []

    page.get_by_role("button", name="Look for more").click()
    page.get_by_text("Nothing is due now. The next task comes back on").wait_for()
    page.get_by_role("heading", name="Practise again", level=1).wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert lesson.exercise("The form, once more, Milan").count() == 0

    page.get_by_role("button", name="Your modules").click()
    page.get_by_text("Nothing is due now. The next task comes back on").filter(visible=True).first.wait_for()
    page.get_by_role("region", name="Practise again").wait_for()


def test_a_reload_keeps_what_is_being_written_and_a_tendency_leads_to_its_section(lesson: Lesson, robin: Learner):
    robin.answers("fs-choose-nora", {"option": "a"}, 4)
    robin.later(minutes=1).answers("fs-write")
    open_page(lesson)
    page = lesson.page
    task = lesson.exercise("Your words")
    task.get_by_role("textbox").fill("It weighs on you.")
    task.get_by_text("Draft kept.").wait_for()
    page.reload()
    page.locator('[data-lesson="ready"]').wait_for(timeout=60_000)
    assert lesson.exercise("Your words").get_by_role("textbox").input_value() == "It weighs on you."
    # The reply given in the lesson is not shown.
    assert "week after week" not in page.locator(".cu-lesson").first.inner_text()
    page.get_by_role("link", name="Read again: Fix it").click()
    lesson.ready()
    heading = page.locator(".jp-RenderedMarkdown").get_by_role("heading", name="Fix it")
    heading.wait_for()
    assert heading.bounding_box()["y"] < 600


def test_before_the_first_answer_the_start_page_says_nothing_of_it(lesson: Lesson):
    open_page(lesson, "start.ipynb")
    lesson.page.locator(".cu-start-module").wait_for()
    assert lesson.page.get_by_role("region", name="Practise again").count() == 0
    open_page(lesson)
    lesson.page.get_by_text("Nothing has come together here yet.").wait_for()
