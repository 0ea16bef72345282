"""Text that was not sent yet: kept in the user's own data folder, out of reach of collection.

One small file per item and log, replaced as a whole; a draft counts only for the attempt it was written for.
"""

import os
import tempfile
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from platformdirs import user_data_path

from curriculum_utils.content.words import words
from curriculum_utils.errors import LogNotSaved, LogUnreadable
from curriculum_utils.responses.files import open_regular, read_capped, reason
from curriculum_utils.responses.lines import FORMAT, MAX_LINE_BYTES, BadLine, decode, digest, encode

ABANDONED_SECONDS = 60.0  # writing one takes milliseconds: what is left after this was left by a kill


@dataclass(frozen=True)
class Draft:
    """One draft on disk; `answer` is as it was given to `Drafts.save`."""

    path: Path
    log: str
    item: str
    answer: Mapping[str, object]


class Drafts:
    """The drafts in `folder`; by default `drafts` in the user's data folder for `curriculum-utils`."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or user_data_path("curriculum-utils", appauthor=False) / "drafts"

    def save(self, log_id: str, item: str, attempt: int, answer: Mapping[str, object]) -> None:
        """Keep the draft, in place of an earlier one.

        Raises:
            LogNotSaved: it could not be kept, and the earlier one still is; the text is for the learner.
        """
        path = self._path(log_id, item)
        try:
            text = encode({"v": FORMAT, "log": log_id, "item": item, "attempt": attempt, "answer": answer})
            decode(text)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # mkstemp makes it readable by this user alone.
            descriptor, name = tempfile.mkstemp(prefix=f"{path.stem}.", suffix=".tmp", dir=self.folder)
            new = Path(name)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(text)
                    file.flush()
                    # Else a power cut may leave an empty file under the draft's name, and the earlier one is lost too.
                    os.fsync(file.fileno())
                new.replace(path)
            except BaseException:
                with suppress(OSError):
                    new.unlink()
                raise
        except OSError as error:
            raise _not_kept(reason(error)) from None
        except BadLine as problem:
            raise _not_kept(words("why-bad-line", problem=problem)) from None

    def load(self, log_id: str, item: str, attempt: int) -> Mapping[str, object] | None:
        """The draft's answer; None if there is none, if it is damaged, or if it belongs to another attempt."""
        path = self._path(log_id, item)
        try:
            with open_regular(path) as file:
                data = decode(read_capped(file, path, MAX_LINE_BYTES))
        except (OSError, LogUnreadable, BadLine):
            return None
        answer = data.get("answer")
        found = (data.get("v"), data.get("log"), data.get("item"), data.get("attempt"))
        if found != (FORMAT, log_id, item, attempt) or not isinstance(answer, dict):
            return None
        return cast("dict[str, object]", answer)

    def of(self, log_ids: Collection[str]) -> "list[Draft]":
        """The drafts that belong to these logs, by item; one that is damaged belongs to none."""
        found: list[Draft] = []
        for path in sorted(self.folder.glob("*.json")):
            try:
                with open_regular(path) as file:
                    data = decode(read_capped(file, path, MAX_LINE_BYTES))
            except (OSError, LogUnreadable, BadLine):
                continue
            log, item, answer = data.get("log"), data.get("item"), data.get("answer")
            if log in log_ids and isinstance(item, str) and isinstance(answer, dict):
                found.append(Draft(path, str(log), item, cast("dict[str, object]", answer)))
        return sorted(found, key=lambda one: one.item)

    def discard(self, log_id: str, item: str) -> None:
        """Forget the draft; that there is none, or that it cannot be removed, is no error."""
        path = self._path(log_id, item)
        with suppress(OSError):
            path.unlink()
        # What a kill in the middle of `save` left behind is unsent text too.
        for left in self.folder.glob(f"{path.stem}.*.tmp"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
                    left.unlink()

    def _path(self, log_id: str, item: str) -> Path:
        # Hashed, because a log id comes from a file that anyone may have written.
        return self.folder / f"{digest(encode({'log': log_id, 'item': item}))}.json"


def _not_kept(why: str) -> LogNotSaved:
    return LogNotSaved(words("draft-not-saved", why=why))
