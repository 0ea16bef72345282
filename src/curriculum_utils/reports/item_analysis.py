"""Item analysis in the sense of classical test theory, from first attempts only: which items to mend, and why."""

import statistics as std
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from curriculum_utils.content import Item
from curriculum_utils.items.choose_move import ChooseMove, ChooseMoveKey
from curriculum_utils.items.spot_the_trap import SpotTheTrap, SpotTheTrapKey
from curriculum_utils.reports.answered import Answered
from curriculum_utils.reports.items import mean
from curriculum_utils.reports.statistics import FEW, SOME, Reliability, correlation, reliability

# Conventional limits (Ebel & Frisbie, Essentials of Educational Measurement): signs to look, not verdicts.
TOO_EASY, TOO_HARD, WEAK = 0.95, 0.2, 0.1
LONG_MINUTES = 10.0
FORMS = ("pretest", "graded", "practice")
Table = Mapping[str, Mapping[str, float]]
"""Credit of first attempts, by item and learner."""


@dataclass(frozen=True)
class AnalysisRow:
    """One item over first attempts.

    `difficulty` is mean credit in [0, 1]: higher is easier. `discrimination` correlates the item's credit with the
    mean credit of the other items of its form, over the `rest_n` learners who answered at least half of these.
    `minutes` is the median from what the learner did before in the same log. `flags` say why it should be looked at.
    """

    module: str
    form: str
    item: str
    title: str
    type: str
    n: int
    difficulty: float | None
    discrimination: float | None
    rest_n: int
    minutes: float | None
    timed_n: int
    flags: tuple[str, ...]


@dataclass(frozen=True)
class OptionRow:
    """How often one option of an item was picked at first attempts, of `n` learners."""

    module: str
    item: str
    title: str
    option: str
    meaning: str
    correct: bool
    picked: int
    n: int


@dataclass(frozen=True)
class FormRow:
    """A form's reliability over the learners who answered each of its items; `answered` counts who answered any."""

    module: str
    title: str
    form: str
    answered: int
    left_out: tuple[str, ...]
    reliability: Reliability


def analysis_rows(module: str, answered: Iterable[Answered]) -> list[AnalysisRow]:
    """A module's items, form by form (pre-test, assessment, practice)."""
    rows: list[AnalysisRow] = []
    for form, found in _forms(module, answered).items():
        table = _table(found)
        for item, answers in _by_item(found).items():
            rows.append(_row(form, item, answers, table, option_rows(module, answers)))
    return rows


def form_rows(module: str, title: str, answered: Iterable[Answered]) -> list[FormRow]:
    """The reliability of pre-test and assessment; practice is no test, for feedback comes in between.

    An item that fewer than half of those who answered the form have a credit for is left out and named: with it
    hardly anybody would have answered every item.
    """
    rows: list[FormRow] = []
    for form, found in _forms(module, answered).items():
        if form == "practice":
            continue
        table = _table(found)
        learners = {learner for earned in table.values() for learner in earned}
        kept = {item: earned for item, earned in table.items() if 2 * len(earned) >= len(learners)}
        complete = sorted(name for name in learners if kept and all(name in earned for earned in kept.values()))
        matrix = [[kept[item][learner] for item in kept] for learner in complete]
        left_out = tuple(item for item in table if item not in kept)
        rows.append(FormRow(module, title, form, len(learners), left_out, reliability(matrix)))
    return rows


def option_rows(module: str, answered: Iterable[Answered]) -> list[OptionRow]:
    """Every option of every item that has options, in the item's order, with how many picked it first."""
    rows: list[OptionRow] = []
    mine = (one for one in answered if one.module == module and one.first is not None)
    for answers in _by_item(mine).values():
        item = _item(answers[0])
        picked = [pick for one in answers if (pick := _picked(one)) is not None]
        for option, meaning, correct in _options(item):
            count = sum(pick == option for pick in picked)
            rows.append(OptionRow(module, item.id, item.exercise.title, option, meaning, correct, count, len(picked)))
    return rows


def _row(form: str, item: str, answers: Sequence[Answered], table: Table, options: Sequence[OptionRow]) -> AnalysisRow:
    shown = _item(answers[0])
    earned = list(table.get(item, {}).values())
    discrimination, rest_n = _item_rest(item, table)
    minutes = [one.first.attempt.seconds / 60 for one in answers if one.first and one.first.attempt.seconds is not None]
    median = std.median(minutes) if minutes else None
    difficulty = mean(earned)
    return AnalysisRow(
        module=answers[0].module,
        form=form,
        item=item,
        title=shown.exercise.title,
        type=shown.exercise.type,
        n=len(earned),
        difficulty=difficulty,
        discrimination=discrimination,
        rest_n=rest_n,
        minutes=median,
        timed_n=len(minutes),
        flags=(
            *_flags(difficulty, len(earned), discrimination, rest_n),
            *_unused(options),
            *_long(median, len(minutes), shown),
        ),
    )


def _item_rest(item: str, table: Table) -> tuple[float | None, int]:
    """The corrected item–rest correlation, and over how many learners."""
    others = [name for name in table if name != item]
    own: list[float] = []
    rest: list[float] = []
    for learner, credit in table.get(item, {}).items():
        known = [table[name][learner] for name in others if learner in table[name]]
        if others and 2 * len(known) >= len(others):
            own.append(credit)
            rest.append(sum(known) / len(known))
    return correlation(own, rest), len(own)


def _flags(difficulty: float | None, n: int, discrimination: float | None, rest_n: int) -> list[str]:
    flags: list[str] = []
    if difficulty is not None and n >= FEW:
        if difficulty > TOO_EASY:
            flags.append(f"too easy: mean credit {difficulty:.0%}, so it tells nobody apart")
        if difficulty < TOO_HARD:
            flags.append(f"very hard: mean credit {difficulty:.0%}; is the key right, is it taught?")
    if discrimination is not None and rest_n >= FEW:
        if discrimination < 0:
            flags.append(f"who did well elsewhere did worse here (r = {discrimination:.2f}); check the key")
        elif discrimination < WEAK:
            flags.append(f"hardly tells strong from weak (r = {discrimination:.2f})")
    return flags


def _unused(options: Sequence[OptionRow]) -> list[str]:
    never = [row for row in options if not row.correct and not row.picked and row.n >= SOME]
    if not never:
        return []
    names = ", ".join(f"{row.option} ({row.meaning})" for row in never)
    return [f"nobody of {never[0].n} picked {names}"]


def _long(median: float | None, n: int, item: Item) -> list[str]:
    # A session is meant to take its time.
    if median is None or n < FEW or median <= LONG_MINUTES or item.client is not None:
        return []
    return [f"takes long: half needed more than {median:.0f} minutes"]


def _forms(module: str, answered: Iterable[Answered]) -> dict[str, list[Answered]]:
    mine = [one for one in answered if one.module == module and one.first is not None]
    ordered = sorted(mine, key=lambda one: (FORMS.index(_item(one).exercise.use), _item(one).notebook, one.item))
    return {form: list(found) for form, found in groupby(ordered, key=lambda one: _item(one).exercise.use)}


def _by_item(answered: Iterable[Answered]) -> dict[str, list[Answered]]:
    """By item, the answers to one version of it: a corrected item is another item."""
    found: dict[str, list[Answered]] = {}
    for one in answered:
        found.setdefault(one.item, []).append(one)
    return {item: _one_version(answers) for item, answers in found.items()}


def _one_version(answers: list[Answered]) -> list[Answered]:
    by_version: dict[str, list[Answered]] = {}
    for one in answers:
        by_version.setdefault(_item(one).digest, []).append(one)
    # The version that most learners answered; of equals the one answered last.
    return max(by_version.values(), key=lambda found: (len(found), _latest(found)))


def _latest(answers: Sequence[Answered]) -> float:
    moments = [one.first.attempt.at for one in answers if one.first and one.first.attempt.at]
    return max(moments).timestamp() if moments else 0.0


def _table(answered: Sequence[Answered]) -> dict[str, dict[str, float]]:
    return {
        item: {one.learner: one.first.credit for one in answers if one.first and one.first.credit is not None}
        for item, answers in _by_item(answered).items()
    }


def _item(one: Answered) -> Item:
    if one.first is None:
        raise ValueError(f"{one.item}: an item that no log holds an answer to cannot be analysed")
    return one.first.attempt.item


def _picked(one: Answered) -> str | None:
    if one.first is None:
        return None
    answer = one.first.attempt.answer
    pick = answer.get("option", answer.get("trap"))
    return pick if isinstance(pick, str) else None


def _options(item: Item) -> list[tuple[str, str, bool]]:
    """The item's options: id, what each is, and whether it is right; none where there are no options."""
    if isinstance(item.exercise, ChooseMove) and isinstance(item.key, ChooseMoveKey):
        key = item.key
        return [
            (option.id, _meaning(key, option.id), option.id == key.correct)
            for option in item.exercise.options
            if option.id in key.options
        ]
    if isinstance(item.exercise, SpotTheTrap) and isinstance(item.key, SpotTheTrapKey):
        return [(trap, trap, trap == item.key.trap) for trap in item.exercise.traps]
    return []


def _meaning(key: ChooseMoveKey, option: str) -> str:
    found = key.options[option]
    return found.trap or found.move or "neither move nor trap"
