"""The same lessons under Voilà, from the start page on."""

import json
import os
import signal
import urllib.error
import urllib.request
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

import pytest
from browser_pages import Lesson, Server, wait_until
from tiny_course import WHOLE_REPLY

pytestmark = pytest.mark.browser


def _kill_kernel(lesson: Lesson) -> None:
    """Ends the page's kernel, a process of this test's own server, as the system does when memory runs out."""
    kernel = json.loads(lesson.page.locator("#jupyter-config-data").inner_text())["kernelId"]
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"kernel-{kernel}.json" in (process / "cmdline").read_text():
                os.kill(int(process.name), signal.SIGKILL)


def test_an_answer_is_saved_to_the_same_log_and_feedback_comes(voila_lesson: Lesson):
    item = voila_lesson.open().exercise("The form, once more")
    item.get_by_role("radio", name="That form weighs on you").check()
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("This fits.").wait_for()
    assert voila_lesson.commits("fs-choose") == [{"option": "b"}]


def test_a_written_reply_is_kept_unsent_and_read_once_sent(voila_lesson: Lesson):
    item = voila_lesson.open().exercise("Your words")
    item.get_by_role("textbox").press_sequentially("Nine months of this, and", delay=15)
    wait_until(lambda: "Nine months of this, and" in voila_lesson.drafts())
    voila_lesson.page.evaluate("localStorage.clear()")
    item = voila_lesson.reload().exercise("Your words")
    assert item.get_by_role("textbox").input_value() == "Nine months of this, and"
    item.get_by_role("textbox").fill(WHOLE_REPLY)
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("Your reply does all of what this move asks.").wait_for()
    assert item.locator("mark").all_inner_texts() == [WHOLE_REPLY]


def test_one_goes_from_the_start_page_to_a_lesson_and_back_and_sees_the_progress(voila_lesson: Lesson):
    start = voila_lesson.open_start()
    start.get_by_role("link", name="Begin with: Look").click()
    item = voila_lesson.ready().exercise("The form, once more")
    item.get_by_role("radio", name="That form weighs on you").check()
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("This fits.").wait_for()
    voila_lesson.page.get_by_role("link", name="Your modules").click()
    voila_lesson.page.get_by_text("1 of 8 tasks answered").wait_for(timeout=90_000)


def test_a_module_is_put_into_one_file_that_can_be_fetched(voila_lesson: Lesson):
    start = voila_lesson.open_start()
    start.get_by_role("button", name="Hand in this module").click()
    start.get_by_role("button", name="Hand in as it is").click()
    start.locator(".cu-start-receipt").get_by_text("Put into one file on").wait_for()
    (file,) = voila_lesson.folder.parent.glob("to-hand-in/*.zip")
    with voila_lesson.page.expect_download() as download:
        start.get_by_role("link", name=file.name).click()
    assert Path(download.value.path()).read_bytes() == file.read_bytes()


def test_no_code_is_seen_on_either_page(voila_lesson: Lesson):
    voila_lesson.open_start()
    assert "import" not in voila_lesson.page.inner_text("body")
    voila_lesson.open()
    shown = voila_lesson.page.inner_text("body")
    assert "import" not in shown
    assert 'show("' not in shown


def test_a_stopped_kernel_is_told_and_one_button_brings_the_lesson_back(voila_lesson: Lesson):
    item = voila_lesson.open().exercise("Your words")
    item.get_by_role("textbox").fill("Half a sen")
    item.get_by_text("Draft kept.").wait_for()
    _kill_kernel(voila_lesson)
    item.get_by_role("button", name="Carry on").click(timeout=30_000)
    item = voila_lesson.ready().exercise("Your words")
    wait_until(lambda: item.get_by_role("textbox").input_value() == "Half a sen")


def test_files_beside_the_lessons_are_not_given_out(voila_server: Server):
    for path in ("course/source/first-steps/items.json", "server.txt", "course/curriculum/course.yaml"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{voila_server.address}voila/files/{path}", timeout=20)
        assert refused.value.code == HTTPStatus.FORBIDDEN


def test_in_place_of_a_list_of_files_the_start_page_opens(voila_server: Server):
    with urllib.request.urlopen(voila_server.address, timeout=20) as page:
        assert "url=/voila/render/start.ipynb" in page.read().decode()
