"""Whatever app shows them, lessons fetch nothing from another computer."""

from urllib.parse import urlsplit

import pytest
from browser_pages import Lesson

pytestmark = pytest.mark.browser
OWN = ("data", "blob", "about", "chrome-extension")


def hosts(lesson: Lesson) -> set[str]:
    """The hosts that are asked for anything on the start page and in a lesson, with an answer that looks like TeX."""
    asked: list[str] = []
    lesson.page.on("request", lambda request: asked.append(request.url))
    lesson.page.on("websocket", lambda socket: asked.append(socket.url))
    page = lesson.open_start()
    page.get_by_role("link", name="Begin with: Look").click()
    item = lesson.ready().exercise("Your words")
    item.get_by_role("textbox").fill("It weighs on you: $x^2$ and \\(y\\).")
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_role("button", name="Try again").wait_for()
    lesson.page.wait_for_timeout(1500)
    assert len(asked) > 10
    return {urlsplit(url).hostname or "" for url in asked if urlsplit(url).scheme not in OWN}


def test_jupyterlab_asks_this_computer_alone(lesson: Lesson):
    assert hosts(lesson) == {"127.0.0.1"}


def test_notebook_7_asks_this_computer_alone(notebook_lesson: Lesson):
    assert hosts(notebook_lesson) == {"127.0.0.1"}


def test_voila_asks_this_computer_alone(voila_lesson: Lesson):
    assert hosts(voila_lesson) == {"127.0.0.1"}
