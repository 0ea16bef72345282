"""Every sentence of the interface, by key, from `wording/en.yaml`; no wording stands in code."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from curriculum_utils.content.json_types import as_mapping
from curriculum_utils.content.yaml_source import load_yaml


@cache
def _catalogue(name: str = "en.yaml") -> dict[str, str]:
    with files("curriculum_utils.content").joinpath("wording", name).open("rb") as file:
        source = load_yaml(Path("wording") / name, text=file.read().decode("utf-8"))
    return {key: str(text) for key, text in as_mapping(source.data).items()}


@cache
def word_list(name: str) -> frozenset[str]:
    """A list of words from `wording/guessing.yaml`."""
    return frozenset(_catalogue("guessing.yaml")[name].split())


def words(key: str, **values: object) -> str:
    """The sentence under `key` with `{name}` places filled.

    Raises:
        KeyError: no such sentence; a mistake in code, caught by the tests.
    """
    return _catalogue()[key].format(**values)


def as_sentence(reason: str) -> str:
    """A reason that came from elsewhere, with the full stop that it may lack."""
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."
