"""nbgrader's exchange with care: what is collected is not trusted, what is released is kept and leaks nothing."""

# The untyped libraries are nbgrader, nbconvert and nbformat.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import csv
import os
import secrets
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseAssignment
from traitlets import Integer

from curriculum_utils.content import load_release
from curriculum_utils.errors import CurriculumError, ReleaseError
from curriculum_utils.grading.gradebook import due_dates
from curriculum_utils.grading.in_cohort import InCohort
from curriculum_utils.grading.pins import permitted
from curriculum_utils.grading.receipts import write_receipts
from curriculum_utils.grading.received import Ledger
from curriculum_utils.grading.structure import pin_generated
from curriculum_utils.grading.submissions import Limits, Refused, copy_submission, restore_notebooks
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.due import read_due, write_due

WHY = "WHY.txt"
_LONGEST_NAME = 128  # of a student's id in nbgrader's gradebook

Record = dict[str, Any]
"""A submission in the exchange, as nbgrader describes it: username, filename, timestamp; `bad` says what is wrong."""


class Collect(ExchangeCollect, InCohort):
    """`nbgrader collect`: a submission that cannot be trusted is set aside with the reason, and the others go on."""

    # nbgrader's trait is Instance(CourseDirectory), which type checkers cannot follow.
    coursedir: CourseDirectory  # pyright: ignore[reportIncompatibleVariableOverride]
    src_records: list[Record]
    max_submission_file_bytes = Integer(Limits.file_bytes, help="Largest file of a submission.").tag(config=True)
    max_submission_bytes = Integer(Limits.total_bytes, help="Largest submission.").tag(config=True)
    max_submission_files = Integer(Limits.files, help="Most files and folders in a submission.").tag(config=True)

    def _path_to_record(self, path: str) -> Record:
        # nbgrader's own gives up the whole collection over one folder with a strange name.
        name = Path(path).name
        try:
            return super()._path_to_record(path)
        except Exception as error:  # noqa: BLE001 - a folder's name can hold anything
            return {"username": name, "filename": name, "timestamp": datetime.min, "bad": str(error)}  # noqa: DTZ901

    def copy_files(self) -> None:
        if self.coursedir.course_id != self.cohort:
            self.fail(f"The cohort is {self.cohort}, not {self.coursedir.course_id}; choose it with CURRICULUM_COHORT.")
        known = self._known_learners()
        aside = 0
        self.log.info("Processing %d submissions of %s", len(self.src_records), self.coursedir.assignment_id)
        for record in self.src_records:
            try:
                self._check(record, known)
                self._collect(record)
            except (CurriculumError, OSError) as error:
                aside += 1
                self._set_aside(record, str(error))
            else:
                shutil.rmtree(self._aside(record), ignore_errors=True)
        write_receipts(self.folders(), self.coursedir.assignment_id)
        if aside:
            where = self.folders().own / "set-aside" / self.coursedir.assignment_id
            self.log.warning("%d of %d submissions were set aside; see %s", aside, len(self.src_records), where)

    def _known_learners(self) -> set[str] | None:
        """Everyone on the roster or in the gradebook; None where a cohort is kept without a roster."""
        try:
            with (self.folders().own / "roster.csv").open(encoding="utf-8-sig", newline="") as file:
                roster = {(row.get("id") or "").strip() for row in csv.DictReader(file)}
        except FileNotFoundError:
            return None
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            return roster | {str(student.id) for student in gradebook.students}

    def _check(self, record: Record, known: set[str] | None) -> None:
        learner = record["username"]
        if "bad" in record:
            raise Refused(f"the folder's name is not one that nbgrader submit gives ({record['bad']})")
        if not learner or learner.startswith(".") or len(learner) > _LONGEST_NAME or not learner.isprintable():
            raise Refused("its name begins with no learner's id")
        if known is not None and learner not in known:
            raise Refused(f"“{learner}” is not on the roster; enrol them and collect again")

    def _collect(self, record: Record) -> None:
        learner, module = record["username"], self.coursedir.assignment_id
        dest = self.folders().step("submitted", learner, module)
        updating = dest.is_dir()
        source = Path(self.inbound_path, record["filename"])
        if updating and not self._is_wanted(source, dest, record["timestamp"]):
            self.log.info("Submission already collected: %s %s (--update takes newer ones)", learner, module)
            return
        self._warn_of_owner(source, learner)
        dest.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=dest.parent, prefix=f".collect-{module}-"))
        try:
            copy = making / "copy"
            limits = Limits(self.max_submission_file_bytes, self.max_submission_bytes, self.max_submission_files)
            copy_submission(source, copy, ignore=self.coursedir.ignore, limits=limits)
            self._complete(copy, record)
            self._share(copy)
            if updating:
                dest.rename(making / "old")
            copy.rename(dest)
        finally:
            _remove_tree(making)
        self.log.info("%s submission: %s %s", "Updated" if updating else "Collected", learner, module)

    def _is_wanted(self, source: Path, dest: Path, timestamp: datetime) -> bool:
        """Whether the submission takes the place of the one collected before, as nbgrader decides it."""
        ledger = Ledger(self.folders())
        old, new = ledger.origin(dest), ledger.origin(source)
        try:
            existing = self.coursedir.get_existing_timestamp(str(dest))
        except (AttributeError, ValueError):  # what nbgrader ends in where a timestamp.txt holds something else
            existing = None
        if self.update and old is not None and new is not None:
            # Which zip of a learner counts was decided by their logs, and when it came may have been put right.
            return old.sha256 != new.sha256 or timestamp != existing
        if self.update and (existing is None or timestamp > existing):
            return True
        return self.before_duedate and existing != timestamp

    def _warn_of_owner(self, source: Path, learner: str) -> None:
        if not self.check_owner:
            return
        try:
            owner = source.owner()
        except (KeyError, OSError):
            owner = "unknown id"
        if owner != learner:
            # nbgrader only warns too: on many systems everybody's work belongs to one account.
            self.log.warning("%s says it is by %s but belongs to %s", source, learner, owner)

    def _complete(self, copy: Path, record: Record) -> None:
        """What later steps of nbgrader count on, in the copy."""
        pinned = self.pinned(self.coursedir.assignment_id)
        release = pinned.current()
        if release is not None:
            names = [notebook.slug for notebook in release.notebooks]
            for done in restore_notebooks(copy, pinned.folder(release.release), names):
                self.log.warning("%s: %s", record["username"], done)
        # Late or not is told by the time that the exchange filed it under, which collecting goes by as well.
        _overwrite(copy / "timestamp.txt", record["filename"].rsplit("+", 3)[2])
        secret = copy / "submission_secret.txt"
        if not secret.is_file():
            # Without one releasing feedback would stop for everybody.
            _overwrite(secret, secrets.token_hex(64))

    def _share(self, copy: Path) -> None:
        if not self.coursedir.groupshared:
            return
        for base, _, files in os.walk(copy):
            Path(base).chmod(0o2770 | Path(base).stat().st_mode & 0o777)
            for name in files:
                Path(base, name).chmod(0o660 | Path(base, name).stat().st_mode & 0o777)

    def _aside(self, record: Record) -> Path:
        return self.folders().own / "set-aside" / self.coursedir.assignment_id / record["filename"]

    def _set_aside(self, record: Record, reason: str) -> None:
        """Leaves the submission where it is, and a note about it in the cohort's folder."""
        self.log.warning("Set aside: %s: %s", record["filename"], reason)
        note = self._aside(record)
        note.mkdir(parents=True, exist_ok=True)
        (note / WHY).write_text(
            f"This submission was not collected: {reason}.\n\n"
            f"It is still in the exchange, untouched:\n  {Path(self.inbound_path, record['filename'])}\n"
            "Whatever was collected from this learner before is as it was. Nothing that the learner saved is lost:\n"
            "they can submit again from their own folder, and the next nbgrader collect --update takes it.\n",
            "utf-8",
        )


class ReleaseAssignment(ExchangeReleaseAssignment, InCohort):  # pyright: ignore[reportIncompatibleMethodOverride]
    """`nbgrader release_assignment`: keeps the release with its keys first, and lets nothing out that learners
    must not have."""

    coursedir: CourseDirectory  # pyright: ignore[reportIncompatibleVariableOverride]

    def copy_files(self) -> None:
        module = self.coursedir.assignment_id
        if self.coursedir.course_id != self.cohort:
            self.fail(f"The cohort is {self.cohort}, not {self.coursedir.course_id}; choose it with CURRICULUM_COHORT.")
        due = due_dates(self.coursedir.db_url).get(module)
        if Path(self.dest_path).is_dir() and not self.force:
            same = self._digest(self.dest_path) == self._digest(self.src_path) is not None
            if same and read_due(Path(self.dest_path)) != due:
                for place in (self.src_path, self.dest_path):
                    write_due(Path(place), due)
                self.log.info("%s is released already, as it is now; its due date was changed", module)
                return
            told = "is released already, as it is now" if same else "is released already, in another version"
            self.fail(f"{module} {told}. Nothing was changed; --force replaces what learners fetch from now on.")
        try:
            kept = pin_generated(
                self.folders(),
                module,
                scorer_version=self.reply_scorer().scorer_version,
                private_keys=Path(self.private_keys) if self.private_keys else None,
                replace_keys=self.force,
            )
        except CurriculumError as error:
            self.fail(f"{module} was not released: {error}")
        self.log.info("Kept as: %s", kept)
        # After the release was kept: a date is no part of it, and never changes its digest.
        write_due(Path(self.src_path), due)
        super().copy_files()

    @staticmethod
    def _digest(folder: str) -> str | None:
        try:
            return load_release(Path(folder), SCHEMAS).release
        except ReleaseError:
            return None


def _overwrite(path: Path, text: str) -> None:
    if path.is_dir():
        _remove_tree(path)
    path.write_text(text, "utf-8")
    path.chmod(permitted(0o666))


def _remove_tree(folder: Path) -> None:
    """Removes a folder of ours; nbgrader may have left parts of it read-only."""
    for base, _, _ in os.walk(folder):
        Path(base).chmod(0o700)
    shutil.rmtree(folder)
