"""What the scorer sees of a text."""

import math

import numpy as np

from curriculum_utils.scoring.features import FeatureSpace, counts, tokens

SHARES = {"w": 2.0, "s": 1.0, "c": 1.0}


def test_typographic_quotes_and_capitals_make_no_difference():
    assert tokens("What’s THIS?") == tokens("what's this?") == ["what's", "this", "?"]


def test_words_pairs_and_pairs_with_a_gap_are_counted_apart():
    found = counts("what is it")
    assert found["w"] == {"wwhat": 1, "wis": 1, "wit": 1, "wwhat is": 1, "wis it": 1}
    assert found["s"] == {"swhat it": 1}


def test_letter_groups_stay_within_a_word_and_know_its_ends():
    # " it " has groups of 2: " i", "it", "t "; of 3: " it", "it "; of 4 and more: the whole, once
    assert counts("it")["c"] == {"c i": 1, "cit": 1, "ct ": 1, "c it": 1, "cit ": 1, "c it ": 1}


def test_each_kind_has_its_share_as_length():
    # two known words, idf 3 and 4: 3/5 and 4/5 of the share 2
    space = FeatureSpace(["wafraid", "wpart"], np.array([3.0, 4.0]), SHARES)
    numbers, values = space.vector("afraid part unknown")
    assert numbers.tolist() == [0, 1]
    assert values.tolist() == [2 * 3 / 5, 2 * 4 / 5]


def test_a_word_said_twice_counts_more_but_not_double():
    # 1 + ln 2 against 1, before the length is set to 1
    space = FeatureSpace(["wafraid", "wpart"], np.array([1.0, 1.0]), SHARES)
    _, (twice, once) = space.vector("afraid afraid part")
    assert math.isclose(twice / once, 1 + math.log(2))


def test_a_text_without_a_known_feature_is_an_empty_vector():
    numbers, values = FeatureSpace(["wpart"], np.array([1.0]), SHARES).vector("¿qué?")
    assert numbers.size == values.size == 0
