"""The tiny course, built and released once; every test gets its own copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader_course import NbgraderCourse, make_course


@pytest.fixture(scope="session")
def released_course(tmp_path_factory: pytest.TempPathFactory) -> NbgraderCourse:
    """The course after its release; not to be changed."""
    course = make_course(tmp_path_factory.mktemp("released"))
    course.release()
    return course


@pytest.fixture
def course(
    released_course: NbgraderCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[NbgraderCourse]:
    """The released course in a folder of the test's own; nbgrader keeps its caches there too."""
    shutil.copytree(released_course.root, tmp_path / "course")
    own = NbgraderCourse(tmp_path / "course", tmp_path / "home")
    own.home.mkdir()
    for name, value in own.environment().items():
        if name in ("HOME", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR", "PATH"):
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(own.root)
    return own
