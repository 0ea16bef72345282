"""`write-reply`: write what you would say, scored criterion by criterion."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from curriculum_utils.content import (
    CheckContext,
    Exercise,
    Item,
    Key,
    Label,
    Model,
    Slug,
    Text,
    Vocabulary,
    did_you_mean,
    unknown_label,
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
    Unscored,
    points,
)
from curriculum_utils.items.narrow import is_a
from curriculum_utils.items.unlearnt import unlearnt_labels
from curriculum_utils.scoring import Reply, Span, reply_credit

MAX_CHARACTERS = 4000


class WriteReply(Exercise):
    """What the learner sees; without `move` any effective move of the module counts."""

    type: Literal["write-reply"]  # pyright: ignore[reportIncompatibleVariableOverride]
    move: Slug | None = None


class Exemplar(Model):
    """A reply with its labels and what it earns."""

    text: Text
    criteria: tuple[Label, ...] = ()
    traps: tuple[Label, ...] = ()
    points: Annotated[float, Field(ge=0)]


class WriteReplyKey(Key):
    """Replies that fit, near-misses, and what to think about afterwards."""

    feedback: Text
    exemplars: Annotated[tuple[Exemplar, ...], Field(min_length=2)]


class WriteReplyAnswer(AnswerModel):
    """The words the learner would say."""

    text: Annotated[str, Field(max_length=MAX_CHARACTERS)]


class WriteReplyType(ItemType):
    """Writing a reply: coverage of the move's criteria, less for traps."""

    name: ClassVar[str] = "write-reply"
    exercise_model: ClassVar[type[Exercise]] = WriteReply
    seconds: ClassVar[int] = 120
    in_own_words: ClassVar[bool] = True
    key_model: ClassVar[type[Key]] = WriteReplyKey
    answer_model: ClassVar[type[AnswerModel]] = WriteReplyAnswer
    sample: ClassVar[Sample]

    def check(self, context: CheckContext) -> Iterable[Problem]:
        exercise, key = is_a(WriteReply, context.item.exercise), is_a(WriteReplyKey, context.item.key)
        moves = _criteria(context.vocabulary)
        if exercise.vignette is None:
            message = "needs a vignette: the client's words that the reply answers"
            yield context.exercise_problem((), message, "missing-key")
        elif context.item.vignette is not None and context.item.vignette.turns[-1].who != "client":
            message = f'"{exercise.vignette}" must end with the client\'s words'
            yield context.exercise_problem(("vignette",), message, "last-turn")
        if exercise.move is not None and exercise.move not in moves:
            message = f'no effective move "{exercise.move}"{did_you_mean(exercise.move, moves)}'
            yield context.exercise_problem(("move",), message, "dangling")
            return
        earned: list[float] = []
        for index, exemplar in enumerate(key.exemplars):
            at = ("exemplars", index)
            wrong = list(_label_problems(context, exemplar, at))
            yield from wrong
            if wrong:
                continue
            credit = reply_credit(exemplar.criteria, exemplar.traps, moves, asked=exercise.move).credit
            due = points(credit, exercise.points)
            if abs(due - exemplar.points) > 0.001:
                message = f"{exemplar.points:g} does not follow from the labels, which earn {due:g}"
                yield context.key_problem((*at, "points"), message, "exemplar-points")
            earned.append(credit)
        if len(earned) < len(key.exemplars):
            return
        if max(earned) < 1:
            yield context.key_problem(("exemplars",), "none earns all the points; add one that does", "no-exemplar")
        if min(earned) == 1:
            message = "all of them earn all the points; add a near-miss that does not"
            yield context.key_problem(("exemplars",), message, "no-near-miss")

    def aims_at(self, item: Item) -> tuple[str, ...]:
        return (is_a(WriteReply, item.exercise).move or "open",)

    def check_answer(self, item: Item, answer: AnswerModel) -> str | None:
        del item, answer
        return None

    def is_blank(self, answer: Answer) -> bool:
        return not str(answer.get("text") or "").strip()

    def score(self, item: Item, answer: AnswerModel, marking: Marking) -> Outcome:
        exercise, key, text = is_a(WriteReply, item.exercise), is_a(WriteReplyKey, item.key), _text(answer)
        vocabulary, moves = marking.vocabulary, _criteria(marking.vocabulary)
        asked = [exercise.move] if exercise.move is not None else list(moves)
        if (unlearnt := unlearnt_labels(vocabulary, asked, marking.scorer)) is not None:
            return Unscored(unlearnt)
        client = item.vignette.last_client_words() if item.vignette else ""
        found = marking.scorer.score([Reply(item.id, item.module, client, text, exercise.move)])[0]
        if not found.scored:
            return Unscored(found.review_reason or words("review-generic"))
        traps = tuple(name for name in vocabulary.rubric.trap_names() if name in found.labels)
        criteria = tuple(name for name in vocabulary.rubric.criterion_names() if name in found.labels)
        worth = reply_credit(criteria, traps, moves, asked=exercise.move)
        aim = exercise.move or worth.best_move
        needed = moves[aim] if aim is not None else ()
        met = tuple(name for name in needed if name in criteria)
        missing = tuple(name for name in needed if name not in criteria)
        return Scored(
            credit=worth.credit,
            verdict=_verdict(len(met), len(needed), len(traps)),
            met=met,
            missing=missing,
            traps=traps,
            evidence={name: found.evidence.get(name, ()) for name in (*met, *traps)},
            remarks=_remarks(met, missing, traps, vocabulary, key.feedback),
            move=aim,
            review=(found.review_reason or words("review-generic")) if found.review else None,
        )

    def remarks_returned(self, outcome: Scored) -> tuple[Remark, ...]:
        # What has no label is the key's own note.
        return tuple(remark for remark in outcome.remarks if remark.label is not None)

    def view(self, item: Item, order: Sequence[str]) -> dict[str, object]:
        del item, order
        return {"max_characters": MAX_CHARACTERS}

    def answer_html(self, item: Item, answer: AnswerModel, outcome: Outcome | None, vocabulary: Vocabulary) -> str:
        del item
        evidence: Mapping[str, Sequence[Span]] = outcome.evidence if isinstance(outcome, Scored) else {}
        return (
            html.marked(_text(answer), evidence, vocabulary)
            + html.confidence_line(answer.confidence)
            + html.verdict_line(outcome)
            + (html.labels_list(outcome, vocabulary) if isinstance(outcome, Scored) else "")
        )


def _text(answer: AnswerModel) -> str:
    return is_a(WriteReplyAnswer, answer).text


def _criteria(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    return {slug: move.criteria for slug, move in vocabulary.effective_moves().items()}


def _label_problems(context: CheckContext, exemplar: Exemplar, at: tuple[str | int, ...]) -> Iterable[Problem]:
    rubric = context.vocabulary.rubric
    parts = (
        ("criteria", exemplar.criteria, rubric.criterion_names(), "criterion"),
        ("traps", exemplar.traps, rubric.trap_names(), "trap"),
    )
    for part, names, allowed, what in parts:
        for index, name in enumerate(names):
            yield from unknown_label(context.key_source, (*context.key_at, *at, part, index), name, allowed, what)


def _verdict(met: int, total: int, traps: int) -> str:
    if total == 0 or met == 0:
        return words("verdict-reply-only-trap", traps=traps) if traps else words("verdict-reply-none")
    whole = words("verdict-reply-whole") if met == total else words("verdict-reply-part", met=met, total=total)
    return f"{whole} {words('verdict-reply-trap', traps=traps)}" if traps else whole


def _remarks(
    met: Sequence[str], missing: Sequence[str], traps: Sequence[str], vocabulary: Vocabulary, note: str
) -> tuple[Remark, ...]:
    """At most three remarks, the most useful first: traps, then what is missing, then what was met; then the note."""
    rubric = vocabulary.rubric
    kinds: tuple[tuple[Literal["trap", "missing", "met"], Sequence[str]], ...] = (
        ("trap", traps),
        ("missing", missing),
        ("met", met),
    )
    remarks = [
        Remark(kind, words(f"remark-{kind}", plain=rubric.plain(name), hint=rubric.hint(name)), name)
        for kind, names in kinds
        for name in names
    ]
    return (*remarks[: MAX_REMARKS - 1], Remark("note", note, authored=True))


WriteReplyType.sample = Sample(
    exercise={
        "type": "write-reply",
        "use": "practice",
        "title": "The form that was not sent",
        "vignette": "sample",
        "prompt": "Write what you would say to her now.",
        "points": 3,
        "move": "sample-move",
    },
    key={
        "feedback": "Look again at how tired she sounds.",
        "exemplars": [
            {
                "text": "A part of you guards that form, and it has done so with great skill. What is it afraid of?",
                "criteria": ["sample_apart", "sample_credit", "sample_question"],
                "points": 3,
            },
            {"text": "What if you sent it tonight?", "traps": ["sample_fix"], "points": 0},
        ],
    },
    vignette={
        "title": "The form",
        "client": {
            "name": "Ines",
            "age": 38,
            "pronouns": "she/her",
            "setting": "community service",
            "problem": "puts off an application",
        },
        "turns": [{"id": "c1", "who": "client", "text": "I didn't send it. Again. What is wrong with me?"}],
    },
    correct={
        "text": "A part of you guards that form, and it has done so with great skill. "
        "What is it afraid would happen if you sent it?"
    },
    incorrect={"text": "What if you sent the form tonight, just the first page?"},
    invalid={"text": 7},
)
