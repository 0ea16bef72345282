"""The plain pages on a real server: without JavaScript, beside the live pages, against forged forms, on a hub."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

import pytest
from axe_looks import found
from browser_pages import LOOK, SHOW, START_UP, TALK, Lesson, Server, wait_until
from pretest_form import BEFORE, FORM_A
from sample_client import TALK_FILES
from tiny_course import ANSWERS, FIX_REPLY, MODULE, WHOLE_REPLY

from curriculum_utils.widgets.lab import lab_settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that refuses forged forms, as one that learners use does."""
    course = FORM_A["course.yaml"].replace("minutes: 5}]", "minutes: 5}, {slug: 3-talk, minutes: 18}]")
    server = Server(changes={**TALK_FILES, **FORM_A, "course.yaml": course}, xsrf=True)
    yield server
    server.stop()


class PlainLesson(Lesson):
    """A learner's copy of the module, in a page without JavaScript."""

    def open(self, notebook: str = LOOK):
        self.page.goto(self.address(notebook))
        return self

    def address(self, notebook: str) -> str:
        folder = self.folder.relative_to(self.server.root).as_posix()
        return f"http://127.0.0.1:{self.server.port}/curriculum/plain/{folder}/{notebook}"

    def exercise(self, title: str):
        return self.page.get_by_role("region", name=title)

    def events(self, notebook: str = LOOK, *, graded: bool = False) -> list[tuple[object, ...]]:
        """What the log holds, without times; the order of options is each learner's own."""
        return [
            (e.kind, e.item, e.item_digest, e.attempt, e.learner, e.release, _unordered(dict(e.answer)))
            for e in self.log(notebook, graded=graded).events
        ]


def _unordered(answer: dict) -> dict:
    return {"order": sorted(answer["order"])} if "order" in answer else answer


def copy_of(server: Server, name: str) -> Path:
    folder = server.root / "learners" / f"l{abs(hash(name)) % 10**9}" / MODULE
    shutil.copytree(server.module, folder)
    return folder


@pytest.fixture
def plain(server: Server, browser, request: pytest.FixtureRequest) -> Iterator[PlainLesson]:
    context = browser.browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield PlainLesson(server, page, copy_of(server, request.node.name))
    context.close()


@pytest.fixture
def live(server: Server, browser, request: pytest.FixtureRequest) -> Iterator[PlainLesson]:
    """Another copy, in the live pages."""

    class LiveLesson(PlainLesson):
        open, exercise = Lesson.open, Lesson.exercise

    page = browser.new_page()
    page.set_default_timeout(20_000)
    yield LiveLesson(server, page, copy_of(server, f"{request.node.name} live"))
    page.close()


def answer_all(lesson: PlainLesson, button: str, mark) -> None:
    """Every item type of a lesson, answered with all that earns the points; `mark` marks the trap's words."""

    def send(item) -> None:
        item.get_by_role("button", name=button).click()

    item = lesson.exercise("The form, once more")
    item.get_by_role("radio", name="That form weighs on you").check()
    send(item)
    item = lesson.exercise("Your words")
    item.get_by_role("textbox", name="What would you say to Ines?").fill(WHOLE_REPLY)
    item.get_by_role("radio", name="fairly sure").check()
    send(item)
    item = lesson.exercise("Where does it turn?")
    mark(item)
    item.get_by_role("radio", name="Offers a fix").check()
    send(item)
    item = lesson.exercise("What they do")
    for name, reason in (("Fix it", "A."), ("Soothe", "B."), ("Meet the weight", "C.")):
        select = item.get_by_role("combobox", name=name)
        texts = {"A.": "planning", "B.": "comfort", "C.": "alone"}
        options = select.locator("option").all_inner_texts()
        select.select_option(label=next(one for one in options if texts[reason] in one))
    send(item)


def mark_plain(item) -> None:
    item.get_by_role("combobox", name="First word").select_option(label="What if you…")
    item.get_by_role("combobox", name="Last word").select_option(label="…the first page")


def mark_live(item) -> None:
    words = item.get_by_role("option")
    words.filter(has_text="What").click()
    words.filter(has_text="page").click(modifiers=["Shift"])


def whole(item: str) -> dict[str, object]:
    """The answer that earns all points, with the confidence that a written one is asked for."""
    return ANSWERS[item] | ({"confidence": 3} if item.endswith("write") else {})


def test_every_item_type_saves_what_the_live_page_saves(plain: PlainLesson, live: PlainLesson):
    plain.open(LOOK)
    answer_all(plain, "Check my answer", mark_plain)
    page = plain.page.locator("main").inner_text()
    for told in (
        "This fits.",
        "Your reply does all of what this move asks.",
        "You named the trap and marked its words.",
    ):
        assert told in page
    assert plain.page.get_by_role("button", name="Check my answer").count() == 0
    live.open(LOOK)
    answer_all(live, "Check my answer", mark_live)
    wait_until(lambda: len([e for e in live.events() if e[0] == "commit"]) == 4)
    for item in ("fs-choose", "fs-write", "fs-spot", "fs-match"):
        assert plain.commits(item) == live.commits(item) == [whole(item)]
    assert sorted(map(repr, plain.events())) == sorted(map(repr, live.events()))


def test_what_was_answered_on_a_plain_page_stands_on_the_live_one(plain: PlainLesson, browser):
    plain.open(LOOK)
    answer_all(plain, "Check my answer", mark_plain)
    plain.exercise("Your words").get_by_role("link", name="Try again").click()
    plain.exercise("Your words").get_by_role("textbox").fill("half a sen")
    plain.exercise("Your words").get_by_role("button", name="Keep it for later").click()
    # By the link on the page, as somebody who goes over to it.
    address = plain.page.get_by_role("link", name="Open the live lesson").get_attribute("href")
    page = browser.new_page()
    page.set_default_timeout(20_000)
    seen = Lesson(plain.server, page, plain.folder)
    page.goto(f"http://127.0.0.1:{plain.server.port}{address}")
    seen.ready()
    seen.exercise("The form, once more").get_by_text("This fits.").wait_for()
    seen.exercise("Where does it turn?").get_by_text("You named the trap and marked its words.").wait_for()
    assert seen.exercise("Your words").get_by_role("textbox").input_value() == "half a sen"
    # And back.
    page.get_by_role("link", name="Plain page").click()
    page.get_by_role("heading", name="Look", level=1).wait_for()
    assert page.url == plain.address(LOOK)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert found(page, "body") == []
    page.close()


def test_graded_items_and_those_before_the_module_are_saved_and_nothing_is_said_of_them(plain: PlainLesson):
    for notebook, prefix in ((SHOW, "fs-a"), (BEFORE, "fs-0")):
        plain.open(notebook)
        answer_all(plain, "Save answer", mark_plain)
        for kind in ("choose", "write", "spot", "match"):
            saved = plain.commits(f"{prefix}-{kind}", notebook, graded=True)
            assert saved == [whole(f"fs-a-{kind}")]
        page = plain.page.locator("main").inner_text()
        for told in ("This fits.", "Your reply does", "You named the trap", "pairs fit", "Try again"):
            assert told not in page
    assert plain.page.get_by_role("textbox").count() == 0  # the pre-test takes no second answer


def say(item, text: str) -> None:
    item.get_by_role("textbox", name="What you say to Noor").fill(text)
    item.get_by_role("button", name="Say it").click()


def test_a_session_is_had_to_its_end_and_saved_as_the_live_page_saves_it(plain: PlainLesson, live: PlainLesson):
    replies = [(FIX_REPLY, "And there's the list."), (WHOLE_REPLY, "curious 1."), (WHOLE_REPLY, "trusting 1.")]
    for lesson, back in ((plain, "Go back to turn 1"), (live, "Go back to here")):
        lesson.open(TALK)
        item = lesson.exercise("A session with Noor")
        for at, (text, line) in enumerate(replies):
            say(item, text)
            item.get_by_text(line).first.wait_for()
            if at == 0:
                item.get_by_role("button", name=back).first.click()
                item.get_by_text(line).first.wait_for(state="hidden")
        say(item, WHOLE_REPLY)
        item.get_by_text("The session ended well, after 3 of your replies.").wait_for()
        assert item.get_by_role("button", name="Say it").filter(visible=True).count() == 0
    arc = plain.exercise("A session with Noor").locator("ol.arc li").all_inner_texts()
    assert arc == ["Curious now (2)", "Trusting now (3)", "In-Touch now (4)"]
    kinds = [event[0] for event in plain.events(TALK) if event[0] != "shown"]
    assert kinds == ["turn", "branch", "turn", "turn", "turn", "commit"]
    assert plain.events(TALK) == live.events(TALK)


def test_to_load_the_page_again_sends_nothing_twice(plain: PlainLesson):
    plain.open(LOOK)
    item = plain.exercise("The form, once more")
    item.get_by_role("radio", name="That form weighs on you").check()
    item.get_by_role("button", name="Check my answer").click()
    assert plain.page.url.endswith(f"/{LOOK}#fs-choose-answer")
    plain.page.reload()
    item.get_by_text("This fits.").wait_for()
    assert len(plain.commits("fs-choose")) == 1


def test_what_was_typed_stands_there_when_it_could_not_be_saved(plain: PlainLesson):
    (plain.folder / "responses").write_text("in the way")
    plain.open(LOOK)
    item = plain.exercise("Your words")
    item.get_by_role("textbox").fill("What is it like?")
    item.get_by_role("button", name="Check my answer").click()
    told = plain.page.get_by_role("alert").inner_text()
    assert "All that you saved before is safe. This was not saved:" in told
    assert item.get_by_role("textbox").input_value() == "What is it like?"
    assert plain.page.title().startswith("Not done: ")
    # Once the trouble is gone, the same form goes through.
    (plain.folder / "responses").unlink()
    item.get_by_role("button", name="Check my answer").click()
    assert plain.commits("fs-write") == [{"text": "What is it like?"}]


def test_from_the_start_page_a_module_is_handed_in_and_its_file_loaded(plain: PlainLesson):
    plain.page.goto(plain.address(LOOK).removesuffix(f"{MODULE}/{LOOK}"))
    plain.page.get_by_role("button", name="Hand in this module").click()
    assert plain.page.get_by_role("heading", name="Hand in this module").count() == 1
    plain.page.get_by_role("button", name="Hand in as it is").click()
    (file,) = plain.folder.parent.glob("to-hand-in/*.zip")
    with plain.page.expect_download() as download:
        plain.page.get_by_role("link", name=file.name).click()
    assert Path(download.value.path()).read_bytes() == file.read_bytes()


def ask(address: str, data: dict[str, str] | None = None, cookie: str = "") -> tuple[int, str, dict[str, str]]:
    """Status, page and headers of a request that no browser made."""
    body = None if data is None else urllib.parse.urlencode(data).encode()
    request = urllib.request.Request(address, body, {"Cookie": cookie})
    opener = urllib.request.build_opener(_Stay())
    try:
        with opener.open(request, timeout=30) as reply:
            return reply.status, reply.read().decode(), dict(reply.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


def test_a_forged_form_is_refused_and_gives_back_what_was_typed(plain: PlainLesson):
    address = plain.address(LOOK)
    fields = {"item": "fs-write", "do": "commit", "text": "<b>What is it like?</b>"}
    _, page, headers = ask(address)
    token = page.split('name="_xsrf" value="')[1].split('"')[0]
    cookie = f"_xsrf={token}"
    for data, sent in (
        (fields, ""),
        (fields, cookie),
        (fields | {"_xsrf": "2|forged"}, cookie),
        (fields | {"_xsrf": token}, ""),
    ):
        status, told, _ = ask(address, data, sent)
        assert status == HTTPStatus.FORBIDDEN
        assert "Nothing was saved." in told
        assert "&lt;b&gt;What is it like?&lt;/b&gt;</textarea>" in told
    assert plain.commits("fs-write") == []
    status, _, _ = ask(address, fields | {"_xsrf": token}, cookie)
    assert status == HTTPStatus.SEE_OTHER
    assert plain.commits("fs-write") == [{"text": "<b>What is it like?</b>"}]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_forms_that_arrive_at_once_are_all_saved_and_none_of_them_twice(plain: PlainLesson):
    address = plain.address(LOOK)
    _, page, _ = ask(address)
    token = page.split('name="_xsrf" value="')[1].split('"')[0]
    form = {"_xsrf": token, "do": "commit", "attempt": "1"}
    sent = [{**form, "item": "fs-write", "text": WHOLE_REPLY}, {**form, "item": "fs-choose", "option": "b"}] * 4
    with ThreadPoolExecutor(len(sent)) as browsers:
        replies = list(browsers.map(lambda fields: ask(address, fields, f"_xsrf={token}"), sent))
    assert {status for status, _, _ in replies} == {HTTPStatus.SEE_OTHER}
    assert plain.commits("fs-write") == [{"text": WHOLE_REPLY}]
    assert plain.commits("fs-choose") == [{"option": "b"}]
    assert plain.log().chain_intact


@pytest.mark.parametrize(
    "way", ["../course/source", "%2e%2e/%2e%2e/etc", "..%2f..%2fetc/passwd", "%00", "%ff", "home/.local/"]
)
def test_an_address_made_up_gives_a_plain_page_and_nothing_of_the_disk(server: Server, way: str):
    status, page, _ = ask(f"http://127.0.0.1:{server.port}/curriculum/plain/{way}")
    assert status in (HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST)
    assert "<script" not in page
    assert "root:" not in page


# A hub


@pytest.fixture
def hub(server: Server, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A plain `jupyter lab` in a home full of other files, with nothing set but what the operators' page says."""
    home = tmp_path / "home"
    (home / ".ipython" / "profile_default" / "startup").mkdir(parents=True)
    (home / ".ipython" / "profile_default" / "startup" / "scorer.py").write_text(START_UP, "utf-8")
    (home / "numpy.py").write_text("raise SystemExit('a stray file')")
    (home / "random.py").write_text("")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "JUPYTER"))}
    settings = {"HOME": str(home), "CURRICULUM_HOME": "curriculum", "CURRICULUM_LEARNER": "robin", **lab_settings({})}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Not by `python -m`, which would itself import what lies in the folder that it is called from.
    program = str(Path(sys.executable).with_name("jupyter-lab"))
    command = [program, "--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0", "--IdentityProvider.token=secret"]
    command += ["--LabApp.default_url=/doc/tree/curriculum/start.ipynb"]
    with (tmp_path / "server.txt").open("w") as output:
        process = subprocess.Popen(
            command, cwd=home, env=inherited | settings, stdout=output, stderr=output, start_new_session=True
        )
        try:
            wait_until(lambda: _up(port), 60)
            yield port, home
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _up(port: int) -> bool:
    with suppress(OSError):
        return ask(f"http://127.0.0.1:{port}/login")[0] == HTTPStatus.OK
    return False


def test_on_a_hub_the_start_page_starts_by_itself_among_other_files(hub: tuple[int, Path], server: Server, browser):
    port, home = hub
    assert (home / "curriculum" / "start.ipynb").is_file()
    shutil.copytree(server.module, home / "curriculum" / MODULE)
    # Whoever has not logged in is asked to, and sees nothing.
    status, _, headers = ask(f"http://127.0.0.1:{port}/curriculum/plain/curriculum/")
    assert (status, headers["Location"].split("?")[0]) == (HTTPStatus.FOUND, "/login")
    page = browser.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"http://127.0.0.1:{port}/?token=secret")
    page.get_by_role("link", name="Begin with: Before").wait_for()
    assert page.get_by_role("button", name="Start the lesson").count() == 0
    # The plain pages find the same folder from the server's root.
    page.goto(f"http://127.0.0.1:{port}/curriculum/plain")
    page.get_by_role("link", name="Begin with: Before").click()
    page.get_by_role("heading", name="Before", level=1).wait_for()
    page.close()
