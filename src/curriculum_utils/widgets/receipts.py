"""What a learner handed in, and when: one line of JSON each, kept in their own folder."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from curriculum_utils.content import as_mapping

FOLDER = "receipts"
NOTICE = "notice-read.json"
DELETED = "practice-deleted.json"
MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Receipt:
    """One handing in.

    Attributes:
        at: when, RFC 3339 in UTC.
        how: through nbgrader's exchange, or as a file that the learner passes on.
        answers: how many items had an answer, of `items`.
        digest: the SHA-256 of the saved answers: the same as long as none is added.
        file: the path of the zip from the learner's folder; empty for the exchange.
    """

    module: str
    at: str
    how: Literal["exchange", "zip"]
    answers: int
    items: int
    digest: str
    file: str = ""


def keep(home: Path, receipt: Receipt) -> None:
    """Adds the receipt to those of its module.

    Raises:
        OSError: it cannot be written.
    """
    folder = home / FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / f"{receipt.module}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(receipt), ensure_ascii=False) + "\n")


def keep_notice_read(home: Path, at: str) -> None:
    """Notes that the learner has read what is recorded.

    Raises:
        OSError: it cannot be written.
    """
    folder = home / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / NOTICE).write_text(json.dumps({"at": at}) + "\n", "utf-8")


def notice_read(home: Path) -> bool:
    """Whether the learner has said that they read what is recorded."""
    return (home / FOLDER / NOTICE).is_file()


def keep_deletion(home: Path, module: str, at: str, digest: str) -> None:
    """Notes that practice answers were deleted, and the digest of the answers that are left.

    Raises:
        OSError: it cannot be written.
    """
    folder = home / FOLDER
    folder.mkdir(exist_ok=True)
    noted = {**_deletions(home), module: {"at": at, "digest": digest}}
    new = folder / f"{DELETED}.new"
    new.write_text(json.dumps(noted, indent=1) + "\n", "utf-8")
    new.replace(folder / DELETED)


def deleted_since(home: Path, module: str, digest: str) -> bool:
    """Whether nothing but a deletion of practice answers has happened since the module was handed in."""
    return as_mapping(_deletions(home).get(module)).get("digest") == digest


def _deletions(home: Path) -> dict[str, object]:
    try:
        return as_mapping(json.loads((home / FOLDER / DELETED).read_text("utf-8")))
    except (OSError, ValueError, RecursionError):
        return {}


def receipts(home: Path, module: str) -> Iterator[Receipt]:
    """The receipts of a module, oldest first; a line that is none is passed over."""
    try:
        with (home / FOLDER / f"{module}.jsonl").open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return
    for line in text.splitlines():
        try:
            entry = as_mapping(json.loads(line))
            how = "zip" if entry["how"] == "zip" else "exchange"
            yield Receipt(
                str(entry["module"]),
                str(entry["at"]),
                how,
                int(str(entry["answers"])),
                int(str(entry["items"])),
                str(entry["digest"]),
                str(entry.get("file", "")),
            )
        except (ValueError, KeyError, RecursionError):
            continue
