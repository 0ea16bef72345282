"""The review queue: which answers wait for a person, the most consequential first, with all that a decision needs."""

import re
from collections.abc import Mapping
from functools import cached_property

import numpy as np
import numpy.typing as npt

from curriculum_utils.cohorts.alike import ALIKE, similarities
from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.review_views import AlikeView, ContestView, Entry, reply_views
from curriculum_utils.cohorts.submitted_items import Submissions, SubmittedItem, is_current
from curriculum_utils.content import Vignette, words
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.blind_names import blind_names
from curriculum_utils.grading.decisions import Decision, standing_decisions
from curriculum_utils.grading.item_grades import ItemGrade, item_grades
from curriculum_utils.items import html
from curriculum_utils.items.assessing import graded_html
from curriculum_utils.scoring import Scorer

EVEN = 0.5
"""The doubt where nobody can say how likely a mistake is: a contested criterion, a log that was changed."""
MOST_ALIKE = 10


def review_queue(
    cohort: Cohort, module: str | None = None, *, blind: bool = True, scorer: Scorer | None = None
) -> list[Entry]:
    """The answers that wait for a person, the most consequential first.

    Consequence, in points, is what is at stake (the item's maximum) times doubt, in [0, 1]:

    - 1 where nothing was scored;
    - the share of the credit that is expected to be wrong, by the scorer's own probabilities, where it is unsure;
    - at least half where the reason is no label (a log that was changed, say);
    - at least half of what a contested label is worth.

    What may speak of somebody at risk comes before everything else; of equals, the contested one comes first.

    Args:
        blind: call learners by blind names alone, also in the reasons.
        scorer: reads the replies; the cohort's own by default.
    """
    return ReviewDesk(cohort, blind=blind, scorer=scorer).queue(module)


class ReviewDesk:
    """One cohort's gradebook, submissions and decisions, read once; handles name answers without naming learners.

    A handle is `module/item/@name`; where a person types one, a learner's id may stand in the place of `@name`.
    """

    def __init__(self, cohort: Cohort, *, blind: bool = True, scorer: Scorer | None = None) -> None:
        self.cohort, self.blind = cohort, blind
        self.submissions = Submissions(cohort, scorer=scorer)
        self.grades = item_grades(cohort.gradebook_url)
        self.names = blind_names(cohort.gradebook_url, {one.learner for one in self.grades})

    def queue(self, module: str | None = None) -> list[Entry]:
        """What waits for a person, as `review_queue` orders it."""
        found = [self.entry(grade) for grade in self.grades if grade.waits and module in (None, grade.module)]
        return sorted(
            found, key=lambda one: (not one.urgent, -round(one.consequence, 6), one.contest is None, one.handle)
        )

    def again(self) -> "ReviewDesk":
        """The same desk after a decision: grades and decisions are read anew, answers are as they were read."""
        fresh = ReviewDesk(self.cohort, blind=self.blind, scorer=self.submissions.scorer)
        fresh.submissions, fresh._said, fresh._matrices = self.submissions, self._said, self._matrices
        return fresh

    @cached_property
    def decisions(self) -> dict[str, Decision]:
        """The decision that holds of each grade."""
        return standing_decisions(self.cohort.gradebook_url)

    def handle(self, grade: ItemGrade) -> str:
        """What names this answer in commands."""
        return f"{grade.module}/{grade.item}/@{self.names[grade.learner]}"

    def who(self, learner: str) -> str:
        """The learner's blind name, and behind it their own unless they are hidden."""
        blind = f"Learner {self.names[learner]}"
        return blind if self.blind else f"{blind} ({self._full_names.get(learner, learner)})"

    def find(self, handle: str) -> ItemGrade:
        """The grade that a handle names.

        Raises:
            CohortError: none does.
        """
        for grade in self.grades:
            if handle in (self.handle(grade), f"{grade.module}/{grade.item}/{grade.learner}"):
                return grade
        close = did_you_mean(handle, [self.handle(grade) for grade in self.grades])
        raise CohortError(f'no graded answer "{handle}" in {self.cohort.name}{close}; see: curriculum review list')

    def read(self, grade: ItemGrade) -> SubmittedItem:
        """What was handed in for the grade."""
        return self.submissions.read(grade.learner, grade.module, grade.item)

    def current(self, grade: ItemGrade) -> str:
        """Whether the grade rests on what is handed in now: yes, no, or unknown."""
        return is_current(self.read(grade), grade.basis, grade.reasons)

    def entry(self, grade: ItemGrade) -> Entry:
        """All that is to be seen of one answer."""
        found = self.read(grade)
        exercise, decision = found.item.exercise, self._decision(grade, found)
        urgent = any(words("review-risk") in reason for reason in grade.reasons)
        doubt, why = self._doubt(grade, found)
        worth = grade.maximum * doubt
        told = f"{grade.maximum:g} at stake × {doubt:.2f} in doubt ({why})"
        return Entry(
            handle=self.handle(grade),
            who=self.who(grade.learner),
            module=grade.module,
            item=grade.item,
            title=exercise.title,
            type=exercise.type,
            prompt=exercise.prompt,
            said=_said(found.item.vignette),
            replies=reply_views(found, dict(self.submissions.thresholds), decision),
            html=graded_html(found.graded),
            score=grade.score,
            maximum=grade.maximum,
            reasons=tuple(self._masked(reason, found) for reason in grade.reasons),
            contest=self._contest(found),
            alike=self.alike(grade),
            urgent=urgent,
            consequence=worth,
            why_first=f"may speak of somebody at risk; {told}" if urgent else told,
            current=self.current(grade),
            decided=decision is not None,
        )

    def alike(self, grade: ItemGrade) -> tuple[AlikeView, ...]:
        """Other answers to the item that say nearly the same, the most alike first, at most ten."""
        texts = self._texts(grade.module, grade.item)
        if not texts.get(grade.learner):
            return ()
        others = [one for one in self.grades if (one.module, one.item) == (grade.module, grade.item)]
        learners = list(texts)
        row = self._matrix(grade.module, grade.item)[learners.index(grade.learner)]
        views = [
            self._alike(one, float(row[learners.index(one.learner)]), texts[one.learner])
            for one in others
            if one.learner != grade.learner and one.learner in texts and row[learners.index(one.learner)] >= ALIKE
        ]
        return tuple(sorted(views, key=lambda one: (-one.similarity, one.handle))[:MOST_ALIKE])

    def _alike(self, grade: ItemGrade, similarity: float, text: str) -> AlikeView:
        decision = self.decisions.get(grade.grade_id)
        met = None if decision is None else tuple(one.key for one in decision.labels if one.person)
        return AlikeView(
            self.handle(grade), self.who(grade.learner), round(similarity, 3), text, grade.score, grade.waits, met
        )

    def _texts(self, module: str, item: str) -> dict[str, str]:
        """The words of each learner who answered the item, by learner."""
        if (module, item) not in self._said:
            learners = [one.learner for one in self.grades if (one.module, one.item) == (module, item)]
            said = {learner: "\n".join(self.submissions.texts(learner, module, item)) for learner in learners}
            self._said[module, item] = {learner: text for learner, text in said.items() if text.strip()}
        return self._said[module, item]

    @cached_property
    def _said(self) -> dict[tuple[str, str], dict[str, str]]:
        return {}

    @cached_property
    def _matrices(self) -> dict[tuple[str, str], npt.NDArray[np.float64]]:
        return {}

    def _matrix(self, module: str, item: str) -> npt.NDArray[np.float64]:
        if (module, item) not in self._matrices:
            self._matrices[module, item] = similarities(list(self._texts(module, item).values()))
        return self._matrices[module, item]

    def _decision(self, grade: ItemGrade, found: SubmittedItem) -> Decision | None:
        """The decision that holds, where it is about these words."""
        decision = self.decisions.get(grade.grade_id)
        return decision if decision is not None and decision.reply_digest == found.digest else None

    def _doubt(self, grade: ItemGrade, found: SubmittedItem) -> tuple[float, str]:
        """How doubtful the score is, in [0, 1], and what makes it so."""
        if grade.score is None or found.graded.score is None:
            return 1.0, "nothing was scored"
        amount, why = found.doubt(), "by the scorer's own probabilities"
        named = any(one.score.unsure for one in found.replies)
        contest_alone = found.contest is not None and len(grade.reasons) <= 1
        if not named and not contest_alone and amount < EVEN:
            amount, why = EVEN, "the reason is no single label"
        if found.contest is not None:
            stake = found.stake(found.contest.label) if found.contest.label else 1.0
            if stake * EVEN > amount:
                amount, why = stake * EVEN, "the learner contests it"
        return amount, why

    def _contest(self, found: SubmittedItem) -> ContestView | None:
        if (one := found.contest) is None:
            return None
        known = one.label in found.vocabulary.rubric.labels()
        plain = found.vocabulary.rubric.plain(one.label) if known else words("contest-whole")
        return ContestView(one.label if known else "", plain, one.reason, one.at)

    def _masked(self, reason: str, found: SubmittedItem) -> str:
        """The reason without anybody's name: it may tell whose log was handed in, or by whom else."""
        if not self.blind:
            return reason
        hidden: Mapping[str, str] = {name: f"Learner {blind}" for name, blind in self.names.items()}
        hidden = dict.fromkeys(found.strangers, "another name") | hidden
        for name in sorted(hidden, key=len, reverse=True):
            reason = re.sub(rf"(?<![\w.@-]){re.escape(name)}(?![\w@-])", hidden[name], reason)
        return reason

    @cached_property
    def _full_names(self) -> dict[str, str]:
        return {one.id: one.full_name for one in self.cohort.roster()}


def _said(vignette: Vignette | None) -> tuple[tuple[str, str], ...]:
    return tuple((html.speaker(vignette, turn.who), turn.text) for turn in vignette.turns) if vignette else ()
