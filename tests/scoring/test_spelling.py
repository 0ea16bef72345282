"""Slips of the keyboard: what is mended, what is left, and where it stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum_utils.scoring.spelling import Speller, uses_of

SPELLER = Speller({"the": 90, "than": 9, "then": 20, "gate": 3, "guard": 4, "wee": 2, "what": 30, "afraid": 5})


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("teh", "the"),
        ("gaurd", "guard"),
        ("guad", "guard"),
        ("guaard", "guard"),
        ("gusrd", "guard"),
        ("Afriad", "afraid"),
    ],
)
def test_an_unknown_word_one_slip_from_a_known_one_is_read_as_that(slip: str, meant: str):
    assert SPELLER.better(slip) == meant


@pytest.mark.parametrize("word", ["the", "wee", "Gate", "xyzzy", "ta", "été", "gate" * 6])
def test_known_far_short_long_and_foreign_words_are_left(word: str):
    assert SPELLER.better(word) is None


def test_of_two_known_neighbours_the_more_used_is_meant():
    # thbn is one slip from than (9 uses) and then (20)
    assert SPELLER.better("thbn") == "then"


def test_a_mended_word_stands_for_the_whole_word_as_typed():
    text = "Waht  guaard, then?"
    mended = SPELLER.mend(text)
    assert mended.text == "what  guard, then?"
    what, guard, then = (
        (mended.text.index(word), mended.text.index(word) + len(word)) for word in ("what", "guard", "then")
    )
    assert [text[slice(*mended.original(span))] for span in (what, guard, then)] == ["Waht", "guaard", "then"]
    # a piece inside a mended word, and a span across all
    assert text[slice(*mended.original((guard[0] + 2, guard[0] + 4)))] == "guaard"
    assert mended.original((0, len(mended.text))) == (0, len(text))


@given(st.lists(st.sampled_from(["teh", "the", "gaurd", " ", ", ", "x", "then", "\n", "wat", "é"]), max_size=12))
def test_every_span_of_the_mended_text_has_its_place_in_the_original(parts: list[str]):
    text = "".join(parts)
    mended = SPELLER.mend(text)
    for start in range(len(mended.text)):
        first, last = mended.original((start, start + 1))
        assert 0 <= first < last <= len(text)
        if mended.text == text:
            assert (first, last) == (start, start + 1)


def test_words_are_known_from_their_second_use_on():
    assert uses_of(["Ta for that", "that’s it, ta"], ["it"]) == {"it": 0, "ta": 2}
