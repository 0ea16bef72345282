"""Files of learners opened without following links, read within a cap, and why an operating system said no."""

import errno
import os
import stat
from io import FileIO
from pathlib import Path

from curriculum_utils.errors import LogUnreadable

MAX_BYTES = 20_000_000

# Absent on Windows, where the look at the name before opening has to do. Without O_NONBLOCK opening a pipe waits for
# a writer for ever; without O_BINARY Windows changes line ends.
_SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

_REASONS = {
    errno.ENOSPC: "the disk is full. Free some space",
    errno.EDQUOT: "your disk space is used up. Free some space",
    errno.EFBIG: "the file may not grow any further. Ask your instructor for help",
    errno.EACCES: "this computer does not allow writing there. Check the folder's permissions",
    errno.EPERM: "this computer does not allow writing there. Check the folder's permissions",
    errno.EROFS: "the disk can only be read. Copy the course folder to a disk of your own",
    errno.ENOTDIR: "a file stands where the folder should be. Rename that file",
    errno.EEXIST: "a file stands where the folder should be. Rename that file",
}


_LINK = "{}: is a link; only an ordinary file in an ordinary folder is read"
_NO_FILE = "{}: is not an ordinary file; it was not read"


def reason(error: Exception) -> str:
    """Why writing failed and what to do, to stand before ", then try again"."""
    if isinstance(error, OSError):
        if error.errno in _REASONS:
            return _REASONS[error.errno]
        return f"the disk reported an error ({error.strerror or type(error).__name__}). Wait a moment"
    return f"this disk cannot be used ({error}). Copy the course folder to another one"


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
            raise LogUnreadable(_LINK.format(path)) from None
        raise
    file = FileIO(descriptor, "r+" if append else "r")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise LogUnreadable(_NO_FILE.format(path))
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
    raise LogUnreadable(f"{path}: larger than {cap:,} bytes, which no log of answers is; it was not read")


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
            raise LogUnreadable(_LINK.format(place))
        if place is path and not stat.S_ISREG(mode):
            raise LogUnreadable(_NO_FILE.format(path))
