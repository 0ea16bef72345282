"""Why a reply was scored as it was: each label with its probability, its threshold, its words, and what it wants."""

from dataclasses import dataclass

from curriculum_utils.scoring.credit import ReplyCredit, reply_credit
from curriculum_utils.scoring.protocol import Reply, ReplyScore
from curriculum_utils.scoring.shipped import ShippedScorer
from curriculum_utils.scoring.vocabulary import ScoringVocabulary


@dataclass(frozen=True)
class LabelReading:
    """One label of one reply; `words` are the stretches of the reply that speak most for it, met or not."""

    label: str
    plain: str
    is_trap: bool
    needed: bool
    met: bool
    probability: float
    threshold: float
    words: tuple[str, ...]
    wanted: str
    hint: str


@dataclass(frozen=True)
class Explanation:
    """A reply's score and every label's part in it; `credit` is None where nothing was scored."""

    reply: Reply
    score: ReplyScore
    credit: ReplyCredit | None
    move: str | None
    readings: tuple[LabelReading, ...]


def explain(scorer: ShippedScorer, reply: Reply, vocabulary: ScoringVocabulary) -> Explanation:
    """How `scorer` reads a reply; `move` is the one it is held against: the one asked for, else the best."""
    score, loudest = scorer.score_with_words(reply)
    moves = vocabulary.modules[reply.module]
    traps = [label for label in score.labels if label in vocabulary.traps]
    credit = reply_credit(score.labels, traps, moves, asked=reply.move) if score.scored and moves else None
    move = reply.move or (credit.best_move if credit else None)
    needed = moves.get(move, ()) if move else ()
    thresholds = scorer.thresholds
    readings = tuple(
        LabelReading(
            label=label,
            plain=vocabulary.plain.get(label, label),
            is_trap=label in vocabulary.traps,
            needed=label in needed,
            met=label in score.labels,
            probability=score.probabilities[label],
            threshold=thresholds[label],
            words=tuple(reply.reply[start:end] for start, end in loudest.get(label, ())),
            wanted=vocabulary.wanted.get(label, ("", ""))[0],
            hint=vocabulary.wanted.get(label, ("", ""))[1],
        )
        for label in vocabulary.labels
        if label in thresholds
    )
    return Explanation(reply, score, credit, move, readings)
