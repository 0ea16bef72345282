"""Every lesson of both modules holds what a learner is to find in it."""

from pathlib import Path

import pytest

from curriculum_utils.content import Item, Module, Move, load_course
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.choose_move import ChooseMoveKey
from curriculum_utils.items.match_reason import MatchReason
from curriculum_utils.items.spot_the_trap import SpotTheTrapKey
from curriculum_utils.items.write_reply import WriteReply

COURSE = load_course(Path(__file__).parents[2] / "curriculum", SCHEMAS)
MODULES = list(COURSE.modules.values())
NAMES = [module.slug for module in MODULES]
MOVES = [(module, move) for module in MODULES for move in COURSE.vocabulary(module.slug).moves.values()]
EFFECTIVE = [pair for pair in MOVES if pair[1].kind == "effective"]
BACKFIRING = [pair for pair in MOVES if pair[1].kind == "backfires"]


def ids(pairs: list[tuple[Module, Move]]) -> list[str]:
    return [f"{module.slug}/{move.slug}" for module, move in pairs]


def items(module: Module, notebook: str) -> list[Item]:
    return [one.item for one in module.items.values() if one.item.notebook == notebook]


def about(item: Item, move: Move) -> bool:
    """Whether the item is about the move: asks for it, matches it, or has its trap among what can go wrong."""
    exercise, key = item.exercise, item.key
    if isinstance(exercise, MatchReason):
        return move.slug in {pair.move for pair in exercise.left}
    if isinstance(exercise, WriteReply):
        return exercise.move == move.slug
    if isinstance(key, SpotTheTrapKey):
        return move.trap is not None and key.trap == move.trap
    if isinstance(key, ChooseMoveKey):
        labels = {option.move for option in key.options.values()} | {option.trap for option in key.options.values()}
        return move.slug in labels or (move.trap is not None and move.trap in labels)
    return False


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_the_seven_lessons_are_there_in_order(module: Module):
    assert [lesson.slug for lesson in module.lessons] == [
        "0-before-you-start",
        "1-the-pattern",
        "2-moves-that-backfire",
        "3-a-different-position",
        "4-moves-that-work",
        "5-practice-sessions",
        "6-assessment",
    ]


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
@pytest.mark.parametrize(
    ("notebook", "use", "least"),
    [
        ("0-before-you-start", "pretest", 12),
        ("1-the-pattern", "practice", 8),
        ("3-a-different-position", "practice", 6),
        ("6-assessment", "graded", 16),
    ],
)
def test_a_lesson_has_enough_items_and_only_of_its_use(module: Module, notebook: str, use: str, least: int):
    found = items(module, notebook)
    assert len(found) >= least
    assert {item.exercise.use for item in found} == {use}


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_the_pattern_unfolds_in_three_scenes_or_more(module: Module):
    lesson = next(lesson for lesson in module.lessons if lesson.slug == "1-the-pattern")
    assert len({reference.slug for reference in lesson.references("vignette")}) >= 3


@pytest.mark.parametrize(("module", "move"), BACKFIRING, ids=ids(BACKFIRING))
def test_a_move_that_backfires_has_its_scenes_and_items(module: Module, move: Move):
    found = [item for item in items(module, "2-moves-that-backfire") if about(item, move)]
    assert len(found) >= 3
    assert len({item.exercise.vignette for item in found if item.exercise.vignette}) >= 2


@pytest.mark.parametrize(("module", "move"), EFFECTIVE, ids=ids(EFFECTIVE))
def test_a_move_that_works_is_seen_chosen_taken_apart_and_written_twice(module: Module, move: Move):
    found = [item for item in items(module, "4-moves-that-work") if about(item, move)]
    apart = [item for item in items(module, "4-moves-that-work") if item.exercise.type == "spot-the-trap"]
    # Each section has its own flawed attempt; it names a trap, so it is counted by the section and not by the move.
    assert len(apart) >= len(COURSE.vocabulary(module.slug).effective_moves())
    assert len(found) + 1 >= 5
    assert sum(item.exercise.type == "write-reply" for item in found) >= 2
    assert sum(item.exercise.type == "choose-move" for item in found) >= 1


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_three_clients_are_for_practice_and_one_is_for_the_assessment(module: Module):
    sessions = {
        use: [item for item in module.items_of(use) if item.client is not None] for use in ("practice", "graded")
    }
    assert (len(sessions["practice"]), len(sessions["graded"])) == (3, 1)
    assert {item.notebook for item in sessions["practice"]} == {"5-practice-sessions"}
