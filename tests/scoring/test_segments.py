"""Sentences keep their place in the reply."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum_utils.scoring.segments import LONG_WORDS, clauses, sentences, tokens


def told(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("That's hard. What is it like?", ["That's hard.", "What is it like?"]),
        ("Wait… what if it stayed?! Fine.", ["Wait…", "what if it stayed?!", "Fine."]),
        ('You said "what\'s the point?" I heard it.', ['You said "what\'s the point?"', "I heard it."]),
        ("Ask Dr. Bell at 3.30. Then rest.", ["Ask Dr. Bell at 3.30.", "Then rest."]),
        ("No. Not today.", ["No.", "Not today."]),
        ("No. 7 came by.", ["No. 7 came by."]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("身体里有什么感觉?在哪里。", ["身体里有什么感觉?", "在哪里。"]),
        ("  no full stop  ", ["no full stop"]),
    ],
)
def test_a_reply_is_cut_where_a_reader_would(text: str, expected: list[str]):
    assert told(text) == expected


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_said_has_no_sentences(text: str):
    assert sentences(text) == []


def test_a_run_without_full_stops_is_cut_at_a_comma():
    half = " ".join(["word"] * (LONG_WORDS - 5))
    assert told(f"{half}, {half}") == [f"{half},", half]


@given(st.text())
def test_every_character_but_blanks_lies_in_exactly_one_sentence(text: str):
    spans = sentences(text)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    inside = {at for start, end in spans for at in range(start, end)}
    assert all(at in inside or character.isspace() for at, character in enumerate(text))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It guards you well, I think, and it never sleeps.", ["It guards you well", "I think, and it never sleeps."]),
        ("That is hard for you – what is it like?", ["That is hard for you", "what is it like?"]),
        ("Yes, that is so.", ["Yes, that is so."]),
        ("That would wear anybody down, truly.", ["That would wear anybody down, truly."]),
    ],
)
def test_clauses_part_at_commas_and_dashes_and_few_words_stay_with_their_neighbour(sentence: str, expected: list[str]):
    assert [sentence[start:end] for start, end in clauses(sentence, (0, len(sentence)))] == expected


@given(st.text(alphabet="ab, –;\n", max_size=60))
def test_clauses_hold_all_that_their_sentence_says(text: str):
    for sentence in sentences(text):
        parts = clauses(text, sentence)
        assert (parts[0][0], parts[-1][1]) == sentence
        assert all(not text[first[1] : second[0]].strip() for first, second in pairwise(parts))


def test_tokens_are_lower_case_words_with_questions_and_exclamations():
    assert tokens("What’s THAT like, x2?!") == ["what's", "that", "like", "x2", "?", "!"]
