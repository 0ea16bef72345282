"""How heads, calibration and limits are learnt from what the encoder makes of replies: numbers only, no files."""

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from curriculum_utils.scoring.heads import Heads
from curriculum_utils.scoring.model import LabelSettings

Matrix = npt.NDArray[np.float64]
Labels = npt.NDArray[np.float64]  # (n_replies, n_names), 0 or 1

PENALTY = 10.0
"""On the squared weights, per head; of 0.3, 3, 10 and 30 the dev writers liked this best."""
STEPS = 200
CANDIDATES = np.arange(0.15, 0.76, 0.01)
RECALL_OF_TRAPS = 1.5
"""How much more a trap's recall counts than its precision (the beta of F): a trap that is missed stays unseen.
Chosen on the dev writers (make thresholds)."""


def fit_heads(queries: Matrix, seen: npt.NDArray[np.float32], labels: Labels) -> Heads:
    """One balanced logistic regression a head, over what its query sees.

    Args:
        queries: shape (n_names, width), from the encoder's training.
        seen: shape (n_replies, n_names, width), from `Heads.pooled`.
    """
    fitted = [logistic(seen[:, at].astype(np.float64), labels[:, at]) for at in range(labels.shape[1])]
    # As stored, so that what is measured here is what ships.
    weights = np.stack([one[:-1] for one in fitted]).astype(np.float32).astype(np.float64)
    bias = np.array([one[-1] for one in fitted]).astype(np.float32).astype(np.float64)
    return Heads(queries, weights, bias)


def evidence(heads: Heads, seen: npt.NDArray[np.float32]) -> Matrix:
    """Shape (n_replies, n_names)."""
    return np.einsum("nld,ld->nl", seen.astype(np.float64), heads.weights) + heads.bias


def calibrate(
    found: Matrix, labels: Labels, names: Sequence[str], traps: Collection[str], beta: float = RECALL_OF_TRAPS
) -> dict[str, LabelSettings]:
    """Slope, intercept and threshold of each name, from evidence for replies by writers not learnt from.

    Platt's targets (Platt 1999) keep a label with few positives from certainty. The threshold is the one with the
    best F1 (for traps F with `beta`), averaged over nearby ones so that it does not sit on a single reply.
    """
    settings: dict[str, LabelSettings] = {}
    for at, name in enumerate(names):
        slope, intercept = platt(found[:, at], labels[:, at])
        chance = 1 / (1 + np.exp(-(slope * found[:, at] + intercept)))
        settings[name] = LabelSettings(
            round(slope, 6),
            round(intercept, 6),
            _threshold(chance, labels[:, at], beta if name in traps else 1.0),
        )
    return settings


def platt(found: Matrix, truth: Matrix) -> tuple[float, float]:
    """Slope and intercept that turn evidence into a probability."""
    yes, no = truth.sum(), len(truth) - truth.sum()
    target = np.where(truth > 0, (yes + 1) / (yes + 2), 1 / (no + 2))

    def loss(x: Matrix) -> tuple[float, Matrix]:
        z = x[0] * found + x[1]
        error = 1 / (1 + np.exp(-z)) - target
        value = (np.logaddexp(0, z) - target * z).sum()
        return float(value), np.array([(error * found).sum(), error.sum()])

    best = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B").x
    return float(best[0]), float(best[1])


def _threshold(chance: Matrix, truth: Matrix, beta: float) -> float:
    said = np.array([(chance >= t).sum() for t in CANDIDATES])
    hits = np.array([((chance >= t) & (truth > 0)).sum() for t in CANDIDATES])
    score = (1 + beta**2) * hits / np.maximum(said + beta**2 * truth.sum(), 1)
    smooth = np.convolve(np.pad(score, 5, mode="edge"), np.ones(11) / 11, mode="valid")
    return round(float(CANDIDATES[int(smooth.argmax())]), 2)


def logistic(rows: Matrix, truth: Matrix, penalty: float = PENALTY) -> Matrix:
    """Weights and, last, the bias of a balanced, L2-penalised logistic regression."""
    yes = truth.sum()
    balance = np.where(truth > 0, len(truth) / (2 * yes), len(truth) / (2 * (len(truth) - yes)))
    sign = 2 * truth - 1

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        margin = sign * (rows @ flat[:-1] + flat[-1])
        value = (balance * np.logaddexp(0, -margin)).sum() + penalty / 2 * (flat[:-1] ** 2).sum()
        slope = -sign * balance / (1 + np.exp(np.clip(margin, -50, 50)))
        return float(value), np.append(rows.T @ slope + penalty * flat[:-1], slope.sum())

    start = np.zeros(rows.shape[1] + 1)
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
