"""A scorer's replies read by a second one as well: where they differ on something that counts, a person is asked.

The first scorer's score stands, whatever the second one says: labels, probabilities, evidence and credit never change.
"""

from collections.abc import Sequence
from dataclasses import replace

from curriculum_utils.content.words import words
from curriculum_utils.scoring.credit import reply_credit
from curriculum_utils.scoring.protocol import Reply, ReplyScore, Scorer
from curriculum_utils.scoring.vocabulary import ScoringVocabulary


class SecondOpinion:
    """A `Scorer` that gives the first one's scores, flagged where the second one's labels would earn another credit,
    or only one of the two sees a trap.

    The second is not asked about a reply that the first leaves unscored. Where it gives no answer, the first's score
    stands as it is; so it does on labels that the second does not know or has claimed without proof.

    Args:
        vocabulary: the moves by which a difference counts. In a module that is not there, every difference counts.
    """

    def __init__(self, first: Scorer, second: Scorer, vocabulary: ScoringVocabulary) -> None:
        self._first = first
        self._second = second
        self._vocabulary = vocabulary

    @property
    def rubric_version(self) -> str:
        return self._first.rubric_version

    @property
    def scorer_version(self) -> str:
        return self._first.scorer_version

    @property
    def known_labels(self) -> frozenset[str]:
        return self._first.known_labels

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        """One score per reply, in order."""
        found = self._first.score(replies)
        asked = [reply for reply, first in zip(replies, found, strict=True) if first.scored]
        heard = iter(self._second.score(asked))
        return [
            self._flagged(reply, first, next(heard)) if first.scored else first
            for reply, first in zip(replies, found, strict=True)
        ]

    def _flagged(self, reply: Reply, first: ReplyScore, second: ReplyScore) -> ReplyScore:
        labels = self._differences(reply, first, second) if second.scored else ()
        if not labels:
            return first
        reason = words("review-second-reading", labels=", ".join(self._vocabulary.plain[label] for label in labels))
        return replace(first, review=True, review_reason=" ".join(filter(None, (first.review_reason, reason))))

    def _differences(self, reply: Reply, first: ReplyScore, second: ReplyScore) -> tuple[str, ...]:
        """The labels that the two read differently, where that counts; in the rubric's order."""
        shared = (self.known_labels & self._second.known_labels).difference(second.unsure)
        mine = set(first.labels)
        changed = (mine ^ set(second.labels)) & shared
        now = self._credit(reply, mine)

        def counts(labels: set[str]) -> bool:
            return self._credit(reply, mine ^ labels) != now

        counting = changed & set(self._vocabulary.traps)
        if now is None:
            counting = changed
        elif counts(changed):
            # Two that count only together, as criteria of another move may, are named together.
            counting = counting | {label for label in changed if counts({label})} or changed
        return tuple(label for label in self._vocabulary.labels if label in counting)

    def _credit(self, reply: Reply, labels: set[str]) -> float | None:
        """What these labels earn; None where the module or the move asked for is not known."""
        moves = self._vocabulary.modules.get(reply.module)
        if not moves or (reply.move is not None and reply.move not in moves):
            return None
        return reply_credit(labels, labels & set(self._vocabulary.traps), moves, asked=reply.move).credit
