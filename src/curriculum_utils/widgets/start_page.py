"""The start page: the learner's modules as cards, the way into each lesson, handing in, and what came back."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import anywidget
import traitlets

from curriculum_utils.content import as_mapping, direction, language, templates, words
from curriculum_utils.errors import CurriculumError
from curriculum_utils.widgets.handing_in import digest_of, fetch_feedback, hand_in, has_exchange
from curriculum_utils.widgets.progress import ModuleProgress, modules_in
from curriculum_utils.widgets.receipts import Receipt, keep_notice_read, notice_read
from curriculum_utils.widgets.scripts import script, static

_SENTENCES = (
    "start-title",
    "start-none",
    "start-minutes",
    "start-module-answered",
    "start-answered",
    "start-all-answered",
    "start-nothing-answered",
    "start-counts",
    "start-go-on",
    "start-begin",
    "start-finished",
    "start-hand-in",
    "start-hand-in-again",
    "start-hand-in-anyway",
    "start-not-yet",
    "start-handing-in",
    "start-unanswered-graded",
    "start-unanswered-practice",
    "start-changed",
    "start-receipt-exchange",
    "start-receipt-zip",
    "start-earlier-receipts",
    "start-feedback",
    "start-look-for-feedback",
    "start-looking-for-feedback",
    "start-no-feedback",
    "start-problem",
    "start-refresh",
    "start-notice-title",
    "start-notice-1",
    "start-notice-2",
    "start-notice-3",
    "start-notice-4",
    "start-notice-5",
    "start-notice-read",
    "start-notice-again",
    "start-paused",
    "start-plain",
    "offline-reconnecting",
    "button-carry-on",
)


class StartPage(anywidget.AnyWidget):
    """The modules in a learner's folder; `state` is read anew at each look, nothing is kept in memory."""

    _esm = script("start.js")
    _css = static("start.css")

    sentences = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, home: Path) -> None:
        self._home = home
        self._busy = threading.Lock()
        super().__init__(sentences=templates(_SENTENCES), state=state_of(home))
        listen = cast(Callable[..., None], self.on_msg)  # pyright: ignore[reportUnknownMemberType]
        listen(self._on_message)

    def _on_message(self, _widget: object, message: object, _buffers: object) -> None:
        told = as_mapping(message)
        kind, slug = told.get("kind"), str(told.get("module"))
        if kind == "look":
            # What was just said stays, and so does what is still going on.
            kept = {name: self.state.get(name) for name in ("said", "busy")}
            self.state = {**state_of(self._home), **kept}
        elif kind == "read":
            # Where it cannot be noted the notice comes again, which does no harm.
            with suppress(OSError):
                keep_notice_read(self._home, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
            self.state = {**state_of(self._home), "read": True}
        elif kind in ("hand-in", "feedback") and self._busy.acquire(blocking=False):
            # Not in the kernel's own thread: the page must go on answering while nbgrader takes its seconds.
            self.state = {**self.state, "busy": {"module": slug, "kind": kind}, "said": None}
            threading.Thread(target=self._do, args=(kind, slug), daemon=True).start()

    def _do(self, kind: str, slug: str) -> None:
        said: dict[str, object] = {"module": slug, "kind": kind, "problem": ""}
        try:
            module = next((one for one in modules_in(self._home) if one.slug == slug), None)
            if module is not None and kind == "hand-in":
                hand_in(self._home, module)
            elif module is not None:
                fetch_feedback(self._home, module)
        except CurriculumError as error:
            said["problem"] = str(error)
        except Exception as error:  # noqa: BLE001 - the learner must hear of it whatever it was
            refusal = "not-handed-in" if kind == "hand-in" else "feedback-not-fetched"
            said["problem"] = words(refusal, reason=f"{type(error).__name__}: {error}.")
        finally:
            self._busy.release()
            self.state = {**self.state, "busy": None, "said": said}
        with suppress(OSError, CurriculumError):
            self.state = {**state_of(self._home), "said": said}


def state_of(home: Path) -> dict[str, object]:
    """What the page draws."""
    return {
        "language": language(),
        "direction": direction(),
        "modules": [_module(home, module) for module in modules_in(home)],
        "exchange": has_exchange(),
        "read": notice_read(home),
        "busy": None,
        "said": None,
    }


def _module(home: Path, module: ModuleProgress) -> dict[str, object]:
    last = module.receipts[-1] if module.receipts else None
    return {
        "slug": module.slug,
        "title": module.title,
        "items": module.items,
        "answered": module.answered,
        "notebooks": [
            {
                "title": one.title,
                "path": one.path,
                "minutes": one.minutes,
                "items": one.items,
                "answered": one.answered,
                "graded": one.graded,
                "problem": one.problem,
            }
            for one in module.notebooks
        ],
        "unanswered": [
            {"title": one.title, "path": notebook.path}
            for notebook in module.notebooks
            for one in notebook.unanswered
            if one.graded
        ],
        "left_out": sum(not one.graded for notebook in module.notebooks for one in notebook.unanswered),
        "receipt": _receipt(last) if last is not None else None,
        "receipts": len(module.receipts),
        "changed": last is not None and last.digest != digest_of(home, module),
        "feedback": [{"title": title, "path": path} for title, path in module.feedback],
    }


def _receipt(receipt: Receipt) -> dict[str, object]:
    return {
        "at": receipt.at,
        "how": receipt.how,
        "answers": receipt.answers,
        "items": receipt.items,
        "digest": receipt.digest[:12],
        "file": receipt.file,
    }
