"""What a reply in a session was found to be, and what it earns: the scorer's word, as the simulated client hears it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curriculum_utils.content.item import Vocabulary
from curriculum_utils.practice.session import Heard
from curriculum_utils.scoring import Reply, ReplyScore, Scorer, reply_credit


@dataclass(frozen=True)
class HeardReply:
    """A reply with the client's words that it answers, its score, and its credit in [0, 1], the move left open."""

    client: str
    text: str
    heard: Heard
    credit: float
    score: ReplyScore


def hear(scorer: Scorer, vocabulary: Vocabulary, module: str, said: Sequence[tuple[str, str]]) -> list[HeardReply]:
    """Each reply as it was heard, in order.

    Args:
        said: the client's words and the reply to them, turn by turn.
    """
    moves: Mapping[str, Sequence[str]] = {name: move.criteria for name, move in vocabulary.effective_moves().items()}
    replies = [Reply(str(number), module, client, text) for number, (client, text) in enumerate(said, 1)]
    return [
        _heard(reply, score, vocabulary, moves) for reply, score in zip(replies, scorer.score(replies), strict=True)
    ]


def _heard(reply: Reply, score: ReplyScore, vocabulary: Vocabulary, moves: Mapping[str, Sequence[str]]) -> HeardReply:
    traps = frozenset(score.labels).intersection(vocabulary.rubric.trap_names())
    criteria = frozenset(score.labels).intersection(vocabulary.rubric.criterion_names())
    worth = reply_credit(criteria, traps, moves)
    return HeardReply(reply.client, reply.reply, Heard(criteria, traps, worth.coverage), worth.credit, score)
