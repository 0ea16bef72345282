"""One notebook's response log held against the releases that it answers: what each item earns, and who must look.

Nothing here knows nbgrader, so that a kernel started by it and the step that needs no kernel give the same score.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from curriculum_utils.content import Item, ReleasedModule, Vocabulary, canonical_json, sha256, words
from curriculum_utils.errors import LogUnreadable
from curriculum_utils.items import (
    Answer,
    Marking,
    Outcome,
    Scored,
    Unscored,
    assess,
    html,
    item_html,
    points,
    type_of,
)
from curriculum_utils.responses import Event, LogContents, log_path, read_log, standing_contest
from curriculum_utils.scoring import Reply, ReplyScore, Scorer

_SHORT = 12
# MathJax would set a learner's `$…$` as formulas, and follow links written in them.
NO_FORMULAS = "tex2jax_ignore mathjax_ignore"


@dataclass(frozen=True)
class GradedItem:
    """What one graded item earned.

    `item` is the version that was answered, `release` the one it stands in. `score` is in points, from 0 to
    `maximum`; None where a person has to give it. `review` says in plain sentences why a person should look.
    """

    item: Item
    outcome: Outcome
    answer: Answer | None
    score: float | None
    maximum: float
    review: tuple[str, ...]
    attempts: int
    release: str
    vocabulary: Vocabulary

    @property
    def basis(self) -> str:
        """A digest of all that a person's decision about this item rests on; another one asks for a new look."""
        answer = None if self.answer is None else dict(self.answer)
        return sha256(canonical_json([self.release, self.item.digest, answer, self.score, self.review]))


@dataclass(frozen=True)
class SubmittedLog:
    """The log of one notebook as it was handed in; `unreadable` says why there is nothing to read."""

    contents: LogContents
    unreadable: str | None = None


def read_submitted(folder: Path, notebook: str, *, assessed: bool) -> SubmittedLog:
    """The log of a notebook in a submission's folder; an unreadable one is told, not raised."""
    path = log_path(folder, notebook, assessed=assessed)
    try:
        contents = read_log(path)
        # A file that holds nothing is what a full disk or a power loss leaves of answers; no file is no answers.
        lost = path.exists() and contents.header is None and not contents.events
        return SubmittedLog(contents, words("log-holds-nothing") if lost else None)
    except LogUnreadable as error:
        return SubmittedLog(LogContents(), str(error).removeprefix(f"{path}: "))


@dataclass(frozen=True)
class Assessor:
    """Grades the items of one notebook.

    Attributes:
        learner: who handed the log in.
        structure: the release whose notebooks are graded.
        release_of: the kept release of a digest, with keys; None if it is not kept.
        shared_with: other learners who handed in a log, by its id.
        known_as: other names of the learner, as an instructor has confirmed.
    """

    log: SubmittedLog
    learner: str
    structure: ReleasedModule
    release_of: Callable[[str], ReleasedModule | None]
    scorer: Scorer
    shared_with: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])
    known_as: Collection[str] = ()

    @cached_property
    def about_log(self) -> tuple[str, ...]:
        """Why a person should look at everything that this log holds."""
        contents = self.log.contents
        reasons: list[str] = []
        if strangers := [name for name in contents.learners if name != self.learner and name not in self.known_as]:
            reasons.append(words("review-other-learner", learner=", ".join(strangers)))
        if others := sorted({name for log in contents.log_ids for name in self.shared_with.get(log, ())}):
            reasons.append(words("review-shared-log", others=", ".join(others)))
        if not contents.chain_intact:
            reasons.append(words("review-chain"))
        return tuple(reasons)

    def grade(self, item: Item) -> GradedItem:
        """What the last commit to `item`, an item of `structure`, earns."""
        if self.log.unreadable is not None:
            return self._unscored(item, words("review-log-unreadable", reason=self.log.unreadable))
        event = self.log.contents.last_commit(item.id)
        if event is None:
            return self._unanswered(item)
        if not event.release:
            return self._unscored(item, words("review-no-header"), event)
        release = self.release_of(event.release)
        answered = release.items.get(item.id) if release is not None else None
        if release is None or answered is None or not answered.graded:
            return self._unscored(item, words("review-release", release=event.release[:_SHORT]), event)
        outcome = assess(answered, event.answer, Marking(release.vocabulary, self.scorer))
        reasons = list(self.about_log)
        if self.log.contents.may_lack_a_later_one(item.id):
            reasons.append(words("review-later-line"))
        if not event.item_digest == answered.digest == item.digest:
            reasons.append(words("review-changed-item"))
        score = None
        if isinstance(outcome, Scored):
            # The maximum is that of the gradebook's cell, also where an earlier release gave other points.
            score = points(outcome.credit, item.exercise.points)
            reasons += [outcome.review] if outcome.review else []
        else:
            reasons.append(outcome.reason)
        if (contest := standing_contest(self.log.contents, item.id)) is not None:
            known = contest.label in release.vocabulary.rubric.labels()
            about = release.vocabulary.rubric.plain(contest.label) if known else words("contest-whole")
            reasons.append(words("review-contested", about=about, reason=contest.reason))
        return self._graded(answered, item, outcome, score, reasons, event=event, release=release)

    def _unanswered(self, item: Item) -> GradedItem:
        header = self.log.contents.header
        names = [event.release for event in self.log.contents.events[-1:]] or [header.release if header else ""]
        release = self.release_of(names[0])
        if release is not None and item.id not in release.items:
            return self._unscored(item, words("review-new-item"))
        if self.log.contents.may_lack_a_later_one(item.id):
            return self._unscored(item, words("review-lost-line"))
        outcome = assess(item, None, Marking(self.structure.vocabulary, self.scorer))
        return self._graded(item, item, outcome, 0.0, list(self.about_log))

    def _unscored(self, item: Item, reason: str, event: Event | None = None) -> GradedItem:
        return self._graded(item, item, Unscored(reason), None, [*self.about_log, reason], event=event)

    def _graded(
        self,
        answered: Item,
        item: Item,
        outcome: Outcome,
        score: float | None,
        reasons: Sequence[str],
        *,
        event: Event | None = None,
        release: ReleasedModule | None = None,
    ) -> GradedItem:
        release = release or self.structure
        return GradedItem(
            item=answered,
            outcome=outcome,
            answer=None if event is None else event.answer,
            score=score,
            maximum=item.exercise.points,
            review=tuple(dict.fromkeys(reasons)),
            attempts=len(self.log.contents.commits(item.id)),
            release=event.release if event is not None else release.release,
            vocabulary=release.vocabulary,
        )


def graded_html(graded: GradedItem) -> str:
    """A graded item as instructors and feedback show it; neither the key nor the reasons for a person are in it."""
    block = item_html(type_of(graded.item), graded.item, graded.answer, graded.outcome, graded.vocabulary)
    if graded.attempts > 1:
        block += html.paragraph(words("attempts-made", count=graded.attempts), cls="cu-attempts")
    return html.tag("div", block, cls=NO_FORMULAS)


def practice_html(
    log: SubmittedLog, item: Item, structure: ReleasedModule, release_of: Callable[[str], ReleasedModule | None]
) -> str:
    """An item that earns no points, practice or pre-test, with its last answer, not scored."""
    event = log.contents.last_commit(item.id)
    release = release_of(event.release) if event is not None else None
    answered = release.items.get(item.id) if release is not None else None
    shown, vocabulary = (answered, release.vocabulary) if release and answered else (item, structure.vocabulary)
    block = item_html(type_of(shown), shown, event.answer if event is not None else None, None, vocabulary)
    return html.tag(
        "div", block, html.paragraph(words(f"{shown.exercise.use}-only"), cls="cu-practice"), cls=NO_FORMULAS
    )


class LazyScorer:
    """A scorer that is loaded when the first reply needs it: many modules and notebooks hold none."""

    def __init__(self, load: Callable[[], Scorer]) -> None:
        self._load = load

    @cached_property
    def _scorer(self) -> Scorer:
        return self._load()

    @property
    def rubric_version(self) -> str:
        return self._scorer.rubric_version

    @property
    def scorer_version(self) -> str:
        return self._scorer.scorer_version

    @property
    def known_labels(self) -> frozenset[str]:
        return self._scorer.known_labels

    @property
    def thresholds(self) -> Mapping[str, float]:
        """The probability from which each label counts; empty where the scorer does not tell."""
        return getattr(self._scorer, "thresholds", {})

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        return self._scorer.score(replies)
