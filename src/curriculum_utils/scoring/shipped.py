"""The shipped scorer: linear weights over a reply and its sentences, with guards for what it should not weigh.

A label's evidence is what the whole reply gives plus what its best sentence gives; that sentence is the label's span.
A good opening can outweigh a trap in a later sentence. So every sentence is also weighed as if it were the whole reply:
a trap that shows in one of them and was not decided goes to a person if it would cost credit. Deciding it there
(the greater of both evidences) found no more traps and accused more replies wrongly (training writers).
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

import numpy as np
import numpy.typing as npt

from curriculum_utils.scoring import guards
from curriculum_utils.scoring.doubt import Doubt, doubt, lowers_credit
from curriculum_utils.scoring.features import Vector
from curriculum_utils.scoring.model import LabelSettings, ReplyModel, load_model
from curriculum_utils.scoring.protocol import Reply, ReplyScore, Scorer, Span
from curriculum_utils.scoring.segments import sentences
from curriculum_utils.scoring.vocabulary import ScoringVocabulary, shipped_vocabulary


@dataclass(frozen=True)
class Reading:
    """What the weights make of one text: evidence per label, in the model's order, and each label's best sentence.

    `alone` is the most that a single sentence, weighed as if it were the whole reply, gives for each label.
    """

    evidence: tuple[float, ...]
    alone: tuple[float, ...]
    best: tuple[Span, ...]


class ShippedScorer:
    """A `Scorer` over a `ReplyModel`; every reply is scored by itself, so its batch-mates cannot touch it."""

    def __init__(self, model: ReplyModel, vocabulary: ScoringVocabulary) -> None:
        self._model = model
        self._vocabulary = vocabulary

    @property
    def rubric_version(self) -> str:
        return self._model.rubric_version

    @property
    def scorer_version(self) -> str:
        return self._model.scorer_version

    @property
    def known_labels(self) -> frozenset[str]:
        return frozenset(self._model.labels)

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        """One score per reply, in order."""
        return [self._score(reply) for reply in replies]

    def doubt_of(self, reply: Reply) -> float:
        """How far the reply's credit is in doubt, guards left aside; what the review limit is chosen from."""
        found = self._score(reply)
        return self._doubt(reply, found.probabilities, found.labels).amount

    def _doubt(self, reply: Reply, probabilities: Mapping[str, float], met: Collection[str]) -> Doubt:
        wrong = {label: 1 - value if label in met else value for label, value in probabilities.items()}
        moves = self._vocabulary.modules.get(reply.module)
        return doubt(met, wrong, self._vocabulary.traps, moves, reply.move)

    def _score(self, reply: Reply) -> ReplyScore:
        text = reply.reply
        nothing = dict.fromkeys(self._model.labels, 0.0)
        if guards.is_blank(text):
            return self._result(reply, nothing, {})
        if len(text) > guards.MOST_CHARACTERS:
            reason = _words("review-no-reply", limit=guards.MOST_CHARACTERS)
            return self._result(reply, nothing, {}, reasons=[reason], scored=False)
        if guards.mentions_risk(text):
            return self._result(reply, nothing, {}, reasons=[_words("review-risk")], scored=False)
        aside = guards.marker_spans(text)
        said = said_sentences(text, aside)
        if not said:
            return self._result(reply, nothing, {}, reasons=[_words("review-to-marker")])
        reading = read_reply(self._model, text, said)
        settings = [self._model.settings[label] for label in self._model.labels]
        values = [probability(setting, amount) for setting, amount in zip(settings, reading.evidence, strict=True)]
        probabilities = dict(zip(self._model.labels, values, strict=True))
        spans = {
            label: (reading.best[at],)
            for at, label in enumerate(self._model.labels)
            if probabilities[label] >= settings[at].threshold
        }
        unsure, reasons = self._concerns(reply, said, probabilities, spans, self._alone(reply, said, reading, spans))
        return self._result(reply, probabilities, spans, reasons=reasons, unsure=unsure)

    def _alone(self, reply: Reply, said: Sequence[Span], reading: Reading, met: Collection[str]) -> tuple[str, ...]:
        """The traps not decided that a sentence by itself shows, where they would cost credit."""
        if len(said) < 2:
            return ()
        moves, traps = self._vocabulary.modules.get(reply.module), self._model.alone_limits
        return tuple(
            label
            for label, amount in zip(self._model.labels, reading.alone, strict=True)
            if label in traps
            and label not in met
            and amount >= traps[label]
            and lowers_credit(label, met, traps.keys(), moves, reply.move)
        )

    def _concerns(
        self,
        reply: Reply,
        said: Sequence[Span],
        probabilities: Mapping[str, float],
        met: Collection[str],
        alone: tuple[str, ...],
    ) -> tuple[tuple[str, ...], list[str]]:
        """The labels in doubt and the reasons, in plain words, why a person should look."""
        text = _joined(reply.reply, said)
        reasons: list[str] = []
        if guards.marker_spans(reply.reply):
            reasons.append(_words("review-to-marker"))
        if guards.is_salad(text):
            reasons.append(_words("review-salad"))
        elif guards.is_other_language(text):
            reasons.append(_words("review-language"))
        if guards.word_count(text) > self._model.longest:
            reasons.append(_words("review-long", limit=self._model.longest))
        elif guards.word_count(text) < guards.SHORTEST:
            reasons.append(_words("review-short"))
        found = self._doubt(reply, probabilities, met)
        doubtful = found.labels if found.amount > self._model.review_limit else ()
        unsure = (*doubtful, *(label for label in alone if label not in doubtful))
        if found.amount > self._model.review_limit or unsure:
            names = ", ".join(self._vocabulary.plain.get(label, label) for label in unsure)
            reasons.append(_words("review-low-margin", labels=names))
        return unsure, reasons

    def _result(
        self,
        reply: Reply,
        probabilities: Mapping[str, float],
        evidence: Mapping[str, tuple[Span, ...]],
        *,
        reasons: Sequence[str] = (),
        unsure: tuple[str, ...] = (),
        scored: bool = True,
    ) -> ReplyScore:
        return ReplyScore(
            id=reply.id,
            labels=tuple(evidence),
            probabilities=probabilities,
            evidence=evidence,
            rubric_version=self.rubric_version,
            scorer_version=self.scorer_version,
            scored=scored,
            review=bool(reasons),
            review_reason=" ".join(reasons) or None,
            unsure=unsure,
        )


def read_reply(model: ReplyModel, text: str, spans: Sequence[Span]) -> Reading:
    """The evidence for every label in those sentences of `text`; at least one."""
    whole = _weighed(model.space.vector(_joined(text, spans)), model.whole)
    vectors = [model.space.vector(text[start:end]) for start, end in spans]
    each = np.stack([_weighed(vector, model.sentence) for vector in vectors])
    alone = (np.stack([_weighed(vector, model.whole) for vector in vectors]) + each).max(axis=0) + model.bias
    best = each.argmax(axis=0)
    evidence = whole + each.max(axis=0) + model.bias
    return Reading(tuple(map(float, evidence)), tuple(map(float, alone)), tuple(spans[int(number)] for number in best))


def said_sentences(text: str, aside: Sequence[Span]) -> list[Span]:
    """The sentences of `text` outside the stretches in `aside`, those without a letter or digit left out."""
    edges = [0, *(edge for span in aside for edge in span), len(text)]
    found: list[Span] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        found.extend((start + first, start + last) for first, last in sentences(text[start:end]))
    return [(first, last) for first, last in found if not guards.is_blank(text[first:last])]


def probability(settings: LabelSettings, evidence: float) -> float:
    """The calibrated probability for a label's evidence, in [0, 1]."""
    exponent = settings.slope * evidence + settings.intercept
    return 1 / (1 + math.exp(-exponent)) if exponent >= 0 else math.exp(exponent) / (1 + math.exp(exponent))


def load_scorer(vocabulary: ScoringVocabulary | None = None) -> Scorer:
    """The shipped scorer; its weights are read at the first call and kept.

    Args:
        vocabulary: the moves by which it judges what matters for a score; the shipped ones when left out.
    Raises:
        ScoringError: its files are missing, damaged or of another version.
    """
    return _shipped() if vocabulary is None else ShippedScorer(_shipped_model(), vocabulary)


@cache
def _shipped() -> ShippedScorer:
    return ShippedScorer(_shipped_model(), shipped_vocabulary())


@cache
def _shipped_model() -> ReplyModel:
    with as_file(files("curriculum_utils.scoring").joinpath("model")) as folder:
        return load_model(folder)


def _weighed(vector: Vector, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The weighted sum per label, shape (n_labels,).

    Not a matrix product: BLAS may add in another order from one call or machine to the next.
    """
    numbers, values = vector
    return np.add.reduce(weights[numbers] * values[:, np.newaxis], axis=0)


def _joined(text: str, spans: Sequence[Span]) -> str:
    return " ".join(text[start:end] for start, end in spans)


def _words(key: str, **values: object) -> str:
    # The catalogue of wording is YAML: it is read only once a reply needs a reason.
    from curriculum_utils.content.words import words  # noqa: PLC0415

    return words(key, **values)
