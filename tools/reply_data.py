"""The labelled replies as they lie in data/replies: read, checked, and split by writer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from curriculum_utils.scoring.shipped import ELSEWHERE, RISK, SALAD
from curriculum_utils.scoring.vocabulary import ScoringVocabulary

ROOT = Path(__file__).resolve().parent.parent
REPLIES = ROOT / "data" / "replies"
SPLIT = REPLIES / "split.json"

RISK_WORDS = "risk-words"
"""Words that only sound like risk: figures of speech, ordinary medicine."""
KINDS = (
    "plain",
    "negated",
    "talked-about",
    "quoted",
    "salad",
    "other-addressee",
    "trap-at-end",
    "dressed-trap",
    "plain-words",
    "to-marker",
    "off-topic",
    "other-language",
    "empty",
    RISK,
    RISK_WORDS,
)
EMPTY_WORTHY = ("negated", "talked-about", "quoted", "salad", "other-addressee", "to-marker", "off-topic", "empty")
"""Kinds that are worth nothing where no label is met."""
SUSPICIONS = (SALAD, ELSEWHERE, RISK)
"""What the heads learn beside the labels."""
_ELSEWHERE = ("talked-about", "quoted", "other-addressee")


@dataclass(frozen=True)
class Row:
    """One labelled reply; `near` are labels that a quick reader might give, `second` what a second reader gave.

    `risk` is whether writer and second reader heard it speak of somebody in danger; None where that was not asked.
    """

    id: str
    writer: str
    module: str
    client_id: str
    client: str
    reply: str
    labels: frozenset[str]
    near: frozenset[str]
    kind: str
    first: frozenset[str]
    second: frozenset[str] | None
    risk: tuple[bool, bool] | None = None


def suspected(row: Row) -> tuple[str, ...]:
    """The suspicions that the row is a case of."""
    if row.kind in (SALAD, RISK):
        return (row.kind,)
    return (ELSEWHERE,) if row.kind in _ELSEWHERE and not row.labels else ()


def split() -> dict[str, list[str]]:
    """The writers to learn from (train), to choose by (dev) and only measured (test)."""
    return json.loads(SPLIT.read_text(encoding="utf-8"))


def read_rows(vocabulary: ScoringVocabulary) -> list[Row]:
    """Every labelled reply, by file and line.

    Raises:
        ValueError: a row is not in the form that data/replies/README.md tells, or an id stands twice.
    """
    rows: list[Row] = []
    ids: set[str] = set()
    for path in sorted(REPLIES.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = _row(json.loads(line), vocabulary)
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path.name}:{number}: {error}") from None
            if row.id in ids:
                raise ValueError(f"{path.name}:{number}: the id {row.id} stands twice")
            ids.add(row.id)
            rows.append(row)
    return rows


def _row(data: Mapping[str, object], vocabulary: ScoringVocabulary) -> Row:
    def labels(key: str) -> frozenset[str]:
        found = data[key]
        if not isinstance(found, list) or not set(found) <= set(vocabulary.labels):
            raise ValueError(f'"{key}" holds what is no label')
        return frozenset(map(str, found))

    def text(key: str) -> str:
        found = data[key]
        if not isinstance(found, str):
            raise TypeError(f'"{key}" is no text')
        return found

    if text("module") not in vocabulary.modules or text("kind") not in KINDS:
        raise ValueError("unknown module or kind")
    given = {key: text(key) for key in ("id", "writer", "module", "client_id", "client", "reply", "kind")}
    final = labels("labels")
    first = labels("first") if "first" in data else final
    second = labels("second") if "second" in data else None
    risk = data.get("risk")
    if risk is not None and not (isinstance(risk, list) and [type(one) for one in risk] == [bool, bool]):
        raise ValueError('"risk" is no pair of true and false')
    heard = (bool(risk[0]), bool(risk[1])) if isinstance(risk, list) else None
    return Row(labels=final, near=labels("near"), first=first, second=second, risk=heard, **given)
