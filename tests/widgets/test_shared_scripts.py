"""What exercises are drawn with is sent once to a page, and again to one that asks."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell
from ipywidgets.widgets.widget import _instances
from traitlets.config import Config

from curriculum_utils.widgets import card, shared_scripts
from curriculum_utils.widgets.scripts import DEFAULT, static
from curriculum_utils.widgets.shared_scripts import LOADER, SCRIPT, TYPES, SharedScripts, send_scripts


class Kernel:
    """Who asks, as IPython's kernel tells it."""

    def __init__(self) -> None:
        self.page = ""

    def get_parent(self) -> dict:
        return {"header": {"session": self.page}}


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    monkeypatch.setattr(shell, "kernel", Kernel(), raising=False)
    monkeypatch.setattr(shared_scripts, "_sent", set())
    yield shell.kernel
    InteractiveShell.clear_instance()


def sent() -> int:
    return sum(isinstance(one, SharedScripts) for one in _instances.values())


def test_a_page_gets_them_once_and_another_page_as_well(kernel: Kernel):
    before = sent()
    for page, expected in (("one", 1), ("one", 1), ("two", 2), ("one", 2)):
        kernel.page = page
        send_scripts()
        assert sent() - before == expected
    send_scripts(again=True)
    assert sent() - before == 3


def test_every_item_type_has_its_script_in_it():
    assert set(TYPES) == set(card.CARDS)
    for name in TYPES:
        assert f'"{name}": (() => {{' in SCRIPT
    # One module: what a type exports has become what its function gives.
    assert SCRIPT.count(DEFAULT) == 1


def test_an_exercise_brings_only_the_loader_along():
    assert {made._esm for made in card.CARDS.values()} == {LOADER}
    assert len(LOADER) < 1_000
    assert static("common.js") in SCRIPT


def test_loader_and_scripts_meet_under_the_same_name():
    name = LOADER.split('"')[1]
    assert name.startswith("curriculum-scripts:")
    assert "{" not in name
    assert f'const SHARED = "{name}"' in SCRIPT


def test_a_page_without_a_written_reply_loads_neither_numpy_nor_the_model():
    code = "import sys, curriculum_utils.widgets.card; print({'numpy', 'onnxruntime', 'tokenizers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
