"""The scorer that others are compared with: linear weights over words and letters, no language model.

A label's evidence is `whole · v(reply) + max over sentences of sentence · v(sentence) + bias`. Which sentence is the
best one is not known beforehand: weights and choice of sentence are fitted in turn (a latent-variable logistic
regression), every label by itself.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize
from scorer_features import FeatureSpace, counts

Matrix = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
Labels = npt.NDArray[np.float64]  # (n_replies, n_labels), 0 or 1


@dataclass(frozen=True)
class Settings:
    """What was chosen by cross-validation over the training writers, never on the test writer."""

    least_replies: tuple[tuple[str, int], ...] = (("w", 2), ("s", 3), ("c", 3))
    shares: tuple[tuple[str, float], ...] = (("w", 1.5), ("s", 1.0), ("c", 1.0))
    penalty: float = 0.01
    rounds: int = 2
    steps: int = 40


@dataclass(frozen=True)
class Reply:
    """One labelled reply, cut as the scorer cuts it: `sentences` without what speaks to the marker."""

    id: str
    writer: str
    sentences: tuple[str, ...]

    @property
    def whole(self) -> str:
        return " ".join(self.sentences)


@dataclass(frozen=True)
class Heads:
    """Learnt weights, shape (n_features, n_labels), with one bias a label."""

    space: FeatureSpace
    whole: Matrix
    sentence: Matrix
    bias: Matrix

    def evidence(self, replies: Sequence[Reply]) -> Matrix:
        """Shape (n_replies, n_labels)."""
        whole, each, owner = _matrices(self.space, replies)
        return whole @ self.whole + _best(each @ self.sentence, owner, len(replies)) + self.bias


def fit(replies: Sequence[Reply], labels: Labels, settings: Settings) -> Heads:
    """Weights for every label, learnt from replies; the same input gives the same weights."""
    space = _space(replies, settings)
    whole, each, owner = _matrices(space, replies)
    count, sentence_of = len(space.names), None
    first = _logistic(whole, labels, settings, None, steps=120)
    weights = np.vstack([first[:-1] / 2, first[:-1] / 2, first[-1:]])
    for _ in range(settings.rounds):
        sentence_of = _choice(each @ weights[count:-1], owner, len(replies))
        weights = np.hstack(
            [
                _logistic(
                    sp.hstack([whole, each[sentence_of[:, at]]]).tocsr(),
                    labels[:, at : at + 1],
                    settings,
                    weights[:, at : at + 1],
                    steps=settings.steps,
                )
                for at in range(labels.shape[1])
            ]
        )
    return Heads(space, weights[:count], weights[count:-1], weights[-1])


def _space(replies: Sequence[Reply], settings: Settings) -> FeatureSpace:
    """Features that occur in enough texts, a reply and each of its sentences being one text each."""
    texts = [text for reply in replies for text in (reply.whole, *reply.sentences)]
    found: Counter[str] = Counter()
    for text in texts:
        for counted in counts(text).values():
            found.update(counted.keys())
    least = dict(settings.least_replies)
    names = sorted(name for name, number in found.items() if number >= least[name[0]])
    idf = np.array([np.log((1 + len(texts)) / (1 + found[name])) + 1 for name in names])
    return FeatureSpace(names, idf.astype(np.float32).astype(np.float64), dict(settings.shares))


def _matrices(space: FeatureSpace, replies: Sequence[Reply]) -> tuple[sp.csr_matrix, sp.csr_matrix, Numbers]:
    """The replies' rows, all sentences' rows, and whose each sentence is."""
    owner = np.array([at for at, reply in enumerate(replies) for _ in reply.sentences], dtype=np.intp)
    sentences = [sentence for reply in replies for sentence in reply.sentences]
    return _rows(space, [reply.whole for reply in replies]), _rows(space, sentences), owner


def _rows(space: FeatureSpace, texts: Sequence[str]) -> sp.csr_matrix:
    vectors = [space.vector(text) for text in texts]
    ends = np.cumsum([0, *(len(numbers) for numbers, _ in vectors)])
    numbers = np.concatenate([numbers for numbers, _ in vectors]) if vectors else np.array([], dtype=np.intp)
    values = np.concatenate([values for _, values in vectors]) if vectors else np.array([])
    return sp.csr_matrix((values, numbers, ends), shape=(len(texts), len(space.names)))


def _best(scores: Matrix, owner: Numbers, replies: int) -> Matrix:
    best = np.full((replies, scores.shape[1]), -np.inf)
    np.maximum.at(best, owner, scores)
    return best


def _choice(scores: Matrix, owner: Numbers, replies: int) -> Numbers:
    """Each reply's best sentence for each label; the first of equals."""
    best, choice = _best(scores, owner, replies), np.zeros((replies, scores.shape[1]), dtype=np.intp)
    for at in range(len(owner) - 1, -1, -1):
        choice[owner[at], scores[at] == best[owner[at]]] = at
    return choice


def _logistic(rows: sp.csr_matrix, labels: Labels, settings: Settings, start: Matrix | None, *, steps: int) -> Matrix:
    """Weights and, in the last row, biases of balanced, L2-penalised logistic regressions side by side."""
    features, columns = rows.shape[1], labels.shape[1]
    across, sign = rows.T.tocsr(), 2 * labels - 1
    positives = labels.sum(axis=0)
    balance = np.where(labels > 0, len(labels) / (2 * positives), len(labels) / (2 * (len(labels) - positives)))

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        weights = flat.reshape(features + 1, columns)
        margin = sign * (rows @ weights[:-1] + weights[-1])
        value = (balance * np.logaddexp(0, -margin)).sum() + settings.penalty / 2 * (weights[:-1] ** 2).sum()
        slope = -sign * balance / (1 + np.exp(np.clip(margin, -50, 50)))
        gradient = np.vstack([across @ slope + settings.penalty * weights[:-1], slope.sum(axis=0)])
        return float(value), gradient.ravel()

    initial = np.zeros((features + 1) * columns) if start is None else start.ravel()
    options = {"maxiter": steps, "maxcor": 6, "ftol": 1e-7}
    return minimize(loss, initial, jac=True, method="L-BFGS-B", options=options).x.reshape(features + 1, columns)
