"""Keys: none typed in a widget reaches the notebook, and everything can be done without a mouse."""

import pytest
from browser_pages import LOOK, TALK, Lesson, wait_until
from lesson_states import CHOOSE, MATCH, SESSION, SPOT, WRITE, StateLesson, open_start, session_midway
from tiny_course import ANSWERS, FIX_REPLY, WHOLE_REPLY

pytestmark = pytest.mark.browser

NAMES = {"Accel": "Control", "Ctrl": "Control", "Cmd": "Meta"}
# The browser's own use of these in a link is to go there, and in a new window at that.
FOLLOWS = ("Enter", "Space")

KEYS = "() => [...new Set(window.jupyterapp.commands.keyBindings.map((one) => one.keys.join('\\t')))]"
NOTEBOOK = """() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    return {
        cells: content.widgets.map((cell) => [cell.model.id, cell.model.type, cell.model.sharedModel.getSource()]),
        selected: content.selectedCells.map((cell) => cell.model.id), mode: content.mode, path: location.pathname,
        dialogs: document.querySelectorAll('.jp-Dialog, .lm-Menu, .lm-CommandPalette:not(.lm-mod-hidden *)').length,
        shortcuts: Boolean(document.querySelector('.jp-Shortcuts-app')),
    };
}"""
FOCUS = """() => {
    const node = document.activeElement, style = getComputedStyle(node);
    return { text: node.value || node.innerText, name: node.getAttribute('aria-label'), kind: node.className,
        tag: node.localName, type: node.type, item: node.closest('.cu, .cu-start')?.querySelector('h1, h2')?.innerText,
        ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 };
}"""


def pressed(binding: str) -> list[str]:
    """A binding of JupyterLab's, `D<tab>D` or `Ctrl Shift [`, as Playwright presses it."""
    chords = []
    for chord in binding.split("\t"):
        *modifiers, key = chord.split(" ") if chord != " " else [" "]
        key = {" ": "Space", "": "Space"}.get(key, key)
        # Lumino writes letters large whether or not Shift is held.
        key = key if "Shift" in modifiers or len(key) > 1 else key.lower()
        chords.append("+".join([*(NAMES.get(one, one) for one in modifiers), key]))
    return chords


def press_all(lesson: Lesson, controls: list) -> None:
    """Presses every key that the running app listens to in each control, and looks at the notebook each time."""
    bindings = [pressed(one) for one in lesson.page.evaluate(KEYS)]
    assert len(bindings) > 60, "the app's own list of keys was not found"
    for control in controls:
        control.focus()
        before = lesson.page.evaluate(NOTEBOOK)
        tag = control.evaluate("(node) => node.localName")
        for chords in bindings:
            if tag == "a" and chords[-1].split("+")[-1] in FOLLOWS:
                continue
            control.focus()
            for chord in chords:
                lesson.page.keyboard.press(chord)
        assert lesson.page.evaluate(NOTEBOOK) == before, f"changed by a key in {control}"


def item_controls(lesson: Lesson) -> list:
    spot = lesson.exercise(SPOT)
    return [
        lesson.exercise(CHOOSE).get_by_role("radio").first,
        lesson.exercise(WRITE).get_by_role("textbox"),
        spot.get_by_role("option").first,
        spot.get_by_role("button", name="Clear marks"),
        lesson.exercise(MATCH).get_by_role("combobox").first,
        lesson.exercise(MATCH).get_by_role("button", name="Check my answer"),
    ]


@pytest.fixture
def states(talk_lesson: Lesson) -> StateLesson:
    return StateLesson(talk_lesson.server, talk_lesson.page, talk_lesson.folder)


def test_no_key_of_jupyterlab_pressed_in_an_exercise_reaches_the_notebook(states: StateLesson):
    states.open()
    press_all(states, item_controls(states))


def test_no_key_of_jupyterlab_pressed_in_a_session_reaches_the_notebook(states: StateLesson):
    states.open(TALK)
    session_midway(states)
    item = states.exercise(SESSION)
    # With nothing written Enter on "Say it" says nothing, and the button stays.
    press_all(
        states, [item.get_by_role("button", name="Say it"), item.locator("summary").first, item.get_by_role("textbox")]
    )


def test_no_key_of_jupyterlab_pressed_on_the_start_page_reaches_the_notebook(states: StateLesson):
    open_start(states)
    page = states.page.locator(".cu-start")
    press_all(states, [page.locator("summary"), page.get_by_role("link").first, page.get_by_role("button").first])


def test_no_key_of_notebook_7_pressed_in_a_control_reaches_the_notebook(notebook_lesson: Lesson):
    notebook_lesson.open()
    press_all(notebook_lesson, item_controls(notebook_lesson))
    open_start(notebook_lesson)
    page = notebook_lesson.page.locator(".cu-start")
    press_all(notebook_lesson, [page.locator("summary"), page.get_by_role("link").first])


def test_keys_keep_the_meaning_that_they_have_in_a_browser(states: StateLesson):
    states.open()
    keyboard = states.page.keyboard
    area = states.exercise(WRITE).get_by_role("textbox")
    area.focus()
    keyboard.type("dd a b\nm x")
    keyboard.press("Control+a")
    keyboard.press("ArrowLeft")
    keyboard.type("0")
    assert area.input_value() == "0dd a b\nm x"
    radios = states.exercise(CHOOSE).get_by_role("radio")
    radios.first.focus()
    keyboard.press("ArrowDown")
    assert radios.nth(1).is_checked()
    words = states.exercise(SPOT).get_by_role("option")
    words.first.focus()
    keyboard.press("End")
    keyboard.press("Shift+ArrowLeft")
    assert states.exercise(SPOT).locator('[aria-selected="true"]').all_inner_texts() == ["first", "page"]
    select = states.exercise(MATCH).get_by_role("combobox").first
    select.focus()
    keyboard.press("ArrowDown")
    assert select.evaluate("(node) => node.selectedIndex") == 1


# Start to end by keyboard alone


class Hands:
    """Someone without a mouse, who sees where the focus is."""

    def __init__(self, lesson: StateLesson) -> None:
        self.page = lesson.page

    def press(self, *keys: str) -> "Hands":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> "Hands":
        self.page.keyboard.type(text)
        return self

    def at(self) -> dict:
        return self.page.evaluate(FOCUS)

    def tab_to(self, words: str, *, back: bool = False) -> "Hands":
        """Goes on with Tab until the focused control says `words`; each stop on the way must be seen."""
        for _ in range(40):
            self.press("Shift+Tab" if back else "Tab")
            here = self.at()
            if not here["item"]:
                continue  # JupyterLab's own
            assert here["ring"], f"nothing shows that the focus is on {here}"
            if words in (here["name"] or "") or words in (here["text"] or "") or words == here["type"]:
                return self
        raise AssertionError(f"Tab does not lead to {words!r}")

    def lands(self, what: str) -> "Hands":
        """The focus comes to rest on what has that name, words, type or class."""

        def is_there() -> bool:
            here = self.at()
            return what in (here["name"], here["text"], here["type"]) or what in here["kind"].split()

        try:
            wait_until(is_there)
        except AssertionError:
            raise AssertionError(f"the focus is not on {what!r} but on {self.at()}") from None
        return self


def start_at(lesson: StateLesson, title: str) -> Hands:
    """With the focus just before an exercise, at the last control of the one above or of the bar."""
    lesson.page.locator(".cu-bar button").last.focus()
    hands = Hands(lesson)
    for _ in range(80):
        if hands.press("Tab").at()["item"] == title:
            # One step back, so that the first Tab leads in.
            return hands.press("Shift+Tab")
    raise AssertionError(f"Tab does not lead to {title!r}")


def test_a_move_is_chosen_by_keyboard_alone(states: StateLesson):
    hands = start_at(states.open(), CHOOSE)
    hands.tab_to("Check my answer").press("Enter").lands("radio")
    assert "Choose what you would say first." in states.exercise(CHOOSE).get_by_role("alert").first.inner_text()
    hands.press("Space").tab_to("Check my answer").press("Enter").lands("Feedback")
    hands.tab_to("Try again").press("Enter").lands("radio")
    hands.press("Space", "ArrowDown").tab_to("Check my answer").press("Space").lands("Feedback")
    assert len(states.commits("fs-choose")) == 2


def test_a_reply_is_written_by_keyboard_alone(states: StateLesson):
    hands = start_at(states.open(), WRITE)
    hands.tab_to("Check my answer").press("Enter").lands("textarea")
    hands.type(FIX_REPLY).tab_to("radio").press("Space").tab_to("Check my answer").press("Enter").lands("Feedback")
    hands.tab_to("Try again").press("Enter").lands("textarea").type(" Or not?")
    hands.tab_to("Check my answer").press("Enter").lands("Feedback")
    assert [one["text"] for one in states.commits("fs-write")] == [FIX_REPLY, f"{FIX_REPLY} Or not?"]


def test_words_are_marked_and_the_trap_named_by_keyboard_alone(states: StateLesson):
    hands = start_at(states.open(), SPOT)
    hands.tab_to("Check my answer").press("Enter").lands("cu-word")
    # "That sounds heavy. What if you just sent the first page?": from "What" to "page".
    hands.press("ArrowRight", "ArrowRight", "ArrowRight", "Space", *["Shift+ArrowRight"] * 7)
    hands.tab_to("Clear marks").tab_to("radio")
    hands.press("Space")
    fix = states.exercise(SPOT).get_by_role("radio", name="Offers a fix")
    for _ in range(2):
        if not fix.is_checked():
            hands.press("ArrowDown")
    hands.tab_to("Check my answer").press("Enter").lands("Feedback")
    assert states.commits("fs-spot") == [ANSWERS["fs-spot"]]
    hands.tab_to("Try again").press("Enter").lands("cu-word")


def test_reasons_are_matched_by_keyboard_alone(states: StateLesson):
    hands = start_at(states.open(), MATCH)
    hands.tab_to("Check my answer").press("Enter").lands("select-one")
    for _ in range(3):
        hands.press("ArrowDown", "Tab")
    hands.lands("Check my answer").press("Enter").lands("Feedback")
    (saved,) = states.commits("fs-match")
    assert len(saved["pairs"]) == 3
    hands.tab_to("Try again").press("Enter").lands("select-one")


def test_a_session_is_held_gone_back_in_and_ended_by_keyboard_alone(states: StateLesson):
    item = states.open(TALK).exercise(SESSION)
    hands = start_at(states, SESSION)
    hands.tab_to("textarea").tab_to("Say it").press("Enter").lands("textarea")
    assert "Write to the client first." in item.inner_text()
    hands.type(FIX_REPLY).tab_to("Say it").press("Enter")
    item.get_by_text("And there's the list.").wait_for()
    hands.lands("textarea").tab_to("Go back to here", back=True).tab_to("What this reply did", back=True)
    hands.press("Enter")
    item.get_by_text("Offers a fix").wait_for()
    hands.tab_to("Go back to here").press("Enter").lands("textarea")
    assert hands.at()["text"] == FIX_REPLY
    hands.press("Control+a").type(WHOLE_REPLY).tab_to("Say it").press("Enter")
    item.get_by_text("curious 1.").wait_for()
    hands.lands("textarea").tab_to("Back to another way").press("Enter")
    item.get_by_text("And there's the list.").wait_for()
    hands.lands("textarea").tab_to("End the session here").press("Enter").lands("Feedback")
    (saved,) = states.commits("fs-session", TALK)
    assert [turn["text"] for turn in saved["turns"]] == [FIX_REPLY]
    hands.tab_to("Try again").press("Enter").lands("textarea")


def test_a_session_that_ended_leaves_the_focus_at_its_feedback_and_at_the_clients_last_words(states: StateLesson):
    states.open(TALK)
    for title, button in ((SESSION, "Feedback"), ("The last session", "cu-from-client")):
        states.exercise(title).get_by_role("textbox").focus()
        hands = Hands(states)
        for line in ("curious 1.", "trusting 1.", "in-touch at last."):
            hands.type(WHOLE_REPLY).tab_to("Say it").press("Enter")
            states.exercise(title).get_by_text(line).first.wait_for()
            if line != "in-touch at last.":
                hands.lands("textarea")
        hands.lands(button)


def test_the_start_page_is_used_by_keyboard_alone(states: StateLesson):
    open_start(states)
    states.page.evaluate("document.activeElement?.blur()")
    hands = Hands(states)
    states.page.get_by_role("button", name="Look again").focus()
    hands.press("Enter")
    states.page.wait_for_timeout(500)
    # The page was drawn anew, and the focus is where it was.
    hands.lands("Look again").tab_to("I have read this").press("Enter").lands("What is recorded")
    hands.tab_to("Hand in this module").press("Enter").lands("Hand in this module")
    hands.tab_to("Not yet").press("Enter").lands("Hand in this module").press("Enter")
    hands.tab_to("Hand in as it is").press("Enter")
    states.page.locator(".cu-start-receipt").get_by_text("Put into one file on").wait_for()
    hands.lands("Hand in again")


def test_what_has_the_focus_is_never_hidden_behind_the_bar(states: StateLesson):
    states.page.set_viewport_size({"width": 400, "height": 500})
    states.open(LOOK)
    states.page.locator(".cu-bar button").last.focus()
    seen = 0
    for key in (*["Tab"] * 30, *["Shift+Tab"] * 25):
        states.page.keyboard.press(key)
        hidden = states.page.evaluate("""() => {
            const node = document.activeElement;
            if (!node.closest('.cu')) return null;
            const box = node.getBoundingClientRect();
            const within = document.querySelector('.cu-lesson .jp-WindowedPanel-outer').getBoundingClientRect();
            return box.bottom <= within.top || box.top >= within.bottom;
        }""")
        assert not hidden
        seen += hidden is False
    assert seen > 20
