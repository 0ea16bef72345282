"""Restoring a cohort from a backup: everything is checked and laid ready first, then put in place step by step.

A note beside the cohorts says which steps are due, so that whoever runs it again after a kill goes on where it stopped.
"""

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curriculum_utils.cohorts.backup import PARTS
from curriculum_utils.cohorts.cohort import Cohort, check_name, open_cohort, restoring
from curriculum_utils.cohorts.files import one_at_a_time, write_private
from curriculum_utils.cohorts.restorable import CheckedBackup, check_backup, lay_ready, sha256_of
from curriculum_utils.content import as_mapping
from curriculum_utils.errors import CohortError, display_path
from curriculum_utils.responses.files import sync_folder

STAGE = ".restore-"
SET_ASIDE = ".set-aside"


@dataclass(frozen=True)
class Restored:
    """What a restore did.

    Attributes:
        completed: an earlier restore of the same file, interrupted, was completed.
        set_aside: where the cohort that was there before lies now.
        left_out: in sentences, what the backup did not hold.
    """

    cohort: Cohort
    files: int
    completed: bool = False
    set_aside: Path | None = None
    left_out: tuple[str, ...] = ()


def restore(root: Path, backup: Path, *, name: str | None = None, replace: bool = False) -> Restored:
    """Puts a cohort back as its backup has it; all of it or nothing, and interrupted it is completed by another run.

    Args:
        name: the cohort's name from now on; the one that it had by default.
        replace: a cohort of that name that is there is set aside, with all its files.
    Raises:
        CohortError: the file is no backup, was changed or is damaged, or a cohort of that name is there.
    """
    digest = sha256_of(backup)
    with one_at_a_time(root):
        found = check_backup(backup)
        name = name or found.cohort
        check_name(name)
        note = restoring(root, name)
        if note.exists():
            plan = _read_plan(note)
            set_aside = _put_in_place(root, name, plan)
            if plan["backup"] == digest:
                return _restored(root, name, found, set_aside, completed=True)
        _clear_stages(root)
        present = [part for part in PARTS if _is_there(_place(root, name, part))]
        if present and not replace:
            places = ", ".join(display_path(_place(root, name, part)) for part in present)
            raise CohortError(
                f"{places}: is there already; restore it under another name (--as NAME), or with --replace, which "
                "sets aside what is there"
            )
        stage = Path(tempfile.mkdtemp(dir=root / "cohorts", prefix=f"{STAGE}{name}-"))
        try:
            lay_ready(backup, found, stage, name)
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
            plan = {"backup": digest, "stage": stage.name, "aside": f"{SET_ASIDE}/{name}-{stamp}" if present else ""}
            write_private(note, json.dumps(plan).encode())
        except OSError as error:
            shutil.rmtree(stage, ignore_errors=True)
            raise CohortError(f"{display_path(stage)}: nothing was restored ({error.strerror})") from None
        except BaseException:
            if not note.exists():
                shutil.rmtree(stage, ignore_errors=True)
            raise
        return _restored(root, name, found, _put_in_place(root, name, plan))


def _restored(
    root: Path, name: str, found: CheckedBackup, set_aside: Path | None, *, completed: bool = False
) -> Restored:
    return Restored(open_cohort(root, name), len(found.files), completed, set_aside, found.left_out)


def _read_plan(note: Path) -> dict[str, str]:
    try:
        plan = {key: str(value) for key, value in as_mapping(json.loads(note.read_bytes())).items()}
    except (OSError, ValueError):
        plan = {}
    safe = {"backup", "stage", "aside"} == plan.keys() and "/" not in plan["stage"] and ".." not in plan["aside"]
    if not safe or not plan["stage"].startswith(STAGE):
        raise CohortError(f"{display_path(note)}: cannot be read; remove it, and restore with --replace")
    return plan


def _put_in_place(root: Path, name: str, plan: dict[str, Any]) -> Path | None:
    """Moves each part from the stage to its place; what is done already is passed over. The cohort itself is last."""
    stage = root / "cohorts" / plan["stage"]
    aside = root / "cohorts" / plan["aside"] if plan["aside"] else None
    try:
        for part in PARTS:
            source, target = stage / part, _place(root, name, part)
            if not source.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            if _is_there(target) and aside is not None:
                aside.mkdir(mode=0o700, parents=True, exist_ok=True)
                target.rename(aside / part)
            elif target.is_dir():
                target.rmdir()
            source.rename(target)
            sync_folder(target.parent)
    except OSError as error:
        raise CohortError(
            f"{name}: the restore stopped half-way ({error.strerror}: {error.filename}); mend that and run it again"
        ) from None
    shutil.rmtree(stage, ignore_errors=True)
    restoring(root, name).unlink(missing_ok=True)
    sync_folder(root / "cohorts")
    return aside if aside is not None and aside.is_dir() else None


def _clear_stages(root: Path) -> None:
    """Removes what killed restores laid ready, unless a note says that it is being put in place."""
    notes = (root / "cohorts").glob(".restoring-*.json")
    wanted = {_read_plan(note)["stage"] for note in notes}
    for left in (root / "cohorts").glob(f"{STAGE}*"):
        if left.name not in wanted:
            shutil.rmtree(left)


def _place(root: Path, name: str, part: str) -> Path:
    return root / "cohorts" / name if part == "cohort" else root / part / name


def _is_there(path: Path) -> bool:
    if path.is_symlink() or path.is_file():
        return True
    return path.is_dir() and any(os.scandir(path))
