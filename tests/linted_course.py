"""The tiny course in a folder of its own, linted from there so that paths read as an author sees them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_course import write_course

from curriculum_utils.content import lint
from curriculum_utils.items import SCHEMAS


@pytest.fixture
def curriculum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_course(tmp_path)


@pytest.fixture
def problems(curriculum: Path) -> Callable[..., list[str]]:
    """What `curriculum lint` prints for the course as it now stands, line by line."""

    def told(*, keys: Path | None = None) -> list[str]:
        return [str(problem) for problem in lint(curriculum, SCHEMAS, keys=keys)]

    return told
