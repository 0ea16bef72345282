"""A learner says on the start page, by keyboard, whether corrected replies may be used, and changes their mind."""

import pytest
from axe_looks import found_light_and_dark
from browser_pages import Lesson

from curriculum_utils.responses import read_log
from curriculum_utils.widgets.lab import write_start

pytestmark = pytest.mark.browser


def said(lesson: Lesson) -> list[dict[str, object]]:
    logs = map(read_log, sorted((lesson.folder / "responses").glob("*.jsonl")))
    return [dict(event.answer) for log in logs for event in log.events if event.kind == "consent"]


def test_a_learner_says_yes_sees_it_and_says_no(lesson: Lesson):
    home = lesson.folder.parent
    write_start(home)
    place = home.relative_to(lesson.server.root)
    lesson.page.goto(f"http://127.0.0.1:{lesson.server.port}/doc/tree/{place}/start.ipynb")
    data = lesson.page.get_by_role("region", name="Your data")
    data.get_by_role("button", name="Say what may be done with your replies").focus()
    lesson.page.keyboard.press("Enter")
    panel = data.get_by_role("group", name="Use of your replies")
    panel.get_by_role("button", name="Yes, they may be used").wait_for()
    assert "You said" not in panel.inner_text()
    assert found_light_and_dark(lesson.page) == []
    lesson.page.keyboard.press("Tab")
    lesson.page.keyboard.press("Enter")
    data.get_by_role("status").get_by_text("Saved. You said yes").wait_for()
    assert said(lesson) == [{"training": True}]
    lesson.page.keyboard.press("Enter")  # the focus is back on what opened it
    panel.get_by_text("You said yes: corrected replies of yours may be used.").wait_for()
    panel.get_by_role("button", name="No, they may not").click()
    data.get_by_role("status").get_by_text("Saved. You said no").wait_for()
    assert said(lesson) == [{"training": True}, {"training": False}]
