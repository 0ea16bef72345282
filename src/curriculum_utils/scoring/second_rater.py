"""A second rater of replies: any model behind an OpenAI-compatible endpoint that an instructor names. Off by default.

It is asked one reply at a time, at temperature 0, and must quote the reply's own words for every label that it claims.
It sets no score: `second_opinion` holds its labels against the scorer's and asks for a person where they differ. A
reply that is blank, too long, or may speak of a real person is never sent. What cannot be asked or understood leaves
the reply unscored, with the reason; it stops nothing.
"""

import hashlib
import json
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from curriculum_utils.content.words import words
from curriculum_utils.errors import ScoringError
from curriculum_utils.scoring import guards
from curriculum_utils.scoring.protocol import Reply, ReplyScore
from curriculum_utils.scoring.second_endpoint import Answer, Endpoint, Outcome
from curriculum_utils.scoring.second_log import LineFile
from curriculum_utils.scoring.second_prompt import Reading, prompt_for, read_answer
from curriculum_utils.scoring.vocabulary import ScoringVocabulary

# A model on a laptop's processor reads the prompt for half a minute.
TIMEOUT_S = 60.0
LONGEST_S = 3600.0
# A dead endpoint costs a cohort three times the time limit, and then one such wait in every REST_S.
SILENCES = 3
REST_S = 300.0
_SHORT = 12

_logger = logging.getLogger(__name__)


class SecondRater:
    """A `Scorer` that asks a chat model.

    Unlike the shipped scorer it may read the same text differently another day (see `second_memory`). Its
    probabilities are a yes and a no written as numbers, 1.0 and 0.0: it gives none that are calibrated, so they must
    not be averaged or held against thresholds. `unsure` has the labels that it claimed without a quote from the
    reply: of these it has said neither yes nor no.

    Args:
        endpoint: where `/chat/completions` is asked for, such as `http://127.0.0.1:11434/v1`; https, unless it is
            on this machine.
        model: the model's name there.
        vocabulary: the labels it may give.
        key: sent as a bearer token; it is written nowhere.
        timeout: seconds for one reply, in all; at most `LONGEST_S`.
        log: a file that gets a JSON line for each reply, without its words.
    Raises:
        ScoringError: the address, the model's name, the key or the log cannot be used.
    """

    def __init__(
        self,
        endpoint: str,
        model: str,
        vocabulary: ScoringVocabulary,
        *,
        key: str | None = None,
        timeout: float = TIMEOUT_S,
        log: Path | None = None,
    ) -> None:
        if not model.strip():
            raise ScoringError("the second rater's model has no name; give it as the endpoint knows it")
        if not 0 < timeout <= LONGEST_S:
            raise ScoringError(f"the second rater's time limit must be above 0 and at most {LONGEST_S:g} seconds")
        self._endpoint = Endpoint(endpoint, key)
        self._model = model.strip()
        self._vocabulary = vocabulary
        self._prompt = prompt_for(vocabulary)
        self._prompt_sha256 = self._prompt.sha256
        self._timeout = timeout
        self._log = None if log is None else LineFile(log)
        self._silences = 0
        self._rests_until = 0.0
        self.asked = 0
        self.answered = 0

    @property
    def rubric_version(self) -> str:
        return self._vocabulary.rubric_version

    @property
    def scorer_version(self) -> str:
        """The model and the prompt: another one of either is another scorer."""
        return f"{self._model}+{self._prompt_sha256[:_SHORT]}"

    @property
    def known_labels(self) -> frozenset[str]:
        return frozenset(self._vocabulary.labels)

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        """One score per reply, in order; `asked` and `answered` count those that it should have read, and did."""
        return [self._score(reply) for reply in replies]

    def _score(self, reply: Reply) -> ReplyScore:
        if guards.is_blank(reply.reply):
            self._tell(reply, Answer(Outcome.NOT_SENT))
            return self._scored(reply, Reading({}, (), 0))
        if (why := _kept_back(reply)) is not None:
            self._tell(reply, Answer(Outcome.NOT_SENT))
            return self._unscored(reply, why)
        self.asked += 1
        began = time.monotonic()
        answer = self._ask(reply)
        found: Reading | Outcome = answer.outcome
        if found is Outcome.ANSWERED:
            found = read_answer(answer.body, reply.reply, self._vocabulary.labels)
        milliseconds = round(1000 * (time.monotonic() - began))
        if isinstance(found, Outcome):
            silent = Answer(found, status=answer.status)
            self._tell(reply, silent, milliseconds=milliseconds)
            return self._unscored(reply, _silence(silent))
        self.answered += 1
        self._tell(reply, answer, rejected=found.rejected, milliseconds=milliseconds)
        return self._scored(reply, found)

    def _ask(self, reply: Reply) -> Answer:
        """What the endpoint gives; one that gave nothing several times in a row rests, so that grading goes on."""
        if time.monotonic() < self._rests_until:
            return Answer(Outcome.RESTING)
        answer = self._endpoint.post(self._prompt.request(self._model, reply), self._timeout)
        self._silences = 0 if answer.outcome is Outcome.ANSWERED else self._silences + 1
        if self._silences >= SILENCES:
            self._rests_until = time.monotonic() + REST_S
            told = "second rater %s: no answer %d times in a row; it is left alone for %d minutes"
            _logger.warning(told, self._model, self._silences, REST_S // 60)
        return answer

    def _tell(self, reply: Reply, answer: Answer, *, rejected: int = 0, milliseconds: int = 0) -> None:
        """Writes down what became of the reply, without a word of it."""
        named, outcome = reply_id(reply), _named(answer)
        quiet = answer.outcome in (Outcome.ANSWERED, Outcome.NOT_SENT, Outcome.RESTING)
        entry: dict[str, object] = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "reply_id": named,
            "model": self._model,
            "prompt_sha256": self._prompt_sha256,
            "outcome": outcome,
            "rejected": rejected,
            "milliseconds": milliseconds,
        }
        _logger.log(
            logging.INFO if quiet else logging.WARNING,
            "second rater %s (prompt %s), reply %s: %s, %d rejected, %d ms",
            self._model,
            self._prompt_sha256[:_SHORT],
            named[:_SHORT],
            outcome,
            rejected,
            milliseconds,
        )
        if self._log is not None:
            self._log.append(entry)

    def _scored(self, reply: Reply, found: Reading) -> ReplyScore:
        return ReplyScore(
            id=reply.id,
            labels=tuple(found.evidence),
            probabilities={label: 1.0 if label in found.evidence else 0.0 for label in self._vocabulary.labels},
            evidence={label: (span,) for label, span in found.evidence.items()},
            rubric_version=self.rubric_version,
            scorer_version=self.scorer_version,
            unsure=found.unproven,
        )

    def _unscored(self, reply: Reply, reason: str) -> ReplyScore:
        return ReplyScore(
            id=reply.id,
            labels=(),
            probabilities=dict.fromkeys(self._vocabulary.labels, 0.0),
            evidence={},
            rubric_version=self.rubric_version,
            scorer_version=self.scorer_version,
            scored=False,
            review=True,
            review_reason=reason,
        )


def reply_id(reply: Reply) -> str:
    """How the log names a reply: whoever has its id and its words finds its lines, nobody gets the words from it."""
    return hashlib.sha256(json.dumps([reply.id, reply.reply]).encode("ascii")).hexdigest()


def _kept_back(reply: Reply) -> str | None:
    """Why these texts must not leave the machine, or None where they may."""
    texts = (reply.reply, reply.client)
    if any(len(text) > guards.MOST_CHARACTERS for text in texts):
        return words("review-no-reply", limit=guards.MOST_CHARACTERS)
    return words("review-risk") if any(map(guards.mentions_risk, texts)) else None


def _silence(answer: Answer) -> str:
    return words("review-second-silent", reason=words(f"second-{answer.outcome}", status=answer.status))


def _named(answer: Answer) -> str:
    return answer.outcome if answer.status is None else f"{answer.outcome}-{answer.status}"
