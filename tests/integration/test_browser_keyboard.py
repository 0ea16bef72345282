"""Around the tasks by keyboard: the page itself, the way on below a lesson, and where the focus is afterwards."""

import pytest
from browser_pages import SHOW, TALK, Lesson, wait_until
from tiny_course import WHOLE_REPLY

from curriculum_utils.widgets.lab import write_start

pytestmark = pytest.mark.browser

_CELLS = """() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')]
    .map((cell) => cell.className.includes('jp-CodeCell'))"""
_SCROLLED = "document.querySelector('.cu-lesson .jp-WindowedPanel-outer').scrollTop"
_FOCUS = "(document.activeElement.ariaLabel ?? document.activeElement.textContent).trim()"


def read_by_keyboard(lesson: Lesson) -> None:
    page = lesson.open().page
    cells, start = page.evaluate(_CELLS), page.evaluate(_SCROLLED)
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")  # Where the focus is on arrival, or close to it: no control of a task.
    assert page.evaluate("document.activeElement.closest('.cu, button') === null")
    for key in ("a", "b", "m", "y", "x", "d", "d", "z", "Enter", "Escape", "Shift+M", "Shift+Enter", "Control+b"):
        page.keyboard.press(key)
    assert page.evaluate(_CELLS) == cells
    assert page.locator(".jp-FileBrowser").filter(visible=True).count() == 0
    page.keyboard.press("ArrowDown")
    wait_until(lambda: page.evaluate(_SCROLLED) > start)
    assert page.locator(".jp-Dialog").count() == 0


def test_keys_pressed_on_the_page_scroll_it_and_change_no_cell(lesson: Lesson):
    read_by_keyboard(lesson)


def test_keys_pressed_on_the_page_change_no_cell_in_notebook_7(notebook_lesson: Lesson):
    read_by_keyboard(notebook_lesson)


def test_the_way_on_is_a_press_of_tab_below_the_last_task(lesson: Lesson):
    write_start(lesson.folder.parent)
    page = lesson.open().page
    page.locator(".cu-live").last.get_by_role("button").filter(visible=True).last.focus()
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUS) == "Go on with: Show"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Show what you can do").wait_for()
    page.locator(".cu-bar-place", has_text="Lesson 2 of 2").wait_for()
    page.get_by_role("button", name="Go on to hand in").press("Enter")
    page.get_by_role("heading", name="Your modules").wait_for(timeout=60_000)


def test_without_a_start_page_nothing_below_the_last_lesson_leads_nowhere(lesson: Lesson):
    page = lesson.open(SHOW).page
    assert page.get_by_role("navigation", name="About this lesson").count() == 1
    assert page.get_by_role("navigation", name="After this lesson").count() == 0


def test_what_was_pressed_on_the_start_page_keeps_the_focus_while_it_is_drawn_anew(lesson: Lesson):
    home, page = lesson.folder.parent, lesson.page
    write_start(home)
    page.goto(f"http://127.0.0.1:{lesson.server.port}/doc/tree/{home.relative_to(lesson.server.root)}/start.ipynb")
    page.get_by_role("button", name="I have read this").press("Enter", timeout=60_000)
    page.get_by_role("button", name="I have read this").wait_for(state="hidden")
    assert page.evaluate(_FOCUS) == "What is recorded"
    page.get_by_role("button", name="Hand in this module").press("Enter")
    page.get_by_role("button", name="Hand in as it is").press("Enter")
    page.get_by_role("button", name="Hand in again").wait_for()
    assert page.evaluate(_FOCUS) == "Hand in again"


def test_the_end_of_a_graded_session_leaves_the_focus_in_it(talk_lesson: Lesson):
    item = talk_lesson.open(TALK).exercise("The last session")
    for number in range(1, 4):
        item.get_by_role("textbox").fill(WHOLE_REPLY)
        item.get_by_role("button", name="Say it").press("Enter")
        item.locator(".cu-from-client").nth(number).wait_for()
    item.get_by_text("Your answer is saved. You can change it until you submit.").wait_for()
    assert item.evaluate("(node) => node.contains(document.activeElement)")
