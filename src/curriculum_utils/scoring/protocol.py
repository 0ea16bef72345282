"""What a reply scorer takes and gives back. Any scorer that keeps to `Scorer` can stand behind the product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Span = tuple[int, int]
"""Half-open character offsets into the reply."""


@dataclass(frozen=True)
class Reply:
    """What a therapist says to a client, to be scored."""

    id: str
    module: str
    client: str
    reply: str
    move: str | None = None


@dataclass(frozen=True)
class ReplyScore:
    """What a scorer found in one reply.

    `labels` are those decided as met or fallen into, in the rubric's order; `probabilities` has every label the
    scorer knows, calibrated, in [0, 1]; `evidence` has spans for each of `labels`. When `scored` is False nothing
    was decided: `labels` and `evidence` are empty and `review_reason` says why.
    """

    id: str
    labels: tuple[str, ...]
    probabilities: Mapping[str, float]
    evidence: Mapping[str, tuple[Span, ...]]
    rubric_version: str
    scorer_version: str
    scored: bool = True
    review: bool = False
    review_reason: str | None = None
    unsure: tuple[str, ...] = field(default=())


class Scorer(Protocol):
    """Scores replies; the same text gives the same probabilities, alone or in a batch."""

    @property
    def rubric_version(self) -> str: ...

    @property
    def scorer_version(self) -> str: ...

    @property
    def known_labels(self) -> frozenset[str]:
        """The labels this scorer has learnt; any other goes to a person."""
        ...

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        """One score per reply, in order."""
        ...
