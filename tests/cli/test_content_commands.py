"""`curriculum lint` and `build`: their exact words and exit statuses."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from curriculum_utils.cli import cli

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the real course that a test may spoil."""
    shutil.copytree(ROOT / "curriculum", tmp_path / "curriculum")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str):
    return CliRunner().invoke(cli, arguments)


@pytest.mark.usefixtures("course")
def test_a_clean_course_says_so_and_names_the_next_command():
    result = run("lint")
    assert (result.exit_code, result.output) == (0, "0 problems. Next: curriculum build\n")


def test_a_misspelt_label_is_told_at_its_line_with_a_suggestion(course: Path):
    path = next((course / "curriculum/keys").glob("*/*write*.yaml"))
    text = path.read_text("utf-8")
    first = text.index("criteria: [") + len("criteria: [")
    label = text[first:].split(",")[0].split("]")[0].strip()
    path.write_text(text[:first] + text[first:].replace(label, label[:-1], 1), "utf-8")
    line = text[:first].count("\n") + 1
    result = run("lint")
    assert result.exit_code == 1
    relative = path.relative_to(course)
    expected = (
        f"{relative}:{line}: exemplars.0.criteria.0: "
        f'no criterion "{label[:-1]}"; did you mean "{label}"? [unknown-label]\n'
        "1 problem. Mend them and run: curriculum lint\n"
    )
    assert result.output == expected


def test_a_course_with_problems_is_not_built_and_every_problem_is_shown(course: Path):
    (course / "curriculum/course.yaml").write_text("title: [")
    result = run("build")
    assert result.exit_code == 1
    assert not (course / "source").exists()


@pytest.mark.usefixtures("course")
def test_a_build_is_current_and_then_out_of_date_when_a_file_is_touched(course: Path):
    assert run("build").exit_code == 0
    first = run("build", "--check")
    assert first.exit_code == 0
    assert first.output.endswith("notebooks up to date.\n")
    notebook = next((course / "source").glob("*/*.ipynb"))
    notebook.write_text("{}")
    again = run("build", "--check")
    assert again.exit_code == 1
    files = sum(path.is_file() for path in (course / "source").rglob("*"))
    expected = f"{notebook.relative_to(course)} is out of date\n1 of {files} files differ. Run: curriculum build\n"
    assert again.output == expected


def test_outside_a_course_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    result = run("lint")
    assert "no course here" in str(result.exception)
    assert "--course" in str(result.exception)


def test_a_misspelt_command_gets_a_suggestion():
    result = run("biuld")
    assert result.exit_code == 2
    assert 'No command "biuld"; did you mean "build"?' in result.output
