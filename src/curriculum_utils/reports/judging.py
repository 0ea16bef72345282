"""What each answer is worth, by the same rules as in grading; replies go to the scorer once each and in batches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from curriculum_utils.content import canonical_json, words
from curriculum_utils.errors import CurriculumError
from curriculum_utils.items import Marking, Outcome, Scored, Unscored, assess
from curriculum_utils.items.assessing import LazyScorer
from curriculum_utils.items.write_reply import MAX_CHARACTERS, WriteReply
from curriculum_utils.reports.attempts import Attempt
from curriculum_utils.reports.notices import Notices
from curriculum_utils.scoring import Reply, ReplyScore, Scorer

BATCH = 256


@dataclass(frozen=True)
class Judged:
    """An attempt and its outcome; `outcome` is None for a blank answer."""

    attempt: Attempt
    outcome: Outcome | None

    @property
    def scored(self) -> Scored | None:
        return self.outcome if isinstance(self.outcome, Scored) else None

    @property
    def credit(self) -> float | None:
        """The machine's credit in [0, 1]; None where it said nothing."""
        return self.scored.credit if self.scored else None

    @property
    def for_a_person(self) -> str | None:
        """Why a person should look at the answer; None if nobody needs to."""
        if isinstance(self.outcome, Unscored):
            return self.outcome.reason
        return self.scored.review if self.scored else None


@dataclass(frozen=True)
class AttemptRow:
    """One committed answer, without the learner's words.

    `attempt` counts from 1 among this learner's answers to this version of the item, blank ones too; `state` is
    scored, blank, or waits for a person; `credit` in [0, 1] is the machine's, None unless scored.
    """

    learner: str
    module: str
    notebook: str
    item: str
    type: str
    use: str
    attempt: int
    at: datetime | None
    state: str
    credit: float | None
    reason: str
    move: str
    met: tuple[str, ...]
    missing: tuple[str, ...]
    traps: tuple[str, ...]
    confidence: int | None
    release: str
    version: str


class NoScorer:
    """Stands in where the scorer cannot be loaded or fails: every reply is left to a person."""

    rubric_version = ""
    scorer_version = ""

    def __init__(self, labels: Iterable[str]) -> None:
        # Known, or each reply would be told to need labels that the scorer has not learnt.
        self.known_labels: frozenset[str] = frozenset(labels)

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        reason = words("review-generic")
        return [ReplyScore(reply.id, (), {}, {}, "", "", scored=False, review_reason=reason) for reply in replies]


class RememberingScorer(LazyScorer):
    """A scorer that is asked once for each different reply."""

    def __init__(self, scorer: Scorer) -> None:
        super().__init__(lambda: scorer)
        self._known: dict[Reply, ReplyScore] = {}

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        new = [reply for reply in dict.fromkeys(replies) if reply not in self._known]
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            self._known.update(zip(batch, super().score(batch), strict=True))
        return [self._known[reply] for reply in replies]


def judge(attempts: Iterable[Attempt], scorer: Scorer, notices: Notices) -> list[Judged]:
    """Each attempt with its outcome, in the same order."""
    attempts = list(attempts)
    remembering = RememberingScorer(scorer)
    try:
        remembering.score([reply for attempt in attempts if (reply := _reply(attempt)) is not None])
    except CurriculumError as error:
        notices.add("scorer", f"Written replies could not be scored: {error}")
        remembering = RememberingScorer(NoScorer(scorer.known_labels))
    outcomes: dict[tuple[str, ...], Outcome] = {}
    judged: list[Judged] = []
    for attempt in attempts:
        if attempt.blank:
            judged.append(Judged(attempt, None))
            continue
        # The release too: a corrected key changes what the same answer to the same item is worth.
        same = (attempt.module, attempt.release, attempt.item.id, attempt.item.digest, canonical_json(attempt.answer))
        if same not in outcomes:
            outcomes[same] = assess(attempt.item, attempt.answer, Marking(attempt.vocabulary, remembering))
        judged.append(Judged(attempt, outcomes[same]))
    return judged


def _reply(attempt: Attempt) -> Reply | None:
    """What the item type will ask the scorer, so that it can be asked for all at once.

    A difference from what `write-reply` asks would cost time and change nothing.
    """
    item, text = attempt.item, attempt.answer.get("text")
    if not isinstance(item.exercise, WriteReply) or not isinstance(text, str):
        return None
    if attempt.blank or len(text) > MAX_CHARACTERS:
        return None
    client = item.vignette.last_client_words() if item.vignette else ""
    return Reply(item.id, item.module, client, text, item.exercise.move)


def attempt_row(judged: Judged) -> AttemptRow:
    """The attempt as a line of a table."""
    attempt, scored = judged.attempt, judged.scored
    state = "blank" if judged.outcome is None else "scored" if scored else "waits for a person"
    confidence = attempt.answer.get("confidence")
    return AttemptRow(
        learner=attempt.learner,
        module=attempt.module,
        notebook=attempt.item.notebook,
        item=attempt.item.id,
        type=attempt.item.exercise.type,
        use=attempt.item.exercise.use,
        attempt=attempt.number,
        at=attempt.at,
        state=state,
        credit=judged.credit,
        reason=judged.for_a_person or "",
        move=(scored.move or "") if scored else "",
        met=scored.met if scored else (),
        missing=scored.missing if scored else (),
        traps=scored.traps if scored else (),
        confidence=confidence if isinstance(confidence, int) and 1 <= confidence <= 4 else None,
        release=attempt.release[:12],
        version=attempt.item.digest[:12],
    )
