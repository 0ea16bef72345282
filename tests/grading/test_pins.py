"""Keeping a release under its digest, with its keys."""

import json
import shutil
from pathlib import Path

import pytest
from nbgrader_course import NbgraderCourse
from tiny_course import GRADED, MODULE, edit

from curriculum_utils import __version__
from curriculum_utils.errors import ReleaseError
from curriculum_utils.grading.pins import load_pinned, pin_release, release_keys
from curriculum_utils.items.pinned import PinnedReleases


@pytest.fixture
def generated(course: NbgraderCourse) -> Path:
    return course.folders.released(MODULE)


@pytest.fixture
def keys(course: NbgraderCourse, generated: Path) -> dict[str, object]:
    return release_keys(course.root / "curriculum", generated)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def pin(generated: Path, keys: dict[str, object], store: Path, **changes: bool) -> Path:
    return pin_release(generated, keys, store, scorer_version="s1", **changes)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_release_is_kept_with_its_notebooks_keys_and_versions(generated: Path, keys: dict[str, object], store: Path):
    kept = pin(generated, keys, store)
    assert set(files(kept)) == {"1-look.ipynb", "2-show.ipynb", "items.json", "keys.json", "versions.json"}
    assert (kept / "2-show.ipynb").read_bytes() == (generated / "2-show.ipynb").read_bytes()
    assert json.loads((kept / "versions.json").read_bytes()) == {
        "release": kept.name,
        "rubric_version": "0.1",
        "scorer_version": "s1",
        "package_version": __version__,
    }


def test_a_kept_release_is_loaded_with_the_keys_of_its_graded_items(
    generated: Path, keys: dict[str, object], store: Path
):
    kept = pin(generated, keys, store)
    release = load_pinned(store, MODULE, kept.name)
    assert release.release == kept.name
    assert all(release.items[name].key is not None for name in GRADED)


def test_keeping_a_release_twice_changes_nothing(generated: Path, keys: dict[str, object], store: Path):
    first = files(pin(generated, keys, store))
    assert files(pin(generated, keys, store)) == first
    assert len(list((store / MODULE).iterdir())) == 2  # the release, and which one is the current


def test_the_release_kept_last_is_the_current_one(
    course: NbgraderCourse, generated: Path, keys: dict[str, object], store: Path
):
    first = pin(generated, keys, store)
    edit(course.root / "curriculum", f"exercises/{MODULE}/fs-a-choose.yaml", "cut the form", "divide the form")
    course.build()
    course.release()
    second = pin(generated, release_keys(course.root / "curriculum", generated), store)
    pinned = PinnedReleases(store, MODULE)
    assert pinned.digests() == [second.name, first.name]
    assert (release := pinned.current()) is not None
    assert release.release == second.name


def test_nothing_half_kept_is_left_when_writing_fails(
    generated: Path, keys: dict[str, object], store: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(OSError, match="full"):
        pin(generated, keys, store)
    assert list((store / MODULE).iterdir()) == []


def test_corrected_keys_are_refused_until_they_are_asked_for(generated: Path, keys: dict[str, object], store: Path):
    kept = pin(generated, keys, store)
    old = (kept / "keys.json").read_bytes()
    other = {**keys, "fs-a-match": {**keys["fs-a-match"], "pairs": {"m1": "r2", "m2": "r1", "m3": "r3"}}}  # type: ignore[dict-item]
    with pytest.raises(ReleaseError, match="--force"):
        pin(generated, other, store)
    assert (kept / "keys.json").read_bytes() == old
    pin(generated, other, store, replace_keys=True)
    assert json.loads((kept / "keys.json").read_bytes())["fs-a-match"]["pairs"]["m1"] == "r2"
    assert (kept / "keys-1.json").read_bytes() == old


def test_a_release_whose_cells_are_not_its_items_is_refused(generated: Path, keys: dict[str, object], store: Path):
    path = generated / "2-show.ipynb"
    notebook = json.loads(path.read_bytes())
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "fs-a-spot"]
    path.write_text(json.dumps(notebook), "utf-8")
    with pytest.raises(ReleaseError, match="graded cells are not the graded items"):
        pin(generated, keys, store)


def test_keys_are_refused_for_items_that_changed_since_the_release_was_built(course: NbgraderCourse, generated: Path):
    edit(course.root / "curriculum", f"exercises/{MODULE}/fs-a-choose.yaml", "cut the form", "divide the form")
    with pytest.raises(ReleaseError, match="fs-a-choose changed in curriculum/ since; run curriculum build"):
        release_keys(course.root / "curriculum", generated)


def test_a_missing_key_is_named(course: NbgraderCourse, generated: Path):
    (course.root / f"curriculum/keys/{MODULE}/fs-a-spot.yaml").unlink()
    with pytest.raises(ReleaseError, match="no key could be read for fs-a-spot"):
        release_keys(course.root / "curriculum", generated)


def test_private_keys_lie_over_the_course_s_own(course: NbgraderCourse, generated: Path, tmp_path: Path):
    private = tmp_path / "private"
    shutil.move(course.root / "curriculum/keys", private)
    assert set(release_keys(course.root / "curriculum", generated, private=private)) == set(GRADED)


@pytest.mark.parametrize("digest", ["../../x", "", "f" * 63, "F" * 64, "f" * 64 + "\n"])
def test_a_digest_from_a_learner_s_file_never_becomes_a_path(store: Path, digest: str):
    assert PinnedReleases(store, MODULE).get(digest) is None
    with pytest.raises(ReleaseError):
        PinnedReleases(store, MODULE).folder(digest)


def test_a_damaged_release_is_refused(generated: Path, keys: dict[str, object], store: Path):
    kept = pin(generated, keys, store)
    (kept / "keys.json").write_text("{", "utf-8")
    with pytest.raises(ReleaseError, match=r"keys\.json: cannot be read"):
        load_pinned(store, MODULE, kept.name)
