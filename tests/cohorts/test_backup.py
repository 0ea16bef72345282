"""Backup and restore: all of a cohort and back, nothing trusted in a zip, and no kill that loses anything."""

import hashlib
import json
import os
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from killed import kill_points

from curriculum_utils.cohorts import Cohort, list_cohorts, new_cohort, open_cohort
from curriculum_utils.cohorts.backup import back_up
from curriculum_utils.cohorts.restoring import restore
from curriculum_utils.errors import CohortError

NOTE = "submitted/spring/sam/first/responses/1-look.jsonl"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a cohort and some of its files; made once, copied for each test."""
    root = tmp_path_factory.mktemp("made") / "course"
    root.mkdir()
    (root / "roster.csv").write_text("id,last_name\nsam,Smith\ntove,N\n", "utf-8")
    cohort = new_cohort(root, "spring", root / "roster.csv", pass_mark=60)
    for name, text in {
        NOTE: '{"v":1}\n',
        "autograded/spring/sam/first/1-look.ipynb": "{}",
        "cohorts/spring/releases/first/current": "abc\n",
        "cohorts/spring/exchange/spring/inbound/sam+first+t/a.txt": "handed in",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    os.utime(root / NOTE, ns=(10**18, 10**18))
    (cohort.folder / "exchange/spring/inbound").chmod(0o733)
    return root


@pytest.fixture
def cohort(made: Path, tmp_path: Path) -> Cohort:
    shutil.copytree(made, tmp_path / "course")
    return open_cohort(tmp_path / "course", "spring")


def snapshot(root: Path, name: str = "spring") -> dict[str, tuple[int, bytes]]:
    """Every file and folder of the cohort, with permissions; the database as SQL."""
    found: dict[str, tuple[int, bytes]] = {}
    for top in ("release", "submitted", "autograded", "feedback", "cohorts"):
        for path in sorted((root / top / name).rglob("*")):
            content = b"" if path.is_dir() else path.read_bytes()
            if path.name == "gradebook.db":
                with closing(sqlite3.connect(path)) as database:
                    content = "\n".join(database.iterdump()).encode()
            found[str(path.relative_to(root))] = (stat.S_IMODE(path.stat().st_mode), content)
    return found


def remove(cohort: Cohort) -> None:
    for top in ("release", "submitted", "autograded", "feedback", "cohorts"):
        shutil.rmtree(cohort.root / top / cohort.name, ignore_errors=True)


def test_everything_comes_back_as_it_was(cohort: Cohort, tmp_path: Path):
    before = snapshot(cohort.root)
    assert NOTE in before
    done = back_up(cohort, tmp_path / "b.zip")
    assert done.left_out == []
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    remove(cohort)
    assert list_cohorts(cohort.root) == []
    restored = restore(cohort.root, tmp_path / "b.zip")
    assert snapshot(cohort.root) == before
    assert (restored.files, restored.set_aside, restored.completed) == (done.files, None, False)
    assert (cohort.root / NOTE).stat().st_mtime_ns == 10**18  # which of two releases is newer hangs on it
    assert sorted(path.name for path in (cohort.root / "cohorts").iterdir()) == [".lock", "spring"]


def test_the_copy_of_the_database_holds_what_was_committed_while_another_writes(cohort: Cohort, tmp_path: Path):
    with closing(sqlite3.connect(cohort.gradebook_path)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("INSERT INTO student (id) VALUES ('committed')")
        writer.commit()
        writer.execute("INSERT INTO student (id) VALUES ('not yet')")
        back_up(cohort, tmp_path / "b.zip")
        writer.rollback()
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extract("cohort/gradebook.db", tmp_path)
    with closing(sqlite3.connect(tmp_path / "cohort/gradebook.db")) as copy:
        assert {row[0] for row in copy.execute("SELECT id FROM student")} == {"sam", "tove", "committed"}


def test_a_backup_is_never_written_over_and_links_are_left_out(cohort: Cohort, tmp_path: Path):
    (cohort.folder / "link").symlink_to("/etc/passwd")
    assert back_up(cohort, tmp_path / "b.zip").left_out == ["cohort/link is a link or no plain file."]
    with pytest.raises(CohortError, match="never written over"):
        back_up(cohort, tmp_path / "b.zip")
    with pytest.raises(CohortError, match="lies in what is backed up"):
        back_up(cohort, cohort.folder / "b.zip")


def test_a_cohort_that_is_there_is_kept_unless_it_is_set_aside(cohort: Cohort, tmp_path: Path):
    back_up(cohort, tmp_path / "b.zip")
    wanted = snapshot(cohort.root)
    (cohort.root / NOTE).write_text("newer", "utf-8")
    now = snapshot(cohort.root)
    with pytest.raises(CohortError, match="is there already"):
        restore(cohort.root, tmp_path / "b.zip")
    assert snapshot(cohort.root) == now
    done = restore(cohort.root, tmp_path / "b.zip", replace=True)
    assert snapshot(cohort.root) == wanted
    assert done.set_aside is not None
    assert (done.set_aside / "submitted/sam/first/responses/1-look.jsonl").read_text("utf-8") == "newer"
    assert [one.name for one in list_cohorts(cohort.root)] == ["spring"]


def test_under_another_name_both_stand_side_by_side(cohort: Cohort, tmp_path: Path):
    with closing(sqlite3.connect(cohort.gradebook_path)) as database, database:
        database.execute("INSERT INTO assignment (id, name, course_id) VALUES ('1', 'first', 'spring')")
    back_up(cohort, tmp_path / "b.zip")
    before = snapshot(cohort.root)
    copy = restore(cohort.root, tmp_path / "b.zip", name="summer").cohort
    assert snapshot(cohort.root) == before
    assert (copy.name, copy.settings.pass_mark) == ("summer", 60)
    assert (copy.exchange / "summer/inbound/sam+first+t/a.txt").read_text("utf-8") == "handed in"
    with closing(sqlite3.connect(copy.gradebook_path)) as database:
        assert database.execute("SELECT course_id FROM assignment").fetchall() == [("summer",)]
        assert database.execute("SELECT id FROM course").fetchall() == [("summer",)]


Mend = Callable[[dict[str, bytes], dict[str, object]], None]


def rewritten(backup: Path, change: Mend, *, link: str = "") -> Path:
    """The backup with files and manifest changed by somebody who knows how digests are made."""
    with zipfile.ZipFile(backup) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(files, manifest)
    for name, content in files.items():
        about = manifest["files"].setdefault(name, {"mode": 0o600, "mtime_ns": 0})
        about |= {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    target = backup.with_name("hostile.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = ((stat.S_IFLNK if name == link else stat.S_IFREG) | 0o600) << 16
            archive.writestr(entry, content)
        archive.writestr("manifest.json", json.dumps(manifest))
    return target


def adding(name: str, content: bytes = b"x") -> Mend:
    return lambda files, _manifest: files.__setitem__(name, content)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (adding("../escaped"), "outside the cohort"),
        (adding("cohort/../../escaped"), "outside the cohort"),
        (adding("/tmp/escaped"), "outside the cohort"),
        (adding("cohort\\..\\escaped"), "outside the cohort"),
        (adding("source/escaped.py"), "outside the cohort"),
        (adding("cohort/C:escaped"), "outside the cohort"),
        (adding("cohort/ROSTER.csv"), "names a file twice"),
        (adding("cohort/roster.csv/x"), "names a file twice"),
        (lambda _files, manifest: manifest.__setitem__("folders", {"cohort/..": 0o777}), "outside the cohort"),
        (lambda files, _manifest: files.pop("cohort/roster.csv"), "are not those of its manifest"),
        (lambda _files, manifest: manifest.__setitem__("v", 2), "cannot read"),
        (lambda _files, manifest: manifest.__setitem__("cohort", "other"), "is that of spring, not of other"),
        (adding("cohort/gradebook.db", b"no database" * 100), "gradebook is damaged"),
        (adding("cohort/cohort.yaml", b"name: ["), "cohort cannot be used"),
    ],
)
def test_a_zip_that_cannot_be_trusted_is_refused_and_touches_nothing(
    cohort: Cohort, tmp_path: Path, change: Mend, told: str
):
    back_up(cohort, tmp_path / "b.zip")
    remove(cohort)
    before = sorted(tmp_path.rglob("*"))
    hostile = rewritten(tmp_path / "b.zip", change)
    with pytest.raises(CohortError, match=told):
        restore(cohort.root, hostile)
    hostile.unlink()
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before and path.name != ".lock"] == []


def test_a_link_a_changed_byte_and_a_file_that_is_no_zip_are_refused(cohort: Cohort, tmp_path: Path):
    path = tmp_path / "b.zip"
    back_up(cohort, path)
    remove(cohort)
    with pytest.raises(CohortError, match="holds links"):
        restore(cohort.root, rewritten(path, adding("cohort/x", b"/etc"), link="cohort/x"))
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files[NOTE.replace("submitted/spring", "submitted")] = b'{"v":2}\n'  # of the same length
    with zipfile.ZipFile(tmp_path / "changed.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with pytest.raises(CohortError, match=r"1-look\.jsonl is not as it was backed up"):
        restore(cohort.root, tmp_path / "changed.zip")
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(CohortError, match="no zip file"):
        restore(cohort.root, path)
    assert list_cohorts(cohort.root) == []


def test_a_backup_killed_anywhere_leaves_no_file_of_its_name_and_runs_again(cohort: Cohort, tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    target = out / "b.zip"

    def run() -> None:
        back_up(cohort, target)

    for _ in kill_points(run, prepare=lambda: target.unlink(missing_ok=True)):
        if target.exists():  # killed after it was done
            assert zipfile.ZipFile(target).testzip() is None
    target.unlink()
    run()
    assert [path.name for path in out.iterdir()] == ["b.zip"]


def test_a_restore_killed_anywhere_is_completed_by_the_next_run(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    root, target = tmp_path / "course", tmp_path / "b.zip"
    shutil.copytree(made, root)
    back_up(open_cohort(root, "spring"), target)
    wanted = snapshot(root)
    (root / NOTE).write_text("newer", "utf-8")
    shutil.copytree(root, tmp_path / "before")

    def start_over() -> None:
        shutil.rmtree(root)
        shutil.copytree(tmp_path / "before", root)

    points = 0
    for points in kill_points(lambda: restore(root, target, replace=True), prepare=start_over):
        restore(root, target, replace=True)
        assert snapshot(root) == wanted, f"killed at call {points}"
        kept = list((root / "cohorts/.set-aside").glob("*/submitted/sam/first/responses/1-look.jsonl"))
        assert "newer" in [path.read_text("utf-8") for path in kept], f"killed at call {points}"
        assert [path.name for path in (root / "cohorts").iterdir() if path.name.startswith(".rest")] == []
    assert points > 12


def test_a_cohort_whose_restore_was_interrupted_is_not_worked_with(cohort: Cohort):
    (cohort.root / "cohorts/.restoring-spring.json").write_text("{}", "utf-8")
    with pytest.raises(CohortError, match="run it again: curriculum restore FILE"):
        open_cohort(cohort.root, "spring")
