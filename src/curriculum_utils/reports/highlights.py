"""What an instructor would look at first, in sentences; each only says what was counted."""

from collections.abc import Iterator
from dataclasses import dataclass

from curriculum_utils.reports.data import ReportData

# Below this many answers a ranking would rank chance.
ENOUGH = 8
MOST_NAMES = 6


@dataclass(frozen=True)
class Highlight:
    """A few bold words, the sentence, and the section that has the rest."""

    head: str
    text: str
    section: str


def highlights(data: ReportData) -> list[Highlight]:
    """The sentences, most pressing first; none where there is nothing to say."""
    return [*_waiting(data), *_not_graded(data), *_missing(data), *_criterion(data), *_trap(data), *_item(data)]


def count(number: int, one: str, many: str | None = None) -> str:
    """The number with its noun."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _waiting(data: ReportData) -> Iterator[Highlight]:
    waiting = sum(module.items_waiting for module in data.modules)
    if not waiting:
        return
    unscored = sum(module.items_unscored for module in data.modules)
    learners = sum(row.waiting > 0 for row in data.learners)
    head = f"{count(waiting, 'answer')} {'waits' if waiting == 1 else 'wait'} for a person"
    if not unscored:
        points = "All have the machine’s points until someone has looked."
    elif unscored == waiting:
        points = "None has points yet."
    else:
        points = f"{unscored} without points yet; the rest keep the machine’s until someone has looked."
    yield Highlight(head, f"From {count(learners, 'learner')}. {points}", "learners")


def _not_graded(data: ReportData) -> Iterator[Highlight]:
    open_work = sum(module.submitted - module.graded for module in data.modules)
    if open_work:
        is_or_are = "is" if open_work == 1 else "are"
        yield Highlight(
            f"{count(open_work, 'submission')} {is_or_are} not graded yet", "Grade, then report again.", "learners"
        )


def _missing(data: ReportData) -> Iterator[Highlight]:
    for module in data.modules:
        names = [row.name for row in data.learners if module.module in row.missing]
        if not names or len(names) == len(data.learners):
            continue
        told = ", ".join(names[:MOST_NAMES])
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        yield Highlight(
            f"{count(len(names), 'learner')} did not hand in “{module.title}”", f"{told}{more}.", "learners"
        )


def _criterion(data: ReportData) -> Iterator[Highlight]:
    rows = [row for row in data.criteria if row.asked >= ENOUGH]
    if rows:
        row = min(rows, key=lambda row: row.met / row.asked)
        yield Highlight(
            "Least often met",
            f"The reply {row.plain}: {row.met} of {count(row.asked, 'reply', 'replies')}.",
            "criteria",
        )


def _trap(data: ReportData) -> Iterator[Highlight]:
    rows = [row for row in data.traps if row.replies + row.choices >= ENOUGH]
    if rows:
        row = max(rows, key=lambda row: row.replies + row.choices)
        yield Highlight(
            "Most frequent trap",
            f"The reply {row.plain}: {count(row.replies, 'reply', 'replies')} and {count(row.choices, 'choice')}, "
            f"by {count(row.learners, 'learner')}.",
            "traps",
        )


def _item(data: ReportData) -> Iterator[Highlight]:
    rows = [
        (row.credit, row) for row in data.items if row.credit is not None and row.n >= ENOUGH and row.use == "graded"
    ]
    if rows:
        credit, row = min(rows, key=lambda pair: pair[0])
        yield Highlight(
            "Hardest graded item", f"“{row.title}”: mean credit {credit:.0%} over {count(row.n, 'learner')}.", "items"
        )
