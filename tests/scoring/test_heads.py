"""From shares of word pieces to the stretches that are shown as evidence."""

import numpy as np
import pytest

from curriculum_utils.scoring.encoder import Reading
from curriculum_utils.scoring.heads import Heads, evidence_spans

TEXT = "I hear you. It guards you, I think, and it never sleeps. What does it fear?"
SENTENCES = [(0, 11), (12, 56), (57, 75)]
CLAUSES = [(0, 11), (12, 35), (36, 56), (57, 75)]
PIECES = [(0, 0), (0, 6), (7, 11), (12, 21), (22, 26), (36, 42), (43, 56), (57, 61), (62, 75), (0, 0)]


def spans(**shares: float) -> tuple[str, ...]:
    """The stretches for shares given by the number of the piece."""
    given = np.zeros(len(PIECES))
    for name, share in shares.items():
        given[int(name[1:])] = share
    return tuple(TEXT[start:end] for start, end in evidence_spans(given, PIECES, SENTENCES, CLAUSES))


def test_the_loudest_sentence_is_the_evidence():
    assert spans(p7=2.0, p1=0.5) == ("What does it fear?",)


def test_of_a_sentence_only_the_clauses_that_speak_are_shown():
    assert spans(p3=2.0) == ("It guards you, I think,",)
    assert spans(p3=2.0, p6=2.0) == (TEXT[12:56],)


def test_a_second_sentence_is_shown_when_it_speaks_half_as_loud():
    assert spans(p3=2.0, p8=1.0) == ("It guards you, I think,", "What does it fear?")
    assert spans(p3=2.0, p8=0.9) == ("It guards you, I think,",)


def test_the_pieces_that_mark_the_ends_show_nothing():
    assert spans(p0=9.0, p7=1.0) == ("What does it fear?",)


def test_the_shares_add_up_to_what_the_weights_make_of_what_the_query_sees():
    rng = np.random.default_rng(3)
    reading = Reading(rng.normal(size=(5, 4)).astype(np.float32), [(0, 0)] * 5)
    heads = Heads(rng.normal(size=(2, 4)), rng.normal(size=(2, 4)), np.zeros(2))
    seen = heads.pooled(reading)
    assert heads.shares(reading).sum(axis=0) == pytest.approx((seen * heads.weights).sum(axis=1))
