"""Erasing one learner from a cohort: their work, their grades, their name. Killed at any moment, a second run ends it.

While it is under way a note in the cohort's folder says who goes; afterwards one line is left that names nobody. What
is looked for is in `held`, `traces` and `grading.erasing`.
"""

import csv
import io
import json
import os
import secrets
import shutil
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.corrections import keep_corrections_of
from curriculum_utils.cohorts.files import one_at_a_time, write_private
from curriculum_utils.cohorts.held import CERTIFICATES, SECOND_ANSWERS, held_of, left_for_another, logs_of
from curriculum_utils.cohorts.pseudonyms import read_key, write_key
from curriculum_utils.cohorts.roster import Learner, roster_csv
from curriculum_utils.cohorts.traces import speaks_of, traces
from curriculum_utils.content import as_list, as_mapping
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError, display_path
from curriculum_utils.grading.erasing import compact, erase_rows, rows_of

ERASURES = "erasures.jsonl"
_NOTE = ".erasing-"


@dataclass(frozen=True)
class Erasure:
    """One erasure: `counts` of what there was to erase, by kind; `id` is drawn at random and says nothing.

    `left` are sentences on what this could not reach, `traces` files that still speak of the learner.
    """

    id: str
    counts: dict[str, int]
    left: tuple[str, ...] = ()
    traces: tuple[Path, ...] = ()


@dataclass
class _Note:
    """What is under way; on disk until it is complete."""

    id: str
    learner: str
    by: str
    counts: dict[str, int]
    logs: list[str] = field(default_factory=list[str])
    words: list[str] = field(default_factory=list[str])
    corrections: bool = True


def plan(cohort: Cohort, learner: str) -> Erasure:
    """What `erase` would do; nothing is changed.

    Raises:
        CohortError: nothing is held of such a learner.
    """
    note = _find(cohort, learner) or _begun(cohort, learner, "", corrections=True)
    return Erasure(note.id, note.counts, _left(cohort, learner, None))


def erase(cohort: Cohort, learner: str, *, by: str, key_file: Path | None = None, corrections: bool = True) -> Erasure:
    """Erases the learner; nothing else of the cohort's may run meanwhile.

    Args:
        by: whose account does it, for the line that is left.
        key_file: the key to the cohort's pseudonyms; their line in it goes too.
        corrections: replies that a person corrected stay, without any id, where the learner consented.
    Raises:
        CohortError: nothing is held of such a learner, or something could not be removed: the rest is gone, and
            running it again goes on.
    """
    if key_file is not None:
        read_key(key_file, cohort.name)
    with one_at_a_time(cohort.root):
        note = _find(cohort, learner) or _begun(cohort, learner, by, corrections=corrections)
        _write(cohort, note)
        if note.corrections:
            keep_corrections_of(cohort, learner)
            note.corrections = False
            _write(cohort, note)
        return _carry_out(cohort, note, key_file)


def under_way(cohort: Cohort) -> list[str]:
    """Learners whose erasure was begun and not completed."""
    return [_read(path).learner for path in sorted(cohort.folder.glob(f"{_NOTE}*.json"))]


def _carry_out(cohort: Cohort, note: _Note, key_file: Path | None) -> Erasure:
    learner = note.learner
    # First: from now on nothing of theirs is collected any more.
    _out_of_roster(cohort, learner)
    problems = [why for held in held_of(cohort, learner, note.logs) if (why := _remove(held.path))]
    # Nobody writes a roster while this is held: what is there was left by a command that was killed.
    for path in (cohort.report_folder, cohort.folder / SECOND_ANSWERS, *cohort.folder.glob(".roster.csv-*")):
        problems += [why] if (why := _remove(path)) else []
    _out_of_certificates(cohort, learner)
    try:
        erase_rows(cohort.gradebook_url, learner)
        compact(cohort.gradebook_url)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
        problems.append(f"the gradebook ({reason})")
    if key_file is not None:
        _out_of_key(cohort, learner, key_file)
    if problems:
        raise CohortError(
            f"{len(problems)} of what was to be erased could not be: {'; '.join(problems[:3])}; the rest is gone; "
            "mend that and run it again"
        )
    _enter(cohort, note)
    path = _path(cohort, note)
    halves = list(cohort.folder.glob(f".{_NOTE}*"))
    found = traces(cohort, speaks_of(learner, [*note.logs, *note.words]), besides=[path, *halves])
    path.unlink(missing_ok=True)
    for half in halves:
        half.unlink(missing_ok=True)
    return Erasure(note.id, note.counts, _left(cohort, learner, key_file), tuple(found))


def _begun(cohort: Cohort, learner: str, by: str, *, corrections: bool) -> _Note:
    rows = rows_of(cohort.gradebook_url, learner)
    held = held_of(cohort, learner)
    line = next((one for one in cohort.roster() if one.id == learner), None)
    if not rows and not held and line is None:
        known = [one.id for one in cohort.roster()]
        raise CohortError(f'nothing is held of a learner "{learner}" in {cohort.name}{did_you_mean(learner, known)}')
    counts = Counter(one.kind for one in held)
    counts.update({f"{name} row": len(found) for name, found in rows.items()})
    counts["roster line"] = int(line is not None)
    counts["certificate line"] = sum(row.get("learner") == learner for row in _certificates(cohort))
    counts["report"] = int(cohort.report_folder.exists())
    there = {kind: count for kind, count in sorted(counts.items()) if count}
    words = [] if line is None else [one for one in (_whole_name(line), line.email) if one]
    return _Note(secrets.token_hex(8), learner, by, there, sorted(logs_of(cohort, learner)), words, corrections)


def _whole_name(line: Learner) -> str:
    return line.full_name if line.first_name and line.last_name else ""


def _left(cohort: Cohort, learner: str, key_file: Path | None) -> tuple[str, ...]:
    """What is out of reach, in sentences."""
    backups = sorted((cohort.root / "cohorts" / ".backups").glob(f"{cohort.name}-*.zip"))
    found = [f"{display_path(path)} was made before; it still holds the learner." for path in backups]
    if cohort.settings.pseudonyms and key_file is None:
        found.append("The key to the pseudonyms still has the learner's line; take it out with --key-file PATH.")
    if cohort.settings.database is not None and not cohort.settings.database.startswith("sqlite:"):
        found.append("The database server keeps deleted rows in its files and logs until it cleans up (VACUUM).")
    found += [
        f"{display_path(path)} holds answers under this id, but was taken for another learner; it stays."
        for path in left_for_another(cohort, learner)
    ]
    found.append(
        "Out of reach: the learner's own folder, other backups, and whatever was written or sent elsewhere "
        "(certificates, grades in another system, exports)."
    )
    return tuple(found)


def _out_of_roster(cohort: Cohort, learner: str) -> None:
    learners = cohort.roster()
    stay = [one for one in learners if one.id != learner]
    if stay != learners:
        write_private(cohort.roster_path, roster_csv(stay))


def _out_of_key(cohort: Cohort, learner: str, path: Path) -> None:
    entries = read_key(path, cohort.name)
    stay = [one for one in entries if one.pseudonym != learner]
    if stay != entries:
        write_key(path, cohort.name, stay)


def _certificates(cohort: Cohort) -> list[dict[str, str]]:
    path = cohort.folder / CERTIFICATES
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _out_of_certificates(cohort: Cohort, learner: str) -> None:
    rows = _certificates(cohort)
    stay = [row for row in rows if row.get("learner") != learner]
    if stay != rows:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(stay)
        write_private(cohort.folder / CERTIFICATES, text.getvalue().encode())


def _remove(path: Path) -> str:
    """Removes a file or folder; why that failed, or nothing."""
    try:
        if path.is_dir() and not path.is_symlink():
            for base, _, _ in os.walk(path):
                Path(base).chmod(0o700)  # nbgrader leaves parts of its folders read-only
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        return f"{display_path(path)} ({error.strerror})"
    return ""


def _enter(cohort: Cohort, note: _Note) -> None:
    """One line for the erasure, once: when, by whom and how much; nothing of whom."""
    path = cohort.folder / ERASURES
    before = path.read_bytes() if path.is_file() else b""
    if f'"id": "{note.id}"'.encode() in before:
        return
    at = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({"v": 1, "id": note.id, "at": at, "by": note.by, "counts": note.counts}, ensure_ascii=False)
    write_private(path, before + line.encode() + b"\n")


def _path(cohort: Cohort, note: _Note) -> Path:
    return cohort.folder / f"{_NOTE}{note.id}.json"


def _write(cohort: Cohort, note: _Note) -> None:
    write_private(_path(cohort, note), json.dumps(asdict(note), ensure_ascii=False).encode())


def _find(cohort: Cohort, learner: str) -> _Note | None:
    notes = map(_read, sorted(cohort.folder.glob(f"{_NOTE}*.json")))
    return next((note for note in notes if note.learner == learner), None)


def _read(path: Path) -> _Note:
    try:
        data = as_mapping(json.loads(path.read_bytes()))
        return _Note(
            id=str(data["id"]),
            learner=str(data["learner"]),
            by=str(data["by"]),
            counts={str(kind): int(str(count)) for kind, count in as_mapping(data["counts"]).items()},
            logs=[str(one) for one in as_list(data["logs"])],
            words=[str(one) for one in as_list(data["words"])],
            corrections=data["corrections"] is True,
        )
    except (OSError, ValueError, KeyError) as error:
        reason = type(error).__name__
        raise CohortError(f"{display_path(path)}: cannot be read ({reason}); remove it and erase again") from None
