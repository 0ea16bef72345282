"""From when on a reply goes to a person, or is not scored at all: chosen on the dev writers."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scorer_figures import ORDINARY, Labelled

from curriculum_utils.scoring import guards
from curriculum_utils.scoring.shipped import ShippedScorer

MOST_FLAGGED = 0.15
"""Of ordinary dev replies, for whatever reason: the aim."""
MOST_STOPPED = 0.01
"""Of dev replies that speak of no risk. Twice as many would find 2 of 40 more that do."""
# Replies may be half as long again as the longest learnt from before a person is asked.
LONGER = 1.5


def review_limit(scorer: ShippedScorer, replies: Sequence[Labelled]) -> float:
    """The doubt (in credit) from which a reply goes to a person; `scorer` has none yet."""
    ordinary = [item.reply for item in replies if item.kind in ORDINARY]
    doubts = sorted(
        (
            scorer.doubt_of(reply)
            for reply, score in zip(ordinary, scorer.score(ordinary), strict=True)
            if not score.review
        ),
        reverse=True,
    )
    flagged = len(ordinary) - len(doubts)
    more = max(0, int(MOST_FLAGGED * len(ordinary)) - flagged)
    return round(doubts[more], 4)


def risk_threshold(chances: npt.NDArray[np.float64], speak_of_risk: npt.NDArray[np.bool_]) -> float:
    """The probability from which a reply is not scored; `chances` and `speak_of_risk` have shape (n_replies,)."""
    return round(float(np.quantile(chances[~speak_of_risk], 1 - MOST_STOPPED)), 4)


def longest_reply(replies: Sequence[Labelled]) -> int:
    """In words; beyond it the scorer has seen nothing like it."""
    return round(LONGER * max(guards.word_count(item.reply.reply) for item in replies))
