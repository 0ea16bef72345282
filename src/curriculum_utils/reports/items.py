"""Each item over the learners who answered it: how hard it was, and what a second try changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from curriculum_utils.content import Item
from curriculum_utils.reports.answered import Answered

# Sums of halves and thirds of points come back from the gradebook as floats.
ALMOST = 1e-6


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean; None of nothing."""
    return sum(values) / len(values) if values else None


@dataclass(frozen=True)
class ItemRow:
    """One item. Shares and means are of credit in [0, 1].

    `answered` counts learners, `n` those of them whose answer has a credit, `waiting` those a person is asked to look
    at. `first_n` and `first_credit` are of first attempts, `again_*` of learners who tried at least twice.
    `versions` counts the versions of the item that learners answered.
    """

    module: str
    notebook: str
    item: str
    title: str
    type: str
    use: str
    points: float
    answered: int
    n: int
    waiting: int
    credit: float | None
    full: float | None
    zero: float | None
    first_n: int
    first_credit: float | None
    again_n: int
    again_first: float | None
    again_last: float | None
    versions: int


@dataclass(frozen=True)
class AgainRow:
    """Practice items of one module that were tried at least twice, first attempt against last, in pairs."""

    module: str
    title: str
    learners: int
    pairs: int
    first: float | None
    last: float | None
    better: int
    same: int
    worse: int


def item_row(item: Item, answered: Iterable[Answered]) -> ItemRow:
    """An item over everybody's answers to it."""
    answered = list(answered)
    earned = [one.credit for one in answered if one.credit is not None]
    firsts = [one.first.credit for one in answered if one.first is not None and one.first.credit is not None]
    pairs = [] if item.assessed else [one.pair for one in answered if one.pair is not None]
    return ItemRow(
        module=item.module,
        notebook=item.notebook,
        item=item.id,
        title=item.exercise.title,
        type=item.exercise.type,
        use=item.exercise.use,
        points=item.exercise.points,
        answered=len(answered),
        n=len(earned),
        waiting=sum(one.waits for one in answered),
        credit=mean(earned),
        full=mean([float(credit > 1 - ALMOST) for credit in earned]),
        zero=mean([float(credit < ALMOST) for credit in earned]),
        first_n=len(firsts),
        first_credit=mean(firsts),
        again_n=len(pairs),
        again_first=mean([first for first, _ in pairs]),
        again_last=mean([last for _, last in pairs]),
        versions=len({one.last.attempt.item.digest for one in answered if one.last is not None}),
    )


def again_row(module: str, title: str, practised: Iterable[Answered]) -> AgainRow:
    """First attempts against last, over a module's practice items."""
    tried = [(one.learner, *one.pair) for one in practised if one.pair is not None]
    changes = [last - first for _, first, last in tried]
    return AgainRow(
        module=module,
        title=title,
        learners=len({learner for learner, _, _ in tried}),
        pairs=len(tried),
        first=mean([first for _, first, _ in tried]),
        last=mean([last for _, _, last in tried]),
        better=sum(change > ALMOST for change in changes),
        same=sum(abs(change) <= ALMOST for change in changes),
        worse=sum(change < -ALMOST for change in changes),
    )
