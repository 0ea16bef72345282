"""A lesson as a page: nothing is lost over reloads and stopped kernels, keys stay in their control, code is hidden."""

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from browser_pages import SHOW, Lesson, wait_until
from tiny_course import WHOLE_REPLY

pytestmark = pytest.mark.browser


def _kill_kernel(lesson: Lesson) -> None:
    """Ends the lesson's kernel, a process of this test's own server, as the system does when memory runs out."""
    folder = f"{lesson.folder.relative_to(lesson.server.root)}/"
    kernels = [one["kernel"]["id"] for one in lesson.server.api("api/sessions") if one["path"].startswith(folder)]
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"kernel-{kernels[0]}.json" in (process / "cmdline").read_text():
                os.kill(int(process.name), signal.SIGKILL)


def test_answers_and_feedback_are_there_after_a_reload(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    item.get_by_role("textbox").fill(WHOLE_REPLY)
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("Your reply does all of what this move asks.").wait_for()
    lesson.reload()
    item.get_by_text("Your reply does all of what this move asks.").wait_for()
    assert item.locator("mark").all_inner_texts() == [WHOLE_REPLY]
    assert lesson.commits("fs-write") == [{"text": WHOLE_REPLY}]


def test_a_reply_broken_off_mid_sentence_is_there_after_a_reload_and_in_nobodys_folder(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    item.get_by_role("textbox").press_sequentially("Nine months of this, and", delay=15)
    item.get_by_text("Draft kept.").wait_for()
    lesson.reload()
    assert item.get_by_role("textbox").input_value() == "Nine months of this, and"
    handed_in = "".join(path.read_text("utf-8") for path in (lesson.folder / "responses").glob("*.jsonl"))
    assert "Nine months" not in handed_in


def test_a_draft_outlives_browser_storage_and_kernel(lesson: Lesson):
    item = lesson.open().exercise("Where does it turn?")
    item.get_by_role("option").nth(3).click()
    item.get_by_role("radio", name="Soothes").check()
    item.get_by_text("Draft kept.").wait_for()
    wait_until(lambda: "soothes" in lesson.drafts())
    lesson.page.evaluate("localStorage.clear()")
    lesson.server.end_kernels()
    lesson.reload()
    assert item.get_by_role("radio", name="Soothes").is_checked()
    assert item.locator('[aria-selected="true"]').all_inner_texts() == ["What"]


def test_control_s_keeps_the_draft_at_once_and_does_not_save_the_notebook(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    before = (lesson.folder / "1-look.ipynb").read_bytes()
    item.get_by_role("textbox").fill("It weighs on you")
    lesson.page.keyboard.press("Control+s")
    wait_until(lambda: "It weighs on you" in lesson.drafts())
    assert (lesson.folder / "1-look.ipynb").read_bytes() == before


@pytest.mark.parametrize("title", ["The form, once more", "Your words", "Where does it turn?", "What they do"])
def test_notebook_keys_pressed_in_a_control_change_no_cell(lesson: Lesson, title: str):
    lesson.open()
    _press_notebook_keys(lesson, title)


def test_notebook_keys_pressed_in_a_control_change_no_cell_in_notebook_7(notebook_lesson: Lesson):
    notebook_lesson.open()
    for title in ("The form, once more", "Your words", "Where does it turn?", "What they do"):
        _press_notebook_keys(notebook_lesson, title)


def _press_notebook_keys(lesson: Lesson, title: str) -> None:
    cells = lesson.page.evaluate(_CELLS)
    item = lesson.exercise(title)
    control = item.locator("input, textarea, select, [role=option]").first
    control.focus()
    for key in ("ArrowDown", "ArrowUp", "a", "b", "m", "y", "x", "d", "d", "z", "Shift+M"):
        lesson.page.keyboard.press(key)
    # Focus has stayed in the exercise, and the notebook has the same cells of the same types.
    assert item.evaluate("node => node.contains(document.activeElement)")
    assert lesson.page.evaluate(_CELLS) == cells


# Which of the notebook's cells are code, in order.
_CELLS = """() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')]
    .map((cell) => cell.className.includes('jp-CodeCell'))"""


def test_code_prompts_and_toolbars_are_hidden(lesson: Lesson):
    page = lesson.open().page
    assert page.locator(".jp-Notebook .jp-CodeCell").count() == 5  # the setup and four exercises
    for part in (
        ".jp-InputArea-editor",
        ".jp-InputPrompt",
        ".jp-OutputPrompt",
        ".jp-NotebookPanel-toolbar",
        ".jp-Toolbar",
    ):
        assert not [one for one in page.locator(f".cu-lesson {part}").all() if one.is_visible()], part
    assert "show(" not in page.locator(".cu-lesson").inner_text()
    # The copy for pages without a kernel is there, and hidden while the exercise lives.
    assert page.locator(".cu-copy").count() == 4
    assert not page.locator(".cu-copy").first.is_visible()


@pytest.mark.skipif(sys.platform != "linux", reason="finds the kernel's process in /proc")
def test_a_stopped_kernel_is_told_and_the_lesson_carries_on_where_it_was(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    item.get_by_role("textbox").fill("It weighs on")
    item.get_by_text("Draft kept.").wait_for()
    _kill_kernel(lesson)
    item.get_by_text("This page is paused. Your saved answers are safe").wait_for()
    # What is written now is kept in this browser alone.
    item.get_by_role("textbox").fill("It weighs on you, and")
    assert item.get_by_role("button", name="Check my answer").get_attribute("aria-disabled") == "true"
    item.get_by_role("button", name="Carry on").click()
    item.get_by_text("This page is paused.").wait_for(state="detached")
    assert lesson.exercise("Your words").get_by_role("textbox").input_value() == "It weighs on you, and"


def test_an_answer_that_cannot_be_saved_stays_on_the_page_and_is_not_called_saved(lesson: Lesson):
    item = lesson.open().exercise("The form, once more")
    log = lesson.folder / "responses" / "1-look.practice.jsonl"
    log.rename(log.with_suffix(".away"))
    log.mkdir()  # a folder where the log should be: no user may write to it, not even root
    item.get_by_role("radio").first.check()
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_role("alert").filter(has_text="This was not saved").wait_for()
    assert item.get_by_text("saved at").count() == 0
    assert item.get_by_role("radio").first.is_checked()
    log.rmdir()
    log.with_suffix(".away").rename(log)
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_role("button", name="Try again").wait_for()
    assert len(lesson.commits("fs-choose")) == 1


def test_a_corrected_item_says_so_and_keeps_the_earlier_answer(lesson: Lesson):
    item = lesson.open(SHOW).exercise("The form, once more")
    item.get_by_role("radio", name="Don't worry").check()
    item.get_by_role("button", name="Save answer").click()
    item.get_by_text("Your answer is saved.").wait_for()
    log = lesson.folder / "responses" / f"{SHOW}.jsonl"
    digest = lesson.log(SHOW, graded=True).commits("fs-a-choose")[0].item_digest
    # As if the answer had been given to another version of the item.
    log.write_text(log.read_text("utf-8").replace(digest, "0" * 64), "utf-8")
    lesson.reload()
    item.get_by_text("This exercise was corrected since you answered. Your earlier answer is kept").wait_for()
    assert item.get_by_role("radio", name="Don't worry").is_checked()


@pytest.mark.parametrize("name", ["json.py", "anywidget/__init__.py"])
def test_a_lesson_beside_python_code_asks_before_it_starts(lesson: Lesson, name: str):
    (lesson.folder / name).parent.mkdir(exist_ok=True)
    (lesson.folder / name).write_text("raise SystemExit('ran')\n", "utf-8")
    lesson.goto()
    lesson.page.get_by_text("The lesson did not start by itself").wait_for()
    assert name.removesuffix("__init__.py") in lesson.page.locator(".cu-page-message").inner_text()
    assert lesson.page.locator(".cu").count() == 0


def test_a_learners_own_papers_beside_a_lesson_do_not_hold_it_up(lesson: Lesson):
    (lesson.folder / "my_notes").mkdir()
    (lesson.folder / "my_notes" / "monday.docx").write_bytes(b"")
    (lesson.folder / "scan.pdf").write_bytes(b"")
    lesson.open()


def test_a_notebook_that_only_claims_to_be_a_lesson_does_not_run_and_shows_its_code(lesson: Lesson):
    path = lesson.folder / "1-look.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    code[1]["source"] += "; open('ran.txt', 'w')"
    path.write_text(json.dumps(notebook), "utf-8")
    lesson.goto()
    lesson.page.locator(".jp-Notebook .jp-InputArea-editor").get_by_text("ran.txt").wait_for()
    lesson.page.wait_for_timeout(1500)
    assert lesson.page.locator(".cu-lesson, .cu").count() == 0
    assert not (lesson.folder / "ran.txt").exists()


def test_the_bar_leads_to_the_next_lesson(lesson: Lesson):
    lesson.open()
    assert lesson.page.locator(".cu-bar-place").inner_text() == "Lesson 1 of 2"
    lesson.page.get_by_role("button", name="Next lesson").click()
    lesson.page.get_by_role("heading", name="Show what you can do").wait_for()
    lesson.page.locator(".cu-bar-place", has_text="Lesson 2 of 2").wait_for()
    lesson.page.locator(".cu").get_by_role("button", name="Save answer").first.wait_for()


def test_leaving_a_lesson_asks_nothing_and_leaves_the_notebook_as_released(lesson: Lesson):
    before = (lesson.folder / "1-look.ipynb").read_bytes()
    asked = []
    lesson.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    item = lesson.open().exercise("The form, once more")
    item.get_by_role("radio").first.check()
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_role("button", name="Try again").wait_for()
    lesson.page.wait_for_timeout(300)
    lesson.page.close(run_before_unload=True)
    assert not asked
    assert (lesson.folder / "1-look.ipynb").read_bytes() == before


def test_a_reload_goes_back_to_where_the_learner_was_reading(lesson: Lesson):
    page = lesson.open().page
    page.set_viewport_size({"width": 1280, "height": 600})
    lesson.exercise("What they do").scroll_into_view_if_needed()
    lesson.exercise("What they do").get_by_role("combobox").first.focus()
    where = "document.querySelector('.cu-lesson .jp-WindowedPanel-outer').scrollTop"
    wait_until(lambda: page.evaluate("Object.keys(localStorage).some((key) => key.includes('curriculum:place'))"))
    page.wait_for_timeout(600)
    before = page.evaluate(where)
    assert before > 600
    lesson.reload()
    wait_until(lambda: abs(page.evaluate(where) - before) < 40)


def test_two_windows_on_one_lesson_lose_nothing(lesson: Lesson, browser):
    first = lesson.open()
    second = Lesson(lesson.server, browser.new_page(), lesson.folder)
    second.open()
    for window, text in ((first, "From the first."), (second, "From the second."), (first, "Once more.")):
        item = window.exercise("Your words")
        if item.get_by_role("button", name="Try again").is_visible():
            item.get_by_role("button", name="Try again").click()
        item.get_by_role("textbox").fill(text)
        item.get_by_role("button", name="Check my answer").click()
        item.get_by_role("button", name="Try again").wait_for()
    second.page.close()
    assert [one["text"] for one in lesson.commits("fs-write")] == ["From the first.", "From the second.", "Once more."]


@pytest.mark.parametrize("width", [320, 390, 768])
def test_nothing_sticks_out_of_a_narrow_window(lesson: Lesson, width: int):
    lesson.page.set_viewport_size({"width": width, "height": 800})
    lesson.open()
    for exercise in lesson.page.locator(".cu").all():
        box = exercise.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert exercise.evaluate("(node) => node.scrollWidth <= node.clientWidth")


def test_fingers_mark_words_by_tapping_and_by_selecting(lesson: Lesson, browser):
    context = browser.browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    touch = Lesson(lesson.server, context.new_page(), lesson.folder)
    item = touch.open().exercise("Where does it turn?")
    words = item.get_by_role("option")
    words.first.tap()
    # As press-and-hold does it: from the fourth word into the sixth.
    words.nth(3).evaluate("""(word) => {
        const last = word.parentNode.querySelectorAll('.cu-word')[5];
        getSelection().setBaseAndExtent(word.firstChild, 0, last.firstChild, 2);
    }""")
    item.get_by_role("button", name="Mark the selected words").tap()
    assert item.locator('[aria-selected="true"]').all_inner_texts() == ["That", "What", "if", "you"]
    context.close()


def test_in_plain_jupyterlab_a_page_without_a_kernel_shows_the_saved_answer(lesson: Lesson):
    item = lesson.open().exercise("The form, once more")
    item.get_by_role("radio", name="That form weighs on you").check()
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("This fits.").wait_for()
    page = lesson.page
    copy = page.locator(".cu-copy").first
    assert not copy.is_visible()
    # What a page looks like whose exercises were never drawn: the copy stands in for them.
    page.evaluate("document.querySelectorAll('.cu-live').forEach((node) => { node.className = ''; node.remove(); })")
    assert copy.is_visible()
    assert "That form weighs on you." in copy.inner_text()
    assert "This fits." in copy.inner_text()
