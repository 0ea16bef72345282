"""The start page in a real browser, and a module that goes from it through nbgrader's exchange."""

import os
import sys
from pathlib import Path

import pytest
from browser_pages import LOOK, Lesson, open_start
from click.testing import CliRunner
from tiny_course import MODULE, write_course

from curriculum_utils.cli import cli
from curriculum_utils.cohorts import new_cohort, open_cohort
from curriculum_utils.cohorts.desk import LearnerDesk
from curriculum_utils.widgets.handing_in import COHORT, COURSE, fetch_feedback, hand_in
from curriculum_utils.widgets.progress import modules_in
from curriculum_utils.widgets.receipts import receipts


@pytest.mark.browser
def test_a_learner_finds_the_module_opens_a_lesson_and_sees_the_progress_on_coming_back(lesson: Lesson):
    page = open_start(lesson)
    assert page.get_by_role("heading", name="First steps").count() == 1
    assert "0 of 8 tasks answered" in page.inner_text()
    page.get_by_role("link", name="Begin with: Look").click()
    item = lesson.ready().exercise("The form, once more")
    item.get_by_role("radio", name="That form weighs on you").check()
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("This fits.").wait_for()
    lesson.page.get_by_role("button", name="Your modules").click()
    lesson.page.get_by_text("1 of 8 tasks answered").wait_for()
    lesson.page.get_by_role("link", name="Go on with: Look").wait_for()


@pytest.mark.browser
def test_on_first_use_a_learner_reads_what_is_recorded(lesson: Lesson):
    page = open_start(lesson)
    first = page.get_by_text("Each answer that you save is kept with its time")
    first.wait_for()
    page.get_by_role("button", name="I have read this").click()
    first.wait_for(state="hidden")
    lesson.page.reload()
    page.get_by_text("0 of 8 tasks answered").wait_for(timeout=60_000)
    assert not first.is_visible()
    page.get_by_text("What is recorded", exact=True).click()
    first.wait_for()


@pytest.mark.browser
def test_no_code_is_ever_seen(lesson: Lesson):
    open_start(lesson)
    assert lesson.page.get_by_text("import start").filter(visible=True).count() == 0


@pytest.mark.browser
def test_what_is_not_answered_is_told_before_it_is_handed_in_by_keyboard_alone(lesson: Lesson):
    page = open_start(lesson)
    page.get_by_role("button", name="Hand in this module").focus()
    lesson.page.keyboard.press("Enter")
    asking = page.get_by_role("group", name="Hand in this module")
    assert "Not answered yet, and counted as nothing if you hand in now:" in asking.inner_text()
    assert asking.get_by_role("link").all_inner_texts() == [
        "The form, once more",
        "Your words",
        "Where does it turn?",
        "What they do",
    ]
    assert "You have also left out 4 tasks without points." in asking.inner_text()
    asking.get_by_role("button", name="Not yet").focus()
    lesson.page.keyboard.press("Enter")
    assert list((lesson.folder.parent).glob("to-hand-in/*")) == []
    lesson.page.keyboard.press("Enter")  # the focus is on the button again
    page.get_by_role("button", name="Hand in as it is").focus()
    lesson.page.keyboard.press("Enter")
    page.locator(".cu-start-receipt").get_by_text("Put into one file on").wait_for()
    (file,) = lesson.folder.parent.glob("to-hand-in/*.zip")
    link = page.get_by_role("link", name=file.name)
    with lesson.page.expect_download() as download:
        link.click()
    assert Path(download.value.path()).read_bytes() == file.read_bytes()


@pytest.mark.browser
def test_in_notebook_7_a_learner_goes_from_the_start_page_to_an_answer_and_hands_in(notebook_lesson: Lesson):
    page = open_start(notebook_lesson)
    page.get_by_role("link", name="Begin with: Look").click()
    item = notebook_lesson.ready().exercise("The form, once more")
    assert "/notebooks/" in notebook_lesson.page.url
    assert notebook_lesson.page.url.endswith(f"{LOOK}.ipynb")
    item.get_by_role("radio", name="That form weighs on you").check()
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("This fits.").wait_for()
    page = open_start(notebook_lesson)
    page.get_by_text("1 of 8 tasks answered").wait_for()
    page.get_by_role("button", name="Hand in this module").click()
    page.get_by_role("button", name="Hand in as it is").click()
    page.locator(".cu-start-receipt").get_by_text("Put into one file on").wait_for()
    (file,) = notebook_lesson.folder.parent.glob("to-hand-in/*.zip")
    with notebook_lesson.page.expect_download() as download:
        page.get_by_role("link", name=file.name).click()
    assert Path(download.value.path()).read_bytes() == file.read_bytes()


def test_through_the_exchange_a_module_is_handed_in_and_its_feedback_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    root = tmp_path / "course"
    write_course(root)
    (root / "roster.csv").write_text("id\nrobin\n")
    new_cohort(root, "spring", root / "roster.csv")
    run = CliRunner()

    def command(*arguments: str) -> None:
        result = run.invoke(cli, [*arguments, "--course", str(root)], catch_exceptions=False)
        assert result.exit_code == 0, result.output

    command("build")
    command("release", MODULE, "--cohort", "spring")
    cohort = open_cohort(root, "spring")
    home = tmp_path / "robin"
    LearnerDesk(cohort, "robin", home).fetch(MODULE)
    for name, value in {COURSE: str(root), COHORT: "spring", "CURRICULUM_LEARNER": "robin"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    (module,) = modules_in(home)
    receipt = hand_in(home, module)
    assert receipt.how == "exchange"
    assert list(receipts(home, MODULE)) == [receipt]
    assert len(list((cohort.exchange / "spring" / "inbound").glob(f"robin+{MODULE}+*"))) == 1
    # Nothing has come back yet, and asking for it is no error.
    fetch_feedback(home, module)
    assert next(modules_in(home)).feedback == ()
    for verb in ("collect", "grade", "feedback"):
        command(verb, MODULE, "--cohort", "spring")
    fetch_feedback(home, module)
    assert [title for title, _ in next(modules_in(home)).feedback] == ["Look", "Show"]


def test_an_exchange_that_is_gone_is_told_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from tiny_course import build

    from curriculum_utils.errors import HandingInFailed

    home = tmp_path / "robin"
    home.mkdir()
    build(tmp_path / "course").rename(home / MODULE)
    monkeypatch.setenv(COURSE, str(tmp_path / "gone"))
    monkeypatch.setenv(COHORT, "spring")
    (module,) = modules_in(home)
    with pytest.raises(HandingInFailed, match=r"It was not handed in: .* Your answers are safe, where they were\."):
        hand_in(home, module)
    assert list(receipts(home, MODULE)) == []
