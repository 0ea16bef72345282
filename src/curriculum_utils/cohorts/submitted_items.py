# pyright: reportUnknownMemberType=false
"""A submitted answer as a reviewer needs it: what was said, what the scorer found label by label, what that earns.

Read from the same logs, releases and scorer as grading reads, so that nothing here can differ from a grade.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Literal

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.settings import cohort_config
from curriculum_utils.content import Item, ReleasedModule, Vocabulary, canonical_json, load_release, sha256
from curriculum_utils.content.clients import MOST_TURNS
from curriculum_utils.errors import AnswerError, GradingError, ReleaseError
from curriculum_utils.grading.in_cohort import InCohort
from curriculum_utils.grading.shared_logs import shared_with
from curriculum_utils.items import SCHEMAS, type_of
from curriculum_utils.items.assessing import Assessor, GradedItem, LazyScorer, read_submitted
from curriculum_utils.items.base import points
from curriculum_utils.items.pinned import LearnerFolder
from curriculum_utils.items.practice_session import PracticeSessionAnswer, said_turns
from curriculum_utils.items.write_reply import WriteReply, WriteReplyAnswer
from curriculum_utils.practice import session_credit
from curriculum_utils.practice.session import Heard
from curriculum_utils.responses import Contest, LogContents, standing_contest
from curriculum_utils.scoring import Reply, ReplyScore, Scorer, reply_credit
from curriculum_utils.scoring.doubt import doubt


@dataclass(frozen=True)
class ReadReply:
    """One reply: `turn` counts a session's from 1, and is 0 for a reply that stands alone."""

    turn: int
    client: str
    text: str
    score: ReplyScore


@dataclass(frozen=True)
class SubmittedItem:
    """One graded item of one submission, with the replies in it; none where it holds no written words."""

    graded: GradedItem
    replies: tuple[ReadReply, ...]
    contest: Contest | None
    strangers: tuple[str, ...]
    rubric_version: str
    scorer_version: str

    @property
    def item(self) -> Item:
        return self.graded.item

    @property
    def vocabulary(self) -> Vocabulary:
        return self.graded.vocabulary

    @cached_property
    def digest(self) -> str:
        """What the words come to: another one means that something else was said."""
        return sha256(canonical_json([[one.client, one.text] for one in self.replies] or self.graded.answer))

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that a person decides on, in the rubric's order: what the moves ask, and every trap."""
        rubric, needed = self.vocabulary.rubric, self.needed
        return tuple(name for name in rubric.labels() if name in needed or name in rubric.trap_names())

    @property
    def needed(self) -> frozenset[str]:
        """The criteria that count: those of the move asked for, or of all where the move is left open."""
        moves, asked = self._moves(), self._asked()
        return frozenset(name for slug, names in moves.items() if asked in (None, slug) for name in names)

    def machine(self) -> tuple[frozenset[str], ...]:
        """What the scorer found in each reply."""
        return tuple(frozenset(one.score.labels) for one in self.replies)

    def earned(self, met: Sequence[Collection[str]], maximum: float) -> float:
        """Points in [0, maximum] for these labels of each reply, by the scorer's own arithmetic.

        Where they are what the scorer found, this is the score it gave.
        """
        if self.graded.score is not None and tuple(map(frozenset, met)) == self.machine():
            return self.graded.score
        return points(self._credit(met), maximum)

    def doubt(self) -> float:
        """About the share of the credit that is expected to be wrong, in [0, 1]; 1 where nothing was scored."""
        if self.graded.score is None:
            return 1.0
        amounts = [self._doubt_of(one.score) for one in self.replies]
        return min(1.0, sum(amounts) / len(amounts)) if amounts else 0.0

    def stake(self, label: str) -> float:
        """How much of the credit, in [0, 1], turns on one label: the most that deciding it otherwise would change."""
        found = self.machine()
        now = self._credit(found) if found else 0.0
        flipped = ([*found[:at], found[at] ^ {label}, *found[at + 1 :]] for at in range(len(found)))
        return max((abs(self._credit(one) - now) for one in flipped), default=0.0)

    def _doubt_of(self, score: ReplyScore) -> float:
        if not score.probabilities:
            return 0.0
        wrong = {name: 1 - p if name in score.labels else p for name, p in score.probabilities.items()}
        return doubt(score.labels, wrong, self.vocabulary.rubric.trap_names(), self._moves(), self._asked()).amount

    def _credit(self, met: Sequence[Collection[str]]) -> float:
        traps = frozenset(self.vocabulary.rubric.trap_names())
        if not self.replies or len(met) != len(self.replies):
            raise GradingError(f"{self.item.id}: labels for {len(met)} replies, but there are {len(self.replies)}")
        worth = [reply_credit(set(one) - traps, traps & set(one), self._moves(), asked=self._asked()) for one in met]
        if not self.replies[0].turn:
            return worth[0].credit
        heard = [
            Heard(frozenset(one) - traps, traps & frozenset(one), w.coverage) for one, w in zip(met, worth, strict=True)
        ]
        return session_credit([one.credit for one in worth], heard, ended=self._ended())

    def _ended(self) -> bool:
        """Whether the client ended the session on the learner's page, whatever would be heard in it today."""
        client, answer = self.item.client, self.graded.answer or {}
        turns = PracticeSessionAnswer.model_validate(answer).turns
        state = next((one for one in client.states if one.id == turns[-1].state), None) if client and turns else None
        return state is not None and (bool(state.ends) or (len(turns) >= MOST_TURNS and state.late is not None))

    def _moves(self) -> Mapping[str, tuple[str, ...]]:
        return {slug: move.criteria for slug, move in self.vocabulary.effective_moves().items()}

    def _asked(self) -> str | None:
        return self.item.exercise.move if isinstance(self.item.exercise, WriteReply) else None


class Submissions:
    """The answers that were handed in to one cohort, read item by item."""

    def __init__(self, cohort: Cohort, *, scorer: Scorer | None = None) -> None:
        """As given; `scorer` reads the replies, the cohort's own by default."""
        self.cohort = cohort
        self._parts = InCohort(config=cohort_config(cohort))
        # The second rater never changes a label; its doubts stand among the reasons that grading has kept.
        self.scorer = scorer or self._parts.reply_scorer()
        self._read = cache(self._read_item)
        # Alike answers are looked for in everybody's submission, item by item: each is opened once.
        self._structures = cache(self._read_structure)
        self._logs = cache(self._read_log)

    @property
    def thresholds(self) -> Mapping[str, float]:
        """The probability from which each label counts as found; empty where the scorer does not tell."""
        if isinstance(self.scorer, LazyScorer):
            return self.scorer.thresholds
        return getattr(self.scorer, "thresholds", {})

    def structure(self, learner: str, module: str) -> ReleasedModule:
        """The release that the learner's submission was graded in; the current one before it was graded.

        Raises:
            GradingError: none is kept.
        """
        return self._structures(learner, module)

    def _read_structure(self, learner: str, module: str) -> ReleasedModule:
        pinned = self._parts.pinned(module)
        try:
            digest = load_release(self._place(learner, module).autograded, SCHEMAS).release
        except ReleaseError:
            found = pinned.current()
        else:
            found = pinned.get(digest)
        if found is None:
            raise GradingError(f"no release of {module} is kept for {self.cohort.name}; release it again")
        return found

    def items(self, learner: str, module: str) -> list[Item]:
        """The graded items of the learner's submission."""
        return [item for item in self.structure(learner, module).items.values() if item.graded]

    def read(self, learner: str, module: str, item_id: str) -> SubmittedItem:
        """One item of a submission.

        Raises:
            GradingError: the release has no such graded item.
        """
        return self._read(learner, module, item_id)

    def texts(self, learner: str, module: str, item_id: str) -> tuple[str, ...]:
        """The learner's own words in their last answer, unscored; nothing where they wrote none."""
        item = self._item(learner, module, item_id)
        event = self._log(learner, module, item.notebook).last_commit(item_id)
        return tuple(one.reply for one in _replies(item, event.answer)) if event is not None else ()

    def log(self, learner: str, module: str, notebook: str) -> LogContents:
        """The log of a notebook's graded items; an empty one where it cannot be read."""
        return self._log(learner, module, notebook)

    def _read_item(self, learner: str, module: str, item_id: str) -> SubmittedItem:
        item, structure = self._item(learner, module, item_id), self.structure(learner, module)
        place = self._place(learner, module)
        log = read_submitted(place.submitted, item.notebook, assessed=True)
        pinned, shared = self._parts.pinned(module), shared_with(place.folders, learner, module)
        graded = Assessor(log, learner, structure, pinned.get, self.scorer, shared).grade(item)
        said = _replies(graded.item, graded.answer)
        scores = self.scorer.score(said)
        session = graded.item.exercise.type == "practice-session"
        replies = tuple(
            ReadReply(number if session else 0, one.client, one.reply, score)
            for number, (one, score) in enumerate(zip(said, scores, strict=True), 1)
        )
        return SubmittedItem(
            graded,
            replies,
            standing_contest(log.contents, item_id),
            tuple(name for name in log.contents.learners if name != learner),
            scores[0].rubric_version if scores else "",
            scores[0].scorer_version if scores else "",
        )

    def _item(self, learner: str, module: str, item_id: str) -> Item:
        item = self.structure(learner, module).items.get(item_id)
        if item is None or not item.graded:
            raise GradingError(f'no graded exercise "{item_id}" in {module} as it was released')
        return item

    def _log(self, learner: str, module: str, notebook: str) -> LogContents:
        return self._logs(learner, module, notebook)

    def _read_log(self, learner: str, module: str, notebook: str) -> LogContents:
        return read_submitted(self._place(learner, module).submitted, notebook, assessed=True).contents

    def _place(self, learner: str, module: str) -> LearnerFolder:
        return LearnerFolder(self.cohort.folders, learner, module)


def _replies(item: Item, answer: Mapping[str, object] | None) -> list[Reply]:
    """What the item's type asks the scorer about this answer; nothing for a type without written words."""
    kind = type_of(item)
    if answer is None or kind.is_blank(answer):
        return []
    try:
        parsed = kind.parse(item, answer)
    except AnswerError:
        return []
    if isinstance(parsed, WriteReplyAnswer) and isinstance(item.exercise, WriteReply):
        client = item.vignette.last_client_words() if item.vignette else ""
        return [Reply(item.id, item.module, client, parsed.text, item.exercise.move)]
    if isinstance(parsed, PracticeSessionAnswer) and item.client is not None:
        said = said_turns(item.client, parsed.turns)
        return [Reply(str(number), item.module, client, text) for number, (client, text) in enumerate(said, 1)]
    return []


def is_current(submitted: SubmittedItem, basis: str | None, reasons: Sequence[str]) -> Literal["yes", "no", "unknown"]:
    """Whether a grade's basis is what lies in `submitted/` now, read as it is read now; unknown without a basis."""
    if basis is None:
        return "unknown"
    # A last reason may have come from executing the cell, which no log tells.
    kept = (tuple(reasons), tuple(reasons[:-1]), submitted.graded.review)
    return "yes" if any(replace(submitted.graded, review=one).basis == basis for one in kept) else "no"
