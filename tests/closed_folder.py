"""A folder that really cannot be written to, whoever runs the tests."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


def run(*command: object) -> int:
    """The exit status of a command whose output nobody reads."""
    return subprocess.run([str(part) for part in command], check=False, capture_output=True).returncode


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The folder closed for whoever runs the tests: by its mode, or for root by its attribute or a mount."""

    def is_open() -> bool:
        try:
            (folder / ".try").write_bytes(b"")
            (folder / ".try").unlink()
        except OSError:
            return False
        return True

    ways = [
        (["chmod", "-R", "a-w", folder], ["chmod", "-R", "u+w", folder]),
        (["chattr", "+i", folder], ["chattr", "-i", folder]),
        (["mount", "--bind", "-o", "ro", folder, folder], ["umount", "--lazy", folder]),
    ]
    for close, undo in ways:
        with suppress(FileNotFoundError):
            run(*close)
        try:
            if not is_open():
                yield
                return
        finally:
            with suppress(FileNotFoundError):
                run(*undo)
    pytest.skip("nothing closes a folder for this user here; it is proved where something does")
