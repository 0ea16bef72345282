"""Practising again in a learner's folder: what the page and the start page tell of it, as JSON. No Jupyter here."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from platformdirs import user_data_path

from curriculum_utils.again import FOLDER, How, Judge, Look, Studied, Tally, Task, again_path, look
from curriculum_utils.content import Move, ReleasedModule, direction, language, words
from curriculum_utils.errors import ReleaseError
from curriculum_utils.scoring import Scorer
from curriculum_utils.widgets.lab import AGAIN_PAGE
from curriculum_utils.widgets.place import answers_folder, released
from curriculum_utils.widgets.progress import module_folders
from curriculum_utils.widgets.sections import section_on

_CHANGE = 2  # replies more or fewer than one would expect from before; less may be chance


def modules_of(home: Path) -> list[Studied]:
    """The modules in a learner's folder; one that cannot be read is left out, and its lessons say why."""
    found: list[Studied] = []
    for folder in module_folders(home):
        with suppress(ReleaseError):
            release = released(folder)
            found.append(Studied(release, answers_folder(folder), log_of(home, release)))
    return found


def log_of(home: Path, release: ReleasedModule) -> Path:
    """Where re-practice of a module's items is kept."""
    return again_path(answers_folder(home), release.module)


def judge_of(home: Path, scorer: Scorer | None = None) -> Judge:
    """A judge that remembers what was said of written replies, outside of what is collected, one file for a folder."""
    name = hashlib.sha256(str(home.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return Judge(scorer, user_data_path("curriculum-utils", appauthor=False) / "again" / f"{name}.json")


def now_utc() -> datetime:
    """The time as logs write it: in milliseconds."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def line_of(home: Path) -> dict[str, object] | None:
    """What the start page says; None where nothing was practised yet, or the page to practise again is not there.

    Replies that the page to practise again has not judged yet are left out, so that no scorer need be loaded.
    """
    if not (home / AGAIN_PAGE).is_file():
        return None
    found = look(modules_of(home), judge_of(home), now_utc())
    if not found.answers.last:
        return None
    return {"path": AGAIN_PAGE, "due": found.round.due, "next": _text(found.round.next)}


@dataclass(frozen=True)
class Shown:
    """A task on the page, and when it was put there."""

    task: Task
    since: datetime


def page_state(home: Path, found: Look, shown: Sequence[Shown], number: int) -> dict[str, object]:
    """What the page draws.

    Args:
        found: a look at the logs as they now are.
        shown: the tasks on the page, some of which may be answered.
        number: that of the round.
    """
    tasks = [_task(found, one) for one in shown]
    still = sum(not task["done"] for task in tasks)
    on_page = {one.task.card.aim for one in shown}
    return {
        "language": language(),
        "direction": direction(),
        "round": number,
        "tasks": tasks,
        "open": still,
        "more": max(found.round.due - still, 0),
        "next": _text(found.round.next),
        "alone": len([aim for aim in found.round.alone if aim not in on_page]),
        "answered": bool(found.answers.last),
        "missed": bool(found.cards),
        "folder": FOLDER,
        "problem": " ".join(found.answers.problems),
        "traps": [_trap(home, found, one) for one in found.tendencies.traps],
        "criteria": [_criterion(home, found, one) for one in found.tendencies.criteria],
    }


def _task(found: Look, shown: Shown) -> dict[str, object]:
    """A task of the round: why it came back, and once it is answered what it was about and when that returns."""
    task, slip = shown.task, shown.task.card.slip
    done = any(
        one.repeated and one.item == task.item and one.at >= shown.since for one in reversed(found.answers.counted)
    )
    told: dict[str, object] = {
        "title": task.item.exercise.title,
        "how": slip.how.value,
        "at": _text(slip.answered.at),
        "done": done,
    }
    if done:
        card = found.cards.get(task.card.aim)
        judged = card is not None and card.reviews[-1].answered.at >= shown.since
        told |= {"about": aim_name(task.card.aim, found.modules)}
        told |= {"back": _text(card.due) if card is not None and judged else ""}
    return told


def aim_name(aim: str, modules: Iterable[Studied]) -> str:
    """What an aim is called: a trap by its plain name, a move by its title."""
    for studied in modules:
        vocabulary = studied.release.vocabulary
        if aim in vocabulary.rubric.trap_names():
            return vocabulary.rubric.plain(aim)
        if aim in vocabulary.moves:
            return vocabulary.moves[aim].title
    return words("again-any-move")


def _trap(home: Path, found: Look, tally: Tally) -> dict[str, object]:
    return _told(home, found, tally, lambda move: move.trap == tally.label)


def _criterion(home: Path, found: Look, tally: Tally) -> dict[str, object]:
    return _told(home, found, tally, lambda move: tally.label in move.criteria)


def _told(home: Path, found: Look, tally: Tally, about: Callable[[Move], bool]) -> dict[str, object]:
    # Where it happened last comes first; what that module does not teach, another one may.
    releases = sorted((one.release for one in found.modules), key=lambda one: one.module != tally.module)
    rubric = releases[0].vocabulary.rubric
    plain = rubric.plain(tally.label)
    sections = (_section(home, one, [m.title for m in one.vocabulary.moves.values() if about(m)]) for one in releases)
    return {
        "name": f"{plain[:1].upper()}{plain[1:]}",
        "hint": rubric.hint(tally.label),
        "times": tally.times,
        "occasions": tally.occasions,
        "before": {"times": tally.before, "occasions": tally.before_of},
        "lately": {"times": tally.lately, "occasions": tally.lately_of} if tally.lately_of else None,
        "trend": trend(tally),
        "section": next((section for section in sections if section is not None), None),
    }


def trend(tally: Tally) -> str:
    """How it goes lately, as the key of a sentence; empty where too little is known."""
    if not tally.lately_of:
        return ""
    if tally.lately == 0:
        return "again-gone"
    change = tally.lately - tally.lately_of * tally.before / tally.before_of
    return "again-as-often" if abs(change) < _CHANGE else "again-more-often" if change > 0 else "again-less"


def _section(home: Path, release: ReleasedModule, titles: Iterable[str]) -> dict[str, object] | None:
    folders = [folder for folder in module_folders(home) if _holds(folder, release)]
    for folder, title in product(folders, titles):
        section = section_on(folder, release, title)
        if section is not None:
            path = section.path.relative_to(home).as_posix()
            return {"path": path, "anchor": section.anchor, "title": section.title}
    return None


def _holds(folder: Path, release: ReleasedModule) -> bool:
    try:
        return released(folder).release == release.release
    except ReleaseError:
        return False


def _text(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(timespec="seconds").replace("+00:00", "Z")


WHYS = tuple(f"again-why-{how.value}" for how in How if how.value not in ("right", "certain"))
"""The sentences that say why a task comes back."""
