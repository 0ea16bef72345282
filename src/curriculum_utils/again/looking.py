"""One look at all logs of a learner: what counts, how it is scheduled, what comes back now, and what shows in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from curriculum_utils.again.answers import Answered, Answers, Studied, read_answers
from curriculum_utils.again.choosing import Round, choose
from curriculum_utils.again.judging import Judge, Judged
from curriculum_utils.again.schedule import Card, Review, replay, reviews_of
from curriculum_utils.again.tendencies import Tendencies, tendencies


@dataclass(frozen=True)
class Look:
    """What stands in the logs at one moment."""

    modules: tuple[Studied, ...]
    answers: Answers
    judged: tuple[tuple[Answered, Judged], ...]
    now: datetime

    @cached_property
    def reviews(self) -> tuple[Review, ...]:
        return tuple(review for answered, judged in self.judged for review in reviews_of(answered, judged))

    @cached_property
    def cards(self) -> dict[str, Card]:
        return replay(self.reviews)

    @cached_property
    def round(self) -> Round:
        return choose(self.modules, self.answers, self.cards, self.now)

    @cached_property
    def tendencies(self) -> Tendencies:
        return tendencies(self.judged)


def look(modules: Sequence[Studied], judge: Judge, now: datetime) -> Look:
    """What stands in the logs of `modules` at `now`, in UTC."""
    answers = read_answers(modules, now)
    judged = [(one, found) for one in answers.counted if (found := judge.judge(one)) is not None]
    return Look(tuple(modules), answers, tuple(judged), now)
