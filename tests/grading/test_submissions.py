"""Copying a submission without trusting it, and giving it back the notebooks it lacks."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from curriculum_utils.grading.submissions import Limits, Refused, copy_submission, restore_notebooks

LIMITS = Limits(file_bytes=1000, total_bytes=3000, files=10)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "responses").mkdir(parents=True)
    (folder / "1-look.ipynb").write_text("{}", "utf-8")
    (folder / "responses" / "1-look.jsonl").write_text("a\n", "utf-8")
    return folder


def copy(source: Path, **limits: int) -> Path:
    dest = source.parent / "dest"
    kept = Limits(**{**vars(LIMITS), **limits})
    copy_submission(source, dest, ignore=["*.pyc", ".ipynb_checkpoints"], limits=kept)
    return dest


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_ordinary_files_are_copied_with_their_folders(source: Path):
    (source / "x.pyc").write_text("x", "utf-8")
    (source / ".ipynb_checkpoints").mkdir()
    (source / ".ipynb_checkpoints" / "y").write_text("y", "utf-8")
    assert names(copy(source)) == {"1-look.ipynb", "responses/1-look.jsonl"}


def link_to_a_file(source: Path) -> None:
    (source / "items.json").symlink_to("/etc/passwd")


def link_to_a_folder(source: Path) -> None:
    (source / "notes").symlink_to(source.parent)


def dangling_link(source: Path) -> None:
    (source / "gone").symlink_to("nowhere")


def second_name(source: Path) -> None:
    secret = source.parent / "secret"
    secret.write_text("keys", "utf-8")
    os.link(secret, source / "mine.txt")


def large_file(source: Path) -> None:
    (source / "large").write_bytes(b"x" * 1001)


def much_in_all(source: Path) -> None:
    for number in range(4):
        (source / f"part-{number}").write_bytes(b"x" * 900)


def many_files(source: Path) -> None:
    for number in range(10):
        (source / f"file-{number}").touch()


def many_folders(source: Path) -> None:
    for number in range(10):
        (source / f"folder-{number}").mkdir()


def deep(source: Path) -> None:
    source.joinpath(*"abcdefghi").mkdir(parents=True)


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link to a file": (link_to_a_file, "“items.json” is a link"),
    "a link to a folder": (link_to_a_folder, "“notes” is a link"),
    "a link to nothing": (dangling_link, "“gone” is a link"),
    "a hard link": (second_name, "“mine.txt” has a second name"),
    "a pipe": (lambda source: os.mkfifo(source / "pipe"), "“pipe” is not an ordinary file"),
    "a large file": (large_file, "“large” is larger than 1,000 bytes"),
    "much in all": (much_in_all, "it is larger than 3,000 bytes"),
    "many files": (many_files, "it holds more than 10 files"),
    "many folders": (many_folders, "it holds more than 10 files"),
    "deep folders": (deep, "its folders are more than 8 deep"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_submission_is_refused_with(kind: str, source: Path):
    prepare, message = REFUSED[kind]
    prepare(source)
    with pytest.raises(Refused) as caught:
        copy(source, files=20) if kind == "deep folders" else copy(source)
    assert message in str(caught.value)


def test_a_folder_that_is_a_link_itself_is_refused(source: Path):
    linked = source.parent / "linked"
    linked.symlink_to(source)
    with pytest.raises(Refused, match=r"not a folder|a link"):
        copy(linked)


@pytest.mark.parametrize("text", [None, "{oops", "[]", "[" * 100_000, '{"nbformat": 4}'])
def test_a_notebook_that_is_missing_or_unreadable_comes_from_the_release(
    source: Path, tmp_path: Path, text: str | None
):
    release = tmp_path / "release"
    release.mkdir()
    whole = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    (release / "1-look.ipynb").write_text(whole, "utf-8")
    path = source / "1-look.ipynb"
    if text is None:
        path.unlink()
    else:
        path.write_text(text, "utf-8")
    done = restore_notebooks(source, release, ["1-look"])
    assert path.read_text("utf-8") == whole
    assert len(done) == 1
    if text is not None:
        # What the learner had is kept beside it.
        assert path.with_name("1-look.ipynb.unreadable").read_text("utf-8") == text


def test_a_readable_notebook_stays_as_it_is(source: Path, tmp_path: Path):
    text = '{"cells": [], "metadata": {"mine": 1}, "nbformat": 4, "nbformat_minor": 5}'
    (source / "1-look.ipynb").write_text(text, "utf-8")
    assert restore_notebooks(source, tmp_path, ["1-look"]) == []
    assert (source / "1-look.ipynb").read_text("utf-8") == text
