"""When a module is due, as a small file beside its items.json: read as if a stranger had written it."""

import json
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from curriculum_utils.errors import LogUnreadable
from curriculum_utils.responses.files import open_regular, read_capped
from curriculum_utils.responses.lines import BadLine, decode

NAME = "due.json"
FORMAT = 1
MAX_BYTES = 10_000


def read_due(folder: Path) -> datetime | None:
    """When the module in `folder` is due, in UTC; None where no date stands there, or none that can be read."""
    path = folder / NAME
    try:
        with open_regular(path) as file:
            data = decode(read_capped(file, path, MAX_BYTES))
        if data.get("v") != FORMAT:
            return None
        due = datetime.fromisoformat(str(data.get("due")))
        return None if due.tzinfo is None else due.astimezone(UTC).replace(microsecond=0)
    except (OSError, LogUnreadable, BadLine, ValueError, OverflowError):
        return None


def write_due(folder: Path, due: datetime | None) -> None:
    """Puts the date beside the folder's items.json, as readable as that is; takes it away for None.

    Args:
        due: with a time zone; seconds count, fractions do not.
    Raises:
        OSError: it cannot be written; what was there before still is.
    """
    path = folder / NAME
    if due is None:
        path.unlink(missing_ok=True)
        return
    text = json.dumps({"v": FORMAT, "due": utc_text(due)}) + "\n"
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".due-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        shutil.copymode(folder / "items.json", temporary)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def carry_due(released: Path, folder: Path) -> None:
    """Brings the date of a learner's module up to that of the released one, or takes it away with it.

    Raises:
        OSError: it cannot be written.
    """
    # A release that cannot be looked into says nothing of dates.
    if (released / "items.json").is_file() and (folder / "items.json").is_file():
        due = read_due(released)
        if due != read_due(folder):
            write_due(folder, due)


def utc_text(at: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
