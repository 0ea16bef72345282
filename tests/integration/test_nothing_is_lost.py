"""Nothing is ever lost, in a browser: kills, sleep, crashes, full disks, closed folders; the learner hears the truth.

Every trouble here is a real one: processes get SIGKILL or SIGSTOP, disks are full, browsers die. Reloads, a killed
kernel and a log that cannot be written to are in test_browser_lessons as well.
"""

import os
import re
import resource
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browser_pages import ARGS, LOOK, SHOW, TALK, Lesson, Server, learners_copy, wait_until
from closed_folder import read_only, run
from conftest import chromium
from pretest_form import FORM_A
from sample_client import TALK_FILES
from tiny_course import WHOLE_REPLY

from curriculum_utils.widgets.lab import write_start

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc and limits them"),
]

KEPT = "Your saved answers are safe, and what you are writing is kept in this browser."
PAUSED = f"This page is paused. {KEPT} The program behind it has stopped."
SILENT = "The course does not answer."


@pytest.fixture(scope="module")
def mortal_server() -> Iterator[Server]:
    """A server that these tests may kill; each leaves it running."""
    course = FORM_A["course.yaml"].replace("minutes: 5}]", "minutes: 5}, {slug: 3-talk, minutes: 18}]")
    server = Server(changes={**TALK_FILES, **FORM_A, "course.yaml": course})
    yield server
    server.stop()


@pytest.fixture
def mortal(mortal_server: Server, browser, request: pytest.FixtureRequest) -> Iterator[Lesson]:
    yield from learners_copy(mortal_server, browser, request.node.name)


def kernel_pids(lesson: Lesson) -> list[int]:
    """The processes that run the learner's pages."""
    home = f"{lesson.folder.parent.relative_to(lesson.server.root)}/"
    kernels = [one["kernel"]["id"] for one in lesson.server.api("api/sessions") if one["path"].startswith(home)]
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_text()
            if any(f"kernel-{name}.json" in command for name in kernels):
                found.append(int(process.name))
    return found


def kill_kernels(lesson: Lesson) -> None:
    for pid in kernel_pids(lesson):
        os.kill(pid, signal.SIGKILL)


def beside(lesson: Lesson, context=None) -> Lesson:
    """Another window on the same folder."""
    page = (context or lesson.page.context).new_page()
    page.set_default_timeout(20_000)
    return Lesson(lesson.server, page, lesson.folder)


def start_page(lesson: Lesson):
    """The start page of the learner's folder in the lesson's window."""
    home = lesson.folder.parent
    write_start(home)
    path = home.relative_to(lesson.server.root)
    lesson.page.goto(f"http://127.0.0.1:{lesson.server.port}/doc/tree/{path}/start.ipynb")
    lesson.page.locator(".cu-start-module").first.wait_for(timeout=60_000)
    return lesson.page.locator(".cu-start")


def write(item, text: str) -> None:
    item.get_by_role("textbox").fill(text)


def written(item) -> str:
    return item.get_by_role("textbox").input_value()


def save(item, name: str = "Check my answer") -> None:
    item.get_by_role("button", name=name).click()


def carry_on(item) -> None:
    item.get_by_role("button", name="Carry on").click()
    item.locator(".cu-offline:empty").wait_for(state="attached", timeout=60_000)


def no_dialog(lesson: Lesson) -> bool:
    return lesson.page.locator(".jp-Dialog").count() == 0


# Keystrokes and answers


def test_under_steady_typing_all_but_the_last_second_outlives_kernel_and_browser_storage(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    box = item.get_by_role("textbox")
    box.press_sequentially("Nine months of this, ", delay=20)
    box.press_sequentially("and never a pause", delay=75)  # 17 letters in 1.3 s: the words before are over 1 s old
    kill_kernels(lesson)
    lesson.page.evaluate("localStorage.clear()")
    lesson.page.goto("about:blank")
    lesson.server.end_kernels()
    assert written(lesson.open().exercise("Your words")).startswith("Nine months of this, ")


@pytest.mark.parametrize(
    ("notebook", "item", "button", "sign"),
    [
        (LOOK, "fs-write", "Check my answer", "Your reply does all of what this move asks."),
        (SHOW, "fs-a-write", "Save answer", "Your answer is saved."),
    ],
)
def test_what_the_page_calls_saved_is_on_disk_whatever_is_killed_then(
    lesson: Lesson, notebook: str, item: str, button: str, sign: str
):
    card = lesson.open(notebook).exercise("Your words")
    write(card, WHOLE_REPLY)
    save(card, button)
    card.get_by_text(sign).wait_for()
    kill_kernels(lesson)
    assert lesson.commits(item, notebook, graded=notebook == SHOW) == [{"text": WHOLE_REPLY}]


# The program behind the page


@pytest.mark.parametrize(
    ("notebook", "title"), [(LOOK, "Your words"), (SHOW, "Your words"), (TALK, "A session with Noor")]
)
def test_a_killed_kernel_is_told_and_one_button_brings_the_unsent_words_back(
    talk_lesson: Lesson, notebook: str, title: str
):
    item = talk_lesson.open(notebook).exercise(title)
    write(item, "It weighs on")
    item.get_by_text("Draft kept.").wait_for()
    kill_kernels(talk_lesson)
    item.get_by_text(PAUSED).wait_for()
    assert no_dialog(talk_lesson)
    write(item, "It weighs on you, and")
    assert item.get_by_role("button", name="Carry on").count() == 1
    carry_on(item)
    wait_until(lambda: written(item) == "It weighs on you, and")
    # By keyboard one is where one was.
    wait_until(lambda: item.evaluate("node => node.contains(document.activeElement)"))
    # And it listens.
    wait_until(lambda: "It weighs on you, and" in talk_lesson.drafts())


def test_a_killed_kernel_is_told_on_the_start_page_and_one_button_brings_it_back(lesson: Lesson):
    page = start_page(lesson)
    kill_kernels(lesson)
    page.get_by_text("This page is paused. Your saved answers are safe. The program behind it has stopped.").wait_for()
    assert no_dialog(lesson)
    page.get_by_role("button", name="Carry on").click()
    page.get_by_text("This page is paused.").wait_for(state="detached")
    page.get_by_role("button", name="Hand in this module").click()
    page.get_by_role("button", name="Not yet").wait_for()


def test_a_kernel_restarted_behind_the_page_mid_sentence_is_noticed_and_nothing_is_lost(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    write(item, "Nine months of")
    (kernel,) = {one["kernel"]["id"] for one in lesson.server.api("api/sessions") if LOOK in one["path"]}
    lesson.server.api(f"api/kernels/{kernel}/restart", "POST")
    item.get_by_role("textbox").press_sequentially("x", delay=20)
    write(item, "Nine months of this")
    item.get_by_text(PAUSED).wait_for(timeout=40_000)
    carry_on(item)
    wait_until(lambda: written(item) == "Nine months of this")
    save(item)
    item.get_by_role("button", name="Try again").wait_for()
    assert lesson.commits("fs-write") == [{"text": "Nine months of this"}]


def test_a_kernel_that_is_only_slow_is_not_called_stopped_and_saves_in_the_end(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    write(item, WHOLE_REPLY)
    pids = kernel_pids(lesson)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    save(item)
    item.get_by_text("Still saving. What you wrote is kept in this browser; please leave the page open.").wait_for()
    lesson.page.wait_for_timeout(8000)
    assert item.get_by_text("This page is paused.").count() == 0
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    item.get_by_text("Your reply does all of what this move asks.").wait_for()
    assert lesson.commits("fs-write") == [{"text": WHOLE_REPLY}]


# The server


def test_a_killed_server_is_told_everywhere_and_once_it_is_back_one_button_a_page_brings_all_back(mortal: Lesson):
    practice, graded, session, start = mortal, beside(mortal), beside(mortal), beside(mortal)
    words = practice.open(LOOK).exercise("Your words")
    write(words, "Sent before.")
    save(words)
    words.get_by_role("button", name="Try again").click()
    write(words, "It weighs")
    counted = graded.open(SHOW).exercise("Your words")
    write(counted, "You carry")
    talk = session.open(TALK).exercise("A session with Noor")
    write(talk, "That is hea")
    home = start_page(start)
    wait_until(lambda: all(text in mortal.drafts() for text in ("It weighs", "You carry", "That is hea")))
    mortal.server.kill()
    for item in (words, counted, talk):
        item.get_by_text(KEPT).wait_for()
        item.get_by_text(SILENT).wait_for(timeout=40_000)
        assert item.get_by_role("button", name="Try now").count() == 1
    home.get_by_text(f"Your saved answers are safe. {SILENT}").wait_for(timeout=40_000)
    for window in (practice, graded, session, start):
        assert no_dialog(window)
    # What is written and even sent now is not called saved, and not lost.
    write(words, "It weighs on you")
    save(words)
    write(counted, "You carry this alone")
    counted.get_by_role("button", name="Try now").click()
    counted.get_by_text(SILENT).wait_for()
    words.get_by_text("Still saving. What you wrote is kept in this browser").wait_for()
    assert words.get_by_text("saved at").count() == 0
    mortal.server.start()
    for item, text in ((words, "It weighs on you"), (counted, "You carry this alone"), (talk, "That is hea")):
        item.get_by_text(PAUSED).wait_for(timeout=60_000)
        carry_on(item)
        wait_until(lambda item=item, text=text: written(item) == text)
    save(words)
    words.get_by_role("button", name="Try again").wait_for()
    save(counted, "Save answer")
    counted.get_by_text("Your answer is saved.").wait_for()
    talk.get_by_role("button", name="Say it").click()
    talk.locator(".cu-form .cu-from-client").nth(1).wait_for()
    home.get_by_role("button", name="Carry on").click()
    home.get_by_text(re.compile(r"^2 of \d+ tasks answered")).wait_for(timeout=60_000)
    assert [one["text"] for one in mortal.commits("fs-write")] == ["Sent before.", "It weighs on you"]
    assert mortal.commits("fs-a-write", SHOW, graded=True) == [{"text": "You carry this alone"}]
    for window in (graded, session, start):
        window.page.close()


def test_after_a_sleep_the_page_goes_on_by_itself_and_an_answer_sent_meanwhile_is_saved_once(mortal: Lesson):
    item = mortal.open().exercise("Your words")
    write(item, "It weighs")
    item.get_by_text("Draft kept.").wait_for()
    os.kill(mortal.server.pid, signal.SIGSTOP)
    try:
        write(item, WHOLE_REPLY)
        save(item)
        item.get_by_text("Still saving.").wait_for()
        item.get_by_text(f"{KEPT} {SILENT}").wait_for(timeout=40_000)
        assert item.get_by_text("saved at").count() == 0
    finally:
        os.kill(mortal.server.pid, signal.SIGCONT)
    item.get_by_text("Your reply does all of what this move asks.").wait_for(timeout=40_000)
    item.get_by_text(SILENT).wait_for(state="detached", timeout=40_000)
    assert mortal.commits("fs-write") == [{"text": WHOLE_REPLY}]


def test_who_was_signed_out_is_told_and_finds_the_words_again_after_signing_in(mortal: Lesson, browser):
    server, context = mortal.server, browser.browser.new_context(locale="en-GB")
    window = beside(mortal, context)
    item = window.open().exercise("Your words")
    write(item, "It weighs on you")
    item.get_by_text("Draft kept.").wait_for()
    open_door = server.command
    server.kill()
    server.command = ["--IdentityProvider.token=a-new-key" if "token" in part else part for part in open_door]
    context.clear_cookies()  # as when they run out
    server.start()
    try:
        item.get_by_text(f"{KEPT} You have been signed out. Nothing can be saved until you sign in again.").wait_for(
            timeout=60_000
        )
        assert no_dialog(window)
        item.get_by_role("button", name="Sign in again").click()
        window.page.locator("#password_input").fill("a-new-key")
        window.page.locator("#login_submit").click()
        window.ready()
        assert written(item) == "It weighs on you"
    finally:
        context.close()
        server.kill()
        server.command = open_door
        server.start()


# Windows, browsers, days


def test_what_is_written_in_one_window_stands_in_the_other_as_well(lesson: Lesson):
    first = lesson.open().exercise("Your words")
    other = beside(lesson)
    second = other.open().exercise("Your words")
    write(first, "Nine months")
    wait_until(lambda: written(second) == "Nine months")
    second.get_by_role("textbox").press_sequentially(" of this", delay=20)
    wait_until(lambda: written(first) == "Nine months of this")
    other.page.close()
    lesson.reload()
    assert written(first) == "Nine months of this"


def test_writing_on_in_one_window_after_saving_in_another_is_not_lost(lesson: Lesson):
    first = lesson.open().exercise("Your words")
    other = beside(lesson)
    second = other.open().exercise("Your words")
    write(first, "From the first")
    wait_until(lambda: written(second) == "From the first")
    save(second)
    second.get_by_role("button", name="Try again").wait_for()
    box = first.get_by_role("textbox")
    box.focus()
    lesson.page.keyboard.press("End")
    box.press_sequentially(", and more", delay=20)
    wait_until(lambda: "From the first, and more" in lesson.drafts())
    assert written(first) == "From the first, and more"
    assert box.evaluate("node => node === document.activeElement")
    other.page.close()
    lesson.reload()
    assert written(first) == "From the first, and more"
    save(first)
    first.get_by_role("button", name="Try again").wait_for()
    assert [one["text"] for one in lesson.commits("fs-write")] == ["From the first", "From the first, and more"]


def test_a_page_that_crashes_without_a_word_comes_back_with_every_letter(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    item.get_by_role("textbox").press_sequentially("Nine months of this, and", delay=15)
    lesson.page.wait_for_timeout(1000)
    with suppress(Exception):  # the page's process ends, and with it the call
        lesson.page.goto("chrome://crash", timeout=5000)
    again = beside(lesson)
    assert written(again.open().exercise("Your words")) == "Nine months of this, and"
    again.page.close()


def test_a_killed_browser_takes_nothing_with_it_not_even_for_another_browser(lesson: Lesson, browser):
    doomed = browser.browser.browser_type.launch(executable_path=chromium(), headless=True, args=ARGS)
    window = beside(lesson, doomed.new_context(locale="en-GB"))
    item = window.open().exercise("Your words")
    save_first = window.exercise("The form, once more")
    save_first.get_by_role("radio").first.check()
    save(save_first)
    save_first.get_by_role("button", name="Try again").wait_for()
    item.get_by_role("textbox").press_sequentially("Nine months of this, and", delay=15)
    window.page.wait_for_timeout(1000)
    told = doomed.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    (pid,) = [one["id"] for one in told if one["type"] == "browser"]
    os.kill(pid, signal.SIGKILL)
    assert written(lesson.open().exercise("Your words")) == "Nine months of this, and"
    lesson.exercise("The form, once more").get_by_role("button", name="Try again").wait_for()
    assert len(lesson.commits("fs-choose")) == 1
    doomed.close()


def test_the_next_day_everything_is_as_it_was_left(mortal: Lesson, browser):
    item = mortal.open().exercise("Your words")
    write(item, "Yesterday's answer.")
    save(item)
    item.get_by_role("button", name="Try again").click()
    write(item, "And a second one, begun")
    wait_until(lambda: "And a second one, begun" in mortal.drafts())
    mortal.page.close()
    mortal.server.kill()
    mortal.server.start()
    # A clock is set for a whole context: this one has what the browser kept, and ends with the test.
    next_day = browser.browser.new_context(locale="en-GB", storage_state=browser.storage_state())
    tomorrow = beside(mortal, next_day)
    day = datetime.now(UTC) + timedelta(days=1)
    tomorrow.page.clock.set_system_time(day)
    item = tomorrow.open().exercise("Your words")
    assert written(item) == "And a second one, begun"
    # What was saved yesterday says so, with its day.
    item.get_by_text("Your earlier version").wait_for()
    item.get_by_text("Yesterday's answer.").wait_for()
    save(item)
    today = datetime.now().astimezone()  # the log's own clock has not moved
    item.get_by_text(re.compile(rf"Attempt 2 saved at {today.day} \w+")).wait_for()
    assert [one["text"] for one in mortal.commits("fs-write")] == ["Yesterday's answer.", "And a second one, begun"]
    next_day.close()


# Disks and folders


def test_on_a_disk_that_takes_no_more_the_answer_is_not_called_saved_and_is_saved_once_there_is_room(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    choice = lesson.exercise("The form, once more")
    choice.get_by_role("radio").first.check()
    save(choice)
    choice.get_by_role("button", name="Try again").wait_for()
    log = lesson.folder / "responses" / f"{LOOK}.practice.jsonl"
    before = log.read_bytes()
    # The system cuts off every write that would make a file longer than the log and a few bytes: as a full disk does.
    with limited(lesson, len(before) + 40):
        write(item, WHOLE_REPLY)
        save(item)
        item.get_by_text(
            "All that you saved before is safe. This was not saved: the disk is full. Free some space, then try again."
        ).wait_for()
        assert written(item) == WHOLE_REPLY
        assert log.read_bytes() == before
    save(item)
    item.get_by_text("Your reply does all of what this move asks.").wait_for()
    assert lesson.commits("fs-write") == [{"text": WHOLE_REPLY}]
    assert lesson.log().chain_intact


def test_where_no_draft_can_be_kept_on_disk_the_page_says_so_and_the_browser_keeps_it(lesson: Lesson):
    item = lesson.open().exercise("Your words")
    with limited(lesson, 10):
        write(item, "Nine months of this")
        item.get_by_text(
            "All that you sent is safe. What you are writing now could not be kept: the file may not grow any further. "
            "Ask your instructor for help, then try again. For now it is kept in this browser."
        ).wait_for()
        assert item.get_by_text("Draft kept.").count() == 0
        lesson.page.reload()
    lesson.ready()
    assert written(item) == "Nine months of this"
    wait_until(lambda: "Nine months of this" in lesson.drafts())


@contextmanager
def limited(lesson: Lesson, size: int) -> Iterator[None]:
    """The lesson's kernel with files that may not grow beyond `size` bytes."""
    pids = kernel_pids(lesson)
    assert pids
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def test_on_a_really_full_small_disk_nothing_that_was_saved_is_lost(lab_server: Server, browser, tmp_path: Path):
    disk = lab_server.root / "learners" / "small-disk"
    disk.mkdir(parents=True)
    if run("mount", "-t", "tmpfs", "-o", "size=512k", "none", disk):
        pytest.skip("this system lets nobody mount a small disk here; the test above fills one by its limits")
    try:
        lesson = Lesson(lab_server, browser.new_page(), disk / "first-steps")
        shutil.copytree(lab_server.module, lesson.folder)
        item = lesson.open().exercise("Your words")
        save_first = lesson.exercise("The form, once more")
        save_first.get_by_role("radio").first.check()
        save(save_first)
        save_first.get_by_role("button", name="Try again").wait_for()
        with (disk / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(b"x" * 64)
        log = lesson.folder / "responses" / f"{LOOK}.practice.jsonl"
        room = -log.stat().st_size % 4096  # what is left of the log's last page
        write(item, f"It weighs on you. {'Week after week. ' * (room // 17 + 10)}"[:3900])
        save(item)
        item.get_by_text("This was not saved: the disk is full. Free some space, then try again.").wait_for()
        assert len(lesson.commits("fs-choose")) == 1
        (disk / "ballast").unlink()
        save(item)
        item.get_by_role("button", name="Try again").wait_for()
        assert len(lesson.commits("fs-write")) == 1
        lesson.page.close()
        lab_server.end_kernels()
    finally:
        assert run("umount", "--lazy", disk) == 0


def test_in_a_folder_that_can_only_be_read_the_page_says_so_and_keeps_the_words(lesson: Lesson):
    with read_only(lesson.folder):
        item = lesson.open().exercise("Your words")
        write(item, WHOLE_REPLY)
        item.get_by_text("For now it is kept in this browser.").wait_for()
        save(item)
        item.get_by_text(
            re.compile(
                r"All that you saved before is safe\. This was not saved: "
                r"(this computer does not allow writing there\. Check the folder's permissions"
                r"|the disk can only be read\. Copy the course folder to a disk of your own), then try again\."
            )
        ).wait_for()
        lesson.reload()
        assert written(item) == WHOLE_REPLY
    save(item)
    item.get_by_text("Your reply does all of what this move asks.").wait_for()
    assert lesson.commits("fs-write") == [{"text": WHOLE_REPLY}]


def test_a_file_in_the_place_of_the_answers_folder_is_named_and_nothing_is_lost(lesson: Lesson):
    blocked = lesson.folder / "responses"
    blocked.write_text("not a folder")
    item = lesson.open().exercise("Your words")
    write(item, WHOLE_REPLY)
    save(item)
    item.get_by_text(
        "This was not saved: a file stands where the folder should be. Rename that file, then try again."
    ).wait_for()
    blocked.rename(lesson.folder / "responses.txt")
    save(item)
    item.get_by_text("Your reply does all of what this move asks.").wait_for()
    assert lesson.commits("fs-write") == [{"text": WHOLE_REPLY}]
