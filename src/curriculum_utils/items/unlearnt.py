"""Labels that a scorer has not learnt: what rests on them is left to a person."""

from collections.abc import Sequence

from curriculum_utils.content import Vocabulary, words
from curriculum_utils.scoring import Scorer


def unlearnt_labels(vocabulary: Vocabulary, asked: Sequence[str], scorer: Scorer) -> str | None:
    """Why a reply cannot be scored against the effective moves in `asked`; None if it can.

    Whether a trap was fallen into matters whatever was asked: one that the scorer does not know leaves it open.
    """
    moves = vocabulary.effective_moves()
    needed = (*(name for slug in asked for name in moves[slug].criteria), *vocabulary.rubric.trap_names())
    unlearnt = [name for name in dict.fromkeys(needed) if name not in scorer.known_labels]
    if not unlearnt:
        return None
    return words("unlearnt-labels", labels=", ".join(vocabulary.rubric.plain(name) for name in unlearnt))
