"""When what was missed comes back: the answers replayed, oldest first, through the FSRS scheduler.

One card for each aim. The same answers always give the same schedule: no fuzz, and no clock but the answers' own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import fsrs

from curriculum_utils.again.answers import Answered
from curriculum_utils.again.judging import Judged

# Who comes daily comes at about the same hour: a whole day would make it the day after.
NEXT_DAY = timedelta(hours=20)
# The feedback is out of sight by then, and whoever comes once a week still meets it in the same sitting.
SOON = timedelta(minutes=30)
LONGEST_DAYS = 180
RIGHT, WRONG = 0.8, 0.5  # credit: right from the one, wrong below the other, partly right between them
A_GUESS, SURE, CERTAIN = 1, 3, 4  # levels of confidence, which an item may not have asked for


class How(StrEnum):
    """How an answer went, by what was right and how sure the learner was of it."""

    SURELY_WRONG = "surely-wrong"
    WRONG = "wrong"
    PARTLY = "partly"
    GUESSED = "guessed"
    RIGHT = "right"
    CERTAIN = "certain"


_RATINGS = {
    How.SURELY_WRONG: fsrs.Rating.Again,
    How.WRONG: fsrs.Rating.Again,
    How.PARTLY: fsrs.Rating.Hard,
    How.GUESSED: fsrs.Rating.Hard,
    How.RIGHT: fsrs.Rating.Good,
    How.CERTAIN: fsrs.Rating.Easy,
}
SLIPS = (How.SURELY_WRONG, How.WRONG, How.PARTLY, How.GUESSED)
"""What brings an aim back, the most pressing first."""


@dataclass(frozen=True)
class Review:
    """What one answer says of one aim."""

    aim: str
    how: How
    answered: Answered

    @property
    def slip(self) -> bool:
        return self.how in SLIPS


@dataclass(frozen=True)
class Card:
    """An aim that was missed once at least: when it is due, its latest slip, and all reviews, oldest first."""

    aim: str
    due: datetime
    slip: Review
    reviews: tuple[Review, ...]

    @property
    def pressing(self) -> tuple[int, datetime, str]:
        """Its place among those that are due: what went surely wrong and is not put right comes before all else."""
        last = self.reviews[-1].how
        return SLIPS.index(last) if last in SLIPS else len(SLIPS), self.due, self.aim


def how_it_went(credit: float, confidence: object) -> How:
    """What an answer with this credit, given with this confidence (1 to 4, or not asked), counts as."""
    if credit < WRONG:
        return How.SURELY_WRONG if isinstance(confidence, int) and confidence >= SURE else How.WRONG
    if credit < RIGHT:
        return How.PARTLY
    if confidence == A_GUESS:
        return How.GUESSED
    return How.CERTAIN if confidence == CERTAIN else How.RIGHT


def reviews_of(answered: Answered, judged: Judged) -> list[Review]:
    """What an answer says of each thing that its item aims at."""
    confidence = answered.answer.get("confidence")
    return [Review(aim, how_it_went(credit, confidence), answered) for aim, credit in judged.credit.items()]


def replay(reviews: Iterable[Review]) -> dict[str, Card]:
    """The card of every aim that was ever missed, in whatever order the reviews come."""
    by_aim: dict[str, list[Review]] = {}
    for review in sorted(reviews, key=lambda one: (*one.answered.order, one.aim)):
        by_aim.setdefault(review.aim, []).append(review)
    return {
        aim: Card(aim, _due(found), slips[-1], tuple(found))
        for aim, found in by_aim.items()
        if (slips := [one for one in found if one.slip])
    }


def _due(reviews: list[Review]) -> datetime:
    scheduler = fsrs.Scheduler(
        learning_steps=(NEXT_DAY,),
        relearning_steps=(NEXT_DAY,),
        maximum_interval=LONGEST_DAYS,
        enable_fuzzing=False,
    )
    card = fsrs.Card(card_id=0, due=reviews[0].answered.at)
    for review in reviews:
        at = review.answered.at
        # What went wrong surely weighs twice: it is harder from then on, and takes longer to be left alone.
        for _ in range(2 if review.how == How.SURELY_WRONG else 1):
            card, _ = scheduler.review_card(card, _RATINGS[review.how], at)
        if review.how == How.SURELY_WRONG:
            card.due = at + SOON
    return card.due
