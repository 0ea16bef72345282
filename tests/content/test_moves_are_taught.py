"""Every move of the course is taught, met in a scene and chosen; the effective ones are written as well."""

from pathlib import Path

import pytest

from curriculum_utils.content import Course, Move, Prose, load_course
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.choose_move import ChooseMoveKey
from curriculum_utils.items.spot_the_trap import SpotTheTrapKey
from curriculum_utils.items.write_reply import WriteReply

COURSE: Course = load_course(Path(__file__).parents[2] / "curriculum", SCHEMAS)
MOVES = [(module, move) for module in COURSE.modules for move in COURSE.vocabulary(module).moves.values()]
EFFECTIVE = [(module, move) for module, move in MOVES if move.kind == "effective"]
BACKFIRING = [(module, move) for module, move in MOVES if move.kind == "backfires"]


def named(pairs: list[tuple[str, Move]]) -> list[str]:
    return [f"{module}/{move.slug}" for module, move in pairs]


def keys(module: str) -> list[object]:
    return [authored.item.key for authored in COURSE.modules[module].items.values()]


@pytest.mark.parametrize(("module", "move"), MOVES, ids=named(MOVES))
def test_a_lesson_has_a_section_about_it(module: str, move: Move):
    sections = [
        (lesson, block)
        for lesson in COURSE.modules[module].lessons
        for block in lesson.blocks
        if isinstance(block, Prose) and any(line.startswith("## ") for line in block.text.splitlines())
    ]
    headings = " ".join(line for _, block in sections for line in block.text.splitlines() if line.startswith("#"))
    assert _words(move.title) & _words(headings), f"no heading speaks of {move.title!r}"


@pytest.mark.parametrize(("module", "move"), EFFECTIVE, ids=named(EFFECTIVE))
def test_an_effective_move_is_the_right_choice_in_practice_and_in_both_forms(module: str, move: Move):
    uses = [
        authored.item.exercise.use
        for authored in COURSE.modules[module].items.values()
        if isinstance(authored.item.key, ChooseMoveKey)
        and authored.item.key.options[authored.item.key.correct].move == move.slug
    ]
    assert set(uses) == {"practice", "pretest", "graded"}


@pytest.mark.parametrize(("module", "move"), EFFECTIVE, ids=named(EFFECTIVE))
def test_an_effective_move_is_written_in_practice_and_in_both_forms(module: str, move: Move):
    exercises = [authored.item.exercise for authored in COURSE.modules[module].items.values()]
    uses = {exercise.use for exercise in exercises if isinstance(exercise, WriteReply) and exercise.move == move.slug}
    assert uses == {"practice", "pretest", "graded"}


@pytest.mark.parametrize(("module", "move"), BACKFIRING, ids=named(BACKFIRING))
def test_a_move_that_backfires_is_spotted_in_a_scene(module: str, move: Move):
    assert move.trap in {key.trap for key in keys(module) if isinstance(key, SpotTheTrapKey)}


@pytest.mark.parametrize(("module", "move"), BACKFIRING, ids=named(BACKFIRING))
def test_a_move_that_backfires_tempts_in_a_choice(module: str, move: Move):
    traps = {option.trap for key in keys(module) if isinstance(key, ChooseMoveKey) for option in key.options.values()}
    assert move.trap in traps


def _words(text: str) -> set[str]:
    return {word.casefold() for word in text.replace("-", " ").split() if len(word) > 3}
