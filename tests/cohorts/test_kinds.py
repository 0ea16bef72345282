"""The kinds of simulated learners over many learners: their order is no luck of one draw."""

from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest

from curriculum_utils.cohorts.demo import item_keys
from curriculum_utils.cohorts.manners import Answering, Chance
from curriculum_utils.cohorts.simulated import load_learners, load_pools
from curriculum_utils.content import load_course
from curriculum_utils.items import SCHEMAS, Marking, Scored, assess, type_of
from curriculum_utils.responses import option_order
from curriculum_utils.scoring import load_scorer
from curriculum_utils.scoring.remembered import RememberingScorer

ROOT = Path(__file__).parents[2]
KINDS = ("expert", "novice", "test-wise guesser", "trap-prone", "copy-paster")
LEARNERS = [f"learner-{number}" for number in range(20)]


@pytest.fixture(scope="module")
def shares() -> dict[str, dict[str, list[float]]]:
    """By kind and item type, the credit of each learner's answers to the graded items, sessions apart."""
    course = load_course(ROOT / "curriculum", SCHEMAS)
    profiles, pools = load_learners(ROOT / "demo/learners.yaml").profiles, load_pools(ROOT / "demo/replies")
    scorer = RememberingScorer(load_scorer())
    found: dict[str, dict[str, list[float]]] = {kind: {} for kind in KINDS}
    for module in course.modules.values():
        vocabulary, keys = course.vocabulary(module.slug), item_keys(course, module.slug)
        for item in (item for item in module.items_of("graded") if item.client is None):
            for kind in KINDS:
                for learner in LEARNERS:
                    profile, chance = profiles[kind], Chance(learner)
                    order = option_order(learner, item.id, type_of(item).orderable(item))
                    answering = Answering(item, keys[item.id], profile, chance, pools, vocabulary, order)
                    right = chance.share(item.id, "right") < profile.right
                    quality = chance.weighted(profile.reply, item.id, "quality") if profile.reply else None
                    outcome = assess(item, answering.answer(right=right, quality=quality), Marking(vocabulary, scorer))
                    credit = outcome.credit if isinstance(outcome, Scored) else 0.0
                    found[kind].setdefault(item.exercise.type, []).extend([credit] * int(item.exercise.points))
    return found


def whole(shares: dict[str, list[float]]) -> float:
    """The share of the points, for each item stands in its list once a point."""
    return mean(credit for earned in shares.values() for credit in earned)


def test_they_come_out_in_order_with_room_between_them(shares: dict[str, dict[str, list[float]]]):
    earned = [whole(shares[kind]) for kind in KINDS]
    assert all(better - worse >= 0.02 for better, worse in pairwise(earned)), earned


def test_who_guesses_by_the_form_of_the_options_gains_nothing(shares: dict[str, dict[str, list[float]]]):
    # One of four; a tenth above it is what the course allows.
    assert mean(shares["test-wise guesser"]["choose-move"]) <= 0.35


def test_who_follows_the_pull_chooses_only_traps_and_loses_half_of_what_is_written(
    shares: dict[str, dict[str, list[float]]],
):
    assert mean(shares["trap-prone"]["choose-move"]) == 0
    assert max(shares["trap-prone"]["write-reply"]) <= 0.5


def test_who_pastes_the_client_s_words_has_written_nothing(shares: dict[str, dict[str, list[float]]]):
    assert mean(shares["copy-paster"]["write-reply"]) <= 0.1
