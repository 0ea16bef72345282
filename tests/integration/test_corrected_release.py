"""A corrected release in the middle of a module, and files that are missing, on the start page of a real browser."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_pages import LOOK, SHOW, Lesson, Server
from click.testing import CliRunner
from tiny_course import MODULE, edit, write_course

from curriculum_utils.cli import cli
from curriculum_utils.cohorts import Cohort, new_cohort
from curriculum_utils.cohorts.desk import LearnerDesk
from curriculum_utils.widgets.handing_in import COHORT, COURSE
from curriculum_utils.widgets.lab import write_start

pytestmark = pytest.mark.browser


def command(cohort: Cohort, *arguments: str) -> None:
    result = CliRunner().invoke(cli, [*arguments, "--course", str(cohort.root)], catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Cohort]]:
    """A server whose learners reach the exchange of a course."""
    root = tmp_path_factory.mktemp("course")
    write_course(root)
    (root / "roster.csv").write_text("id\nrobin\n")
    cohort = new_cohort(root, "spring", root / "roster.csv")
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", programs)
        server = Server(environment={COURSE: str(root), COHORT: "spring", "PATH": programs})
        yield server, cohort
        server.stop()


@pytest.fixture
def fetched(
    exchange: tuple[Server, Cohort], browser, request: pytest.FixtureRequest
) -> Iterator[tuple[Lesson, Cohort]]:
    """A learner who has fetched the module as it was released first."""
    server, cohort = exchange
    shutil.rmtree(cohort.root / "curriculum")
    write_course(cohort.root)
    command(cohort, "build")
    command(cohort, "release", MODULE, "--cohort", "spring", "--force")
    home = server.root / "learners" / f"l{abs(hash(request.node.name)) % 10**9}"
    LearnerDesk(cohort, "robin", home).fetch(MODULE)
    page = browser.new_page()
    page.set_default_timeout(20_000)
    yield Lesson(server, page, home / MODULE), cohort
    page.close()
    server.end_kernels()


def correct(cohort: Cohort) -> None:
    """Another wording of one practice item and of one graded one."""
    for name in ("fs-choose", "fs-a-choose"):
        edit(cohort.root / "curriculum", f"exercises/{MODULE}/{name}.yaml", "Let's cut the form", "Let us cut the form")
    command(cohort, "build")
    command(cohort, "release", MODULE, "--cohort", "spring", "--force")


def open_start(lesson: Lesson, page=None):
    home = lesson.folder.parent
    write_start(home)
    page = page or lesson.page
    page.goto(f"http://127.0.0.1:{lesson.server.port}/doc/tree/{home.relative_to(lesson.server.root)}/start.ipynb")
    page.locator(".cu-start h1").wait_for(timeout=60_000)
    return page.locator(".cu-start")


def answer(lesson: Lesson, notebook: str, option: str, button: str, sign: str) -> None:
    item = lesson.open(notebook).exercise("The form, once more")
    item.get_by_role("radio", name=option).check()
    item.get_by_role("button", name=button).click()
    item.get_by_text(sign).wait_for()


def test_a_corrected_release_is_offered_taken_and_asks_again_only_what_changed(fetched: tuple[Lesson, Cohort]):
    lesson, cohort = fetched
    answer(lesson, LOOK, "That form weighs on you", "Check my answer", "This fits.")
    answer(lesson, SHOW, "Don't worry", "Save answer", "Your answer is saved.")
    words = lesson.exercise("Your words")
    words.get_by_role("textbox").fill("It weighs on you, and")
    words.get_by_text("Draft kept.").wait_for()
    (lesson.folder / "notes.md").write_text("mine")
    logs = {path.name: path.read_bytes() for path in (lesson.folder / "responses").glob("*.jsonl")}
    correct(cohort)
    page = open_start(lesson)
    # The page does not wait for it.
    page.get_by_text("2 of 8 tasks answered").wait_for()
    page.get_by_text(
        "A corrected version of this module has come. Your answers stay; tasks that changed are asked again: 2."
    ).wait_for(timeout=60_000)
    page.get_by_role("button", name="Take the corrected version").click()
    page.get_by_role("status").get_by_text("The module is complete and as it was released last.").wait_for(
        timeout=60_000
    )
    assert page.get_by_text("A corrected version").count() == 0
    page.get_by_text("0 of 8 tasks answered").wait_for()
    assert {path.name: path.read_bytes() for path in (lesson.folder / "responses").glob("*.jsonl")} == logs
    assert (lesson.folder / "notes.md").read_text() == "mine"
    item = lesson.open(SHOW).exercise("The form, once more")
    item.get_by_text("This exercise was corrected since you answered. Your earlier answer is kept").wait_for()
    assert item.get_by_role("radio", name="Don't worry").is_checked()
    item.get_by_text("Let us cut the form").wait_for()
    # What was half written to a task that did not change is there as well.
    assert lesson.exercise("Your words").get_by_role("textbox").input_value() == "It weighs on you, and"
    assert len(lesson.commits("fs-a-choose", SHOW, graded=True)) == 1


def test_a_lesson_that_is_open_meanwhile_goes_on_and_its_answers_name_the_release_they_answer(
    fetched: tuple[Lesson, Cohort], browser
):
    lesson, cohort = fetched
    item = lesson.open(SHOW).exercise("The form, once more")
    before = json.loads((lesson.folder / "items.json").read_bytes())["release"]
    correct(cohort)
    other = browser.new_page()
    page = open_start(lesson, other)
    page.get_by_role("button", name="Take the corrected version").click(timeout=60_000)
    page.get_by_text("A lesson that is open elsewhere shows the new version once you open it again.").wait_for(
        timeout=60_000
    )
    other.close()
    item.get_by_role("radio", name="That form weighs on you").check()
    item.get_by_role("button", name="Save answer").click()
    item.get_by_text("Your answer is saved.").wait_for()
    (event,) = lesson.log(SHOW, graded=True).commits("fs-a-choose")
    assert event.release == before
    lesson.reload()
    item.get_by_text("This exercise was corrected since you answered. Your earlier answer is kept").wait_for()
    item.get_by_role("button", name="Save answer").click()
    item.get_by_text("Your answer is saved.").wait_for()
    now = json.loads((lesson.folder / "items.json").read_bytes())["release"]
    assert now != before
    assert [one.release for one in lesson.log(SHOW, graded=True).commits("fs-a-choose")] == [before, now]


def test_deleted_lessons_are_named_and_fetched_again_with_all_answers(fetched: tuple[Lesson, Cohort]):
    lesson, _ = fetched
    answer(lesson, LOOK, "That form weighs on you", "Check my answer", "This fits.")
    for name in (LOOK, SHOW):
        (lesson.folder / f"{name}.ipynb").unlink()
    page = open_start(lesson)
    page.get_by_text("2 lessons are missing from your folder, or damaged. Your answers are safe.").wait_for(
        timeout=60_000
    )
    assert page.get_by_text("The file of this lesson is missing. Your answers to it are safe.").count() == 2
    assert page.get_by_role("link", name="Look", exact=True).count() == 0
    page.get_by_role("button", name="Fetch them again").click()
    page.get_by_role("link", name="Go on with: Look").wait_for(timeout=60_000)
    lesson.open().exercise("The form, once more").get_by_text("This fits.").wait_for()


def test_a_damaged_list_of_tasks_is_told_and_mended(fetched: tuple[Lesson, Cohort]):
    lesson, _ = fetched
    (lesson.folder / "items.json").write_text("{")
    page = open_start(lesson)
    page.get_by_text("This module cannot be shown, because the file that lists its tasks is missing").wait_for(
        timeout=60_000
    )
    page.get_by_role("button", name="Fetch it again").focus()
    lesson.page.keyboard.press("Enter")
    page.get_by_text("0 of 8 tasks answered").wait_for(timeout=60_000)


def test_on_look_again_a_module_that_was_released_since_is_fetched_and_nothing_new_is_said_so(
    fetched: tuple[Lesson, Cohort],
):
    lesson, _ = fetched
    shutil.rmtree(lesson.folder)
    page = open_start(lesson)
    page.get_by_text("There is no module here yet.").wait_for()
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("1 new module has come.").wait_for(timeout=60_000)
    page.get_by_role("link", name="Begin with: Look").wait_for()
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("Nothing new has come.").wait_for(timeout=60_000)
    # The keyboard is where it was, although the page was drawn anew.
    assert page.get_by_role("button", name="Look again").evaluate("node => node === document.activeElement")


def test_an_exchange_that_cannot_be_read_is_told_and_the_rest_works(fetched: tuple[Lesson, Cohort]):
    lesson, cohort = fetched
    page = open_start(lesson)
    page.get_by_text("0 of 8 tasks answered").wait_for()
    settings = cohort.folder / "cohort.yaml"
    away = settings.rename(settings.with_suffix(".away"))
    try:
        page.get_by_role("button", name="Look again").click()
        page.get_by_text('Whether something new has come is not known: no cohort "spring".').wait_for(timeout=60_000)
        assert "All that is in your folder works as before." in page.inner_text()
    finally:
        away.rename(settings)
    page.get_by_role("link", name="Begin with: Look").click()
    lesson.ready()
