"""A scorer that remembers what it said of the last replies: a session asks of all its turns at each new one."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from curriculum_utils.scoring.protocol import Reply, ReplyScore, Scorer

MOST = 64


class RememberingScorer:
    """A `Scorer` over another; the same text has the same score, so nothing it says differs from the other's."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._said: OrderedDict[Reply, ReplyScore] = OrderedDict()

    @property
    def rubric_version(self) -> str:
        return self._scorer.rubric_version

    @property
    def scorer_version(self) -> str:
        return self._scorer.scorer_version

    @property
    def known_labels(self) -> frozenset[str]:
        return self._scorer.known_labels

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        """One score per reply, in order."""
        return [replace(self._remembered(replace(reply, id="")), id=reply.id) for reply in replies]

    def _remembered(self, reply: Reply) -> ReplyScore:
        found = self._said.pop(reply, None) or self._scorer.score([reply])[0]
        self._said[reply] = found
        if len(self._said) > MOST:
            self._said.popitem(last=False)
        return found
