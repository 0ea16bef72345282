"""When what was missed comes back."""

from datetime import timedelta
from pathlib import Path

import pytest
from again_course import CERTAIN, GUESS, START, SURE, UNSURE, WRONG, Learner
from hypothesis import given
from hypothesis import strategies as st

from curriculum_utils.again import Card, How, Review, replay
from curriculum_utils.again.answers import Answered
from curriculum_utils.again.schedule import NEXT_DAY, SOON, how_it_went

MOVE, TRAP = "meet-the-weight", "fixes_it"
Made = tuple[int, How, int]
_MINUTES, _HOWS, _ITEMS = st.integers(0, 60_000), st.sampled_from(How), st.integers(0, 3)
many = st.lists(st.tuples(_MINUTES, _HOWS, _ITEMS), min_size=1, max_size=12, unique_by=lambda one: (one[0], one[2]))


@pytest.fixture
def robin(tmp_path: Path) -> Learner:
    return Learner(tmp_path / "robin")


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory):
    return Learner(tmp_path_factory.mktemp("again") / "robin").studied()[0].release


def review(module, made: Made, aim: str = MOVE) -> Review:
    minutes, how, item = made
    found = list(module.items.values())[item]
    return Review(aim, how, Answered(module, found, {}, START + timedelta(minutes=minutes), repeated=False))


def due(cards: dict[str, Card]) -> dict[str, timedelta]:
    return {aim: card.due - START for aim, card in cards.items()}


@pytest.mark.parametrize(
    ("credit", "confidence", "how"),
    [
        (0.0, CERTAIN, How.SURELY_WRONG),
        (0.49, SURE, How.SURELY_WRONG),
        (0.0, UNSURE, How.WRONG),
        (0.0, None, How.WRONG),
        (0.5, CERTAIN, How.PARTLY),
        (0.79, None, How.PARTLY),
        (1.0, GUESS, How.GUESSED),
        (0.8, None, How.RIGHT),
        (1.0, SURE, How.RIGHT),
        (1.0, CERTAIN, How.CERTAIN),
    ],
)
def test_an_answer_counts_by_what_was_right_and_how_sure_it_was(credit: float, confidence: int | None, how: How):
    assert how_it_went(credit, confidence) == how


def test_what_was_never_missed_does_not_come_back(robin: Learner):
    robin.answers("fs-choose", confidence=CERTAIN)
    robin.answers("fs-spot")
    assert robin.look().cards == {}


def test_wrong_and_sure_comes_back_the_same_day_and_wrong_the_next(robin: Learner):
    robin.answers("fs-choose", WRONG, SURE)
    robin.answers("fs-spot", {"trap": "soothes", "marks": []})
    assert due(robin.look().cards) == {MOVE: SOON, TRAP: NEXT_DAY}


def test_wrong_and_sure_comes_before_what_went_wrong_earlier(robin: Learner):
    robin.answers("fs-spot", {"trap": "soothes", "marks": []})
    robin.later(hours=2).answers("fs-choose", WRONG, SURE)
    robin.answers("fs-spot-milan", {"trap": "soothes", "marks": []})
    robin.answers("fs-choose-milan", WRONG, SURE)
    assert [task.card.aim for task in robin.later(days=3).look().round.tasks] == [MOVE, TRAP]


def test_a_guess_that_was_right_comes_back_too(robin: Learner):
    robin.answers("fs-choose", confidence=GUESS)
    (card,) = robin.look().cards.values()
    # Between the next day and the day after: one and a half times the step.
    assert card.due - START == NEXT_DAY * 1.5


def test_matching_tells_each_pair_apart(robin: Learner):
    # fix-it and soothe are exchanged, meet-the-weight has its reason.
    robin.answers("fs-match", {"pairs": {"m1": "r2", "m2": "r1", "m3": "r3"}})
    assert set(robin.look().cards) == {"fixes_it", "soothes"}


def test_intervals_expand_as_long_as_it_goes_right(robin: Learner):
    robin.answers("fs-choose", WRONG, UNSURE)
    waits: list[timedelta] = []
    for item in ("fs-choose-milan", "fs-choose", "fs-choose-milan", "fs-choose"):
        card = robin.look().cards[MOVE]
        robin.now = card.due
        robin.repeats(item, confidence=UNSURE)
        waits.append(robin.look().cards[MOVE].due - robin.now)
    assert waits == sorted(waits)
    assert waits[-1] > 3 * waits[0] > timedelta(0)


def test_missed_again_it_comes_back_the_next_day(robin: Learner):
    robin.answers("fs-choose", WRONG, UNSURE)
    robin.later(days=1).repeats("fs-choose-milan")
    robin.later(days=30).repeats("fs-choose", WRONG)
    assert robin.look().cards[MOVE].due == robin.now + NEXT_DAY


def test_trying_again_after_the_feedback_changes_nothing(robin: Learner):
    robin.answers("fs-choose", WRONG, UNSURE)
    robin.answers("fs-choose")
    robin.later(days=1).repeats("fs-choose-milan", WRONG)
    before = robin.look().cards
    robin.later(minutes=1).tries_once_more("fs-choose-milan")
    assert due(robin.look().cards) == due(before)
    assert len(before[MOVE].reviews) == 2


def test_the_same_item_counts_anew_each_time_that_it_came_back(robin: Learner):
    robin.answers("fs-choose", WRONG, UNSURE)
    for _ in range(2):
        robin.later(days=10).repeats("fs-choose-milan")
    assert len(robin.look().cards[MOVE].reviews) == 3


def test_an_assessed_answer_never_counts(robin: Learner):
    robin.answers("fs-a-choose", WRONG, SURE)
    robin.answers("fs-a-write", {"text": "What if we made you a plan for the form?"})
    found = robin.look()
    assert (found.cards, found.answers.counted, found.tendencies.traps) == ({}, (), ())


def test_an_answer_from_a_clock_that_ran_ahead_counts_as_of_now(robin: Learner):
    robin.later(days=400).answers("fs-choose", WRONG, UNSURE)
    robin.now = START
    assert robin.look().cards[MOVE].due == START + NEXT_DAY


def test_a_log_that_cannot_be_read_is_told_and_the_rest_counts(robin: Learner):
    robin.answers("fs-choose", WRONG, SURE)
    (robin.home / "practised-again" / "first-steps.jsonl").mkdir(parents=True)
    found = robin.look()
    assert list(found.cards) == [MOVE]
    assert len(found.answers.problems) == 1


@given(made=many, random=st.randoms(use_true_random=False))
def test_the_order_in_which_answers_are_read_changes_nothing(module, made: list[Made], random):
    reviews = [review(module, one) for one in made]
    shuffled = reviews.copy()
    random.shuffle(shuffled)
    assert due(replay(reviews)) == due(replay(shuffled)) == due(replay(reviews))


@given(made=many)
def test_nothing_is_due_before_it_was_answered_nor_after_half_a_year(module, made: list[Made]):
    for card in replay(review(module, one) for one in made).values():
        assert timedelta(0) < card.due - card.reviews[-1].answered.at <= timedelta(days=180)


@given(made=many)
def test_wrong_and_sure_never_comes_later_than_wrong(module, made: list[Made]):
    last = max(minutes for minutes, _, _ in made) + 1
    sure, wrong = ([*made, (last, how, 0)] for how in (How.SURELY_WRONG, How.WRONG))
    first, second = (replay(review(module, one) for one in ones)[MOVE] for ones in (sure, wrong))
    assert first.due < second.due
    assert first.pressing < second.pressing


@given(made=many)
def test_an_aim_is_not_moved_by_what_happens_to_another(module, made: list[Made]):
    alone = replay(review(module, one) for one in made)
    beside = replay([*(review(module, one) for one in made), *(review(module, one, TRAP) for one in made)])
    assert due(alone).get(MOVE) == due(beside).get(MOVE)
