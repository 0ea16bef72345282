"""Words, suggestions, canonical JSON, problems."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum_utils.content import as_list, as_mapping, canonical_json, did_you_mean, words
from curriculum_utils.errors import ContentError, Problem

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_a_near_name_is_suggested():
    assert did_you_mean("name_pattern", ["names_pattern", "asks_open"]) == '; did you mean "names_pattern"?'


def test_with_no_near_name_those_allowed_are_listed_in_order():
    assert did_you_mean("x", ["b", "a"]) == "; allowed: a, b"


@pytest.mark.parametrize("known", [[], [f"label_{n}" for n in range(31)]])
def test_an_empty_or_an_endless_list_is_not_told(known: list[str]):
    assert did_you_mean("x", known) == ""


def test_words_fill_their_places():
    assert words("saved-attempt", attempt=2, time="10:00") == "Attempt 2 saved at 10:00."


def test_braces_in_a_learners_text_are_not_taken_for_places():
    assert words("marked-words", words="{reason} {0}") == "Words marked: {reason} {0}"


def test_a_sentence_that_does_not_exist_is_a_mistake_in_code():
    with pytest.raises(KeyError):
        words("no-such-sentence")


@given(st.dictionaries(st.text(), JSON, max_size=6))
def test_equal_values_give_the_same_json_whatever_their_order(value: dict[str, object]):
    assert canonical_json(value) == canonical_json(dict(reversed(value.items())))


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_canonical_json_holds_only_numbers(value: float):
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json([value])


def test_untyped_values_are_narrowed():
    assert as_mapping({"a": 1, 2: 3}) == {"a": 1}
    assert as_mapping([1]) == {}
    assert as_list((1, 2)) == [1, 2]
    assert as_list("ab") == []


def test_a_problem_reads_as_file_line_key_message_and_rule():
    assert str(Problem("a.yaml", 5, "k.0", "is wrong", "rule")) == "a.yaml:5: k.0: is wrong [rule]"
    assert str(Problem("a.yaml", 5, "", "is wrong", "rule")) == "a.yaml:5: is wrong [rule]"


def test_problems_are_told_once_each_in_the_order_of_the_files():
    first, second = Problem("a", 2, "", "m", "r"), Problem("b", 1, "", "m", "r")
    assert ContentError([second, first, second]).problems == (first, second)
