"""How sure learners were when they answered, and of what: confidence from 1 (guessing) to 4 (certain)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from curriculum_utils.reports.items import mean
from curriculum_utils.reports.judging import Judged

SURE = 3  # from here on a learner called themselves sure
LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True)
class SureRow:
    """One trap over the first attempts that said how sure the learner was.

    `fell` of them fell into the trap, `sure` of those were sure (3 or 4); `learners` were so at least once.
    """

    trap: str
    plain: str
    fell: int
    sure: int
    learners: int


@dataclass(frozen=True)
class ConfidenceRow:
    """First attempts at one level of confidence: how many, their mean credit, and how many fell into a trap."""

    confidence: int
    n: int
    credit: float | None
    trapped: int


def sure_rows(traps: Mapping[str, str], judged: Iterable[Judged]) -> list[SureRow]:
    """The rubric's traps, those that learners were most often sure in first.

    Args:
        traps: plain names by label.
    """
    told = _told(judged)
    rows: list[SureRow] = []
    for name, plain in traps.items():
        fell = [(one, level) for one, level in told if one.scored and name in one.scored.traps]
        sure = [one.attempt.learner for one, level in fell if level >= SURE]
        rows.append(SureRow(name, plain, len(fell), len(sure), len(set(sure))))
    return sorted(rows, key=lambda row: (-row.sure, -row.fell, row.trap))


def confidence_rows(judged: Iterable[Judged]) -> list[ConfidenceRow]:
    """One row for each level of confidence; none where nobody was asked."""
    told = _told(judged)
    if not told:
        return []
    rows: list[ConfidenceRow] = []
    for level in LEVELS:
        here = [one.scored for one, said in told if said == level and one.scored]
        rows.append(
            ConfidenceRow(level, len(here), mean([one.credit for one in here]), sum(bool(one.traps) for one in here))
        )
    return rows


def confidence_of(judged: Judged) -> int | None:
    """How sure the learner said they were; None where they were not asked or did not say."""
    value = judged.attempt.answer.get("confidence")
    return value if isinstance(value, int) and not isinstance(value, bool) and value in LEVELS else None


def _told(judged: Iterable[Judged]) -> list[tuple[Judged, int]]:
    """The first attempts that were scored and say how sure."""
    found: list[tuple[Judged, int]] = []
    for one in judged:
        level = confidence_of(one)
        if level is not None and one.scored is not None and one.attempt.number == 1:
            found.append((one, level))
    return found
