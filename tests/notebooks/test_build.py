"""What is built: bytes, files, differences."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_course import MODULE, edit, load, write_course

from curriculum_utils.errors import ReleaseError
from curriculum_utils.notebooks import build, built_files, check

TESTS = Path(__file__).parents[1]
NAMES = [f"{MODULE}/1-look.ipynb", f"{MODULE}/items.json", f"{MODULE}/2-show.ipynb"]


@pytest.fixture
def curriculum(tmp_path: Path) -> Path:
    return write_course(tmp_path)


@pytest.fixture
def source(tmp_path: Path, curriculum: Path) -> Path:
    folder = tmp_path / "source"
    build(load(curriculum), folder)
    return folder


def test_a_module_gives_its_notebooks_and_one_items_json(curriculum: Path):
    assert sorted(built_files(load(curriculum))) == sorted(NAMES)


def test_building_twice_gives_the_same_bytes(curriculum: Path):
    assert built_files(load(curriculum)) == built_files(load(curriculum))


_DIGEST = """
import hashlib, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tiny_course import load
from curriculum_utils.notebooks import built_files
for name, content in sorted(built_files(load(Path(sys.argv[2]))).items()):
    print(name, hashlib.sha256(content).hexdigest())
"""


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_folder_and_hash_seed_give_the_same_bytes(curriculum: Path, tmp_path: Path, seed: str):
    elsewhere = tmp_path / seed
    elsewhere.mkdir()
    moved = write_course(elsewhere / "of another name")
    told = subprocess.run(
        [sys.executable, "-c", _DIGEST, str(TESTS), str(moved)],
        cwd=elsewhere,
        env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    here = built_files(load(curriculum))
    assert told == [f"{name} {hashlib.sha256(here[name]).hexdigest()}" for name in sorted(here)]


def test_what_is_written_is_what_was_built_and_readable_by_others(curriculum: Path, source: Path):
    wanted = built_files(load(curriculum))
    assert {path.relative_to(source).as_posix(): path.read_bytes() for path in source.rglob("*.*")} == wanted
    # nbgrader copies modes: a release that only its maker can read is none.
    assert {path.stat().st_mode & 0o777 for path in source.rglob("*.*")} == {0o644}


def test_a_second_build_changes_nothing(curriculum: Path, source: Path):
    before = {path: path.stat().st_mtime_ns for path in source.rglob("*.*")}
    assert build(load(curriculum), source) == []
    assert {path: path.stat().st_mtime_ns for path in source.rglob("*.*")} == before


def test_only_what_the_change_touches_is_written(curriculum: Path, source: Path):
    edit(curriculum, f"guides/{MODULE}/2-show.md", "# Show what", "# Do show what")
    # items.json names each notebook's digest.
    assert build(load(curriculum), source) == [source / MODULE / "2-show.ipynb", source / MODULE / "items.json"]


def test_a_graded_key_alone_changes_no_file(curriculum: Path, source: Path):
    edit(curriculum, f"keys/{MODULE}/fs-a-spot.yaml", "company, this time", "company, by now")
    assert check(load(curriculum), source) == []


def test_a_fresh_build_has_no_differences(curriculum: Path, source: Path):
    assert check(load(curriculum), source) == []


def test_check_tells_what_is_missing_out_of_date_and_not_ours_and_changes_nothing(curriculum: Path, source: Path):
    (source / MODULE / "1-look.ipynb").unlink()
    (source / MODULE / "2-show.ipynb").write_text("{}", "utf-8")
    (source / MODULE / "notes.txt").write_text("x", "utf-8")
    assert [str(difference) for difference in check(load(curriculum), source)] == [
        f"{source / MODULE / '1-look.ipynb'} is missing",
        f"{source / MODULE / '2-show.ipynb'} is out of date",
        f"{source / MODULE / 'notes.txt'} is not built from curriculum/",
    ]
    assert sorted(path.name for path in (source / MODULE).iterdir()) == ["2-show.ipynb", "items.json", "notes.txt"]


def test_one_changed_byte_is_out_of_date(curriculum: Path, source: Path):
    path = source / MODULE / "items.json"
    path.write_bytes(path.read_bytes() + b"\n")
    assert [difference.kind for difference in check(load(curriculum), source)] == ["is out of date"]


def test_with_nothing_built_everything_is_missing(curriculum: Path, tmp_path: Path):
    found = check(load(curriculum), tmp_path / "nowhere")
    assert [(difference.path.name, difference.kind) for difference in found] == [
        ("1-look.ipynb", "is missing"),
        ("2-show.ipynb", "is missing"),
        ("items.json", "is missing"),
    ]


def test_a_build_takes_away_what_the_content_no_longer_gives(curriculum: Path, source: Path):
    gone = source / "old-module"
    gone.mkdir()
    (gone / "1-old.ipynb").write_text("{}", "utf-8")
    left_by_a_killed_build = source / MODULE / ".build-abc"
    left_by_a_killed_build.write_text("half", "utf-8")
    assert sorted(build(load(curriculum), source)) == sorted([left_by_a_killed_build, gone / "1-old.ipynb"])
    # nbgrader lists every folder of source/ as an assignment.
    assert [path.name for path in source.iterdir()] == [MODULE]


def test_jupyters_checkpoints_are_left_alone(curriculum: Path, source: Path):
    kept = source / MODULE / ".ipynb_checkpoints" / "1-look-checkpoint.ipynb"
    kept.parent.mkdir()
    kept.write_text("{}", "utf-8")
    assert check(load(curriculum), source) == []
    assert build(load(curriculum), source) == []
    assert kept.exists()


def test_a_build_refuses_to_go_near_learners_answers(curriculum: Path, source: Path):
    answers = source / MODULE / "responses"
    answers.mkdir()
    (answers / "1-look.jsonl").write_text("{}\n", "utf-8")
    edit(curriculum, f"guides/{MODULE}/2-show.md", "# Show what", "# Do show what")
    before = {path: path.read_bytes() for path in source.rglob("*.*")}
    with pytest.raises(ReleaseError) as caught:
        build(load(curriculum), source)
    assert str(caught.value) == (
        f"{answers} holds learners' answers, which would be released to everyone; move it out of {source}"
    )
    assert {path: path.read_bytes() for path in source.rglob("*.*")} == before
