"""The start page: the learner's modules as cards, the way into each lesson, handing in, and what came back."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import anywidget
import traitlets

from curriculum_utils.content import as_mapping, direction, language, templates, words
from curriculum_utils.errors import CurriculumError
from curriculum_utils.items.due import utc_text
from curriculum_utils.widgets.drawing import COURSE_LANGUAGE
from curriculum_utils.widgets.handing_in import digest_of, fetch_feedback, hand_in, has_exchange
from curriculum_utils.widgets.my_data_panel import ASKED, answer_page
from curriculum_utils.widgets.my_data_panel import SENTENCES as _DATA_SENTENCES
from curriculum_utils.widgets.offers import OFFER_SENTENCES, Offer, look, take
from curriculum_utils.widgets.progress import LessonBack, ModuleProgress, modules_in
from curriculum_utils.widgets.receipts import Receipt, deleted_since, keep_notice_read, notice_read
from curriculum_utils.widgets.releases import unreadable
from curriculum_utils.widgets.repractice import line_of
from curriculum_utils.widgets.safe_words import SAFE
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
    "start-receipt-file",
    "start-earlier-receipts",
    "start-feedback",
    "start-returned-total",
    "start-returned-waiting",
    "start-returned-joined",
    "start-returned-in-lessons",
    "start-returned-page",
    "start-due",
    "start-was-due",
    *(f"start-due-{how}" for how in ("before", "after", "both", "file-before", "file-after", "file-both", "none")),
    "start-look-for-feedback",
    "start-looking-for-feedback",
    "start-no-feedback",
    "start-problem",
    "start-again",
    "start-again-due",
    "start-again-next",
    "start-again-next-today",
    "start-again-nothing",
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
    *SAFE,
    *OFFER_SENTENCES,
    "start-plain",
)


class StartPage(anywidget.AnyWidget):
    """The modules in a learner's folder; `state` is read anew at each look, nothing is kept in memory."""

    _esm = script("pages.js", "my_data.js", "start.js")
    _css = static("start.css")

    sentences = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, home: Path) -> None:
        self._home = home
        self._busy = threading.Lock()
        self._looking = threading.Lock()
        self._writing = threading.Lock()
        self._opened = False
        self._offers: list[Offer] = []
        super().__init__(sentences=templates((*_SENTENCES, *_DATA_SENTENCES)), state=state_of(home))
        listen = cast(Callable[..., None], self.on_msg)  # pyright: ignore[reportUnknownMemberType]
        listen(self._on_message)

    def _on_message(self, _widget: object, message: object, _buffers: object) -> None:
        told = as_mapping(message)
        kind, slug = told.get("kind"), str(told.get("module"))
        if kind == "look":
            # What was just said stays, and so does what is still going on.
            self._tell(fresh=True)
            if told.get("everywhere"):
                self._look_everywhere(fetch_new=True)
        elif kind == "opened" and not self._opened:
            self._opened = True
            self._look_everywhere(fetch_new=False)
        elif kind == "read":
            # Where it cannot be noted the notice comes again, which does no harm.
            with suppress(OSError):
                keep_notice_read(self._home, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
            self._tell(fresh=True, read=True, said=None)
        elif kind in ASKED:
            self._on_my_data(str(kind))
        elif kind in ("hand-in", "feedback", "take") and self._busy.acquire(blocking=False):
            # Not in the kernel's own thread: the page must go on answering while nbgrader takes its seconds.
            self._tell(busy={"module": slug, "kind": kind}, said=None)
            threading.Thread(target=self._do, args=(kind, slug), daemon=True).start()

    def _on_my_data(self, kind: str) -> None:
        # Not while a module is being handed in: what is deleted meanwhile would be in it by halves.
        if not self._busy.acquire(blocking=False):
            return
        try:
            told = answer_page(kind, self._home)
        finally:
            self._busy.release()
        cast(Callable[..., None], self.send)(told)  # pyright: ignore[reportUnknownMemberType]
        if kind == "practice-delete":
            with suppress(OSError, CurriculumError):
                self._tell(fresh=True, said=None)

    def _tell(self, *, fresh: bool = False, **changes: object) -> None:
        """Changes what the page draws. One thread at a time: each goes on from what the one before it said.

        Args:
            fresh: reads the learner's folder anew first; what was said and what is going on stays.
        """
        with self._writing:
            going_on = {name: self.state.get(name) for name in ("said", "busy", "offers", "looking")}
            before = {**state_of(self._home), **going_on} if fresh else self.state
            self.state = {**before, **changes}

    def _do(self, kind: str, slug: str) -> None:
        said: dict[str, object] = {"module": slug, "kind": kind, "problem": ""}
        try:
            module = next((one for one in modules_in(self._home) if one.slug == slug), None)
            if kind == "take":
                take(self._home, slug)
                self._offers = [one for one in self._offers if one.get("module") != slug]
            elif module is not None and kind == "hand-in":
                hand_in(self._home, module)
            elif module is not None:
                fetch_feedback(self._home, module)
        except CurriculumError as error:
            said["problem"] = str(error)
        except Exception as error:  # noqa: BLE001 - the learner must hear of it whatever it was
            refusal = _REFUSALS[kind]
            said["problem"] = words(refusal, reason=f"{type(error).__name__}: {error}.")
        finally:
            self._busy.release()
            self._tell(busy=None, said=said, offers=self._offers)
        with suppress(OSError, CurriculumError):
            self._tell(fresh=True)

    def _look_everywhere(self, *, fetch_new: bool) -> None:
        """Looks in the background whether the exchange has something that the learner's folder lacks."""
        # What the learner asks for comes after the page's own look, where that is not over yet.
        if has_exchange() and (fetch_new or not self._looking.locked()):
            # Only what the learner asked for is spoken of.
            self._tell(looking=fetch_new)
            threading.Thread(target=self._look_now, args=(fetch_new,), daemon=True).start()

    def _look_now(self, fetch_new: bool) -> None:  # noqa: FBT001 - a thread's target
        said: dict[str, object] = {"kind": "look", "module": "", "problem": "", "count": 0}
        self._looking.acquire()
        try:
            self._tell(looking=fetch_new)
            self._offers, said["count"] = look(self._home, fetch_new=fetch_new)
        except Exception as error:  # noqa: BLE001 - the learner must hear of it whatever it was
            said["problem"] = str(error)
        finally:
            self._looking.release()
            self._tell(looking=False, offers=self._offers)
            if fetch_new:
                self._tell(said=said)
        if said["count"]:
            with suppress(OSError, CurriculumError):
                self._tell(fresh=True)


_REFUSALS = {"hand-in": "not-handed-in", "feedback": "feedback-not-fetched", "take": "safe-not-taken"}


def state_of(home: Path) -> dict[str, object]:
    """What the page draws."""
    return {
        "language": language(),
        "direction": direction(),
        "course_language": COURSE_LANGUAGE,
        "modules": [_module(home, module) for module in modules_in(home)],
        "exchange": has_exchange(),
        "read": notice_read(home),
        "unreadable": unreadable(home),
        "offers": [],
        "looking": False,
        "again": _again(home),
        "busy": None,
        "said": None,
    }


def _again(home: Path) -> dict[str, object] | None:
    try:
        return line_of(home)
    except Exception:  # noqa: BLE001 - one line less; modules and handing in must not depend on it
        return None


def _module(home: Path, module: ModuleProgress) -> dict[str, object]:
    last = module.receipts[-1] if module.receipts else None
    digest = digest_of(home, module) if last is not None else ""
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
                "missing": not (home / one.path).is_file(),
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
        "changed": last is not None and last.digest != digest and not deleted_since(home, module.slug, digest),
        "feedback": [
            {"title": one.title, "path": one.page, "lesson": one.lesson, "total": _total([one])} for one in module.back
        ],
        "total": _total(module.back),
        "due": utc_text(module.due) if module.due is not None else "",
        "due_met": _due_met(module, module.due) if module.due is not None else "",
    }


def _total(back: Sequence[LessonBack]) -> dict[str, object] | None:
    """The points of what came back, and how many answers still wait; None where nothing says."""
    pages = [one.data for one in back if one.data is not None and one.data.items]
    if not pages:
        return None
    return {
        "points": round(sum(page.score for page in pages), 2),
        "maximum": round(sum(page.maximum for page in pages), 2),
        "waiting": sum(item.waiting for page in pages for item in page.items),
    }


def _due_met(module: ModuleProgress, due: datetime) -> str:
    """Whether it was handed in before it was due, as the end of a sentence's key."""
    before = [receipt for receipt in module.receipts if receipt.at <= utc_text(due)]
    after = [receipt for receipt in module.receipts if receipt not in before]
    met = "both" if before and after else "before" if before else "after" if after else "none"
    # Nobody knows here when a file was passed on.
    return f"file-{met}" if any(receipt.how == "zip" for receipt in module.receipts) else met


def _receipt(receipt: Receipt) -> dict[str, object]:
    return {
        "at": receipt.at,
        "how": receipt.how,
        "answers": receipt.answers,
        "items": receipt.items,
        "digest": receipt.digest[:12],
        "file": receipt.file,
    }
