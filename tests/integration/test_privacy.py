"""The learner's privacy in a real browser: real clients kept out, data shown and taken along, practice deleted."""

import zipfile
from pathlib import Path

import pytest
from axe_looks import found_light_and_dark
from browser_pages import LOOK, SHOW, TALK, Lesson, wait_until
from tiny_course import WHOLE_REPLY

from curriculum_utils.widgets.lab import write_start

pytestmark = pytest.mark.browser

REAL = "Ring me on 07700 900123 when it weighs on you."
QUESTION = "Nothing is saved yet. This looks like a real person's details."
SELECTED = "() => { const a = document.activeElement; return a.value?.slice(a.selectionStart, a.selectionEnd); }"


def write_reply(lesson: Lesson, text: str, notebook: str = LOOK):
    item = lesson.open(notebook).exercise("Your words")
    item.get_by_role("textbox").fill(text)
    return item


def open_start(lesson: Lesson):
    """The start page of the learner's folder, once its cards are there."""
    home = lesson.folder.parent
    write_start(home)
    path = home.relative_to(lesson.server.root)
    lesson.page.goto(f"http://127.0.0.1:{lesson.server.port}/doc/tree/{path}/start.ipynb")
    lesson.page.locator(".cu-start-module[data-module]").wait_for(timeout=60_000)
    return lesson.page.locator(".cu-start")


def half(lesson: Lesson) -> str:
    """A draft that no other test writes: all of them share one computer and one browser."""
    return f"half a sentence of {lesson.folder.parent.name}"


def answer_and_go_home(lesson: Lesson):
    """One practice answer, one that is graded, a practice draft; then the start page."""
    item = write_reply(lesson, WHOLE_REPLY, SHOW)
    item.get_by_role("button", name="Save answer").click()
    item.get_by_text("Your answer is saved.").wait_for()
    item = write_reply(lesson, "Send it tonight.")
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_role("button", name="Try again").click()
    item.get_by_role("textbox").fill(half(lesson))
    wait_until(lambda: half(lesson) in lesson.drafts())
    return open_start(lesson), lesson.page.get_by_role("region", name="Your data")


# Before something is saved


def test_details_of_a_real_person_are_asked_about_by_keyboard_and_can_be_changed(lesson: Lesson):
    item = write_reply(lesson, REAL)
    # While it is written a quiet line says so already, and the words can be written on.
    item.get_by_role("status").get_by_text("looks like a real person's details").wait_for()
    item.get_by_role("button", name="Check my answer").focus()
    lesson.page.keyboard.press("Enter")
    question = item.get_by_role("alertdialog", name=QUESTION)
    question.wait_for()
    assert question.get_by_role("listitem").all_inner_texts() == ["Like a telephone number: “07700 900123”"]
    assert question.evaluate("node => node === document.activeElement")
    assert lesson.commits("fs-write") == []
    assert found_light_and_dark(lesson.page) == []
    lesson.page.keyboard.press("Tab")
    lesson.page.keyboard.press("Enter")
    assert lesson.page.evaluate(SELECTED) == "07700 900123"
    assert not question.is_visible()
    lesson.page.keyboard.type("here")
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_role("button", name="Try again").wait_for()
    assert lesson.commits("fs-write") == [{"text": "Ring me on here when it weighs on you."}]


def test_escape_leads_back_and_what_is_invented_is_saved_all_the_same(lesson: Lesson):
    item = write_reply(lesson, REAL, SHOW)
    item.get_by_role("button", name="Save answer").click()
    question = item.get_by_role("alertdialog", name=QUESTION)
    question.wait_for()
    lesson.page.keyboard.press("Escape")
    assert not question.is_visible()
    assert lesson.page.evaluate(SELECTED) == "07700 900123"
    item.get_by_role("button", name="Save answer").click()
    question.get_by_role("button", name="It is invented, save it").focus()
    lesson.page.keyboard.press("Enter")
    item.get_by_text("Your answer is saved. You can change it until you submit.").wait_for()
    assert not question.is_visible()
    assert item.evaluate("node => node.contains(document.activeElement)")
    assert lesson.commits("fs-a-write", SHOW, graded=True) == [{"text": REAL}]


def test_in_a_session_the_client_hears_nothing_before_the_question_is_answered(talk_lesson: Lesson):
    item = talk_lesson.open(TALK).exercise("A session with Noor")
    area = item.get_by_role("textbox", name="What you say to Noor")
    area.fill(REAL)
    item.get_by_role("button", name="Say it").focus()
    talk_lesson.page.keyboard.press("Enter")
    question = item.get_by_role("alertdialog", name=QUESTION)
    question.wait_for()
    assert [event.kind for event in talk_lesson.log(TALK).events if event.kind == "turn"] == []
    talk_lesson.page.keyboard.press("Escape")
    assert talk_lesson.page.evaluate(SELECTED) == "07700 900123"
    item.get_by_role("button", name="Say it").click()
    question.get_by_role("button", name="It is invented, save it").click()
    item.locator(".cu-form .cu-from-client").nth(1).wait_for()
    turns = [event.answer["text"] for event in talk_lesson.log(TALK).events if event.kind == "turn"]
    assert turns == [REAL]
    # What was said to be invented is not asked about again when the session ends.
    item.get_by_role("button", name="End the session here").click()
    item.get_by_role("img", name="How open Noor was").wait_for()


# Shown, taken along, deleted


def test_a_learner_sees_their_answers_and_takes_them_along_by_keyboard_alone(lesson: Lesson):
    _, mine = answer_and_go_home(lesson)
    mine.get_by_role("button", name="Show me my data").focus()
    lesson.page.keyboard.press("Enter")
    panel = mine.get_by_role("group", name="Show me my data")
    panel.wait_for()
    assert panel.evaluate("node => node === document.activeElement")
    text = panel.inner_text()
    assert str(lesson.folder.parent) not in text  # paths are for those who ask
    panel.get_by_text("Where these files are").click()
    assert f"Your folder: {lesson.folder.parent}" in panel.inner_text()
    assert "Practice: 1 exercise answered, 1 saved answer in all. Since" in text
    assert "1 draft on this computer" in text
    assert "1 draft is kept here as well." in text
    panel.get_by_text("What you saved (1)").first.click()
    panel.get_by_text("You: Send it tonight.").wait_for()
    panel.get_by_role("button", name="Put everything into one file").focus()
    lesson.page.keyboard.press("Enter")
    link = panel.get_by_role("link", name="my-data+robin")
    link.wait_for()
    assert link.evaluate("node => node === document.activeElement")
    with lesson.page.expect_download() as download:
        lesson.page.keyboard.press("Enter")
    with zipfile.ZipFile(Path(download.value.path())) as archive:
        assert "Send it tonight." in archive.read("my-data.html").decode()
    panel.get_by_role("button", name="Close").focus()
    lesson.page.keyboard.press("Enter")
    assert mine.get_by_role("button", name="Show me my data").evaluate("node => node === document.activeElement")


def test_practice_is_deleted_after_one_question_and_what_counts_stays(lesson: Lesson):
    page, mine = answer_and_go_home(lesson)
    practice = lesson.folder / "responses" / f"{LOOK}.practice.jsonl"
    mine.get_by_role("button", name="Delete my practice data").focus()
    lesson.page.keyboard.press("Enter")
    panel = mine.get_by_role("group", name="Delete my practice data")
    panel.wait_for()
    text = panel.inner_text()
    assert "Practice: 1 saved answer in all." in text
    assert "Answers that count and those from before the module (1)" in text
    # What is not deleted comes first, by Tab as well.
    lesson.page.keyboard.press("Tab")
    assert lesson.page.evaluate("document.activeElement.textContent") == "Keep everything"
    lesson.page.keyboard.press("Enter")
    assert practice.exists()
    lesson.page.keyboard.press("Enter")  # the focus is on the button again
    panel.get_by_role("button", name="Delete my practice data for good").focus()
    lesson.page.keyboard.press("Enter")
    mine.get_by_role("status").get_by_text("Your practice data is deleted.").wait_for()
    assert not practice.exists()
    assert half(lesson) not in lesson.drafts()
    kept = lesson.page.evaluate("Object.values(localStorage).join()")
    assert half(lesson) not in kept
    assert lesson.commits("fs-a-write", SHOW, graded=True) == [{"text": WHOLE_REPLY}]
    page.get_by_text("1 of 8 tasks answered").wait_for()


def test_a_lesson_open_in_another_tab_begins_afresh_and_brings_nothing_back(lesson: Lesson):
    _, mine = answer_and_go_home(lesson)
    other = Lesson(lesson.server, lesson.page.context.new_page(), lesson.folder, lesson.app)
    try:
        item = other.open().exercise("Your words")
        assert item.get_by_role("textbox").input_value() == half(lesson)
        old = lesson.log().header.log
        mine.get_by_role("button", name="Delete my practice data").click()
        mine.get_by_role("button", name="Delete my practice data for good").click()
        mine.get_by_role("status").get_by_text("Your practice data is deleted.").wait_for()
        item.get_by_text("You deleted your practice answers, so this exercise begins afresh.").wait_for()
        assert item.get_by_role("textbox").input_value() == ""
        assert "Send it tonight." not in item.inner_text()
        item.get_by_role("textbox").fill(WHOLE_REPLY)
        item.get_by_role("button", name="Check my answer").click()
        item.get_by_text("Your reply does all of what this move asks.").wait_for()
        assert lesson.commits("fs-write") == [{"text": WHOLE_REPLY}]
        assert lesson.log().header.log != old
        assert half(lesson) not in other.page.evaluate("Object.values(localStorage).join()")
    finally:
        other.page.close()
