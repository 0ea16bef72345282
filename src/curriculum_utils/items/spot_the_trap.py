"""`spot-the-trap`: mark the words in a transcript where it goes wrong, and name the trap."""

import re
from collections.abc import Iterable, Sequence
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
    Turn,
    Vignette,
    Vocabulary,
    as_list,
    unknown_label,
    words,
)
from curriculum_utils.errors import Problem
from curriculum_utils.items import html
from curriculum_utils.items.base import Answer, AnswerModel, ItemType, Marking, Outcome, Remark, Sample, Scored
from curriculum_utils.items.narrow import is_a
from curriculum_utils.scoring import Span

# A word with its apostrophes and hyphens is one token; punctuation is none.
_TOKEN = re.compile(r"\w+(?:['’\-]\w+)*")
Token = tuple[str, int]


class SpotTheTrap(Exercise):
    """What the learner sees: the vignette, and the trap names to choose from."""

    type: Literal["spot-the-trap"]  # pyright: ignore[reportIncompatibleVariableOverride]
    traps: Annotated[tuple[Label, ...], Field(min_length=3, max_length=8)]


class Quote(Model):
    """Words of one turn."""

    turn: Slug
    quote: Text


class SpotTheTrapKey(Key):
    """The trap's name and its words."""

    trap: Label
    spans: Annotated[tuple[Quote, ...], Field(min_length=1)]
    feedback: Text


class Mark(Model):
    """Characters of one turn that the learner marked, half-open."""

    turn: str
    start: Annotated[int, Field(ge=0, le=100_000)]
    end: Annotated[int, Field(ge=0, le=100_000)]


class SpotTheTrapAnswer(AnswerModel):
    """The trap named, if any, and the words marked, if any."""

    trap: str | None = None
    marks: Annotated[tuple[Mark, ...], Field(max_length=50)] = ()


class SpotTheTrapType(ItemType):
    """Spotting: ½ for the trap's name + ½ × token-level F1 of the marked words."""

    name: ClassVar[str] = "spot-the-trap"
    exercise_model: ClassVar[type[Exercise]] = SpotTheTrap
    seconds: ClassVar[int] = 45
    key_model: ClassVar[type[Key]] = SpotTheTrapKey
    answer_model: ClassVar[type[AnswerModel]] = SpotTheTrapAnswer
    sample: ClassVar[Sample]
    remarks_hold_the_key: ClassVar[bool] = True

    def check(self, context: CheckContext) -> Iterable[Problem]:
        exercise, key = is_a(SpotTheTrap, context.item.exercise), is_a(SpotTheTrapKey, context.item.key)
        names = context.vocabulary.rubric.trap_names()
        for index, name in enumerate(exercise.traps):
            yield from unknown_label(context.exercise_source, ("traps", index), name, names, "trap")
            if name in exercise.traps[:index]:
                yield context.exercise_problem(("traps", index), f'a second "{name}"', "duplicate-id")
        yield from unknown_label(context.key_source, (*context.key_at, "trap"), key.trap, exercise.traps, "trap")
        vignette = context.item.vignette
        if exercise.vignette is None:
            yield context.exercise_problem((), "needs a vignette: the transcript to mark", "missing-key")
        if vignette is None:
            return
        for index, span in enumerate(key.spans):
            turn = vignette.turn(span.turn)
            if turn is None or turn.who != "therapist":
                message = f'"{span.turn}" is no turn of the therapist in "{exercise.vignette}"'
                yield context.key_problem(("spans", index, "turn"), message, "dangling")
            elif (count := turn.text.count(span.quote)) != 1:
                message = f"these words stand {count} times in {span.turn}; quote words that stand there once, exactly"
                yield context.key_problem(("spans", index, "quote"), message, "quote")

    def aims_at(self, item: Item) -> tuple[str, ...]:
        return (is_a(SpotTheTrapKey, item.key).trap,)

    def check_answer(self, item: Item, answer: AnswerModel) -> str | None:
        given, exercise = is_a(SpotTheTrapAnswer, answer), is_a(SpotTheTrap, item.exercise)
        if given.trap is not None and given.trap not in exercise.traps:
            return f"no trap {given.trap[:40]!r} in this item"
        for mark in given.marks:
            turn = item.vignette.turn(mark.turn) if item.vignette else None
            if turn is None or turn.who != "therapist":
                return f"no turn {mark.turn[:40]!r} of the therapist in this item"
            if not mark.start < mark.end <= len(turn.text):
                return f"marks {mark.start} to {mark.end} lie outside the turn"
        return None

    def is_blank(self, answer: Answer) -> bool:
        return not answer.get("trap") and not as_list(answer.get("marks"))

    def score(self, item: Item, answer: AnswerModel, marking: Marking) -> Outcome:
        key, given = is_a(SpotTheTrapKey, item.key), is_a(SpotTheTrapAnswer, answer)
        vignette = is_a(Vignette, item.vignette)
        named = given.trap == key.trap
        overlap = token_f1(_marked_tokens(given, vignette), _key_tokens(key, vignette))
        rubric = marking.vocabulary.rubric
        remarks = (
            Remark("note", words("trap-is-here", trap=rubric.plain(key.trap))),
            Remark("note", key.feedback, authored=True),
        )
        return Scored(
            credit=0.5 * named + 0.5 * overlap,
            verdict=words(_verdict(named=named, overlap=overlap)),
            remarks=remarks,
        )

    def view(self, item: Item, order: Sequence[str]) -> dict[str, object]:
        del order
        vignette = is_a(Vignette, item.vignette)
        return {
            "traps": list(is_a(SpotTheTrap, item.exercise).traps),
            "tokens": {turn.id: _token_spans(turn.text) for turn in vignette.turns if turn.who == "therapist"},
        }

    def answer_html(self, item: Item, answer: AnswerModel, outcome: Outcome | None, vocabulary: Vocabulary) -> str:
        given, vignette = is_a(SpotTheTrapAnswer, answer), is_a(Vignette, item.vignette)
        quotes = [turn.text[mark.start : mark.end] for turn, mark in _in_order(given, vignette)]
        marked = words("marked-words", words=" … ".join(quotes)) if quotes else words("nothing-marked")
        name = vocabulary.rubric.plain(given.trap) if given.trap else words("no-trap-chosen")
        return (
            html.paragraph(marked, cls="cu-reply")
            + html.paragraph(words("trap-chosen", trap=name))
            + html.confidence_line(answer.confidence)
            + html.verdict_line(outcome)
            + (html.remarks_list(outcome.remarks) if isinstance(outcome, Scored) else "")
        )


def token_f1(marked: set[Token], true: set[Token]) -> float:
    """The harmonic mean of precision and recall over words, in [0, 1]; 0 when either side is empty."""
    hits = len(marked & true)
    return 2 * hits / (len(marked) + len(true)) if hits else 0.0


def _token_spans(text: str) -> list[Span]:
    return [match.span() for match in _TOKEN.finditer(text)]


def _tokens(turn: Turn, start: int, end: int) -> set[Token]:
    """The words of a turn that the characters from `start` to `end` touch, by where each begins."""
    return {(turn.id, first) for first, last in _token_spans(turn.text) if first < end and last > start}


def _in_order(answer: SpotTheTrapAnswer, vignette: Vignette) -> list[tuple[Turn, Mark]]:
    pairs = [(turn, mark) for turn in vignette.turns for mark in answer.marks if mark.turn == turn.id]
    return sorted(pairs, key=lambda pair: (vignette.turns.index(pair[0]), pair[1].start))


def _marked_tokens(answer: SpotTheTrapAnswer, vignette: Vignette) -> set[Token]:
    return {token for turn, mark in _in_order(answer, vignette) for token in _tokens(turn, mark.start, mark.end)}


def _key_tokens(key: SpotTheTrapKey, vignette: Vignette) -> set[Token]:
    found: set[Token] = set()
    for span in key.spans:
        turn = vignette.turn(span.turn)
        start = turn.text.find(span.quote) if turn is not None else -1
        if turn is not None and start >= 0:
            found |= _tokens(turn, start, start + len(span.quote))
    return found


def _verdict(*, named: bool, overlap: float) -> str:
    if named:
        if overlap == 1:
            return "verdict-spot-both"
        return "verdict-spot-name-part" if overlap > 0 else "verdict-spot-name"
    if overlap == 1:
        return "verdict-spot-words"
    return "verdict-spot-words-part" if overlap > 0 else "verdict-spot-none"


SpotTheTrapType.sample = Sample(
    exercise={
        "type": "spot-the-trap",
        "use": "practice",
        "title": "Where does it turn?",
        "vignette": "sample",
        "prompt": "Mark the words where it goes wrong, and name the trap.",
        "points": 2,
        "traps": ["sample_fix", "sample_soothe", "sample_ask_why"],
    },
    key={
        "trap": "sample_fix",
        "spans": [{"turn": "t1", "quote": "What if you just sent the first page"}],
        "feedback": "She hears that it is a matter of logistics.",
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
        "turns": [
            {"id": "c1", "who": "client", "text": "I didn't send it."},
            {"id": "t1", "who": "therapist", "text": "That sounds heavy. What if you just sent the first page?"},
            {"id": "c2", "who": "client", "text": "I could have done that."},
        ],
    },
    correct={"trap": "sample_fix", "marks": [{"turn": "t1", "start": 19, "end": 55}]},
    incorrect={"trap": "sample_soothe", "marks": [{"turn": "t1", "start": 0, "end": 17}]},
    invalid={"trap": "sample_fix", "marks": [{"turn": "c1", "start": 0, "end": 4}]},
)
