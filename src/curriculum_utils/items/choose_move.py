"""`choose-move`: pick what to say. Every distractor names the trap that it is."""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from curriculum_utils.content import (
    CheckContext,
    Course,
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
from curriculum_utils.items.base import Answer, AnswerModel, ItemType, Marking, Outcome, Remark, Sample, Scored
from curriculum_utils.items.narrow import is_a
from curriculum_utils.items.test_wise import Choice, guesses

_SENTENCE_END = re.compile(r"[.!?]+[\"'”’)]*(?=\s|$)")


class Option(Model):
    """Something one could say."""

    id: Slug
    text: Text


class ChooseMove(Exercise):
    """What the learner sees."""

    type: Literal["choose-move"]  # pyright: ignore[reportIncompatibleVariableOverride]
    options: Annotated[tuple[Option, ...], Field(min_length=3, max_length=5)]


class OptionKey(Model):
    """What one option is: the effective move, or the trap."""

    move: Slug | None = None
    trap: Label | None = None
    feedback: Text


class ChooseMoveKey(Key):
    """Which option fits, and what each of them does."""

    correct: Slug
    options: dict[Slug, OptionKey]


class ChooseMoveAnswer(AnswerModel):
    """The option picked."""

    option: str


class ChooseMoveType(ItemType):
    """Picking what to say: 1 for the option that fits, else 0."""

    name: ClassVar[str] = "choose-move"
    exercise_model: ClassVar[type[Exercise]] = ChooseMove
    seconds: ClassVar[int] = 25
    key_model: ClassVar[type[Key]] = ChooseMoveKey
    answer_model: ClassVar[type[AnswerModel]] = ChooseMoveAnswer
    sample: ClassVar[Sample]

    def check(self, context: CheckContext) -> Iterable[Problem]:
        exercise, key = is_a(ChooseMove, context.item.exercise), is_a(ChooseMoveKey, context.item.key)
        if context.item.vignette is not None and context.item.vignette.turns[-1].who != "client":
            message = f'"{exercise.vignette}" must end with the client\'s words'
            yield context.exercise_problem(("vignette",), message, "last-turn")
        ids = [option.id for option in exercise.options]
        for index, option in enumerate(exercise.options):
            if ids.count(option.id) > 1:
                at = ("options", index, "id")
                yield context.exercise_problem(at, f'a second option "{option.id}"', "duplicate-id")
            if option.id not in key.options:
                message = f'says nothing about option "{option.id}"; every option needs its feedback'
                yield context.key_problem(("options",), message, "missing-key")
        if key.correct not in ids:
            message = f'no option "{key.correct}"{did_you_mean(key.correct, ids)}'
            yield context.key_problem(("correct",), message, "dangling")
        moves = context.vocabulary.effective_moves()
        traps = context.vocabulary.rubric.trap_names()
        for name, option in key.options.items():
            at = ("options", name)
            if name not in ids:
                yield context.key_problem(at, f'no option "{name}"{did_you_mean(name, ids)}', "dangling")
            if option.trap is not None:
                yield from unknown_label(context.key_source, (*context.key_at, *at, "trap"), option.trap, traps, "trap")
            if name == key.correct and (option.move is None or option.trap is not None):
                yield context.key_problem(at, "the correct option names its `move` and no trap", "option-kind")
            if name != key.correct and (option.trap is None or option.move is not None):
                yield context.key_problem(at, "a distractor names its `trap` and no move", "option-kind")
            if option.move is not None and option.move not in moves:
                message = f'no effective move "{option.move}"{did_you_mean(option.move, moves)}'
                yield context.key_problem((*at, "move"), message, "dangling")

    def check_course(self, course: Course) -> Iterable[Problem]:
        """Choices that a module gives away to a guesser, and feedback that is not a distractor's own."""
        allowed = course.manifest.standards.above_chance
        for index, module in enumerate(course.modules.values()):
            choices = [choice for one in module.items.values() if (choice := _choice(one.item)) is not None]
            if allowed is None:
                continue
            for name, guess in guesses(choices, course.rubric).items():
                if guess.above_chance > allowed + 1e-9:
                    message = (
                        f"whoever always picks {name} of the options scores {guess.score:.0%} on {module.slug}'s "
                        f"{guess.choices} choices, {guess.above_chance:.0%} above chance; {allowed:.0%} is the most"
                    )
                    yield course.sources["course", "course"].problem(("modules", index, "slug"), message, "test-wise")
        yield from _alike(course)

    def aims_at(self, item: Item) -> tuple[str, ...]:
        options = is_a(ChooseMoveKey, item.key).options.values()
        return tuple(option.move for option in options if option.move is not None)

    def check_answer(self, item: Item, answer: AnswerModel) -> str | None:
        option = is_a(ChooseMoveAnswer, answer).option
        known = [entry.id for entry in is_a(ChooseMove, item.exercise).options]
        return None if option in known else f"no option {option[:40]!r} in this item"

    def is_blank(self, answer: Answer) -> bool:
        return not answer.get("option")

    def score(self, item: Item, answer: AnswerModel, marking: Marking) -> Outcome:
        key, option = is_a(ChooseMoveKey, item.key), is_a(ChooseMoveAnswer, answer).option
        chosen = key.options[option]
        right = option == key.correct
        name = None
        if chosen.trap is not None:
            name = words("trap-named", trap=marking.vocabulary.rubric.plain(chosen.trap))
        elif chosen.move is not None and chosen.move in marking.vocabulary.moves:
            name = words("move-named", move=marking.vocabulary.moves[chosen.move].title)
        remarks = [Remark("note", chosen.feedback, authored=True)]
        if name is not None:
            remarks.insert(0, Remark("met" if right else "trap", name, chosen.trap))
        return Scored(
            credit=1.0 if right else 0.0,
            verdict=words("verdict-right" if right else "verdict-wrong"),
            traps=(chosen.trap,) if chosen.trap is not None else (),
            remarks=tuple(remarks),
            move=key.options[key.correct].move,
        )

    def orderable(self, item: Item) -> tuple[str, ...]:
        return tuple(option.id for option in is_a(ChooseMove, item.exercise).options)

    def view(self, item: Item, order: Sequence[str]) -> dict[str, object]:
        texts = {option.id: option.text for option in is_a(ChooseMove, item.exercise).options}
        return {"options": [{"id": name, "text": texts[name]} for name in order]}

    def answer_html(self, item: Item, answer: AnswerModel, outcome: Outcome | None, vocabulary: Vocabulary) -> str:
        del vocabulary
        option = is_a(ChooseMoveAnswer, answer).option
        chosen = next(entry for entry in is_a(ChooseMove, item.exercise).options if entry.id == option)
        return (
            html.tag("blockquote", html.text(chosen.text), cls="cu-reply")
            + html.confidence_line(answer.confidence)
            + html.verdict_line(outcome)
            + (html.remarks_list(outcome.remarks) if isinstance(outcome, Scored) else "")
        )


def _choice(item: Item) -> Choice | None:
    """The item's options as a guesser sees them; None of another type, or where its key names no option."""
    exercise, key = item.exercise, item.key
    if not isinstance(exercise, ChooseMove) or not isinstance(key, ChooseMoveKey):
        return None
    right = [place for place, option in enumerate(exercise.options) if option.id == key.correct]
    return Choice(tuple(option.text for option in exercise.options), right[0]) if right else None


def _alike(course: Course) -> Iterable[Problem]:
    """Distractors whose feedback is too short to say what is heard, why it tempts and what to do, or another's."""
    first: dict[str, str] = {}
    least = course.manifest.standards.feedback_sentences
    if not least:
        return
    for module in course.modules.values():
        for one in module.items.values():
            if not isinstance(one.item.key, ChooseMoveKey):
                continue
            for name, option in one.item.key.options.items():
                at = (*one.key_at, "options", name, "feedback")
                told = " ".join(option.feedback.split())
                if (other := first.setdefault(told, f"{one.item.id}, {name}")) != f"{one.item.id}, {name}":
                    message = f"the same feedback as in {other}; each option needs its own"
                    yield one.key_source.problem(at, message, "own-feedback")
                if name != one.item.key.correct and len(_SENTENCE_END.findall(told)) < least:
                    message = (
                        f"a distractor's feedback has at least {least} sentences: what this client would "
                        "hear, why it tempts, what to do instead"
                    )
                    yield one.key_source.problem(at, message, "own-feedback")


ChooseMoveType.sample = Sample(
    exercise={
        "type": "choose-move",
        "use": "practice",
        "title": "The form that was not sent",
        "vignette": "sample",
        "prompt": "What would you say now?",
        "points": 2,
        "options": [
            {"id": "a", "text": "Let's cut the form into three small steps."},
            {"id": "b", "text": "Something in you guards that form well. What would it be afraid of if you sent it?"},
            {"id": "c", "text": "Don't worry, this happens to everybody."},
        ],
    },
    key={
        "correct": "b",
        "options": {
            "a": {"trap": "sample_fix", "feedback": "She hears that this is a matter of logistics."},
            "b": {"move": "sample-move", "feedback": "The not-sending becomes something with a purpose."},
            "c": {"trap": "sample_soothe", "feedback": "She hears that it is not serious."},
        },
    },
    vignette=None,
    correct={"option": "b"},
    incorrect={"option": "a"},
    invalid={"option": "z"},
)
