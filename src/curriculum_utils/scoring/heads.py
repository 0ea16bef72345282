"""From an encoder's reading to evidence: how much each word piece speaks for each label.

A label looks at the pieces with a query of its own (attention over word pieces, one query a label, as in Mullenbach et
al. 2018, "Explainable Prediction of Medical Codes from Clinical Text") and weighs what it sees. The sum over the
pieces is the label's evidence, so each piece's share of it is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curriculum_utils.scoring.encoder import Reading
from curriculum_utils.scoring.protocol import Span

Matrix = npt.NDArray[np.float64]

# A second sentence stands in the evidence when it speaks at least this much as loud as the first.
ALSO_SPEAKS = 0.5
# Of a long sentence only the run of clauses that holds this share of what it says is shown.
MOST_OF_IT = 0.8


@dataclass(frozen=True)
class Heads:
    """`queries` and `weights` have shape (n_labels, width), `bias` (n_labels,)."""

    queries: Matrix
    weights: Matrix
    bias: Matrix

    def shares(self, reading: Reading) -> Matrix:
        """What each piece adds to each label's evidence, shape (n_pieces, n_labels); the bias is left out."""
        hidden = reading.hidden.astype(np.float64)
        return self._looks(hidden) * np.einsum("td,ld->tl", hidden, self.weights)

    def pooled(self, reading: Reading) -> Matrix:
        """What each label sees of the reading, shape (n_labels, width): what the weights are learnt from."""
        hidden = reading.hidden.astype(np.float64)
        return np.einsum("tl,td->ld", self._looks(hidden), hidden)

    def _looks(self, hidden: Matrix) -> Matrix:
        """How far each label looks at each piece, shape (n_pieces, n_labels); each label's looks add up to one."""
        # einsum without BLAS: the same text gives the same bits whatever ran before it.
        looks = np.einsum("td,ld->tl", hidden, self.queries)
        looks = np.exp(looks - looks.max(axis=0))
        return looks / looks.sum(axis=0)


def evidence_spans(
    shares: npt.NDArray[np.float64], pieces: Sequence[Span], sentences: Sequence[Span], clauses: Sequence[Span]
) -> tuple[Span, ...]:
    """The stretches of a text that speak for one label, in order: at most two sentences, or the clauses that matter.

    Args:
        shares: what each piece adds, shape (n_pieces,).
        pieces: each piece's characters; an empty span counts for nothing.
        sentences: the text's sentences, in order; at least one.
        clauses: the sentences' clauses, in order; each lies within one sentence.
    """
    said = [_within(shares, pieces, sentence) for sentence in sentences]
    loudest = max(range(len(said)), key=lambda at: said[at])
    chosen = {loudest}
    if said[loudest] > 0:
        others = [at for at in range(len(said)) if at != loudest and said[at] >= ALSO_SPEAKS * said[loudest]]
        chosen |= set(sorted(others, key=lambda at: -said[at])[:1])
    return tuple(_narrowed(shares, pieces, sentences[at], clauses) for at in sorted(chosen))


def _narrowed(shares: npt.NDArray[np.float64], pieces: Sequence[Span], sentence: Span, clauses: Sequence[Span]) -> Span:
    """The shortest run of the sentence's clauses that holds most of what it says."""
    inside = [clause for clause in clauses if sentence[0] <= clause[0] and clause[1] <= sentence[1]]
    if len(inside) < 2:
        return sentence
    said = [max(_within(shares, pieces, clause), 0.0) for clause in inside]
    enough = MOST_OF_IT * sum(said)
    runs = [
        (inside[last][1] - inside[first][0], first, last)
        for first in range(len(inside))
        for last in range(first, len(inside))
        if sum(said[first : last + 1]) >= enough
    ]
    _, first, last = min(runs)
    return inside[first][0], inside[last][1]


def _within(shares: npt.NDArray[np.float64], pieces: Sequence[Span], stretch: Span) -> float:
    return float(
        sum(
            share
            for share, (start, end) in zip(shares, pieces, strict=True)
            if end > start and stretch[0] <= start < stretch[1]
        )
    )
