"""Every answer that learners committed, read from the response logs they handed in and tied to its item."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from curriculum_utils.cohorts import Cohort
from curriculum_utils.content import Item, Vocabulary, words
from curriculum_utils.errors import LogUnreadable
from curriculum_utils.items import Answer, type_of
from curriculum_utils.reports.notices import Notices
from curriculum_utils.reports.releases import Kept
from curriculum_utils.responses import Event, LogContents, log_path, read_log
from curriculum_utils.responses.log import FOLDER

BREAK = 30 * 60  # seconds; who did nothing for so long was doing something else
MAX_LOGS = 200  # per submission; a module has two for each notebook


@dataclass(frozen=True)
class Attempt:
    """One committed answer. `number` counts a learner's attempts at this version of the item from 1.

    `seconds` is the time since what the learner did before in the same log, by their own clock; None for the first
    thing there, after a break of more than half an hour, and where the clock went backwards.
    """

    learner: str
    module: str
    item: Item
    vocabulary: Vocabulary
    release: str
    number: int
    at: datetime | None
    answer: Answer
    seconds: float | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing was answered; a blank answer is no answer in any figure."""
        return type_of(self.item).is_blank(self.answer)


@dataclass
class Answers:
    """What the logs gave: attempts in the order in which they were made, and where work was handed in."""

    attempts: list[Attempt] = field(default_factory=list[Attempt])
    submitted: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    logs: int = 0


def read_answers(cohort: Cohort, learners: Mapping[str, str], kept: Kept, notices: Notices) -> Answers:
    """The answers of these learners to every module they handed in; whatever else lies there is told.

    Args:
        learners: names by id.
    """
    answers = Answers()
    submitted = cohort.step("submitted")
    for folder in _entries(submitted, notices):
        if folder.name not in learners:
            notices.add(folder, f"“{folder.name}” is not on the roster; this work is left out.")
            continue
        for module in _entries(folder, notices):
            answers.submitted.add((folder.name, module.name))
            _read_submission(module, folder.name, kept, answers, notices)
    return answers


def _entries(folder: Path, notices: Notices) -> list[Path]:
    """The folders in a folder; links are told and never followed."""
    try:
        found = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as error:
        notices.add(folder, f"This folder cannot be read ({error.strerror}).")
        return []
    for path in found:
        if path.is_symlink():
            notices.add(path, "This is a link; it was not followed.")
    return [path for path in found if path.is_dir() and not path.is_symlink()]


def _read_submission(folder: Path, learner: str, kept: Kept, answers: Answers, notices: Notices) -> None:
    if folder.name not in kept.releases:
        notices.add(folder, f"No release of “{folder.name}” is kept for this cohort; the answers are not judged.")
        return
    responses = folder / FOLDER
    if responses.is_symlink():
        notices.add(responses, "This is a link; it was not followed.")
        return
    logs = sorted(responses.glob("*.jsonl"))
    if not logs:
        notices.add(folder, "No response log was handed in.")
    for path in logs[:MAX_LOGS]:
        try:
            contents = read_log(path)
        except LogUnreadable as error:
            notices.add(path, words("review-log-unreadable", reason=str(error).removeprefix(f"{path}: ")))
            continue
        answers.logs += 1
        _tell(path, contents, notices)
        answers.attempts.extend(_attempts(path, contents, learner, folder.name, kept, notices))


def _tell(path: Path, contents: LogContents, notices: Notices) -> None:
    for notice in contents.notices:
        notices.add(path, f"{notice[:1].upper()}{notice[1:]}.")


def _attempts(
    path: Path, contents: LogContents, learner: str, module: str, kept: Kept, notices: Notices
) -> list[Attempt]:
    found: list[Attempt] = []
    numbers: Counter[tuple[str, str]] = Counter()
    unknown: defaultdict[str, int] = defaultdict(int)
    before: datetime | None = None
    for event in contents.events:
        now, then, before = _time(event.at), before, _time(event.at)
        if event.kind != "commit":
            continue
        if event.learner and event.learner != learner:
            unknown[f"recorded for “{event.learner}”, not for this learner"] += 1
            continue
        place = kept.find(module, event.release, event.item, event.item_digest)
        if place is None:
            unknown[_why_unknown(event, module, kept)] += 1
            continue
        if path.name != log_path(path.parent, place.item.notebook, assessed=place.item.assessed).name:
            unknown["in the log of another notebook"] += 1
            continue
        numbers[event.item, event.item_digest] += 1
        number = numbers[event.item, event.item_digest]
        found.append(
            Attempt(
                learner,
                module,
                place.item,
                place.vocabulary,
                event.release,
                number,
                now,
                event.answer,
                _spent(then, now),
            )
        )
    for why, count in unknown.items():
        notices.add(path, f"{count} {'answer' if count == 1 else 'answers'} left out: {why}.")
    return found


def _spent(then: datetime | None, now: datetime | None) -> float | None:
    if then is None or now is None:
        return None
    seconds = (now - then).total_seconds()
    return seconds if 0 <= seconds <= BREAK else None


def _why_unknown(event: Event, module: str, kept: Kept) -> str:
    if event.release not in kept.releases[module]:
        return f"of a release that is not kept here ({event.release[:12] or 'not named'})"
    if event.item not in kept.releases[module][event.release].items:
        return "to items that the release does not have"
    return "to a version of the item that no kept release has"


def _time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # The log's times are those of the learner's clock; one without a zone says nothing certain.
    return moment.astimezone(UTC) if moment.tzinfo else None
