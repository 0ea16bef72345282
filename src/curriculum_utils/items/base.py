"""What every item type provides, and what scoring an answer gives back."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from pydantic import ValidationError

from curriculum_utils.content import (
    CheckContext,
    Course,
    Exercise,
    Item,
    ItemSchema,
    Key,
    Model,
    Vocabulary,
    words,
)
from curriculum_utils.errors import AnswerError, Problem
from curriculum_utils.scoring import Scorer, Span

Answer = Mapping[str, object]
"""An answer as JSON, in the form its item type takes; `confidence` (1 to 4) may stand beside it in any."""

MAX_REMARKS = 3


@dataclass(frozen=True)
class Remark:
    """One thing to tell the learner about their answer, in plain words.

    `authored`: the words are the author's alone, in the course's language and not in the interface's.
    """

    kind: Literal["trap", "missing", "met", "note"]
    text: str
    label: str | None = None
    authored: bool = False


@dataclass(frozen=True)
class ScoredTurn:
    """One turn of a session: the client's words, the reply, what it was found to be, and where it left the client.

    `openness` is from 0 (closed) to 4 (in touch), `state` the name that the arc shows. `turned` says whether the
    session turned here.
    """

    client: str
    text: str
    met: tuple[str, ...]
    traps: tuple[str, ...]
    evidence: Mapping[str, tuple[Span, ...]]
    credit: float
    state: str
    openness: int
    turned: bool = False


@dataclass(frozen=True)
class Scored:
    """An answer that was scored.

    `credit` is in [0, 1]. `evidence` marks the words of a written reply, by label. `review` says why a person
    should look at it; None if nobody needs to. `turns` are those of a practice session.
    """

    credit: float
    verdict: str
    met: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()
    evidence: Mapping[str, tuple[Span, ...]] = field(default_factory=dict[str, tuple[Span, ...]])
    remarks: tuple[Remark, ...] = ()
    move: str | None = None
    review: str | None = None
    turns: tuple[ScoredTurn, ...] = ()


@dataclass(frozen=True)
class Unscored:
    """An answer that nothing can be said about by machine: a person decides."""

    reason: str


Outcome = Scored | Unscored


@dataclass(frozen=True)
class Marking:
    """What scoring needs besides the item and the answer."""

    vocabulary: Vocabulary
    scorer: Scorer


@dataclass(frozen=True)
class Sample:
    """An item of a type with one answer of each kind: what a test, a preview and an author learn from."""

    exercise: Mapping[str, object]
    key: Mapping[str, object]
    vignette: Mapping[str, object] | None
    correct: Answer
    incorrect: Answer
    invalid: Answer
    client: Mapping[str, object] | None = None


class AnswerModel(Model):
    """The common part of every answer."""

    confidence: Literal[1, 2, 3, 4] | None = None


class ItemType(ABC):
    """One type of item: its models, its check, its score, what a page shows of it."""

    name: ClassVar[str]
    exercise_model: ClassVar[type[Exercise]]
    key_model: ClassVar[type[Key]]
    answer_model: ClassVar[type[AnswerModel]]
    sample: ClassVar[Sample]
    # What answering takes beside the reading; measured on nobody yet, a plain reckoning.
    seconds: ClassVar[int]
    in_own_words: ClassVar[bool] = False
    # Whether this type's remarks tell the right answer also to whoever missed it: never shown of an assessed item.
    remarks_hold_the_key: ClassVar[bool] = False

    @abstractmethod
    def check(self, context: CheckContext) -> Iterable[Problem]:
        """What is wrong with one item and its key, beyond their form."""

    def check_course(self, course: Course) -> Iterable[Problem]:
        """What is wrong with the items of this type taken together."""
        del course
        return ()

    @abstractmethod
    def aims_at(self, item: Item) -> tuple[str, ...]:
        """The moves or the trap that the item is about, in a fixed order; its key is there."""

    @abstractmethod
    def check_answer(self, item: Item, answer: AnswerModel) -> str | None:
        """Why a well-formed answer does not fit this item, or None."""

    @abstractmethod
    def is_blank(self, answer: Answer) -> bool:
        """Whether nothing was answered: such an answer earns 0 without being scored."""

    @abstractmethod
    def score(self, item: Item, answer: AnswerModel, marking: Marking) -> Outcome:
        """The outcome of an answer that fits the item; the item's key is there."""

    @abstractmethod
    def view(self, item: Item, order: Sequence[str]) -> dict[str, object]:
        """What this type's widget draws, as JSON, nothing of the key in it.

        Args:
            order: the learner's own order of `orderable(item)`.
        """

    def drawn_answer(self, item: Item, answer: AnswerModel) -> dict[str, object]:
        """An answer as the page draws it; what was recorded, unless a type adds to it."""
        del item
        return answer.model_dump(mode="json", exclude_none=True)

    def orderable(self, item: Item) -> tuple[str, ...]:
        """The ids that each learner sees in an order of their own; none by default."""
        del item
        return ()

    @abstractmethod
    def answer_html(self, item: Item, answer: AnswerModel, outcome: Outcome | None, vocabulary: Vocabulary) -> str:
        """The answer as escaped HTML, with evidence where there is an outcome, without the key."""

    def remarks_returned(self, outcome: Scored) -> tuple[Remark, ...]:
        """The remarks that may come back with the answer to an assessed item: those that its feedback page shows."""
        return () if self.remarks_hold_the_key else outcome.remarks

    def parse(self, item: Item, raw: Answer) -> AnswerModel:
        """The answer, checked against the item.

        Raises:
            AnswerError: wrong form, or names something that the item does not have.
        """
        try:
            answer = self.answer_model.model_validate(dict(raw))
        except ValidationError as error:
            detail = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, detail["loc"])) or "answer"
            raise AnswerError(f"{where}: {detail['msg']}") from None
        if (why := self.check_answer(item, answer)) is not None:
            raise AnswerError(why)
        return answer

    def schema(self) -> ItemSchema:
        return ItemSchema(
            self.exercise_model,
            self.key_model,
            self.check,
            self.aims_at,
            self.seconds,
            self.in_own_words,
            self.check_course,
        )


def points(credit: float, maximum: float) -> float:
    """The score for a credit in [0, 1]: a built-in float in [0, maximum], rounded to 4 decimals.

    Raises:
        ValueError: credit is not a number in [0, 1].
    """
    if not math.isfinite(credit) or not 0 <= credit <= 1:
        raise ValueError(f"credit must lie in [0, 1], not {credit!r}")
    # nbgrader reads this value's repr: a NumPy scalar would earn full marks.
    # It refuses a score above the maximum, which rounding alone could give.
    return min(float(round(float(credit) * float(maximum), 4)), float(maximum))


def outcome_of(item_type: ItemType, item: Item, raw: Answer | None, marking: Marking) -> Outcome:
    """The outcome of whatever was recorded as an answer.

    No answer, or a blank one, earns 0. Something unreadable and an item without key are left to a person.
    """
    if raw is None or item_type.is_blank(raw):
        return Scored(credit=0.0, verdict=words("no-answer"))
    if item.key is None:
        return Unscored(words("no-key"))
    try:
        answer = item_type.parse(item, raw)
    except AnswerError as error:
        return Unscored(words("review-answer-unreadable", reason=str(error)))
    return item_type.score(item, answer, marking)
