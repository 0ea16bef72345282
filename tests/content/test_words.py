"""The catalogue: plural forms, directions, languages that lack a sentence, and places that agree."""

import re
from collections.abc import Iterator

import pytest

from curriculum_utils.content.words import (
    Sentence,
    catalogue,
    direction,
    language,
    languages,
    plural_form,
    templates,
    words,
)


def every_sentence() -> Iterator[tuple[str, str, Sentence]]:
    for name in languages():
        for key, text in catalogue(name).items():
            yield name, key, text


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", text))


def texts(sentence: Sentence) -> dict[str, str]:
    if isinstance(sentence, str):
        return {"other": sentence}
    return {form: text for form, text in sentence.items() if form != "by"}


@pytest.mark.parametrize(("minutes", "said"), [(1, "1 minute"), (2, "2 minutes"), (0, "0 minutes")])
def test_a_number_chooses_the_form(minutes: int, said: str):
    assert words("start-minutes", minutes=minutes) == said


@pytest.mark.parametrize(("points", "said"), [("1", "1 point"), ("0.5", "0.5 points"), ("3", "3 points")])
def test_a_number_already_written_chooses_it_too(points: str, said: str):
    assert words("points-note", points=points) == said


@pytest.mark.parametrize(
    ("name", "number", "form"),
    [("de", 1, "one"), ("de", 0, "other"), ("pl", 3, "few"), ("pl", 5, "many"), ("ar", 0, "zero"), ("ar", 2, "two")],
)
def test_every_language_has_its_own_forms(name: str, number: int, form: str):
    forms = dict.fromkeys(("zero", "one", "two", "few", "many", "other"), "")
    assert plural_form(name, number, forms) == form


def test_a_form_that_a_sentence_lacks_is_the_other_one():
    assert plural_form("pl", 3, {"one": "", "other": ""}) == "other"


@pytest.mark.parametrize(("wanted", "got"), [("en", "en"), ("en_GB.UTF-8", "en"), ("xx", "en"), ("", "en")])
def test_a_language_without_a_catalogue_is_english(monkeypatch: pytest.MonkeyPatch, wanted: str, got: str):
    monkeypatch.setenv("CURRICULUM_LANGUAGE", wanted)
    assert language() == got


@pytest.mark.parametrize(("name", "way"), [("en", "ltr"), ("ar", "rtl"), ("he-il", "rtl")])
def test_a_language_has_its_direction(name: str, way: str):
    assert direction(name) == way


def test_a_page_gets_the_forms_and_the_language_whose_rules_choose():
    (sentence,) = templates(["start-minutes"]).values()
    assert sentence == {"by": "minutes", "one": "{minutes} minute", "other": "{minutes} minutes", "language": "en"}


def test_every_plural_sentence_has_an_other_form_and_says_which_place_counts():
    for name, key, sentence in every_sentence():
        if not isinstance(sentence, str):
            assert {"by", "other"} <= set(sentence), (name, key)
            assert sentence["by"] in places(sentence["other"]), (name, key)


def test_a_translation_has_the_places_of_its_original_and_no_sentence_that_english_lacks():
    english = catalogue("en")
    for name, key, sentence in every_sentence():
        assert key in english, (name, key)
        wanted = places(texts(english[key])["other"])
        assert places(texts(sentence)["other"]) == wanted, (name, key)
