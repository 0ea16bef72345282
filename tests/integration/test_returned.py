"""A module answered in the browser, handed in, graded and remarked on: what comes back stands at each answer."""

import os
import re
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_looks import found_light_and_dark
from browser_pages import SHOW, Lesson
from click.testing import CliRunner
from nbgrader_course import COHORT, UNDECIDED, NbgraderCourse, make_course, told
from tiny_course import MODULE, WHOLE_REPLY

from curriculum_utils.cli import cli
from curriculum_utils.items.due import write_due
from curriculum_utils.items.returned import OPENING
from curriculum_utils.widgets.lab import write_start

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]
HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=2'> <!-- & \u2028 $x$"
_CONFIG = """\
c = get_config()
c.Exchange.root = {exchange!r}
c.CourseDirectory.course_id = {cohort!r}
c.CourseDirectory.student_id = "robin"
"""


class Term:
    """One learner's module and the course that it was released from."""

    def __init__(self, lesson: Lesson, course: NbgraderCourse) -> None:
        self.lesson, self.course, self.home = lesson, course, lesson.folder.parent
        shutil.rmtree(lesson.folder)
        config = _CONFIG.format(exchange=str(course.root / "exchange"), cohort=COHORT)
        # Not beside the start page, which does not run where a file of Python lies.
        (self.home / ".jupyter").mkdir()
        (self.home / ".jupyter" / "nbgrader_config.py").write_text(config, "utf-8")
        course.run("fetch_assignment", MODULE, cwd=self.home)

    def answer(self, reply: str) -> None:
        """Answers the graded exercises of the second lesson; one of them not at all."""
        lesson = self.lesson.open(SHOW)
        write = lesson.exercise("Your words")
        write.get_by_role("textbox", name="What would you say to Ines?").fill(reply)
        write.get_by_role("button", name="Save answer").click()
        write.get_by_text("Your answer is saved.").wait_for()
        match = lesson.exercise("What they do")
        for move in ("Fix it", "Soothe"):  # one pair fits, the other does not
            match.get_by_label(move).select_option(value="r1")
        match.get_by_role("button", name="Save answer").click()
        match.get_by_text("Your answer is saved.").wait_for()

    def hand_in(self) -> None:
        self.course.run("submit", MODULE, cwd=self.home)
        self.course.collect()
        self.course.autograde()

    def command(self, *arguments: str) -> str:
        done = CliRunner().invoke(cli, [*arguments, "--cohort", COHORT, "--course", str(self.course.root)])
        assert done.exit_code == 0, (done.output, done.exception)
        return done.output

    def feedback(self) -> None:
        """Makes and returns the pages, and fetches them."""
        told(self.course.api().generate_feedback(MODULE, "robin", force=True))
        told(self.course.api().release_feedback(MODULE))
        self.course.run("fetch_feedback", MODULE, cwd=self.home)

    def returned(self, title: str):
        return self.lesson.exercise(title).get_by_role("group", name="What came back")


@pytest.fixture
def term(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> Term:
    course = make_course(lesson.server.root / f"term-{lesson.folder.parent.name}", learners=["robin"])
    exchange = course.root / "exchange"
    (course.folders.own / "cohort.yaml").write_text(
        f"name: {COHORT}\ncreated: '2026-03-01T12:00:00+00:00'\nexchange: {exchange}\n", "utf-8"
    )
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(course.root)
    course.release()
    return Term(lesson, course)


def open_start(lesson: Lesson):
    """The start page of the learner's folder, once its cards are there."""
    write_start(lesson.folder.parent)
    path = lesson.folder.parent.relative_to(lesson.server.root)
    lesson.page.goto(f"http://127.0.0.1:{lesson.server.port}/doc/tree/{path}/start.ipynb")
    lesson.page.locator(".cu-start-module").wait_for(timeout=60_000)
    return lesson.page.locator(".cu-start")


def test_score_evidence_and_remark_stand_at_the_answer_that_was_handed_in(term: Term):
    term.answer(WHOLE_REPLY)
    term.hand_in()
    said = term.command("remark", "robin", MODULE, "fs-a-write", "Read it aloud once more.", "--by", "Dr. Lee")
    assert said.startswith("fs-a-write of robin: remark kept.")
    term.feedback()
    term.lesson.reload()
    back = term.returned("Your words")
    back.get_by_text("3 of 3 points").wait_for()
    assert "This is about the answer that you handed in on" in back.inner_text()
    marked = [mark.inner_text() for mark in back.locator("mark").all()]
    assert marked == [WHOLE_REPLY]  # what the scripted scorer gives for evidence
    assert "Asks what it is like" in back.get_by_role("list").inner_text()
    assert back.get_by_role("blockquote").inner_text() == "Read it aloud once more."
    assert "From your instructor (Dr. Lee), " in back.inner_text()
    # An exercise that was left out says so, and nothing of its key.
    left_out = term.returned("Where does it turn?")
    assert "0 of 2 points" in left_out.inner_text()
    assert "No answer." in left_out.inner_text()
    assert found_light_and_dark(term.lesson.page) == []


def test_a_result_is_of_the_answer_that_was_handed_in_also_when_that_was_changed_since(term: Term):
    term.answer(WHOLE_REPLY)
    term.hand_in()
    term.feedback()
    write = term.lesson.reload().exercise("Your words")
    back = term.returned("Your words")
    back.get_by_text("3 of 3 points").wait_for()
    earlier = back.get_by_text("You have changed your answer since.")
    assert earlier.count() == 0
    write.get_by_role("textbox").fill("Something quite different.")
    write.get_by_role("button", name="Save the change").click()
    earlier.wait_for()
    assert "we keep circling it" in back.inner_text()
    assert "Something quite different." not in back.inner_text()
    assert write.get_by_role("textbox").input_value() == "Something quite different."


def test_what_waits_for_a_person_says_so_and_a_persons_points_are_theirs(term: Term):
    term.answer(UNDECIDED)
    term.hand_in()
    term.feedback()
    term.lesson.reload()
    back = term.returned("Your words")
    back.get_by_text("No points yet.").wait_for()
    back.get_by_text("A person will still look at this answer").wait_for()
    page = open_start(term.lesson)
    page.get_by_text("1 answer still waits for a person").first.wait_for()
    term.course.decide("robin", "fs-a-write", 2.5)
    term.feedback()
    page.get_by_role("button", name="Look again").click()
    # 2.5 of 3 by hand, 1 of 3 pairs of 3 points, nothing else: 3.5 of 9
    page.get_by_text("3.5 of 9 points", exact=True).wait_for()
    page.get_by_role("link", name="Show", exact=True).last.click()
    term.lesson.ready()
    term.returned("Your words").get_by_text("2.5 of 3 points").wait_for()
    assert "A person gave these points." in term.returned("Your words").inner_text()


def test_hostile_words_and_a_hostile_page_do_no_harm(term: Term):
    term.answer(HOSTILE)
    term.hand_in()
    term.command("remark", "robin", MODULE, "fs-a-write", HOSTILE)
    term.feedback()
    # One that pretends to be newer and holds what no page of ours does.
    bad = term.lesson.folder / "feedback" / "handed on"
    bad.mkdir()
    data = '{"v":1,"module":"first-steps","notebook":"2-show","submitted":"2999-01-01T00:00:00Z","items":'
    (bad / "2-show.html").write_text(f"{OPENING}{data}{'[' * 100_000}", "utf-8")
    (bad / "other.html").write_text(f'{OPENING}{data}[{{"id":"fs-a-write","score":NaN}}]}}</script>', "utf-8")
    (bad / "link.html").symlink_to("/etc/passwd")
    term.lesson.reload()
    back = term.returned("Your words")
    back.get_by_text("0 of 3 points").wait_for()
    assert back.get_by_role("blockquote").inner_text().startswith("</script><script>window.hacked=1</script><img")
    assert back.locator("script, img").count() == 0
    assert term.lesson.page.evaluate("window.hacked") is None
    (page,) = (term.lesson.folder / "feedback").glob("2*/2-show.html")
    term.lesson.page.goto(page.as_uri())
    assert term.lesson.page.evaluate("window.hacked") is None
    assert "window.hacked=1" in term.lesson.page.locator(".cu-remark-text").inner_text()


def test_the_start_page_says_when_a_module_is_due_and_afterwards_that_it_was(lesson: Lesson):
    write_due(lesson.folder, datetime.now(UTC) + timedelta(days=5, hours=2))
    page = open_start(lesson)
    page.get_by_text(re.compile(r"^Due on \d+ \w+ \d{4} at \d\d:\d\d, in 5 days\.$")).wait_for()
    write_due(lesson.folder, datetime.now(UTC) - timedelta(days=3, hours=2))
    page.get_by_role("button", name="Look again").click()
    page.get_by_text(re.compile(r"^Was due on .*, 3 days ago\. You have not handed it in\.$")).wait_for()
    write_due(lesson.folder, None)
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("due on").wait_for(state="detached")
