"""The way to the shipped scorer that costs nothing until it is taken: a page without replies needs no NumPy."""

from curriculum_utils.scoring.protocol import Scorer
from curriculum_utils.scoring.vocabulary import ScoringVocabulary


def load_scorer(vocabulary: ScoringVocabulary | None = None) -> Scorer:
    """As `scoring.shipped.load_scorer`, which is imported only now."""
    from curriculum_utils.scoring.shipped import load_scorer as load  # noqa: PLC0415 - see above

    return load(vocabulary)
