"""What one learner did with one item: read from the log and the drafts, and written to them. No Jupyter here."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from curriculum_utils.content import Item, ReleasedModule, as_list, as_mapping, words
from curriculum_utils.errors import AnswerError, LogNotSaved, LogUnreadable
from curriculum_utils.items import Answer, Marking, Outcome, assess, type_of
from curriculum_utils.items.narrow import is_a
from curriculum_utils.items.practice_session import PracticeSessionAnswer, shown_turns
from curriculum_utils.items.session_turn import next_turn
from curriculum_utils.responses import (
    Drafts,
    Event,
    LogContents,
    ResponseLog,
    log_path,
    option_order,
    private_details,
    standing_contest,
)
from curriculum_utils.scoring import Scorer
from curriculum_utils.scoring.remembered import RememberingScorer
from curriculum_utils.widgets.contesting import save_contest
from curriculum_utils.widgets.drawing import feedback_of, label_names
from curriculum_utils.widgets.drawing_returned import returned_of
from curriculum_utils.widgets.place import answers_folder, learner_id
from curriculum_utils.widgets.returned import returns

MAX_EARLIER = 3  # earlier attempts that the page shows below the last one


class ItemRecord:
    """One item of a release and its learner's log; nothing is kept in memory that the log does not hold."""

    def __init__(
        self,
        item: Item,
        release: ReleasedModule,
        folder: Path,
        *,
        scorer: Scorer,
        drafts: Drafts | None = None,
        learner: str | None = None,
        again: Path | None = None,
    ) -> None:
        """As given; `again` is the log of re-practice, where each showing of an answered item begins afresh."""
        self.item = item
        self.vocabulary = release.vocabulary
        self._release, self._folder = release, folder
        self.kind = type_of(item)
        self._scorer = RememberingScorer(scorer)
        self._drafts = drafts or Drafts()
        self._afresh = again is not None
        path = again or log_path(answers_folder(folder), item.notebook, assessed=item.assessed)
        # One log for items of many notebooks: named for itself, so that a new header need not stand above each answer.
        notebook = item.notebook if again is None else again.parent.name
        self._log = ResponseLog(path, learner=learner or learner_id(), notebook=notebook, release=release.release)

    def order(self) -> list[str]:
        """The learner's own order of the item's options; recorded when the item is shown for the first time.

        Where the log cannot be written the order still holds for this item, and the next `commit` says what is wrong.
        """
        ids = self.kind.orderable(self.item)
        try:
            contents = self._log.read()
            shown = contents.shown(self.item.id)
            seen = [] if shown is None else [str(name) for name in as_list(shown.answer.get("order"))]
            kept = seen if sorted(seen) == sorted(ids) else option_order(self._log.log_id, self.item.id, ids)
            over = self._afresh and self._last(contents) is not None
            if shown is None or shown.item_digest != self.item.digest or seen != kept or over:
                self._log.append("shown", self.item.id, self.item.digest, {"order": kept} if ids else {})
        except (LogNotSaved, LogUnreadable):
            return option_order("", self.item.id, ids)
        return kept

    def last_answer(self) -> Answer | None:
        """The last answer that was saved, as it was recorded.

        Raises:
            LogUnreadable: as `read_log`.
        """
        commit = self._last(self._log.read())
        return None if commit is None else commit.answer

    def state(self, *, with_feedback: bool = True) -> dict[str, object]:
        """All that the page needs to show the item as the learner left it, as JSON.

        Args:
            with_feedback: score the answers; False between saving an answer and scoring it.
        """
        try:
            contents = self._log.read()
        except LogUnreadable as error:
            return self._empty() | {"problem": words("log-unreadable", reason=str(error))}
        last = self._last(contents)
        state = self._empty() | {"next": contents.next_attempt(self.item.id), "returned": self.returned()}
        if contents.header is not None:
            state["log"] = contents.header.log
            state["draft"] = self._draft(contents.header.log, contents.next_attempt(self.item.id))
        if last is None:
            return state
        answer, current = self._parsed(last.answer), last.item_digest == self.item.digest
        state |= {"attempt": last.attempt, "at": last.at, "answer": answer, "stale": not current}
        if not current:
            state["notice"] = words("answer-again" if answer is None else "stale-item")
        elif not self.item.assessed and answer is not None and with_feedback:
            state |= self._feedback(last, contents)
        return state

    def returned(self) -> dict[str, object] | None:
        """What came back of the graded item, as the page draws it; None before anything has."""
        if not self.item.graded:
            return None
        try:
            found = returns(self._folder, self._release).get(self.item.notebook)
            item = None if found is None or found.page is None else found.page.item(self.item.id)
            if found is None or found.page is None or item is None:
                return None
            log = self._log.read()
            last, contest = log.last_commit(self.item.id), standing_contest(log, self.item.id)
            now = None if last is None else last.answer
            return returned_of(self.item, item, found.page.submitted, now, self.vocabulary, contest)
        except Exception:  # noqa: BLE001 - whatever a file in the folder holds, the exercise itself is shown
            return None

    def contest(self, label: str, reason: str, grade: str) -> None:
        """Save what the learner sees differently in what came back; arguments and errors as for `save_contest`."""
        save_contest(self._log, self.item, self.returned(), label, reason, grade)

    def commit(self, answer: Answer) -> Event:
        """Save an answer; it is on disk when this returns.

        Raises:
            AnswerError: it does not fit the item, and was not saved.
            LogNotSaved: as `ResponseLog.append`.
        """
        if self.kind.is_blank(answer):
            raise AnswerError(words(f"blank-{self.kind.name}"))
        self.kind.parse(self.item, answer)
        event = self._log.append("commit", self.item.id, self.item.digest, answer)
        self._drafts.discard(self._log.log_id, self.item.id)
        return event

    def private_details(self, answer: Answer) -> list[dict[str, str]]:
        """What in the learner's own words looks like a real client's details: `kind` and `words` of each, once.

        To be asked before `commit`, and before `turn` with `{"text": …}`. What already stands among this item's
        saved words was said to be invented then, and is not asked about again.
        """
        found = [(one.kind, text[one.start : one.end]) for text in own_words(answer) for one in private_details(text)]
        if not found:
            return []
        try:
            events = [event for event in self._log.read().events if event.item == self.item.id]
        except LogUnreadable:
            events = []
        saved = [text for event in events for text in own_words(event.answer)]
        new = (one for one in dict.fromkeys(found) if not any(one[1] in text for text in saved))
        return [{"kind": kind, "words": said} for kind, said in new]

    def turn(self, before: Sequence[object], text: str) -> dict[str, object]:
        """The next turn of a practice session as the page draws it; it is on disk when this returns.

        Args:
            before: the turns that this one follows, as the page has them.
        Raises:
            AnswerError: the reply cannot be answered, and nothing was saved.
            LogNotSaved: as `ResponseLog.append`.
        """
        if not text.strip():
            raise AnswerError(words(f"blank-{self.kind.name}"))
        turns = is_a(PracticeSessionAnswer, self.kind.parse(self.item, {"turns": [*before]})).turns
        new, labels = next_turn(self.item, self.vocabulary, self._scorer, turns, text.strip())
        number = len(turns) + 1
        said = {"number": number, **new.model_dump(mode="json"), "labels": list(labels)}
        self._log.append("turn", self.item.id, self.item.digest, said)
        drawn = shown_turns(self.item.client, (*turns, new))[-1]
        return drawn if self.item.assessed else drawn | {"labels": label_names(labels, self.vocabulary)}

    def branch(self, turn: int) -> None:
        """Record that the learner went back to a turn of a practice session, counted from 1, to try it otherwise.

        Raises:
            LogNotSaved: as `ResponseLog.append`.
        """
        self._log.append("branch", self.item.id, self.item.digest, {"turn": turn})

    def keep_draft(self, attempt: int, answer: Answer, at: float) -> bool:
        """Keep what is not sent yet; False where that attempt was sent meanwhile, in another window: nothing is kept.

        Args:
            at: the browser's clock in milliseconds.
        Raises:
            LogNotSaved: as `Drafts.save`, or as `ResponseLog.log_id`.
            LogUnreadable: as `read_log`.
        """
        contents = self._log.read()
        following = contents.next_attempt(self.item.id)
        if attempt < following:
            return False
        log_id = self._log.log_id if contents.header is None else contents.header.log
        # A page that was open while the learner deleted their practice still counts from the attempts that are gone.
        attempt = min(attempt, following)
        self._drafts.save(log_id, self.item.id, attempt, {"at": at, "answer": dict(answer)})
        return True

    def forget_draft(self) -> None:
        """Forget what is not sent yet.

        Raises:
            LogNotSaved: as `ResponseLog.log_id`.
        """
        self._drafts.discard(self._log.log_id, self.item.id)

    def outcome(self, answer: Answer | None) -> Outcome | None:
        """What scoring says of an answer; None for an assessed item, whose key is not here."""
        if self.item.assessed or answer is None:
            return None
        return assess(self.item, answer, Marking(self.vocabulary, self._scorer))

    def _feedback(self, last: Event, contents: LogContents) -> dict[str, object]:
        """The feedback on the last attempt and what was said of those before it, or why there is none."""
        try:
            return {"feedback": self._drawn(last.answer), "earlier": self._earlier(last, contents)}
        except Exception as error:  # noqa: BLE001 - whatever fails in scoring, the learner is told and goes on
            return {"problem": words("feedback-failed", reason=str(error) or type(error).__name__)}

    def _earlier(self, last: Event, contents: LogContents) -> list[dict[str, object]]:
        same = [event for event in self._commits(contents) if event.item_digest == self.item.digest]
        earlier: list[dict[str, object]] = []
        for event in reversed(same):
            answer = self._parsed(event.answer)
            if event.line < last.line and answer is not None and len(earlier) < MAX_EARLIER:
                drawn = self._drawn(event.answer)
                earlier.append({"attempt": event.attempt, "at": event.at, "answer": answer, "feedback": drawn})
        return earlier

    def _commits(self, contents: LogContents) -> list[Event]:
        """The answers that are shown: all of them, in re-practice those since the item came back."""
        shown = contents.shown(self.item.id) if self._afresh else None
        return [event for event in contents.commits(self.item.id) if shown is None or event.line > shown.line]

    def _last(self, contents: LogContents) -> Event | None:
        return next(iter(self._commits(contents)[-1:]), None)

    def _drawn(self, answer: Answer) -> dict[str, object]:
        outcome = self.outcome(answer)
        return {} if outcome is None else feedback_of(self.item, answer, outcome, self.vocabulary)

    def _parsed(self, raw: Mapping[str, object]) -> dict[str, object] | None:
        try:
            return self.kind.drawn_answer(self.item, self.kind.parse(self.item, raw))
        except AnswerError:
            return None

    def _draft(self, log: str, attempt: int) -> dict[str, object] | None:
        kept = self._drafts.load(log, self.item.id, attempt)
        if kept is None:
            return None
        at = kept.get("at")
        return {"at": at if isinstance(at, int | float) else 0, "answer": as_mapping(kept.get("answer"))}

    @staticmethod
    def _empty() -> dict[str, object]:
        return {
            "log": "",
            "attempt": 0,
            "next": 1,
            "at": "",
            "answer": None,
            "stale": False,
            "notice": "",
            "feedback": None,
            "earlier": [],
            "draft": None,
            "returned": None,
            "problem": "",
            "handled": "",
        }


def own_words(answer: Answer) -> list[str]:
    """What the learner wrote in an answer, a turn or a draft of any type; what the client says is not theirs."""
    texts = [answer.get("text"), *(as_mapping(turn).get("text") for turn in as_list(answer.get("turns")))]
    return [text for text in texts if isinstance(text, str)]
