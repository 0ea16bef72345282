"""`match-reason`: match moves to why they work or backfire."""

from collections.abc import Iterable, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from curriculum_utils.content import (
    CheckContext,
    Exercise,
    Item,
    Key,
    Model,
    Slug,
    Text,
    Vocabulary,
    as_mapping,
    did_you_mean,
    words,
)
from curriculum_utils.errors import Problem
from curriculum_utils.items import html
from curriculum_utils.items.base import (
    MAX_REMARKS,
    Answer,
    AnswerModel,
    ItemType,
    Marking,
    Outcome,
    Remark,
    Sample,
    Scored,
)
from curriculum_utils.items.narrow import is_a


class Left(Model):
    """A move to find the reason for."""

    id: Slug
    move: Slug


class Right(Model):
    """A reason."""

    id: Slug
    text: Text


class MatchReason(Exercise):
    """What the learner sees."""

    type: Literal["match-reason"]  # pyright: ignore[reportIncompatibleVariableOverride]
    left: Annotated[tuple[Left, ...], Field(min_length=3, max_length=5)]
    right: Annotated[tuple[Right, ...], Field(min_length=3, max_length=6)]


class MatchReasonKey(Key):
    """Which reason belongs to which move, and what to say about each pair."""

    pairs: dict[Slug, Slug]
    feedback: dict[Slug, Text]


class MatchReasonAnswer(AnswerModel):
    """The reason chosen for each move; a move may be left out."""

    pairs: Annotated[dict[str, str], Field(max_length=10)]


class MatchReasonType(ItemType):
    """Matching: correct pairs / pairs."""

    name: ClassVar[str] = "match-reason"
    exercise_model: ClassVar[type[Exercise]] = MatchReason
    seconds: ClassVar[int] = 75
    key_model: ClassVar[type[Key]] = MatchReasonKey
    answer_model: ClassVar[type[AnswerModel]] = MatchReasonAnswer
    sample: ClassVar[Sample]
    remarks_hold_the_key: ClassVar[bool] = True

    def check(self, context: CheckContext) -> Iterable[Problem]:
        exercise, key = is_a(MatchReason, context.item.exercise), is_a(MatchReasonKey, context.item.key)
        if exercise.vignette is not None:
            yield context.exercise_problem(("vignette",), "a match-reason item shows no vignette", "unknown-key")
        lefts, rights = [entry.id for entry in exercise.left], [entry.id for entry in exercise.right]
        for part, ids in (("left", lefts), ("right", rights)):
            for index, name in enumerate(ids):
                if ids.count(name) > 1:
                    yield context.exercise_problem((part, index, "id"), f'a second "{name}"', "duplicate-id")
        for index, entry in enumerate(exercise.left):
            if entry.move not in context.vocabulary.moves:
                message = f'no move "{entry.move}"{did_you_mean(entry.move, context.vocabulary.moves)}'
                yield context.exercise_problem(("left", index, "move"), message, "dangling")
            if entry.id not in key.pairs:
                yield context.key_problem(("pairs",), f'says no reason for "{entry.id}"', "missing-key")
            if entry.id not in key.feedback:
                yield context.key_problem(("feedback",), f'says nothing about "{entry.id}"', "missing-key")
        if len(rights) not in (len(lefts), len(lefts) + 1):
            message = f"{len(rights)} reasons for {len(lefts)} moves; give as many, or one more"
            yield context.exercise_problem(("right",), message, "value")
        for part, names in (("pairs", key.pairs), ("feedback", key.feedback)):
            for left in (name for name in names if name not in lefts):
                yield context.key_problem((part, left), f'no move "{left}"{did_you_mean(left, lefts)}', "dangling")
        for left, right in ((left, right) for left, right in key.pairs.items() if right not in rights):
            message = f'no reason "{right}"{did_you_mean(right, rights)}'
            yield context.key_problem(("pairs", left), message, "dangling")

    def aims_at(self, item: Item) -> tuple[str, ...]:
        return tuple(sorted(pair.move for pair in is_a(MatchReason, item.exercise).left))

    def check_answer(self, item: Item, answer: AnswerModel) -> str | None:
        exercise, pairs = is_a(MatchReason, item.exercise), is_a(MatchReasonAnswer, answer).pairs
        lefts, rights = {entry.id for entry in exercise.left}, {entry.id for entry in exercise.right}
        strange = [*(name for name in pairs if name not in lefts), *(n for n in pairs.values() if n not in rights)]
        return f"no {strange[0][:40]!r} in this item" if strange else None

    def is_blank(self, answer: Answer) -> bool:
        return not as_mapping(answer.get("pairs"))

    def score(self, item: Item, answer: AnswerModel, marking: Marking) -> Outcome:
        key, pairs = is_a(MatchReasonKey, item.key), is_a(MatchReasonAnswer, answer).pairs
        exercise = is_a(MatchReason, item.exercise)
        right = [entry.id for entry in exercise.left if pairs.get(entry.id) == key.pairs[entry.id]]
        wrong = [entry for entry in exercise.left if entry.id not in right]
        moves = marking.vocabulary.moves
        remarks = [
            Remark("missing", f"{moves[entry.move].title}: {key.feedback[entry.id]}", authored=True) for entry in wrong
        ]
        total = len(exercise.left)
        return Scored(
            credit=len(right) / total,
            verdict=words("verdict-partly", correct=len(right), total=total),
            remarks=tuple(remarks[:MAX_REMARKS]),
        )

    def orderable(self, item: Item) -> tuple[str, ...]:
        return tuple(entry.id for entry in is_a(MatchReason, item.exercise).right)

    def view(self, item: Item, order: Sequence[str]) -> dict[str, object]:
        exercise = is_a(MatchReason, item.exercise)
        texts = {entry.id: entry.text for entry in exercise.right}
        return {
            "left": [{"id": entry.id, "move": entry.move} for entry in exercise.left],
            "right": [{"id": name, "text": texts[name]} for name in order],
        }

    def answer_html(self, item: Item, answer: AnswerModel, outcome: Outcome | None, vocabulary: Vocabulary) -> str:
        exercise, pairs = is_a(MatchReason, item.exercise), is_a(MatchReasonAnswer, answer).pairs
        texts = {entry.id: entry.text for entry in exercise.right}
        rows: list[str] = []
        for entry in exercise.left:
            reason = texts.get(pairs.get(entry.id, ""), words("pair-missing"))
            fits = ""
            if isinstance(outcome, Scored) and isinstance(item.key, MatchReasonKey):
                right = pairs.get(entry.id) == item.key.pairs.get(entry.id)
                fits = html.tag("td", html.text(words("pair-right" if right else "pair-wrong")))
            title = vocabulary.moves[entry.move].title if entry.move in vocabulary.moves else entry.move
            rows.append(html.tag("tr", html.tag("th", html.text(title)), html.tag("td", html.text(reason)), fits))
        return (
            html.tag("table", *rows, cls="cu-pairs")
            + html.confidence_line(answer.confidence)
            + html.verdict_line(outcome)
            + (html.remarks_list(outcome.remarks) if isinstance(outcome, Scored) else "")
        )


MatchReasonType.sample = Sample(
    exercise={
        "type": "match-reason",
        "use": "practice",
        "title": "Why they backfire",
        "prompt": "Match each move to what it does.",
        "points": 3,
        "left": [
            {"id": "m1", "move": "sample-fix"},
            {"id": "m2", "move": "sample-soothe"},
            {"id": "m3", "move": "sample-move"},
        ],
        "right": [
            {"id": "r1", "text": "It treats a feeling as a matter of logistics."},
            {"id": "r2", "text": "It serves the therapist's comfort."},
            {"id": "r3", "text": "It turns a failing into something with a purpose."},
        ],
    },
    key={
        "pairs": {"m1": "r1", "m2": "r2", "m3": "r3"},
        "feedback": {"m1": "Think of logistics.", "m2": "Whose comfort?", "m3": "Think of purpose."},
    },
    vignette=None,
    correct={"pairs": {"m1": "r1", "m2": "r2", "m3": "r3"}},
    incorrect={"pairs": {"m1": "r2", "m2": "r3"}},
    invalid={"pairs": {"m9": "r1"}},
)
