"""Where each learner stands in each module and in all, and each module over its learners; points, never credit."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from curriculum_utils.reports.answered import Answered
from curriculum_utils.reports.gain import Gain
from curriculum_utils.reports.gradebook import Submission

State = Literal["not handed in", "not graded yet", "graded"]


@dataclass(frozen=True)
class ModuleItems:
    """A module's graded items with their points, its pre-test items, and how many practice items it has."""

    slug: str
    title: str
    maxima: Mapping[str, float]
    practice: int
    pretest: frozenset[str] = frozenset()

    @property
    def maximum(self) -> float:
        return sum(self.maxima.values())


@dataclass(frozen=True)
class LearnerModule:
    """One learner in one module.

    `points` are those decided so far, less the late penalty, never below 0; None until the submission is graded.
    `undecided` are the points of items that have no score yet: they count neither for nor against the learner.
    `before` and `after` are mean credit in [0, 1] in the pre-test and in its parallel items; see `reports.gain`.
    `due` is when this learner had to hand it in, extensions included; None without a date or a submission.
    `waiting` counts the items that a person is asked to look at, `unscored` those among them without any score.
    """

    learner: str
    module: str
    state: State
    points: float | None
    maximum: float
    undecided: float
    penalty: float
    waiting: int
    unscored: int
    answered_graded: int
    graded_items: int
    answered_practice: int
    practice_items: int
    answered_pretest: int
    pretest_items: int
    attempts: int
    submitted_at: datetime | None
    before: float | None = None
    after: float | None = None
    due: datetime | None = None

    @property
    def late(self) -> timedelta | None:
        """By how much it came after its date; None where it did not, or where either is not known."""
        if self.state == "not handed in" or self.submitted_at is None or self.due is None:
            return None
        return self.submitted_at - self.due if self.submitted_at > self.due else None

    @property
    def share(self) -> float | None:
        """Points over the maximum of what is decided; None where nothing is."""
        decided = self.maximum - self.undecided
        return None if self.points is None or decided <= 0 else self.points / decided


@dataclass(frozen=True)
class LearnerRow:
    """One learner over all modules; sums of `LearnerModule`."""

    learner: str
    name: str
    first_name: str
    last_name: str
    modules: tuple[LearnerModule, ...]

    @property
    def points(self) -> float | None:
        known = [place.points for place in self.modules if place.points is not None]
        return sum(known) if known else None

    @property
    def maximum(self) -> float:
        return sum(place.maximum for place in self.modules)

    @property
    def share(self) -> float | None:
        graded = [place for place in self.modules if place.share is not None]
        decided = sum(place.maximum - place.undecided for place in graded)
        return sum(place.points or 0.0 for place in graded) / decided if decided else None

    @property
    def answered(self) -> int:
        return sum(place.answered_graded + place.answered_practice + place.answered_pretest for place in self.modules)

    @property
    def items(self) -> int:
        return sum(place.graded_items + place.practice_items + place.pretest_items for place in self.modules)

    @property
    def attempts(self) -> int:
        return sum(place.attempts for place in self.modules)

    @property
    def waiting(self) -> int:
        return sum(place.waiting for place in self.modules)

    @property
    def missing(self) -> tuple[str, ...]:
        """The modules that were not handed in."""
        return tuple(place.module for place in self.modules if place.state == "not handed in")


@dataclass(frozen=True)
class ModuleRow:
    """One module over the cohort. `shares` has one entry for each learner of whom something is decided."""

    module: str
    title: str
    maximum: float
    learners: int
    submitted: int
    graded: int
    learners_waiting: int
    items_waiting: int
    items_unscored: int
    shares: tuple[float, ...]
    late: int = 0

    @property
    def median(self) -> float | None:
        return statistics.median(self.shares) if self.shares else None

    @property
    def lowest(self) -> float | None:
        return min(self.shares, default=None)

    @property
    def highest(self) -> float | None:
        return max(self.shares, default=None)


def learner_module(
    learner: str,
    module: ModuleItems,
    submission: Submission | None,
    answered: Sequence[Answered],
    *,
    handed_in: bool,
    graded: bool,
    gain: Gain | None = None,
) -> LearnerModule:
    """Where a learner stands in a module.

    Args:
        answered: what the learner answered in this module.
        graded: whether nbgrader has graded the submission; its rows are there before.
    """
    grades = submission.grades if submission is not None and graded else {}
    scores = {item: grade.score for item, grade in grades.items() if grade.score is not None}
    penalty = submission.penalty if submission is not None and graded else 0.0
    counts = Counter(
        "graded" if one.item in module.maxima else "pretest" if one.item in module.pretest else "practice"
        for one in answered
    )
    return LearnerModule(
        learner=learner,
        module=module.slug,
        state="graded" if graded else "not graded yet" if handed_in else "not handed in",
        points=max(0.0, sum(scores.values()) - penalty) if graded else None,
        maximum=module.maximum,
        undecided=sum(points for item, points in module.maxima.items() if item not in scores),
        penalty=penalty,
        waiting=sum(grade.waits for grade in grades.values()),
        unscored=sum(grade.score is None for grade in grades.values()),
        answered_graded=counts["graded"],
        graded_items=len(module.maxima),
        answered_practice=counts["practice"],
        practice_items=module.practice,
        answered_pretest=counts["pretest"],
        pretest_items=len(module.pretest),
        attempts=sum(len(one.attempts) for one in answered),
        submitted_at=submission.at if submission is not None else None,
        before=gain.before if gain is not None else None,
        after=gain.after if gain is not None else None,
        due=submission.due if submission is not None else None,
    )


def module_row(module: ModuleItems, places: Iterable[LearnerModule]) -> ModuleRow:
    """A module over the learners' places in it."""
    places = list(places)
    return ModuleRow(
        module=module.slug,
        title=module.title,
        maximum=module.maximum,
        learners=len(places),
        submitted=sum(place.state != "not handed in" for place in places),
        graded=sum(place.state == "graded" for place in places),
        learners_waiting=sum(place.waiting > 0 for place in places),
        items_waiting=sum(place.waiting for place in places),
        items_unscored=sum(place.unscored for place in places),
        shares=tuple(place.share for place in places if place.share is not None),
        late=sum(place.late is not None for place in places),
    )
