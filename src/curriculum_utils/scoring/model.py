"""The scorer's learnt numbers: read, checked against their own description, never unpickled."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from curriculum_utils.errors import ScoringError
from curriculum_utils.scoring.features import KINDS, FeatureSpace

FORMAT = 2
WEIGHTS, DESCRIPTION, VOCABULARY = "weights.npz", "model.json", "vocabulary.json"

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LabelSettings:
    """How one label's evidence becomes a probability and a decision.

    `probability = 1 / (1 + exp(-(slope * evidence + intercept)))`; met from `threshold` up.
    """

    slope: float
    intercept: float
    threshold: float


@dataclass(frozen=True)
class ReplyModel:
    """Everything a reply is scored with.

    `whole` and `sentence` are weights of shape (n_features, n_labels) for the reply as a whole and for one sentence
    of it; `bias` has shape (n_labels,). `alone_limits` has for each trap the evidence from which one sentence, weighed
    as if it were the whole reply, shows it. `longest` is in words, `review_limit` in credit (see `doubt`).
    """

    labels: tuple[str, ...]
    space: FeatureSpace
    whole: Matrix
    sentence: Matrix
    bias: Matrix
    settings: Mapping[str, LabelSettings]
    alone_limits: Mapping[str, float]
    review_limit: float
    longest: int
    rubric_version: str
    scorer_version: str


def load_model(folder: Path) -> ReplyModel:
    """The model in `folder`.

    Raises:
        ScoringError: a file is missing, damaged, or not the one that the description was written for.
    """
    description = _read_description(folder / DESCRIPTION)
    raw = _read(folder / WEIGHTS)
    if hashlib.sha256(raw).hexdigest() != description.get("weights_sha256"):
        raise _unusable(folder / WEIGHTS, "is not the file that its description was written for")
    try:
        return _model(description, raw)
    except (KeyError, TypeError, ValueError, AttributeError, OSError, zipfile.BadZipFile) as error:
        raise _unusable(folder / DESCRIPTION, f"does not fit its weights ({error})") from None


def packed(space: FeatureSpace, whole: Matrix, sentence: Matrix, bias: Matrix) -> bytes:
    """The weights as the bytes of an npz file; the same weights give the same bytes.

    Raises:
        ValueError: a weight is too large for 16 bits.
    """
    buffer = io.BytesIO()
    stored = [weights.astype(np.float16) for weights in (whole, sentence)]
    if not all(np.isfinite(weights).all() for weights in stored):
        raise ValueError("a weight is too large for 16 bits")
    names = np.frombuffer("\n".join(space.names).encode("utf-8"), dtype=np.uint8)
    np.savez_compressed(
        buffer, names=names, idf=space.idf.astype(np.float32), whole=stored[0], sentence=stored[1], bias=bias
    )
    return buffer.getvalue()


def content_hash(description: Mapping[str, object]) -> str:
    """The SHA-256 (hex) of what a description says, its own version and date left out."""
    body = {name: value for name, value in description.items() if name not in ("scorer_version", "date")}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def version_of(description: Mapping[str, object]) -> str:
    """The scorer's version: its kind and the first 12 digits of its content hash."""
    return f"{description.get('kind')}-{content_hash(description)[:12]}"


def _read_description(path: Path) -> dict[str, Any]:
    try:
        data: object = json.loads(_read(path))
    except (ValueError, RecursionError) as error:
        raise _unusable(path, f"is damaged ({error})") from None
    description = cast(dict[str, Any], data) if isinstance(data, dict) else {}
    if description.get("format") != FORMAT:
        raise _unusable(path, "is of another format than this version reads")
    if description.get("scorer_version") != version_of(description):
        raise _unusable(path, "was changed after it was written")
    return description


def _model(data: Mapping[str, Any], raw: bytes) -> ReplyModel:
    labels = tuple(map(str, data["labels"]))
    settings = {label: LabelSettings(**data["settings"][label]) for label in labels}
    alone = {str(label): float(limit) for label, limit in data["alone_limits"].items()}
    if not set(alone) <= set(labels):
        raise ValueError("a limit for a label that it has not")
    with np.load(io.BytesIO(raw), allow_pickle=False) as stored:
        names = stored["names"].tobytes().decode("utf-8").split("\n")
        idf, whole, sentence, bias = (stored[name].astype(np.float64) for name in ("idf", "whole", "sentence", "bias"))
    shape = (len(names), len(labels))
    if whole.shape != shape or sentence.shape != shape or idf.shape != shape[:1] or bias.shape != shape[1:]:
        raise ValueError("arrays of another shape")
    if not all(np.isfinite(array).all() for array in (idf, whole, sentence, bias)):
        raise ValueError("numbers that are not finite")
    shares = {kind: float(data["shares"][kind]) for kind in KINDS}
    return ReplyModel(
        labels=labels,
        space=FeatureSpace(names, idf, shares),
        whole=whole,
        sentence=sentence,
        bias=bias,
        settings=settings,
        alone_limits=alone,
        review_limit=float(data["review_limit"]),
        longest=int(data["longest"]),
        rubric_version=str(data["rubric_version"]),
        scorer_version=str(data["scorer_version"]),
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unusable(path, f"cannot be read ({error.strerror})") from None


def _unusable(path: Path, why: str) -> ScoringError:
    return ScoringError(f"{path}: {why}; install curriculum-utils again")
