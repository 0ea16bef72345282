"""A session with a simulated client, in a real browser."""

import pytest
from browser_pages import TALK, Lesson, wait_until
from tiny_course import FIX_REPLY, WHOLE_REPLY

pytestmark = pytest.mark.browser


def say(item, text: str) -> None:
    item.get_by_role("textbox", name="What you say to Noor").fill(text)
    item.get_by_role("button", name="Say it").click()


def lines(item) -> list[str]:
    return item.locator(".cu-form .cu-from-client .cu-said").all_inner_texts()


def talk(lesson: Lesson, title: str = "A session with Noor"):
    return lesson.open(TALK).exercise(title)


def test_the_client_answers_and_a_session_ends_with_its_arc(talk_lesson: Lesson):
    item = talk(talk_lesson)
    assert lines(item) == ["I didn't send it."]
    for number, line in enumerate(("curious 1.", "trusting 1."), 1):
        say(item, WHOLE_REPLY)
        item.get_by_text(line).wait_for()
        assert len(lines(item)) == number + 1
    say(item, WHOLE_REPLY)
    item.get_by_text("The session ended well").wait_for()
    item.get_by_role("img", name="How open Noor was").wait_for()
    assert item.locator(".cu-arc-words li").all_inner_texts() == ["Curious now", "Trusting now", "In-Touch now"]
    assert item.locator(".cu-arc .cu-arc-turned").count() == 2
    (saved,) = talk_lesson.commits("fs-session", TALK)
    assert [turn["state"] for turn in saved["turns"]] == ["curious", "trusting", "in-touch"]
    # From its end, too, one can go back to a turn.
    item.get_by_role("button", name="Try again").click()
    item.get_by_role("button", name="Go back to here").last.click()
    say(item, FIX_REPLY)
    item.get_by_text("And there's the list.").wait_for()


def test_what_a_reply_did_is_told_when_asked_for(talk_lesson: Lesson):
    item = talk(talk_lesson)
    say(item, FIX_REPLY)
    item.get_by_text("And there's the list.").wait_for()
    trap = item.get_by_text("Offers a fix")
    assert not trap.is_visible()
    item.get_by_text("What this reply did").click()
    trap.wait_for()


def test_one_can_go_back_to_a_turn_and_both_ways_are_kept(talk_lesson: Lesson):
    item = talk(talk_lesson)
    say(item, FIX_REPLY)
    item.get_by_text("And there's the list.").wait_for()
    item.get_by_role("button", name="Go back to here").click()
    assert lines(item) == ["I didn't send it."]
    assert item.get_by_role("textbox", name="What you say to Noor").input_value() == FIX_REPLY
    say(item, WHOLE_REPLY)
    item.get_by_text("curious 1.").wait_for()
    item.get_by_role("button", name="Back to another way").click()
    item.get_by_text("And there's the list.").wait_for()
    kinds = [event.kind for event in talk_lesson.log(TALK).events if event.kind in ("turn", "branch")]
    assert kinds == ["turn", "branch", "turn"]


def test_coming_back_to_a_way_that_had_ended_shows_it_ended(talk_lesson: Lesson):
    item = talk(talk_lesson)
    for _ in range(3):
        say(item, WHOLE_REPLY)
        talk_lesson.page.wait_for_timeout(300)
    item.get_by_role("button", name="Try again").click()
    # The conversation stands once, in the form.
    assert item.get_by_text("I didn't send it.").filter(visible=True).count() == 1
    item.locator(".cu-form").get_by_role("button", name="Go back to here").nth(1).click()
    say(item, FIX_REPLY)
    item.get_by_text("And there's the list.").wait_for()
    item.get_by_role("button", name="Back to another way").click()
    # It is the saved one: its arc is there again, nothing is left to be said or ended, and no attempt was added.
    item.get_by_role("button", name="Try again").wait_for()
    assert item.get_by_role("button", name="End the session here").filter(visible=True).count() == 0
    assert item.locator(".cu-arc").first.is_visible()
    assert len(talk_lesson.commits("fs-session", TALK)) == 1
    # The way that had not ended is still within reach.
    item.get_by_role("button", name="Try again").click()
    item.get_by_role("button", name="Back to another way").click()
    item.locator(".cu-form").get_by_text("And there's the list.").wait_for()


def test_to_look_at_another_way_of_a_graded_session_changes_nothing_that_is_saved(talk_lesson: Lesson):
    item = talk(talk_lesson, "The last session")
    for _ in range(3):
        say(item, WHOLE_REPLY)
        talk_lesson.page.wait_for_timeout(300)
    wait_until(lambda: len(talk_lesson.commits("fs-a-session", TALK, graded=True)) == 1)
    item.get_by_role("button", name="Go back to here").nth(1).click()
    say(item, FIX_REPLY)
    item.get_by_text("And there's the list.").wait_for()
    item.get_by_role("button", name="Save this way instead").click()
    wait_until(lambda: len(talk_lesson.commits("fs-a-session", TALK, graded=True)) == 2)
    item.get_by_role("button", name="Back to another way").click()
    item.get_by_text("Changed since you saved.").wait_for()
    talk_lesson.page.wait_for_timeout(500)
    saved = talk_lesson.commits("fs-a-session", TALK, graded=True)
    assert len(saved) == 2
    assert len(saved[-1]["turns"]) == 2


def test_a_session_is_where_it_was_after_a_reload(talk_lesson: Lesson):
    item = talk(talk_lesson)
    say(item, WHOLE_REPLY)
    item.get_by_text("curious 1.").wait_for()
    item.get_by_role("textbox", name="What you say to Noor").fill("half a sen")
    wait_until(lambda: "half a sen" in talk_lesson.drafts())
    item = talk_lesson.reload().exercise("A session with Noor")
    item.get_by_text("curious 1.").wait_for()
    assert item.get_by_role("textbox", name="What you say to Noor").input_value() == "half a sen"
    say(item, WHOLE_REPLY)
    item.get_by_text("trusting 1.").wait_for()


def test_a_graded_session_shows_the_client_and_says_nothing_of_the_replies(talk_lesson: Lesson):
    item = talk(talk_lesson, "The last session")
    say(item, FIX_REPLY)
    item.get_by_text("And there's the list.").wait_for()
    assert item.get_by_text("What this reply did").count() == 0
    item.get_by_role("button", name="Save the session as it is").click()
    item.get_by_role("status").get_by_text("Saved").wait_for()
    (saved,) = talk_lesson.commits("fs-a-session", TALK, graded=True)
    assert [turn["text"] for turn in saved["turns"]] == [FIX_REPLY]
