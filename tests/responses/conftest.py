"""Logs to test with: one in a temporary folder, and the bytes of one that was written by the product."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from curriculum_utils.responses import ResponseLog, log_path

RELEASE = "a" * 64
DIGEST = "d" * 64


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return log_path(tmp_path, "4-moves", assessed=True)


@pytest.fixture
def open_log(path: Path) -> Callable[..., ResponseLog]:
    """A log as one kernel opens it; its clock moves on by a second at each look, from noon."""
    ticks = count()

    def tick() -> datetime:
        return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(seconds=next(ticks))

    def opened(**changes: str) -> ResponseLog:
        settings = {"learner": "farida", "notebook": "4-moves", "release": RELEASE} | changes
        return ResponseLog(path, **settings, clock=tick)

    return opened


@pytest.fixture
def log(open_log: Callable[..., ResponseLog]) -> ResponseLog:
    return open_log()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a log of 7 lines: its header, then 3 times shown and committed, one item each."""
    path = log_path(tmp_path_factory.mktemp("written"), "4-moves", assessed=True)
    log = ResponseLog(path, learner="farida", notebook="4-moves", release=RELEASE)
    for n in range(3):
        log.append("shown", f"item-{n}", DIGEST, {"order": ["b", "a"]})
        log.append("commit", f"item-{n}", DIGEST, {"text": f"Réponse {n} – “ja”\nline two"})
    return path.read_bytes()
