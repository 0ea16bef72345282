"""The page to practise again: what comes back and why, the exercises, and what the learner tends to fall into."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

import anywidget
import traitlets

from curriculum_utils.again import look
from curriculum_utils.content import as_mapping, templates
from curriculum_utils.scoring import Scorer
from curriculum_utils.widgets.card import CARDS, Card
from curriculum_utils.widgets.jupyter import show_column
from curriculum_utils.widgets.record import ItemRecord
from curriculum_utils.widgets.repractice import WHYS, Shown, judge_of, log_of, modules_of, now_utc, page_state
from curriculum_utils.widgets.safe_words import SAFE
from curriculum_utils.widgets.scripts import script, static
from curriculum_utils.widgets.shared_scripts import send_scripts

_SENTENCES = (
    *WHYS,
    "again-about",
    "again-all",
    "again-alone",
    "again-as-often",
    "again-back",
    "again-back-today",
    "again-before",
    "again-counted",
    "again-criteria-intro",
    "again-criteria-title",
    "again-done",
    "again-fell",
    "again-finished",
    "again-gone",
    "again-how",
    "again-how-1",
    "again-how-2",
    "again-how-3",
    "again-how-4",
    "again-lately",
    "again-left-out",
    "again-less",
    "again-list",
    "again-look",
    "again-looking",
    "again-more",
    "again-more-often",
    "again-next",
    "again-next-today",
    "again-none-yet",
    "again-not-judged",
    "again-nothing-due",
    "again-nothing-missed",
    "again-open",
    "again-private",
    "again-problem",
    "again-section",
    "again-tasks",
    "again-tasks-of",
    "again-title",
    "again-traps-intro",
    "again-traps-none",
    "again-traps-title",
    "start-paused",
    *SAFE,
)


class AgainPart(anywidget.AnyWidget):
    """What stands above the exercises (`head`) or below them (`foot`); `state` is what `page_state` gives."""

    _esm = script("pages.js", "again.js")
    _css = static("again.css")

    part = traitlets.Unicode().tag(sync=True)
    sentences = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)


class AgainPage:
    """The page: its two parts and the exercises of the round between them."""

    def __init__(self, home: Path, scorer: Scorer) -> None:
        self._home, self._scorer = home, scorer
        self._judge = judge_of(home, scorer)
        self._number = 0
        self.shown: list[Shown] = []
        self.cards: list[Card] = []
        self.head, self.foot = (AgainPart(part=part, sentences=templates(_SENTENCES)) for part in ("head", "foot"))
        self._replace: Callable[[list[object]], None] | None = None
        self.begin()
        listen = cast(Callable[..., None], self.foot.on_msg)  # pyright: ignore[reportUnknownMemberType]
        listen(self._on_message)

    def show(self) -> None:
        """Display the page."""
        send_scripts()
        self._replace = show_column(self._parts(), "cu-again-page")

    def begin(self) -> None:
        """A new round: what is due now, each exercise blank."""
        self._number += 1
        since = now_utc()
        found = look(modules_of(self._home), self._judge, since)
        self.shown = [Shown(task, since) for task in found.round.tasks]
        self.cards = [self._card(one) for one in self.shown]
        self._judge.keep()
        self._tell(page_state(self._home, found, self.shown, self._number))

    def _card(self, shown: Shown) -> Card:
        task = shown.task
        release = task.studied.release
        again = log_of(self._home, release)
        record = ItemRecord(task.item, release, task.studied.folder, scorer=self._scorer, again=again)
        card = CARDS[task.item.exercise.type](record)
        # How sure one was decides when it comes back: asked of every item here, also where its lesson does not ask.
        card.content = {**card.content, "confidence": True}
        observe = cast(Callable[..., None], card.observe)  # pyright: ignore[reportUnknownMemberType]
        observe(self._on_answer, names="state")
        return card

    def _on_answer(self, change: object) -> None:
        state = as_mapping(as_mapping(change).get("new"))
        if not state.get("attempt") or state.get("looking"):
            return
        # The answer is saved and its feedback shown: what is told around it must not take that away.
        with suppress(Exception):
            found = look(modules_of(self._home), self._judge, now_utc())
            self._tell(page_state(self._home, found, self.shown, self._number))
            self._judge.keep()

    def _on_message(self, _widget: object, message: object, _buffers: object) -> None:
        if as_mapping(message).get("kind") != "more":
            return
        before = self.cards
        self.begin()
        if self._replace is not None:
            self._replace(self._parts())
        for card in before:
            card.close()

    def _parts(self) -> list[object]:
        return [self.head, *self.cards, self.foot]

    def _tell(self, state: dict[str, object]) -> None:
        self.head.state = self.foot.state = state
