"""What one learner made of one item: every attempt at it, and the credit that stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from curriculum_utils.items import Scored
from curriculum_utils.reports.gradebook import ItemGrade
from curriculum_utils.reports.judging import Judged

Place = tuple[str, str, str]
"""Learner, module and item, by id."""


@dataclass(frozen=True)
class Answered:
    """One learner's answers to one item.

    `attempts` are not blank, oldest first, and all to the version of the item that the learner answered last; empty
    where a person gave points to an answer that no log holds. `grade` is None for practice and until a submission
    is graded. `decided` is what the last attempt was found to be where a person has decided on its labels.
    """

    learner: str
    module: str
    item: str
    attempts: tuple[Judged, ...]
    grade: ItemGrade | None
    decided: Scored | None = None

    @property
    def standing(self) -> Scored | None:
        """What the last attempt is by the labels that stand: a person's, else the scorer's; None if it waits."""
        return self.decided or (self.last.scored if self.last else None)

    @property
    def first(self) -> Judged | None:
        return self.attempts[0] if self.attempts else None

    @property
    def last(self) -> Judged | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def credit(self) -> float | None:
        """The credit that stands, in [0, 1] but for extra credit; None while it waits for a person.

        The gradebook's, where the submission is graded: a person's decision is in it. Else the machine's.
        """
        if self.grade is None:
            return self.last.credit if self.last else None
        if self.grade.score is None:
            return None
        return self.grade.score / self.grade.maximum if self.grade.maximum else None

    @property
    def waits(self) -> bool:
        """Whether a person is asked to look at it: in the gradebook, or, without a grade, by the scorer."""
        if self.grade is not None:
            return self.grade.waits
        return self.last is not None and self.last.for_a_person is not None

    @property
    def pair(self) -> tuple[float, float] | None:
        """The machine's credit of the first and of the last attempt, where there are two and both have one."""
        if self.first is None or self.last is None or len(self.attempts) < 2:
            return None
        if self.first.credit is None or self.last.credit is None:
            return None
        return self.first.credit, self.last.credit


def answered_items(judged: Iterable[Judged], grades: Mapping[Place, ItemGrade]) -> dict[Place, Answered]:
    """What was answered, by learner, module and item.

    Args:
        grades: those of submissions that are graded.
    """
    attempts: dict[Place, list[Judged]] = {}
    for one in judged:
        if one.outcome is None:
            continue
        place = (one.attempt.learner, one.attempt.module, one.attempt.item.id)
        attempts.setdefault(place, []).append(one)
    found: dict[Place, Answered] = {}
    for place, made in attempts.items():
        # A corrected item counts as new: what was answered before the correction is another item's attempt.
        now = made[-1].attempt.item.digest
        current = tuple(one for one in made if one.attempt.item.digest == now)
        found[place] = Answered(*place, current, grades.get(place))
    for place, grade in grades.items():
        if grade.by_person and place not in found:
            found[place] = Answered(*place, (), grade)
    return found
