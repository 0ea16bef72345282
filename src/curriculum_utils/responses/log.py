"""A learner's response log written to: one line an event, on disk before the call returns."""

import errno
import os
import secrets
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from filelock import FileLock, Timeout

from curriculum_utils.content.words import catalogue, language, words
from curriculum_utils.errors import LogNotSaved, LogUnreadable
from curriculum_utils.responses.events import Event, Header, Kind, LogContents
from curriculum_utils.responses.files import (
    MAX_BYTES,
    open_regular,
    read_capped,
    reason,
    refuse_by_name,
    sync_folder,
)
from curriculum_utils.responses.lines import BadLine, decode, digest, event_line, event_of, header_line, header_of
from curriculum_utils.responses.reading import MAX_LINES, Reading, read_lines, read_log

FOLDER = "responses"
LOCK_SECONDS = 10.0  # an append holds the lock for milliseconds; only a hung disk takes longer


def log_path(folder: Path, notebook: str, *, assessed: bool) -> Path:
    """Where the answers to `notebook`, which lies in `folder`, are kept; practice has a file of its own."""
    return folder / FOLDER / (f"{notebook}.jsonl" if assessed else f"{notebook}.practice.jsonl")


def lock_path(path: Path) -> Path:
    """The empty file that is locked while the log at `path` is written.

    It lies beside the log, as a dot-file that collection leaves out by its name (`.*.jsonl.lock`). Outside the
    collected folder would be tidier, but the user's data folder differs between kernels of one learner (snaps,
    the Microsoft Store's Python, containers), and two that lock different files could cut off each other's lines.
    """
    return path.with_name(f".{path.name}.lock")


def utc_now() -> datetime:
    return datetime.now(UTC)


class ResponseLog:
    """The log at one path, as one learner answers one release of a notebook.

    Any number of kernels may hold one on the same path: nothing is kept in memory between calls.
    """

    def __init__(
        self, path: Path, *, learner: str, notebook: str, release: str, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.path = path
        self._learner = learner
        self._notebook = notebook
        self._release = release
        self._clock = clock
        self._folder_synced = False
        catalogue(language())  # read now: whoever may later open no file can still say why nothing was saved

    @property
    def log_id(self) -> str:
        """The id of the log; makes the log if there is none.

        Raises:
            LogNotSaved: there is none and it could not be made.
            LogUnreadable: as `read_log`.
        """
        header = self.read().header
        if header is not None:
            return header.log
        with self._open() as file:
            log = self._tail(file)  # once more: another kernel may have made it before the lock was ours
            if not log.headers:
                header = self._header(log)
                self._save(file, log, [_checked_header(header, log.prev)])
                return header.log
            return log.headers[0].log

    def append(self, kind: Kind, item: str, item_digest: str, answer: Mapping[str, object]) -> Event:
        """The event as it is now on disk, with the attempt it belongs to.

        A `commit` opens the item's next attempt and `contest` speaks of the last one; everything else belongs to
        the attempt that the next commit will close.

        Raises:
            LogNotSaved: it is not in the log, and the log is as it was; the text is for the learner.
        """
        with self._open() as file:
            log = self._tail(file)
            before = log.contents()
            attempt = max(before.last_attempt(item), 1) if kind == "contest" else before.next_attempt(item)
            header = self._header(log)
            lines: list[bytes] = []
            if header is not log.header:
                lines.append(_checked_header(header, log.prev))
            prev = digest(lines[-1]) if lines else log.prev
            event = Event(kind, item, item_digest, attempt, self._now(), answer, line=log.lines + len(lines) + 1)
            lines.append(event_line(event, prev=prev))
            # Read back before it is written: nothing enters the log that a reader would skip, and the caller gets
            # what readers will see (lists for tuples, half characters replaced).
            event = event_of(decode(lines[-1]), event.line, header)
            self._save(file, log, lines)
            return event

    def read(self) -> LogContents:
        """As `read_log`; does not wait for a kernel that is writing."""
        return read_log(self.path)

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _header(self, log: Reading) -> Header:
        """The header under which this log's next event stands: the one that holds, or a new one with the same id."""
        log_id = log.headers[0].log if log.headers else secrets.token_hex(16)
        now = log.header
        if now and (now.log, now.learner, now.notebook, now.release) == (
            log_id,
            self._learner,
            self._notebook,
            self._release,
        ):
            return now
        return Header(log_id, self._learner, self._notebook, self._release, self._now())

    def _tail(self, file: FileIO) -> Reading:
        return read_lines(read_capped(file, self.path), self.path)

    @contextmanager
    def _open(self) -> Generator[FileIO]:
        """The log, locked and open; whatever goes wrong meanwhile is told as LogNotSaved."""
        folder = self.path.parent
        try:
            refuse_by_name(self.path)
            if not folder.exists():
                folder.mkdir(parents=True, exist_ok=True)
                sync_folder(folder.parent)
            with (
                FileLock(lock_path(self.path)).acquire(timeout=LOCK_SECONDS, poll_interval=0.01),
                open_regular(self.path, append=True) as file,
            ):
                yield file
        except Timeout:
            raise _not_saved(words("why-other-window")) from None
        except (OSError, NotImplementedError) as error:  # NotImplementedError: filelock on a disk without locks
            raise _not_saved(reason(error)) from None
        except BadLine as problem:
            raise _not_saved(words("why-bad-line", problem=problem)) from None
        except LogUnreadable as problem:
            raise _not_saved(words("why-unreadable", problem=problem)) from None

    def _save(self, file: FileIO, log: Reading, lines: Sequence[bytes]) -> None:
        """Write the lines in one call and wait until they are on disk; else leave the file as it was.

        Raises:
            LogNotSaved: the log is full.
            OSError: the disk refused.
        """
        data = (b"\n" if log.torn else b"") + b"".join(line + b"\n" for line in lines)
        if log.size + len(data) > MAX_BYTES or log.lines + len(lines) > MAX_LINES:
            raise _not_saved(words("why-largest"))
        written = 0
        try:
            written = file.write(data)
            if written < len(data):
                # The system says why only to a call that can write nothing; it stopped here for want of space.
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301
            os.fsync(file.fileno())
            self._sync_names(file)
        except OSError:
            _undo(file, log.size, written)
            raise

    def _sync_names(self, file: FileIO) -> None:
        # Once per kernel and not only for a new file: the kernel that made it may have been killed before this step.
        if not self._folder_synced:
            sync_folder(self.path.parent)
            self._folder_synced = True
        # A synchronising program may have put another file in the log's place; what went into the old one is gone.
        if not os.path.samestat(self.path.lstat(), os.fstat(file.fileno())):
            raise OSError(errno.ESTALE, "the log was replaced by another program meanwhile")


def _undo(file: FileIO, size: int, written: int) -> None:
    """Cut off what was written after `size` bytes, so that nothing half-written counts."""
    # Where the disk's locks do not work (some network mounts) another kernel may have written behind us: its line is
    # worth more than a clean end, and a torn line is healed by the next append.
    with suppress(OSError):
        if os.fstat(file.fileno()).st_size == size + written:
            file.truncate(size)
            os.fsync(file.fileno())


def _checked_header(header: Header, prev: str | None) -> bytes:
    line = header_line(header, prev=prev)
    header_of(decode(line))
    return line


def _not_saved(why: str) -> LogNotSaved:
    return LogNotSaved(words("log-not-saved", why=why))
