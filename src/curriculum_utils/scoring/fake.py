"""A scorer that finds what it was told to: for tests, previews and demonstrations, without a model."""

from collections.abc import Mapping, Sequence

from curriculum_utils.scoring.guards import is_blank
from curriculum_utils.scoring.protocol import Reply, ReplyScore

CERTAIN, RULED_OUT = 0.95, 0.05


class ScriptedScorer:
    """A `Scorer` that gives each text the labels listed for it, with the whole reply as evidence.

    Args:
        labels_by_text: the labels of each reply, by its text without blanks at the ends.
        known_labels: every label it claims to know; those that occur in `labels_by_text` are always among them.
        unscored: a reason for each text that it cannot decide.
        review: a reason for each text that it wants a person to see.
    """

    def __init__(
        self,
        labels_by_text: Mapping[str, Sequence[str]],
        *,
        known_labels: Sequence[str] = (),
        unscored: Mapping[str, str] | None = None,
        review: Mapping[str, str] | None = None,
        rubric_version: str = "scripted",
        scorer_version: str = "scripted",
    ) -> None:
        self._labels = {text.strip(): tuple(labels) for text, labels in labels_by_text.items()}
        named = (label for labels in self._labels.values() for label in labels)
        # dict keeps the order: the rubric's where `known_labels` gives it.
        self._known = tuple(dict.fromkeys((*known_labels, *named)))
        self._unscored = {text.strip(): reason for text, reason in (unscored or {}).items()}
        self._review = {text.strip(): reason for text, reason in (review or {}).items()}
        self._rubric_version = rubric_version
        self._scorer_version = scorer_version

    @property
    def rubric_version(self) -> str:
        return self._rubric_version

    @property
    def scorer_version(self) -> str:
        return self._scorer_version

    @property
    def known_labels(self) -> frozenset[str]:
        return frozenset(self._known)

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        """One score per reply, in order; a text that is not in the script has no labels."""
        return [self._score(reply) for reply in replies]

    def _score(self, reply: Reply) -> ReplyScore:
        text = reply.reply.strip()
        unscored = None if is_blank(text) else self._unscored.get(text)
        found = set(self._labels.get(text, ())) if unscored is None and not is_blank(text) else set[str]()
        labels = tuple(label for label in self._known if label in found)
        start = len(reply.reply) - len(reply.reply.lstrip())
        reason = unscored or self._review.get(text)
        return ReplyScore(
            id=reply.id,
            labels=labels,
            probabilities={label: CERTAIN if label in found else RULED_OUT for label in self._known},
            evidence={label: ((start, start + len(text)),) for label in labels},
            rubric_version=self._rubric_version,
            scorer_version=self._scorer_version,
            scored=unscored is None,
            review=reason is not None,
            review_reason=reason,
        )
