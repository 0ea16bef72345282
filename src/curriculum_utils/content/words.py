"""Every sentence of the interface, by key, from `wording/en.yaml`; no wording stands in code."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from curriculum_utils.content.json_types import as_mapping
from curriculum_utils.content.yaml_source import load_yaml


@cache
def _catalogue() -> dict[str, str]:
    with files("curriculum_utils.content").joinpath("wording/en.yaml").open("rb") as file:
        source = load_yaml(Path("wording/en.yaml"), text=file.read().decode("utf-8"))
    return {name: str(text) for name, text in as_mapping(source.data).items()}


def words(key: str, **values: object) -> str:
    """The sentence under `key` with `{name}` places filled.

    Raises:
        KeyError: no such sentence; a mistake in code, caught by the tests.
    """
    return _catalogue()[key].format(**values)
