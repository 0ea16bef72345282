"""Which folder or lesson an address means, and that an address a stranger made up means none."""

import shutil
from pathlib import Path

import pytest
from tiny_course import MODULE, build

from curriculum_utils.plain.places import Home, LessonPlace, Moved, Places
from curriculum_utils.widgets.lab import write_start


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("course"))


@pytest.fixture
def root(tmp_path: Path, built: Path) -> Path:
    """A server's root: a learner's folder with the module, and beside the root a module that is not below it."""
    shutil.copytree(built, tmp_path / "outside")
    root = tmp_path / "root"
    shutil.copytree(built, root / "robin" / MODULE)
    (root / "empty").mkdir()
    return root


@pytest.fixture
def places(root: Path) -> Places:
    return Places(root, "/user/robin/")


def test_a_folder_with_a_module_and_a_lesson_in_it_are_found(places: Places, root: Path):
    home = places.find("robin/")
    assert home == Home(root / "robin", ("robin",))
    lesson = places.find(f"robin/{MODULE}/1-look")
    assert lesson == LessonPlace(home, MODULE, "1-look")
    assert places.lesson(home, MODULE, "1-look") == f"/user/robin/curriculum/plain/robin/{MODULE}/1-look"
    assert places.live(home, f"{MODULE}/1-look.ipynb") == f"/user/robin/doc/tree/robin/{MODULE}/1-look.ipynb"


def test_a_folder_named_without_its_slash_is_one_all_the_same(places: Places):
    assert places.find("robin") == Moved("/user/robin/curriculum/plain/robin/")


def test_names_stand_in_addresses_so_that_a_browser_reads_them_back(places: Places, root: Path):
    folder = root / "Ana & Bo #1?"
    folder.mkdir()
    write_start(folder)
    home = places.find("Ana & Bo #1?/")
    assert isinstance(home, Home)
    assert places.home(home) == "/user/robin/curriculum/plain/Ana%20%26%20Bo%20%231%3F/"


def test_the_root_leads_to_the_learners_own_folder_where_it_holds_no_module(root: Path):
    assert Places(root, "/").find("") is None
    assert Places(root, "/", usual=root / "robin").find("") == Moved("/curriculum/plain/robin/")
    assert Places(root, "/", usual=root.parent / "outside").find("") is None


HOSTILE = [
    "../outside/1-look",
    "..",
    "../",
    "robin/../../outside/1-look",
    f"robin/./{MODULE}/1-look",
    f"/robin/{MODULE}/1-look",
    f"robin//{MODULE}/1-look",
    f"robin/{MODULE}/../{MODULE}/1-look",
    f"robin/{MODULE}/1-look.ipynb",
    f"robin/{MODULE}/9-none",
    f"robin/{MODULE}/items.json",
    f"robin/{MODULE}/",
    f"robin\\{MODULE}\\1-look",
    "robin\0/",
    "C:/",
    ".hidden/",
    f".hidden/{MODULE}/1-look",
    "empty/",
    "none/",
    "~/",
    "%2e%2e/",
    "a" * 5000 + "/",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_nothing_lies_at(places: Places, root: Path, address: str):
    hidden = root / ".hidden" / MODULE
    hidden.mkdir(parents=True)
    (hidden / "items.json").write_bytes((root / "robin" / MODULE / "items.json").read_bytes())
    assert places.find(address) is None


def test_a_link_out_of_the_root_leads_nowhere(places: Places, root: Path):
    (root / "way-out").symlink_to(root.parent)
    (root / "robin" / "linked").symlink_to(root.parent / "outside")
    assert places.find("way-out/outside/1-look") is None
    assert places.find("robin/linked/1-look") is None
    assert places.find("way-out/") is None


def test_a_module_that_is_a_link_is_none(places: Places, root: Path):
    (root / "robin" / "twin").symlink_to(root / "robin" / MODULE)
    assert places.find("robin/twin/1-look") is None


def test_a_folder_whose_items_are_damaged_holds_no_lesson(places: Places, root: Path):
    (root / "robin" / MODULE / "items.json").write_text("{}")
    assert places.find(f"robin/{MODULE}/1-look") is None
