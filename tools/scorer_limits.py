"""From when on a reply goes to a person: chosen on the dev writers."""

from collections.abc import Sequence

import numpy as np
from scorer_figures import Labelled

from curriculum_utils.scoring import guards
from curriculum_utils.scoring.shipped import ShippedScorer

ORDINARY = ("plain", "plain-words", "trap-at-end", "dressed-trap")
MOST_FLAGGED = 0.18
"""Of ordinary dev replies, for doubt alone. From 0.16 on the error among the others is half of the error among all; the
dev writers are harder to read than others, so fewer replies of others are in doubt."""
# Replies may be half as long again as the longest learnt from before a person is asked.
LONGER = 1.5


def review_limit(scorer: ShippedScorer, replies: Sequence[Labelled]) -> float:
    """The doubt (in credit) from which a reply goes to a person."""
    doubts = [scorer.doubt_of(item.reply) for item in replies if item.kind in ORDINARY]
    return round(float(np.quantile(doubts, 1 - MOST_FLAGGED)), 4)


def longest_reply(replies: Sequence[Labelled]) -> int:
    """In words; beyond it the scorer has seen nothing like it."""
    return round(LONGER * max(guards.word_count(item.reply.reply) for item in replies))
