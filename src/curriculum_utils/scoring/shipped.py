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


@dataclass(frozen=True)
class Heard:
    """What a reply's score rests on: its sentences, without what speaks to the marker, and how its words weigh."""

    said: tuple[Span, ...]
    weighed: Weighed


SALAD, ELSEWHERE, RISK = "salad", "elsewhere", "risk"
"""Suspicions: terms strung together; words that are not said to this client, only about, of or for somebody; somebody
in danger, or a real client."""


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
        return [self._read(reply)[0] for reply in replies]

    def score_with_words(self, reply: Reply) -> tuple[ReplyScore, Mapping[str, tuple[Span, ...]]]:
        """A reply's score, and what speaks most for each label, met or not; nothing where nothing was weighed."""
        score, heard = self._read(reply)
        if heard is None:
            return score, {}
        return score, {label: self._spans(reply.reply, heard, label) for label in self._model.labels}

    def doubt_of(self, reply: Reply) -> float:
        """How far the reply's credit is in doubt, guards left aside; what the review limit is chosen from."""
        found, _ = self._read(reply)
        return self._doubt(reply, found.probabilities, found.labels).amount

    @property
    def thresholds(self) -> Mapping[str, float]:
        """The probability from which each label counts as met or fallen into."""
        return {label: self._model.settings[label].threshold for label in self._model.labels}

    def _spans(self, text: str, heard: Heard, label: str) -> tuple[Span, ...]:
        parts = [part for sentence in heard.said for part in clauses(text, sentence)]
        shares = heard.weighed.shares[:, self._model.names.index(label)]
        return evidence_spans(shares, heard.weighed.pieces, heard.said, parts)

    def _doubt(self, reply: Reply, probabilities: Mapping[str, float], met: Collection[str]) -> Doubt:
        wrong = {label: 1 - value if label in met else value for label, value in probabilities.items()}
        moves = self._vocabulary.modules.get(reply.module)
        return doubt(met, wrong, self._vocabulary.traps, moves, reply.move)

    def _read(self, reply: Reply) -> tuple[ReplyScore, Heard | None]:
        """The reply's score and, where anything was weighed, what it rests on."""
        text = reply.reply
        if guards.is_blank(text):
            return self._result(reply), None
        if len(text) > guards.MOST_CHARACTERS:
            return self._unscored(reply, _words("review-no-reply", limit=guards.MOST_CHARACTERS)), None
        if guards.mentions_risk(text):
            return self._unscored(reply, _words("review-risk")), None
        aside = guards.marker_spans(text)
        said = said_sentences(text, aside)
        if not said:
            return self._result(reply, reasons=[_words("review-to-marker")]), None
        heard = Heard(tuple(said), weigh(self._model, without(text, aside)))
        chances = {
            name: probability(self._model.settings[name], float(amount))
            for name, amount in zip(self._model.names, heard.weighed.evidence, strict=True)
        }
        suspected = {name for name in self._model.suspicions if self._reaches(name, chances)}
        if RISK in suspected:
            return self._unscored(reply, _words("review-risk")), None
        probabilities = {label: chances[label] for label in self._model.labels}
        met = [label for label in self._model.labels if self._reaches(label, chances)]
        spans = {label: self._spans(text, heard, label) for label in met}
        unsure, reasons = self._concerns(reply, heard.said, probabilities, met, suspected)
        return self._result(reply, probabilities, spans, reasons=reasons, unsure=unsure), heard

    def _reaches(self, name: str, chances: Mapping[str, float]) -> bool:
        return chances[name] >= self._model.settings[name].threshold

    def _concerns(
        self,
        reply: Reply,
        said: Sequence[Span],
        probabilities: Mapping[str, float],
        met: Collection[str],
        suspected: Collection[str],
    ) -> tuple[tuple[str, ...], list[str]]:
        """The labels in doubt and the reasons, in plain words, why a person should look."""
        text = " ".join(reply.reply[start:end] for start, end in said)
        speller = self._model.speller
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
        found = self._doubt(reply, probabilities, met)
        unsure = found.labels if found.amount > self._model.review_limit else ()
        if unsure:
            names = ", ".join(self._vocabulary.plain.get(label, label) for label in unsure)
            reasons.append(_words("review-low-margin", labels=names))
        return unsure, reasons

    def _unscored(self, reply: Reply, reason: str) -> ReplyScore:
        return self._result(reply, reasons=[reason], scored=False)

    def _result(
        self,
        reply: Reply,
        probabilities: Mapping[str, float] | None = None,
        evidence: Mapping[str, tuple[Span, ...]] | None = None,
        *,
        reasons: Sequence[str] = (),
        unsure: tuple[str, ...] = (),
        scored: bool = True,
    ) -> ReplyScore:
        return ReplyScore(
            id=reply.id,
            labels=tuple(evidence or ()),
            probabilities=probabilities or dict.fromkeys(self._model.labels, 0.0),
            evidence=evidence or {},
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
