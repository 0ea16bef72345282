"""The next turn of a session on the page: what the client answers, and what the reply did."""

from collections.abc import Sequence

from curriculum_utils.content import Item, Vocabulary, words
from curriculum_utils.errors import AnswerError
from curriculum_utils.items.practice_session import SessionTurn, said_turns
from curriculum_utils.practice import replay
from curriculum_utils.practice.hearing import hear
from curriculum_utils.scoring import Scorer


def next_turn(
    item: Item, vocabulary: Vocabulary, scorer: Scorer, before: Sequence[SessionTurn], text: str
) -> tuple[SessionTurn, tuple[str, ...]]:
    """The new turn with the client's line, and the labels that the reply was found to have.

    Raises:
        AnswerError: the reply cannot be answered (nothing in it, the session is over, it is not scored, or the turns
            before are none of this client's); the text is for the learner.
    """
    client = item.client
    if client is None:
        raise AnswerError(words("session-no-client"))
    said = said_turns(client, before)
    said.append((before[-1].line if before else client.opening, text))
    heard = hear(scorer, vocabulary, item.module, said)
    if not heard[-1].score.scored:
        raise AnswerError(heard[-1].score.review_reason or words("review-generic"))
    session = replay(client, [one.heard for one in heard])
    if len(session.turns) <= len(before):
        raise AnswerError(words("session-over"))
    known = zip(session.turns, before, strict=False)
    if any((now.line, now.state) != (then.line, then.state) for now, then in known):
        raise AnswerError(words("session-other-client"))
    now = session.turns[-1]
    labels = tuple(name for name in vocabulary.rubric.labels() if name in heard[-1].score.labels)
    return SessionTurn(text=text, line=now.line, state=now.state), labels
