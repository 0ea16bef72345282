"""A lesson and the start page brought into every state that a learner meets, for tests of how they look and read.

Each state is a function of an opened page. They build on each other where one follows from the other, so a test
goes through a list of them in order.
"""

import re
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

from browser_pages import LOOK, SHOW, TALK, Lesson, wait_until
from pretest_form import BEFORE
from tiny_course import ANSWERS, FIX_REPLY, WHOLE_REPLY

from curriculum_utils.responses import ResponseLog, log_path
from curriculum_utils.widgets.lab import write_start
from curriculum_utils.widgets.place import released

CHOOSE, WRITE, SPOT, MATCH = "The form, once more", "Your words", "Where does it turn?", "What they do"
TITLES = (CHOOSE, WRITE, SPOT, MATCH)
SESSION, GRADED_SESSION = "A session with Noor", "The last session"
OURS = ".cu, .cu-start, .cu-bar, .cu-page-message"


@dataclass
class StateLesson(Lesson):
    """A lesson whose connection to its kernel can be cut."""

    sockets: list = field(default_factory=list)
    broken: bool = False

    def __post_init__(self) -> None:
        self.page.route_web_socket(re.compile(r"/channels"), self._connect)

    def _connect(self, socket) -> None:
        if self.broken:
            socket.close()
        else:
            socket.connect_to_server()
            self.sockets.append(socket)

    def cut(self) -> None:
        self.broken = True
        for socket in self.sockets:
            socket.close()


State = Callable[[StateLesson], None]


def answer(item, *, right: bool) -> None:
    """Fills the form of an item of any type but a session."""
    if item.get_by_role("combobox").count():
        for move, reason in (("Fix it", "r1"), ("Soothe", "r2"), ("Meet the weight", "r3" if right else "r1")):
            item.get_by_role("combobox", name=move).select_option(value=reason)
    elif item.locator(".cu-form .cu-word").count():
        words = item.locator(".cu-form .cu-word")
        for index in range(3, 11):
            if (words.nth(index).get_attribute("aria-selected") == "true") != (right or index < 6):
                words.nth(index).click()
        item.get_by_role("radio", name="Offers a fix" if right else "Soothes").check()
    elif item.get_by_role("textbox").count():
        item.get_by_role("textbox").fill(WHOLE_REPLY if right else FIX_REPLY)
        item.get_by_role("radio", name="fairly sure").check()
    else:
        item.get_by_role("radio", name="That form weighs on you" if right else "Don't worry").check()


def _press_all(lesson: StateLesson, name: str) -> None:
    for title in TITLES:
        lesson.exercise(title).get_by_role("button", name=name, exact=True).click()


def _answer_all(lesson: StateLesson, button: str, done: str, *, right: bool) -> None:
    for title in TITLES:
        item = lesson.exercise(title)
        answer(item, right=right)
        item.get_by_role("button", name=button, exact=True).click()
        item.get_by_text(done).filter(visible=True).first.wait_for()


def empty(lesson: StateLesson) -> None:
    lesson.exercise(CHOOSE).get_by_role("radio").first.wait_for()


def blank(lesson: StateLesson) -> None:
    _press_all(lesson, "Check my answer")
    wait_until(lambda: len(lesson.page.locator(".cu-problem:not(:empty)").all()) == 4)


def half_filled(lesson: StateLesson) -> None:
    lesson.exercise(CHOOSE).get_by_role("radio").first.check()
    lesson.exercise(WRITE).get_by_role("textbox").fill("It weighs on you. " * 210)
    lesson.exercise(SPOT).locator(".cu-word").nth(3).click()
    lesson.exercise(SPOT).locator(".cu-word").nth(4).click()
    lesson.exercise(MATCH).get_by_role("combobox").first.select_option(index=2)
    lesson.exercise(MATCH).get_by_text("Draft kept.").wait_for()


def refused(lesson: StateLesson) -> None:
    with without_log(lesson):
        _press_all(lesson, "Check my answer")
        wait_until(lambda: len(lesson.page.locator(".cu-problem:not(:empty)").all()) == 4)


@contextmanager
def without_log(lesson: StateLesson):
    """A folder where the log of the practice items should be: no user may write to it, not even root."""
    log = lesson.folder / "responses" / f"{LOOK}.practice.jsonl"
    log.rename(log.with_suffix(".away"))
    log.mkdir()
    yield
    log.rmdir()
    log.with_suffix(".away").rename(log)


def wrong(lesson: StateLesson) -> None:
    _answer_all(lesson, "Check my answer", "Attempt 1 saved", right=False)


def again(lesson: StateLesson) -> None:
    _press_all(lesson, "Try again")


def right(lesson: StateLesson) -> None:
    _answer_all(lesson, "Check my answer", "Attempt 2 saved", right=True)


def earlier_open(lesson: StateLesson) -> None:
    for title in TITLES:
        lesson.exercise(title).get_by_text("Earlier attempts (1)").click()


def reconnecting(lesson: StateLesson) -> None:
    lesson.cut()
    lesson.page.get_by_text("The connection to the course is broken").first.wait_for()


def paused(lesson: StateLesson) -> None:
    lesson.server.end_kernels()
    lesson.page.get_by_text("This page is paused.").first.wait_for(timeout=60_000)


def saved_graded(lesson: StateLesson) -> None:
    _answer_all(lesson, "Save answer", "Your answer is saved.", right=True)


def changed_graded(lesson: StateLesson) -> None:
    for title in TITLES:
        answer(lesson.exercise(title), right=False)
        lesson.exercise(title).get_by_text("Changed since you saved.").wait_for()


def stale(lesson: StateLesson) -> None:
    """As if the saved answers had been given to other versions of the items."""
    log = lesson.folder / "responses" / f"{SHOW}.jsonl"
    log.write_text(re.sub(r'"item_digest":"\w+"', f'"item_digest":"{"0" * 64}"', log.read_text("utf-8")), "utf-8")
    lesson.reload()
    lesson.exercise(MATCH).get_by_text("This exercise was corrected").wait_for()


def saved_pretest(lesson: StateLesson) -> None:
    _answer_all(lesson, "Save answer", "Your answer is saved.", right=True)


def say(item, text: str, line: str) -> None:
    """One turn of a session, until the client has answered with `line`."""
    item.get_by_role("textbox", name="What you say to Noor").fill(text)
    item.get_by_role("button", name="Say it").click()
    item.locator(".cu-form").get_by_text(line).wait_for()


def session_open(lesson: StateLesson) -> None:
    lesson.exercise(SESSION).get_by_role("button", name="Say it").wait_for()


def session_blank(lesson: StateLesson) -> None:
    for title in (SESSION, GRADED_SESSION):
        lesson.exercise(title).get_by_role("button", name="Say it").click()
        lesson.exercise(title).get_by_text("Write to the client first.").wait_for()


def session_midway(lesson: StateLesson) -> None:
    say(lesson.exercise(SESSION), FIX_REPLY, "And there's the list.")
    say(lesson.exercise(SESSION), WHOLE_REPLY, "You noticed that.")
    say(lesson.exercise(GRADED_SESSION), WHOLE_REPLY, "curious 1.")


def session_what(lesson: StateLesson) -> None:
    for summary in lesson.exercise(SESSION).locator("summary").filter(visible=True).all():
        summary.click()


def session_back(lesson: StateLesson) -> None:
    item = lesson.exercise(SESSION)
    item.get_by_role("button", name="Go back").first.click()
    item.get_by_role("button", name="Back to another way").wait_for()


def session_ended(lesson: StateLesson) -> None:
    item = lesson.exercise(SESSION)
    for line in ("curious 1.", "trusting 1."):
        say(item, WHOLE_REPLY, line)
    item.get_by_role("textbox", name="What you say to Noor").fill(WHOLE_REPLY)
    item.get_by_role("button", name="Say it").click()
    item.get_by_role("img", name="How open Noor was").wait_for()


def session_again(lesson: StateLesson) -> None:
    lesson.exercise(SESSION).get_by_role("button", name="Try again").click()


def session_saved_graded(lesson: StateLesson) -> None:
    item = lesson.exercise(GRADED_SESSION)
    item.get_by_role("button", name="Save the session as it is").click()
    item.get_by_role("status").get_by_text("Saved").wait_for()


LESSONS: dict[str, tuple[State, ...]] = {
    LOOK: (empty, blank, half_filled, refused, wrong, again, right, earlier_open, reconnecting, paused),
    SHOW: (empty, saved_graded, changed_graded, stale),
    BEFORE: (empty, saved_pretest),
    TALK: (
        session_open, session_blank, session_midway, session_what, session_back, session_ended, session_saved_graded,
        session_again, paused,
    ),
}  # fmt: skip
"""The states of each lesson, in an order in which they can be reached."""


# The start page


def open_start(lesson: StateLesson) -> None:
    """The start page of the learner's folder, once its cards are there."""
    home = lesson.folder.parent
    write_start(home)
    view = "doc/tree" if lesson.app == "lab" else "notebooks"
    path = home.relative_to(lesson.server.root)
    lesson.page.goto(f"http://127.0.0.1:{lesson.server.port}/{view}/{path}/start.ipynb")
    lesson.page.locator('[data-lesson="ready"] .cu-start-module').wait_for(timeout=60_000)


def start_first(lesson: StateLesson) -> None:
    lesson.page.get_by_text("Each answer that you save is kept with its time").wait_for()


def start_read(lesson: StateLesson) -> None:
    lesson.page.get_by_role("button", name="I have read this").click()
    lesson.page.get_by_text("What is recorded", exact=True).wait_for()


def commit(lesson: StateLesson, *items: str) -> None:
    """Saves an answer to each of the items, as their lesson would."""
    module = released(lesson.folder)
    for name in items:
        log = ResponseLog(
            log_path(lesson.folder, module.items[name].notebook, assessed=module.items[name].assessed),
            learner="robin",
            notebook=module.items[name].notebook,
            release=module.release,
        )
        log.append("commit", name, module.items[name].digest, ANSWERS[name.replace("-0-", "-")])


def start_progress(lesson: StateLesson) -> None:
    """Two answers in one lesson, all in another, and a third whose answers cannot be read."""
    commit(lesson, "fs-0-choose", "fs-0-write", "fs-0-spot", "fs-0-match", "fs-choose", "fs-match")
    unreadable = lesson.folder / "responses" / f"{SHOW}.jsonl"
    unreadable.mkdir()
    lesson.page.get_by_role("button", name="Look again").click()
    lesson.page.get_by_text("cannot be read just now").wait_for()
    unreadable.rmdir()


def start_asking(lesson: StateLesson) -> None:
    lesson.page.get_by_role("button", name="Look again").click()
    lesson.page.get_by_text("cannot be read just now").wait_for(state="hidden")
    lesson.page.get_by_role("button", name="Hand in this module").click()
    lesson.page.get_by_role("button", name="Not yet").wait_for()


def start_problem(lesson: StateLesson) -> None:
    taken = lesson.folder.parent / "to-hand-in"
    taken.write_text("a file where a folder should be")
    lesson.page.get_by_role("button", name="Hand in as it is").click()
    lesson.page.locator(".cu-start-page > .cu-start-problem").get_by_text("It was not handed in").wait_for()
    taken.unlink()


def start_receipt(lesson: StateLesson) -> None:
    lesson.page.get_by_role("button", name="Hand in this module").click()
    lesson.page.get_by_role("button", name="Hand in as it is").click()
    lesson.page.locator(".cu-start-receipt").get_by_text("Put into one file on").wait_for()


def start_changed(lesson: StateLesson) -> None:
    commit(lesson, "fs-choose")
    lesson.page.get_by_role("button", name="Look again").click()
    lesson.page.get_by_text("You have changed answers since").wait_for()


def start_data(lesson: StateLesson) -> None:
    lesson.page.get_by_role("button", name="Show me my data").click()
    lesson.page.locator(".cu-data-module").first.wait_for()


def start_deleting(lesson: StateLesson) -> None:
    lesson.page.get_by_role("button", name="Delete my practice data").click()
    lesson.page.get_by_text("What you have handed in, practice included, stays as it was").wait_for()


START_PAGE: tuple[State, ...] = (
    start_first, start_read, start_progress, start_asking, start_problem, start_receipt, start_changed, start_data,
    start_deleting, paused,
)  # fmt: skip
"""The states of the start page, in an order in which they can be reached."""
