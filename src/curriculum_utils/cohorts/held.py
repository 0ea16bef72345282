"""Where a cohort's files hold something of one learner; what the gradebook holds is in `grading.erasing`."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nbgrader.utils import notebook_hash  # pyright: ignore[reportUnknownVariableType]

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.traces import contents, mentions, speaks_of
from curriculum_utils.errors import LogUnreadable
from curriculum_utils.grading.erasing import students
from curriculum_utils.grading.receipts import RECEIPTS
from curriculum_utils.grading.received import RECEIVED, SECRET, Ledger
from curriculum_utils.responses import read_log
from curriculum_utils.responses.log import FOLDER

STEPS = ("submitted", "autograded", "feedback")
CERTIFICATES = "certificates.csv"
SECOND_ANSWERS = "second-rater-answers.jsonl"
LEARNERS = "learners"


@dataclass(frozen=True)
class Held:
    """A file or folder that is about the learner; `kind` is a word for what it is, such as `submitted`."""

    kind: str
    path: Path


def inbound(cohort: Cohort) -> Path:
    """Where the exchange keeps what learners hand in."""
    return cohort.exchange / cohort.name / "inbound"


def returned(cohort: Cohort) -> Path:
    """Where the exchange keeps feedback for everybody, in files whose names say nothing."""
    return cohort.exchange / cohort.name / "feedback"


def folders_of(cohort: Cohort, learner: str) -> list[Held]:
    """The folders that carry the learner's id: nbgrader's steps, and what was handed in through the exchange."""
    found = [Held(step, cohort.step(step) / learner) for step in STEPS]
    found.append(Held("own folder", cohort.folder / LEARNERS / learner))
    found += [Held("handed in", path) for path in _beginning(inbound(cohort), f"{learner}+")]
    return [one for one in found if one.path.is_dir()]


def people_of(cohort: Cohort) -> list[str]:
    """Everybody of whom something is held: on the roster, in the gradebook, or by a folder alone."""
    folders = [cohort.step(step) for step in STEPS]
    found = [one.id for one in cohort.roster()] + students(cohort.gradebook_url)
    found += [path.name for top in folders for path in _beginning(top, "") if not path.name.startswith(".")]
    found += [path.name.partition("+")[0] for path in _beginning(inbound(cohort), "") if not path.name.startswith(".")]
    found += [path.stem for path in sorted(cohort.folder.glob(f"{RECEIPTS}/*/*.json"))]
    return [name for name in dict.fromkeys(found) if name and name != "README.md"]


def logs_of(cohort: Cohort, learner: str) -> frozenset[str]:
    """The ids of the learner's own response logs; of one that names somebody else too there is none."""
    own = {learner, *Ledger(cohort.folders).names_of(learner)}
    found: set[str] = set()
    for held in folders_of(cohort, learner):
        for path in held.path.rglob(f"{FOLDER}/*.jsonl"):
            try:
                contents = read_log(path)
            except (LogUnreadable, OSError):
                continue
            if contents.learners and own.issuperset(contents.learners):
                found |= set(contents.log_ids)
    return frozenset(found)


def held_of(cohort: Cohort, learner: str, logs: Iterable[str] = ()) -> list[Held]:
    """Everything in the cohort's folders that is the learner's, and goes as a whole.

    Args:
        logs: ids of response logs that are known already: of logs that may be gone by now.
    Raises:
        CohortError: the ledger of received zips cannot be read.
    """
    marks = logs_of(cohort, learner) | frozenset(logs)
    speaks = speaks_of(learner, marks)
    own = cohort.folder
    found = [Held("feedback returned", path) for path in _pages(cohort, learner, marks)]
    found += folders_of(cohort, learner)
    found += [Held("receipt", path) for path in sorted(own.glob(f"{RECEIPTS}/*/*.json")) if path.stem == learner]
    found += [Held("received zip", path) for path in _zips(cohort, learner)]
    found += [
        Held("set-aside note", path)
        for path in sorted(cohort.set_aside.glob("*/*"))
        if speaks.search(path.name.encode()) or mentions(path, speaks)
    ]
    found += [Held("certificate", path) for path in sorted(own.rglob("*.pdf")) if path.stem == f"certificate-{learner}"]
    found += [Held("feedback zip", path) for path in sorted(own.rglob("*-feedback.zip")) if _begins(path, learner)]
    # What a collecting or grading that was killed left behind.
    receipts = own.glob(f"{RECEIPTS}/*/")
    places = (inbound(cohort), own / RECEIVED, *receipts, *(cohort.step(step) for step in STEPS))
    left = [path for place in places if place.is_dir() for path in sorted(place.glob(".[!.]*"))]
    found += [Held("unfinished file", path) for path in left if mentions(path, speaks)]
    return list(dict.fromkeys(found))


def left_for_another(cohort: Cohort, learner: str) -> list[Path]:
    """Zips that hold answers under the learner's name and were taken for somebody else's."""
    ledger = Ledger(cohort.folders)
    return [
        ledger.bytes_of(one.sha256)
        for one in ledger.entries()
        if learner in one.names and (one.assigned or one.learner) not in ("", learner)
    ]


def _zips(cohort: Cohort, learner: str) -> Iterator[Path]:
    ledger = Ledger(cohort.folders)
    named = re.compile(rb'"learner":\s*' + re.escape(json.dumps(learner, ensure_ascii=False).encode()))
    # By the zips and by the entries: a removal that was killed may have left one without the other.
    digests = {path.stem for ending in ("zip", "json") for path in ledger.folder.glob(f"*.{ending}")}
    for path in sorted(map(ledger.bytes_of, digests)):
        entry = ledger.get(path.stem)
        whose = (entry.assigned or entry.learner) if entry is not None else ""
        names = entry.names if entry is not None else ()
        if whose == learner or (not whose and (learner in names or _in_zip(path, named))):
            yield path
            if entry is not None:
                yield path.with_suffix(".json")


def _pages(cohort: Cohort, learner: str, logs: frozenset[str]) -> list[Path]:
    """The learner's pages in the exchange: by the names that nbgrader gives them, and by the logs that they tell of."""
    folder = returned(cohort)
    if not folder.is_dir():
        return []
    names = {
        notebook_hash(secret=secret, notebook_id=notebook)
        for held in folders_of(cohort, learner)
        for path in held.path.rglob(SECRET)
        if (secret := _text(path))
        for notebook in {one.stem for one in path.parent.iterdir() if one.suffix in (".ipynb", ".html")}
    }
    return [path for path in sorted(folder.iterdir()) if path.stem.removesuffix("-tmp") in names or _tells(path, logs)]


def _tells(path: Path, logs: frozenset[str]) -> bool:
    if not logs or not path.is_file() or path.is_symlink():
        return False
    raw = path.read_bytes()
    return any(log.encode() in raw for log in logs)


def _beginning(folder: Path, start: str) -> list[Path]:
    # No pattern: nbgrader takes ids with characters that a pattern would read otherwise.
    return [path for path in sorted(folder.iterdir()) if path.name.startswith(start)] if folder.is_dir() else []


def _begins(path: Path, learner: str) -> bool:
    return path.name.startswith(f"{learner}+")


def _in_zip(path: Path, pattern: re.Pattern[bytes]) -> bool:
    return any(pattern.search(raw) for _, raw in contents(path))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""
