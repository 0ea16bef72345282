"""The course that ships: one test per file, so that the failing id is the path of the file to mend."""

from pathlib import Path

import pytest

from curriculum_utils.content import lint
from curriculum_utils.items import SCHEMAS

ROOT = Path(__file__).parents[2]
CURRICULUM = ROOT / "curriculum"
FILES = sorted(str(path.relative_to(ROOT)) for path in CURRICULUM.rglob("*") if path.suffix in (".yaml", ".md"))


@pytest.fixture(scope="module")
def problems() -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return [str(problem) for problem in lint(CURRICULUM, SCHEMAS)]


@pytest.mark.parametrize("name", FILES)
def test_lint_finds_nothing_in(name: str, problems: list[str]):
    assert [line for line in problems if line.startswith(f"{name}:")] == []


def test_lint_finds_nothing_anywhere(problems: list[str]):
    assert problems == []
