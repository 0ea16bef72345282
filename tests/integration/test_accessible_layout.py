"""Exercises, the start page and the bar from 320 px on: large text, wide spacing, right to left, no motion."""

import pytest
from browser_pages import LOOK, TALK, Lesson
from lesson_states import StateLesson, again, half_filled, open_start, session_ended, session_what, start_read, wrong

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 1440)
LARGE = "html { font-size: 200% !important }"
# WCAG 2.2, 1.4.12: what a reader may set without losing anything.
SPACED = """.cu *, .cu-start *, .cu-bar * { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } .cu p, .cu-start p { margin-bottom: 2em !important }"""

# What sticks out of the window, or out of a box that would cut it off.
CUT_OFF = """() => {
    const told = [], wide = document.documentElement.clientWidth;
    const scroller = document.querySelector('.cu-lesson .jp-WindowedPanel-outer');
    if (document.documentElement.scrollWidth > wide) told.push('the page scrolls sideways');
    if (scroller.scrollWidth > scroller.clientWidth) told.push('the lesson scrolls sideways');
    const ours = ':is(.cu, .cu-start, .cu-bar, .cu-page-message)';
    for (const node of document.querySelectorAll(`${ours}, ${ours} *`)) {
        if (!node.checkVisibility() || node.closest('.cu-unseen, svg, option')) continue;
        const box = node.getBoundingClientRect(), style = getComputedStyle(node);
        const name = `${node.localName}.${node.className}`;
        const outside = box.width && (box.left < -0.5 || box.right > wide + 0.5);
        if (outside) told.push(`${name} at ${box.left} to ${box.right}`);
        const larger = node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1;
        const clips = /hidden|clip/.test(style.overflowX + style.overflowY) && node.localName !== 'select';
        if (clips && larger) told.push(`${name} is cut off`);
    }
    for (const above of document.querySelectorAll('.cu-above')) {
        if (above.scrollHeight > above.clientHeight + 1) told.push(`${above.className} is too low`);
    }
    return told;
}"""
# Controls smaller than 24 by 24 px (WCAG 2.2, 2.5.8); links and words stand in text, which sets their size.
SMALL = """() => [...document.querySelectorAll(':is(.cu, .cu-start, .cu-bar)'
        + ' :is(button, summary, select, textarea, label.cu-option)')]
    .filter((node) => node.checkVisibility()).map((node) => [node.innerText, node.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24)
    .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""


@pytest.fixture
def states(talk_lesson: Lesson) -> StateLesson:
    return StateLesson(talk_lesson.server, talk_lesson.page, talk_lesson.folder)


def check(lesson: StateLesson, *, width: int, style: str = "") -> None:
    page = lesson.page
    page.set_viewport_size({"width": width, "height": 900})
    added = page.add_style_tag(content=style) if style else None
    page.wait_for_timeout(400)  # JupyterLab lays its panels out anew
    found = page.evaluate(CUT_OFF)
    small = page.evaluate(SMALL)
    if added:
        added.evaluate("(node) => node.remove()")
    assert found == [], f"{width} px {style[:20]}"
    assert small == [], f"{width} px {style[:20]}"


def check_all(lesson: StateLesson) -> None:
    for width in WIDTHS:
        check(lesson, width=width)
    check(lesson, width=1280, style=LARGE)
    # Half of a window of 1280 px, as text grown to 200 % leaves it.
    check(lesson, width=640, style=LARGE)
    check(lesson, width=320, style=SPACED)


def test_exercises_fit_any_width_and_any_size_of_text(states: StateLesson):
    states.open(LOOK)
    half_filled(states)
    check_all(states)
    wrong(states)
    check_all(states)
    again(states)
    check(states, width=320)


def test_a_session_fits_any_width_and_any_size_of_text(states: StateLesson):
    states.open(TALK)
    session_ended(states)
    session_what(states)
    check_all(states)


def test_the_start_page_fits_any_width_and_any_size_of_text(states: StateLesson):
    open_start(states)
    check_all(states)
    start_read(states)
    states.page.get_by_role("button", name="Hand in this module").click()
    check_all(states)


def test_on_a_low_window_the_lesson_keeps_most_of_the_room(states: StateLesson):
    # 1280 by 1024 px, enlarged to 400 %.
    states.page.set_viewport_size({"width": 320, "height": 256})
    states.open(LOOK)
    height = "document.querySelector('.cu-lesson .jp-WindowedPanel-outer').clientHeight"
    states.page.wait_for_timeout(400)
    assert states.page.evaluate(height) > 128


def test_nothing_moves_for_those_who_asked_for_less_motion(states: StateLesson):
    moving = """() => [...document.querySelectorAll(':is(.cu, .cu-start, .cu-bar) *')].filter((node) => {
        const style = getComputedStyle(node);
        return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0;
    }).length"""
    states.open(LOOK)
    wrong(states)
    assert states.page.evaluate(moving) > 0
    states.page.emulate_media(reduced_motion="reduce")
    assert states.page.evaluate(moving) == 0


def test_right_to_left_nothing_overflows_and_the_lines_beside_turns_change_sides(states: StateLesson):
    sides = """() => { const style = getComputedStyle(document.querySelector('.cu .cu-turn'));
        return [style.borderLeftWidth, style.borderRightWidth, style.paddingLeft, style.paddingRight]; }"""
    turn = "() => document.querySelectorAll('.cu, .cu-start, .cu-bar').forEach((node) => { node.dir = 'rtl'; })"
    for notebook, state in ((LOOK, wrong), (TALK, session_ended)):
        states.open(notebook)
        state(states)
        left, right, before, after = states.page.evaluate(sides)
        assert (left, right) == ("3px", "0px")
        states.page.evaluate(turn)
        assert states.page.evaluate(sides) == [right, left, after, before]
        for width in (320, 1440):
            check(states, width=width)
    open_start(states)
    states.page.evaluate(turn)
    for width in (320, 1440):
        check(states, width=width)
