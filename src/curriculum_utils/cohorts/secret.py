"""The cohort's secret: what makes pseudonyms and certificates' marks that nobody else can work out."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.errors import CohortError, display_path

_BYTES = 32


def secret_path(cohort: Cohort) -> Path:
    return cohort.folder / "secret.key"


def mark(cohort: Cohort, purpose: str, text: str) -> str:
    """64 hex digits that stand for the text: the same each time in this cohort, and not to be worked out without it.

    Args:
        purpose: keeps marks for one thing apart from those for another.
    Raises:
        CohortError: the secret cannot be made or read.
    """
    return hmac.new(_secret(cohort), f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def _secret(cohort: Cohort) -> bytes:
    path = secret_path(cohort)
    try:
        if not path.exists():
            _make(path)
        found = bytes.fromhex(path.read_text("ascii"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is damaged"
        raise CohortError(f"{display_path(path)}: cannot be used ({reason}); restore it from a backup") from None
    if len(found) != _BYTES:
        raise CohortError(f"{display_path(path)}: cannot be used (it is damaged); restore it from a backup")
    return found


def _make(path: Path) -> None:
    """Makes the secret once: of two commands at the same time the first one's stands."""
    making = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, a link does not take the place of one that is there.
        try:
            path.hardlink_to(making)
        except FileExistsError:
            return
    finally:
        making.unlink(missing_ok=True)
