"""What the scorer sees of a stretch of text: weighted counts of words, word pairs (next and near) and letter groups.

Plain Python and exact sums: the same text gives the same numbers whatever stands beside it. Training and scoring
both come through here.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from curriculum_utils.scoring.segments import tokens

WORDS, GAPPED, LETTERS = "w", "s", "c"
KINDS = (WORDS, GAPPED, LETTERS)
"""The first character of a feature's name says of which kind it is."""

MIN_LETTERS, MAX_LETTERS = 2, 5
WIDEST_GAP = 5
"""How far apart the two words of a gapped pair may stand: "what … afraid" survives what is said between."""

Vector = tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]
"""Feature numbers, ascending, and their values."""


def counts(text: str) -> dict[str, Counter[str]]:
    """How often each feature occurs in `text`, by kind."""
    words = tokens(text)
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    gapped = [f"{first} {second}" for at, first in enumerate(words) for second in words[at + 2 : at + 1 + WIDEST_GAP]]
    letters: Counter[str] = Counter()
    for word in words:
        padded = f" {word} "
        for size in range(MIN_LETTERS, MAX_LETTERS + 1):
            if size >= len(padded):
                letters[LETTERS + padded] += 1
                break
            letters.update(LETTERS + padded[at : at + size] for at in range(len(padded) - size + 1))
    return {
        WORDS: Counter(WORDS + name for name in (*words, *pairs)),
        GAPPED: Counter(GAPPED + name for name in gapped),
        LETTERS: letters,
    }


@dataclass(frozen=True)
class FeatureSpace:
    """The features a scorer knows: names, inverse document frequencies, and each kind's share."""

    names: Sequence[str]
    idf: npt.NDArray[np.float64]
    shares: Mapping[str, float]
    _number_of: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_number_of", {name: number for number, name in enumerate(self.names)})

    def vector(self, text: str) -> Vector:
        """The text's features; each kind has length 1 times its share, or nothing if none of it is known."""
        index = self._number_of
        found: list[tuple[int, float]] = []
        for kind, counted in counts(text).items():
            known = [
                (index[name], (1.0 + math.log(count)) * float(self.idf[index[name]]))
                for name, count in counted.items()
                if name in index
            ]
            # fsum is exact, so the order in which the words came does not matter to the last bit.
            length = math.sqrt(math.fsum(value * value for _, value in known))
            found.extend((number, value / length * self.shares[kind]) for number, value in known)
        found.sort()
        return (
            np.array([number for number, _ in found], dtype=np.intp),
            np.array([value for _, value in found], dtype=np.float64),
        )
