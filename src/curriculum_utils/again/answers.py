"""Which answers count for practising again, and when each item was answered: read from all logs of a learner.

What counts is an answer that was not yet helped by feedback: the first to a practice item in its lesson, and the first
after each time that the item came back. Assessed items are never read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from curriculum_utils.content import Item, ReleasedModule
from curriculum_utils.errors import LogUnreadable
from curriculum_utils.items import Answer
from curriculum_utils.responses import Event, LogContents, log_path, read_log

FOLDER = "practised-again"
Place = tuple[str, str]
"""A module's slug, and an item's or a notebook's in it."""


def again_path(home: Path, module: str) -> Path:
    """Where a module's re-practice is kept in a learner's folder: beside the modules, so that it is never collected."""
    return home / FOLDER / f"{module}.jsonl"


@dataclass(frozen=True)
class Studied:
    """A module that a learner has. `folder` holds its `responses/`, `again` is the log of its re-practice."""

    release: ReleasedModule
    folder: Path
    again: Path


@dataclass(frozen=True)
class Answered:
    """An answer that counts; `repeated` says that it was given in re-practice."""

    release: ReleasedModule
    item: Item
    answer: Answer
    at: datetime
    repeated: bool

    @property
    def order(self) -> tuple[datetime, bool, str, str]:
        """Its place in time, which is the same however the lines of one moment stood in the files."""
        return self.at, self.repeated, self.item.module, self.item.id


@dataclass(frozen=True)
class Answers:
    """All that was read.

    Attributes:
        counted: the answers that count, oldest first.
        last: when each item was answered last, in its lesson or in re-practice.
        in_lesson: the items that were answered in their lesson.
        begun: the notebooks in which a practice item was answered.
        problems: why a log could not be read.
    """

    counted: tuple[Answered, ...]
    last: Mapping[Place, datetime]
    in_lesson: frozenset[Place]
    begun: frozenset[Place]
    problems: tuple[str, ...]


def read_answers(modules: Sequence[Studied], now: datetime) -> Answers:
    """Every answer of a learner to practice items; a log that cannot be read is told and passed over.

    Args:
        now: an answer that says it comes from later, by a clock that was wrong, counts as of now.
    """
    counted: list[Answered] = []
    last: dict[Place, datetime] = {}
    in_lesson: set[Place] = set()
    begun: set[Place] = set()
    problems: list[str] = []

    def read(path: Path) -> LogContents:
        try:
            return read_log(path)
        except LogUnreadable as error:
            problems.append(str(error))
            return LogContents()

    for studied in modules:
        release = studied.release
        logs = [(read(log_path(studied.folder, one.slug, assessed=False)), False) for one in release.notebooks]
        for contents, repeated in [*logs, (read(studied.again), True)]:
            for item, event, counts in _commits(contents, release, repeated=repeated):
                at, place = _moment(event, now), (release.module, item.id)
                if at is None:
                    continue
                last[place] = max(at, last.get(place, at))
                if counts:
                    counted.append(Answered(release, item, event.answer, at, repeated))
                if not repeated:
                    in_lesson.add(place)
                    begun.add((release.module, item.notebook))
    return Answers(
        tuple(sorted(counted, key=lambda one: one.order)),
        last,
        frozenset(in_lesson),
        frozenset(begun),
        tuple(problems),
    )


def _commits(contents: LogContents, release: ReleasedModule, *, repeated: bool) -> Iterator[tuple[Item, Event, bool]]:
    """The answers to practice items as they now are, each with whether it counts."""
    helped: set[str] = set()
    for event in contents.events:
        item = release.items.get(event.item)
        if item is None or item.assessed or event.item_digest != item.digest:
            continue
        if event.kind == "shown" and repeated:
            helped.discard(item.id)
        elif event.kind == "commit":
            yield item, event, item.id not in helped
            helped.add(item.id)


def _moment(event: Event, now: datetime) -> datetime | None:
    try:
        at = datetime.fromisoformat(event.at)
    except ValueError:
        return None
    return min(at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC), now)
