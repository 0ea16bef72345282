"""JSON lines that a second rater leaves on disk, for instructors only: no learner's words and no key are in them."""

import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path

from curriculum_utils.errors import ScoringError

_logger = logging.getLogger(__name__)


class LineFile:
    """A file to which lines are added, readable by its owner alone.

    Raises:
        ScoringError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            os.close(self._open())
        except OSError as error:
            raise ScoringError(f"{path}: cannot be written ({error.strerror}); name another file") from None

    def append(self, entry: Mapping[str, object]) -> None:
        """Adds one line in one call, whole beside those of other processes; a full disk is told and stops nothing."""
        line = json.dumps(entry, ensure_ascii=True, allow_nan=False) + "\n"
        try:
            file = self._open()
            try:
                os.write(file, line.encode("ascii"))
            finally:
                os.close(file)
        except OSError as error:
            _logger.warning("%s: a line could not be written (%s)", self._path, error.strerror)

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
