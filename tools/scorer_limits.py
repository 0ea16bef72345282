"""From when on a reply goes to a person: chosen on the dev writers."""

from collections.abc import Sequence

import numpy as np
from scorer_figures import ORDINARY, Labelled

from curriculum_utils.scoring import guards
from curriculum_utils.scoring.shipped import ShippedScorer

MOST_FLAGGED = 0.18
"""Of ordinary dev replies, for doubt alone: from 0.16 on the error among the others is half of the error among all."""
# Replies may be half as long again as the longest learnt from before a person is asked.
LONGER = 1.5


def review_limit(scorer: ShippedScorer, replies: Sequence[Labelled]) -> float:
    """The doubt (in credit) from which a reply goes to a person."""
    doubts = [scorer.doubt_of(item.reply) for item in replies if item.kind in ORDINARY]
    return round(float(np.quantile(doubts, 1 - MOST_FLAGGED)), 4)


def longest_reply(replies: Sequence[Labelled]) -> int:
    """In words; beyond it the scorer has seen nothing like it."""
    return round(LONGER * max(guards.word_count(item.reply.reply) for item in replies))
