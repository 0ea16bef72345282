"""In the browser: a learner says, by keyboard alone, that they see a criterion differently, and takes it back."""

import pytest
from browser_pages import SHOW, Lesson
from nbgrader_course import answer
from tiny_course import ANSWERS, MODULE, WHOLE_REPLY

from curriculum_utils.content import load_release
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.returned import ReturnedItem, ReturnedOutcome, ReturnedPage, as_script
from curriculum_utils.responses import log_path, read_log

pytestmark = [pytest.mark.browser]
WRITE = "fs-a-write"


def contests(lesson: Lesson) -> list[object]:
    events = read_log(log_path(lesson.folder, SHOW, assessed=True)).events
    return [(event.answer["label"], event.answer["reason"]) for event in events if event.kind == "contest"]


def test_a_criterion_is_contested_and_taken_back_by_keyboard(lesson: Lesson):
    answer(lesson.folder, "robin", {WRITE: ANSWERS[WRITE]})
    outcome = ReturnedOutcome(
        credit=1 / 3, verdict="Your reply does 1 of 3.", met=("asks_open",), missing=("names_weight",)
    )
    digest = load_release(lesson.folder, SCHEMAS).items[WRITE].digest
    item = ReturnedItem(id=WRITE, digest=digest, answer={"text": WHOLE_REPLY}, outcome=outcome, score=1.0, maximum=3.0)
    path = lesson.folder / "feedback" / "2026-03-01 12:00:00 UTC" / "2-show.html"
    path.parent.mkdir(parents=True)
    page = ReturnedPage(module=MODULE, notebook=SHOW, items=(item,))
    path.write_text(f"<html><head>{as_script(page)}</head></html>", "utf-8")

    back = lesson.open(SHOW).exercise("Your words").get_by_role("group", name="What came back")
    opener = back.locator("summary", has_text="I see this differently")
    opener.focus()
    keys = lesson.page.keyboard
    keys.press("Enter")
    which = back.get_by_label("What do you see differently?")
    assert which.locator("option").all_inner_texts() == [
        "says how much this weighs",
        "asks what it is like",
        "The answer as a whole",
    ]
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Tab")  # past the list and the box, to the button: nothing is written yet
    keys.press("Enter")
    back.get_by_text("Write your reason first").wait_for()
    keys.type("It weighs: a m d d x <b>")  # keys that Jupyter would take for commands
    keys.press("Tab")
    keys.press("Enter")
    back.get_by_text("It goes to your instructor with your next hand-in.").wait_for()
    assert contests(lesson) == [("names_weight", "It weighs: a m d d x <b>")]
    assert opener.evaluate("node => node === document.activeElement")

    lesson.reload()
    back.get_by_text("It goes to your instructor with your next hand-in.").wait_for()
    assert back.get_by_label("How do you see it, and why?").input_value() == "It weighs: a m d d x <b>"
    back.get_by_role("button", name="Take it back").press("Enter")
    back.get_by_text("It goes to your instructor with your next hand-in.").wait_for(state="detached")
    assert contests(lesson)[1:] == [("", "")]
