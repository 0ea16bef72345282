"""Each item type answered on the page, by mouse or keyboard: feedback is seen, and the log on disk holds the answer."""

import pytest
from browser_pages import SHOW, Lesson
from tiny_course import ANSWERS, WHOLE_REPLY

pytestmark = pytest.mark.browser


def test_a_chosen_option_is_saved_and_explained(lesson: Lesson):
    item = lesson.open().exercise("The form, once more")
    item.get_by_role("radio", name="That form weighs on you").check()
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("This fits.").wait_for()
    item.get_by_text("She is met where she stands just now.").wait_for()
    item.get_by_role("status").get_by_text("Attempt 1 saved at").wait_for()
    assert lesson.commits("fs-choose") == [ANSWERS["fs-choose"]]


def test_an_option_can_be_chosen_by_keyboard_alone(lesson: Lesson):
    item = lesson.open().exercise("The form, once more")
    item.get_by_role("radio").first.focus()
    for key in ("ArrowDown", "ArrowDown", "Tab", "Enter"):
        lesson.page.keyboard.press(key)
    item.get_by_role("button", name="Try again").wait_for()
    shown = lesson.log().shown("fs-choose")
    assert shown is not None
    # The first radio is focused and not yet chosen; two steps down is the third option of this learner's own order.
    assert lesson.commits("fs-choose") == [{"option": shown.answer["order"][2]}]
    # Who reads with the keyboard goes on at the feedback.
    assert lesson.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Feedback"


def test_a_written_reply_comes_back_with_its_evidence_marked(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    item.get_by_role("textbox", name="What would you say to Ines?").fill(WHOLE_REPLY)
    item.get_by_role("radio", name="fairly sure").check()
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("Your reply does all of what this move asks.").wait_for()
    # The scripted scorer gives the whole reply as evidence for each of the three criteria.
    assert item.locator("mark").all_inner_texts() == [WHOLE_REPLY]
    assert item.locator(".cu-label").all_inner_texts() == [
        "✓\nDone:\nSays how much this weighs1",
        "✓\nDone:\nSays what keeps happening2",
        "✓\nDone:\nAsks what it is like3",
    ]
    assert lesson.commits("fs-write") == [{"text": WHOLE_REPLY, "confidence": 3}]


def test_a_learners_words_stay_text_on_the_page(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    reply = "<img src=x onerror=\"document.title='owned'\"> & <b>you</b> $x^2$"
    item.get_by_role("textbox").fill(reply)
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_role("button", name="Try again").wait_for()
    assert item.locator(".cu-from-you .cu-said").inner_text() == reply
    assert lesson.page.locator(".cu-lesson img").count() == 0
    assert lesson.page.title() != "owned"


def test_words_are_marked_by_dragging_and_the_trap_is_named(lesson: Lesson):
    item = lesson.open().exercise("Where does it turn?")
    words = item.get_by_role("option")
    assert words.all_inner_texts()[3:] == ["What", "if", "you", "just", "sent", "the", "first", "page"]
    words.nth(3).scroll_into_view_if_needed()
    start, end = words.nth(3).bounding_box(), words.nth(10).bounding_box()
    lesson.page.mouse.move(start["x"] + 3, start["y"] + 5)
    lesson.page.mouse.down()
    lesson.page.mouse.move(end["x"] + 3, end["y"] + 5, steps=6)
    lesson.page.mouse.up()
    item.get_by_role("radio", name="Offers a fix").check()
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("You named the trap and marked its words.").wait_for()
    assert lesson.commits("fs-spot") == [ANSWERS["fs-spot"]]


def test_words_are_marked_by_keyboard(lesson: Lesson):
    item = lesson.open().exercise("Where does it turn?")
    item.get_by_role("option").first.focus()
    # "That sounds heavy. What if you just sent the first page?": Space marks the first word, then four words to the
    # right Shift+Right twice marks "if you just".
    for key in ("Space", *["ArrowRight"] * 4, "Shift+ArrowRight", "Shift+ArrowRight"):
        lesson.page.keyboard.press(key)
    assert item.locator('[aria-selected="true"]').all_inner_texts() == ["That", "if", "you", "just"]
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_role("button", name="Try again").wait_for()
    # "That" is 0 to 4; "if you just" begins after "That sounds heavy. What " (24 characters) and is 11 long.
    marks = [{"turn": "t1", "start": 0, "end": 4}, {"turn": "t1", "start": 24, "end": 35}]
    assert lesson.commits("fs-spot") == [{"trap": None, "marks": marks}]


def test_shift_and_click_marks_up_to_a_word_and_leaves_the_cells_alone(lesson: Lesson):
    item = lesson.open().exercise("Where does it turn?")
    words = item.get_by_role("option")
    words.nth(5).click()
    words.nth(3).click(modifiers=["Shift"])
    words.nth(4).click()
    assert item.locator('[aria-selected="true"]').all_inner_texts() == ["What", "you"]
    assert lesson.page.locator(".jp-Notebook .jp-Cell.jp-mod-multiSelected").count() == 0


def test_reasons_are_chosen_for_moves(lesson: Lesson):
    item = lesson.open().exercise("What they do")
    for move, reason in (("Fix it", "r1"), ("Soothe", "r3"), ("Meet the weight", "r3")):
        item.get_by_role("combobox", name=move).select_option(value=reason)
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("2 of 3 pairs fit.").wait_for()
    assert item.locator(".cu-fits").all_inner_texts() == ["✓\nfits", "✕\ndoes not fit", "✓\nfits"]
    item.get_by_text("Whose comfort does this one serve").wait_for()
    assert lesson.commits("fs-match") == [{"pairs": {"m1": "r1", "m2": "r3", "m3": "r3"}}]


def test_trying_again_keeps_the_earlier_version_in_sight(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    item.get_by_role("textbox").fill("Send it tonight.")
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_role("button", name="Try again").click()
    item.get_by_text("Your earlier version").wait_for()
    assert item.locator("details .cu-said").first.inner_text() == "Send it tonight."
    assert item.get_by_role("textbox").input_value() == "Send it tonight."
    item.get_by_role("textbox").fill(WHOLE_REPLY)
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("Earlier attempts (1)").wait_for()
    item.get_by_role("status").get_by_text("Attempt 2 saved at").wait_for()
    assert lesson.commits("fs-write") == [{"text": "Send it tonight."}, {"text": WHOLE_REPLY}]


def test_a_graded_answer_is_confirmed_without_a_verdict_and_can_be_changed(lesson: Lesson):
    item = lesson.open(SHOW).exercise("The form, once more")
    item.get_by_role("radio", name="That form weighs on you").check()
    item.get_by_role("button", name="Save answer").click()
    item.get_by_text("Your answer is saved. You can change it until you submit.").wait_for()
    assert item.locator(".cu-verdict, .cu-sign, mark").count() == 0
    item.get_by_role("radio", name="Don't worry").check()
    item.get_by_text("Changed since you saved.").wait_for()
    item.get_by_role("button", name="Save the change").click()
    item.get_by_text("Your answer is saved. You can change it until you submit.").wait_for()
    assert lesson.commits("fs-a-choose", SHOW, graded=True) == [{"option": "b"}, {"option": "c"}]
    # Nothing in the page's whole text speaks of the key.
    assert "fits" not in item.inner_text()


def test_nothing_is_sent_before_something_was_answered(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    item.get_by_role("textbox").fill("   ")
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("Write a reply first.").wait_for()
    assert lesson.commits("fs-write") == []
