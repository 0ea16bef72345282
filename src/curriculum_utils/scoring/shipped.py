"""The shipped scorer: a small language model's reading of a reply, with guards for what it should not weigh.

What speaks to the marker is set aside and slips of the keyboard are put right before the reply is read; the words that
speak most for a label are its evidence. A reply in doubt goes to a person, with the reason in plain words.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

import numpy as np

from curriculum_utils.scoring import guards
from curriculum_utils.scoring.doubt import Doubt, doubt
from curriculum_utils.scoring.heads import Matrix, evidence_spans
from curriculum_utils.scoring.model import LabelSettings, ReplyModel, load_model
from curriculum_utils.scoring.protocol import Reply, ReplyScore, Scorer, Span
from curriculum_utils.scoring.segments import clauses, sentences
from curriculum_utils.scoring.vocabulary import ScoringVocabulary, shipped_vocabulary


@dataclass(frozen=True)
class Weighed:
    """What the heads make of one text.

    `evidence` has shape (n_names,); `shares` has shape (n_pieces, n_names) with `pieces`, their characters in the text.
    """

    evidence: Matrix
    shares: Matrix
    pieces: tuple[Span, ...]


SALAD, ELSEWHERE = "salad", "elsewhere"
"""Suspicions: terms strung together; words that are not said to this client, only about, of or for somebody."""


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

    @property
    def thresholds(self) -> Mapping[str, float]:
        """The probability from which each label counts as met or fallen into."""
        return {label: self._model.settings[label].threshold for label in self._model.labels}

    def loudest(self, reply: Reply) -> Mapping[str, tuple[Span, ...]]:
        """The stretches of a reply that speak most for each label, met or not; nothing for what is not weighed."""
        aside = guards.marker_spans(reply.reply)
        if len(reply.reply) > guards.MOST_CHARACTERS or not (said := said_sentences(reply.reply, aside)):
            return {}
        weighed = weigh(self._model, without(reply.reply, aside))
        return {label: self._spans(reply.reply, said, weighed, label) for label in self._model.labels}

    def _spans(self, text: str, said: Sequence[Span], weighed: Weighed, label: str) -> tuple[Span, ...]:
        parts = [part for sentence in said for part in clauses(text, sentence)]
        return evidence_spans(weighed.shares[:, self._model.names.index(label)], weighed.pieces, said, parts)

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
        weighed = weigh(self._model, without(text, aside))
        chances = {
            name: probability(self._model.settings[name], float(amount))
            for name, amount in zip(self._model.names, weighed.evidence, strict=True)
        }
        probabilities = {label: chances[label] for label in self._model.labels}
        met = [label for label in self._model.labels if chances[label] >= self._model.settings[label].threshold]
        spans = {label: self._spans(text, said, weighed, label) for label in met}
        unsure, reasons = self._concerns(reply, said, chances, spans)
        return self._result(reply, probabilities, spans, reasons=reasons, unsure=unsure)

    def _concerns(
        self, reply: Reply, said: Sequence[Span], chances: Mapping[str, float], met: Collection[str]
    ) -> tuple[tuple[str, ...], list[str]]:
        """The labels in doubt and the reasons, in plain words, why a person should look."""
        text = " ".join(reply.reply[start:end] for start, end in said)
        settings, speller = self._model.settings, self._model.speller
        suspected = {name for name in self._model.suspicions if chances[name] >= settings[name].threshold}
        reasons: list[str] = []
        if guards.marker_spans(reply.reply):
            reasons.append(_words("review-to-marker"))
        if guards.is_salad(text) or SALAD in suspected:
            reasons.append(_words("review-salad"))
        elif guards.is_other_language(text, speller.mend(text).text, speller.known):
            reasons.append(_words("review-language"))
        elif ELSEWHERE in suspected and met:
            reasons.append(_words("review-elsewhere"))
        if guards.word_count(text) > self._model.longest:
            reasons.append(_words("review-long", limit=self._model.longest))
        elif guards.word_count(text) < guards.SHORTEST:
            reasons.append(_words("review-short"))
        found = self._doubt(reply, {label: chances[label] for label in self._model.labels}, met)
        unsure = found.labels if found.amount > self._model.review_limit else ()
        if unsure:
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


def weigh(model: ReplyModel, text: str) -> Weighed:
    """The evidence in `text` for every name the heads know; of a text read in parts, the most that any part gives."""
    mended = model.speller.mend(text)
    readings = model.encoder.read(mended.text)
    shares = [model.heads.shares(reading) for reading in readings]
    evidence = np.stack([part.sum(axis=0) for part in shares]).max(axis=0) + model.heads.bias
    pieces = [mended.original(span) if span[1] > span[0] else span for part in readings for span in part.spans]
    return Weighed(evidence, np.concatenate(shares), tuple(pieces))


def without(text: str, aside: Sequence[Span]) -> str:
    """The text with blanks where `aside` is, so that all else keeps its place."""
    characters = list(text)
    for start, end in aside:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


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
    return _shipped() if vocabulary is None else shipped_scorer(vocabulary)


def shipped_scorer(vocabulary: ScoringVocabulary) -> ShippedScorer:
    """The shipped scorer as it is, for what goes beyond the protocol.

    Raises:
        ScoringError: its files are missing, damaged or of another version.
    """
    return ShippedScorer(_shipped_model(), vocabulary)


@cache
def _shipped() -> ShippedScorer:
    return ShippedScorer(_shipped_model(), shipped_vocabulary())


@cache
def _shipped_model() -> ReplyModel:
    with as_file(files("curriculum_utils.scoring").joinpath("model")) as folder:
        return load_model(folder)


def _words(key: str, **values: object) -> str:
    # The catalogue of wording is YAML: it is read only once a reply needs a reason.
    from curriculum_utils.content.words import words  # noqa: PLC0415

    return words(key, **values)
