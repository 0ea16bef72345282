"""A second rater's answers kept on disk: asked once, the same ever after, and no learner's words in the file."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from curriculum_utils.errors import ScoringError
from curriculum_utils.scoring import Reply, ReplyScore, Scorer, ScriptedScorer
from curriculum_utils.scoring.second_memory import RememberingRater

TEXT, SILENT = "It weighs on you.", "Nobody can read this."
REPLY = Reply("r", "m", "Again.", TEXT)


class CountingScorer(ScriptedScorer):
    """Counts what it was asked about, and is unsure of one label."""

    count = 0

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        self.count += len(replies)
        return [replace(score, unsure=("b",)) for score in super().score(replies)]


def rater(version: str = "small+1", labels: Sequence[str] = ("a",)) -> CountingScorer:
    return CountingScorer(
        {TEXT: labels}, known_labels=("a", "b", "x"), unscored={SILENT: "It is silent."}, scorer_version=version
    )


def test_a_reply_is_asked_about_once_however_often_it_is_graded(tmp_path: Path):
    first, later = rater(), rater(labels=("x",))
    found = RememberingRater(first, tmp_path / "answers.jsonl").score([REPLY, REPLY])
    again = RememberingRater(later, tmp_path / "answers.jsonl").score([REPLY])[0]
    assert (first.count, later.count) == (1, 0)
    assert found[0].labels == found[1].labels == again.labels == ("a",)
    assert again.evidence == found[0].evidence == {"a": ((0, 17),)}
    assert again.unsure == ("b",)
    assert again.scored
    assert again.probabilities == {"a": 1.0, "b": 0.0, "x": 0.0}


@pytest.mark.parametrize(
    ("reply", "version"),
    [
        (replace(REPLY, reply="It weighs."), "small+1"),
        (replace(REPLY, client="Not again."), "small+1"),
        (REPLY, "small+2"),
        (REPLY, "large+1"),
    ],
    ids=["other words", "other words of the client", "another prompt", "another model"],
)
def test_another_question_is_asked(reply: Reply, version: str, tmp_path: Path):
    RememberingRater(rater(), tmp_path / "answers.jsonl").score([REPLY])
    other = rater(version)
    RememberingRater(other, tmp_path / "answers.jsonl").score([reply])
    assert other.count == 1


def test_the_same_words_of_another_learner_are_the_same_question(tmp_path: Path):
    asked = rater()
    scores = RememberingRater(asked, tmp_path / "answers.jsonl").score([REPLY, replace(REPLY, id="other")])
    assert asked.count == 1
    assert [score.id for score in scores] == ["r", "other"]


def test_silence_is_not_kept(tmp_path: Path):
    asked = rater()
    remembering = RememberingRater(asked, tmp_path / "answers.jsonl")
    assert not remembering.score([replace(REPLY, reply=SILENT)])[0].scored
    remembering.score([replace(REPLY, reply=SILENT)])
    assert asked.count == 2


def test_the_file_holds_no_words_and_is_for_its_owner_alone(tmp_path: Path):
    path = tmp_path / "answers.jsonl"
    RememberingRater(rater(), path).score([REPLY])
    (line,) = path.read_text("utf-8").splitlines()
    entry = json.loads(line)
    assert len(entry.pop("asked")) == 64
    assert entry == {"v": 1, "evidence": {"a": [[0, 17]]}, "unsure": ["b"]}
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "damage",
    [
        b'{"v": 1, "asked": "',
        b"\xff\n",
        b"[1]\n",
        b'"x"\n',
        b"{}\n",
        b"[" * 100_000 + b"\n",
        b'{"v": 2, "asked": "x"}\n',
        b'{"v": 1, "asked": "x", "evidence": {"a": 7}}\n',
        b'{"v": 1, "asked": "x", "evidence": {"a": [[0]]}}\n',
    ],
)
def test_a_damaged_line_is_passed_over(damage: bytes, tmp_path: Path):
    path = tmp_path / "answers.jsonl"
    RememberingRater(rater(), path).score([REPLY])
    path.write_bytes(path.read_bytes() + damage)
    again = rater()
    RememberingRater(again, path).score([REPLY])
    assert again.count == 0


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path):
    with pytest.raises(ScoringError, match="cannot be written"):
        RememberingRater(rater(), tmp_path / "gone" / "answers.jsonl")


def test_it_answers_for_the_rater(tmp_path: Path):
    remembering: Scorer = RememberingRater(rater(), tmp_path / "answers.jsonl")
    assert (remembering.rubric_version, remembering.scorer_version) == ("scripted", "small+1")
    assert remembering.known_labels == {"a", "b", "x"}
