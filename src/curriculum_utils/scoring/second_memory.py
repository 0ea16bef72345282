"""A second rater's answers kept on disk, so that grading again neither asks again nor changes its mind.

`curriculum grade` grades everybody anew each time. Without this every reply would be sent again, and an answer that
comes out differently would unsettle what a person has decided. No learner's words are kept, only where labels stand.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from curriculum_utils.content.json_types import as_list, as_mapping
from curriculum_utils.scoring.protocol import Reply, ReplyScore, Scorer, Span
from curriculum_utils.scoring.second_log import LineFile

Spans = dict[str, tuple[Span, ...]]


class RememberingRater:
    """A `Scorer` that asks another one once about each reply and keeps what it found; silence is not kept.

    Args:
        path: the file of answers; made where it is missing, and a line that cannot be read is passed over.
    Raises:
        ScoringError: the file cannot be written.
    """

    def __init__(self, rater: Scorer, path: Path) -> None:
        self._rater = rater
        self._file = LineFile(path)
        self._kept = dict(_kept(path))

    @property
    def rubric_version(self) -> str:
        return self._rater.rubric_version

    @property
    def scorer_version(self) -> str:
        return self._rater.scorer_version

    @property
    def known_labels(self) -> frozenset[str]:
        return self._rater.known_labels

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        """One score per reply, in order."""
        return [self._score(reply) for reply in replies]

    def _score(self, reply: Reply) -> ReplyScore:
        key = self._key(reply)
        if key in self._kept:
            evidence, unsure = self._kept[key]
            return ReplyScore(
                id=reply.id,
                labels=tuple(evidence),
                probabilities={label: 1.0 if label in evidence else 0.0 for label in sorted(self.known_labels)},
                evidence=evidence,
                rubric_version=self.rubric_version,
                scorer_version=self.scorer_version,
                unsure=unsure,
            )
        found = self._rater.score([reply])[0]
        if found.scored:
            self._kept[key] = (dict(found.evidence), found.unsure)
            self._file.append({"v": 1, "asked": key, "evidence": dict(found.evidence), "unsure": found.unsure})
        return found

    def _key(self, reply: Reply) -> str:
        """All that the answer rests on: the model and the prompt, and both texts."""
        asked = json.dumps([self.scorer_version, reply.client, reply.reply])
        return hashlib.sha256(asked.encode("ascii")).hexdigest()


def _kept(path: Path) -> Iterator[tuple[str, tuple[Spans, tuple[str, ...]]]]:
    """What the file's lines say: by what was asked, where labels stand and which were claimed without proof."""
    for line in path.read_bytes().splitlines():
        try:
            entry = as_mapping(json.loads(line))
        except (ValueError, RecursionError):
            continue  # torn when a process was killed: that reply is asked about again
        spans = {label: _spans(value) for label, value in as_mapping(entry.get("evidence")).items()}
        unsure = tuple(str(label) for label in as_list(entry.get("unsure")))
        if entry.get("v") == 1 and all(spans.values()):
            yield str(entry.get("asked")), (spans, unsure)


def _spans(value: object) -> tuple[Span, ...]:
    pairs = [as_list(pair) for pair in as_list(value)]
    return tuple((pair[0], pair[1]) for pair in pairs if _is_span(pair))  # pyright: ignore


def _is_span(pair: Sequence[object]) -> bool:
    return len(pair) == 2 and all(isinstance(edge, int) for edge in pair)
