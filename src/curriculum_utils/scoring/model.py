"""The scorer's learnt numbers: read, checked against their own description, never unpickled."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np

from curriculum_utils.errors import ScoringError
from curriculum_utils.scoring.encoder import ENCODER, TOKENIZER, Encoder
from curriculum_utils.scoring.heads import Heads
from curriculum_utils.scoring.spelling import Speller

FORMAT = 3
HEADS, WORDS, DESCRIPTION, VOCABULARY = "heads.npz", "words.txt", "model.json", "vocabulary.json"
FILES = (ENCODER, TOKENIZER, HEADS, WORDS, VOCABULARY)
"""What the description vouches for, by SHA-256."""


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

    `heads` has a row for each of `labels`, then one for each of `suspicions`: what makes a reply one for a person
    though no rubric names it. `settings` has both. `review_limit` is in credit (see `doubt`), `longest` in words.
    """

    folder: Path
    labels: tuple[str, ...]
    suspicions: tuple[str, ...]
    speller: Speller
    heads: Heads
    settings: Mapping[str, LabelSettings]
    review_limit: float
    longest: int
    rubric_version: str
    scorer_version: str

    @cached_property
    def encoder(self) -> Encoder:
        return Encoder(self.folder)

    @property
    def names(self) -> tuple[str, ...]:
        """What the heads' rows are about, in order."""
        return self.labels + self.suspicions


def load_model(folder: Path) -> ReplyModel:
    """The model in `folder`.

    Raises:
        ScoringError: a file is missing, damaged, or not the one that the description was written for.
    """
    description = read_description(folder / DESCRIPTION)
    raw = {name: _read(folder / name) for name in FILES}
    for name, content in raw.items():
        if hashlib.sha256(content).hexdigest() != _mapping(description.get("sha256")).get(name):
            raise _unusable(folder / name, "is not the file that its description was written for")
    try:
        return _model(folder, description, raw)
    except (KeyError, TypeError, ValueError, AttributeError, OSError, zipfile.BadZipFile) as error:
        raise _unusable(folder / DESCRIPTION, f"does not fit its weights ({error})") from None


def packed(heads: Heads) -> bytes:
    """The heads as the bytes of an npz file; the same heads give the same bytes."""
    buffer = io.BytesIO()
    arrays = {name: getattr(heads, name).astype(np.float32) for name in ("queries", "weights", "bias")}
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def unpacked(raw: bytes) -> Heads:
    """The heads in the bytes of an npz file.

    Raises:
        ValueError: the arrays do not fit together, or hold what is no number.
    """
    with np.load(io.BytesIO(raw), allow_pickle=False) as stored:
        queries, weights, bias = (stored[name].astype(np.float64) for name in ("queries", "weights", "bias"))
    if queries.ndim != 2 or weights.shape != queries.shape or bias.shape != queries.shape[:1]:
        raise ValueError("arrays of another shape")
    if not all(np.isfinite(array).all() for array in (queries, weights, bias)):
        raise ValueError("numbers that are not finite")
    return Heads(queries, weights, bias)


def content_hash(description: Mapping[str, object]) -> str:
    """The SHA-256 (hex) of what a description says, its own version and date left out."""
    body = {name: value for name, value in description.items() if name not in ("scorer_version", "date")}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def version_of(description: Mapping[str, object]) -> str:
    """The scorer's version: its kind and the first 12 digits of its content hash."""
    return f"{description.get('kind')}-{content_hash(description)[:12]}"


def read_description(path: Path) -> dict[str, Any]:
    """The description in `path`.

    Raises:
        ScoringError: it is missing, damaged, changed by hand or of another format.
    """
    try:
        data: object = json.loads(_read(path))
    except (ValueError, RecursionError) as error:
        raise _unusable(path, f"is damaged ({error})") from None
    description = _mapping(data)
    if description.get("format") != FORMAT:
        raise _unusable(path, "is of another format than this version reads")
    if description.get("scorer_version") != version_of(description):
        raise _unusable(path, "was changed after it was written")
    return dict(description)


def read_words(text: str) -> dict[str, int]:
    """Known words and how often they were used, from lines of a word, a tab and a number.

    Raises:
        ValueError: a line is something else.
    """
    pairs = (line.split("\t") for line in text.splitlines())
    return {word: int(uses) for word, uses in pairs}


def _model(folder: Path, data: Mapping[str, Any], raw: Mapping[str, bytes]) -> ReplyModel:
    labels, suspicions = tuple(map(str, data["labels"])), tuple(map(str, data["suspicions"]))
    heads = unpacked(raw[HEADS])
    if len(heads.bias) != len(labels) + len(suspicions):
        raise ValueError("arrays of another shape")
    return ReplyModel(
        folder=folder,
        labels=labels,
        suspicions=suspicions,
        speller=Speller(read_words(raw[WORDS].decode("utf-8"))),
        heads=heads,
        settings={name: LabelSettings(**data["settings"][name]) for name in labels + suspicions},
        review_limit=float(data["review_limit"]),
        longest=int(data["longest"]),
        rubric_version=str(data["rubric_version"]),
        scorer_version=str(data["scorer_version"]),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], value) if isinstance(value, dict) else {}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unusable(path, f"cannot be read ({error.strerror})") from None


def _unusable(path: Path, why: str) -> ScoringError:
    return ScoringError(f"{path}: {why}; install curriculum-utils again")
