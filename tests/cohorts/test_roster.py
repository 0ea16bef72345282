"""Rosters: what is read, and every problem told at once."""

from pathlib import Path

import pytest

from curriculum_utils.cohorts import Learner, read_roster
from curriculum_utils.errors import ContentError


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "roster.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def problems(path: Path) -> list[tuple[int, str]]:
    with pytest.raises(ContentError) as caught:
        read_roster(path)
    return [(problem.line, problem.rule) for problem in caught.value.problems]


def test_a_roster_with_commas_accents_and_a_byte_order_mark_is_read(tmp_path: Path):
    path = write(
        tmp_path, '\ufeffid,first_name,last_name,email\nsam,Samuel,"Smith, Jr.",\ntove,Tøve,Nørgaard,t@x.invalid\n'
    )
    assert read_roster(path) == [
        Learner("sam", "Samuel", "Smith, Jr.", ""),
        Learner("tove", "Tøve", "Nørgaard", "t@x.invalid"),
    ]


def test_a_name_may_run_over_two_lines_inside_quotes(tmp_path: Path):
    path = write(tmp_path, 'id,last_name\na,"Two\nlines"\nb,Next\n')
    assert [learner.id for learner in read_roster(path)] == ["a", "b"]


def test_columns_may_stand_in_any_order_and_others_are_ignored(tmp_path: Path):
    assert read_roster(write(tmp_path, "group,id\nblue,a1\n")) == [Learner("a1")]


def test_blank_lines_are_skipped(tmp_path: Path):
    assert len(read_roster(write(tmp_path, "id,email\n\na,\n,\nb,\n"))) == 2


def test_every_problem_is_told_at_once_at_its_line(tmp_path: Path):
    path = write(tmp_path, "id,last_name\nok,Fine\n,Nameless\nbad id,Blank\nOK,Twice\nx,Too,many\n../up,Path\n")
    assert problems(path) == [
        (3, "missing-key"),
        (4, "value"),
        (5, "duplicate-id"),
        (6, "csv"),
        (7, "value"),
    ]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "missing-key"),
        (b"name,email\na,b\n", "missing-key"),
        (b"id,id\na,b\n", "duplicate-key"),
        (b"id,email\n", "empty"),
        (b"id\nJos\xe9\n", "encoding"),
        (b'id\n"never closed\n', "csv"),
        (b"id\n" + b"a" * 6_000_000, "file-size"),
    ],
    ids=["empty", "no-id-column", "id-twice", "nobody", "latin-1", "open-quote", "huge"],
)
def test_a_file_that_is_no_roster_is_refused_with_its_reason(tmp_path: Path, content: bytes, rule: str):
    assert [found for _, found in problems(write(tmp_path, content))] == [rule]


def test_a_missing_file_is_told_not_raised_as_a_traceback(tmp_path: Path):
    assert problems(tmp_path / "none.csv") == [(1, "file")]
