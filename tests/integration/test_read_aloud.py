"""What a screen reader finds in the exercises and on the start page: names, roles, states, and what is announced."""

import pytest
from browser_pages import TALK, Lesson, wait_until
from lesson_states import (
    CHOOSE,
    MATCH,
    SESSION,
    SPOT,
    WRITE,
    StateLesson,
    blank,
    half_filled,
    open_start,
    reconnecting,
    say,
    session_ended,
    start_progress,
    start_read,
    wrong,
)
from tiny_course import FIX_REPLY, WHOLE_REPLY

pytestmark = pytest.mark.browser

# Each time that something comes to stand in a live region, as a screen reader would say it.
LISTEN = """() => {
    window.heard = [];
    new MutationObserver((changes) => changes.forEach(({ target, addedNodes }) => addedNodes.forEach((node) => {
        const near = (node.nodeType === 1 ? node : target).closest?.('[aria-live], [role=status], [role=alert]');
        const text = node.textContent.trim();
        if (near && near.getAttribute('aria-live') !== 'off' && near.checkVisibility() && text) window.heard.push(text);
    }))).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


@pytest.fixture
def states(talk_lesson: Lesson) -> StateLesson:
    return StateLesson(talk_lesson.server, talk_lesson.page, talk_lesson.folder)


def heard(lesson: StateLesson) -> list[str]:
    return lesson.page.evaluate("window.heard")


def described(node) -> str:
    """The text that goes with an element's name."""
    return node.evaluate("""(node) => (node.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)
        .map((id) => document.getElementById(id).textContent).join(' ')""")


def test_every_control_has_a_name_and_says_its_state(states: StateLesson):
    states.open()
    half_filled(states)
    choose = states.exercise(CHOOSE)
    assert choose.get_by_role("group", name="What would you say?").get_by_role("radio").count() == 3
    assert choose.get_by_role("radio", checked=True).count() == 1
    words = states.exercise(SPOT).get_by_role("listbox", name="Therapist's words, turn 1")
    assert words.get_by_role("option", selected=True).all_inner_texts() == ["What", "if"]
    assert "press Space" in described(words)
    tree = states.exercise(MATCH).aria_snapshot()
    assert 'group "Choose a reason for each move"' in tree
    assert 'list "Reasons"' in tree
    assert 'combobox "Fix it"' in tree
    write = states.exercise(WRITE)
    assert write.get_by_role("textbox", name="What would you say to Ines?").count() == 1
    assert write.get_by_role("group", name="How sure are you?").count() == 1
    # The text is nearly as long as may be: how many characters are left is said.
    assert write.locator('[aria-live="polite"]').filter(has_text="characters left").count() == 1


def test_what_is_missing_is_said_at_once(states: StateLesson):
    states.open()
    states.page.evaluate(LISTEN)
    blank(states)
    assert "Choose what you would say first." in heard(states)
    assert "Write a reply first. A sentence is enough to begin with." in heard(states)


def test_feedback_is_named_and_says_how_it_turned_out(states: StateLesson):
    states.open()
    states.page.evaluate(LISTEN)
    half_filled(states)
    wrong(states)
    for title, verdict in (
        (CHOOSE, "This one tends to backfire."),
        (WRITE, "Your reply falls into a trap"),
        (SPOT, "You marked part of the words."),
        (MATCH, "2 of 3 pairs fit."),
    ):
        feedback = states.exercise(title).get_by_role("group", name="Feedback", exact=True)
        assert verdict in described(feedback)
    assert sum("Attempt 1 saved at" in line for line in heard(states)) == 4


def test_what_signs_and_marks_show_is_in_the_words_as_well(states: StateLesson):
    states.open()
    wrong(states)
    labels = states.exercise(WRITE).locator(".cu-result .cu-labels")
    assert labels.get_by_role("listitem").filter(has_text="Not there yet: Says how much this weighs").count() == 1
    assert labels.get_by_role("listitem").filter(has_text="Trap: Offers a fix").count() == 1
    legend = states.exercise(SPOT).locator(".cu-result .cu-legend-line").text_content()
    assert "Words you marked “What if you”" in legend
    assert "Where the trap is “What if you just sent the first page”" in legend
    # A sign without words is not read.
    for sign in states.page.locator(".cu-sign").all():
        assert sign.get_attribute("aria-hidden") == "true"


def test_a_clients_line_is_said_once_and_ones_own_words_are_not_read_back(states: StateLesson):
    item = states.open(TALK).exercise(SESSION)
    states.page.wait_for_timeout(500)
    states.page.evaluate(LISTEN)
    say(item, FIX_REPLY, "And there's the list.")
    say(item, WHOLE_REPLY, "You noticed that.")
    lines = heard(states)
    for line in ("And there's the list.", "You noticed that."):
        assert sum(line in text for text in lines) == 1, lines
    assert not any(FIX_REPLY in text or WHOLE_REPLY in text for text in lines), lines
    # Going back is no news: what is read anew was read before.
    item.get_by_role("button", name="Go back to here").last.click()
    states.page.wait_for_timeout(400)
    assert heard(states) == lines
    tree = item.aria_snapshot()
    assert 'list "A session with Noor"' in tree
    assert described(item.get_by_role("button", name="Go back to here").first) == FIX_REPLY
    assert described(item.locator("summary").first) == FIX_REPLY


def test_the_arc_of_a_session_has_a_name_and_is_told_in_words(states: StateLesson):
    states.open(TALK)
    session_ended(states)
    item = states.exercise(SESSION)
    figure = item.get_by_role("figure").filter(has_text="In words, after each of your replies")
    assert figure.get_by_role("img", name="How open Noor was, from the opening words to the last").count() == 1
    assert figure.get_by_role("listitem").all_inner_texts() == ["Curious now", "Trusting now", "In-Touch now"]
    assert "The session ended well" in described(item.get_by_role("group", name="Feedback", exact=True))


def test_that_the_connection_broke_is_said_once_for_all_exercises(states: StateLesson):
    states.open()
    states.page.evaluate(LISTEN)
    reconnecting(states)
    said = [line for line in heard(states) if "The connection to the course is broken" in line]
    assert len(said) == 1
    assert states.page.get_by_text("The connection to the course is broken").count() == 4


def test_the_start_page_says_how_far_one_has_come(states: StateLesson):
    open_start(states)
    states.page.evaluate(LISTEN)
    start_read(states)
    start_progress(states)
    page = states.page.locator(".cu-start")
    look = page.get_by_role("progressbar", name="Look")
    assert look.get_attribute("aria-valuetext") == "2 of 4"
    assert page.get_by_role("progressbar", name="Before").get_attribute("aria-valuetext") == "all answered"
    assert page.get_by_role("region", name="First steps").get_by_role("heading", level=2).count() == 1
    page.get_by_role("button", name="Hand in this module").click()
    page.get_by_role("button", name="Hand in as it is").click()
    page.locator(".cu-start-receipt").get_by_text("Put into one file on").wait_for()
    wait_until(lambda: sum("Put into one file on" in line for line in heard(states)) == 1)
    assert sum("Handing in." in line for line in heard(states)) == 1


def test_the_courses_own_words_say_their_language_whatever_the_interface_speaks(states: StateLesson):
    states.open()
    wrong(states)
    item = states.exercise(CHOOSE)
    for part in (".cu-title", ".cu-prompt", ".cu-said", ".cu-chosen .cu-mine > span:last-child"):
        assert item.locator(part).first.get_attribute("lang") == "en", part
    feedback = item.get_by_text("She hears that it is not very serious.")
    assert (feedback.get_attribute("lang"), feedback.get_attribute("dir")) == ("en", "auto")
    # The interface's own sentences take their language from the exercise.
    assert item.get_by_text("This one tends to backfire.").evaluate("(node) => node.closest('[lang]').className") == (
        "cu cu-choose-move cu-done"
    )
    # What was typed runs the way its own letters do.
    write = states.exercise(WRITE)
    assert write.locator(".cu-result .cu-from-you .cu-said").get_attribute("dir") == "auto"
    write.get_by_role("button", name="Try again").click()
    assert write.get_by_role("textbox").get_attribute("dir") == "auto"
