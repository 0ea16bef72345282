"""A scorer that remembers."""

from collections.abc import Sequence

from curriculum_utils.scoring import Reply, ReplyScore, ScriptedScorer
from curriculum_utils.scoring.remembered import MOST, RememberingScorer


class Counting(ScriptedScorer):
    """A scripted scorer that keeps what it was asked."""

    def __init__(self, labels: dict[str, list[str]]) -> None:
        super().__init__(labels, known_labels=["a"])
        self.asked: list[Reply] = []

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        self.asked += replies
        return super().score(replies)


def test_the_same_words_are_read_once_and_answered_under_each_id():
    scripted = Counting({"one": ["a"]})
    scorer = RememberingScorer(scripted)
    found = scorer.score([Reply("1", "m", "c", "one"), Reply("2", "m", "c", "one"), Reply("3", "m", "other", "one")])
    assert [(score.id, score.labels) for score in found] == [("1", ("a",)), ("2", ("a",)), ("3", ("a",))]
    assert len(scripted.asked) == 2
    assert (scorer.known_labels, scorer.scorer_version) == (scripted.known_labels, scripted.scorer_version)


def test_only_the_last_replies_are_kept():
    scripted = Counting({})
    scorer = RememberingScorer(scripted)
    for number in range(MOST + 1):
        scorer.score([Reply("x", "m", "c", str(number))])
    scorer.score([Reply("x", "m", "c", str(MOST))])
    assert len(scripted.asked) == MOST + 1
    scorer.score([Reply("x", "m", "c", "0")])
    assert len(scripted.asked) == MOST + 2
