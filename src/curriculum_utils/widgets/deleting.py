"""A learner's practice answers deleted: which files go, and each of them renamed aside before it is removed."""

import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from curriculum_utils.content import as_mapping, words
from curriculum_utils.errors import LogUnreadable
from curriculum_utils.responses import Drafts, lock_path, log_path
from curriculum_utils.responses.files import reason, refuse_by_name, sync_folder
from curriculum_utils.responses.log import LOCK_SECONDS
from curriculum_utils.widgets.handing_in import digest_of
from curriculum_utils.widgets.my_data import ASIDE, KeptLog, KeptModule, MyData, cells_of, my_data, set_aside
from curriculum_utils.widgets.place import answers_folder
from curriculum_utils.widgets.progress import ModuleProgress, modules_in
from curriculum_utils.widgets.receipts import deleted_since, keep_deletion


@dataclass
class Deletion:
    """What happened. `gone` are files, `left` those that could not be removed with the reason.

    `logs` are the ids of the logs that went, `items` all items for practice: for what a browser keeps of them.
    """

    gone: list[Path] = field(default_factory=list[Path])
    left: list[tuple[Path, str]] = field(default_factory=list[tuple[Path, str]])
    logs: list[str] = field(default_factory=list[str])
    items: list[str] = field(default_factory=list[str])


def delete_practice(home: Path, drafts: Drafts | None = None) -> Deletion:
    """Deletes the practice logs, their drafts, and the copies of both; graded and pre-test answers stay.

    A file that cannot be removed is left whole and named; the others still go.

    Raises:
        OSError: `home` cannot be listed.
    """
    drafts = drafts or Drafts()
    data, done = my_data(home, drafts), Deletion()
    handed_in = {module.slug: module for module in modules_in(data.home) if _as_handed_in(data.home, module)}
    for log in data.practice_logs:
        if _try(done, log.path, lambda log=log: _delete_log(log)):
            done.logs += log.log_ids
    for module in data.modules:
        done.items += module.practice_items
        for path in module.practice_pages:
            _try(done, path, lambda path=path, module=module: _clear_page(path, module))
    for draft in data.drafts:
        if draft.log in done.logs:
            _try(done, draft.path, lambda path=draft.path: _remove(path))
            drafts.discard(draft.log, draft.item)  # with what a kill in the middle of saving left behind
    for path in (*data.copies, *(left for folder in _folders(data) for left in set_aside(folder))):
        _try(done, path, lambda path=path: _remove(path))
    for slug, module in handed_in.items():
        # Where it cannot be noted, the start page asks to hand in again, which loses nothing.
        with suppress(OSError):
            keep_deletion(data.home, slug, _now(), digest_of(data.home, module))
    return done


def _folders(data: MyData) -> set[Path]:
    return {log.path.parent for log in data.logs} | {
        log_path(answers_folder(module.folder), "x", assessed=False).parent for module in data.modules
    }


def _as_handed_in(home: Path, module: ModuleProgress) -> bool:
    digest = digest_of(home, module)
    last = module.receipts[-1] if module.receipts else None
    return last is not None and (last.digest == digest or deleted_since(home, module.slug, digest))


def _try(done: Deletion, path: Path, act: Callable[[], None]) -> bool:
    try:
        act()
    except Timeout:
        done.left.append((path, words("data-still-saving")))
    except (OSError, LogUnreadable, NotImplementedError) as error:
        done.left.append((path, f"{reason(error)}." if isinstance(error, OSError) else str(error)))
    else:
        done.gone.append(path)
        return True
    return False


def _delete_log(log: KeptLog) -> None:
    refuse_by_name(log.path)
    # A lesson that is open may be saving just now: its line goes too, or comes into a new log, never into thin air.
    with FileLock(lock_path(log.path)).acquire(timeout=LOCK_SECONDS, poll_interval=0.01):
        _remove(log.path)


def _remove(path: Path) -> None:
    """Renames the file aside and removes it: under its own name it is there whole or not at all.

    Raises:
        OSError: it could not be removed, and stands under its own name as before.
    """
    if ASIDE in path.name:
        path.unlink()
        return
    # Collection takes no such name, should it be left by a power cut.
    aside = path.with_name(f".{path.name}{ASIDE}{secrets.token_hex(4)}")
    path.rename(aside)
    try:
        aside.unlink()
    except OSError:
        aside.rename(path)
        raise
    sync_folder(path.parent)


def _clear_page(path: Path, module: KeptModule) -> None:
    """Takes out of a lesson's file what stood below its exercises for practice.

    Raises:
        OSError: it could not be changed, and is as it was.
    """
    try:
        notebook, found = as_mapping(json.loads(path.read_text("utf-8"))), list(cells_of(path))
    except ValueError:
        raise OSError(words("data-page-unreadable")) from None
    emptied: dict[str, object] = {"outputs": []}
    cells = [cell | emptied if item in module.practice_items else cell for cell, item in found]
    new = path.with_name(f".{path.name}{ASIDE}{secrets.token_hex(4)}")
    try:
        new.write_text(json.dumps({**notebook, "cells": cells}, indent=1, ensure_ascii=False) + "\n", "utf-8")
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink()
        raise


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
