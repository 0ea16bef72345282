"""The live exercise on the page: one anywidget per item type, joining the page's script to an ItemRecord.

Python holds the state and the page draws it. Whatever fails in here is told on the page: an exception in a
message handler would be seen by nobody.
"""

from collections.abc import Callable, Mapping
from typing import cast

import anywidget
import traitlets

from curriculum_utils.content import as_list, as_mapping, as_sentence, words
from curriculum_utils.errors import AnswerError, LogNotSaved, LogUnreadable
from curriculum_utils.widgets.drawing import content_of, sentences
from curriculum_utils.widgets.jupyter import show_replaceable_html, show_widget
from curriculum_utils.widgets.record import ItemRecord
from curriculum_utils.widgets.saved_copy import saved_copy
from curriculum_utils.widgets.shared_scripts import LOADER, send_scripts


class Card(anywidget.AnyWidget):
    """An exercise; `state` is what `ItemRecord.state` gives, `content` and `sentences` never change."""

    _esm = LOADER

    content = traitlets.Dict().tag(sync=True)
    sentences = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, record: ItemRecord) -> None:
        order = record.order()
        super().__init__(
            content=content_of(record.item, order, record.vocabulary),
            sentences=sentences(record.item),
            state=record.state(),
        )
        self._record = record
        self._replace_copy: Callable[[str], None] | None = None
        listen = cast(Callable[..., None], self.on_msg)  # pyright: ignore[reportUnknownMemberType]
        listen(self._on_message)

    def show(self) -> None:
        """Display the exercise, and beside it a copy of the answer that is seen where no kernel runs."""
        self._replace_copy = show_replaceable_html(saved_copy(self._record))
        send_scripts()
        show_widget(self)

    def _on_message(self, _widget: object, message: object, _buffers: object) -> None:
        told = as_mapping(message)
        answer = as_mapping(told.get("answer"))
        if told.get("kind") == "commit":
            self._commit(answer, str(told.get("token")), despite=told.get("despite") is True)
        elif told.get("kind") == "draft":
            self._keep_draft(told, answer)
        elif told.get("kind") == "scripts":
            send_scripts(again=True)
        elif told.get("kind") == "afresh":
            self.state = self._record.state()
            self._refresh_copy()
        elif told.get("kind") == "look":
            # Feedback may have been fetched while the page was open.
            self.state = {**self.state, "returned": self._record.returned()}
        elif told.get("kind") == "contest":
            self._contest(told)
        else:
            self._on_other(told)

    def _contest(self, told: Mapping[str, object]) -> None:
        """The learner sees what came back differently, or takes that back."""
        problem = ""
        try:
            parts = [str(told.get(name) or "") for name in ("label", "reason", "grade")]
            self._record.contest(parts[0], parts[1], parts[2])
        except (AnswerError, LogNotSaved) as error:
            problem = str(error)
        except Exception as error:  # noqa: BLE001 - the learner must hear of it whatever it was
            problem = words("not-saved", reason=as_sentence(_why(error)))
        self._tell({"kind": "contest", "token": told.get("token"), "problem": problem})
        if not problem:
            self.state = {**self.state, "returned": self._record.returned()}

    def _on_other(self, told: Mapping[str, object]) -> None:
        """A message that only one item type's page sends."""

    def _commit(self, answer: dict[str, object], token: str, *, despite: bool) -> None:
        try:
            private = [] if despite else self._record.private_details(answer)
            if not private:
                self._record.commit(answer)
        except LogNotSaved as error:
            return self._failed(str(error), token)
        except AnswerError as error:
            return self._failed(words("not-saved", reason=as_sentence(str(error))), token)
        except Exception as error:  # noqa: BLE001 - the learner must hear of it whatever it was
            return self._failed(words("not-saved", reason=as_sentence(_why(error))), token)
        if private:
            self.state = {**self.state, "problem": "", "private": private, "handled": token}
            return None
        # First that it is saved, then what is said of it: scoring may take a moment, or fail.
        assessed = self._record.item.assessed
        self.state = self._record.state(with_feedback=False) | {"handled": token, "looking": not assessed}
        if not assessed:
            self.state = self._record.state() | {"handled": token}
        self._refresh_copy()
        return None

    def _failed(self, sentence: str, token: str) -> None:
        self.state = {**self.state, "problem": sentence, "private": [], "handled": token}

    def _keep_draft(self, told: Mapping[str, object], answer: dict[str, object]) -> None:
        try:
            kept = self._record.keep_draft(_number(told, "attempt"), answer, _number(told, "at"))
            private = self._record.private_details(answer)
        except (LogNotSaved, LogUnreadable) as error:
            self._tell({"kind": "draft-lost", "sentence": str(error)})
        except Exception as error:  # noqa: BLE001 - as above
            self._tell({"kind": "draft-lost", "sentence": words("draft-not-kept", reason=as_sentence(_why(error)))})
        else:
            if not kept:
                self.state = self._record.state()
            self._tell({"kind": "draft-kept" if kept else "draft-behind", "seq": told.get("seq"), "private": private})

    def _tell(self, message: dict[str, object]) -> None:
        cast(Callable[..., None], self.send)(message)  # pyright: ignore[reportUnknownMemberType]

    def _refresh_copy(self) -> None:
        if self._replace_copy is not None:
            self._replace_copy(saved_copy(self._record))


def _number(told: Mapping[str, object], name: str) -> int:
    value = told.get(name)
    if not isinstance(value, int | float):
        raise AnswerError(f"the page sent no {name}")
    return int(value)


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__


class ChooseMoveCard(Card):
    """Options to choose from."""


class WriteReplyCard(Card):
    """A reply to write, with its evidence marked afterwards."""


class SpotTheTrapCard(Card):
    """Words to mark in what the therapist said, and the trap's name."""


class MatchReasonCard(Card):
    """A reason to choose for each move."""


class PracticeSessionCard(Card):
    """A conversation with a simulated client."""

    def _on_other(self, told: Mapping[str, object]) -> None:
        token = told.get("token")
        try:
            if told.get("kind") == "branch":
                self._record.branch(_number(told, "turn"))
            elif told.get("kind") == "turn":
                text = str(told.get("text") or "")
                if told.get("despite") is not True and (private := self._record.private_details({"text": text})):
                    return self._tell({"kind": "turn", "token": token, "private": private})
                turn = self._record.turn(as_list(told.get("turns")), text)
                self._tell({"kind": "turn", "token": token, "turn": turn})
        except LogNotSaved as error:
            self._tell({"kind": "turn", "token": token, "problem": str(error)})
        except Exception as error:  # noqa: BLE001 - the learner must hear of it whatever it was
            self._tell({"kind": "turn", "token": token, "problem": words("not-saved", reason=as_sentence(_why(error)))})


CARDS: dict[str, type[Card]] = {
    "choose-move": ChooseMoveCard,
    "write-reply": WriteReplyCard,
    "spot-the-trap": SpotTheTrapCard,
    "match-reason": MatchReasonCard,
    "practice-session": PracticeSessionCard,
}
