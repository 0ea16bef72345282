"""The encoder: every piece keeps its place, long texts are read in parts, damage is told."""

from pathlib import Path

import numpy as np
import pytest

from curriculum_utils.errors import ScoringError
from curriculum_utils.scoring.encoder import ENCODER, MOST_PIECES, TOKENIZER, Encoder

MODEL = Path(__file__).parents[2] / "src/curriculum_utils/scoring/model"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(MODEL)


def test_each_piece_has_its_characters_in_the_text(encoder: Encoder):
    text = "Écoute,  what's it like?"
    (reading,) = encoder.read(text)
    # every character that is not a blank, once and in order
    assert "".join(text[start:end] for start, end in reading.spans) == "".join(text.split())
    assert reading.hidden.shape == (len(reading.spans), 384)
    assert reading.hidden.dtype == np.float32


def test_a_text_of_nothing_is_read_as_its_two_ends(encoder: Encoder):
    (reading,) = encoder.read("  ")
    assert reading.spans == [(0, 0), (0, 0)]


def test_a_long_text_is_read_in_parts_that_cover_it(encoder: Encoder):
    text = "stuck " * (MOST_PIECES + 10)
    first, second = encoder.read(text)
    assert (len(first.spans), len(second.spans)) == (MOST_PIECES + 2, 12)
    assert second.spans[1] == (6 * MOST_PIECES, 6 * MOST_PIECES + 5)


def test_the_same_text_gives_the_same_bits_whatever_was_read_before(encoder: Encoder):
    text = "What does it protect you from?"
    once = encoder.read(text)[0].hidden
    encoder.read("Something else altogether, and longer than that.")
    assert np.array_equal(encoder.read(text)[0].hidden, once)


def test_a_file_that_is_no_graph_is_told(tmp_path: Path):
    (tmp_path / ENCODER).write_bytes(b"no graph")
    (tmp_path / TOKENIZER).write_bytes((MODEL / TOKENIZER).read_bytes())
    with pytest.raises(ScoringError, match="the encoder cannot be loaded"):
        Encoder(tmp_path)
