"""One item on a plain page: what was said, the saved answer with its feedback, and the form for the next one."""

from collections.abc import Mapping
from dataclasses import dataclass

from curriculum_utils.content import as_mapping, words
from curriculum_utils.plain.acting import Refused
from curriculum_utils.plain.drawn import (
    Fields,
    Json,
    confidence_line,
    conversation,
    feedback,
    mappings,
    radios,
    text,
    when,
)
from curriculum_utils.plain.kinds import KINDS
from curriculum_utils.plain.markup import Child, Html, h
from curriculum_utils.plain.practice_session import ended
from curriculum_utils.plain.prose import DEEPEST
from curriculum_utils.widgets.drawing import content_of
from curriculum_utils.widgets.record import ItemRecord

LEVELS = (1, 2, 3, 4)  # of confidence


@dataclass(frozen=True)
class Frame:
    """What the page around an item gives it.

    Attributes:
        address: the page's own, which the form is sent to.
        token: the hidden field that shows a form to be ours.
        level: that of the item's heading.
        again: the item that is being tried again; empty if none is.
        refused: what was sent and not done, if anything was.
    """

    address: str
    token: Html
    level: int
    again: str = ""
    refused: Refused | None = None


class ItemSection:
    """The section of one item; drawn once."""

    def __init__(self, record: ItemRecord, frame: Frame) -> None:
        self._record = record
        self._frame = frame
        self._kind = KINDS[record.kind.name]
        self._content: Json = content_of(record.item, record.order(), record.vocabulary)
        self._state = record.state()
        self._id = record.item.id
        refused = frame.refused
        self._refused = refused if refused is not None and refused.item == self._id else None

    def draw(self) -> Html:
        content = self._content
        vignette = content.get("vignette")
        return h(
            "section",
            h("p", text(content["kind"]), class_="kind"),
            self._heading(0, text(content["title"]), "title"),
            self._notes(),
            conversation(as_mapping(vignette)) if vignette and not self._kind.draws_vignette else None,
            h("p", text(content["prompt"]), class_="prompt"),
            self._answered(),
            None if self._done else self._form(),
            self._again() if self._done and not content["final"] else None,
            self._earlier(),
            id=self._id,
            aria_labelledby=f"{self._id}-title",
        )

    @property
    def _answer(self) -> dict[str, object] | None:
        """The answer to the item as it now is."""
        answer = self._state["answer"]
        return None if answer is None or self._state["stale"] else as_mapping(answer)

    @property
    def _draft(self) -> dict[str, object] | None:
        draft = self._state["draft"]
        return None if draft is None else as_mapping(as_mapping(draft).get("answer"))

    @property
    def _trying(self) -> bool:
        return self._draft is not None or self._frame.again == self._id or self._refused is not None

    @property
    def _done(self) -> bool:
        """Whether the answer stands, and no form below it."""
        if self._answer is None or self._content["graded"]:
            return False
        return bool(self._content["final"]) or not self._trying

    def _heading(self, below: int, title: str, part: str) -> Html:
        level = min(self._frame.level + below, DEEPEST)
        return h(f"h{level}", title, id=f"{self._id}-{part}", tabindex=-1)

    def _notes(self) -> list[Html]:
        notice, problem = text(self._state["notice"]), text(self._state["problem"])
        return [
            *([h("p", notice, class_="note")] if notice else []),
            *([h("p", problem, class_="problem")] if problem else []),
            # What was refused of an item that takes no more answers has no form to stand in.
            *([self._problem()] if self._refused is not None and self._done else []),
        ]

    def _problem(self) -> Html:
        told = self._refused.problem if self._refused is not None else ""
        return h("p", told, class_="problem", id=f"{self._id}-problem", tabindex=-1)

    def _answered(self) -> Child:
        """The saved answer and what was said of it; a graded one stands in its form."""
        answer, state = self._answer, self._state
        if answer is None:
            return None
        if self._content["graded"]:
            changed = self._draft is not None and self._draft != answer
            told = words("answer-changed") if changed else words("saved-graded")
            at = words("plain-saved-at", time=when(text(state["at"])))
            return h("p", told, " ", at, class_="saved", id=f"{self._id}-answer", tabindex=-1)
        if not self._done and self._kind.shows_itself:
            return None
        said = as_mapping(state["feedback"])
        shown: list[Child] = [
            self._kind.review(self._content, answer, said),
            confidence_line(answer),
            feedback(said),
        ]
        if not self._done:
            return h("details", h("summary", words("earlier-version")), shown, open=True)
        at = words("plain-attempt-saved", attempt=state["attempt"], time=when(text(state["at"])))
        final = bool(self._content["final"])
        return [
            self._heading(1, words("plain-your-answer"), "answer"),
            h("p", words("saved-pretest") if final else at, class_="saved"),
            shown,
        ]

    def _form(self) -> Html:
        content, answer = self._content, self._values()
        fields = Fields(self._id, content, answer, self._refused.problem if self._refused is not None else "")
        kept = self._draft is not None and self._refused is None
        return h(
            "form",
            self._frame.token,
            h("input", type="hidden", name="item", value=self._id),
            h("input", type="hidden", name="attempt", value=str(self._state["next"])),
            self._heading(1, words("plain-answer-now"), "form"),
            self._problem() if self._refused is not None else None,
            h("p", words("plain-kept"), class_="soft") if kept and text(answer.get("text")) else None,
            self._kind.fields(fields),
            self._confidence(fields) if content["confidence"] else None,
            h("p", care, class_="soft") if (care := text(content["care"])) else None,
            self._buttons(),
            method="post",
            # Where it is refused, the page opens at what is wrong.
            action=f"{self._frame.address}#{self._id}-problem",
            accept_charset="utf-8",
        )

    def _values(self) -> Json:
        """What stands in the fields: what was just sent, else the draft, else the answer where it can be changed."""
        if self._refused is not None:
            return self._refused.answer
        if self._draft is not None:
            return self._draft
        stale, answer = self._state["stale"], as_mapping(self._state["answer"])
        if self._content["graded"] or stale or (self._frame.again == self._id and not self._kind.empties):
            return answer
        return {}

    @staticmethod
    def _confidence(fields: Fields) -> Html:
        level = fields.answer.get("confidence")
        options = [(str(one), words(f"confidence-{one}")) for one in LEVELS]
        return radios(fields, "confidence", words("label-confidence"), options, chosen=str(level or ""))

    def _buttons(self) -> Html:
        item, saved = self._record.item, self._answer is not None
        name = "button-save" if item.assessed else "button-check"
        if item.graded and saved:
            name = "button-save-again"
        talk = item.client is not None
        if talk and not saved and ended(mappings(self._values().get("turns"))):
            name = "button-save"
        send = h(
            "button",
            words(f"session-{name}" if talk else name),
            name="do",
            value="commit",
            class_=None if talk else "primary",
        )
        keep = h("button", words("plain-keep"), name="do", value="keep") if self._kind.written else None
        return h("p", send, " ", keep, class_="buttons")

    def _again(self) -> Html:
        address = f"{self._frame.address}?again={self._id}#{self._id}-form"
        return h("p", h("a", words("button-try-again"), href=address, class_="button"))

    def _earlier(self) -> Child:
        earlier = mappings(self._state["earlier"])
        if not earlier:
            return None
        rows = [self._attempt(one) for one in earlier]
        return h("details", h("summary", words("earlier-attempts", count=len(earlier))), rows)

    def _attempt(self, one: Mapping[str, object]) -> Html:
        said = as_mapping(one["feedback"])
        return h(
            "div",
            h("p", words("plain-attempt-at", attempt=one["attempt"], time=when(text(one["at"]))), class_="soft"),
            self._kind.review(self._content, as_mapping(one["answer"]), said),
            h("p", text(said.get("verdict"))),
            class_="attempt",
        )
