"""What the heads' queries pick from replies: the numbers that their weights are learnt from."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from reply_data import Row

from curriculum_utils.scoring import guards
from curriculum_utils.scoring.encoder import Encoder
from curriculum_utils.scoring.heads import Heads
from curriculum_utils.scoring.shipped import without
from curriculum_utils.scoring.spelling import Speller


def seen(
    encoder: Encoder, speller: Speller, queries: npt.NDArray[np.float64], rows: Sequence[Row]
) -> npt.NDArray[np.float32]:
    """Shape (n_replies, n_queries, width), of each reply without what it says to the marker.

    A reply is read at once; only texts far longer than any in data/replies are read in parts, and these by their first.
    """
    heads = Heads(queries, np.zeros_like(queries), np.zeros(len(queries)))
    found = np.zeros((len(rows), *queries.shape), dtype=np.float32)
    for at, row in enumerate(rows):
        text = without(row.reply, guards.marker_spans(row.reply))
        found[at] = heads.pooled(encoder.read(speller.mend(text).text)[0])
    return found
