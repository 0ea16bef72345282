"""Which answers say nearly the same, so that equals can be treated equally: by their letters, in any language."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

ALIKE = 0.8
"""Cosine from which two texts are shown side by side: one word in eight or so may differ. Nothing follows from it."""
GRAMS = (3, 4, 5)


def plain(text: str) -> str:
    """The words alone: no capitals, no punctuation, one blank between them."""
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))


def similarities(texts: Sequence[str]) -> npt.NDArray[np.float64]:
    """How alike the texts are, in [0, 1], shape `(n, n)`: the cosine of their TF-IDF weighted runs of letters.

    Runs are of 3 to 5 characters within a word and its blanks; each weighs log((1 + n) / (1 + k)) + 1, where k of the
    texts hold it. Texts that are equal but for capitals and punctuation come to 1; one without words is like no other.
    """
    counts = [_grams(plain(text)) for text in texts]
    places = {gram: at for at, gram in enumerate(sorted({gram for one in counts for gram in one}))}
    weights = np.zeros((len(texts), len(places)))
    for row, one in enumerate(counts):
        for gram, count in one.items():
            weights[row, places[gram]] = count
    holding = (weights > 0).sum(axis=0)
    weights *= np.log((1 + len(texts)) / (1 + holding)) + 1
    lengths = np.linalg.norm(weights, axis=1, keepdims=True)
    weights = np.divide(weights, lengths, out=np.zeros_like(weights), where=lengths > 0)
    return np.clip(weights @ weights.T, 0.0, 1.0)


def _grams(text: str) -> Counter[str]:
    padded = [f" {word} " for word in text.split()]
    return Counter(
        word[start : start + size] for word in padded for size in GRAMS for start in range(len(word) - size + 1)
    )
