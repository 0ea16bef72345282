"""Every sentence of the interface, by key, from `wording/<language>/*.yaml`; no wording stands in code.

A sentence is text with `{name}` places. Where it depends on a number it has one text for each of the language's plural
forms (CLDR's names: one, two, few, many, other) and says under `by` which place holds the number:

    start-minutes: {by: minutes, one: "{minutes} minute", other: "{minutes} minutes"}

English is complete; what another language lacks is said in English.
"""

import os
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from curriculum_utils.content.json_types import as_mapping
from curriculum_utils.content.yaml_source import load_yaml

DEFAULT = "en"
LANGUAGE = "CURRICULUM_LANGUAGE"
# Scripts that run from right to left, by the languages written in them that a catalogue is likely to come in.
_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})

Sentence = str | dict[str, str]
"""A sentence: its text, or its plural forms with `by`, the name of the place that holds the number."""


def language() -> str:
    """The interface's language: `CURRICULUM_LANGUAGE` where there is a catalogue for it, else English."""
    wanted = os.environ.get(LANGUAGE, DEFAULT).replace("_", "-").lower()
    known = languages()
    return next((name for name in (wanted, wanted.split("-")[0]) if name in known), DEFAULT)


def direction(name: str | None = None) -> str:
    """`rtl` for a language that is written from right to left, else `ltr`; of the interface's language if left out."""
    return "rtl" if (name or language()).split("-")[0] in _RIGHT_TO_LEFT else "ltr"


@cache
def languages() -> tuple[str, ...]:
    """The languages that there is a catalogue for."""
    return tuple(sorted(entry.name for entry in _wording().iterdir() if entry.is_dir()))


def words(key: str, **values: object) -> str:
    """The sentence under `key` in the interface's language, with its places filled.

    Raises:
        KeyError: no such sentence; a mistake in code, caught by the tests.
    """
    name = language()
    own = catalogue(name)
    name = name if key in own else DEFAULT
    text = catalogue(name)[key]
    if not isinstance(text, str):
        text = text[plural_form(name, values[text["by"]], text)]
    return text.format(**values)


def templates(keys: Iterable[str]) -> dict[str, Sentence]:
    """Sentences with their places unfilled, for a page that fills them itself; plural ones name their language."""
    name, found = language(), dict[str, Sentence]()
    own = catalogue(name)
    for key in keys:
        spoken = name if key in own else DEFAULT
        text = catalogue(spoken)[key]
        found[key] = text if isinstance(text, str) else {**text, "language": spoken}
    return found


@cache
def catalogue(name: str) -> Mapping[str, Sentence]:
    """All sentences of a language by key."""
    return {
        key: text if isinstance(text, str) else {form: str(one) for form, one in as_mapping(text).items()}
        for file in sorted(_wording().joinpath(name).iterdir(), key=lambda entry: entry.name)
        for key, text in _read(file).items()
    }


@cache
def word_list(name: str) -> frozenset[str]:
    """A list of words from `wording/guessing.yaml`."""
    return frozenset(str(_read(_wording().joinpath("guessing.yaml"))[name]).split())


def as_sentence(reason: str) -> str:
    """A reason that came from elsewhere, with the full stop that it may lack."""
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def plural_form(name: str, number: object, forms: Mapping[str, str]) -> str:
    """The name of the plural form that a number takes in a language; `other` where the sentence has no such form."""
    if name == DEFAULT:  # spares English the loading of all languages' rules
        form = "one" if number in (1, "1") else "other"
    else:
        from babel import Locale  # noqa: PLC0415 - as above

        form = Locale.parse(name, sep="-").plural_form(float(str(number)))
    return form if form in forms else "other"


def _wording() -> Traversable:
    return files("curriculum_utils.content").joinpath("wording")


def _read(file: Traversable) -> dict[str, object]:
    source = load_yaml(Path("wording") / file.name, text=file.read_text("utf-8"))
    return as_mapping(source.data)
