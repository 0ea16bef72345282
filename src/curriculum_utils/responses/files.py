"""Files of learners opened without following links, read within a cap, and why an operating system said no."""

import errno
import os
import stat
import tempfile
from io import FileIO
from pathlib import Path

from curriculum_utils.content.words import words
from curriculum_utils.errors import LogUnreadable

MAX_BYTES = 20_000_000

# Absent on Windows, where the look at the name before opening has to do. Without O_NONBLOCK opening a pipe waits for
# a writer for ever; without O_BINARY Windows changes line ends.
_SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

# Keys of the catalogue.
_REASONS = {
    errno.ENOSPC: "why-disk-full",
    errno.EDQUOT: "why-quota",
    errno.EFBIG: "why-too-big",
    errno.EACCES: "why-not-allowed",
    errno.EPERM: "why-not-allowed",
    errno.EROFS: "why-read-only",
    errno.ENOTDIR: "why-file-in-the-way",
    errno.EEXIST: "why-file-in-the-way",
}


def reason(error: Exception) -> str:
    """Why writing failed and what to do, to stand before ", then try again"."""
    if isinstance(error, OSError):
        if error.errno in _REASONS:
            return words(_REASONS[error.errno])
        return words("why-disk-error", error=error.strerror or type(error).__name__)
    return words("why-no-locks", error=error)


def open_regular(path: Path, *, append: bool = False) -> FileIO:
    """The file at `path`, unbuffered; for appending it may be read too and is made where there is none.

    Raises:
        LogUnreadable: it, or the folder it lies in, is a link, or it is no ordinary file.
        OSError: it cannot be opened.
    """
    refuse_by_name(path)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND if append else os.O_RDONLY
    try:
        descriptor = os.open(path, flags | _SAFE, 0o666)
    except OSError as error:
        if error.errno == errno.ELOOP:  # became a link since the look at its name
            raise LogUnreadable(words("log-is-link", path=path)) from None
        raise
    file = FileIO(descriptor, "r+" if append else "r")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise LogUnreadable(words("log-is-no-file", path=path))
    return file


def read_capped(file: FileIO, path: Path, cap: int = MAX_BYTES) -> bytes:
    """All of the file from its beginning.

    Raises:
        LogUnreadable: it is larger than `cap` bytes.
    """
    size = os.fstat(file.fileno()).st_size
    if size <= cap:
        file.seek(0)
        # An unbuffered read may return less than it was asked for, and the file may grow meanwhile.
        parts = bytearray()
        while len(parts) <= cap and (part := file.read(cap + 1 - len(parts))):
            parts += part
        if len(parts) <= cap:
            return bytes(parts)
    raise LogUnreadable(words("log-too-large", path=path, cap=cap))


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` last through a power cut, where the system can."""
    if os.name == "nt":  # a folder cannot be opened there; NTFS journals names itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):  # some network disks know no such call
            raise
    finally:
        os.close(descriptor)


def refuse_by_name(path: Path) -> None:
    """Refuse by the look of the name: nothing is opened.

    Raises:
        LogUnreadable: the file or its folder is a link, or the file no ordinary one.
    """
    for place in (path.parent, path):
        try:
            mode = place.lstat().st_mode
        except FileNotFoundError:
            continue
        if stat.S_ISLNK(mode):
            raise LogUnreadable(words("log-is-link", path=place))
        if place is path and not stat.S_ISREG(mode):
            raise LogUnreadable(words("log-is-no-file", path=path))


def write_private(path: Path, content: bytes, *, make_folder: bool = False) -> None:
    """Puts `content` in the place of the file in one step, on disk when this returns; mode 0600.

    Args:
        make_folder: its folder may be missing, and is made for this user alone.
    Raises:
        OSError: it cannot be written; what was there before is as it was.
    """
    if make_folder:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # which is mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
