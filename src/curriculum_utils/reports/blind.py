"""The report without names: each learner under a handle that stays the same from report to report.

A handle is made from the learner's id with a key that lies in the cohort's folder and nowhere else: without the key
nobody can tell whose it is, and the same learner is recognised in the next report.
"""

import base64
import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from curriculum_utils.cohorts import Cohort
from curriculum_utils.errors import CohortError, display_path
from curriculum_utils.reports.data import ReportData
from curriculum_utils.reports.learners import LearnerRow
from curriculum_utils.reports.notices import Notice

KEY_FILE = "report-handles.key"
_KEY_BYTES = 32
_LETTERS = 6  # of base 32: one in a thousand million that two of a pair are alike; then both get more


def handle_key(cohort: Cohort) -> bytes:
    """The cohort's key for handles, made at the first call, readable by its owner alone.

    Raises:
        CohortError: the key cannot be read or made, or is damaged.
    """
    path = cohort.folder / KEY_FILE
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CohortError(
            f"{display_path(path)}: the key of the handles cannot be used ({reason}); set its permissions right"
        ) from None
    if len(key) != _KEY_BYTES:
        raise CohortError(
            f"{display_path(path)}: the key of the handles is damaged; restore it from a backup, or remove it to begin "
            "with new handles"
        )
    return key


def handles(learners: Iterable[str], key: bytes) -> dict[str, str]:
    """A handle for each learner's id, all different."""
    ids = list(learners)
    letters = _LETTERS
    while True:
        found = {name: f"Learner {_letters(name, key)[:letters]}" for name in ids}
        if len(set(found.values())) == len(ids):
            return found
        letters += 1


def blinded(data: ReportData, key: bytes) -> ReportData:
    """The report under handles, in their order, so that no place in the roster tells who it is.

    Notices name files and folders of learners: their number is told and nothing else.
    """
    names = handles([row.learner for row in data.learners], key)
    notices = ()
    if data.notices:
        total = len(data.notices) + data.notices_left_out
        notices = (Notice("this cohort", f"{total} notices name files or learners; the report with names has them."),)
    return replace(
        data,
        learners=tuple(sorted((_learner(row, names) for row in data.learners), key=lambda row: row.learner)),
        learner_criteria=tuple(replace(row, learner=names[row.learner]) for row in data.learner_criteria),
        changes=tuple(replace(row, learner=names[row.learner]) for row in data.changes),
        attempts=tuple(
            sorted((replace(row, learner=names[row.learner]) for row in data.attempts), key=lambda row: row.learner)
        ),
        notices=notices,
        notices_left_out=0,
    )


def _learner(row: LearnerRow, names: Mapping[str, str]) -> LearnerRow:
    handle = names[row.learner]
    modules = tuple(replace(place, learner=handle) for place in row.modules)
    return LearnerRow(handle, handle, "", "", modules)


def _letters(learner: str, key: bytes) -> str:
    return base64.b32encode(hmac.new(key, learner.encode(), hashlib.sha256).digest()).decode().lower()


def _make(path: Path) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".report-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, a link never replaces the key that another process made meanwhile.
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        Path(name).unlink(missing_ok=True)
