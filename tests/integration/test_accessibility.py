"""axe-core finds nothing in any widget in any state, light and dark; and nothing is told by colour alone.

JupyterLab's own page is not ours to mend: axe looks at our exercises, the start page and the bar above a lesson.
"""

import pytest
from axe_looks import found, theme
from browser_pages import TALK, Lesson
from lesson_states import (
    LESSONS,
    START_PAGE,
    State,
    StateLesson,
    again,
    half_filled,
    open_start,
    right,
    session_ended,
    wrong,
)

pytestmark = pytest.mark.browser


def look_through(lesson: StateLesson, states: tuple[State, ...]) -> list[str]:
    """What axe finds in each state in turn, light and dark."""
    seen: list[str] = []
    dark = False
    for state in states:
        state(lesson)
        # The theme changes once a state, not twice.
        for _ in range(2):
            theme(lesson.page, "dark" if dark else "light")
            # Words half behind the bar above are in doubt for axe.
            lesson.page.evaluate("document.querySelector('.cu-lesson .jp-WindowedPanel-outer').scrollTop = 0")
            seen += [f"{state.__name__}, {'dark' if dark else 'light'}: {line}" for line in found(lesson.page)]
            dark = not dark
        dark = not dark
    return seen


@pytest.fixture
def states(talk_lesson: Lesson) -> StateLesson:
    return StateLesson(talk_lesson.server, talk_lesson.page, talk_lesson.folder)


@pytest.mark.parametrize("notebook", LESSONS)
def test_axe_finds_nothing_in_any_state_of(states: StateLesson, notebook: str):
    states.open(notebook)
    seen = look_through(states, LESSONS[notebook])
    assert not seen, "\n".join(seen)


def test_axe_finds_nothing_in_any_state_of_the_start_page(states: StateLesson):
    open_start(states)
    seen = look_through(states, START_PAGE)
    assert not seen, "\n".join(seen)


def test_axe_finds_nothing_where_a_lesson_does_not_start_by_itself(states: StateLesson):
    (states.folder / "json.py").write_text("")
    states.goto()
    states.page.get_by_text("The lesson did not start by itself").wait_for()
    assert found(states.page) == []


def test_axe_would_find_a_picture_without_a_name_and_pale_words(states: StateLesson):
    states.open()
    states.page.evaluate("""() => {
        const item = document.querySelector('.cu');
        item.append(document.createElement('img'));
        item.querySelector('.cu-prompt').style.color = '#bbb';
    }""")
    assert {line.split(" at ")[0] for line in found(states.page)} == {"image-alt", "color-contrast"}


FORCED = """(selector) => {
    const style = getComputedStyle(document.querySelector(`.cu ${selector}`));
    return Object.fromEntries(['backgroundColor', 'color', 'borderTopStyle', 'borderTopWidth', 'borderInlineStartStyle',
        'outlineStyle', 'textDecorationLine', 'textDecorationStyle'].map((name) => [name, style[name]]));
}"""


def test_where_the_system_chooses_the_colours_nothing_is_told_by_colour_alone(states: StateLesson):
    def look(selector: str) -> dict[str, str]:
        return states.page.evaluate(FORCED, selector)

    states.open()
    states.page.emulate_media(forced_colors="active")
    half_filled(states)
    # Chosen, marked, and whose words: each with its counterpart.
    for one, other in (
        (".cu-option:has(:checked)", ".cu-option:not(:has(:checked))"),
        ('.cu-word[aria-selected="true"]', '.cu-word[aria-selected="false"]'),
        (".cu-from-therapist", ".cu-from-client"),
        (".cu-primary", ".cu-quiet"),
    ):
        assert look(one) != look(other), f"{one} looks like {other}"
    states.page.locator(".cu-word").first.focus()
    states.page.keyboard.press("ArrowRight")
    assert look(".cu-word:focus")["outlineStyle"] == "solid"
    wrong(states)
    assert look(".cu-verdict")["borderTopWidth"] == "1px"
    assert look(".cu-mine")["borderTopWidth"] != look(".cu-chosen > :not(.cu-mine)")["borderTopWidth"]
    yours, here = look("mark.cu-yours:not(.cu-here)"), look("mark.cu-here:not(.cu-yours)")
    assert here["textDecorationLine"] == "underline"
    assert yours["backgroundColor"] != here["backgroundColor"]
    # What was met is underlined, what backfires with dashes.
    assert look("mark.cu-is-trap")["textDecorationStyle"] == "dashed"
    again(states)
    right(states)
    assert look("mark.cu-is-met")["textDecorationStyle"] == "solid"


def test_where_the_system_chooses_the_colours_the_arc_of_a_session_is_drawn_in_them(states: StateLesson):
    states.open(TALK)
    states.page.emulate_media(forced_colors="active")
    session_ended(states)
    line, words = (
        states.page.evaluate(f"getComputedStyle(document.querySelector('{part}')).{name}")
        for part, name in ((".cu-result .cu-arc polyline", "stroke"), (".cu-result .cu-said", "color"))
    )
    assert line == words
