"""The measures of `bench/ui.py`, each a function from a stage to figures."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from drawn_replies import drawn
from ui_figures import Figure, memory_of, ratio_of_medians, sent_scripts
from ui_pages import EMPTY, Server, seen

from curriculum_utils.widgets.lab import EXTENSION, extension_folder

OPEN, TURN, BEFORE, AFTER = 1.3, 150.0, 60.0, 200.0  # targets: a ratio, ms, MB, MB
PAUSE = 400  # ms between the last key and the click, so that the draft is kept by then, as it is with people
# From a click to what `done` finds in the exercise, and the frame that shows it.
CLICK = """([section, button, done]) => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error(`nothing came: ${section.innerText}`)), 60000);
  const found = new Function('section', `return ${done}`);
  const begun = performance.now();
  const observer = new MutationObserver(() => {
    if (!found(section)) return;
    observer.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - begun));
  });
  observer.observe(section, { subtree: true, childList: true, characterData: true, attributes: true });
  button.click();
})"""
VERDICT = "!section.querySelector('.cu-form').checkVisibility() && section.querySelector('.cu-result .cu-verdict-line')"
# Why the client does not answer, where it does not.
REFUSED = "section.querySelector('.cu-form .cu-problem')?.textContent"


@dataclass(frozen=True)
class Stage:
    """What every measure needs. `many` is the module's lesson with most items, `talk` the one with sessions."""

    server: Server
    window: object
    many: str
    talk: str
    repetitions: int
    say: Callable[[str], None]

    @contextmanager
    def page(self, path: Path) -> Iterator[object]:
        """A notebook opened on a page; page and kernel are ended afterwards."""
        page = self.window.new_page()
        page.goto(self.server.address(path))
        yield page
        page.close()
        self.server.end_kernels()

    @contextmanager
    def lesson(self, name: str) -> Iterator[object]:
        with self.page(self.server.visit() / f"{name}.ipynb") as page:
            seen(page, "ready")
            yield page


def choose_stage(items: Sequence[dict]) -> tuple[str, str]:
    """The lesson with most practice items, among those with options and with written replies; the one with sessions."""
    practice = [one for one in items if one["exercise"]["use"] == "practice"]
    types = {name: {one["exercise"]["type"] for one in practice if one["notebook"] == name} for name in _lessons(items)}
    counts = Counter(one["notebook"] for one in practice)
    many = max((name for name in types if {"choose-move", "write-reply"} <= types[name]), key=counts.__getitem__)
    talk = next(name for name in types if "practice-session" in types[name])
    return many, talk


def opening(stage: Stage) -> list[Figure]:
    """Lessons and empty notebooks opened in turn; of each lesson also the memory and the first written reply."""
    live: list[float] = []
    whole: list[float] = []
    empty: list[float] = []
    again: list[float] = []
    bare: list[dict[str, float]] = []
    before: list[dict[str, float]] = []
    after: list[dict[str, float]] = []
    firsts: list[float] = []
    with stage.lesson(stage.many):
        pass  # fills the browser's cache
    replies = drawn(stage.repetitions)
    for number in range(stage.repetitions):
        folder = stage.server.visit()
        with stage.page(folder / f"{stage.many}.ipynb") as page:
            live.append(seen(page, "first"))
            whole.append(seen(page, "ready"))
            page.wait_for_timeout(1000)
            before.append(stage.server.kernel())
            firsts.append(_write(page, replies[number].reply))
            after.append(stage.server.kernel())
        with stage.page(folder.parent / EMPTY) as page:
            empty.append(seen(page, "idle"))
            page.wait_for_timeout(1000)
            bare.append(stage.server.kernel())
        with stage.page(folder / f"{stage.many}.ipynb") as page:
            again.append(seen(page, "first"))
        stage.say(f"opened {number + 1} of {stage.repetitions}: {live[-1]:.0f} ms, empty {empty[-1]:.0f} ms")
    told = f"{stage.many}, first visit, from the address to the first exercise drawn"
    over = "RSS of its kernel over that of the empty notebook's; 10^6 bytes"
    figures = [
        Figure("page to first live item", "ms", tuple(live), told),
        Figure("page to all items live", "ms", tuple(whole), "until the lesson page says that it is ready"),
        Figure("the same, coming back", "ms", tuple(again), "to the first exercise; some answers saved"),
        Figure("empty notebook", "ms", tuple(empty), "the same JupyterLab, until its kernel is idle"),
        Figure("first live item / empty notebook", "", (ratio_of_medians(live, empty),), "ratio of medians", OPEN),
        Figure("coming back / empty notebook", "", (ratio_of_medians(again, empty),), "ratio of medians", OPEN),
        Figure("first written reply to feedback", "ms", tuple(firsts), "click to verdict, the scorer still to load"),
        Figure("memory before a written reply", "MB", _over(before, bare, "Rss"), over, BEFORE),
        Figure("memory after it", "MB", _over(after, bare, "Rss"), "the same", AFTER),
        Figure("before, shared pages in part", "MB", _over(before, bare, "Pss"), "PSS in place of RSS"),
        Figure("after, shared pages in part", "MB", _over(after, bare, "Pss"), "PSS in place of RSS"),
        Figure("an empty notebook's kernel", "MB", tuple(one["Rss"] for one in bare), "RSS"),
    ]
    imported = _with_ipywidgets(stage)
    over = _over(before, [imported], "Rss")
    return [*figures, Figure("before, over a kernel with ipywidgets", "MB", over, "RSS; it ran: import ipywidgets")]


def choosing(stage: Stage) -> list[Figure]:
    """Click to feedback on an item with options, chosen otherwise each time."""
    times: list[float] = []
    with stage.lesson(stage.many) as page:
        section = page.locator("section.cu-choose-move").first
        for number in range(stage.repetitions + 1):
            if number:
                section.locator(".cu-actions button:not(.cu-primary)").click()
            options = section.locator(".cu-form .cu-choices:not(.cu-inline) input")
            options.nth(number % options.count()).check()
            page.wait_for_timeout(PAUSE)
            times.append(_timed(page, section, ".cu-actions .cu-primary", VERDICT))
    return [Figure("click to feedback, choose-move", "ms", tuple(times[1:]), "click to the frame that shows it")]


def writing(stage: Stage) -> list[Figure]:
    """Written replies after the first, and how long a key takes to be on disk."""
    times: list[float] = []
    keys: list[float] = []
    replies = drawn(stage.repetitions + 1)
    with stage.lesson(stage.many) as page:
        for reply in replies:
            times.append(_write(page, reply.reply))
        area = _write_again(page)
        for number in range(stage.repetitions):
            mark = f"mark{number}."
            area.fill(mark)
            page.wait_for_timeout(PAUSE + 300)
            page.evaluate(
                "(area) => area.addEventListener('input', () => { window.__key = Date.now(); }, {once: true})",
                area.element_handle(),
            )
            page.keyboard.press("x")
            while f"{mark}x" not in stage.server.drafts():
                time.sleep(0.001)
            keys.append(time.time() * 1000 - page.evaluate("window.__key"))
    return [
        Figure("written reply to feedback", "ms", tuple(times[1:]), "click to verdict, the scorer loaded"),
        Figure("key to draft on disk", "ms", tuple(keys), "300 ms of it by design: drafts are sent at most so often"),
    ]


def talking(stage: Stage) -> list[Figure]:
    """A reply in a session until the client's line is there."""
    times: list[float] = []
    replies = drawn(stage.repetitions + 1)
    with stage.lesson(stage.talk) as page:
        section = page.locator("section.cu-practice-session").first
        for reply in replies:
            if not section.locator(".cu-form textarea").is_visible():
                section.locator(".cu-actions button:not(.cu-primary)").click()
                section.locator(".cu-form .cu-turn .cu-link").first.click()
            section.locator(".cu-form textarea").fill(reply.reply)
            page.wait_for_timeout(PAUSE)
            lines = section.locator(".cu-form .cu-from-client").count()
            done = f"section.querySelectorAll('.cu-form .cu-from-client').length > {lines} || {REFUSED}"
            took = _timed(page, section, ".cu-write .cu-primary", done)
            if not page.evaluate(f"(section) => {REFUSED}", section.element_handle()):
                times.append(took)
            page.wait_for_timeout(PAUSE)
    how = "click to the frame that shows it, the reply saved before; the scorer loaded"
    return [Figure("turn to client's line", "ms", tuple(times[1:]), how, TURN, TURN)]


def sizes(stage: Stage) -> list[Figure]:
    """What of ours travels to the browser for one lesson, as its kernel's messages carry it."""
    frames: list[bytes | str] = []
    page = stage.window.new_page()
    # Playwright leaves a mark on what it calls, which a method of a list does not take.
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)))  # noqa: PLW0108
    page.goto(stage.server.address(stage.server.visit() / f"{stage.many}.ipynb"))
    seen(page, "ready")
    page.wait_for_timeout(500)
    page.close()
    stage.server.end_kernels()
    sent = sent_scripts(frames)
    how = f"{stage.many}, {len(sent)} widgets"
    figures = [
        Figure("JavaScript sent for a lesson", "kB", (sum(one["js"] for one in sent) / 1000,), f"_esm, {how}"),
        Figure("style sheets sent for a lesson", "kB", (sum(one["css"] for one in sent) / 1000,), f"_css, {how}"),
        Figure("all that its widgets bring", "kB", (sum(one["all"] for one in sent) / 1000,), f"states, {how}"),
        Figure("all messages of the kernel", "kB", (sum(map(len, frames)) / 1000,), "outputs among them"),
    ]
    for kind in sorted({one["type"] for one in sent}):
        own = [one for one in sent if one["type"] == kind]
        count = f"mean of {len(own)}" if len(own) > 1 else "one"
        figures.append(Figure(f"_esm of {kind}", "kB", (sum(one["js"] for one in own) / len(own) / 1000,), count))
    static = extension_folder() / "labextensions" / EXTENSION / "static"
    files = sum(path.stat().st_size for path in static.iterdir())
    figures.append(Figure("the lesson page's own files", "kB", (files / 1000,), "once a browser: script, style, words"))
    return figures


MEASURES: dict[str, Callable[[Stage], list[Figure]]] = {
    "sizes": sizes,
    "choosing": choosing,
    "writing": writing,
    "talking": talking,
    "opening": opening,
}


def _timed(page, section, button: str, done: str) -> float:
    handles = [section.element_handle(), section.locator(button).first.element_handle(), done]
    return float(page.evaluate(CLICK, handles))


def _write_again(page):
    """The first item for a written reply, with its form open."""
    section = page.locator("section.cu-write-reply").first
    area = section.locator(".cu-form textarea")
    if not area.is_visible():
        section.locator(".cu-actions button:not(.cu-primary)").click()
    return area


def _write(page, text: str) -> float:
    """Writes a reply and asks for feedback; milliseconds from the click to the verdict."""
    area = _write_again(page)
    area.fill(text)
    page.wait_for_timeout(PAUSE)
    return _timed(page, page.locator("section.cu-write-reply").first, ".cu-actions .cu-primary", VERDICT)


def _over(values: Sequence[dict[str, float]], bare: Sequence[dict[str, float]], name: str) -> tuple[float, ...]:
    floor = sorted(one[name] for one in bare)[len(bare) // 2]
    return tuple(one[name] - floor for one in values)


def _with_ipywidgets(stage: Stage) -> dict[str, float]:
    """Memory in MB of a kernel of the same environment that ran `import ipywidgets`."""
    code = (
        "from jupyter_client.manager import start_new_kernel\n"
        "manager, client = start_new_kernel(kernel_name='python3')\n"
        "client.execute_interactive('import ipywidgets', timeout=60)\n"
        "import time; time.sleep(1)\n"
        "print('SMAPS', open(f'/proc/{manager.provisioner.pid}/smaps_rollup').read())\n"
        "client.stop_channels(); manager.shutdown_kernel(now=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=stage.server.environment, capture_output=True, text=True, check=True
    )
    return memory_of(done.stdout.split("SMAPS", 1)[1])


def _lessons(items: Sequence[dict]) -> list[str]:
    return list(dict.fromkeys(one["notebook"] for one in items))


def items_of(module: Path) -> list[dict]:
    """The module's items as released."""
    return json.loads((module / "items.json").read_text("utf-8"))["items"]
